package rules

import (
	"slices"
	"strings"

	"xinfangd/gateway/fold"
)

// Limits on what one letter can make us keep.
const (
	maxHits   = 24      // evidence per rule
	maxPlaces = 1 << 16 // repeated places in one passage, for near

	// What a scratch keeps for the next letter.
	keepPlaces   = 1 << 16
	keepPassages = 16
	keepRunes    = 1 << 16
)

// match is one letter while it is being classified.
type match struct {
	set      *Set
	text     Text
	context  Context
	passages []passage
	scratch  *scratch
	hits     []Hit
	lang     string
}

// scratch holds the places where words were found. It is kept between letters:
// with 10,000 words, clearing it would cost more than the search.
type scratch struct {
	first, last []int32 // by word: indices into found, or -1
	found       []place
	marked      []bool // by rule: a word that it needs was found
	folded      []fold.Text
}

// place is where a word was found.
type place struct {
	word       int32
	passage    int32
	start, end int32 // folded characters
	next       int32 // the same word's next place, or -1
}

func newScratch(words, rules int) *scratch {
	s := &scratch{first: make([]int32, words), last: make([]int32, words), marked: make([]bool, rules)}
	for i := range s.first {
		s.first[i], s.last[i] = -1, -1
	}
	return s
}

// clear makes the scratch ready for the next letter.
func (s *scratch) clear() {
	for _, p := range s.found {
		s.first[p.word], s.last[p.word] = -1, -1
	}
	// A huge letter must not keep its memory for ever.
	if cap(s.found) > keepPlaces {
		s.found = nil
	}
	if len(s.folded) > keepPassages {
		s.folded = s.folded[:keepPassages]
	}
	for i := range s.folded {
		if cap(s.folded[i].Runes) > keepRunes {
			s.folded[i] = fold.Text{}
		}
	}
	s.found = s.found[:0]
	clear(s.marked)
}

// scan finds every word of every rule in every passage, in one pass over each.
func (m *match) scan() {
	s := m.scratch
	for i := range m.passages {
		p := &m.passages[i]
		if i == len(s.folded) {
			s.folded = append(s.folded, fold.Text{})
		}
		s.folded[i].Fold(p.original)
		p.folded = s.folded[i]
		counts := 0
		m.set.automaton.scan(p.folded.Runes, func(word int32, end int) {
			last := s.last[word]
			if last >= 0 && s.found[last].passage == int32(i) {
				// Only near needs more than the first place.
				if counts++; !m.set.near[word] || counts > maxPlaces {
					return
				}
			}
			at := int32(len(s.found))
			s.found = append(s.found, place{
				word: word, passage: int32(i),
				start: int32(end) - m.set.automaton.length[word], end: int32(end), next: -1,
			})
			if last >= 0 {
				s.found[last].next = at
			} else {
				s.first[word] = at
			}
			s.last[word] = at
		})
	}
}

// mark and reset take back the evidence of a condition that did not hold after all.
func (m *match) mark() int      { return len(m.hits) }
func (m *match) reset(mark int) { m.hits = m.hits[:mark] }

// add keeps evidence.
func (m *match) add(h Hit) {
	if len(m.hits) < maxHits {
		m.hits = append(m.hits, h)
	}
}

// has tells whether a word stands in one of the fields.
func (m *match) has(word int32, s scope) bool { return m.find(word, s) >= 0 }

// find returns the first place of a word in one of the fields, or -1.
func (m *match) find(word int32, s scope) int32 {
	for at := m.scratch.first[word]; at >= 0; at = m.scratch.found[at].next {
		if s.contains(m.passages[m.scratch.found[at].passage].field) {
			return at
		}
	}
	return -1
}

// evidence is has, adding the word's first place to the evidence.
func (m *match) evidence(word int32, s scope) bool {
	at := m.find(word, s)
	if at < 0 {
		return false
	}
	m.addPlace(at)
	return true
}

func (m *match) addPlace(at int32) {
	if len(m.hits) >= maxHits {
		return
	}
	p := m.scratch.found[at]
	q := &m.passages[p.passage]
	start, end := q.folded.Original(int(p.start), int(p.end))
	m.add(m.hit(m.set.written[p.word], q, start, end))
}

// hit makes the evidence for a range of code points of a passage.
func (m *match) hit(word string, p *passage, start, end int) Hit {
	return Hit{
		Word: word, Field: m.set.fields[p.field], Offset: start,
		Context: p.around(start, end),
	}
}

// near tells whether words of all items stand in one passage with at most the
// distance between the end of the first and the beginning of the last.
func (m *match) near(n nearWords) bool {
	for i := range m.passages {
		if !n.scope.contains(m.passages[i].field) {
			continue
		}
		if chosen, ok := m.nearIn(n, int32(i)); ok {
			slices.Sort(chosen)
			for _, at := range slices.Compact(chosen) {
				m.addPlace(at)
			}
			return true
		}
	}
	return false
}

// nearIn looks in one passage and returns a place for each item.
func (m *match) nearIn(n nearWords, passage int32) ([]int32, bool) {
	type candidate struct {
		at   int32
		item int
	}
	var all []candidate
	for i, it := range n.items {
		before := len(all)
		for _, w := range it {
			for at := m.scratch.first[w]; at >= 0; at = m.scratch.found[at].next {
				if m.scratch.found[at].passage == passage {
					all = append(all, candidate{at, i})
				}
			}
		}
		if len(all) == before {
			return nil, false
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return int(m.scratch.found[a.at].start - m.scratch.found[b.at].start)
	})
	// For each place taken as the last to begin, the best others are those that
	// end latest among the places that begin no later.
	best := make([]int32, len(n.items))
	for i := range best {
		best[i] = -1
	}
	for _, c := range all {
		p := m.scratch.found[c.at]
		if b := best[c.item]; b < 0 || p.end >= m.scratch.found[b].end {
			best[c.item] = c.at
		}
		firstEnd := p.end
		complete := true
		for _, b := range best {
			if b < 0 {
				complete = false
				break
			}
			firstEnd = min(firstEnd, m.scratch.found[b].end)
		}
		if complete && int(p.start-firstEnd) <= n.distance {
			return best, true
		}
	}
	return nil, false
}

// regex looks for the expression in the fields.
func (m *match) regex(n regexFound) bool {
	for i := range m.passages {
		p := &m.passages[i]
		if !n.scope.contains(p.field) {
			continue
		}
		text, folded := p.view(n.pattern.spaced)
		from, to, ok := n.pattern.find(text)
		if !ok {
			continue
		}
		start, end := folded.Original(from, to)
		m.add(m.hit(strings.Clone(p.cut(start, min(end, start+maxQuote))), p, start, end))
		return true
	}
	return false
}
