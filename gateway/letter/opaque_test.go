package letter

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

func smime(kind string, der []byte) []byte {
	return []byte("From: a@b.example\r\nContent-Type: application/pkcs7-mime; smime-type=" + kind + "; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64(der))
}

func TestOpaqueSMIME(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a"}, NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	entity := "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n同意。\r\n--i\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--i--\r\n"
	sd, err := pkcs7.NewSignedData([]byte(entity))
	if err != nil {
		t.Fatal(err)
	}
	if err := sd.AddSigner(cert, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	der, err := sd.Finish()
	if err != nil {
		t.Fatal(err)
	}
	l := Parse(smime("signed-data", der))
	if l.New != "同意。" || len(l.Attachments) != 1 || l.Attachments[0].Name != "a.csv" || len(l.Defects) > 0 {
		t.Errorf("text %q, files %v, defects %v", l.New, l.Attachments, l.Defects)
	}
	checkSane(t, l)

	// In BER, as Outlook and OpenSSL stream it: no lengths, content in pieces.
	piece := func(s string) string { return "\x04" + string(rune(len(s))) + s }
	ber := "\x30\x80" + cmsSigned + "\xa0\x80\x30\x80\x02\x01\x01\x31\x80\x30\x02\x06\x00\x00\x00" +
		"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + piece("Subject: x\r\n") + piece("\r\nhel") + piece("lo") + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	if l := Parse(smime("signed-data", []byte(ber))); l.New != "hello" {
		t.Errorf("text %q, defects %v", l.New, l.Defects)
	}

	enveloped, err := pkcs7.Encrypt([]byte(entity), []*x509.Certificate{cert})
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{string(enveloped), "rubbish", strings.Repeat("\x30\x80", 1<<20)} {
		l := Parse(smime("enveloped-data", []byte(data)))
		if len(l.Attachments) != 1 || !hasDefect(l, DefectEncrypted) {
			t.Errorf("%.20q: %v, defects %v", data, l.Attachments, l.Defects)
		}
	}
}

func TestPGPInline(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body, text string
		encrypted  bool
	}{
		"signed in the clear": {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n同意。\n- -- x\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n", "同意。\n-- x", false},
		"below a greeting":    {"您好\n-----BEGIN PGP SIGNED MESSAGE-----\n\n同意。\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n再见", "您好\n同意。\n再见", false},
		"without an end":      {"-----BEGIN PGP SIGNED MESSAGE-----\n\n同意。\n", "-----BEGIN PGP SIGNED MESSAGE-----\n\n同意。", false},
		"encrypted":           {"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----", true},
	}
	for name, test := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			l := Parse(wire("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"+test.body, eol))
			if strings.TrimSpace(l.Text) != test.text || hasDefect(l, DefectEncrypted) != test.encrypted {
				t.Errorf("%s: text %q, defects %v", name, l.Text, l.Defects)
			}
		}
	}
}
