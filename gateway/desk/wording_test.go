package desk

import (
	"path/filepath"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// A report of a suspicious mail says once what was wrong, and nothing that is
// only wrong about another post of the same person.
func TestSuspiciousReasons(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Policy.Roster.Office[1].Roles = []petition.Role{petition.RoleHandler, petition.RoleApprover}
		})
		yi, _ := o.drafted()
		for _, tt := range []struct{ text, want string }{
			{"批准", "发件域名的身份验证没有通过"},
			{"批准\n回执码：AAAAA-AAAAA", "出示的回执码不是本系统发出的"},
		} {
			r := reply{from: "yi@jxw.example", to: yi, text: tt.text, plain: true}
			if strings.Contains(tt.text, "回执码") {
				r.bare = true
			}
			o.answer(r)
			text := o.take("jia@jxw.example", "suspicious").l.Text
			if strings.Count(text, tt.want) != 1 || strings.Contains(text, "名册") {
				t.Errorf("reasons for %q:\n%s", tt.text, text)
			}
		}
	})
}

// What a division wrote is found as the letter is.
func TestOpinionIsFound(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.drafted()
		err := o.store.View(t.Context(), func(tx *store.Tx) error {
			hits, err := tx.Search("已更换", 10)
			if err == nil && len(hits) != 1 {
				t.Errorf("hits: %+v", hits)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// People know a rule by its name.
func TestDispatchNamesTheRule(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		if m := o.dispatched(); !strings.Contains(m.l.Text, "规则“供电与停电”（power-cut）") {
			t.Errorf("dispatch:\n%s", m.l.Text)
		}
	})
}

// What a division asks for comes to the office as a question with its two
// answers, not as a letter to be assigned.
func TestRequestsAreQuestions(t *testing.T) {
	for _, tt := range []struct{ name, command, title, grant, refuse string }{
		{"extension", "延期 2 工作日 现场核查", "延期申请", "“同意延期”", "“不同意延期 理由”"},
		{"help", "协办 经济运行处 涉及企业", "协办申请", "“同意协办”", "“不同意协办 理由”"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			story(t, func(t *testing.T, o *office) {
				o.answer(reply{from: "power@jxw.example", to: o.dispatched(), text: tt.command})
				o.take(wang, "acceptance")
				o.take("power@jxw.example", "transcript")
				m := o.take("jia@jxw.example", "triage")
				if !strings.Contains(m.l.Subject, tt.title) || !strings.Contains(m.l.Text, tt.grant) || !strings.Contains(m.l.Text, tt.refuse) ||
					strings.Contains(m.l.Text, "分办") {
					t.Errorf("%s\n%s", m.l.Subject, m.l.Text)
				}
			})
		})
	}
}

// A rule may have a letter reported that is not urgent: then nobody is alarmed.
func TestOrdinaryLetterIsReported(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			path := filepath.Join(t.TempDir(), "rules.yaml")
			write(t, path, "rules:\n  - id: r\n    name: 供电\n    when: {text: {any: [停电]}}\n    then: {division: power, notify: [deputy, duty]}\n")
			set, findings := rules.Load(path)
			if set == nil {
				t.Fatal(findings)
			}
			s.Rules = set
		})
		o.dispatched()
		for _, who := range []string{"fgld@jxw.example", "zhiban@jxw.example"} {
			m := o.take(who, "report")
			if strings.Contains(m.l.Subject, "紧急") || strings.Contains(m.l.Subject, "一般") || strings.Contains(m.l.Text, "“收到”") {
				t.Errorf("%s: %s\n%s", who, m.l.Subject, m.l.Text)
			}
		}
		o.leftovers()
	})
}
