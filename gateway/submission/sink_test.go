package submission

import (
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sink is an SMTP server that takes everything but what its script refuses.
// Each script is consumed one reply at a time; nil means "take it".
type sink struct {
	mu       sync.Mutex
	mail     []error
	rcpt     map[string][]error
	data     []error
	limit    int // recipients a transaction, 0: any
	password string
	refused  int
	block    chan struct{} // DATA waits until it is closed

	got     []received
	opts    []smtp.MailOptions
	rcptOpt []smtp.RcptOptions
	conns   int
	hellos  []string
	inData  chan struct{}

	server *smtp.Server
	host   string
	port   int
}

type received struct {
	From string
	To   []string
	Body string
}

func newSink(t *testing.T, change func(*smtp.Server)) *sink {
	t.Helper()
	s := &sink{rcpt: map[string][]error{}, inData: make(chan struct{}, 100)}
	s.server = smtp.NewServer(s)
	s.server.Domain = "mx.jxw.example"
	s.server.EnableDSN = true
	s.server.AllowInsecureAuth = true
	s.server.ReadTimeout = 10 * time.Second
	if change != nil {
		change(s.server)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.host, s.port = splitAddr(t, l.Addr())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = s.server.Close()
		_ = l.Close() // Close misses a listener that Serve has not seen yet
		<-done
	})
	return s
}

func splitAddr(t *testing.T, a net.Addr) (string, int) {
	t.Helper()
	host, p, err := net.SplitHostPort(a.String())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

func (s *sink) account() Account {
	return Account{Host: s.host, Port: s.port, TLS: TLSNone, Connections: 1}
}

func (s *sink) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns++
	s.hellos = append(s.hellos, c.Hostname())
	return &sinkSession{s: s, in: s.password == ""}, nil
}

func (s *sink) snapshot() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

// pop takes the next reply of a script.
func pop(script *[]error) error {
	if len(*script) == 0 {
		return nil
	}
	e := (*script)[0]
	*script = (*script)[1:]
	return e
}

type sinkSession struct {
	s   *sink
	in  bool
	cur received
}

func (x *sinkSession) AuthMechanisms() []string {
	if x.s.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		x.s.mu.Lock()
		defer x.s.mu.Unlock()
		if password != x.s.password {
			x.s.refused++
			return smtp.ErrAuthFailed
		}
		x.in = true
		return nil
	}), nil
}

func (x *sinkSession) Reset()        { x.cur = received{} }
func (x *sinkSession) Logout() error { return nil }

func (x *sinkSession) Mail(from string, o *smtp.MailOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if !x.in {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "login first"}
	}
	if err := pop(&x.s.mail); err != nil {
		return err
	}
	x.s.opts = append(x.s.opts, *o)
	x.cur = received{From: from}
	return nil
}

func (x *sinkSession) Rcpt(to string, o *smtp.RcptOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	script := x.s.rcpt[to]
	err := pop(&script)
	x.s.rcpt[to] = script
	if err != nil {
		return err
	}
	if x.s.limit > 0 && len(x.cur.To) >= x.s.limit {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 5, 3}, Message: "too many recipients"}
	}
	x.s.rcptOpt = append(x.s.rcptOpt, *o)
	x.cur.To = append(x.cur.To, to)
	return nil
}

func (x *sinkSession) Data(r io.Reader) error {
	x.s.inData <- struct{}{}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	block := x.s.block
	x.s.mu.Unlock()
	if block != nil {
		<-block
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if err := pop(&x.s.data); err != nil {
		return err
	}
	x.cur.Body = string(b)
	x.s.got = append(x.s.got, x.cur)
	return nil
}

func reply(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}
