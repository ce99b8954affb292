package submission

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/crash"
	"xinfangd/gateway/store"
)

const (
	// crashesAllowed is how often a mail may be found unfinished before it is
	// suspected of being the reason.
	crashesAllowed = 5
	// notePatience bounds how long an outcome is offered to a queue that does
	// not take it. Giving up early would make the mail look like a crashed one.
	notePatience = 4 * time.Minute
)

// single claims one mail by itself when its account has a session free, and
// makes one attempt. It reports whether it got it.
func (s *Submitter) single(ctx context.Context, a Single, clock func() time.Time) bool {
	l := s.line(a.Account)
	if l != nil {
		if until, _ := l.gate(clock()); !until.IsZero() || !l.enter(ctx) {
			return false // still due, and not touched
		}
		defer l.leave()
	}
	items, err := s.queue.ClaimSingle(ctx, clock(), s.owner, a.ID)
	if err != nil && ctx.Err() == nil {
		s.opts.Logger.Error("claim mail", "item", a.ID, "err", err)
	}
	for _, it := range items {
		s.handle(ctx, it, clock, turn{entered: l})
	}
	return len(items) > 0
}

// line is the account that sends for a name, nil when there is none.
func (s *Submitter) line(account string) *line {
	if l, ok := s.lines[account]; ok {
		return l
	}
	return s.lines[""]
}

// turn is what a mail has already got that others wait for.
type turn struct {
	entered *line    // a session of this account, nil for none
	passed  *lotPass // places under the hourly cap, nil for none
}

// handle makes one attempt and notes its outcome. It is the one place that
// recovers: a mail that makes us panic is held, the others go on.
func (s *Submitter) handle(ctx context.Context, it Item, clock func() time.Time, t turn) {
	log := s.opts.Logger.With("item", it.ID, "attempt", it.Attempts)
	if it.Case != "" {
		log = log.With("case", it.Case)
	}
	began := time.Now()
	crash.At(crash.Claimed)
	o := func() (o Outcome) {
		defer func() {
			if r := recover(); r != nil {
				log.Error("panic in an attempt", "err", r, "stack", string(debug.Stack()))
				o = Outcome{State: StateHeld, Error: "the attempt failed inside the gateway", At: clock()}
				if it.Answer {
					o.State = StateDoubtful
				}
			}
		}()
		return s.attempt(ctx, it, clock, t)
	}()
	s.leave(ctx, t.passed)
	if o.State == StateSent {
		crash.At(crash.AfterData)
	}
	report(log, o, time.Since(began))
	s.note(ctx, log, it.ID, o)
	crash.At(crash.Noted)
}

// attempt decides whether the mail may go, sends it, and judges what came of it.
func (s *Submitter) attempt(ctx context.Context, it Item, clock func() time.Time, t turn) Outcome {
	if o, settled := beforeSending(it, clock()); settled {
		return o
	}
	if t.entered != nil {
		return s.admitted(ctx, t.entered, it, clock, t)
	}
	l := s.line(it.Account)
	if l == nil {
		return Outcome{State: StateHeld, Error: fmt.Sprintf("no smtp account %q is configured", it.Account), At: clock()}
	}
	if until, why := l.gate(clock()); !until.IsZero() {
		return s.putOff(it, clock(), until, why)
	}
	if !l.enter(ctx) {
		if ctx.Err() != nil {
			return later(clock(), clock(), "gateway was stopped")
		}
		return later(clock(), clock().Add(busyDelay), "all sessions of the account are busy")
	}
	defer l.leave()
	return s.admitted(ctx, l, it, clock, t)
}

// admitted makes the attempt of a mail that has a place of its account.
func (s *Submitter) admitted(ctx context.Context, l *line, it Item, clock func() time.Time, t turn) Outcome {
	now := clock()
	if until, why := l.gate(now); !until.IsZero() {
		return s.putOff(it, now, until, why)
	}
	if paused, err := s.queue.Paused(ctx); err != nil || paused {
		return later(now, now.Add(s.opts.Poll), "sending is paused")
	}
	if ok, next := l.rate.take(now); !ok {
		return later(now, next, "hourly rate of the account is used up")
	}
	passed := now
	switch {
	case it.Bypass:
	case t.passed.take():
		passed = t.passed.at
	default:
		if ok, next, err := s.pass(ctx, now); err != nil || !ok {
			l.rate.giveBack(now)
			if err != nil {
				return later(now, now.Add(s.opts.Poll), "the hourly cap could not be asked")
			}
			return later(now, next, "hourly cap is used up")
		}
	}
	return s.send(ctx, l, it, clock, now, passed)
}

// beforeSending settles what needs no server.
func beforeSending(it Item, now time.Time) (Outcome, bool) {
	if it.InDoubt && it.Answer {
		return Outcome{State: StateDoubtful, At: now,
			Error: "in doubt: the gateway stopped during the attempt before"}, true
	}
	if it.InDoubt && it.Attempts > crashesAllowed {
		return Outcome{State: StateHeld, At: now,
			Error: "found unfinished after repeated attempts"}, true
	}
	if len(it.To) == 0 {
		return Outcome{State: StateFailed, At: now, Error: "no recipient"}, true
	}
	if unfit(it.From) || slices.ContainsFunc(it.To, unfit) || slices.Contains(it.To, "") {
		return Outcome{State: StateHeld, At: now, Error: "an address cannot stand in an envelope"}, true
	}
	return Outcome{}, false
}

// unfit reports whether the address would break the envelope's syntax; a null
// sender does not.
func unfit(address string) bool {
	return strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' })
}

// putOff is for a mail whose account rests. It was not tried, but time passes
// for it too.
func (s *Submitter) putOff(it Item, now, until time.Time, why string) Outcome {
	o := later(now, until, why)
	if s.policy.expired(it, now) {
		for _, a := range it.To {
			o.Recipients = append(o.Recipients, RecipientResult{Address: a, State: StateQueued, Text: why})
		}
		return s.policy.surrender(o)
	}
	return o
}

// send uses a kept session or opens one. A kept connection that turns out to be
// closed is replaced by a fresh one, once.
//
// taken and passed are when the mail was counted under the caps.
func (s *Submitter) send(ctx context.Context, l *line, it Item, clock func() time.Time, taken, passed time.Time) Outcome {
	var d delivery
	finished := false
	sess := l.kept(s.opts.Timeouts.Idle)
	defer func() {
		if !finished && sess != nil {
			sess.abort() // a panic is passing through
		}
	}()
	if sess != nil {
		d = sess.deliver(ctx, it, s.opts.Timeouts)
	}
	if sess == nil || (d.stale && ctx.Err() == nil) {
		var e *Error
		if sess, e = open(ctx, l.account, s.opts.Hostname, s.opts.Timeouts); e != nil {
			d = delivery{}
			d.refuse(it.To, e)
			l.rate.giveBack(taken)
			if !it.Bypass {
				// At worst one mail of this hour counts for nothing.
				_ = s.queue.PassBack(ctx, passed, 1)
			}
		} else {
			d = sess.deliver(ctx, it, s.opts.Timeouts)
		}
	}
	finished = true
	if sess != nil {
		l.keep(sess, s.opts.Timeouts.Idle)
	}
	return s.conclude(ctx, l, it, d, clock())
}

func (s *Submitter) conclude(ctx context.Context, l *line, it Item, d delivery, now time.Time) Outcome {
	if ctx.Err() != nil && d.failure != nil && d.failure.Code == 0 && !has(d.results, StateSent) && !has(d.results, StateDoubtful) {
		return later(now, now, "gateway was stopped")
	}
	var until time.Time
	if d.failure != nil && accountFault(d.failure.Class) {
		var shut bool
		if until, shut = l.fail(d.failure, now, s.opts.Retry); shut {
			level := slog.LevelWarn
			if d.failure.Class == Refused {
				level = slog.LevelError
			}
			s.opts.Logger.Log(ctx, level, "smtp account rests", "account", l.name, "class", string(d.failure.Class),
				"command", d.failure.Command, "code", d.failure.Code, "until", until)
		}
	} else if l.works() {
		s.opts.Logger.Info("smtp account works again", "account", l.name)
	}
	return s.policy.judge(it, d, now, until)
}

// note stores the outcome, and does not let a passing fault of the queue turn a
// sent mail into a doubtful one.
func (s *Submitter) note(ctx context.Context, log *slog.Logger, id int64, o Outcome) {
	patience := notePatience
	if ctx.Err() != nil {
		patience = s.opts.Timeouts.Grace
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	pause := 100 * time.Millisecond
	for {
		err := s.queue.Note(ctx, id, o)
		if err == nil {
			return
		}
		if errors.Is(err, store.ErrState) {
			log.Warn("outcome comes too late, the mail is no longer ours", "state", o.State)
			return
		}
		log.Error("note outcome", "state", o.State, "err", err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
			pause = min(2*pause, 10*time.Second)
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// report writes one line per attempt: codes only, for a server's words may
// repeat an address or a Message-ID. That a mail was put off without an attempt
// happens to all that wait, and is no event.
func report(log *slog.Logger, o Outcome, dur time.Duration) {
	if o.State == StateQueued && len(o.Recipients) == 0 {
		log.Debug("mail put off", "until", o.Next, "error", o.Error)
		return
	}
	code, enhanced := 0, ""
	for _, r := range o.Recipients {
		if r.Code != 0 {
			code, enhanced = r.Code, r.Enhanced
		}
	}
	log = log.With("state", o.State, "dur", dur.Round(time.Millisecond))
	if code != 0 {
		log = log.With("code", code, "enhanced", enhanced)
	}
	switch o.State {
	case StateSent, StateQueued:
		log.Info("mail attempted")
	case StateFailed:
		log.Warn("mail failed")
	default:
		log.Error("mail waits for a person")
	}
	log.Debug("attempt ended", "error", o.Error)
}
