package submission

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// What is under way, for Error.Command.
const (
	cmdDial     = "connect"
	cmdGreeting = "greeting"
	cmdEHLO     = "EHLO"
	cmdStartTLS = "STARTTLS"
	cmdAuth     = "AUTH"
	cmdMail     = "MAIL"
	cmdRcpt     = "RCPT"
	cmdData     = "DATA"
	cmdBody     = "body"
	cmdEnd      = "end of data"
)

// Timeouts bound the parts of a dialogue. Zero fields take the defaults.
type Timeouts struct {
	Dial    time.Duration // 30 s, for the connection, and again for TLS
	Command time.Duration // 60 s, per command
	Submit  time.Duration // 5 min, for the answer to the final dot
	Write   time.Duration // 60 s, for each piece of the body
	Grace   time.Duration // 30 s, for a started DATA at shutdown
	Idle    time.Duration // 30 s, a session unused so long is closed
	Attempt time.Duration // 10 min, for everything
}

func (t Timeouts) withDefaults() Timeouts {
	set := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	set(&t.Dial, 30*time.Second)
	set(&t.Command, time.Minute)
	set(&t.Submit, 5*time.Minute)
	set(&t.Write, time.Minute)
	set(&t.Grace, 30*time.Second)
	set(&t.Idle, 30*time.Second)
	set(&t.Attempt, 10*time.Minute)
	return t
}

// session is one logged-in connection. One goroutine at a time uses it.
type session struct {
	wire      *wire
	client    *smtp.Client
	hello     *helloRecorder
	encrypted bool
	sent      int       // mails handed over on it
	broken    bool      // must not be used again
	idleSince time.Time // wall clock, while it lies in the pool
}

// open connects, encrypts, greets and logs in.
func open(ctx context.Context, a Account, hostname string, t Timeouts) (*session, *Error) {
	return begin(ctx, a, hostname, t, true)
}

// begin is open with the login left out on request.
func begin(ctx context.Context, a Account, hostname string, t Timeouts, login bool) (*session, *Error) {
	addr := net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
	dctx, cancel := context.WithTimeout(ctx, t.Dial)
	defer cancel()
	var d net.Dialer
	raw, err := d.DialContext(dctx, "tcp", addr)
	if err != nil {
		return nil, network(cmdDial, Unreachable, err)
	}
	s := &session{wire: &wire{Conn: raw, writeTimeout: t.Write}, hello: &helloRecorder{}}
	release := s.wire.guard(ctx, t.Attempt, t.Grace)
	defer release()
	if e := s.start(ctx, a, hostname, t); e != nil {
		s.abort()
		return nil, e
	}
	if !login {
		return s, nil
	}
	offered, mechs := s.hello.auth()
	if e := s.login(a, offered, mechs); e != nil {
		s.abort()
		return nil, e
	}
	return s, nil
}

// start encrypts and greets.

func (s *session) start(ctx context.Context, a Account, hostname string, t Timeouts) *Error {
	var conn net.Conn = s.wire
	switch a.TLS {
	case TLSImplicit, TLSStartTLS:
		conf, err := tlsConfig(a)
		if err != nil {
			return network(cmdDial, Unreachable, err)
		}
		if a.TLS == TLSStartTLS {
			if e := s.upgrade(hostname, t); e != nil {
				return e
			}
		}
		hctx, cancel := context.WithTimeout(ctx, t.Dial)
		defer cancel()
		secure := tls.Client(s.wire, conf)
		if err := secure.HandshakeContext(hctx); err != nil {
			return network("TLS", Unreachable, err)
		}
		conn, s.encrypted = secure, true
		if a.TLS == TLSStartTLS {
			conn = &greeted{Conn: secure, pending: []byte("220 already greeted\r\n")}
		}
	}
	s.client = smtp.NewClient(conn)
	s.client.CommandTimeout = t.Command
	s.client.SubmissionTimeout = t.Submit
	s.client.DebugWriter = s.hello
	// RFC 5321 section 4.1.1.1: a full name; go-smtp would say "localhost".
	if err := s.client.Hello(hostname); err != nil {
		return wrap(cmdEHLO, Unreachable, err)
	}
	s.hello.off = true
	return nil
}

// upgrade speaks up to the answer to STARTTLS by hand: go-smtp's own would
// greet as "localhost" before the encryption.
func (s *session) upgrade(hostname string, t Timeouts) *Error {
	if err := s.wire.SetDeadline(time.Now().Add(t.Command)); err != nil {
		return network(cmdStartTLS, Unreachable, err)
	}
	defer s.wire.SetDeadline(time.Time{}) // go-smtp sets its own from here on
	text := textproto.NewConn(s.wire)
	if _, _, err := text.ReadResponse(220); err != nil {
		return textFailure(cmdGreeting, err)
	}
	if err := text.PrintfLine("EHLO %s", hostname); err != nil {
		return network(cmdEHLO, Unreachable, err)
	}
	_, msg, err := text.ReadResponse(250)
	if err != nil {
		return textFailure(cmdEHLO, err)
	}
	if !offersStartTLS(msg) {
		// Never fall back to clear text: whoever cuts the line out would win.
		return &Error{Class: Unreachable, Command: cmdStartTLS, Text: "server does not offer STARTTLS"}
	}
	if err := text.PrintfLine("STARTTLS"); err != nil {
		return network(cmdStartTLS, Unreachable, err)
	}
	if _, _, err := text.ReadResponse(220); err != nil {
		return textFailure(cmdStartTLS, err)
	}
	if text.R.Buffered() > 0 {
		// RFC 3207 section 4.2: what came in clear text must not be taken for
		// something said under the encryption.
		return &Error{Class: Unreachable, Command: cmdStartTLS, Text: "text after the answer to STARTTLS"}
	}
	return nil
}

func offersStartTLS(ehlo string) bool {
	for line := range strings.Lines(ehlo) {
		if strings.EqualFold(strings.TrimSpace(line), "STARTTLS") {
			return true
		}
	}
	return false
}

// textFailure wraps an error of textproto.
func textFailure(command string, err error) *Error {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return wrap(command, Unreachable, &smtp.SMTPError{Code: reply.Code, Message: reply.Msg})
	}
	return network(command, Unreachable, err)
}

func tlsConfig(a Account) (*tls.Config, error) {
	conf := &tls.Config{ServerName: a.Host, MinVersion: tls.VersionTLS12}
	if a.CAFile == "" {
		return conf, nil
	}
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	// An office that names its authority trusts no other with its mail.
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("read ca_file: no certificate in it")
	}
	conf.RootCAs = pool
	return conf, nil
}

// quit takes leave politely; a server that does not answer is left.
func (s *session) quit() {
	if !s.broken && s.client != nil {
		s.client.CommandTimeout = 2 * time.Second
		_ = s.client.Quit() // RFC 5321 section 4.1.1.10: nothing depends on the answer
	}
	s.abort()
}

func (s *session) abort() {
	s.broken = true
	_ = s.wire.Close() // cutting is the purpose
}

// isLoopback reports whether traffic to the host stays on this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
