package desk

import (
	"path/filepath"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// notifying is an office whose rule about power cuts says the given verdict.
func notifying(t *testing.T, s *store.Store, then string) *office {
	t.Helper()
	return newOffice(t, s, func(s *Settings) {
		path := filepath.Join(t.TempDir(), "rules.yaml")
		write(t, path, "rules:\n  - {id: r, name: 供电, when: {text: {any: [停电]}}, then: {division: power, "+then+"}}\n")
		set, findings := rules.Load(path)
		if set == nil {
			t.Fatal(findings)
		}
		s.Rules = set
	})
}

// Every word of notify reaches somebody, whatever the urgency, and what they
// get is what they are told of.
func TestNotifyReaches(t *testing.T) {
	t.Parallel()
	at := func(local string) string { return local + "@jxw.example" }
	for _, tt := range []struct {
		name, then string
		want       map[string]string // the kind of mail by address, besides the liaison's dispatch
	}{
		{"deputy", "notify: [deputy]", map[string]string{at("fgld"): "report"}},
		{"principal", "notify: [principal]", map[string]string{at("zyld"): "report"}},
		{"liaison", "notify: [liaison]", nil},
		{"head", "notify: [head]", map[string]string{at("power-head"): "dispatch"}},
		{"duty", "notify: [duty]", map[string]string{at("zhiban"): "report"}},
		{"office", "notify: [office]", map[string]string{at("jia"): "report"}},
		{"centre", "notify: [centre]", map[string]string{at("xxzx"): "alarm"}},
		{"centre by address", "notify: [XXZX@jxw.example]", map[string]string{at("xxzx"): "alarm"}},
		{"another division's head by address", "notify: [law-head@jxw.example]", map[string]string{at("law-head"): "report"}},
		{"approver by address", "notify: [yi@jxw.example]", map[string]string{at("yi"): "report"}},
		{"everybody, urgent", "urgency: urgent, notify: [liaison, head, office, duty, deputy, principal, centre, law@jxw.example]", map[string]string{
			at("power-head"): "dispatch", at("jia"): "report", at("zhiban"): "alarm", at("fgld"): "report", at("zyld"): "report", at("xxzx"): "alarm", at("law"): "report",
		}},
		{"major", "urgency: major, notify: [deputy, centre]", map[string]string{
			at("power-head"): "dispatch", at("zhiban"): "alarm", at("fgld"): "report", at("xxzx"): "alarm",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
				// Who hears does not depend on the database: PostgreSQL is asked once.
				if strings.HasSuffix(t.Name(), "/postgres") && len(tt.want) < 5 {
					return
				}
				o := notifying(t, open(t), tt.then)
				o.person("director", wang, "王某", "小区停电三天", "手机 13800138000")
				o.take(wang, "receipt")
				o.take(at("power"), "dispatch")
				for address, kind := range tt.want {
					m := o.take(address, kind)
					if !strings.Contains(m.l.Subject, "SFJX-2026-000001") || strings.Contains(m.l.Text, "13800138000") && address != at("jia") && address != at("yi") {
						t.Errorf("%s to %s: %s\n%s", kind, address, m.l.Subject, m.l.Text)
					}
					if address == at("xxzx") && (m.code() != "" || strings.Contains(m.l.Text, "王某") || strings.Contains(m.l.Text, "回复“收到”")) {
						t.Errorf("the information centre gets\n%s", m.l.Text)
					}
				}
				o.leftovers()
			})
		})
	}
}

// A confidential letter is told to nobody but those who may see it, whoever a
// rule names; the accused hear of no letter at all (clause C14).
func TestNotifyKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, then string }{
		{"confidential", "confidential: true, notify: [centre, duty, law@jxw.example, deputy]"},
		{"accused", "accuses: [law], notify: [law@jxw.example, law-head@jxw.example, deputy]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
				o := notifying(t, open(t), tt.then)
				o.person("director", wang, "王某", "小区停电三天", "望尽快处理")
				o.take(wang, "receipt")
				o.take("fgld@jxw.example", "report")
				next := petition.Dispatched
				if tt.name == "confidential" {
					o.take("jia@jxw.example", "triage")
					next = petition.Triage
				} else {
					o.take("power@jxw.example", "dispatch")
				}
				c := o.state(1, next)
				for _, who := range []string{"law@jxw.example", "law-head@jxw.example", "xxzx@jxw.example"} {
					if petition.MaySee(c, who, o.desk.settings.Load().Policy.Roster) {
						t.Errorf("%s may see the case", who)
					}
				}
				o.sound()
			})
		})
	}
}

// Who was told of a letter may ask where it stands, but decides nothing.
func TestToldMayAsk(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := notifying(t, open(t), "notify: [law@jxw.example]")
		o.dispatched()
		told := o.take("law@jxw.example", "report")
		o.answer(reply{from: "law@jxw.example", to: told, text: "查询 1"})
		if m := o.take("law@jxw.example", "transcript"); strings.Contains(m.l.Text, "无权") {
			t.Errorf("asked:\n%s", m.l.Text)
		}
		o.answer(reply{from: "law@jxw.example", to: told, text: "退回 不归我处"})
		o.answer(reply{from: "law@jxw.example", to: o.take("law@jxw.example", "confirm"), text: "确认"})
		if m := o.take("law@jxw.example", "transcript"); !strings.Contains(m.l.Subject, "错误") {
			t.Errorf("returned by a division that does not have it:\n%s", m.l.Text)
		}
		o.state(1, petition.Dispatched)
		o.sound()
	})
}
