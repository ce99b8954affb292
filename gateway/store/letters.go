package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// LetterKind is what a letter was to the office (spec system section 9).
type LetterKind string

// The kinds of letters.
const (
	KindLetter       LetterKind = "letter"
	KindFollowUp     LetterKind = "followup"
	KindOpinion      LetterKind = "opinion"
	KindCommand      LetterKind = "command"
	KindInstruction  LetterKind = "instruction"
	KindAutomatic    LetterKind = "automatic"
	KindBounce       LetterKind = "bounce"
	KindNotification LetterKind = "notification"
	KindList         LetterKind = "list"
)

// Letter is one mail that came in; its bytes lie in the blob named by Digest.
type Letter struct {
	ID      int64
	Mailbox string
	// UIDValidity and UID are its place in the box; UID is 0 for letters that
	// did not come over IMAP.
	UIDValidity uint32
	UID         uint32
	Digest      string
	Size        int64
	Arrived     time.Time
	From        string
	Name        string // display name of From, which proves nothing
	Subject     string
	// MessageID, InReplyTo and References carry no angle brackets.
	MessageID  string
	InReplyTo  []string
	References []string
	Kind       LetterKind
	// Case is empty when the letter belongs to none.
	Case petition.Number
	Note string
}

// LetterFilter selects letters; zero fields do not restrict.
type LetterFilter struct {
	Mailbox string
	Case    petition.Number
	Kinds   []LetterKind
	From    string
	// Unregistered selects those without a case.
	Unregistered bool
	Since, Until time.Time // arrival
	Newest       bool
	Limit        int
}

// Cursor is how far a box was read.
type Cursor struct {
	UIDValidity uint32
	UID         uint32
}

// Failed is a letter whose handling failed; its bytes are kept.
type Failed struct {
	ID          int64
	Mailbox     string
	UIDValidity uint32
	UID         uint32
	Arrived     time.Time
	Reason      string
	Digest      string
	// Tries counts how often it was set aside.
	Tries int
}

// BoxStatus is the health of one box.
type BoxStatus struct {
	Mailbox string
	// Tried is the last check, Checked the last successful one.
	Tried   time.Time
	Checked time.Time
	// Error is empty after a successful check; Since is when it first failed.
	Error         string
	Since         time.Time
	LoginRefusals int
	// Alarmed says that people were told of the failure.
	Alarmed bool
	Cursor  Cursor
}
