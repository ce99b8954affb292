package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/fold"
)

// LintFinding is something legal in the rules that is hardly meant.
type LintFinding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
	// Suggestion says what to do about it.
	Suggestion string `json:"suggestion"`
}

// The kinds of lint findings.
const (
	LintUntested    = "untested"    // no test hits the rule
	LintUnused      = "unused"      // no rule names the lexicon
	LintUnreachable = "unreachable" // the rule's conditions contradict each other
	LintShadowed    = "shadowed"    // an earlier rule always decides before
	LintContained   = "contained"   // a word contains one of an earlier rule, which decides
	LintRedundant   = "redundant"   // a word contains another one of the same list
	LintEverything  = "everything"  // a rule or word holds for every letter, or for many
	LintRegex       = "regex"       // a regular expression that is only words
	LintJoined      = "joined"      // several words that were meant became one
	LintUnknown     = "unknown"     // a name that the configuration does not have
)

// LintInput is what lint may know beyond the rules. The zero value is nothing.
type LintInput struct {
	// Names are those of the configuration.
	Names *Names
	// Letters are past ones, to back-test what cannot be proved.
	Letters iter.Seq[PastLetter]
}

// linter gathers findings.
type linter struct {
	set      *Set
	prover   *prover
	findings []LintFinding
}

func (l *linter) add(at configs.Position, kind, message, suggestion string) {
	l.findings = append(l.findings, LintFinding{
		File: at.File, Line: max(at.Line, 1), Column: max(at.Column, 1), Kind: kind, Message: message, Suggestion: suggestion,
	})
}

// Lint returns what is legal but hardly meant, in the order of the files.
func (s *Set) Lint() []LintFinding { return s.LintWith(LintInput{}) }

// LintWith is Lint with the names of the configuration and past letters, where
// they are given.
func (s *Set) LintWith(in LintInput) []LintFinding {
	l := &linter{set: s, prover: newProver(s)}
	l.untested()
	l.unused()
	shadowed := l.unreachable()
	l.contained(shadowed)
	l.redundant()
	l.joined()
	for i := range s.rules {
		r := &s.rules[i]
		l.expressions(&r.doc.When)
		if r.only && len(r.when) == 0 {
			l.add(r.doc.At("id"), LintEverything, "规则 "+r.doc.ID+" 对每封信都成立", "写明 when 里的条件")
		}
	}
	l.everyday()
	if in.Letters != nil {
		l.letters(in.Letters, shadowed)
	}
	if in.Names != nil {
		if !s.builtin {
			l.fixedBoxes(in.Names.Fixed)
		}
		for _, f := range s.Check(*in.Names) {
			at := configs.Position{File: f.File, Line: f.Line, Column: f.Column}
			l.add(at, LintUnknown, f.Message, "改成名册和配置里有的名称，或先在配置里加上")
		}
	}
	sortLint(l.findings)
	return l.findings
}

// untested finds rules that hold in no test.
func (l *linter) untested() {
	tested := l.set.tested()
	for i := range l.set.rules {
		r := &l.set.rules[i]
		if tested[r.doc.ID] {
			continue
		}
		l.add(r.doc.At("id"), LintUntested, "规则 "+r.doc.ID+" 没有测试", "在 tests 里加："+l.exampleTest(r))
	}
}

// exampleTest writes a test that the rule probably passes: the words it asks
// for, in the field where it asks for them.
func (l *linter) exampleTest(r *rule) string {
	letter, box := "text: ……", ""
	conditions := flatten(r.when)
	for _, f := range conditions {
		if boxes, ok := f.(inMailbox); ok && box == "" {
			box = "mailbox: " + quote(boxes[0]) + ", "
		}
	}
	for _, f := range conditions {
		words := present(f)
		if len(words) == 0 || slices.ContainsFunc(words, func(f found) bool { return len(f.words) == 0 }) {
			continue
		}
		text := ""
		for _, w := range words {
			text += l.set.written[w.words[0]]
		}
		letter = exampleField(words[0].scope.key) + ": " + quote(text)
		if words[0].scope.key == "attachment" {
			letter = "attachment: [" + quote(text) + "]"
		}
		break
	}
	division := ""
	if !r.only {
		division = "division: " + quote(r.doc.Then.Division) + ", "
	}
	return fmt.Sprintf("- {letter: {%s%s}, expect: {%srule: %s}}", box, letter, division, quote(r.doc.ID))
}

// exampleField is the key of a test's letter for the field of a condition.
func exampleField(scope string) string {
	if isField(scope) {
		return scope
	}
	return "text"
}

// tested returns the rules that hold in some test.
func (s *Set) tested() map[string]bool {
	out, whole := make(map[string]bool), s.whole()
	for _, d := range s.docs {
		for i := range d.Tests {
			if !d.Tests[i].Has("letter") {
				continue
			}
			for _, h := range whole.Classify(d.Tests[i].Letter.letter()).Hits {
				out[h.Rule] = true
			}
		}
	}
	return out
}

// unused finds lexicons that no rule names.
func (l *linter) unused() {
	for _, d := range l.set.docs {
		for name := range d.Lexicons {
			if !l.set.usedLexicons[name] {
				l.add(d.KeyAt("lexicons", name), LintUnused, "词表 "+name+" 没有规则使用", "在规则里写 $"+name+"，或删去这个词表")
			}
		}
	}
}

// expressions finds regular expressions that are only a choice of words.
func (l *linter) expressions(c *conditionDoc) {
	c.eachTest(func(t testOf) {
		if t.words == nil || t.words.Regex == nil || t.words.Regex.pattern == nil {
			return
		}
		if words := t.words.Regex.words; len(words) > 0 {
			l.add(t.words.Regex.at, LintRegex, "正则表达式 "+t.words.Regex.source+" 可以直接写成词："+shorten(words),
				"改为 any: ["+quoteAll(words)+"]")
		}
	})
}

// eachTest calls f for every test of a condition, however deep it stands.
func (c *conditionDoc) eachTest(f func(testOf)) {
	for _, t := range c.tests {
		f(t)
	}
	for _, group := range [][]conditionDoc{c.any, c.all, c.not} {
		for i := range group {
			group[i].eachTest(f)
		}
	}
}

// eachWords calls lexicon for every lexicon and test for every test of a rule.
func (l *linter) eachWords(lexicon func([]word), test func(testOf)) {
	for _, d := range l.set.docs {
		for _, words := range d.Lexicons {
			lexicon(words)
		}
		for i := range d.Rules {
			d.Rules[i].When.eachTest(test)
		}
	}
}

// redundant finds words that contain another word of their list, which so finds
// whatever they find.
func (l *linter) redundant() {
	l.eachWords(l.redundantIn, func(t testOf) {
		if t.words != nil && t.words.Near == nil {
			l.redundantIn(t.words.Any)
			l.redundantIn(t.words.None)
		}
	})
}

// redundantIn compares the words of one list. Words whose distance to others
// matters are left alone: a longer one reaches further.
func (l *linter) redundantIn(words []word) {
	type entry struct {
		word
		folded string
	}
	var all []entry
	for _, w := range words {
		if strings.HasPrefix(w.text, "$") {
			continue
		}
		f := fold.String(w.text)
		if n := slices.Index(l.set.folded, f); n >= 0 && !l.set.near[n] {
			all = append(all, entry{w, f})
		}
	}
	for i, long := range all {
		for j, short := range all {
			if i == j || !strings.Contains(long.folded, short.folded) || long.folded == short.folded && i < j {
				continue
			}
			l.add(long.at, LintRedundant, "词 "+long.text+" 多余：同一词表里已有 "+short.text, "删去 "+long.text)
			break
		}
	}
}

func sortLint(findings []LintFinding) {
	slices.SortStableFunc(findings, func(a, b LintFinding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Message, b.Message))
	})
}
