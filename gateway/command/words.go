package command

import (
	"slices"
	"strings"
	"sync"
)

// verbWord is one way to write a verb.
type verbWord struct {
	runes []rune
	entry Entry
	// latin words end at a blank or a colon only.
	latin bool
}

// words lists the ways to write the verbs of a table, the longest first: 退回重办
// begins with 退回.
func words(entries []Entry) []verbWord {
	var all []verbWord
	for _, e := range entries {
		for _, w := range append([]string{e.Word}, e.Also...) {
			all = append(all, verbWord{runes: []rune(w), entry: e, latin: w[0] < 0x80})
		}
	}
	slices.SortStableFunc(all, func(a, b verbWord) int { return len(b.runes) - len(a.runes) })
	return all
}

// allWords are those of the whole table, which every letter is looked through for.
var allWords = sync.OnceValue(func() []verbWord { return words(table()) })

// leadingVerb finds the verb that a line begins with and its length in runes.
// What follows it decides whether the line is a command.
func leadingVerb(l line, words []verbWord) (verbWord, int, bool) {
	for _, w := range words {
		n := len(w.runes)
		if len(l.runes) < n || !strings.EqualFold(string(l.runes[:n]), string(w.runes)) {
			continue
		}
		if w.latin && n < len(l.runes) && !isBreak(l.runes[n]) {
			continue
		}
		return w, n, true
	}
	return verbWord{}, 0, false
}

func isBreak(r rune) bool { return r == ' ' || r == ':' }
