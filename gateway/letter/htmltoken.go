package letter

import (
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tokenKind is what stands at a place of a page.
type tokenKind byte

const (
	tokenEnd tokenKind = iota // of the page; a tag that it cuts off is dropped
	tokenText
	tokenStart
	tokenSelfClosing
	tokenClose
	tokenSkip // a comment, a declaration
)

// tokens takes a page apart by the rules of HTML (WHATWG HTML section 13.2.5) as
// the tokenizer of x/net/html does, which a test holds it to. It reads a string
// in place: half of the time that a page took went into that tokenizer's reading
// byte by byte and into its copies of every attribute.
type tokens struct {
	src  string
	pos  int
	raw  string // the element whose content is text up to its end tag
	name []byte // of the tag, in lower case; lent until the next
	tag  tag    // what next found, lent until the next
	page *page

	bareEnd int // where the last value without quotes ended
}

// next is what comes next, and its text; a tag is left in z.tag.
func (z *tokens) next() (tokenKind, string) {
	if z.raw != "" {
		if text := z.rawText(); text != "" {
			return tokenText, text
		}
	}
	start := z.pos
	for {
		i := strings.IndexByte(z.src[z.pos:], '<')
		if i < 0 || z.pos+i+1 >= len(z.src) {
			z.pos = len(z.src)
			break
		}
		z.pos += i
		c := z.src[z.pos+1]
		if !letterByte(c) && c != '/' && c != '!' && c != '?' {
			z.pos++
			continue
		}
		if z.pos > start {
			break
		}
		if c == '/' && z.pos+2 == len(z.src) {
			z.pos += 2
			break
		}
		return z.markup(), ""
	}
	if z.pos == start {
		return tokenEnd, ""
	}
	return tokenText, z.src[start:z.pos]
}

// markup reads the tag, comment or declaration at z.pos.
func (z *tokens) markup() tokenKind {
	rest := z.src[z.pos:]
	switch {
	case rest[1] == '/' && letterByte(rest[2]):
		z.pos += 2
		if !z.readTag(false) {
			return tokenEnd
		}
		return tokenClose
	case letterByte(rest[1]):
		z.pos++
		if !z.readTag(true) {
			return tokenEnd
		}
		// In <a href=b/> the stroke belongs to the value.
		if z.src[z.pos-2] == '/' && z.bareEnd != z.pos-1 {
			return tokenSelfClosing
		}
		return tokenStart
	case strings.HasPrefix(rest, "<!--"):
		z.pos += commentEnd(rest)
	default:
		i := strings.IndexByte(rest[2:], '>')
		if i < 0 {
			i = len(rest) - 3
		}
		z.pos += i + 3
	}
	return tokenSkip
}

// commentEnd is how long the comment at the start of s is.
func commentEnd(s string) int {
	i := len("<!--")
	for j := i; j < len(s); j++ {
		if s[j] == '>' {
			return j + 1 // "<!-->" and "<!--->"
		}
		if s[j] != '-' {
			break
		}
	}
	for {
		at := strings.Index(s[i:], "--")
		if at < 0 {
			return len(s)
		}
		i += at + 2
		for i < len(s) && s[i] == '-' {
			i++
		}
		switch {
		case strings.HasPrefix(s[i:], ">"):
			return i + 1
		case strings.HasPrefix(s[i:], "!>"):
			return i + 2
		}
	}
}

// readTag reads name and attributes from z.pos on; false says that the page ends
// within. Only those attributes are kept that say anything to us.
func (z *tokens) readTag(keep bool) bool {
	z.name = z.name[:0]
	for ; z.pos < len(z.src) && tagByte[z.src[z.pos]]&endsName == 0; z.pos++ {
		z.name = append(z.name, lowerByte(z.src[z.pos]))
	}
	t := &z.tag
	if top := z.page.top(); !keep && top.name == string(z.name) {
		t.atom, t.name = top.tag, top.name
	} else {
		t.atom, t.name = z.page.tagNamed(z.name)
	}
	t.attrs = t.attrs[:0]
	for {
		z.skipSpace()
		if z.pos >= len(z.src) {
			return false
		}
		if z.src[z.pos] == '>' {
			z.pos++
			if keep {
				z.raw = rawElement(t)
			}
			return true
		}
		key := z.key()
		value := z.value()
		if k := knownKey(key); keep && k != "" && !hasKey(t.attrs, k) {
			t.attrs = append(t.attrs, html.Attribute{Key: k, Val: unescapeValue(value)})
		}
	}
}

func (z *tokens) skipSpace() {
	for z.pos < len(z.src) && tagByte[z.src[z.pos]]&isSpace != 0 {
		z.pos++
	}
}

// key reads the name of an attribute. One that begins with "=" keeps it.
func (z *tokens) key() string {
	start := z.pos
	if z.src[z.pos] == '=' {
		z.pos++
	}
	for z.pos < len(z.src) && tagByte[z.src[z.pos]]&endsKey == 0 {
		z.pos++
	}
	return z.src[start:z.pos]
}

// value reads what follows the name of an attribute, if it has a value.
func (z *tokens) value() string {
	z.skipSpace()
	if z.pos >= len(z.src) {
		return ""
	}
	switch z.src[z.pos] {
	case '/':
		z.pos++
		return ""
	case '=':
		z.pos++
	default:
		return ""
	}
	z.skipSpace()
	if z.pos >= len(z.src) {
		return ""
	}
	switch quote := z.src[z.pos]; quote {
	case '>':
		return ""
	case '"', '\'':
		start := z.pos + 1
		i := strings.IndexByte(z.src[start:], quote)
		if i < 0 {
			z.pos = len(z.src)
			return ""
		}
		z.pos = start + i + 1
		return z.src[start : start+i]
	}
	start := z.pos
	z.pos++
	for z.pos < len(z.src) && tagByte[z.src[z.pos]]&endsBare == 0 {
		z.pos++
	}
	z.bareEnd = z.pos
	return z.src[start:z.pos]
}

// What a byte means within a tag.
const (
	isSpace  = 1 << iota
	endsName // of the tag
	endsKey
	endsBare // a value without quotes
)

var tagByte = func() (t [256]uint8) {
	for _, c := range " \n\r\t\f" {
		t[c] = isSpace | endsName | endsKey | endsBare
	}
	t['/'] = endsName | endsKey
	t['>'] = endsName | endsKey | endsBare
	t['='] = endsKey
	return t
}()

func letterByte(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// knownKeys are the attributes that say anything to us.
var knownKeys = []string{"class", "id", "style", "type", "hidden", "color", "text", "bgcolor", "background", "data-marker", "data-smartmail", "name", "href"}

// knownKey is the known name that key is, or empty.
func knownKey(key string) string {
	if len(key) < 2 || len(key) > len("data-smartmail") {
		return ""
	}
	c := lowerByte(key[0])
	for _, k := range knownKeys {
		if k[0] == c && len(k) == len(key) && strings.EqualFold(k, key) {
			return k
		}
	}
	return ""
}

// hasKey says whether an attribute was given before: the first counts.
func hasKey(attrs []html.Attribute, key string) bool {
	for _, a := range attrs {
		if a.Key == key {
			return true
		}
	}
	return false
}

// rawElement is the name of an element whose content is text, or empty.
func rawElement(t *tag) string {
	switch t.atom {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Plaintext, atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp:
		return t.name
	}
	return ""
}

// rawText is the text up to the end tag of the raw element that is open.
func (z *tokens) rawText() string {
	name, start := z.raw, z.pos
	z.raw = ""
	if name == "plaintext" {
		z.pos = len(z.src)
		return z.src[start:]
	}
	for {
		i := strings.Index(z.src[z.pos:], "</")
		if i < 0 {
			z.pos = len(z.src)
			break
		}
		end := z.pos + i
		z.pos = end + 2
		after := z.pos + len(name)
		if after >= len(z.src) || tagByte[z.src[after]]&endsName == 0 || !strings.EqualFold(z.src[z.pos:after], name) {
			continue
		}
		z.pos = end
		break
	}
	if name == "script" && strings.Contains(z.src[start:z.pos], "<!") {
		// Scripts in comments hide end tags by rules of their own.
		r := html.NewTokenizer(io.MultiReader(strings.NewReader("<script>"), strings.NewReader(z.src[start:])))
		r.Next()
		r.Next()
		z.pos = start + len(r.Raw())
	}
	return z.src[start:z.pos]
}

// unescapeValue reads the character references in the value of an attribute.
// In a URL that somebody did not escape, "&copy=1" is none.
func unescapeValue(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for i >= 0 {
		out.WriteString(s[:i])
		s = s[i:]
		n := 1
		if len(s) > 1 && s[1] == '#' {
			n = 2
		}
		for n < len(s) && (letterByte(s[n]) || '0' <= s[n] && s[n] <= '9') {
			n++
		}
		if n < len(s) && s[n] == ';' {
			n++
		}
		out.WriteString(reference(s[:n], n < len(s) && s[n] == '='))
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	out.WriteString(s)
	return out.String()
}

// reference is the character that ref names, or ref. Names count only whole.
func reference(ref string, assigned bool) string {
	last := ref[len(ref)-1]
	if len(ref) == 1 || ref[1] != '#' && last != ';' && assigned {
		return ref
	}
	r := html.UnescapeString(ref)
	if ref[1] != '#' && len(r) > 1 && r[len(r)-1] == last {
		return ref // the beginning of ref is a name, or nothing is
	}
	return r
}
