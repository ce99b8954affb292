package submission

import (
	"context"
	"time"
)

// The states an Outcome may give a row, and a RecipientResult an address.
// They are the words of the register and of `queue list`.
const (
	StateQueued   = "queued"   // to be tried again at Outcome.Next
	StateSent     = "sent"     // accepted by the server
	StateDoubtful = "doubtful" // perhaps accepted; a person decides
	StateFailed   = "failed"   // refused for good, or given up
	StateHeld     = "held"     // not tried any more until a person releases it
)

// Item is one outgoing mail, claimed for one attempt. Its bytes and its
// Message-ID were fixed when the row was written and never change between
// attempts.
type Item struct {
	ID        int64
	Case      string // registration number, "" for a mail about no case
	Kind      string // the template's name
	Account   string // whose SMTP account sends it: a mailbox id, or "" for the global one
	From      string // envelope sender
	To        []string
	Raw       []byte
	MessageID string
	Attempts  int // including this one
	Due       time.Time
	Created   time.Time

	// Answer marks an answer to a citizen: when nobody can know whether the
	// server took it, a person decides, nothing is sent twice.
	Answer bool
	// Bypass lets the mail pass the global hourly cap.
	Bypass bool
	// InDoubt says that the row was found in the state `sending` when it was
	// claimed: a process died (or could not note) during the attempt before.
	InDoubt bool
}

// Single is a mail that is claimed only when a session is free for it: an
// attempt that a crash cut short is one of which nobody knows the end. An answer
// to a citizen then waits for a person; and a mail found in a dead process's
// hands may be the reason for its death, or have waited beside that one.
type Single struct {
	ID      int64
	Account string
	// InDoubt says that it was in a dead process's hands. Such mails are tried
	// one at a time, or the others would bear the blame of one.
	InDoubt bool
}

// Scope says of which accounts mail is wanted; the zero value, of all.
type Scope struct {
	// Accounts are those whose mail is wanted, or with Only unset those whose mail
	// is not.
	Accounts []string
	Only     bool
	// Before adds what was written before then, whosever it is; zero for nothing.
	Before time.Time
}

// RecipientResult is what the server said about one address in one attempt.
type RecipientResult struct {
	Address  string
	State    string // sent, queued (outstanding), failed or doubtful
	Code     int    // SMTP reply code, 0 when there was none
	Enhanced string // RFC 3463 code such as "5.1.1", "" when there was none
	Text     string
}

// Outcome is the end of one attempt. State speaks of the row: queued while any
// recipient is outstanding, else failed when this attempt lost one for good,
// else sent. Recipients that were served or refused for good must not appear in
// Item.To of the next claim, so a queue keeps their results.
type Outcome struct {
	State      string
	Next       time.Time // for queued only
	Error      string    // safe to show to the office; "" when all went well
	Recipients []RecipientResult
	At         time.Time
}

// Queue is where outgoing mail lies. The register implements it.
type Queue interface {
	// Claim marks up to n due rows `sending`, counts the attempt and pushes the
	// next one into the future, in a transaction that is committed before Claim
	// returns, and so before any dialling. It leaves out the rows that are claimed
	// one by one, and those outside of the scope. The lease must be longer than
	// Longest, or a slow attempt is taken for a dead one.
	Claim(ctx context.Context, now time.Time, owner string, in Scope, n int) ([]Item, error)
	// DueSingles lists up to n due rows of the scope that are claimed one by one:
	// answers to citizens, and what a dead process left in `sending`, after its
	// lease. None while paused.
	DueSingles(ctx context.Context, now time.Time, in Scope, n int) ([]Single, error)
	// ClaimSingle claims one of them as Claim does others, with InDoubt set when
	// it was in `sending`; none when it is not to be had.
	ClaimSingle(ctx context.Context, now time.Time, owner string, id int64) ([]Item, error)
	// Note records how the attempt ended. store.ErrState says that the row is
	// not being sent by us any more; any other error is tried again.
	Note(ctx context.Context, id int64, o Outcome) error
	// NextDue returns when the next row falls due; zero: nothing is waiting.
	NextDue(ctx context.Context) (time.Time, error)
	// Pass counts up to want more mails under the hourly cap of n mails, which holds
	// for the whole office, and returns how many may pass; for none it says when to
	// ask again. waiting is how many were turned away before: they are not all to
	// come back at once.
	Pass(ctx context.Context, now time.Time, n, want, waiting int) (granted int, next time.Time, err error)
	// PassBack undoes the Pass of n mails that could not be tried.
	PassBack(ctx context.Context, passed time.Time, n int) error
	// Paused reports whether all sending is stopped.
	Paused(ctx context.Context) (bool, error)
}
