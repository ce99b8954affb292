package letter

import (
	"strings"
	"unicode"
)

// The expressions that find history are dear, and run on every line. What
// stands here spares them the lines that they cannot match.

// mayLabel says whether headerLabel can match a line: it wants a colon or a bar
// behind a label, and labels are short.
func mayLabel(t string) bool {
	if strings.IndexByte(t, ':') < 0 && strings.IndexByte(t, '|') < 0 && !strings.Contains(t, "：") {
		return false
	}
	t = strings.TrimLeft(t, " \t\u00a0\u3000\u200e\u200f\r\n\f\v>|*&nbsp;")
	t = t[:min(len(t), 120)]
	return strings.ContainsAny(t, ":|") || strings.Contains(t, "：")
}

// mayBare says whether bareWords can match a line without blanks around it.
func mayBare(t string) bool {
	if t == "" {
		return false
	}
	switch t[0] {
	case 'b', 'B', '-':
		return true
	}
	return strings.HasPrefix(t, "下面") || strings.HasPrefix(t, "开始") || strings.HasPrefix(t, "以下")
}

// attributionEnds is, by line, the first line from it on that can end an
// attribution.
func attributionEnds(lines []textLine) []int {
	ends := make([]int, len(lines))
	next := len(lines)
	for i := len(lines) - 1; i >= 0; i-- {
		if endsAttribution(strings.TrimRightFunc(visible(lines[i].text), unicode.IsSpace)) {
			next = i
		}
		ends[i] = next
	}
	return ends
}
