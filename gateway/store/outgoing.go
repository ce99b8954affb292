package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/petition"
)

// The states of an outgoing mail (spec system section 9).
const (
	OutQueued    = "queued"
	OutSending   = "sending"
	OutSent      = "sent"
	OutHeld      = "held"
	OutDoubtful  = "doubtful"
	OutFailed    = "failed"
	OutCancelled = "cancelled"
)

// The states of one recipient of an outgoing mail.
const (
	RecipientQueued   = "queued" // outstanding
	RecipientSent     = "sent"
	RecipientFailed   = "failed"
	RecipientDoubtful = "doubtful"
	RecipientBounced  = "bounced" // a delivery report came later
)

// Outgoing is a mail to be queued. Its bytes and Message-ID never change.
type Outgoing struct {
	Case petition.Number
	// Kind is the template's name.
	Kind    string
	To      []string
	From    string
	Account string
	Subject string
	// MessageID carries no angle brackets.
	MessageID string
	Raw       []byte
	// Weight is about how many bytes the mail will have whose bytes come from
	// QueueMade's function.
	Weight int
	// Due is the earliest time of sending; zero means at once.
	Due time.Time
	// Hold keeps it until somebody releases it.
	Hold   bool
	Answer bool
	Bypass bool
	Matter petition.Matter
	// CodeID is the reply code that the mail carries, 0 for none.
	CodeID int64
	// Letter is the letter that it answers, 0 for none.
	Letter int64
	// Revision is the draft that it releases, 0 for none.
	Revision int
}

// OutgoingRow is an outgoing mail on the register.
type OutgoingRow struct {
	ID      int64
	Case    petition.Number
	Kind    string
	To      []string
	From    string
	Account string
	Subject string
	// MessageID holds the reply code in its local part while Secret says so.
	MessageID string
	// Blob is the digest of the whole bytes.
	Blob      string
	State     string
	Attempts  int
	Next      time.Time
	LastError string
	Created   time.Time
	SentAt    time.Time
	Answer    bool
	Bypass    bool
	InDoubt   bool
	Matter    petition.Matter
	// CodeID, Letter and Revision are as in Outgoing.
	CodeID     int64
	Letter     int64
	Revision   int
	Recipients []RecipientResult

	codeDead    bool
	codeExpires time.Time
}

// Secret says whether the mail holds a reply code that is alive at an instant:
// then its Message-ID and bytes are not to be shown.
func (o OutgoingRow) Secret(now time.Time) bool {
	return o.CodeID != 0 && !o.codeDead && now.Before(o.codeExpires)
}

// OutgoingFilter selects outgoing mails; zero fields do not restrict.
type OutgoingFilter struct {
	States       []string
	Case         petition.Number
	Kinds        []string
	Matter       petition.Matter
	To           string
	Since, Until time.Time // creation
	Newest       bool
	Limit        int
}

type outgoingRow struct {
	ID          int64          `db:"id"`
	Case        sql.NullString `db:"case_number"`
	Kind        string         `db:"kind"`
	Sender      string         `db:"sender"`
	Account     string         `db:"account"`
	Subject     string         `db:"subject"`
	MessageID   string         `db:"message_id"`
	Blob        string         `db:"blob"`
	State       string         `db:"state"`
	Attempts    int            `db:"attempts"`
	Next        Time           `db:"next"`
	InDoubt     bool           `db:"in_doubt"`
	Answer      bool           `db:"answer"`
	Bypass      bool           `db:"bypass"`
	Matter      string         `db:"matter"`
	Code        sql.NullInt64  `db:"code"`
	Letter      sql.NullInt64  `db:"letter"`
	Revision    int            `db:"revision"`
	LastError   string         `db:"last_error"`
	Created     Time           `db:"created"`
	Sent        Time           `db:"sent"`
	CodeUsed    Time           `db:"code_used"`
	CodeVoided  Time           `db:"code_voided"`
	CodeExpires Time           `db:"code_expires"`
}

type recipientRow struct {
	N        int    `db:"n"`
	Address  string `db:"address"`
	State    string `db:"state"`
	Code     int    `db:"code"`
	Enhanced string `db:"enhanced"`
	Text     string `db:"text"`
}

// Queue writes an outgoing mail.
func (tx *Tx) Queue(o Outgoing) (id int64, err error) {
	blob, err := tx.PutBlob(o.Raw)
	if err != nil {
		return 0, err
	}
	return tx.queue(o, blob)
}

// Made is what QueueMade's function makes of a mail.
type Made struct {
	Subject string
	Raw     []byte
}

// making is a mail that is being made on another processor.
type making struct {
	done   chan struct{}
	made   Made
	packed Compressed
	err    error
}

// QueueMade writes an outgoing mail whose subject and bytes build returns. It is
// called at once on whatever processor is free, beside the transaction, which it
// must not touch; its error fails the transaction, or the Try, it stands in.
// Mails whose weight is great together are waited for and written at once, so
// that they do not lie in memory all together.
func (tx *Tx) QueueMade(o Outgoing, build func() (Made, error)) (id int64, err error) {
	if id, err = tx.queue(o, tx.store.startMaking(build)); err != nil {
		return 0, err
	}
	if tx.waiting.weight += o.Weight; tx.waiting.weight >= mailsMost {
		err = tx.flushLot(lotOutgoing)
	}
	return id, err
}

// startMaking makes a mail on another processor.
func (s *Store) startMaking(build func() (Made, error)) *making {
	m := &making{done: make(chan struct{})}
	go func() {
		defer close(m.done)
		s.hands <- struct{}{}
		defer func() {
			<-s.hands
			if r := recover(); r != nil {
				m.err = fmt.Errorf("make mail: panic: %v", r)
			}
		}()
		if m.made, m.err = build(); m.err == nil {
			m.packed = s.Compress(m.made.Raw)
			m.made.Raw = nil // twice in memory is too much
		}
	}()
	return m
}

// Places in a row of lotOutgoing.
const (
	atSubject = 5
	atBlob    = 7
)

// dropMails waits for the mails that are being made in vain, so that nothing goes
// on behind what was undone.
func (tx *Tx) dropMails() {
	for _, row := range tx.waiting.rows[lotOutgoing] {
		if m, ok := row[atBlob].(*making); ok {
			<-m.done
		}
	}
}

// finishMails waits for the mails that are being made.
func (tx *Tx) finishMails() error {
	for _, row := range tx.waiting.rows[lotOutgoing] {
		m, ok := row[atBlob].(*making)
		if !ok {
			continue
		}
		<-m.done
		if m.err != nil {
			return tx.note("make mail", m.err)
		}
		if err := tx.PutCompressed(m.packed); err != nil {
			return err
		}
		row[atSubject], row[atBlob] = clean(m.made.Subject), m.packed.Digest
	}
	return nil
}

// queue writes the row of a mail; blob is the digest of its bytes, or the making
// of them.
func (tx *Tx) queue(o Outgoing, blob any) (id int64, err error) {
	if len(o.To) == 0 || o.MessageID == "" || len(o.MessageID) > indexed {
		return 0, errors.New("queue mail: no recipient, or no usable message id")
	}
	if id, err = tx.nextID(lotOutgoing); err != nil {
		return 0, err
	}
	state, due := OutQueued, o.Due
	if o.Hold {
		state = OutHeld
	}
	if due.IsZero() {
		due = tx.Now
	}
	tx.appeared(ofOurs, clip(o.MessageID))
	err = tx.later(lotOutgoing, id, optional(string(o.Case)), o.Kind, o.From, o.Account, o.Subject, o.MessageID, blob,
		state, Time{due}, o.Answer, o.Bypass, o.Matter, optionalID(o.CodeID), optionalID(o.Letter), o.Revision, Time{tx.Now})
	if err != nil {
		return 0, err
	}
	for n, address := range o.To {
		if err := tx.later(lotRecipients, id, n, strings.TrimSpace(address), lowerAddress(address)); err != nil {
			return 0, err
		}
		tx.own.threads[threadKey(o.Case, o.Matter, address)] = true
	}
	return id, nil
}

// recipients are the fates of a mail's recipients, in the order of Outgoing.To.
func (tx *Tx) recipients(id int64) ([]RecipientResult, error) {
	var rows []recipientRow
	if err := tx.list(&rows, "recipients", id); err != nil {
		return nil, err
	}
	results := make([]RecipientResult, 0, len(rows))
	for _, row := range rows {
		results = append(results, RecipientResult{
			Address: row.Address, State: row.State, Code: row.Code, Enhanced: row.Enhanced, Text: row.Text,
		})
	}
	return results, nil
}

func (tx *Tx) outgoing(row outgoingRow) (OutgoingRow, error) {
	o := OutgoingRow{
		ID: row.ID, Case: petition.Number(row.Case.String), Kind: row.Kind, From: row.Sender, Account: row.Account,
		Subject: row.Subject, MessageID: row.MessageID, Blob: row.Blob, State: row.State, Attempts: row.Attempts,
		Next: tx.store.local(row.Next), LastError: row.LastError, Created: tx.store.local(row.Created),
		SentAt: tx.store.local(row.Sent), Answer: row.Answer, Bypass: row.Bypass, InDoubt: row.InDoubt,
		Matter: petition.Matter(row.Matter), CodeID: row.Code.Int64, Letter: row.Letter.Int64, Revision: row.Revision,
		codeDead: !row.CodeUsed.IsZero() || !row.CodeVoided.IsZero(), codeExpires: row.CodeExpires.Time,
	}
	var err error
	if o.Recipients, err = tx.recipients(row.ID); err != nil {
		return o, err
	}
	for _, r := range o.Recipients {
		o.To = append(o.To, r.Address)
	}
	return o, nil
}

// Outgoing is one outgoing mail with its recipients, or ErrNotFound.
func (tx *Tx) Outgoing(id int64) (OutgoingRow, error) {
	var row outgoingRow
	if err := tx.get(&row, "outgoing", id); err != nil {
		return OutgoingRow{}, err
	}
	return tx.outgoing(row)
}

// OutgoingByMessageID finds a mail of ours, or ErrNotFound.
func (tx *Tx) OutgoingByMessageID(id string) (OutgoingRow, error) {
	if tx.missing(ofOurs, clip(id)) {
		return OutgoingRow{}, fmt.Errorf("outgoing by message id: %w", ErrNotFound)
	}
	var row outgoingRow
	if err := tx.get(&row, "outgoing-by-message-id", clip(id)); err != nil {
		return OutgoingRow{}, err
	}
	return tx.outgoing(row)
}

// FirstOutgoing is the first mail of a matter of a case to one addressee: what
// later mails to them are threaded to. ErrNotFound when there is none.
func (tx *Tx) FirstOutgoing(n petition.Number, m petition.Matter, address string) (OutgoingRow, error) {
	if tx.own.cases[n] && !tx.own.threads[threadKey(n, m, address)] {
		return OutgoingRow{}, fmt.Errorf("first outgoing: %w", ErrNotFound)
	}
	rows, err := tx.ListOutgoing(OutgoingFilter{Case: n, Matter: m, To: address, Limit: 1})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("first outgoing: %w", ErrNotFound)
	}
	if err != nil {
		return OutgoingRow{}, err
	}
	return rows[0], nil
}

// threadKey names the mails of a matter of a case to one addressee.
func threadKey(n petition.Number, m petition.Matter, address string) string {
	return string(n) + " " + string(m) + " " + lowerAddress(address)
}

// ListOutgoing lists the mails that a filter selects, in the order they were written.
func (tx *Tx) ListOutgoing(f OutgoingFilter) ([]OutgoingRow, error) {
	g := given{}
	if len(f.States) > 0 {
		g["states"] = f.States
	}
	if len(f.Kinds) > 0 {
		g["kinds"] = f.Kinds
	}
	for key, word := range map[string]string{
		"case": string(f.Case), "matter": string(f.Matter), "to": lowerAddress(f.To),
	} {
		if word != "" {
			g[key] = word
		}
	}
	g.span("since", f.Since, "until", f.Until)
	g.order(f.Newest, f.Limit)
	return tx.listOutgoing(g)
}

func (tx *Tx) listOutgoing(g given) ([]OutgoingRow, error) {
	var rows []outgoingRow
	if err := tx.listWhere(&rows, "list-outgoing", g); err != nil {
		return nil, err
	}
	list := make([]OutgoingRow, 0, len(rows))
	for _, row := range rows {
		o, err := tx.outgoing(row)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// RetryOutgoing queues a failed, doubtful or waiting mail for now. Who got it
// already does not get it again.
func (tx *Tx) RetryOutgoing(id int64) error {
	if err := tx.change(ErrState, "retry-outgoing", id, Time{tx.Now}); err != nil {
		return err
	}
	return tx.exec("retry-recipients", id)
}

// HoldOutgoing keeps a queued mail back; ErrState when it is not waiting.
func (tx *Tx) HoldOutgoing(id int64) error { return tx.change(ErrState, "hold-outgoing", id) }

// ReleaseOutgoing queues a held mail for now; ErrState when it is not held.
func (tx *Tx) ReleaseOutgoing(id int64) error {
	return tx.change(ErrState, "release-outgoing", id, Time{tx.Now})
}

// CancelOutgoing gives a mail up; ErrState when it was sent, is being sent or
// was cancelled before. An answer's end is left to become an event.
func (tx *Tx) CancelOutgoing(id int64) error { return tx.change(ErrState, "cancel-outgoing", id) }

// NoteRecipient notes what the server, or a delivery report later, said of one
// recipient. An address that the mail did not go to is passed over.
func (tx *Tx) NoteRecipient(id int64, r RecipientResult) error {
	return tx.exec("set-recipient", id, lowerAddress(r.Address), r.State, r.Code, r.Enhanced, r.Text)
}

// NoteBounce notes what a delivery report said of one recipient. When it says
// for good that nobody got the mail, the mail has failed after all.
func (tx *Tx) NoteBounce(id int64, r RecipientResult, permanent bool) error {
	if err := tx.NoteRecipient(id, r); err != nil || !permanent {
		return err
	}
	return tx.exec("bounce-outgoing", id, strings.TrimSpace("bounced: "+r.Enhanced+" "+r.Text))
}

// UnreportedOutcomes lists mails that came to an end (sent, failed, doubtful,
// held by submission) and were not yet turned into events.
func (tx *Tx) UnreportedOutcomes(limit int) ([]OutgoingRow, error) {
	g := given{"unreported": true}
	g.order(false, limit)
	return tx.listOutgoing(g)
}

// MarkReported notes that an outcome was turned into events.
func (tx *Tx) MarkReported(id int64) error { return tx.change(ErrNotFound, "mark-reported", id) }
