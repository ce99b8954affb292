package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/mailbox/dovecottest"
)

// sink is an SMTP server that keeps what it took, and that can kill its client
// at the worst moment: when the mail is accepted and the client cannot know it.
type sink struct {
	port int

	mu    sync.Mutex
	mails []delivery
	kill  string // subject at which to kill, once; empty for none
	fatal func()
	done  chan struct{} // closed after the kill
}

type delivery struct {
	to string
	got
}

func startSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s}, nil }))
	server.Domain = "mx.mail.example"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // ends with Close
	}()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close sink: %v", err)
		}
		<-ended
	})
	return s
}

// deadlyAt arms the sink: it accepts the next mail whose subject holds the word,
// and kills before saying so. The channel is closed after that.
func (s *sink) deadlyAt(word string, kill func()) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kill, s.fatal, s.done = word, kill, make(chan struct{})
	return s.done
}

func (s *sink) accept(to []string, raw []byte) {
	m := got{raw, letter.Parse(raw)}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, address := range to {
		s.mails = append(s.mails, delivery{address, m})
	}
	if s.kill != "" && strings.Contains(m.Subject, s.kill) {
		s.kill = ""
		s.fatal()
		close(s.done)
	}
}

// of are the mails that an address got under a subject.
func (s *sink) of(address, subject string) []got {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []got
	for _, m := range s.mails {
		if m.to == address && strings.Contains(m.Subject, subject) {
			found = append(found, m.got)
		}
	}
	return found
}

type sinkSession struct {
	sink *sink
	to   []string
}

func (s *sinkSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err == nil {
		s.sink.accept(s.to, raw)
	}
	return err
}

func (s *sinkSession) Reset()        { s.to = nil }
func (s *sinkSession) Logout() error { return nil }

// TestKilledInDoubt kills the daemon in the instant between the SMTP server's
// acceptance and the note of it. An ordinary mail is sent again, the same to the
// byte; an answer to a citizen is not, but put before a person (spec system
// section 7, promise 2).
func TestKilledInDoubt(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
		s := startSink(t)
		dir := t.TempDir()
		x := newProgram(t, dir, plan{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: s.port, OwnHops: 1}.write(t, dir))
		p := &post{t: t, dovecot: dovecot}
		wait := func(address, subject string, n int) got {
			t.Helper()
			if !eventually(t.Context(), patience, func() bool { return len(s.of(address, subject)) >= n }) {
				t.Fatalf("%s got %d mails %q, want %d", address, len(s.of(address, subject)), subject, n)
			}
			return s.of(address, subject)[n-1]
		}
		survive := func(daemon *life, killed <-chan struct{}) *life {
			t.Helper()
			select {
			case <-killed:
			case <-time.After(patience):
				t.Fatal("the daemon never came to the mail at which it is killed")
			}
			daemon.kill()
			expireLeases(t, driver, dsn)
			return x.serve()
		}

		daemon := x.serve()
		killed := s.deadlyAt("收件回执", daemon.kill)
		p.put("zhuren", "wang@mail.example", letter.Outgoing{Subject: "停电三天", Text: "请尽快恢复供电。", To: []letter.Address{{Address: "zhuren@jxw.example"}}})
		daemon = survive(daemon, killed)
		same(t, wait("wang@mail.example", "收件回执", 1), wait("wang@mail.example", "收件回执", 2))

		p.put("wsxf", "power@jxw.example", p.answering(wait("power@jxw.example", "转办单", 1), "经核查，已恢复供电。"))
		approval := wait("yi@jxw.example", "待审单", 1)
		killed = s.deadlyAt("答复", daemon.kill)
		p.put("wsxf", "yi@jxw.example", p.answering(approval, "批准"))
		daemon = survive(daemon, killed)

		var answer queueItem
		if !eventually(t.Context(), patience, func() bool { answer = x.answer(); return answer.State == "doubtful" }) {
			t.Fatalf("the answer is %+v, want it doubtful", answer)
		}
		if report := wait("jia@jxw.example", "", 1); !strings.Contains(report.Text, "是否送达不明") {
			t.Errorf("the office is told:\n%s", report.Text)
		}
		if n := len(s.of("wang@mail.example", "答复")); n != 1 {
			t.Errorf("the answer was sent %d times without anybody's word", n)
		}
		if c := x.onlyCase(); c.State != "approved" {
			t.Errorf("the case is %q while nobody knows of the answer", c.State)
		}

		var released []queueItem
		if exit := x.verb(&released, "queue", "retry", fmt.Sprint(answer.ID)); exit != 0 {
			t.Errorf("queue retry: exit code %d", exit)
		}
		same(t, wait("wang@mail.example", "答复", 1), wait("wang@mail.example", "答复", 2))
		if !eventually(t.Context(), patience, func() bool { return x.onlyCase().State == "answered" }) {
			t.Errorf("after the answer went out the case is %q", x.onlyCase().State)
		}
		daemon.stop()
		x.sound()
	})
}

// same fails unless two mails are one: the same Message-ID and the same bytes.
func same(t *testing.T, first, second got) {
	t.Helper()
	if first.MessageID != second.MessageID || !bytes.Equal(first.raw, second.raw) {
		t.Errorf("%q was sent again as another mail: %s, %s", first.Subject, first.MessageID, second.MessageID)
	}
}

type queueItem struct {
	ID int64 `json:"id"`
	queueRow
}

// answer is the row of the answer on the queue.
func (x *program) answer() queueItem {
	x.t.Helper()
	var rows []queueItem
	if exit := x.verb(&rows, "queue", "list"); exit != 0 {
		x.t.Fatalf("queue list: exit code %d", exit)
	}
	for _, row := range rows {
		if row.Kind == "answer" {
			return row
		}
	}
	return queueItem{}
}

// put lays a mail into a box as an MX does: its verdict on the sender and its
// Received line on top.
func (p *post) put(user, from string, out letter.Outgoing) {
	p.t.Helper()
	p.serial++
	out.From, out.MessageID, out.Date = letter.Address{Address: from}, fmt.Sprintf("m%d@client.example", p.serial), time.Now()
	raw, err := out.Bytes()
	if err != nil {
		p.t.Fatal(err)
	}
	_, domain, _ := strings.Cut(from, "@")
	stamp := "Authentication-Results: mx.jxw.example; dmarc=pass header.from=" + domain + "\r\nReceived: from client.example by mx.jxw.example; " + time.Now().Format(time.RFC1123Z) + "\r\n"
	p.dovecot.Deliver(p.t, user, append([]byte(stamp), raw...))
}
