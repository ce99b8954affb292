package rules

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"xinfangd/gateway/fold"
)

// ErrTooFew tells that there are too few examples to learn from.
var ErrTooFew = errors.New("too few examples")

// The least that can be learned from.
const (
	minExamples = 10
	minLabels   = 2
	minPerLabel = 3 // fewer can neither be learned nor tried
	maxLabels   = 1000
)

// corpus is the examples as counted grams, in an order that does not depend on
// the order in which they came: by label, then by text. Training from the same
// letters so gives the same model to the byte.
type corpus struct {
	labels []string // sorted
	label  []int    // by letter
	grams  [][]gram // by letter
	keys   []uint64 // by gram
	// group is the same for letters with the same text, which must not be learned
	// from and asked about at the same time.
	group  []int
	groups int
}

// gram is how often a letter has a gram.
type gram struct {
	gram  int32
	times int32
}

// entry is an example with the digest of its text.
type entry struct {
	Example
	digest [sha256.Size]byte
}

// usable returns the examples that have some text and a label that is not too
// rare, by label and digest.
func usable(examples []Example) []entry {
	counts := make(map[string]int)
	var out []entry
	for _, e := range examples {
		subject, body := fold.String(e.Subject), fold.String(e.Body)
		if subject+body == "" || e.Label == "" || len(e.Label) > maxLabelBytes || !utf8.ValidString(e.Label) {
			continue
		}
		counts[e.Label]++
		out = append(out, entry{e, sha256.Sum256([]byte(subject + "\x00" + body))})
	}
	out = slices.DeleteFunc(out, func(e entry) bool { return counts[e.Label] < minPerLabel })
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), slices.Compare(a.digest[:], b.digest[:]))
	})
	return out
}

// newCorpus counts the grams of the examples that can be used.
func newCorpus(examples []Example) (*corpus, error) {
	entries := usable(examples)
	c := new(corpus)
	for _, e := range entries {
		c.labels = append(c.labels, e.Label)
	}
	c.labels = slices.Compact(c.labels)
	switch {
	case len(entries) < minExamples:
		return nil, fmt.Errorf("%w: %d letters with text and a label that is not rare, at least %d are needed", ErrTooFew, len(entries), minExamples)
	case len(c.labels) < minLabels:
		return nil, fmt.Errorf("%w: there is only one label, %q", ErrTooFew, c.labels[0])
	case len(c.labels) > maxLabels:
		return nil, fmt.Errorf("learn: %d labels, at most %d can be told apart", len(c.labels), maxLabels)
	}
	groups := make(map[[sha256.Size]byte]int)
	reader := corpusReader{table: newGramTable(1 << 16)}
	for _, e := range entries {
		label, _ := slices.BinarySearch(c.labels, e.Label)
		c.label = append(c.label, label)
		c.grams = append(c.grams, reader.read(e.Example))
		g, ok := groups[e.digest]
		if !ok {
			g = len(groups)
			groups[e.digest] = g
		}
		c.group = append(c.group, g)
	}
	c.groups = len(groups)
	c.keys = make([]uint64, reader.table.n)
	for i, v := range reader.table.values {
		if v != 0 {
			c.keys[v-1] = reader.table.keys[i]
		}
	}
	return c, nil
}

// corpusReader numbers the grams of all letters.
type corpusReader struct {
	table  *gramTable
	folded fold.Text
	counts []int32
}

// read counts the grams of one letter.
func (r *corpusReader) read(e Example) []gram {
	var out []gram
	letterGrams(Text{Subject: e.Subject, Body: e.Body}, &r.folded, func(key uint64, times int32) {
		g := r.table.add(key)
		for int(g) >= len(r.counts) {
			r.counts = append(r.counts, make([]int32, len(r.counts)+1024)...)
		}
		if r.counts[g] == 0 {
			out = append(out, gram{gram: g})
		}
		r.counts[g] += times
	})
	for i := range out {
		out[i].times = r.counts[out[i].gram]
		r.counts[out[i].gram] = 0
	}
	return slices.Clip(out)
}

// gramSet is the grams that are learned from.
type gramSet struct {
	keys   []uint64
	df     []int32
	number []int32 // by the corpus' gram, or -1
	n      int     // letters
}

// choose returns the grams that enough of the letters have; of too many, those
// that most have. Rare ones say nothing about letters that are not known yet.
func (c *corpus) choose(letters []int, most int) gramSet {
	df := make([]int32, len(c.keys))
	for _, i := range letters {
		for _, g := range c.grams[i] {
			df[g.gram]++
		}
	}
	const least = 2
	chosen := make([]int32, 0, len(df)/4)
	for g, n := range df {
		if n >= least {
			chosen = append(chosen, int32(g))
		}
	}
	if len(chosen) > most {
		slices.SortFunc(chosen, func(a, b int32) int {
			return cmp.Or(cmp.Compare(df[b], df[a]), cmp.Compare(c.keys[a], c.keys[b]))
		})
		chosen = chosen[:most]
	}
	slices.SortFunc(chosen, func(a, b int32) int { return cmp.Compare(c.keys[a], c.keys[b]) })
	s := gramSet{number: make([]int32, len(c.keys)), n: len(letters)}
	for i := range s.number {
		s.number[i] = -1
	}
	for i, g := range chosen {
		s.number[g] = int32(i)
		s.keys = append(s.keys, c.keys[g])
		s.df = append(s.df, df[g])
	}
	return s
}

// vector is a letter as the solver sees it: of length 1.
type vector struct {
	grams  []int32
	values []float32
	square float32 // of its length; 0 for a letter without known grams
}

// vectors weighs the grams of all letters by the chosen ones' frequency.
func (c *corpus) vectors(s gramSet) []vector {
	idf := s.weights()
	damped := damping()
	out := make([]vector, len(c.grams))
	for i, grams := range c.grams {
		v := vector{grams: make([]int32, 0, len(grams)), values: make([]float32, 0, len(grams))}
		var squares float64
		for _, g := range grams {
			n := s.number[g.gram]
			if n < 0 {
				continue
			}
			x := float32(math.Pow(float64(g.times), dampPower))
			if int(g.times) < len(damped) {
				x = damped[g.times]
			}
			x *= idf[n]
			v.grams, v.values = append(v.grams, n), append(v.values, x)
			squares += float64(x) * float64(x)
		}
		if squares > 0 {
			v.square = 1
			norm := float32(1 / math.Sqrt(squares))
			for j := range v.values {
				v.values[j] *= norm
			}
		}
		out[i] = v
	}
	return out
}

// weights returns the inverse document frequencies.
func (s gramSet) weights() []float32 {
	out := make([]float32, len(s.keys))
	for i, key := range s.keys {
		out[i] = inverseFrequency(key, int(s.df[i]), s.n)
	}
	return out
}
