package practice

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/letter"
)

// Compose builds an ordinary mail as a client would.
func Compose(from Account, to letter.Address, subject, text string, at time.Time, attached ...letter.File) ([]byte, error) {
	raw, err := letter.Outgoing{
		From: letter.Address{Name: from.Name, Address: from.Address}, To: []letter.Address{to},
		Subject: subject, Text: text, Date: at, MessageID: messageID(from), Attachments: attached,
	}.Bytes()
	if err != nil {
		return nil, fmt.Errorf("compose practice mail: %w", err)
	}
	return raw, nil
}

// Reply builds the mail that a common client would send when its user answers:
// to the Reply-To, In-Reply-To and References set, the subject marked, and the
// whole mail quoted below the text.
func Reply(to Mail, from Account, text string) []byte {
	old := letter.Parse(to.Raw)
	back := old.ReplyTo
	if len(back) == 0 {
		back = old.From
	}
	subject := old.Subject
	if !strings.HasPrefix(subject, "回复：") && !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "回复：" + subject
	}
	out := letter.Outgoing{
		From: letter.Address{Name: from.Name, Address: from.Address}, To: back, Subject: subject,
		Text: text + "\n\n" + quoted(old, to.Arrived), Date: to.Arrived.Add(time.Minute), MessageID: messageID(from),
	}
	if old.MessageID != "" {
		out.InReplyTo = []string{old.MessageID}
		out.References = append(append([]string{}, old.References...), old.MessageID)
	}
	raw, err := out.Bytes()
	if err != nil {
		// A mail to nobody, or with a damaged Message-ID: a client would still
		// send something, and so the new text goes to the quoted sender alone.
		out.InReplyTo, out.References = nil, nil
		if raw, err = out.Bytes(); err != nil {
			return nil
		}
	}
	return raw
}

// quoted is the history as most clients write it.
func quoted(old letter.Letter, at time.Time) string {
	who := ""
	if len(old.From) > 0 {
		who = old.From[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "在 %s，%s 写道：\n", at.Format("2006年1月2日 15:04"), who)
	for line := range strings.Lines(old.Text) {
		b.WriteString(strings.TrimRight("> "+strings.TrimRight(line, "\r\n"), " "))
		b.WriteString("\n")
	}
	return b.String()
}

func messageID(from Account) string {
	return strings.ToLower(rand.Text()) + "@" + domainOf(from.Address)
}
