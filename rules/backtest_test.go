package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const backtestRules = `
rules:
  - {id: cut, name: 停电, priority: 10, when: {text: {any: [停电]}}, then: {division: power}}
  - {id: net, name: 宽带, when: {text: {any: [宽带]}}, then: {division: telecom}}
tests:
  - {letter: {text: 停电}, expect: {rule: cut}}
  - {letter: {text: 宽带}, expect: {rule: net}}
`

func TestBacktest(t *testing.T) {
	t.Parallel()
	s := load(t, backtestRules)
	letters := []PastLetter{
		{Number: "1", Text: Text{Body: "停电"}, From: "power", Final: "power"},
		{Number: "2", Text: Text{Body: "宽带"}, From: "power", Final: "telecom"},                                  // fixed
		{Number: "3", Text: Text{Body: "停电，断了宽带"}, From: "telecom", Final: "telecom"},                           // broken
		{Number: "4", Text: Text{Body: "供水"}, From: "office", Final: "office"},                                  // broken: nothing decides
		{Number: "5", Text: Text{Body: "宽带"}, From: "office"},                                                   // not finished
		{Number: "6", Text: Text{Body: "宽带"}, Context: Context{Division: "sme"}, From: "sme", Final: "telecom"}, // the box decides
	}
	got := s.Backtest(slices.Values(letters))
	want := BacktestResult{
		N: 6, Fixed: 1, Broken: 2,
		Moved: []Move{
			{"2", "power", "telecom", "telecom", "net"}, {"3", "telecom", "power", "telecom", "cut"},
			{"4", "office", "", "office", ""}, {"5", "office", "telecom", "", "net"},
		},
		PerDivision: map[string]DivisionScore{
			"power": {Precision: 0.5, Recall: 1, N: 1}, "telecom": {Precision: 1, Recall: 1.0 / 3, N: 3},
			"office": {N: 1}, "sme": {},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	empty, err := json.Marshal(s.Backtest(slices.Values([]PastLetter(nil))))
	if err != nil || string(empty) != `{"n":0,"moved":[],"per_division":{},"fixed":0,"broken":0}` {
		t.Errorf("%s, %v", empty, err)
	}
}

// reassigned makes letters of which those about charging piles went to power
// first and belong to energy.
func reassigned() []PastLetter {
	var out []PastLetter
	add := func(body, from, final string, n int) {
		for range n {
			number := fmt.Sprint(len(out))
			out = append(out, PastLetter{Number: number, Text: Text{Body: fmt.Sprintf("尊敬的领导，%s，请处理，编号%s", body, number)}, From: from, Final: final})
		}
	}
	add("小区的充电桩停电了", "power", "energy", 6)
	add("我家楼下没有充电桩", "", "energy", 4)
	add("我们村停电三天", "power", "power", 20)
	add("宽带太慢", "telecom", "telecom", 20)
	add("咨询营业执照", "", "office", 10)
	return out
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	s := load(t, backtestRules)
	letters := reassigned()
	got := s.Suggest(letters)
	if len(got) == 0 || got[0].Division != "energy" {
		t.Fatalf("suggestions %+v, want one for energy", got)
	}
	g := got[0]
	want := TaughtWord{Word: "充电桩", Right: 10, Astray: 10, LogLikelihood: g.Words[0].LogLikelihood}
	if diff := cmp.Diff(want, g.Words[0]); diff != "" {
		t.Errorf("first word (-want +got):\n%s", diff)
	}
	if len(g.Letters) != 10 || g.Fixed != 10 || g.Broken != 0 {
		t.Errorf("%d letters, %d fixed, %d broken; want 10, 10, 0", len(g.Letters), g.Fixed, g.Broken)
	}
	with, ok := s.with("more.yaml", g.YAML)
	if !ok {
		t.Fatalf("the YAML does not load:\n%s", g.YAML)
	}
	for _, r := range with.Test() {
		if !r.OK {
			t.Errorf("%s:%d: expected %v, got %v", r.File, r.Line, r.Expected, r.Got)
		}
	}
	if findings := lintLines(with.Lint()); len(findings) != 0 {
		t.Errorf("lint of the suggestion: %v\n%s", findings, g.YAML)
	}
	for _, again := range with.Suggest(letters) {
		if again.Division == "energy" {
			t.Errorf("what was learned is suggested again:\n%s", again.YAML)
		}
	}
}

// Of a phrase longer than the pieces looked at, the end is suggested: neither a
// piece cut out of its midst, nor the whole of it, which no other letter has.
func TestSuggestEndOfPhrase(t *testing.T) {
	t.Parallel()
	s := load(t, backtestRules)
	for phrase, want := range map[string]string{
		"求办理分布式光伏电站备案": "光伏电站备案",
		"阳光花园小区电动车充电桩": "电动车充电桩",
		"阳光花园小区快速充电桩":  "快速充电桩", // no word begins with 区
	} {
		var letters []PastLetter
		for i, who := range []string{"我厂", "公司", "本店", "我社", "咱们", "工厂"} {
			letters = append(letters, PastLetter{
				Number: fmt.Sprint(i), Text: Text{Body: fmt.Sprintf("停电%d次，%s请%s，谢谢", i, who, phrase)}, From: "power", Final: "energy",
			})
			letters = append(letters, PastLetter{Number: fmt.Sprint(100 + i), Text: Text{Body: who + "停电，谢谢"}, From: "power", Final: "power"})
		}
		got := s.Suggest(letters)
		if len(got) != 1 || len(got[0].Words) != 1 || got[0].Words[0].Word != want || got[0].Words[0].Right != 6 || got[0].Fixed != 6 {
			t.Errorf("%s: suggestions %+v, want %s", phrase, got, want)
		}
	}
}

// What a few letters have in common by chance, or all letters have, teaches nothing.
func TestSuggestNothing(t *testing.T) {
	t.Parallel()
	s := load(t, backtestRules)
	few := reassigned()[4:8]
	if got := s.Suggest(few); len(got) != 0 {
		t.Errorf("from letters that all belong to one division: %+v", got)
	}
	var same []PastLetter
	for i := range 40 {
		same = append(same, PastLetter{Number: fmt.Sprint(i), Text: Text{Body: "请领导过问路灯不亮"}, Final: []string{"energy", "office"}[i%2]})
	}
	if got := s.Suggest(same); len(got) != 0 {
		t.Errorf("from letters that say the same: %+v", got)
	}
	if got := s.Restrict([]string{"power"}).Suggest(reassigned()); len(got) != 0 {
		t.Errorf("for a division that does not exist: %+v", got)
	}
}

// Words and ids may be anything; YAML must give them back.
func TestQuote(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"停电", "no", "1e3", "a: b", "a, b", "[x]", "#x", "$停电", "'", `"`, "it's", "~", "null", "-", "甲：乙"} {
		s := load(t, "rules:\n  - {id: r, name: "+quote(text)+", when: {text: {any: [x, "+quote("y"+text)+"]}}, then: {division: d}}\n")
		if got := s.rules[0].doc.Name; got != text {
			t.Errorf("%q came back as %q", text, got)
		}
		if got := s.written[1]; got != strings.TrimSpace("y"+text) {
			t.Errorf("%q came back as %q", "y"+text, got)
		}
	}
}
