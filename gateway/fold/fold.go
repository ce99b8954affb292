// Package fold folds text for matching and searching, so that the many ways of
// writing one word compare equal: compatibility forms and full-width letters
// become plain (NFKC), capitals small, traditional characters simplified, and
// white space and invisible characters vanish ("停 电", "停\u200b電" and "停电"
// are one word). Every folded character remembers where in the original it
// came from, counted in code points.
//
// Folding is for comparing, never for showing: it is lossy on purpose, and
// nothing that a person reads is ever folded text. The package knows nothing of
// letters, rules or stores. Text enters and leaves as values; there is no state.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is a folded text with its way back to the original.
// The three slices are equally long; Start and End never decrease.
type Text struct {
	// Runes are the folded characters.
	Runes []rune
	// Start holds, for each folded character, the index of the code point of
	// the original from which it was made, or the first of them.
	Start []int32
	// End holds the index of the code point after the last one from which the
	// folded character was made.
	End []int32
}

// Len returns the number of folded characters.
func (t Text) Len() int { return len(t.Runes) }

// String returns the folded characters as a string.
func (t Text) String() string { return string(t.Runes) }

// Original returns the range of code points of the original text, start
// inclusive and end exclusive, that the folded characters i to j (exclusive)
// were made from.
func (t Text) Original(i, j int) (start, end int) {
	if i < 0 || j > len(t.Runes) || i >= j {
		return 0, 0
	}
	return int(t.Start[i]), int(t.End[j-1])
}

// Fold folds s and leaves out white space and everything invisible.
func Fold(s string) Text { return run(Text{}, s, false) }

// Fold replaces t with the folded s, using t's memory again. It is for those
// who fold many texts one after the other.
func (t *Text) Fold(s string) {
	*t = run(Text{Runes: t.Runes[:0], Start: t.Start[:0], End: t.End[:0]}, s, false)
}

// Spaced folds s but keeps white space: a blank of any kind is ' ', a line end
// '\n'. It serves patterns that ask for words or lines.
func Spaced(s string) Text { return run(Text{}, s, true) }

// String returns the characters of Fold(s) as a string.
func String(s string) string {
	if plain(s) {
		return s
	}
	return string(Fold(s).Runes)
}

// Bigrams returns the pairs of neighbouring letters and digits in the folded
// text of s, each once, in the order of their first appearance.
//
// They are the words of the full-text index: Chinese has no blanks to split at,
// and an index of longer pieces would not find a word of two characters. What
// holds a text also holds its bigrams, so an index of them never misses; it may
// find too much, and who searches must compare String(word) with String(text)
// at the end. White space is gone before pairing, so a Latin word broken over
// two lines is found too. A word of one character has no bigrams.
func Bigrams(s string) []string {
	var (
		out  []string
		seen = make(map[[2]rune]struct{})
		last = rune(-1)
	)
	for _, r := range Fold(s).Runes {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			last = -1
			continue
		}
		pair := [2]rune{last, r}
		last = r
		if pair[0] < 0 {
			continue
		}
		if _, ok := seen[pair]; ok {
			continue
		}
		seen[pair] = struct{}{}
		out = append(out, string(pair[:]))
	}
	return out
}

// plain tells whether s is small ASCII letters, digits and marks only, which
// fold to themselves.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// folder is the state of one run over a text.
type folder struct {
	out    Text
	table  *table
	spaced bool
}

// run folds s into the memory of out. Characters that cannot take part in a
// composition take the short way; the stretches between them are normalised.
func run(out Text, s string, spaced bool) Text {
	f := folder{out: out, table: simplified(), spaced: spaced}
	f.reserve(len(s)/3 + 16)
	for i, at := 0, int32(0); i < len(s); {
		if n := f.ideographs(s[i:], at); n > 0 {
			i, at = i+3*n, at+int32(n)
			continue
		}
		size, ok := f.short(s[i:], at)
		if ok {
			i, at = i+size, at+1
			continue
		}
		count := int32(0)
		for start := i; ; {
			i, count = i+size, count+1
			if i < len(s) {
				if size, ok = ends(s[i:]); !ok {
					continue
				}
			}
			f.stretch(s[start:i], at)
			break
		}
		at += count
	}
	return f.out
}

// reserve makes room for n characters.
func (f *folder) reserve(n int) {
	if cap(f.out.Runes) < n {
		f.out = Text{Runes: make([]rune, 0, n), Start: make([]int32, 0, n), End: make([]int32, 0, n)}
	}
}

// ideographs folds the run of common ideographs (U+4E00 to U+9FFF, three bytes
// each) that s begins with, and returns their number. Chinese text is little
// else, so this loop is what folding costs.
func (f *folder) ideographs(s string, at int32) int {
	n := 0
	for i := 0; i+2 < len(s); i += 3 {
		a, b, c := s[i], s[i+1], s[i+2]
		if a < 0xe4 || a > 0xe9 || b&0xc0 != 0x80 || c&0xc0 != 0x80 {
			break
		}
		r := rune(a&0x0f)<<12 | rune(b&0x3f)<<6 | rune(c&0x3f)
		if r < 0x4e00 {
			break
		}
		if plain := f.table.basic[r-0x3400]; plain != 0 {
			r = rune(plain)
		}
		f.out.Runes = append(f.out.Runes, r)
		f.out.Start = append(f.out.Start, at)
		f.out.End = append(f.out.End, at+1)
		at++
		n++
	}
	return n
}

// short folds the first character of s if what follows cannot change it, and
// returns its length in bytes in any case.
func (f *folder) short(s string, at int32) (size int, ok bool) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case alone(r):
	case plainWidth(r) && !joins(s[size:]):
	case fullWidth(r) && !joins(s[size:]):
		r -= 0xfee0
	default:
		return size, false
	}
	f.put(r, at, at+1)
	return size, true
}

// ends tells whether a stretch to be normalised ends before the first character
// of s, and returns the length of that character.
func ends(s string) (size int, ok bool) {
	r, size := utf8.DecodeRuneInString(s)
	return size, alone(r) || (plainWidth(r) || fullWidth(r)) && !joins(s[size:])
}

// alone tells of characters that NFKC leaves as they are whatever follows:
// unified ideographs and the commonest Chinese marks.
func alone(r rune) bool {
	return 0x4e00 <= r && r <= 0x9fff || 0x3400 <= r && r <= 0x4dbf ||
		r == '、' || r == '。' || r == '《' || r == '》'
}

func plainWidth(r rune) bool { return r < utf8.RuneSelf }

func fullWidth(r rune) bool { return 0xff01 <= r && r <= 0xff5e }

// joins tells whether rest may begin with something that combines with a letter
// before it.
func joins(rest string) bool {
	if rest == "" {
		return false
	}
	if rest[0] < utf8.RuneSelf {
		// What goes first does not keep the letter from an accent behind it.
		return weightless(rune(rest[0]))
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return !alone(r) && !fullWidth(r)
}

// stretch folds s, which begins at code point at of the original, segment by
// segment between normalisation boundaries. Weightless characters go first, so
// that they cannot keep a letter from its accent.
func (f *folder) stretch(s string, at int32) {
	var (
		kept  = make([]byte, 0, len(s))
		index = make([]int32, 0, len(s)) // code point of each kept character
	)
	for _, r := range s {
		if !weightless(r) {
			kept = utf8.AppendRune(kept, r)
			index = append(index, at)
		}
		at++
	}
	for len(kept) > 0 {
		used := norm.NFKC.NextBoundary(kept, true)
		if used <= 0 {
			_, used = utf8.DecodeRune(kept)
		}
		count := utf8.RuneCount(kept[:used])
		start, end := index[0], index[count-1]+1
		for _, r := range string(norm.NFKC.Bytes(kept[:used])) {
			f.put(r, start, end)
		}
		kept, index = kept[used:], index[count:]
	}
}

// put appends one normalised character, made from the code points start to end.
func (f *folder) put(r rune, start, end int32) {
	switch {
	case r >= 0x3400 && r <= 0x9fff:
		r = f.table.simple(r)
	case r < utf8.RuneSelf:
		if r <= ' ' || r == 0x7f {
			f.blank(r, start, end)
			return
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
	case unicode.IsSpace(r):
		f.blank(r, start, end)
		return
	case invisible(r):
		return
	default:
		r = f.table.simple(unicode.ToLower(r))
	}
	f.out.Runes = append(f.out.Runes, r)
	f.out.Start = append(f.out.Start, start)
	f.out.End = append(f.out.End, end)
}

// blank keeps white space where it is asked for. Control characters other than
// white space are never kept.
func (f *folder) blank(r rune, start, end int32) {
	if !f.spaced || !unicode.IsSpace(r) {
		return
	}
	kept := ' '
	if r == '\n' || r == '\u2028' || r == '\u2029' {
		kept = '\n'
	}
	f.out.Runes = append(f.out.Runes, kept)
	f.out.Start = append(f.out.Start, start)
	f.out.End = append(f.out.End, end)
}

// invisible tells of characters that leave no mark of their own: weightless
// ones, and combining marks that found nothing to combine with, such as the
// strokes with which people hide a word from filters.
func invisible(r rune) bool {
	switch {
	case 0x0300 <= r && r <= 0x036f, 0x20d0 <= r && r <= 0x20ff, 0xfe20 <= r && r <= 0xfe2f:
		return true
	}
	return weightless(r)
}

// weightless tells of characters without shape or influence on their
// neighbours: formatting and control characters (zero-width spaces and joiners,
// directions, the soft hyphen, byte order marks, tags), variation selectors and
// fillers.
func weightless(r rune) bool {
	switch {
	case r < 0xad:
		return r < ' ' && !unicode.IsSpace(r) || 0x7f <= r && r <= 0x9f && r != 0x85
	case 0xfe00 <= r && r <= 0xfe0f, 0xe0100 <= r && r <= 0xe01ef, 0x180b <= r && r <= 0x180f:
		return true
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800, r == 0x17b4, r == 0x17b5:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// Context returns the code points of s around the range start to end, at most
// margin on either side, on one line and with "…" where something was left out.
func Context(s string, start, end, margin int) string {
	from, to := max(0, start-margin), end+margin
	var b strings.Builder
	i := 0
	for _, r := range s {
		if i >= to {
			b.WriteRune('…')
			break
		}
		if i >= from {
			if i == from && from > 0 {
				b.WriteRune('…')
			}
			if unicode.IsSpace(r) || unicode.IsControl(r) {
				r = ' '
			}
			b.WriteRune(r)
		}
		i++
	}
	return b.String()
}
