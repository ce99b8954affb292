package rules

import (
	"slices"
	"sync"
)

// Set is a loaded set of rules. It never changes and may be used by several
// goroutines at once.
type Set struct {
	version  string
	builtin  bool
	sources  []source // as they were read, to try out one more
	docs     []*document
	rules    []rule // in the order in which they are tried
	fields   fields
	used     []bool // by field: some rule looks at it
	written  []string
	folded   []string // the words as they are compared
	near     []bool
	lexicons map[string]lexicon
	// usedLexicons are those that a rule names, directly or by another.
	usedLexicons map[string]bool
	automaton    *automaton
	byWord       [][]int32 // by word: the rules that need it
	always       []bool    // by rule: it may hold without any word
	// known are the divisions that exist; nil means all.
	known []string
	pool  *sync.Pool // of *scratch
}

// Version returns the digest of the rule files (hex SHA-256).
func (s *Set) Version() string { return s.version }

// Name returns the name of a rule, "" when it has none or there is no such rule.
func (s *Set) Name(id string) string {
	if i := slices.IndexFunc(s.rules, func(r rule) bool { return r.doc.ID == id }); i >= 0 {
		return s.rules[i].doc.Name
	}
	return ""
}

// Len returns the number of rules.
func (s *Set) Len() int { return len(s.rules) }

// Restrict returns the set for an office that has only the given divisions:
// rules that route to others do not count, and others are never named as
// assistants. It lets an office with few divisions use the built-in rules.
func (s *Set) Restrict(divisions []string) *Set {
	out := *s
	out.known = append([]string{}, divisions...)
	return &out
}

// exists tells whether the office has the division.
func (s *Set) exists(division string) bool {
	return s.known == nil || slices.Contains(s.known, division)
}

// index prepares the set for matching: which fields are looked at, and which
// rules each word can make hold.
func (s *Set) index() {
	s.used = make([]bool, len(s.fields))
	s.byWord = make([][]int32, len(s.written))
	s.always = make([]bool, len(s.rules))
	for i, r := range s.rules {
		s.look(r.when)
		words, ok := r.when.needs()
		if !ok {
			s.always[i] = true
			continue
		}
		for _, w := range words {
			s.byWord[w] = append(s.byWord[w], int32(i))
		}
	}
	words, rules := len(s.written), len(s.rules)
	s.pool = &sync.Pool{New: func() any { return newScratch(words, rules) }}
}

// look notes the fields that a condition looks at.
func (s *Set) look(n node) {
	var at scope
	switch n := n.(type) {
	case allOf:
		for _, c := range n {
			s.look(c)
		}
	case anyOf:
		for _, c := range n {
			s.look(c)
		}
	case noneOf:
		for _, c := range n {
			s.look(c)
		}
	case anyWord:
		at = n.scope
	case everyWord:
		at = n.scope
	case noWord:
		at = n.scope
	case nearWords:
		at = n.scope
	case regexFound:
		at = n.scope
	}
	for _, f := range at.fields {
		s.used[f] = true
	}
}
