package store

import (
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
	RecipientPending = "pending"
	RecipientSent    = "sent"
	RecipientFailed  = "failed"
	RecipientBounced = "bounced"
)

// Item is an outgoing mail claimed for sending.
type Item struct {
	ID      int64
	Case    petition.Number
	Kind    string
	Account string // mailbox id whose SMTP account sends it, "" for the office's
	From    string // envelope sender
	// To are the recipients that still have to get it.
	To        []string
	Raw       []byte
	MessageID string
	// Attempts counts this one.
	Attempts int
	Due      time.Time
	Created  time.Time
	// Answer marks an answer to a citizen, which is never sent twice.
	Answer bool
	// Bypass passes the caps by.
	Bypass bool
	// InDoubt says that an earlier attempt began and nobody noted its end.
	InDoubt bool
}

// RecipientResult is what became of one recipient.
type RecipientResult struct {
	Address string
	// State is one of the Recipient words; pending means try again.
	State    string
	Code     int
	Enhanced string
	Text     string
}

// Outcome is what became of an attempt.
type Outcome struct {
	// State is sent, queued (try again at Next), held, doubtful or failed.
	State      string
	Next       time.Time
	Error      string
	Recipients []RecipientResult
	At         time.Time
}

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
	Blob       string
	State      string
	Attempts   int
	Next       time.Time
	LastError  string
	Created    time.Time
	SentAt     time.Time
	Answer     bool
	Bypass     bool
	InDoubt    bool
	Matter     petition.Matter
	CodeID     int64
	Letter     int64
	Revision   int
	Recipients []RecipientResult
	// code's fate, for Secret
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
	To           string
	Since, Until time.Time // creation
	Newest       bool
	Limit        int
}
