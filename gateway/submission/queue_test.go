package submission

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

var morning = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 8*3600))

// heap is a Queue in memory with the register's rules.
type heap struct {
	mu     sync.Mutex
	rows   map[int64]*row
	paused bool
	cap    limiter
	noted  chan struct{} // a token for every Note
	listed chan struct{} // a token when an answer was shown to be due
	refuse int           // Notes to refuse first
	// refusal is the error of a refused Note, a passing one by default.
	refusal error
}

type row struct {
	item     Item
	state    string
	outcomes []Outcome
}

func newHeap(items ...Item) *heap {
	h := &heap{rows: map[int64]*row{}, noted: make(chan struct{}, 1000), listed: make(chan struct{}, 1)}
	for _, it := range items {
		it.Created = cmp.Or(it.Created, morning)
		it.Due = cmp.Or(it.Due, it.Created)
		it.To = slices.Clone(it.To)
		h.rows[it.ID] = &row{item: it, state: StateQueued}
	}
	return h
}

func (h *heap) Claim(_ context.Context, now time.Time, _ string, in Scope, n int) ([]Item, error) {
	return h.take(now, n, false, 0, in), nil
}

func (h *heap) DueSingles(_ context.Context, now time.Time, in Scope, n int) ([]Single, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []Single
	if h.paused {
		return nil, nil
	}
	for _, r := range h.due(now, true, 0, in) {
		list = append(list, Single{ID: r.item.ID, Account: r.item.Account, InDoubt: r.state == "sending"})
	}
	if len(list) > 0 {
		select {
		case h.listed <- struct{}{}:
		default:
		}
	}
	return list[:min(n, len(list))], nil
}

func (h *heap) ClaimSingle(_ context.Context, now time.Time, _ string, id int64) ([]Item, error) {
	return h.take(now, 1, true, id, Scope{}), nil
}

// due are the rows that may be claimed: in lots or one by one, all or one of
// them, of a scope.
func (h *heap) due(now time.Time, single bool, id int64, in Scope) []*row {
	var due []*row
	for _, r := range h.rows {
		if slices.Contains(in.Accounts, r.item.Account) != in.Only && !r.item.Created.Before(in.Before) {
			continue
		}
		if single == (r.item.Answer || r.state == "sending") && (id == 0 || r.item.ID == id) && (r.state == StateQueued || r.state == "sending") && !r.item.Due.After(now) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(a, b *row) int {
		return cmp.Or(a.item.Due.Compare(b.item.Due), cmp.Compare(a.item.ID, b.item.ID))
	})
	return due
}

func (h *heap) take(now time.Time, n int, single bool, id int64, in Scope) []Item {
	h.mu.Lock()
	defer h.mu.Unlock()
	due := h.due(now, single, id, in)
	var out []Item
	for _, r := range due[:min(n, len(due))] {
		r.item.Attempts++
		r.item.InDoubt = r.state == "sending"
		r.item.Due = now.Add(Longest)
		r.state = "sending"
		it := r.item
		it.To = slices.Clone(it.To)
		out = append(out, it)
	}
	return out
}

func (h *heap) Note(_ context.Context, id int64, o Outcome) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse > 0 {
		h.refuse--
		return cmp.Or(h.refusal, error(context.DeadlineExceeded))
	}
	r := h.rows[id]
	r.state = o.State
	r.outcomes = append(r.outcomes, o)
	r.item.Due = o.Next
	for _, res := range o.Recipients {
		if res.State != StateQueued {
			r.item.To = slices.DeleteFunc(r.item.To, func(a string) bool { return a == res.Address })
		}
	}
	h.noted <- struct{}{}
	return nil
}

func (h *heap) NextDue(context.Context) (time.Time, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var next time.Time
	for _, r := range h.rows {
		if r.state == StateQueued && (next.IsZero() || r.item.Due.Before(next)) {
			next = r.item.Due
		}
	}
	return next, nil
}

func (h *heap) Pass(_ context.Context, now time.Time, n, want, _ int) (granted int, next time.Time, err error) {
	h.mu.Lock()
	h.cap.n = n
	h.mu.Unlock()
	for ; granted < want; granted++ {
		ok, again := h.cap.take(now)
		if !ok {
			if granted == 0 {
				next = again
			}
			break
		}
	}
	return granted, next, nil
}

func (h *heap) PassBack(_ context.Context, passed time.Time, n int) error {
	for range n {
		h.cap.giveBack(passed)
	}
	return nil
}

func (h *heap) Paused(context.Context) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.paused, nil
}

// last returns the latest outcome of a row.
func (h *heap) last(t *testing.T, id int64) Outcome {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.rows[id].outcomes
	if len(o) == 0 {
		t.Fatalf("item %d: no outcome noted", id)
	}
	return o[len(o)-1]
}

// letter is an ordinary outgoing mail.
func letter(id int64, to ...string) Item {
	return Item{
		ID: id, Case: "SFJX-2026-000001", Kind: "dispatch", From: "wsxf@jxw.example", To: to,
		MessageID: "fixed@jxw.example",
		Raw:       []byte("From: <wsxf@jxw.example>\r\nMessage-ID: <fixed@jxw.example>\r\nSubject: test\r\n\r\n.dot line\r\nend\r\n"),
	}
}

// step runs one Step and fails the test on an error.
func stepAt(t *testing.T, s *Submitter, now time.Time) int {
	t.Helper()
	n, err := s.Step(t.Context(), now)
	if err != nil {
		t.Fatalf("Step(%v): %v", now, err)
	}
	return n
}

func newSubmitter(t *testing.T, q Queue, accounts map[string]Account, o Options) *Submitter {
	t.Helper()
	o.Hostname, o.Probe = "gateway.jxw.example", -1 // scripts tell every connection
	if o.Timeouts == (Timeouts{}) {
		o.Timeouts = Timeouts{Dial: 5 * time.Second, Command: 5 * time.Second, Submit: 5 * time.Second, Write: 5 * time.Second}
	}
	s, err := New(q, accounts, o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}
