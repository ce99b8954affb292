package letter

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// lineKind says whose words a line of text is.
type lineKind byte

const (
	lineOwn lineKind = iota
	lineQuoted
	lineSignature
)

// textLine is one line of readable text.
type textLine struct {
	text string
	kind lineKind
}

// body collects what a person would read and see of one mail.
type body struct {
	r           *reader
	budget      int
	lines       []textLine
	plain       bool
	forwarded   []string
	attachments []Attachment
	sealed      int      // opaque signatures around what is being read
	looked      struct { // the part whose text was decoded last
		part    *Part
		limit   int
		text    string
		defects []Defect
	}
}

// readBody fills text, new text and attachments.
func (l *Letter) readBody(r *reader) {
	b := &body{r: r, budget: r.lim.Text}
	b.walk(l.Root, false, true)
	if len(b.lines) == 0 && len(b.forwarded) == 0 {
		b.nameless()
	}
	for i := range b.attachments {
		a := &b.attachments[i]
		a.Index = i + 1
		if a.Name == "" {
			a.Name = "附件" + strconv.Itoa(a.Index) + extension(a.Type)
		}
	}
	l.Attachments = b.attachments
	l.HasPlain = b.plain
	l.body = joinLines(b.lines)
	l.Text = l.body
	if len(b.forwarded) > 0 {
		l.Text = strings.Join(append([]string{l.body}, b.forwarded...), "\n\n")
	}
	l.Text = strings.Trim(l.Text, "\n")
	c := cutLines(b.lines)
	if c.whole {
		c.own = strings.Trim(l.body, "\n \t")
	}
	l.New, l.Signature = c.own, c.signature
	l.Quoted = strings.Trim(strings.Join(append([]string{c.quoted}, b.forwarded...), "\n\n"), "\n")
	if strings.TrimSpace(l.Text) == "" {
		r.defect(Defect{DefectEmpty, ""})
	}
}

// walk goes through a part. related says that the part lies beside a page that
// may show it; text says that text below is still wanted.
func (b *body) walk(p *Part, related, text bool) {
	switch {
	case p.Multipart():
		b.container(p, related, text)
	case p.Type == "message/rfc822" || p.Type == "message/global" || p.Type == "message/news":
		b.message(p)
	case b.readable(p, text):
		b.read(p)
	case tnefPart(p) && b.tnef(p, text):
	case opaquePart(p) && b.opaque(p, related, text):
	case p.Type == "message/delivery-status" || p.Type == "message/disposition-notification" ||
		p.Type == "message/feedback-report" || p.Type == "text/rfc822-headers":
		// Read by the report; to a person it is no file.
	case p.Type == "application/applefile":
		// The resource fork of a Macintosh file that is beside it.
	case !text && p.Disposition != "attachment" && p.Filename == "" && (bodyType(p.Type) || p.Type == "text/x-amp-html" || p.Type == "text/watch-html"):
		// The twin of a text that was read already.
	case p.Filename == "" && p.End-p.Body < 4096 && p.Size() == 0:
	default:
		b.attach(p, related)
	}
}

func (b *body) container(p *Part, related, text bool) {
	switch p.Type {
	case "multipart/alternative":
		b.alternative(p, related, text)
	case "multipart/related":
		root := 0
		for i, c := range p.Children {
			if start := strings.Trim(p.Params["start"], "<> "); start != "" && c.ContentID == start {
				root = i
			}
		}
		for i, c := range p.Children {
			b.walk(c, i != root || related, text)
		}
	case "multipart/encrypted":
		b.r.defect(Defect{DefectEncrypted, p.Params["protocol"]})
		fallthrough
	default:
		for _, c := range p.Children {
			b.walk(c, related, text)
		}
	}
}

// alternative reads the first variant that says something, plain text before HTML.
func (b *body) alternative(p *Part, related, text bool) {
	best, other := -1, -1
	for i, c := range p.Children {
		if text && plainVariant(c) {
			s, _ := b.text(c, b.r.lim.Text)
			if blank(s) || stub(s) || lost(s) || pageSource.MatchString(s) && slices.ContainsFunc(p.Children, isPage) {
				continue
			}
			if best = i; other < 0 && b.foreign(s, p.Children) {
				best = -1
				if !aboutFormat.MatchString(s) {
					other = i
				}
			}
			break
		}
	}
	if best < 0 && text {
		// The last is the richest (RFC 2046 section 5.1.4).
		for i, c := range p.Children {
			if hasText(c) {
				best = i
			}
		}
	}
	before := len(b.lines)
	if other >= 0 && best >= 0 {
		b.walk(p.Children[other], related, text) // two texts, and nobody knows which is meant
	}
	if best >= 0 {
		b.walk(p.Children[best], related, text)
	}
	for i, c := range p.Children {
		if i != best && i != other {
			b.walk(c, related, text && len(b.lines) == before)
		}
	}
}

// foreignPage is the size up to which a page is looked at for a short text's lines.
const foreignPage = 64 << 10

// foreign recognises a short plain variant that shares no line with a page which
// says much more: most likely a line of the sender's program. It may be the
// writer's own all the same, so that both are read.
func (b *body) foreign(s string, variants []*Part) bool {
	if len(s) > 200 {
		return false
	}
	for _, c := range variants {
		if c.Type != "text/html" {
			continue
		}
		if c.End-c.Body > foreignPage {
			return false
		}
		page, _ := c.text(b.r.lim.Text)
		for line := range strings.SplitSeq(s, "\n") {
			if t := strings.TrimSpace(line); t != "" && strings.Contains(page, t) {
				return false // seen without taking the page apart
			}
		}
		whole := squash(htmlLines(page))
		if len(whole) < 2*len(s) {
			return false
		}
		for line := range strings.SplitSeq(s, "\n") {
			if t := strings.Join(strings.Fields(line), ""); t != "" && strings.Contains(whole, t) {
				return false
			}
		}
		return true
	}
	return false
}

func plainVariant(p *Part) bool {
	return p.Type == "text/plain" && p.Disposition != "attachment"
}

// hasText says whether an HTML page or another readable part lies in or below p.
func hasText(p *Part) bool {
	if p.Multipart() {
		for _, c := range p.Children {
			if hasText(c) {
				return true
			}
		}
		return false
	}
	return p.Disposition != "attachment" && bodyType(p.Type) && p.Body < p.End
}

// text is p.text with the outcome kept until the next: a variant is first looked
// at, then read.
func (b *body) text(p *Part, limit int) (string, []Defect) {
	if p != b.looked.part || limit != b.looked.limit {
		b.looked.part, b.looked.limit = p, limit
		b.looked.text, b.looked.defects = p.text(limit)
	}
	return b.looked.text, b.looked.defects
}

// bodyType says whether a type is read as text rather than seen as a file.
func bodyType(t string) bool {
	switch t {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/rtf", "text/markdown", "application/xhtml+xml":
		return true
	}
	return strings.HasPrefix(t, "multipart/")
}

var enrichedBreaks = regexp.MustCompile(`\n{2,}`)

var stubText = regexp.MustCompile(`(?i)(不支持|无法(正常)?(显示|查看)|not support|unable to|does ?n.t support|view (this|the|it)).{0,60}(html|网页|浏览器|browser)|html.{0,60}(不支持|无法|not support|unable|does ?n.t)`)

// aboutFormat is a whole text that says in what format the letter is.
var aboutFormat = regexp.MustCompile(`(?i)^\s*[(（\[]?\s*(?:this is a multi-?part message in mime format|no (?:plain[- ]?)?text(?: version| body| content)?(?: available)?|(?:content |message )?(?:is )?not available in plain[- ]text|[^\n]{0,16}(?:网页版|html\s?(?:格式|邮件|版))[^\n]{0,24})[.。]?\s*[)）\]]?\s*$`)

// stub recognises a plain variant that only says that there is an HTML one.
func stub(s string) bool {
	return len(s) < 400 && stubText.MatchString(s)
}

// pageSource is a plain variant that holds the page's source.
var pageSource = regexp.MustCompile(`(?i)^\s*<(?:div|p|span|table|font|br|style|meta|body|h[1-6])(?:\s[^<>]*)?/?>`)

func isPage(p *Part) bool { return p.Type == "text/html" || p.Multipart() && hasText(p) }

// blank says whether nothing is seen of a text. QUIRK: QQ Mail leaves "&nbsp;" in
// the plain text it makes.
func blank(s string) bool {
	return len(s) < 400 && strings.TrimSpace(strings.ReplaceAll(s, "&nbsp;", "")) == "" || strings.TrimSpace(s) == ""
}

// lost recognises a plain variant of which only question marks are left.
// QUIRK: senders that make it in ASCII of a page in Chinese.
func lost(s string) bool {
	marks := strings.Count(s, "?")
	if marks < 4 || high([]byte(s)) > 0 {
		return false
	}
	seen := 0
	for word := range strings.FieldsSeq(s) {
		seen += len(word)
	}
	return 2*marks > seen
}

// readable says whether p is part of the text rather than a file.
func (b *body) readable(p *Part, text bool) bool {
	if !text || !bodyType(p.Type) || p.Disposition == "attachment" {
		return false
	}
	// QUIRK: Outlook and Apple Mail put text files "inline" behind the text.
	return p.Filename == "" || len(b.lines) == 0
}

// read adds a part's text.
func (b *body) read(p *Part) {
	if p.Filename != "" && p.Disposition != "" {
		b.attach(p, false)
	}
	if b.budget <= 0 {
		b.r.defect(Defect{DefectLimit, "text"})
		return
	}
	s, d := b.text(p, b.budget)
	b.r.defect(d...)
	b.budget -= p.End - p.Body
	var add []textLine
	switch {
	case p.Type == "text/html" || p.Type == "application/xhtml+xml" || p.Type == "text/plain" && pageLike(s):
		if strings.IndexByte(s, '<') < 0 {
			// QUIRK: plain text under the label of a page; a browser would join its lines.
			add = plainTextLines(plainLines(visible(html.UnescapeString(s))))
		} else {
			add = htmlLines(s)
		}
		if b.twin(add) {
			return
		}
	case p.Type == "text/rtf":
		data := p.Data()
		add = rtfLines(data[:min(len(data), b.r.lim.Text)])
	case p.Type == "text/enriched" || p.Type == "text/richtext":
		// RFC 1896: a lone line end is a blank, of several all but one are line breaks.
		s = enrichedBreaks.ReplaceAllStringFunc(s, func(run string) string { return strings.Repeat("<br>", len(run)-1) })
		add = plainTextLines(HTMLText(strings.ReplaceAll(s, "<<", "&lt;")))
	default:
		s = b.unpackUU(p, b.unarmor(s))
		if strings.EqualFold(p.Params["format"], "flowed") {
			s = unflow(s, strings.EqualFold(p.Params["delsp"], "yes"))
		}
		add = plainTextLines(s)
		b.plain = true
	}
	if len(b.lines) > 0 && len(add) > 0 {
		b.lines = append(b.lines, textLine{})
	}
	b.lines = append(b.lines, add...)
}

// namelessSize is the size up to which a file without a name may be a letter.
const namelessSize = 1 << 20

// nameless reads a text that was sent as a file without a name, where the mail has
// no other. QUIRK: scripts that declare application/octet-stream, text/x-markdown,
// or an attachment. What is no text to be shown by what it declares is no new text
// either, as commands in attachments are none (spec mail section 5).
func (b *body) nameless() {
	for i, a := range b.attachments {
		p := a.Part
		if a.Name != "" || p.End-p.Body > namelessSize || a.Inline && !strings.HasPrefix(p.Type, "text/") && !rtfType(p.Type) || p.Type == "text/calendar" {
			continue
		}
		switch {
		case rtfType(p.Type):
			data := p.Data()
			b.lines = rtfLines(data[:min(len(data), b.r.lim.Text)])
		case bodyType(p.Type):
			b.read(p)
		case p.Type == "application/octet-stream" || strings.HasPrefix(p.Type, "text/") && p.Disposition != "attachment":
			s, d := b.text(p, b.budget)
			if data := p.Data(); bytes.IndexByte(data, 0) >= 0 || !readsChinese(data) {
				continue // a table, a card, what is encrypted
			}
			b.r.defect(d...)
			b.lines, b.plain = plainTextLines(s), true
		}
		if len(b.lines) > 0 {
			if p.Disposition != "attachment" {
				b.attachments = slices.Delete(b.attachments, i, i+1)
			}
			if p.Disposition == "attachment" || !strings.HasPrefix(p.Type, "text/") {
				b.forwarded = append(b.forwarded, strings.Trim(joinLines(b.lines), "\n"))
				b.lines, b.plain = nil, false
			}
			return
		}
	}
}

func rtfType(t string) bool { return t == "application/rtf" || t == "application/x-rtf" }

// pageLike recognises a whole HTML page under a text/plain label.
func pageLike(s string) bool {
	t := strings.TrimSpace(s[:min(len(s), 400)])
	if !strings.HasPrefix(t, "<") {
		return false
	}
	t = strings.ToLower(t)
	return strings.HasPrefix(t, "<!doctype html") || strings.HasPrefix(t, "<html")
}

// twin says whether the page repeats the text that is there already.
// QUIRK: some mailers put both variants into multipart/mixed.
func (b *body) twin(page []textLine) bool {
	if len(b.lines) == 0 || len(page) == 0 {
		return false
	}
	have, more := squash(b.lines), squash(page)
	return more == "" || strings.HasPrefix(have, more) || strings.HasSuffix(have, more)
}

func squash(lines []textLine) string {
	var out strings.Builder
	for _, l := range lines {
		for _, f := range strings.Fields(l.text) {
			out.WriteString(f)
		}
	}
	return out.String()
}

// message adds a mail that came inside the mail: complaints are often forwarded.
func (b *body) message(p *Part) {
	if len(p.Children) == 0 {
		b.attach(p, false)
		return
	}
	inner := p.Children[0]
	head := Letter{Fields: inner.Fields, charsetHint: b.r.hint}
	at := len(b.attachments)
	b.attach(p, false)
	if b.attachments[at].Name == "" {
		if name := cleanFilename(head.Header("Subject")); name != "" {
			b.attachments[at].Name = name + ".eml"
		} else {
			b.attachments[at].Name = "转发邮件" + strconv.Itoa(at+1) + ".eml"
		}
	}
	sub := &body{r: b.r, budget: b.budget}
	sub.walk(inner, false, true)
	b.budget = sub.budget
	b.attachments = append(b.attachments, sub.attachments...)
	var text strings.Builder
	text.WriteString("———— 转发的邮件 ————\n")
	for _, f := range []struct{ label, name string }{{"发件人", "From"}, {"收件人", "To"}, {"日期", "Date"}, {"主题", "Subject"}} {
		if v := head.Header(f.name); v != "" {
			text.WriteString(f.label + "：" + v + "\n")
		}
	}
	text.WriteString("\n" + joinLines(sub.lines))
	b.forwarded = append(append(b.forwarded, strings.Trim(text.String(), "\n")), sub.forwarded...)
}

// unpackUU takes uuencoded files out of a plain text.
func (b *body) unpackUU(p *Part, s string) string {
	if !strings.Contains(s, "begin ") {
		return s
	}
	src := []byte(s)
	var out []byte
	for n := 0; n < 20; n++ {
		start, at := findUU(src)
		if start < 0 {
			break
		}
		end, whole := uuEnd(src, at)
		file := &Part{Type: "application/octet-stream", Filename: cleanFilename(uuName(src[start:at])), src: src, Offset: start, Body: start, End: end, transfer: transferUU, Encoding: "x-uuencode"}
		if !whole {
			p.uncut(file, src[start:at])
		}
		b.attach(file, false)
		out = append(out, src[:start]...)
		src = src[end:]
	}
	return string(append(out, src...))
}

// uncut lets a file that the limit on text cut off reach to its end in the mail,
// where its first line stands as in the text.
func (p *Part) uncut(file *Part, begin []byte) {
	if p.transfer != transferIdentity {
		return
	}
	start := bytes.Index(p.Raw(), bytes.TrimRight(begin, "\r\n"))
	if start < 0 {
		return
	}
	start += p.Body
	end, _ := uuEnd(p.src[:p.End], start)
	if end-start > file.End-file.Offset {
		file.src, file.Offset, file.Body, file.End = p.src, start, start, end
	}
}

// uuEnd is where the line "end" ends, or the end of the text.
func uuEnd(src []byte, from int) (end int, whole bool) {
	ls := newLines(src, from, len(src))
	for {
		s, e, after, ok := ls.next()
		if !ok {
			return len(src), false
		}
		if string(src[s:e]) == "end" {
			return after, true
		}
	}
}

func plainTextLines(s string) []textLine {
	s = strings.Trim(s, "\n")
	if strings.TrimSpace(s) == "" {
		return nil
	}
	lines := make([]textLine, 0, strings.Count(s, "\n")+1)
	for t := range strings.SplitSeq(s, "\n") {
		if t != "-- " {
			t = strings.TrimRight(t, " \t")
		}
		lines = append(lines, textLine{text: t})
	}
	return lines
}

func joinLines(lines []textLine) string {
	n := 0
	for _, l := range lines {
		n += len(l.text) + 1
	}
	var out strings.Builder
	out.Grow(n)
	for i, l := range lines {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(l.text)
	}
	return out.String()
}

// unflow joins the soft line breaks of RFC 3676.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	depth, open := 0, false
	for line := range strings.SplitSeq(s, "\n") {
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := line[d:]
		stuffed := strings.TrimPrefix(text, " ")
		if open && d == depth && text != "-- " {
			// goes on
		} else {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			if d > 0 {
				out.WriteString(line[:d] + " ")
			}
		}
		open = strings.HasSuffix(stuffed, " ") && stuffed != "-- "
		depth = d
		if open && delsp {
			stuffed = stuffed[:len(stuffed)-1]
		}
		out.WriteString(stuffed)
	}
	return out.String()
}
