package desk

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// draft renders what would be sent to the citizen. Approval binds to the
// digest of these bytes (spec mail section 5).
func (w *work) draft(c petition.Case, kind petition.DraftKind, text, unit string, files []letter.File) (petition.Draft, error) {
	common := w.common(c.Number, "")
	if text == "" {
		return petition.Draft{}, &petition.Refusal{Kind: petition.EvDrafted, State: c.State, Say: "没有读到答复的文字"}
	}
	var mail templates.Mail
	var err error
	var listed []templates.Attachment
	for _, f := range files {
		listed = append(listed, templates.Attachment{Name: f.Name, Type: f.Type, Size: int64(len(f.Data))})
	}
	if kind == petition.DraftAnswer {
		mail, err = w.Templates.Answer(templates.AnswerView{Common: common, Name: c.Name, Subject: c.Subject, Arrived: w.office(c.Arrived), Text: text,
			Attachments: listed, Date: w.office(w.now), ReviewDays: reviewDays, RatingDays: days(w.Policy.Deadlines.Rating)})
	} else {
		mail, err = w.Templates.Refusal(templates.RefusalView{Common: common, Name: c.Name, Subject: c.Subject, Arrived: w.office(c.Arrived), ReferTo: unit,
			Text: text, Date: w.office(w.now)})
	}
	if err != nil {
		return petition.Draft{}, fmt.Errorf("render draft: %w", err)
	}
	p := w.answerParcel(c, kind, mail)
	p.files = files
	o, _ := w.outgoing(p)
	raw, err := o.Bytes()
	if err != nil {
		return petition.Draft{}, fmt.Errorf("build draft: %w", err)
	}
	d := petition.Draft{Kind: kind, Digest: letter.MessageDigest(raw), Unit: unit}
	for _, f := range files {
		d.Attachments = append(d.Attachments, f.Name)
	}
	if d.Message, err = w.tx.PutBlob(raw); err != nil {
		return petition.Draft{}, fmt.Errorf("store draft: %w", err)
	}
	if d.Text, err = w.tx.PutBlob([]byte(text)); err != nil {
		return petition.Draft{}, fmt.Errorf("store draft text: %w", err)
	}
	return d, nil
}

// reviewDays is how long a review may be asked for (信访工作条例 art. 35).
const reviewDays = 30

// answerParcel addresses an answer. A citizen without an address gets it by
// other means; the draft then names the office's own box.
func (w *work) answerParcel(c petition.Case, kind petition.DraftKind, mail templates.Mail) parcel {
	p := parcel{kind: "answer", number: c.Number, to: petition.Person{Name: c.Name, Address: c.Sender}, citizen: true, box: w.box(c.Mailbox),
		mail: mail, inReplyTo: c.MessageID, letter: c.Letter, bypass: true}
	if kind != petition.DraftAnswer {
		p.kind = "refusal"
	}
	if p.to.Address == "" {
		p.to.Address = w.workBox().Address
	}
	return p
}

// release queues the approved bytes. Only Date and Message-ID are of the moment
// of sending; the digest proves that nothing else changed.
func (w *work) release(c petition.Case, revision int) error {
	if revision < 1 || revision > len(c.Drafts) {
		return fmt.Errorf("no draft revision %d", revision)
	}
	d := c.Drafts[revision-1]
	approved, err := w.tx.Blob(d.Message)
	if err != nil {
		return fmt.Errorf("read draft: %w", err)
	}
	id := strings.ToLower(random()) + "@" + w.Domain
	raw := restamp(approved, w.office(w.now).Format("Mon, 02 Jan 2006 15:04:05 -0700"), id)
	if got := letter.MessageDigest(raw); got != d.Digest {
		return fmt.Errorf("release revision %d: digest %s is not the approved %s", revision, got, d.Digest)
	}
	l := letter.Parse(raw)
	p := w.answerParcel(c, d.Kind, templates.Mail{})
	from, _, account := w.sender(p)
	if len(l.From) == 1 {
		from = l.From[0]
	}
	_, err = w.tx.Queue(store.Outgoing{Case: c.Number, Kind: p.kind, To: []string{c.Sender}, From: from.Address, Account: account, Subject: l.Subject,
		MessageID: id, Raw: raw, Due: w.now.Add(w.Policy.Hold), Answer: true, Bypass: true, Letter: c.Letter, Revision: revision})
	if err != nil {
		return fmt.Errorf("queue answer: %w", err)
	}
	w.mails++
	return nil
}

// recall takes an answer back that still lies in the queue. One that went out
// and bounced cannot be sent again by itself, and only stands in the way of 撤回.
func (w *work) recall(c petition.Case, e petition.Event, revision int) error {
	rows, err := w.tx.ListOutgoing(store.OutgoingFilter{Case: c.Number, Kinds: []string{"answer", "refusal"}})
	if err != nil {
		return fmt.Errorf("find answer: %w", err)
	}
	for _, row := range rows {
		if row.Revision != revision || row.State == store.OutCancelled || !row.SentAt.IsZero() && e.Kind != petition.EvRecalled {
			continue
		}
		err := store.ErrState
		if row.SentAt.IsZero() {
			if err = w.tx.CancelOutgoing(row.ID); err == nil {
				err = w.tx.MarkReported(row.ID) // whoever recalls it knows
			}
		}
		if errors.Is(err, store.ErrState) {
			return &petition.Refusal{Kind: e.Kind, State: c.State, Say: "答复已经发出或正在发出，不能撤回"}
		}
		if err != nil {
			return fmt.Errorf("cancel answer: %w", err)
		}
	}
	return nil
}

// restamp puts another Date and Message-ID into the header of a mail of ours.
func restamp(raw []byte, date, id string) []byte {
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	var out bytes.Buffer
	skip := false
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			if !skip {
				out.Write(line)
				out.WriteString("\r\n")
			}
			continue
		}
		name, _, _ := bytes.Cut(line, []byte(":"))
		skip = true
		switch {
		case bytes.EqualFold(name, []byte("Date")):
			fmt.Fprintf(&out, "Date: %s\r\n", date)
		case bytes.EqualFold(name, []byte("Message-ID")):
			fmt.Fprintf(&out, "Message-ID: <%s>\r\n", id)
		default:
			skip = false
			out.Write(line)
			out.WriteString("\r\n")
		}
	}
	out.WriteString("\r\n")
	out.Write(body)
	return out.Bytes()
}
