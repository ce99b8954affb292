package authority

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// signer holds the keys that the tests sign with.
type signer struct {
	ed  ed25519.PrivateKey
	rsa *rsa.PrivateKey
}

func newSigner(t *testing.T) signer {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return signer{ed, key}
}

// publish puts the public keys into the fake DNS.
func (k signer) publish(t *testing.T, r *register, flags string) {
	t.Helper()
	pkix, err := x509.MarshalPKIXPublicKey(&k.rsa.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.StdEncoding.EncodeToString
	for _, domain := range []string{"jxw.example", "survey.jxw.example", "attacker.example"} {
		r.txt["ed._domainkey."+domain] = []string{"v=DKIM1; k=ed25519;" + flags + " p=" + b64(k.ed.Public().(ed25519.PublicKey))}
		r.txt["rsa._domainkey."+domain] = []string{"v=DKIM1; k=rsa;" + flags + " p=" + b64(pkix)}
	}
}

type signing struct {
	domain, selector string
	keys             []string
	expires          time.Time
}

func (k signer) sign(t *testing.T, mail string, s signing) string {
	t.Helper()
	if s.domain == "" {
		s.domain = "jxw.example"
	}
	if s.selector == "" {
		s.selector = "ed"
	}
	if s.keys == nil {
		s.keys = []string{"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "Content-Type"}
	}
	var key crypto.Signer = k.ed
	if s.selector == "rsa" {
		key = k.rsa
	}
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(mail), &dkim.SignOptions{Domain: s.domain, Selector: s.selector, Signer: key, Expiration: s.expires,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, HeaderKeys: s.keys})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// reply is the approver's mail before it is signed. The library stamps
// signatures with the wall clock, so now is the wall clock's here too.
func reply(date time.Time, field, body string) string {
	return "From: Shenhe <" + approver + ">\r\nTo: wsxf@jxw.example\r\nSubject: Re: draft\r\nDate: " + date.Format(time.RFC1123Z) +
		"\r\nMessage-ID: <r1@client.jxw.example>\r\n" + field + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
}

const inReplyTo = "In-Reply-To: <7q4km2xd9p.0123456789abcdefghijklmnop@jxw.example>\r\n"

func TestOwnDKIM(t *testing.T) {
	t.Parallel()
	key, other := newSigner(t), newSigner(t)
	wall := time.Now()
	common := []string{"From", "Subject", "Date"}
	const code = "批准\r\n\r\n> 回执码：7Q4KM-2XD9P\r\n"
	signed := func(s signing) string { return key.sign(t, reply(wall, inReplyTo, "批准\r\n"), s) }
	for _, tt := range []struct {
		name string
		mail string
		// flags go into the key records; dns fails every look-up.
		flags string
		dns   error
		later time.Duration
		want  string
	}{
		{name: "ed25519", mail: signed(signing{}), want: "pass obey"},
		{name: "rsa", mail: signed(signing{selector: "rsa"}), want: "pass obey"},
		{name: "code in the body", mail: key.sign(t, reply(wall, "", code), signing{keys: common}), want: "pass obey"},
		{name: "field not signed but quoted in the body", mail: key.sign(t, reply(wall, inReplyTo, code), signing{keys: common}), want: "pass obey"},
		{name: "field of the code not signed", mail: signed(signing{keys: common}), want: "pass replayable hold"},
		{name: "field added to a signed mail", mail: addField(key.sign(t, reply(wall, "", "批准\r\n"), signing{keys: common}), inReplyTo), want: "pass replayable hold"},
		{name: "field added where its absence was signed", mail: addField(key.sign(t, reply(wall, "", "批准\r\n"), signing{}), inReplyTo), want: "fail report"},
		{name: "second field above the signed one", mail: addField(key.sign(t, reply(wall, "In-Reply-To: <x@jxw.example>\r\n", "批准\r\n"), signing{}), inReplyTo), want: "pass replayable hold"},
		{name: "other code in the body", mail: key.sign(t, reply(wall, inReplyTo, "批准\r\n\r\n> 回执码：AAAAA-AAAAA\r\n"), signing{keys: common}), want: "pass replayable hold"},
		{name: "old", mail: signed(signing{}), later: 73 * time.Hour, want: "pass replayable hold"},
		{name: "three days", mail: signed(signing{}), later: 71 * time.Hour, want: "pass obey"},
		{name: "signed in the future", mail: signed(signing{}), later: -2 * time.Hour, want: "pass replayable hold"},
		{name: "expired for us", mail: signed(signing{expires: wall.Add(time.Hour)}), later: 2 * time.Hour, want: "fail report"},
		{name: "not expired", mail: signed(signing{expires: wall.Add(time.Hour)}), want: "pass obey"},
		{name: "other domain", mail: signed(signing{domain: "attacker.example"}), want: "none report"},
		{name: "subdomain", mail: signed(signing{domain: "survey.jxw.example"}), want: "none report"},
		{name: "subject not signed", mail: signed(signing{keys: []string{"From", "Date"}}), want: "none report"},
		{name: "body changed", mail: strings.Replace(signed(signing{}), "\r\n\r\n批准", "\r\n\r\n批准 ", 1) + "x", want: "fail report"},
		{name: "second subject", mail: addField(signed(signing{}), "Subject: other\r\n"), want: "fail report"},
		{name: "wrong key", mail: other.sign(t, reply(wall, inReplyTo, "批准\r\n"), signing{}), want: "fail report"},
		{name: "l= tag", mail: strings.Replace(signed(signing{}), " s=ed", " l=7; s=ed", 1), want: "none report"},
		{name: "rsa-sha1", mail: strings.Replace(signed(signing{selector: "rsa"}), "a=rsa-sha256", "a=rsa-sha1", 1), want: "none report"},
		{name: "no signature", mail: reply(wall, inReplyTo, "批准\r\n"), want: "none report"},
		{name: "key in testing", mail: signed(signing{}), flags: " t=y;", want: "fail report"},
		{name: "key gone", mail: signed(signing{selector: "ed"}), flags: "-", want: "fail report"},
		{name: "dns times out", mail: signed(signing{}), dns: &net.DNSError{Err: "timeout", IsTimeout: true}, want: "temporary report"},
		{name: "dns broken", mail: signed(signing{}), dns: errors.New("connection refused"), want: "temporary report"},
		{name: "foreign signature above ours", mail: other.sign(t, signed(signing{}), signing{domain: "attacker.example", keys: common}), want: "pass obey"},
		{name: "many signatures", mail: strings.Repeat("DKIM-Signature: v=1; a=ed25519-sha256; d=jxw.example; s=ed; h=from:subject:date; bh=AAAA; b=AAAA\r\n", 40) + signed(signing{}), want: "fail report"},
		{name: "confirmation whose field is not signed", mail: key.sign(t, strings.Replace(reply(wall, inReplyTo, "确认\r\n"), "7q4km2xd9p", "cccccccccc", 1), signing{keys: common}), want: "pass hold"},
		{name: "html whose type is not signed", mail: key.sign(t, strings.Replace(reply(wall, inReplyTo, "<p>批准</p>\r\n"), "text/plain", "text/html", 1), signing{keys: append(common, "In-Reply-To")}), want: "pass replayable hold"},
		{name: "bare CR in a field", mail: addField(signed(signing{}), "X-A: b\rSubject: c\r\n"), want: "fail report"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := testRegister()
			if tt.flags != "-" {
				key.publish(t, r, tt.flags)
			}
			r.dns = tt.dns
			p := testPolicy()
			p.VerifyDKIM = true
			raw := []byte(tt.mail)
			s, err := Judge(t.Context(), letter.Parse(raw), raw, wall.Add(tt.later), testRoster(), p, r)
			if err != nil {
				t.Fatal(err)
			}
			_, ruling, _ := s.Best(command.Approve, "")
			got := s.DKIM + " "
			if s.Replayable {
				got += "replayable "
			}
			if got += string(ruling); got != tt.want {
				t.Errorf("got %s, want %s; %s\n%s", got, tt.want, summary(s), tt.mail)
			}
		})
	}
}

// addField puts a field on top of a mail, as whoever sends it again may.
func addField(mail, field string) string { return field + mail }

func TestSignatureServesOnce(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	r := testRegister()
	key.publish(t, r, "")
	p := testPolicy()
	p.VerifyDKIM = true
	now := time.Now()
	// Two signatures of the domain: spending one must spend both.
	mail := key.sign(t, key.sign(t, reply(now, "", "批准\r\n回执码：7Q4KM-2XD9P\r\n"), signing{}), signing{selector: "rsa"})
	judged := func(mail string) Standing {
		t.Helper()
		s, err := Judge(t.Context(), letter.Parse([]byte(mail)), []byte(mail), now, testRoster(), p, r)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := judged(mail); s.AuthenticatedBy != ByOwnDKIM || s.Replayable {
		t.Fatalf("first use: %s", summary(s))
	}
	if s := judged("X-Again: 1\r\n" + mail); !s.Authenticated || !s.Replayable {
		t.Errorf("second use: %s", summary(s))
	}
	_, inner, found := strings.Cut(mail, "\r\nDKIM-Signature:")
	if !found {
		t.Fatal("no second signature")
	}
	if s := judged("DKIM-Signature:" + inner); !s.Authenticated || !s.Replayable {
		t.Errorf("the other signature: %s", summary(s))
	}
	if s := judged("X-Again: 2\r\n" + mail); s.Replayable {
		if ok, missing := s.Allows(petition.RoleApprover, command.Todo, ""); !ok {
			t.Errorf("reading lacks %v", missing)
		}
	}
}

func TestKeyNames(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	p := testPolicy()
	p.VerifyDKIM = true
	base := reply(time.Now(), "", "批准\r\n")
	mail := key.sign(t, key.sign(t, key.sign(t, base, signing{}), signing{selector: "rsa"}), signing{domain: "attacker.example"})
	got := strings.Join(KeyNames(letter.Parse([]byte(mail)), p), " ")
	if want := "rsa._domainkey.jxw.example ed._domainkey.jxw.example"; got != want {
		t.Errorf("KeyNames: got %q, want %q", got, want)
	}
	p.VerifyDKIM = false
	if got := KeyNames(letter.Parse([]byte(mail)), p); got != nil {
		t.Errorf("KeyNames without verification: %q", got)
	}
}

func TestBrokenRegisterEndsTheJudgement(t *testing.T) {
	t.Parallel()
	r := testRegister()
	r.broken = io.ErrUnexpectedEOF
	raw := []byte(reply(testNow(), inReplyTo, "批准\r\n"))
	s, err := Judge(t.Context(), letter.Parse(raw), raw, testNow(), testRoster(), testPolicy(), r)
	if !errors.Is(err, io.ErrUnexpectedEOF) || s.OnRoster {
		t.Errorf("got %v and %s", err, summary(s))
	}
}
