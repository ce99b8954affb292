package letter

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeHZ reads RFC 1843: GB2312 in seven bits between ~{ and ~}. Unlike
// x/text it survives an unclosed shift and a line end inside one.
func decodeHZ(data []byte) string {
	var out []byte
	gb := false
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case c == '~' && i+1 < len(data) && data[i+1] == '{':
			gb = true
			i++
		case c == '~' && i+1 < len(data) && data[i+1] == '}':
			gb = false
			i++
		case !gb && c == '~' && i+1 < len(data) && data[i+1] == '~':
			out = append(out, '~')
			i++
		case !gb && c == '~' && i+1 < len(data) && (data[i+1] == '\n' || data[i+1] == '\r'):
			// RFC 1843 section 1: a tilde before a line end joins the lines.
			if data[i+1] == '\r' && i+2 < len(data) && data[i+2] == '\n' {
				i++
			}
			i++
		case gb && c == '\n':
			gb = false
			out = append(out, c)
		case gb && c > ' ' && i+1 < len(data) && data[i+1] > ' ':
			out = append(out, c|0x80, data[i+1]|0x80)
			i++
		default:
			out = append(out, c)
		}
	}
	return decodeAs(csGB, out)
}

// decodeISO2022CN reads RFC 1922: GB2312 and CNS 11643 planes 1 and 2.
func decodeISO2022CN(data []byte) string {
	var out strings.Builder
	so := byte('A')
	shifted := false
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == 0x1b && i+3 < len(data) && data[i+1] == '$' && (data[i+2] == ')' || data[i+2] == '*'):
			if data[i+2] == ')' {
				so = data[i+3]
			}
			i += 4
		case c == 0x1b && i+3 < len(data) && data[i+1] == 0x4e:
			out.WriteString(decodeCNS(2, data[i+2], data[i+3]))
			i += 4
		case c == 0x0e:
			shifted = true
			i++
		case c == 0x0f:
			shifted = false
			i++
		case c == '\n':
			shifted = false
			out.WriteByte(c)
			i++
		case shifted && c > ' ' && i+1 < len(data):
			if so == 'G' {
				out.WriteString(decodeCNS(1, c, data[i+1]))
			} else {
				out.WriteString(decodeAs(csGB, []byte{c | 0x80, data[i+1] | 0x80}))
			}
			i += 2
		default:
			if c < utf8.RuneSelf {
				out.WriteByte(c)
			} else {
				out.WriteRune(utf8.RuneError)
			}
			i++
		}
	}
	return out.String()
}

// cnsRun says that a run of Big5 codes stands, in the same order, at a place of CNS 11643.
type cnsRun struct {
	plane     int
	first, to uint16 // Big5, both included
	cns       uint16
}

// cnsRuns relates Big5 to CNS 11643: the ideographs stand in the same order in
// both but for a few that were moved to their right stroke count.
var cnsRuns = []cnsRun{
	{1, 0xA440, 0xACFD, 0x4421}, {1, 0xACFE, 0xACFE, 0x5753}, {1, 0xAD40, 0xAFCF, 0x5323}, {1, 0xAFD0, 0xBBC7, 0x5754},
	{1, 0xBBC8, 0xBE51, 0x6B51}, {1, 0xBE52, 0xBE52, 0x6B50}, {1, 0xBE53, 0xC1AA, 0x6F5C}, {1, 0xC1AB, 0xC2CA, 0x7536},
	{1, 0xC2CB, 0xC2CB, 0x7535}, {1, 0xC2CC, 0xC360, 0x7737}, {1, 0xC361, 0xC3B8, 0x782E}, {1, 0xC3B9, 0xC3B9, 0x7865},
	{1, 0xC3BA, 0xC3BA, 0x7864}, {1, 0xC3BB, 0xC455, 0x7866}, {1, 0xC456, 0xC456, 0x782D}, {1, 0xC457, 0xC67E, 0x7962},
	{2, 0xC940, 0xC949, 0x2121}, {2, 0xC94B, 0xC96B, 0x212B}, {2, 0xC96C, 0xC9BD, 0x214D}, {2, 0xC9BE, 0xC9BE, 0x214C},
	{2, 0xC9BF, 0xC9EC, 0x217D}, {2, 0xC9ED, 0xCAF6, 0x224E}, {2, 0xCAF7, 0xCAF7, 0x224D}, {2, 0xCAF8, 0xD6CB, 0x2439},
}

func big5Index(code uint16) int {
	lead, trail := int(code>>8), int(code&0xff)
	if trail >= 0xA1 {
		trail -= 0xA1 - 0x7F
	}
	return (lead-0xA1)*157 + trail - 0x40
}

func cnsIndex(code uint16) int {
	return (int(code>>8)-0x21)*94 + int(code&0xff) - 0x21
}

// decodeCNS decodes one character of CNS 11643 by way of Big5.
func decodeCNS(plane int, a, b byte) string {
	// Row 1 holds the punctuation, in Big5's order.
	runs := cnsRuns
	if plane == 1 && a < 0x24 {
		runs = []cnsRun{{1, 0xA140, 0xA1F5, 0x2121}}
	}
	at := cnsIndex(uint16(a)<<8 | uint16(b))
	for _, r := range runs {
		n := big5Index(r.to) - big5Index(r.first)
		off := at - cnsIndex(r.cns)
		if r.plane != plane || off < 0 || off > n {
			continue
		}
		i := big5Index(r.first) + off
		lead, trail := byte(0xA1+i/157), byte(0x40+i%157)
		if trail > 0x7E {
			trail += 0xA1 - 0x7F
		}
		return decodeAs(csBig5, []byte{lead, trail})
	}
	return "\uFFFD"
}

// decodeUTF7 reads RFC 2152.
func decodeUTF7(data []byte) string {
	var out strings.Builder
	for i := 0; i < len(data); {
		if data[i] != '+' {
			out.WriteByte(data[i])
			i++
			continue
		}
		j := i + 1
		for j < len(data) && isBase64(data[j]) {
			j++
		}
		if j == i+1 {
			out.WriteByte('+')
		} else {
			out.WriteString(utf7Run(data[i+1 : j]))
		}
		i = j
		if i < len(data) && data[i] == '-' {
			i++
		}
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

func utf7Run(run []byte) string {
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
	n, err := base64.RawStdEncoding.Decode(raw, run)
	if err != nil && n == 0 {
		return "\uFFFD"
	}
	return utf16Text(raw[:n], binary.BigEndian)
}

func isBase64(c byte) bool {
	return base64Value[c] != 0 || c == 'A'
}

func utf16Text(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, order.Uint16(raw[i:]))
	}
	return string(utf16.Decode(units))
}

// decodeUTF16 takes the byte order from the mark; without one it takes the one
// that reads better, since Windows programs write little-endian under "utf-16"
// where RFC 2781 section 4.3 wants big-endian.
func decodeUTF16(cs charset, data []byte) (string, []Defect) {
	switch bomCharset(data) {
	case csUTF16LE:
		return utf16Text(data[2:], binary.LittleEndian), nil
	case csUTF16BE:
		return utf16Text(data[2:], binary.BigEndian), nil
	case csUTF8:
		return decodeAs(csUTF8, data), []Defect{{DefectCharsetLying, string(cs) + " is utf-8"}}
	}
	be, le := utf16Text(data, binary.BigEndian), utf16Text(data, binary.LittleEndian)
	if bytes.IndexByte(data, 0) < 0 && utf8.Valid(data) && (len(data)%2 == 1 || scoreHan(string(data)) >= max(scoreHan(be), scoreHan(le))) {
		// QUIRK: label "unicode" over plain UTF-8 or ASCII text.
		return decodeAs(csUTF8, data), []Defect{{DefectCharsetLying, string(cs) + " is utf-8"}}
	}
	if start := data[:min(len(data), guessSample)&^1]; bytes.IndexByte(start, 0) < 0 && plainlyGB(start) && 2*scoreHan(decodeGB(start)) > max(scoreHan(be), scoreHan(le)) {
		return decodeGB(data), []Defect{{DefectCharsetLying, string(cs) + " is " + string(csGB)}}
	}
	if asciiScore(le) > asciiScore(be) {
		return le, nil
	}
	return be, nil
}

func asciiScore(s string) int {
	n := scoreHan(s)
	for _, r := range s {
		if r >= ' ' && r < 0x7f || r == '\n' || r == '\r' {
			n += 3
		}
	}
	return n
}

func decodeUTF32(data []byte) string {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")) || len(data) >= 4 && data[0] != 0 && data[3] == 0 {
		order = binary.LittleEndian
	}
	var out strings.Builder
	for i := 0; i+3 < len(data); i += 4 {
		r := rune(order.Uint32(data[i:]))
		if r == 0xFEFF && i == 0 {
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
