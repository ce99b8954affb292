package letter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaskPolicy says what MaskText hides. The zero policy hides nothing.
type MaskPolicy struct {
	// Numbers are identity numbers, telephones, bank cards, e-mail addresses.
	Numbers bool
	// Names are the citizen's, as a form or the From field gave them.
	Names []string
	// Address is the citizen's, a postal one or an e-mail address.
	Address string
	// Introductions are the names by which writers introduce themselves or sign.
	Introductions bool
}

// The kinds of what MaskText hides, in the words of the record.
const (
	MaskedIdentity = "身份证号"
	MaskedMobile   = "手机号码"
	MaskedLandline = "固定电话"
	MaskedCard     = "银行卡号"
	MaskedMail     = "电子邮箱"
	MaskedName     = "姓名"
	MaskedAddress  = "住址"
)

// maskedKinds is the order of the record.
var maskedKinds = []string{MaskedIdentity, MaskedMobile, MaskedLandline, MaskedCard, MaskedMail, MaskedName, MaskedAddress}

// MaskText hides in a text that is passed on what the policy names (脱敏, C14),
// and tells what kinds it found. A head and a tail stay, so that a reader knows
// what stood there: 138****5678, 4201**********123X, 张××. Masking a masked text
// changes nothing. The original is never masked, only what is shown of it.
//
// Where a number or a name is in doubt it is hidden: a clerk may look the
// original up, but nobody can take back what has been passed on.
func MaskText(text string, p MaskPolicy) (masked string, found []string) {
	kinds := make(map[string]bool)
	// What is hidden changes what its neighbours look like: a number behind a
	// name that is gone may show. Nearly always the second pass finds nothing.
	for range maskPasses {
		m := newMasker(text)
		m.found = kinds
		m.run(p)
		if len(m.spans) == 0 {
			break
		}
		text = m.String()
	}
	for _, k := range maskedKinds {
		if kinds[k] {
			found = append(found, k)
		}
	}
	return text, found
}

// maskPasses bounds the time; no text has been seen that needs more than four.
const maskPasses = 6

func (m *masker) run(p MaskPolicy) {
	if p.Numbers {
		m.numbers()
	}
	names := p.Names
	if p.Introductions {
		names = slices.Concat(names, m.introductions())
	}
	m.names(names)
	m.address(p.Address)
	if p.Introductions {
		for _, place := range m.residences() {
			m.address(place)
		}
	}
}

// masker is one run over a text.
type masker struct {
	text string
	// cells are the characters that count, in plain width; characters without
	// shape, with which a number could be hidden from us, are left out.
	cells []maskCell
	// spans are what is replaced, in no order; they do not overlap.
	spans []maskSpan
	// taken marks the cells of spans.
	taken []bool
	// found are the kinds hidden so far.
	found map[string]bool
}

type maskCell struct {
	r  rune
	at int // offset in bytes of the original
}

type maskSpan struct {
	from, to int // cells
	with     string
}

func newMasker(text string) *masker {
	m := &masker{text: text}
	m.cells = make([]maskCell, 0, len(text)/2+1)
	for at, r := range text {
		if r = plainRune(r); r >= 0 {
			m.cells = append(m.cells, maskCell{r, at})
		}
	}
	m.spellOut()
	m.taken = make([]bool, len(m.cells))
	return m
}

// plainRune is r in the width of ASCII, all blanks and dashes alike, -1 for a
// character without shape.
func plainRune(r rune) rune {
	switch {
	case r < 0x80:
		if r == '\t' {
			return ' '
		}
		return r
	case 0x4e00 <= r && r <= 0x9fff:
		return r
	case 0xff01 <= r && r <= 0xff5e:
		return r - 0xfee0
	case 0x2010 <= r && r <= 0x2015, r == 0x2212, r == 0x2043, r == 0xfe63, r == 0x30fc, r == 0x2500:
		return '-'
	case 0x1d7ce <= r && r <= 0x1d7ff: // mathematical digits
		return '0' + (r-0x1d7ce)%10
	case 0xfe00 <= r && r <= 0xfe0f, r == 0x20e3: // 1️⃣
		return -1
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// chineseDigits are those that people read a number out in.
const chineseDigits = "〇一二三四五六七八九"

// spellOut takes a long row of Chinese digits for a number: 一三八…. Amounts and
// years have their 十百千万 or are shorter.
func (m *masker) spellOut() {
	digit := func(r rune) rune {
		switch r {
		case '零', '○':
			return '0'
		case '幺':
			return '1'
		}
		n := rune('0')
		for _, c := range chineseDigits {
			if c == r {
				return n
			}
			n++
		}
		return -1
	}
	for i := 0; i < len(m.cells); i++ {
		j := i
		for j < len(m.cells) && digit(m.cells[j].r) >= 0 {
			j++
		}
		if j-i >= 11 {
			for k := i; k < j; k++ {
				m.cells[k].r = digit(m.cells[k].r)
			}
		}
		i = max(i, j-1)
	}
}

// at is the character of a cell, a line end outside the text.
func (m *masker) at(i int) rune {
	if i < 0 || i >= len(m.cells) {
		return '\n'
	}
	return m.cells[i].r
}

// has tells whether s stands at cell i.
func (m *masker) has(i int, s string) bool {
	for _, r := range s {
		if m.at(i) != r {
			return false
		}
		i++
	}
	return true
}

// phraseSet is a list of phrases by their first characters.
type phraseSet map[rune][]string

func phrases(list ...string) phraseSet {
	set := make(phraseSet)
	for _, p := range list {
		r, _ := utf8.DecodeRuneInString(p)
		set[r] = append(set[r], p)
	}
	return set
}

// phrase returns the length in cells of the first phrase of set that stands at
// i, 0 if none does.
func (m *masker) phrase(i int, set phraseSet) int {
	for _, p := range set[m.at(i)] {
		if m.has(i, p) {
			return utf8.RuneCountInString(p)
		}
	}
	return 0
}

// hide replaces the cells from to to, unless a part of them is hidden already.
func (m *masker) hide(from, to int, kind, with string) bool {
	if from < 0 || to > len(m.cells) || from >= to || slices.Contains(m.taken[from:to], true) {
		return false
	}
	// Where a sign or parenthesis is hidden too, the digits left must not grow
	// together with those in front.
	if isDigit(m.at(from-1)) && !isDigit(m.at(from)) && isDigit(rune(with[0])) {
		with = " " + with
	}
	for i := from; i < to; i++ {
		m.taken[i] = true
	}
	m.spans = append(m.spans, maskSpan{from, to, with})
	m.found[kind] = true
	return true
}

// String is the text with its spans replaced.
func (m *masker) String() string {
	if len(m.spans) == 0 {
		return m.text
	}
	slices.SortFunc(m.spans, func(a, b maskSpan) int { return a.from - b.from })
	var out strings.Builder
	out.Grow(len(m.text))
	at := 0
	for _, s := range m.spans {
		out.WriteString(m.text[at:m.cells[s.from].at])
		out.WriteString(s.with)
		at = len(m.text)
		if s.to < len(m.cells) {
			at = m.cells[s.to].at
		}
	}
	out.WriteString(m.text[at:])
	return out.String()
}

// word is a name or address to be looked for.
type maskWord struct {
	runes []rune
	kind  string
	with  string
	// latin says that it must not stand inside a longer word.
	latin bool
}

// hideWords hides the words wherever they stand, blanks inside or not.
func (m *masker) hideWords(words []maskWord) {
	first := make(map[rune][]maskWord)
	for _, w := range words {
		first[w.runes[0]] = append(first[w.runes[0]], w)
	}
	for _, list := range first {
		slices.SortStableFunc(list, func(a, b maskWord) int { return len(b.runes) - len(a.runes) })
	}
	for i := range m.cells {
		for _, w := range first[unicode.ToLower(m.cells[i].r)] {
			end, ok := m.match(i, w.runes)
			if !ok || w.latin && (isLatin(m.at(i-1)) || isLatin(m.at(end))) {
				continue
			}
			if m.hide(i, end, w.kind, w.with) {
				break
			}
		}
	}
}

// match tells whether the word stands at cell i, and where it ends.
func (m *masker) match(i int, word []rune) (end int, ok bool) {
	for k, r := range word {
		if k > 0 {
			for blanks := 0; blanks < 3 && m.at(i) == ' '; blanks++ {
				i++
			}
		}
		if i >= len(m.cells) || unicode.ToLower(m.cells[i].r) != r {
			return 0, false
		}
		i++
	}
	return i, true
}

// wordRunes is s as match compares it: plain, small, without blanks.
func wordRunes(s string) []rune {
	var out []rune
	for _, r := range s {
		if r = plainRune(r); r > ' ' {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

// maskedWordsMax bounds the words looked for, and with them the time.
const maskedWordsMax = 64

// anonymous are names that hide nobody, and would take ordinary words with them.
var anonymous = []string{"市民", "群众", "匿名", "网友", "居民", "业主", "村民", "职工", "员工", "用户", "先生", "女士", "来信人", "举报人", "投诉人",
	"百姓", "老百姓", "公民", "保密", "不详", "姓名", "访客", "游客", "企业", "公司", "信访", "办公室"}

func (m *masker) names(names []string) {
	var words []maskWord
	for _, name := range names {
		r := wordRunes(name)
		// What follows the name, "（业主）", is none of it.
		if end := slices.IndexFunc(r, func(c rune) bool { return !unicode.IsLetter(c) && !isDigit(c) && !strings.ContainsRune("·•.'-", c) }); end >= 0 {
			r = r[:end]
		}
		for _, title := range []string{"先生", "女士", "同志", "小姐"} {
			if t := []rune(title); len(r) > len(t)+1 && slices.Equal(r[len(r)-len(t):], t) {
				r = r[:len(r)-len(t)]
			}
		}
		switch {
		case len(words) == maskedWordsMax, len(r) < 2, slices.Contains(anonymous, string(r)):
			continue
		case isLatin(r[0]) && len(r) < 3, slices.IndexFunc(r, unicode.IsLetter) < 0:
			continue
		}
		head := r[:1]
		if isLatin(r[0]) {
			head = []rune{unicode.ToUpper(r[0])}
		} else if compoundSurname(r) {
			head = r[:2]
		}
		words = append(words, maskWord{r, MaskedName, string(head) + hiddenName, isLatin(r[0]) || isLatin(r[len(r)-1])})
	}
	m.hideWords(words)
}

// address hides the citizen's address, whole or without the name of the town.
// The district stays: it is what divisions go by.
func (m *masker) address(address string) {
	r := wordRunes(address)
	if len(r) < 4 || len(r) > 200 {
		return
	}
	if strings.ContainsRune(address, '@') {
		m.hideWords([]maskWord{{r, MaskedMail, string(r[:1]) + "****", true}})
		return
	}
	region := 0
	for i, c := range r[:min(len(r)-2, 16)] {
		if strings.ContainsRune("省市区县州旗", c) && i > 0 {
			region = i + 1
		}
	}
	const hidden = "××××"
	words := []maskWord{{r, MaskedAddress, string(r[:region]) + hidden, false}}
	for i, c := range r[:region] {
		// The shorter ways to write it: from the town, the district, the street on.
		if strings.ContainsRune("省市区县州旗", c) && len(r)-i-1 >= 4 {
			words = append(words, maskWord{r[i+1:], MaskedAddress, string(r[i+1:region]) + hidden, false})
		}
	}
	words = slices.DeleteFunc(words, func(w maskWord) bool { return len(w.runes) < 4 })
	m.hideWords(words)
}

func isLatin(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || 0xc0 <= r && r <= 0x24f && unicode.IsLetter(r)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
