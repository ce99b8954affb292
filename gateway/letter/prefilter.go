package letter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The expressions that find history are dear, and run on every line. What
// stands here spares them the lines that they cannot match.

// mayLabel says whether headerLabel can match a line: it wants a colon or a bar
// behind a label, and labels are short.
func mayLabel(t string) bool {
	if strings.IndexByte(t, ':') < 0 && strings.IndexByte(t, '|') < 0 && !strings.Contains(t, "：") {
		return false
	}
	for {
		r, n := utf8.DecodeRuneInString(t)
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\v', '>', '|', '*', '\u3000', '\u00a0':
			t = t[n:]
			continue
		}
		if !labelStarts[unicode.ToLower(r)] {
			return false
		}
		t = t[:min(len(t), 120)]
		return strings.IndexByte(t, ':') >= 0 || strings.IndexByte(t, '|') >= 0 || strings.Contains(t, "：")
	}
}

// labelStarts are the characters with which labels begin.
var labelStarts = runeSet("fsvdgetarpboàäcодкт" + "发寄發差来自日时時送傳传收宛抄副主標标件")

// mayDevice says whether deviceLine can match a line.
func mayDevice(t string) bool {
	if strings.HasSuffix(t, "から送信") || strings.Contains(t, "签名由") {
		return true
	}
	for {
		r, n := utf8.DecodeRuneInString(t)
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\v', '>', '|', '*', '·', '【', '[', '（', '(', '-':
			t = t[n:]
			continue
		}
		return deviceStarts[unicode.ToLower(r)]
	}
}

// deviceStarts are the characters with which deviceLine's alternatives begin.
var deviceStarts = runeSet("sgev" + "已发發寄傳来來从從由用使通该获下取本此")

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
		if endsAttribution(strings.TrimRightFunc(lines[i].text, unicode.IsSpace)) {
			next = i
		}
		ends[i] = next
	}
	return ends
}

// visibleLines are the lines as visible shows them, in most texts themselves.
func visibleLines(lines []textLine) []textLine {
	out := lines
	for i, l := range lines {
		if s := visible(l.text); s != l.text {
			if &out[0] == &lines[0] {
				out = slices.Clone(lines)
			}
			out[i].text = s
		}
	}
	return out
}
