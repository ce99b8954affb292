package rules

import "slices"

// outcome is a rule that holds, with what made it hold.
type outcome struct {
	rule *rule
	hits []Hit
}

// Classify returns the verdict on a letter.
//
// The box's own division decides, else the first rule that names a division;
// rules that name none, or say `continue: true`, add to the verdict wherever
// they stand. When the box has decided, the rule that would have decided adds
// too. A division that any rule says is accused is never the verdict, nor does
// it assist (clause C14); when that is the box's own, nothing decides.
func (s *Set) Classify(t Text, c Context) Verdict {
	m := s.begin(t, c)
	defer s.end(m)
	return s.decide(s.holding(m), c)
}

// begin reads a letter's words.
func (s *Set) begin(t Text, c Context) *match {
	m := &match{set: s, text: t, context: c, scratch: s.pool.Get().(*scratch)}
	m.passages = s.fields.passages(t, s.used)
	m.scan()
	return m
}

func (s *Set) end(m *match) {
	m.scratch.clear()
	s.pool.Put(m.scratch)
}

// holding returns the rules that hold, in order. Rules that need a word that
// does not occur are passed over.
func (s *Set) holding(m *match) []outcome {
	for _, p := range m.scratch.found {
		for _, r := range s.byWord[p.word] {
			m.scratch.marked[r] = true
		}
	}
	var out []outcome
	for i := range s.rules {
		if !s.always[i] && !m.scratch.marked[i] {
			continue
		}
		if o, ok := s.try(m, &s.rules[i]); ok {
			out = append(out, o)
		}
	}
	return out
}

// try tells whether a rule holds.
func (s *Set) try(m *match, r *rule) (outcome, bool) {
	if d := r.doc.Then.Division; d != "" && !s.exists(d) {
		return outcome{}, false
	}
	m.hits = nil
	if !r.when.holds(m) {
		return outcome{}, false
	}
	hits := m.hits
	if len(hits) == 0 {
		// A rule that holds because nothing spoke against it.
		hits = []Hit{{Context: r.when.describe()}}
	}
	for i := range hits {
		hits[i].Rule = r.doc.ID
	}
	return outcome{rule: r, hits: hits}, true
}

// decide joins the rules that hold into a verdict.
func (s *Set) decide(held []outcome, c Context) Verdict {
	v := Verdict{
		Urgency: Normal, DecidedBy: ByNone, Version: s.version, Confidential: c.Confidential,
		Assist: []string{}, Notify: []string{}, Recuse: []string{}, Accuses: []string{}, Hits: []Hit{}, Near: []Near{},
	}
	for _, o := range held {
		v.Hits = append(v.Hits, o.hits...)
		// Also of rules that come too late to decide: an accusation that a rule
		// knows of must never be lost to the order of rules.
		for _, d := range o.rule.doc.Then.Accuses {
			if s.exists(d) {
				v.Accuses = appendNew(v.Accuses, d)
			}
		}
	}
	decider := v.choose(held, c)
	s.apply(&v, held, decider)
	return v
}

// choose sets what decides, and returns the index of the rule that decides or,
// where the box does, would have decided; -1 for none.
func (v *Verdict) choose(held []outcome, c Context) int {
	if c.Division != "" && slices.Contains(v.Accuses, c.Division) {
		return -1
	}
	decider := slices.IndexFunc(held, func(o outcome) bool {
		return !o.rule.only && !slices.Contains(v.Accuses, o.rule.doc.Then.Division)
	})
	switch {
	case c.Division != "":
		v.Division, v.DecidedBy, v.Confidence = c.Division, ByBox, 1
	case decider >= 0:
		r := held[decider].rule.doc
		v.Division, v.DecidedBy, v.Confidence, v.Rule = r.Then.Division, ByRule, 1, r.ID
	}
	return decider
}

// apply adds what the deciding rule and the adding ones say.
func (s *Set) apply(v *Verdict, held []outcome, decider int) {
	if decider >= 0 {
		v.Category = held[decider].rule.doc.Then.Category
	}
	for i, o := range held {
		if !o.rule.only && i != decider {
			continue
		}
		t := &o.rule.doc.Then
		if rank(t.Urgency) > rank(v.Urgency) {
			v.Urgency = t.Urgency
		}
		if v.Category == "" {
			v.Category = t.Category
		}
		if v.Deadline == "" {
			v.Deadline = t.Deadline
		}
		v.Confidential = v.Confidential || t.Confidential
		v.Notify = appendNew(v.Notify, t.Notify...)
		v.Recuse = appendNew(v.Recuse, t.Recuse...)
	}
	for i, o := range held {
		// Who assists a rule's division has no business in a confidential letter
		// that the box has given to another one.
		overruled := i == decider && v.DecidedBy == ByBox && v.Confidential
		if (o.rule.only || i == decider) && !overruled {
			v.Assist = appendNew(v.Assist, o.rule.doc.Then.Assist...)
		}
	}
	v.Assist = slices.DeleteFunc(v.Assist, func(d string) bool {
		return d == v.Division || !s.exists(d) || slices.Contains(v.Accuses, d) || slices.Contains(v.Recuse, d)
	})
}

// rank orders the urgencies.
func rank(urgency string) int {
	return slices.Index([]string{Normal, Urgent, Major}, urgency)
}

// appendNew appends what is not there yet.
func appendNew(list []string, items ...string) []string {
	for _, item := range items {
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}
