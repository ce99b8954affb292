package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// limitsFrom is how long before the law's limit a case is listed: from the
// 45th of the 60 days (spec system section 1).
const limitsFrom = 15 * 24 * time.Hour

// Stale is a box that was not successfully checked for too long (C2).
type Stale struct {
	Box     string
	Checked time.Time // zero: never
	Error   string
}

// Daily is what the office must know in the morning: what came, what is due,
// what is late, what is wrong.
type Daily struct {
	// Since is the opening of the working day before; what came is counted from
	// it to At.
	Since, At time.Time

	Arrived []Line // since then
	Open    Cases
	Triage  []Line // waiting for the office to send them somewhere
	Drafted []Line // waiting for an approver
	Due     []Line // due today and not yet past
	Late    List
	Limits  []Line // near the law's limit, or past it

	Failed       []store.Failed
	Unregistered []store.Letter // since then, without the commands of our own people
	Stuck        []store.OutgoingRow
	Stale        []Stale
	Suspicious   []Suspicion // since then
	Paused       bool        // sending is stopped
	// Missing is the year whose calendar is missing, 0 when none is: this one,
	// or from December on the next.
	Missing int
}

// Suspicion is a mail that was not obeyed.
type Suspicion struct {
	At   time.Time
	Case petition.Number // "" when it was about none
	Text string
}

// Wrong counts what is wrong.
func (d Daily) Wrong() int {
	n := len(d.Failed) + len(d.Stuck) + len(d.Stale) + len(d.Suspicious)
	if d.Paused {
		n++
	}
	if d.Missing != 0 {
		n++
	}
	return n
}

// Digest gathers the digest of a moment in one snapshot.
func Digest(ctx context.Context, s *store.Store, o Office, now time.Time) (Daily, error) {
	d := Daily{Since: workdayBefore(o.Policy.Calendar, now), At: now, Late: List{At: now}, Missing: missingYear(o.Policy.Calendar, now)}
	var err error
	if d.Paused, err = s.Paused(ctx); err != nil {
		return Daily{}, fmt.Errorf("read pause: %w", err)
	}
	err = s.View(ctx, func(tx *store.Tx) error {
		for _, part := range []func(*store.Tx, Office) error{d.cases, d.Late.read, d.limits, d.mail, d.boxes, d.suspicious} {
			if err := part(tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Daily{}, fmt.Errorf("digest: %w", err)
	}
	return d, nil
}

// workdayBefore is when work began on the last working day before the day of t.
func workdayBefore(cal *calendar.Calendar, t time.Time) time.Time {
	day := cal.OpenOn(t).AddDate(0, 0, -1)
	for !cal.WorkingDay(day) {
		day = day.AddDate(0, 0, -1)
	}
	return cal.OpenOn(day)
}

func missingYear(cal *calendar.Calendar, now time.Time) int {
	local := now.In(cal.Location())
	switch {
	case cal.Missing(local.Year()):
		return local.Year()
	case local.Month() == time.December && cal.Missing(local.Year()+1):
		return local.Year() + 1
	}
	return 0
}

// endOf is the first moment after the day of t.
func endOf(cal *calendar.Calendar, t time.Time) time.Time {
	y, m, d := t.In(cal.Location()).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, cal.Location())
}

func (d *Daily) cases(tx *store.Tx, o Office) error {
	open, err := o.cases(tx, store.CaseFilter{States: openStates()})
	if err != nil {
		return err
	}
	cal, evening := o.Policy.Calendar, endOf(o.Policy.Calendar, d.At)
	for _, c := range open {
		d.Open = append(d.Open, c.Number)
		one := line(c, cal, c.Due, d.At)
		switch c.State {
		case petition.Registered, petition.Triage, petition.Accepted:
			d.Triage = append(d.Triage, one)
		case petition.Drafted:
			d.Drafted = append(d.Drafted, one)
		case petition.Dispatched:
			if !c.Due.Before(d.At) && c.Due.Before(evening) {
				d.Due = append(d.Due, one)
			}
		case petition.Approved, petition.Answered, petition.Closed, petition.Archived, petition.Refused, petition.Merged, petition.Withdrawn:
		}
	}
	slices.SortStableFunc(d.Due, func(a, b Line) int { return a.Due.Compare(b.Due) })
	arrived, err := o.cases(tx, store.CaseFilter{Since: d.Since, Until: d.At})
	if err != nil {
		return err
	}
	for _, c := range arrived {
		if c.Imported {
			continue
		}
		d.Arrived = append(d.Arrived, line(c, cal, c.Due, d.At))
	}
	return nil
}

// limits lists the open cases that are near the law's limit.
func (d *Daily) limits(tx *store.Tx, o Office) error {
	open, err := o.cases(tx, store.CaseFilter{States: openStates(), Until: d.At})
	if err != nil {
		return err
	}
	for _, c := range open {
		limit, err := lawLimit(tx, c, o.Policy)
		if err != nil {
			return err
		}
		if !limit.IsZero() && !d.At.Before(limit.Add(-limitsFrom)) {
			d.Limits = append(d.Limits, line(c, o.Policy.Calendar, limit, d.At))
		}
	}
	slices.SortStableFunc(d.Limits, func(a, b Line) int { return a.Due.Compare(b.Due) })
	return nil
}

// mail gathers what was not understood and what does not go out.
func (d *Daily) mail(tx *store.Tx, o Office) error {
	var err error
	if d.Failed, err = tx.FailedLetters(); err != nil {
		return fmt.Errorf("list failed letters: %w", err)
	}
	// Everything without a case but the commands and opinions of our own people,
	// which were answered by a transcript.
	d.Unregistered, err = tx.ListLetters(store.LetterFilter{Unregistered: true, Since: d.Since, Until: d.At,
		Kinds: []store.LetterKind{store.KindLetter, store.KindFollowUp, store.KindAutomatic, store.KindBounce, store.KindNotification, store.KindList}})
	if err != nil {
		return fmt.Errorf("list letters: %w", err)
	}
	d.Unregistered = slices.DeleteFunc(d.Unregistered, func(l store.Letter) bool { return l.Note == store.NoteSelfTest })
	d.Stuck, err = tx.ListOutgoing(store.OutgoingFilter{States: []string{store.OutHeld, store.OutDoubtful, store.OutFailed}})
	if err != nil {
		return fmt.Errorf("list outgoing: %w", err)
	}
	d.Stuck = slices.DeleteFunc(d.Stuck, func(row store.OutgoingRow) bool {
		hidden, failed := o.hides(tx, row.Case)
		err = errors.Join(err, failed)
		return hidden
	})
	return err
}

// boxes lists the boxes that were not checked for longer than the office
// allows; one that was never checked is among them.
func (d *Daily) boxes(tx *store.Tx, o Office) error {
	all, err := tx.BoxStatus()
	if err != nil {
		return fmt.Errorf("read boxes: %w", err)
	}
	limit, ok := o.Policy.Deadlines.Check.Duration()
	if !ok || limit == 0 {
		return nil
	}
	seen := map[string]store.BoxStatus{}
	for _, s := range all {
		seen[s.Mailbox] = s
	}
	for id := range o.Boxes {
		if s := seen[id]; s.Checked.IsZero() || d.At.Sub(s.Checked) >= limit {
			d.Stale = append(d.Stale, Stale{id, s.Checked, s.Error})
		}
	}
	slices.SortFunc(d.Stale, func(a, b Stale) int { return cmp.Or(a.Checked.Compare(b.Checked), cmp.Compare(a.Box, b.Box)) })
	return nil
}

func (d *Daily) suspicious(tx *store.Tx, o Office) error {
	return between(tx, d.Since, d.At, func(e store.Entry) error {
		if e.Kind == petition.EvSuspicious {
			if hidden, err := o.hides(tx, e.Case); err != nil || hidden {
				return err
			}
			d.Suspicious = append(d.Suspicious, Suspicion{e.Time, e.Case, e.Text})
		}
		return nil
	})
}
