package rules

import (
	"slices"
	"strings"
	"unicode"

	"xinfangd/gateway/fold"
)

// grow completes a word of the greatest length that is looked for, which may be
// a piece cut out of a longer phrase: what goes on the same way in every letter
// that has it belongs to it, so that a person can read it.
func (t *teacher) grow(word string) string {
	if len([]rune(word)) < teachLongest {
		return word
	}
	var before, after []rune
	for n, i := range t.words[word] {
		l, r := around(t.letters[i].Text, []rune(word))
		if n == 0 {
			before, after = l, r
			continue
		}
		before, after = before[:common(before, l)], after[:common(after, r)]
	}
	// A measure ends what stands before the word.
	for len(before) > 0 && strings.ContainsRune(measures, before[len(before)-1]) {
		before = before[:len(before)-1]
	}
	slices.Reverse(before)
	return string(before) + word + string(after)
}

// around returns what stands before a word, from the word outwards, and after
// it, as far as a phrase may go.
func around(text Text, word []rune) (before, after []rune) {
	for _, field := range []string{text.Subject, text.Body, text.AttachmentText} {
		folded := fold.Fold(limit(field)).Runes
		for i := 0; i+len(word) <= len(folded); i++ {
			if !slices.Equal(folded[i:i+len(word)], word) {
				continue
			}
			for j := i - 1; j >= 0 && len(before) < teachLongest && inPhrase(folded[j]); j-- {
				before = append(before, folded[j])
			}
			for j := i + len(word); j < len(folded) && len(after) < teachLongest && inPhrase(folded[j]); j++ {
				after = append(after, folded[j])
			}
			return before, after
		}
	}
	return nil, nil
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
