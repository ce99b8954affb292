package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

// late is a letter that the office gave a division for most of the time that the
// law allows; it waits for the office's word on an extension beyond that.
func (o *office) late() (asked *mail) {
	o.t.Helper()
	o.person("director", wang, "王某", "请教一件事", "不知道该问哪个部门。")
	o.take(wang, "receipt")
	triage := o.take("jia@jxw.example", "triage")
	o.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 电力处 40工作日"})
	o.take("jia@jxw.example", "transcript")
	o.take(wang, "acceptance")
	dispatch := o.take("power@jxw.example", "dispatch")
	o.answer(reply{from: "power@jxw.example", to: dispatch, text: "延期 30天 内部原因：人手不足"})
	o.take("power@jxw.example", "transcript")
	return o.take("jia@jxw.example", "triage")
}

// An extension beyond the law's limit is told to the citizen, as the receipt and
// 受理告知 promise, without a word of the division's; from then on everybody
// reads the new limit.
func TestExtensionBeyondTheLaw(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.answer(reply{from: "jia@jxw.example", to: o.late(), text: "同意延期"})
		o.take("jia@jxw.example", "transcript").must(t, "新的办理期限 "+o.state(1, petition.Dispatched).Due.In(shanghai).Format("2006年1月2日")+" 24:00")
		dispatch := o.take("power@jxw.example", "dispatch")
		notice := o.take(wang, "notice")
		due := o.state(1, petition.Dispatched).Due.In(shanghai).Format("2006年1月2日")
		notice.must(t, "延长办理期限告知", due, "经批准")
		notice.mustNot(t, "人手不足")
		if !strings.Contains(notice.l.Subject, "延长办理期限告知") {
			t.Errorf("subject %q", notice.l.Subject)
		}

		o.answer(reply{from: wang, to: notice, text: "查询", plain: true, box: "director"})
		o.take(wang, "status").must(t, due)
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已经办妥。"})
		o.take("power@jxw.example", "transcript")
		for _, who := range []string{"yi@jxw.example", "bing@jxw.example"} {
			o.take(who, "approval").must(t, "答复期限："+due)
		}
	})
}

// A refused extension, and one within the law's limit, is no news to the citizen.
func TestExtensionWithinTheLaw(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.answer(reply{from: "jia@jxw.example", to: o.late(), text: "不同意延期"})
		o.take("jia@jxw.example", "transcript")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "延期 1 再核一次"})
		o.take("power@jxw.example", "transcript")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "同意延期"})
		o.take("jia@jxw.example", "transcript")
		o.take("power@jxw.example", "dispatch")
		o.leftovers()
	})
}

// A case that is done again has the law's time from then on; what is shown is
// what its clock says, and an extension never moves the clock back.
func TestReopenedHasItsOwnLimit(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		answer := o.approve("yi@jxw.example", yi, "bing@jxw.example")
		o.answer(reply{from: wang, to: answer, text: "满意", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.until(o.now.AddDate(0, 0, 50))
		o.inboxes = map[string][]*mail{}
		o.answer(reply{from: "jia@jxw.example", text: "重办 1 来电反映没有解决", bare: true, subject: "重办"})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript")
		limit := o.now.In(shanghai).AddDate(0, 0, 60).Format("2006年1月2日")
		o.answer(reply{from: "power@jxw.example", to: o.take("power@jxw.example", "dispatch"), text: "已经彻底解决。"})
		o.take("power@jxw.example", "transcript")
		o.take("yi@jxw.example", "approval").must(t, "答复期限："+limit)
		o.take("bing@jxw.example", "approval")
		if c := o.state(1, petition.Drafted); c.LawDue.Sub(o.now) < 59*24*time.Hour {
			t.Errorf("limit %v, now %v", c.LawDue, o.now)
		}
	})
}
