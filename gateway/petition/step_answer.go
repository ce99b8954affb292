package petition

import (
	"slices"
)

// drafted lays a rendered answer (or refusal, or referral) before the
// approvers (C9). Any earlier revision is superseded and its codes die.
func (s *step) drafted() error {
	if s.e.Draft == nil || s.e.Draft.Digest == "" || s.e.Draft.Message == "" {
		return s.refuse("没有可供审核的答复稿")
	}
	fromOffice := s.e.Draft.Kind == DraftRefusal || s.e.Draft.Kind == DraftReferral
	if !fromOffice {
		if i := s.mine(); i < 0 || !s.c.Dispatches[i].Lead {
			return s.refuse("该信件目前不由贵处室主办")
		}
	}
	s.revise(s.e.Draft)
	s.askApproval(s.c.Draft())
	s.emit(Stop{Clocks: []Clock{ClockChase, ClockSign}}, Void{Matter: MatterTriage})
	return nil
}

// revise makes a draft the newest revision; the codes of earlier ones die.
func (s *step) revise(draft *Draft) {
	s.supersede()
	d := *draft
	d.Revision, d.At, d.State = len(s.c.Drafts)+1, s.now, DraftPending
	d.By, d.Division = s.e.Actor.Address, s.e.Actor.Division
	if d.Kind == "" {
		d.Kind = DraftAnswer
	}
	s.c.Drafts = append(s.c.Drafts, d)
	s.c.State, s.c.LedBy = Drafted, ""
	s.emit(Void{Matter: MatterApproval})
}

// askApproval lays a revision before those who may decide on it.
func (s *step) askApproval(d *Draft) {
	d.Asked = s.now
	approvers := s.deciders(*d)
	s.emit(Stop{Clocks: []Clock{ClockApprove}})
	if len(approvers) == 0 {
		s.emit(Mail{Template: "alarm", Variant: VariantNoApprover, To: append(s.office(), s.chiefs()...)})
		return
	}
	s.emit(Mail{Template: "approval", To: approvers, Matter: MatterApproval, Revision: d.Revision, Note: s.e.Text},
		Start{Clock: ClockApprove, Due: s.due(s.now, s.p.Deadlines.Approve)})
}

// supersede marks a revision that waits for approval as overtaken.
func (s *step) supersede() {
	for i := range s.c.Drafts {
		if d := &s.c.Drafts[i]; d.State == DraftPending || d.State == DraftApproved {
			d.State = DraftSuperseded
		}
	}
}

// decides checks that the actor may decide on the pending revision, and that
// the decision is about that very revision: its digest is what the code was
// bound to (spec mail section 5).
func (s *step) decides() (*Draft, error) {
	d := s.c.Pending()
	if d == nil {
		return nil, s.refuse("该信件目前没有待审核的答复稿")
	}
	if s.e.Revision != d.Revision || s.e.Digest != d.Digest {
		return nil, s.refuse("答复稿已经变更，请按最新的待审单决定")
	}
	if s.barred(s.e.Actor.Address) {
		return nil, s.refuse("您与该信件有利害关系，按规定应当回避")
	}
	// A leader decides on what was submitted to them, and on nothing else.
	approves := slices.ContainsFunc(s.p.Roster.OfficeWith(RoleApprover), func(p Person) bool { return SameAddress(p.Address, s.e.Actor.Address) })
	if !approves && !SameAddress(s.c.LedBy, s.e.Actor.Address) {
		return nil, s.refuse("您不是该信件答复稿的审核人")
	}
	return d, nil
}

// barred: named in a rule's recuse list, or belonging to an accused division.
func (s *step) barred(address string) bool {
	if slices.ContainsFunc(s.c.Recused, func(r string) bool { return SameAddress(r, address) }) {
		return true
	}
	return Accuses(s.c, address, s.p.Roster)
}

// amended makes the approver's words the next revision; who amends is the
// drafter of what they wrote.
func (s *step) amended() error {
	if _, err := s.decides(); err != nil {
		return err
	}
	if s.e.Draft == nil || s.e.Draft.Digest == "" {
		return s.refuse("请在“修改”之后写明修改后的答复全文")
	}
	before := *s.c.Pending()
	draft := *s.e.Draft
	draft.Kind = before.Kind
	s.revise(&draft)
	if s.e.Choosing {
		// Choosing attachments is not drafting: the words stay their author's,
		// and who chose may still approve.
		d := s.c.Draft()
		d.By, d.Division = before.By, before.Division
		s.askApproval(d)
		return nil
	}
	s.askApproval(s.c.Draft())
	return nil
}

// recalled takes an approval back while the answer is still held (policy.hold).
func (s *step) recalled() error {
	d := s.c.Draft()
	if d == nil || d.State != DraftApproved {
		return s.refuse("没有可以撤回的批准")
	}
	if !s.now.Before(s.c.ApprovedAt.Add(s.p.Hold)) {
		return s.refuse("已超过可以撤回的时间，答复已经发出或正在发出")
	}
	if s.barred(s.e.Actor.Address) {
		return s.refuse("您与该信件有利害关系，按规定应当回避")
	}
	d.State, d.ApprovedBy = DraftPending, ""
	s.c.State, s.c.ApprovedAt = Drafted, zeroTime
	s.emit(Recall{Revision: d.Revision}, Void{Matter: MatterApproval})
	s.askApproval(d)
	return nil
}

// submitted asks one leader to sign off the draft.
func (s *step) submitted() error {
	d, err := s.decides()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.p.Roster.Leaders, func(l Leader) bool { return SameAddress(l.Address, s.e.Submit) })
	if i < 0 || s.barred(s.e.Submit) {
		return s.refuse("请写明呈报哪位领导")
	}
	s.c.LedBy = s.p.Roster.Leaders[i].Address
	s.emit(Void{Matter: MatterApproval})
	s.tellOthers(*d)
	s.askApproval(d)
	return nil
}

// approved releases exactly the pending revision (C9). The first decision
// counts; the other approvers are told.
func (s *step) approved() error {
	d, err := s.decides()
	if err != nil {
		return err
	}
	if s.p.TwoPerson && SameAddress(d.By, s.e.Actor.Address) {
		return s.refuse("答复稿由您本人拟写，按规定须由另一位审核人批准")
	}
	if s.c.LedBy != "" && !SameAddress(s.c.LedBy, s.e.Actor.Address) {
		return s.refuse("答复稿已呈报领导，须由该领导批准")
	}
	d.State, d.ApprovedBy = DraftApproved, s.e.Actor.Address
	s.c.State, s.c.ApprovedAt = Approved, s.now
	s.emit(Void{Matter: MatterApproval}, Stop{Clocks: []Clock{ClockApprove}})
	s.tellOthers(*d)
	if s.c.Sender == "" {
		// Nobody can be written to: the answer is on the record, and a person
		// must bring it to the citizen by other means.
		s.emit(Mail{Template: "alarm", Variant: VariantUnanswerable, To: s.office()}, Follow{Event{Kind: d.Kind.sent(), Actor: System()}})
		return nil
	}
	s.emit(Release{Revision: d.Revision})
	return nil
}

// tellOthers tells the approvers who did not decide, the one who amended too,
// that it is no longer theirs to do.
func (s *step) tellOthers(d Draft) {
	var others []Recipient
	for _, r := range s.people(s.p.Roster.OfficeWith(RoleApprover), RoleApprover, "") {
		if !SameAddress(r.Address, s.e.Actor.Address) && !s.barred(r.Address) {
			others = append(others, r)
		}
	}
	if len(others) > 0 {
		s.emit(Mail{Template: "approval", Variant: VariantDecided, To: others, Revision: d.Revision, Note: s.e.Text})
	}
}

// sentBack returns the draft to its division with a new deadline; a refusal
// that the office drafted goes back to triage.
func (s *step) sentBack() error {
	d, err := s.decides()
	if err != nil {
		return err
	}
	if s.e.Text == "" {
		return s.refuse("退回重办须写明理由，例如：退回重办 请补充政策依据")
	}
	revised := *d
	d.State = DraftRejected
	s.emit(Void{Matter: MatterApproval}, Stop{Clocks: []Clock{ClockApprove}})
	s.tellOthers(revised)
	lead := s.c.Lead()
	if lead == "" {
		s.c.State, s.c.TriageWhy = Triage, s.e.Text
		s.emit(Mail{Template: "triage", Variant: VariantSentBack, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
		return nil
	}
	if err := s.limit(); err != nil {
		return err
	}
	s.c.State = Dispatched
	for i := range s.c.Dispatches {
		if h := &s.c.Dispatches[i]; h.Division == lead && h.Ended.IsZero() {
			h.Due = s.c.Due
		}
	}
	s.emit(Void{Matter: MatterDispatch, Division: lead},
		Mail{Template: "dispatch", Variant: VariantSentBack, To: s.liaisons(lead), Matter: MatterDispatch, Note: s.e.Text})
	s.ladder()
	return nil
}

// answered: the approved bytes were accepted for delivery. A refusal or a
// referral ends the case by an event of its own.
func (s *step) answered() error {
	d := s.c.Draft()
	if d == nil || d.State != DraftApproved || d.Kind != DraftAnswer {
		return s.refuse("没有已批准的答复")
	}
	d.State = DraftSent
	s.c.State, s.c.Answered = Answered, s.now
	s.emit(Stop{}, Void{}, Start{Clock: ClockRating, Due: s.due(s.now, s.p.Deadlines.Rating)})
	// Last, since the report carries a code that must stay alive.
	s.finish(every)
	return nil
}

// refused and referred: the approved notice has gone out.
func (s *step) refused() error {
	d := s.c.Draft()
	want := DraftRefusal
	if s.e.Kind == EvReferred {
		want = DraftReferral
	}
	if d == nil || d.State != DraftApproved || d.Kind != want {
		return s.refuse("没有已批准的告知")
	}
	d.State = DraftSent
	s.c.State = Refused
	s.c.Answered = s.now
	s.endAll("该信件已由电子政务室告知来信人不予受理或转送其他单位，贵处室无需继续办理。")
	return nil
}

// Ratings are the three words a citizen may answer with (C20).
func Ratings() []string { return []string{"满意", "基本满意", "不满意"} }

// rated closes an answered case; a late rating is noted on a closed one.
func (s *step) rated() error {
	if !slices.Contains(Ratings(), s.e.Rating) {
		return s.refuse("评价请写“满意”“基本满意”或“不满意”")
	}
	if s.c.Rating != "" {
		return s.refuse("该信件已评价为“" + s.c.Rating + "”")
	}
	s.c.Rating = s.e.Rating
	if s.c.State == Answered {
		s.emit(Follow{Event{Kind: EvClosed, Actor: s.e.Actor}})
	}
	return nil
}

// closed ends an answered case. One whose approved answer could not be delivered
// is closed by the office once the citizen was told by other means.
func (s *step) closed() error {
	if s.c.State == Approved && !s.c.Undelivered {
		return s.refuse(outOfTurn(s.c.State, s.e.Kind))
	}
	s.c.State, s.c.Closed, s.c.ClosedBy = Closed, s.now, string(s.e.Actor.Role)
	s.emit(Stop{}, Void{}, Start{Clock: ClockArchive, Due: s.now})
	return nil
}

// reopened dispatches a finished case again to its former lead, or puts it
// before the office when there was none.
func (s *step) reopened() error {
	if s.e.Text == "" {
		return s.refuse("重办须写明理由")
	}
	if !s.c.Erased.IsZero() {
		return s.refuse("该信件保管期满，已经销毁，不能重办")
	}
	s.c.Closed, s.c.ArchivedAt, s.c.Answered, s.c.ApprovedAt = zeroTime, zeroTime, zeroTime, zeroTime
	s.c.MergedInto = ""
	s.c.ClosedBy, s.c.Rating, s.c.Extended, s.c.Asked, s.c.Help, s.c.Undelivered = "", "", 0, nil, nil, false
	if d := s.c.Draft(); d != nil && d.State == DraftApproved {
		// It never reached the citizen, and from here on it must not.
		s.emit(Recall{Revision: d.Revision})
	}
	s.supersede()
	s.c.LawDue = s.due(s.now, s.p.Deadlines.LawAnswer)
	s.emit(Stop{}, Start{Clock: ClockLawAnswer, Due: s.c.LawDue})
	lead := s.c.FormerLead()
	for _, d := range s.c.Dispatches {
		if d.Ended.IsZero() {
			s.end(d.Division)
		}
	}
	if lead == "" || slices.Contains(s.c.Accused, lead) {
		s.c.State, s.c.TriageWhy = Triage, s.e.Text
		s.emit(Mail{Template: "triage", Variant: VariantReopened, To: s.office(), Matter: MatterTriage, Note: s.e.Text})
		return nil
	}
	if err := s.limit(); err != nil {
		return err
	}
	s.c.State = Dispatched
	s.hand(lead, true, VariantReopened)
	s.ladder()
	return nil
}

func (s *step) archived() error {
	if !s.c.ArchivedAt.IsZero() {
		return s.refuse("该信件已经归档")
	}
	s.c.ArchivedAt = s.now
	if s.c.State == Closed {
		s.c.State = Archived
	}
	return nil
}

func (s *step) published() error {
	if s.c.Published {
		return s.refuse("该信件已经公开")
	}
	if s.c.Confidential {
		return s.refuse("保密件不得公开")
	}
	s.c.Published = true
	s.emit(Start{Clock: ClockPublish, Due: s.now})
	return nil
}

func (s *step) unpublished() error {
	if !s.c.Published {
		return s.refuse("该信件没有公开")
	}
	s.c.Published = false
	s.emit(Start{Clock: ClockPublish, Due: s.now})
	return nil
}

func (s *step) restricted() error {
	if s.c.Confidential {
		return s.refuse("该信件已经是保密件")
	}
	s.c.Confidential, s.c.RestrictBy, s.c.OpenBy = true, s.e.Actor.Address, ""
	if s.c.Published {
		s.c.Published = false
		s.emit(Start{Clock: ClockPublish, Due: s.now})
	}
	return nil
}

// unrestricted needs a second person: not the one who restricted the case, and
// where its box or a rule did, two who say the same.
func (s *step) unrestricted() error {
	if !s.c.Confidential {
		return s.refuse("该信件不是保密件")
	}
	if SameAddress(s.c.RestrictBy, s.e.Actor.Address) {
		return s.refuse("解密须由另一位工作人员决定")
	}
	if s.c.RestrictBy == "" {
		if SameAddress(s.c.OpenBy, s.e.Actor.Address) {
			return s.refuse("解密申请已由您提出，须由另一位工作人员决定")
		}
		if s.c.OpenBy == "" {
			s.c.OpenBy = s.e.Actor.Address
			others := slices.DeleteFunc(unique(append(s.office(), s.people(s.p.Roster.OfficeWith(RoleApprover), RoleApprover, "")...)), func(r Recipient) bool {
				return SameAddress(r.Address, s.e.Actor.Address)
			})
			s.emit(Mail{Template: "triage", Variant: VariantOpen, To: others, Matter: MatterTriage, Note: s.e.Text})
			return nil
		}
	}
	s.c.Confidential, s.c.RestrictBy, s.c.OpenBy = false, "", ""
	return nil
}
