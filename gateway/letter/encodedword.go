package letter

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// word is one encoded word of RFC 2047 found in a header field.
type word struct {
	charset string
	base64  bool
	text    string
}

// decodeWords decodes a header field's raw value: encoded words wherever they
// stand (RFC 2047 section 5 forbids most of the places where mailers put them),
// and raw eight-bit text by guess. hint is the charset the mail's body
// declares.
func decodeWords(raw, hint string) (string, []Defect) {
	if !strings.Contains(raw, "=?") {
		return decodeRaw(raw, hint)
	}
	var out strings.Builder
	var defects []Defect
	var run []word
	flush := func() {
		if len(run) == 0 {
			return
		}
		s, d := decodeRun(run)
		out.WriteString(s)
		defects = append(defects, d...)
		run = run[:0]
	}
	for pos := 0; pos < len(raw); {
		i := strings.Index(raw[pos:], "=?")
		if i < 0 {
			i = len(raw) - pos
		}
		gap := raw[pos : pos+i]
		w, n, ok := scanWord(raw[pos+i:])
		// RFC 2047 section 6.2: white space between encoded words is dropped.
		if gap != "" && (!ok || len(run) == 0 || strings.Trim(gap, " \t\r\n") != "") {
			flush()
			s, d := decodeRaw(gap, hint)
			out.WriteString(s)
			defects = append(defects, d...)
		}
		pos += i
		if pos >= len(raw) {
			break
		}
		if !ok {
			flush()
			out.WriteString("=?")
			pos += 2
			continue
		}
		run = append(run, w)
		pos += n
	}
	flush()
	return out.String(), defects
}

// scanWord reads an encoded word at the start of s and says how long it is.
func scanWord(s string) (word, int, bool) {
	if len(s) < 2 {
		return word{}, 0, false
	}
	rest := s[2:]
	q := strings.IndexByte(rest, '?')
	if q < 0 || q > 40 || strings.ContainsAny(strings.Trim(rest[:q], " "), " \t\"<>") {
		return word{}, 0, false
	}
	label, at := strings.Trim(rest[:q], " "), q+1
	if len(label) == q && at < len(rest) && rest[at] != ' ' {
		// as RFC 2047 has it
	} else if cs := parseCharset(label); cs == csUnknown || cs == csNone {
		return word{}, 0, false
	}
	// QUIRK: blanks around the charset and the encoding: "=? gbk ? B ?".
	for at < len(rest) && rest[at] == ' ' {
		at++
	}
	if at >= len(rest) {
		return word{}, 0, false
	}
	enc := rest[at] | 0x20
	for at++; at < len(rest) && rest[at] == ' '; at++ {
	}
	if enc != 'b' && enc != 'q' || at >= len(rest) || rest[at] != '?' {
		return word{}, 0, false
	}
	w := word{charset: label, base64: enc == 'b'}
	// RFC 2231 section 5: a language may follow the charset.
	if i := strings.IndexByte(w.charset, '*'); i >= 0 {
		w.charset = w.charset[:i]
	}
	start := at + 1
	end := strings.Index(rest[start:], "?=")
	if end < 0 {
		// QUIRK: a field cut in the middle of a word.
		if parseCharset(w.charset) == csUnknown {
			return word{}, 0, false
		}
		w.text = strings.TrimRight(rest[start:], "? \t\"")
		if i := strings.IndexAny(w.text, " \t<\""); i >= 0 {
			w.text = w.text[:i]
		}
		n := 2 + start + len(w.text)
		if n+1 == len(s) && s[n] == '?' {
			n++ // half of the word's end was left
		}
		return w, n, true
	}
	w.text = rest[start : start+end]
	if strings.Contains(w.text, "=?") && !w.base64 {
		// "=?utf-8?Q?=?=" is a lone equals sign, not a word within a word.
		if i := strings.Index(w.text, "=?"); scanNested(w.text[i:]) {
			w.text = w.text[:i]
			return w, 2 + start + i, true
		}
	}
	return w, 2 + start + end + 2, true
}

func scanNested(s string) bool {
	q := strings.IndexByte(s[2:], '?')
	return len(s) > 2 && q > 0 && parseCharset(s[2:2+q]) != csUnknown && parseCharset(s[2:2+q]) != csNone
}

// nestedWord says whether what was decoded is nothing but encoded words again.
func nestedWord(s string) bool {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "=?") || !strings.HasSuffix(s, "?=") {
		return false
	}
	_, _, ok := scanWord(s)
	return ok
}

// decodeRun decodes adjacent words. Neighbours of one charset are joined as
// bytes first, since old Chinese mailers cut characters in two.
func decodeRun(run []word) (string, []Defect) {
	var out strings.Builder
	var defects []Defect
	for i := 0; i < len(run); {
		j := i
		var data []byte
		var pending string
		for ; j < len(run) && strings.EqualFold(run[j].charset, run[i].charset); j++ {
			if !run[j].base64 {
				data = append(data, decodeBase64([]byte(pending))...)
				pending = ""
				data = append(data, decodeQ(run[j].text)...)
				continue
			}
			pending += withoutBlanks(run[j].text)
			// QUIRK: base64 cut between words at any place, not at a multiple of four.
			if len(pending)%4 == 0 || strings.HasSuffix(pending, "=") {
				data = append(data, decodeBase64([]byte(pending))...)
				pending = ""
			}
		}
		data = append(data, decodeBase64([]byte(pending))...)
		s, d := decodeText(run[i].charset, data)
		if j == len(run) && !bytes.HasSuffix(data, []byte("\uFFFD")) {
			// QUIRK: mailers cut a long subject at a byte; half a character says nothing.
			if whole := strings.TrimRight(s, "\uFFFD"); whole != "" {
				s = whole
			}
		}
		out.WriteString(s)
		defects = append(defects, d...)
		i = j
	}
	return out.String(), defects
}

// withoutBlanks is valid UTF-8, whatever s is; most are what they should be.
func withoutBlanks(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= utf8.RuneSelf {
			return strings.Map(dropBlank, s)
		}
	}
	return s
}

func dropBlank(r rune) rune {
	if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
		return -1
	}
	return r
}

// decodeQ reads the Q encoding of RFC 2047 section 4.2.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		case s[i] == '=' && i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\t'):
			// QUIRK: a soft line break, as only bodies have them.
			for i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\t') {
				i++
			}
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// decodeRaw reads header text outside encoded words.
func decodeRaw(raw, hint string) (string, []Defect) {
	if high([]byte(raw)) == 0 {
		if strings.Contains(raw, "~{") || strings.Contains(raw, "\x1b$") {
			return decodeText("", []byte(raw))
		}
		if len(raw) >= undeclaredLeast {
			if data, ok := undeclared([]byte(raw), false); ok {
				return decodeText("", data)
			}
		}
		return raw, nil
	}
	cs := parseCharset(hint)
	if utf8.ValidString(raw) && !(cs == csGB && onlyLooksUTF8(raw)) && !(cs == csNone && len(raw) <= 64 && commonGB(raw)) {
		// RFC 6532 allows it, but hardly anybody who writes it knows.
		return raw, []Defect{{DefectHeaderRaw, "utf-8"}}
	}
	if cs == csGB || cs == csBig5 {
		if s := scoreBytes(cs, []byte(raw)); s.bad == 0 && s.total >= 0 {
			return decodeAs(cs, []byte(raw)), []Defect{{DefectHeaderRaw, string(cs)}}
		}
	}
	g := guessCharset([]byte(raw))
	if g == csWestern && (cs == csGB || cs == csBig5) && scoreBytes(cs, []byte(raw)).bad == 0 {
		g = cs
	}
	return decodeAs(g, []byte(raw)), []Defect{{DefectHeaderRaw, string(g)}}
}

// onlyLooksUTF8 says that valid UTF-8 is rather a Chinese name in GBK, where the
// rest of the mail is in it: QUIRK: the bytes of some surnames happen to be
// letters of two bytes each, Hebrew and Arabic ones mostly. A letter that leans on
// an ASCII one belongs to a Western name.
func onlyLooksUTF8(raw string) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	last := rune(0)
	for i, r := range raw {
		if r < utf8.RuneSelf && letter(byte(r)) && last >= utf8.RuneSelf {
			return false
		}
		if r >= utf8.RuneSelf && (r >= 0x800 || i > 0 && letter(raw[i-1])) {
			return false
		}
		last = r
	}
	gb := scoreGB([]byte(raw))
	return gb.bad == 0 && gb.total > 0
}

// commonGB is onlyLooksUTF8 where nothing else speaks for GBK: the words are then
// among the commonest. QUIRK: 通知 in GBK is two letters of UTF-8.
func commonGB(raw string) bool {
	if !onlyLooksUTF8(raw) {
		return false
	}
	gb := scoreGB([]byte(raw))
	return gb.total >= 4*gb.chars
}
