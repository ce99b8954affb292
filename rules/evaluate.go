package rules

import "time"

// Evaluation is how well rules and model do on labelled letters, in the shape of
// `rules evaluate --json` (spec system section 9).
type Evaluation struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// AccuracyAt is the accuracy on the surest 50, 70 and 90 %.
	AccuracyAt map[string]float64 `json:"accuracy_at"`
	PerLabel   map[string]Score   `json:"per_label"`
	// LettersPerSecond is measured on one core; 0 when nothing was.
	LettersPerSecond float64 `json:"letters_per_second"`
	// ByRule is how many of the letters a rule has answered for, not the model.
	ByRule int `json:"by_rule"`
}

// Evaluate asks rules and model for the label of each example. Labels need not
// be divisions: the verdict's division answers where it is one of the labels,
// else its category, else the model. m may be nil. now tells the time, for the
// letters per second; without it they are not measured.
func (s *Set) Evaluate(examples []Example, m *Model, now func() time.Time) Evaluation {
	labels := make(map[string]bool)
	for _, e := range examples {
		labels[e.Label] = true
	}
	if m != nil {
		for _, label := range m.labels {
			labels[label] = true
		}
	}
	delete(labels, "")
	var (
		t     tally
		e     Evaluation
		start time.Time
	)
	if now != nil {
		start = now()
	}
	for _, example := range examples {
		if example.Label == "" {
			continue
		}
		label, confidence, byRule := s.label(Text{Subject: example.Subject, Body: example.Body}, m, labels)
		t.add(example.Label, label, confidence)
		if byRule {
			e.ByRule++
		}
	}
	if now != nil {
		if took := now().Sub(start).Seconds(); took > 0 {
			e.LettersPerSecond = float64(len(t.results)) / took
		}
	}
	e.N, e.Accuracy, e.AccuracyAt, e.PerLabel = len(t.results), accuracy(t.results), t.accuracyAt(), t.perLabel()
	e.MacroF1 = macroF1(e.PerLabel)
	return e
}

// label returns what rules and model answer for one letter.
func (s *Set) label(t Text, m *Model, labels map[string]bool) (label string, confidence float64, byRule bool) {
	v := s.Classify(t, Context{})
	switch {
	case labels[v.Division]:
		return v.Division, 1, true
	case labels[v.Category]:
		return v.Category, 1, true
	case m != nil:
		label, confidence = m.guess(t)
		return label, confidence, false
	}
	return v.Division, 0, v.Division != ""
}
