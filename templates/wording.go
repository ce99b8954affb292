package templates

import (
	"regexp"
	"strings"
	"unicode"
)

// Lengths in code points.
const (
	titleLength   = 40  // of a citizen's subject inside ours
	subjectLength = 120 // of a whole subject, marks and number not counted
)

var emptyLines = regexp.MustCompile(`\n{3,}`)

// subject puts the marks that every subject bears before the template's words:
// an overriding template cannot forget them.
func subject(c Common, words string) string {
	var b strings.Builder
	if c.Drill {
		b.WriteString("【演练】")
	}
	if c.Number != "" {
		b.WriteString("〔" + oneLine(c.Number) + "〕")
	}
	b.WriteString(cut(subjectLength, oneLine(words)))
	return b.String()
}

// clean takes out of a text what has no business in a mail: controls, and the
// marks that turn the direction of writing and so make a text look like what
// it is not. Line ends become LF.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), r == '\ufeff':
			return -1
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}

// tidy is the last step of every rendering: clean, no blanks before line ends,
// no more than one empty line, one line end at the end. Its result is its own
// tidy, so that a draft shown inside an approval is the draft as it is sent.
func tidy(s string) string {
	lines := strings.Split(clean(s), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\u3000")
	}
	s = emptyLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n")
	return strings.Trim(s, "\n") + "\n"
}

// oneLine makes of any text one line without controls.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

// cut shortens a text to n code points, the ellipsis included.
func cut(n int, s string) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRightFunc(string(r[:n-1]), unicode.IsSpace) + "…"
}

// title is a citizen's subject as it stands inside ours: one line, short, and
// without the brackets that in our subjects enclose registration numbers and
// marks, so that it cannot pass for one.
func title(s string) string {
	s = strings.NewReplacer("〔", "[", "〕", "]", "【", "[", "】", "]").Replace(oneLine(s))
	if s == "" {
		return "（无主题）"
	}
	return cut(titleLength, s)
}

// quote marks every line of a stranger's text as quoted: it can neither imitate
// our own lines nor be taken for new text when it comes back in a reply.
func quote(s string) string {
	s = strings.Trim(clean(s), "\n")
	if strings.TrimSpace(s) == "" {
		return "> （无正文）"
	}
	return "> " + strings.ReplaceAll(s, "\n", "\n> ")
}
