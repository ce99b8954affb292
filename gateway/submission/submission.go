// Package submission is the SMTP edge and the outgoing queue's policy: it
// claims due mail, attempts it, backs off, gives up or holds, and notes the
// outcome. It knows envelopes and bytes, and nothing of cases, drafts or
// people: what an outcome means is decided by whoever reads it from the queue.
//
// Failure is judged per recipient, and only failed recipients are tried again.
// A failure that any mail would meet (no connection, no login, 421) rests the
// account, not the mail. A mail of which nobody can know whether the server
// took it goes again with the same bytes, except an answer to a citizen, which
// waits for a person.
package submission

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Longest bounds the time between a claim and its note: a queue's lease must
// not be shorter.
const Longest = 15 * time.Minute

// The ways a connection may be protected.
const (
	TLSImplicit = "implicit"
	TLSStartTLS = "starttls"
	TLSNone     = "none"
)

// Options has a usable zero value.
type Options struct {
	Logger      *slog.Logger
	Now         func() time.Time
	Retry       []time.Duration // default 1m 5m 15m 1h 4h; the last repeats
	GiveUp      time.Duration   // default 5 days after the row was written
	MailPerHour int             // for mail that does not bypass the cap; default 2000, negative: none
	Hostname    string          // EHLO name; default the host's
	Poll        time.Duration   // how often Run looks without a Kick; default 5 s
	Probe       time.Duration   // how often Run greets a server that had no mail; default 1 min, negative: never
	Timeouts    Timeouts
}

func (o Options) withDefaults() (Options, error) {
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Retry) == 0 {
		o.Retry = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}
	}
	for _, d := range o.Retry {
		if d <= 0 {
			return o, fmt.Errorf("retry pause %v is not positive", d)
		}
	}
	o.GiveUp = cmp.Or(o.GiveUp, 5*24*time.Hour)
	o.MailPerHour = cmp.Or(o.MailPerHour, 2000)
	o.Poll = cmp.Or(o.Poll, 5*time.Second)
	o.Probe = cmp.Or(o.Probe, time.Minute)
	if o.Hostname == "" {
		h, err := os.Hostname()
		if err != nil {
			return o, fmt.Errorf("find host name: %w", err)
		}
		o.Hostname = h
	}
	o.Timeouts = o.Timeouts.withDefaults()
	return o, nil
}

// Submitter moves mail from a Queue to SMTP servers.
type Submitter struct {
	queue  Queue
	opts   Options
	policy policy
	owner  string
	lines  map[string]*line
	turned atomic.Int64 // mails turned away by the hourly cap since one last passed
	room   int          // mails in hand at once
	aged   time.Time    // when no resting account's mail was too old; only the claiming loop's
	kick   chan struct{}
}

// New makes a Submitter for the accounts, by the name that Item.Account bears;
// "" is the global one, which also serves names that have no account.
func New(q Queue, accounts map[string]Account, o Options) (*Submitter, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("read submission options: %w", err)
	}
	s := &Submitter{
		queue:  q,
		opts:   o,
		policy: policy{retry: o.Retry, giveUp: o.GiveUp},
		owner:  fmt.Sprintf("%s-%d-%s", o.Hostname, os.Getpid(), rand.Text()[:8]),
		lines:  make(map[string]*line, len(accounts)),
		kick:   make(chan struct{}, 1),
	}
	for _, name := range slices.Sorted(maps.Keys(accounts)) {
		if err := accounts[name].validate(); err != nil {
			return nil, fmt.Errorf("read smtp account %q: %w", name, err)
		}
		l := newLine(name, accounts[name])
		s.lines[name] = l
		s.room += perSession * cap(l.slots)
	}
	s.room = max(s.room, 8)
	return s, nil
}

// perSession is how many mails are in hand for each session of an account, one
// of them under way: while a backlog is registered the next lot waits for the
// register, and its sessions must not.
const perSession = 32

// handBytes in hand are enough, however few mails they are.
const handBytes = 16 << 20

// Kick tells Run that there may be something to send at once.
func (s *Submitter) Kick() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// pass asks for a place under the hourly cap.
func (s *Submitter) pass(ctx context.Context, now time.Time) (ok bool, next time.Time, err error) {
	if s.opts.MailPerHour <= 0 {
		return true, time.Time{}, nil
	}
	granted, next, err := s.queue.Pass(ctx, now, s.opts.MailPerHour, 1, int(s.turned.Load()))
	if ok = granted == 1; ok {
		s.turned.Store(0)
	} else {
		s.turned.Add(1)
	}
	return ok, next, err
}

// lotPass are places under the hourly cap that a claimed lot took together, where
// one by one each would wait for the register.
type lotPass struct {
	at   time.Time
	mu   sync.Mutex
	left int // places not used
	hold int // mails of the lot that may still use one
}

// passLot takes places for the mails of a lot whose accounts do not rest. nil
// says that each mail asks for itself.
func (s *Submitter) passLot(ctx context.Context, items []Item, now time.Time) *lotPass {
	want := 0
	for _, it := range items {
		if l := s.line(it.Account); l != nil && !it.Bypass {
			if until, _ := l.gate(now); until.IsZero() {
				want++
			}
		}
	}
	if want < 2 || s.opts.MailPerHour <= 0 {
		return nil
	}
	granted, _, err := s.queue.Pass(ctx, now, s.opts.MailPerHour, want, 0)
	if err != nil || granted == 0 {
		return nil
	}
	s.turned.Store(0)
	return &lotPass{at: now, left: granted, hold: len(items)}
}

// take uses a place.
func (p *lotPass) take() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == 0 {
		return false
	}
	p.left--
	return true
}

// leave is called when a mail of the lot is done with; the last gives back the
// places that nobody used.
func (s *Submitter) leave(ctx context.Context, p *lotPass) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.hold--
	rest := 0
	if p.hold == 0 {
		rest, p.left = p.left, 0
	}
	p.mu.Unlock()
	if rest > 0 {
		// At worst a few mails of this hour count for nothing.
		_ = s.queue.PassBack(context.WithoutCancel(ctx), p.at, rest)
	}
}

// Run sends what falls due until ctx is done. Then it starts nothing new, lets
// a started DATA end within bounds, and returns nil.
func (s *Submitter) Run(ctx context.Context) error {
	var (
		hands sync.WaitGroup
		probe sync.WaitGroup
		done  = make(chan int64, 2*s.room)
		busy  = 0
		held  atomic.Int64 // bytes of the mails in hand
		// Beside the lots are the mails that wait for a session without being
		// claimed.
		waiting = map[int64]bool{} // true for one in doubt
		looked  time.Time          // for them
	)
	defer func() {
		hands.Wait()
		probe.Wait()
		s.Close()
	}()
	probe.Go(func() { s.probe(ctx) })
	for ctx.Err() == nil {
		// One claim for many: each is a transaction that waits for the disk.
		want := 0
		if busy <= s.room/2 && held.Load() < handBytes {
			want = s.room - busy
		}
		items, err := s.claim(ctx, s.opts.Now(), want)
		if err != nil && ctx.Err() == nil {
			s.opts.Logger.Error("claim outgoing mail", "err", err)
		}
		pass := s.passLot(ctx, items, s.opts.Now())
		for _, it := range items {
			busy++
			held.Add(int64(len(it.Raw)))
			hands.Go(func() {
				s.handle(ctx, it, s.opts.Now, turn{passed: pass})
				held.Add(-int64(len(it.Raw)))
				done <- 0
			})
		}
		var singles []Single
		if want > 0 || time.Since(looked) > s.opts.Poll {
			looked = time.Now()
			singles = s.dueSingles(ctx, s.opts.Now(), waiting)
		}
		for _, a := range singles {
			waiting[a.ID] = a.InDoubt
			hands.Go(func() {
				s.single(ctx, a, s.opts.Now)
				done <- a.ID
			})
		}
		wait := s.opts.Poll
		if err == nil && want > 0 && busy < s.room {
			wait = s.untilDue(ctx, len(items) > 0)
		}
		for _, id := range s.await(ctx, wait, done) {
			if id == 0 {
				busy--
			}
			delete(waiting, id)
		}
		for _, l := range s.lines {
			l.prune(s.opts.Timeouts.Idle, false)
		}
	}
	return nil
}

// dueSingles lists the mails to be claimed one by one that do not wait already.
func (s *Submitter) dueSingles(ctx context.Context, now time.Time, waiting map[int64]bool) []Single {
	if ctx.Err() != nil || len(waiting) >= s.room {
		return nil
	}
	in, some := s.scope(now)
	if !some {
		return nil
	}
	all, err := s.queue.DueSingles(ctx, now, in, s.room)
	if err != nil && ctx.Err() == nil {
		s.opts.Logger.Error("list due mail", "err", err)
	}
	suspect := slices.Contains(slices.Collect(maps.Values(waiting)), true)
	all = slices.DeleteFunc(all, func(a Single) bool {
		_, waits := waiting[a.ID]
		if waits || a.InDoubt && suspect {
			return true
		}
		suspect = suspect || a.InDoubt
		return false
	})
	return all[:min(len(all), s.room-len(waiting))]
}

// await sleeps until there may be work, and returns whose hands came free: the
// id of a single, 0 for any other mail.
func (s *Submitter) await(ctx context.Context, wait time.Duration, done <-chan int64) (freed []int64) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-s.kick:
	case <-timer.C:
	case id := <-done:
		freed = append(freed, id)
	}
	for {
		select {
		case id := <-done:
			freed = append(freed, id)
		default:
			return freed
		}
	}
}

// untilDue is how long Run may sleep, Poll at most: rows are also written by
// other processes, which cannot kick. Rows that are due and were not given to
// us (a pause, another gateway) are no reason to ask again at once.
func (s *Submitter) untilDue(ctx context.Context, claimed bool) time.Duration {
	now := s.opts.Now()
	next, err := s.queue.NextDue(ctx)
	if err != nil || next.IsZero() || (!claimed && !next.After(now)) {
		return s.opts.Poll
	}
	return min(max(next.Sub(now), 50*time.Millisecond), s.opts.Poll)
}

// Step claims what is due at now, attempts it, notes the outcomes and returns
// the number of mails it handled. now stands for the whole step.
func (s *Submitter) Step(ctx context.Context, now time.Time) (int, error) {
	items, err := s.claim(ctx, now, s.room)
	if err != nil {
		return 0, err
	}
	var hands sync.WaitGroup
	clock := func() time.Time { return now }
	pass := s.passLot(ctx, items, now)
	for _, it := range items {
		hands.Go(func() { s.handle(ctx, it, clock, turn{passed: pass}) })
	}
	hands.Wait()
	var alone atomic.Int64
	for before := int64(-1); before < alone.Load() && ctx.Err() == nil; {
		before = alone.Load()
		for _, a := range s.dueSingles(ctx, now, nil) {
			hands.Go(func() {
				if s.single(ctx, a, clock) {
					alone.Add(1)
				}
			})
		}
		hands.Wait()
	}
	return len(items) + int(alone.Load()), nil
}

// Close ends idle sessions. Run does this by itself.
func (s *Submitter) Close() {
	for _, l := range s.lines {
		l.prune(0, true)
	}
}

// Status returns the state of every account, ordered by name.
func (s *Submitter) Status() []Status {
	out := make([]Status, 0, len(s.lines))
	for _, l := range s.lines {
		out = append(out, l.snapshot())
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Account, b.Account) })
	return out
}

// Check connects, logs in and takes leave.
func Check(ctx context.Context, a Account) error {
	if err := a.validate(); err != nil {
		return fmt.Errorf("read smtp account: %w", err)
	}
	o, err := Options{}.withDefaults()
	if err != nil {
		return err
	}
	s, e := open(ctx, a, o.Hostname, o.Timeouts)
	if e != nil {
		return e
	}
	s.quit()
	return nil
}
