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

// citizenConfirm executes what the registered address has confirmed, once.
// handled is false when the answer is no confirmation but a letter.
func (w *work) citizenConfirm(a *arrival, st authority.Standing) (handled bool, err error) {
	if !confirms(a.l.New) {
		return false, nil
	}
	waiting, err := w.tx.TakeHeld(st.Code.Held)
	if errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrNotFound) {
		return true, w.confirmedBefore(a, st.Code.Case)
	}
	if err != nil {
		return true, fmt.Errorf("take held: %w", err)
	}
	if err := w.tx.UseCode(st.Code.ID); err != nil {
		return true, fmt.Errorf("use code: %w", err)
	}
	var h held
	if err := json.Unmarshal(waiting.Body, &h); err != nil {
		return true, fmt.Errorf("decode held: %w", err)
	}
	if h.Citizen == nil {
		// It was held for somebody who has left the roster since.
		return true, w.fileCommand(a, st.Code.Case)
	}
	if err := w.fileCommand(a, h.Citizen.Number); err != nil {
		return true, err
	}
	c, err := w.tx.Case(h.Citizen.Number)
	if err != nil {
		return true, fmt.Errorf("find case: %w", err)
	}
	if h.Citizen.Command.Verb == command.Review {
		// The review is about the letter that asked for it, not about this one.
		asked, err := w.arrived(waiting.Letter)
		if err != nil {
			return true, err
		}
		return true, w.review(asked, c, h.Citizen.Command)
	}
	return true, w.citizenDo(a, c, h.Citizen.Command)
}

// confirmedBefore answers a 确认 that comes twice or too late.
func (w *work) confirmedBefore(a *arrival, n petition.Number) error {
	if err := w.fileCommand(a, n); err != nil {
		return err
	}
	c, err := w.tx.Case(n)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	return w.citizenTranscript(a, c, templates.Outcome{Line: firstLine(strings.TrimSpace(a.l.New)), Result: "等待确认的事项已经办理或者已过期",
		Advice: "如仍需办理，请重新写明您的要求后回复本邮件"})
}

// confirms says whether a citizen's answer begins with the word 确认 alone.
func confirms(text string) bool {
	for line := range strings.Lines(text) {
		word := strings.Trim(line, " \t\r\n\u3000\ufeff。.!！,，;；“”\"")
		if word != "" {
			return word == "确认" || strings.EqualFold(word, "confirm")
		}
	}
	return false
}
