package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Running is the assessment of a period that goes on. Each count reads only what
// the ledger has got since the one before: a month of a large office is dear to
// count, and a board is asked again and again.
type Running struct {
	cal    *calendar.Calendar
	roster petition.Roster
	from   time.Time
	to     time.Time
	t      *tally
	next   int64 // the ledger's first entry not yet counted, 0 before the first
}

// NewRunning begins the assessment of a period with its end.
func NewRunning(cal *calendar.Calendar, roster petition.Roster, from, to time.Time) *Running {
	return &Running{cal: cal, roster: roster, from: from, to: to}
}

// Covers tells whether a moment lies in the period.
func (r *Running) Covers(at time.Time) bool { return !at.Before(r.from) && at.Before(r.to) }

// Count counts up to now. Its figures are those of Month, up to the order of the
// cases in them. What was counted before an error is kept, so that a count that
// ran out of time goes on the next time.
func (r *Running) Count(ctx context.Context, s *store.Store, now time.Time) (Assessment, error) {
	if r.t == nil {
		r.t, r.next = newTally(r.cal, r.roster, r.from, r.to), 0
		r.t.running = true
	}
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		if r.next == 0 {
			if r.next, err = firstSince(tx, r.from.Add(-slack)); err != nil {
				return err
			}
		}
		for e, err := range tx.AllEntries(r.next) {
			if err != nil {
				return fmt.Errorf("read ledger: %w", err)
			}
			if r.t.within(e.Time) {
				if err := r.t.count(tx, e); err != nil {
					r.t = nil // half counted
					return err
				}
			}
			r.next = e.Seq + 1
		}
		return nil
	})
	if err != nil {
		return Assessment{}, fmt.Errorf("assess: %w", err)
	}
	a := r.t.assessment()
	a.To, a.Flow = now, begun(a.Flow, now)
	for i := range a.Divisions {
		a.Divisions[i].Flow = begun(a.Divisions[i].Flow, now)
	}
	return a, nil
}

// begun are the stretches that have begun; the last of them ends now.
func begun(list []Flow, now time.Time) []Flow {
	list = slices.DeleteFunc(list, func(f Flow) bool { return !f.From.Before(now) })
	if n := len(list); n > 0 && list[n-1].To.After(now) {
		list[n-1].To = now
	}
	return list
}

// apart is a copy that does not change when counting goes on. The lists of cases
// only grow at their ends, which the copy does not see.
func (d Division) apart() Division {
	d.Flow, d.Work = slices.Clone(d.Flow), d.Work.apart()
	return d
}

func (p Person) apart() Person {
	p.Acts, p.Work = maps.Clone(p.Acts), p.Work.apart()
	return p
}

func (w Work) apart() Work {
	w.Ratings, w.Chases = maps.Clone(w.Ratings), maps.Clone(w.Chases)
	return w
}
