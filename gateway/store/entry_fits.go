package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"
)

// foundEntry are the columns of an entry as they lie in the database, as texts.
type foundEntry struct {
	seq, number, at, kind, digest, entry []byte
}

// fits proves, without decoding it, that an entry is what Append wrote: that its
// digest is that of its bytes, that its bytes are readable, and that they say
// what the columns say; prev is whom it names before it. What does not fit need
// not be broken, only written otherwise than Append writes: checkEntry has the
// last word.
func (f foundEntry) fits(seq int64) (prev []byte, ok bool) {
	digest := sha256.Sum256(f.entry)
	var number [20]byte
	want := strconv.AppendInt(number[:0], seq, 10)
	if !isHexOf(f.digest, digest) || !bytes.Equal(f.seq, want) {
		return nil, false
	}
	m, ok := membersOf(f.entry)
	return m.prev, ok && bytes.Equal(m.seq, want) && utf8.Valid(m.prev) &&
		bytes.Equal(m.number, f.number) && utf8.Valid(f.number) &&
		bytes.Equal(m.kind, f.kind) && utf8.Valid(f.kind) &&
		bytes.Equal(m.at, f.at) && isLedgerTime(f.at)
}

// isHexOf tells whether a text is a digest in lower-case hexadecimal.
func isHexOf(text []byte, digest [sha256.Size]byte) bool {
	var want [2 * sha256.Size]byte
	hex.Encode(want[:], digest[:])
	return bytes.Equal(text, want[:])
}

// isLedgerTime tells a time in the one form that ledgerTime writes.
func isLedgerTime(text []byte) bool {
	if len(text) != len(timeLayout) {
		return false
	}
	for i, c := range text {
		if digit := timeLayout[i] >= '0' && timeLayout[i] <= '9'; digit && (c < '0' || c > '9') || !digit && c != timeLayout[i] {
			return false
		}
	}
	_, err := time.Parse(time.RFC3339Nano, string(text)) // quicker than by timeLayout
	return err == nil
}

// entryMembers are what the check needs of an entry's members, texts without
// their quotes.
type entryMembers struct {
	number, kind, prev, seq, at []byte
}

// membersOf finds the members of an entry: each once, in the order of their
// names, nothing beside them, texts without escapes, and everything between them
// readable as JSON.
func membersOf(entry []byte) (m entryMembers, ok bool) {
	s := scanner{text: entry}
	s.want(`{"actor":{`)
	for {
		s.string()
		s.want(`:`)
		s.string()
		if !s.skip(`,`) {
			break
		}
	}
	s.want(`}`)
	if s.skip(`,"after":`) {
		s.value(0)
	}
	s.want(`,"case":`)
	m.number = s.plain()
	if s.skip(`,"data":`) {
		s.value(0)
	}
	s.want(`,"kind":`)
	m.kind = s.plain()
	s.want(`,"prev":`)
	m.prev = s.plain()
	s.want(`,"seq":`)
	m.seq = s.number()
	s.want(`,"text":`)
	s.string()
	s.want(`,"time":`)
	m.at = s.plain()
	s.want(`}`)
	return m, !s.bad && s.at == len(s.text)
}

// scanner walks over JSON as canonical writes it, without blanks. It takes no
// text that encoding/json would refuse; bad says that it met something else.
type scanner struct {
	text []byte
	at   int
	bad  bool
}

// deepest is how deep values may be nested; a case's are five deep.
const deepest = 100

// peek is the byte at hand, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// skip steps over a text if it stands here.
func (s *scanner) skip(text string) bool {
	if len(s.text)-s.at < len(text) || string(s.text[s.at:s.at+len(text)]) != text {
		return false
	}
	s.at += len(text)
	return true
}

// want steps over a text that must stand here.
func (s *scanner) want(text string) {
	if !s.skip(text) {
		s.bad = true
	}
}

// plain steps over a string without escapes and returns what is between its quotes.
func (s *scanner) plain() []byte {
	from := s.at + 1
	if s.string(); s.bad {
		return nil
	}
	inner := s.text[from : s.at-1]
	if bytes.IndexByte(inner, '\\') >= 0 {
		s.bad = true
	}
	return inner
}

// string steps over a string.
func (s *scanner) string() {
	if !s.skip(`"`) {
		s.bad = true
		return
	}
	text, i := s.text, s.at
	for {
		for i < len(text) && ordinary(text[i]) {
			i++
		}
		if i == len(text) || text[i] < ' ' {
			s.bad = true
			return
		}
		i++
		if text[i-1] == '"' {
			s.at = i
			return
		}
		n := escape(text[i:])
		if n == 0 {
			s.bad = true
			return
		}
		i += n
	}
}

// ordinary tells a byte that stands for itself in a string.
func ordinary(c byte) bool { return c >= ' ' && c != '"' && c != '\\' }

// escape is the length of an escape behind its backslash, 0 if it is none.
func escape(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	switch text[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(text) < 5 {
			return 0
		}
		if _, err := strconv.ParseUint(string(text[1:5]), 16, 16); err != nil {
			return 0
		}
		return 5
	}
	return 0
}

// digits steps over one digit or more.
func (s *scanner) digits() {
	from := s.at
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	if s.at == from {
		s.bad = true
	}
}

// number steps over a number and returns it.
func (s *scanner) number() []byte {
	from := s.at
	s.skip("-")
	if !s.skip("0") { // nothing begins with 0 but 0
		s.digits()
	}
	if s.skip(".") {
		s.digits()
	}
	if s.skip("e") || s.skip("E") {
		if !s.skip("+") {
			s.skip("-")
		}
		s.digits()
	}
	return s.text[from:s.at]
}

// value steps over a value of any kind.
func (s *scanner) value(depth int) {
	if depth > deepest {
		s.bad = true
	}
	if s.bad {
		return
	}
	switch s.peek() {
	case '"':
		s.string()
	case '{', '[':
		s.nested(depth)
	case 't':
		s.want("true")
	case 'f':
		s.want("false")
	case 'n':
		s.want("null")
	default:
		s.number()
	}
}

// nested steps over an object or a list.
func (s *scanner) nested(depth int) {
	object := s.peek() == '{'
	end := byte(']')
	if object {
		end = '}'
	}
	s.at++
	if s.peek() == end {
		s.at++
		return
	}
	for !s.bad {
		if object {
			s.string()
			s.want(`:`)
		}
		s.value(depth + 1)
		switch s.peek() {
		case ',':
			s.at++
		case end:
			s.at++
			return
		default:
			s.bad = true
		}
	}
}
