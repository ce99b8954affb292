package letter

import "strings"

// The expressions that find history are dear, and run on every line. What
// stands here spares them the lines that they cannot match.

// mayLabel says whether headerLabel can match a line: it wants a colon or a bar
// behind a label, and labels are short.
func mayLabel(t string) bool {
	t = strings.TrimLeft(t, " \t\u00a0\u3000\u200e\u200f\r\n\f\v>|*&nbsp;")
	t = t[:min(len(t), 120)]
	return strings.ContainsAny(t, ":|") || strings.Contains(t, "：")
}

// mayAttribute says whether one of the lines from i on, at most most, can end an
// attribution.
func (q *quoter) mayAttribute(i, most int) bool {
	for k := i; k < min(i+most, len(q.lines)); k++ {
		if endsAttribution(strings.TrimSpace(visible(q.lines[k].text))) {
			return true
		}
	}
	return false
}
