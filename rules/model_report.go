package rules

import (
	"cmp"
	"fmt"
	"slices"
)

// Score is how well one label is told from the others.
type Score struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// N is the number of letters that have the label.
	N int `json:"n"`
}

// Threshold is a promised precision with what keeps it.
type Threshold struct {
	Precision  float64 `json:"precision"`
	Confidence float64 `json:"confidence"`
	// Coverage is the share of letters that are at least so sure.
	Coverage float64 `json:"coverage"`
}

// Report is what cross-validation says of a model: each figure comes from
// letters that the model which judged them had not learned from.
type Report struct {
	N        int     `json:"n"`
	Grams    int     `json:"grams"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	// AccuracyAt is the accuracy on the surest 50, 70 and 90 % of the letters.
	AccuracyAt map[string]float64 `json:"accuracy_at"`
	PerLabel   map[string]Score   `json:"per_label"`
	// Thresholds are the confidences that keep common promises; a promise that
	// cannot be kept for any letters is left out.
	Thresholds []Threshold `json:"thresholds"`
}

// Better tells whether a new model may replace an old one: cross-validation says
// that it is no worse. Where both say how well they do by label, the labels that
// both know are compared: a division that has just begun to have letters makes
// the task harder and the model no worse. A model that was never validated is
// replaced by any that was.
func Better(old, new Report) bool {
	switch {
	case new.N == 0:
		return false
	case old.N == 0:
		return true
	}
	var common []string
	for label := range new.PerLabel {
		if _, ok := old.PerLabel[label]; ok {
			common = append(common, label)
		}
	}
	if len(common) == 0 || len(common) == len(old.PerLabel) && len(common) == len(new.PerLabel) {
		return new.Accuracy >= old.Accuracy && new.MacroF1 >= old.MacroF1
	}
	slices.Sort(common)
	wasRight, wasF1 := old.on(common)
	isRight, isF1 := new.on(common)
	return isRight >= wasRight && isF1 >= wasF1
}

// on returns accuracy and macro F1 on the letters of some labels.
func (r Report) on(labels []string) (accuracy, f1 float64) {
	n := 0
	for _, label := range labels {
		s := r.PerLabel[label]
		n += s.N
		accuracy += s.Recall * float64(s.N)
		f1 += s.F1
	}
	return accuracy / float64(max(n, 1)), f1 / float64(len(labels))
}

// tally counts guesses, for accuracy and what follows from it.
type tally struct {
	results []result
}

// result is one letter's label, the guess and how sure it was.
type result struct {
	label, guess string
	confidence   float64
}

func (t *tally) add(label, guess string, confidence float64) {
	t.results = append(t.results, result{label, guess, confidence})
}

// accuracy is the share of right guesses among the results.
func accuracy(results []result) float64 {
	if len(results) == 0 {
		return 0
	}
	right := 0
	for _, r := range results {
		if r.label == r.guess {
			right++
		}
	}
	return float64(right) / float64(len(results))
}

// accuracyAt is the accuracy on the surest 50, 70 and 90 %.
func (t *tally) accuracyAt() map[string]float64 {
	sorted := slices.Clone(t.results)
	slices.SortStableFunc(sorted, func(a, b result) int { return cmp.Compare(b.confidence, a.confidence) })
	out := make(map[string]float64)
	for _, percent := range []int{50, 70, 90} {
		out[fmt.Sprint(percent)] = accuracy(sorted[:len(sorted)*percent/100])
	}
	return out
}

// perLabel is the score of each label that letters have.
func (t *tally) perLabel() map[string]Score {
	type count struct{ is, guessed, right int }
	counts := make(map[string]*count)
	at := func(label string) *count {
		if counts[label] == nil {
			counts[label] = new(count)
		}
		return counts[label]
	}
	for _, r := range t.results {
		at(r.label).is++
		at(r.guess).guessed++
		if r.label == r.guess {
			at(r.label).right++
		}
	}
	out := make(map[string]Score)
	for label, c := range counts {
		if c.is == 0 {
			continue
		}
		out[label] = Score{
			Precision: share(c.right, c.guessed), Recall: share(c.right, c.is), F1: share(2*c.right, c.is+c.guessed), N: c.is,
		}
	}
	return out
}

// share is a part of a whole, 0 of nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// macroF1 is the mean of the labels' F1, each counting the same. The sum goes in
// the order of the labels, since it must be the same to the last bit every time.
func macroF1(scores map[string]Score) float64 {
	if len(scores) == 0 {
		return 0
	}
	labels := make([]string, 0, len(scores))
	for label := range scores {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	sum := 0.0
	for _, label := range labels {
		sum += scores[label].F1
	}
	return sum / float64(len(scores))
}
