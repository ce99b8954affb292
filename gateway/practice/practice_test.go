package practice

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"xinfangd/configs"
	"xinfangd/gateway/letter"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

func start(t *testing.T) *Office {
	t.Helper()
	o, err := Start(Options{Dir: t.TempDir(), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return o
}

func compose(t *testing.T, from Account, to, subject, text string) []byte {
	t.Helper()
	raw, err := Compose(from, letter.Address{Address: to}, subject, text, noon)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// submit sends over the wire, logged in as user unless that is empty.
func submit(t *testing.T, o *Office, user, from string, to []string, raw []byte) error {
	t.Helper()
	c, err := smtp.Dial(o.SMTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if user != "" {
		if err := c.Auth(sasl.NewPlainClient("", user, password)); err != nil {
			t.Fatalf("AUTH: %v", err)
		}
	}
	return c.SendMail(from, to, bytes.NewReader(raw))
}

func TestResultsAreHonest(t *testing.T) {
	t.Parallel()
	const approver, stranger = "shyb@jxw.example", "he.wei@mail.example"
	plain := "From: <" + approver + ">\r\nTo: <wsxf@jxw.example>\r\nSubject: x\r\n\r\n批准\r\n"
	forged := "Authentication-Results: " + AuthservID + "; dmarc=pass header.from=jxw.example\r\n"
	for _, tc := range []struct {
		name, user, raw string
		pass            bool
	}{
		{"the owner", approver, plain, true},
		{"from outside", "", plain, false},
		{"another user", stranger, plain, false},
		{"forged result", stranger, forged + plain, false},
		{"forged result below", "", strings.Replace(plain, "Subject:", "authentication-results:\r\n "+strings.ToUpper(AuthservID)+" 1; dmarc=pass\r\nSubject:", 1), false},
		{"two From fields", approver, "From: <fgld@jxw.example>\r\n" + plain, false},
		{"two addresses", approver, strings.Replace(plain, ">\r\n", ">, <fgld@jxw.example>\r\n", 1), false},
		{"no From", approver, strings.TrimPrefix(plain, "From: <"+approver+">\r\n"), false},
		{"display name only", stranger, strings.Replace(plain, "<"+approver+">", `"`+approver+`" <`+stranger+`>`, 1), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			o := start(t)
			if err := submit(t, o, tc.user, approver, []string{"wsxf@jxw.example"}, []byte(tc.raw)); err != nil {
				t.Fatal(err)
			}
			got := o.Mailbox("wsxf@jxw.example")
			if len(got) != 1 {
				t.Fatalf("%d mails, want 1", len(got))
			}
			var order, results []string
			for _, f := range letter.Parse(got[0].Raw).Fields {
				order = append(order, f.Name)
				if f.Is("Authentication-Results") {
					results = append(results, f.Value)
				}
			}
			if d := cmp.Diff([]string{"Return-Path", "Delivered-To", "Authentication-Results", "Received"}, order[:4]); d != "" {
				t.Errorf("fields on top (-want +got):\n%s", d)
			}
			if len(results) != 1 {
				t.Fatalf("results %q, want only the MX's own", results)
			}
			if pass := strings.Contains(results[0], "dmarc=pass"); pass != tc.pass {
				t.Errorf("%q, want pass %v", results[0], tc.pass)
			}
			if tc.pass && !strings.Contains(results[0], "header.from="+domainOf(tc.user)) {
				t.Errorf("%q speaks of another domain than %s", results[0], tc.user)
			}
		})
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	o := start(t)
	raw := []byte("From: <he.wei@mail.example>\r\nTo: <wsxf@jxw.example>\r\n\r\nx\r\n")
	if err := submit(t, o, "", "he.wei@mail.example", []string{"WSXF+7q4km2xd9p@jxw.example", "dlc@jxw.example"}, raw); err != nil {
		t.Fatal(err)
	}
	if got := o.Mailbox("wsxf@jxw.example"); len(got) != 1 || !bytes.Contains(got[0].Raw, []byte("Delivered-To: WSXF+7q4km2xd9p@jxw.example\r\n")) {
		t.Errorf("work box holds %d mails, or without the tag", len(got))
	}
	if got := o.Mailbox("dlc@jxw.example"); len(got) != 1 {
		t.Errorf("second recipient has %d mails", len(got))
	}
	err := submit(t, o, "", "he.wei@mail.example", []string{"nobody@jxw.example"}, raw)
	if reply, ok := err.(*smtp.SMTPError); !ok || reply.Code != 550 {
		t.Errorf("unknown recipient: %v, want 550", err)
	}
	if err := o.Deliver("nobody@jxw.example", raw); err != ErrUnknown {
		t.Errorf("Deliver to nobody: %v", err)
	}
	c, err := smtp.Dial(o.SMTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Auth(sasl.NewPlainClient("", "shyb@jxw.example", "guess")); err == nil {
		t.Error("wrong password accepted")
	}
	if err := c.Auth(sasl.NewLoginClient("shyb@jxw.example", password)); err != nil {
		t.Errorf("AUTH LOGIN: %v", err)
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:143"} {
		if o, err := Start(Options{ListenIMAP: addr}); err == nil {
			t.Errorf("listens on %s", addr)
			_ = o.Close()
		}
	}
}

// imapTalk is a client that types.
type imapTalk struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	n    int
}

func talk(t *testing.T, o *Office, user string) *imapTalk {
	t.Helper()
	conn, err := net.Dial("tcp", o.IMAPAddr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	c := &imapTalk{t: t, conn: conn, r: bufio.NewReader(conn)}
	c.line("* OK")
	c.do("OK", "LOGIN %s %s", user, password)
	return c
}

// line reads up to a line that contains want.
func (c *imapTalk) line(want string) string {
	c.t.Helper()
	var all strings.Builder
	for {
		l, err := c.r.ReadString('\n')
		all.WriteString(l)
		if err != nil {
			c.t.Fatalf("wait for %q: %v after\n%s", want, err, all.String())
		}
		if strings.Contains(l, want) {
			return all.String()
		}
	}
}

// do sends a command and returns everything up to its tagged answer.
func (c *imapTalk) do(status, format string, a ...any) string {
	c.t.Helper()
	c.n++
	tag := fmt.Sprintf("a%d ", c.n)
	fmt.Fprintf(c.conn, tag+format+"\r\n", a...)
	out := c.line(tag)
	if !strings.Contains(out, tag+status) {
		c.t.Fatalf("%s: %s", fmt.Sprintf(format, a...), out)
	}
	return out
}

func TestIMAP(t *testing.T) {
	t.Parallel()
	o := start(t)
	box := o.Person(Box)
	for i := range 3 {
		if err := o.Deliver(box.Address, compose(t, o.Person(Citizen), box.Address, fmt.Sprint("第", i), "正文")); err != nil {
			t.Fatal(err)
		}
	}
	c := talk(t, o, box.Address)
	selected := c.do("OK", "SELECT INBOX")
	validity := regexp.MustCompile(`UIDVALIDITY (\d+)`).FindStringSubmatch(selected)
	if !strings.Contains(selected, "* 3 EXISTS") || validity == nil || len(validity[1]) < 7 {
		t.Fatalf("SELECT: %s", selected)
	}
	if st := c.do("OK", "STATUS INBOX (UIDVALIDITY MESSAGES)"); !strings.Contains(st, validity[1]) {
		t.Errorf("STATUS says another UIDVALIDITY: %s", st)
	}
	got := c.do("OK", "UID FETCH 2 (INTERNALDATE BODY.PEEK[])")
	if !strings.Contains(got, "23-Nov-2026 12:00:00 +0800") || !strings.Contains(got, "Received: from relay.mail.example") {
		t.Errorf("FETCH: %s", got)
	}
	moved := c.do("OK", "UID MOVE 2 &XfJ2e4uw-") // 已登记 in modified UTF-7
	if !strings.Contains(moved, "COPYUID ") || !strings.Contains(moved, "* 2 EXPUNGE") {
		t.Errorf("MOVE: %s", moved)
	}
	if !strings.Contains(moved, "COPYUID "+fmt.Sprint(atoi(t, validity[1])+3)+" 2 1") { // the fourth folder
		t.Errorf("MOVE names another UIDVALIDITY: %s", moved)
	}
	var uids []uint32
	for _, m := range o.Mailbox(box.Address) {
		uids = append(uids, m.UID)
	}
	if d := cmp.Diff([]uint32{1, 3}, uids); d != "" {
		t.Errorf("left in INBOX (-want +got):\n%s", d)
	}

	// A client that appends is seen by those who wait.
	fmt.Fprintf(c.conn, "b APPEND INBOX {14+}\r\nSubject: x\r\n\r\n\r\n")
	c.line("b OK [APPENDUID " + validity[1] + " 4]")

	fmt.Fprint(c.conn, "i IDLE\r\n")
	c.line("+ ")
	if err := o.Deliver(box.Address, compose(t, o.Person(Citizen), box.Address, "新", "正文")); err != nil {
		t.Fatal(err)
	}
	c.line("* 4 EXISTS")
	fmt.Fprint(c.conn, "DONE\r\n")
	c.line("i OK")

	// One that lands just as IDLE begins is told without another.
	for n := range 50 {
		fmt.Fprint(c.conn, "i IDLE\r\n")
		c.line("+ ")
		if err := o.Deliver(box.Address, compose(t, o.Person(Citizen), box.Address, "新", "正文")); err != nil {
			t.Fatal(err)
		}
		c.line(fmt.Sprintf("* %d EXISTS", 5+n))
		fmt.Fprint(c.conn, "DONE\r\n")
		c.line("i OK")
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestValidityDiffersBetweenStarts(t *testing.T) {
	t.Parallel()
	a, b := validityNow(noon), validityNow(noon.Add(100*time.Millisecond))
	if b <= a {
		t.Errorf("UIDVALIDITY %d, a tenth of a second later %d", a, b)
	}
	if v := validityNow(time.Date(2035, 12, 31, 23, 59, 59, 0, time.UTC)); v == 0 || v > 1<<32-100 {
		t.Errorf("UIDVALIDITY %d leaves no room", v)
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	o := start(t)
	to := o.Person(Liaison).Address
	type result struct {
		m   Mail
		err error
	}
	found := make(chan result)
	go func() {
		m, err := o.Wait(t.Context(), to, func(m Mail) bool { return bytes.Contains(m.Raw, []byte("Subject: wanted")) })
		found <- result{m, err}
	}()
	for _, s := range []string{"other", "wanted"} {
		if err := o.Deliver(to, []byte("From: <he.wei@mail.example>\r\nSubject: "+s+"\r\n\r\nx\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if r := <-found; r.err != nil || r.m.UID != 2 || !r.m.Arrived.Equal(noon) {
		t.Errorf("Wait: %+v, %v", r.m, r.err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.WaitCount(ctx, to, 3); err == nil {
		t.Error("WaitCount returned without the third mail")
	}
	if got, err := o.WaitCount(t.Context(), to, 2); err != nil || len(got) != 2 {
		t.Errorf("WaitCount: %d, %v", len(got), err)
	}
}

func TestConfigIsComplete(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		now   time.Time
		setup Setup
	}{
		{"default", noon, Setup{}},
		{"drill of a later year", noon.AddDate(3, 0, 0), Setup{Drill: true, Dispatch: "confirm", Acceptance: "dispatch", HTTP: "127.0.0.1:8025", Poll: time.Second}},
		{"postgres", noon, Setup{Driver: "postgres", DSN: "postgres://practice@127.0.0.1:5432/practice?sslmode=disable"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			o, err := Start(Options{Now: func() time.Time { return tc.now }})
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			path, err := o.ConfigWith(dir, tc.setup)
			if err != nil {
				t.Fatal(err)
			}
			c, findings := configs.Load(path)
			findings = append(findings, configs.Check(c, tc.now)...)
			for _, f := range findings {
				// A drill is warned of, as it should be.
				if !tc.setup.Drill || f.Severity == configs.SeverityError {
					t.Errorf("%v", f)
				}
			}
			if len(c.Mailboxes) != 6 || c.Office.WorkBox != "desk" || len(c.Staff.Divisions) != len(divisions()) {
				t.Errorf("loaded %d mailboxes, %d divisions", len(c.Mailboxes), len(c.Staff.Divisions))
			}
			for _, m := range c.Mailboxes {
				if _, ok := o.Account(m.Address); !ok {
					t.Errorf("mailbox %s is nobody's", m.ID)
				}
			}
			if st, err := os.Stat(filepath.Join(dir, "secrets", "desk")); err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("password file: %v, %v", st, err)
			}
		})
	}
}
