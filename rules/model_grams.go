package rules

import (
	"math"
	"math/bits"
	"unicode"

	"xinfangd/gateway/fold"
)

// The zones of a letter. The subject's grams count as the subject's own, since
// a subject says in few words what the letter is about, and again, with more
// weight, among the body's, so that a word learned from bodies is known there.
const (
	zoneSubject = iota
	zoneBody
	zones
)

// How often a gram counts by where it stands, found by cross-validation.
const (
	countSubject = 10 // in the subject, as a gram of the body
	countLead    = 3  // among the first characters of the body
	leadLength   = 60
)

const (
	// maxGramText is how many characters of a zone are looked at. What a letter
	// is about stands at its beginning; the rest of a long one only dilutes it.
	maxGramText = 3000
	// maxClip is the bytes that are folded for them: four to a character, and
	// white space aplenty.
	maxClip = 8 * maxGramText
	runeBit = 21
	zoneBit = 63
)

// gramKey is up to three characters and their zone in one number, exactly: a
// character takes 21 bits.
func gramKey(zone int, a, b, c rune) uint64 {
	return uint64(a) | uint64(b)<<runeBit | uint64(c)<<(2*runeBit) | uint64(zone)<<zoneBit
}

// spellGram returns the characters and the zone of a key.
func spellGram(key uint64) (text []rune, zone int) {
	zone = int(key >> zoneBit)
	for key &= 1<<zoneBit - 1; key != 0; key >>= runeBit {
		text = append(text, rune(key&(1<<runeBit-1)))
	}
	return text, zone
}

// letterGrams calls f for every gram of a letter with the times that it counts;
// folded lends its memory.
func letterGrams(t Text, folded *fold.Text, f func(key uint64, times int32)) {
	folded.Fold(limitTo(t.Subject, maxClip))
	eachGram(zoneSubject, folded.Runes, func(key uint64, _ int) {
		f(key, 1)
		f(key|1<<zoneBit, countSubject)
	})
	folded.Fold(limitTo(t.Body, maxClip))
	eachGram(zoneBody, folded.Runes, func(key uint64, at int) {
		if at < leadLength {
			f(key, countLead)
			return
		}
		f(key, 1)
	})
}

// eachGram calls f for every gram of a folded text with the number of letters
// before its last. Grams do not reach over marks, and a run of digits is one and
// the same whatever it counts.
func eachGram(zone int, text []rune, f func(key uint64, at int)) {
	var a, b rune // the two characters before
	at := 0
	for _, r := range text[:min(len(text), maxGramText)] {
		switch {
		case r >= 0x4e00 && r <= 0x9fff, 'a' <= r && r <= 'z':
		case unicode.IsDigit(r):
			if b == '0' {
				continue
			}
			r = '0'
		case !unicode.IsLetter(r):
			a, b = 0, 0
			continue
		}
		f(gramKey(zone, r, 0, 0), at)
		if b != 0 {
			f(gramKey(zone, b, r, 0), at)
			if a != 0 {
				f(gramKey(zone, a, b, r), at)
			}
		}
		a, b = b, r
		at++
	}
}

// dampPower makes the tenth mention of a gram count for less than the first.
const dampPower = 0.7

// damping returns the weights of small counts.
func damping() (out [32]float32) {
	for n := range out {
		out[n] = float32(math.Pow(float64(n), dampPower))
	}
	return out
}

// inverseFrequency is the weight of a gram that df of n letters have.
func inverseFrequency(key uint64, df, n int) float32 {
	w := math.Pow(math.Log(float64(1+n)/float64(1+df))+1, 1.5)
	if key>>zoneBit == zoneSubject {
		w *= 2
	}
	// Three characters say what their two halves have said for the most part.
	if key&(1<<zoneBit-1)>>(2*runeBit) != 0 {
		w *= 0.75
	}
	return float32(w)
}

// gramTable finds the number of a gram's key: open addressing, linear probing.
type gramTable struct {
	keys   []uint64
	values []int32 // number + 1, or 0
	shift  int
	n      int
}

func newGramTable(n int) *gramTable {
	size := bits.Len(uint(max(n, 8) * 2))
	return &gramTable{keys: make([]uint64, 1<<size), values: make([]int32, 1<<size), shift: 64 - size}
}

// slot returns where the key stands or would stand.
func (t *gramTable) slot(key uint64) int {
	// Fibonacci hashing; the upper bits of the product are the mixed ones.
	i := int((key ^ key>>32) * 0x9e3779b97f4a7c15 >> t.shift)
	for t.values[i] != 0 && t.keys[i] != key {
		i = (i + 1) & (len(t.keys) - 1)
	}
	return i
}

// find returns the number of the key, or -1.
func (t *gramTable) find(key uint64) int32 { return t.values[t.slot(key)] - 1 }

// add returns the number of the key, giving it the next one when it has none.
func (t *gramTable) add(key uint64) int32 {
	i := t.slot(key)
	if t.values[i] != 0 {
		return t.values[i] - 1
	}
	if 2*(t.n+1) > len(t.keys) {
		t.grow()
		i = t.slot(key)
	}
	t.n++
	t.keys[i], t.values[i] = key, int32(t.n)
	return int32(t.n) - 1
}

func (t *gramTable) grow() {
	bigger := newGramTable(len(t.keys))
	for i, v := range t.values {
		if v != 0 {
			at := bigger.slot(t.keys[i])
			bigger.keys[at], bigger.values[at] = t.keys[i], v
		}
	}
	bigger.n = t.n
	*t = *bigger
}

// counter counts the grams of one letter. It is kept between letters.
type counter struct {
	counts       []int32 // by gram
	found        []int32 // grams with a count, in order of appearance
	folded       fold.Text
	scores, sums []float32
	damped       [32]float32
}

func newCounter(grams, labels int) *counter {
	return &counter{
		counts: make([]int32, grams), scores: make([]float32, labels), sums: make([]float32, labels), damped: damping(),
	}
}

// count counts the letter's grams that the table knows.
func (c *counter) count(t Text, table *gramTable) {
	for _, g := range c.found {
		c.counts[g] = 0
	}
	c.found = c.found[:0]
	letterGrams(t, &c.folded, func(key uint64, times int32) {
		g := table.find(key)
		if g < 0 {
			return
		}
		if c.counts[g] == 0 {
			c.found = append(c.found, g)
		}
		c.counts[g] += times
	})
}

// damp is the sublinear weight of a gram that counts n times.
func (c *counter) damp(n int32) float32 {
	if int(n) < len(c.damped) {
		return c.damped[n]
	}
	return float32(math.Pow(float64(n), dampPower))
}
