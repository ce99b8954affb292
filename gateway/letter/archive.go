package letter

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"path"
	"strings"
)

// membersMax is how many members of an archive are looked at.
const membersMax = 1000

// listing is what an archive says of its members.
type listing struct {
	names []string
	// locked says that members, or the list itself, are encrypted.
	locked bool
	// whole says that the list was read to its end.
	whole bool
}

func (l *listing) add(name string) (more bool) {
	l.names = append(l.names, name)
	return len(l.names) <= membersMax
}

// contentArchive judges archives, and the office formats that are archives.
func contentArchive(data []byte, ext string) ContentKind {
	var l listing
	switch {
	case startsWith(data, "PK\x03\x04", "PK\x05\x06", "PK\x07\x08"):
		l = listZip(data)
	case startsWith(data, "Rar!\x1a\x07\x00"):
		l = listRar4(data[7:])
	case startsWith(data, "Rar!\x1a\x07\x01\x00"):
		l = listRar5(data[8:])
	case startsWith(data, "7z\xbc\xaf\x27\x1c"):
		l = list7z(data)
	case startsWith(data, "\x1f\x8b"):
		return contentGzip(data)
	case len(data) > 262 && string(data[257:262]) == "ustar":
		l = listTar(data)
	// Formats that only a program for them could look into, and disk images.
	case startsWith(data, "MSCF", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "LZIP", "\x60\xea", "MSWIM\x00", "vhdxfile", "conectix"),
		len(data) > 14 && string(data[7:14]) == "**ACE**",
		len(data) > 7 && string(data[2:5]) == "-lh" && data[6] == '-',
		len(data) > 0x8006 && string(data[0x8001:0x8006]) == "CD001":
		return ContentSealed
	case ext == "zip" && bytes.Contains(data, []byte("PK\x05\x06")):
		// Some other file in front: unpackers find the list at the end.
		l = listZip(data)
	default:
		return ""
	}
	return l.judge()
}

func (l *listing) judge() ContentKind {
	kind := ContentArchive
	nested, openDocument, basic := false, false, false
	for _, name := range l.names {
		name = strings.ReplaceAll(name, `\`, "/")
		low, ext := strings.ToLower(name), fileExtension(name)
		switch worse := contentOfName(ext); {
		case worse == ContentExecutable, worse == ContentScript, worse == ContentShortcut, strings.ContainsFunc(name, turnsAround):
			return ContentCarrier
		case path.Base(low) == "vbaproject.bin", strings.Contains(low, "/activex/") && ext == "bin", strings.HasPrefix(low, "xl/macrosheets/"), worse == ContentMacro:
			kind = ContentMacro
		case low == "[content_types].xml", low == "mimetype", low == "ofd.xml":
			openDocument = openDocument || low == "mimetype"
			if kind == ContentArchive {
				kind = ContentDocument
			}
		case strings.HasPrefix(low, "basic/"):
			basic = true
		case archiveExtension(ext):
			nested = true
		}
	}
	switch {
	case l.locked:
		return ContentEncrypted
	case kind == ContentMacro, openDocument && basic:
		return ContentMacro
	case !l.whole, nested:
		return ContentSealed
	}
	return kind
}

// listZip reads the central directory (APPNOTE.TXT section 4.3.12), nothing else.
func listZip(data []byte) (l listing) {
	end, dir := zipDirectory(data)
	if end < 0 {
		return l
	}
	for len(dir) >= 46 && startsWith(dir, "PK\x01\x02") {
		flags, method := binary.LittleEndian.Uint16(dir[8:]), binary.LittleEndian.Uint16(dir[10:])
		n, extra := int(binary.LittleEndian.Uint16(dir[28:])), int(binary.LittleEndian.Uint16(dir[30:]))
		size := 46 + n + extra + int(binary.LittleEndian.Uint16(dir[32:]))
		if size > len(dir) {
			return l
		}
		// Bit 0 is encryption, method 99 that of AES.
		l.locked = l.locked || flags&1 != 0 || method == 99
		more := l.add(string(dir[46 : 46+n]))
		for x := dir[46+n : 46+n+extra]; len(x) >= 4; {
			s := min(len(x), 4+int(binary.LittleEndian.Uint16(x[2:])))
			// Info-ZIP Unicode Path: what unpackers show in place of the name.
			if binary.LittleEndian.Uint16(x) == 0x7075 && s > 9 {
				more = l.add(string(x[9:s])) && more
			}
			x = x[s:]
		}
		if !more {
			return l
		}
		dir = dir[size:]
	}
	// A signature of the list may follow it.
	l.whole = len(dir) == 0 || startsWith(dir, "PK\x05\x05")
	return l
}

// zipDirectory finds the central directory by the record at the end; end is -1
// where there is none.
func zipDirectory(data []byte) (end int, dir []byte) {
	tail := max(0, len(data)-22-0xffff)
	for end = len(data); ; {
		i := bytes.LastIndex(data[tail:end], []byte("PK\x05\x06"))
		if i < 0 {
			return -1, nil
		}
		end = tail + i
		if r := data[end:]; len(r) >= 22 && 22+int(binary.LittleEndian.Uint16(r[20:])) <= len(r) {
			break
		}
	}
	size := uint64(binary.LittleEndian.Uint32(data[end+12:]))
	if size == 0xffffffff || binary.LittleEndian.Uint16(data[end+10:]) == 0xffff {
		// Zip64: the sizes are in a record of their own, right before its locator.
		if end < 76 || !startsWith(data[end-20:], "PK\x06\x07") || !startsWith(data[end-76:], "PK\x06\x06") {
			return -1, nil
		}
		end -= 76
		size = binary.LittleEndian.Uint64(data[end+40:])
	}
	if size > uint64(end) {
		return -1, nil
	}
	return end, data[end-int(size) : end]
}

// listRar4 reads the blocks after the marker (technote.txt of RAR 4).
func listRar4(b []byte) (l listing) {
	for len(b) >= 7 {
		kind, flags, size := b[2], binary.LittleEndian.Uint16(b[3:]), int64(binary.LittleEndian.Uint16(b[5:]))
		if size < 7 || size > int64(len(b)) {
			return l
		}
		header, packed := b[:size], int64(0)
		switch {
		case kind == 0x73 && flags&0x80 != 0:
			l.locked = true
			return l
		case kind == 0x7b:
			l.whole = true
			return l
		case kind == 0x74:
			if size < 32 {
				return l
			}
			packed = int64(binary.LittleEndian.Uint32(header[7:]))
			name := header[32:]
			if flags&0x100 != 0 && size >= 40 {
				packed |= int64(binary.LittleEndian.Uint32(header[32:])&0xffff) << 32
				name = header[40:]
			}
			name = name[:min(len(name), int(binary.LittleEndian.Uint16(header[26:])))]
			name, _, _ = bytes.Cut(name, []byte{0}) // the packed Unicode name follows
			l.locked = l.locked || flags&4 != 0
			if !l.add(string(name)) {
				return l
			}
		case flags&0x8000 != 0 && size >= 11:
			packed = int64(binary.LittleEndian.Uint32(header[7:]))
		}
		if packed > int64(len(b))-size {
			return l
		}
		b = b[size+packed:]
	}
	l.whole = len(b) == 0 && len(l.names) > 0
	return l
}

// listRar5 reads the headers after the signature (technote.txt of RAR 5).
func listRar5(b []byte) (l listing) {
	for len(b) > 4 {
		r := vints{b: b[4:]}
		size := r.next()
		if r.bad || size > uint64(len(r.b)) {
			return l
		}
		b = r.b[size:]
		r.b = r.b[:size]
		kind, flags, extra, packed := r.next(), r.next(), uint64(0), uint64(0)
		if flags&1 != 0 {
			extra = r.next()
		}
		if flags&2 != 0 {
			packed = r.next()
		}
		if r.bad || packed > uint64(len(b)) {
			return l
		}
		b = b[packed:]
		switch kind {
		case 4:
			l.locked = true
			return l
		case 5:
			l.whole = true
			return l
		case 2:
			name, locked := rar5File(r, extra)
			l.locked = l.locked || locked
			if !l.add(name) {
				return l
			}
		}
	}
	return l
}

func rar5File(r vints, extra uint64) (name string, locked bool) {
	if extra <= uint64(len(r.b)) {
		x := vints{b: r.b[uint64(len(r.b))-extra:]}
		for len(x.b) > 0 && !x.bad {
			size := x.next()
			if size > uint64(len(x.b)) {
				break
			}
			record := vints{b: x.b[:size]}
			x.b = x.b[size:]
			locked = locked || record.next() == 1
		}
	}
	flags := r.next()
	r.next() // unpacked size
	r.next() // attributes
	if flags&2 != 0 {
		r.skip(4) // time
	}
	if flags&4 != 0 {
		r.skip(4) // checksum
	}
	r.next() // method
	r.next() // system
	n := min(r.next(), uint64(len(r.b)))
	return string(r.b[:n]), locked
}

// vints reads numbers of seven bits a byte, the lowest first.
type vints struct {
	b   []byte
	bad bool
}

func (r *vints) next() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *vints) skip(n int) { r.b = r.b[min(n, len(r.b)):] }

// list7z reads the header at the end (7zFormat.txt). A packed header is LZMA
// and stays closed; 7-Zip writes one as soon as there is more than one member.
func list7z(data []byte) (l listing) {
	if len(data) < 32 {
		return l
	}
	at, size := binary.LittleEndian.Uint64(data[12:]), binary.LittleEndian.Uint64(data[20:])
	if room := uint64(len(data) - 32); at > room || size > room-at || size == 0 {
		return l
	}
	header := data[32+at : 32+at+size]
	// The coder of AES-256 with SHA-256.
	l.locked = bytes.Contains(header, []byte{0x06, 0xf1, 0x07, 0x01})
	if header[0] != 1 {
		return l
	}
	// Names are UTF-16 up to a NUL and may begin at an odd byte; what stands
	// before a name does not change its extension.
	for _, b := range [][]byte{header, header[1:]} {
		for name := range strings.SplitSeq(utf16Text(b, binary.LittleEndian), "\x00") {
			if strings.Contains(name, ".") && !l.add(name) {
				return l
			}
		}
	}
	l.whole = true
	return l
}

func listTar(data []byte) (l listing) {
	r := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := r.Next()
		if err != nil {
			l.whole = err == io.EOF
			return l
		}
		if !l.add(h.Name) {
			return l
		}
	}
}

// contentGzip looks at the first bytes of the one member.
func contentGzip(data []byte) ContentKind {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return ContentSealed
	}
	head, _ := io.ReadAll(io.LimitReader(r, 1024)) // what can be had is looked at
	inner := contentOfName(fileExtension(r.Name))
	switch {
	case inner == ContentExecutable, inner == ContentScript, inner == ContentShortcut, contentProgram(head) != "":
		return ContentCarrier
	case len(head) == 0, startsWith(head, "PK", "Rar!", "7z\xbc\xaf", "\x1f\x8b"), len(head) > 262 && string(head[257:262]) == "ustar":
		return ContentSealed
	}
	if k := contentText(head); k == ContentScript || k == ContentShortcut {
		return ContentCarrier
	}
	return ContentArchive
}
