package letter

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/html/atom"
)

// attributes reads what an element's attributes and its name say about what is
// inside: not shown, quoted, a signature.
func (p *page) attributes(e *element, t *tag) {
	switch t.atom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Head, atom.Title, atom.Svg, atom.Math, atom.Audio, atom.Video, atom.Canvas, atom.Noembed, atom.Noframes:
		e.hidden = true
	case atom.Pre, atom.Textarea:
		e.pre = true
	}
	var class, id, style, kind string
	for _, a := range t.attrs {
		switch a.Key {
		case "class":
			class = a.Val
		case "id":
			id = a.Val
		case "style":
			style = a.Val
		case "type":
			kind = a.Val
		case "hidden":
			e.hidden = e.hidden || !strings.EqualFold(a.Val, "until-found")
		case "color", "text":
			if v := colour(a.Val); v != "" {
				e.color = v
			}
		case "bgcolor":
			e.background = colour(a.Val)
		case "background":
			e.background = "picture"
		case "data-marker":
			if a.Val == "__QUOTED_TEXT__" {
				e.kind = lineQuoted
			}
		case "name", "data-smartmail":
			switch a.Val {
			case "messageReplySection":
				e.kind = lineQuoted
			case "messageSignatureSection", "gmail_signature":
				if e.kind == lineOwn {
					e.kind = lineSignature
				}
			}
		case "href":
			if t.atom == atom.A && linkScheme(a.Val) {
				e.href = strings.TrimSpace(a.Val)
			}
		}
	}
	if p.sheet.hides(e.name, class, id) {
		e.hidden = true
	}
	e.tiny = e.tiny || selects(p.sheet.tiny, e.name, class, id)
	if p.sheet.paints(e.name, class, id) {
		e.background = "picture"
	}
	if style != "" {
		p.appearance(style).apply(e)
	}
	// Unlike what is hidden, what is inside may have another colour again.
	e.faint = e.color == "none" || concealed(e.color, e.background)
	p.container(e, t.atom, class, id, kind, style)
}

func linkScheme(href string) bool {
	low := strings.ToLower(strings.TrimSpace(href))
	return strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "mailto:")
}

// concealed says whether text has the colour of what is behind it. No colour
// behind means a white page.
func concealed(color, background string) bool {
	if color == "" {
		return false
	}
	if background == "" {
		background = "ffffff"
	}
	return color == background
}

// appearance is what a style says about an element; empty strings say nothing.
type appearance struct {
	hidden            bool
	color, background string
	pre, flow         bool // white space is kept, is folded
	block             bool // it stands on lines of its own
	tiny, seen        bool // the type is too small to be seen, is not
}

func (a appearance) apply(e *element) {
	e.hidden = e.hidden || a.hidden
	e.block = e.block || a.block
	if a.color != "" {
		e.color = a.color
	}
	if a.background != "" {
		e.background = a.background
	}
	e.pre = (e.pre || a.pre) && !a.flow
	e.tiny = (e.tiny || a.tiny) && !a.seen
}

// appearance remembers styles: a page says the same in every line.
func (p *page) appearance(style string) appearance {
	a, ok := p.styles[style]
	if !ok {
		a = commonStyles.read(style)
		if len(p.styles) < 1000 {
			p.styles[style] = a
		}
	}
	return a
}

// commonStyles are those of any page: mail programs write the same few for years.
var commonStyles styleCache

// styleCache forgets everything when it is full, so that pages that repeat nothing
// cost little.
type styleCache struct {
	mu     sync.Mutex
	styles map[string]appearance
}

func (c *styleCache) read(style string) appearance {
	const most, longest = 1000, 200
	if len(style) > longest {
		return readStyle(style)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.styles[style]
	if ok {
		return a
	}
	if c.styles == nil || len(c.styles) >= most {
		c.styles = map[string]appearance{}
	}
	a = readStyle(style)
	a.color, a.background = strings.Clone(a.color), strings.Clone(a.background)
	c.styles[strings.Clone(style)] = a // the page itself is not kept
	return a
}

// readStyle reads an inline style or the body of a rule.
func readStyle(style string) (a appearance) {
	props := map[string]string{}
	for decl := range strings.SplitSeq(style, ";") {
		name, val, ok := strings.Cut(decl, ":")
		if !ok {
			continue
		}
		val = strings.TrimSpace(strings.ToLower(val))
		val = strings.TrimSpace(strings.TrimSuffix(val, "!important"))
		props[strings.TrimSpace(strings.ToLower(name))] = val
	}
	a.hidden = concealing(props)
	a.block = props["display"] == "block"
	a.tiny, a.seen = fontSize(props["font-size"])
	a.color = colour(props["color"])
	for _, name := range []string{"background", "background-color", "background-image"} {
		v, ok := props[name]
		if !ok {
			continue
		}
		if strings.Contains(v, "url(") || strings.Contains(v, "gradient") {
			a.background = "picture"
		} else if c := colour(strings.Fields(v + " none")[0]); c != "" && c != "none" {
			a.background = c
		}
	}
	switch ws := props["white-space"]; ws {
	case "pre", "pre-wrap", "pre-line", "break-spaces":
		a.pre = true
	case "normal", "nowrap":
		a.flow = true
	}
	return a
}

// concealing says whether these properties keep an element from being seen.
func concealing(props map[string]string) bool {
	switch {
	case props["display"] == "none", props["visibility"] == "hidden", props["visibility"] == "collapse", props["mso-hide"] == "all":
		return true
	case props["opacity"] != "" && strings.Trim(props["opacity"], "0.%") == "":
		return true
	case farOff(props["text-indent"]):
		return true
	}
	if pos := props["position"]; pos == "absolute" || pos == "fixed" {
		for _, side := range []string{"left", "top", "right"} {
			if farOff(props[side]) {
				return true
			}
		}
	}
	if v := props["clip"]; strings.HasPrefix(strings.ReplaceAll(v, " ", ""), "rect(0") && props["position"] == "absolute" {
		return true
	}
	if props["overflow"] == "hidden" {
		for _, side := range []string{"max-height", "height", "max-width", "width"} {
			if v, ok := measure(props[side]); ok && v == 0 {
				return true
			}
		}
	}
	return false
}

var (
	length = regexp.MustCompile(`^([-+]?(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6}))([a-z%]*)$`)

	// pixels are how many of them a unit is, about.
	pixels = map[string]float64{"": 1, "px": 1, "pt": 1.3, "pc": 16, "em": 16, "rem": 16, "ex": 8, "cm": 38, "mm": 3.8, "in": 96, "%": 8, "vw": 8, "vh": 8}
)

// measure is a length in pixels.
func measure(s string) (float64, bool) {
	m := length.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return n * pixels[m[2]], err == nil
}

// fontSize says what a size of type means: too small to be seen, seen whatever is
// around it, or nothing.
func fontSize(s string) (tiny, seen bool) {
	v, ok := measure(s)
	if !ok {
		return false, false
	}
	relative := strings.HasSuffix(s, "%") || strings.HasSuffix(s, "em") && !strings.HasSuffix(s, "rem")
	if strings.HasSuffix(s, "%") {
		v /= 50 // of the type around it
	}
	tiny = v < 1.7
	return tiny, !tiny && !relative
}

// farOff says whether a negative length moves what it is said of off the page.
// Lists and hanging paragraphs of Word have shorter ones.
func farOff(s string) bool {
	v, ok := measure(s)
	return ok && v <= -400
}

var rgb = regexp.MustCompile(`^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)$`)

// colour is a colour as six hexadecimal digits, "none" for a transparent one,
// or empty for one that says nothing.
func colour(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "transparent":
		return "none"
	case "white", "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke":
		return "ffffff"
	case "black":
		return "000000"
	case "red":
		return "ff0000"
	case "blue":
		return "0000ff"
	case "yellow":
		return "ffff00"
	case "gray", "grey":
		return "808080"
	}
	if m := rgb.FindStringSubmatch(s); m != nil {
		if strings.Trim(m[4], "0.%") == "" && m[4] != "" {
			return "none"
		}
		out := ""
		for _, d := range m[1:4] {
			v := 0
			for _, c := range d {
				v = min(v*10+int(c-'0'), 255)
			}
			out += string("0123456789abcdef"[v>>4]) + string("0123456789abcdef"[v&15])
		}
		return nearWhite(out)
	}
	hex := strings.TrimPrefix(s, "#")
	for _, c := range hex {
		if !strings.ContainsRune("0123456789abcdef", c) {
			return ""
		}
	}
	switch len(hex) {
	case 3:
		return nearWhite(string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]}))
	case 6:
		return nearWhite(hex)
	case 8:
		if hex[6:] == "00" {
			return "none"
		}
		return nearWhite(hex[:6])
	}
	return ""
}

// nearWhite takes what no eye tells from white as white.
func nearWhite(hex string) string {
	if hex[0] == 'f' && hex[2] == 'f' && hex[4] == 'f' && hex[1] >= 'a' && hex[3] >= 'a' && hex[5] >= 'a' {
		return "ffffff"
	}
	return hex
}

// styleSheet holds the simple selectors that a page's style sheets hide, and
// those that they put on a ground other than white or in type too small to be seen.
type styleSheet struct {
	hidden, painted, tiny map[string]bool
}

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// read takes in a sheet. Only selectors of one class, id or element are
// understood; rules inside @media and the like are left alone.
func (s *styleSheet) read(css string) {
	css = cssComment.ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(css, "<!--", ""), "-->", ""), "")
	for len(css) > 0 {
		head, rest, ok := strings.Cut(css, "{")
		if !ok {
			return
		}
		if strings.Contains(head, "@") {
			css = skipBlock(rest)
			continue
		}
		body, rest, _ := strings.Cut(rest, "}")
		css = rest
		low := strings.ToLower(body)
		if !strings.Contains(low, "none") && !strings.Contains(low, "hid") && !strings.Contains(low, "font-size") && !strings.Contains(low, "opacity") && !strings.Contains(low, "background") {
			continue
		}
		a := readStyle(body)
		if a.tiny {
			s.tiny = simpleSelectors(head, s.tiny)
		}
		if a.hidden {
			s.hidden = simpleSelectors(head, s.hidden)
		}
		if a.background != "" && a.background != "ffffff" {
			s.painted = simpleSelectors(head, s.painted)
		}
	}
}

// simpleSelectors adds those of one class, id or element to a set.
func simpleSelectors(head string, set map[string]bool) map[string]bool {
	for sel := range strings.SplitSeq(head, ",") {
		sel = strings.TrimSpace(sel)
		if sel == "" || strings.ContainsAny(sel, " >+~[:*") || len(set) >= 1000 {
			continue
		}
		if set == nil {
			set = map[string]bool{}
		}
		set[sel] = true
	}
	return set
}

func skipBlock(css string) string {
	depth := 1
	for i := 0; i < len(css); i++ {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return css[i+1:]
			}
		}
	}
	return ""
}

func (s *styleSheet) hides(tag, class, id string) bool { return selects(s.hidden, tag, class, id) }

func (s *styleSheet) paints(tag, class, id string) bool { return selects(s.painted, tag, class, id) }

func selects(set map[string]bool, tag, class, id string) bool {
	if len(set) == 0 {
		return false
	}
	if id != "" && (set["#"+id] || set[tag+"#"+id]) || set[tag] {
		return true
	}
	for c := range strings.FieldsSeq(class) {
		if set["."+c] || set[tag+"."+c] {
			return true
		}
	}
	return false
}

// container marks what is inside the containers that mail programs put around
// history and signatures.
func (p *page) container(e *element, tag atom.Atom, class, id, kind, style string) {
	if e.kind == lineQuoted || class == "" && id == "" && tag != atom.Blockquote && e.name != "sign" {
		return
	}
	class, id = " "+strings.ToLower(class)+" ", strings.ToLower(id)
	has := func(names ...string) bool {
		for c := range strings.FieldsSeq(class) {
			if slices.Contains(names, c) {
				return true
			}
		}
		return false
	}
	switch {
	case id == "divrplyfwdmsg", id == "appendonsend", id == "stopspelling", id == "zwchr", id == "mail-editor-reference-message-container",
		id == "ms-outlook-mobile-body-separator-line", id == "quoted_header", id == "reply-intro", id == "foxmailoriginalcontent",
		has("outlookmessageheader", "ms-outlook-mobile-reference-message", "wisestamp_quote", "xm_mail_oringinal_describe", "xm_mail_original_describe"):
		// These open the history, which follows as their siblings.
		if p.written > 0 || id != "appendonsend" {
			p.newline()
			p.cut = true
		}
	case tag == atom.Blockquote && (plainQuote(class, id, kind, style) || has("gmail_quote") && !e.inHolder):
		if e.soft == 0 && !indented(style) {
			p.newline()
			p.softs++
			e.soft = p.softs
			if has("gmail_quote") {
				p.tools++
			}
		}
	case tag == atom.Blockquote:
		e.kind = lineQuoted
	case has("gmail_quote", "gmail_quote_container", "yahoo_quoted", "yahooquoted", "moz-cite-prefix", "zmail_extra", "protonmail_quote", "tutanota_quote", "mail_quote", "quoted-text", "freebirdquote",
		"ntes-mailmaster-quote", "lark-mail-quote", "history-quote-wrapper", "mail_quote_on_reply", "xm_mail_oringinal_content", "referencequote"),
		id == "reply139content", id == "origbody", id == "fmoriginalcontent", strings.HasPrefix(id, "lark-mail-quote"),
		id == "isreplycontent", id == "isforwardcontent", id == "mailcontainer_quote", id == "original-content", id == "reply_separator",
		id == "olk_src_body_section", strings.HasPrefix(strings.TrimSpace(class), "__aliyun_previous_quote"):
		e.kind = lineQuoted
		e.holder, e.inHolder = true, true
	case has("gmail_signature", "gmail_signature_prefix", "moz-signature", "foxmail_signature", "mail_signature", "mail-signature", "xm_signature", "__aliyun_signature_wrap", "ntes-signature"),
		id == "signature", id == "mail_signature", id == "composer_signature", id == "fmsigpart", id == "imail_signature", id == "signcontainer", id == "applemailsignature", id == "ms-outlook-mobile-signature", strings.HasPrefix(id, "ntes-") && strings.HasSuffix(id, "-signature"), strings.HasPrefix(id, "spneditorsign"), e.name == "sign":
		e.kind = lineSignature
	}
}

// plainQuote says whether a blockquote bears no sign of having been put there by
// a mail program.
func plainQuote(class, id, kind, style string) bool {
	return !strings.EqualFold(kind, "cite") && !strings.Contains(class, "quote") && !strings.Contains(id, "reply") &&
		!strings.Contains(strings.ReplaceAll(strings.ToLower(style), " ", ""), "border-left")
}

// indented tells an indented paragraph from a quotation. QUIRK: Gmail and Outlook
// on the web indent by a blockquote without border.
func indented(style string) bool {
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	return strings.Contains(style, "border:none") || strings.Contains(style, "border:0") ||
		strings.Contains(style, "margin:00040px") || strings.Contains(style, "margin:0px0px0px40px")
}
