package command

import (
	"regexp"
	"slices"
	"strings"
)

// crockford is the alphabet of reply codes (spec mail section 2).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeShape is ten characters with or without a dash in the middle. I, L and O
// are what people make of 1 and 0.
const codeShape = `[0-9A-Za-z]{5} ?-? ?[0-9A-Za-z]{5}`

var (
	labelledCode  = regexp.MustCompile(`回执码 ?:? ?[<(\["'“]?(` + codeShape + `)(?:$|[^0-9A-Za-z])`)
	labelledQuery = regexp.MustCompile(`查询码 ?:? ?[<(\["'“]?([0-9]{10})(?:$|[^0-9A-Za-z])`)
	// The label may end one line and the code begin the next: HTML tables do that.
	splitCode     = regexp.MustCompile(`^(` + codeShape + `)(?:$|[^0-9A-Za-z])`)
	splitQuery    = regexp.MustCompile(`^([0-9]{10})(?:$|[^0-9A-Za-z])`)
	danglingCode  = regexp.MustCompile(`回执码 ?:? ?$`)
	danglingQuery = regexp.MustCompile(`查询码 ?:? ?$`)
	// A code without its label counts on a line of its own or behind a verb.
	bareCode = regexp.MustCompile(`^[0-9A-Za-z]{5}-[0-9A-Za-z]{5}$`)
	quoting  = regexp.MustCompile(`^[ >|]+`)
	onlyCode = regexp.MustCompile(`^(?:回执码|查询码)[ :]*[<(\["'“]?[0-9A-Za-z]{5} ?-? ?[0-9A-Za-z]{5}[>)\]"'”]?$`)
)

// FormatCode shows ten characters as a reply code, 7Q4KM-2XD9P.
func FormatCode(ten string) string {
	ten = strings.ToUpper(ten)
	if len(ten) != 10 {
		return ten
	}
	return ten[:5] + "-" + ten[5:]
}

// CanonicalCode reads a reply code in any way of writing it: either case, with
// or without the dash, full-width, O for 0, I and L for 1. It is false when the
// word is no code.
func CanonicalCode(word string) (string, bool) {
	word = strings.ToUpper(foldString(word))
	if len(word) > 13 {
		return "", false
	}
	word = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(word)
	if len(word) != 10 {
		return "", false
	}
	for _, r := range word {
		if !strings.ContainsRune(crockford, r) {
			return "", false
		}
	}
	return FormatCode(word), true
}

// Codes finds the reply codes that texts show, in order and without repetition,
// as FormatCode shows them: behind the word 回执码, on a line of their own, or
// behind a verb.
func Codes(texts ...string) []string {
	var found []string
	note := func(word string) {
		if code, ok := CanonicalCode(word); ok && !slices.Contains(found, code) {
			found = append(found, code)
		}
	}
	words := allWords()
	for _, text := range texts {
		dangling := false
		for original := range strings.Lines(separated(text)) {
			if !mayShow(original) {
				dangling = dangling && strings.Trim(original, " >|\t\r\n\u3000") == ""
				continue
			}
			s := unquoted(original)
			if s == "" {
				continue
			}
			if m := splitCode.FindStringSubmatch(s); dangling && m != nil {
				note(m[1])
			}
			dangling = danglingCode.MatchString(s)
			for rest := s; ; {
				m := labelledCode.FindStringSubmatchIndex(rest)
				if m == nil {
					break
				}
				note(rest[m[2]:m[3]])
				rest = rest[m[3]:]
			}
			for _, word := range bareWords(s, words) {
				note(word)
			}
		}
	}
	return found
}

// bareWords are the words of a line that may be a code without its label.
func bareWords(s string, words []verbWord) []string {
	if bareCode.MatchString(s) {
		return []string{s}
	}
	l := fold(s).markless()
	if _, n, ok := leadingVerb(l, words); ok {
		var bare []string
		for _, word := range strings.FieldsFunc(string(l.runes[n:]), func(r rune) bool { return strings.ContainsRune(" :,;.", r) }) {
			if len(bare) == 0 && bareCode.MatchString(word) {
				bare = append(bare, word)
			}
		}
		return bare
	}
	return nil
}

// QueryCodes finds the query codes (查询码：0123456789) that texts show.
func QueryCodes(texts ...string) []string {
	var found []string
	note := func(code string) {
		if !slices.Contains(found, code) {
			found = append(found, code)
		}
	}
	for _, text := range texts {
		dangling := false
		for original := range strings.Lines(separated(text)) {
			if !mayShow(original) {
				dangling = dangling && strings.Trim(original, " >|\t\r\n\u3000") == ""
				continue
			}
			s := unquoted(original)
			if s == "" {
				continue
			}
			if m := splitQuery.FindStringSubmatch(s); dangling && m != nil {
				note(m[1])
			}
			dangling = danglingQuery.MatchString(s)
			for _, m := range labelledQuery.FindAllStringSubmatch(s, -1) {
				note(m[1])
			}
		}
	}
	return found
}

// WithoutCodes is the text without the lines that hold nothing but a reply code
// or query code, so that no code travels on in an opinion or an answer.
func WithoutCodes(text string) string {
	if !strings.Contains(text, "码") {
		return text
	}
	var kept strings.Builder
	for l := range strings.Lines(text) {
		if !codeLine(fold(l)) {
			kept.WriteString(l)
		}
	}
	return kept.String()
}

// codeLine says whether a line holds nothing but a code with its label.
func codeLine(l line) bool {
	return onlyCode.MatchString(l.markless().trimRight(isClosing).String())
}

// unquoted is a line folded, with runs of blanks made one, without the marks
// of quoting before it.
func unquoted(original string) string {
	var folded strings.Builder
	for _, r := range original {
		for _, f := range foldRune(r) {
			folded.WriteRune(f)
		}
	}
	return quoting.ReplaceAllString(strings.Join(strings.Fields(folded.String()), " "), "")
}

// mayShow says quickly of most lines that neither a code nor its label can stand
// in them: letters are long, and folding each of their lines would cost more
// than reading the letter. It may err towards true only.
func mayShow(original string) bool {
	run := 0 // of what folds to letters and digits
	for _, r := range original {
		switch {
		case r == '码':
			return true
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z',
			r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
			if run++; run == 5 {
				return true
			}
		case r >= ' ' && r < 0x7f, r == '\t', r == '\n', r == '\r', r >= 0x4e00 && r <= 0x9fff, r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff5e, r >= 0x2013 && r <= 0x2027:
			run = 0 // ASCII signs, Han, and the signs that stand between them
		default:
			return true // may vanish, or become more than one character
		}
	}
	return false
}

// separated gives every kind of line end the form of a line feed.
func separated(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n").Replace(text)
}
