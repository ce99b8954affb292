package store_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// queue writes a mail.
func (b *bench) queue(id string, change func(*store.Outgoing)) (row int64) {
	b.Helper()
	o := store.Outgoing{
		Kind: "dispatch", To: []string{"Dlc@jxw.example"}, From: "wsxf@jxw.example", Account: "desk", Subject: "转办单",
		MessageID: id, Raw: []byte("Message-ID: <" + id + ">\r\n\r\n正文\r\n"),
	}
	if change != nil {
		change(&o)
	}
	b.update(func(tx *store.Tx) (err error) {
		row, err = tx.Queue(o)
		return err
	})
	return row
}

func (b *bench) claim(owner string, n int) []store.Item {
	b.Helper()
	items, err := b.s.Claim(b.Context(), b.now, owner, store.Scope{}, n)
	if err != nil {
		b.Fatalf("claim: %v", err)
	}
	for _, item := range items {
		if item.Answer {
			b.Errorf("answer %d was claimed in a lot", item.ID)
		}
	}
	singles, err := b.s.DueSingles(b.Context(), b.now, store.Scope{}, n-len(items))
	if err != nil {
		b.Fatalf("due singles: %v", err)
	}
	for _, a := range singles {
		one, err := b.s.ClaimSingle(b.Context(), b.now, owner, a.ID)
		if err != nil || len(one) != 1 || one[0].Account != a.Account {
			b.Fatalf("claim single: %v, %v", one, err)
		}
		twice, err := b.s.ClaimSingle(b.Context(), b.now, owner, a.ID)
		if err != nil || len(twice) != 0 {
			b.Errorf("mail claimed twice: %v, %v", twice, err)
		}
		items = append(items, one...)
	}
	return items
}

func (b *bench) note(id int64, o store.Outcome) {
	b.Helper()
	o.At = b.now
	if err := b.s.Note(b.Context(), id, o); err != nil {
		b.Fatalf("note: %v", err)
	}
}

// stateOf is a mail's state.
func (b *bench) stateOf(id int64) (state string) {
	b.Helper()
	b.view(func(tx *store.Tx) error {
		o, err := tx.Outgoing(id)
		state = o.State
		return err
	})
	return state
}

func exerciseOutgoing(t *testing.T, b *bench) {
	c := b.register(nil)
	var code int64
	b.update(func(tx *store.Tx) (err error) {
		_, code, err = tx.IssueCode(store.CodeGrant{Case: c.Number, Matter: petition.MatterDispatch})
		return err
	})
	first := b.queue("one@jxw.example", func(o *store.Outgoing) {
		o.Case, o.Matter, o.CodeID, o.Letter, o.Revision = c.Number, petition.MatterDispatch, code, 3, 2
		o.To = []string{"Dlc@jxw.example", "dlc-head@jxw.example"}
		o.Answer, o.Bypass = true, true
	})
	b.queue("two@jxw.example", func(o *store.Outgoing) { o.Case, o.Matter = c.Number, petition.MatterDispatch })
	if err := b.probe(func(tx *store.Tx) error {
		_, err := tx.Queue(store.Outgoing{To: []string{"x@x.example"}, MessageID: "one@jxw.example"})
		return err
	}); err == nil {
		t.Error("two mails with one Message-ID")
	}
	b.view(func(tx *store.Tx) error {
		got, err := tx.OutgoingByMessageID("one@jxw.example")
		if err != nil {
			return err
		}
		if !got.Secret(b.now) || got.Secret(b.now.Add(store.CodeLife)) {
			t.Errorf("secret: %v now, %v at the code's end", got.Secret(b.now), got.Secret(b.now.Add(store.CodeLife)))
		}
		raw, err := tx.Blob(got.Blob)
		if err != nil || string(raw) != "Message-ID: <one@jxw.example>\r\n\r\n正文\r\n" {
			t.Errorf("bytes: %q, %v", raw, err)
		}
		if got.ID != first || got.State != store.OutQueued || got.CodeID != code || got.Letter != 3 || got.Revision != 2 ||
			!got.Next.Equal(b.now) || len(got.Recipients) != 2 || !got.Answer || !got.Bypass || got.Case != c.Number {
			t.Errorf("outgoing: %+v", got)
		}
		if diff := cmp.Diff([]string{"Dlc@jxw.example", "dlc-head@jxw.example"}, got.To); diff != "" {
			t.Errorf("to (-want +got):\n%s", diff)
		}
		thread, err := tx.FirstOutgoing(c.Number, petition.MatterDispatch, "dlc@JXW.example")
		if err != nil || thread.ID != first {
			t.Errorf("FirstOutgoing: %d, %v", thread.ID, err)
		}
		_, err = tx.FirstOutgoing(c.Number, petition.MatterApproval, "dlc@jxw.example")
		b.wantErr("FirstOutgoing", err, store.ErrNotFound)
		_, err = tx.OutgoingByMessageID("none")
		b.wantErr("OutgoingByMessageID", err, store.ErrNotFound)
		for name, test := range map[string]struct {
			f    store.OutgoingFilter
			want int
		}{
			"all": {store.OutgoingFilter{}, 2}, "to": {store.OutgoingFilter{To: "DLC-head@jxw.example"}, 1},
			"states": {store.OutgoingFilter{States: []string{store.OutSent}}, 0}, "case": {store.OutgoingFilter{Case: c.Number}, 2},
			"kinds": {store.OutgoingFilter{Kinds: []string{"dispatch", "chase"}}, 2}, "limit": {store.OutgoingFilter{Limit: 1, Newest: true}, 1},
			"until": {store.OutgoingFilter{Until: b.now}, 0},
		} {
			list, err := tx.ListOutgoing(test.f)
			if err != nil || len(list) != test.want {
				t.Errorf("list of %s: %d, %v, want %d", name, len(list), err, test.want)
			}
		}
		return nil
	})
	b.update(func(tx *store.Tx) error { return tx.UseCode(code) })
	b.view(func(tx *store.Tx) error {
		if got, err := tx.Outgoing(first); err != nil || got.Secret(b.now) {
			t.Errorf("still secret behind a used code: %v", err)
		}
		return nil
	})
	exerciseHands(t, b, first)
}

// exerciseHands goes through what a person may do to a mail.
func exerciseHands(t *testing.T, b *bench, id int64) {
	steps := []struct {
		name string
		do   func(tx *store.Tx) error
		want string // "" for ErrState
	}{
		{"release what is not held", func(tx *store.Tx) error { return tx.ReleaseOutgoing(id) }, ""},
		{"hold", func(tx *store.Tx) error { return tx.HoldOutgoing(id) }, store.OutHeld},
		{"hold again", func(tx *store.Tx) error { return tx.HoldOutgoing(id) }, ""},
		{"retry what is held", func(tx *store.Tx) error { return tx.RetryOutgoing(id) }, ""},
		{"release", func(tx *store.Tx) error { return tx.ReleaseOutgoing(id) }, store.OutQueued},
		{"retry", func(tx *store.Tx) error { return tx.RetryOutgoing(id) }, store.OutQueued},
		{"cancel", func(tx *store.Tx) error { return tx.CancelOutgoing(id) }, store.OutCancelled},
		{"retry what was cancelled", func(tx *store.Tx) error { return tx.RetryOutgoing(id) }, ""},
		{"cancel again", func(tx *store.Tx) error { return tx.CancelOutgoing(id) }, ""},
	}
	for _, step := range steps {
		if step.want == "" {
			b.wantErr(step.name, b.probe(step.do), store.ErrState)
			continue
		}
		b.update(step.do)
		if got := b.stateOf(id); got != step.want {
			t.Errorf("%s: state %s, want %s", step.name, got, step.want)
		}
	}
}

func exerciseClaims(t *testing.T, b *bench) {
	due := b.now
	id := b.queue("one@jxw.example", func(o *store.Outgoing) { o.Case = b.register(nil).Number; o.Answer = true })
	b.queue("later@jxw.example", func(o *store.Outgoing) { o.Due = b.now.Add(time.Hour) })
	held := b.queue("held@jxw.example", func(o *store.Outgoing) { o.Hold = true })
	nextDue := func() time.Time {
		next, err := b.s.NextDue(b.Context())
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	if got := nextDue(); !got.Equal(due) {
		t.Errorf("next due: %v, want %v", got, due)
	}
	items := b.claim("one", 10)
	want := []store.Item{{
		ID: id, Case: "SFJX-2026-000001", Kind: "dispatch", Account: "desk", From: "wsxf@jxw.example", To: []string{"Dlc@jxw.example"},
		Raw: []byte("Message-ID: <one@jxw.example>\r\n\r\n正文\r\n"), MessageID: "one@jxw.example", Attempts: 1, Due: due, Created: due,
		Answer: true,
	}}
	if diff := cmp.Diff(want, items); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	if got := b.stateOf(id); got != store.OutSending {
		t.Errorf("state: %s", got)
	}
	for _, do := range []func(*store.Tx) error{
		func(tx *store.Tx) error { return tx.CancelOutgoing(id) }, func(tx *store.Tx) error { return tx.HoldOutgoing(id) },
		func(tx *store.Tx) error { return tx.RetryOutgoing(id) },
	} {
		b.wantErr("a mail being sent", b.probe(do), store.ErrState)
	}
	if again := b.claim("two", 10); len(again) != 0 {
		t.Errorf("claimed twice: %+v", again)
	}
	// The claimer vanishes: after the lease another takes over, in doubt.
	b.now = due.Add(store.SendLease)
	items = b.claim("two", 1)
	if len(items) != 1 || items[0].ID != id || !items[0].InDoubt || items[0].Attempts != 2 {
		t.Fatalf("after the lease: %+v", items)
	}
	// It vanishes too, but it kept a gateway's lease, which runs out sooner.
	if _, held, err := b.s.Lease(b.Context(), store.GatewayLease("two"), "two", b.now.Add(30*time.Second), b.now); err != nil || !held {
		t.Fatalf("lease: %v, %v", held, err)
	}
	if items := b.claim("three", 1); len(items) != 0 {
		t.Errorf("taken from a living gateway: %+v", items)
	}
	b.now = b.now.Add(30 * time.Second)
	items = b.claim("three", 1)
	if len(items) != 1 || items[0].ID != id || !items[0].InDoubt {
		t.Fatalf("after the gateway's lease: %+v", items)
	}
	b.note(id, store.Outcome{State: store.OutSent, Recipients: []store.RecipientResult{{Address: "dlc@jxw.example", State: store.RecipientSent, Code: 250}}})
	b.wantErr("noted twice", b.s.Note(b.Context(), id, store.Outcome{State: store.OutFailed, At: b.now}), store.ErrState)
	// Paused: nothing is claimed, everything kept.
	b.now = due.Add(2 * time.Hour)
	b.update(func(tx *store.Tx) error { return tx.SetPaused(true) })
	if paused, err := b.s.Paused(b.Context()); err != nil || !paused {
		t.Errorf("paused: %v, %v", paused, err)
	}
	if items := b.claim("one", 10); len(items) != 0 {
		t.Errorf("claimed while paused: %+v", items)
	}
	b.update(func(tx *store.Tx) error { return tx.SetPaused(false) })
	if items := b.claim("one", 10); len(items) != 1 || items[0].MessageID != "later@jxw.example" || items[0].InDoubt {
		t.Errorf("claimed after the pause: %+v", items)
	}
	if got := b.stateOf(held); got != store.OutHeld {
		t.Errorf("held: %s", got)
	}
}

func exerciseClaimsAtOnce(t *testing.T, b *bench) {
	const mails, workers = 60, 4
	b.update(func(tx *store.Tx) error {
		for i := range mails {
			id := fmt.Sprintf("%d@jxw.example", i)
			if _, err := tx.Queue(store.Outgoing{To: []string{"a@x.example"}, MessageID: id, Raw: []byte(id)}); err != nil {
				return err
			}
		}
		return nil
	})
	var (
		wait    sync.WaitGroup
		mu      sync.Mutex
		claimed = map[int64]int{}
	)
	for worker := range workers {
		wait.Go(func() {
			for {
				items, err := b.s.Claim(b.Context(), b.now, fmt.Sprint(worker), store.Scope{}, 3)
				if err != nil {
					t.Errorf("claim: %v", err)
					return
				}
				if len(items) == 0 {
					return
				}
				mu.Lock()
				for _, item := range items {
					claimed[item.ID]++
				}
				mu.Unlock()
				for _, item := range items {
					if err := b.s.Note(b.Context(), item.ID, store.Outcome{State: store.OutSent, At: b.now}); err != nil {
						t.Errorf("note: %v", err)
					}
				}
			}
		})
	}
	wait.Wait()
	for id, n := range claimed {
		if n != 1 {
			t.Errorf("mail %d was claimed %d times", id, n)
		}
	}
	// A claimer that found every row locked by the others may have gone early.
	if rest := b.claim("last", mails); len(claimed)+len(rest) != mails {
		t.Errorf("claimed %d and %d of %d", len(claimed), len(rest), mails)
	}
}

func exerciseOutcomes(t *testing.T, b *bench) {
	id := b.queue("one@jxw.example", func(o *store.Outgoing) {
		o.To = []string{"a@x.example", "b@x.example", "c@x.example"}
	})
	unreported := func() (ids []int64) {
		b.view(func(tx *store.Tx) error {
			rows, err := tx.UnreportedOutcomes(10)
			for _, row := range rows {
				ids = append(ids, row.ID)
			}
			return err
		})
		return ids
	}
	b.claim("one", 1)
	next := b.now.Add(5 * time.Minute)
	b.note(id, store.Outcome{State: store.OutQueued, Next: next, Error: "greylisted\x00", Recipients: []store.RecipientResult{
		{Address: "a@x.example", State: store.RecipientSent, Code: 250}, {Address: "B@x.example", State: store.RecipientFailed, Code: 550, Enhanced: "5.1.1", Text: "no such user"},
		{Address: "c@x.example", State: store.RecipientQueued, Code: 450},
	}})
	if ids := unreported(); len(ids) != 0 {
		t.Errorf("unreported while it is queued: %v", ids)
	}
	if items := b.claim("one", 1); len(items) != 0 {
		t.Errorf("claimed too early: %+v", items)
	}
	b.now = next
	items := b.claim("one", 1)
	if len(items) != 1 || items[0].InDoubt || items[0].Attempts != 2 {
		t.Fatalf("second claim: %+v", items)
	}
	if diff := cmp.Diff([]string{"c@x.example"}, items[0].To); diff != "" {
		t.Errorf("who still has to get it (-want +got):\n%s", diff)
	}
	b.note(id, store.Outcome{State: store.OutFailed, Error: "no such user", Recipients: []store.RecipientResult{
		{Address: "c@x.example", State: store.RecipientDoubtful},
	}})
	if diff := cmp.Diff([]int64{id}, unreported()); diff != "" {
		t.Errorf("unreported (-want +got):\n%s", diff)
	}
	b.update(func(tx *store.Tx) error {
		got, err := tx.Outgoing(id)
		if err != nil {
			return err
		}
		want := []store.RecipientResult{
			{Address: "a@x.example", State: store.RecipientSent, Code: 250},
			{Address: "b@x.example", State: store.RecipientFailed, Code: 550, Enhanced: "5.1.1", Text: "no such user"},
			{Address: "c@x.example", State: store.RecipientDoubtful},
		}
		if diff := cmp.Diff(want, got.Recipients); diff != "" || got.LastError != "no such user" {
			t.Errorf("error %q, recipients (-want +got):\n%s", got.LastError, diff)
		}
		return tx.MarkReported(id)
	})
	if ids := unreported(); len(ids) != 0 {
		t.Errorf("unreported after the report: %v", ids)
	}
	b.update(func(tx *store.Tx) error { return tx.RetryOutgoing(id) })
	items = b.claim("one", 1)
	if diff := cmp.Diff([]string{"b@x.example", "c@x.example"}, items[0].To); diff != "" {
		t.Errorf("after retry (-want +got):\n%s", diff)
	}
	b.note(id, store.Outcome{State: store.OutDoubtful, Error: "connection lost after the data"})
	if got := b.stateOf(id); got != store.OutDoubtful {
		t.Errorf("state: %s", got)
	}
	if err := b.s.Note(b.Context(), id, store.Outcome{State: "lost"}); err == nil {
		t.Error("an unknown state was noted")
	}
	exerciseDamagedMail(t, b)
}

// exerciseDamagedMail shows that a mail whose bytes are gone holds up no other.
func exerciseDamagedMail(t *testing.T, b *bench) {
	bad, good := b.queue("bad@jxw.example", nil), b.queue("good@jxw.example", nil)
	b.mustExec(b.raw(), fmt.Sprintf("DELETE FROM blob_chunks WHERE digest = (SELECT blob FROM outgoing WHERE id = %d)", bad))
	items := b.claim("one", 10)
	if len(items) != 1 || items[0].ID != good {
		t.Errorf("claimed beside a damaged one: %+v", items)
	}
	if got := b.stateOf(bad); got != store.OutFailed {
		t.Errorf("damaged: %s", got)
	}
}

// exerciseLargeClaims claims large mails alone and small ones together.
func exerciseLargeClaims(t *testing.T, b *bench) {
	for i, size := range []int{5 << 20, 5 << 20, 20 << 20, 100, 100, 100} {
		b.queue(fmt.Sprintf("%d@jxw.example", i), func(o *store.Outgoing) { o.Raw = bytes.Repeat([]byte{byte('a' + i)}, size) })
	}
	var got []int
	for {
		items := b.claim("one", 100)
		if len(items) == 0 {
			break
		}
		got = append(got, len(items))
	}
	if diff := cmp.Diff([]int{2, 1, 3}, got); diff != "" {
		t.Errorf("mails in each claim (-want +got):\n%s", diff)
	}
}
