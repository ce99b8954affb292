package letter

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

func smime(kind string, der []byte) []byte {
	return []byte("From: a@b.example\r\nContent-Type: application/pkcs7-mime; smime-type=" + kind + "; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64(der))
}

// streamed is a signed mail in BER, as Outlook and OpenSSL stream it: no lengths,
// content in pieces.
var streamed = func() string {
	piece := func(s string) string { return "\x04" + string(rune(len(s))) + s }
	return "\x30\x80" + cmsSigned + "\xa0\x80\x30\x80\x02\x01\x01\x31\x80\x30\x02\x06\x00\x00\x00" +
		"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + piece("Subject: x\r\n") + piece("\r\nhel") + piece("lo") + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
}()

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

	if l := Parse(smime("signed-data", []byte(streamed))); l.New != "hello" {
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

func FuzzOpaque(f *testing.F) {
	for _, s := range []string{"30", "308006092a864886f70d010702a080308002010131003080", "3080060b2a", "30820000", "3084ffffffff", "300b06092a864886f70d010703"} {
		der, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Add([]byte(streamed))
	f.Fuzz(func(t *testing.T, der []byte) {
		content, enveloped, ok := signedContent(der)
		if len(content) > len(der) || ok && enveloped || !ok && content != nil {
			t.Fatalf("%x gave %d bytes, enveloped %v, %v", der, len(content), enveloped, ok)
		}
		raw := append([]byte("Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: binary\n\n"), der...)
		checkSane(t, Parse(raw))
	})
}

func FuzzUnarmor(f *testing.F) {
	f.Add("before\n" + pgpSigned + "\nHash: SHA256\n\n- -- \ntext\n" + pgpSignature + "\n\nabc\n" + pgpEnd + "\nafter")
	f.Add(pgpSigned + "\n\n" + pgpSignature + pgpEnd)
	f.Add(" " + pgpMessage + "\n\nabc")
	f.Fuzz(func(t *testing.T, text string) {
		text = plainLines(text)
		b := &body{r: &reader{lim: DefaultLimits()}}
		got := b.unarmor(text)
		if len(got) > len(text) || !strings.Contains(text, "-----BEGIN PGP ") && got != text {
			t.Fatalf("%q gave %q", text, got)
		}
	})
}
