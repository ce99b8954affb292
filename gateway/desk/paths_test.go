package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// dispatched brings a letter to the power division's liaison.
func (o *office) dispatched() *mail {
	o.t.Helper()
	o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
	o.take(wang, "receipt")
	o.state(1, petition.Dispatched)
	return o.take("power@jxw.example", "dispatch")
}

// drafted goes on until both approvers have the draft.
func (o *office) drafted() (yi, bing *mail) {
	o.t.Helper()
	o.answer(reply{from: "power@jxw.example", to: o.dispatched(), text: "经核查，变压器已更换。"})
	o.take(wang, "acceptance")
	o.take("power@jxw.example", "transcript")
	o.state(1, petition.Drafted)
	return o.take("yi@jxw.example", "approval"), o.take("bing@jxw.example", "approval")
}

// approve lets one approver release the draft, and the citizen get it.
func (o *office) approve(from string, m *mail, other string) *mail {
	o.t.Helper()
	o.answer(reply{from: from, to: m, text: "批准"})
	o.take(from, "transcript")
	o.take(other, "approval")
	return o.take(wang, "answer")
}

func story(t *testing.T, tell func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		tell(t, o)
		o.sound()
	})
}

func TestReturnedAndReassigned(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "退回 属运行调度事项，建议转经济运行处"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		triage := o.take("jia@jxw.example", "triage")
		if !strings.Contains(triage.l.Text, "建议转经济运行处") {
			t.Errorf("the reason is missing:\n%s", triage.l.Text)
		}
		o.state(1, petition.Triage)
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 经济运行处 3 工作日 请从速"})
		o.take("jia@jxw.example", "transcript")
		o.take("economy@jxw.example", "dispatch")
		// The former division hears of the present state and no more.
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "我处补充意见如下：已处理。"})
		gone := o.take("power@jxw.example", "transcript")
		if strings.Contains(gone.l.Text, "经济运行处") || gone.code() != "" {
			t.Errorf("a division that lost the case learns too much:\n%s", gone.l.Text)
		}
		// The office changes its mind.
		o.answer(reply{from: "jia@jxw.example", text: "改派 SFJX-2026-000001 政策法规处 属政策解释", bare: true})
		confirm := o.take("jia@jxw.example", "confirm")
		o.answer(reply{from: "jia@jxw.example", to: confirm, text: "确认"})
		o.take("jia@jxw.example", "transcript")
		law := o.take("law@jxw.example", "dispatch")
		o.answer(reply{from: "law@jxw.example", to: law, text: "政策解释如下：可以申请补偿。"})
		o.take("law@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.approve("yi@jxw.example", yi, "bing@jxw.example")
		o.state(1, petition.Answered)
	})
}

func TestTriaged(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("consult", wang, "王某", "请问如何申请", "请问如何申请项目备案？")
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "受理"})
		transcript := o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.state(1, petition.Accepted)
		o.answer(reply{from: "jia@jxw.example", to: transcript, text: "分办 法规"})
		o.take("jia@jxw.example", "transcript")
		o.take("law@jxw.example", "dispatch")
		o.state(1, petition.Dispatched)
	})
}

func TestAmendedThenApproved(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, bing := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "修改\n经核查，变压器已于3月2日更换，给您带来不便，敬请谅解。"})
		o.take("yi@jxw.example", "transcript")
		newer := o.take("bing@jxw.example", "approval")
		if !strings.Contains(newer.l.Text, "敬请谅解") {
			t.Errorf("the new text is missing:\n%s", newer.l.Text)
		}
		// The code of the first draft is worth nothing any more.
		o.answer(reply{from: "bing@jxw.example", to: bing, text: "批准"})
		late := o.take("bing@jxw.example", "approval")
		if !strings.Contains(late.l.Text, "敬请谅解") {
			t.Errorf("a late approval is not answered with the newer draft:\n%s", late.l.Text)
		}
		o.take("bing@jxw.example", "transcript")
		o.state(1, petition.Drafted)
		// Who amended may not release their own words.
		o.answer(reply{from: "yi@jxw.example", text: "批准 1", bare: true})
		o.answer(reply{from: "yi@jxw.example", to: o.take("yi@jxw.example", "confirm"), text: "确认"})
		o.take("yi@jxw.example", "transcript")
		o.state(1, petition.Drafted)
		answer := o.approve("bing@jxw.example", late, "yi@jxw.example")
		if !strings.Contains(answer.l.Text, "敬请谅解") {
			t.Errorf("answer: %s", answer.l.Text)
		}
	})
}

func TestSentBack(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, bing := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "退回重办 请补充恢复供电的时间"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		again := o.take("power@jxw.example", "dispatch")
		if !strings.Contains(again.l.Text, "请补充恢复供电的时间") {
			t.Errorf("the reason is missing:\n%s", again.l.Text)
		}
		// Two people contradict: the first counts, the second is told.
		o.answer(reply{from: "bing@jxw.example", to: bing, text: "批准"})
		o.take("bing@jxw.example", "transcript")
		o.state(1, petition.Dispatched)
		o.answer(reply{from: "power@jxw.example", to: again, text: "经核查，变压器已更换，3月3日12时恢复供电。"})
		o.take("power@jxw.example", "transcript")
		o.take("yi@jxw.example", "approval")
		o.approve("bing@jxw.example", o.take("bing@jxw.example", "approval"), "yi@jxw.example")
	})
}

func TestRefused(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("consult", wang, "王某", "邻里纠纷", "邻居占道，请处理。")
		o.take(wang, "receipt")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "不予受理 属民事纠纷，请依法向人民法院提起诉讼"})
		o.take("jia@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		notice := o.take(wang, "refusal")
		if !strings.Contains(notice.l.Text, "人民法院") {
			t.Errorf("notice: %s", notice.l.Text)
		}
		o.state(1, petition.Refused)
	})
}

func TestTwoBoxes(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		// One letter to two boxes is one case.
		o.serial = 500
		o.person("director", wang, "王某", "停电", "停电三天了")
		o.serial = 500
		o.person("consult", wang, "王某", "停电", "停电三天了")
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		// The confidential box dispatches to its fixed division, masked.
		o.person("report", "li@mail.example", "李某", "反映收费问题", "我叫李某，反映乱收费。")
		o.take("li@mail.example", "receipt")
		secret := o.take("supervision@jxw.example", "dispatch")
		if text := secret.l.Text + secret.l.Subject; strings.Contains(text, "李某") || strings.Contains(text, "li@mail.example") {
			t.Errorf("the whistle-blower is named:\n%s", text)
		}
		// A letter in the wrong box is handled as what it is.
		o.person("desk", "zhao@mail.example", "赵某", "停电", "停电，写错了地址")
		o.take("zhao@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		o.state(3, petition.Dispatched)
	})
}

func TestTwoAssistingDivisions(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "企业用电负担", "企业反映用电负担重")
		o.take(wang, "receipt")
		lead := o.take("power@jxw.example", "dispatch")
		economy := o.take("economy@jxw.example", "assist")
		law := o.take("law@jxw.example", "assist")
		o.answer(reply{from: "economy@jxw.example", to: economy, text: "协办意见：可申请错峰电价。"})
		o.take("economy@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.answer(reply{from: "law@jxw.example", to: law, text: "协办意见：依据为2026年电价办法。"})
		o.take("law@jxw.example", "transcript")
		o.answer(reply{from: "power@jxw.example", to: lead, text: "企业可向供电公司申请错峰电价。"})
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		for _, want := range []string{"可申请错峰电价", "2026年电价办法", "企业可向供电公司"} {
			if !strings.Contains(yi.l.Text, want) {
				t.Errorf("the approval lacks %q:\n%s", want, yi.l.Text)
			}
		}
		answer := o.approve("yi@jxw.example", yi, "bing@jxw.example")
		if strings.Contains(answer.l.Text, "2026年电价办法") {
			t.Errorf("an assisting division's words reached the citizen:\n%s", answer.l.Text)
		}
	})
}

func TestFollowUpAndStatus(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		receipt := o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: wang, to: receipt, text: "补充一点：老人需要吸氧。", plain: true, box: "director"})
		more := o.take("power@jxw.example", "dispatch")
		if !strings.Contains(more.l.Text, "老人需要吸氧") {
			t.Errorf("the supplement is missing:\n%s", more.l.Text)
		}
		o.answer(reply{from: wang, to: receipt, text: "查询", plain: true, box: "director"})
		status := o.take(wang, "status")
		query := between(receipt.l.Text, "查询码：")
		if !strings.Contains(status.l.Text, query) || len(query) != 10 {
			t.Errorf("the status lacks the query code %q:\n%s", query, status.l.Text)
		}
		// A fresh mail with number and code is answered to the registered address only.
		o.person("consult", "other@mail.example", "", "查询", "查询 SFJX-2026-000001 "+query)
		o.take(wang, "status")
		o.person("consult", "other@mail.example", "", "查询", "查询 SFJX-2026-000001 0000000000")
		// A stranger with the number in the subject gets a case of his own.
		o.person("consult", "other@mail.example", "", "停电〔SFJX-2026-000001〕", "我也停电了")
		o.take("other@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已恢复供电。"})
		o.take(wang, "acceptance")
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		answer := o.approve("yi@jxw.example", yi, "bing@jxw.example")
		if strings.Contains(answer.l.Text, query) {
			t.Error("the answer shows the query code")
		}
		// Nobody rates: the case closes after seven days, then a letter in its
		// thread opens a linked one.
		o.inboxes["jia@jxw.example"] = nil
		o.until(o.now.AddDate(0, 0, 9))
		o.state(1, petition.Archived)
		clearInboxes(o)
		o.answer(reply{from: wang, to: answer, text: "又停电了，请再查。", plain: true, box: "director"})
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		if c := o.state(3, petition.Dispatched); c.Follows != "SFJX-2026-000001" {
			t.Errorf("the follow-up is linked to %q", c.Follows)
		}
	})
}

// clearInboxes forgets the chases of other cases that a story is not about.
func clearInboxes(o *office) {
	for address := range o.inboxes {
		o.inboxes[address] = nil
	}
}

func between(text, after string) string {
	_, rest, _ := strings.Cut(text, after)
	word, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(word)
}

func TestChaseLadder(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		o.until(time.Date(2026, 3, 3, 6, 0, 0, 0, shanghai))
		o.take("jia@jxw.example", "alarm")
		o.take("zhiban@jxw.example", "alarm")
		o.until(time.Date(2026, 3, 3, 12, 0, 0, 0, shanghai))
		o.take("jia@jxw.example", "alarm")
		o.take("zhiban@jxw.example", "alarm")
		if c := o.state(1, petition.Dispatched); !c.AcceptLate {
			t.Error("the missed acceptance is not on the record")
		}
		o.until(time.Date(2026, 3, 3, 18, 0, 0, 0, shanghai))
		o.take("power@jxw.example", "chase")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.until(time.Date(2026, 3, 6, 18, 0, 0, 0, shanghai)) // one day before
		o.take("power@jxw.example", "chase")
		o.until(time.Date(2026, 3, 9, 18, 0, 0, 0, shanghai)) // the deadline
		o.take("power@jxw.example", "chase")
		o.take("power-head@jxw.example", "chase")
		o.until(time.Date(2026, 3, 10, 18, 0, 0, 0, shanghai))
		formal := o.take("power-head@jxw.example", "chase")
		if !strings.Contains(formal.l.Subject, "督办") {
			t.Errorf("the formal chase is called %q", formal.l.Subject)
		}
		o.take("jia@jxw.example", "chase")
		o.until(time.Date(2026, 3, 12, 18, 0, 0, 0, shanghai))
		o.take("fgld@jxw.example", "chase")
		o.until(time.Date(2026, 3, 17, 18, 0, 0, 0, shanghai))
		o.take("zyld@jxw.example", "chase")
	})
}
