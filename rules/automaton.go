package rules

import (
	"cmp"
	"slices"
)

// automaton finds all of a set of words in one pass over a text, whatever their
// number (Aho and Corasick, 1975). States are numbered breadth first; edges lie
// in one array, so that 10,000 words take a few megabytes.
type automaton struct {
	pages  []*[256]int32 // first step: by the character's high and low part
	first  []int32       // edges of state s are first[s] to first[s+1]
	labels []rune        // sorted within a state
	fail   []int32       // longest proper suffix that is a state
	word   []int32       // the word that ends at the state, or -1
	link   []int32       // longest proper suffix that is a word's end, or 0
	length []int32       // by word, in characters
}

const pageCount = 0x110000 >> 8

// newAutomaton builds the automaton of words; a word's number is its index.
// Words must be different from each other and not empty.
func newAutomaton(words [][]rune) *automaton {
	t := newTrie(words)
	n := len(t.word)
	a := &automaton{
		pages: make([]*[256]int32, pageCount),
		first: make([]int32, n+1), labels: make([]rune, n-1),
		fail: make([]int32, n), word: t.word, link: make([]int32, n),
		length: make([]int32, len(words)),
	}
	for i, w := range words {
		a.length[i] = int32(len(w))
	}
	// Every state but the root has one edge into it. As states are numbered
	// breadth first and siblings by label, the edge into state s is edge s-1,
	// and no array of targets is needed.
	for s := 1; s < n; s++ {
		a.labels[s-1] = t.label[s]
		a.first[t.parent[s]+1] = int32(s)
	}
	for s := 1; s <= n; s++ {
		a.first[s] = max(a.first[s], a.first[s-1])
	}
	for e := a.first[0]; e < a.first[1]; e++ {
		r := a.labels[e]
		page := a.pages[r>>8]
		if page == nil {
			page = new([256]int32)
			a.pages[r>>8] = page
		}
		page[r&0xff] = e + 1
	}
	a.connect(t)
	return a
}

// connect sets the failure and word links, from the root outwards.
func (a *automaton) connect(t *trie) {
	for s := int(a.first[1]) + 1; s < len(a.fail); s++ {
		parent := t.parent[s]
		f := int32(0)
		if parent != 0 {
			f = a.step(a.fail[parent], t.label[s])
		}
		a.fail[s] = f
		a.link[s] = a.link[f]
		if a.word[f] >= 0 {
			a.link[s] = f
		}
	}
}

// step returns the state after r in state s.
func (a *automaton) step(s int32, r rune) int32 {
	for s != 0 {
		if next := a.child(s, r); next != 0 {
			return next
		}
		s = a.fail[s]
	}
	if r < 0 || r > 0x10ffff {
		return 0
	}
	if page := a.pages[r>>8]; page != nil {
		return page[r&0xff]
	}
	return 0
}

// child returns the state at the end of the edge r of state s, or 0.
func (a *automaton) child(s int32, r rune) int32 {
	from, to := a.first[s], a.first[s+1]
	if to-from > 8 {
		i, ok := slices.BinarySearch(a.labels[from:to], r)
		if !ok {
			return 0
		}
		return from + int32(i) + 1
	}
	for e := from; e < to; e++ {
		if a.labels[e] == r {
			return e + 1
		}
	}
	return 0
}

// scan calls found for each occurrence of each word in text, in the order in
// which they end, with the word's number and the index after its last character.
func (a *automaton) scan(text []rune, found func(word int32, end int)) {
	s := int32(0)
	for i, r := range text {
		s = a.step(s, r)
		if s == 0 {
			continue
		}
		if a.word[s] >= 0 {
			found(a.word[s], i+1)
		}
		for l := a.link[s]; l != 0; l = a.link[l] {
			found(a.word[l], i+1)
		}
	}
}

// size returns the memory that the automaton takes, in bytes.
func (a *automaton) size() int {
	n := 8 * len(a.pages)
	for _, p := range a.pages {
		if p != nil {
			n += 4 * len(p)
		}
	}
	return n + 4*(len(a.first)+len(a.labels)+len(a.fail)+len(a.word)+len(a.link)+len(a.length))
}

// trie is the tree of words, its nodes numbered breadth first and siblings by
// label.
type trie struct {
	parent []int32
	label  []rune
	word   []int32
}

// newTrie builds the tree level by level from the sorted words.
func newTrie(words [][]rune) *trie {
	order := make([]int32, len(words))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		return cmp.Or(slices.Compare(words[i], words[j]), cmp.Compare(i, j))
	})
	t := &trie{parent: []int32{0}, label: []rune{0}, word: []int32{-1}}
	at := make([]int32, len(words)) // node of each word's prefix so far
	for depth := 0; len(order) > 0; depth++ {
		longer := order[:0]
		last := int32(-1) // the word before, in sorted order
		for _, w := range order {
			r := words[w][depth]
			if last < 0 || at[w] != t.parent[at[last]] || r != t.label[at[last]] {
				t.parent = append(t.parent, at[w])
				t.label = append(t.label, r)
				t.word = append(t.word, -1)
				at[w] = int32(len(t.parent) - 1)
			} else {
				at[w] = at[last]
			}
			last = w
			if len(words[w]) == depth+1 {
				t.word[at[w]] = w
			} else {
				longer = append(longer, w)
			}
		}
		order = longer
	}
	return t
}
