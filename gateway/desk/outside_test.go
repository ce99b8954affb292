package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

const elsewhere = "wang.home@other.example"

// A citizen's fresh mail names its case by the verb, or by lines copied from
// the receipt. The registered address is asked for 确认; the query code proves.
func TestCitizenNamesTheCaseInTheText(t *testing.T) {
	tests := []struct {
		name, from, text string
		takes            string // what the registered address gets
		then             petition.State
	}{
		{"number behind the verb", wang, "撤回 SFJX-2026-000001", "confirm", petition.Withdrawn},
		{"short number behind the verb", wang, "撤回 1", "confirm", petition.Withdrawn},
		{"number on a line of its own", wang, "撤回\n登记编号：SFJX-2026-000001", "confirm", petition.Withdrawn},
		{"lines copied from the receipt", wang, "撤回\n\n登记编号：SFJX-2026-000001\n查询码：{code}", "transcript", petition.Withdrawn},
		{"the same from elsewhere", elsewhere, "撤回\n登记编号：SFJX-2026-000001\n查询码：{code}", "transcript", petition.Withdrawn},
		{"question without the code", wang, "查询 SFJX-2026-000001", "status", petition.Dispatched},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			story(t, func(t *testing.T, o *office) {
				o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
				receipt := o.take(wang, "receipt")
				o.take("power@jxw.example", "dispatch")
				code := between(receipt.l.Text, "查询码：")
				o.person("director", tt.from, "王某", "我的信", strings.ReplaceAll(tt.text, "{code}", code))
				got := o.take(wang, tt.takes)
				got.mustNot(t, code)
				if tt.takes == "confirm" {
					o.state(1, petition.Dispatched)
					o.answer(reply{from: wang, to: got, text: "确认", plain: true, box: "director"})
					o.take(wang, "transcript")
				}
				if tt.then == petition.Withdrawn {
					o.take("power@jxw.example", "transcript")
				}
				o.state(1, tt.then)
			})
		})
	}
}

// People have more than one address: who answers a mail of ours to the citizen
// was shown it, and what comes of it goes to the registered address only (spec
// mail sections 2 and 4). A number alone still lets nobody in.
func TestThreadFromAnotherAddress(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		receipt := o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: elsewhere, to: receipt, text: "今天又停了一次。", plain: true, box: "director"})
		o.take("power@jxw.example", "dispatch").must(t, "今天又停了一次", "从登记地址以外的邮箱发来")
		o.answer(reply{from: elsewhere, to: receipt, text: "查询", plain: true, box: "director"})
		o.take(wang, "status").mustNot(t, "查询码：")

		o.answer(reply{from: elsewhere, to: receipt, text: "撤回", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.take("power@jxw.example", "transcript")
		o.state(1, petition.Withdrawn)
	})
}

// What is ordered today is not about to expire, and the notice does not say so.
func TestSupervisionIsNoReminder(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "fgld@jxw.example", text: "督办 1", bare: true, subject: "督办"})
		o.answer(reply{from: "fgld@jxw.example", to: o.take("fgld@jxw.example", "confirm"), text: "确认"})
		o.take("fgld@jxw.example", "transcript")
		for _, who := range []string{"power@jxw.example", "power-head@jxw.example"} {
			notice := o.take(who, "chase")
			notice.must(t, "请按时办结")
			notice.mustNot(t, "即将到期")
			if strings.Contains(notice.l.Subject, "即将到期") {
				t.Errorf("subject %q", notice.l.Subject)
			}
		}
	})
}

// Who amended a draft and then approves it by the old mail is told whose turn
// it is: the new draft went to the others only.
func TestAmenderApproves(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "修改\n变压器已于今日更换。"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript").must(t, "须由另一位审核人批准")
		o.state(1, petition.Drafted)
	})
}

// A leader names several divisions and one deadline: each gets the words and the
// deadline, and nothing of the line is lost among the words.
func TestInstructionToSeveralDivisions(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.dispatched()
		o.answer(reply{from: "zyld@jxw.example", text: "批示 1 电力处、政策法规处、经济运行处 2个工作日\n请共同查清。", bare: true, subject: "批示"})
		o.answer(reply{from: "zyld@jxw.example", to: o.take("zyld@jxw.example", "confirm"), text: "确认"})
		o.take("zyld@jxw.example", "transcript").must(t, "已转电力处、政策法规处、经济运行处办理，期限")
		c := o.state(1, petition.Dispatched)
		if len(c.Tasks) != 3 || c.Tasks[0].Due.IsZero() || !c.Tasks[0].Due.Equal(c.Tasks[1].Due) || !c.Tasks[0].Due.Before(c.Arrived.AddDate(0, 0, 5)) {
			t.Errorf("tasks %+v", c.Tasks)
		}
		for who, kind := range map[string]string{"power@jxw.example": "dispatch", "law@jxw.example": "assist", "economy@jxw.example": "assist"} {
			m := o.take(who, kind)
			m.must(t, "请共同查清。")
			m.mustNot(t, "2个工作日")
			m.must(t, "协办：政策法规处、经济运行处")
		}
	})
}

// A command by a mail whose matter has moved on does nothing; the transcript
// says once that it was not done, and by which mail it can be.
func TestLateCommandIsToldTheWay(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		first := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: first, text: "经核查，变压器已更换。"})
		o.take(wang, "acceptance")
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		bing := o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "退回重办 请写明时间"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take("power@jxw.example", "dispatch")

		o.answer(reply{from: "power@jxw.example", to: first, text: "已于三月二日更换。"})
		late := o.take("power@jxw.example", "transcript")
		late.must(t, "未办：所引用的来件已经失效", "请这样办：仍要办理的，请直接回复本邮件", "回执码：")
		o.answer(reply{from: "power@jxw.example", to: late, text: "已于三月二日更换。"})
		o.take("power@jxw.example", "transcript").must(t, "已办：办理意见已收到")
		o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")

		o.answer(reply{from: "bing@jxw.example", to: bing, text: "批准"})
		newer := o.take("bing@jxw.example", "approval")
		o.take("bing@jxw.example", "transcript").must(t, "未办：所引用的来件已经失效", "请这样办：请按随本回执另发的待审单决定")
		o.answer(reply{from: "bing@jxw.example", to: newer, text: "批准"})
		o.take("bing@jxw.example", "transcript")
		o.take("yi@jxw.example", "approval")
		o.take(wang, "answer")

		o.answer(reply{from: "bing@jxw.example", to: bing, text: "退回重办 再改"})
		o.take("bing@jxw.example", "transcript").must(t, "请这样办：答复已经发出")
	})
}

// A leader who is told of a late case owes no opinion: the mail says what a
// leader can do with it, and it is done.
func TestLeaderIsToldOfLateCase(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.dispatched()
		o.until(time.Date(2026, 3, 13, 18, 0, 0, 0, shanghai))
		chase := o.last("fgld@jxw.example", "chase")
		chase.must(t, "现予报告", "写“批示”", "“督办 2工作日”")
		chase.mustNot(t, "请立即办理", "与回复原来的办理通知")
		o.inboxes = map[string][]*mail{}
		o.answer(reply{from: "fgld@jxw.example", to: chase, text: "督办 2工作日"})
		o.take("fgld@jxw.example", "transcript").must(t, "已督办")
		o.last("power-head@jxw.example", "chase").must(t, "督办")
	})
}

// A chief who is an approver hears of a late approval once.
func TestApproverIsChasedOnce(t *testing.T) {
	alone(t, func(s *Settings) {
		for i, p := range s.Policy.Roster.Office {
			if p.Address == "bing@jxw.example" {
				s.Policy.Roster.Office[i].Roles = append(p.Roles, petition.RoleChief)
			}
		}
	}, func(t *testing.T, o *office) {
		o.drafted()
		o.until(time.Date(2026, 3, 3, 18, 0, 0, 0, shanghai))
		for _, who := range []string{"yi@jxw.example", "bing@jxw.example"} {
			o.take(who, "chase")
		}
		o.until(time.Date(2026, 3, 4, 18, 0, 0, 0, shanghai))
		for _, who := range []string{"yi@jxw.example", "bing@jxw.example"} {
			n := 0
			for _, m := range o.inboxes[who] {
				if m.kind == "chase" {
					n++
					m.must(t, "回执码：")
				}
			}
			if n != 1 {
				t.Errorf("%s was chased %d times", who, n)
			}
		}
	})
}

// Words without a verb under a draft do nothing; whoever wrote them reads what
// to write, a leader what a leader may.
func TestWordsUnderADraft(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "时间要写清楚。"})
		o.take("yi@jxw.example", "transcript").must(t, "没有读到指令", "写“修改”，另起一行写正文全文", "“退回重办 理由”")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "呈报 分管领导"})
		o.take("yi@jxw.example", "transcript")
		asked := o.take("fgld@jxw.example", "approval")
		o.answer(reply{from: "fgld@jxw.example", to: asked, text: "时间要写清楚，再报我。"})
		o.take("fgld@jxw.example", "transcript").must(t, "没有读到指令", "写“批准”", "写“批示”，另起一行写意见")
		o.answer(reply{from: "fgld@jxw.example", to: asked, text: "批示\n时间要写清楚，再报我。"})
		o.take("fgld@jxw.example", "transcript").must(t, "批示已原文记录")
	})
}
