package petition

import (
	"slices"
	"time"
)

// registered opens a case (C3): the receipt goes out and the clocks of
// acceptance start from arrival, or from first sight of an old letter. An
// imported letter is not dealt with again: it only awaits being archived.
func (s *step) registered() error {
	if s.c.State != "" {
		return s.refuse("该编号已经登记")
	}
	if s.e.Fresh == nil || s.e.Fresh.Number == "" {
		return s.refuse("登记内容不完整")
	}
	s.c = s.e.Fresh.clone()
	s.c.State = Registered
	if s.c.Urgency == "" {
		s.c.Urgency = Normal
	}
	if s.c.Imported {
		s.c.State = Closed
		return nil
	}
	start := s.c.ClockStart()
	s.emit(Receipt{},
		Start{Clock: ClockAcceptWarning, Due: s.due(start, s.p.Deadlines.AcceptWarning)},
		Start{Clock: ClockAccept, Due: s.due(start, s.p.Deadlines.Accept)},
		Start{Clock: ClockLawAccept, Due: s.due(start, s.p.Deadlines.AcceptNotice).AddDate(0, 0, -3)})
	s.c.Estimated = false
	return nil
}

// classified takes the rules' verdict (C5) and decides between dispatch and
// triage. What no rule decides, what needs a look, and a confidential letter
// whose target is not fixed by its box go to a person (C14).
func (s *step) classified() error {
	v := s.e.Verdict
	if v == nil {
		return s.refuse("缺少分类结果")
	}
	c := &s.c
	c.Category, c.Rule, c.RulesVersion, c.Period = v.Category, v.Rule, v.Version, v.Period
	if v.Urgency != "" {
		c.Urgency = v.Urgency
	}
	c.Confidential = c.Confidential || v.Confidential
	for _, id := range v.Accuses {
		if !slices.Contains(c.Accused, id) {
			c.Accused = append(c.Accused, id)
		}
	}
	c.Recused = append(c.Recused, v.Recuse...)
	s.tell(v.Notify)
	if c.Urgency != Normal {
		s.alertUrgent()
	}
	if why := s.triageReason(v); why != "" {
		s.emit(Follow{Event{Kind: EvTriaged, Actor: System(), Text: why, Verdict: v}})
		return nil
	}
	targets := []string{v.Division}
	for _, id := range v.Assist {
		_, known := s.p.Roster.Division(id)
		if known && !slices.Contains(targets, id) && !slices.Contains(c.Accused, id) {
			targets = append(targets, id)
		}
	}
	if c.Related != "" {
		// Nobody of the office would see the letter otherwise.
		s.emit(Mail{Template: "alarm", Variant: VariantRelated, To: s.office()})
	}
	s.emit(Follow{Event{Kind: EvDispatched, Actor: System(), Divisions: targets, Period: v.Period}})
	return nil
}

// triageReason is why a person must decide, "" when the verdict is sure.
func (s *step) triageReason(v *Verdict) string {
	_, known := s.p.Roster.Division(v.Division)
	switch {
	case v.NeedsLook != "":
		return v.NeedsLook
	case v.Division == "":
		return "没有规则能够确定承办处室"
	case !known:
		return "规则指定的处室“" + v.Division + "”不在名册中"
	case slices.Contains(s.c.Accused, v.Division):
		return "来信反映的正是规则指定的处室，须另行确定承办处室"
	case s.c.Confidential && v.DecidedBy != "box":
		return "保密件，承办处室须由人工确定"
	case s.p.Dispatch == "confirm":
		return "按规定先由电子政务室确认分办"
	}
	return ""
}

// alertUrgent tells the duty officer at once, and again every half hour until
// somebody answers 收到 (C11).
func (s *step) alertUrgent() {
	s.emit(Mail{Template: "alarm", Variant: VariantUrgent, To: []Recipient{{Role: RoleDuty}}, Matter: MatterAlarm},
		Start{Clock: ClockUrgent, Due: s.now.Add(UrgentEvery)})
}

// UrgentEvery is how often an unanswered alarm is repeated (spec system section 1).
const UrgentEvery = 30 * time.Minute

// triaged puts the letter before the office.
func (s *step) triaged() error {
	s.c.State = Triage
	s.c.TriageWhy = s.e.Text
	s.emit(Mail{Template: "triage", To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	return nil
}

// accepted is a person's word that the office takes the matter (C4). In auto
// mode the state stays where the dispatch has brought it.
func (s *step) accepted() error {
	c := &s.c
	if !c.Accepted.IsZero() {
		return s.refuse("该信件已于" + c.Accepted.In(s.location()).Format("2006年1月2日 15:04") + "受理")
	}
	// NOTE: a liaison's return accepts too (it is a human act), but leaves the
	// case in triage: somebody still has to send it somewhere.
	if c.State == Triage && s.e.Actor.Division == "" {
		c.State = Accepted
	}
	c.Accepted, c.AcceptedBy = s.now, s.e.Actor.Address
	limit, _ := s.p.Calendar.Add(c.ClockStart(), s.p.Deadlines.Accept)
	if s.now.After(limit) {
		c.AcceptLate = true
	}
	s.emit(Stop{Clocks: []Clock{ClockAcceptWarning, ClockAccept, ClockLawAccept}},
		Start{Clock: ClockLawAnswer, Due: s.due(s.now, s.p.Deadlines.LawAnswer)})
	if c.Sender != "" {
		c.Noticed = s.now
		s.emit(Mail{Template: "acceptance", To: s.citizen()})
	}
	return nil
}

// accept follows a person's first act on a case that nobody accepted yet.
func (s *step) accept() {
	if s.c.Accepted.IsZero() && !s.system() {
		s.emit(Follow{Event{Kind: EvAccepted, Actor: s.e.Actor}})
	}
}

func (s *step) merged() error {
	if s.e.Target == "" || s.e.Target == s.c.Number {
		return s.refuse("请写明并入哪一件来信的编号")
	}
	s.c.State, s.c.MergedInto = Merged, s.e.Target
	if s.c.Sender != "" {
		// The receipt promises word within 15 days whether the matter is taken.
		s.emit(Mail{Template: "notice", Variant: VariantMerged, To: s.citizen()})
	}
	s.endAll("该信件已并入 " + string(s.e.Target) + " 一并办理，贵处室无需就本件单独答复。")
	return nil
}

func (s *step) withdrawn() error {
	s.c.State = Withdrawn
	s.endAll("来信人已撤回该信件，贵处室无需继续办理。")
	return nil
}

// endAll ends every clock, code and dispatch of a case that goes no further,
// and has its dossier written.
//
// The divisions that had it keep their place on it: they are told that they
// need not go on, and may see why when they ask.
func (s *step) endAll(told string) {
	var to []Recipient
	for _, d := range s.c.Dispatches {
		if d.Ended.IsZero() {
			to = append(to, s.liaisons(d.Division)...)
		}
	}
	if len(to) > 0 {
		s.emit(Mail{Template: "transcript", Variant: VariantEnded, To: unique(to), Note: told})
	}
	s.supersede()
	s.c.Closed = s.now
	s.emit(Void{}, Stop{}, Start{Clock: ClockArchive, Due: s.now})
	s.finish(every)
}
