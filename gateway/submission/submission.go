// Package submission is the SMTP edge and the outgoing queue's policy: it
// claims due mail, attempts it, backs off, gives up or holds, and notes the
// outcome. It knows envelopes and bytes, and nothing of cases, drafts or
// people: what an outcome means is decided by whoever reads it from the queue.
package submission

import (
	"context"
	"log/slog"
	"time"
)

// Longest bounds the time between a claim and its note.
const Longest = 15 * time.Minute

// The ways a connection may be protected.
const (
	TLSImplicit = "implicit"
	TLSStartTLS = "starttls"
	TLSNone     = "none"
)

// Account is one login at one SMTP server.
type Account struct {
	Host   string
	Port   int
	TLS    string // implicit, starttls or none
	CAFile string // extra roots, PEM; "" for the system's

	Username string
	Password func() (string, error) // read at each login; nil: no AUTH

	// Plaintext allows TLSNone, and AUTH over it, beyond loopback.
	Plaintext bool
	// Connections is the number of parallel sessions, 1 when zero.
	Connections int
	// Rate is the number of mails an hour that the provider takes from this
	// account, bypassing mail included; 0: no limit.
	Rate int
}

// Options has a usable zero value.
type Options struct {
	Logger      *slog.Logger
	Now         func() time.Time
	Retry       []time.Duration // default 1m 5m 15m 1h 4h; the last repeats
	GiveUp      time.Duration   // default 5 days after the row was written
	MailPerHour int             // for mail that does not bypass the cap; default 2000, negative: none
	Hostname    string          // EHLO name; default the host's
}

// Submitter moves mail from a Queue to SMTP servers.
type Submitter struct {
	queue Queue
}

// New makes a Submitter for the accounts, by the name that Item.Account bears;
// "" is the global one.
func New(q Queue, accounts map[string]Account, o Options) (*Submitter, error) {
	return &Submitter{queue: q}, nil
}

// Run sends what falls due until ctx is done. Then it starts nothing new, lets
// a started DATA end within bounds, and returns.
func (s *Submitter) Run(ctx context.Context) error { return nil }

// Kick tells Run that there may be something to send at once.
func (s *Submitter) Kick() {}

// Step claims what is due at now, attempts it, notes the outcomes and returns
// the number of mails it handled.
func (s *Submitter) Step(ctx context.Context, now time.Time) (int, error) { return 0, nil }

// Close ends idle sessions. Run does this by itself.
func (s *Submitter) Close() {}

// Status is the state of one account, for health and alarms.
type Status struct {
	Account string
	Since   time.Time // of the first failure in a row; zero: all is well
	Error   string
	Refused bool // the server refused the login
	Until   time.Time
}

// Status returns the state of every account, ordered by name.
func (s *Submitter) Status() []Status { return nil }

// Check connects, logs in and quits.
func Check(ctx context.Context, a Account) error { return nil }
