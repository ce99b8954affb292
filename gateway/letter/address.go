package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Address is one mailbox: a display name, which proves nothing, and an address.
type Address struct {
	Name    string
	Address string
}

// Domain is the part behind the last @ in lower case.
func (a Address) Domain() string {
	return strings.ToLower(a.Address[strings.LastIndexByte(a.Address, '@')+1:])
}

// LogValue shows the domain and a short digest only: logs hold no personal data.
func (a Address) LogValue() slog.Value {
	sum := sha256.Sum256([]byte(strings.ToLower(a.Address)))
	return slog.StringValue(hex.EncodeToString(sum[:4]) + "@" + a.Domain())
}

// String is the address as a person reads it.
func (a Address) String() string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

// ValidAddress says whether s is an address that mail can be sent to: a plain
// dot-atom (RFC 5322 section 3.2.3) at a domain name with a dot, no longer than
// RFC 5321 section 4.5.3.1 allows, in ASCII and Chinese characters (RFC 6531).
// Others are left out: some of them turn into letters of ASCII where case is
// folded, and so into somebody else's address.
func ValidAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 || len(s) > 254 {
		return false
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return false
	}
	for _, r := range local {
		if !chinese(r) && (r >= utf8.RuneSelf || !alnum(byte(r)) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)) {
			return false
		}
	}
	if high([]byte(local)) > 0 && strings.ContainsFunc(domain, chinese) {
		// asciiDomain left it as it was written.
		ascii, err := idna.Lookup.ToASCII(domain)
		return err == nil && len(ascii) <= 254 && validDomain(ascii)
	}
	return validDomain(domain)
}

// chinese says whether a character is one of the basic set, which nothing folds.
func chinese(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }

func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := 0; i < len(l); i++ {
			if !alnum(l[i]) && l[i] != '-' {
				return false
			}
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

func alnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// maxAddresses bounds the addresses read from one field.
const maxAddresses = 2000

// parseAddresses reads an address list as mailers write it. Every address in
// angle brackets is reported, so that a field with two of them never looks like
// a field with one.
func parseAddresses(raw, hint string) ([]Address, []Defect) {
	if strings.Contains(raw, "＜") && !strings.Contains(raw, "<") {
		// QUIRK: brackets as a Chinese input method types them.
		raw = strings.NewReplacer("＜", "<", "＞", ">").Replace(raw)
	}
	var list []Address
	var defects []Defect
	for rest := strings.TrimSpace(raw); rest != "" && len(list) < maxAddresses; {
		var item string
		item, rest = cutAddress(rest)
		found, d := parseMailbox(item, hint)
		// QUIRK: a comma within a name that nobody quoted: Wang, Jianguo <a@b.example>.
		if n := len(list); n > 0 && len(found) == 1 && strings.Contains(item, "<") && list[n-1].Address == "" {
			found[0].Name = strings.TrimSuffix(list[n-1].Name+", "+found[0].Name, ", ")
			list = list[:n-1]
		}
		list = append(list, found...)
		defects = append(defects, d...)
	}
	return list, defects
}

// cutAddress cuts the next list item off at a comma or, as Outlook users write
// it, a semicolon.
func cutAddress(s string) (string, string) {
	quoted, angle, depth := false, false, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quoted:
			if escape(s, i) {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"' && closes(s[i+1:]):
			quoted = true
		case c == '=' && strings.HasPrefix(s[i:], "=?"):
			// A comma within an encoded word separates nothing.
			if _, n, ok := scanWord(s[i:]); ok && n > 1 {
				i += n - 1
			}
		case c == '(' && !angle && strings.IndexByte(s[i:], ')') > 0:
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = strings.IndexByte(s[i:], '>') > 0
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && !angle:
			return s[:i], s[i+1:]
		case c == ':' && !angle && groupName(s[:i]) && (strings.IndexByte(s[i:], ';') > 0 || strings.IndexByte(s[i:], '<') < 0):
			// group: members; (RFC 5322 section 3.4)
			return "", s[i+1:]
		}
	}
	return s, ""
}

func groupName(s string) bool {
	return !strings.ContainsAny(s, "@<[") && !strings.HasSuffix(strings.ToLower(strings.TrimSpace(s)), "mailto")
}

// parseMailbox reads one list item, which may hold no address, or several.
func parseMailbox(item, hint string) ([]Address, []Defect) {
	item = strings.TrimSpace(item)
	if item == "" {
		return nil, nil
	}
	item = plainSigns(item)
	name, angles := splitAngles(item)
	if len(angles) == 0 {
		return parseBare(item, hint)
	}
	text, defects := phrase(name, hint)
	var list []Address
	for _, a := range angles {
		addr := cleanAddress(a)
		if addr == "" {
			continue
		}
		if !strings.Contains(addr, "@") {
			defects = append(defects, Defect{DefectAddress, "no domain"})
		}
		list = append(list, Address{Name: text, Address: addr})
	}
	if len(list) == 0 {
		// QUIRK: the address stands before empty brackets: a@b.example <>.
		return parseBare(name, hint)
	}
	return list, defects
}

var (
	wideAt   = regexp.MustCompile(`([A-Za-z0-9_.-])＠([A-Za-z0-9-])`)
	quotedAt = regexp.MustCompile(`"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)"[ \t]*@`)
	blankAt  = regexp.MustCompile(`([A-Za-z0-9_.+-])[ \t]*@[ \t]*([A-Za-z0-9-]+)`)
	blankDot = regexp.MustCompile(`(@[A-Za-z0-9-]+)(?:[ \t]+\.|\.[ \t])[ \t]*([A-Za-z0-9-]+(?:[ \t]*\.[ \t]*[A-Za-z0-9-]+)*)`)
)

// plainSigns writes the only address of an item as everybody does: without blanks
// around its signs (RFC 5322 section 4.4 has us read them), without quotes that a
// dot-atom does not need (section 3.4.1), and with an ASCII at sign.
func plainSigns(item string) string {
	if strings.Contains(item, "＠") && !strings.Contains(item, "@") {
		item = wideAt.ReplaceAllString(item, "$1@$2")
	}
	at := strings.IndexByte(item, '@')
	if at < 0 || strings.IndexByte(item[at+1:], '@') >= 0 {
		return item
	}
	if !(at > 0 && strings.IndexByte(" \t\"", item[at-1]) >= 0 || at+1 < len(item) && (item[at+1] == ' ' || item[at+1] == '\t')) {
		return item
	}
	item = quotedAt.ReplaceAllString(item, "$1@")
	return blankAt.ReplaceAllString(item, "$1@$2")
}

// closeDots takes the blanks out of a bare address's domain, where it would have
// no dot otherwise.
func closeDots(bare string) string {
	if strings.Count(bare, "@") != 1 {
		return bare
	}
	return blankDot.ReplaceAllStringFunc(bare, func(s string) string { return withoutBlanks(s) })
}

// splitAngles separates a display name from what stands in angle brackets.
func splitAngles(s string) (string, []string) {
	var name strings.Builder
	var angles []string
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quoted && escape(s, i):
			name.WriteString(s[i : i+2])
			i++
		case c == '"' && (quoted || closes(s[i+1:])):
			quoted = !quoted
			name.WriteByte(c)
		case c == '<' && !quoted:
			j := strings.IndexByte(s[i:], '>')
			if j < 0 {
				j = len(s) - i
			}
			angles = append(angles, strings.TrimLeft(s[i:i+j], "<"))
			i += j
		case c == '>' && !quoted:
		default:
			name.WriteByte(c)
		}
	}
	return strings.TrimSpace(name.String()), angles
}

// parseBare reads an item without brackets: a@b, a@b (Name), Name a@b, Name
// [mailto:a@b].
func parseBare(item, hint string) ([]Address, []Defect) {
	if quotedLocal.MatchString(item) {
		return []Address{{Address: cleanAddress(item)}}, nil
	}
	bare := closeDots(stripComments(item))
	if a := cleanAddress(comment(item)); !strings.Contains(bare, "@") && ValidAddress(a) {
		// QUIRK: name and address the other way round: 张三 (a@b.example).
		name, d := phrase(bare, hint)
		return []Address{{Name: name, Address: a}}, d
	}
	words := strings.FieldsFunc(bare, func(r rune) bool { return r == ' ' || r == '\t' || r == '[' || r == ']' || r == '"' })
	var list []Address
	var rest []string
	for _, w := range words {
		w = strings.TrimPrefix(strings.TrimPrefix(w, "mailto:"), "MAILTO:")
		if strings.Contains(w, "@") && !strings.Contains(w, "=?") {
			list = append(list, Address{Address: cleanAddress(w)})
			continue
		}
		rest = append(rest, w)
	}
	if len(list) == 0 {
		// QUIRK: name and address inside one encoded word.
		s, d := decodeWords(item, hint)
		if strings.Contains(item, "=?") && strings.Contains(s, "@") && !strings.Contains(s, "=?") {
			found, _ := parseMailbox(s, "")
			return found, append(d, Defect{DefectAddress, "encoded"})
		}
		local := strings.Join(words, " ")
		if len(words) == 1 && high([]byte(local)) == 0 && !strings.Contains(local, "=?") {
			return []Address{{Name: cleanAddress(local)}}, []Defect{{DefectAddress, "no domain"}}
		}
		name, d := phrase(item, hint)
		if name == "" {
			return nil, d
		}
		return []Address{{Name: name}}, append(d, Defect{DefectAddress, "no address"})
	}
	label := strings.Join(rest, " ")
	if label == "" {
		label = comment(item)
	}
	name, d := phrase(label, hint)
	for i := range list {
		list[i].Name = name
	}
	return list, d
}

// quotedLocal is an address whose local part really needs its quotes (RFC 5322
// section 3.4.1).
var quotedLocal = regexp.MustCompile(`^"(?:[^"\\\x00-\x1f]|\\.)+"@[A-Za-z0-9.-]+$`)

// comment is the text of the first (comment).
func comment(s string) string {
	i, j := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if i < 0 || j < i {
		return ""
	}
	return s[i+1 : j]
}

// phrase decodes a display name.
func phrase(raw, hint string) (string, []Defect) {
	raw = strings.TrimSpace(raw)
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if escape(raw, i) {
			i++
			b.WriteByte(raw[i])
			continue
		}
		// A GBK or Big5 character never holds the byte of a quote.
		if raw[i] != '"' {
			b.WriteByte(raw[i])
		}
	}
	s, d := decodeWords(b.String(), hint)
	s = cleanLine(s)
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = s[1 : len(s)-1]
	}
	if strings.Count(s, `"`) != 2 || strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
		s = strings.Trim(s, `"`) // not a pair of the name's own
	}
	return strings.TrimSpace(s), d
}

// cleanAddress drops blanks, a route and other rubbish around an address.
func cleanAddress(s string) string {
	s = strings.TrimSpace(stripComments(s))
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.HasPrefix(s, "@") || strings.EqualFold(s[:i], "mailto")) {
		s = s[i+1:]
	}
	if !strings.HasPrefix(s, `"`) {
		s = strings.Trim(s, "'\"<>[")
		if !strings.Contains(s, "@[") {
			s = strings.Trim(s, "'\"<>[]") // no literal of RFC 5321 section 4.1.3
		}
		s = withoutBlanks(s)
	}
	s = strings.TrimSuffix(s, ".")
	if !utf8.ValidString(s) {
		s, _ = decodeText("", []byte(s))
	}
	return asciiDomain(cleanLine(s))
}

// asciiDomain writes an international domain as mail servers without SMTPUTF8 take
// it (RFC 5891 section 4.4). A domain that only looks like another one, in wide
// letters, is left as it is, so that it never becomes that other one.
func asciiDomain(s string) string {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || high([]byte(domain)) == 0 || high([]byte(local)) > 0 || len(domain) > 254 {
		return s
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return s
	}
	if back, err := idna.Lookup.ToUnicode(ascii); err != nil || back != strings.ToLower(domain) {
		return s
	}
	return local + "@" + ascii
}

// messageIDs scans a field for ids, wherever they stand, and keeps the good ones
// beside bad ones.
func messageIDs(raw string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		id = cleanLine(withoutBlanks(id))
		if id != "" && !seen[id] && len(ids) < 500 {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	rest := raw
	for {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '>')
		if j < 0 {
			add(rest[i+1:])
			rest = ""
			break
		}
		inner := rest[i+1 : i+j]
		if k := strings.LastIndexByte(inner, '<'); k >= 0 {
			inner = inner[k+1:]
		}
		add(inner)
		rest = rest[i+j+1:]
	}
	if len(ids) == 0 {
		// QUIRK: ids without brackets.
		for _, w := range strings.Fields(stripComments(raw)) {
			if strings.Contains(w, "@") {
				add(strings.Trim(w, `<>,;"`))
			}
		}
	}
	return ids
}
