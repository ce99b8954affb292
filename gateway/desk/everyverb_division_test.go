package desk

import (
	"testing"
	"time"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

func divisionTries() []try {
	signed := func(t *testing.T, o *office, c petition.Case) {
		t.Helper()
		if c.Dispatches[0].Signed.IsZero() || c.Accepted.IsZero() {
			t.Errorf("not signed for: %+v", c.Dispatches)
		}
	}
	return []try{
		{verb: command.Sign, name: "plain", stage: "dispatched", from: "power", text: "签收", says: []string{"已签收", "等待承办处室提交办理意见", "回执码"}, state: petition.Dispatched, check: signed, gets: []string{"citizen acceptance"}},
		{verb: command.Sign, name: "收到", stage: "dispatched", from: "power", text: "收到。", says: []string{"已签收"}, state: petition.Dispatched, check: signed},
		{verb: command.Sign, name: "ack", stage: "dispatched", from: "power", text: "ACK", says: []string{"已签收"}, state: petition.Dispatched, check: signed},
		{verb: command.Sign, name: "by the head, by number", stage: "dispatched", from: "power-head", text: "签收 {n}", bare: true, then: "确认", says: []string{"已签收"}, state: petition.Dispatched, check: signed},
		{verb: command.Sign, name: "full-width number", stage: "dispatched", from: "power", text: "１、签收：{N}。", says: []string{"已签收"}, state: petition.Dispatched, check: signed},
		{verb: command.Sign, name: "with a mark before it", stage: "dispatched", from: "power", text: "\ufeff· 签收；", says: []string{"已签收"}, state: petition.Dispatched, check: signed},
		{verb: command.Sign, name: "an alarm", stage: "urgent", from: "zhiban", text: "收到", says: []string{"不再重复提醒"}, state: petition.Dispatched},
		{verb: command.Sign, name: "twice", stage: "dispatched", from: "power", text: "签收\n签收 {N}", wrong: 1, says: []string{"无需重复签收"}, state: petition.Dispatched},
		{verb: command.Sign, name: "not alone", stage: "dispatched", from: "power", text: "签收 并尽快办理", wrong: 1, says: []string{"单独成行"}, state: petition.Dispatched},
		{verb: command.Sign, name: "another's", stage: "dispatched", from: "economy", text: "签收 {n}", bare: true, wrong: 1, says: []string{"没有该编号的来信，或者您无权查看"}, state: petition.Dispatched},
		{verb: command.Sign, name: "no number", stage: "dispatched", from: "power", text: "签收", bare: true, wrong: 1, says: []string{"没有写明是哪一件来信", "签收 123"}, state: petition.Dispatched},
		{verb: command.Sign, name: "taken away", stage: "handed", from: "power", text: "签收", wrong: 1, says: []string{"已不由贵处室办理"}, lacks: []string{"政策法规处", "回执码"}, state: petition.Dispatched},

		{verb: command.Answer, name: "body below", stage: "dispatched", from: "power", text: "答复\n经核查，变压器已更换。", says: []string{"作为答复稿送审"}, state: petition.Drafted, gets: []string{"yi approval", "bing approval"}},
		{verb: command.Answer, name: "办理意见", stage: "dispatched", from: "power", text: "办理意见：变压器已更换。", says: []string{"作为答复稿送审"}, state: petition.Drafted},
		{verb: command.Answer, name: "answer", stage: "dispatched", from: "power-head", text: "answer {n}\n变压器已更换。", bare: true, then: "确认", says: []string{"作为答复稿送审"}, state: petition.Drafted},
		{verb: command.Answer, name: "plain text", stage: "dispatched", from: "power", text: "收到您的来信后，我处立即核查，变压器已更换。", says: []string{"作为答复稿送审"}, state: petition.Drafted},
		{verb: command.Answer, name: "assisting", stage: "joint", from: "law", text: "依据为2026年电价办法。", says: []string{"协办意见已收到"}, state: petition.Dispatched},
		{verb: command.Answer, name: "nothing", stage: "dispatched", from: "power", text: "答复", wrong: 1, says: []string{"缺少正文", "另起一行"}, state: petition.Dispatched},
		{verb: command.Answer, name: "too late", stage: "answered", from: "power", text: "补充意见：另有两台变压器。", wrong: 1, says: []string{"已答复"}, state: petition.Answered},
		{verb: command.Answer, name: "by the office", stage: "triage", from: "jia", text: "答复\n请到窗口办理。", wrong: 1, says: []string{"没有办理此事项的权限", "帮助"}, state: petition.Triage},

		{verb: command.Return, name: "with a reason", stage: "dispatched", from: "power", text: "退回 属运行调度事项，建议转经济运行处", says: []string{"已退回电子政务室"}, state: petition.Triage, gets: []string{"jia triage"}},
		{verb: command.Return, name: "return, reason below", stage: "dispatched", from: "power", text: "return\n属运行调度事项", says: []string{"已退回"}, state: petition.Triage},
		{verb: command.Return, name: "assisting", stage: "joint", from: "law", text: "退回 与我处职责无关", says: []string{"已退回"}, state: petition.Dispatched},
		{verb: command.Return, name: "no reason", stage: "dispatched", from: "power", text: "退回", wrong: 1, says: []string{"缺少理由", "写“退回 理由”"}, state: petition.Dispatched},
		{verb: command.Return, name: "after the opinion", stage: "drafted", from: "power", text: "退回 不属我处职责", wrong: 1, says: []string{"答复待审核"}, state: petition.Drafted},

		{verb: command.Extend, name: "working days", stage: "dispatched", from: "power", text: "延期 5 需现场核查", says: []string{"延期申请已送电子政务室"}, state: petition.Dispatched, gets: []string{"jia triage"},
			check: func(t *testing.T, _ *office, c petition.Case) {
				if c.Asked == nil || c.Asked.Period != "5wd" {
					t.Errorf("asked for %+v", c.Asked)
				}
			}},
		{verb: command.Extend, name: "extend, calendar days", stage: "dispatched", from: "power", text: "extend 10天 需现场核查", says: []string{"延期申请已送电子政务室"}, state: petition.Dispatched,
			check: func(t *testing.T, _ *office, c petition.Case) {
				if c.Asked == nil || c.Asked.Period != "10d" {
					t.Errorf("asked for %+v", c.Asked)
				}
			}},
		{verb: command.Extend, name: "full-width, by number", stage: "dispatched", from: "power", text: "延期　{n}　３个工作日　需现场核查", says: []string{"延期申请已送"}, state: petition.Dispatched},
		{verb: command.Extend, name: "assisting", stage: "joint", from: "law", text: "延期 2 需查阅档案", says: []string{"延期申请已送"}, state: petition.Dispatched},
		{verb: command.Extend, name: "no days", stage: "dispatched", from: "power", text: "延期 需现场核查", wrong: 1, says: []string{"没有写明天数"}, state: petition.Dispatched},
		{verb: command.Extend, name: "no reason", stage: "dispatched", from: "power", text: "延期 5", wrong: 1, says: []string{"缺少理由"}, state: petition.Dispatched},
		{verb: command.Extend, name: "longer than the law", stage: "dispatched", from: "power", text: "延期 40天 需现场核查", wrong: 1, says: []string{"延期太长", "请减少天数"}, state: petition.Dispatched},
		{verb: command.Extend, name: "twice", stage: "extension", from: "power", text: "延期 2 再等几天", wrong: 1, says: []string{"等待电子政务室决定"}, state: petition.Dispatched},

		{verb: command.Assist, name: "asked", stage: "dispatched", from: "power", text: "协办 法规、运行 涉及补偿政策", says: []string{"协办申请已送电子政务室：政策法规处、经济运行处"}, state: petition.Dispatched, gets: []string{"jia triage"}},
		{verb: command.Assist, name: "assist, by the office", stage: "dispatched", from: "jia", text: "assist {n} law 涉及补偿政策", bare: true, then: "确认", says: []string{"已增加协办：政策法规处"}, state: petition.Dispatched, gets: []string{"law assist"}},
		{verb: command.Assist, name: "no division", stage: "dispatched", from: "power", text: "协办", wrong: 1, says: []string{"没有写明处室", "政策法规处"}, state: petition.Dispatched},
		{verb: command.Assist, name: "unknown division", stage: "dispatched", from: "power", text: "协办 水利处 涉及水利", wrong: 1, says: []string{"没有名为“水利处”的处室", "可选：电力处、经济运行处"}, state: petition.Dispatched},
		{verb: command.Assist, name: "the accused", stage: "accused", from: "jia", text: "协办 电力处 请提供情况", wrong: 1, says: []string{"不能增加协办"}, state: petition.Triage},

		{verb: command.GrantExtension, name: "plain", stage: "extension", from: "jia", text: "同意延期", says: []string{"已同意延期，新的办理期限"}, state: petition.Dispatched, gets: []string{"power dispatch"},
			check: func(t *testing.T, _ *office, c petition.Case) {
				if c.Extended != 1 || c.Asked != nil || !c.Dispatches[0].Due.Equal(c.Due) {
					t.Errorf("extended %d, asked %v", c.Extended, c.Asked)
				}
			}},
		{verb: command.GrantExtension, name: "nobody asked", stage: "dispatched", from: "jia", text: "同意延期 {n}", bare: true, then: "确认", wrong: 1, says: []string{"没有等待决定的延期申请"}, state: petition.Dispatched},
		{verb: command.GrantExtension, name: "with words below", stage: "extension", from: "jia", text: "同意延期\n但请先答复来信人", wrong: 1, says: []string{"下面还有其他文字"}, state: petition.Dispatched},
		{verb: command.DenyExtension, name: "with a reason", stage: "extension", from: "jia", text: "不同意延期 时间已经充足", says: []string{"未同意延期"}, state: petition.Dispatched, gets: []string{"power dispatch"}},
		{verb: command.DenyExtension, name: "by the liaison", stage: "extension", from: "power", text: "不同意延期", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Dispatched},
		{verb: command.GrantAssist, name: "plain", stage: "help", from: "jia", text: "同意协办", says: []string{"已同意协办"}, state: petition.Dispatched, gets: []string{"law assist"}},
		{verb: command.GrantAssist, name: "nobody asked", stage: "dispatched", from: "jia", text: "同意协办 {n}", bare: true, then: "确认", wrong: 1, says: []string{"没有等待决定的协办申请"}, state: petition.Dispatched},
		{verb: command.DenyAssist, name: "no reason needed", stage: "help", from: "jia", text: "不同意协办", says: []string{"未同意协办"}, state: petition.Dispatched, gets: []string{"power dispatch"}},
		{verb: command.DenyAssist, name: "nobody asked", stage: "dispatched", from: "jia", text: "不同意协办 {n}", bare: true, then: "确认", wrong: 1, says: []string{"没有等待决定的协办申请"}, state: petition.Dispatched},
	}
}

func dutyTries() []try {
	return []try{
		{verb: command.Register, name: "a call", stage: "new", from: "zhiban", bare: true, text: "登记 主任信箱\n姓名：赵某\n联系电话：13800138000\n内容：来电反映东风里停电两天。",
			says: []string{"已登记，编号 {N}"}, state: petition.Dispatched, gets: []string{"power dispatch"}, check: func(t *testing.T, _ *office, c petition.Case) {
				if c.Name != "赵某" || c.Mailbox != "director" {
					t.Errorf("registered for %q in %s", c.Name, c.Mailbox)
				}
			}},
		{verb: command.Register, name: "register, by the office", stage: "new", from: "jia", bare: true, text: "register\n姓名：钱某\n内容：来访咨询备案手续。", then: "确认", says: []string{"已登记，编号 {N}"}, state: petition.Triage},
		{verb: command.Register, name: "nothing to register", stage: "dispatched", from: "zhiban", bare: true, text: "登记", wrong: 1, says: []string{"缺少正文"}},
		{verb: command.Register, name: "by a liaison", stage: "dispatched", from: "power", bare: true, text: "登记\n姓名：赵某\n内容：来电反映停电。", wrong: 1, says: []string{"没有办理此事项的权限"}},

		{verb: command.Take, name: "接班", stage: "dispatched", from: "zhiban", bare: true, text: "接班", says: []string{"已接班"}},
		{verb: command.Take, name: "take", stage: "dispatched", from: "zhiban", bare: true, text: "take", says: []string{"已接班"}},
		{verb: command.Take, name: "by a liaison", stage: "dispatched", from: "power", bare: true, text: "接班", wrong: 1, says: []string{"没有办理此事项的权限"}},
		{verb: command.Handover, name: "交班", stage: "dispatched", from: "zhiban", bare: true, text: "交班 一切正常", says: []string{"已记入值班日志"}},
		{verb: command.Handover, name: "handover", stage: "dispatched", from: "zhiban", bare: true, text: "handover", says: []string{"已记入值班日志"}},
		{verb: command.Handover, name: "by the office", stage: "dispatched", from: "jia", bare: true, text: "交班", wrong: 1, says: []string{"没有办理此事项的权限"}},
		{verb: command.Log, name: "记录", stage: "dispatched", from: "zhiban", bare: true, text: "记录 22时机房断电，已恢复", says: []string{"已记入值班日志"}},
		{verb: command.Log, name: "log, several lines", stage: "dispatched", from: "zhiban", bare: true, text: "log\n22时机房断电\n22时10分恢复", says: []string{"已记入值班日志"}},
		{verb: command.Log, name: "nothing", stage: "dispatched", from: "zhiban", bare: true, text: "记录", wrong: 1, says: []string{"缺少理由或内容", "写“记录 内容”"}},
	}
}

// TestRegisterOffShift: a call is registered by whoever has the duty now, and by
// the office at any time.
func TestRegisterOffShift(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		s := o.desk.settings.Load()
		s.Shifts[0].From, s.Shifts[0].To = 17*60+30, 8*60
		o.now = time.Date(2026, 3, 3, 10, 0, 0, 0, shanghai)
		o.answer(reply{from: "zhiban@jxw.example", text: "登记\n姓名：赵某\n内容：来电反映停电。", bare: true})
		if m := o.take("zhiban@jxw.example", "transcript"); !containsAll(m.l.Text, "您目前不在班", "请交由当班的值班员登记") {
			t.Errorf("transcript:\n%s", m.l.Text)
		}
		o.inboxes["zhiban@jxw.example"] = nil
	})
}
