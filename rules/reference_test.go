package rules

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asked is a condition by the letter of spec system section 5, evaluated the
// slow way, with the YAML that says the same.
type asked struct {
	yaml  string
	holds func(subject, body string) bool
}

// author writes random rules over few words, so that they meet often.
type author struct{ *rand.Rand }

func (a author) words(n int) []string {
	all := []string{"甲", "乙", "丙", "甲乙", "乙丙", "甲乙丙", "丁"}
	a.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}

func (a author) condition(depth int) asked {
	kind := a.IntN(8)
	if depth == 0 {
		kind = a.IntN(5)
	}
	if kind < 5 {
		return a.field(kind)
	}
	parts := []asked{a.condition(depth - 1), a.condition(depth - 1)}[:1+a.IntN(2)]
	name := []string{"any", "all", "not"}[kind-5]
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.yaml)
	}
	return asked{fmt.Sprintf("{%s: [%s]}", name, strings.Join(texts, ", ")), func(subject, body string) bool {
		n := 0
		for _, p := range parts {
			if p.holds(subject, body) {
				n++
			}
		}
		return map[string]bool{"any": n > 0, "all": n == len(parts), "not": n == 0}[name]
	}}
}

// field asks for words of one field: any, all, none, near or an expression.
func (a author) field(kind int) asked {
	field := []string{"text", "subject", "body"}[a.IntN(3)]
	scope := func(subject, body string) []string {
		return map[string][]string{"text": {subject, body}, "subject": {subject}, "body": {body}}[field]
	}
	words := a.words(1 + a.IntN(3))
	has := func(texts []string) (n int) {
		for _, w := range words {
			if slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, w) }) {
				n++
			}
		}
		return n
	}
	list := "[" + strings.Join(words, ", ") + "]"
	switch kind {
	case 0:
		return asked{fmt.Sprintf("{%s: {any: %s}}", field, list), func(s, b string) bool { return has(scope(s, b)) > 0 }}
	case 1:
		return asked{fmt.Sprintf("{%s: {all: %s}}", field, list), func(s, b string) bool { return has(scope(s, b)) == len(words) }}
	case 2:
		return asked{fmt.Sprintf("{%s: {none: %s}}", field, list), func(s, b string) bool { return has(scope(s, b)) == 0 }}
	case 3:
		source := []string{"甲.乙", "乙+丙", "甲乙?丙", "[甲丁]丙", "丙(甲|乙)"}[a.IntN(5)]
		re := regexp.MustCompile(source)
		return asked{fmt.Sprintf("{%s: {regex: '%s'}}", field, source), func(s, b string) bool { return slices.ContainsFunc(scope(s, b), re.MatchString) }}
	}
	two, near := []string{"甲", "丁"}, a.IntN(4)
	return asked{fmt.Sprintf("{%s: {all: [%s, %s], near: %d}}", field, two[0], two[1], near), func(s, b string) bool {
		return slices.ContainsFunc(scope(s, b), func(t string) bool { return close2([]rune(t), '甲', '丁', near) })
	}}
}

// close2 tells whether the two characters stand with at most n others between.
func close2(text []rune, a, b rune, n int) bool {
	for i, x := range text {
		for j, y := range text {
			if x == a && y == b && i != j && max(i-j, j-i)-1 <= n {
				return true
			}
		}
	}
	return false
}

func (a author) letter() string {
	out := make([]rune, a.IntN(7))
	for i := range out {
		out[i] = []rune("甲乙丙丁 戊")[a.IntN(6)]
	}
	return string(out)
}

// Rules hold exactly when the spec says so, whatever is left out on the way, and
// what lint has proved of a rule no letter contradicts.
func TestAgainstReference(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		a := author{rand.New(rand.NewPCG(seed, 39))}
		var text strings.Builder
		text.WriteString("rules:\n")
		conditions := make([]asked, 4)
		for i := range conditions {
			conditions[i] = a.condition(2)
			fmt.Fprintf(&text, "  - {id: r%d, when: %s, then: {division: d%d}}\n", i, conditions[i].yaml, i)
		}
		s := load(t, text.String())
		proved := make(map[string]string)
		for _, f := range s.Lint() {
			if f.Kind == LintShadowed || f.Kind == LintUnreachable {
				proved[fmt.Sprintf("r%d", f.Line-2)] = f.Kind
			}
		}
		for range 60 {
			subject, body := a.letter(), a.letter()
			folded := strings.NewReplacer(" ", "")
			want := ""
			for i := len(conditions) - 1; i >= 0; i-- {
				if conditions[i].holds(folded.Replace(subject), folded.Replace(body)) {
					want = fmt.Sprintf("r%d", i)
				}
			}
			v := s.Classify(Text{Subject: subject, Body: body}, Context{})
			if v.Rule != want {
				t.Fatalf("%q, %q: decided by %q, want %q\n%s", subject, body, v.Rule, want, &text)
			}
			if kind := proved[v.Rule]; kind != "" {
				t.Fatalf("%q, %q: decided by %s, which lint calls %s\n%s", subject, body, v.Rule, kind, &text)
			}
		}
	}
}
