package rules

import (
	"strings"
	"unicode"
)

// languageSample is how many characters of a letter tell its language.
const languageSample = 1000

// languages are those that judgeLanguage tells apart.
func languages() []string { return []string{"zh", "en", "ug", "bo", "mn", "ko", "ja", "ru"} }

// primary is the language of a tag such as zh-CN (RFC 5646 section 2.1), also
// as people write it.
func primary(tag string) string {
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"), "-")
	return strings.ToLower(code)
}

// language returns the letter's language, judged by its script when the caller
// does not know it.
func (m *match) language() string {
	if code := primary(m.text.Language); code != "" {
		return code
	}
	if m.lang == "" {
		m.lang = judgeLanguage(m.text.Subject + "\n" + m.text.Body)
	}
	return m.lang
}

// judgeLanguage weighs the scripts of a text: zh, en (any Latin script), ug
// (Arabic script), bo, mn, ko, ja, ru, or "" without letters. A Chinese
// character says as much as three Latin letters, and kana among characters
// makes them Japanese.
func judgeLanguage(text string) string {
	scripts := []struct {
		code   string
		table  *unicode.RangeTable
		weight int
	}{
		{"zh", unicode.Han, 3}, {"en", unicode.Latin, 1}, {"ug", unicode.Arabic, 1}, {"bo", unicode.Tibetan, 1},
		{"mn", unicode.Mongolian, 1}, {"ko", unicode.Hangul, 3}, {"ja", unicode.Hiragana, 9},
		{"ja", unicode.Katakana, 9}, {"ru", unicode.Cyrillic, 1},
	}
	weights := make([]int, len(scripts))
	n := 0
	for _, r := range text {
		if n++; n > languageSample {
			break
		}
		if i := script(r); i >= 0 {
			weights[i] += scripts[i].weight
			continue
		}
		for i, s := range scripts {
			if unicode.Is(s.table, r) {
				weights[i] += s.weight
				break
			}
		}
	}
	best, most := "", 0
	for i, s := range scripts {
		for j := range i {
			if scripts[j].code == s.code {
				weights[i] += weights[j]
			}
		}
		if weights[i] > most {
			best, most = s.code, weights[i]
		}
	}
	return best
}

// script answers for the commonest characters without a table.
func script(r rune) int {
	switch {
	case 0x4e00 <= r && r <= 0x9fff:
		return 0
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return 1
	}
	return -1
}
