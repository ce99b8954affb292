package desk

import (
	"strings"
	"testing"
)

// TestStatusNamesItsCase: the answer to a question about one case is a mail about
// it, and so bears its number (spec mail section 2); one about several does not.
func TestStatusNamesItsCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.person("director", "li@mail.example", "李某", "电价太高", "商铺电价高于公示标准。")
		o.take("li@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		for _, ask := range []struct{ text, number string }{
			{"查询 2", "SFJX-2026-000002"}, {"查询 1\n查询 2", ""}, {"查询 1\n待办", ""}, {"查询 9", ""}, {"待办", ""},
		} {
			o.answer(reply{from: "jia@jxw.example", text: ask.text, bare: true})
			m := o.take("jia@jxw.example", "transcript")
			if m.number != ask.number {
				t.Errorf("%q: the answer is about %q, want %q", ask.text, m.number, ask.number)
			}
			m.mustNot(t, "回执码")
		}
	})
}

// TestLastAutomaticMailSaysSo: the result of a wish counts among a day's automatic
// mails, and says so when it is the last (spec mail section 6).
func TestLastAutomaticMailSaysSo(t *testing.T) {
	t.Parallel()
	for most, last := range map[int]bool{2: true, 5: false} {
		o := newOffice(t, lite(t), func(s *Settings) { s.AutoMail = most })
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
		o.answer(reply{from: wang, to: o.take(wang, "receipt"), text: "撤回", plain: true, box: "director"})
		if m := o.take(wang, "transcript"); strings.Contains(m.l.Text, "已达 2 封") != last || !strings.Contains(m.l.Text, "撤回") {
			t.Errorf("of %d a day the second says\n%s", most, m.l.Text)
		}
		o.inboxes = map[string][]*mail{}
		o.sound()
	}
}
