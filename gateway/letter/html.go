package letter

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLText is the text a reader of the page would see: hidden elements dropped,
// table cells apart, links kept as text.
func HTMLText(page string) string {
	return joinLines(htmlLines(plainLines(page)))
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_\-]+)`)

// htmlCharset is the charset of a page: what the mail declares, else what the
// page says of itself.
func htmlCharset(label string, data []byte) string {
	if cs := parseCharset(label); cs != csNone && cs != csASCII && cs != csUnknown {
		return label
	}
	if m := metaCharset.FindSubmatch(data[:min(len(data), 4096)]); m != nil {
		return string(m[1])
	}
	return label
}

// element is one open element of the page.
type element struct {
	tag        atom.Atom
	name       string
	hidden     bool
	faint      bool // of the colour of what is behind it
	tiny       bool // in type too small to be seen
	kind       lineKind
	pre        bool
	block      bool // set as a block of its own by its style
	color      string
	background string
	href       string
	textAt     int // how many characters stood before a link's text
	lineAt     int // on which line the link's text begins, and where on it
	curAt      int
	holder     bool // a container that holds the history, and answers in between
	inHolder   bool
	inQuote    bool // inside a blockquote
	soft       int  // the number of the plain blockquote it is in
}

// maxOpen bounds the open elements that are remembered. Elements nested deeper
// inherit what the last remembered one says.
const maxOpen = 2000

// page turns tokens into lines. It does without the parser of x/net/html, which
// gives up beyond 512 open elements and takes ten times the page in memory.
type page struct {
	open    []element
	beyond  int // elements opened beyond maxOpen
	sheet   styleSheet
	lines   []textLine
	cur     []byte
	kept    arena // of the lines
	curKind lineKind
	curSoft int
	gap     bool // white space is due before the next word
	breaks  bool // that white space held a line end
	cut     bool // the rest of the page is quoted history
	bright  bool // text of its ground's colour is read too
	faint   bool // there was some
	signing bool // below the rule that Foxmail draws above a signature
	written int
	softs   int         // plain blockquotes so far
	tools   int         // those of them that Gmail's tool for quoting made
	softOf  map[int]int // line number to the plain blockquote it came from

	interned map[string]string     // attribute values that came before
	styles   map[string]appearance // what inline styles said
}

// htmlLines reads a page, valid UTF-8, into lines, each marked as the writer's own, quoted or
// signature by the containers that mail programs put around them.
func htmlLines(src string) []textLine {
	lines, faint := readPage(src, false)
	if faint && wordless(lines) {
		// QUIRK: telephones in the dark write white and leave the ground to the reader.
		lines, _ = readPage(src, true)
	}
	return lines
}

// wordless says whether lines hold nothing but history and signatures.
func wordless(lines []textLine) bool {
	c := cutLines(lines)
	return len(lines) == 0 || c.own == "" && !c.whole
}

// readPage reads a page; bright shows what has the colour of its ground, of which
// faint tells.
func readPage(src string, bright bool) (lines []textLine, faint bool) {
	p := newPage()
	p.bright = bright
	z := tokens{src: src, page: p}
	for {
		kind, text := z.next()
		switch kind {
		case tokenEnd:
			return p.finish(), p.faint
		case tokenText:
			p.text(text)
		case tokenStart, tokenSelfClosing:
			p.start(&z.tag, kind == tokenSelfClosing)
		case tokenClose:
			p.end(&z.tag)
		}
	}
}

func newPage() *page {
	return &page{interned: map[string]string{}, styles: map[string]appearance{}, open: make([]element, 0, 16), lines: make([]textLine, 0, 32), cur: make([]byte, 0, 256)}
}

func (p *page) finish() []textLine {
	p.newline()
	p.settleSoft()
	return trimLines(p.lines)
}

// tag is a tag of the page with those attributes that say anything to us.
type tag struct {
	atom  atom.Atom
	name  string
	attrs []html.Attribute
}

// tagNamed avoids a copy of the name of a tag that HTML knows.
func (p *page) tagNamed(name []byte) (atom.Atom, string) {
	if a := atom.Lookup(name); a != 0 {
		return a, a.String()
	}
	return 0, p.intern(name)
}

// intern bounds what it keeps: a hostile page repeats nothing.
func (p *page) intern(b []byte) string {
	s, ok := p.interned[string(b)]
	if !ok {
		s = string(b)
		if len(p.interned) < 1000 && len(s) < 1000 {
			p.interned[s] = s
		}
	}
	return s
}

// outside is what surrounds the outermost element.
var outside element

func (p *page) top() *element {
	if len(p.open) == 0 {
		return &outside
	}
	return &p.open[len(p.open)-1]
}

func (p *page) text(raw string) {
	top := p.top()
	if top.tag == atom.Style {
		p.sheet.read(raw)
		return
	}
	if top.hidden || top.tiny {
		return
	}
	if top.faint && !p.bright {
		p.faint = true
		return
	}
	for {
		i := strings.IndexByte(raw, '&')
		if i < 0 {
			break
		}
		p.write(raw[:i], top)
		raw = raw[i:]
		s, n := commonReference(raw)
		if n == 0 {
			raw = validText(html.UnescapeString(raw))
			break
		}
		p.write(s, top)
		raw = raw[n:]
	}
	p.write(raw, top)
}

// commonReference reads the references of which mails are full.
func commonReference(s string) (string, int) {
	for _, r := range [...]struct{ ref, text string }{{"&nbsp;", "\u00a0"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", `"`}, {"&#39;", "'"}} {
		if strings.HasPrefix(s, r.ref) {
			return r.text, len(r.ref)
		}
	}
	return "", 0
}

// The classes of bytes that begin a character which write must look at.
const (
	byteBlank   = 1 + iota // white space
	byteControl            // a control character
	byteLead               // a lead byte of characters that are not shown
)

var byteClass = func() (t [256]uint8) {
	for c := range t[:' '] {
		t[c] = byteControl
	}
	t[0x7F] = byteControl
	for _, c := range " \t\n\r\f" {
		t[c] = byteBlank
	}
	for _, c := range []byte{0xC2, 0xE2, 0xEF} {
		t[c] = byteLead
	}
	return t
}()

// write adds visible text, white space folded unless preformatted.
func (p *page) write(s string, e *element) {
	kind := e.kind
	if p.cut {
		kind = lineQuoted
	}
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && (byteClass[s[j]] == 0 || byteClass[s[j]] == byteLead && shown(s[j:])) {
			j++
		}
		if j > i {
			p.put(s[i:j], kind)
			i = j
			continue
		}
		switch c := s[i]; {
		case byteClass[c] == byteLead:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == 0xA0 {
				p.put(" ", kind)
			}
			i += n
			continue
		case e.pre && c == '\n':
			p.brk()
		case byteClass[c] == byteControl:
		case e.pre:
			p.put(s[i:i+1], kind)
		default:
			p.gap = true
			p.breaks = p.breaks || c == '\n'
		}
		i++
	}
}

// shown says whether the character at the start of s, whose lead byte is one of
// the three, is written as it stands: no space that folds, no character without
// a width.
func shown(s string) bool {
	switch s[0] {
	case 0xC2: // up to U+00BF
		return s[1] > 0xA0 && s[1] != 0xAD
	case 0xE2: // U+200B and U+2060
		return !(s[1] == 0x80 && s[2] == 0x8B || s[1] == 0x81 && s[2] == 0xA0)
	}
	return !(s[1] == 0xBB && s[2] == 0xBF) // U+FEFF
}

// put adds a run of visible characters.
func (p *page) put(run string, kind lineKind) {
	if p.signing && kind == lineOwn {
		kind = lineSignature
	}
	if len(p.cur) > 0 && kind != p.curKind {
		p.newline()
	}
	if p.gap && len(p.cur) > 0 {
		// A line end in the source between two Chinese characters is no blank to
		// the reader of the sentence.
		if p.breaks {
			last, _ := utf8.DecodeLastRune(p.cur)
			first, _ := utf8.DecodeRuneInString(run)
			p.breaks = wide(last) && wide(first)
		}
		if !p.breaks {
			p.cur = append(p.cur, ' ')
		}
	}
	p.gap, p.breaks = false, false
	p.curKind = kind
	p.curSoft = p.top().soft
	p.cur = append(p.cur, run...)
	p.written += len(run)
}

func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// newline ends the current line if it holds anything.
func (p *page) newline() {
	p.gap, p.breaks = false, false
	if len(p.cur) == 0 {
		return
	}
	cur := p.cur
	if string(cur) != "-- " {
		cur = bytes.TrimRight(cur, " \t")
	}
	s := p.kept.keep(cur)
	if p.curSoft > 0 {
		if p.softOf == nil {
			p.softOf = map[int]int{}
		}
		p.softOf[len(p.lines)] = p.curSoft
	}
	p.lines = append(p.lines, textLine{s, p.curKind})
	p.cur = p.cur[:0]
}

// brk is a <br>: it ends a line even when the line is empty.
func (p *page) brk() {
	if len(p.cur) > 0 {
		p.newline()
		return
	}
	kind := p.top().kind
	if p.cut {
		kind = lineQuoted
	}
	if n := len(p.lines); n > 0 && (n < 2 || p.lines[n-1].text != "" || p.lines[n-2].text != "") {
		p.lines = append(p.lines, textLine{"", kind})
	}
}

func (p *page) start(t *tag, selfClosing bool) {
	p.closeImplied(t.atom)
	e := *p.top() // what is inside inherits
	e.tag, e.name, e.href, e.holder = t.atom, t.name, "", false
	e.block = block(t.atom)
	p.attributes(&e, t)
	if !e.hidden {
		switch t.atom {
		case atom.Br:
			p.brk()
		case atom.Hr:
			p.newline()
			p.ruleLine(e)
			p.signing = p.signing || signatureRule(t)
		case atom.Td, atom.Th:
			p.cell()
		case atom.A:
			e.textAt, e.lineAt, e.curAt = p.written, len(p.lines), len(p.cur)
		default:
			if e.block {
				p.newline()
			}
		}
	}
	if void(t.atom) || selfClosing && t.atom == 0 {
		return
	}
	if len(p.open) >= maxOpen {
		p.beyond++
		return
	}
	if t.atom == atom.Blockquote {
		e.inQuote = true
		p.signing = false
	}
	p.open = append(p.open, e)
}

// ruleLine keeps a horizontal rule visible to the cutter: several programs draw
// one above the history.
func (p *page) ruleLine(e element) {
	if p.cut || e.kind != lineOwn || len(p.lines) == 0 {
		return
	}
	p.lines = append(p.lines, textLine{"", e.kind})
}

// signatureRule recognises the rule that Foxmail draws above a signature.
func signatureRule(hr *tag) bool {
	for _, a := range hr.attrs {
		if a.Key == "id" && strings.HasPrefix(strings.ToLower(a.Val), "fmsig") || a.Key == "color" && strings.EqualFold(a.Val, "#b5c4df") {
			return true
		}
	}
	return false
}

func (p *page) cell() {
	if len(p.cur) > 0 {
		kind := p.curKind
		p.gap, p.breaks = false, false
		if p.cur[len(p.cur)-1] != '\t' {
			p.put("\t", kind)
		}
	}
}

func (p *page) end(t *tag) {
	if void(t.atom) {
		if t.atom == atom.Br && !p.top().hidden {
			p.brk()
		}
		return
	}
	if p.beyond > 0 {
		p.beyond--
		return
	}
	for i := len(p.open) - 1; i >= 0 && i >= len(p.open)-200; i-- {
		if p.open[i].name != t.name {
			// A stray end tag does not close the table around it.
			if scope(p.open[i].tag) && t.atom != atom.Table && !scope(t.atom) && t.atom != atom.Tr {
				return
			}
			continue
		}
		p.closeTo(i)
		return
	}
	if t.atom == atom.P {
		p.newline() // HTML makes an empty paragraph of it
	}
}

// closeTo closes the open elements down to the i-th.
func (p *page) closeTo(i int) {
	for j := len(p.open) - 1; j >= i; j-- {
		e := &p.open[j]
		p.leave(e)
		p.open = p.open[:j]
		if e.tag == atom.Blockquote {
			p.afterQuote()
		}
	}
}

// afterQuote makes what follows a blockquote inside the history's container the
// writer's own: Gmail leaves interleaved answers there.
func (p *page) afterQuote() {
	if top := p.top(); !top.inHolder || top.inQuote {
		return
	}
	for i := len(p.open) - 1; i >= 0 && p.open[i].inHolder; i-- {
		p.open[i].kind = lineOwn
	}
}

func (p *page) leave(e *element) {
	if e.hidden {
		return
	}
	if e.tag == atom.A && e.href != "" && p.written > e.textAt {
		p.link(e)
	}
	if e.block {
		p.newline()
	}
}

// linkShown is how much of a link's text is searched for its address. It bounds
// the work for links within links that never end.
const linkShown = 4 << 10

// link writes the address behind a link's text when the text does not show it.
func (p *page) link(e *element) {
	shown := p.cur
	if len(p.lines) == e.lineAt && e.curAt <= len(shown) {
		shown = shown[e.curAt:]
	} else if len(p.lines) > 0 {
		last := p.lines[len(p.lines)-1].text
		shown = []byte(last[:min(len(last), linkShown/2)] + string(shown[:min(len(shown), linkShown/2)]))
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(e.href, "mailto:"), "https://"), "http://"), "/")
	if bare == "" || strings.Contains(strings.ToLower(string(shown[:min(len(shown), linkShown)])), strings.ToLower(bare)) {
		return
	}
	p.write(" <"+e.href+">", e)
}

// closeImplied closes what the start of tag ends by HTML's rules.
func (p *page) closeImplied(tag atom.Atom) {
	var ends []atom.Atom
	switch tag {
	case atom.Li:
		ends = []atom.Atom{atom.Li}
	case atom.Td, atom.Th:
		ends = []atom.Atom{atom.Td, atom.Th}
	case atom.Tr:
		ends = []atom.Atom{atom.Td, atom.Th, atom.Tr}
	case atom.Tbody, atom.Thead, atom.Tfoot:
		ends = []atom.Atom{atom.Td, atom.Th, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot}
	case atom.Dt, atom.Dd:
		ends = []atom.Atom{atom.Dt, atom.Dd}
	case atom.Option:
		ends = []atom.Atom{atom.Option}
	case atom.Body:
		ends = []atom.Atom{atom.Head}
	default:
		if !block(tag) {
			return
		}
		ends = []atom.Atom{atom.P}
	}
	for {
		at := -1
		for i := len(p.open) - 1; i >= 0 && i >= len(p.open)-50; i-- {
			for _, e := range ends {
				if p.open[i].tag == e {
					at = i
				}
			}
			if at >= 0 || scope(p.open[i].tag) || tag != atom.Tr && (p.open[i].tag == atom.Ul || p.open[i].tag == atom.Ol) {
				break
			}
		}
		if at < 0 {
			return
		}
		p.closeTo(at)
	}
}

// scope says whether an element shields what is outside it from tags inside it.
func scope(tag atom.Atom) bool {
	return tag == atom.Table || tag == atom.Blockquote || tag == atom.Body || tag == atom.Html
}

func void(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Area, atom.Base, atom.Col, atom.Embed, atom.Param, atom.Source, atom.Wbr, atom.Track:
		return true
	}
	return false
}

func block(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5,
		atom.H6, atom.Blockquote, atom.Pre, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Form, atom.Fieldset, atom.Center,
		atom.Address, atom.Body, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Main, atom.Nav, atom.Aside, atom.Option, atom.Title:
		return true
	}
	return false
}

// allSoft says that the whole page stands in plain blockquotes: then they are how
// its writer indents.
func (p *page) allSoft() bool {
	for i, l := range p.lines {
		if l.text != "" && p.softOf[i] == 0 {
			return false
		}
	}
	return true
}

// settleSoft decides about blockquotes that bear no sign of a mail program: the
// last one, and one that an attribution announces, is history; the others are
// the writer's own quoting.
func (p *page) settleSoft() {
	if p.softs == 0 || p.allSoft() {
		return
	}
	announced := map[int]bool{p.softs: p.tools == 0}
	for i, l := range p.lines {
		n := p.softOf[i]
		if n == 0 || announced[n] || i == 0 {
			continue
		}
		if j := i - 1; p.softOf[j] != n && l.kind == lineOwn {
			for j > 0 && p.lines[j].text == "" {
				j--
			}
			announced[n] = endsAttribution(p.lines[j].text) && dated(p.lines[j].text)
		}
	}
	for i, n := range p.softOf {
		if announced[n] {
			p.lines[i].kind = lineQuoted
		}
	}
}

// trimLines drops blank lines at both ends and more than one in a row.
func trimLines(lines []textLine) []textLine {
	out := lines[:0]
	for _, l := range lines {
		if l.text == "" && (len(out) == 0 || out[len(out)-1].text == "") {
			continue
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1].text == "" {
		out = out[:len(out)-1]
	}
	return out
}
