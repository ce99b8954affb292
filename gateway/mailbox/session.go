package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// commandTime is how long one ordinary exchange may take in all.
	commandTime = 5 * time.Minute
	// listTime is the same for listing a folder of any size.
	listTime = 15 * time.Minute
	// slowestLine is the bytes a second below which a transfer is given up.
	slowestLine = 4 << 10
	// lastGrace is how long the library has to end after its socket was closed.
	lastGrace = 10 * time.Second
)

var (
	errClosed = errors.New("connection closed")
	errHangs  = errors.New("library does not come back")
)

// errID marks a connection that died of our ID command: go-imap drops it when
// the server's answer has a NIL value.
var errID = errors.New("connection lost over ID")

// session is one connection, logged in, with the folder open. Only one exchange
// runs at a time: the library dead-locks when pipelined fetches are read in
// order, and a literal that is left unread blocks everything.
type session struct {
	wire   *wire
	tail   *tail
	client *imapclient.Client
	hint   chan struct{} // the server said that the folder changed

	security    string // how the connection is protected, for people
	caps        imap.CapSet
	uidValidity uint32
	uidNext     uint32
	letters     uint32 // in the folder when it was opened

	withoutID bool // ID killed the connection before this one
	bySeq     bool // the server answers UID FETCH with the UID last; see fetch
	dead      bool // the connection is of no more use
}

// openWithID is open; a server that cannot stand ID is met a second time.
func openWithID(ctx context.Context, a Account, opt Options) (*session, error) {
	s, err := open(ctx, a, opt, true)
	if errors.Is(err, errID) && ctx.Err() == nil {
		if s, err = open(ctx, a, opt, false); err == nil {
			s.withoutID = true
		}
	}
	return s, err
}

// openWithoutID is open for a server that is known not to stand ID.
func openWithoutID(ctx context.Context, a Account, opt Options) (*session, error) {
	s, err := open(ctx, a, opt, false)
	if err == nil {
		s.withoutID = true
	}
	return s, err
}

// open connects and logs in; the folder is opened by enter.
func open(ctx context.Context, a Account, opt Options, withID bool) (*session, error) {
	conn, err := opt.Dial(ctx, "tcp", a.address())
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s := &session{
		wire: newWire(conn, opt.Patience),
		tail: &tail{},
		hint: make(chan struct{}, 1),
	}
	s.tail.hide(a.Username)
	defer s.guard(ctx)()
	if err := s.greet(ctx, a, withID); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) greet(ctx context.Context, a Account, withID bool) error {
	conn := net.Conn(s.wire)
	var greeting []byte
	err := s.command("secure connection", commandTime, func() (err error) {
		conn, greeting, err = secure(ctx, a, s.wire, s.tail)
		return err
	})
	if err != nil {
		return err
	}
	s.security = describe(conn)
	s.client = imapclient.New(&tap{Conn: conn, tail: s.tail, first: greeting}, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.changed},
	})
	err = s.command("read greeting", commandTime, func() error {
		if err := s.client.WaitGreeting(); err != nil {
			return err
		}
		return s.capabilities()
	})
	if err != nil {
		return err
	}
	// A PREAUTH greeting means that the connection itself identified us.
	if s.client.State() != imap.ConnStateAuthenticated {
		if s.caps.Has(imap.CapLoginDisabled) { // RFC 3501 section 6.2.3
			return errors.New("log in: server wants no password without TLS")
		}
		err := s.command("log in", commandTime, func() error { return s.login(a) })
		if refused(err) {
			return &LoginRefused{Text: err.Error()}
		}
		if err != nil {
			return err
		}
	}
	err = s.command("ask capabilities", commandTime, func() error {
		// What login changed is known to the library only after the next answer.
		if err := s.client.Noop().Wait(); err != nil {
			return err
		}
		return s.capabilities()
	})
	if err != nil {
		return err
	}
	if withID {
		if err := s.identify(); err != nil {
			return err
		}
	}
	return s.enable()
}

// capabilities learns what the server can do. After the greeting and after login
// go-imap may ask that by itself, on a goroutine that nothing waits for: the
// question could come at any time if Caps did not wait for the answer.
func (s *session) capabilities() error {
	// Caps gives up after 30 seconds; the wire decides how long we wait.
	for range 10 {
		if s.caps = s.client.Caps(); s.caps != nil {
			return nil
		}
		select {
		case <-s.client.Closed():
			return errClosed
		default:
		}
	}
	return errors.New("server does not say what it can do")
}

// enable asks a server of both revisions for the second: go-imap then sends
// folder names in UTF-8, which is right only after ENABLE (RFC 9051 section 6.3.1).
func (s *session) enable() error {
	_, rev1 := s.caps[imap.CapIMAP4rev1]
	_, rev2 := s.caps[imap.CapIMAP4rev2]
	if !rev1 || !rev2 {
		return nil
	}
	err := s.command("enable", commandTime, func() error {
		_, err := s.client.Enable(imap.CapIMAP4rev2).Wait()
		return err
	})
	if s.dead {
		return err
	}
	return nil
}

// identify sends ID, without which NetEase refuses SELECT ("Unsafe Login").
func (s *session) identify() error {
	if !s.caps.Has(imap.CapID) {
		return nil
	}
	err := s.command("identify", commandTime, func() error {
		_, err := s.client.ID(&imap.IDData{Name: "xinfangd", Version: "1.0", Vendor: "xinfangd"}).Wait()
		return err
	})
	if err != nil && s.dead {
		return fmt.Errorf("%w: %w", errID, err)
	}
	return nil // if it was turned down, the connection lives
}

// enter opens a folder.
func (s *session) enter(folder string, writable bool) error {
	return s.command("open folder", commandTime, func() error {
		data, err := s.client.Select(folder, &imap.SelectOptions{ReadOnly: !writable}).Wait()
		if err != nil {
			return err
		}
		s.uidValidity, s.uidNext, s.letters = data.UIDValidity, uint32(data.UIDNext), data.NumMessages
		return nil
	})
}

// changed runs inside the library's decoder and must not block.
func (s *session) changed(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case s.hint <- struct{}{}:
	default:
	}
}

// command runs one exchange under the wire's deadlines. What names it in errors.
func (s *session) command(what string, within time.Duration, exchange func() error) error {
	s.wire.expect(within)
	defer s.wire.rest()
	if err := s.bounded(exchange); err != nil {
		return fmt.Errorf("%s: %w", what, s.explain(err))
	}
	return nil
}

// bounded gives an exchange up when it does not end although its socket is
// closed: a loop in the library must not stop the box for ever.
func (s *session) bounded(exchange func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- exchange() }()
	select {
	case err := <-ended:
		return err
	case <-s.wire.aborted:
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(lastGrace):
		return errHangs
	}
}

// explain says what really happened: the library's errors neither tell a
// timeout from a broken decoder nor keep what the server said, and may quote
// what was on the line. It also notes whether the connection is still of use.
func (s *session) explain(err error) error {
	if e, ok := errors.AsType[*imap.Error](err); ok {
		s.dead = s.dead || e.Type == imap.StatusResponseTypeBye
		return &imap.Error{Type: e.Type, Code: e.Code, Text: s.tail.clean(e.Text)}
	}
	s.dead = true
	text, _, _ := strings.Cut(err.Error(), `"`)
	text, _, _ = strings.Cut(text, "\n")
	if said := s.tail.said(); said != "" {
		text += " (server said: " + said + ")"
	}
	return &lost{text: s.tail.clean(text), err: err, cause: s.wire.reason()}
}

// lost is the error of an exchange whose connection is of no more use.
type lost struct {
	text  string
	err   error
	cause error // why our side closed it, or nil
}

func (e *lost) Error() string {
	if e.cause != nil {
		return e.cause.Error()
	}
	return e.text
}

func (e *lost) Unwrap() []error {
	if e.cause != nil {
		return []error{e.cause, e.err}
	}
	return []error{e.err}
}

// guard closes the socket when ctx ends, which is the only way to interrupt the
// library. The function it returns lifts the guard.
func (s *session) guard(ctx context.Context) func() {
	stop := context.AfterFunc(ctx, func() { s.wire.abort(context.Cause(ctx)) })
	return func() { stop() }
}

// close ends the connection and waits for the library's goroutine. The raw
// socket goes first: Client.Close can hang behind an unread literal.
func (s *session) close() {
	s.dead = true
	s.wire.abort(errClosed)
	if s.client == nil {
		return
	}
	select {
	case <-s.client.Closed():
	case <-time.After(lastGrace):
	}
}
