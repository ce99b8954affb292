package rules

import (
	"strings"
	"testing"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	s, findings := Builtin()
	for _, f := range findings {
		t.Errorf("%s", f)
	}
	if s == nil {
		t.FailNow()
	}
	for _, r := range s.Test() {
		if !r.OK {
			t.Errorf("%s:%d: expected %v, got %v", r.File, r.Line, r.Expected, r.Got)
		}
	}
	for _, f := range s.Check(sampleNames()) {
		t.Errorf("%s", f)
	}
	for _, f := range s.Lint() {
		t.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Kind, f.Message)
	}
	if s.Len() < 190 {
		t.Errorf("%d rules, want at least 190", s.Len())
	}
	if !s.builtin {
		t.Error("the built-in set does not know itself")
	}
}

// Every division of the sample configuration must be reached by some rule.
func TestBuiltinReachesEveryDivision(t *testing.T) {
	t.Parallel()
	s, _ := Builtin()
	reached := make(map[string]bool)
	for _, r := range s.rules {
		reached[r.doc.Then.Division] = true
	}
	for _, d := range sampleDivisions {
		if !reached[d.id] {
			t.Errorf("no rule routes to %s %s", d.id, d.name)
		}
	}
}

// An office with few divisions uses the built-in rules and is only warned.
func TestBuiltinInSmallOffice(t *testing.T) {
	t.Parallel()
	s, _ := Builtin()
	findings := s.Check(Names{Divisions: []string{"power", "supervision"}, Mailboxes: []string{"director"}})
	if len(findings) != 1 || findings[0].Severity != "warning" || !strings.Contains(findings[0].Message, "economy") {
		t.Errorf("findings %v, want one warning that names economy", findings)
	}
	small := s.Restrict([]string{"power", "supervision"})
	// The rules are tried as they come: what the office lacks is no fault of theirs.
	for _, r := range small.TestIn(Office{Boxes: map[string]Context{"report": {Division: "power"}}}) {
		if !r.OK {
			t.Errorf("%s:%d: expected %v, got %v", r.File, r.Line, r.Expected, r.Got)
		}
	}
	for _, f := range small.Lint() {
		t.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Kind, f.Message)
	}
	v := small.Classify(Text{Body: "水泥厂粉尘污染，变压器也坏了"}, Context{})
	if v.Division != "power" || v.Rule != "power-facility" {
		t.Errorf("got %s by %s, want power by power-facility", v.Division, v.Rule)
	}
}

// The same letter in traditional characters, full width and with blanks must
// get the same verdict.
func TestBuiltinWritings(t *testing.T) {
	t.Parallel()
	s, _ := Builtin()
	for _, body := range []string{
		"小区停电三天，变压器坏了", "小區停電三天，變壓器壞了", "小区停 电三天", "小区停\u200b电三天", "小区\n停\r\n电",
	} {
		if v := s.Classify(Text{Mailbox: "portal", Body: body}, Context{}); v.Rule != "power-cut" {
			t.Errorf("%q decided by %q, want power-cut", body, v.Rule)
		}
	}
}
