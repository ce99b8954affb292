package desk

import (
	"fmt"
	"slices"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// centreAnswers handles what the information centre answers to a mail of ours. It
// commands nothing (spec mail section 1), but is an addressee of alarms, and so
// may sign for them and say what it did: that goes on record, where the duty
// officer finds it, of the case that the alarm was about or of the office.
func (w *work) centreAnswers(a *arrival, st authority.Standing) (bool, error) {
	i := slices.IndexFunc(w.Policy.Roster.Centre, func(p petition.Person) bool { return petition.SameAddress(p.Address, st.Address) })
	mail := w.answered(&a.l)
	if i < 0 || a.l.FromFields != 1 || len(a.l.From) != 1 || mail == nil || !addressed(mail, st.Address) || st.ForeignCode != nil {
		return false, nil
	}
	s := &session{work: w, a: a, standing: st, person: w.Policy.Roster.Centre[i], number: mail.Case}
	if err := w.fileCommand(a, s.visible()); err != nil {
		return true, err
	}
	// A ticket machine answers every mail, and says nothing of being one.
	if n, err := s.handled(st.Address + " centre"); err != nil || n > hourlyCase {
		return true, err
	}
	commands, _ := command.Parse(a.l.New, w.grammar())
	for _, c := range commands {
		if c.Verb != command.Sign {
			s.fail(w.discreet(c.Raw), "您没有办理此事项的权限", "信息中心可以回复“签收”，或者写明处理情况")
		}
	}
	if len(s.outcomes) == 0 {
		if err := s.note("信息中心答复", petition.RoleCentre, w.discreet(a.l.New)); err != nil {
			return true, err
		}
		s.done(firstLine(w.discreet(a.l.New)), "已记录，值班员交接班时可以看到")
	}
	if mail.Kind == "transcript" {
		return true, nil
	}
	return true, s.transcript()
}

// heard signs for an alarm that is about no case: it is mailed once, so nothing
// stops by it, but that somebody knows of it is on record.
func (s *session) heard(r ruled) (bool, error) {
	mail := s.answered(&s.a.l)
	if mail == nil || mail.Kind != "alarm" || mail.Case != "" || !addressed(mail, s.person.Address) {
		return false, nil
	}
	if err := s.note("已知悉", r.Role, mail.Subject); err != nil {
		return false, err
	}
	s.done(r.Command.Raw, "已知悉，并记录在案")
	return true, nil
}

// note puts words on the record of the session's case, or of the office.
func (s *session) note(what string, role petition.Role, words string) error {
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: role}
	text := what + "：" + words
	if s.visible() == "" {
		if _, err := s.tx.Append(store.Entry{Time: s.now, Actor: actor, Kind: petition.EvNoted, Text: text}); err != nil {
			return fmt.Errorf("append remark: %w", err)
		}
		return nil
	}
	c, err := s.tx.Case(s.number)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	_, err = s.apply(c, petition.Event{Kind: petition.EvNoted, Actor: actor, Text: text}, origin{letter: s.a.row.ID})
	return err
}
