package desk

import (
	"fmt"
	"strings"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// callFields are the labels of what an officer writes down of a call or a
// walk-in (C13).
var callFields = letter.FormFields{"name": {"姓名", "来电人", "来访人"}, "phone": {"联系电话", "电话", "手机"}, "email": {"电子邮箱", "邮箱"},
	"subject": {"标题", "主题", "事由"}, "body": {"内容", "反映内容", "诉求"}}

// registerCall makes a case of a call or a walk-in that an officer wrote down
// (登记). The citizen is who was named, never the officer.
func (s *session) registerCall(o order) error {
	text := strings.TrimSpace(o.Command.Text)
	if text == "" {
		s.fail(o.Command.Raw, "没有读到登记的内容", "请在“登记”之后另起一行写明姓名、联系电话和内容")
		return nil
	}
	box, ok := s.callBox(o.Command.Mailbox)
	if !ok {
		s.fail(o.Command.Raw, "没有可以登记的来信箱", "请写明来信箱名称")
		return nil
	}
	if o.Role == petition.RoleDuty && !s.onShift() {
		s.fail(o.Command.Raw, "您目前不在班，不能登记来电来访", "请交由当班的值班员登记")
		return nil
	}
	body, err := s.tx.PutBlob([]byte(text))
	if err != nil {
		return fmt.Errorf("store call: %w", err)
	}
	l := letter.Parse([]byte("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text))
	form, isForm := l.Form(callFields)
	number, err := s.tx.NextNumber(s.office(s.a.Arrived).Year())
	if err != nil {
		return fmt.Errorf("take number: %w", err)
	}
	fresh := petition.Case{Number: number, Mailbox: box.ID, Subject: subject(&l), Letter: s.a.row.ID, Arrived: s.a.Arrived, Confidential: box.Confidential, Body: body}
	if isForm {
		fresh.Sender, fresh.Name, fresh.Phone = form.Email, form.Name, form.Phone
		if form.Subject != "" {
			fresh.Subject = form.Subject
		} else if form.Body != "" {
			fresh.Subject = subject(&letter.Letter{New: form.Body})
		}
	}
	code, err := queryCode()
	if err != nil {
		return err
	}
	at := origin{letter: s.a.row.ID, queryCode: code, receipt: s.Policy.Receipt}
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: o.Role}
	c, err := s.apply(petition.Case{}, petition.Event{Kind: petition.EvRegistered, Actor: actor, Fresh: &fresh, Text: text}, at)
	if err != nil {
		return err
	}
	v := s.classify(box, l, int64(len(text)), nil, s.a.Arrived)
	verdict := s.verdictOf(v)
	if _, err := s.apply(c, petition.Event{Kind: petition.EvClassified, Actor: petition.System(), Verdict: &verdict}, at); err != nil {
		return err
	}
	if err := s.tx.IndexCase(number, strings.Join([]string{fresh.Subject, fresh.Name, fresh.Sender, text}, "\n")); err != nil {
		s.desk.log.Warn("case not indexed", "case", number, "err", err)
	}
	if o.Letter != s.a.row.ID {
		// It waited for 确认: what the officer wrote lies with the case as well.
		if err := s.tx.SetLetterCase(o.Letter, number, store.KindCommand); err != nil {
			return fmt.Errorf("file call: %w", err)
		}
	}
	s.number, s.kind = number, store.KindLetter
	s.outcomes = append(s.outcomes, templates.Outcome{Line: o.Command.Raw, OK: true, Result: "已登记，编号 " + string(number)})
	return nil
}

// callBox is the box a call is booked under: the one named, else the first
// public one.
func (s *session) callBox(name string) (Box, bool) {
	for _, b := range s.Boxes {
		if b.Work {
			continue
		}
		if name == "" || b.Name == name || b.ID == name {
			return b, true
		}
	}
	return Box{}, false
}

// onShift reports whether the person has the duty now.
func (s *session) onShift() bool {
	for _, p := range s.onDuty() {
		if petition.SameAddress(p.Address, s.person.Address) {
			return true
		}
	}
	return false
}
