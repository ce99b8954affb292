package petition

import (
	"slices"
	"time"
)

var zeroTime time.Time

// chased puts a reminder on the record and sends it (C8): a clock's, whose
// condition must still hold, or one that a person ordered.
func (s *step) chased() error {
	to, copies, formal, err := s.chaseTargets()
	if err != nil {
		return err
	}
	matter, template := MatterDispatch, "chase"
	if s.c.State == Drafted && s.e.Clock != ClockSign {
		matter = MatterApproval
	}
	recipients := append(slices.Clone(to), copies...)
	if len(recipients) == 0 {
		return s.refuse("没有可以催办的对象")
	}
	var names []string
	for _, r := range recipients {
		names = append(names, r.Name)
	}
	s.c.Chases = append(s.c.Chases, Chase{Step: s.e.Step, At: s.now, To: names, Why: s.e.Text})
	s.emit(Mail{Template: template, To: to, Matter: matter, Revision: s.revisionOf(matter), Note: s.e.Text, Step: s.e.Step, Formal: formal})
	if len(copies) > 0 {
		s.emit(Mail{Template: template, To: copies, Note: s.e.Text, Step: s.e.Step, Formal: formal})
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
func (s *step) chaseTargets() (to, copies []Recipient, formal bool, err error) {
	lead := s.c.Lead()
	switch s.e.Clock {
	case ClockSign:
		i := s.e.Step - 1
		if i < 0 || i >= len(s.c.Dispatches) || !s.c.Dispatches[i].Signed.IsZero() || !s.c.Dispatches[i].Ended.IsZero() {
			return nil, nil, false, s.refuse("已签收，无需催办")
		}
		return s.liaisons(s.c.Dispatches[i].Division), nil, false, nil
	case ClockChase:
		if s.c.State != Dispatched || s.e.Step < 1 || s.e.Step > len(s.p.Chase) {
			return nil, nil, false, s.refuse("已办理，无需催办")
		}
		rung := s.p.Chase[s.e.Step-1]
		return s.reached(rung.To, lead), s.reached(rung.Copy, lead), rung.Formal, nil
	case ClockApprove:
		d := s.c.Pending()
		if d == nil {
			return nil, nil, false, s.refuse("已审核，无需催办")
		}
		if s.e.Step > 1 {
			if chiefs := s.chiefs(); len(chiefs) > 0 {
				return s.deciders(*d), chiefs, false, nil
			}
			return s.deciders(*d), s.leaders("deputy"), false, nil
		}
		next, _ := s.p.Calendar.Add(s.now, s.p.Deadlines.Approve)
		s.emit(Start{Clock: ClockApprove, Step: 2, Due: next})
		return s.deciders(*d), nil, false, nil
	}
	switch {
	case s.c.Pending() != nil:
		return s.deciders(*s.c.Pending()), nil, false, nil
	case lead != "":
		to = append(s.liaisons(lead), s.head(lead)...)
		return to, nil, s.e.Formal || s.e.Actor.Role == RoleLeader, nil
	}
	return nil, nil, false, s.refuse("该信件尚未分办，没有可以催办的处室")
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
		s.emit(Mail{Template: "alarm", Variant: VariantUrgent, To: []Recipient{{Role: RoleDuty}}, Matter: MatterAlarm},
			Start{Clock: ClockUrgent, Due: s.now.Add(UrgentEvery)})
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
