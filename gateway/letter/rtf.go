package letter

import (
	"encoding/binary"
	"html"
	"strconv"
	"strings"
)

// rtfMax bounds what compressed RTF unpacks to.
const rtfMax = 16 << 20

// rtfPreset is what the dictionary holds at the start ([MS-OXRTFCP] section
// 2.1.2.1).
const rtfPreset = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

// unpackRTF undoes the compression of Outlook ([MS-OXRTFCP] section 3.1.4). A
// stream that breaks off yields what came before.
func unpackRTF(data []byte) ([]byte, bool) {
	if len(data) < 16 {
		return nil, false
	}
	size := min(int64(binary.LittleEndian.Uint32(data[4:])), rtfMax)
	switch binary.LittleEndian.Uint32(data[8:]) {
	case 0x414C454D: // MELA: not compressed
		return data[16:min(int64(len(data)), 16+size)], true
	case 0x75465A4C: // LZFu
	default:
		return nil, false
	}
	var dict [4096]byte
	at := copy(dict[:], rtfPreset)
	out := make([]byte, 0, min(size, int64(len(data))*20))
	put := func(c byte) {
		out = append(out, c)
		dict[at] = c
		at = (at + 1) % len(dict)
	}
	for in := data[16:]; len(in) > 0 && int64(len(out)) < size; {
		control := in[0]
		in = in[1:]
		for bit := range 8 {
			if control>>bit&1 == 0 {
				if len(in) < 1 {
					return out, true
				}
				put(in[0])
				in = in[1:]
				continue
			}
			if len(in) < 2 {
				return out, true
			}
			ref := int(in[0])<<8 | int(in[1])
			in = in[2:]
			from := ref >> 4
			if from == at {
				return out, true
			}
			for i := range ref&15 + 2 {
				put(dict[(from+i)%len(dict)])
			}
		}
	}
	return out[:min(int64(len(out)), size)], true
}

// rtfLines is the text of a document in RTF. Outlook hides whole pages in it
// ([MS-OXRTFEX]): those are read as the page.
func rtfLines(data []byte) []textLine {
	r := &rtfReader{data: data, codes: csWestern, fonts: map[int]charset{}}
	r.read()
	if r.page {
		return htmlLines(plainLines(r.out.String()))
	}
	return plainTextLines(plainLines(r.out.String()))
}

// rtfState is what a group inherits and gives back at its end.
type rtfState struct {
	hidden   bool // a destination that is no text
	table    bool // the table of fonts
	tag      bool // a piece of the hidden page
	rendered bool // what stands for a piece of the page in RTF only
	font     int
	spare    int // characters that stand for one in Unicode
}

type rtfReader struct {
	data  []byte
	pos   int
	out   strings.Builder
	bytes []byte // eight-bit text not decoded yet
	codes charset
	fonts map[int]charset
	page  bool
	left  int // characters to pass over after \u
	high  rune
	rtfState
	stack []rtfState
}

func (r *rtfReader) read() {
	r.spare = 1
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch c {
		case '{':
			r.flush()
			r.left = 0 // what is to be passed over ends at a brace
			if len(r.stack) < 1000 {
				r.stack = append(r.stack, r.rtfState)
			}
		case '}':
			r.flush()
			r.left = 0
			if n := len(r.stack); n > 0 {
				r.rtfState, r.stack = r.stack[n-1], r.stack[:n-1]
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.char(c)
		}
	}
	r.flush()
}

// char is a character of eight bits, written as it is or as \'xx.
func (r *rtfReader) char(c byte) {
	if r.left > 0 {
		r.left--
		return
	}
	if !r.hidden && !r.rendered {
		r.bytes = append(r.bytes, c)
	}
}

// flush decodes the eight-bit text so far, by the charset of the font it is in.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	cs := r.codes
	if f, ok := r.fonts[r.font]; ok {
		cs = f
	}
	s, _ := decodeText(string(cs), r.bytes)
	r.bytes = r.bytes[:0]
	r.text(s)
}

func (r *rtfReader) text(s string) {
	if r.page && !r.tag {
		s = html.EscapeString(s)
	}
	r.out.WriteString(s)
}

// line is a control word that stands for a character.
func (r *rtfReader) line(s, onPage string) {
	r.flush()
	if r.hidden || r.rendered {
		return
	}
	if r.page && !r.tag {
		s = onPage
	}
	r.out.WriteString(s)
}

// control reads what follows a backslash.
func (r *rtfReader) control() {
	if r.pos >= len(r.data) {
		return
	}
	c := r.data[r.pos]
	r.pos++
	switch {
	case c == '\'':
		if r.pos+2 <= len(r.data) && unhex(r.data[r.pos]) >= 0 && unhex(r.data[r.pos+1]) >= 0 {
			r.char(byte(unhex(r.data[r.pos])<<4 | unhex(r.data[r.pos+1])))
			r.pos += 2
		}
	case c == '*':
		r.star()
	case c == '~':
		r.line(" ", "&nbsp;")
	case c == '_':
		r.line("-", "-")
	case c == '\\' || c == '{' || c == '}':
		r.char(c)
	case c == '\r' || c == '\n':
		r.line("\n", "\n")
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		r.pos--
		r.word(r.name())
	}
}

// star is a destination that readers may pass over: only the pieces of a page
// are of use.
func (r *rtfReader) star() {
	rest := string(r.data[r.pos:min(len(r.data), r.pos+16)])
	if strings.HasPrefix(strings.TrimLeft(rest, "\r\n "), `\htmltag`) {
		r.tag = true
		return
	}
	r.flush()
	r.hidden = true
}

// name reads a control word and its number.
func (r *rtfReader) name() (word string, n int, has bool) {
	start := r.pos
	for r.pos < len(r.data) && r.pos-start < 40 && r.data[r.pos]|0x20 >= 'a' && r.data[r.pos]|0x20 <= 'z' {
		r.pos++
	}
	word = string(r.data[start:r.pos])
	digits := r.pos
	if r.pos < len(r.data) && r.data[r.pos] == '-' {
		r.pos++
	}
	for r.pos < len(r.data) && r.pos-digits < 11 && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
		r.pos++
	}
	n, err := strconv.Atoi(string(r.data[digits:r.pos]))
	if r.pos < len(r.data) && r.data[r.pos] == ' ' {
		r.pos++
	}
	return word, n, err == nil
}

func (r *rtfReader) word(word string, n int, has bool) {
	switch word {
	case "par", "line", "row", "sect", "page":
		r.line("\n", "\n")
	case "tab", "cell":
		r.line("\t", "\t")
	case "emdash":
		r.unicode('—')
	case "endash":
		r.unicode('–')
	case "lquote", "rquote":
		r.unicode(map[string]rune{"lquote": '‘', "rquote": '’'}[word])
	case "ldblquote", "rdblquote":
		r.unicode(map[string]rune{"ldblquote": '“', "rdblquote": '”'}[word])
	case "bullet":
		r.unicode('·')
	case "u":
		r.unicode(rune(uint16(n)))
		r.left = r.spare
	case "uc":
		r.spare = min(max(n, 0), 16)
	case "bin":
		r.pos += min(max(n, 0), len(r.data)-r.pos)
	case "ansicpg":
		r.codes = charset("cp" + strconv.Itoa(n))
	case "fromhtml":
		r.page = r.page || n == 1
	case "htmlrtf":
		r.flush()
		r.rendered = !has || n != 0
	case "f":
		r.flush()
		r.font = n
	case "fcharset":
		if cs, ok := rtfCharsets[n]; ok && r.table && len(r.fonts) < 1000 {
			r.fonts[r.font] = cs
		}
	case "fonttbl":
		r.flush()
		r.hidden, r.table = true, true
	case "colortbl", "stylesheet", "info", "pict", "header", "footer", "headerl", "headerr", "footerl", "footerr", "object", "themedata", "listtable", "fldinst":
		r.flush()
		r.hidden = true
	}
}

// unicode is a character by its number, half a pair at a time.
func (r *rtfReader) unicode(c rune) {
	r.flush()
	if r.hidden || r.rendered {
		return
	}
	switch {
	case c >= 0xD800 && c < 0xDC00:
		r.high = c
		return
	case c >= 0xDC00 && c < 0xE000:
		if r.high == 0 {
			return
		}
		c = (r.high-0xD800)<<10 + (c - 0xDC00) + 0x10000
	}
	r.high = 0
	r.text(string(c))
}

// rtfCharsets are the charsets of fonts.
var rtfCharsets = map[int]charset{
	128: "shift_jis", 129: "euc-kr", 134: csGB, 136: csBig5, 204: "windows-1251", 238: "windows-1250", 161: "windows-1253",
}
