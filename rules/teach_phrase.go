package rules

import (
	"slices"
	"strings"
	"unicode"

	"xinfangd/gateway/fold"
)

// endOfPhrase returns, for a word of the greatest length that is looked for, the
// end of the phrase that it may be cut out of: in Chinese the noun comes last,
// and what stands before it (whose, or where) is seldom what the matter is. The
// end is found in the very letters that have the word. A longer word is never
// made: found in no more letters, it would only find fewer later.
func (t *teacher) endOfPhrase(word string) string {
	runes := []rune(word)
	if len(runes) < teachLongest {
		return word
	}
	var after []rune
	for n, i := range t.words[word] {
		if r := following(t.letters[i].Text, runes); n == 0 {
			after = r
		} else {
			after = after[:common(after, r)]
		}
	}
	end := append(runes, after...)
	end = end[len(end)-teachLongest:]
	for len(end) > 0 && strings.ContainsRune(measures, end[0]) {
		end = end[1:]
	}
	if !slices.Equal(t.words[string(end)], t.words[word]) {
		return word
	}
	return string(end)
}

// following returns what stands after a word, as far as a phrase may go.
func following(text Text, word []rune) (after []rune) {
	for _, field := range []string{text.Subject, text.Body, text.AttachmentText} {
		folded := fold.Fold(limit(field)).Runes
		for i := 0; i+len(word) <= len(folded); i++ {
			if !slices.Equal(folded[i:i+len(word)], word) {
				continue
			}
			for j := i + len(word); j < len(folded) && len(after) < teachLongest && inPhrase(folded[j]); j++ {
				after = append(after, folded[j])
			}
			return after
		}
	}
	return nil
}

func inPhrase(r rune) bool { return unicode.Is(unicode.Han, r) && !strings.ContainsRune(particles, r) }

// common is how many characters two texts begin with alike.
func common(a, b []rune) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
