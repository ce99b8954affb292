package desk

import (
	"errors"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// queueActs are what an administrator may do to a mail, by name.
var queueActs = map[string]func(*store.Tx, int64) error{
	"retry": (*store.Tx).RetryOutgoing, "hold": (*store.Tx).HoldOutgoing, "release": (*store.Tx).ReleaseOutgoing, "cancel": (*store.Tx).CancelOutgoing,
}

// queue acts on a mail of the queue, as the command line does.
func (o *office) queue(act string, id int64) error {
	return o.store.Update(o.t.Context(), o.now, func(tx *store.Tx) error { return queueActs[act](tx, id) })
}

// only fails the test unless these acts are possible and no others; none is done.
func (o *office) only(id int64, acts ...string) {
	o.t.Helper()
	undone := errors.New("undone")
	possible := map[string]bool{}
	for _, act := range acts {
		possible[act] = true
	}
	for name, act := range queueActs {
		err := o.store.Update(o.t.Context(), o.now, func(tx *store.Tx) error {
			if err := act(tx, id); err != nil {
				return err
			}
			return undone
		})
		if possible[name] != errors.Is(err, undone) || !possible[name] && !errors.Is(err, store.ErrState) {
			o.t.Errorf("%s of %d: %v", name, id, err)
		}
	}
}

// approvedOnly is an answer that was approved and waits for policy.hold to end.
func approvedOnly(t *testing.T, s *store.Store) (o *office, id int64) {
	t.Helper()
	o = newOffice(t, s, func(s *Settings) { s.Policy.Hold = 2 * time.Hour })
	yi, _ := o.drafted()
	o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
	clearInboxes(o)
	o.state(1, petition.Approved)
	if err := o.store.View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.ListOutgoing(store.OutgoingFilter{Kinds: []string{"answer"}})
		if err == nil && len(rows) == 1 {
			id = rows[0].ID
		}
		return err
	}); err != nil || id == 0 {
		t.Fatal(id, err)
	}
	return o, id
}

// TestQueueByHand: what an administrator may do to a mail depends on where it
// is; what was approved goes out once, or the office hears that it did not.
func TestQueueByHand(t *testing.T) {
	t.Parallel()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		t.Run("held and released", func(t *testing.T) {
			o, id := approvedOnly(t, open(t))
			o.only(999_999)
			o.only(id, "retry", "hold", "cancel")
			must(t, o.queue("hold", id))
			o.only(id, "release", "cancel")
			o.until(o.now.Add(3 * time.Hour))
			o.state(1, petition.Approved)
			must(t, o.queue("release", id))
			o.settle()
			o.take(wang, "answer")
			o.only(id)
			o.state(1, petition.Answered)
			o.sound()
		})
		t.Run("cancelled", func(t *testing.T) {
			o, id := approvedOnly(t, open(t))
			must(t, o.queue("cancel", id))
			o.only(id)
			o.until(o.now.Add(3 * time.Hour))
			o.take("jia@jxw.example", "alarm").must(t, "作废", "答复")
			if c := o.state(1, petition.Approved); !c.Undelivered {
				t.Error("the case does not know that its answer stayed here")
			}
			o.sound()
		})
		t.Run("in doubt", func(t *testing.T) {
			o, id := approvedOnly(t, open(t))
			o.now = o.now.Add(3 * time.Hour)
			if items := claimAll(t, o.store, o.now); len(items) != 1 || items[0].ID != id {
				t.Fatal(items)
			}
			o.only(id) // it is being sent
			must(t, o.store.Note(t.Context(), id, store.Outcome{State: store.OutDoubtful, Error: "connection lost", At: o.now,
				Recipients: []store.RecipientResult{{Address: wang, State: store.RecipientDoubtful}}}))
			o.settle()
			if _, err := o.desk.Tick(t.Context(), o.now); err != nil {
				t.Fatal(err)
			}
			o.settle()
			o.take("jia@jxw.example", "alarm").must(t, "送达不明")
			o.only(id, "retry", "cancel")
			o.state(1, petition.Approved)
			must(t, o.queue("retry", id))
			o.settle()
			o.take(wang, "answer")
			o.state(1, petition.Answered)
			o.sound()
		})
	})
}
