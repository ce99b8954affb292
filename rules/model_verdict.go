package rules

import "slices"

// Propose asks the model where nothing has decided, and returns the verdict
// with its proposal: decided by ByLearned, with the model's confidence and its
// reasons among the hits. Whether a proposal is followed or only shown is the
// caller's to decide, by Threshold.
//
// The model never overrules a box or a rule and never makes a letter
// confidential. It is not asked about a letter that is: where that goes, a
// person decides. What it proposes must be a division of the office that is
// neither accused nor recused; else the verdict stays as it was, and the
// prediction is still returned.
func (s *Set) Propose(v Verdict, m *Model, t Text) (Verdict, Prediction) {
	if m == nil || v.DecidedBy != ByNone || v.Confidential {
		return v, Prediction{RunnersUp: []Candidate{}, Grams: []Hit{}}
	}
	p := m.Predict(t)
	d := p.Label
	if d == "" || !s.exists(d) || slices.Contains(v.Accuses, d) || slices.Contains(v.Recuse, d) {
		return v, p
	}
	v.Division, v.DecidedBy, v.Confidence = d, ByLearned, p.Confidence
	v.Hits = slices.Concat(v.Hits, p.Grams)
	v.Assist = slices.DeleteFunc(slices.Clone(v.Assist), func(a string) bool { return a == d })
	return v, p
}
