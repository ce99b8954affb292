package fold

import (
	_ "embed"
	"sync"
)

// pairs holds lines of characters, each traditional one followed by its
// simplified form; lines that begin with '#' are comments.
//
//go:embed simplified.txt
var pairs string

// table maps characters one to one. Ideographs of the basic plane, which is
// nearly all there are, are looked up by index.
type table struct {
	basic [0x9fff - 0x3400 + 1]uint16
	rest  map[rune]rune
}

// simple returns the simplified form of r, or r.
func (t *table) simple(r rune) rune {
	if r >= 0x3400 && r <= 0x9fff {
		if s := t.basic[r-0x3400]; s != 0 {
			return rune(s)
		}
		return r
	}
	if len(t.rest) > 0 && r > 0xffff {
		if s, ok := t.rest[r]; ok {
			return s
		}
	}
	return r
}

// simplified returns the table, read once.
var simplified = sync.OnceValue(func() *table { return parse(pairs) })

// parse reads the pairs of data.
func parse(data string) *table {
	t := &table{rest: make(map[rune]rune)}
	var (
		first   rune
		comment bool
		newline = true
	)
	for _, r := range data {
		switch {
		case r == '\n':
			first, comment, newline = 0, false, true
		case newline && r == '#':
			comment, newline = true, false
		case comment:
		case first == 0:
			first, newline = r, false
		default:
			t.add(first, r)
			first = 0
		}
	}
	return t
}

// add maps from to to, wherever from lies.
func (t *table) add(from, to rune) {
	if from >= 0x3400 && from <= 0x9fff && to <= 0xffff {
		t.basic[from-0x3400] = uint16(to)
		return
	}
	t.rest[from] = to
}
