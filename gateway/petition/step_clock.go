package petition

import (
	"slices"
	"time"

	"xinfangd/gateway/calendar"
)

var zeroTime time.Time

// chase is whom a reminder goes to, for which matter, and in which form.
type chase struct {
	to, copies []Recipient
	matter     Matter
	formal     bool
}

// chased puts a reminder on the record and sends it (C8): a clock's, whose
// condition must still hold, or one that a person ordered.
func (s *step) chased() error {
	out, err := s.chaseTargets()
	if err != nil {
		return err
	}
	// One chase reaches a person once, as the one who has to act.
	out.copies = slices.DeleteFunc(out.copies, func(r Recipient) bool {
		return slices.ContainsFunc(out.to, func(t Recipient) bool { return SameAddress(t.Address, r.Address) })
	})
	recipients := append(slices.Clone(out.to), out.copies...)
	if len(recipients) == 0 {
		return s.refuse("没有可以催办的对象")
	}
	var names []string
	for _, r := range recipients {
		names = append(names, r.Name)
	}
	s.c.Chases = append(s.c.Chases, Chase{Step: s.e.Step, Clock: s.e.Clock, At: s.now, To: names, Why: s.e.Text, Formal: out.formal})
	if s.e.Formal && !s.system() {
		if err := s.supervised(); err != nil {
			return err
		}
	}
	if len(out.to) > 0 {
		s.emit(Mail{Template: "chase", To: out.to, Matter: out.matter, Revision: s.revisionOf(out.matter), Note: s.e.Text, Step: s.e.Step, Formal: out.formal})
	}
	if len(out.copies) > 0 {
		s.emit(Mail{Template: "chase", To: out.copies, Note: s.e.Text, Step: s.e.Step, Formal: out.formal})
	}
	return nil
}

// revisionOf is the draft that a chase for a decision is about.
func (s *step) revisionOf(m Matter) int {
	if d := s.c.Pending(); d != nil && m == MatterApproval {
		return d.Revision
	}
	return 0
}

// chaseTargets says whom a chase goes to, and refuses one whose reason is gone.
func (s *step) chaseTargets() (chase, error) {
	lead := s.c.Lead()
	switch s.e.Clock {
	case ClockTask:
		return s.taskTargets()
	case ClockSign:
		i := s.e.Step - 1
		if i < 0 || i >= len(s.c.Dispatches) || !s.c.Dispatches[i].Signed.IsZero() || !s.c.Dispatches[i].Ended.IsZero() {
			return chase{}, s.refuse("已签收，无需催办")
		}
		return chase{to: s.liaisons(s.c.Dispatches[i].Division), matter: MatterDispatch}, nil
	case ClockChase:
		if s.c.State != Dispatched || s.e.Step < 1 || s.e.Step > len(s.p.Chase) {
			return chase{}, s.refuse("已办理，无需催办")
		}
		rung := s.p.Chase[s.e.Step-1]
		out := chase{to: s.reached(rung.To, lead), copies: s.reached(rung.Copy, lead), matter: MatterDispatch, formal: rung.Formal}
		if d, ok := s.p.Roster.Division(lead); ok && d.Head.Address == "" && slices.Contains(rung.To, "head") {
			// A division may be without a head: what was meant for one is not lost.
			out.copies = unique(append(out.copies, s.office()...))
		}
		return out, nil
	case ClockApprove:
		return s.approveTargets()
	}
	switch {
	case s.c.Pending() != nil:
		return chase{to: s.deciders(*s.c.Pending()), matter: MatterApproval, formal: s.e.Formal}, nil
	case lead != "":
		return chase{to: s.all(lead), matter: MatterDispatch, formal: s.e.Formal}, nil
	case s.e.Formal && s.e.Actor.Role == RoleLeader && s.c.Open():
		// A leader presses the office for a letter that it has not sent on.
		return chase{to: s.office(), matter: MatterTriage, formal: true}, nil
	}
	return chase{}, s.refuse("该信件尚未分办，没有可以催办的处室")
}

// approveTargets: the approvers, and on the second day the office's chiefs or
// the deputy leader besides.
func (s *step) approveTargets() (chase, error) {
	d := s.c.Pending()
	if d == nil {
		return chase{}, s.refuse("已审核，无需催办")
	}
	out := chase{to: s.deciders(*d), matter: MatterApproval}
	if s.e.Step > 1 {
		if out.copies = s.chiefs(); len(out.copies) == 0 {
			out.copies = s.leaders("deputy")
		}
		return out, nil
	}
	next, _ := s.p.Calendar.Add(s.now, calendar.Span{N: 1, Unit: calendar.WorkingDays})
	s.emit(Start{Clock: ClockApprove, Step: 2, Due: next})
	return out, nil
}

// escalated is the acceptance clock (C4): a warning before the 24 hours end,
// and a breach that stays on the record for ever. An urgent letter's alarm is
// repeated by the same event.
func (s *step) escalated() error {
	if s.c.State == Approved && s.e.Clock != ClockLawAnswer {
		return s.refuse(outOfTurn(s.c.State, s.e.Kind))
	}
	switch s.e.Clock {
	case ClockUrgent:
		// The division hears of it again as well: whoever of them all is awake
		// answers first.
		s.c.Urged++
		to := []Recipient{{Role: RoleDuty}}
		if lead := s.c.Lead(); lead != "" {
			to = append(to, append(s.liaisons(lead), s.head(lead)...)...)
		}
		s.emit(Mail{Template: "alarm", Variant: VariantUrgent, To: unique(to), Matter: MatterAlarm})
		leaders := slices.DeleteFunc(s.leaders(""), func(r Recipient) bool { return !slices.Contains(s.c.Leaders, r.Address) })
		if len(leaders) > 0 {
			s.emit(Mail{Template: "report", Variant: VariantUrgent, To: leaders, Matter: MatterReport})
		}
		s.emit(Start{Clock: ClockUrgent, Due: s.now.Add(UrgentEvery)})
		return nil
	case ClockLawAnswer:
		s.emit(Mail{Template: "alarm", Variant: VariantUnanswered, To: append(s.office(), s.chiefs()...), Note: s.e.Text, Late: true})
		return nil
	}
	if !s.c.Accepted.IsZero() {
		return s.refuse("该信件已经受理")
	}
	late := s.e.Clock == ClockAccept
	if late {
		s.c.AcceptLate = true
	}
	to := append(s.office(), Recipient{Role: RoleDuty})
	s.emit(Mail{Template: "alarm", Variant: VariantUnaccepted, To: to, Matter: MatterTriage, Note: s.e.Text, Late: late})
	return nil
}

// bounced tells the people who must act on a mail that did not arrive: a
// citizen's address is the office's matter, a liaison's also the head's.
func (s *step) bounced() error {
	if SameAddress(s.e.Address, s.c.Sender) && (s.c.State == Approved || s.c.State == Answered) {
		s.c.Undelivered = true
	}
	to := s.office()
	for _, post := range s.p.Roster.Posts(s.e.Address) {
		if post.Role == RoleLiaison {
			to = append(to, s.head(post.Division)...)
		}
	}
	to = slices.DeleteFunc(to, func(r Recipient) bool { return SameAddress(r.Address, s.e.Address) })
	if len(to) > 0 {
		s.emit(Mail{Template: "alarm", Variant: VariantBounced, To: to, Note: s.e.Text})
	}
	return nil
}

// noted puts a remark on the record. What the citizen adds to a case goes to
// whoever has it in hand.
func (s *step) noted() error {
	if s.e.Actor.Role != RoleCitizen {
		return nil
	}
	var to []Recipient
	for _, d := range s.c.Dispatches {
		if d.Ended.IsZero() {
			to = append(to, s.liaisons(d.Division)...)
		}
	}
	if s.c.State == Dispatched && len(to) > 0 {
		s.emit(Mail{Template: "dispatch", Variant: VariantSupplement, To: to, Matter: MatterDispatch, Note: s.e.Text})
		return nil
	}
	s.emit(Mail{Template: "triage", Variant: VariantSupplement, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	return nil
}
