// Package practice is the practice office: an IMAP server and an SMTP server on
// loopback, invented people with mailboxes, invented letters, and players that
// read their mail and answer it as a citizen, a liaison or an approver would.
// The demo and the scenario tests run the whole daemon against it. It knows
// mail and the configuration's file form, nothing of the gateway's inside.
//
// Its SMTP server is the office's MX as well. What it says in an
// Authentication-Results field is true: it vouches for a mail only when the
// user who logged in owns the address in From.
package practice

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// AuthservID is the name under which the office's MX states its results.
const AuthservID = "mx.practice.example"

// Options of an office; every field may be zero.
type Options struct {
	// Dir is where a configuration lets the gateway keep its files; "" is the
	// directory of the configuration.
	Dir        string
	ListenIMAP string // loopback only; default 127.0.0.1:0
	ListenSMTP string // loopback only; default 127.0.0.1:0
	Now        func() time.Time
	Logger     *slog.Logger
	// Pace is how long played people take to answer, default 1 s of the wall
	// clock; negative: no time at all.
	Pace time.Duration
}

// Office is a running practice office.
type Office struct {
	IMAPAddr string
	SMTPAddr string
	Accounts []Account

	opts  Options
	log   *slog.Logger
	boxes map[string]*postbox // by lower-case address; never changes after Start
	imap  *imapserver.Server
	smtp  *smtp.Server
	lines []net.Listener
	hands sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every arrival
	bytes   int64         // of all mail that ever arrived
	serial  int64
}

// ErrUnknown is returned for an address that has no mailbox here.
var ErrUnknown = errors.New("no such mailbox")

// ErrFull is returned when the office holds as much mail as it will.
var ErrFull = errors.New("practice office is full")

// Start starts the servers. Close ends them.
func Start(opts Options) (*Office, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	o := &Office{
		Accounts: people(),
		opts:     opts,
		log:      opts.Logger,
		boxes:    map[string]*postbox{},
		changed:  make(chan struct{}),
	}
	validity := validityNow(time.Now())
	for _, a := range o.Accounts {
		b, err := newPostbox(a, validity)
		if err != nil {
			return nil, fmt.Errorf("make mailbox: %w", err)
		}
		o.boxes[strings.ToLower(a.Address)] = b
	}
	o.imap, o.smtp = o.imapServer(), o.smtpServer()
	for _, s := range []struct {
		listen string
		addr   *string
		serve  func(net.Listener) error
	}{{opts.ListenIMAP, &o.IMAPAddr, o.imap.Serve}, {opts.ListenSMTP, &o.SMTPAddr, o.smtp.Serve}} {
		l, err := listen(s.listen)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("start practice office: %w", err), o.Close())
		}
		*s.addr = l.Addr().String()
		o.lines = append(o.lines, l)
		o.hands.Go(func() {
			if err := s.serve(l); err != nil && !errors.Is(err, net.ErrClosed) {
				o.log.Error("practice server ended", "err", err)
			}
		})
	}
	return o, nil
}

// listen refuses whatever is not loopback: passwords here are printed for all
// to see.
func listen(addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %q is not loopback", addr)
	}
	return net.Listen("tcp", addr)
}

// Close ends both servers and every connection.
func (o *Office) Close() error {
	errs := []error{ignoreClosed(o.imap.Close()), ignoreClosed(o.smtp.Close())}
	for _, l := range o.lines {
		// The servers miss a listener that Serve has not seen yet.
		errs = append(errs, ignoreClosed(l.Close()))
	}
	o.hands.Wait()
	return errors.Join(errs...)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}
