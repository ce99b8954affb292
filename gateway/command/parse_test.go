package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
)

func testOptions() Options {
	person := func(name, address string) petition.Person { return petition.Person{Name: name, Address: address} }
	return Options{
		Prefix: "SFJX", Year: 2026, Office: []string{"示范市经济和信息化委员会"}, Mailboxes: []string{"主任信箱", "director"},
		Roster: petition.Roster{
			Office: []petition.Member{
				{Person: person("受理员甲", "slya@jxw.example"), Roles: []petition.Role{petition.RoleHandler}},
				{Person: person("审核员乙", "shyb@jxw.example"), Roles: []petition.Role{petition.RoleApprover}},
			},
			Leaders: []petition.Leader{
				{Person: person("王分管", "fgld@jxw.example"), Rank: "deputy"},
				{Person: person("李主任", "zyld@jxw.example"), Rank: "principal"},
			},
			Divisions: []petition.Division{
				{ID: "power", Name: "电力处", Short: []string{"电力"}, Head: person("赵处长", "dlc-head@jxw.example"), Liaisons: []petition.Person{person("钱联络", "dlc@jxw.example")}},
				{ID: "energy-save", Name: "节能处", Short: []string{"节能"}},
				{ID: "info-industry", Name: "信息产业处"},
				{ID: "info-promotion", Name: "信息化推进处（大数据处）"},
				{ID: "operation", Name: "经济运行处", Short: []string{"运行"}},
			},
		},
	}
}

// brief is a command as the tables write it.
func brief(c Command) string {
	var b strings.Builder
	b.WriteString(string(c.Verb))
	add := func(name, value string) {
		if value != "" {
			b.WriteString(" " + name + "=" + value)
		}
	}
	add("n", string(c.Number))
	add("code", c.Code)
	add("div", strings.Join(c.Divisions, "+"))
	add("in", c.Period)
	add("leader", c.Leader)
	add("unit", c.Unit)
	add("other", string(c.Other))
	add("box", c.Mailbox)
	add("month", c.Month)
	switch {
	case c.Attachments.All:
		add("att", "all")
	case c.Attachments.None:
		add("att", "none")
	case c.Attachments.Indexes != nil:
		add("att", strings.Trim(strings.ReplaceAll(cmpInts(c.Attachments.Indexes), " ", ","), "[]"))
	}
	add("rating", c.Rating)
	add("query", c.QueryCode)
	add("otp", c.OTP)
	add("text", strings.ReplaceAll(c.Text, "\n", "⏎"))
	return b.String()
}

func cmpInts(ns []int) string {
	var parts []string
	for _, n := range ns {
		parts = append(parts, string(rune('0'+n)))
	}
	return strings.Join(parts, ",")
}

// reading is what Parse says, one line a command or problem.
func reading(text string, opts Options) string {
	commands, problems := Parse(text, opts)
	var lines []string
	for _, c := range commands {
		lines = append(lines, brief(c))
	}
	for _, p := range problems {
		lines = append(lines, "!"+string(p.Code)+" "+string(p.Verb))
	}
	return strings.Join(lines, "; ")
}

type parseCase struct{ name, text, want string }

func runParse(t *testing.T, opts Options, tests []parseCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := reading(tt.text, opts); got != tt.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.text, got, tt.want)
			}
			if got := reading(strings.ReplaceAll(tt.text, "\n", "\r\n"), opts); got != tt.want {
				t.Errorf("Parse with CRLF (%q)\n got %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestParseVerbs(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"sign", "签收", "sign"},
		{"received", "收到", "sign"},
		{"english", "ACK", "sign"},
		{"full-width english", "ａｐｐｒｏｖｅ", "approve"},
		{"english with a full stop", "ack.", "sign"},
		{"english with a Chinese mark", "ACK！", "sign"},
		{"english, a sentence", "Ack. We look into it", ""},
		{"closing mark", "收到。", "sign"},
		{"exclamations", "批准！！", "approve"},
		{"leading blank lines", "\n　\n  批准  \n", "approve"},
		{"byte-order mark", "\ufeff批准", "approve"},
		{"zero width inside", "批\u200b准", "approve"},
		{"traditional", "簽收", "sign"},
		{"traditional with reason", "駁回：依據不足", "reject text=依據不足"},
		{"traditional, a sentence", "辦理意見書已寄出", ""},
		{"list number", "1. 批准", "approve"},
		{"list number glued", "1.批准", "approve"},
		{"list full-width", "１、批准", "approve"},
		{"list bracket", "（一）批准", "approve"},
		{"list circled", "①批准", "approve"},
		{"list chinese", "一、批准", "approve"},
		{"list dash", "- 批准", "approve"},
		{"list dot", "• 批准", "approve"},
		{"list full-width dash", "－批准", "approve"},
		{"square brackets", "【批准】", "approve"},
		{"number alone", "签收 123", "sign n=SFJX-2026-000123"},
		{"number glued", "批准123", "approve n=SFJX-2026-000123"},
		{"number with year", "批准 2025-7", "approve n=SFJX-2025-000007"},
		{"number in full", "签收 sfjx-2026-000123", "sign n=SFJX-2026-000123"},
		{"number in brackets", "签收〔SFJX-2026-000123〕", "sign n=SFJX-2026-000123"},
		{"number with full-width dash", "签收 2026－123", "sign n=SFJX-2026-000123"},
		{"number behind a colon", "签收：123", "sign n=SFJX-2026-000123"},
		{"number with label", "签收 编号：123", "sign n=SFJX-2026-000123"},
		{"six digits are a number", "批准 000123", "approve n=SFJX-2026-000123"},
		{"reply code", "批准 7q4km-2xd9p", "approve code=7Q4KM-2XD9P"},
		{"labelled reply code", "批准 回执码：7Q4KM-2XD9P", "approve code=7Q4KM-2XD9P"},
		{"code below", "批准\n回执码 7Q4KM-2XD9P", "approve"},
		{"code above", "回执码：7Q4KM2XD9P\n批准", "approve"},
		{"return", "退回 不属于我处职责。", "return text=不属于我处职责。"},
		{"return colon", "退回：不属于我处职责", "return text=不属于我处职责"},
		{"return with number", "退回 123 不属于我处职责", "return n=SFJX-2026-000123 text=不属于我处职责"},
		{"return reason below", "退回\n不属于我处职责", "return text=不属于我处职责"},
		{"return reason goes on", "退回 不属于我处\n请转节能处\n\n钱联络", "return text=不属于我处⏎请转节能处"},
		{"return without reason", "退回", "!missing return"},
		{"reject", "退回重办 依据不足", "reject text=依据不足"},
		{"reject other word", "驳回：依据不足", "reject text=依据不足"},
		{"reject without reason", "退回重办", "!missing reject"},
		{"refuse", "不予受理 属于信访事项以外", "refuse text=属于信访事项以外"},
		{"accept", "受理", "accept"},
		{"extend default", "延期 5 情况复杂", "extend in=5wd text=情况复杂"},
		{"extend days", "延期 5天 情况复杂", "extend in=5d text=情况复杂"},
		{"extend glued", "延期5个工作日，情况复杂", "extend in=5wd text=情况复杂"},
		{"extend chinese number", "延期十五天 情况复杂", "extend in=15d text=情况复杂"},
		{"extend with number", "延期 123 5天 情况复杂", "extend n=SFJX-2026-000123 in=5d text=情况复杂"},
		{"extend figures in the reason", "延期 5 3个部门协调", "extend in=5wd text=3个部门协调"},
		{"extend without days", "延期 情况复杂", "!missing extend"},
		{"extend without reason", "延期 5天", "!missing extend"},
		{"assign", "分办 电力处 3工作日 请先电话核实", "assign div=power in=3wd text=请先电话核实"},
		{"assign in no days", "分办 电力处 0 工作日", "!missing assign"},
		{"assign in too many days", "分办 电力处 400工作日 不急", "!missing assign"},
		{"assign with figures in the remark", "分办 电力处 3个小区反映", "assign div=power text=3个小区反映"},
		{"instruct in no days", "批示 电力处 0天\n请办", "!missing instruct"},
		{"extend by no days", "延期 0天 情况复杂", "!missing extend"},
		{"refer", "转外 市住房局 不属于本委职责", "refer unit=市住房局 text=不属于本委职责"},
		{"submit by name", "呈报 王分管 请审签", "submit leader=fgld@jxw.example text=请审签"},
		{"submit by address", "呈报 ZYLD@jxw.example", "submit leader=zyld@jxw.example"},
		{"submit to nobody known", "呈报 张某", "!unknown-leader submit"},
		{"attach", "附件 1，3", "attach att=1,3"},
		{"attach glued, twice the same", "附件3、1、3", "attach att=1,3"},
		{"attach all", "附件 全部", "attach att=all"},
		{"attach none", "附件：无。", "attach att=none"},
		{"attach with number", "附件 2026-123 1,3", "attach n=SFJX-2026-000123 att=1,3"},
		{"merge", "并案 124", "merge other=SFJX-2026-000124"},
		{"merge two", "并案 123 124", "merge n=SFJX-2026-000123 other=SFJX-2026-000124"},
		{"merge nothing", "并案", "!missing merge"},
		{"grant", "同意延期", "grant_extension"},
		{"deny", "不同意协办：人手不足", "deny_assist text=人手不足"},
		{"status", "查询 123", "status n=SFJX-2026-000123"},
		{"status glued", "查询123", "status n=SFJX-2026-000123"},
		{"stats", "统计 11月", "stats month=2026-11"},
		{"stats year", "统计2025年3月", "stats month=2025-03"},
		{"stats alone", "统计", "stats"},
		{"handover", "交班", "handover"},
		{"log", "记录 03:00 巡查正常", "log text=03:00 巡查正常"},
		{"register with box", "登记 主任信箱\n张某某，电话 027-00000000\n反映停电", "register box=主任信箱 text=张某某，电话 027-00000000⏎反映停电"},
		{"register", "登记：张某某来电", "register text=张某某来电"},
		{"withdraw is the citizen's", "申请复查 理由", ""},
		{"several", "签收 1\n签收 2\n查询 3", "sign n=SFJX-2026-000001; sign n=SFJX-2026-000002; status n=SFJX-2026-000003"},
		{"several with blank lines", "批准 1\n\n批准 2\n", "approve n=SFJX-2026-000001; approve n=SFJX-2026-000002"},
	})
}

func TestParseText(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"empty", "", ""},
		{"blank", " \n\t\n", ""},
		{"sentence with 收到", "收到您的来信后，我处立即核查。", ""},
		{"sentence with 同意", "同意个别句子，其余请修改。", ""},
		{"comma", "批准，请尽快发出", ""},
		{"figure in a sentence", "同意3号方案", ""},
		{"year in a sentence", "同意2026年方案", ""},
		{"sent people", "派人前往现场核实", ""},
		{"assisting units", "协办单位已经回复", ""},
		{"attachment named", "附件：情况说明.docx", ""},
		{"return in a sentence", "退回理由不充分的材料，我处已补正。", ""},
		{"greeting first", "您好，\n批准", ""},
		{"quoted word in a sentence", "“批准”二字不妥", ""},
		{"latin word", "approved by all", ""},
		{"latin glued", "approve123", ""},
		{"not alone", "签收 我处将尽快办理", "!not-alone sign"},
		{"not alone, approval", "批准 但请改标题", "!not-alone approve"},
		{"quote mark", "> 批准", ""},
	})
}

func TestParseBody(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"answer", "答复\n经核实，情况属实。\n\n电力处", "answer text=经核实，情况属实。⏎⏎电力处"},
		{"answer on the line", "办理意见：经核实；\n情况属实。", "answer text=经核实；⏎情况属实。"},
		{"answer glued to text", "答复如下：经核实", ""},
		{"answer without body", "答复", "!missing answer"},
		{"body keeps its marks", "修改\n  （一）您好！：；", "amend text=（一）您好！：；"},
		{"body loses the code", "答复\n经核实。\n回执码：7Q4KM-2XD9P\n谢谢", "answer text=经核实。⏎谢谢"},
		{"body ends at the signature mark", "答复\n经核实。\n-- \n电力处", "answer text=经核实。"},
		{"verbs inside the body", "修改\n您好：\n批准\n退回重办 不行", "amend text=您好：⏎批准⏎退回重办 不行"},
		{"faulty command begins the body", "答复\n协办：运行部门已核实", "answer text=协办：运行部门已核实"},
		{"not alone begins the body", "答复\n收到 来信后已核实", "answer text=收到 来信后已核实"},
		{"last taker", "答复\n签收\n经核实。", "answer text=经核实。; sign"},
		{"deciding with text", "批准\n但是请先等一等", "!text-below approve"},
		{"deciding with signature", "批准\n\n审核员乙\n示范市经济和信息化委员会 电力处\n电话：027-12345678\nshyb@jxw.example\n2026年11月3日\n发自我的手机", "approve"},
		{"signature without empty line", "批准\n审核员乙", "!text-below approve"},
		{"signature mark", "批准\n-- \n随便什么", "approve"},
		{"signature on one line", "批准\n\n审核员乙 | 电力处 | 13800000000", "approve"},
		{"signature and more", "批准\n\n审核员乙\n请缓发", "!text-below approve"},
		{"postal address", "批准\n\n示范市中山区人民路12号3楼", "approve"},
		{"thanks are text", "批准\n\n谢谢", "!text-below approve"},
		{"code between", "批准\n\n回执码：7Q4KM-2XD9P\n审核员乙", "approve"},
		{"reject with more text", "退回重办 依据不足\n另请补充材料", "!text-below reject"},
		{"reject with the reason below", "退回重办\n依据不足", "!missing reject"},
		{"text under a decision goes to a later taker", "批准 1\n分办 2 电力处\n请抓紧", "approve n=SFJX-2026-000001; assign n=SFJX-2026-000002 div=power text=请抓紧"},
		{"text under an earlier taker", "分办 2 电力处\n批准 1\n请抓紧", "assign n=SFJX-2026-000002 div=power text=请抓紧; !text-below approve"},
		{"unused text", "签收\n我处将尽快办理", "sign; !text-unused "},
		{"instruct", "批示\n请抓紧办理。", "instruct text=请抓紧办理。"},
		{"instruct with division and days", "批示 电力处 3个工作日 请抓紧\n务必查清", "instruct div=power in=3wd text=请抓紧⏎务必查清"},
		{"instruct with divisions and days", "批示 电力处、经济运行处 2个工作日\n请两处室共同查清", "instruct div=power+operation in=2wd text=请两处室共同查清"},
		{"instruct with a division twice", "批示 电力处，电力处，请抓紧", "instruct div=power text=请抓紧"},
		{"instruct on the line", "批示：请电力处抓紧办理", "instruct text=请电力处抓紧办理"},
	})
}

func TestParseDivisions(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"full name", "分办 电力处", "assign div=power"},
		{"short name", "分办 电力", "assign div=power"},
		{"id", "派 Power", "assign div=power"},
		{"glued", "分办电力处", "assign div=power"},
		{"list", "分办 电力处、节能处，运行", "assign div=power+energy-save+operation"},
		{"list with blanks", "分办 电力处 节能处 5工作日 请抓紧", "assign div=power+energy-save in=5wd text=请抓紧"},
		{"comma before days", "分办 电力处，5个工作日，请抓紧", "assign div=power in=5wd text=请抓紧"},
		{"days alone", "分办 电力处 7", "assign div=power in=7wd"},
		{"full-width brackets in the name", "分办 信息化推进处(大数据处)", "assign div=info-promotion"},
		{"part of one name", "分办 推进", "assign div=info-promotion"},
		{"ambiguous", "分办 信息", "!ambiguous-division assign"},
		{"unknown", "分办 供水处", "!unknown-division assign"},
		{"unknown in the list", "分办 电力处、供水处", "!unknown-division assign"},
		{"none", "分办", "!missing assign"},
		{"twice the same", "分办 电力处、power", "assign div=power"},
		{"with number", "分办 123 电力处 说明 如下", "assign n=SFJX-2026-000123 div=power text=说明 如下"},
		{"remark that names a division", "分办 电力处 请会同节能处办理", "assign div=power text=请会同节能处办理"},
		{"reassign", "改派 节能处 职责所在", "reassign div=energy-save text=职责所在"},
		{"reassign without reason", "改派 节能处", "!missing reassign"},
		{"assist", "协办 节能处、运行 需要数据", "assist div=energy-save+operation text=需要数据"},
		{"two lines", "分办 1 电力处\n改派 2 节能处 职责所在", "assign n=SFJX-2026-000001 div=power; reassign n=SFJX-2026-000002 div=energy-save text=职责所在"},
	})
	_, problems := Parse("分办 信息", testOptions())
	want := []string{"信息产业处", "信息化推进处（大数据处）"}
	if diff := cmp.Diff(want, problems[0].Candidates); diff != "" {
		t.Errorf("candidates of an ambiguous division (-want +got):\n%s", diff)
	}
	_, problems = Parse("分办 供水处", testOptions())
	if got := len(problems[0].Candidates); got != 5 {
		t.Errorf("candidates of an unknown division: got %d, want all 5", got)
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"contradiction", "批准 1\n查询 3\n退回重办 2 依据不足", "!contradiction approve; !contradiction status; !contradiction reject"},
		{"contradiction with a faulty half", "批准\n退回重办", "!contradiction approve; !missing reject"},
		{"duplicate", "签收\n签收", "sign; !duplicate sign"},
		{"duplicate in other words", "批准 123\n同意 2026-123", "approve n=SFJX-2026-000123; !duplicate approve"},
		{"twelve lines", strings.Repeat("待办\n", 1) + "查询 1\n查询 2\n查询 3\n查询 4\n查询 5\n查询 6\n查询 7\n查询 8\n查询 9\n查询 10\n退回 11 不属于我处\n正文",
			"todo; status n=SFJX-2026-000001; status n=SFJX-2026-000002; status n=SFJX-2026-000003; status n=SFJX-2026-000004; status n=SFJX-2026-000005; status n=SFJX-2026-000006; status n=SFJX-2026-000007; status n=SFJX-2026-000008; status n=SFJX-2026-000009; !too-many status"},
	})
}

func TestParseSamples(t *testing.T) {
	t.Parallel()
	runParse(t, testOptions(), []parseCase{
		{"placeholder", "〈批准〉", "!sample approve"},
		{"placeholder behind the verb", "退回重办 〈理由〉", "!sample reject"},
		{"usage", "退回 理由", "!sample return"},
		{"list of our mails", "· “批准”——照此稿发出（批准须单独成行，后面不加文字）\n· “退回重办 理由”——退回处室重新办理", "!sample approve; !sample reject"},
		{"quoted word alone", "“批准”", "!sample approve"},
		{"sample, then a command", "〈签收〉\n签收", "sign; !sample sign"},
	})
	for _, e := range table() {
		opts := testOptions()
		opts.Citizen = slices.Contains(e.Roles, petition.RoleCitizen)
		line := "· “" + e.Usage + "”（也可写：" + strings.Join(e.Also, "、") + "）——" + e.Help
		if commands, _ := Parse(line, opts); len(commands) > 0 {
			t.Errorf("line of our help mail is a command: %q: %v", line, commands)
		}
	}
}

func TestParseOTP(t *testing.T) {
	t.Parallel()
	opts := testOptions()
	opts.OTP = []Verb{Approve, Reject}
	runParse(t, opts, []parseCase{
		{"password", "批准 123456", "approve otp=123456"},
		{"password glued", "批准123456", "approve otp=123456"},
		{"number and password", "批准 123 123456", "approve n=SFJX-2026-000123 otp=123456"},
		{"password and number", "批准 123456 2026-123", "approve n=SFJX-2026-000123 otp=123456"},
		{"reading verbs have none", "查询 000123", "status n=SFJX-2026-000123"},
		{"password and reason", "退回重办 123456 依据不足", "reject otp=123456 text=依据不足"},
		{"number of six digits and password", "批准 000123 123456", "approve n=SFJX-2026-000123 otp=123456"},
		{"no number and password", "批准 000000 123456", "!not-alone approve"},
		{"verbs without have none", "签收 000123", "sign n=SFJX-2026-000123"},
	})
}

func TestParseCitizen(t *testing.T) {
	t.Parallel()
	opts := testOptions()
	opts.Citizen = true
	runParse(t, opts, []parseCase{
		{"status in the thread", "查询", "query"},
		{"status", "查询 SFJX-2026-000123 0123456789", "query n=SFJX-2026-000123 query=0123456789"},
		{"status short", "查询 123，0123456789。", "query n=SFJX-2026-000123 query=0123456789"},
		{"status other order", "查询 0123456789 123", "query n=SFJX-2026-000123 query=0123456789"},
		{"status labelled", "查询 编号：123 查询码：0123456789", "query n=SFJX-2026-000123 query=0123456789"},
		{"status of words is a letter", "查询 我2019年的社保缴费", ""},
		{"status glued to words is a letter", "查询社保缴费问题", ""},
		{"satisfied", "满意", "satisfied rating=满意"},
		{"satisfied with words", "满意，谢谢你们！", "satisfied rating=满意 text=谢谢你们！"},
		{"fairly", "基本满意 速度可以再快些", "fairly_satisfied rating=基本满意 text=速度可以再快些"},
		{"dissatisfied", "不满意\n问题没有解决。", "dissatisfied rating=不满意 text=问题没有解决。"},
		{"dissatisfied with the code", "不满意 123 0123456789 没有解决", "dissatisfied n=SFJX-2026-000123 rating=不满意 query=0123456789 text=没有解决"},
		{"opinion with a figure", "不满意 3 个问题没有解决", "dissatisfied rating=不满意 text=3 个问题没有解决"},
		{"survey is a letter", "满意度调查不真实", ""},
		{"traditional status", "查詢 SFJX-2026-000123 0123456789", "query n=SFJX-2026-000123 query=0123456789"},
		{"traditional satisfied", "滿意，謝謝！", "satisfied rating=满意 text=謝謝！"},
		{"traditional review", "申請複查 沒有修好", "review text=沒有修好"},
		{"withdraw", "撤回", "withdraw"},
		{"withdraw with the code", "撤回 123 0123456789", "withdraw n=SFJX-2026-000123 query=0123456789"},
		{"withdraw of words is a letter", "撤回 我的申请没有人理", ""},
		{"review", "申请复查：答非所问", "review text=答非所问"},
		{"office verbs are words", "批准\n退回重办 不行", ""},
	})
}
