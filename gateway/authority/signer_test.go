package authority

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/smallstep/pkcs7"
)

// must fails the test on an error of the signing libraries.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// pgpSigner makes an OpenPGP key a day before now; a lifetime of zero is for ever.
func pgpSigner(t testing.TB, address string, now time.Time, lifetime time.Duration) *openpgp.Entity {
	t.Helper()
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, KeyLifetimeSecs: uint32(lifetime.Seconds()), Time: func() time.Time { return now.Add(-24 * time.Hour) }}
	return must(openpgp.NewEntity("test", "", address, config))(t)
}

// pgpPublic is the armored public key.
func pgpPublic(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must(armor.Encode(&b, openpgp.PublicKeyType, nil))(t)
	if err := e.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pgpSign is an armored detached signature by each of the keys over the bytes.
func pgpSign(t testing.TB, signed []byte, when time.Time, keys ...*openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must(armor.Encode(&b, openpgp.SignatureType, nil))(t)
	for _, key := range keys {
		if err := openpgp.DetachSign(w, key, bytes.NewReader(signed), &packet.Config{Time: func() time.Time { return when }}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// pgpClear clear-signs a text.
func pgpClear(t testing.TB, text string, key *openpgp.Entity, when time.Time) string {
	t.Helper()
	var b bytes.Buffer
	w := must(clearsign.Encode(&b, key.PrivateKey, &packet.Config{Time: func() time.Time { return when }}))(t)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}

// issuer is a certificate with its key: an authority or a person.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newIssuer(t testing.TB, name string, now time.Time) issuer {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: now.AddDate(-3, 0, 0), NotAfter: now.AddDate(20, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))(t)
	return issuer{must(x509.ParseCertificate(der))(t), key}
}

// mailCertificate is a certificate for mail by that address, good around now.
func mailCertificate(address string, now time.Time) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: address}, EmailAddresses: []string{address}, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}
}

// issue signs a certificate.
func (i issuer) issue(t testing.TB, template x509.Certificate) issuer {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template.SerialNumber = must(rand.Int(rand.Reader, big.NewInt(1<<62)))(t)
	der := must(x509.CreateCertificate(rand.Reader, &template, i.cert, &key.PublicKey, i.key))(t)
	return issuer{must(x509.ParseCertificate(der))(t), key}
}

func pemOf(certs ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}

// cms is how a CMS signature is made; the zero value is a detached one, SHA-256
// with signed attributes.
type cms struct {
	opaque, bare bool
	digest       asn1.ObjectIdentifier
}

func (o cms) sign(t testing.TB, signed []byte, signers ...issuer) []byte {
	t.Helper()
	sd := must(pkcs7.NewSignedData(signed))(t)
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if o.digest != nil {
		sd.SetDigestAlgorithm(o.digest)
	}
	for _, s := range signers {
		add := sd.AddSigner
		if o.bare {
			add = sd.SignWithoutAttr
		}
		if err := add(s.cert, crypto.PrivateKey(s.key), pkcs7.SignerInfoConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	if !o.opaque {
		sd.Detach()
	}
	return must(sd.Finish())(t)
}

// The building of mails. Lines end in LF as the files do; what is signed is
// signed with CRLF.

// envelope is the head of a mail from an address that our MX vouches for.
func envelope(from, answers string) string {
	head := "Authentication-Results: mx.jxw.example; dmarc=pass header.from=jxw.example\n" +
		"Received: from out.jxw.example (out.jxw.example [192.0.2.7])\n\tby mx.jxw.example with ESMTPS; Mon, 23 Nov 2026 10:00:05 +0800\n" +
		"From: <" + from + ">\nTo: wsxf@jxw.example\nSubject: Re: =?utf-8?B?5b6F5a6h5Y2V?=\nDate: Mon, 23 Nov 2026 10:00:00 +0800\n" +
		"Message-ID: <made@client.jxw.example>\nMIME-Version: 1.0\n"
	if answers != "" {
		head += "In-Reply-To: <" + strings.ToLower(strings.ReplaceAll(answers, "-", "")) + ".0123456789abcdefghijklmnop@jxw.example>\n"
	}
	return head
}

// plain is a MIME entity of a text.
func plain(text string) string {
	return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text
}

// multipart joins entities; more are parameters of its type.
func multipart(kind, boundary, more string, parts ...string) string {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/" + kind + "; boundary=\"" + boundary + "\"" + more + "\n\n")
	for _, p := range parts {
		b.WriteString("--" + boundary + "\n" + p + "\n")
	}
	b.WriteString("--" + boundary + "--\n")
	return b.String()
}

// folded is base64 in lines.
func folded(data []byte) string {
	var b strings.Builder
	for text := base64.StdEncoding.EncodeToString(data); text != ""; {
		n := min(76, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return b.String()
}

const (
	pgpParams   = "; micalg=pgp-sha256; protocol=\"application/pgp-signature\""
	smimeParams = "; micalg=sha-256; protocol=\"application/pkcs7-signature\""
)

func pgpPart(armored []byte) string {
	return "Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n" + string(armored)
}

func smimePart(der []byte) string {
	return "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"smime.p7s\"\n\n" + folded(der)
}

// pgpMIME signs an entity as PGP/MIME does.
func pgpMIME(t testing.TB, entity string, key *openpgp.Entity, when time.Time) string {
	t.Helper()
	return multipart("signed", "pgp-b", pgpParams, entity, pgpPart(pgpSign(t, canonical([]byte(entity)), when, key)))
}

// smime signs an entity as S/MIME does, detached.
func smime(t testing.TB, entity string, signers ...issuer) string {
	t.Helper()
	return multipart("signed", "smime-b", smimeParams, entity, smimePart(cms{}.sign(t, canonical([]byte(entity)), signers...)))
}

// opaque wraps an entity and its signature into one part.
func opaque(der []byte) string {
	return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\n" + folded(der)
}
