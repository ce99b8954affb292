package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func exerciseVitals(t *testing.T, b *bench) {
	vitals := func() (v store.Vitals) {
		b.view(func(tx *store.Tx) (err error) {
			v, err = tx.Vitals()
			return err
		})
		return v
	}
	if v := vitals(); !v.Unaccepted.IsZero() || !v.Queued.IsZero() || len(v.Entries) != 0 {
		t.Errorf("of an empty register: %+v", v)
	}
	first := b.now
	c := b.register(func(c *petition.Case) { c.State = petition.Triage })
	b.queue("one@jxw.example", nil)
	b.now = b.now.Add(time.Hour)
	b.register(func(c *petition.Case) { c.State = petition.Triage })
	b.register(func(c *petition.Case) {
		c.State, c.Arrived, c.Accepted = petition.Dispatched, first.Add(-time.Hour), first
	})
	b.queue("two@jxw.example", nil)
	b.update(func(tx *store.Tx) error {
		for _, kind := range []petition.EventKind{petition.EvSuspicious, petition.EvSuspicious, petition.EvEscalated, petition.EvNoted} {
			if _, err := tx.Append(store.Entry{Case: c.Number, Actor: petition.System(), Kind: kind, After: &c}); err != nil {
				return err
			}
		}
		return nil
	})
	v := vitals()
	if !v.Unaccepted.Equal(first) || !v.Queued.Equal(first) {
		t.Errorf("oldest unaccepted %v, oldest mail %v, want %v", v.Unaccepted, v.Queued, first)
	}
	if diff := cmp.Diff(map[string]int64{"suspicious": 2, "escalated": 1}, v.Entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}
