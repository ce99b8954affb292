package letter

import (
	"bytes"
	"strings"
)

// The content types of CMS that occur in mail (RFC 5652 section 4, RFC 3274).
const (
	cmsSigned    = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	cmsEnveloped = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
)

// berHead reads the tag and the length of an element in BER; the length is -1
// where the element ends in two zero bytes.
func berHead(b []byte) (tag byte, length, head int, ok bool) {
	if len(b) < 2 || b[0]&0x1F == 0x1F {
		return 0, 0, 0, false
	}
	switch n := int(b[1]); {
	case n < 0x80:
		length, head = n, 2
	case n == 0x80:
		return b[0], -1, 2, true
	case n > 0x84 || len(b) < 2+n&0x7F:
		return 0, 0, 0, false
	default:
		for _, c := range b[2 : 2+n&0x7F] {
			length = length<<8 | int(c)
		}
		head = 2 + n&0x7F
	}
	return b[0], length, head, length <= len(b)-head
}

// berSkip is the length of the element at the start of b. It counts levels and
// does not call itself: nesting must not cost stack.
func berSkip(b []byte) (int, bool) {
	at, open := 0, 0
	for {
		if open > 0 && bytes.HasPrefix(b[at:], []byte{0, 0}) {
			at += 2
			open--
		} else {
			_, length, head, ok := berHead(b[at:])
			if !ok {
				return 0, false
			}
			if at += head; length < 0 {
				open++
			} else {
				at += length
			}
		}
		if open == 0 {
			return at, true
		}
	}
}

// berInside is what an element of that tag at the start of b holds. The end of
// one without a length is left to who reads on.
func berInside(b []byte, want byte) ([]byte, bool) {
	tag, length, head, ok := berHead(b)
	if !ok || tag != want {
		return nil, false
	}
	if length < 0 {
		return b[head:], true
	}
	return b[head : head+length], true
}

// signedContent is what an opaque signature holds (RFC 5652 section 5): the mail
// that a reader without any key can read too. Whether the signature is good is
// for others to judge. enveloped says that it is encrypted instead.
func signedContent(der []byte) (content []byte, enveloped, ok bool) {
	b, ok := berInside(der, 0x30)
	if !ok {
		return nil, false, false
	}
	if bytes.HasPrefix(b, []byte(cmsEnveloped)) {
		return nil, true, false
	}
	if b, ok = bytes.CutPrefix(b, []byte(cmsSigned)); !ok {
		return nil, false, false
	}
	for _, tag := range []byte{0xA0, 0x30} {
		if b, ok = berInside(b, tag); !ok {
			return nil, false, false
		}
	}
	for range 3 { // version and digest algorithms, then the type of the content
		if _, isContent := berInside(b, 0x30); isContent {
			break
		}
		n, ok := berSkip(b)
		if !ok {
			return nil, false, false
		}
		b = b[n:]
	}
	if b, ok = berInside(b, 0x30); !ok {
		return nil, false, false
	}
	n, ok := berSkip(b)
	if !ok {
		return nil, false, false
	}
	if b, ok = berInside(b[n:], 0xA0); !ok {
		return nil, false, false
	}
	if content, ok = berInside(b, 0x04); ok {
		return content, false, true
	}
	pieces, ok := berInside(b, 0x24)
	if !ok {
		return nil, false, false
	}
	for len(pieces) > 0 {
		piece, ok := berInside(pieces, 0x04)
		n, whole := berSkip(pieces)
		if !ok || !whole {
			break
		}
		content, pieces = append(content, piece...), pieces[n:]
	}
	return content, false, len(content) > 0
}

func opaquePart(p *Part) bool {
	return p.Type == "application/pkcs7-mime" || p.Type == "application/x-pkcs7-mime"
}

// opaque reads the mail inside an opaque signature in its place.
func (b *body) opaque(p *Part, related, text bool) bool {
	if b.sealed > 3 || !b.r.room(b.sealed) {
		return false
	}
	data := p.Data()
	if b.r.decoded += int64(len(data)); b.r.decoded > b.r.lim.Decoded {
		b.r.defect(Defect{DefectLimit, "decoded"})
		return false
	}
	content, enveloped, ok := signedContent(data)
	if enveloped {
		b.r.defect(Defect{DefectEncrypted, "s/mime"})
	}
	if !ok {
		return false
	}
	inner := b.r.part(place{src: content, end: len(content), depth: b.sealed + 1, fallback: "text/plain"})
	b.sealed++
	b.walk(inner, related, text)
	b.sealed--
	return true
}

const (
	pgpSigned    = "-----BEGIN PGP SIGNED MESSAGE-----"
	pgpSignature = "-----BEGIN PGP SIGNATURE-----"
	pgpEnd       = "-----END PGP SIGNATURE-----"
	pgpMessage   = "-----BEGIN PGP MESSAGE-----"
)

// unarmor takes the frame off text that is signed in the clear (RFC 9580 section
// 7), and notes what is encrypted.
func (b *body) unarmor(s string) string {
	if !strings.Contains(s, "-----BEGIN PGP ") {
		return s
	}
	if strings.HasPrefix(strings.TrimSpace(s), pgpMessage) {
		b.r.defect(Defect{DefectEncrypted, "pgp"})
		return s
	}
	before, rest, ok := strings.Cut(s, pgpSigned+"\n")
	if !ok || before != "" && !strings.HasSuffix(before, "\n") {
		return s
	}
	_, signed, ok := strings.Cut("\n"+rest, "\n\n")
	if !ok {
		return s
	}
	text, tail, ok := strings.Cut(signed, "\n"+pgpSignature)
	_, after, ended := strings.Cut(tail, pgpEnd)
	if !ok || !ended {
		return s
	}
	var out strings.Builder
	out.WriteString(before)
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimPrefix(line, "- "))
	}
	return out.String() + after
}
