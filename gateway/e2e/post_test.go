package e2e

import (
	"context"
	"fmt"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/submission/postfixtest"
)

// post is the office's mail system: Postfix as MX, which hands everything to
// Dovecot by LMTP, and everybody's mailbox there.
type post struct {
	t       *testing.T
	postfix *postfixtest.Server
	dovecot *dovecottest.Server
	unread  map[string][]got  // by user
	seen    map[string]uint32 // the last UID read, by user
	serial  int
}

// got is one mail in somebody's mailbox.
type got struct {
	raw []byte
	letter.Letter
}

// staff are the users of the mail system; wang is the citizen.
var staff = []string{"zhuren", "zixun", "wsxf", "jia", "yi", "bing", "fgld", "zyld", "power", "power-head", "zhiban", "xxzx", "wang"}

func startPost(t *testing.T) *post {
	t.Helper()
	users := map[string]string{}
	for _, user := range staff {
		users[user] = "secret"
	}
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: users, LMTP: true})
	stamps := map[string]string{}
	for _, user := range []string{"jia", "yi", "bing", "power"} {
		// What the milters of an MX say of the office's own people.
		stamps[user+"@jxw.example"] = "Authentication-Results: mx.jxw.example; dmarc=pass header.from=jxw.example; spf=pass smtp.mailfrom=" + user + "@jxw.example"
	}
	postfix := postfixtest.Start(t, postfixtest.Options{Transport: "lmtp:inet:" + dovecot.LMTPAddr, Prepend: stamps})
	return &post{t: t, postfix: postfix, dovecot: dovecot, unread: map[string][]got{}, seen: map[string]uint32{}}
}

// send submits a mail as the envelope sender; the MX decides by that what it
// says of it.
func (p *post) send(envelope, to string, raw []byte) {
	p.t.Helper()
	if err := smtp.SendMail(p.postfix.Addr, nil, envelope, []string{to}, raw); err != nil {
		p.t.Fatalf("send from %s to %s: %v", envelope, to, err)
	}
}

// write lets somebody write a mail of their own.
func (p *post) write(from, to, subject, text string) {
	p.t.Helper()
	p.serial++
	out := letter.Outgoing{From: letter.Address{Address: from}, To: []letter.Address{{Address: to}}, Subject: subject,
		MessageID: fmt.Sprintf("m%d@client.example", p.serial), Date: time.Now(), Text: text}
	raw, err := out.Bytes()
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(from, to, raw)
}

// reply answers a mail as a mail client does: text above, the original below.
func (p *post) reply(from string, to got, text string) {
	p.t.Helper()
	raw, address := p.compose(from, to, text)
	p.send(from, address, raw)
}

func (p *post) compose(from string, to got, text string) (raw []byte, address string) {
	p.t.Helper()
	p.serial++
	out := p.answering(to, text)
	out.From, out.MessageID, out.Date = letter.Address{Address: from}, fmt.Sprintf("m%d@client.example", p.serial), time.Now()
	raw, err := out.Bytes()
	if err != nil {
		p.t.Fatal(err)
	}
	return raw, to.ReplyTo[0].Address
}

// answering is an answer to a mail before anybody has put a name to it.
func (p *post) answering(to got, text string) letter.Outgoing {
	var body strings.Builder
	fmt.Fprintf(&body, "%s\r\n\r\n在 %s，%s 写道：\r\n", text, time.Now().Format("2006年1月2日 15:04"), to.From[0].Address)
	for line := range strings.Lines(to.Text) {
		body.WriteString("> " + strings.TrimRight(line, "\r\n") + "\r\n")
	}
	return letter.Outgoing{To: to.ReplyTo, Subject: "回复：" + to.Subject, Text: body.String(),
		InReplyTo: []string{to.MessageID}, References: append(slices.Clone(to.References), to.MessageID)}
}

// patience is how long a mail may take through both servers and the daemon.
const patience = time.Minute

// take waits for the mail of a user whose subject holds a word.
func (p *post) take(user, subject string) got {
	p.t.Helper()
	var found got
	if !eventually(p.t.Context(), patience, func() bool {
		p.fetch(user)
		for i, m := range p.unread[user] {
			if strings.Contains(m.Subject, subject) {
				found = m
				p.unread[user] = append(p.unread[user][:i:i], p.unread[user][i+1:]...)
				return true
			}
		}
		return false
	}) {
		for _, m := range p.unread[user] {
			p.t.Logf("%s has: %s\n%s", user, m.Subject, m.Text)
		}
		p.t.Fatalf("%s got no mail %q within %v", user, subject, patience)
	}
	return found
}

func (p *post) fetch(user string) {
	p.t.Helper()
	for _, m := range p.dovecot.Mails(p.t, user, "") {
		if m.UID <= p.seen[user] {
			continue
		}
		p.seen[user] = m.UID
		p.unread[user] = append(p.unread[user], got{m.Raw, letter.Parse(m.Raw)})
	}
}

// leftovers fails the test for every mail to a person that nobody expected.
func (p *post) leftovers() {
	p.t.Helper()
	for _, user := range staff {
		if user == "zhuren" || user == "zixun" || user == "wsxf" {
			continue // the daemon's own boxes
		}
		p.fetch(user)
		for _, m := range p.unread[user] {
			p.t.Errorf("unexpected mail to %s: %s\n%s", user, m.Subject, m.Text)
		}
	}
}

// asSent is a mail without the trace that the servers on its way put on top.
func (m got) asSent() []byte {
	for _, f := range m.Fields {
		switch strings.ToLower(f.Name) {
		case "return-path", "delivered-to", "received", "x-original-to":
		default:
			return m.raw[f.Offset:]
		}
	}
	return m.raw
}

// eventually asks until something holds, for a while at most.
func eventually(ctx context.Context, atMost time.Duration, holds func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if holds() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}
