package letter

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Field is one header field.
type Field struct {
	// Name is the field's name as written.
	Name string
	// Value is the field's body, raw but unfolded.
	Value string
	// Offset is where the field begins in the raw mail, End where it ends,
	// its last line end included.
	Offset, End int
}

// Is says whether the field has that name, which knows no case.
func (f Field) Is(name string) bool {
	return len(f.Name) == len(name) && strings.EqualFold(f.Name, name)
}

// Header is the decoded text of the first field with that name, or empty.
func (l Letter) Header(name string) string {
	for _, f := range l.Fields {
		if f.Is(name) {
			s, _ := decodeWords(f.Value, l.charsetHint)
			return cleanLine(s)
		}
	}
	return ""
}

// HeaderAll is the decoded text of every field with that name, in order.
func (l Letter) HeaderAll(name string) []string {
	var all []string
	for _, f := range l.Fields {
		if f.Is(name) {
			s, _ := decodeWords(f.Value, l.charsetHint)
			all = append(all, cleanLine(s))
		}
	}
	return all
}

// field is the raw value of the first field with that name among fields.
func field(fields []Field, name string) (string, bool) {
	for _, f := range fields {
		if f.Is(name) {
			return f.Value, true
		}
	}
	return "", false
}

// headerBlock is a header block that was cut into fields.
type headerBlock struct {
	fields  []Field
	body    int // where the body begins
	defects []Defect
	values  arena
}

// lines walks over lines that end in LF, CRLF, CRCRLF or, where a text knows no
// LF at all, CR.
type lines struct {
	src  []byte
	pos  int
	end  int
	bare bool // a lone CR ends a line
}

func newLines(src []byte, pos, end int) lines {
	body := src[pos:end]
	bare := bytes.IndexByte(body, '\n') < 0 && bytes.IndexByte(body, '\r') >= 0
	return lines{src: src, pos: pos, end: end, bare: bare}
}

// next is the next line: where it starts, where its text ends, and where the
// line after it starts.
func (l *lines) next() (start, stop, after int, ok bool) {
	if l.pos >= l.end {
		return 0, 0, 0, false
	}
	start = l.pos
	mark := byte('\n')
	if l.bare {
		mark = '\r'
	}
	i := bytes.IndexByte(l.src[start:l.end], mark)
	if i < 0 {
		stop, after = l.end, l.end
	} else {
		stop, after = start+i, start+i+1
	}
	for stop > start && l.src[stop-1] == '\r' {
		stop--
	}
	l.pos = after
	return start, stop, after, true
}

// splitHeader cuts the header block that begins at pos. top is set for the
// header of a whole mail, where an mbox line and leading blank lines occur.
func splitHeader(src []byte, pos, end int, top bool, lim Limits) (b headerBlock) {
	b.body = pos
	ls := newLines(src, pos, end)
	if top {
		b.skipPreface(&ls)
	}
	b.fields = make([]Field, 0, 4)
	if top {
		b.fields = make([]Field, 0, 16)
	}
	begin := ls.pos
	limited, skipped := false, false
	// Folded lines are collected here: adding them to a string one by one would
	// cost the square of their number.
	var value []byte
	var mark int // where the value's last line begins
	defer func() { b.settle(value) }()
	for {
		start, stop, after, ok := ls.next()
		if !ok {
			b.body = end
			break
		}
		line := src[start:stop]
		if len(line) == 0 {
			b.body = after
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			// QUIRK: a "blank" line of white space is a continuation by RFC 5322
			// section 4.2, and never ends the header.
			if len(b.fields) > 0 {
				if skipped {
					continue
				}
				b.fields[len(b.fields)-1].End = after
				if len(value)+len(line) > lim.Line {
					limited = true
				} else if !blankLine(line) {
					value, mark = unfold(value, line, mark)
				}
				continue
			}
			if blankLine(line) {
				continue
			}
			line = bytes.TrimLeft(line, " \t")
		}
		name, colon := fieldName(line)
		// NOTE: no other field is joined: who sent a mail must not be read otherwise
		// than by the server that vouches for it.
		if n := len(b.fields); colon < 0 && n > 0 && !skipped && b.fields[n-1].Is("Subject") && len(value) < longSubject {
			if more, ok := wordGoesOn(value, line); ok {
				b.fields[len(b.fields)-1].End = after
				value = more
				continue
			}
		}
		if colon < 0 {
			if !junkLine(src, ls, len(b.fields) > 0) {
				b.defects = append(b.defects, Defect{DefectHeaderLine, "body begins without a blank line"})
				b.body = start
				break
			}
			b.defects = append(b.defects, Defect{DefectHeaderLine, "line without a field name"})
			continue
		}
		// NOTE: a second From is noticed wherever it stands: it must never hide
		// behind a limit from those who judge the sender.
		full := start-begin > lim.Header || len(b.fields) >= maxFields
		if full && (!strings.EqualFold(name, "From") || len(b.fields) >= maxFields+10) {
			limited, skipped = true, true
			continue
		}
		limited, skipped = limited || full, false
		b.settle(value)
		value, mark = append(value[:0], bytes.TrimLeft(line[colon+1:], " \t")...), 0
		if len(value) > lim.Line {
			value, limited = cutValue(value, lim.Line), true
		}
		b.fields = append(b.fields, Field{Name: name, Offset: start, End: after})
	}
	if limited {
		b.defects = append(b.defects, Defect{DefectLimit, "header"})
	}
	return b
}

// maxFields bounds the fields of one header block.
const maxFields = 5000

// settle gives the last field the value that was collected for it.
func (b *headerBlock) settle(value []byte) {
	if len(b.fields) > 0 {
		b.fields[len(b.fields)-1].Value = b.values.keep(value)
	}
}

// skipPreface passes an mbox line and blank lines above a mail's header.
func (b *headerBlock) skipPreface(ls *lines) {
	for {
		// QUIRK: mails that were saved from an editor begin with a byte-order mark.
		if bytes.HasPrefix(ls.src[ls.pos:ls.end], []byte("\ufeff")) {
			ls.pos += len("\ufeff")
		}
		at := ls.pos
		start, stop, _, ok := ls.next()
		if !ok {
			ls.pos = at
			return
		}
		line := ls.src[start:stop]
		// A blank before the colon makes no mbox line of a field (RFC 5322 section 4.5).
		name, _ := fieldName(line)
		if bytes.HasPrefix(line, []byte("From ")) && name != "From" || bytes.HasPrefix(line, []byte(">From ")) {
			b.defects = append(b.defects, Defect{DefectMboxLine, ""})
			continue
		}
		if len(line) == 0 {
			probe := *ls
			s, e, _, ok := probe.next()
			if ok && e == s {
				continue
			}
			if ok && headerLike(ls.src[s:e]) {
				return
			}
		}
		ls.pos = at
		return
	}
}

func blankLine(line []byte) bool {
	return len(bytes.Trim(line, " \t\r")) == 0
}

// fieldName reads "Name:" at the start of a line; colon is -1 where none is.
func fieldName(line []byte) (string, int) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 256 {
		return "", -1
	}
	name := bytes.TrimRight(line[:colon], " \t")
	if len(name) == 0 {
		return "", -1
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return "", -1
		}
	}
	if known, ok := fieldNames[string(name)]; ok {
		return known, colon
	}
	return string(name), colon
}

// fieldNames are those that need not be copied out of each mail.
var fieldNames = func() map[string]string {
	names := map[string]string{}
	for _, name := range strings.Fields("Return-Path Received Delivered-To DKIM-Signature Authentication-Results Received-SPF From Sender Reply-To To Cc Subject Date Message-ID Message-Id In-Reply-To References MIME-Version Mime-Version " +
		"Content-Type Content-Transfer-Encoding Content-Disposition Content-ID Content-Language X-Mailer X-Priority User-Agent Auto-Submitted Importance Precedence") {
		names[name] = name
	}
	return names
}()

// headerLike says whether a line is surely a header field and not a sentence
// with a colon.
func headerLike(line []byte) bool {
	name, colon := fieldName(line)
	if colon < 0 {
		return false
	}
	switch strings.ToLower(name) {
	case "from", "to", "cc", "bcc", "subject", "date", "sender", "received", "reply-to", "message-id", "return-path",
		"mime-version", "in-reply-to", "references", "delivered-to", "dkim-signature", "status", "importance", "priority":
		return true
	}
	low := strings.ToLower(name)
	return strings.HasPrefix(low, "content-") || strings.HasPrefix(low, "x-") || strings.HasPrefix(low, "arc-") ||
		strings.HasPrefix(low, "list-") || strings.HasPrefix(low, "resent-") || strings.HasPrefix(low, "authentication-")
}

// junkLine decides about a line that is no field: junk between fields when the
// header goes on behind it, otherwise the first line of the body.
func junkLine(src []byte, ls lines, some bool) bool {
	start, stop, _, ok := ls.next()
	if !ok {
		return false
	}
	line := src[start:stop]
	if len(line) == 0 || headerLike(line) {
		return some || len(line) > 0
	}
	if !some && line[0] != ' ' && line[0] != '\t' {
		return false
	}
	// Fields without a known name still are fields when nothing else stands
	// between here and the blank line.
	for n := 0; n < 20; n++ {
		if len(line) == 0 {
			return n > 0
		}
		if line[0] != ' ' && line[0] != '\t' {
			if headerLike(line) {
				return true
			}
			if name, colon := fieldName(line); colon < 0 || !plainName(name) {
				return false
			}
		}
		if start, stop, _, ok = ls.next(); !ok {
			return false
		}
		line = src[start:stop]
	}
	return false
}

// plainName says whether a field's name looks like one: X-Something, not "http"
// of an address or the start of a sentence.
func plainName(name string) bool {
	for i := 0; i < len(name); i++ {
		if !alnum(name[i]) && name[i] != '-' {
			return false
		}
	}
	return name != "" && name[0] >= 'A' && name[0] <= 'Z' && len(name) <= 40
}

// cleanLine makes decoded header text fit for one line: valid, without control
// characters, blanks at the ends removed.
func cleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0xFEFF:
			return -1
		}
		return r
	}, validText(s))
	return strings.TrimSpace(s)
}

func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// sanitizeDetail keeps what a mail brought fit for a defect's detail.
func sanitizeDetail(s string) string {
	s = cleanLine(s)
	if len(s) > 80 {
		s = validText(s[:80])
	}
	return s
}
