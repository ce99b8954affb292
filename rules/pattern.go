package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"xinfangd/gateway/fold"
)

// pattern is a regular expression made fit for folded text.
type pattern struct {
	source string
	re     *regexp.Regexp
	// spaced tells that the expression asks for white space, word boundaries or
	// lines, and so must see text that has kept its white space.
	spaced bool
	// words is the expression as plain words, when it is no more than that.
	words []string
}

// The most words that an expression is spelt out into, and the largest
// character class whose members are folded one by one.
const (
	maxWords = 64
	maxClass = 2048 // \p{Lu} is one of 1,858
)

var errMatchesEmpty = errors.New("matches the empty text")

// newPattern parses source and folds what it matches.
func newPattern(source string) (*pattern, error) {
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("parse expression: %w", err)
	}
	p := &pattern{source: source, spaced: asksSpace(tree)}
	foldTree(tree)
	p.re, err = regexp.Compile(tree.String())
	if err != nil {
		return nil, fmt.Errorf("compile folded expression: %w", err)
	}
	if p.re.MatchString("") {
		return nil, errMatchesEmpty
	}
	if words, ok := spell(tree); ok && !p.spaced {
		p.words = fewest(words)
	}
	return p, nil
}

// fewest leaves out words that contain another one, and so find nothing more.
func fewest(words []string) []string {
	var out []string
	for i, long := range words {
		if !slices.ContainsFunc(words, func(w string) bool { return w != long && strings.Contains(long, w) }) && !slices.Contains(words[:i], long) {
			out = append(out, long)
		}
	}
	return out
}

// asksSpace tells whether an expression names white space, lines or word
// boundaries.
func asksSpace(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpEndLine:
		return true
	case syntax.OpLiteral:
		return slices.ContainsFunc(re.Rune, unicode.IsSpace)
	case syntax.OpCharClass:
		// A big class is "anything but": [^，] contains the blank, but does not ask for it.
		return classSize(re.Rune) <= 64 && inClass(re.Rune, unicode.IsSpace)
	}
	return slices.ContainsFunc(re.Sub, asksSpace)
}

func classSize(ranges []rune) int {
	n := 0
	for i := 0; i+1 < len(ranges); i += 2 {
		n += int(ranges[i+1]-ranges[i]) + 1
	}
	return n
}

func inClass(ranges []rune, f func(rune) bool) bool {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if f(r) {
				return true
			}
		}
	}
	return false
}

// foldTree folds the literals and the small classes of an expression in place.
func foldTree(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		// What is matched has small letters only.
		re.Flags &^= syntax.FoldCase
		re.Rune = fold.Spaced(string(re.Rune)).Runes
		if len(re.Rune) == 0 {
			re.Op = syntax.OpEmptyMatch
		}
	case syntax.OpCharClass:
		if but := complement(re.Rune); classSize(re.Rune) <= maxClass {
			re.Rune = foldClass(re.Rune, '\t')
		} else if classSize(but) <= maxClass {
			// [^電] is anything but 电.
			re.Rune = complement(foldClass(but, utf8.RuneError))
		}
	}
	for _, sub := range re.Sub {
		foldTree(sub)
	}
}

// complement is the class of all other characters.
func complement(ranges []rune) []rune {
	var out []rune
	next := rune(0)
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i] > next {
			out = append(out, next, ranges[i]-1)
		}
		next = ranges[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

// foldClass replaces the members of a class by what they are folded to. Members
// that fold to several characters or to none stay as they are; no text has them.
//
// The controls of white space are blanks in folded text. That a class names them
// does not mean the blank: [^\r\n] is the rest of a line, blanks and all. Only
// the control in asBlank, if any, stands for the blank that a text has instead.
func foldClass(ranges []rune, asBlank rune) []rune {
	var members []rune
	inClass(ranges, func(r rune) bool {
		if r != '\n' && r != asBlank && unicode.IsControl(r) && unicode.IsSpace(r) {
			return false
		}
		if folded := fold.Spaced(string(r)).Runes; len(folded) == 1 {
			r = folded[0]
		}
		members = append(members, r)
		return false
	})
	slices.Sort(members)
	members = slices.Compact(members)
	var out []rune
	for _, r := range members {
		if n := len(out); n > 0 && out[n-1] == r-1 {
			out[n-1] = r
			continue
		}
		out = append(out, r, r)
	}
	return out
}

// spell lists the words that an expression matches, if they are few.
func spell(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, true
	case syntax.OpCharClass:
		if classSize(re.Rune) > maxWords {
			return nil, false
		}
		var out []string
		inClass(re.Rune, func(r rune) bool {
			out = append(out, string(r))
			return false
		})
		return out, len(out) > 0
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpQuest:
		words, ok := spell(re.Sub[0])
		return append(words, ""), ok
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			words, ok := spell(sub)
			if !ok || len(out)+len(words) > maxWords {
				return nil, false
			}
			out = append(out, words...)
		}
		return out, true
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			words, ok := spell(sub)
			if !ok || len(out)*len(words) > maxWords {
				return nil, false
			}
			var longer []string
			for _, a := range out {
				for _, b := range words {
					longer = append(longer, a+b)
				}
			}
			out = longer
		}
		return out, true
	}
	return nil, false
}

// find returns the range of folded characters where the expression matches
// first in text, given as runes and as a string.
func (p *pattern) find(text string) (start, end int, ok bool) {
	m := p.re.FindStringIndex(text)
	if m == nil {
		return 0, 0, false
	}
	start = utf8.RuneCountInString(text[:m[0]])
	return start, start + utf8.RuneCountInString(text[m[0]:m[1]]), true
}
