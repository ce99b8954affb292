package desk

import (
	"errors"
	"fmt"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// transcript answers a mail with commands: each line and what came of it, the
// present state, the next step, and a fresh reply code while the matter is
// still open to the person (spec mail section 4).
func (s *session) transcript() error {
	number := s.visible()
	if number == "" && len(s.outcomes) == 1 && len(s.cases) == 1 {
		number = petition.Number(s.cases[0].Number) // a question about one case and nothing else
	}
	v := templates.TranscriptView{Common: s.common(number, ""), To: s.person.Name, Outcomes: s.outcomes, Cases: s.cases,
		HasTodo: s.hasTodo, Todo: s.todo, Sections: s.sections, Manual: s.manual}
	p := parcel{kind: "transcript", number: number, to: s.person, inReplyTo: s.a.l.MessageID, replied: true, letter: s.a.row.ID, bypass: true}
	if err := s.present(&v, &p); err != nil {
		return err
	}
	mail, err := s.Templates.Transcript(v)
	if err != nil {
		return fmt.Errorf("render transcript: %w", err)
	}
	p.mail = mail
	return s.post(p)
}

// present adds the case's state to a transcript, and a code when the case still
// waits for this person. Who asked to decide on a draft that has moved on gets
// the newer draft in a mail of its own, and the code there.
func (s *session) present(v *templates.TranscriptView, p *parcel) error {
	if s.visible() == "" {
		return nil
	}
	c, err := s.tx.Case(s.number)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	if s.gone || !petition.MaySee(c, s.person.Address, s.Policy.Roster) {
		return nil
	}
	v.State, v.Next, v.Deadline = petition.StateName(c.State), petition.NextStep(c, s.Policy.Roster), s.deadline(c.Due, c.Estimated)
	if !c.Open() || c.State == petition.Approved {
		v.Deadline = templates.Deadline{}
	}
	if goes := c.ApprovedAt.Add(s.Policy.Hold); c.State == petition.Approved && s.now.Before(goes) {
		v.Next = "答复于 " + stamp(s.office(goes)) + " 发送给来信人"
	}
	r, matter, revision, open := petition.OpenMatter(c, s.person.Address, s.now, s.Policy)
	if !open {
		return nil
	}
	if s.stale && matter == petition.MatterApproval {
		return s.sendNewer(c, r, revision)
	}
	code, id, err := s.code(c, matter, r, revision)
	if err != nil {
		return err
	}
	v.Code, p.code, p.codeID, p.matter, p.revision = code, code, id, matter, revision
	return nil
}

// sendNewer answers a late decision with the draft as it stands.
func (s *session) sendNewer(c petition.Case, r petition.Recipient, revision int) error {
	code, id, err := s.code(c, petition.MatterApproval, r, revision)
	if err != nil {
		return err
	}
	view, err := s.approvalView(c, petition.Event{Actor: petition.System()}, petition.Mail{Revision: revision}, r, s.common(c.Number, code))
	if err != nil {
		return err
	}
	view.Newer = "您的决定没有执行，原因见办理回执；现将目前的答复稿送您审核，请按本件决定。"
	mail, err := s.Templates.Approval(view)
	if err != nil {
		return fmt.Errorf("render approval: %w", err)
	}
	return s.post(parcel{kind: "approval", number: c.Number, to: r.Person, mail: mail, code: code, codeID: id, matter: petition.MatterApproval,
		revision: revision, letter: c.Letter, bypass: true})
}

// caseFor is a case if it exists and the person may see it on their own
// initiative. Duty officers see cases while they are on shift (spec mail
// section 1); what they were told of they may answer later too.
func (w *work) caseFor(n petition.Number, address string) (petition.Case, bool, error) {
	c, err := w.tx.Case(n)
	if errors.Is(err, store.ErrNotFound) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("find case: %w", err)
	}
	roster := w.Policy.Roster
	roster.Duty = w.onDuty()
	return c, petition.MaySee(c, address, roster), nil
}
