package submission

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Account is one login at one SMTP server.
type Account struct {
	Host   string
	Port   int
	TLS    string // implicit, starttls or none
	CAFile string // the only authorities trusted, PEM; "" for the system's

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

func (a Account) validate() error {
	switch {
	case a.Host == "":
		return errors.New("no host")
	case a.Port <= 0 || a.Port > 65535:
		return fmt.Errorf("port %d out of range", a.Port)
	}
	switch a.TLS {
	case TLSImplicit, TLSStartTLS:
		return nil
	case TLSNone:
		if !a.Plaintext && !isLoopback(a.Host) {
			return errors.New("tls none beyond loopback needs plaintext")
		}
		return nil
	}
	return fmt.Errorf("unknown tls %q", a.TLS)
}

// Status is the state of one account, for health and alarms.
type Status struct {
	Account string
	Since   time.Time // of the first failure in a row; zero: all is well
	Error   string
	Refused bool      // the server refused the login
	Until   time.Time // no attempt before
}

const (
	// longestGate bounds how long an account rests, so that a server that came
	// back is noticed soon, however long it was away.
	longestGate = 15 * time.Minute
	// refusedGate follows a refused login at once: providers lock accounts that
	// keep trying.
	refusedGate = 15 * time.Minute
	// slotPatience is how long a claimed mail waits for a session of its account
	// before it makes room for the mail of others.
	slotPatience = 2 * time.Second
	// busyDelay is when it comes back then.
	busyDelay = 15 * time.Second
)

// line is an account at work: its sessions, and the gate that closes when the
// account rather than a mail is at fault.
type line struct {
	account Account
	name    string
	slots   chan struct{}
	rate    *limiter

	mu       sync.Mutex
	idle     []*session
	closing  bool
	slow     bool // its sessions hang; nobody waits for them
	failures int
	status   Status
	seen     time.Time // wall clock, when the server last did what was asked
}

func newLine(name string, a Account) *line {
	if a.Connections <= 0 {
		a.Connections = 1
	}
	return &line{
		account: a,
		name:    name,
		slots:   make(chan struct{}, a.Connections),
		rate:    &limiter{n: a.Rate},
		status:  Status{Account: name},
	}
}

// enter takes one of the account's places and reports whether it got one.
func (l *line) enter(ctx context.Context) bool {
	l.mu.Lock()
	slow := l.slow
	l.mu.Unlock()
	select {
	case l.slots <- struct{}{}:
		return true
	default:
	}
	if slow {
		return false
	}
	patience := time.NewTimer(slotPatience)
	defer patience.Stop()
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-patience.C:
		l.mu.Lock()
		l.slow = true
		l.mu.Unlock()
	}
	return false
}

func (l *line) leave() {
	l.mu.Lock()
	l.slow = false
	l.mu.Unlock()
	<-l.slots
}

// gate returns when the account may be tried again, and why not before; the
// zero time means at once.
func (l *line) gate(now time.Time) (time.Time, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.status.Until.After(now) {
		return l.status.Until, l.status.Error
	}
	return time.Time{}, ""
}

// fail closes the gate after a failure that would meet every mail, and returns
// when it opens again. shut tells that it was open.
func (l *line) fail(e *Error, now time.Time, retry []time.Duration) (until time.Time, shut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.status.Until.After(now) {
		return l.status.Until, false // a parallel session met the same failure
	}
	pause := min(step(retry, l.failures), longestGate)
	if e.Class == Refused {
		pause = refusedGate
	}
	l.failures++
	if l.status.Since.IsZero() {
		l.status.Since = now
	}
	l.status.Error = e.Error()
	l.status.Refused = e.Class == Refused
	l.status.Until = now.Add(pause)
	return l.status.Until, true
}

// works opens the gate. It reports whether the account had been failing.
func (l *line) works() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := !l.status.Since.IsZero()
	l.seen = time.Now()
	l.failures = 0
	l.status = Status{Account: l.name}
	return failed
}

func (l *line) snapshot() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status
}

// kept returns an idle session that is still good, or nil.
func (l *line) kept(idle time.Duration) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.idle) > 0 {
		s := l.idle[len(l.idle)-1]
		l.idle = l.idle[:len(l.idle)-1]
		if s.fresh(time.Now(), idle) {
			return s
		}
		s.abort()
	}
	return nil
}

// keep puts a session back after use, or ends it.
func (l *line) keep(s *session, idle time.Duration) {
	s.idleSince = time.Now()
	l.mu.Lock()
	if s.fresh(s.idleSince, idle) && !l.closing {
		l.idle = append(l.idle, s)
		s = nil
	}
	l.mu.Unlock()
	if s != nil {
		s.quit()
	}
}

// prune ends sessions that lay idle for too long; all of them when closing.
func (l *line) prune(idle time.Duration, closing bool) {
	l.mu.Lock()
	l.closing = l.closing || closing
	var old []*session
	live := l.idle[:0]
	for _, s := range l.idle {
		if l.closing || !s.fresh(time.Now(), idle) {
			old = append(old, s)
			continue
		}
		live = append(live, s)
	}
	l.idle = live
	l.mu.Unlock()
	for _, s := range old {
		s.quit()
	}
}
