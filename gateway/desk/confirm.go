package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// held is what waits for 确认, as the register keeps it: exactly the orders
// that will be executed.
type held struct {
	Orders  []order `json:"orders,omitempty"`
	Citizen *wish   `json:"citizen,omitempty"`
}

// ask holds the pending orders and asks their author, at the roster's address,
// for 确认. Who was not authenticated is asked three times a day at most, so
// that a stranger cannot fill a mailbox.
func (s *session) ask() error {
	if !s.standing.Authenticated {
		n, err := s.tx.Bump("held", strings.ToLower(s.person.Address), s.office(s.now).Format("2006-01-02"))
		if err != nil {
			return fmt.Errorf("count held: %w", err)
		}
		if n > heldDaily {
			return s.suspicious(s.a, s.standing, s.visible(), []string{"当日要求确认的次数超过上限"})
		}
	}
	why := "指令没有附带本事项的回执码"
	if s.pending[0].Command.Verb == command.Publish {
		why = "公开之前，请核对已隐去个人信息的文字；确认后即按所示内容公开"
	}
	if s.standing.Replayable {
		why = "邮件签名不足以证明回执码由您本人在本次邮件中使用"
	}
	number := s.pending[0].Number
	view := templates.ConfirmView{Common: s.common(number, ""), To: s.person.Name, Subject: s.discreetField(s.a.l.Subject), Arrived: s.office(s.a.Arrived), Why: why}
	for _, o := range s.pending {
		view.Held = append(view.Held, heldLines(o)...)
	}
	return s.hold(held{Orders: s.pending}, number, petition.Recipient{Person: s.person}, view, s.a, Box{})
}

// heldLines shows what is held, verbatim: the line and the text that goes with
// it, and the case's number when the line leaves it out.
func heldLines(o order) []string {
	lines := []string{o.Command.Raw}
	if o.Number != "" && !strings.Contains(o.Command.Raw, string(o.Number)) {
		lines[0] += "（" + string(o.Number) + "）"
	}
	for line := range strings.Lines(o.Command.Text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.Contains(o.Command.Raw, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// hold writes the held commands and the mail that asks for 确认.
func (w *work) hold(h held, number petition.Number, to petition.Recipient, view templates.ConfirmView, a *arrival, box Box) error {
	body, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode held: %w", err)
	}
	until := w.now.Add(heldFor)
	id, err := w.tx.Hold(store.HeldCommand{Address: to.Address, Case: number, Body: body, Letter: a.row.ID, Expires: until})
	if err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	code, codeID, err := w.tx.IssueCode(store.CodeGrant{Case: number, Matter: petition.MatterConfirm, Address: to.Address, Held: id, Expires: until})
	if err != nil {
		return fmt.Errorf("issue code: %w", err)
	}
	view.Code, view.Until, view.Hours = code, w.office(until), int(heldFor.Hours())
	mail, err := w.Templates.Confirm(view)
	if err != nil {
		return fmt.Errorf("render confirm: %w", err)
	}
	if number != "" {
		c, err := w.tx.Case(number)
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		if _, err := w.apply(c, petition.Event{Kind: petition.EvHeld, Actor: petition.System(), Text: "指令待确认：" + strings.Join(view.Held, " / ")}, origin{letter: a.row.ID}); err != nil {
			return err
		}
	}
	return w.post(parcel{kind: "confirm", number: number, to: to.Person, citizen: view.Citizen, box: box, mail: mail, code: code, codeID: codeID,
		matter: petition.MatterConfirm, inReplyTo: a.l.MessageID, letter: a.row.ID, bypass: true})
}

// confirm executes exactly what was held, once.
func (s *session) confirm(r ruled) error {
	code := s.standing.Code
	if code == nil || code.Held == 0 {
		s.fail(r.Command.Raw, "没有等待您确认的指令", "请直接回复请您确认的那封来件")
		return nil
	}
	waiting, err := s.tx.TakeHeld(code.Held)
	if errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrNotFound) {
		s.fail(r.Command.Raw, "等待确认的指令已经执行或已过期", "如仍需办理，请重新发送指令")
		return nil
	}
	if err != nil {
		return fmt.Errorf("take held: %w", err)
	}
	if err := s.tx.UseCode(code.ID); err != nil {
		return fmt.Errorf("use code: %w", err)
	}
	var h held
	if err := json.Unmarshal(waiting.Body, &h); err != nil {
		return fmt.Errorf("decode held: %w", err)
	}
	for _, o := range h.Orders {
		if !s.holds(o) {
			s.fail(o.Command.Raw, "您已不再担任办理此事项的职务", "")
			continue
		}
		// Somebody with several posts confirms in the one the order was given in.
		if ruling, _ := s.standing.Rule(o.Role, command.Confirm, ""); ruling != authority.Obey {
			s.fail(o.Command.Raw, "确认邮件没有通过发件人身份验证", "请从单位邮箱重新发送指令")
			continue
		}
		if err := s.perform(o); err != nil {
			return err
		}
	}
	return nil
}

// holds reports whether the person still has the post that an order was given in.
func (s *session) holds(o order) bool {
	for _, post := range s.standing.Posts {
		if post.Role == o.Role && post.Division == o.Division {
			return true
		}
	}
	return false
}
