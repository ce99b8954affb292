package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/submission/postfixtest"
)

// mxWithDKIM is the mail system of an office whose people's mail is signed by an
// OpenDKIM behind their Postfix, and verified by another behind the MX.
type mxWithDKIM struct {
	t   *testing.T
	key *rsa.PrivateKey
	dns string
	msa *postfixtest.Server // signs
	mx  *postfixtest.Server // verifies, and delivers
}

func startMXWithDKIM(t *testing.T, o postfixtest.Options) *mxWithDKIM {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	record, err := postfixtest.KeyRecord(key)
	if err != nil {
		t.Fatal(err)
	}
	m := &mxWithDKIM{t: t, key: key, dns: postfixtest.StartDNS(t, map[string]string{"s1._domainkey.jxw.example": record})}
	verify := postfixtest.StartOpenDKIM(t, postfixtest.Filter{AuthservID: "mx.jxw.example", Nameserver: m.dns})
	o.Milters = []string{verify}
	m.mx = postfixtest.Start(t, o)
	sign := postfixtest.StartOpenDKIM(t, postfixtest.Filter{Domain: "jxw.example", Selector: "s1", Key: key, LengthTo: partialBox})
	m.msa = postfixtest.Start(t, postfixtest.Options{Hostname: "smtp.jxw.example", Domains: []string{"nowhere.example"}, Relay: m.mx.Addr, Milters: []string{sign}})
	return m
}

const (
	workBox    = "wsxf@jxw.example"
	partialBox = "wsxf+partial@jxw.example" // what goes there is signed with l=

	liveCode  = "7Q4KM-2XD9P"
	otherCode = "8R5MN-3YE0Q"
)

// codesOf is the evidence: two live codes of yi's, and keys by DNS.
type codesOf struct {
	server string
	spent  map[string]bool
}

func (c codesOf) LookupCode(_ context.Context, code string) (authority.CodeInfo, error) {
	n := map[string]int64{liveCode: 1, otherCode: 2}[code]
	return authority.CodeInfo{Found: n > 0, ID: n, Case: petition.NewNumber("SFJX", 2026, int(n)), Matter: petition.MatterApproval, Address: "yi@jxw.example",
		Revision: 1, State: authority.CodeLive}, nil
}

func (c codesOf) MessageID(context.Context, string) (authority.MailInfo, error) {
	return authority.MailInfo{}, nil
}

func (c codesOf) UseSignature(_ context.Context, digest string) (bool, error) {
	fresh := !c.spent[digest]
	c.spent[digest] = true
	return fresh, nil
}

func (c codesOf) LookupTXT(ctx context.Context, domain string) ([]string, error) {
	r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", c.server)
	}}
	return r.LookupTXT(ctx, domain)
}

func replyTo(code string) string {
	return "In-Reply-To: <" + strings.ToLower(strings.ReplaceAll(code, "-", "")) + ".0123456789abcdefghijklmnop@jxw.example>\r\n"
}

// approval is yi's mail before anybody has signed it.
func approval(id, field, body string) string {
	return "From: Shenhe <yi@jxw.example>\r\nTo: wsxf@jxw.example\r\nSubject: Re: draft\r\nDate: " + time.Now().Format(time.RFC1123Z) +
		"\r\nMessage-ID: <" + id + "@client.jxw.example>\r\n" + field + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
}

// through sends a mail by a server and gives back what lies in the mailbox.
func (m *mxWithDKIM) through(s *postfixtest.Server, envelope, to, raw string, n int) string {
	m.t.Helper()
	if err := smtp.SendMail(s.Addr, nil, envelope, []string{to}, []byte(raw)); err != nil {
		m.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(m.t.Context(), patience)
	defer cancel()
	mails, err := m.mx.Wait(ctx, workBox, n)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, mail := range mails {
		if bytes.Contains(mail, []byte("Return-Path: <"+envelope+">")) {
			return strings.ReplaceAll(string(mail), "\n", "\r\n")
		}
	}
	m.t.Fatalf("the mail did not arrive:\n%s", raw)
	return ""
}

// resent is a delivered mail as whoever has it may send it again: without the
// trace of the servers behind the signature.
func resent(t *testing.T, mail string) string {
	t.Helper()
	_, signed, ok := strings.Cut(mail, "\r\nDKIM-Signature:")
	if !ok {
		t.Fatalf("no signature:\n%s", mail)
	}
	return "DKIM-Signature:" + signed
}

// TestOpenDKIM shows what a real OpenDKIM behind a real Postfix writes is
// understood, both as Authentication-Results and as signatures to be verified,
// and that a signature vouches for the use of one code only.
func TestOpenDKIM(t *testing.T) {
	t.Parallel()
	needServers(t)
	m := startMXWithDKIM(t, postfixtest.Options{})
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	sendTo := func(s *postfixtest.Server, to, raw string) string {
		n++
		return m.through(s, fmt.Sprintf("e%d@client.example", n), to, raw, n)
	}
	send := func(s *postfixtest.Server, raw string) string { return sendTo(s, workBox, raw) }
	genuine := send(m.msa, approval("a1", replyTo(liveCode), "批准\r\n"))
	plain := send(m.msa, approval("a2", "", "批准\r\n"))
	partial := sendTo(m.msa, partialBox, approval("a3", replyTo(liveCode), "批准\r\n"))
	expired := m.sign(m.key, approval("a4", replyTo(liveCode), "批准\r\n"), time.Now().Add(-time.Hour))
	foreign := m.sign(stranger, approval("a5", replyTo(liveCode), "批准\r\n"), time.Time{})
	for _, tt := range []struct {
		name string
		mail string // as it lies in the mailbox
		// by what the MX says, and by our own verification
		results, own string
	}{
		{"as it was written", genuine, "obey", "obey"},
		{"sent again with another code on top", send(m.mx, replyTo(otherCode)+resent(t, genuine)), "hold", "hold"},
		{"sent again with a code it never had", send(m.mx, replyTo(otherCode)+resent(t, plain)), "hold", "hold"},
		{"sent again with another code instead", send(m.mx, strings.Replace(resent(t, genuine), replyTo(liveCode), replyTo(otherCode), 1)), "report", "report"},
		{"sent again with its code on top once more", send(m.mx, replyTo(liveCode)+resent(t, genuine)), "hold", "hold"},
		{"a byte of the body changed", send(m.mx, strings.Replace(resent(t, genuine), "\r\n\r\n批准", "\r\n\r\n同意", 1)), "report", "report"},
		{"a signed field changed", send(m.mx, strings.Replace(resent(t, genuine), "Re: draft", "Re: other", 1)), "report", "report"},
		{"another subject on top", send(m.mx, "Subject: other\r\n"+resent(t, genuine)), "hold", "report"},
		{"l=", partial, "hold", "report"},
		{"l= and a tail", send(m.mx, resent(t, partial)+"\r\n更多\r\n"), "hold", "report"},
		{"expired", send(m.mx, expired), "report", "report"},
		{"another key", send(m.mx, foreign), "report", "report"},
		{"no signature", send(m.mx, approval("a6", replyTo(liveCode), "批准\r\n")), "report", "report"},
		{"a verdict brought along", send(m.mx, "Authentication-Results: mx.jxw.example; dkim=pass header.d=jxw.example\r\n"+approval("a7", replyTo(liveCode), "批准\r\n")), "report", "report"},
	} {
		if got := m.rules(tt.mail, true); got != tt.results {
			t.Errorf("%s, by what the MX says: %s, want %s\n%s", tt.name, got, tt.results, tt.mail)
		}
		if got := m.rules(tt.mail, false); got != tt.own {
			t.Errorf("%s, by its signature: %s, want %s\n%s", tt.name, got, tt.own, tt.mail)
		}
	}
}

// sign signs as no OpenDKIM would: with an end in the past, or another's key.
func (m *mxWithDKIM) sign(key *rsa.PrivateKey, mail string, expires time.Time) string {
	m.t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(mail), &dkim.SignOptions{Domain: "jxw.example", Selector: "s1", Signer: key, Expiration: expires,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "In-Reply-To", "Content-Type"}})
	if err != nil {
		m.t.Fatal(err)
	}
	return out.String()
}

// rules says what becomes of yi's 批准, by the MX's verdict or by our own.
func (m *mxWithDKIM) rules(mail string, results bool) string {
	m.t.Helper()
	p := authority.Policy{OwnHops: 1, MessageIDDomain: "jxw.example", OwnAddresses: []string{"wsxf@jxw.example"}, VerifyDKIM: !results}
	if results {
		p.AuthservIDs = []string{"mx.jxw.example"}
	}
	roster := petition.Roster{Office: []petition.Member{{Person: petition.Person{Name: "审核员乙", Address: "yi@jxw.example"}, Roles: []petition.Role{petition.RoleApprover}}}}
	s, err := authority.Judge(m.t.Context(), letter.Parse([]byte(mail)), []byte(mail), time.Now(), roster, p, codesOf{m.dns, map[string]bool{}})
	if err != nil {
		m.t.Fatal(err)
	}
	ruling, _ := s.Rule(petition.RoleApprover, command.Approve, "")
	return string(ruling)
}
