package petition

import (
	"slices"
	"time"

	"xinfangd/gateway/calendar"
)

// Task is what somebody ordered in a case: a leader's instruction (批示), or a
// supervision (督办). It has a deadline of its own and, when a leader ordered it,
// is reported back when it is done (C10). The words of an instruction lie in the
// ledger, under the same time and author.
type Task struct {
	N      int    `json:"n"`
	Formal bool   `json:"formal,omitempty"` // 督办 rather than 批示
	By     string `json:"by"`
	Leader bool   `json:"leader,omitempty"` // a leader ordered it
	// Division is who was named to do it beside the lead; "" is whoever has the
	// case in hand, and done is then when the citizen has the answer.
	Division string    `json:"division,omitempty"`
	At       time.Time `json:"at"`
	Due      time.Time `json:"due,omitzero"`
	Chased   int       `json:"chased,omitempty"`
	Done     time.Time `json:"done,omitzero"`
}

// Task is the open task of a number, nil when there is none.
func (c *Case) Task(n int) *Task {
	if n < 1 || n > len(c.Tasks) || !c.Tasks[n-1].Done.IsZero() {
		return nil
	}
	return &c.Tasks[n-1]
}

// order puts a task on the case.
func (s *step) order(t Task) {
	t.N, t.At, t.By, t.Leader = len(s.c.Tasks)+1, s.now, s.e.Actor.Address, s.e.Actor.Role == RoleLeader
	s.c.Tasks = append(s.c.Tasks, t)
	if !t.Due.IsZero() && (t.Formal || t.Division != "") {
		// What the lead must do otherwise is chased by its ladder.
		s.emit(Start{Clock: ClockTask, Step: t.N, Due: t.Due})
	}
}

// own is the deadline that an order names, or the one that it has without.
func (s *step) own(otherwise time.Time) (time.Time, error) {
	if s.e.Period == "" {
		return otherwise, nil
	}
	span, err := calendar.ParseSpan(s.e.Period)
	if err != nil {
		return time.Time{}, s.refuse("办理时限“" + s.e.Period + "”无法识别")
	}
	return s.due(s.now, span), nil
}

// instructed passes a leader's instruction on (C10). The division that it names
// gets it with a deadline of its own: as the lead of a letter that nobody has
// yet, else beside the lead. Without a name it goes to the lead, and to the
// office when there is none or the letter is no longer worked on.
func (s *step) instructed() error {
	if s.e.Text == "" {
		return s.refuse("没有读到批示的文字")
	}
	var targets []string
	var err error
	if len(s.e.Divisions) > 0 {
		if targets, err = s.targets(); err != nil {
			return err
		}
	}
	s.emit(Stop{Clocks: []Clock{ClockUrgent}})
	lead := s.c.Lead()
	switch {
	case s.c.State == Triage && len(targets) > 0, s.c.State == Accepted && len(targets) > 0:
		return s.instructFirst(targets)
	case s.c.State != Dispatched && s.c.State != Drafted, lead == "":
		return s.instructOffice()
	}
	others := slices.DeleteFunc(slices.Clone(targets), func(id string) bool { return id == lead })
	if len(others) < len(targets) || len(targets) == 0 {
		if err := s.instructLead(lead); err != nil {
			return err
		}
	} else {
		s.emit(Mail{Template: "dispatch", Variant: VariantInstructed, To: s.all(lead), Matter: MatterDispatch, Note: s.e.Text})
	}
	for _, id := range others {
		if err := s.instructOther(id); err != nil {
			return err
		}
	}
	return nil
}

// instructFirst gives a letter that lay before the office to the divisions that
// the leader names.
func (s *step) instructFirst(targets []string) error {
	if err := s.limit(); err != nil {
		return err
	}
	s.c.State = Dispatched
	s.emit(Void{Matter: MatterTriage})
	for i, id := range targets {
		s.hand(id, i == 0, VariantInstructed)
	}
	s.order(Task{Due: s.c.Due})
	s.ladder()
	s.accept()
	return nil
}

// instructOffice puts an instruction before the office; a time limit that it
// names will be that of the dispatch.
func (s *step) instructOffice() error {
	due, err := s.own(zeroTime)
	if err != nil {
		return err
	}
	if s.e.Period != "" && s.c.Open() {
		s.c.Period = s.e.Period
	}
	s.order(Task{Due: due})
	s.emit(Mail{Template: "triage", Variant: VariantInstructed, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	return nil
}

// instructLead passes an instruction to the lead; a time limit that it names
// becomes that of the case.
func (s *step) instructLead(lead string) error {
	if s.e.Period != "" {
		if err := s.limit(); err != nil {
			return err
		}
		s.c.setDue(lead, s.c.Due)
		s.ladder()
	}
	s.order(Task{Due: s.c.Due})
	s.emit(Mail{Template: "dispatch", Variant: VariantInstructed, To: s.all(lead), Matter: MatterDispatch, Note: s.e.Text})
	return nil
}

// instructOther gives an instruction to a division beside the lead, which from
// then on assists.
func (s *step) instructOther(id string) error {
	usual := s.c.Due
	if !usual.After(s.now) {
		usual = s.due(s.now, s.p.Deadlines.Answer)
	}
	due, err := s.own(usual)
	if err != nil {
		return err
	}
	if d, held := s.c.Held(id); !held {
		s.c.Dispatches = append(s.c.Dispatches, Dispatch{Division: id, At: s.now, Due: due})
		s.emit(Start{Clock: ClockSign, Step: len(s.c.Dispatches), Due: s.due(s.now, s.p.Deadlines.Sign)})
	} else if s.e.Period != "" || d.Due.IsZero() {
		s.c.setDue(id, due)
	}
	s.order(Task{Division: id, Due: due})
	s.emit(Mail{Template: "assist", Variant: VariantInstructed, To: s.all(id), Matter: MatterDispatch, Note: s.e.Text})
	return nil
}

// extendTask moves the deadline of what a leader asked of an assisting division.
func (s *step) extendTask(division string, due time.Time) {
	for i := range s.c.Tasks {
		if t := &s.c.Tasks[i]; t.Division == division && t.Done.IsZero() {
			t.Due = due
			s.emit(Start{Clock: ClockTask, Step: t.N, Due: due})
		}
	}
}

// all is a division's liaisons and its head, each once.
func (s *step) all(division string) []Recipient {
	return unique(append(s.liaisons(division), s.head(division)...))
}

// setDue gives the dispatch that lies with a division another deadline.
func (c *Case) setDue(division string, due time.Time) {
	for i := range c.Dispatches {
		if d := &c.Dispatches[i]; d.Division == division && d.Ended.IsZero() {
			d.Due = due
		}
	}
}

// supervised is what 督办 does besides the chase that it is: the matter gets a
// deadline of its own and is chased on it.
func (s *step) supervised() error {
	due, err := s.own(s.due(s.now, s.p.Deadlines.Supervise))
	if err != nil {
		return err
	}
	s.order(Task{Formal: true, Due: due})
	return nil
}

// taskTargets says whom a task that is not done in time is chased with: those
// who have it in hand, from the second time formally with a copy to the office,
// the third and last time with one to the leader who ordered it.
func (s *step) taskTargets() (chase, error) {
	t := s.c.Task(s.e.Step)
	if t == nil || !s.c.Open() {
		return chase{}, s.refuse("已办结，无需催办")
	}
	out := chase{matter: MatterDispatch}
	lead := s.c.Lead()
	switch {
	case t.Division != "":
		out.to = s.all(t.Division)
	case s.c.Pending() != nil:
		out.to, out.matter = s.deciders(*s.c.Pending()), MatterApproval
	case lead != "":
		out.to = s.all(lead)
	default:
		out.to, out.matter = s.office(), MatterTriage
	}
	t.Chased++
	out.formal = t.Formal || t.Chased > 1
	if t.Chased > 1 {
		out.copies = s.office()
	}
	if t.Chased > 2 && t.Leader {
		out.copies = append(out.copies, slices.DeleteFunc(s.leaders(""), func(r Recipient) bool { return !SameAddress(r.Address, t.By) })...)
	}
	out.copies = slices.DeleteFunc(out.copies, func(r Recipient) bool {
		return slices.ContainsFunc(out.to, func(to Recipient) bool { return SameAddress(to.Address, r.Address) })
	})
	if t.Chased < 3 {
		s.emit(Start{Clock: ClockTask, Step: t.N, Due: s.due(s.now, calendar.Span{N: t.Chased, Unit: calendar.WorkingDays})})
	}
	return out, nil
}

// finish notes that tasks are done and reports each back to the leader who
// ordered it.
func (s *step) finish(done func(Task) bool) {
	var leaders []Recipient
	for i := range s.c.Tasks {
		t := &s.c.Tasks[i]
		if !t.Done.IsZero() || !done(*t) {
			continue
		}
		t.Done = s.now
		if t.Leader {
			leaders = append(leaders, slices.DeleteFunc(s.leaders(""), func(r Recipient) bool { return !SameAddress(r.Address, t.By) })...)
		}
	}
	if len(leaders) > 0 {
		s.emit(Mail{Template: "report", Variant: VariantDone, To: unique(leaders), Matter: MatterReport})
	}
}

// every is for finish: the case is at its end.
func every(Task) bool { return true }
