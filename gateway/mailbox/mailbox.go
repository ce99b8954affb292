// Package mailbox is the IMAP edge: it shows the raw letters of one box to a
// [Desk] and settles them on the server (flag, move) only after the desk has
// said that they are durable.
//
// It must not know what a letter says, what a case is, or where anything is
// stored. Data enters as bytes from an IMAP server and leaves as [Letter]
// values through [Desk.Receive]; what the office may want to know about the
// box itself leaves through [Desk.Checked]. It is the only room that imports
// go-imap's client; the traps of that library are handled here and named where
// they are handled.
//
// Delivery is at least once. A letter may be shown again after a crash, a lost
// cursor, a changed UIDVALIDITY or an interrupted move; the desk recognises it
// by its reference together with the digest of its bytes.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"
)

// How the connection is protected.
const (
	TLSImplicit = "implicit"
	TLSStart    = "starttls"
	TLSNone     = "none"
)

// How the account logs in.
const (
	AuthLogin   = "login"
	AuthPlain   = "plain"
	AuthXOAuth2 = "xoauth2"
)

// Account says where a box is and how it is to be treated.
type Account struct {
	Box  string // the mailbox's id in the configuration
	Host string
	Port int    // 0 means 993 with implicit TLS, else 143
	TLS  string // implicit (default), starttls, none

	CAFile    string // trust only the authorities in this PEM file
	Plaintext bool   // allow TLS none beyond loopback
	LegacyTLS bool   // allow TLS 1.0 and RSA key exchange, for old servers inside the office

	Username string
	Auth     string                 // login (default), plain, xoauth2
	Password func() (string, error) // read at each login
	Token    func() (string, error) // for xoauth2, read at each login

	Folder string        // INBOX when empty
	Poll   time.Duration // the box is looked at this often whatever IDLE says; 1 minute when zero
	After  After         // what happens to a letter on the server once it is durable
	Since  time.Time     // letters the server received before this are left alone
	Sent   string        // folder for copies of what we sent; see Box.Append

	// LetterBytes is the size from which a letter is fetched in a batch of its
	// own. Larger letters are still fetched, and kept, whole.
	LetterBytes int64
}

// After says what happens to a letter on the server once it is durable: Keep,
// Seen or MoveTo(folder).
type After string

// What may happen to a letter; see also MoveTo.
const (
	Keep After = "keep"
	Seen After = "seen"
)

const movePrefix = "move:"

// MoveTo moves durable letters to the folder.
func MoveTo(folder string) After { return After(movePrefix + folder) }

// folder returns where letters are moved to, or "".
func (a After) folder() string {
	if f, ok := strings.CutPrefix(string(a), movePrefix); ok {
		return f
	}
	return ""
}

// Ref names a letter on its server. With UIDValidity 0 (the server gave none,
// RFC 3501 section 2.3.1.1) it names nothing durable; and a server that was
// restored from a backup may reuse one. Only together with the digest of the
// bytes does a Ref identify a letter.
type Ref struct {
	Box         string
	UIDValidity uint32
	UID         uint32
}

// Letter is one mail as the server holds it.
type Letter struct {
	Ref     Ref
	Arrived time.Time // INTERNALDATE; the time of the pull if the server gave none
	Size    int64     // len(Raw)
	Raw     []byte
}

// Cursor is how far a box was read: every letter up to and including UID is
// durable, was left alone on purpose, or is gone from the server.
type Cursor struct {
	UIDValidity uint32
	UID         uint32
}

// Receive takes letters and returns only after its transaction has ended. Each
// element of the result says whether that letter is durable: registered,
// recognised as one already registered, or set aside as failed with its bytes.
// Letters that are not durable are shown again later, and nothing happens to
// them on the server. An error means that no letter of the batch may be taken
// for durable.
//
// Receive is idempotent and does not touch the cursor. It is called once, and
// the desk must not keep Raw beyond the call; it may never be called.
type Receive func(ctx context.Context) (durable []bool, err error)

// Desk is what this edge needs from the other side. Its methods are called one
// after the other for each box, never while the server is in the middle of a
// response; but for Receive, during which the next letters are fetched.
type Desk interface {
	// Cursor returns how far the box was read, the zero Cursor for a new box.
	Cursor(ctx context.Context, box string) (Cursor, error)

	// Prepare takes letters of one box in ascending order and does with them
	// what can be done while those before are still received: it neither asks
	// nor changes what they may change. They are received by what it returns.
	Prepare(ctx context.Context, batch []Letter) Receive

	// SetCursor notes how far the box was read. It is called after receiving, in
	// a transaction of its own: if it is lost, letters are shown twice.
	// Going backwards is legitimate (UIDVALIDITY changed, UIDs reused).
	SetCursor(ctx context.Context, box string, c Cursor) error

	// Unknown returns those of the letters that the desk has neither registered
	// nor set aside, in ascending order.
	Unknown(ctx context.Context, box string, uidValidity uint32, uids []uint32) ([]uint32, error)

	// Reconciled reports that the box's letters were compared with the desk's,
	// how many there were, and how many of them the desk had missed and was
	// shown now.
	Reconciled(ctx context.Context, box string, at time.Time, letters, missed int) error

	// Checked reports every attempt to look at the box. A nil err is a
	// successful check. *LoginRefused asks for an alarm at once when Paused;
	// *Unreadable and *Unsettled mean that the box was looked at and everything
	// else in it was taken. All other errors mean that it could not be checked.
	Checked(ctx context.Context, box string, at time.Time, err error) error
}

// Options are the circumstances of a Box. The zero value works.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time

	// Dial opens the connection to host:port, before any TLS.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Patience is how long the server may be silent while it owes us an answer;
	// 2 minutes when zero.
	Patience time.Duration
	// IdleFor is how long one IDLE lasts at most; 4.5 minutes when zero.
	IdleFor time.Duration
	// BackoffMin and BackoffMax bound the jittered pause between attempts after
	// a failure; 5 seconds and 5 minutes when zero.
	BackoffMin, BackoffMax time.Duration
	// RefusedPause is the pause after two refused logins; 15 minutes when zero.
	RefusedPause time.Duration

	// ReconcileAfter is how long after the start the server's letters are
	// compared with the desk's for the first time, ReconcileEvery how often from
	// then on; 10 minutes and 24 hours when zero.
	ReconcileAfter, ReconcileEvery time.Duration

	// BatchLetters and BatchBytes bound a batch; 50 letters and 4 MiB when zero.
	// Two are held in memory at once. A larger letter forms a batch of its own,
	// and is held alone.
	BatchLetters int
	BatchBytes   int64
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	setDefault(&o.Patience, 2*time.Minute)
	setDefault(&o.IdleFor, 270*time.Second)
	setDefault(&o.BackoffMin, 5*time.Second)
	setDefault(&o.BackoffMax, 5*time.Minute)
	setDefault(&o.RefusedPause, 15*time.Minute)
	setDefault(&o.ReconcileAfter, 10*time.Minute)
	setDefault(&o.ReconcileEvery, 24*time.Hour)
	setDefault(&o.BatchLetters, 50)
	setDefault(&o.BatchBytes, 4<<20)
	return o
}

func setDefault[T time.Duration | int | int64](p *T, v T) {
	if *p <= 0 {
		*p = v
	}
}

// complete fills in defaults and reports what makes the account unusable.
func (a Account) complete() (Account, error) {
	if a.TLS == "" {
		a.TLS = TLSImplicit
	}
	if a.Auth == "" {
		a.Auth = AuthLogin
	}
	if a.Folder == "" {
		a.Folder = "INBOX"
	}
	if a.After == "" {
		a.After = Keep
	}
	setDefault(&a.Poll, time.Minute)
	if a.Port == 0 {
		a.Port = 143
		if a.TLS == TLSImplicit {
			a.Port = 993
		}
	}

	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if a.Box == "" {
		fault("box has no id")
	}
	if a.Host == "" {
		fault("host is empty")
	}
	if a.Port < 1 || a.Port > 65535 {
		fault("port %d is out of range", a.Port)
	}
	switch a.TLS {
	case TLSImplicit, TLSStart:
	case TLSNone:
		if !a.Plaintext && !loopback(a.Host) {
			fault("tls none beyond loopback needs plaintext")
		}
	default:
		fault("tls %q is unknown", a.TLS)
	}
	switch a.Auth {
	case AuthLogin, AuthPlain:
		if a.Password == nil {
			fault("auth %s needs a password", a.Auth)
		}
	case AuthXOAuth2:
		if a.Token == nil {
			fault("auth %s needs a token", a.Auth)
		}
	default:
		fault("auth %q is unknown", a.Auth)
	}
	if a.After != Keep && a.After != Seen && a.After.folder() == "" {
		fault("after %q is unknown", a.After)
	}
	if a.After.folder() == a.Folder {
		fault("letters cannot be moved to the folder they are read from")
	}
	if err := errors.Join(errs...); err != nil {
		return a, fmt.Errorf("account of box %q: %w", a.Box, err)
	}
	return a, nil
}

func (a Account) address() string {
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

// writes reports whether the folder must be open for writing.
func (a Account) writes() bool { return a.After != Keep }

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
