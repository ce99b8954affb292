package report_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
)

// TestRunningAgrees counts a month as it goes, time and again, and in one go: the
// figures are the same, and what was given out before does not change.
func TestRunningAgrees(t *testing.T) {
	t.Parallel()
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.play(60)
	from, to := o.day(10, 1, 0, 0), o.day(11, 1, 0, 0)
	going := report.NewRunning(o.policy.Calendar, o.policy.Roster, from, to)
	same := cmp.Transformer("sorted", func(c report.Cases) []string {
		list := []string{}
		for _, n := range c.Sorted() {
			list = append(list, string(n))
		}
		return list
	})
	var early, kept report.Assessment
	for _, now := range []time.Time{o.day(10, 1, 8, 0), o.day(10, 9, 11, 30), o.day(10, 9, 11, 31), o.day(10, 22, 16, 0)} {
		o.run(now)
		now = now.Add(time.Second) // an entry may have the very time
		a, err := going.Count(t.Context(), o.store, now)
		o.must(err)
		if diff := cmp.Diff(o.month(from, now), a, same); diff != "" {
			t.Fatalf("at %v, the running count beside the month's (-want +got):\n%s", now, diff)
		}
		if early.To.IsZero() && len(a.Arrived) > 0 {
			early, kept = a, a
			kept.Divisions, kept.Persons = slices.Clone(a.Divisions), slices.Clone(a.Persons)
			for i := range kept.Divisions {
				kept.Divisions[i].Flow = slices.Clone(kept.Divisions[i].Flow)
			}
		}
	}
	if len(early.Arrived) == 0 {
		t.Fatal("nothing arrived")
	}
	if diff := cmp.Diff(kept, early); diff != "" {
		t.Errorf("an assessment changed after it was given out:\n%s", diff)
	}
	if going.Covers(to) || !going.Covers(from) {
		t.Error("the period is wrong")
	}
}
