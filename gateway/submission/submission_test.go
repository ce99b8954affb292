package submission

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/store"
)

func TestSendsBytesUnchanged(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	it := letter(1, "dlc@jxw.example", "slya@jxw.example")
	q := newHeap(it)
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})

	if n := stepAt(t, sub, morning); n != 1 {
		t.Fatalf("Step handled %d mails, want 1", n)
	}
	want := []received{{From: it.From, To: it.To, Body: string(it.Raw)}}
	if d := cmp.Diff(want, s.snapshot()); d != "" {
		t.Errorf("received (-want +got):\n%s", d)
	}
	o := q.last(t, 1)
	if o.State != StateSent || o.Error != "" || !o.At.Equal(morning) || len(o.Recipients) != 2 {
		t.Errorf("outcome %+v, want sent to both at %v", o, morning)
	}
	if s.hellos[0] != "gateway.jxw.example" {
		t.Errorf("greeted as %q", s.hellos[0])
	}
	if s.opts[0].EnvelopeID != it.Case {
		t.Errorf("ENVID %q, want %q", s.opts[0].EnvelopeID, it.Case)
	}
	notify := []smtp.DSNNotify{smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed}
	if got := s.rcptOpt[0]; cmp.Diff(notify, got.Notify) != "" || got.OriginalRecipient != it.To[0] {
		t.Errorf("RCPT options %+v", got)
	}
}

func TestReplyClasses(t *testing.T) {
	t.Parallel()
	const a, b = "dlc@jxw.example", "dlc-head@jxw.example"
	for _, tc := range []struct {
		name   string
		script func(*sink)
		answer bool
		want   Outcome
		bodies int // mails taken
	}{
		{
			name:   "one of two refused for good",
			script: func(s *sink) { s.rcpt[a] = []error{reply(550, smtp.EnhancedCode{5, 1, 1}, "no such user")} },
			want: Outcome{State: StateFailed, Error: "permanent: RCPT: 550 5.1.1 no such user", Recipients: []RecipientResult{
				{Address: a, State: StateFailed, Code: 550, Enhanced: "5.1.1", Text: "no such user"}, {Address: b, State: StateSent}}},
			bodies: 1,
		},
		{
			name:   "one of two later",
			script: func(s *sink) { s.rcpt[b] = []error{reply(450, smtp.EnhancedCode{4, 2, 0}, "greylisted")} },
			want: Outcome{State: StateQueued, Next: morning.Add(time.Minute), Error: "temporary: RCPT: 450 4.2.0 greylisted", Recipients: []RecipientResult{
				{Address: b, State: StateQueued, Code: 450, Enhanced: "4.2.0", Text: "greylisted"}, {Address: a, State: StateSent}}},
			bodies: 1,
		},
		{
			name:   "full box is temporary",
			script: func(s *sink) { s.data = []error{reply(552, smtp.EnhancedCode{5, 2, 2}, "over quota")} },
			want: Outcome{State: StateQueued, Next: morning.Add(time.Minute), Error: "temporary: end of data: 552 5.2.2 over quota", Recipients: []RecipientResult{
				{Address: a, State: StateQueued, Code: 552, Enhanced: "5.2.2", Text: "over quota"},
				{Address: b, State: StateQueued, Code: 552, Enhanced: "5.2.2", Text: "over quota"}}},
		},
		{
			name:   "content refused, an answer too",
			answer: true,
			script: func(s *sink) { s.data = []error{reply(554, smtp.EnhancedCode{5, 7, 1}, "content")} },
			want: Outcome{State: StateFailed, Error: "permanent: end of data: 554 5.7.1 content", Recipients: []RecipientResult{
				{Address: a, State: StateFailed, Code: 554, Enhanced: "5.7.1", Text: "content"},
				{Address: b, State: StateFailed, Code: 554, Enhanced: "5.7.1", Text: "content"}}},
		},
		{
			name:   "sender refused for now",
			script: func(s *sink) { s.mail = []error{reply(451, smtp.EnhancedCode{4, 7, 1}, "later")} },
			want: Outcome{State: StateQueued, Next: morning.Add(time.Minute), Error: "temporary: MAIL: 451 4.7.1 later", Recipients: []RecipientResult{
				{Address: a, State: StateQueued, Code: 451, Enhanced: "4.7.1", Text: "later"},
				{Address: b, State: StateQueued, Code: 451, Enhanced: "4.7.1", Text: "later"}}},
		},
		{
			name:   "bad sequence speaks of no mail",
			script: func(s *sink) { s.mail = []error{reply(503, smtp.EnhancedCode{5, 5, 1}, "nested MAIL")} },
			want: Outcome{State: StateQueued, Next: morning.Add(time.Minute), Error: "temporary: MAIL: 503 5.5.1 nested MAIL", Recipients: []RecipientResult{
				{Address: a, State: StateQueued, Code: 503, Enhanced: "5.5.1", Text: "nested MAIL"},
				{Address: b, State: StateQueued, Code: 503, Enhanced: "5.5.1", Text: "nested MAIL"}}},
		},
		{
			name:   "room for one recipient only",
			script: func(s *sink) { s.limit = 1 },
			want:   Outcome{State: StateSent, Recipients: []RecipientResult{{Address: a, State: StateSent}, {Address: b, State: StateSent}}},
			bodies: 2,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSink(t, nil)
			tc.script(s)
			it := letter(1, a, b)
			it.Answer = tc.answer
			q := newHeap(it, letter(2, "xxzx@jxw.example"))
			q.rows[2].item.Due = morning.Add(time.Second)
			sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
			stepAt(t, sub, morning)
			tc.want.At = morning
			if d := cmp.Diff(tc.want, q.last(t, 1)); d != "" {
				t.Errorf("outcome (-want +got):\n%s", d)
			}
			if got := len(s.snapshot()); got != tc.bodies {
				t.Errorf("server took %d mails, want %d", got, tc.bodies)
			}
			// The next mail must not suffer from what was left open.
			stepAt(t, sub, morning.Add(time.Second))
			if o := q.last(t, 2); o.State != StateSent {
				t.Errorf("next mail: %+v, want sent", o)
			}
			if s.conns != 1 {
				t.Errorf("%d connections for two mails, want 1", s.conns)
			}
		})
	}
}

func TestOnlyOutstandingRecipientsAreRetried(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	busy := reply(451, smtp.EnhancedCode{4, 3, 0}, "busy")
	s.rcpt["b@jxw.example"] = []error{busy, busy}
	s.rcpt["c@jxw.example"] = []error{reply(550, smtp.EnhancedCode{5, 1, 1}, "gone")}
	q := newHeap(letter(1, "a@jxw.example", "b@jxw.example", "c@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{Retry: []time.Duration{time.Minute, time.Hour}})

	now := morning
	for _, pause := range []time.Duration{time.Minute, time.Hour} {
		stepAt(t, sub, now)
		o := q.last(t, 1)
		if o.State != StateQueued || !o.Next.Equal(now.Add(pause)) {
			t.Fatalf("outcome %+v, want queued until %v", o, now.Add(pause))
		}
		if n := stepAt(t, sub, o.Next.Add(-time.Second)); n != 0 {
			t.Fatalf("tried before its time")
		}
		now = o.Next
	}
	stepAt(t, sub, now)
	if o := q.last(t, 1); o.State != StateSent {
		t.Fatalf("outcome %+v, want sent", o)
	}
	var to [][]string
	for _, r := range s.snapshot() {
		to = append(to, r.To)
	}
	if d := cmp.Diff([][]string{{"a@jxw.example"}, {"b@jxw.example"}}, to); d != "" {
		t.Errorf("served (-want +got):\n%s", d)
	}
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	busy := reply(451, smtp.EnhancedCode{4, 3, 0}, "busy")
	s.rcpt["a@jxw.example"] = []error{busy, busy, busy}
	q := newHeap(letter(1, "a@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	stepAt(t, sub, morning.Add(5*24*time.Hour-time.Second))
	if o := q.last(t, 1); o.State != StateQueued {
		t.Fatalf("before the limit: %+v, want queued", o)
	}
	stepAt(t, sub, morning.Add(6*24*time.Hour))
	o := q.last(t, 1)
	if o.State != StateFailed || !strings.Contains(o.Error, "given up") || o.Recipients[0].State != StateFailed {
		t.Errorf("after the limit: %+v, want given up", o)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.password = "right"
	given := "right"
	a := s.account()
	a.Username, a.Password = "wsxf", func() (string, error) { return given, nil }
	q := newHeap(letter(1, "a@jxw.example"), letter(2, "b@jxw.example"))
	q.rows[2].item.Due = morning.Add(time.Minute)
	sub := newSubmitter(t, q, map[string]Account{"": a}, Options{})
	stepAt(t, sub, morning)
	if o := q.last(t, 1); o.State != StateSent {
		t.Fatalf("right password: %+v", o)
	}

	given = "wrong"
	sub.lines[""].prune(0, false) // the kept session is logged in
	stepAt(t, sub, morning.Add(time.Minute))
	o := q.last(t, 2)
	if o.State != StateQueued || !o.Next.Equal(morning.Add(time.Minute+refusedGate)) {
		t.Errorf("wrong password: %+v, want queued until the account may be tried again", o)
	}
	st := sub.Status()[0]
	if !st.Refused || !st.Since.Equal(morning.Add(time.Minute)) {
		t.Errorf("status %+v, want refused", st)
	}
	q.mu.Lock()
	q.rows[2].item.Due = morning.Add(2 * time.Minute)
	q.mu.Unlock()
	stepAt(t, sub, morning.Add(2*time.Minute))
	if s.refused != 1 {
		t.Errorf("%d refused logins while the account rests, want 1", s.refused)
	}
	given = "right"
	stepAt(t, sub, morning.Add(time.Hour))
	if o := q.last(t, 2); o.State != StateSent {
		t.Errorf("after the rest: %+v, want sent", o)
	}
	if st := sub.Status()[0]; st != (Status{}) {
		t.Errorf("status %+v, want well", st)
	}
}

func TestDeadAccountHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port := splitAddr(t, l.Addr())
	_ = l.Close() // nobody listens
	var items []Item
	for i := range int64(30) {
		it := letter(i+1, "a@jxw.example")
		it.Account = "dead"
		items = append(items, it)
	}
	items = append(items, letter(100, "b@jxw.example"))
	q := newHeap(items...)
	q.rows[100].item.Due = morning.Add(time.Second)
	sub := newSubmitter(t, q, map[string]Account{
		"": s.account(), "dead": {Host: host, Port: port, TLS: TLSNone},
	}, Options{})
	now := morning.Add(time.Second)
	for range 10 {
		if stepAt(t, sub, now) == 0 {
			break
		}
	}
	if o := q.last(t, 100); o.State != StateSent {
		t.Errorf("mail of the living account: %+v, want sent", o)
	}
	tried := 0
	for i := range int64(30) {
		for _, o := range q.rows[i+1].outcomes {
			tried++
			if o.State != StateQueued || !o.Next.Equal(now.Add(time.Minute)) {
				t.Fatalf("mail of the dead account: %+v, want queued until %v", o, now.Add(time.Minute))
			}
		}
	}
	if tried == 0 || tried > sub.room {
		t.Errorf("%d mails of the dead account were tried, want some and at most %d", tried, sub.room)
	}
}

func TestCapAndRate(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	var items []Item
	for i := range int64(6) {
		it := letter(i+1, fmt.Sprintf("a%d@jxw.example", i))
		it.Bypass = i >= 4
		items = append(items, it)
	}
	q := newHeap(items...)
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{MailPerHour: 2})
	stepAt(t, sub, morning)
	var sent, put int
	for i := range int64(6) {
		switch o := q.last(t, i+1); {
		case o.State == StateSent:
			sent++
		case o.State == StateQueued && o.Next.Equal(morning.Add(time.Hour)):
			put++
		default:
			t.Errorf("item %d: %+v", i+1, o)
		}
	}
	if sent != 4 || put != 2 {
		t.Errorf("%d sent and %d put off, want 4 (two of them passing the cap) and 2", sent, put)
	}
	stepAt(t, sub, morning.Add(time.Hour))
	if got := len(s.snapshot()); got != 6 {
		t.Errorf("an hour later %d sent, want 6", got)
	}
}

func TestPauseStopsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap(letter(1, "a@jxw.example"))
	q.paused = true
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	if n := stepAt(t, sub, morning); n != 0 {
		t.Errorf("handled %d mails while paused", n)
	}
	// A pause that comes after the claim is heard too.
	o := sub.attempt(t.Context(), letter(1, "a@jxw.example"), func() time.Time { return morning }, turn{})
	if o.State != StateQueued || len(s.snapshot()) != 0 {
		t.Errorf("paused after the claim: %+v", o)
	}
}

func TestCrashFound(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	answer := letter(1, "citizen@mail.example")
	answer.Answer = true
	q := newHeap(answer, letter(2, "dlc@jxw.example"), letter(3, "dlc@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	if _, err := q.Claim(t.Context(), morning, "a process that died", Scope{}, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := q.ClaimSingle(t.Context(), morning, "a process that died", 1); err != nil {
		t.Fatal(err)
	}
	q.rows[3].item.Attempts = crashesAllowed
	stepAt(t, sub, morning.Add(Longest))
	got := map[int64]string{1: q.last(t, 1).State, 2: q.last(t, 2).State, 3: q.last(t, 3).State}
	want := map[int64]string{1: StateDoubtful, 2: StateSent, 3: StateHeld}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
	if len(s.snapshot()) != 1 {
		t.Errorf("%d mails sent, want only the ordinary one", len(s.snapshot()))
	}
}

// An answer that waits for a session is not claimed: were the gateway killed
// now, a person would have to find out about an answer that was never tried.
func TestAnswerIsClaimedLast(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.block = make(chan struct{})
	answer := letter(9, "citizen@mail.example")
	answer.Answer, answer.Due = true, morning.Add(time.Minute)
	q := newHeap(letter(1, "dlc@jxw.example"), letter(2, "dlc@jxw.example"), answer)
	account := s.account()
	account.Connections = 1
	var passed atomic.Int64
	now := func() time.Time { return morning.Add(time.Duration(passed.Load())) }
	sub := newSubmitter(t, q, map[string]Account{"": account}, Options{Now: now})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- sub.Run(ctx) }()
	<-s.inData // another mail has the only session
	passed.Store(int64(time.Minute))
	sub.Kick()
	<-q.listed
	q.mu.Lock()
	state := q.rows[9].state
	q.mu.Unlock()
	if state != StateQueued {
		t.Errorf("the answer that waits for a session is %s, want %s", state, StateQueued)
	}
	close(s.block)
	for range 3 {
		<-q.noted
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if o := q.last(t, 9); o.State != StateSent {
		t.Errorf("the answer: %+v, want sent", o)
	}
}

// A mail that waited in a dead process's lot is not blamed for more than that: its
// next attempt is counted when it is made, however often the process dies before.
func TestLotIsNotBlamed(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap(letter(1, "dlc@jxw.example"), letter(2, "dlc@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	now := morning
	for range 3 * crashesAllowed {
		if _, err := q.Claim(t.Context(), now, "a process that died", Scope{}, 10); err != nil {
			t.Fatal(err)
		}
		now = now.Add(Longest)
	}
	stepAt(t, sub, now)
	for id := range int64(2) {
		if o := q.last(t, id+1); o.State != StateSent {
			t.Errorf("item %d: %+v, want sent", id+1, o)
		}
	}
}

// Of the mails found in a dead process's hands one is tried at a time, however
// many sessions are free: another death is then the fault of one.
func TestSuspectsOneByOne(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.block = make(chan struct{})
	q := newHeap(letter(1, "dlc@jxw.example"), letter(2, "dlc@jxw.example"), letter(3, "dlc@jxw.example"))
	if _, err := q.Claim(t.Context(), morning, "a process that died", Scope{}, 10); err != nil {
		t.Fatal(err)
	}
	account := s.account()
	account.Connections = 3
	sub := newSubmitter(t, q, map[string]Account{"": account}, Options{Now: func() time.Time { return morning.Add(Longest) }})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- sub.Run(ctx) }()
	<-s.inData
	<-q.listed // the look that found the first
	sub.Kick()
	<-q.listed // another look, with sessions free
	q.mu.Lock()
	attempts := q.rows[1].item.Attempts + q.rows[2].item.Attempts + q.rows[3].item.Attempts
	q.mu.Unlock()
	if attempts != 4 {
		t.Errorf("%d attempts were counted, want the three that were cut short and one", attempts)
	}
	close(s.block)
	for range 3 {
		<-q.noted
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for id := range int64(3) {
		if o := q.last(t, id+1); o.State != StateSent {
			t.Errorf("item %d: %+v, want sent", id+1, o)
		}
	}
}

func TestUTF8OnlyWhereNeeded(t *testing.T) {
	t.Parallel()
	for _, offered := range []bool{false, true} {
		s := newSink(t, func(srv *smtp.Server) { srv.EnableSMTPUTF8 = offered })
		q := newHeap(letter(1, "dlc@jxw.example", "来信@jxw.example"), letter(2, "dlc@jxw.example"))
		q.rows[2].item.Due = morning.Add(time.Second)
		sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
		stepAt(t, sub, morning)
		stepAt(t, sub, morning.Add(time.Second))
		want := map[bool][]string{false: {"dlc@jxw.example"}, true: {"dlc@jxw.example", "来信@jxw.example"}}[offered]
		if d := cmp.Diff(want, s.snapshot()[0].To); d != "" {
			t.Errorf("offered %v: served (-want +got):\n%s", offered, d)
		}
		if s.opts[0].UTF8 != offered || s.opts[1].UTF8 {
			t.Errorf("offered %v: asked for SMTPUTF8 %v, %v", offered, s.opts[0].UTF8, s.opts[1].UTF8)
		}
		if o := q.last(t, 1); (o.State == StateSent) != offered {
			t.Errorf("offered %v: outcome %+v", offered, o)
		}
	}
}

func TestEnvelopeInjection(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap(letter(1, "a@jxw.example>\r\nRCPT TO:<b@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	stepAt(t, sub, morning)
	if o := q.last(t, 1); o.State != StateHeld {
		t.Errorf("outcome %+v, want held", o)
	}
}

func TestNoteIsRepeated(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap(letter(1, "a@jxw.example"))
	q.refuse = 2
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	stepAt(t, sub, morning)
	if o := q.last(t, 1); o.State != StateSent {
		t.Errorf("outcome %+v, want sent", o)
	}
}

func TestPanicHoldsTheMailOnly(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.password = "right"
	a := s.account()
	panics := true
	a.Username, a.Password = "wsxf", func() (string, error) {
		if panics {
			panics = false
			panic("a bug")
		}
		return "right", nil
	}
	q := newHeap(letter(1, "a@jxw.example"), letter(2, "b@jxw.example"))
	sub := newSubmitter(t, q, map[string]Account{"": a}, Options{})
	stepAt(t, sub, morning)
	states := map[string]int{}
	for id := range int64(2) {
		states[q.last(t, id+1).State]++
	}
	if d := cmp.Diff(map[string]int{StateHeld: 1, StateSent: 1}, states); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
}

func TestLateOutcomeIsDropped(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap(letter(1, "a@jxw.example"))
	q.refuse, q.refusal = 1, fmt.Errorf("note outcome: %w", store.ErrState)
	sub := newSubmitter(t, q, map[string]Account{"": s.account()}, Options{})
	stepAt(t, sub, morning)
	if n := len(q.rows[1].outcomes); n != 0 {
		t.Errorf("%d outcomes noted after the row was lost, want none", n)
	}
}

func TestRunKicksAndStops(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	q := newHeap()
	sub := newSubmitter(t, q, map[string]Account{"": s.account()},
		Options{Now: func() time.Time { return morning }, Poll: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sub.Run(ctx) }()

	q.mu.Lock()
	it := letter(1, "a@jxw.example")
	it.Due, it.Created = morning, morning
	q.rows[1] = &row{item: it, state: StateQueued}
	q.mu.Unlock()
	sub.Kick()
	<-q.noted

	// A DATA that is under way at the stop ends.
	s.mu.Lock()
	s.block = make(chan struct{})
	s.mu.Unlock()
	<-s.inData
	q.mu.Lock()
	it = letter(2, "b@jxw.example")
	it.Due, it.Created = morning, morning
	q.rows[2] = &row{item: it, state: StateQueued}
	q.mu.Unlock()
	sub.Kick()
	<-s.inData
	cancel()
	close(s.block)
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if o := q.last(t, 2); o.State != StateSent {
		t.Errorf("mail under way: %+v, want sent", o)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]Account{
		"clear text beyond loopback": {Host: "smtp.jxw.example", Port: 25, TLS: TLSNone},
		"no host":                    {Port: 25, TLS: TLSImplicit},
		"no port":                    {Host: "smtp.jxw.example", TLS: TLSImplicit},
		"unknown tls":                {Host: "smtp.jxw.example", Port: 25, TLS: "maybe"},
	} {
		if _, err := New(newHeap(), map[string]Account{"": a}, Options{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := newSink(t, nil)
	s.password = "right"
	a := s.account()
	a.Username, a.Password = "wsxf", func() (string, error) { return "right", nil }
	if err := Check(t.Context(), a); err != nil {
		t.Errorf("Check: %v", err)
	}
	a.Password = func() (string, error) { return "wrong", nil }
	var e *Error
	if err := Check(t.Context(), a); !errors.As(err, &e) || e.Class != Refused || e.Code != 535 {
		t.Errorf("Check with a wrong password: %v, want a refused login", err)
	}
}
