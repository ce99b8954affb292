package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Standing is how things stand at a moment: what is open, due and late, as the
// board shows it. What is confidential or accuses a division is counted and
// never listed, because nobody knows who looks at a board (C14).
type Standing struct {
	At time.Time
	// Open, Triage and Drafted are open cases, those that wait for the office to
	// send them somewhere, and those that wait for an approver.
	Open, Triage, Drafted int
	// Unaccepted are the cases whose acceptance clock runs (C4): Due is when it
	// runs out; what it has run out for comes first.
	Unaccepted Shown
	// Due are the cases due today, Late those past their limit, the oldest first.
	Due, Late Shown
	// Divisions are those of the roster, then others that have something open.
	Divisions []Desk
}

// Shown is a list of cases of which some are only counted.
type Shown struct {
	Lines  []Line
	Hidden int
}

// N counts all.
func (s Shown) N() int { return len(s.Lines) + s.Hidden }

func (s *Shown) add(l Line) {
	if l.Discreet {
		s.Hidden++
		return
	}
	s.Lines = append(s.Lines, l)
}

func (s *Shown) sort() {
	slices.SortStableFunc(s.Lines, func(a, b Line) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Number, b.Number)) })
}

// Desk is what lies with one division.
type Desk struct {
	ID   string
	Name string
	// Open are the cases that it has, leading or assisting.
	Open Shown
	// Due and Late are how many of them it has to answer today, or is late with;
	// Worst are the most working days that one is late.
	Due, Late, Worst int
}

// Stand reads how things stand.
func Stand(tx *store.Tx, o Office, now time.Time) (Standing, error) {
	s := Standing{At: now}
	open, err := tx.ListCases(store.CaseFilter{States: openStates()})
	if err != nil {
		return s, fmt.Errorf("list cases: %w", err)
	}
	cal, evening := o.Policy.Calendar, endOf(o.Policy.Calendar, now)
	days := map[time.Time]int{} // many cases have the same limit
	over := func(due time.Time) int {
		n, known := days[due]
		if !known {
			n = daysOver(cal, due, now)
			days[due] = n
		}
		return n
	}
	desks := map[string]*Desk{}
	for _, d := range o.Policy.Roster.Divisions {
		desks[d.ID] = &Desk{ID: d.ID, Name: d.Name}
	}
	for _, c := range open {
		s.Open++
		one := lineOf(c, c.Due, over)
		switch c.State {
		case petition.Registered, petition.Triage, petition.Accepted:
			s.Triage++
		case petition.Drafted:
			s.Drafted++
		case petition.Dispatched, petition.Approved, petition.Answered, petition.Closed, petition.Archived, petition.Refused, petition.Merged, petition.Withdrawn:
		}
		if c.Accepted.IsZero() {
			limit, _ := cal.Add(c.ClockStart(), o.Policy.Deadlines.Accept)
			s.Unaccepted.add(lineOf(c, limit, over))
		}
		due, late := false, false
		for _, d := range c.Dispatches {
			if !d.Ended.IsZero() {
				continue
			}
			desk := desks[d.Division]
			if desk == nil {
				desk = &Desk{ID: d.Division, Name: d.Division}
				desks[d.Division] = desk
			}
			desk.Open.add(one)
			switch {
			case !owes(c, d):
			case c.Due.Before(now):
				late = true
				desk.Late++
				desk.Worst = max(desk.Worst, one.Days)
			case c.Due.Before(evening):
				due = true
				desk.Due++
			}
		}
		switch {
		case late:
			s.Late.add(one)
		case due:
			s.Due.add(one)
		}
	}
	s.Unaccepted.sort()
	s.Due.sort()
	s.Late.sort()
	s.Divisions = inOrder(desks, o.Policy.Roster)
	return s, nil
}

// owes tells whether a division has yet to answer a dispatch.
//
// NOTE: what was sent back lies with the lead again, although its dispatch was
// answered once.
func owes(c petition.Case, d petition.Dispatch) bool {
	return c.State == petition.Dispatched && d.Ended.IsZero() && (d.Lead || d.Answered.IsZero())
}

// inOrder lists the divisions as the roster does, those it does not know last.
func inOrder(desks map[string]*Desk, roster petition.Roster) []Desk {
	rank := map[string]int{}
	for i, d := range roster.Divisions {
		rank[d.ID] = i - len(roster.Divisions)
	}
	var list []Desk
	for _, d := range desks {
		d.Open.sort()
		list = append(list, *d)
	}
	slices.SortFunc(list, func(a, b Desk) int { return cmp.Or(rank[a.ID]-rank[b.ID], cmp.Compare(a.ID, b.ID)) })
	return list
}
