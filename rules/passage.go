package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"xinfangd/gateway/fold"
)

// Limits on passages and on what is shown of them.
const (
	maxPassage  = 4 << 20 // bytes of one field that rules look at
	maxQuote    = 60      // characters of a regular expression's match
	contextSize = 16      // characters on either side of a word
	indexStep   = 512     // characters between two known byte offsets
)

// passage is one piece of text of a letter: a field, or one of its values.
type passage struct {
	field    int
	original string
	folded   fold.Text
	// The folded text as a string, and the folded text with white space, are
	// made only for regular expressions.
	plain, spacedPlain  string
	spaced              fold.Text
	hasPlain, hasSpaced bool
	// offsets holds the byte offset of every indexStep-th code point, made for
	// the first hit, and count the number of code points.
	offsets []int
	count   int
}

// limit cuts a text that is too long to be a letter.
func limit(text string) string { return limitTo(text, maxPassage) }

// limitTo cuts a text between characters to at most the given bytes.
func limitTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// view returns the folded text as expressions see it.
func (p *passage) view(spaced bool) (string, fold.Text) {
	if spaced {
		if !p.hasSpaced {
			p.spaced = fold.Spaced(p.original)
			p.spacedPlain, p.hasSpaced = p.spaced.String(), true
		}
		return p.spacedPlain, p.spaced
	}
	if !p.hasPlain {
		p.plain, p.hasPlain = p.folded.String(), true
	}
	return p.plain, p.folded
}

// cut returns the code points from start to end of the original.
func (p *passage) cut(start, end int) string {
	if p.offsets == nil {
		for i := range p.original {
			if p.count%indexStep == 0 {
				p.offsets = append(p.offsets, i)
			}
			p.count++
		}
	}
	from := p.byteOffset(start)
	return p.original[from:p.byteOffset(max(start, end))]
}

// byteOffset returns the byte offset of a code point.
func (p *passage) byteOffset(index int) int {
	if index >= p.count {
		return len(p.original)
	}
	at := p.offsets[index/indexStep]
	for range index % indexStep {
		_, size := utf8.DecodeRuneInString(p.original[at:])
		at += size
	}
	return at
}

// around returns the code points from start to end with some on either side, on
// one line and with "…" where something was left out. It shares no memory with
// the letter, which would live as long as the verdict.
func (p *passage) around(start, end int) string {
	from, to := max(0, start-contextSize), min(end, start+maxQuote)+contextSize
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.Clone(p.cut(from, to)))
	if from > 0 {
		text = "…" + text
	}
	if to < p.count {
		text += "…"
	}
	return text
}
