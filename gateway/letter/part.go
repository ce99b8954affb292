package letter

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Part is one node of the MIME tree.
type Part struct {
	// Type is the declared media type in lower case, text/plain where none is
	// declared; a declared type that is no type is application/octet-stream.
	Type string
	// Params are the decoded parameters of Content-Type by lower-case name.
	Params map[string]string
	// Disposition is inline, attachment, or empty.
	Disposition string
	// Filename is the decoded file name, or empty.
	Filename string
	// Encoding is the declared Content-Transfer-Encoding in lower case.
	Encoding  string
	ContentID string
	Fields    []Field
	// Children are the parts of a multipart; the one child of a message/rfc822
	// is the mail that it holds.
	Children []*Part
	// Offset, Body and End are where the part's header, its body and the part
	// end, counted in the raw mail, or in the decoded bytes of the nearest
	// enclosing part that was itself encoded.
	Offset, Body, End int

	src      []byte
	transfer transfer
	bare     bool // holds no own declaration of a type
	cut      bool // its boundary was never found: read as text
}

// Multipart says whether the part is a container of parts.
func (p *Part) Multipart() bool { return strings.HasPrefix(p.Type, "multipart/") && !p.cut }

// Raw is the part's body as it stands in the mail.
func (p *Part) Raw() []byte { return p.src[p.Body:p.End] }

// Data is the decoded content of the part; its charset is left alone. Each
// call decodes anew, so that a tree holds no copies of attachments.
func (p *Part) Data() []byte {
	out, _ := decodeTransfer(p.transfer, p.Raw())
	return out
}

// Size is the length of Data.
func (p *Part) Size() int64 { return transferSize(p.transfer, p.Raw()) }

// Text is the content of a text part as UTF-8 with LF line ends.
func (p *Part) Text() string {
	s, _ := p.text(0)
	return s
}

// text decodes at most limit bytes; 0 means all.
func (p *Part) text(limit int) (string, []Defect) {
	raw, cut := p.Raw(), false
	if most := 3*limit + 1<<10; limit > 0 && len(raw) > most {
		raw, cut = raw[:most], true // more than any encoding needs for as much
	}
	data, ok := decodeTransfer(p.transfer, raw)
	if p.transfer == transferBase64 && ok && escapedText(raw[:min(len(raw), undeclaredSample)]) {
		data, ok = raw, false
	}
	var defects []Defect
	if !ok {
		defects = append(defects, Defect{DefectEncodingDamaged, p.Encoding})
	}
	if inner, found := undeclared(data, p.Type == "text/html"); found {
		data = inner
		defects = append(defects[:0], Defect{DefectEncodingDamaged, p.Encoding})
	}
	if limit > 0 && len(data) > limit {
		data, cut = data[:limit], true
		// Not in the middle of a character.
		if i := bytes.LastIndexByte(data, '\n'); i > len(data)-1<<10 {
			data = data[:i+1]
		}
	}
	if cut {
		defects = append(defects, Defect{DefectLimit, "text"})
	}
	label := p.Params["charset"]
	if p.Type == "text/html" {
		label = htmlCharset(label, data)
	}
	if s, ok := plainUTF8(label, data); ok {
		return s, defects
	}
	s, d := decodeText(label, data)
	defects = append(defects, d...)
	if whole, ok := dropHalf(s, data); ok {
		s = whole
		defects = append(defects, Defect{DefectTextDamaged, "cut within its last character"})
	}
	return bareReadable(s), defects
}

// plainUTF8 is what decodeText and plainLines make of good UTF-8, in one copy.
func plainUTF8(label string, data []byte) (string, bool) {
	if parseCharset(label) != csUTF8 || !utf8.Valid(data) {
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, '\r') >= 0 {
		return readableLines(bareBytes(data)), true
	}
	return readableLines(string(data)), true
}

// plainLines is text fit to be read and stored: LF line ends, no NUL, no other
// control characters but tabs.
func plainLines(s string) string {
	return bareReadable(validText(s))
}

// bareReadable is plainLines for valid UTF-8.
func bareReadable(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = bareLines(s)
	}
	return readableLines(s)
}

// readableLines drops what cannot be read from valid UTF-8 without CR.
func readableLines(s string) string {
	if allReadable(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\f' || r == '\v' || r == 0x85 {
			return '\n'
		}
		if unreadable(r) {
			return -1
		}
		return r
	}, s)
}

// bareLines turns CRLF, CRCRLF and CR into LF.
func bareLines(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\r')
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		out.WriteByte('\n')
		s = s[i+1:]
		if t, ok := strings.CutPrefix(s, "\r\n"); ok {
			s = t
		} else {
			s = strings.TrimPrefix(s, "\n")
		}
	}
}

// bareBytes is bareLines for bytes, so that a text is copied once.
func bareBytes(data []byte) string {
	var out strings.Builder
	out.Grow(len(data))
	for {
		i := bytes.IndexByte(data, '\r')
		if i < 0 {
			out.Write(data)
			return out.String()
		}
		out.Write(data[:i])
		out.WriteByte('\n')
		data = data[i+1:]
		if t, ok := bytes.CutPrefix(data, []byte("\r\n")); ok {
			data = t
		} else {
			data = bytes.TrimPrefix(data, []byte("\n"))
		}
	}
}

// allReadable says whether s, valid UTF-8, holds nothing unreadable. It looks at
// eight bytes at once: the high bits of the sums tell whether one of them is below
// the space, DEL, or the lead of the control characters beyond ASCII.
func allReadable(s string) bool {
	if strings.Contains(s, "\uFEFF") {
		return false
	}
	text := []byte(s)
	for len(text) >= 16 {
		if oddWord(binary.LittleEndian.Uint64(text))|oddWord(binary.LittleEndian.Uint64(text[8:])) != 0 && !readableBytes(text, 16) {
			return false
		}
		text = text[16:]
	}
	return readableBytes(text, len(text))
}

// oddWord is not zero where one of eight bytes may begin what cannot be read: where
// it is below the space but no line feed, or DEL, or 0xC2.
func oddWord(w uint64) uint64 {
	feed, del, lead := w^'\n'*everyByte, w^0x7F*everyByte, w^0xC2*everyByte
	feeds := ^((feed&lowBits + lowBits) | feed | lowBits) // exactly where one is
	return ((w-' '*everyByte)&^w&^feeds | (del-everyByte)&^del | (lead-everyByte)&^lead) & highBits
}

// readableBytes looks at n bytes of text one by one.
func readableBytes(text []byte, n int) bool {
	for i, c := range text[:n] {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7F || c == 0xC2 && text[i+1] < 0xA0 {
			return false
		}
	}
	return true
}

func unreadable(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xA0 || r == 0xFEFF
}

// reader carries the limits and the findings of one parse.
type reader struct {
	lim       Limits
	parts     int
	decoded   int64
	defects   []Defect
	truncated bool
	hint      string
}

// defect notes a finding; the same one is noted once.
func (r *reader) defect(ds ...Defect) {
	for _, d := range ds {
		if d.Code == DefectLimit {
			r.truncated = true
		}
		known := false
		for _, old := range r.defects {
			known = known || old == d
		}
		if !known && len(r.defects) < 100 {
			r.defects = append(r.defects, d)
		}
	}
}

// place is where a part lies and what surrounds it.
type place struct {
	src        []byte
	pos, end   int
	depth      int
	mail       bool   // a whole mail: mbox line and blank lines may lead
	fallback   string // the type where none is declared (RFC 2046 section 5.1.5)
	boundaries []string
}

// part reads the part at a place with everything below it.
func (r *reader) part(at place) *Part {
	r.parts++
	head := splitHeader(at.src, at.pos, at.end, at.mail, r.lim)
	if !at.mail && len(head.fields) == 0 && at.fallback == "text/plain" && bytes.HasPrefix(at.src[head.body:at.end], []byte("Content-")) {
		// QUIRK: scripts that leave a blank line between the boundary and the header.
		head = splitHeader(at.src, head.body, at.end, false, r.lim)
	}
	r.defect(head.defects...)
	p := &Part{src: at.src, Offset: at.pos, Body: head.body, End: at.end, Fields: head.fields}
	r.describe(p, at.fallback)
	switch {
	case strings.HasPrefix(p.Type, "multipart/"):
		r.multipart(p, at)
	case p.Type == "message/rfc822" || p.Type == "message/global" || p.Type == "message/news":
		r.message(p, at)
	}
	return p
}

// describe reads the part's own fields.
func (r *reader) describe(p *Part, fallback string) {
	raw, ok := field(p.Fields, "Content-Type")
	if ok && strings.TrimSpace(raw) == "" {
		ok = false
	}
	p.bare = !ok
	value, params, d := parseParams(raw, r.hint)
	r.defect(d...)
	p.Type, p.Params = mediaType(value, ok, fallback), params
	if raw, ok := field(p.Fields, "Content-Transfer-Encoding"); ok {
		var known bool
		p.transfer, p.Encoding, known = parseTransfer(raw)
		if !known {
			r.defect(Defect{DefectEncodingUnknown, sanitizeDetail(p.Encoding)})
		}
	}
	name := params["name"]
	if raw, ok := field(p.Fields, "Content-Disposition"); ok {
		value, dp, d := parseParams(raw, r.hint)
		r.defect(d...)
		p.Disposition = value
		// RFC 2183 section 2.8: an unknown disposition is an attachment.
		if value != "inline" && value != "" {
			p.Disposition = "attachment"
		}
		if f := cleanFilename(dp["filename"]); f != "" && (name == "" || !lostName(dp["filename"])) {
			name = dp["filename"]
		} else if f := cleanFilename(dp["name"]); f != "" {
			name = dp["name"]
		}
	}
	if name == "" {
		name = params["filename"]
	}
	p.Filename = cleanFilename(entityName(name))
	if raw, ok := field(p.Fields, "Content-ID"); ok {
		p.ContentID = strings.Trim(strings.TrimSpace(raw), "<>")
	}
	if r.hint == "" {
		r.hint = params["charset"]
	}
}

// mediaType makes a type of what a mail declares.
func mediaType(value string, declared bool, fallback string) string {
	value = withoutBlanks(value)
	if i := strings.IndexAny(value, ",:\""); i > 0 {
		value = value[:i]
	}
	major, minor, ok := strings.Cut(value, "/")
	switch {
	case !declared:
		return fallback
	case value == "plain/text" || value == "html/text":
		return "text/" + major
	case strings.Contains(value, "=?"):
		return "text/plain"
	case ok && major != "" && minor != "":
		return value
	case value == "text" || value == "plain":
		// QUIRK: "Content-Type: text" of old Unix mailers (RFC 1049).
		return "text/plain"
	case value == "html":
		return "text/html"
	case value == "multipart":
		return "multipart/mixed"
	case value == "":
		return fallback
	}
	// RFC 2045 section 5.2: what cannot be understood is text/plain.
	return "text/plain"
}

// message reads the mail inside a message/rfc822 part.
func (r *reader) message(p *Part, at place) {
	if !r.room(at.depth) {
		return
	}
	inner := place{src: at.src, pos: p.Body, end: p.End, depth: at.depth + 1, mail: true, fallback: "text/plain", boundaries: at.boundaries}
	if p.transfer != transferIdentity {
		data := p.Data()
		r.decoded += int64(len(data))
		if r.decoded > r.lim.Decoded {
			r.defect(Defect{DefectLimit, "decoded"})
			return
		}
		inner.src, inner.pos, inner.end = data, 0, len(data)
	}
	p.Children = []*Part{r.part(inner)}
}

// room says whether one more part below this depth may be read.
func (r *reader) room(depth int) bool {
	if depth >= r.lim.Depth {
		r.defect(Defect{DefectLimit, "depth"})
		return false
	}
	if r.parts >= r.lim.Parts {
		r.defect(Defect{DefectLimit, "parts"})
		return false
	}
	return true
}

// multipart cuts a multipart's body at its boundary.
func (r *reader) multipart(p *Part, at place) {
	if !r.room(at.depth) {
		return
	}
	var spans [][2]int
	closed := false
	boundary := p.Params["boundary"]
	for _, b := range boundaryForms(boundary) {
		if spans, closed = splitMultipart(p.src, p.Body, p.End, b); len(spans) > 0 {
			boundary = b
			break
		}
	}
	if len(spans) == 0 {
		if b := guessBoundary(p.Raw(), at.boundaries); b != "" {
			boundary = b
			spans, closed = splitMultipart(p.src, p.Body, p.End, b)
		}
		r.defect(Defect{DefectBoundaryMissing, ""})
	}
	src := p.src
	if len(spans) == 0 {
		if data := r.encodedMultipart(p); data != nil {
			src = data
			spans, closed = splitMultipart(data, 0, len(data), p.Params["boundary"])
		}
	}
	if len(spans) == 0 {
		p.cut = len(bytes.TrimSpace(p.Raw())) > 0
		return
	}
	if !closed {
		r.defect(Defect{DefectBoundaryOpen, ""})
	}
	fallback := "text/plain"
	if p.Type == "multipart/digest" {
		fallback = "message/rfc822"
	}
	for _, s := range spans {
		if !r.room(at.depth) {
			return
		}
		p.Children = append(p.Children, r.part(place{
			src: src, pos: s[0], end: s[1], depth: at.depth + 1, fallback: fallback,
			boundaries: append(at.boundaries[:len(at.boundaries):len(at.boundaries)], boundary),
		}))
	}
}

// encodedMultipart is the body of a multipart that was encoded as a whole, against
// RFC 2045 section 6.4, or nil.
func (r *reader) encodedMultipart(p *Part) []byte {
	if p.transfer == transferIdentity {
		return nil
	}
	data := p.Data()
	r.decoded += int64(len(data))
	if r.decoded > r.lim.Decoded {
		r.defect(Defect{DefectLimit, "decoded"})
		return nil
	}
	return data
}

// boundaryForms are a declared boundary and what mailers make of it when it
// ends in blanks (RFC 2046 section 5.1.1 forbids that) or was folded.
func boundaryForms(b string) []string {
	forms := []string{b}
	for _, f := range []string{strings.TrimRight(b, " \t"), strings.Join(strings.Fields(b), " ")} {
		if f != forms[len(forms)-1] {
			forms = append(forms, f)
		}
	}
	return forms
}

// splitMultipart is the spans between delimiter lines, the line end before a
// delimiter left out since it belongs to the delimiter (RFC 2046 section
// 5.1.1). Delimiters behind the closing one open parts again: the same boundary
// was used twice.
func splitMultipart(src []byte, pos, end int, boundary string) (spans [][2]int, closed bool) {
	if boundary == "" {
		return nil, false
	}
	delimiter := []byte("--" + boundary)
	open := -1
	for at := pos; at < end; {
		i := bytes.Index(src[at:end], delimiter)
		if i < 0 {
			break
		}
		start := at + i
		at = start + len(delimiter)
		if start > pos && src[start-1] != '\n' && src[start-1] != '\r' {
			continue
		}
		last, ok := delimiterTail(src[at:end])
		if !ok {
			continue
		}
		if open >= 0 {
			spans = append(spans, [2]int{open, max(open, beforeLineEnd(src, open, start))})
		}
		open = -1
		closed = last
		after := lineAfter(src, at, end)
		if !last {
			open = after
		}
		at = after
	}
	if open >= 0 && (open < end || len(spans) == 0) {
		spans = append(spans, [2]int{open, end})
	}
	return spans, closed
}

// delimiterTail judges what follows "--boundary": nothing, blanks and rubbish,
// or the two dashes that close. Another letter means a longer boundary.
func delimiterTail(rest []byte) (last, ok bool) {
	if bytes.HasPrefix(rest, []byte("--")) {
		if len(rest) == 2 || bytes.IndexByte([]byte(" \t\r\n"), rest[2]) >= 0 {
			return true, true
		}
		return false, false
	}
	return false, len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0
}

func beforeLineEnd(src []byte, from, pos int) int {
	if pos > from && src[pos-1] == '\n' {
		pos--
	}
	for pos > from && src[pos-1] == '\r' {
		pos--
	}
	return pos
}

// lineAfter is where the line behind pos begins.
func lineAfter(src []byte, pos, end int) int {
	for i := pos; i < end; i++ {
		switch src[i] {
		case '\n':
			return i + 1
		case '\r':
			j := i
			for j < end && src[j] == '\r' {
				j++
			}
			if j < end && src[j] == '\n' {
				return j + 1
			}
			return i + 1
		}
	}
	return end
}

// guessBoundary finds the boundary of a multipart that declares none, or a
// wrong one: the first line of two dashes that a header field follows.
func guessBoundary(body []byte, outer []string) string {
	if len(body) > 1<<20 {
		body = body[:1<<20]
	}
	ls := newLines(body, 0, len(body))
	for {
		s, e, _, ok := ls.next()
		if !ok {
			return ""
		}
		line := bytes.TrimRight(body[s:e], " \t")
		if len(line) < 3 || len(line) > 200 || !bytes.HasPrefix(line, []byte("--")) {
			continue
		}
		probe := ls
		s, e, _, ok = probe.next()
		if !ok || !headerLike(body[s:e]) {
			continue
		}
		found := string(line[2:])
		known := false
		for _, b := range outer {
			known = known || b == found
		}
		if !known {
			return found
		}
	}
}
