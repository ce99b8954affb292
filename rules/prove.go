package rules

import (
	"slices"
	"strings"
)

// prover shows that one condition follows from others, from what the words are:
// where 高压电线 stands, 电线 stands too. What it says is so; what it does not say
// may be so all the same.
type prover struct {
	words []string // folded, by number
	// budget bounds the cases that are tried, since conditions may nest.
	budget int
}

const proofBudget = 2_000

func newProver(s *Set) *prover { return &prover{words: s.folded} }

// implies tells whether whenever the conditions all hold, the goal holds.
func (p *prover) implies(given []node, goal node) bool {
	p.budget = proofBudget
	return p.follows(flatten(given), goal)
}

// contradicts tells whether the conditions can never hold together.
func (p *prover) contradicts(given []node) bool {
	p.budget = proofBudget
	return p.absurd(flatten(given))
}

// flatten takes conditions that all must hold out of their nests.
func flatten(nodes []node) []node {
	var out []node
	for _, n := range nodes {
		switch n := n.(type) {
		case allOf:
			out = append(out, flatten(n)...)
		case anyOf:
			if len(n) == 1 {
				out = append(out, flatten(n)...)
				continue
			}
			out = append(out, n)
		default:
			out = append(out, n)
		}
	}
	return out
}

func (p *prover) follows(given []node, goal node) bool {
	if p.budget--; p.budget < 0 {
		return false
	}
	switch goal := goal.(type) {
	case allOf:
		return !slices.ContainsFunc(goal, func(n node) bool { return !p.follows(given, n) })
	case anyOf:
		if slices.ContainsFunc(goal, func(n node) bool { return p.follows(given, n) }) {
			return true
		}
	case noneOf:
		// Each of them would be absurd.
		return !slices.ContainsFunc(goal, func(n node) bool { return !p.absurdWith(given, n) })
	case noWord:
		return p.absurdWith(given, anyWord{scope: goal.scope, words: goal.words})
	}
	if slices.ContainsFunc(given, func(n node) bool { return p.direct(n, goal) }) {
		return true
	}
	return p.byCases(given, func(given []node) bool { return p.follows(given, goal) })
}

// byCases tells whether something holds in each case of one of the conditions.
func (p *prover) byCases(given []node, holds func([]node) bool) bool {
	for i, n := range given {
		cases := casesOf(n)
		if cases == nil {
			continue
		}
		rest := slices.Delete(slices.Clone(given), i, i+1)
		if !slices.ContainsFunc(cases, func(c node) bool {
			return p.budget < 0 || !holds(append(slices.Clone(rest), flatten([]node{c})...))
		}) {
			return true
		}
	}
	return false
}

// casesOf splits a choice.
func casesOf(n node) []node {
	switch n := n.(type) {
	case anyOf:
		return n
	case anyWord:
		if len(n.words) < 2 {
			return nil
		}
		out := make([]node, len(n.words))
		for i, w := range n.words {
			out[i] = anyWord{scope: n.scope, words: []int32{w}}
		}
		return out
	}
	return nil
}

// absurdWith tells whether n cannot hold together with what is given.
func (p *prover) absurdWith(given []node, n node) bool {
	return p.absurd(append(slices.Clone(given), flatten([]node{n})...))
}

// absurd tells whether conditions deny each other.
func (p *prover) absurd(given []node) bool {
	if p.budget--; p.budget < 0 {
		return false
	}
	for i, n := range given {
		rest := append(slices.Clone(given[:i]), given[i+1:]...)
		switch n := n.(type) {
		case noneOf:
			if slices.ContainsFunc(n, func(c node) bool { return p.follows(rest, c) }) {
				return true
			}
		case noWord:
			if p.follows(rest, anyWord{scope: n.scope, words: n.words}) {
				return true
			}
		case inMailbox:
			if slices.ContainsFunc(rest, func(o node) bool { o2, ok := o.(inMailbox); return ok && disjoint(n, o2) }) {
				return true
			}
		case inLanguage:
			if slices.ContainsFunc(rest, func(o node) bool { o2, ok := o.(inLanguage); return ok && disjoint(n, o2) }) {
				return true
			}
		case sized:
			if n.over > 0 && n.under > 0 && n.under <= n.over+1 {
				return true
			}
		case arrivedIn:
			if slices.Contains(rest, node(arrivedIn{!n.off})) {
				return true
			}
		}
	}
	return false
}

func disjoint[L ~[]string](a, b L) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// direct tells whether the goal follows from one condition alone.
func (p *prover) direct(given, goal node) bool {
	switch goal := goal.(type) {
	case anyWord:
		return slices.ContainsFunc(present(given), func(f found) bool {
			return within(f.scope, goal.scope) && p.covers(f.words, goal.words)
		})
	case everyWord:
		return p.directAll(given, goal.scope, goal.items)
	case nearWords:
		n, ok := given.(nearWords)
		// Longer words may stand closer together than the shorter ones in them.
		return ok && n.distance <= goal.distance && within(n.scope, goal.scope) && nested(n.items, goal.items)
	case regexFound:
		n, ok := given.(regexFound)
		return ok && n.pattern.source == goal.pattern.source && within(n.scope, goal.scope)
	case inMailbox:
		n, ok := given.(inMailbox)
		return ok && subset(n, goal)
	case inLanguage:
		n, ok := given.(inLanguage)
		return ok && subset(n, goal)
	case sized:
		n, ok := given.(sized)
		return ok && (goal.over == 0 || n.over >= goal.over) && (goal.under == 0 || n.under > 0 && n.under <= goal.under)
	case arrivedIn:
		return given == node(goal)
	}
	return false
}

// directAll tells whether each of the items follows.
func (p *prover) directAll(given node, scope scope, items []item) bool {
	for _, it := range items {
		if !slices.ContainsFunc(present(given), func(f found) bool { return within(f.scope, scope) && p.covers(f.words, it) }) {
			return false
		}
	}
	return len(items) > 0
}

// found says that one of the words stands in the scope.
type found struct {
	scope scope
	words []int32
}

// present lists what words a condition says are there.
func present(n node) []found {
	var out []found
	switch n := n.(type) {
	case anyWord:
		out = append(out, found{n.scope, n.words})
	case everyWord:
		for _, it := range n.items {
			out = append(out, found{n.scope, it})
		}
	case nearWords:
		for _, it := range n.items {
			out = append(out, found{n.scope, it})
		}
	}
	return out
}

// covers tells whether each of the words has one of the goal's in it.
func (p *prover) covers(words, goal []int32) bool {
	for _, w := range words {
		if !slices.ContainsFunc(goal, func(g int32) bool { return strings.Contains(p.words[w], p.words[g]) }) {
			return false
		}
	}
	return len(words) > 0
}

// within tells whether every field of a is one of b's.
func within(a, b scope) bool {
	return !slices.ContainsFunc(a.fields, func(f int) bool { return !b.contains(f) })
}

// nested tells whether the goal's items are some of the given ones, each with at
// least the same words.
func nested(given, goal []item) bool {
	taken := make([]bool, len(given))
	for _, g := range goal {
		i := slices.IndexFunc(given, func(it item) bool { return subset(it, g) })
		for i >= 0 && taken[i] {
			next := slices.IndexFunc(given[i+1:], func(it item) bool { return subset(it, g) })
			if next < 0 {
				return false
			}
			i += 1 + next
		}
		if i < 0 {
			return false
		}
		taken[i] = true
	}
	return true
}

// subset tells whether all of a are in b.
func subset[L ~[]E, E comparable](a, b L) bool {
	return !slices.ContainsFunc(a, func(e E) bool { return !slices.Contains(b, e) })
}
