package submission

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// peer is one connection of a scripted server.
type peer struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func (p *peer) say(format string, a ...any) {
	fmt.Fprintf(p.conn, format+"\r\n", a...)
}

// expect reads a line that must begin with prefix, "" for a connection that
// ended.
func (p *peer) expect(prefix string) string {
	line, _ := p.r.ReadString('\n')
	if !strings.HasPrefix(strings.ToUpper(line), prefix) || (line == "") != (prefix == "") {
		p.t.Errorf("client said %q, want %q", line, prefix)
	}
	return strings.TrimSpace(line)
}

// greet plays up to the end of EHLO.
func (p *peer) greet(extensions ...string) {
	p.say("220 mx.jxw.example ESMTP")
	p.expect("EHLO GATEWAY.JXW.EXAMPLE")
	for _, e := range extensions {
		p.say("250-%s", e)
	}
	p.say("250 mx.jxw.example")
}

// envelope plays MAIL, one RCPT and DATA up to 354.
func (p *peer) envelope() {
	p.expect("MAIL FROM")
	p.say("250 ok")
	p.expect("RCPT TO")
	p.say("250 ok")
	p.expect("DATA")
	p.say("354 go on")
}

// body reads up to and with the final dot.
func (p *peer) body() string {
	var b strings.Builder
	for {
		line, err := p.r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

// serve plays one script per connection, in order.
func serve(t *testing.T, scripts ...func(*peer)) Account {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var hands sync.WaitGroup
	hands.Go(func() {
		for _, script := range scripts {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			hands.Go(func() {
				defer conn.Close()
				script(&peer{t: t, conn: conn, r: bufio.NewReader(conn)})
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		hands.Wait()
	})
	host, port := splitAddr(t, l.Addr())
	return Account{Host: host, Port: port, TLS: TLSNone}
}

var quick = Timeouts{Dial: 5 * time.Second, Command: 500 * time.Millisecond, Submit: 500 * time.Millisecond,
	Write: 500 * time.Millisecond, Grace: 200 * time.Millisecond}

func TestInDoubt(t *testing.T) {
	t.Parallel()
	taken := func(p *peer) { p.greet(); p.envelope(); p.body() }
	big := append([]byte("Subject: big\r\n\r\n"), bytes.Repeat([]byte("0123456789012345678901234567890123456789\r\n"), 1<<18)...)
	for _, tc := range []struct {
		name   string
		script func(*peer)
		raw    []byte
		answer bool
		state  string
		says   string
	}{
		{name: "closed after the dot", script: taken, state: StateQueued, says: "in doubt: end of data"},
		{name: "closed after the dot, an answer", script: taken, answer: true, state: StateDoubtful, says: "in doubt: end of data"},
		{name: "silent after the dot, an answer", answer: true, state: StateDoubtful, says: "in doubt: end of data",
			script: func(p *peer) { taken(p); _, _ = p.r.ReadByte() }},
		{name: "421 after the dot is a refusal, even of an answer", answer: true, state: StateQueued, says: "throttled: end of data: 421",
			script: func(p *peer) { taken(p); p.say("421 4.3.2 shutting down") }},
		{name: "closed in the body, an answer", raw: big, answer: true, state: StateQueued, says: "temporary: body",
			script: func(p *peer) { p.greet(); p.envelope(); _, _ = p.r.ReadString('\n') }},
		{name: "stalled in the body, an answer", raw: big, answer: true, state: StateQueued, says: "temporary: body",
			script: func(p *peer) {
				if c, ok := p.conn.(*net.TCPConn); ok {
					_ = c.SetReadBuffer(4096)
				}
				p.greet()
				p.envelope()
				<-p.t.Context().Done() // reads nothing; ends with the test
			}},
		{name: "closed before DATA is answered", answer: true, state: StateQueued, says: "temporary: DATA",
			script: func(p *peer) {
				p.greet()
				p.expect("MAIL")
				p.say("250 ok")
				p.expect("RCPT")
				p.say("250 ok")
				p.expect("DATA")
			}},
		{name: "babble", answer: true, state: StateQueued, says: "unreachable: EHLO",
			script: func(p *peer) { p.say("hello there") }},
		{name: "421 greeting", answer: true, state: StateQueued, says: "throttled: EHLO: 421",
			script: func(p *peer) { p.say("421 HL:REP too many connections") }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			it := letter(1, "citizen@mail.example")
			it.Answer = tc.answer
			if tc.raw != nil {
				it.Raw = tc.raw
			}
			q := newHeap(it)
			sub := newSubmitter(t, q, map[string]Account{"": serve(t, tc.script)}, Options{Timeouts: quick})
			stepAt(t, sub, morning)
			o := q.last(t, 1)
			if o.State != tc.state || !strings.HasPrefix(o.Error, tc.says) {
				t.Errorf("outcome %+v, want %s, %q", o, tc.state, tc.says)
			}
			if tc.state == StateQueued && !o.Next.Equal(morning.Add(time.Minute)) {
				t.Errorf("next attempt %v, want after a minute", o.Next)
			}
		})
	}
}

// TestSecondCopyIsTheSame retries a mail in doubt and compares the bytes.
func TestSecondCopyIsTheSame(t *testing.T) {
	t.Parallel()
	copies := make(chan string, 2)
	a := serve(t,
		func(p *peer) { p.greet(); p.envelope(); copies <- p.body() },
		func(p *peer) { p.greet(); p.envelope(); copies <- p.body(); p.say("250 ok"); p.expect("QUIT") },
	)
	q := newHeap(letter(1, "dlc@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": a}, Options{Timeouts: quick})
	stepAt(t, sub, morning)
	stepAt(t, sub, q.last(t, 1).Next)
	if o := q.last(t, 1); o.State != StateSent {
		t.Fatalf("outcome %+v, want sent", o)
	}
	bodies := [2]string{<-copies, <-copies}
	if bodies[0] != bodies[1] || !strings.Contains(bodies[0], "\r\n..dot line\r\n") {
		t.Errorf("copies differ, or the dot was not doubled:\n%q\n%q", bodies[0], bodies[1])
	}
}

func TestKeptConnectionClosed(t *testing.T) {
	t.Parallel()
	first := func(p *peer) { p.greet(); p.envelope(); p.body(); p.say("250 ok") }
	second := func(p *peer) { p.greet(); p.envelope(); p.body(); p.say("250 ok"); p.expect("QUIT") }
	for name, end := range map[string]func(*peer){
		"closed":           func(p *peer) {},
		"421 to MAIL":      func(p *peer) { p.expect("MAIL"); p.say("421 4.4.2 idle too long") },
		"closed at DATA":   func(p *peer) { p.expect("MAIL"); p.say("250 ok"); p.expect("RCPT"); p.say("250 ok"); p.expect("DATA") },
		"reset after RCPT": func(p *peer) { p.expect("MAIL"); p.say("250 ok"); p.expect("RCPT") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, func(p *peer) { first(p); end(p) }, second)
			answer := letter(2, "citizen@mail.example")
			answer.Answer = true
			q := newHeap(letter(1, "dlc@jxw.example"), answer)
			q.rows[2].item.Due = morning.Add(time.Second)
			sub := newSubmitter(t, q, map[string]Account{"": a}, Options{Timeouts: quick})
			stepAt(t, sub, morning)
			stepAt(t, sub, morning.Add(time.Second))
			if o := q.last(t, 2); o.State != StateSent {
				t.Errorf("second mail: %+v, want sent on a fresh connection", o)
			}
			if len(q.rows[2].outcomes) != 1 {
				t.Errorf("%d attempts, want one", len(q.rows[2].outcomes))
			}
			sub.Close()
		})
	}
}

func TestOddAuth(t *testing.T) {
	t.Parallel()
	login := func(p *peer) {
		p.expect("AUTH LOGIN")
		p.say("334 dXNlciBuYW1lPw==") // "user name?"
		p.expect("D3N4ZG==")          // wsxf
		p.say("334 cGFzcz8=")
		p.expect("C2VJCMV0") // secret
		p.say("235 welcome")
		p.expect("QUIT")
		p.say("221 bye")
	}
	plain := func(p *peer) {
		p.expect("AUTH PLAIN AHDZEGYAC2VJCMV0")
		p.say("235 welcome")
		p.expect("QUIT")
		p.say("221 bye")
	}
	for _, tc := range []struct {
		name   string
		script func(*peer)
		class  Class
	}{
		{"keyword in lower case with an equals sign", func(p *peer) { p.greet("auth=LOGIN"); login(p) }, ""},
		{"both forms", func(p *peer) { p.greet("AUTH=LOGIN PLAIN", "auth login plain"); plain(p) }, ""},
		{"not offered", func(p *peer) { p.greet("SIZE 1000"); p.expect("") }, Unreachable},
		{"half a dialogue", func(p *peer) {
			p.greet("AUTH LOGIN")
			p.expect("AUTH LOGIN")
			p.say("334 VXNlcm5hbWU6")
			p.expect("D3N4ZG==")
		}, Unreachable},
		{"asks for ever", func(p *peer) {
			p.greet("AUTH LOGIN")
			p.expect("AUTH LOGIN")
			for {
				p.say("334 VXNlcm5hbWU6")
				if line, err := p.r.ReadString('\n'); err != nil || line == "*\r\n" {
					p.say("501 cancelled")
					return
				}
			}
		}, Unreachable},
		{"temporarily not", func(p *peer) {
			p.greet("AUTH PLAIN")
			p.expect("AUTH PLAIN")
			p.say("454 4.7.0 try later")
			p.expect("*")
		}, Unreachable},
		{"refused in GBK", func(p *peer) {
			p.greet("AUTH PLAIN")
			p.expect("AUTH PLAIN")
			p.say("535 \xc3\xdc\xc2\xeb\xb4\xed\xce\xf3")
			p.expect("*")
		}, Refused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, tc.script)
			a.Username, a.Password = "wsxf", func() (string, error) { return "secret", nil }
			s, e := open(t.Context(), a, "gateway.jxw.example", Timeouts{Command: 300 * time.Millisecond}.withDefaults())
			switch {
			case tc.class == "" && e != nil:
				t.Errorf("login: %v", e)
			case tc.class != "" && (e == nil || e.Class != tc.class):
				t.Errorf("login: %v, want %s", e, tc.class)
			case e != nil && tc.class == Refused && e.Text != "密码错误":
				t.Errorf("text %q, want it decoded", e.Text)
			}
			if s != nil {
				s.quit()
			}
		})
	}
}

func TestStartTLS(t *testing.T) {
	t.Parallel()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	t.Cleanup(web.Close)
	cert := web.TLS.Certificates[0]
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	secure := func(p *peer) {
		c := tls.Server(p.conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		p.conn, p.r = c, bufio.NewReader(c)
	}
	for _, tc := range []struct {
		name   string
		script func(*peer)
		noCA   bool
		want   string // part of the error, "" for success
	}{
		{"upgraded", func(p *peer) {
			p.greet("starttls", "AUTH LOGIN")
			p.expect("STARTTLS")
			p.say("220 go")
			secure(p)
			p.expect("EHLO GATEWAY")
			p.say("250-mx")
			p.say("250 AUTH PLAIN")
			p.expect("AUTH PLAIN")
			p.say("235 ok")
			p.expect("QUIT")
			p.say("221 bye")
		}, false, ""},
		{"not offered", func(p *peer) { p.greet("AUTH PLAIN"); p.expect("") }, false, "does not offer STARTTLS"},
		{"text slipped in behind", func(p *peer) {
			p.greet("STARTTLS")
			p.expect("STARTTLS")
			fmt.Fprint(p.conn, "220 go\r\n250 AUTH PLAIN\r\n")
			p.expect("")
		}, false, "text after the answer"},
		{"stranger's certificate", func(p *peer) {
			p.greet("STARTTLS")
			p.expect("STARTTLS")
			p.say("220 go")
			secure(p)
			_, _ = p.r.ReadByte()
		}, true, "certificate"},
		{"refused", func(p *peer) { p.greet("STARTTLS"); p.expect("STARTTLS"); p.say("454 no TLS today") }, false, "454"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, tc.script)
			a.TLS, a.Username, a.Password = TLSStartTLS, "wsxf", func() (string, error) { return "secret", nil }
			if !tc.noCA {
				a.CAFile = ca
			}
			s, e := open(t.Context(), a, "gateway.jxw.example", Timeouts{Command: time.Second}.withDefaults())
			if s != nil {
				s.quit()
			}
			if (e == nil) != (tc.want == "") || (e != nil && !strings.Contains(e.Error(), tc.want)) {
				t.Errorf("open: %v, want %q", e, tc.want)
			}
		})
	}
}

// TestShutdownBounds stops while a server does not answer the final dot.
func TestShutdownBounds(t *testing.T) {
	t.Parallel()
	dotted := make(chan struct{})
	a := serve(t, func(p *peer) {
		p.greet()
		p.envelope()
		p.body()
		close(dotted)
		_, _ = p.r.ReadByte()
	})
	answer := letter(1, "citizen@mail.example")
	answer.Answer = true
	q := newHeap(answer)
	sub := newSubmitter(t, q, map[string]Account{"": a}, Options{
		Now:      func() time.Time { return morning },
		Timeouts: Timeouts{Grace: 100 * time.Millisecond},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sub.Run(ctx) }()
	<-dotted
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if o := q.last(t, 1); o.State != StateDoubtful {
		t.Errorf("outcome %+v, want doubtful", o)
	}
}

// TestShutdownBeforeData stops while a server does not answer MAIL.
func TestShutdownBeforeData(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	a := serve(t, func(p *peer) {
		p.greet()
		p.expect("MAIL")
		close(asked)
		_, _ = io.Copy(io.Discard, p.r)
	})
	q := newHeap(letter(1, "dlc@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": a}, Options{
		Now: func() time.Time { return morning }, Timeouts: Timeouts{Grace: time.Hour},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sub.Run(ctx) }()
	<-asked
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	o := q.last(t, 1)
	if o.State != StateQueued || !o.Next.Equal(morning) {
		t.Errorf("outcome %+v, want queued for at once", o)
	}
	if st := sub.Status()[0]; !st.Since.IsZero() {
		t.Errorf("stopping made the account look ill: %+v", st)
	}
}

// TestSlowAccountYields lets one account hang in its only session; another
// account's mail still goes in the same Run.
func TestSlowAccountYields(t *testing.T) {
	t.Parallel()
	hung := make(chan struct{})
	slow := serve(t, func(p *peer) {
		p.greet()
		p.expect("MAIL")
		close(hung)
		_, _ = io.Copy(io.Discard, p.r)
	})
	s := newSink(t, nil)
	var items []Item
	for i := range int64(20) {
		it := letter(i+1, "a@jxw.example")
		it.Account = "slow"
		items = append(items, it)
	}
	fast := letter(100, "b@jxw.example")
	fast.Due = morning.Add(time.Nanosecond)
	q := newHeap(append(items, fast)...)
	sub := newSubmitter(t, q, map[string]Account{"": s.account(), "slow": slow}, Options{
		Now: func() time.Time { return morning.Add(time.Second) }, Timeouts: Timeouts{Command: time.Hour},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sub.Run(ctx) }()
	<-hung
	for len(s.snapshot()) == 0 {
		<-q.noted
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if d := cmp.Diff([]string{"b@jxw.example"}, s.snapshot()[0].To); d != "" {
		t.Errorf("served (-want +got):\n%s", d)
	}
}
