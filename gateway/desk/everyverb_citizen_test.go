package desk

import (
	"strings"
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

func readingTries() []try {
	return []try{
		{verb: command.Confirm, name: "确认", stage: "dispatched", from: "power", text: "签收 {n}", bare: true, then: "确认", says: []string{"已签收"}, state: petition.Dispatched},
		{verb: command.Confirm, name: "confirm", stage: "dispatched", from: "power", text: "签收 {n}", bare: true, then: "confirm", says: []string{"已签收"}, state: petition.Dispatched},
		{verb: command.Confirm, name: "nothing is held", stage: "dispatched", from: "power", text: "确认", wrong: 1, says: []string{"没有等待您确认的指令"}, state: petition.Dispatched},
		{verb: command.Confirm, name: "with words below", stage: "dispatched", from: "power", text: "签收 {n}", bare: true, then: "确认\n请尽快", wrong: 1, says: []string{"下面还有其他文字"}, state: petition.Dispatched},

		{verb: command.Todo, name: "待办", stage: "joint", from: "law", text: "待办", bare: true, says: []string{"{N}", "办理意见"}},
		{verb: command.Todo, name: "todo", stage: "drafted", from: "yi", text: "todo", bare: true, says: []string{"{N}", "审核"}},
		{verb: command.Todo, name: "not alone", stage: "dispatched", from: "power", text: "待办 有哪些", bare: true, wrong: 1, says: []string{"单独成行"}},
		{verb: command.Status, name: "查询", stage: "drafted", from: "jia", text: "查询 {n}", bare: true, says: []string{"{N}", "答复待审核", "主办处室：电力处"}},
		{verb: command.Status, name: "status, in the thread", stage: "dispatched", from: "power", text: "status", says: []string{"办理中"}},
		{verb: command.Status, name: "another's", stage: "dispatched", from: "law", text: "查询 {n}", bare: true, wrong: 1, says: []string{"没有该编号的来信，或者您无权查看"}},
		{verb: command.Status, name: "no number", stage: "dispatched", from: "jia", text: "查询", bare: true, wrong: 1, says: []string{"查询 123"}},
		{verb: command.Stats, name: "统计", stage: "dispatched", from: "fgld", text: "统计", bare: true, says: []string{"2026年3月来信办理情况", "电力处"}},
		{verb: command.Stats, name: "stats of a month", stage: "dispatched", from: "jia", text: "stats 2025年12月", bare: true, says: []string{"2025年12月"}},
		{verb: command.Stats, name: "no such month", stage: "dispatched", from: "jia", text: "统计 2026-13", bare: true, wrong: 1, says: []string{"统计 2026-11"}},
		{verb: command.Help, name: "帮助", stage: "dispatched", from: "power", text: "帮助", bare: true, says: []string{"“延期 3工作日 理由”", "收到、ack", "最多 10 条"}, lacks: []string{"“批准”", "“分办", "“接班”"}},
		{verb: command.Help, name: "help", stage: "drafted", from: "yi", text: "help", says: []string{"“批准”", "“公开”"}, lacks: []string{"“接班”", "“批示"}},
		{verb: command.Help, name: "not alone", stage: "dispatched", from: "power", text: "帮助 怎么延期", bare: true, wrong: 1, says: []string{"单独成行"}},
	}
}

func citizenTries() []try {
	rating := func(want string) func(*testing.T, *office, petition.Case) {
		return func(t *testing.T, _ *office, c petition.Case) {
			t.Helper()
			if c.Rating != want {
				t.Errorf("rated %q, want %q", c.Rating, want)
			}
		}
	}
	return []try{
		{verb: command.Query, name: "in the thread", stage: "dispatched", from: "citizen", text: "查询", says: []string{"正在办理", "查询码："}, lacks: []string{"电力处"}, state: petition.Dispatched},
		{verb: command.Query, name: "with words is a letter", stage: "dispatched", from: "citizen", text: "查询我家何时来电", quiet: true, state: petition.Dispatched, gets: []string{"power dispatch"}},
		{verb: command.Query, name: "wrong code", stage: "dispatched", from: "citizen", text: "查询 {n} 0000000000", bare: true, quiet: true, state: petition.Dispatched},
		{verb: command.Satisfied, name: "满意", stage: "answered", from: "citizen", text: "满意", says: []string{"您的评价“满意”已记录"}, state: petition.Archived, check: rating("满意")},
		{verb: command.Satisfied, name: "with words", stage: "answered", from: "citizen", text: "满意，谢谢！", says: []string{"已记录"}, state: petition.Archived, check: rating("满意")},
		{verb: command.Satisfied, name: "before the answer", stage: "dispatched", from: "citizen", text: "满意", wrong: 1, says: []string{"办理"}, state: petition.Dispatched},
		{verb: command.FairSatisfied, name: "基本满意", stage: "answered", from: "citizen", text: "基本满意 速度可以再快些", says: []string{"“基本满意”"}, state: petition.Archived, check: rating("基本满意")},
		{verb: command.FairSatisfied, name: "twice", stage: "closed", from: "citizen", text: "基本满意", wrong: 1, says: []string{"已评价为“满意”"}, state: petition.Archived, check: rating("满意")},
		{verb: command.Dissatisfied, name: "不满意", stage: "answered", from: "citizen", text: "不满意\n还是没有电。", says: []string{"“不满意”"}, state: petition.Archived, check: rating("不满意")},
		{verb: command.Dissatisfied, name: "a sentence is a letter", stage: "answered", from: "citizen", text: "不满意度调查是什么？", quiet: true, state: petition.Answered},
		{verb: command.Withdraw, name: "撤回", stage: "dispatched", from: "citizen", text: "撤回", says: []string{"已按您的要求撤回"}, state: petition.Withdrawn, gets: []string{"power transcript"}},
		{verb: command.Withdraw, name: "after the answer", stage: "answered", from: "citizen", text: "撤回", wrong: 1, says: []string{"已答复"}, state: petition.Answered},
		{verb: command.Review, name: "申请复查", stage: "answered", from: "citizen", text: "满意\n申请复查 没有说明赔偿", says: []string{"“满意”"}, state: petition.Archived},
		{verb: command.Review, name: "before the answer is a supplement", stage: "dispatched", from: "citizen", text: "申请复查 还没有结果", wrong: 1, says: []string{"还没有答复", "补充情况"}, state: petition.Dispatched, gets: []string{"power dispatch"}},
	}
}

// reviewTries are about the review of an answer: in time it is registered and
// gets a receipt, as any letter does.
func reviewTries() []try {
	linked := func(review bool) func(*testing.T, petition.Case, petition.Case) {
		return func(t *testing.T, c, former petition.Case) {
			t.Helper()
			if c.Review != review || c.Follows != former.Number || c.Sender != former.Sender || c.Lead() != "power" {
				t.Errorf("review %v of %q for %s with %q", c.Review, c.Follows, c.Sender, c.Lead())
			}
		}
	}
	review := []string{"power dispatch"}
	return []try{
		{verb: command.Review, name: "in the thread", stage: "answered", from: "citizen", text: "申请复查 仍在停电", says: []string{"收件回执"}, state: petition.Answered, gets: review, opened: linked(true)},
		{verb: command.Review, name: "of a rated case", stage: "closed", from: "citizen", text: "申请复查\n仍在停电。", says: []string{"收件回执"}, state: petition.Archived, gets: review, opened: linked(true)},
		{verb: command.Review, name: "by the query code", stage: "answered", from: "citizen", text: "申请复查 {N} {code} 仍在停电", bare: true, says: []string{"收件回执"}, state: petition.Answered, gets: review, opened: linked(true)},
		{verb: command.Review, name: "held and confirmed", stage: "answered", from: "citizen", text: "申请复查 仍在停电", bare: true, subject: "〔{N}〕复查", then: "确认", says: []string{"收件回执"}, state: petition.Answered, gets: append(review, "citizen confirm"), opened: linked(true)},
		{verb: command.Review, name: "held and not confirmed", stage: "answered", from: "citizen", text: "申请复查 仍在停电", bare: true, subject: "〔{N}〕复查", quiet: true, state: petition.Answered, gets: []string{"citizen confirm"}},
		{verb: command.Review, name: "by a wrong query code", stage: "answered", from: "citizen", text: "申请复查 {N} 0000000000 仍在停电", bare: true, quiet: true, state: petition.Answered},
		{verb: command.Review, name: "on the last day", stage: "answered", from: "citizen", text: "申请复查 仍在停电", days: 30, says: []string{"收件回执"}, state: petition.Closed, gets: review, opened: linked(true)},
		{verb: command.Review, name: "a day late", stage: "answered", from: "citizen", text: "申请复查 仍在停电", days: 31, wrong: 1, says: []string{"申请复查须在收到答复之日起 30 日内提出", "已作为新的来信登记"}, state: petition.Closed, gets: append(review, "citizen receipt"), opened: linked(false)},
		{verb: command.Review, name: "of what was withdrawn", stage: "withdrawn", from: "citizen", text: "申请复查 仍在停电", wrong: 1, says: []string{"没有作出答复"}, state: petition.Withdrawn, gets: append(review, "citizen receipt"), opened: linked(false)},
	}
}

// grammarTries are what section 4 says of any command.
func grammarTries() []try {
	lines := func(n int) string {
		var b strings.Builder
		for i := range n {
			if i == 0 {
				b.WriteString("签收\n")
				continue
			}
			b.WriteString("查询 " + strings.Repeat("0", i%2) + string(rune('0'+i%10)) + "\n")
		}
		return b.String()
	}
	return []try{
		{verb: command.Sign, name: "the eleventh line", stage: "dispatched", from: "power", text: lines(9) + "待办\n帮助\n统计", wrong: 1, says: []string{"最多执行 10 条指令", "请另发一封"}, state: petition.Dispatched},
		{verb: command.Sign, name: "right and wrong in one mail", stage: "dispatched", from: "power", text: "签收\n延期 理由没有天数\n待办", wrong: 1, says: []string{"已签收", "没有写明天数", "【待办】"}, state: petition.Dispatched},
		{verb: command.Sign, name: "quoted is no command", stage: "dispatched", from: "power", text: "〈签收〉", wrong: 1, says: []string{"邮件中的样例"}, state: petition.Dispatched},
		{verb: command.Answer, name: "a word that only begins like a verb", stage: "dispatched", from: "power", text: "答复如下：变压器已更换。", says: []string{"作为答复稿送审"}, state: petition.Drafted},
		{verb: command.Assign, name: "code behind the verb", stage: "triage", from: "jia", text: "分办 {N} 电力处", says: []string{"已分办：电力处"}, state: petition.Dispatched},
		{verb: command.Assign, name: "plain text of the office", stage: "triage", from: "jia", text: "请电力处办理。", wrong: 1, says: []string{"没有读到指令", "帮助"}, state: petition.Triage},
	}
}
