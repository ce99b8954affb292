package authority

import "bytes"

// maxBoundary is the longest boundary (RFC 2046 section 5.1.1).
const maxBoundary = 70

// splitSigned cuts the body of a multipart/signed (RFC 1847 section 2.1) into
// its two parts, byte for byte: the line end before a delimiter belongs to the
// delimiter. It is strict where reading a letter is tolerant: two parts, each
// delimiter in its place, nothing that another reader could cut differently.
func splitSigned(body []byte, boundary string) (signed, signature []byte, ok bool) {
	if boundary == "" || len(boundary) > maxBoundary {
		return nil, nil, false
	}
	var parts [][]byte
	open, closed := -1, false
	for at := 0; at < len(body); {
		end, next := len(body), len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end, next = at+i, at+i+1
		}
		if dashes, last := delimiter(body[at:end], boundary); dashes {
			if closed || last && open < 0 {
				return nil, nil, false
			}
			if open >= 0 {
				parts = append(parts, body[open:max(open, lineEnd(body, at))])
			}
			open, closed = next, last
		}
		at = next
	}
	if !closed || len(parts) != 2 {
		return nil, nil, false
	}
	return parts[0], parts[1], true
}

// delimiter says whether a line is a delimiter, and whether the closing one.
func delimiter(line []byte, boundary string) (yes, last bool) {
	rest, ok := bytes.CutPrefix(bytes.TrimRight(line, " \t\r"), []byte("--"+boundary))
	if !ok {
		return false, false
	}
	return len(rest) == 0 || string(rest) == "--", string(rest) == "--"
}

// lineEnd is where the line end before at begins.
func lineEnd(body []byte, at int) int {
	if at > 0 && body[at-1] == '\n' {
		at--
		if at > 0 && body[at-1] == '\r' {
			at--
		}
	}
	return at
}

// canonical gives every line the end CRLF, over which mail is signed (RFC 3156
// section 5, RFC 8551 section 3.1.1), whatever a transport or a file made of it.
func canonical(text []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}
