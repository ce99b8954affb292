package desk

import (
	"strings"
	"testing"
)

// What a letter quotes of our mails goes on without their codes, however they
// stand there; what only looks like a code stays.
func TestQuotedCodes(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		receipt := o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		code, query := dispatch.code(), between(receipt.l.Text, "查询码：")
		for _, said := range []string{
			"> 回执码：" + code, "> > 回执码：" + code + "\n> > 登记编号", "我的回执码：" + code + "，请查。", "回执码:" + code, "（" + code + "）", "码：" + code,
			"> 查询码：" + query, "SFJX-2026-000001：" + query,
		} {
			o.now = o.now.AddDate(0, 0, 1)
			shown := o.discreet(said)
			if strings.Contains(shown, code) || strings.Contains(shown, query) {
				t.Errorf("%q is shown as %q", said, shown)
			}
		}
		for _, said := range []string{"编号：ABCDE-12345", "型号Ａ" + code, "电话：13912345678", "合同号 " + code + "7"} {
			if shown := o.discreet(said); shown != said {
				t.Errorf("%q is shown as %q", said, shown)
			}
		}
	})
}

func (o *office) discreet(text string) (shown string) {
	o.t.Helper()
	err := o.desk.update(o.t.Context(), o.now, func(w *work) error {
		shown = w.discreet(text)
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return shown
}
