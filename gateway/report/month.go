package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// The keys of chases that are no step of the ladder; those are the numbers of
// the steps, from "1".
const (
	ChaseSign   = "sign"   // a dispatch was not signed for in time
	ChaseManual = "manual" // somebody ordered it
)

// The keys of the clocks that can be missed.
const (
	MissedAccept  = "accept"     // not accepted within the office's limit (C4)
	MissedCheck   = "check"      // a box not checked in time (C2)
	MissedSign    = "sign"       // a dispatch not signed for in time
	MissedApprove = "approve"    // a draft not decided on in time
	MissedLaw     = "law_answer" // no answer within the law's limit
)

// MissedClocks lists the keys of Assessment.Clocks.
func MissedClocks() []string {
	return []string{MissedAccept, MissedCheck, MissedSign, MissedApprove, MissedLaw}
}

// Miss is one clock that was missed: of a case, or of a box.
type Miss struct {
	Case    petition.Number
	Mailbox string
	At      time.Time
}

// Division is one division's part of an assessment.
type Division struct {
	ID   string
	Name string
	// Assisted are those of Received in which the division only assisted.
	Assisted Cases
	// Flow is what came and went, as Assessment.Flow: Received and Answered.
	Flow []Flow
	Work
}

// Person is one person's part of an assessment, as the ledger names who acted.
type Person struct {
	Address  string
	Name     string
	Role     petition.Role
	Division string // id, "" for the office and the leaders
	Work
	// Acts are all that the person did, by the ledger's words.
	Acts map[petition.EventKind]Cases
}

// Assessment is the work of a period (考核, clause C16).
type Assessment struct {
	From, To time.Time
	// Arrived are the cases that came in the period; Accepted, Answered (to the
	// citizen), Refused (referrals too) and Closed are what happened in it.
	Arrived  Cases
	Accepted Cases
	Answered Cases
	Refused  Cases
	Closed   Cases
	// Flow is how the period went, by days, or by months when it is long: Arrived
	// and Answered.
	Flow []Flow
	// Divisions are those of the roster in its order, then those that the
	// ledger knows besides.
	Divisions []Division
	// Persons are ordered by division as above, the office and leaders first.
	Persons []Person
	// Clocks are the clocks missed in the period, by the keys of MissedClocks.
	Clocks map[string][]Miss
	// Estimated says that working hours were counted in a year whose calendar
	// is not loaded.
	Estimated bool
}

// Month counts the work of a period, a month or a year as a rule. A case counts as
// received by every division that it was dispatched to in the period, once for
// each.
func Month(ctx context.Context, s *store.Store, cal *calendar.Calendar, roster petition.Roster, from, to time.Time) (Assessment, error) {
	t := newTally(cal, roster, from, to)
	err := s.View(ctx, func(tx *store.Tx) error {
		arrived, err := tx.ListCases(store.CaseFilter{Since: from, Until: to})
		if err != nil {
			return fmt.Errorf("list arrivals: %w", err)
		}
		for _, c := range arrived {
			if !c.Imported {
				t.a.Arrived = append(t.a.Arrived, c.Number)
				came(t.a.Flow, c.Arrived, c.Number)
			}
		}
		return between(tx, from, to, func(e store.Entry) error { return t.count(tx, e) })
	})
	if err != nil {
		return Assessment{}, fmt.Errorf("assess: %w", err)
	}
	return t.assessment(), nil
}

// tally is an assessment being counted.
type tally struct {
	cal       *calendar.Calendar
	roster    petition.Roster
	a         Assessment
	divisions map[string]*Division
	persons   map[string]*Person
	seen      map[once]bool
	// running takes arrivals from the ledger, as it goes, and not from the cases.
	running bool
}

// once is something that counts once however many entries show it.
type once struct {
	what, who string
	number    petition.Number
}

func newTally(cal *calendar.Calendar, roster petition.Roster, from, to time.Time) *tally {
	return &tally{
		cal: cal, roster: roster, divisions: map[string]*Division{}, persons: map[string]*Person{}, seen: map[once]bool{},
		a: Assessment{From: from, To: to, Flow: newFlow(from, to, cal.Location()), Clocks: map[string][]Miss{}},
	}
}

// first notes something and tells whether it is new.
func (t *tally) first(what, who string, n petition.Number) bool {
	key := once{what, who, n}
	known := t.seen[key]
	t.seen[key] = true
	return !known
}

func (t *tally) within(at time.Time) bool { return !at.Before(t.a.From) && at.Before(t.a.To) }

func (t *tally) division(id string) *Division {
	d, ok := t.divisions[id]
	if !ok {
		d = &Division{ID: id, Name: t.roster.DivisionName(id), Flow: newFlow(t.a.From, t.a.To, t.cal.Location())}
		t.divisions[id] = d
	}
	return d
}

// person is the part of whoever has an address. Who serves two divisions has a
// part for each.
func (t *tally) person(address, division string) *Person {
	key := address + "\x00" + division
	p, ok := t.persons[key]
	if !ok {
		p = &Person{Address: address, Division: division, Acts: map[petition.EventKind]Cases{}}
		for _, post := range t.roster.Posts(address) {
			if p.Name == "" || post.Division == division {
				p.Name, p.Role = post.Person.Name, post.Role
			}
		}
		t.persons[key] = p
	}
	return p
}

// count adds one entry of the period.
func (t *tally) count(tx *store.Tx, e store.Entry) error {
	t.act(e)
	if e.After == nil {
		t.checkMissed(e)
		return nil
	}
	if c := e.After; t.running && !c.Imported && t.within(c.Arrived) && t.first("arrived", "", c.Number) {
		t.a.Arrived = append(t.a.Arrived, c.Number)
		came(t.a.Flow, c.Arrived, c.Number)
	}
	t.received(*e.After)
	switch e.Kind {
	case petition.EvOpinion:
		if err := t.answered(tx, e); err != nil {
			return err
		}
	case petition.EvReturned:
		d := e.Actor.Division
		t.division(d).Returned = append(t.division(d).Returned, e.Case)
		t.person(e.Actor.Address, d).Returned = append(t.person(e.Actor.Address, d).Returned, e.Case)
	case petition.EvSentBack:
		t.sentBack(*e.After)
	case petition.EvRated:
		t.rated(*e.After)
	case petition.EvChased:
		t.chased(e)
	case petition.EvAccepted:
		t.a.Accepted = append(t.a.Accepted, e.Case)
	case petition.EvAnswered:
		t.a.Answered = append(t.a.Answered, e.Case)
		went(t.a.Flow, e.Time, e.Case)
	case petition.EvRefused, petition.EvReferred:
		t.a.Refused = append(t.a.Refused, e.Case)
	case petition.EvClosed:
		t.a.Closed = append(t.a.Closed, e.Case)
	}
	return t.missed(tx, e)
}

// act counts what a person of the office did, whatever it was.
func (t *tally) act(e store.Entry) {
	if e.Actor.Address == "" || e.Actor.Role == petition.RoleCitizen || e.Actor.Role == petition.RoleSystem || e.Kind == petition.EvSuspicious {
		return
	}
	p := t.person(e.Actor.Address, e.Actor.Division)
	p.Name, p.Role = cmp.Or(p.Name, e.Actor.Name), cmp.Or(p.Role, e.Actor.Role)
	p.Acts[e.Kind] = append(p.Acts[e.Kind], e.Case)
}

// received counts the dispatches and signatures of the period that a case
// shows. A dispatch never leaves a case, so any entry will do.
func (t *tally) received(c petition.Case) {
	for _, d := range c.Dispatches {
		if t.within(d.At) && t.first("received", d.Division, c.Number) {
			part := t.division(d.Division)
			part.Received = append(part.Received, c.Number)
			came(part.Flow, d.At, c.Number)
		}
		if t.within(d.At) && d.Lead {
			t.first("lead", d.Division, c.Number)
		}
		if t.within(d.Signed) && t.first("signed", d.SignedBy+"\x00"+d.Division, c.Number) {
			p := t.person(d.SignedBy, d.Division)
			p.Received = append(p.Received, c.Number)
		}
	}
}

// answered counts the first opinion on a dispatch.
func (t *tally) answered(tx *store.Tx, e store.Entry) error {
	c, division := *e.After, e.Actor.Division
	i := dispatchOf(c, division)
	if i < 0 {
		return nil
	}
	d := c.Dispatches[i]
	first, err := firstOpinion(tx, e, i)
	if err != nil || !first {
		return err
	}
	spent, onTime := t.cal.Between(d.At, e.Time), !e.Time.After(c.Due)
	t.a.Estimated = t.a.Estimated || t.cal.Estimated(d.At, e.Time)
	t.division(division).answer(c.Number, spent, onTime)
	went(t.division(division).Flow, e.Time, c.Number)
	t.person(e.Actor.Address, division).answer(c.Number, spent, onTime)
	return nil
}

// firstOpinion tells whether an opinion is the first since the i-th dispatch of
// its case. When an earlier one has the very time of the dispatch, the times do
// not say on which side of it that stands; the ledger's order does.
func firstOpinion(tx *store.Tx, e store.Entry, i int) (bool, error) {
	c, d := e.After, e.After.Dispatches[i]
	doubt := false
	for _, o := range c.Opinions[:max(len(c.Opinions)-1, 0)] {
		switch {
		case o.Division != d.Division || o.At.Before(d.At):
		case o.At.After(d.At):
			return false, nil
		default:
			doubt = true
		}
	}
	if !doubt {
		return true, nil
	}
	entries, err := tx.Entries(e.Case)
	if err != nil {
		return false, fmt.Errorf("read ledger: %w", err)
	}
	for _, earlier := range entries {
		if earlier.Seq < e.Seq && earlier.Kind == petition.EvOpinion && earlier.Actor.Division == d.Division &&
			earlier.After != nil && len(earlier.After.Dispatches) > i {
			return false, nil
		}
	}
	return true, nil
}

// dispatchOf is the index of a division's latest dispatch, -1 when it has none.
func dispatchOf(c petition.Case, division string) int {
	for i, d := range slices.Backward(c.Dispatches) {
		if d.Division == division {
			return i
		}
	}
	return -1
}

// sentBack counts for the division that has to do it again, and for whoever
// there had drafted. A refusal that the office drafted is nobody's.
func (t *tally) sentBack(c petition.Case) {
	lead := c.Lead()
	if lead == "" {
		return
	}
	t.division(lead).SentBack = append(t.division(lead).SentBack, c.Number)
	if who := author(c, lead); who != "" {
		p := t.person(who, lead)
		p.SentBack = append(p.SentBack, c.Number)
	}
}

// rated counts for the division that led the case and for whoever drafted there.
func (t *tally) rated(c petition.Case) {
	lead := c.FormerLead()
	if lead == "" {
		return
	}
	t.division(lead).rate(c.Rating, c.Number)
	if who := author(c, lead); who != "" {
		t.person(who, lead).rate(c.Rating, c.Number)
	}
}

// author is who wrote a division's latest opinion, "" when there is none.
func author(c petition.Case, division string) string {
	for _, o := range slices.Backward(c.Opinions) {
		if o.Division == division {
			return o.By
		}
	}
	return ""
}

// ordered is the division that a leader named beside the lead and that a
// reminder concerns, "" when it is another's.
func ordered(c petition.Case, f facts) string {
	if f.Clock == petition.ClockTask && f.Step >= 1 && f.Step <= len(c.Tasks) {
		return c.Tasks[f.Step-1].Division
	}
	return ""
}

// chased counts a reminder for the division that it concerns, and for who had
// signed for the case there. That approvers were reminded is no division's
// matter: it is a clock missed.
func (t *tally) chased(e store.Entry) {
	c, f := *e.After, factsOf(e)
	key, i := ChaseManual, dispatchOf(c, c.Lead())
	switch f.Clock {
	case petition.ClockSign:
		key, i = ChaseSign, f.Step-1
	case petition.ClockChase:
		key = strconv.Itoa(f.Step)
	case petition.ClockApprove:
		return
	default:
		named := ordered(c, f)
		if named == "" && c.Pending() != nil {
			return
		}
		if named != "" {
			i = dispatchOf(c, named)
		}
	}
	if i < 0 || i >= len(c.Dispatches) {
		return
	}
	d := c.Dispatches[i]
	t.division(d.Division).chase(key, c.Number)
	if d.SignedBy != "" {
		t.person(d.SignedBy, d.Division).chase(key, c.Number)
	}
}

// assessment puts what was counted in order; counting may go on afterwards.
func (t *tally) assessment() Assessment {
	order := map[string]int{}
	for i, d := range t.roster.Divisions {
		order[d.ID] = i
		t.division(d.ID)
	}
	rank := func(id string) int {
		if i, known := order[id]; known {
			return i
		}
		return len(order)
	}
	a := t.a
	a.Flow, a.Clocks = slices.Clone(a.Flow), maps.Clone(a.Clocks)
	for _, part := range t.divisions {
		d := part.apart()
		for _, n := range d.Received {
			if !t.seen[once{"lead", d.ID, n}] {
				d.Assisted = append(d.Assisted, n)
			}
		}
		a.Divisions = append(a.Divisions, d)
	}
	slices.SortFunc(a.Divisions, func(a, b Division) int {
		return cmp.Or(cmp.Compare(rank(a.ID), rank(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range t.persons {
		a.Persons = append(a.Persons, p.apart())
	}
	office := func(p Person) int {
		if p.Division == "" {
			return -1
		}
		return rank(p.Division)
	}
	slices.SortFunc(a.Persons, func(a, b Person) int {
		return cmp.Or(cmp.Compare(office(a), office(b)), cmp.Compare(a.Division, b.Division), cmp.Compare(a.Address, b.Address))
	})
	return a
}
