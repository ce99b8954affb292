package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"xinfangd/gateway/petition"
)

var errPending = errors.New("not built")

// Store is an open register.
type Store struct{}

// Open opens the database, brings its schema up to date and prepares every query.
func Open(ctx context.Context, o Options) (*Store, error) { return nil, errPending }

// Close ends every connection.
func (s *Store) Close() error { return nil }

func (s *Store) update(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	return errPending
}
func (s *Store) view(ctx context.Context, fn func(*Tx) error) error { return errPending }

// Try runs fn inside a savepoint: when fn fails, what it wrote is undone and the
// transaction goes on. A panic is undone likewise and passed on.
func (tx *Tx) Try(fn func(*Tx) error) error { return errPending }

// NextNumber takes the next registration number of a year.
func (tx *Tx) NextNumber(year int) (petition.Number, error) { return "", errPending }

// InsertCase registers a case with its query code.
func (tx *Tx) InsertCase(c petition.Case, queryCode string) error { return errPending }

// SaveCase keeps the new state of a case; ErrNotFound when it was never registered.
func (tx *Tx) SaveCase(c petition.Case) error { return errPending }

// Case is one case by its number, or ErrNotFound.
func (tx *Tx) Case(n petition.Number) (petition.Case, error) { return petition.Case{}, errPending }

// QueryCode is the citizen's query code of a case, or ErrNotFound.
func (tx *Tx) QueryCode(n petition.Number) (string, error) { return "", errPending }

// ListCases lists the cases that a filter selects.
func (tx *Tx) ListCases(f CaseFilter) ([]petition.Case, error) { return nil, errPending }

// CountCases counts the cases that a filter selects, whatever its Limit.
func (tx *Tx) CountCases(f CaseFilter) (int, error) { return 0, errPending }

// Append adds an entry to the ledger.
func (tx *Tx) Append(e Entry) (Entry, error) { return e, errPending }

// Entries lists the entries of a case, of the office alone for "".
func (tx *Tx) Entries(n petition.Number) ([]Entry, error) { return nil, errPending }

// AllEntries walks the whole ledger from an entry on.
func (tx *Tx) AllEntries(from int64) iter.Seq2[Entry, error] { return nil }

// Head is the last entry's number and digest.
func (tx *Tx) Head() (seq int64, digest string, err error) { return 0, "", errPending }

// Verify checks the whole chain.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (VerifyResult, error) {
	return VerifyResult{}, errPending
}

// ReplayCase is the case as the ledger alone tells it, or ErrNotFound.
func (tx *Tx) ReplayCase(n petition.Number) (petition.Case, error) {
	return petition.Case{}, errPending
}

// Compress makes a blob ready.
func (s *Store) Compress(data []byte) Compressed { return Compressed{} }

// PutCompressed stores a blob that was made ready, unless it is there.
func (tx *Tx) PutCompressed(c Compressed) error { return errPending }

// PutBlob stores bytes and returns their digest.
func (tx *Tx) PutBlob(data []byte) (digest string, err error) { return "", errPending }

// Blob is the stored bytes, checked against the digest; ErrNotFound, ErrDamaged.
func (tx *Tx) Blob(digest string) ([]byte, error) { return nil, errPending }

// LetterKnown says whether the letter at that place of a box was registered.
func (tx *Tx) LetterKnown(box string, uidValidity, uid uint32) (bool, error) {
	return false, errPending
}

// LettersByDigest lists the letters with exactly these bytes.
func (tx *Tx) LettersByDigest(digest string) ([]Letter, error) { return nil, errPending }

// AddLetter registers a letter; its blob must be stored.
func (tx *Tx) AddLetter(l Letter) (id int64, err error) { return 0, errPending }

// MoveLetter notes the new place of a letter after the box's UIDVALIDITY changed.
func (tx *Tx) MoveLetter(id int64, uidValidity, uid uint32) error { return errPending }

// SetLetterCase puts a letter to a case.
func (tx *Tx) SetLetterCase(id int64, n petition.Number, kind LetterKind) error { return errPending }

// SetLetterNote replaces the remark on a letter.
func (tx *Tx) SetLetterNote(id int64, note string) error { return errPending }

// Letter is one letter, or ErrNotFound.
func (tx *Tx) Letter(id int64) (Letter, error) { return Letter{}, errPending }

// LettersOf lists the letters of a case in the order they came.
func (tx *Tx) LettersOf(n petition.Number) ([]Letter, error) { return nil, errPending }

// ListLetters lists the letters that a filter selects.
func (tx *Tx) ListLetters(f LetterFilter) ([]Letter, error) { return nil, errPending }

// LetterByMessageID is the first letter with that Message-ID, one with a case
// before one without; or ErrNotFound.
func (tx *Tx) LetterByMessageID(id string) (Letter, error) { return Letter{}, errPending }

// Cursor is how far a box was read; zero when never.
func (tx *Tx) Cursor(box string) (Cursor, error) { return Cursor{}, errPending }

// SetCursor notes how far a box was read.
func (tx *Tx) SetCursor(box string, c Cursor) error { return errPending }

// AddFailed sets a letter aside; its blob must be stored. The same place of a
// box is set aside once, with the latest reason.
func (tx *Tx) AddFailed(f Failed) (id int64, err error) { return 0, errPending }

// FailedLetters lists what was set aside.
func (tx *Tx) FailedLetters() ([]Failed, error) { return nil, errPending }

// FailedLetter is one letter set aside, or ErrNotFound.
func (tx *Tx) FailedLetter(id int64) (Failed, error) { return Failed{}, errPending }

// RemoveFailed takes a letter off the list.
func (tx *Tx) RemoveFailed(id int64) error { return errPending }

// NoteCheck notes a check of a box; errText is empty when it went well.
func (tx *Tx) NoteCheck(box string, at time.Time, errText string, loginRefusals int) error {
	return errPending
}

// SetBoxAlarm notes whether people were told that a box fails.
func (tx *Tx) SetBoxAlarm(box string, alarmed bool) error { return errPending }

// BoxStatus lists the health of every box seen so far.
func (tx *Tx) BoxStatus() ([]BoxStatus, error) { return nil, errPending }

// IndexCase makes a case's own fields findable, replacing what was indexed. A
// failure is undone by itself and leaves the transaction alone.
func (tx *Tx) IndexCase(n petition.Number, text string) error { return errPending }

// IndexLetter makes a letter findable; like IndexCase.
func (tx *Tx) IndexLetter(n petition.Number, letterID int64, text string) error { return errPending }

// Search finds the cases in which all of the words stand, newest first.
func (tx *Tx) Search(words string, limit int) ([]SearchHit, error) { return nil, errPending }

// IssueCode makes a reply code, shown as 7Q4KM-2XD9P, and its row.
func (tx *Tx) IssueCode(g CodeGrant) (code string, id int64, err error) { return "", 0, errPending }

// LookupCode finds a reply code as a person typed it, or ErrNotFound.
func (tx *Tx) LookupCode(code string) (Code, error) { return Code{}, errPending }

// Code is a reply code by its row, or ErrNotFound.
func (tx *Tx) Code(id int64) (Code, error) { return Code{}, errPending }

// UseCode spends a code; ErrTaken when it is not alive.
func (tx *Tx) UseCode(id int64) error { return errPending }

// VoidCodes kills the live codes that a filter selects and counts them.
func (tx *Tx) VoidCodes(f CodeFilter) (int, error) { return 0, errPending }

// Queue writes an outgoing mail.
func (tx *Tx) Queue(o Outgoing) (id int64, err error) { return 0, errPending }

// Outgoing is one outgoing mail with its recipients, or ErrNotFound.
func (tx *Tx) Outgoing(id int64) (OutgoingRow, error) { return OutgoingRow{}, errPending }

// OutgoingByMessageID finds a mail of ours, or ErrNotFound.
func (tx *Tx) OutgoingByMessageID(id string) (OutgoingRow, error) { return OutgoingRow{}, errPending }

// FirstOutgoing is the first mail of a matter to one addressee, or ErrNotFound.
func (tx *Tx) FirstOutgoing(n petition.Number, m petition.Matter, address string) (OutgoingRow, error) {
	return OutgoingRow{}, errPending
}

// ListOutgoing lists the mails that a filter selects.
func (tx *Tx) ListOutgoing(f OutgoingFilter) ([]OutgoingRow, error) { return nil, errPending }

// RetryOutgoing queues a failed, doubtful or waiting mail for now.
func (tx *Tx) RetryOutgoing(id int64) error { return errPending }

// HoldOutgoing keeps a queued mail back.
func (tx *Tx) HoldOutgoing(id int64) error { return errPending }

// ReleaseOutgoing queues a held mail for now.
func (tx *Tx) ReleaseOutgoing(id int64) error { return errPending }

// CancelOutgoing gives a mail up that is not being sent and was not; ErrState else.
func (tx *Tx) CancelOutgoing(id int64) error { return errPending }

// NoteRecipient notes what a delivery report said of one recipient.
func (tx *Tx) NoteRecipient(id int64, r RecipientResult) error { return errPending }

// UnreportedOutcomes lists mails that came to an end (sent, failed, doubtful,
// held by submission) and were not yet turned into events.
func (tx *Tx) UnreportedOutcomes(limit int) ([]OutgoingRow, error) { return nil, errPending }

// MarkReported notes that an outcome was turned into events.
func (tx *Tx) MarkReported(id int64) error { return errPending }

// Claim takes up to n mails for sending; see Item.
func (s *Store) Claim(ctx context.Context, now time.Time, owner string, n int) ([]Item, error) {
	return nil, errPending
}

// Note keeps the outcome of an attempt.
func (s *Store) Note(ctx context.Context, id int64, o Outcome) error { return errPending }

// NextDue is when the next mail can be claimed, the zero time when none waits.
func (s *Store) NextDue(ctx context.Context, now time.Time) (time.Time, error) {
	return time.Time{}, errPending
}

// Paused says whether all sending is stopped.
func (s *Store) Paused(ctx context.Context) (bool, error) { return false, errPending }

// SetClock sets a clock, replacing one of the same case, name and step.
func (tx *Tx) SetClock(n petition.Number, c petition.Clock, step int, due time.Time) error {
	return errPending
}

// StopClocks ends the named clocks of a case, all of them when none is named.
func (tx *Tx) StopClocks(n petition.Number, clocks ...petition.Clock) error { return errPending }

// Clocks lists the running clocks of a case.
func (tx *Tx) Clocks(n petition.Number) ([]ClockRow, error) { return nil, errPending }

// DueClocks lists clocks that are due and have not fired, the longest due first.
func (tx *Tx) DueClocks(now time.Time, limit int) ([]ClockRow, error) { return nil, errPending }

// NextClock is when the next clock is due, the zero time when none runs.
func (tx *Tx) NextClock() (time.Time, error) { return time.Time{}, errPending }

// ClockFired ends a clock; ErrTaken when it fired or was stopped before.
func (tx *Tx) ClockFired(id int64) error { return errPending }

// PostponeClock moves a clock that could not be handled.
func (tx *Tx) PostponeClock(id int64, due time.Time) error { return errPending }

// Hold keeps commands until they are confirmed.
func (tx *Tx) Hold(h HeldCommand) (id int64, err error) { return 0, errPending }

// Held is what was held, or ErrNotFound.
func (tx *Tx) Held(id int64) (HeldCommand, error) { return HeldCommand{}, errPending }

// TakeHeld takes what was held, once; ErrTaken when it was taken or has expired.
func (tx *Tx) TakeHeld(id int64) (HeldCommand, error) { return HeldCommand{}, errPending }

// Bump counts one more in a bucket (a day, an hour) and returns the count. The
// key, often an address, is stored as a keyed digest.
func (tx *Tx) Bump(kind, key, bucket string) (int, error) { return 0, errPending }

// Tally is the count in a bucket.
func (tx *Tx) Tally(kind, key, bucket string) (int, error) { return 0, errPending }

// UseSignature notes a signature value; it is fresh the first time only.
func (tx *Tx) UseSignature(value string) (fresh bool, err error) { return false, errPending }

// Setting is a stored setting, empty when never set.
func (tx *Tx) Setting(key string) (string, error) { return "", errPending }

// SetSetting stores a setting.
func (tx *Tx) SetSetting(key, value string) error { return errPending }

// Lease takes or renews a named lease until an instant. held is false while
// another owner has it; the token grows each time it changes hands.
func (s *Store) Lease(ctx context.Context, name, owner string, until, now time.Time) (token int64, held bool, err error) {
	return 0, false, errPending
}

// Release gives a lease back.
func (s *Store) Release(ctx context.Context, name, owner string) error { return errPending }

// HoldsLease says inside an Update whether a lease is still ours.
func (tx *Tx) HoldsLease(name string, token int64) (bool, error) { return false, errPending }

// Sweep forgets tallies, signatures, ended clocks and dead codes older than before.
func (s *Store) Sweep(ctx context.Context, before time.Time) error { return errPending }

// Backup copies a SQLite register to a new file while the daemon runs.
func (s *Store) Backup(ctx context.Context, path string) error { return errPending }

// Status counts what the register holds.
func (s *Store) Status(ctx context.Context) (Status, error) { return Status{}, errPending }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return errPending }

// NormaliseCode reads a reply code as people type it; false when it cannot be one.
func NormaliseCode(s string) (string, bool) { return "", false }

