package command

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"
)

// verbWord is one way to write a verb.
type verbWord struct {
	runes []rune
	entry Entry
	// latin words end at a blank, a colon or the line's closing marks only.
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
		if len(l.runes) < n || !slices.EqualFunc(l.runes[:n], w.runes, sameLetter) {
			continue
		}
		if rest := l.from(n); w.latin && len(rest.runes) > 0 && !isBreak(rest.runes[0]) && !rest.trimRight(isClosing).blank() {
			continue
		}
		return w, n, true
	}
	return verbWord{}, 0, false
}

// sameLetter compares what was written with a verb of the table, without case
// and whether the characters are traditional or simplified.
func sameLetter(written, verb rune) bool {
	return written == verb || simplified[written] == verb || written < utf8.RuneSelf && unicode.ToLower(written) == verb
}

// simplified are the traditional characters in which a verb may be written.
var simplified = map[rune]rune{
	'簽': '签', '籤': '签', '復': '复', '複': '复', '覆': '复', '辦': '办', '見': '见', '協': '协', '準': '准', '駁': '驳', '報': '报', '開': '开', '轉': '转',
	'並': '并', '併': '并', '結': '结', '記': '记', '錄': '录', '録': '录', '確': '确', '認': '认', '詢': '询', '統': '统', '計': '计', '幫': '帮', '滿': '满', '請': '请',
}

func isBreak(r rune) bool { return r == ' ' || r == ':' }
