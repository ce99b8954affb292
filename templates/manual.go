package templates

import "slices"

// Role selects the parts of the command manual.
type Role string

// The roles that the manual knows.
const (
	RoleCitizen  Role = "citizen"
	RoleLiaison  Role = "liaison" // heads too
	RoleOffice   Role = "office"
	RoleApprover Role = "approver"
	RoleLeader   Role = "leader"
	RoleDuty     Role = "duty"
)

// ManualSection is the manual of one role.
type ManualSection struct {
	Title   string
	Entries []ManualEntry
}

// ManualEntry explains one command.
type ManualEntry struct {
	Line   string // how it is written
	Effect string // what it does
}

// Manual returns the sections of the command manual for somebody who holds
// roles, in a fixed order; whoever is on the roster also gets what everybody
// there may ask.
func Manual(roles ...Role) []ManualSection {
	var sections []ManualSection
	for _, m := range []struct {
		role    Role
		section func() ManualSection
	}{
		{RoleLiaison, manualLiaison},
		{RoleOffice, manualOffice},
		{RoleApprover, manualApprover},
		{RoleLeader, manualLeader},
		{RoleDuty, manualDuty},
	} {
		if slices.Contains(roles, m.role) {
			sections = append(sections, m.section())
		}
	}
	if len(sections) > 0 {
		sections = append(sections, manualEverybody())
	}
	if slices.Contains(roles, RoleCitizen) {
		sections = append(sections, manualCitizen())
	}
	return sections
}

func manualLiaison() ManualSection {
	return ManualSection{Title: "处室联络员、负责人", Entries: []ManualEntry{
		{"签收", "表示已经收到，停止签收催办"},
		{"答复", "另起一行写办理意见；直接写意见、不写“答复”也可以"},
		{"退回 理由", "不属于本处室职责，退回电子政务室重新分办"},
		{"延期 3工作日 理由", "申请延长时限，由电子政务室决定"},
		{"协办 处室 理由", "申请其他处室协办，几个处室用逗号隔开，由电子政务室决定"},
	}}
}

func manualOffice() ManualSection {
	return ManualSection{Title: "电子政务室", Entries: []ManualEntry{
		{"分办 处室, 处室 3工作日 说明", "交处室办理，第一个为主办；时限和说明可以不写"},
		{"改派 处室 理由", "由一个处室改交另一个处室"},
		{"协办 处室 理由", "增加协办处室"},
		{"受理", "予以受理"},
		{"不予受理 理由", "起草不予受理告知书，经审核后发出"},
		{"转外 单位 理由", "起草转送告知书，经审核后发出"},
		{"同意延期、不同意延期", "答复处室的延期申请"},
		{"同意协办、不同意协办", "答复处室的协办申请"},
		{"催办、督办", "立即催办或督办，记录在案"},
		{"保密、解密", "改变保密范围；解密须由第二人确认"},
		{"并案 编号", "并入已有的登记件"},
		{"重办 理由", "交原主办处室重新办理，另定时限"},
		{"结案", "办结"},
		{"登记 来信箱", "另起一行写姓名、电话和内容，登记来电来访；来信箱可以不写"},
	}}
}

func manualApprover() ManualSection {
	return ManualSection{Title: "审核人", Entries: []ManualEntry{
		{"批准", "照所示稿件原样发出；须单独成行，后面不加文字"},
		{"修改", "另起一行写正文全文，成为新稿，另送审核人批准"},
		{"附件 1,3", "选定随件发出的附件，也可写“附件 全部”“附件 无”，选定后另送审核"},
		{"退回重办 理由", "退回处室重新办理，另定时限"},
		{"撤回", "在缓发时间内收回批准"},
		{"呈报 领导 说明", "请该领导审签"},
		{"公开、不公开", "隐去个人信息后在网站公开问答，或者撤下"},
	}}
}

func manualLeader() ManualSection {
	return ManualSection{Title: "领导", Entries: []ManualEntry{
		{"批示 处室 3工作日", "另起一行写批示内容，原文记录并转交办理；处室和时限可以不写。回复报告时直接写意见，也作为批示"},
		{"批准", "同意呈报的稿件，照稿发出"},
		{"督办", "立即督办，记录在案"},
		{"收到", "已知悉，停止重复提醒"},
	}}
}

func manualDuty() ManualSection {
	return ManualSection{Title: "值班员", Entries: []ManualEntry{
		{"接班", "确认接班"},
		{"交班 说明", "交班并写明交接事项"},
		{"记录 内容", "记入值班记录"},
		{"登记 来信箱", "另起一行写姓名、电话和内容，登记来电来访；来信箱可以不写"},
		{"收到", "已知悉，停止重复提醒"},
	}}
}

func manualEverybody() ManualSection {
	return ManualSection{Title: "通用", Entries: []ManualEntry{
		{"待办", "列出本人的待办事项"},
		{"查询 编号", "一件的办理情况；今年的编号可以只写末尾的数字"},
		{"统计 月份", "办理统计，不写月份为本月"},
		{"确认", "回复“请确认”邮件，按其中所列原样办理"},
		{"帮助", "本说明"},
	}}
}

func manualCitizen() ManualSection {
	return ManualSection{Title: "来信人", Entries: []ManualEntry{
		{"查询", "回复我们的邮件写“查询”即可；另发邮件的，后面写登记编号和查询码，用空格隔开"},
		{"满意、基本满意、不满意", "评价答复，后面可以附上意见"},
		{"申请复查 理由", "对答复不服，申请复查"},
		{"撤回", "不再需要办理"},
		{"确认", "回复“请确认”邮件，按其中所列原样办理"},
	}}
}
