package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lintLines says what lint found, but for rules without a test.
func lintLines(findings []LintFinding) []string {
	var out []string
	for _, f := range findings {
		if f.Kind != LintUntested {
			out = append(out, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Kind))
		}
	}
	return out
}

func TestLintProves(t *testing.T) {
	t.Parallel()
	rule := func(id, when, then string) string {
		return "  - {id: " + id + ", name: 规则, when: " + when + ", then: " + then + "}\n"
	}
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{
			"the same words", "rules:\n" + rule("a", "{text: {any: [停电, 断电]}}", "{division: d}") + rule("b", "{subject: {any: [断电]}}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"longer words", "rules:\n" + rule("a", "{text: {any: [停电]}}", "{division: d}") + rule("b", "{body: {any: [停电通知, 大面积停 電]}}", "{division: e}"),
			[]string{"3:10 shadowed", "3:43 contained", "3:49 contained"},
		},
		{
			"the longer word first", "rules:\n" + rule("a", "{text: {any: [停电通知]}}", "{division: d}") + rule("b", "{text: {any: [停电]}}", "{division: e}"), nil,
		},
		{
			"one word of two", "rules:\n" + rule("a", "{text: {any: [停电]}}", "{division: d}") + rule("b", "{text: {any: [停电通知, 供水]}}", "{division: e}"),
			[]string{"3:43 contained"},
		},
		{
			"one word of two, to the same division", "rules:\n" + rule("a", "{text: {any: [停电]}}", "{division: d}") + rule("b", "{text: {any: [停电通知, 供水]}}", "{division: d}"), nil,
		},
		{
			"a wider field", "rules:\n" + rule("a", "{subject: {any: [停电]}}", "{division: d}") + rule("b", "{text: {any: [停电]}}", "{division: e}"), nil,
		},
		{
			"a narrower rule first", "rules:\n" + rule("a", "{text: {any: [停电]}, mailbox: [x]}", "{division: d}") + rule("b", "{text: {any: [停电]}}", "{division: e}"), nil,
		},
		{
			"a narrower rule last", "rules:\n" + rule("a", "{text: {any: [停电]}, mailbox: [x, y]}", "{division: d}") + rule("b", "{text: {any: [停电]}, mailbox: x, size: {over: 1MB}}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"by priority", "rules:\n" + rule("a", "{text: {any: [停电]}}", "{division: d}") + "  - {id: b, name: 规则, priority: 5, when: {}, then: {division: e}}\n",
			[]string{"2:10 shadowed"},
		},
		{
			"all and near", "rules:\n" + rule("a", "{text: {all: [停电, 医院]}}", "{division: d}") + rule("b", "{text: {all: [停电, 县医院], near: 9}}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"a shorter distance", "rules:\n" + rule("a", "{text: {all: [停电, 医院], near: 9}}", "{division: d}") + rule("b", "{text: {all: [停电, 医院, 手术], near: 5}}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"near words that are longer", "rules:\n" + rule("a", "{text: {all: [停电, 医院], near: 9}}", "{division: d}") + rule("b", "{text: {all: [停电, 人民医院], near: 9}}", "{division: e}"), nil,
		},
		{
			"each case by itself", "rules:\n" + rule("a", "{any: [{text: {any: [停电]}}, {text: {any: [停水]}}]}", "{division: d}") + rule("b", "{any: [{subject: {any: [停水]}}, {body: {any: [停电]}}], mailbox: x}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"an exception", "rules:\n" + rule("a", "{text: {any: [停电], none: [招聘]}}", "{division: d}") + rule("b", "{text: {any: [停电]}}", "{division: e}"), nil,
		},
		{
			"the same exception", "rules:\n" + rule("a", "{text: {any: [停电], none: [招聘会]}}", "{division: d}") + rule("b", "{text: {any: [停电]}, not: [{text: {any: [招聘]}}]}", "{division: e}"),
			[]string{"3:10 shadowed"},
		},
		{
			"none denies any", "rules:\n" + rule("a", "{text: {any: [停电影]}, subject: {none: [电影]}, body: {none: [电影, 停]}, not: [{text: {any: [停]}}]}", "{division: d}"),
			[]string{"2:10 unreachable"},
		},
		{
			"none denies a part only", "rules:\n" + rule("a", "{text: {any: [停电, 停电影], none: [停电影]}}", "{division: d}"), []string{"2:47 redundant"},
		},
		{"two boxes", "rules:\n" + rule("a", "{mailbox: x, all: [{mailbox: y}]}", "{division: d}"), []string{"2:10 unreachable"}},
		{"no size", "rules:\n" + rule("a", "{size: {over: 2MB, under: 1MB}}", "{division: d}"), []string{"2:10 unreachable"}},
		{"everything", "rules:\n" + rule("a", "{}", "{confidential: true}"), []string{"2:10 everything"}},
		{
			"lists", "lexicons: {甲: [节能, 节能灯], 乙: [x]}\nrules:\n" + rule("a", "{text: {any: [$甲, 停电, 停電]}}", "{division: d}"),
			[]string{"1:20 redundant", "1:26 unused", "3:51 redundant"},
		},
		{
			"words joined by full-width marks", "lexicons: {甲: [停水、停气]}\nrules:\n" + rule("a", "{text: {any: [停电，断电, $甲]}}", "{division: d}"),
			[]string{"1:16 joined", "3:43 joined"},
		},
		{
			"marks that belong to the word", "rules:\n" + rule("a", "{text: {any: [《城市供水、供气条例》, “停电，断电”, 一、二号机组, 十一、十二号楼, 水、电, '1,000元', 停水；停气]}}", "{division: d}"),
			nil,
		},
		{"marks in headers and senders", "rules:\n" + rule("a", "{header.Subject: {any: ['停电,断电']}, sender: {any: [电力、燃气]}}", "{division: d}"), nil},
		{"half-width commas in quotes", "rules:\n" + rule("a", "{text: {any: ['停电,断电', '《条例》，停水通知']}}", "{division: d}"), []string{"2:43 joined", "2:52 joined"}},
		{"an expression with an optional letter", "rules:\n" + rule("a", "{text: {regex: '停了?电(箱)?'}}", "{division: d}"), []string{"2:44 regex"}},
		{
			"words of every letter", "rules:\n" + rule("a", "{text: {any: [停电, 您 好]}}", "{division: d}") + rule("b", "{text: {all: [停水, 您好]}}", "{division: d}"),
			[]string{"2:47 everything", "3:10 shadowed"},
		},
		{"an expression of words", "rules:\n" + rule("a", "{text: {regex: '停电|断电'}}", "{division: d}"), []string{"2:44 regex"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			findings := load(t, tt.text).Lint()
			if diff := cmp.Diff(tt.want, lintLines(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%+v", diff, findings)
			}
			for _, f := range findings {
				if f.File == "" || f.Message == "" || f.Suggestion == "" {
					t.Errorf("incomplete finding %+v", f)
				}
			}
		})
	}
}

// A rule without a test gets one suggested, and the one suggested is sound.
func TestLintUntested(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"rules:\n  - {id: a, name: 规则, when: {text: {all: [停电, 医院]}}, then: {division: d}}\n",
		"rules:\n  - {id: a, name: 规则, when: {mailbox: [report, portal], text: {any: [停电]}}, then: {accuses: [d]}, continue: true}\n",
		"rules:\n  - {id: a, name: 规则, when: {all: [{subject: {any: [停电]}}, {mailbox: portal}]}, then: {division: d}}\n",
	} {
		findings := load(t, text).Lint()
		if len(findings) != 1 || findings[0].Kind != LintUntested {
			t.Fatalf("findings %+v, want one untested", findings)
		}
		_, test, _ := strings.Cut(findings[0].Suggestion, "：")
		s := load(t, text+"tests:\n  "+test+"\n")
		if findings := s.Lint(); len(findings) != 0 {
			t.Errorf("with the test suggested: %+v", findings)
		}
		for _, r := range s.Test() {
			if !r.OK {
				t.Errorf("the test suggested: expected %v, got %v", r.Expected, r.Got)
			}
		}
	}
}

func TestLintNames(t *testing.T) {
	t.Parallel()
	s := load(t, "rules:\n  - {id: a, name: 规则, when: {text: {any: [停电]}}, then: {division: powr}}\ntests:\n  - {letter: {text: 停电}, expect: {rule: a}}\n")
	findings := s.LintWith(LintInput{Names: &Names{Divisions: []string{"power"}}})
	if diff := cmp.Diff([]string{"2:67 unknown"}, lintLines(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Where the box decides, a rule's division is never the verdict.
func TestLintFixedBoxes(t *testing.T) {
	t.Parallel()
	s := load(t, `
rules:
  - {id: a, when: {mailbox: report, text: {any: [停电]}}, then: {division: power}}
  - {id: b, when: {mailbox: [report, portal], text: {any: [停水]}}, then: {division: power}}
  - {id: c, when: {mailbox: report, text: {any: [停气]}}, then: {division: law}}
  - {id: d, when: {mailbox: report, text: {any: [停暖]}}, then: {urgency: urgent}}
`)
	names := Names{Divisions: []string{"power", "law"}, Mailboxes: []string{"report", "portal"}, Fixed: map[string]string{"report": "law"}}
	if diff := cmp.Diff([]string{"3:74 unreachable"}, lintLines(s.LintWith(LintInput{Names: &names}))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// What cannot be proved is back-tested.
func TestLintLetters(t *testing.T) {
	t.Parallel()
	s := load(t, `
rules:
  - {id: a, name: 规则, when: {text: {regex: '小区|物业'}}, then: {division: d}}
  - {id: b, name: 规则, when: {text: {any: [供暖]}}, then: {division: e}}
  - {id: c, name: 规则, when: {text: {all: [小区, 停电]}}, then: {assist: [f]}}
`)
	var letters []PastLetter
	for i := range 60 {
		body := "其他事情"
		switch {
		case i < 6:
			body = "小区供暖不好"
		case i < 20:
			body = "小区停电"
		}
		letters = append(letters, PastLetter{Number: fmt.Sprint(i), Text: Text{Body: body}})
	}
	findings := s.LintWith(LintInput{Letters: slices.Values(letters)})
	want := []string{"3:44 everything", "3:44 regex", "4:10 shadowed"}
	if diff := cmp.Diff(want, lintLines(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%+v", diff, findings)
	}
	for _, f := range findings {
		if f.Kind == LintShadowed && !strings.Contains(f.Message, "6 次") {
			t.Errorf("no figures in %q", f.Message)
		}
	}
}

// Deeply nested choices must not make lint try for ever.
func TestLintIsBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("rules:\n")
	for r := range 12 {
		fmt.Fprintf(&b, "  - {id: r%d, name: 规则, when: {all: [", r)
		for i := range 12 {
			fmt.Fprintf(&b, "{any: [{text: {any: [甲%d乙%d]}}, {text: {any: [丙%d丁%d]}}]},", r, i, i, r)
		}
		fmt.Fprintf(&b, "]}, then: {division: d%d}}\n", r)
	}
	load(t, strings.ReplaceAll(b.String(), ",]", "]")).Lint()
}
