package gateway

import (
	"strings"
	"time"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/letter"
	"xinfangd/rules"
)

// Explain says what the rules make of a letter that came to a box, and why. It
// reads the letter as the desk would.
func Explain(s desk.Settings, file, mailbox string, raw []byte, arrived time.Time) rules.Explanation {
	l := letter.Parse(raw)
	box := desk.Box{ID: mailbox}
	for _, b := range s.Boxes {
		if b.ID == mailbox {
			box = b
		}
	}
	t := rules.Text{
		Mailbox: mailbox, Subject: l.Subject, Body: l.Text, Header: map[string][]string{}, Size: int64(len(raw)), Arrived: arrived,
	}
	if len(l.From) > 0 {
		t.Sender = l.From[0].String()
	}
	for _, a := range l.Attachments {
		t.Attachments = append(t.Attachments, a.Name)
	}
	for _, f := range l.Fields {
		t.Header[f.Name] = l.HeaderAll(f.Name)
	}
	if form, ok := l.Form(box.Form); ok && len(box.Form) > 0 && strings.TrimSpace(form.Body) != "" {
		t.Form = form.Fields
	}
	return s.Rules.Explain(file, t, rules.Context{Division: box.Division, Confidential: box.Confidential, WorkingTime: s.Policy.Calendar.Working})
}
