package desk

import (
	"errors"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// What random walks have found, told as stories.

func TestQueryCodeStaysWithItsCitizen(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
		query := between(o.take(wang, "receipt").l.Text, "查询码：")
		o.take("power@jxw.example", "dispatch")
		// There is nothing to rate yet, so the words go to whoever has the case;
		// the code that proved them does not.
		for _, text := range []string{"不满意 SFJX-2026-000001 " + query + " 还没有来电", "不满意 1 " + query + " 还没有来电"} {
			o.person("director", wang, "王某", "评价", text)
			m := o.take("power@jxw.example", "dispatch")
			if shown := m.shown(); strings.Contains(shown, query) || !strings.Contains(shown, "还没有来电") {
				t.Errorf("the division is told:\n%s", m.l.Text)
			}
		}
	})
}

func TestPublishingWhatIsNotAnswered(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "公开"})
		if m := o.take("yi@jxw.example", "transcript"); !strings.Contains(m.l.Text, "不能公开") {
			t.Errorf("the approver is told:\n%s", m.l.Text)
		}
	})
}

func TestCopyOfAConfidentialLetter(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		for _, box := range []string{"report", "director"} {
			o.serial = 500
			o.person(box, wang, "王某", "反映停电收费", "我叫王某，反映停电时乱收费。")
		}
		o.take(wang, "receipt")
		o.take("supervision@jxw.example", "dispatch")
		o.state(1, petition.Dispatched)
	})
}

func TestReopenedAnswerStaysHome(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.refuse = wang
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take("jia@jxw.example", "alarm")
		o.refuse = ""
		for _, text := range []string{"结案 1", "重办 1 答复未送达，请重新核查"} {
			o.answer(reply{from: "jia@jxw.example", text: text, bare: true})
			o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
			o.take("jia@jxw.example", "transcript")
		}
		o.take("power@jxw.example", "dispatch")
		o.state(1, petition.Dispatched)
		// Whoever looks at the queue cannot send the former answer any more.
		err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error {
			rows, err := tx.ListOutgoing(store.OutgoingFilter{Kinds: []string{"answer"}})
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d answers, %v", len(rows), err)
			}
			return tx.RetryOutgoing(rows[0].ID)
		})
		if !errors.Is(err, store.ErrState) {
			t.Errorf("the recalled answer was queued again: %v", err)
		}
	})
}

func TestFollowUpOfAConfidentialCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("report", wang, "王翀", "反映停电收费", "反映停电时乱收费。")
		receipt := o.take(wang, "receipt")
		o.take("supervision@jxw.example", "dispatch")
		o.answer(reply{from: wang, to: receipt, text: "撤回", plain: true, box: "director"})
		done := o.take(wang, "transcript")
		o.take("supervision@jxw.example", "transcript")
		// The reply has no name but in what it quotes of ours.
		o.answer(reply{from: wang, to: done, text: "请继续办理。", plain: true, box: "director"})
		o.take(wang, "receipt")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "分办 经济运行处"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		if m := o.take("economy@jxw.example", "dispatch"); strings.Contains(m.shown(), "王翀") {
			t.Errorf("the division learns the name:\n%s", m.l.Text)
		}
	})
}
