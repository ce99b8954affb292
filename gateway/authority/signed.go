package authority

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
)

// The ways of Standing.SignedBy.
const (
	ByOpenPGP = "openpgp"
	BySMIME   = "smime"
)

// What is wrong with a signature.
var (
	errUnsigned    = errors.New("not signed")
	errBeside      = errors.New("unsigned text above the signed one")
	errMalformed   = errors.New("malformed signature")
	errSigners     = errors.New("not exactly one signature")
	errOtherKey    = errors.New("signed by another key")
	errInvalid     = errors.New("signature does not match")
	errCertificate = errors.New("certificate is not good")
)

// The codes of Standing.SignatureFault.
const (
	FaultUnsigned    = "unsigned"
	FaultBeside      = "text-above"
	FaultMalformed   = "malformed-signature"
	FaultSigners     = "several-signers"
	FaultOtherKey    = "other-key"
	FaultInvalid     = "bad-signature"
	FaultCertificate = "bad-certificate"
	// FaultNoCode: a good signature over a text without the code shown.
	FaultNoCode = "signed-without-code"
)

// signatureFault puts an error into words for the office.
func signatureFault(err error) *Reason {
	for _, f := range []struct {
		err        error
		code, text string
	}{
		{errUnsigned, FaultUnsigned, "邮件没有数字签名"},
		{errBeside, FaultBeside, "签名内容之上另有未签名的文字"},
		{errMalformed, FaultMalformed, "数字签名的格式不正确"},
		{errSigners, FaultSigners, "数字签名不是恰好一个"},
		{errOtherKey, FaultOtherKey, "数字签名不是名册中登记的密钥或证书所作"},
		{errCertificate, FaultCertificate, "签名密钥或证书已过期、已吊销，或者不是此人用于邮件签名的证书"},
	} {
		if errors.Is(err, f.err) {
			return &Reason{f.code, f.text}
		}
	}
	return &Reason{FaultInvalid, "数字签名与邮件内容不符"}
}

// key finds what an address signs by.
func (p Policy) key(address string) (Key, bool) {
	for a, k := range p.Keys {
		if sameASCII(strings.TrimSpace(a), strings.TrimSpace(address)) {
			return k, true
		}
	}
	return Key{}, false
}

// verifySigned seeks a signature of the sender's own key, and lets the letter be
// read by what is signed only.
func (j *judge) verifySigned() {
	key, ok := j.p.key(j.s.Address)
	if !ok || !j.s.OnRoster || j.l.Root == nil {
		return
	}
	part := foremost(j.l.Root)
	entity, by, err := signedEntity(part, key, j.s.Address, j.now)
	if err != nil {
		j.s.SignatureFault = signatureFault(err)
		j.s.unsound = j.s.SignatureFault != nil && !errors.Is(err, errUnsigned) && !errors.Is(err, errBeside) && part.Type != "multipart/signed"
		return
	}
	signed := letter.Parse(entity)
	j.s.signed, j.s.SignedBy, j.s.SignedText = &signed, by, signed.New
	j.l = j.s.Readable(j.l)
}

// bindSignature says whether what is signed holds the code that the letter is
// tied by. A signature over 批准 alone could be taken from any other mail.
func (j *judge) bindSignature() {
	if j.s.signed == nil || j.code == "" {
		return
	}
	j.s.SignedCode = slices.Contains(command.Codes(j.s.signed.Text), j.code)
	if !j.s.SignedCode {
		j.s.SignatureFault = &Reason{FaultNoCode, "数字签名的内容不含所用的回执码"}
	}
}

// foremost is the part that a reader sees first, the only one that may be
// signed: a signed mail put below something unsigned, or carried along as an
// attachment or a message, is not the word of whoever sends it now. Footers that
// mail servers add below are tolerated, and not read.
func foremost(p *letter.Part) *letter.Part {
	for p.Multipart() && p.Type == "multipart/mixed" && len(p.Children) > 0 {
		p = p.Children[0]
	}
	return p
}

// signedEntity verifies the signature of a part and returns the MIME entity that
// it covers.
func signedEntity(p *letter.Part, k Key, address string, now time.Time) (entity []byte, by string, err error) {
	defer func() {
		// NOTE: the parsers of keys and signatures are others'; one that panics
		// over a mail has not verified it.
		if r := recover(); r != nil {
			entity, by, err = nil, "", fmt.Errorf("%w: %v", errMalformed, r)
		}
	}()
	switch {
	case p.Type == "multipart/signed":
		return signedMultipart(p, k, address, now)
	case registered(p.Type) == "application/pkcs7-mime":
		content, err := verifySMIME(p.Data(), nil, k, address, now)
		return headed(canonical(content)), BySMIME, err
	case p.Type == "text/plain" && p.Disposition != "attachment":
		text, err := clearSigned(p.Data(), k, now)
		return plainEntity(text), ByOpenPGP, err
	}
	return nil, "", errUnsigned
}

// signedMultipart verifies a multipart/signed (RFC 1847).
func signedMultipart(p *letter.Part, k Key, address string, now time.Time) ([]byte, string, error) {
	first, second, ok := splitSigned(p.Raw(), p.Params["boundary"])
	if !ok {
		return nil, "", errMalformed
	}
	signed := canonical(first)
	// RFC 1847 section 2.1: the protocol is the type of the second part.
	signature := letter.Parse(second).Root
	protocol := registered(p.Params["protocol"])
	if registered(signature.Type) != protocol {
		return nil, "", errMalformed
	}
	var by string
	var err error
	switch protocol {
	case "application/pgp-signature":
		by, err = ByOpenPGP, verifyDetached(signed, signature.Data(), k, now)
	case "application/pkcs7-signature":
		by = BySMIME
		_, err = verifySMIME(signature.Data(), signed, k, address, now)
	default:
		err = errMalformed
	}
	return headed(signed), by, err
}

// registered is a media type by its registered name: mailers of old, and openssl
// to this day, write x- before it.
func registered(mediaType string) string {
	return strings.Replace(strings.ToLower(strings.TrimSpace(mediaType)), "/x-", "/", 1)
}

// headed gives an entity without header fields one, so that its first lines are
// not read as fields: it is a plain text (RFC 2045 section 5.2).
func headed(entity []byte) []byte {
	if bytes.HasPrefix(entity, []byte("\r\n")) {
		return append([]byte("Content-Type: text/plain; charset=utf-8\r\n"), entity...)
	}
	return entity
}

// plainEntity makes a MIME entity of a clear-signed text. The header that names
// its charset is not signed, so the bytes alone decide: UTF-8, else GB18030.
// Another label could turn them into another text.
func plainEntity(text []byte) []byte {
	charset := "utf-8"
	if !utf8.Valid(text) {
		charset = "gb18030"
	}
	return append([]byte("Content-Type: text/plain; charset="+charset+"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), text...)
}
