package letter

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// transfer is a Content-Transfer-Encoding that we can undo.
type transfer int

const (
	transferIdentity transfer = iota
	transferBase64
	transferQuoted
	transferUU
)

// parseTransfer reads the field. known is false for a word that RFC 2045
// section 6 does not have; its content is then taken as it stands.
func parseTransfer(raw string) (t transfer, name string, known bool) {
	name = strings.ToLower(strings.Trim(stripComments(raw), " \t\"';,"))
	if i := strings.IndexAny(name, "; \t,"); i > 0 {
		name = name[:i]
	}
	switch name {
	case "", "7bit", "8bit", "binary":
		return transferIdentity, name, true
	case "base64":
		return transferBase64, name, true
	case "quoted-printable":
		return transferQuoted, name, true
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return transferUU, name, true
	case "base-64", "b64", "x-base64", "b", "base_64":
		return transferBase64, name, false
	case "quoted", "quoted_printable", "quotedprintable", "qp", "q", "quoted-printeable", "quoted-printible":
		return transferQuoted, name, false
	}
	return transferIdentity, name, false
}

// decodeTransfer undoes an encoding. ok is false where the data is evidently
// not in it; the data is then returned as it stands.
func decodeTransfer(t transfer, data []byte) (out []byte, ok bool) {
	switch t {
	case transferBase64:
		dst := make([]byte, base64.StdEncoding.DecodedLen(len(data)))
		// What is clean needs no look at whether it is base64 at all.
		if n, ok := decodeCleanBase64(dst, data); ok {
			return dst[:n], true
		}
		if notBase64(data) {
			return data, false
		}
		return decodeDirtyBase64(dst[:0], data), true
	case transferQuoted:
		return decodeQuoted(data), true
	case transferUU:
		if out, _, found := decodeUU(data); found {
			return out, true
		}
		return data, false
	}
	return data, true
}

// transferSize is the length of what decodeTransfer gives, without building it
// where that can be helped.
func transferSize(t transfer, data []byte) int64 {
	switch t {
	case transferIdentity:
		return int64(len(data))
	case transferBase64:
		if !notBase64(data) {
			return base64Size(data)
		}
		return int64(len(data))
	case transferUU:
		n := int64(0)
		if _, found := walkUU(data, func(piece []byte) { n += int64(len(piece)) }); found {
			return n
		}
		return int64(len(data))
	}
	out, _ := decodeTransfer(t, data)
	return int64(len(out))
}

// notBase64 recognises plain text under a base64 label.
func notBase64(data []byte) bool {
	sample := data
	if len(sample) > 4096 {
		sample = sample[:4096]
	}
	sample = sample[:base64Footer(sample)]
	odd, blanks, good := 0, 0, 0
	for _, c := range sample {
		switch {
		case base64Letter[c] != 0 || c == '=':
			good++
		case c == ' ':
			blanks++
		case c == '\r' || c == '\n' || c == '\t' || c == 0:
		default:
			odd++
		}
	}
	return odd*10 > good || blanks*8 > good && odd > 0
}

// base64Footer is where a footer begins that a gateway put in plain text below
// lines of base64, a blank line between, or the end.
func base64Footer(data []byte) int {
	start := bytes.TrimLeft(data, " \t\r\n")
	first, _, _ := bytes.Cut(start, []byte("\n"))
	if !base64Line(first) || len(first) < 40 {
		return len(data)
	}
	for at := len(data) - len(start); ; {
		i := bytes.Index(data[at:], []byte("\n"))
		if i < 0 {
			return len(data)
		}
		at += i + 1
		rest := bytes.TrimLeft(data[at:], "\r")
		if len(rest) == 0 || rest[0] != '\n' {
			continue
		}
		rest = bytes.TrimLeft(rest, " \t\r\n")
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		if len(rest) > 0 && !base64Line(line) {
			return at
		}
		at = len(data) - len(rest)
	}
}

// base64Line says whether a line holds nothing but letters of base64 and padding.
func base64Line(line []byte) bool {
	line = bytes.TrimRight(line, "\r \t")
	for _, c := range line {
		if base64Letter[c] == 0 && c != '=' {
			return false
		}
	}
	return len(line) > 0
}

// base64Reader walks over the letters of lenient base64: blanks and stray
// characters are passed over, padding in the middle ends a quantum, and a footer
// that a gateway put behind the padding is left out.
type base64Reader struct {
	emit func([]byte)
	acc  uint32
	n    int
}

func (r *base64Reader) push(c byte) {
	r.acc = r.acc<<6 | uint32(base64Value[c])
	r.n++
	if r.n == 4 {
		r.emit([]byte{byte(r.acc >> 16), byte(r.acc >> 8), byte(r.acc)})
		r.acc, r.n = 0, 0
	}
}

func (r *base64Reader) flush() {
	switch r.n {
	case 2:
		r.emit([]byte{byte(r.acc >> 4)})
	case 3:
		r.emit([]byte{byte(r.acc >> 10), byte(r.acc >> 2)})
	}
	r.acc, r.n = 0, 0
}

var base64Value = func() (t [256]byte) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

// decodeBase64 reads clean base64 by the standard library and the rest leniently.
func decodeBase64(data []byte) []byte {
	dst := make([]byte, base64.StdEncoding.DecodedLen(len(data)))
	if n, ok := decodeCleanBase64(dst, data); ok {
		return dst[:n]
	}
	return decodeDirtyBase64(dst[:0], data)
}

func decodeDirtyBase64(out, data []byte) []byte {
	r := base64Reader{emit: func(b []byte) { out = append(out, b...) }}
	r.walk(plainBase64(data))
	return out
}

// plainBase64 writes the alphabet for URLs (RFC 4648 section 5) as the common one.
// QUIRK: programs that take their encoder for web addresses.
func plainBase64(data []byte) []byte {
	if !urlBase64(data) {
		return data
	}
	return bytes.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, data)
}

// urlBase64 says whether data are base64 in the alphabet for URLs: its two signs
// stand between letters, never the common ones, never a drawn line.
func urlBase64(data []byte) bool {
	if bytes.IndexByte(data, '-') < 0 && bytes.IndexByte(data, '_') < 0 || bytes.IndexByte(data, '+') >= 0 || bytes.IndexByte(data, '/') >= 0 {
		return false
	}
	run := 0
	for _, c := range data {
		switch {
		case c == '-' || c == '_':
			if run++; run > 4 {
				return false
			}
		case isBase64(c) || c == '=' || c == '\r' || c == '\n':
			run = 0
		default:
			return false
		}
	}
	return true
}

// decodeCleanBase64 decodes many lines at once: the standard decoder is quick only
// where no line end interrupts it, and slow at the end of what it is given.
func decodeCleanBase64(dst, data []byte) (int, bool) {
	var buf [4 << 10]byte
	n, held := 0, 0
	flush := func() bool {
		m, err := base64.StdEncoding.Decode(dst[n:], buf[:held])
		n, held = n+m, 0
		return err == nil
	}
	for len(data) > 0 {
		line, after := data, len(data)
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, after = data[:i], i+1
		}
		for len(line) > 0 && line[len(line)-1] == '\r' {
			line = line[:len(line)-1]
		}
		last := len(line) > 0 && line[len(line)-1] == '='
		if len(line)%4 != 0 || last {
			if !flush() {
				return 0, false
			}
			// The standard decoder passes over CR and LF by itself, and insists that
			// nothing follows the padding.
			m, err := base64.StdEncoding.Decode(dst[n:], data)
			return n + m, err == nil
		}
		for len(line) > 0 {
			m := copy(buf[held:], line)
			line, held = line[m:], held+m
			if held == len(buf) && !flush() {
				return 0, false
			}
		}
		data = data[after:]
	}
	return n, flush()
}

func (r *base64Reader) walk(data []byte) {
	data = data[:base64Footer(data)]
	for i := 0; i < len(data); i++ {
		c := data[i]
		if isBase64(c) {
			r.push(c)
			continue
		}
		if c != '=' {
			continue
		}
		r.flush()
		for i+1 < len(data) && data[i+1] == '=' {
			i++
		}
		if !moreBase64(data[i+1:]) {
			return
		}
	}
	r.flush()
}

// moreBase64 says whether what follows padding is another run of base64.
func moreBase64(rest []byte) bool {
	// The window bounds the work for padding after padding on one endless line.
	rest = rest[:min(len(rest), 1024)]
	rest = bytes.TrimLeft(rest, " \t\r\n")
	line, _, whole := bytes.Cut(rest, []byte("\n"))
	line = bytes.TrimRight(line, "\r \t")
	if len(line) == 0 || whole && len(line)%4 != 0 {
		return false
	}
	return base64Line(line)
}

func base64Size(data []byte) int64 {
	if urlBase64(data) {
		return base64SizeSlow(plainBase64(data))
	}
	// Count first by the rule for clean data: letters times three quarters.
	data = data[:base64Footer(data)]
	end := len(data)
	if i := bytes.IndexByte(data, '='); i >= 0 {
		if len(bytes.TrimLeft(data[i:], "=\r\n \t")) > 0 {
			return base64SizeSlow(data)
		}
		end = i
	}
	letters := int64(0)
	for _, c := range data[:end] {
		letters += int64(base64Letter[c])
	}
	size := letters / 4 * 3
	switch letters % 4 {
	case 2:
		size++
	case 3:
		size += 2
	}
	return size
}

// base64Letter is 1 for the letters of base64.
var base64Letter = func() (t [256]uint8) {
	for c := range t {
		if isBase64(byte(c)) {
			t[c] = 1
		}
	}
	return t
}()

func base64SizeSlow(data []byte) int64 {
	n := int64(0)
	r := base64Reader{emit: func(b []byte) { n += int64(len(b)) }}
	r.walk(data)
	return n
}

// noHex is the value of what is no hexadecimal digit. No digit has a bit of it.
const noHex = 0xF0

// hexValue is the value of hexadecimal digits.
var hexValue = func() (t [256]byte) {
	for c := range t {
		t[c] = noHex
		if v := unhex(byte(c)); v >= 0 {
			t[c] = byte(v)
		}
	}
	return t
}()

// decodeQuoted reads quoted-printable (RFC 2045 section 6.7); what is no valid
// escape stays as it stands.
func decodeQuoted(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == '=':
			if i+2 < len(data) {
				if a, b := hexValue[data[i+1]], hexValue[data[i+2]]; (a|b)&noHex == 0 {
					out = append(out, a<<4|b)
					i += 3
					continue
				}
			}
			if b, n := tornHex(data[i+1:]); n > 0 {
				out = append(out, b)
				i += 1 + n
				continue
			}
			if n := softBreak(data[i+1:]); n >= 0 {
				i += 1 + n
				continue
			}
			out = append(out, c)
			i++
		case c == ' ' || c == '\t':
			j := i
			for j < len(data) && (data[j] == ' ' || data[j] == '\t') {
				j++
			}
			// Rule 3: white space at the end of a line was added on the way.
			if j < len(data) && data[j] != '\r' && data[j] != '\n' {
				out = append(out, data[i:j]...)
			}
			i = j
		default:
			j := i + 1
			for j < len(data) && data[j] != '=' && data[j] != ' ' && data[j] != '\t' {
				j++
			}
			out = append(out, data[i:j]...)
			i = j
		}
	}
	return out
}

// tornHex reads two digits with a soft line break between them, which who folded
// the lines without looking left.
func tornHex(s []byte) (b byte, n int) {
	if len(s) < 4 || s[1] != '=' || hexValue[s[0]] == noHex {
		return 0, 0
	}
	n = 2 + softBreak(s[2:])
	if n < 3 || n >= len(s) || hexValue[s[n]] == noHex {
		return 0, 0
	}
	return hexValue[s[0]]<<4 | hexValue[s[n]], n + 1
}

// softBreak is the length of blanks and a line end at the start of s, or -1.
func softBreak(s []byte) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	if i == len(s) {
		return i
	}
	j := i
	for j < len(s) && s[j] == '\r' {
		j++
	}
	if j < len(s) && s[j] == '\n' {
		return j + 1
	}
	if j > i {
		return j
	}
	return -1
}

// decodeUU reads the first uuencoded file in data and its name.
func decodeUU(data []byte) (out []byte, name string, found bool) {
	name, found = walkUU(data, func(piece []byte) {
		if out == nil {
			out = make([]byte, 0, len(data)/4*3)
		}
		out = append(out, piece...)
	})
	return out, name, found
}

// walkUU calls emit with the bytes of one line after the other.
func walkUU(data []byte, emit func([]byte)) (name string, found bool) {
	start, bodyAt := findUU(data)
	if start < 0 {
		return "", false
	}
	var buf [66]byte
	ls := newLines(data, bodyAt, len(data))
	for {
		s, e, _, ok := ls.next()
		if !ok {
			break
		}
		line := data[s:e]
		if len(line) <= 10 && bytes.Equal(bytes.TrimSpace(line), []byte("end")) {
			break
		}
		if len(line) == 0 || line[0] < ' ' || line[0] > '`' {
			continue
		}
		emit(uuLine(buf[:0], line[1:], int(line[0]-' ')&0x3f))
	}
	return uuName(data[start:bodyAt]), true
}

// uuName is the name in the line that begins a file.
func uuName(begin []byte) string {
	if head := strings.Fields(string(begin)); len(head) >= 3 {
		return strings.Join(head[2:], " ")
	}
	return ""
}

func uuLine(out, line []byte, n int) []byte {
	at := func(i int) byte {
		if i < len(line) && line[i] >= ' ' {
			return (line[i] - ' ') & 0x3f
		}
		return 0
	}
	for i := 0; len(out) < n && i < len(line); i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	if len(out) > n {
		out = out[:n]
	}
	return out
}

// findUU finds "begin 644 name" at the start of a line whose next line has the
// shape of uuencoded data.
func findUU(data []byte) (start, body int) {
	bare := bytes.IndexByte(data, '\n') < 0
	for pos := 0; pos < len(data); {
		i := bytes.Index(data[pos:], []byte("begin "))
		if i < 0 {
			return -1, -1
		}
		at := pos + i
		pos = at + 6
		if at > 0 && data[at-1] != '\n' && data[at-1] != '\r' {
			continue
		}
		ls := lines{src: data, pos: at, end: len(data), bare: bare}
		s, e, after, _ := ls.next()
		head := bytes.Fields(data[s:e])
		if len(head) < 3 || len(head[1]) < 3 || len(head[1]) > 4 || strings.Trim(string(head[1]), "01234567") != "" {
			continue
		}
		s, e, _, ok := ls.next()
		if !ok || e == s {
			continue
		}
		n := int(data[s]-' ') & 0x3f
		want := (n + 2) / 3 * 4
		if got := e - s - 1; data[s] < ' ' || data[s] > '`' || got > want+2 || got < want-3 {
			continue
		}
		return at, after
	}
	return -1, -1
}
