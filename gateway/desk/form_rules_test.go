package desk

import (
	"path/filepath"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// Rules look at what the citizen wrote in a web form: its subject is the
// letter's, its body the text, and neither the labels around them nor the other
// fields lead a letter astray. A field may be named by its key or its label.
func TestRulesReadTheForm(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			path := filepath.Join(t.TempDir(), "rules.yaml")
			write(t, path, `rules:
  - {id: label, name: 误判, priority: 9, when: {text: {any: [联系电话, 公众诉求, 赵停水]}}, then: {division: law}}
  - {id: key, name: 按键, when: {form.name: {any: [赵停水]}}, then: {recuse: [law]}, continue: true}
  - {id: shown, name: 按标签, when: {form.姓名: {any: [赵停水]}}, then: {category: 有姓名}, continue: true}
  - {id: subject, name: 标题, when: {subject: {any: [停电]}, body: {any: [三天], none: [停电]}}, then: {division: power}}
`)
			set, findings := rules.Load(path)
			if set == nil {
				t.Fatal(findings)
			}
			s.Rules = set
		})
		o.person("portal", "web@jxw-portal.example", "", "公众诉求", "姓名：赵停水\n联系电话：13800138000\n电子邮箱：zhao@mail.example\n标题：小区停电\n内容：已经三天了。")
		o.take("zhao@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		if c := o.state(1, petition.Dispatched); c.Rule != "subject" || c.Category != "有姓名" || len(c.Recused) == 0 {
			t.Errorf("rule %q, category %q, recused %q", c.Rule, c.Category, c.Recused)
		}
		o.sound()
	})
}
