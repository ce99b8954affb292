package rules

import (
	"cmp"
	"slices"

	"xinfangd/configs"
)

// LintFinding is something legal in the rules that is hardly meant.
type LintFinding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// The kinds of lint findings.
const (
	LintUntested   = "untested"   // no test hits the rule
	LintUnused     = "unused"     // no rule names the lexicon
	LintShadowed   = "shadowed"   // an earlier rule always decides before
	LintEverything = "everything" // holds for every letter
	LintRegex      = "regex"      // a regular expression that is only words
)

// linter gathers findings.
type linter struct{ findings []LintFinding }

func (l *linter) add(at configs.Position, kind, message string) {
	l.findings = append(l.findings, LintFinding{File: at.File, Line: max(at.Line, 1), Column: max(at.Column, 1), Kind: kind, Message: message})
}

// Lint returns what is legal but hardly meant, in the order of the files.
func (s *Set) Lint() []LintFinding {
	l := new(linter)
	tested := s.tested()
	// catchAll is the first rule that decides every letter that reaches it.
	var catchAll *ruleDoc
	for i := range s.rules {
		r := &s.rules[i]
		at := r.doc.At("id")
		if !tested[r.doc.ID] {
			l.add(at, LintUntested, "规则 "+r.doc.ID+" 没有测试")
		}
		if catchAll != nil && !r.only {
			l.add(at, LintShadowed, "规则 "+r.doc.ID+" 永远轮不到：在它之前的 "+catchAll.ID+" 对每封信都成立")
		}
		if len(r.when) == 0 {
			if r.only {
				l.add(at, LintEverything, "规则 "+r.doc.ID+" 对每封信都成立")
			} else if catchAll == nil {
				catchAll = r.doc
			}
		}
		l.expressions(&r.doc.When)
	}
	for _, d := range s.docs {
		for name := range d.Lexicons {
			if !s.usedLexicons[name] {
				l.add(d.KeyAt("lexicons", name), LintUnused, "词表 "+name+" 没有规则使用")
			}
		}
	}
	sortLint(l.findings)
	return l.findings
}

// tested returns the rules that hold in some test.
func (s *Set) tested() map[string]bool {
	out := make(map[string]bool)
	for _, d := range s.docs {
		for i := range d.Tests {
			for _, h := range s.Classify(d.Tests[i].Letter.letter()).Hits {
				out[h.Rule] = true
			}
		}
	}
	return out
}

// expressions finds regular expressions that are only a choice of words.
func (l *linter) expressions(c *conditionDoc) {
	for _, t := range c.tests {
		if t.words == nil || t.words.Regex == nil || t.words.Regex.pattern == nil {
			continue
		}
		if words := t.words.Regex.words; len(words) > 0 {
			l.add(t.words.Regex.at, LintRegex, "正则表达式 "+t.words.Regex.source+" 可以直接写成词："+shorten(words))
		}
	}
	for _, group := range [][]conditionDoc{c.any, c.all, c.not} {
		for i := range group {
			l.expressions(&group[i])
		}
	}
}

func sortLint(findings []LintFinding) {
	slices.SortStableFunc(findings, func(a, b LintFinding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Kind, b.Kind))
	})
}
