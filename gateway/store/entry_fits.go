package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
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
	if len(text) != len(timeLayout) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[26] != 'Z' {
		return false
	}
	year, month, day := decimal(text[:4]), decimal(text[5:7]), decimal(text[8:10])
	hour, minute, second := decimal(text[11:13]), decimal(text[14:16]), decimal(text[17:19])
	return year >= 0 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= daysIn(year, month)) &&
		hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59 && decimal(text[20:26]) >= 0
}

// decimal is the number that digits make, negative when they are none.
func decimal(text []byte) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// daysIn is the length of a month.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
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
		s.value()
	}
	s.want(`,"case":`)
	m.number = s.plain()
	if s.skip(`,"data":`) {
		s.value()
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

// to steps to a place, which is refused if it is bad.
func (s *scanner) to(place int) {
	if place < 0 {
		s.bad = true
		return
	}
	s.at = place
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
func (s *scanner) string() { s.to(behindString(s.text, s.at)) }

// value steps over a value of any kind.
func (s *scanner) value() { s.to(behindValue(s.text, s.at, 0)) }

// number steps over a number and returns it.
func (s *scanner) number() []byte {
	from := s.at
	s.to(behindNumber(s.text, from))
	return s.text[from:s.at]
}

// refused is the place behind what is not JSON.
const refused = -1

// deepest is how deep values may be nested; a case's are five deep.
const deepest = 100

// behindValue is the place behind the value that stands at one. Half of the time
// that an entry takes is spent here and in behindString: places are handed on
// instead of being kept in a scanner.
func behindValue(text []byte, i, depth int) int {
	if uint(i) >= uint(len(text)) || depth > deepest {
		return refused
	}
	switch text[i] {
	case '"':
		return behindString(text, i)
	case '{':
		return behindObject(text, i+1, depth)
	case '[':
		return behindList(text, i+1, depth)
	case 't':
		return behindWord(text, i, "true")
	case 'f':
		return behindWord(text, i, "false")
	case 'n':
		return behindWord(text, i, "null")
	}
	return behindNumber(text, i)
}

// behindObject is the place behind an object whose members begin at one.
func behindObject(text []byte, i, depth int) int {
	if i < len(text) && text[i] == '}' {
		return i + 1
	}
	for {
		i = behindString(text, i)
		if uint(i) >= uint(len(text)) || text[i] != ':' {
			return refused
		}
		i = behindValue(text, i+1, depth+1)
		if uint(i) >= uint(len(text)) {
			return refused
		}
		switch text[i] {
		case ',':
			i++
		case '}':
			return i + 1
		default:
			return refused
		}
	}
}

// behindList is the place behind a list whose values begin at one.
func behindList(text []byte, i, depth int) int {
	if i < len(text) && text[i] == ']' {
		return i + 1
	}
	for {
		i = behindValue(text, i, depth+1)
		if uint(i) >= uint(len(text)) {
			return refused
		}
		switch text[i] {
		case ',':
			i++
		case ']':
			return i + 1
		default:
			return refused
		}
	}
}

// behindWord is the place behind a word that must stand at one.
func behindWord(text []byte, i int, word string) int {
	if len(text)-i < len(word) || string(text[i:i+len(word)]) != word {
		return refused
	}
	return i + len(word)
}

// behindString is the place behind the string that must stand at one.
func behindString(text []byte, i int) int {
	if uint(i) >= uint(len(text)) || text[i] != '"' {
		return refused
	}
	for i++; ; {
		const ones, highs = 0x0101010101010101, 0x8080808080808080
		for i+8 <= len(text) {
			// Eight bytes at once: the lowest high bit that is left stands at the first
			// quote, and at the first control character or backslash; higher ones may
			// come of a borrow. What is behind the string waits for the quote alone.
			w := binary.LittleEndian.Uint64(text[i:])
			quote, slash := w^'"'*ones, w^'\\'*ones
			quote = (quote - ones) &^ quote & highs
			special := ((w-' '*ones)&^w | (slash-ones)&^slash) & highs
			if special&(quote&-quote-1) != 0 {
				break // before the quote
			}
			if quote != 0 {
				return i + bits.TrailingZeros64(quote)/8 + 1
			}
			i += 8
		}
		for i < len(text) && text[i] >= ' ' && text[i] != '"' && text[i] != '\\' {
			i++
		}
		if i == len(text) || text[i] < ' ' {
			return refused
		}
		i++
		if text[i-1] == '"' {
			return i
		}
		n := escape(text[i:])
		if n == 0 {
			return refused
		}
		i += n
	}
}

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

// behindNumber is the place behind the number that must stand at one.
func behindNumber(text []byte, i int) int {
	if i < len(text) && text[i] == '-' {
		i++
	}
	if i < len(text) && text[i] == '0' { // nothing begins with 0 but 0
		i++
	} else {
		i = behindDigits(text, i)
	}
	if i >= 0 && i < len(text) && text[i] == '.' {
		i = behindDigits(text, i+1)
	}
	if i >= 0 && i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		i = behindDigits(text, i)
	}
	return i
}

// behindDigits is the place behind one digit or more.
func behindDigits(text []byte, i int) int {
	from := i
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	if i == from {
		return refused
	}
	return i
}
