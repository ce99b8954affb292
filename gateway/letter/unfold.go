package letter

import (
	"bytes"
	"unicode/utf8"
)

// unfold adds a continuation line to a field's value, whose last line begins at
// mark, and says where the added one begins. Only the line end is removed (RFC
// 5322 section 2.2.3). QUIRK: mailers that write raw Chinese into a header count
// bytes, and fold in the middle of a character; then the blank goes, too.
func unfold(value, line []byte, mark int) ([]byte, int) {
	rest := bytes.TrimLeft(line, " \t")
	if n := halfCharacter(value[mark:], rest); n > 0 {
		mark = len(value) - n
		return append(value, rest...), mark
	}
	mark = len(value)
	return append(value, line...), mark
}

// halfCharacter is how many bytes at the end of line are the beginning of a
// character that goes on in rest.
func halfCharacter(line, rest []byte) int {
	if len(line) == 0 || len(rest) == 0 || line[len(line)-1] < utf8.RuneSelf {
		return 0
	}
	for n := 1; n < utf8.UTFMax && n <= len(line); n++ {
		if c := line[len(line)-n]; c >= 0xC2 {
			whole := append(append(make([]byte, 0, 2*utf8.UTFMax), line[len(line)-n:]...), rest[:min(len(rest), utf8.UTFMax)]...)
			if r, size := utf8.DecodeRune(whole); r != utf8.RuneError && size > n && utf8.Valid(line[:len(line)-n]) {
				return n
			}
			break
		}
	}
	if utf8.Valid(line) {
		return 0
	}
	// The pairs of GBK and Big5: is the last byte half of one? A single high byte
	// before a small letter is a Western word's last one.
	i := 0
	for i < len(line)-1 {
		if line[i] >= 0x81 {
			i++
		}
		i++
	}
	trail := rest[0]
	paired := len(line) >= 3 && line[len(line)-2] >= 0x81 && line[len(line)-3] >= 0x81
	if i == len(line)-1 && trail >= 0x40 && trail != 0x7F && trail != 0xFF && (trail >= 0x80 || paired) {
		return 1
	}
	return 0
}

// longSubject is from where on nothing is added to a subject that was not folded
// as fields are.
const longSubject = 8 << 10

// wordGoesOn adds a line that is no field to a value which ends within an encoded
// word. QUIRK: scripts in PHP that fold what they encoded (chunk_split,
// quoted_printable_encode) before they put it into the header, without a blank.
func wordGoesOn(value, line []byte) ([]byte, bool) {
	line = bytes.TrimRight(line, " \t\r")
	i := bytes.LastIndex(value, []byte("=?"))
	if i < 0 || len(line) == 0 || bytes.ContainsAny(line, " \t") || high(line) > 0 {
		return nil, false
	}
	rest := value[i+2:]
	q := bytes.IndexByte(rest, '?')
	if q <= 0 || q+3 > len(rest) || rest[q+2] != '?' || bytes.Contains(rest[q+3:], []byte("?=")) {
		return nil, false
	}
	if cs := parseCharset(string(rest[:q])); cs == csUnknown || cs == csNone {
		return nil, false
	}
	switch rest[q+1] | 0x20 {
	case 'q':
		value = bytes.TrimSuffix(value, []byte("="))
	case 'b':
		if coded := bytes.TrimSuffix(line, []byte("?=")); len(coded) > 0 && !base64Line(coded) {
			return nil, false
		}
	default:
		return nil, false
	}
	return append(value, line...), true
}

// cutValue cuts a value at the limit, or a little before it where it would cut
// through a character of UTF-8.
func cutValue(value []byte, limit int) []byte {
	head := value[:limit]
	if n := halfCharacter(head, value[limit:]); n > 0 && utf8.Valid(head[:limit-n]) {
		return head[:limit-n]
	}
	return head
}
