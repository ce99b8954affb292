package desk

import (
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// A confirmation that comes twice, or too late, is no letter: it is answered
// with what became of what it confirms.
func TestConfirmedTwice(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.person("director", wang, "王某", "我的信", "撤回 SFJX-2026-000001")
		ask := o.take(wang, "confirm")
		o.answer(reply{from: wang, to: ask, text: "确认", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.take("power@jxw.example", "transcript")
		o.state(1, petition.Withdrawn)
		o.answer(reply{from: wang, to: ask, text: "确认", plain: true, box: "director"})
		o.take(wang, "transcript").must(t, "已经办理或者已过期", "已撤回")

		o.now = o.now.Add(24 * time.Hour) // an address gets five automatic mails a day
		o.person("director", wang, "王某", "另一处停电", "路灯也停电了。")
		o.take(wang, "receipt")
		o.answer(reply{from: "power@jxw.example", to: o.take("power@jxw.example", "dispatch"), text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.person("director", wang, "王某", "我的信", "撤回 SFJX-2026-000002")
		late := o.take(wang, "confirm")
		o.now = o.now.Add(heldFor + 1)
		o.answer(reply{from: wang, to: late, text: "确认", plain: true, box: "director"})
		o.take(wang, "transcript").must(t, "已经办理或者已过期", "请重新")
		c := o.state(2, petition.Dispatched)
		// What says more than 确认 is heard.
		o.answer(reply{from: wang, to: late, text: "我不撤回了，请尽快处理。", plain: true, box: "director"})
		o.take("power@jxw.example", "dispatch").must(t, "我不撤回了")
		err := o.store.View(t.Context(), func(tx *store.Tx) error {
			cases, err := tx.ListCases(store.CaseFilter{})
			if len(cases) != 2 {
				t.Errorf("%d cases, want 2 (the second is %s)", len(cases), c.Number)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
