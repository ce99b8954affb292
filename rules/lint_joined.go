package rules

import (
	"slices"
	"strings"
	"unicode"
)

// joined finds entries of word lists in which a mark stands between what was
// probably meant as several words.
func (l *linter) joined() {
	l.eachWords(l.joinedIn, func(t testOf) {
		// In a header or a sender's name, marks are what they are.
		if t.words != nil && t.key != "sender" && !strings.HasPrefix(t.key, "header.") {
			l.joinedIn(slices.Concat(t.words.Any, t.words.All, t.words.None))
		}
	})
}

func (l *linter) joinedIn(words []word) {
	for _, w := range words {
		if parts := joinedParts(w.text); len(parts) > 1 {
			l.add(w.at, LintJoined, "“"+w.text+"”算一个词，标点也要在来信里才找得到", "要分成几个词，用半角逗号隔开："+quoteAll(parts))
		}
	}
}

// joinedParts are the words that an entry was probably meant as, if several. A
// mark inside a title or a quotation belongs to it, and so does the mark of an
// enumeration in 一、二号机组 and 水、电.
func joinedParts(text string) []string {
	const numerals = "〇零一二三四五六七八九十百千万两"
	depth, pauses := 0, true
	parts := strings.FieldsFunc(text, func(r rune) bool {
		switch r {
		case '《', '“', '「', '『':
			depth++
		case '》', '”', '」', '』':
			depth--
		case '，', ',':
			pauses = pauses && depth > 0
			return depth <= 0
		case '、':
			return depth <= 0
		}
		return false
	})
	for _, part := range parts {
		han := 0
		for _, r := range part {
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
		if han < 2 || pauses && strings.Trim(part, numerals) == "" {
			return nil
		}
	}
	return parts
}
