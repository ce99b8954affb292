package submission

import (
	"context"
	"time"
)

// probe greets, every Options.Probe, each server that was not heard of since:
// an office that has nothing to send in the night shall not learn in the
// morning that it could not, and an account that rests is seen to work again
// without a mail that must fail first. No probe logs in, since providers count
// logins.
func (s *Submitter) probe(ctx context.Context) {
	if s.opts.Probe < 0 {
		return
	}
	timer := time.NewTicker(s.opts.Probe)
	defer timer.Stop()
	for ctx.Err() == nil {
		for _, l := range s.lines {
			if time.Since(l.heard()) >= s.opts.Probe {
				s.greet(ctx, l)
			}
		}
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
}

// greet connects to the server of one account and takes leave.
func (s *Submitter) greet(ctx context.Context, l *line) {
	sess, e := begin(ctx, l.account, s.opts.Hostname, s.opts.Timeouts, false)
	if ctx.Err() != nil {
		if sess != nil {
			sess.abort()
		}
		return
	}
	if e != nil {
		if l.silent(e, s.opts.Now()) {
			s.opts.Logger.Warn("smtp server does not answer", "account", l.name, "class", string(e.Class), "command", e.Command, "code", e.Code)
		}
		return
	}
	sess.quit()
	if l.answers() {
		s.opts.Logger.Info("smtp account works again", "account", l.name)
		s.Kick()
	}
}

// heard is when the account's server last did what was asked.
func (l *line) heard() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen
}

// silent notes that a probe failed. It closes no gate: the next mail makes its
// own attempt. It reports whether the account had been well.
func (l *line) silent(e *Error, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.status.Since.IsZero() {
		return false
	}
	l.status.Since, l.status.Error = now, e.Error()
	return true
}

// answers opens the gate after a probe that went well, unless it was the login
// that failed: a greeting says nothing of that. It reports whether the account
// had been failing.
func (l *line) answers() bool {
	l.mu.Lock()
	refused := l.status.Refused
	if refused {
		l.seen = time.Now()
	}
	l.mu.Unlock()
	return !refused && l.works()
}
