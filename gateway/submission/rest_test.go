package submission

import (
	"context"
	"net"
	"testing"
	"time"
)

// many are n mails of an account.
func many(n int, account string) []Item {
	items := make([]Item, 0, n)
	for i := range int64(n) {
		it := letter(i+1, "a@jxw.example")
		it.Account = account
		items = append(items, it)
	}
	return items
}

// nobody is an account at whose port nobody listens.
func nobody(t *testing.T) Account {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port := splitAddr(t, l.Addr())
	_ = l.Close()
	return Account{Host: host, Port: port, TLS: TLSNone, Connections: 1}
}

// outcomes is how often a mail was claimed and noted, all mails together.
func (h *heap) outcomes() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rows {
		n += len(r.outcomes)
	}
	return n
}

// What waits for a server that is away is not touched again and again: a day
// without the server would fill log and register with nothing.
func TestRestingAccountIsLeftAlone(t *testing.T) {
	t.Parallel()
	q := newHeap(many(500, "")...)
	q.noted = make(chan struct{}, 100_000)
	sub := newSubmitter(t, q, map[string]Account{"": nobody(t)}, Options{})
	rests := 0
	for now := morning; now.Before(morning.Add(3 * time.Hour)); now = now.Add(5 * time.Second) {
		if until, _ := sub.lines[""].gate(now); until.IsZero() {
			rests++
		}
		stepAt(t, sub, now)
	}
	if n := q.outcomes(); rests < 10 || n > rests*sub.room {
		t.Errorf("%d attempts while the account rested %d times; %d mails are in hand at once", n, rests, sub.room)
	}
}

// A server that takes the connection and says nothing holds every session for a
// minute. The mails that wait for one meanwhile wait where they are.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // whom nobody accepts the kernel does
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host, port := splitAddr(t, l.Addr())
	q := newHeap(many(2000, "")...)
	q.noted = make(chan struct{}, 100_000)
	sub := newSubmitter(t, q, map[string]Account{"": {Host: host, Port: port, TLS: TLSNone, Connections: 2}}, Options{
		Now: func() time.Time { return morning }, Poll: 20 * time.Millisecond,
		Timeouts: Timeouts{Command: slotPatience + time.Second},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sub.Run(ctx) }()
	for until := (time.Time{}); until.IsZero(); until, _ = sub.lines[""].gate(morning) {
		<-q.noted
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := q.outcomes(); n > 3*sub.room {
		t.Errorf("%d attempts at 2 sessions, both of them hanging; %d mails are in hand at once", n, sub.room)
	}
}

// Answers are claimed one by one; those of a dead account are not in the way of
// the others'.
func TestRestingAnswersHoldUpNothing(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	items := many(100, "dead")
	last := letter(1000, "b@jxw.example")
	last.Created = morning.Add(time.Second)
	items = append(items, last)
	for i := range items {
		items[i].Answer = true
	}
	q := newHeap(items...)
	sub := newSubmitter(t, q, map[string]Account{"": s.account(), "dead": nobody(t)}, Options{})
	for range 3 {
		stepAt(t, sub, morning.Add(2*time.Second))
	}
	if n := len(s.snapshot()); n != 1 {
		t.Errorf("%d answers of the living account were sent, want 1", n)
	}
}

// Time passes also for mail whose account rests: after five days it has failed,
// and somebody hears of it.
func TestGivesUpWhileResting(t *testing.T) {
	t.Parallel()
	q := newHeap(many(100, "")...)
	sub := newSubmitter(t, q, map[string]Account{"": nobody(t)}, Options{})
	end := morning.Add(5 * 24 * time.Hour)
	stepAt(t, sub, end.Add(-time.Second))
	if until, _ := sub.lines[""].gate(end); until.IsZero() {
		t.Fatal("the account does not rest")
	}
	for range 100 {
		if stepAt(t, sub, end.Add(time.Second)) == 0 {
			break
		}
	}
	failed := 0
	for _, r := range q.rows {
		if r.state == StateFailed {
			failed++
		}
	}
	// Those in hand when the account failed wait for it a minute more.
	if failed < 100-sub.room || failed == 100 {
		t.Errorf("%d of 100 mails failed after five days, want all but the last %d that were tried", failed, sub.room)
	}
}
