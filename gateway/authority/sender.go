package authority

import (
	"slices"
	"strings"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// sender is who a letter says it is from. single is true for exactly one From
// field with one address: anything else is trusted nowhere, because a reader's
// mail program and a verifying server may each pick another of the addresses
// (RFC 7489 section 6.6.1).
func sender(l letter.Letter) (address string, single bool) {
	if len(l.From) == 0 {
		return "", false
	}
	address = l.From[0].Address
	fields := 0
	var value string
	for _, f := range l.Fields {
		if sameASCII(strings.TrimSpace(f.Name), "From") {
			fields++
			value = f.Value
		}
	}
	// A header that was not read to its end may hold another From field below.
	cut := slices.ContainsFunc(l.Defects, func(d letter.Defect) bool { return d.Code == letter.DefectLimit && d.Detail == "header" })
	return address, !cut && fields == 1 && l.FromFields == 1 && len(l.From) == 1 && holdsOnly(value, address)
}

// holdsOnly says whether a From field's body holds one mailbox and that is the
// address. It is a second reading, strict where the letter's own is lenient.
func holdsOnly(value, address string) bool {
	bare, ok := withoutNoise(value)
	if !ok || strings.ContainsAny(bare, ",;") {
		return false
	}
	open, closing := strings.IndexByte(bare, '<'), strings.IndexByte(bare, '>')
	if open < 0 && closing < 0 {
		return sameASCII(strings.TrimSpace(bare), address)
	}
	if open < 0 || closing < open || strings.Count(bare, "<") != 1 || strings.Count(bare, ">") != 1 {
		return false
	}
	return strings.TrimSpace(bare[closing+1:]) == "" && sameASCII(strings.TrimSpace(bare[open+1:closing]), address)
}

// withoutNoise drops quoted strings and comments (RFC 5322 section 3.2).
func withoutNoise(value string) (string, bool) {
	var bare strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			bare.WriteByte(c)
		}
	}
	return bare.String(), depth == 0 && !quoted
}

// posts are the roles of an address. Letters outside ASCII are compared as they
// are: Unicode's simple folding would make ſ an s and the Kelvin sign a k.
func posts(r petition.Roster, address string) []petition.Post {
	return slices.DeleteFunc(r.Posts(strings.TrimSpace(address)), func(p petition.Post) bool {
		return !sameASCII(strings.TrimSpace(p.Person.Address), strings.TrimSpace(address))
	})
}

// named finds an address of the roster in display names, where it proves
// nothing and is meant to deceive.
func named(l letter.Letter, r petition.Roster) string {
	for _, from := range l.From {
		for word := range strings.FieldsFuncSeq(from.Name, func(c rune) bool { return strings.ContainsRune(" \t<>()[]\"',;:（）【】“”《》，；：", c) }) {
			if strings.Contains(word, "@") && len(posts(r, word)) > 0 {
				return word
			}
		}
	}
	return ""
}

// sameASCII compares without the case of ASCII letters.
func sameASCII(a, b string) bool {
	if len(a) != len(b) || a == "" {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
