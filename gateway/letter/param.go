package letter

import (
	"html"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseParams reads a structured field such as Content-Type: its value in lower
// case and its parameters, decoded, by lower-case name.
func parseParams(raw, hint string) (string, map[string]string, []Defect) {
	head, rest := cutOutside(stripLeadingComment(raw), ';')
	// QUIRK: a comma before the first parameter.
	if i := strings.IndexByte(head, ','); i > 0 && strings.Contains(head[i:], "=") {
		head, rest = head[:i], head[i+1:]+";"+rest
	} else if i := strings.IndexAny(head, " \t\r\n"); i > 0 && strings.Contains(head[i:], "=") && !strings.ContainsAny(head[:i], "=(\"") {
		// QUIRK: nothing but a blank before it.
		head, rest = head[:i], head[i+1:]+";"+rest
	}
	if name, _, ok := strings.Cut(head, "="); ok && bareParam[strings.ToLower(strings.TrimSpace(name))] {
		// QUIRK: a parameter where the value should be.
		head, rest = "", head+";"+rest
	}
	value := strings.ToLower(strings.Trim(stripComments(head), " \t\"'"))
	var plain, extended = map[string]string{}, map[string][]segment{}
	for rest != "" {
		var item string
		item, rest = nextParam(rest)
		name, val, ok := strings.Cut(item, "=")
		name = strings.ToLower(strings.TrimSpace(stripComments(name)))
		if !ok || name == "" {
			continue
		}
		val = strings.TrimSpace(val)
		base, seg, isSegment := splitSegment(name)
		if !isSegment {
			if old := plain[name]; old == "" {
				plain[name] = unquote(val)
			}
			continue
		}
		seg.text = unquote(val)
		extended[base] = append(extended[base], seg)
	}
	params := make(map[string]string, len(plain)+len(extended))
	var defects []Defect
	for name, val := range plain {
		s, d := decodeParam(val, hint)
		params[name] = s
		defects = append(defects, d...)
	}
	for name, segs := range extended {
		s, d := decodeSegments(segs, hint)
		// RFC 6266 section 4.3: the extended form wins where both are given.
		if s != "" {
			params[name] = s
			defects = append(defects, d...)
		}
	}
	return value, params, defects
}

// bareParam are the parameters that some mailers write without a value before them.
var bareParam = map[string]bool{"filename": true, "filename*": true, "name": true, "name*": true, "charset": true, "boundary": true}

// segment is one piece of a parameter in the notation of RFC 2231.
type segment struct {
	index   int
	encoded bool
	text    string
}

// splitSegment reads name*, name*N and name*N*.
func splitSegment(name string) (string, segment, bool) {
	base, tail, ok := strings.Cut(name, "*")
	if !ok || base == "" {
		return name, segment{}, false
	}
	if tail == "" {
		return base, segment{encoded: true}, true
	}
	seg := segment{}
	tail, seg.encoded = strings.CutSuffix(tail, "*")
	n, err := strconv.Atoi(tail)
	if err != nil || n < 0 || n > 999 {
		return name, segment{}, false
	}
	seg.index = n
	return base, seg, true
}

// QUIRK: pieces cut within a percent escape are joined before they are decoded.
func joinEscapes(segs []segment) {
	for i := 0; i+1 < len(segs); i++ {
		t := segs[i].text
		if cut := strings.LastIndexByte(t, '%'); cut >= 0 && cut >= len(t)-2 && segs[i+1].index == segs[i].index+1 {
			segs[i].text, segs[i+1].text = t[:cut], t[cut:]+segs[i+1].text
		}
	}
}

// decodeSegments joins the pieces as bytes, then decodes: a character may be
// cut in two between pieces.
func decodeSegments(segs []segment, hint string) (string, []Defect) {
	sort.SliceStable(segs, func(i, j int) bool { return segs[i].index < segs[j].index })
	joinEscapes(segs)
	label := ""
	anyEncoded := false
	var data []byte
	last := -1
	for i, s := range segs {
		if s.index == last {
			continue // a repeated piece
		}
		last = s.index
		text := s.text
		if s.encoded {
			anyEncoded = true
			if i == 0 {
				// charset'language'text (RFC 2231 section 4)
				p := strings.SplitN(text, "'", 3)
				if len(p) == 3 {
					label, text = p[0], p[2]
				} else if cs := parseCharset(p[0]); len(p) == 2 && cs != csUnknown && cs != csNone {
					label, text = p[0], p[1] // QUIRK: one quote for two
				}
			}
			data = append(data, percent(text)...)
			continue
		}
		// QUIRK: pieces marked as plain under a charset may be percent-encoded all the same.
		if anyEncoded && strings.Contains(text, "%") {
			data = append(data, percent(text)...)
			continue
		}
		data = append(data, text...)
	}
	if strings.Contains(string(data), "=?") {
		return decodeWords(string(data), hint)
	}
	if !anyEncoded {
		return decodeParam(string(data), hint)
	}
	if label == "" && high(data) > 0 && !utf8.Valid(data) {
		label = hint
	}
	return decodeText(label, data)
}

func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// decodeParam decodes a parameter in the plain notation, where mailers put
// encoded words, percent-encoding and raw bytes against the rules.
func decodeParam(val, hint string) (string, []Defect) {
	if strings.Contains(val, "=?") {
		return decodeWords(val, hint)
	}
	if high([]byte(val)) > 0 {
		return decodeRaw(val, hint)
	}
	if i := strings.Index(val, "''"); i > 0 && strings.Contains(val[i:], "%") {
		// QUIRK: filename=utf-8''%E6... without the asterisk.
		if cs := parseCharset(val[:i]); cs != csUnknown && cs != csNone {
			return decodeText(val[:i], percent(val[i+2:]))
		}
	}
	if strings.Count(val, "%") >= 2 {
		// QUIRK: some web mailers percent-encode the plain form too.
		if raw := percent(val); high(raw) > 0 && (utf8.Valid(raw) || guessCharset(raw) == csGB) {
			return decodeText("", raw)
		}
	}
	return decodeRaw(val, hint)
}

// nextParam cuts the next "name=value" off; values may hold blanks, encoded
// words and raw bytes without quotes.
func nextParam(s string) (string, string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	item, rest := cutOutside(s, ';')
	// QUIRK: a missing semicolon between two parameters: charset=gbk name=a.txt.
	if i := missingSemicolon(item); i > 0 {
		return item[:i], item[i:] + ";" + rest
	}
	return item, rest
}

func missingSemicolon(item string) int {
	eq := strings.IndexByte(item, '=')
	if eq < 0 {
		return -1
	}
	val := item[eq+1:]
	low := lowerBytes(val)
	for _, name := range []string{"charset=", "name=", "boundary=", "filename=", "format=", "type="} {
		i := strings.Index(low, name)
		if i <= 0 || val[i-1] != ' ' && val[i-1] != '\t' && val[i-1] != '\n' {
			continue
		}
		if strings.Count(val[:i], `"`)%2 == 0 {
			return eq + 1 + i
		}
	}
	return -1
}

// lowerBytes lowers the letters of ASCII and keeps every offset: strings.ToLower
// makes three bytes of one that is no character.
func lowerBytes(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

// cutOutside cuts s at the first sep outside quotes. A quote that never closes
// is an ordinary character.
func cutOutside(s string, sep byte) (string, string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && (quoted || closes(s[i+1:])):
			quoted = !quoted
		case quoted && escape(s, i):
			i++
		case !quoted && s[i] == sep:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func closes(s string) bool { return strings.IndexByte(s, '"') >= 0 }

// escape says whether the backslash at i is one: only before a quote or another
// backslash. QUIRK: Windows paths stand unescaped in file names, and a GBK or
// Big5 character may end in the byte of the backslash.
func escape(s string, i int) bool {
	if s[i] != '\\' || i+1 >= len(s) || s[i+1] != '"' && s[i+1] != '\\' {
		return false
	}
	return i == 0 || s[i-1] < utf8.RuneSelf || wholeBefore(s, i)
}

// wholeBefore says whether a character of UTF-8 ends before i.
func wholeBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r >= 0x2E80
}

// unquote takes the quotes off a value, also where they are single, doubled or
// open at one end.
func unquote(s string) string {
	if !strings.HasPrefix(s, `"`) {
		s = strings.TrimSuffix(strings.TrimSpace(stripTrailingComment(s)), ",")
		if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
			return s[1 : len(s)-1]
		}
		return strings.TrimSuffix(s, `"`)
	}
	var out strings.Builder
	body := s[1:]
	for i := 0; i < len(body); i++ {
		if escape(body, i) && (i+2 < len(body) || body[i+1] == '\\') {
			i++
			out.WriteByte(body[i])
			continue
		}
		if body[i] == '"' {
			rest := strings.TrimSpace(body[i+1:])
			// QUIRK: adjacent quoted pieces, and quotes within quotes.
			if rest == "" || rest[0] == '(' {
				break
			}
			if rest[0] == '"' {
				continue
			}
			if i == 0 {
				continue
			}
			out.WriteString(" ")
			continue
		}
		out.WriteByte(body[i])
	}
	return out.String()
}

func stripLeadingComment(s string) string {
	s = strings.TrimSpace(s)
	for strings.HasPrefix(s, "(") {
		i := strings.IndexByte(s, ')')
		if i < 0 {
			return s
		}
		s = strings.TrimSpace(s[i+1:])
	}
	return s
}

func stripTrailingComment(s string) string {
	if i := strings.Index(s, " ("); i > 0 && strings.HasSuffix(s, ")") && high([]byte(s)) == 0 && !strings.ContainsAny(s[:i], " .") {
		return s[:i]
	}
	return s
}

// stripComments removes (comments) of RFC 5322 section 3.2.2.
func stripComments(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	var out strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth > 0 {
				depth--
				continue
			}
			out.WriteByte(s[i])
		default:
			if depth == 0 {
				out.WriteByte(s[i])
			}
		}
	}
	return strings.TrimSpace(out.String())
}

// lostName says whether all letters of a name were lost to question marks on the
// way: "????.pdf".
func lostName(s string) bool {
	stem := s
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		stem = s[:i]
	}
	return strings.Contains(stem, "?") && strings.Trim(stem, "?_ ") == ""
}

// entityName reads a name that a browser wrote in character references, as it
// does where the page's charset lacks the letters.
func entityName(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return html.UnescapeString(s)
}

const filenameMax = 255

// cleanFilename makes a file name fit to be shown and stored: no path, no
// control characters, none of the marks that turn the direction of writing and
// so make "gpj.exe" look like a picture.
func cleanFilename(s string) string {
	if u, err := url.PathUnescape(s); err == nil && strings.HasPrefix(s, "file:") {
		s = u
	}
	s = cleanLine(s)
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x2028 && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x200B:
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(s, " \t")
	if strings.Trim(s, ".") == "" {
		return ""
	}
	// Windows takes 255 characters.
	if runes := []rune(s); len(runes) > filenameMax {
		ext := ""
		if i := strings.LastIndexByte(s, '.'); i > 0 && len(s)-i <= 16 {
			ext = s[i:]
		}
		s = string(runes[:filenameMax-len([]rune(ext))]) + ext
	}
	return s
}
