package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

// reported brings an urgent letter to the liaison, and its report to the leader.
func (o *office) reported() (report, dispatch *mail) {
	o.t.Helper()
	o.person("director", wang, "王某", "停电引起爆炸", "变压器爆炸，小区停电。")
	o.take(wang, "receipt")
	o.take("zhiban@jxw.example", "alarm")
	o.take("power-head@jxw.example", "dispatch")
	return o.take("fgld@jxw.example", "report"), o.take("power@jxw.example", "dispatch")
}

// TestInstructionIsReportedBack: a leader's plain answer to a report is an
// instruction: verbatim to the lead, and reported back once the citizen has the
// answer.
func TestInstructionIsReportedBack(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		report, dispatch := o.reported()
		const words = "请电力处立即派员到场，\n妥善救治伤员。"
		o.answer(reply{from: "fgld@jxw.example", to: report, text: words})
		said := o.take("fgld@jxw.example", "transcript")
		if !strings.Contains(said.l.Text, "办结后向您报告") {
			t.Errorf("the leader is told:\n%s", said.l.Text)
		}
		o.take("power-head@jxw.example", "dispatch")
		passed := o.take("power@jxw.example", "dispatch")
		for _, line := range strings.Split(words, "\n") {
			if !strings.Contains(passed.l.Text, line) {
				t.Errorf("the instruction lacks %q:\n%s", line, passed.l.Text)
			}
		}
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "经核查，变压器已更换，伤员已送医。"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.approve("yi@jxw.example", yi, "bing@jxw.example")
		done := o.take("fgld@jxw.example", "report")
		for _, want := range []string{"办结", "妥善救治伤员", "伤员已送医", "已答复来信人"} {
			if !strings.Contains(done.l.Text, want) {
				t.Errorf("the report lacks %q:\n%s", want, done.l.Text)
			}
		}
		// An answer to that report is an instruction too; the letter is answered,
		// so the office has it.
		o.answer(reply{from: "fgld@jxw.example", to: done, text: "请跟踪伤员救治情况。"})
		o.take("fgld@jxw.example", "transcript")
		triage := o.take("jia@jxw.example", "triage")
		if !strings.Contains(triage.l.Text, "请跟踪伤员救治情况。") {
			t.Errorf("the office reads:\n%s", triage.l.Text)
		}
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "重办 按领导批示跟踪伤员情况"})
		o.take("jia@jxw.example", "transcript")
		again := o.take("power@jxw.example", "dispatch")
		o.take("power-head@jxw.example", "dispatch")
		if !strings.Contains(again.l.Text, "请跟踪伤员救治情况。") || strings.Contains(again.l.Text, "妥善救治伤员") {
			t.Errorf("the dispatch carries what is open, and no more:\n%s", again.l.Text)
		}
	})
}

// TestInstructionNamesADivision: the named division gets the leader's words with
// a deadline of its own, is chased on it, and its answer goes back to the leader.
func TestInstructionNamesADivision(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		report, dispatch := o.reported()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		due := o.state(1, petition.Dispatched).Due
		o.answer(reply{from: "fgld@jxw.example", to: report, text: "批示 政策法规处 2 工作日\n请研究赔偿依据。"})
		said := o.take("fgld@jxw.example", "transcript")
		if !strings.Contains(said.l.Text, "已转政策法规处办理，期限 2026年3月4日 17:30") {
			t.Errorf("the leader is told:\n%s", said.l.Text)
		}
		assist := o.take("law@jxw.example", "assist")
		o.take("law-head@jxw.example", "assist")
		for _, want := range []string{"请研究赔偿依据。", "2026年3月4日 17:30"} {
			if !strings.Contains(assist.l.Text, want) {
				t.Errorf("the named division's mail lacks %q:\n%s", want, assist.l.Text)
			}
		}
		lead := o.take("power@jxw.example", "dispatch")
		o.take("power-head@jxw.example", "dispatch")
		if !strings.Contains(lead.l.Text, "由政策法规处办理") {
			t.Errorf("the lead does not hear whose the instruction is:\n%s", lead.l.Text)
		}
		if c := o.state(1, petition.Dispatched); !c.Due.Equal(due) || c.Lead() != "power" {
			t.Errorf("the lead's own deadline moved from %v to %v, lead %s", due, c.Due, c.Lead())
		}
		o.until(time.Date(2026, 3, 4, 18, 0, 0, 0, shanghai))
		o.take("law@jxw.example", "chase") // not signed
		chase := o.take("law@jxw.example", "chase")
		o.take("law-head@jxw.example", "chase")
		if !strings.Contains(chase.l.Text, "批示事项") || !strings.Contains(chase.l.Text, "2026年3月4日 17:30") {
			t.Errorf("the chase reads:\n%s", chase.l.Text)
		}
		o.until(time.Date(2026, 3, 5, 18, 0, 0, 0, shanghai))
		for _, to := range []string{"law@jxw.example", "law-head@jxw.example", "jia@jxw.example"} {
			if m := o.take(to, "chase"); !strings.Contains(m.l.Subject, "督办") {
				t.Errorf("the second chase to %s is %q", to, m.l.Subject)
			}
		}
		clearOf(o, "zhiban@jxw.example")
		o.answer(reply{from: "law@jxw.example", to: assist, text: "可依据供电条例赔偿。"})
		o.take("law@jxw.example", "transcript")
		done := o.take("fgld@jxw.example", "report")
		for _, want := range []string{"请研究赔偿依据。", "可依据供电条例赔偿。", "政策法规处"} {
			if !strings.Contains(done.l.Text, want) {
				t.Errorf("the report lacks %q:\n%s", want, done.l.Text)
			}
		}
		c := o.state(1, petition.Dispatched)
		if c.Tasks[0].Done.IsZero() || len(c.Chases) < 3 {
			t.Errorf("on the record: %+v %+v", c.Tasks, c.Chases)
		}
	})
}

func clearOf(o *office, addresses ...string) {
	for _, a := range addresses {
		o.inboxes[a] = nil
	}
}

// TestInstructionBeforeTriage: a leader who names a division for a letter that
// nobody has yet decides who handles it.
func TestInstructionBeforeTriage(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("consult", wang, "王某", "请问如何申请", "请问如何申请项目备案？")
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "zyld@jxw.example", text: "批示 1 法规 3 工作日\n请从速答复。", bare: true})
		o.answer(reply{from: "zyld@jxw.example", to: o.take("zyld@jxw.example", "confirm"), text: "确认"})
		o.take("zyld@jxw.example", "transcript")
		o.take(wang, "acceptance")
		law := o.take("law@jxw.example", "dispatch")
		if !strings.Contains(law.l.Text, "请从速答复。") || !strings.Contains(law.l.Text, "2026年3月5日 17:30") {
			t.Errorf("the dispatch reads:\n%s", law.l.Text)
		}
		o.state(1, petition.Dispatched)
		// The office comes too late and is told so.
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 电力处"})
		late := o.take("jia@jxw.example", "transcript")
		if !strings.Contains(late.l.Text, "办理中") {
			t.Errorf("transcript:\n%s", late.l.Text)
		}
	})
}

// TestSupervised: 督办 has a deadline of its own, is chased on it, and a
// leader's is reported back.
func TestSupervised(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		report, dispatch := o.reported()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.answer(reply{from: "fgld@jxw.example", to: report, text: "督办 1 工作日"})
		if said := o.take("fgld@jxw.example", "transcript"); !strings.Contains(said.l.Text, "限 2026年3月3日 17:30 前办结") {
			t.Errorf("the leader is told:\n%s", said.l.Text)
		}
		formal := o.take("power@jxw.example", "chase")
		o.take("power-head@jxw.example", "chase")
		if !strings.Contains(formal.l.Subject, "督办") || !strings.Contains(formal.l.Text, "2026年3月3日 17:30") || !strings.Contains(formal.l.Text, "分管领导") {
			t.Errorf("the supervision reads %q:\n%s", formal.l.Subject, formal.l.Text)
		}
		o.until(time.Date(2026, 3, 3, 18, 0, 0, 0, shanghai))
		o.take("power@jxw.example", "chase")
		o.take("power-head@jxw.example", "chase")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "变压器已更换。"})
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.approve("yi@jxw.example", yi, "bing@jxw.example")
		if done := o.take("fgld@jxw.example", "report"); !strings.Contains(done.l.Text, "督办") || !strings.Contains(done.l.Text, "变压器已更换") {
			t.Errorf("the report reads:\n%s", done.l.Text)
		}
	})
}

// TestReportIsRepeated: the leaders whom the rule names hear again of an urgent
// letter each half hour, like the duty officer, until one of them all answers 收到
// (spec system section 1); a leader may be the one.
func TestReportIsRepeated(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		first, _ := o.reported()
		first.must(t, "“收到”")
		if strings.Contains(first.l.Text, "此前已报") {
			t.Errorf("the first report counts:\n%s", first.l.Text)
		}
		var last *mail
		for n := range 2 {
			o.until(o.now.Add(petition.UrgentEvery))
			for _, who := range []string{"zhiban@jxw.example", "power@jxw.example", "power-head@jxw.example"} {
				o.take(who, "alarm")
			}
			last = o.take("fgld@jxw.example", "report")
			last.must(t, fmt.Sprintf("此前已报 %d 次", n+1))
			if !strings.Contains(last.l.Subject, fmt.Sprintf("报告（第 %d 次）", n+2)) {
				t.Errorf("subject %q", last.l.Subject)
			}
		}
		o.answer(reply{from: "fgld@jxw.example", to: last, text: "收到"})
		o.take("fgld@jxw.example", "transcript").must(t, "不再重复提醒")
		o.until(o.now.Add(3 * petition.UrgentEvery))
		o.leftovers()
	})
}
