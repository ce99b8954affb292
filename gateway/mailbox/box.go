package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
)

// idleFaultsMost is how often a connection may die at the end of IDLE before we
// only poll.
const idleFaultsMost = 2

// Box is one mailbox on one server: one connection and one failure domain. Its
// methods other than Append must be called from one goroutine.
type Box struct {
	account Account
	desk    Desk
	opt     Options
	appends chan *appendRequest

	waiting *appendRequest // taken from appends, not served yet

	session    *session
	progress   *progress // nil before the first connection
	saved      Cursor    // what the desk has
	under      *delivery // what the desk works on, nil outside of take
	settleErr  *settleFailure
	toldNoMove bool
	// reconcileAt is when the letters are compared next, zero before the first
	// pull of this process.
	reconcileAt time.Time

	refusals   int  // refused logins in a row
	skipID     bool // the server's answer to ID kills the connection
	noIdle     bool
	idleFaults int
}

// New checks the account and returns its box. It does not connect.
func New(a Account, d Desk, opt Options) (*Box, error) {
	a, err := a.complete()
	if err != nil {
		return nil, err
	}
	b := &Box{account: a, desk: d, opt: opt.withDefaults(), appends: make(chan *appendRequest)}
	if a.LegacyTLS {
		b.log().Warn("TLS 1.0 and RSA key exchange are allowed: letters can be read on the way")
	}
	if a.TLS == TLSNone && !loopback(a.Host) {
		b.log().Warn("the connection is not encrypted: password and letters can be read on the way")
	}
	return b, nil
}

func (b *Box) log() *slog.Logger { return b.opt.Logger.With("box", b.account.Box) }

// Run looks at the box until ctx ends and then returns nil. Failures are
// reported to the desk and never end it.
func (b *Box) Run(ctx context.Context) error {
	defer b.Close()
	defer b.turnDownAppend()
	failures := 0
	for {
		n, err := b.Pull(ctx)
		if ctx.Err() != nil {
			return nil
		}
		b.report(ctx, n, err)
		if looked(err) && b.session != nil {
			if err = b.await(ctx); err == nil {
				failures = 0
				continue
			}
			b.log().Debug("connection lost while waiting", "err", err)
		}
		failures++
		b.pause(ctx, b.backoff(failures, err))
		if ctx.Err() != nil {
			return nil
		}
	}
}

func (b *Box) report(ctx context.Context, n int, err error) {
	if n > 0 {
		b.log().Info("letters taken", "letters", n)
	}
	if err != nil {
		b.log().Warn("check of the box failed", "err", err)
	}
	if err := b.desk.Checked(ctx, b.account.Box, b.opt.Now(), err); err != nil && ctx.Err() == nil {
		b.log().Error("note check", "err", err)
	}
}

// backoff doubles with each failure and is jittered, so that boxes of one server
// do not come back at once. Tencent throttles who reconnects every 15 seconds.
func (b *Box) backoff(failures int, err error) time.Duration {
	if e, ok := errors.AsType[*LoginRefused](err); ok && e.Paused {
		return b.opt.RefusedPause
	}
	d := b.opt.BackoffMin
	for range failures - 1 {
		d = min(2*d, b.opt.BackoffMax)
	}
	return d/2 + rand.N(d/2+1)
}

// Pull takes everything that is new in the box, connecting first if need be,
// and returns how many letters became durable. It is the step of Run, which
// also reports it to Desk.Checked and waits.
func (b *Box) Pull(ctx context.Context) (n int, err error) {
	if b.session == nil {
		if err := b.connect(ctx); err != nil {
			return 0, err
		}
	}
	s := b.session
	defer s.guard(ctx)()
	b.appendWaiting(s)
	n, err = b.pull(ctx, s)
	if s.dead {
		b.log().Debug("connection lost", "tail", s.tail.String())
		b.Close()
	}
	if ctx.Err() != nil {
		return n, context.Cause(ctx)
	}
	return n, err
}

// Close ends the connection, if there is one. The box remains usable.
func (b *Box) Close() {
	if b.session != nil {
		b.session.close()
		b.session = nil
	}
}

// connect opens a session on the box's folder and finds our place in it.
func (b *Box) connect(ctx context.Context) error {
	connect := openWithID
	if b.skipID {
		connect = openWithoutID
	}
	s, err := connect(ctx, b.account, b.opt)
	if e, ok := errors.AsType[*LoginRefused](err); ok {
		b.refusals++
		e.Count, e.Paused = b.refusals, b.refusals >= 2
		return e
	}
	if err != nil {
		return err
	}
	b.refusals = 0
	b.skipID = s.withoutID
	defer s.guard(ctx)()
	if err := s.enter(b.account.Folder, b.account.writes()); err != nil {
		b.skipID = false // it may be for want of ID
		s.close()
		return err
	}
	if err := b.position(ctx, s); err != nil {
		s.close()
		return err
	}
	b.session = s
	return nil
}

// position decides from where the folder is read.
func (b *Box) position(ctx context.Context, s *session) error {
	cursor, err := b.desk.Cursor(ctx, b.account.Box)
	if err != nil {
		return fmt.Errorf("load cursor: %w", err)
	}
	b.saved = cursor
	switch {
	case s.uidValidity == 0:
		// Nothing says that UIDs mean today what they meant yesterday: all is
		// shown again at every connection, and known by its digest.
		b.log().Warn("server gives no UIDVALIDITY: reading the whole folder")
	case cursor.UIDValidity != s.uidValidity:
		b.log().Info("folder is new to us: reading all of it", "uidvalidity", s.uidValidity, "was", cursor.UIDValidity)
	case s.uidNext != 0 && cursor.UID >= s.uidNext:
		// RFC 3501 section 2.3.1.1 forbids it, a restored backup does it: new
		// letters get UIDs that we have passed.
		b.log().Warn("server gives UIDs anew: reading the whole folder", "uidnext", s.uidNext, "was", cursor.UID)
	default:
		if b.progress == nil || b.progress.cursor != cursor {
			b.progress = newProgress(cursor)
		}
		return nil
	}
	b.progress = newProgress(Cursor{UIDValidity: s.uidValidity})
	return b.saveCursor(ctx)
}

// await waits until the box is to be looked at again: the server says that it
// changed, or time is up. An error means that the connection is lost.
func (b *Box) await(ctx context.Context) error {
	s := b.session
	wait := min(b.account.Poll, b.opt.IdleFor)
	if b.noIdle || !s.caps.Has(imap.CapIdle) {
		return b.listen(ctx, b.account.Poll)
	}
	defer s.guard(ctx)()
	idle, err := s.idle()
	if err != nil {
		if s.dead {
			b.Close()
			return err
		}
		b.log().Info("server refuses IDLE: polling only", "err", err)
		b.noIdle = true
		return b.listen(ctx, b.account.Poll)
	}
	waitErr := b.listen(ctx, wait)
	if ctx.Err() != nil || b.session == nil {
		return waitErr
	}
	// go-imap does not notice when the server ends IDLE by itself; our DONE is
	// then answered with what kills the connection. NOOP brings that to light
	// here.
	if err := idle(); err != nil {
		if b.idleFaults++; b.idleFaults >= idleFaultsMost {
			b.log().Warn("connection is lost whenever IDLE ends: polling only")
			b.noIdle = true
		}
		b.Close()
		return err
	}
	b.idleFaults = 0
	return waitErr
}

// idle starts IDLE (RFC 2177) and returns what ends it.
func (s *session) idle() (end func() error, err error) {
	err = s.command("idle", commandTime, func() error {
		cmd, err := s.client.Idle()
		end = func() error {
			return s.command("end idle", commandTime, func() error {
				if err := cmd.Close(); err != nil {
					return err
				}
				if err := cmd.Wait(); err != nil {
					return err
				}
				return s.client.Noop().Wait()
			})
		}
		return err
	})
	return end, err
}

// listen waits for a hint, for d, or for a copy to be appended, which it leaves
// to the next round. An error means that the connection is lost.
func (b *Box) listen(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-timer.C:
		return nil
	case <-b.session.hint:
		return nil
	case <-b.session.client.Closed():
		err := b.session.explain(errClosed)
		b.Close()
		return err
	case b.waiting = <-b.appends:
		return nil
	}
}

// pause waits for d without a connection of use.
func (b *Box) pause(ctx context.Context, d time.Duration) {
	b.turnDownAppend()
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case r := <-b.appends:
			r.done <- ErrNotConnected
		}
	}
}
