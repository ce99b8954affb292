package rules

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"xinfangd/gateway/fold"
)

// Example is a letter whose label is known: the division that finally handled
// it, or whatever else is to be told apart.
type Example struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
	Label   string `json:"label"`
}

// Model is the learned fallback: a linear classifier over the character 1- to
// 3-grams of a letter's folded subject and body. It proposes a label where no
// rule decides; it never overrules a rule and knows nothing of confidentiality.
//
// A model never changes and may be used by several goroutines at once.
type Model struct {
	labels  []string  // sorted
	bias    []float32 // by label
	sigmoid sigmoid   // makes the lead of the best label a probability
	letters int       // that it was learned from
	// By gram: its key, in order; how many letters had it; and its weights for
	// all labels as small numbers of the gram's unit.
	keys    []uint64
	df      []int32
	unit    []float32
	weights []int8
	curve   []point
	report  Report
	// Made from the above.
	idf   []float32
	table *gramTable
	pool  *sync.Pool // of *counter
}

// Candidate is a label with the probability that it is right.
type Candidate struct {
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
}

// Prediction is what the model thinks of one letter.
type Prediction struct {
	// Label is the likeliest label; Confidence is the calibrated probability that
	// it is right. A letter without any known gram has no label and no confidence.
	Label      string
	Confidence float64
	// RunnersUp are the next labels, at most three.
	RunnersUp []Candidate
	// Grams are the pieces of text that spoke most for the label, the weightiest
	// first; they do not overlap.
	Grams []Hit
}

const (
	maxRunnersUp = 3
	maxGramHits  = 8
)

// Labels returns the labels that the model tells apart, sorted.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Report returns what cross-validation said of the model when it was learned.
func (m *Model) Report() Report { return m.report }

// Threshold returns the least confidence from which on the model, in
// cross-validation, was right at least as often as precision asks. It is not ok
// when the model can promise that for no letters at all: then it must abstain.
func (m *Model) Threshold(precision float64) (confidence float64, ok bool) {
	p, ok := promise(m.curve, precision)
	return p.confidence, ok
}

// Predict returns the likeliest label for a letter's subject and body, and why.
func (m *Model) Predict(t Text) Prediction {
	c := m.pool.Get().(*counter)
	defer m.pool.Put(c)
	scores, known := m.score(c, t)
	if !known {
		return Prediction{RunnersUp: []Candidate{}, Grams: []Hit{}}
	}
	best, gap := top(scores)
	p := Prediction{Label: m.labels[best], Confidence: m.sigmoid.at(gap)}
	p.RunnersUp = m.runnersUp(scores, best, p.Confidence)
	p.Grams = m.explain(c, t, best)
	return p
}

// guess is Predict without the reasons.
func (m *Model) guess(t Text) (label string, confidence float64) {
	c := m.pool.Get().(*counter)
	defer m.pool.Put(c)
	scores, known := m.score(c, t)
	if !known {
		return "", 0
	}
	best, gap := top(scores)
	return m.labels[best], m.sigmoid.at(gap)
}

// score returns the letter's score for each label; c keeps its grams.
func (m *Model) score(c *counter, t Text) (scores []float32, known bool) {
	c.count(t, m.table)
	scores = c.scores
	copy(scores, m.bias)
	var squares float64
	k := len(m.labels)
	sums := c.sums
	clear(sums)
	for _, g := range c.found {
		x := c.damp(c.counts[g]) * m.idf[g]
		squares += float64(x) * float64(x)
		x *= m.unit[g]
		for i, w := range m.weights[int(g)*k : int(g)*k+k] {
			sums[i] += x * float32(w)
		}
	}
	if squares == 0 {
		return scores, false
	}
	norm := float32(1 / math.Sqrt(squares))
	for i := range scores {
		scores[i] += sums[i] * norm
	}
	return scores, true
}

// runnersUp returns the next labels. What probability the best one leaves is
// theirs by their scores, and none is likelier than the best.
func (m *Model) runnersUp(scores []float32, best int, confidence float64) []Candidate {
	var rest []Candidate
	total := 0.0
	for i, s := range scores {
		if i == best {
			continue
		}
		w := math.Exp(m.sigmoid.slope * float64(s-scores[best]))
		total += w
		rest = append(rest, Candidate{m.labels[i], w})
	}
	slices.SortStableFunc(rest, func(a, b Candidate) int { return cmp.Compare(b.Confidence, a.Confidence) })
	rest = rest[:min(len(rest), maxRunnersUp)]
	for i := range rest {
		if total > 0 {
			rest[i].Confidence = min(rest[i].Confidence/total*(1-confidence), confidence)
		}
	}
	return rest
}

// explain finds the places of the grams that spoke most for a label. What
// overlaps a weightier gram is left out: it says the same again.
func (m *Model) explain(c *counter, t Text, label int) []Hit {
	k := len(m.labels)
	type reason struct {
		gram   int32
		weight float32
	}
	var reasons []reason
	for _, g := range c.found {
		w := c.damp(c.counts[g]) * m.idf[g] * m.unit[g] * float32(m.weights[int(g)*k+label])
		if w > 0 {
			reasons = append(reasons, reason{g, w})
		}
	}
	slices.SortFunc(reasons, func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(m.keys[a.gram], m.keys[b.gram]))
	})
	places := [zones]passage{
		{original: limit(t.Subject), folded: fold.Fold(limit(t.Subject))},
		{original: limit(t.Body), folded: fold.Fold(limit(t.Body))},
	}
	var taken [zones][][2]int
	out := []Hit{}
	for _, r := range reasons {
		if len(out) == maxGramHits {
			break
		}
		text, zone := spellGram(m.keys[r.gram])
		p := &places[zone]
		from := indexRunes(p.folded.Runes, text)
		to := from + len(text)
		if from < 0 || slices.ContainsFunc(taken[zone], func(t [2]int) bool { return from < t[1] && t[0] < to }) {
			continue
		}
		taken[zone] = append(taken[zone], [2]int{from, to})
		start, end := p.folded.Original(from, to)
		out = append(out, Hit{
			Rule: string(ByLearned), Word: strings.Clone(p.cut(start, end)), Field: fieldNames()[zone],
			Offset: start, Context: p.around(start, end),
		})
	}
	return out
}

// indexRunes returns where word first stands in text, or -1.
func indexRunes(text, word []rune) int {
	for i := 0; i+len(word) <= len(text); i++ {
		if slices.Equal(text[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
