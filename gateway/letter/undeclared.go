package letter

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// undeclaredSample bounds how much of a text is looked at for an encoding that
// the mail does not declare.
const undeclaredSample = 4 << 10

// undeclaredLeast is the length from which on a text is looked at at all.
const undeclaredLeast = 16

// undeclared undoes a transfer encoding that the mail does not declare, or under
// which it declares another. QUIRK: scripts that leave the field out or set it
// twice, and gateways that rewrite it. Only what turns into Chinese counts: a
// person may well write about base64. The references of a page are the page's.
func undeclared(data []byte, page bool) ([]byte, bool) {
	sample := data[:min(len(data), undeclaredSample)]
	if len(sample) < undeclaredLeast || high(sample[:min(len(sample), 256)]) > 0 {
		return nil, false
	}
	switch {
	case !page && referred(sample):
		text := references.ReplaceAllStringFunc(string(data), dereference)
		if high(data) == 0 && readsChinese([]byte(text)) {
			return []byte(text), true
		}
	case escapedText(sample):
		if high(sample) == 0 && readsChinese(decodeQuoted(sample)) {
			return decodeQuoted(data), true
		}
	case base64Text(data):
		start := sample
		if len(sample) < len(data) {
			start = sample[:bytes.LastIndexByte(sample, '\n')+1]
		}
		if readsChinese(decodeBase64(start)) {
			return decodeBase64(data), true
		}
	}
	return nil, false
}

// dropHalf takes the mark of half a character off the end of a text that was cut
// there; a mark that somebody wrote, and those of bytes that are no text, stay.
func dropHalf(s string, data []byte) (string, bool) {
	const mark = "\uFFFD"
	end := strings.TrimRight(s, " \t\r\n")
	if !strings.HasSuffix(end, mark) || bytes.HasSuffix(bytes.TrimRight(data, " \t\r\n"), []byte(mark)) {
		return s, false
	}
	whole := strings.TrimRight(end, mark)
	if whole == "" || len(end)-len(whole) > 3*len(mark) {
		return s, false
	}
	return whole, true
}

// references are characters by their numbers, as scripts for pages write them, and
// bytes in the code of web addresses.
var references = regexp.MustCompile(`&#\d{3,7};|&#[xX][0-9A-Fa-f]{3,6};|(?:%u|\\u)[0-9A-Fa-f]{4}|%[89A-Fa-f][0-9A-Fa-f]`)

// referred says whether most of a text is references.
func referred(sample []byte) bool {
	n, size := 0, 0
	if bytes.IndexByte(sample, '&') < 0 && bytes.IndexByte(sample, '%') < 0 && bytes.IndexByte(sample, '\\') < 0 {
		return false
	}
	for _, at := range references.FindAllIndex(sample, -1) {
		n++
		size += at[1] - at[0]
	}
	return n >= 4 && 2*size > len(sample)
}

// dereference is the character or the byte that a reference stands for; the
// halves of a pair outside the first plane are left.
func dereference(ref string) string {
	if ref[0] == '&' {
		return html.UnescapeString(ref)
	}
	if ref[1] != 'u' {
		return string(percent(ref))
	}
	n, err := strconv.ParseUint(ref[2:], 16, 32)
	if err != nil || n < 0x80 || utf16.IsSurrogate(rune(n)) {
		return ref
	}
	return string(rune(n))
}

// escapedText says whether much of a text is quoted-printable for bytes outside ASCII.
func escapedText(sample []byte) bool {
	n := 0
	for rest := sample; ; {
		i := bytes.IndexByte(rest, '=')
		if i < 0 || i+2 >= len(rest) {
			break
		}
		if a, b := hexValue[rest[i+1]], hexValue[rest[i+2]]; (a|b)&noHex == 0 && a >= 8 {
			n++
		}
		rest = rest[i+1:]
	}
	return n >= 6 && n*9 > len(sample)
}

// base64Text says whether a text is nothing but lines of base64 of one length, the
// last one apart.
func base64Text(data []byte) bool {
	data = bytes.TrimSpace(data)
	size := 0
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if size == 0 {
			size = len(line)
		}
		if len(line) > size || len(line) < size && len(bytes.TrimSpace(rest)) > 0 || !base64Line(line) || size%4 != 0 {
			return false
		}
		data = rest
	}
	return size >= 16
}

// readsChinese says whether bytes are Chinese text beyond doubt.
func readsChinese(data []byte) bool {
	if high(data) < 8 {
		return false
	}
	text, defects := decodeText("", data)
	for _, d := range defects {
		if d.Code == DefectTextDamaged {
			return false
		}
	}
	han := 0
	for _, r := range text {
		if wide(r) {
			han++
		}
	}
	return 3*han >= high(data)/2 && scoreHan(text) > han
}
