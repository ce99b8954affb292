package petition

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/calendar"
)

// ErrOutOfTurn is what every refusal of Step is: the event does not fit the
// case as it stands, and changed nothing.
var ErrOutOfTurn = errors.New("event out of turn")

// Refusal says why an event was refused; Say is the sentence for the person
// who asked for it.
type Refusal struct {
	Kind  EventKind
	State State
	Say   string
}

// Error names the event and the state.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%v: %s in state %q: %s", ErrOutOfTurn, r.Kind, r.State, r.Say)
}

// Is makes a Refusal an ErrOutOfTurn.
func (r *Refusal) Is(target error) bool { return target == ErrOutOfTurn }

// Step is the whole life of a case: what an event does to it, and what has to
// happen because of that. It is pure (c is not changed, no clock is read) and
// total: an event out of turn returns the case as it was and a *Refusal.
// A case that does not exist yet is the zero Case.
func Step(c Case, e Event, now time.Time, p Policy) (Case, []Effect, error) {
	h, known := turns[e.Kind]
	if !known {
		return c, nil, &Refusal{e.Kind, c.State, "无法识别的事项"}
	}
	s := &step{c: c.clone(), e: e, now: now, p: p}
	if c.State == "" && e.Kind != EvRegistered {
		return c, nil, s.refuse("该编号尚未登记")
	}
	if c.State != "" && !slices.Contains(h.in, c.State) {
		return c, nil, s.refuse(outOfTurn(c.State, e.Kind))
	}
	if err := h.do(s); err != nil {
		return c, nil, err
	}
	s.c.Seq++
	return s.c, s.effects, nil
}

// turn is one row of the life's table: the states an event may come in, and
// what it does there.
type turn struct {
	in []State
	do func(*step) error
}

var (
	anyState  = States()
	openState = []State{Registered, Triage, Accepted, Dispatched, Drafted}
	withDesk  = []State{Dispatched, Drafted} // lying with a division or drafted by one
	finished  = []State{Answered, Closed, Archived}
)

var turns = map[EventKind]turn{
	EvRegistered:     {nil, (*step).registered},
	EvClassified:     {[]State{Registered}, (*step).classified},
	EvTriaged:        {[]State{Registered}, (*step).triaged},
	EvAccepted:       {[]State{Triage, Dispatched, Drafted}, (*step).accepted},
	EvDispatched:     {[]State{Registered, Triage, Accepted}, (*step).dispatched},
	EvSigned:         {openState, (*step).signed},
	EvOpinion:        {withDesk, (*step).opinion},
	EvDrafted:        {[]State{Triage, Accepted, Dispatched, Drafted}, (*step).drafted},
	EvAmended:        {[]State{Drafted}, (*step).amended},
	EvSubmitted:      {[]State{Drafted}, (*step).submitted},
	EvApproved:       {[]State{Drafted}, (*step).approved},
	EvSentBack:       {[]State{Drafted}, (*step).sentBack},
	EvAnswered:       {[]State{Approved}, (*step).answered},
	EvReturned:       {[]State{Dispatched}, (*step).returned},
	EvReassigned:     {withDesk, (*step).reassigned},
	EvExtensionAsked: {[]State{Dispatched}, (*step).extensionAsked},
	EvExtended:       {[]State{Dispatched}, (*step).extended},
	EvAssisted:       {withDesk, (*step).assisted},
	EvRecalled:       {[]State{Approved}, (*step).recalled},
	EvInstructed:     {anyState, (*step).instructed},
	EvChased:         {append([]State{Approved}, openState...), (*step).chased},
	EvEscalated:      {append([]State{Approved}, openState...), (*step).escalated},
	EvMerged:         {[]State{Registered, Triage, Accepted, Dispatched}, (*step).merged},
	EvRefused:        {[]State{Approved}, (*step).refused},
	EvReferred:       {[]State{Approved}, (*step).refused},
	EvWithdrawn:      {openState, (*step).withdrawn},
	EvRated:          {finished, (*step).rated},
	EvClosed:         {[]State{Approved, Answered}, (*step).closed},
	EvReopened:       {[]State{Answered, Closed, Archived, Refused, Merged, Withdrawn}, (*step).reopened},
	EvRestricted:     {anyState, (*step).restricted},
	EvUnrestricted:   {anyState, (*step).unrestricted},
	EvPublished:      {finished, (*step).published},
	EvUnpublished:    {finished, (*step).unpublished},
	EvArchived:       {[]State{Closed, Refused, Merged, Withdrawn}, (*step).archived},
	EvSuspicious:     {anyState, (*step).recorded},
	EvBounced:        {anyState, (*step).bounced},
	EvHeld:           {anyState, (*step).recorded},
	EvNoted:          {anyState, (*step).noted},
	EvRecounted:      {append([]State{Approved}, openState...), (*step).recounted},
	EvErased:         {[]State{Archived, Refused, Merged, Withdrawn}, (*step).erased},
}

// step is one call of Step under way.
type step struct {
	c       Case
	e       Event
	now     time.Time
	p       Policy
	effects []Effect
}

func (s *step) refuse(say string) *Refusal { return &Refusal{s.e.Kind, s.c.State, say} }

func (s *step) emit(effects ...Effect) { s.effects = append(s.effects, effects...) }

// system reports whether the gateway itself acts.
func (s *step) system() bool { return s.e.Actor.Role == RoleSystem }

// due adds a time limit to an instant; estimated is noted on the case, since a
// deadline counted without the year's calendar must say so.
func (s *step) due(from time.Time, span calendar.Span) time.Time {
	t, estimated := s.p.Calendar.Add(from, span)
	s.c.Estimated = s.c.Estimated || estimated
	return t
}

// period is the event's own time limit, or the case's, or the policy's.
func (s *step) period() (calendar.Span, error) {
	for _, word := range []string{s.e.Period, s.c.Period} {
		if word == "" {
			continue
		}
		span, err := calendar.ParseSpan(word)
		if err != nil {
			return calendar.Span{}, s.refuse("办理时限“" + word + "”无法识别")
		}
		return span, nil
	}
	return s.p.Deadlines.Answer, nil
}

func (s *step) recorded() error { return nil }

// outOfTurn is the sentence for an event that does not fit the state.
func outOfTurn(state State, kind EventKind) string {
	return "该信件目前" + StateName(state) + "，不能" + EventName(kind)
}
