package command

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldedRunes bounds how much of one line is read for commands; what a verb's
// arguments need is far shorter, and the reason behind them is taken verbatim.
const foldedRunes = 2000

// line is one line folded for reading (NFKC, blanks, no invisible characters),
// with the way back to the original bytes.
type line struct {
	original string
	runes    []rune
	// at[i] is where runes[i] begins in original; it has one more element.
	at []int
}

// fold folds a line rune by rune, so that every folded rune knows its origin.
func fold(original string) line {
	l := line{original: original}
	for i, r := range original {
		if len(l.runes) >= foldedRunes {
			l.at = append(l.at, i)
			return l
		}
		for _, f := range foldRune(r) {
			l.runes = append(l.runes, f)
			l.at = append(l.at, i)
		}
	}
	l.at = append(l.at, len(original))
	return l
}

// foldRune is NFKC of one rune; invisible runes vanish, blanks become spaces,
// and every dash becomes a hyphen.
func foldRune(r rune) []rune {
	switch {
	case r < utf8.RuneSelf && r >= ' ' && r != 0x7f:
		return []rune{r}
	case unicode.IsSpace(r):
		return []rune{' '}
	case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return nil // BOM, zero-width and bidirectional controls among them
	case strings.ContainsRune("‐‑‒–—―−", r):
		return []rune{'-'}
	}
	folded := []rune(norm.NFKC.String(string(r)))
	for i, f := range folded {
		if unicode.IsSpace(f) {
			folded[i] = ' '
		}
	}
	return folded
}

// foldString folds a short string, such as a name from the roster.
func foldString(s string) string { return strings.TrimSpace(string(fold(s).runes)) }

// slice is the part of the line between two folded positions.
func (l line) slice(from, to int) line {
	return line{original: l.original, runes: l.runes[from:to], at: l.at[from : to+1]}
}

// from is the rest of the line from a folded position on.
func (l line) from(i int) line { return l.slice(i, len(l.runes)) }

// verbatim is the original text of the folded runes and, when the line was too
// long to be folded to its end, of all that follows them.
func (l line) verbatim() string {
	if len(l.at) == 0 {
		return ""
	}
	return strings.TrimSpace(l.original[l.at[0]:])
}

func (l line) String() string { return string(l.runes) }

func (l line) blank() bool { return strings.TrimSpace(string(l.runes)) == "" }

// trimLeft drops leading runes of a set.
func (l line) trimLeft(drop func(rune) bool) line {
	i := 0
	for i < len(l.runes) && drop(l.runes[i]) {
		i++
	}
	return l.from(i)
}

// trimRight drops trailing runes of a set from what is read; verbatim still
// has them.
func (l line) trimRight(drop func(rune) bool) line {
	n := len(l.runes)
	for n > 0 && drop(l.runes[n-1]) {
		n--
	}
	return l.slice(0, n)
}

func isSpace(r rune) bool { return r == ' ' }

// isClosing knows the punctuation that ends a line: full-width marks are
// half-width ones after NFKC.
func isClosing(r rune) bool { return strings.ContainsRune(" 。.!;,、~…·", r) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// markless drops what stands before a command without being part of it: blanks
// and list marks, as in "1. ", "（2）", "一、", "- ", "• ".
func (l line) markless() line {
	l = l.trimLeft(isSpace)
	n := markLength(l.runes)
	if first, _ := utf8.DecodeRuneInString(l.original[l.at[0]:]); first >= '①' && first <= '⑳' {
		for n = 1; n < len(l.runes) && l.at[n] == l.at[0]; n++ {
		}
	}
	return l.from(n).trimLeft(isSpace)
}

// markLength is the length of a list mark at the beginning, 0 for none.
func markLength(runes []rune) int {
	if len(runes) == 0 {
		return 0
	}
	if strings.ContainsRune("-*+•·●○■□◆◇▪▫‣►▶※", runes[0]) {
		n := 1
		for n < len(runes) && runes[n] == runes[0] {
			n++
		}
		return n
	}
	open := runes[0] == '('
	i := 0
	if open {
		i = 1
	}
	start := i
	for i < len(runes) && i-start < 3 && (isDigit(runes[i]) || strings.ContainsRune("一二三四五六七八九十", runes[i])) {
		i++
	}
	if i == start || i >= len(runes) {
		return 0
	}
	switch {
	case runes[i] == ')', !open && runes[i] == '、', !open && runes[i] == '.' && isDigit(runes[i-1]):
		return i + 1
	}
	return 0
}
