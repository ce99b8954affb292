package authority

import "strings"

// authResults is one Authentication-Results field (RFC 8601).
type authResults struct {
	id string
	// sound is false when what follows the authserv-id cannot be read; such a
	// field says nothing.
	sound   bool
	results []methodResult
}

// methodResult is what one method found, such as dkim=pass header.d=a.example.
type methodResult struct {
	method, result string
	props          map[string]string
}

// parseAuthResults reads the body of a field strictly: text under a stranger's
// control (a reason, a comment, a quoted local part) may hold anything that
// looks like a result, so comments and quoted strings are tokens here and never
// searched. It is false when not even the authserv-id can be read.
func parseAuthResults(body string) (authResults, bool) {
	s := &scanner{text: body}
	if !s.blank() {
		return authResults{}, false
	}
	id, ok := s.value(isToken)
	if !ok {
		return authResults{}, false
	}
	a := authResults{id: id}
	a.results, a.sound = s.resinfos()
	return a, true
}

// scanner reads a structured field. Every method is false at a syntax error.
type scanner struct {
	text string
	at   int
}

// blank skips white space and comments (CFWS), which nest and hold quoted pairs.
func (s *scanner) blank() bool {
	depth := 0
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\\' && depth > 0:
			s.at++
		case c == '(':
			depth++
		case c == ')':
			if depth == 0 {
				return false
			}
			depth--
		case depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return true
		}
	}
	return depth == 0
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

// eat takes one byte.
func (s *scanner) eat(c byte) bool {
	if s.done() || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

// run takes the longest run of bytes of a class.
func (s *scanner) run(class func(byte) bool) string {
	from := s.at
	for !s.done() && class(s.text[s.at]) {
		s.at++
	}
	return s.text[from:s.at]
}

// value takes a quoted string or a run of a class.
func (s *scanner) value(class func(byte) bool) (string, bool) {
	if s.done() || s.text[s.at] != '"' {
		v := s.run(class)
		return v, v != ""
	}
	var b strings.Builder
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case '\\':
			s.at++
			if s.at < len(s.text) {
				b.WriteByte(s.text[s.at])
			}
		case '"':
			s.at++
			return b.String(), true
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// resinfos reads everything behind the authserv-id.
func (s *scanner) resinfos() ([]methodResult, bool) {
	if !s.blank() {
		return nil, false
	}
	if version := s.run(isDigit); version != "" && version != "1" || !s.blank() {
		// RFC 8601 section 2.2: another version is another format.
		return nil, false
	}
	var results []methodResult
	for !s.done() {
		if !s.eat(';') || !s.blank() {
			return nil, false
		}
		if s.done() { // QUIRK: a semicolon at the end, as several milters write it.
			break
		}
		r, ok := s.resinfo()
		if !ok {
			return nil, false
		}
		if r.method != "" {
			results = append(results, r)
		}
	}
	return results, true
}

// resinfo reads method=result and its properties, up to a semicolon. An empty
// method is the word none or a method version that is not ours to understand.
func (s *scanner) resinfo() (methodResult, bool) {
	r := methodResult{method: strings.ToLower(s.run(isKeyword)), props: map[string]string{}}
	if r.method == "" || !s.blank() {
		return r, false
	}
	if r.method == "none" && (s.done() || s.text[s.at] == ';') {
		return methodResult{}, true
	}
	foreign := false
	if s.eat('/') {
		if !s.blank() {
			return r, false
		}
		version := s.run(isDigit)
		foreign = version != "1"
		if version == "" || !s.blank() {
			return r, false
		}
	}
	if !s.eat('=') || !s.blank() {
		return r, false
	}
	r.result = strings.ToLower(s.run(isKeyword))
	if r.result == "" {
		return r, false
	}
	for {
		from := s.at
		if !s.blank() {
			return r, false
		}
		if s.done() || s.text[s.at] == ';' {
			break
		}
		if s.at == from || !s.property(r.props) {
			return r, false
		}
	}
	if foreign {
		return methodResult{}, true
	}
	return r, true
}

// property reads ptype.property=value, or key=value as Exchange writes it
// (reason=…, action=none). A property that comes twice is an error: which of
// the two would be true?
func (s *scanner) property(props map[string]string) bool {
	name := strings.ToLower(s.run(isKeyword))
	if name == "" || !s.blank() {
		return false
	}
	if s.eat('.') {
		if !s.blank() {
			return false
		}
		sub := strings.ToLower(s.run(isKeyword))
		if sub == "" || !s.blank() {
			return false
		}
		name += "." + sub
	}
	if !s.eat('=') || !s.blank() {
		return false
	}
	// QUIRK: an empty value (smtp.mailfrom=; or smtp.mailfrom=<>) for a bounce.
	value := ""
	if !s.done() && s.text[s.at] != ';' {
		var ok bool
		if value, ok = s.value(isPropertyValue); !ok {
			return false
		}
		// A quoted local part goes on behind its quote.
		if !s.done() && s.text[s.at] == '@' {
			value = `"` + value + `"` + s.run(isPropertyValue)
		}
	}
	if _, twice := props[name]; twice {
		return false
	}
	props[name] = value
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isKeyword(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}

// isToken is token of RFC 2045 section 5.1.
func isToken(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`()<>@,;:\"/[]?=`, c) < 0
}

// isPropertyValue is what stands unquoted in practice: addresses, domains,
// base64 and IP addresses.
func isPropertyValue(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`();\"`, c) < 0
}
