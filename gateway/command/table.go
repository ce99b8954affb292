package command

import (
	"slices"
	"strings"

	"xinfangd/gateway/petition"
)

// Entry is a row of the table of verbs.
type Entry struct {
	Verb Verb
	// Word is the verb as the manual writes it, Also its other words.
	Word string
	Also []string
	// Roles may use it; Matters are the matters whose reply codes carry it,
	// empty when a code of any matter of the case does.
	Roles   []petition.Role
	Matters []petition.Matter
	// Reading verbs only read.
	Reading bool
	// Deciding verbs take no text below them and are not executed when there is some.
	Deciding bool
	Body     BodyUse
	// Args are what may stand behind the verb, in order.
	Args []Arg
	// NoTarget verbs are about no case: digits behind them are no number.
	NoTarget bool
	// Usage shows the whole line in Chinese, Help says what it does.
	Usage string
	Help  string
	// Effect is Help in a few words of English, for the README.
	Effect string
}

// Arg is a kind of argument.
type Arg string

// The kinds of arguments. Those named Maybe may be left out.
const (
	ArgDivision      Arg = "division"
	ArgDivisions     Arg = "divisions"
	ArgMaybeDivision Arg = "maybe-division"
	ArgDays          Arg = "days"
	ArgMaybeDays     Arg = "maybe-days"
	ArgReason        Arg = "reason"
	ArgMaybeText     Arg = "maybe-text"
	ArgLeader        Arg = "leader"
	ArgUnit          Arg = "unit"
	ArgOther         Arg = "other"
	ArgAttachments   Arg = "attachments"
	ArgMaybeMonth    Arg = "maybe-month"
	ArgMaybeMailbox  Arg = "maybe-mailbox"
)

// Lookup is the table's row of a verb.
func Lookup(v Verb) (Entry, bool) {
	for _, e := range table() {
		if e.Verb == v {
			return e, true
		}
	}
	return Entry{}, false
}

// Named is the row of the office's verb that a word names: its Chinese word, one
// of its others, or its canonical name.
func Named(word string) (Entry, bool) {
	word = strings.TrimSpace(word)
	for _, e := range table() {
		if slices.Contains(e.Roles, petition.RoleCitizen) {
			continue
		}
		if e.Word == word || strings.EqualFold(string(e.Verb), word) || slices.ContainsFunc(e.Also, func(w string) bool { return strings.EqualFold(w, word) }) {
			return e, true
		}
	}
	return Entry{}, false
}

// Entries lists the verbs that any of the roles may use, in the table's order.
func Entries(roles ...petition.Role) []Entry {
	return slices.DeleteFunc(table(), func(e Entry) bool {
		return !slices.ContainsFunc(e.Roles, func(r petition.Role) bool { return slices.Contains(roles, r) })
	})
}

// table is spec mail section 4 as data. The order is that of the manual.
func table() []Entry {
	return slices.Concat(divisionVerbs(), approvalVerbs(), officeVerbs(), leaderVerbs(), dutyVerbs(), readingVerbs(), citizenVerbs())
}

func divisionVerbs() []Entry {
	division := []petition.Role{petition.RoleLiaison, petition.RoleHead}
	dispatch := []petition.Matter{petition.MatterDispatch}
	return []Entry{
		{Verb: Sign, Word: "签收", Also: []string{"收到", "ack"}, Roles: internal(),
			Matters: []petition.Matter{petition.MatterDispatch, petition.MatterAlarm, petition.MatterReport},
			Usage:   "签收", Help: "表示已经收到转办单或告警，停止“未签收”催办和重复告警。须单独成行。",
			Effect: "signed for; the reminders to sign and a repeated alarm stop"},
		{Verb: Answer, Word: "答复", Also: []string{"办理意见", "answer"}, Roles: division, Matters: dispatch,
			Body: BodyWhole, Usage: "答复（另起一行写办理意见）", Help: "提交办理意见和答复初稿；不写“答复”二字、直接写意见也可以。",
			Effect: "opinion and draft answer; plain text without the verb is the same"},
		{Verb: Return, Word: "退回", Also: []string{"return"}, Roles: division, Matters: dispatch,
			Body: BodyMore, Args: []Arg{ArgReason}, Usage: "退回 理由", Help: "不属于本处室职责，退回电子政务室重新分办。",
			Effect: "not ours: back to the office with the reason"},
		{Verb: Extend, Word: "延期", Also: []string{"extend"}, Roles: division, Matters: dispatch,
			Body: BodyMore, Args: []Arg{ArgDays, ArgReason}, Usage: "延期 3工作日 理由", Help: "申请延长办理时限，由电子政务室决定；不写单位的按工作日计。",
			Effect: "asks for N more working days (`天`: calendar days); the office decides, once, 30 days at most"},
		{Verb: Assist, Word: "协办", Also: []string{"assist"}, Roles: append(division, office()...),
			Body: BodyMore, Args: []Arg{ArgDivisions, ArgReason}, Usage: "协办 处室、处室 理由", Help: "增加协办处室；处室提出的由电子政务室决定。",
			Effect: "adds assisting divisions; a division only asks, the office grants"},
	}
}

func approvalVerbs() []Entry {
	approver := []petition.Role{petition.RoleApprover}
	signer := []petition.Role{petition.RoleApprover, petition.RoleLeader}
	approval := []petition.Matter{petition.MatterApproval}
	return []Entry{
		{Verb: Approve, Word: "批准", Also: []string{"同意", "approve"}, Roles: signer, Matters: approval,
			Deciding: true, Usage: "批准", Help: "按待审单所示原样发给来信人，一字不改。须单独成行，下面不要再写文字。",
			Effect: "sends the draft shown, byte for byte; stands alone"},
		{Verb: Amend, Word: "修改", Also: []string{"amend"}, Roles: approver, Matters: approval,
			Body: BodyWhole, Usage: "修改（另起一行写正文全文）", Help: "以所写正文代替原稿，成为新的一稿，另送审核人批准。",
			Effect: "the text below becomes the next draft, which another approver releases"},
		{Verb: Attach, Word: "附件", Also: []string{"attach"}, Roles: approver, Matters: approval,
			Deciding: true, Args: []Arg{ArgAttachments}, Usage: "附件 1,3", Help: "选定随答复发出的附件，也可写“附件 全部”“附件 无”；选定后另送审核。",
			Effect: "which of the division's attachments go out with the answer; a new draft to approve"},
		{Verb: Recall, Word: "撤回", Also: []string{"recall"}, Roles: approver, Matters: approval,
			Deciding: true, Usage: "撤回", Help: "在规定的等待时间内收回已经作出的批准。",
			Effect: "takes an approval back within `policy.hold`"},
		{Verb: Reject, Word: "退回重办", Also: []string{"驳回", "reject"}, Roles: signer, Matters: approval,
			Deciding: true, Args: []Arg{ArgReason}, Usage: "退回重办 理由", Help: "把答复稿退回处室重新办理，办理时限重新计算。理由写在同一行。",
			Effect: "draft back to the division, with a new deadline"},
		{Verb: Submit, Word: "呈报", Also: []string{"submit"}, Roles: approver, Matters: approval,
			Body: BodyMore, Args: []Arg{ArgLeader, ArgMaybeText}, Usage: "呈报 领导姓名 说明", Help: "请该领导审签，由领导批准后发出。说明可以不写。",
			Effect: "asks that leader to sign off; then the leader's 批准 counts"},
		{Verb: Publish, Word: "公开", Also: []string{"publish"}, Roles: approver,
			Deciding: true, Usage: "公开", Help: "把隐去身份的来信和答复列入公开栏目。",
			Effect: "the anonymised question and answer go to the public feed, after a preview is confirmed"},
		{Verb: Unpublish, Word: "不公开", Also: []string{"unpublish"}, Roles: approver,
			Deciding: true, Usage: "不公开", Help: "不列入公开栏目，已经列入的撤下。",
			Effect: "withdraws it from the feed"},
	}
}

func officeVerbs() []Entry {
	return []Entry{
		{Verb: Assign, Word: "分办", Also: []string{"派", "assign"}, Roles: office(),
			Body: BodyMore, Args: []Arg{ArgDivisions, ArgMaybeDays, ArgMaybeText}, Usage: "分办 处室、处室 5工作日 说明", Help: "分给处室办理，第一个为主办，其余协办；时限和说明可以不写。",
			Effect: "first division leads, the others assist"},
		{Verb: Reassign, Word: "改派", Also: []string{"reassign"}, Roles: office(),
			Body: BodyMore, Args: []Arg{ArgDivision, ArgReason}, Usage: "改派 处室 理由", Help: "从原主办处室收回，改由另一处室主办。",
			Effect: "takes the case from its lead and gives it to another division"},
		{Verb: Accept, Word: "受理", Also: []string{"accept"}, Roles: office(),
			Usage: "受理", Help: "予以受理并告知来信人；尚未分办的，随后用“分办”分给处室。",
			Effect: "accepted; the citizen is told"},
		{Verb: Refuse, Word: "不予受理", Also: []string{"refuse"}, Roles: office(),
			Body: BodyMore, Args: []Arg{ArgReason}, Usage: "不予受理 理由", Help: "拟不予受理告知书，经审核批准后发给来信人。",
			Effect: "drafts a notice of refusal, which is approved before it is sent"},
		{Verb: Refer, Word: "转外", Also: []string{"refer"}, Roles: office(),
			Body: BodyMore, Args: []Arg{ArgUnit, ArgReason}, Usage: "转外 单位 理由", Help: "不属于本机关职责，拟告知书请来信人向该单位反映，经审核批准后发出。",
			Effect: "drafts a notice that another body is competent, approved before it is sent"},
		{Verb: GrantExtension, Word: "同意延期", Roles: office(), Deciding: true, Usage: "同意延期", Help: "同意处室的延期申请。",
			Effect: "grants what a division asked for"},
		{Verb: DenyExtension, Word: "不同意延期", Roles: office(), Deciding: true,
			Args: []Arg{ArgMaybeText}, Usage: "不同意延期 理由", Help: "不同意处室的延期申请，理由可以不写。",
			Effect: "denies it"},
		{Verb: GrantAssist, Word: "同意协办", Roles: office(), Deciding: true, Usage: "同意协办", Help: "同意处室提出的协办申请。",
			Effect: "grants the assistance that a division asked for"},
		{Verb: DenyAssist, Word: "不同意协办", Roles: office(), Deciding: true,
			Args: []Arg{ArgMaybeText}, Usage: "不同意协办 理由", Help: "不同意处室提出的协办申请，理由可以不写。",
			Effect: "denies it"},
		{Verb: Chase, Word: "催办", Also: []string{"chase"}, Roles: office(), Usage: "催办", Help: "立即催办，并记录在案。",
			Effect: "reminds whoever has the case, now and on the record"},
		{Verb: Restrict, Word: "保密", Also: []string{"restrict"}, Roles: office(), Usage: "保密", Help: "列为保密件，隐去来信人身份，控制知悉范围。",
			Effect: "makes the case confidential"},
		{Verb: Unrestrict, Word: "解密", Also: []string{"unrestrict"}, Roles: office(), Deciding: true,
			Usage: "解密", Help: "解除保密，须有两人决定：本人列为保密的须由他人解密。",
			Effect: "ends that; by a second person"},
		{Verb: Merge, Word: "并案", Also: []string{"merge"}, Roles: office(), Deciding: true,
			Args: []Arg{ArgOther}, Usage: "并案 编号", Help: "把本件并入所写编号的信件；写两个编号的，把前一件并入后一件。",
			Effect: "merges this case into another"},
		{Verb: Reopen, Word: "重办", Also: []string{"reopen"}, Roles: office(),
			Body: BodyMore, Args: []Arg{ArgReason}, Usage: "重办 理由", Help: "已答复、办结或并案的，交原主办处室重新办理，办理时限重新计算。",
			Effect: "dispatches a finished or merged case again to its former lead, with a new deadline"},
		{Verb: Close, Word: "结案", Also: []string{"close"}, Roles: office(), Deciding: true, Usage: "结案", Help: "已经答复的信件办结。",
			Effect: "closes an answered case"},
	}
}

func leaderVerbs() []Entry {
	leader := []petition.Role{petition.RoleLeader}
	return []Entry{
		{Verb: Instruct, Word: "批示", Also: []string{"instruct"}, Roles: leader,
			Body: BodyWhole, Args: []Arg{ArgMaybeDivision, ArgMaybeDays, ArgMaybeText}, Usage: "批示 处室 5工作日（另起一行写批示内容）", Help: "批示原文记录在案并转交办理；处室和时限可以不写，几个处室用顿号隔开。回复报告时直接写批示内容也可以。",
			Effect: "recorded verbatim, passed on with its own deadline, reported back when done; a plain answer to a report is the same"},
		{Verb: Supervise, Word: "督办", Also: []string{"supervise"}, Roles: append(leader, office()...),
			Args: []Arg{ArgMaybeDays}, Usage: "督办 3工作日", Help: "立即发督办单，记录在案，到期未办结的继续催办；时限可以不写。领导督办的，办结后报告领导。",
			Effect: "formal reminder with a deadline of its own, chased until done; a leader's is reported back"},
	}
}

func dutyVerbs() []Entry {
	duty := []petition.Role{petition.RoleDuty}
	return []Entry{
		{Verb: Register, Word: "登记", Also: []string{"register"}, Roles: append(office(), petition.RoleDuty), NoTarget: true,
			Body: BodyWhole, Args: []Arg{ArgMaybeMailbox, ArgMaybeText}, Usage: "登记 来信箱（另起一行写姓名、电话和内容）", Help: "把来电、来访登记为信件。",
			Effect: "a call or walk-in becomes a case"},
		{Verb: Take, Word: "接班", Also: []string{"take"}, Roles: duty, NoTarget: true, Usage: "接班", Help: "确认接班。",
			Effect: "takes over the duty"},
		{Verb: Handover, Word: "交班", Also: []string{"handover"}, Roles: duty, NoTarget: true,
			Body: BodyMore, Args: []Arg{ArgMaybeText}, Usage: "交班 说明", Help: "提前交班，说明可以不写。",
			Effect: "hands it over, with a remark"},
		{Verb: Log, Word: "记录", Also: []string{"log"}, Roles: duty, NoTarget: true,
			Body: BodyMore, Args: []Arg{ArgReason}, Usage: "记录 内容", Help: "写入值班日志。",
			Effect: "an entry of the duty log"},
	}
}

func readingVerbs() []Entry {
	return []Entry{
		{Verb: Confirm, Word: "确认", Also: []string{"confirm"}, Roles: internal(),
			Matters: []petition.Matter{petition.MatterConfirm}, Deciding: true,
			Usage: "确认", Help: "回复确认邮件，照原样执行等待确认的指令，24 小时内有效。",
			Effect: "executes exactly what was held for confirmation"},
		{Verb: Todo, Word: "待办", Also: []string{"todo"}, Roles: internal(), Reading: true, NoTarget: true, Usage: "待办", Help: "列出本人待办的信件。",
			Effect: "what waits for you"},
		{Verb: Status, Word: "查询", Also: []string{"status"}, Roles: internal(), Reading: true, Usage: "查询 编号", Help: "回告该件的办理情况。",
			Effect: "where a case stands"},
		{Verb: Stats, Word: "统计", Also: []string{"stats"}, Roles: internal(), Reading: true, NoTarget: true,
			Args: []Arg{ArgMaybeMonth}, Usage: "统计 2026-11", Help: "回告该月的统计；不写月份的为本月。",
			Effect: "the month's figures"},
		{Verb: Help, Word: "帮助", Also: []string{"help"}, Roles: internal(), Reading: true, NoTarget: true, Usage: "帮助", Help: "回告可用的指令。",
			Effect: "this list, as far as it is yours"},
	}
}

func citizenVerbs() []Entry {
	citizen := []petition.Role{petition.RoleCitizen}
	rating := func(v Verb, word string) Entry {
		return Entry{Verb: v, Word: word, Roles: citizen, Body: BodyMore, Args: []Arg{ArgMaybeText},
			Usage: word + " 意见", Help: "对答复作出评价，意见可以不写。",
			Effect: "rates the answer and closes the case"}
	}
	return []Entry{
		{Verb: Query, Word: "查询", Roles: citizen, Reading: true, Body: BodyMore,
			Usage: "查询 编号 查询码", Help: "查询办理情况，结果发到登记的邮箱；回复我们的邮件时只写“查询”即可。",
			Effect: "where the case stands, told to the registered address; in our thread the word alone is enough"},
		rating(Satisfied, "满意"),
		rating(FairSatisfied, "基本满意"),
		rating(Dissatisfied, "不满意"),
		{Verb: Withdraw, Word: "撤回", Roles: citizen, Body: BodyMore, Usage: "撤回", Help: "撤回来信，不再办理。",
			Effect: "the letter is withdrawn"},
		{Verb: Review, Word: "申请复查", Roles: citizen, Body: BodyMore, Args: []Arg{ArgMaybeText},
			Usage: "申请复查 理由", Help: "对答复不服的，申请复查。",
			Effect: "asks for a review of the answer"},
	}
}

func office() []petition.Role {
	return []petition.Role{petition.RoleHandler, petition.RoleApprover, petition.RoleChief}
}

func internal() []petition.Role {
	return []petition.Role{petition.RoleLiaison, petition.RoleHead, petition.RoleHandler, petition.RoleApprover,
		petition.RoleChief, petition.RoleLeader, petition.RoleDuty}
}
