package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/configs"
)

// placed is where a finding stands and a part of what it says.
type placed struct {
	Line, Column int
	Part         string
}

// marked takes the marks § out of a text and returns their places, each with
// the part that its finding must say.
func marked(text string, parts []string) (plain string, want []placed) {
	line, column := 1, 1
	for _, r := range text {
		switch r {
		case '§':
			part := "(no part for this mark)"
			if len(want) < len(parts) {
				part = parts[len(want)]
			}
			want = append(want, placed{line, column, part})
			continue
		case '\n':
			line, column = line+1, 0
		}
		column++
		plain += string(r)
	}
	return plain, want
}

// compareFindings checks places and that each message has the part wanted.
func compareFindings(t *testing.T, findings []configs.Finding, want []placed) {
	t.Helper()
	var got []placed
	for i, f := range findings {
		part := f.Message
		if i < len(want) && strings.Contains(f.Message, want[i].Part) {
			part = want[i].Part
		}
		got = append(got, placed{f.Line, f.Column, part})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestInspectReadsOn(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.yaml")
	text := "rules:\n" +
		"  - {id: r, naem: 甲, when: {}, then: {division: d}}\n" +
		"  - id: s\n    when: {text: {any: [$停电]}}\n    then: {division: nowhere}\n" +
		"  - {id: r, when: {}, then: {division: d}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	type place struct {
		line int
		part string
	}
	want := []place{{2, "不认识的键 naem"}, {4, "没有词表 $停电"}, {5, "没有处室 nowhere"}, {6, "规则 r 重复"}}
	got := Inspect(file, Names{Divisions: []string{"d"}})
	if len(got) != len(want) {
		t.Fatalf("findings: %v", got)
	}
	for i, f := range got {
		if f.Line != want[i].line || !strings.Contains(f.Message, want[i].part) {
			t.Errorf("finding %d: %v, want line %d: %s", i, f, want[i].line, want[i].part)
		}
	}
	if set, _ := Load(file); set != nil {
		t.Error("a set with errors was loaded")
	}
}

func TestLoadAccepts(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one name without brackets":     "{assist: d, notify: head, recuse: d, accuses: d}, continue: true}\n",
		"a moment as JSON has it":       "{division: d}}\ntests:\n  - {letter: {arrived: 2026-11-21T23:00}, expect: {rule: r}}\n",
		"a condition that always holds": "{division: d}}\n  - {id: s, when: {}, then: {division: e}}\n",
	} {
		if set, findings := build([]source{{name: "a.yaml", base: "a.yaml", data: []byte("rules:\n  - {id: r, when: {text: {any: [停电]}}, then: " + text)}}); set == nil {
			t.Errorf("%s: %v", name, findings)
		}
	}
}

// What was passed over for years does not keep the office from starting.
func TestLoadPassesOver(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       []string
		yes, no    []Text
	}{
		{
			"an empty word", "rules:\n  - {id: r, when: {text: {any: [停电, §'']}}, then: {division: d}}\n", []string{"这里是空的，已略过"},
			[]Text{{Body: "停电"}}, []Text{{Body: "停水"}},
		},
		{
			"an empty word among all", "rules:\n  - {id: r, when: {text: {all: [停电, §''], near: 3, none: [§'', 停水]}}, then: {division: d}}\n", []string{"已略过", "已略过"},
			[]Text{{Body: "停电"}}, []Text{{Body: "停水停电"}},
		},
		{
			"an empty word of a lexicon", "lexicons: {甲: [§'', 停电]}\nrules:\n  - {id: r, when: {text: {any: [$甲]}}, then: {division: d}}\n", []string{"已略过"},
			[]Text{{Body: "停电"}}, []Text{{Body: "停水"}},
		},
		{
			"languages as people write them", "rules:\n  - {id: r, when: {language: [zh-CN, EN_us]}, then: {division: d}}\n", nil,
			[]Text{{Body: "停电"}, {Body: "power"}, {Language: "zh-Hans"}}, []Text{{Body: "전기"}},
		},
		{"no known language", "rules:\n  - {id: r, when: {language: [§fr, §'']}, then: {division: d}}\n", []string{"不认识的语言 fr", "不认识的语言 ''"}, nil, []Text{{Body: "停电"}, {Body: "123"}}},
	} {
		text, want := marked(tt.text, tt.want)
		s, findings := build([]source{{name: "r.yaml", base: "r.yaml", data: []byte(text)}})
		if s == nil {
			t.Errorf("%s: %v", tt.name, findings)
			continue
		}
		compareFindings(t, findings, want)
		for _, text := range tt.yes {
			if v := s.Classify(text, Context{}); v.Rule != "r" {
				t.Errorf("%s does not hold for %v", tt.name, text)
			}
		}
		for _, text := range tt.no {
			if v := s.Classify(text, Context{}); v.Rule != "" {
				t.Errorf("%s holds for %v", tt.name, text)
			}
		}
	}
}

// A test without a letter is one that fails.
func TestWithoutLetter(t *testing.T) {
	t.Parallel()
	s, findings := build([]source{{name: "r.yaml", base: "r.yaml", data: []byte("rules:\n  - {id: r, when: {}, then: {division: d}}\ntests:\n  - {expect: {rule: r}}\n")}})
	if s == nil || len(findings) != 1 || !strings.Contains(findings[0].Message, "没有写 letter") {
		t.Fatalf("findings: %v", findings)
	}
	if r := s.Test(); len(r) != 1 || r[0].OK || r[0].Got["letter"] == r[0].Expected["letter"] {
		t.Errorf("results: %v", r)
	}
}

// What is left empty among names is said once.
func TestCheckEmptyNames(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.yaml")
	write(t, filepath.Dir(file), "a.yaml", "rules:\n  - id: r\n    when: {mailbox: ''}\n    then: {division: d, assist: '', notify: ''}\n")
	var got []string
	for _, f := range Inspect(file, Names{Divisions: []string{"d"}, Mailboxes: []string{"b"}}) {
		got = append(got, f.Message)
	}
	want := []string{"信箱为空，请写上标识，或删去这一项", "处室为空，请写上标识，或删去这一项", "notify 里的这一项为空，请写上地址或角色，或删去这一项"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// What looks like a rule file and is none, and a set without rules, is told.
func TestLoadWarns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a.yaml", "rules: []\n")
	write(t, dir, "b.yml", "rules: [\n")
	write(t, dir, "C.YAML", "rules: [\n")
	write(t, dir, "d.yaml~", "rules: [\n")
	set, findings := Load(dir)
	var got []string
	for _, f := range findings {
		got = append(got, filepath.Base(f.File)+" "+string(f.Severity))
	}
	if diff := cmp.Diff([]string{"C.YAML warning", "b.yml warning", "a.yaml warning"}, got); diff != "" || set == nil {
		t.Errorf("set %v, findings (-want +got):\n%s", set, diff)
	}
}

func TestLoadFindings(t *testing.T) {
	t.Parallel()
	rule := func(when, then string) string {
		return "rules:\n  - {id: r, name: 甲, when: " + when + ", then: " + then + "}\n"
	}
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"unknown condition", rule("{§txt: {any: [停电]}}", "{division: d}"), []string{"不认识的条件 txt，是否应为 text？"}},
		{"unknown key of a rule", "rules:\n  - {id: r, §naem: 甲, when: {}, then: {division: d}}\n", []string{"不认识的键 naem"}},
		{"duplicate condition", rule("{text: {any: [a]}, §text: {any: [b]}}", "{division: d}"), []string{"键 text 重复"}},
		{"words that are no list", rule("{text: {any: §停电}}", "{division: d}"), []string{"列表"}},
		{"words without a question", rule("{text: §{}}", "{division: d}"), []string{"any、all、none 或 regex"}},
		{"empty list", rule("{text: {any: §[]}}", "{division: d}"), []string{"any 的词表是空的"}},
		{"empty any", rule("{any: §[]}", "{division: d}"), []string{"至少要有一项"}},
		{"near without all", rule("{text: {any: [a, b], near: §3}}", "{division: d}"), []string{"near 要与 all 同用"}},
		{"near with one word", rule("{text: {all: [a], near: §3}}", "{division: d}"), []string{"至少有两个词"}},
		{"negative near", rule("{text: {all: [a, b], near: §-3}}", "{division: d}"), []string{"near 不能小于 0"}},
		{"only empty words in a lexicon", "lexicons: {甲: [§'']}\n" + rule("{text: {any: [a]}}", "{division: d}"), []string{"这里是空的"}},
		{"a box without a name", rule("{mailbox: §''}", "{division: d}"), []string{"信箱为空"}},
		{"a warning hides no error", "rules:\n  - {id: r, when: {language: §fr, text: {any: [§$无]}}, then: {division: d}}\n", []string{"不认识的语言 fr", "没有词表"}},
		{"only an empty word", rule("{text: {any: [§'']}}", "{division: d}"), []string{"这里是空的"}},
		{"unfinished when", "rules:\n  - {id: r, name: 甲, when: §~, then: {division: d}}\n", []string{"没有写条件"}},
		{"unfinished any", rule("{any: [{text: {any: [停电]}}, §~]}", "{division: d}"), []string{"没有写条件"}},
		{"names that are a map", rule("{text: {any: [a]}}", "{accuses: §{d: true}}"), []string{"列表"}},
		{"test of an unknown list", rule("{}", "{division: d}") + "tests:\n  - {letter: {§headers: {X-Foo: a}}, expect: {rule: r}}\n", []string{"没有 headers 这一项，是否应为 header？"}},
		{"test of a header that is a list", rule("{}", "{division: d}") + "tests:\n  - {letter: {header.X-Foo: §[a]}, expect: {rule: r}}\n", []string{"header.X-Foo 应为文字"}},
		{"words without any", rule("{text: §[停电]}", "{division: d}"), []string{"text: {any: [停电, 断电]}"}},
		{"a word without any", rule("{text: §停电}", "{division: d}"), []string{"text: {any: [停电, 断电]}"}},
		{"words for conditions", rule("{any: [§停电]}", "{division: d}"), []string{"这里应写条件"}},
		{"lexicon named with its mark", "lexicons: {§$停电: [断电]}\n" + rule("{text: {any: [a]}}", "{division: d}"), []string{"名称不带 $，这里写 停电"}},
		{"blank word", rule("{text: {any: [停电, §' ']}}", "{division: d}"), []string{"没有内容"}},
		{"unknown lexicon", "lexicons: {停电: [停电]}\n" + rule("{text: {any: [§$停点]}}", "{division: d}"), []string{"没有词表 $停点，是否应为 停电？"}},
		{"lexicon of itself", "lexicons: {甲: [§$乙], 乙: [$甲]}\nrules: []\n", []string{"词表 $乙 引用了它自己"}},
		{"bad expression", rule("{text: {regex: §'(停电'}}", "{division: d}"), []string{"缺少右括号 )"}},
		{"look-ahead", rule("{text: {regex: §'(?=停)'}}", "{division: d}"), []string{"RE2 没有环视"}},
		{"expression that matches nothing at all", rule("{text: {regex: §'停*'}}", "{division: d}"), []string{"空文字"}},
		{"bad size", rule("{size: {over: §10XB}}", "{division: d}"), []string{"不是大小"}},
		{"empty size", rule("{size: §{}}", "{division: d}"), []string{"over 或 under"}},
		{"bad hours", rule("{arrived: {hours: §night}}", "{division: d}"), []string{"night"}},
		{"empty arrived", rule("{arrived: §{}}", "{division: d}"), []string{"hours: off"}},
		{"header without a name", rule("{§header.: {any: [a]}}", "{division: d}"), []string{"不认识的条件 header."}},
		{"no condition", "rules:\n  - §{id: r, name: 甲, then: {division: d}}\n", []string{"没有 when"}},
		{"no verdict", "rules:\n  - §{id: r, name: 甲, when: {}}\n", []string{"没有 then"}},
		{"empty verdict", rule("{}", "§{confidential: false}"), []string{"什么也没有规定"}},
		{"continue with a division", "rules:\n  - {id: r, name: 甲, when: {}, then: {division: §d}, continue: true}\n", []string{"不能指定 division"}},
		{"bad urgency", rule("{}", "{division: d, urgency: §hurry}"), []string{"hurry"}},
		{"bad deadline", rule("{}", "{division: d, deadline: §3days}"), []string{"期限"}},
		{"negative deadline", rule("{}", "{division: d, deadline: §-3wd}"), []string{"期限"}},
		{"no id", "rules:\n  - §{name: 甲, when: {}, then: {division: d}}\n", []string{"没有 id"}},
		{"duplicate id", "rules:\n  - {id: r, name: 甲, when: {}, then: {division: d}}\n  - {id: §r, name: 乙, when: {}, then: {division: d}}\n", []string{"规则 r 重复"}},
		{"test of no rule", rule("{}", "{division: d}") + "tests:\n  - {letter: {}, expect: {rule: §s}}\n", []string{"没有规则 s，是否应为 r？"}},
		{"test that expects nothing", rule("{}", "{division: d}") + "tests:\n  - {letter: {}, expect: §{}}\n", []string{"没有写 expect"}},
		{"test of an unknown field", rule("{}", "{division: d}") + "tests:\n  - {letter: {§sbject: a}, expect: {rule: r}}\n", []string{"没有 sbject 这一项，是否应为 subject？"}},
		{"test with a bad time", rule("{}", "{division: d}") + "tests:\n  - {letter: {arrived: §later}, expect: {rule: r}}\n", []string{"到达时间"}},
		{"test with two bodies", rule("{}", "{division: d}") + "tests:\n  - {letter: {text: a, body: §b}, expect: {rule: r}}\n", []string{"只能写一个"}},
		{"broken YAML", "rules:\n  §- {id: r\n", []string{"YAML"}},
		{
			"all at once",
			"rules:\n  - {id: a, name: 甲, when: {§txt: {any: [a]}}, then: {division: d, urgency: §x}}\n  - {id: b, name: 乙, when: {mailbox: §[]}, then: {division: d}}\n",
			[]string{"不认识的条件", "x", "列表是空的"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text, want := marked(tt.text, tt.want)
			s, findings := build([]source{{name: "r.yaml", base: "r.yaml", data: []byte(text)}})
			if s != nil {
				t.Error("a set in spite of errors")
			}
			compareFindings(t, findings, want)
		})
	}
}

func TestDeepNesting(t *testing.T) {
	t.Parallel()
	when := strings.Repeat("{not: [", 60) + "{mailbox: a}" + strings.Repeat("]}", 60)
	_, findings := build([]source{{name: "r.yaml", base: "r.yaml", data: []byte("rules:\n  - {id: r, name: 甲, when: " + when + ", then: {division: d}}\n")}})
	if len(findings) != 1 || !strings.Contains(findings[0].Message, "嵌套超过") {
		t.Errorf("findings %v, want one about nesting", findings)
	}
}

// Lexicons that double at each level must not cost double at each level.
func TestDoublingLexicons(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("lexicons:\n  l0: [停电]\n")
	for i := range 200 {
		fmt.Fprintf(&text, "  l%d: [$l%d, $l%d]\n", i+1, i, i)
	}
	text.WriteString("rules:\n  - {id: r, name: 甲, when: {text: {any: [$l200]}}, then: {division: d}}\n")
	if v := load(t, text.String()).Classify(Text{Body: "停电"}, Context{}); v.Rule != "r" {
		t.Errorf("decided by %q, want r", v.Rule)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoadDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "20-b.yaml", "rules:\n  - {id: b, name: 乙, when: {text: {any: [$词]}}, then: {division: b}}\n")
	write(t, dir, "10-a.yaml", "lexicons: {词: [甲]}\nrules:\n  - {id: a, name: 甲, when: {text: {any: [$词]}}, then: {division: a}}\n")
	write(t, dir, "notes.txt", "not: [a rule")
	write(t, dir, ".hidden.yaml", "not: [a rule")
	s, findings := Load(dir)
	if len(findings) > 0 {
		t.Fatalf("findings: %v", findings)
	}
	if v := s.Classify(Text{Body: "甲"}, Context{}); v.Rule != "a" {
		t.Errorf("decided by %q, want the rule of the first file", v.Rule)
	}
	one, _ := Load(filepath.Join(dir, "20-b.yaml"))
	if one != nil {
		t.Error("one file was loaded with the lexicons of another")
	}

	write(t, dir, "30-c.yaml", "lexicons: {词: [丙]}\n")
	_, findings = Load(dir)
	if len(findings) != 1 || findings[0].File != filepath.Join(dir, "30-c.yaml") || !strings.Contains(findings[0].Message, "词表 词 重复") {
		t.Errorf("findings %v, want a duplicate lexicon in 30-c.yaml", findings)
	}
}

func TestLoadNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "absent"), filepath.Join(dir, "absent.yaml")} {
		s, findings := Load(path)
		if s != nil || len(findings) != 1 || findings[0].File != path {
			t.Errorf("Load(%s) = %v, %v, want one finding", path, s, findings)
		}
	}
}

// The version follows the contents, not where the files lie.
func TestVersion(t *testing.T) {
	t.Parallel()
	text := "rules:\n  - {id: a, name: 甲, when: {}, then: {division: a}}\n"
	version := func(text string) string {
		dir := t.TempDir()
		write(t, dir, "a.yaml", text)
		s, findings := Load(dir)
		if s == nil {
			t.Fatalf("findings: %v", findings)
		}
		return s.Version()
	}
	if a, b := version(text), version(text); a != b || len(a) != 64 {
		t.Errorf("versions of the same rules: %s and %s", a, b)
	}
	if a, b := version(text), version(text+"\n"); a == b {
		t.Error("a changed file has the same version")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	text, want := marked(`rules:
  - {id: a, name: 甲, when: {mailbox: [portal, §protal]}, then: {division: §pwoer, assist: [power, §econ], accuses: [§x], notify: [duty, §dputy, §centre, §nobody@jxw.example, A@jxw.example], recuse: [power, §c@jxw.example]}}
  - {id: b, name: 乙, when: {not: [{any: [{mailbox: §nowhere}]}]}, then: {division: power}}
tests:
  - {letter: {mailbox: §report}, expect: {division: §law, assist: [power]}}
  - {letter: {mailbox: portal}, expect: {division: none}}
`, []string{
		"没有信箱 protal，是否应为 portal？", "没有处室 pwoer，是否应为 power？", "没有处室 econ", "没有处室 x",
		"是否应为 duty？", "名册中没有 centre，notify 里的这一项告知不到任何人", "名册中没有 nobody@jxw.example", "名册中没有 c@jxw.example", "没有信箱 nowhere", "没有信箱 report", "没有处室 law",
	})
	s := load(t, text)
	compareFindings(t, s.Check(Names{
		Divisions: []string{"power", "economy"}, Mailboxes: []string{"portal"}, People: []string{"a@jxw.example"}, Vacant: []string{"principal", "centre"},
	}), want)
}
