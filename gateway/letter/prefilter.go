package letter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The expressions that find history are dear, and run on every line. What
// stands here spares them the lines that they cannot match.

// runeBits is a set of characters of the basic plane, asked at every line.
type runeBits [1 << 16 / 64]uint64

func runesOf(s string) *runeBits {
	b := new(runeBits)
	for _, r := range s {
		b[r>>6] |= 1 << (r & 63)
	}
	return b
}

func (b *runeBits) has(r rune) bool { return r>>16 == 0 && b[r>>6]&(1<<(r&63)) != 0 }

// mayLabel says whether headerLabel can match a line: it wants a colon or a bar
// behind a label, and labels are short.
func mayLabel(t string) bool {
	for {
		r, n := utf8.DecodeRuneInString(t)
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\v', '>', '|', '*', '\u3000', '\u00a0':
			t = t[n:]
			continue
		}
		if !labelStarts.has(lowerRune(r)) {
			return false
		}
		t = t[:min(len(t), 120)]
		return strings.IndexByte(t, ':') >= 0 || strings.IndexByte(t, '|') >= 0 || strings.Contains(t, "：")
	}
}

// labelStarts are the characters with which labels begin.
var labelStarts = runesOf("fsvdgetarpboàäcодктkwlnđ" + "从至보날받제참发寄發差来自日时時送傳传收宛抄副主標标件")

// mayDevice says whether deviceLine or sentLine can match a line.
func mayDevice(t string) bool {
	if strings.HasSuffix(t, "から送信") || strings.HasSuffix(t, "에서 보냄") || strings.Contains(t, "签名由") {
		return true
	}
	for {
		r, n := utf8.DecodeRuneInString(t)
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\v', '>', '<', '|', '*', '·', '【', '[', '（', '(', '-', '—', '–':
			t = t[n:]
			continue
		}
		return deviceStarts.has(lowerRune(r))
	}
}

// deviceStarts are the characters with which the alternatives of both begin.
var deviceStarts = runesOf("sgeviwоdt" + "在已发發寄傳来來从從由用使通该获下取本此")

// lowerRune is unicode.ToLower, which searches tables for what has no case.
func lowerRune(r rune) rune {
	if 0x4E00 <= r && r <= 0x9FFF {
		return r
	}
	return unicode.ToLower(r)
}

// trimSpace is strings.TrimSpace, which looks at each character beyond ASCII that
// a text begins or ends with in tables, as nearly all Chinese lines do.
func trimSpace(s string) string {
	if len(s) < utf8.UTFMax || mayBlank(s[:3]) || mayBlank(s[len(s)-3:]) {
		return strings.TrimSpace(s)
	}
	return s
}

// mayBlank says whether white space may be at either end of three bytes.
func mayBlank(s string) bool {
	if s[0] <= ' ' || s[2] <= ' ' || s[0] == 0xC2 || s[1] == 0xC2 {
		return true
	}
	return s[0] == 0xE3 && s[1] == 0x80 || s[0] == 0xE1 || s[0] == 0xE2
}

// mayOpen says whether a line holds a digit or one of the signs that attributions
// without a known word for writing begin with.
func mayOpen(t string) bool {
	for i := range len(t) {
		if opens[t[i]] {
			return true
		}
	}
	return false
}

var opens = func() (t [256]bool) {
	for _, c := range []byte("0123456789<@\"") {
		t[c] = true
	}
	return t
}()

// mayBounce says whether bounceName can match a name.
func mayBounce(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(bounceWords, func(word string) bool { return strings.Contains(name, word) })
}

// bounceWords are what bounceName's names hold, one or the other.
var bounceWords = []string{"mail", "delivery", "postmaster", "退信", "邮件", "郵件", "administrator", "outlook"}

// mayMark says whether markerLine can match a line.
func mayMark(t string) bool {
	t = strings.TrimLeft(t, " \t\n\f\v\r>|")
	r, _ := utf8.DecodeRuneInString(t)
	return markerStarts.has(r)
}

// markerStarts are the characters with which markerLine begins, or what visible
// drops or makes a blank of. Blanks are dashes to it.
var markerStarts = runesOf("请-—–―─_－﹣" + "*•·\u00a0\u200b&")

// mayDisclaim says whether disclaims can match a line.
func mayDisclaim(t string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(t, " \t\n\f\v\r*"))
	return disclaimerStarts.has(lowerRune(r))
}

// disclaimerStarts are the characters with which disclaims's alternatives begin.
var disclaimerStarts = runesOf("cdt" + "重特法郑声提本此这该免保")

// mayBare says whether bareWords can match a line without blanks around it.
func mayBare(t string) bool {
	if t == "" {
		return false
	}
	switch t[0] {
	case 'b', 'B', '-', 'a', 'A', 'd', 'D', 'i', 'I':
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
		if t := lines[i].text; t != "" && mayEnd[t[len(t)-1]] && endsAttribution(strings.TrimRightFunc(t, unicode.IsSpace)) {
			next = i
		}
		ends[i] = next
	}
	return ends
}

// mayEnd marks the last bytes of what endsAttribution looks for and of the blanks
// that may stand behind it.
var mayEnd = func() (t [256]bool) {
	for _, ends := range []string{":", ">", "-", "：", "道", "寫"} {
		t[ends[len(ends)-1]] = true
	}
	for r := range rune(0x3001) {
		if unicode.IsSpace(r) {
			s := string(r)
			t[s[len(s)-1]] = true
		}
	}
	return t
}()

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
