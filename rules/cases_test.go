package rules

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunTests(t *testing.T) {
	t.Parallel()
	s := load(t, `rules:
  - {id: cut, name: 停电, when: {text: {any: [停电]}}, then: {division: power, assist: [b, a], urgency: urgent}}
  - {id: more, name: 补充, when: {any: [{header.X-Kind: {any: [vip]}}, {form.类别: {any: [急]}}, {size: {over: 1MB}}, {arrived: {hours: off}}, {attachment: {any: [exe]}}, {language: en}, {sender: {any: [张]}}, {text: {any: [附]}}]}, then: {notify: [duty]}, continue: true}
tests:
  - letter: {text: 停电}
    expect: {division: power, assist: [a, b], rule: cut, urgency: urgent, decided_by: rule, notify: []}
  - letter: {text: 停水}
    expect: {division: none, rule: cut}
  - letter: {text: 停电, header.X-Kind: VIP}
    expect: {rule: more}
  - letter: {text: 停电}
    expect: {rule: more}
  - {letter: {header: {x-kind: vip}}, expect: {notify: [duty]}}
  - {letter: {form: {类别: 急}}, expect: {notify: [duty]}}
  - {letter: {form.类别: 急}, expect: {notify: [duty]}}
  - {letter: {size: 2MB}, expect: {notify: [duty]}}
  - {letter: {arrived: off}, expect: {notify: [duty]}}
  - {letter: {arrived: '2026-11-22 10:00'}, expect: {notify: [duty]}}
  - {letter: {arrived: '2026-11-23 17:30'}, expect: {notify: [duty]}}
  - {letter: {arrived: '2026-11-23 17:29'}, expect: {notify: []}}
  - {letter: {attachment: [a.EXE]}, expect: {notify: [duty]}}
  - {letter: {language: en}, expect: {notify: [duty]}}
  - {letter: {sender: 张三}, expect: {notify: [duty]}}
  - {letter: {attachment_text: 附件里的附}, expect: {notify: [duty]}}
  - {letter: {body: 停电, division: supervision, confidential: true}, expect: {division: supervision, decided_by: box, confidential: true, assist: []}}
`)
	results := s.Test()
	failed := map[int]bool{1: true, 3: true}
	for i, r := range results {
		if r.OK == failed[i] {
			t.Errorf("test %d at line %d: ok is %v: expected %v, got %v", i, r.Line, r.OK, r.Expected, r.Got)
		}
	}
	got, err := json.Marshal(results[1])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"rules.yaml","line":7,"rule":"cut","ok":false,"expected":{"division":"none","rule":"cut"},"got":{"division":"none","rule":""}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// In an office a letter to a box that has a division of its own goes there, as
// it will when it arrives, unless the test says otherwise.
func TestRunTestsInOffice(t *testing.T) {
	t.Parallel()
	s := load(t, `rules:
  - {id: cut, when: {text: {any: [停电]}}, then: {division: power, urgency: urgent}}
  - {id: night, when: {arrived: {hours: off}}, then: {notify: duty}}
tests:
  - {letter: {mailbox: report, text: 停电}, expect: {division: law, decided_by: box, rule: cut, urgency: urgent, confidential: true}}
  - {letter: {mailbox: report, text: 停水}, expect: {division: law, rule: ''}}
  - {letter: {mailbox: portal, text: 停电}, expect: {division: power, confidential: false}}
  - {letter: {mailbox: report, division: '', confidential: false, text: 停电}, expect: {division: power, confidential: false}}
  - {letter: {mailbox: report, text: 停水}, expect: {rule: cut}}
  - {letter: {arrived: 2026-10-01 10:00}, expect: {notify: [duty]}}
  - {letter: {arrived: '2026-09-30T16:30:00Z'}, expect: {notify: [duty]}}
  - {letter: {arrived: 2026-09-30 16:30}, expect: {notify: []}}
  - {letter: {arrived: work}, expect: {notify: []}}
`)
	zone := time.FixedZone("", 8*3600)
	holiday := func(at time.Time) bool { return at.Format(time.DateOnly) != "2026-10-01" }
	boxes := map[string]Context{"report": {Division: "law", Confidential: true}, "portal": {}}
	for i, r := range s.TestIn(Office{Boxes: boxes, Working: holiday, Zone: zone}) {
		if want := i != 4; r.OK != want {
			t.Errorf("test at line %d: ok is %v: expected %v, got %v", r.Line, r.OK, r.Expected, r.Got)
		}
	}
}

// The shape of `rules explain --json` is fixed by spec system section 9; lists
// are never null.
func TestExplanationJSON(t *testing.T) {
	t.Parallel()
	s := load(t, "rules:\n  - {id: r, name: 甲, when: {text: {any: [停电]}}, then: {division: power}}\n")
	got, err := json.Marshal(s.Explain("a.eml", Text{Subject: "停电"}, Context{}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"a.eml","division":"power","assist":[],"category":"","urgency":"normal","deadline":"","notify":[],"recuse":[],"accuses":[],` +
		`"confidential":false,"decided_by":"rule","rule":"r","confidence":1,"hits":[{"rule":"r","word":"停电","field":"subject","offset":0,"context":"停电"}],` +
		`"near":[],"version":"` + s.Version() + `"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	s := load(t, `lexicons:
  用: [停电]
  内: [停水]
  外: [$内]
  闲: [停工]
rules:
  - {id: words, name: 甲, priority: 9, when: {text: {any: [$用, $外]}}, then: {division: a}}
  - {id: regex, name: 乙, priority: 9, when: {any: [{subject: {regex: '停(电|水)'}}, {subject: {regex: '停.电'}}]}, then: {division: b}}
  - {id: all, name: 丙, when: {}, then: {division: c}}
  - {id: never, name: 丁, when: {text: {any: [x]}}, then: {division: d}}
  - {id: adds, name: 戊, when: {}, then: {urgency: urgent}}
tests:
  - {letter: {text: 停电}, expect: {rule: words}}
`)
	type finding struct {
		Line int
		Kind string
	}
	var got []finding
	for _, f := range s.Lint() {
		if f.File != "rules.yaml" || f.Column < 1 || f.Message == "" {
			t.Errorf("finding %+v lacks something", f)
		}
		got = append(got, finding{f.Line, f.Kind})
	}
	want := []finding{
		{5, LintUnused}, {8, LintUntested}, {8, LintRegex}, {10, LintShadowed}, {10, LintUntested}, {11, LintEverything},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lint (-want +got):\n%s", diff)
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source string
		spaced bool
		words  []string
	}{
		{"停电|停水", false, []string{"停水", "停电"}},
		{"(變|变)壓器", false, []string{"变压器"}},
		{"[甲乙]方", false, []string{"乙方", "甲方"}},
		{"停.电", false, nil},
		{`\d{11}`, false, nil},
		{"[^，]停", false, nil},
		{`停\s*电`, true, nil},
		{"power cut", true, nil},
		{`\bcut`, true, nil},
		{"(?m)^附", true, nil},
		{"^附", false, nil},
	} {
		p, err := newPattern(tt.source)
		if err != nil {
			t.Errorf("%s: %v", tt.source, err)
			continue
		}
		if p.spaced != tt.spaced {
			t.Errorf("%s: spaced is %v, want %v", tt.source, p.spaced, tt.spaced)
		}
		if diff := cmp.Diff(sorted(tt.words), sorted(p.words)); diff != "" {
			t.Errorf("%s: words (-want +got):\n%s", tt.source, diff)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "123": "", "小区停电": "zh", "Dear Sir or Madam": "en", "WPS 和 Office 打不开": "zh",
		"停電についてお尋ねします": "ja", "정전되었습니다": "ko", "توك ئۈزۈلدى": "ug", "གློག་": "bo", "Отключили свет": "ru",
	} {
		if got := judgeLanguage(text); got != want {
			t.Errorf("judgeLanguage(%q) = %q, want %q", text, got, want)
		}
	}
}
