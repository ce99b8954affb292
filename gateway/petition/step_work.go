package petition

import (
	"slices"
	"time"

	"xinfangd/gateway/calendar"
)

// dispatched sends the case to its divisions (C5); the first leads.
func (s *step) dispatched() error {
	targets, err := s.targets()
	if err != nil {
		return err
	}
	if err := s.limit(); err != nil {
		return err
	}
	s.c.State = Dispatched
	s.emit(Void{Matter: MatterTriage})
	for i, id := range targets {
		if _, assisting := s.c.Held(id); assisting {
			s.end(id)
		}
		s.hand(id, i == 0, "")
	}
	s.ladder()
	if s.system() && s.p.Acceptance == "dispatch" && s.c.Accepted.IsZero() {
		s.emit(Follow{Event{Kind: EvAccepted, Actor: System()}})
	}
	s.accept()
	return nil
}

// targets checks the divisions that an event names.
func (s *step) targets() ([]string, error) {
	var ids []string
	for _, id := range s.e.Divisions {
		d, ok := s.p.Roster.Division(id)
		if !ok {
			return nil, s.refuse("名册中没有处室“" + id + "”")
		}
		if slices.Contains(s.c.Accused, id) {
			return nil, s.refuse(d.Name + "为来信反映的对象，按规定应当回避，不能承办或协办")
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, s.refuse("请写明承办处室")
	}
	return ids, nil
}

// limit sets the answer's deadline from the event, the case or the policy. A
// deadline counted afresh forgets that an earlier one was estimated.
func (s *step) limit() error {
	span, err := s.period()
	if err != nil {
		return err
	}
	s.c.Estimated = false
	s.c.Due = s.due(s.now, span)
	s.c.DueFrom, s.c.Spans = s.now, []string{span.String()}
	return nil
}

// hand gives the case to one division, with a mail to its liaisons and the
// clock of signing.
func (s *step) hand(division string, lead bool, variant string) {
	d := Dispatch{Division: division, Lead: lead, At: s.now, Due: s.c.Due}
	s.c.Dispatches = append(s.c.Dispatches, d)
	template := "assist"
	if lead {
		template = "dispatch"
	}
	to := s.liaisons(division)
	if s.c.Urgency != Normal || s.c.ToHead && lead {
		to = unique(append(to, s.head(division)...))
	}
	s.emit(Mail{Template: template, Variant: variant, To: to, Matter: MatterDispatch, Note: s.e.Text},
		Start{Clock: ClockSign, Step: len(s.c.Dispatches), Due: s.due(s.now, s.p.Deadlines.Sign)})
}

// ladder starts the chase clocks that still lie ahead of the deadline (C8).
func (s *step) ladder() {
	s.c.LadderAt = s.now
	s.emit(Stop{Clocks: []Clock{ClockChase}})
	for i, rung := range s.p.Chase {
		at, _ := s.p.Calendar.Add(s.c.Due, rung.At)
		if at.After(s.now) {
			s.emit(Start{Clock: ClockChase, Step: i + 1, Due: at})
		}
	}
}

// signed notes who has taken a dispatch in hand; anybody else's 收到 stops the
// repeated alarm of an urgent letter.
func (s *step) signed() error {
	i := s.mine()
	if i < 0 {
		if s.c.Urgency == Normal {
			return s.refuse("该信件没有需要您签收的事项")
		}
		s.emit(Stop{Clocks: []Clock{ClockUrgent}}, Void{Matter: MatterAlarm})
		return nil
	}
	d := &s.c.Dispatches[i]
	if !d.Signed.IsZero() {
		return s.refuse("该信件已于" + d.Signed.In(s.location()).Format("2006年1月2日 15:04") + "签收，无需重复签收")
	}
	d.Signed, d.SignedBy = s.now, s.e.Actor.Address
	s.emit(Stop{Clocks: []Clock{ClockUrgent}})
	s.accept()
	return nil
}

// mine is the index of the live dispatch of the actor's division, -1 when none.
func (s *step) mine() int {
	if s.e.Actor.Division == "" {
		return -1
	}
	return slices.IndexFunc(s.c.Dispatches, func(d Dispatch) bool {
		return d.Division == s.e.Actor.Division && d.Ended.IsZero()
	})
}

// opinion takes a division's words (C7). Whether it becomes a draft is a second
// event, drafted, which carries the rendered answer.
func (s *step) opinion() error {
	i := s.mine()
	if i < 0 {
		return s.refuse("该信件目前不由贵处室办理")
	}
	if s.e.Opinion == nil || s.e.Opinion.Text == "" {
		return s.refuse("没有读到办理意见的文字")
	}
	d := &s.c.Dispatches[i]
	if d.Signed.IsZero() {
		d.Signed, d.SignedBy = s.now, s.e.Actor.Address
	}
	d.Answered = s.now
	o := *s.e.Opinion
	o.N, o.Division, o.By, o.At = len(s.c.Opinions)+1, d.Division, s.e.Actor.Address, s.now
	s.c.Opinions = append(s.c.Opinions, o)
	s.emit(Stop{Clocks: []Clock{ClockUrgent}})
	s.finish(func(t Task) bool { return t.Division == o.Division })
	if pending := s.c.Pending(); pending != nil && !d.Lead {
		// Who decides on the draft must not do so without what was asked for.
		if to := s.deciders(*pending); len(to) > 0 {
			s.emit(Mail{Template: "approval", Variant: VariantOpinion, To: to, Matter: MatterApproval, Revision: pending.Revision})
		}
	}
	s.accept()
	return nil
}

// returned: not ours (spec mail section 4). The lead's return puts the case
// back before the office, an assisting division's only ends its own part.
func (s *step) returned() error {
	i := s.mine()
	if i < 0 {
		return s.refuse("该信件目前不由贵处室办理")
	}
	if s.e.Text == "" {
		return s.refuse("退回须写明理由，例如：退回 不属我处职责，建议转某处")
	}
	division := s.c.Dispatches[i].Division
	lead := s.c.Dispatches[i].Lead
	s.accept()
	s.end(division)
	if !lead {
		s.emit(Mail{Template: "triage", Variant: VariantReturned, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
		return nil
	}
	for _, d := range s.c.Dispatches {
		if d.Ended.IsZero() {
			s.end(d.Division)
		}
	}
	s.c.State, s.c.TriageWhy, s.c.Asked, s.c.Help = Triage, s.e.Text, nil, nil
	s.emit(Stop{Clocks: []Clock{ClockSign, ClockChase}},
		Mail{Template: "triage", Variant: VariantReturned, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	return nil
}

// end takes the case away from a division; its codes die, what it asked for is
// not granted any more, and what a leader ordered of it is left to whoever has
// the case in hand.
func (s *step) end(division string) {
	if s.c.Asked != nil && s.c.Asked.Division == division {
		s.c.Asked = nil
	}
	if s.c.Help != nil && s.c.Help.Division == division {
		s.c.Help = nil
	}
	for i := range s.c.Dispatches {
		d := &s.c.Dispatches[i]
		if d.Division == division && d.Ended.IsZero() {
			d.Ended = s.now
		}
	}
	for i := range s.c.Tasks {
		if t := &s.c.Tasks[i]; t.Division == division && t.Done.IsZero() {
			t.Division = ""
		}
	}
	s.emit(Void{Matter: MatterDispatch, Division: division})
}

// reassigned takes the case from its lead and gives it to another division.
func (s *step) reassigned() error {
	targets, err := s.targets()
	if err != nil {
		return err
	}
	if len(targets) != 1 {
		return s.refuse("改派只能写一个处室")
	}
	from, to := s.c.Lead(), targets[0]
	if from == to {
		return s.refuse("该信件已由" + s.p.Roster.DivisionName(to) + "主办，无需改派")
	}
	if s.e.Text == "" {
		return s.refuse("改派须写明理由，例如：改派 电力处 属供电管理事项")
	}
	if s.e.Period == "" {
		s.c.Period = ""
	}
	if err := s.limit(); err != nil {
		return err
	}
	s.end(from)
	if _, assisting := s.c.Held(to); assisting {
		s.end(to)
	}
	s.supersede()
	s.c.State, s.c.Asked, s.c.Help = Dispatched, nil, nil
	s.emit(Void{Matter: MatterApproval}, Stop{Clocks: []Clock{ClockApprove}})
	s.hand(to, true, "")
	s.ladder()
	s.accept()
	return nil
}

// assisted adds divisions that help the lead. A division only asks; the office
// grants what was asked, or denies it, or adds divisions of its own accord.
func (s *step) assisted() error {
	asked := s.c.Help
	switch {
	case s.e.Actor.Division != "":
		return s.askHelp()
	case s.e.Deny && asked == nil, len(s.e.Divisions) == 0 && asked == nil:
		return s.refuse("该信件没有等待决定的协办申请")
	case s.e.Deny:
		s.c.Help = nil
		s.emit(Mail{Template: "dispatch", Variant: VariantNotHelped, To: s.liaisons(asked.Division), Matter: MatterDispatch, Note: s.e.Text})
		return nil
	case len(s.e.Divisions) == 0:
		s.e.Divisions = asked.Divisions
		s.c.Help = nil
	}
	targets, err := s.targets()
	if err != nil {
		return err
	}
	for _, id := range targets {
		if _, held := s.c.Held(id); held {
			return s.refuse(s.p.Roster.DivisionName(id) + "已在办理该信件")
		}
	}
	for _, id := range targets {
		s.hand(id, false, "")
	}
	s.accept()
	return nil
}

// askHelp puts a division's wish for assistance before the office.
func (s *step) askHelp() error {
	i := s.mine()
	if i < 0 || !s.c.Dispatches[i].Lead {
		return s.refuse("该信件目前不由贵处室主办")
	}
	targets, err := s.targets()
	if err != nil {
		return err
	}
	if s.c.Help != nil {
		return s.refuse("该信件已有一项协办申请等待电子政务室决定")
	}
	s.c.Help = &Help{Division: s.c.Dispatches[i].Division, By: s.e.Actor.Address, Divisions: targets, At: s.now}
	s.emit(Mail{Template: "triage", Variant: VariantHelp, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	s.accept()
	return nil
}

func (s *step) extensionAsked() error {
	i := s.mine()
	if i < 0 {
		return s.refuse("该信件目前不由贵处室办理")
	}
	if s.c.Asked != nil {
		return s.refuse("该信件已有一项延期申请等待电子政务室决定")
	}
	if s.e.Period == "" || s.e.Text == "" {
		return s.refuse("申请延期须写明天数和理由，例如：延期 5 需现场核查")
	}
	if _, err := s.extends(s.c.Dispatches[i], s.e.Period); err != nil {
		return err
	}
	s.c.Asked = &Extension{Division: s.c.Dispatches[i].Division, By: s.e.Actor.Address, Period: s.e.Period, At: s.now}
	s.emit(Mail{Template: "triage", Variant: VariantExtension, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
	s.accept()
	return nil
}

// extends is the deadline that an extension of a dispatch leads to. There is one
// extension, and the law limits its length.
func (s *step) extends(d Dispatch, period string) (time.Time, error) {
	span, err := calendar.ParseSpan(period)
	if err != nil {
		return time.Time{}, s.refuse("延长的期限“" + period + "”无法识别")
	}
	from := d.Due
	if d.Lead {
		from = s.c.Due
	}
	if d.Extended > 0 || d.Lead && s.c.Extended > 0 {
		return time.Time{}, s.refuse("该信件已经延期一次，按规定不能再延")
	}
	due := s.due(from, span)
	if limit, _ := s.p.Calendar.Add(from, s.p.Deadlines.Extension); due.After(limit) {
		return time.Time{}, s.refuse("延期太长，最多延到 " + limit.In(s.location()).Format("2006年1月2日") + "，请减少天数")
	}
	return due, nil
}

// extended is the office's word on a request: granted for Period, or denied.
// Extensions together may not pass the law's limit.
func (s *step) extended() error {
	asked := s.c.Asked
	if asked == nil {
		return s.refuse("该信件没有等待决定的延期申请")
	}
	s.c.Asked = nil
	s.emit(Void{Matter: MatterTriage})
	if s.e.Deny {
		s.emit(Mail{Template: "dispatch", Variant: VariantNotExtended, To: s.liaisons(asked.Division), Matter: MatterDispatch, Note: s.e.Text})
		return nil
	}
	if s.e.Period == "" {
		s.e.Period = asked.Period
	}
	d, held := s.c.Held(asked.Division)
	if !held {
		return s.refuse("申请延期的处室已不办理该信件")
	}
	due, err := s.extends(d, s.e.Period)
	if err != nil {
		return err
	}
	for i := range s.c.Dispatches {
		if own := &s.c.Dispatches[i]; own.Division == d.Division && own.Ended.IsZero() {
			own.Due, own.Extended = due, own.Extended+1
		}
	}
	if d.Lead {
		s.c.Due = due
		s.c.Extended++
		if !s.c.DueFrom.IsZero() {
			s.c.Spans = append(s.c.Spans, s.e.Period)
		}
		s.ladder()
		if law, _ := LawLimit(s.c, s.p); !s.c.Accepted.IsZero() && due.After(law) {
			// The law's limit moves with an extension that goes beyond it, and the
			// citizen is told, as the receipt promises. The division's reason goes to
			// no citizen without an approval (spec mail section 3).
			s.c.LawDue = due
			s.emit(Start{Clock: ClockLawAnswer, Due: due})
			if s.c.Sender != "" {
				s.emit(Mail{Template: "notice", Variant: VariantExtended, To: s.citizen()})
			}
		}
	} else {
		s.extendTask(d.Division, due)
	}
	s.emit(Mail{Template: "dispatch", Variant: VariantExtended, To: s.liaisons(asked.Division), Matter: MatterDispatch, Note: s.e.Text})
	return nil
}
