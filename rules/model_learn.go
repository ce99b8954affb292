package rules

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Options are the choices of learning; the zero value is what is recommended.
type Options struct {
	// Folds is the number of parts for cross-validation, 5 by default.
	Folds int
	// MaxGrams bounds the model's size; 131072 by default, some megabytes.
	MaxGrams int
	// MaxExamples bounds time and memory; of more examples the last ones count.
	// 20000 by default.
	MaxExamples int
}

func (o Options) withDefaults() Options {
	if o.Folds < 2 {
		o.Folds = 5
	}
	if o.MaxGrams <= 0 {
		o.MaxGrams = 1 << 17
	}
	o.MaxGrams = min(o.MaxGrams, maxModelGrams)
	if o.MaxExamples <= 0 {
		o.MaxExamples = 20_000
	}
	return o
}

// promised are the precisions whose thresholds a report names.
func promised() []float64 { return []float64{0.8, 0.85, 0.9, 0.95, 0.97, 0.99} }

// Learn trains a model on examples, the oldest first, and says by
// cross-validation how good it is and how sure it must be to keep a promised
// precision. The same examples give the same model, byte for byte, in whatever
// order they come. Examples without a label or text do not count, nor labels
// with fewer than three; ErrTooFew says that the rest is not enough.
func Learn(examples []Example, o Options) (*Model, Report, error) {
	o = o.withDefaults()
	c, err := newCorpus(examples[max(0, len(examples)-o.MaxExamples):])
	if err != nil {
		return nil, Report{}, err
	}
	// A model must not grow beyond what is read again, however many labels it has.
	o.MaxGrams = min(o.MaxGrams, maxModelBytes/2/(len(c.labels)+16))
	trials := c.crossValidate(o)
	s := calibrate(trials)
	all := make([]int, len(c.label))
	for i := range all {
		all[i] = i
	}
	grams := c.choose(all, o.MaxGrams)
	if len(grams.keys) == 0 {
		return nil, Report{}, fmt.Errorf("%w: the letters have no words in common", ErrTooFew)
	}
	l := solve(c.vectors(grams), c.label, all, len(c.labels), len(grams.keys))
	m := &Model{labels: c.labels, sigmoid: s, letters: len(all), keys: grams.keys, df: grams.df, bias: l.bias}
	m.pack(l)
	m.curve = promises(trials, s)
	m.report = c.report(trials, s, m.curve)
	m.report.Grams = len(m.keys)
	m.prepare()
	return m, m.report, nil
}

// crossValidate judges each letter by a model that was trained without it, and
// without its copies. Each label's letters are dealt out evenly.
func (c *corpus) crossValidate(o Options) []trial {
	fold := make([]int, len(c.label))
	dealt := make([]int, c.groups)
	for i := range dealt {
		dealt[i] = -1
	}
	next := 0
	for i, g := range c.group {
		if dealt[g] < 0 {
			dealt[g] = next % o.Folds
			next++
		}
		fold[i] = dealt[g]
	}
	trials := make([]trial, len(c.label))
	for f := range o.Folds {
		var train []int
		for i := range fold {
			if fold[i] != f {
				train = append(train, i)
			}
		}
		grams := c.choose(train, o.MaxGrams)
		vectors := c.vectors(grams)
		l := solve(vectors, c.label, train, len(c.labels), len(grams.keys))
		scores := make([]float32, len(c.labels))
		for i := range fold {
			if fold[i] != f {
				continue
			}
			l.score(&vectors[i], scores)
			best, gap := top(scores)
			trials[i] = trial{label: c.label[i], guess: best, gap: gap}
		}
	}
	return trials
}

// top returns the greatest score's index and its distance from the next.
func top(scores []float32) (best int, gap float64) {
	second := float32(math.Inf(-1))
	for i, s := range scores[1:] {
		switch i++; {
		case s > scores[best]:
			second, best = scores[best], i
		case s > second:
			second = s
		}
	}
	return best, float64(scores[best] - second)
}

func (c *corpus) report(trials []trial, s sigmoid, curve []point) Report {
	t := new(tally)
	for _, trial := range trials {
		t.add(c.labels[trial.label], c.labels[trial.guess], s.at(trial.gap))
	}
	r := Report{
		N: len(trials), Accuracy: accuracy(t.results), AccuracyAt: t.accuracyAt(), PerLabel: t.perLabel(), Thresholds: []Threshold{},
	}
	r.MacroF1 = macroF1(r.PerLabel)
	for _, precision := range promised() {
		if p, ok := promise(curve, precision); ok {
			r.Thresholds = append(r.Thresholds, Threshold{precision, p.confidence, p.coverage})
		}
	}
	return r
}

// pack keeps the weights of each gram as small numbers with a unit of their own:
// eight bits are as good as thirty-two here, and the model is a quarter the size.
func (m *Model) pack(l linear) {
	m.unit = make([]float32, len(m.keys))
	m.weights = make([]int8, len(l.weights))
	k := l.labels
	for g := range m.unit {
		row := l.weights[g*k : g*k+k]
		most := float32(0)
		for _, w := range row {
			most = max(most, w, -w)
		}
		if most == 0 {
			continue
		}
		m.unit[g] = most / math.MaxInt8
		for i, w := range row {
			m.weights[g*k+i] = int8(math.Round(float64(w / m.unit[g])))
		}
	}
}

// prepare makes what is not kept on disk.
func (m *Model) prepare() {
	s := gramSet{keys: m.keys, df: m.df, n: m.letters}
	m.idf = s.weights()
	m.table = newGramTable(len(m.keys))
	for _, key := range m.keys {
		m.table.add(key)
	}
	grams, labels := len(m.keys), len(m.labels)
	m.labels = slices.Clip(m.labels)
	m.pool = &sync.Pool{New: func() any { return newCounter(grams, labels) }}
}
