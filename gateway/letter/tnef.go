package letter

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// tnefMagic begins a winmail.dat ([MS-OXTNEF] section 2.1.3.1).
const tnefMagic = 0x223E9F78

// tnefFiles bounds the files that one winmail.dat may hold.
const tnefFiles = 200

// tnefMail is what Outlook wrapped into a winmail.dat.
type tnefMail struct {
	class   string // the message class, such as IPM.Note
	codeset charset
	plain   string
	html    string
	rtf     []byte // unpacked
	files   []tnefFile
}

// tnefFile is one file; a mail that is attached is in inner instead of data.
type tnefFile struct {
	title, short, long, shown string
	kind, contentID           string
	data                      []byte
	inner                     *tnefMail
}

// name is the best of the names that Outlook writes.
func (f tnefFile) name() string {
	for _, n := range []string{f.long, f.title, f.short, f.shown} {
		if n = cleanFilename(n); n != "" {
			return n
		}
	}
	return ""
}

// The attributes and the properties that are read ([MS-OXTNEF] section
// 2.1.3.2, [MS-OXPROPS]).
const (
	tnefMessageClass = 0x00078008
	tnefBody         = 0x0002800C
	tnefProps        = 0x00069003
	tnefCodepage     = 0x00069007
	tnefNewFile      = 0x00069002
	tnefFileData     = 0x0006800F
	tnefFileTitle    = 0x00018010
	tnefFileProps    = 0x00069005

	propBody      = 0x1000
	propRTF       = 0x1009
	propHTML      = 0x1013
	propCodepage  = 0x3FDE
	propShown     = 0x3001
	propData      = 0x3701
	propShort     = 0x3704
	propLong      = 0x3707
	propKind      = 0x370E
	propContentID = 0x3712
)

// readTNEF reads a winmail.dat. ok is false where it is none, or broken before
// anything was found; what follows a broken place is lost.
func readTNEF(data []byte, depth int) (m *tnefMail, ok bool) {
	if len(data) < 6 || binary.LittleEndian.Uint32(data) != tnefMagic || depth > 3 {
		return nil, false
	}
	m = &tnefMail{codeset: csGB}
	found := false
	for rest := data[6:]; len(rest) >= 9; {
		id, size := binary.LittleEndian.Uint32(rest[1:]), int64(binary.LittleEndian.Uint32(rest[5:]))
		if rest[0] != 1 && rest[0] != 2 || size > int64(len(rest)-9) {
			break
		}
		found = true
		m.attribute(id, rest[9:9+size], depth)
		rest = rest[9+size:]
		rest = rest[min(2, len(rest)):] // a checksum, which nobody keeps right
	}
	return m, found
}

func (m *tnefMail) attribute(id uint32, data []byte, depth int) {
	switch id {
	case tnefMessageClass:
		m.class = m.narrow(data)
	case tnefCodepage:
		if len(data) >= 4 {
			m.codepage(binary.LittleEndian.Uint32(data))
		}
	case tnefBody:
		if m.plain == "" {
			m.plain = m.narrow(data)
		}
	case tnefProps:
		m.properties(data, nil, depth)
	case tnefNewFile:
		if len(m.files) < tnefFiles {
			m.files = append(m.files, tnefFile{})
		}
	}
	if len(m.files) == 0 {
		return
	}
	f := &m.files[len(m.files)-1]
	switch id {
	case tnefFileTitle:
		f.title = m.narrow(data)
	case tnefFileData:
		f.data = data
	case tnefFileProps:
		m.properties(data, f, depth)
	}
}

// codepage takes the charset of the eight-bit strings. Outlook says 1252 on
// Chinese machines too, where the strings say otherwise when they are read.
func (m *tnefMail) codepage(n uint32) {
	switch cs := parseCharset("cp" + strconv.Itoa(int(n))); {
	case n == 65001:
		m.codeset = csUTF8
	case cs != csUnknown:
		m.codeset = cs
	case codec(charset("windows-"+strconv.Itoa(int(n)))) != nil:
		m.codeset = charset("windows-" + strconv.Itoa(int(n)))
	}
}

// narrow is an eight-bit string, which ends in a zero byte.
func (m *tnefMail) narrow(data []byte) string {
	data = bytes.TrimRight(data, "\x00")
	s, _ := decodeText(string(m.codeset), data)
	return validText(s)
}

// properties reads a list of MAPI properties ([MS-OXTNEF] section 2.1.3.4), of
// the mail or of a file.
func (m *tnefMail) properties(data []byte, f *tnefFile, depth int) {
	r := tnefReader{data: data}
	for n := r.uint32(); n > 0 && !r.broken; n-- {
		kind, id := uint16(r.uint16()), uint16(r.uint16())
		if id >= 0x8000 {
			r.skipName()
		}
		value, wide := r.value(kind)
		if r.broken || value == nil {
			continue
		}
		text := func() string {
			if wide {
				return strings.TrimRight(utf16Text(value, binary.LittleEndian), "\x00")
			}
			return m.narrow(value)
		}
		switch {
		case id == propCodepage && len(value) >= 4:
			m.codepage(binary.LittleEndian.Uint32(value))
		case f == nil && id == propBody:
			m.plain = text()
		case f == nil && id == propRTF:
			m.rtf, _ = unpackRTF(value)
		case f == nil && id == propHTML && wide:
			m.html = text()
		case f == nil && id == propHTML:
			m.html, _ = decodeText(htmlCharset(string(m.codeset), value), bytes.TrimRight(value, "\x00"))
		case f == nil:
		case id == propShort:
			f.short = text()
		case id == propLong:
			f.long = text()
		case id == propShown:
			f.shown = text()
		case id == propKind:
			f.kind = strings.ToLower(text())
		case id == propContentID:
			f.contentID = strings.Trim(text(), "<>")
		case id == propData:
			// An object is its interface's id and, for a mail, another TNEF.
			if len(value) > 16 && binary.LittleEndian.Uint32(value[16:]) == tnefMagic {
				if inner, ok := readTNEF(value[16:], depth+1); ok {
					f.inner = inner
					continue
				}
			}
			if f.data == nil {
				f.data = value
			}
		}
	}
}

// tnefReader reads numbers and values until something does not fit.
type tnefReader struct {
	data   []byte
	broken bool
}

func (r *tnefReader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.data)) {
		r.broken, r.data = true, nil
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *tnefReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *tnefReader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// padded takes n bytes and what fills them up to four.
func (r *tnefReader) padded(n uint32) []byte {
	out := r.take(int64(n))
	r.take(min(int64(-n&3), int64(len(r.data))))
	return out
}

// skipName passes the name of a named property.
func (r *tnefReader) skipName() {
	r.take(16)
	if kind := r.uint32(); kind == 0 {
		r.uint32()
		return
	}
	r.padded(r.uint32())
}

// value is the first value of a property, nil for one of an unknown type.
func (r *tnefReader) value(kind uint16) (value []byte, wide bool) {
	const many = 0x1000
	fixed := int64(0)
	switch kind &^ many {
	case 0x02, 0x03, 0x04, 0x0A, 0x0B:
		fixed = 4
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		fixed = 8
	case 0x48:
		fixed = 16
	case 0x0D, 0x1E, 0x1F, 0x102:
	default:
		r.broken = true
		return nil, false
	}
	count := uint32(1)
	if fixed == 0 || kind&many != 0 {
		count = r.uint32()
	}
	for i := uint32(0); i < count && !r.broken; i++ {
		var v []byte
		if fixed > 0 {
			v = r.take(fixed)
		} else {
			v = r.padded(r.uint32())
		}
		if i == 0 {
			value = v
		}
	}
	return value, kind&^many == 0x1F
}

// tnef takes a winmail.dat apart: its files stand in its place, and its text
// where the mail has none. It says whether anything could be read.
func (b *body) tnef(p *Part, text bool) bool {
	data := p.Data()
	if b.r.decoded += int64(len(data)); b.r.decoded > b.r.lim.Decoded {
		b.r.defect(Defect{DefectLimit, "decoded"})
		return false
	}
	m, ok := readTNEF(data, 0)
	if !ok {
		return false
	}
	lines := m.lines()
	b.tnefFiles(m)
	if text && strings.TrimSpace(joinLines(b.lines)) == "" {
		b.lines = lines
	}
	return len(m.files) > 0 || len(lines) > 0
}

func (b *body) tnefFiles(m *tnefMail) {
	for _, f := range m.files {
		if b.r.parts++; b.r.parts > b.r.lim.Parts {
			b.r.defect(Defect{DefectLimit, "parts"})
			return
		}
		if f.inner != nil {
			b.forwarded = append(b.forwarded, "———— 转发的邮件 ————\n\n"+joinLines(f.inner.lines()))
			b.tnefFiles(f.inner)
			continue
		}
		kind := f.kind
		if !strings.Contains(kind, "/") {
			kind = "application/octet-stream"
		}
		b.attach(&Part{Type: kind, Filename: f.name(), ContentID: f.contentID, src: f.data, End: len(f.data)}, f.contentID != "")
	}
}

// lines are the mail's text by the best of the forms in which Outlook keeps it.
func (m *tnefMail) lines() []textLine {
	switch {
	case strings.TrimSpace(m.html) != "":
		return htmlLines(plainLines(m.html))
	case strings.TrimSpace(m.plain) != "":
		return plainTextLines(plainLines(m.plain))
	case len(m.rtf) > 0:
		return rtfLines(m.rtf)
	}
	return nil
}
