package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Reminder is one chase that was sent.
type Reminder struct {
	Key string // see ChaseSign; the ladder's step otherwise
	At  time.Time
	To  []string // names
}

// Line is a case as lists show it. Subject is empty when the case is
// confidential or accuses a division: lists are passed around (C14).
type Line struct {
	Number    petition.Number
	Subject   string
	Discreet  bool // the subject is withheld
	Mailbox   string
	State     petition.State
	Urgency   petition.Urgency
	Lead      string // id, "" when it lies with no division
	Arrived   time.Time
	Due       time.Time
	Estimated bool
	// Days are the working days that Due of an open case is past, the day begun
	// counting; 0 on the day itself, and before.
	Days int
}

// LateCase is a case that a division has not dealt with in time.
type LateCase struct {
	Line
	Assisting  bool
	Dispatched time.Time
	Signed     time.Time
	// Chases are the reminders that concerned the division, in order.
	Chases []Reminder
	// Named: a step of the ladder has put it on the named list (C8).
	Named bool
}

// LateDivision is one division's part of the named list.
type LateDivision struct {
	ID    string
	Name  string
	Cases []LateCase // the longest overdue first
}

// List is what is overdue at a moment (C18).
type List struct {
	At time.Time
	// Divisions with something overdue, in the roster's order.
	Divisions []LateDivision
	// Unaccepted are open cases whose acceptance clock has run out, Unapproved
	// drafts that wait longer than the office allows itself, Unlawful open cases
	// past the law's limit. Due is the limit that was missed.
	Unaccepted []Line
	Unapproved []Line
	Unlawful   []Line
}

// Empty tells whether nothing is overdue.
func (l List) Empty() bool {
	return len(l.Divisions)+len(l.Unaccepted)+len(l.Unapproved)+len(l.Unlawful) == 0
}

// Cases are the overdue cases of all divisions, each once.
func (l List) Cases() Cases {
	var all Cases
	for _, d := range l.Divisions {
		for _, c := range d.Cases {
			all = append(all, c.Number)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// openStates are the states that ask something of the office.
func openStates() []petition.State {
	return slices.DeleteFunc(petition.States(), func(s petition.State) bool { return !petition.Case{State: s}.Open() })
}

// Overdue lists what is overdue at a moment.
func Overdue(ctx context.Context, s *store.Store, o Office, now time.Time) (List, error) {
	l := List{At: now}
	err := s.View(ctx, func(tx *store.Tx) error { return l.read(tx, o) })
	if err != nil {
		return List{}, fmt.Errorf("list overdue: %w", err)
	}
	return l, nil
}

// line is a case as a list shows it, against a limit.
func line(c petition.Case, cal *calendar.Calendar, due, now time.Time) Line {
	return lineOf(c, due, func(due time.Time) int { return daysOver(cal, due, now) })
}

func lineOf(c petition.Case, due time.Time, over func(due time.Time) int) Line {
	l := Line{
		Number: c.Number, Mailbox: c.Mailbox, State: c.State, Urgency: c.Urgency, Lead: c.Lead(), Arrived: c.Arrived,
		Due: due, Estimated: c.Estimated && due.Equal(c.Due), Discreet: c.Confidential || len(c.Accused) > 0,
	}
	if c.Open() {
		l.Days = over(due)
	}
	if !l.Discreet {
		l.Subject = c.Subject
	}
	return l
}

// daysOver counts the working days after the day of due, up to that of now.
func daysOver(cal *calendar.Calendar, due, now time.Time) int {
	if due.IsZero() || now.Before(due) {
		return 0
	}
	days, last := 0, cal.OpenOn(now)
	for day := cal.OpenOn(due).AddDate(0, 0, 1); !day.After(last); day = day.AddDate(0, 0, 1) {
		if cal.WorkingDay(day) {
			days++
		}
	}
	return days
}

func (l *List) read(tx *store.Tx, o Office) error {
	late, err := o.cases(tx, store.CaseFilter{States: []petition.State{petition.Dispatched}, DueUntil: l.At})
	if err != nil {
		return err
	}
	by := map[string][]LateCase{}
	for _, c := range late {
		entries, err := tx.Entries(c.Number)
		if err != nil {
			return fmt.Errorf("read ledger: %w", err)
		}
		for i, d := range c.Dispatches {
			if !owes(c, d) {
				continue
			}
			one := LateCase{Line: line(c, o.Policy.Calendar, c.Due, l.At), Assisting: !d.Lead, Dispatched: d.At, Signed: d.Signed}
			one.Chases, one.Named = reminders(entries, i, d, o.Policy.Chase)
			by[d.Division] = append(by[d.Division], one)
		}
	}
	l.group(by, o.Policy.Roster)
	open, err := o.cases(tx, store.CaseFilter{States: openStates()})
	if err != nil {
		return err
	}
	for _, c := range open {
		if err := l.clocks(tx, c, o.Policy); err != nil {
			return err
		}
	}
	return nil
}

// group orders the divisions as the roster does, those it does not know last.
func (l *List) group(by map[string][]LateCase, roster petition.Roster) {
	for _, d := range roster.Divisions {
		if cases := by[d.ID]; len(cases) > 0 {
			l.Divisions = append(l.Divisions, LateDivision{d.ID, d.Name, cases})
		}
		delete(by, d.ID)
	}
	known := len(l.Divisions)
	for id, cases := range by {
		l.Divisions = append(l.Divisions, LateDivision{id, id, cases})
	}
	slices.SortFunc(l.Divisions[known:], func(a, b LateDivision) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range l.Divisions {
		slices.SortFunc(d.Cases, func(a, b LateCase) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Number, b.Number)) })
	}
}

// reminders are the chases that concern the i-th dispatch of a case, and
// whether one of them has put the case on the named list.
func reminders(entries []store.Entry, i int, d petition.Dispatch, ladder []petition.ChaseStep) (sent []Reminder, named bool) {
	for _, e := range entries {
		if e.Kind != petition.EvChased || e.After == nil || len(e.After.Chases) == 0 || e.Time.Before(d.At.Truncate(time.Microsecond)) {
			continue
		}
		f, r := factsOf(e), Reminder{Key: ChaseManual, At: e.Time, To: e.After.Chases[len(e.After.Chases)-1].To}
		switch f.Clock {
		case petition.ClockApprove:
			continue
		case petition.ClockSign:
			if f.Step != i+1 {
				continue
			}
			r.Key = ChaseSign
		case petition.ClockChase:
			if !d.Lead {
				continue
			}
			r.Key = strconv.Itoa(f.Step)
			named = named || f.Step >= 1 && f.Step <= len(ladder) && ladder[f.Step-1].Named
		default:
			if named := ordered(*e.After, f); named != "" && named != d.Division || named == "" && (!d.Lead || e.After.Pending() != nil) {
				continue
			}
		}
		sent = append(sent, r)
	}
	return sent, named
}

// clocks lists the office's own clocks that an open case has missed.
func (l *List) clocks(tx *store.Tx, c petition.Case, p petition.Policy) error {
	if c.Accepted.IsZero() {
		if limit, _ := p.Calendar.Add(c.ClockStart(), p.Deadlines.Accept); l.At.After(limit) {
			l.Unaccepted = append(l.Unaccepted, line(c, p.Calendar, limit, l.At))
		}
	}
	if d := c.Pending(); d != nil {
		// Who passes a draft on, or takes an approval back, has not decided on it: the
		// list counts from when it was written.
		if limit, _ := p.Calendar.Add(d.At, p.Deadlines.Approve); l.At.After(limit) {
			l.Unapproved = append(l.Unapproved, line(c, p.Calendar, limit, l.At))
		}
	}
	limit, err := lawLimit(tx, c, p)
	if err != nil {
		return err
	}
	if !limit.IsZero() && l.At.After(limit) {
		l.Unlawful = append(l.Unlawful, line(c, p.Calendar, limit, l.At))
	}
	return nil
}

// lawLimit is when the law wants an accepted case answered: what its clock says
// while it runs, for an extension may have moved it; afterwards what the policy
// says. Zero before acceptance.
func lawLimit(tx *store.Tx, c petition.Case, p petition.Policy) (time.Time, error) {
	if c.Accepted.IsZero() {
		return time.Time{}, nil
	}
	clocks, err := tx.Clocks(c.Number)
	if err != nil {
		return time.Time{}, fmt.Errorf("read clocks: %w", err)
	}
	for _, row := range clocks {
		if row.Clock == petition.ClockLawAnswer {
			return row.Due, nil
		}
	}
	limit, _ := petition.LawLimit(c, p)
	return limit, nil
}
