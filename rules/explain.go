package rules

import "slices"

// maxNear is how many rules that nearly hit are worth reading.
const maxNear = 10

// Explain is Classify together with the rules that nearly hit; file names the
// letter.
func (s *Set) Explain(file string, t Text, c Context) Explanation {
	m := s.begin(t, c)
	defer s.end(m)
	held := s.holding(m)
	v := s.decide(held, c)
	for i := range s.rules {
		r := &s.rules[i]
		if len(v.Near) == maxNear {
			break
		}
		if slices.ContainsFunc(held, func(o outcome) bool { return o.rule == r }) {
			continue
		}
		if near, ok := s.nearly(m, r); ok {
			v.Near = append(v.Near, near)
		}
	}
	return Explanation{File: file, Verdict: v}
}

// nearly tells whether all but one of a rule's conditions hold, of which at
// least one by words found, or else the one that does not hold is half fulfilled.
func (s *Set) nearly(m *match, r *rule) (Near, bool) {
	var missing node
	m.hits = nil
	// Conditions in a nested `all` are conditions like the others.
	for _, n := range flatten(r.when) {
		if n.holds(m) {
			continue
		}
		if missing != nil {
			return Near{}, false
		}
		missing = n
	}
	if missing == nil {
		// It holds but routes to a division that does not exist here.
		return Near{}, false
	}
	m.half(missing)
	words := slices.ContainsFunc(m.hits, func(h Hit) bool { return h.Field != "mailbox" && h.Field != "language" && h.Field != "size" })
	if !words {
		return Near{}, false
	}
	hits := slices.Clone(m.hits)
	for i := range hits {
		hits[i].Rule = r.doc.ID
	}
	return Near{Rule: r.doc.ID, Missing: missing.describe(), Hits: hits}, true
}

// half adds the words of a condition on several words that were found although
// the condition does not hold.
func (m *match) half(n node) {
	switch n := n.(type) {
	case everyWord:
		for _, w := range slices.Concat(n.items...) {
			m.evidence(w, n.scope)
		}
	case nearWords:
		for _, w := range slices.Concat(n.items...) {
			m.evidence(w, n.scope)
		}
	}
}
