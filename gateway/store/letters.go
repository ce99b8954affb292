package store

import (
	"database/sql"
	"fmt"
	"slices"
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

type letterRow struct {
	ID          int64          `db:"id"`
	Mailbox     string         `db:"mailbox"`
	UIDValidity sql.NullInt64  `db:"uidvalidity"`
	UID         sql.NullInt64  `db:"uid"`
	Digest      string         `db:"digest"`
	Size        int64          `db:"size"`
	Arrived     Time           `db:"arrived"`
	Sender      string         `db:"sender"`
	Name        string         `db:"name"`
	Subject     string         `db:"subject"`
	MessageID   string         `db:"message_id"`
	InReplyTo   string         `db:"in_reply_to"`
	Refs        string         `db:"refs"`
	Kind        string         `db:"kind"`
	Case        sql.NullString `db:"case_number"`
	Note        string         `db:"note"`
}

func (tx *Tx) letter(row letterRow) Letter {
	return Letter{
		ID: row.ID, Mailbox: row.Mailbox, UIDValidity: uint32(row.UIDValidity.Int64), UID: uint32(row.UID.Int64),
		Digest: row.Digest, Size: row.Size, Arrived: tx.store.local(row.Arrived), From: row.Sender, Name: row.Name,
		Subject: row.Subject, MessageID: row.MessageID, InReplyTo: readList(row.InReplyTo), References: readList(row.Refs),
		Kind: LetterKind(row.Kind), Case: petition.Number(row.Case.String), Note: row.Note,
	}
}

func (tx *Tx) letterList(rows []letterRow) []Letter {
	letters := make([]Letter, 0, len(rows))
	for _, row := range rows {
		letters = append(letters, tx.letter(row))
	}
	return letters
}

// LetterKnown says whether the letter at that place of a box was registered.
func (tx *Tx) LetterKnown(box string, uidValidity, uid uint32) (bool, error) {
	if tx.missing(ofPlace, placeKey(box, uidValidity, uid)) {
		return false, nil
	}
	var n int
	err := tx.get(&n, "letter-known", box, int64(uidValidity), int64(uid))
	return n > 0, err
}

// KnownUIDs are the places of a box between two UIDs, both included, whose
// letters were registered or set aside as failed.
func (tx *Tx) KnownUIDs(box string, uidValidity, from, to uint32) (map[uint32]bool, error) {
	var uids []int64
	if err := tx.list(&uids, "known-uids", box, int64(uidValidity), int64(from), int64(to)); err != nil {
		return nil, err
	}
	known := make(map[uint32]bool, len(uids))
	for _, uid := range uids {
		known[uint32(uid)] = true
	}
	return known, nil
}

// LettersByDigest lists the letters with exactly these bytes. After a box's
// UIDVALIDITY changed, the same letter shows itself under a new UID.
func (tx *Tx) LettersByDigest(digest string) ([]Letter, error) {
	if tx.missing(ofDigest, digest) {
		return nil, nil
	}
	var rows []letterRow
	err := tx.list(&rows, "letters-by-digest", digest)
	return tx.letterList(rows), err
}

// AddLetter registers a letter; its blob must be stored.
func (tx *Tx) AddLetter(l Letter) (id int64, err error) {
	if id, err = tx.nextID(lotLetters); err != nil {
		return 0, err
	}
	row := &letterRow{
		ID: id, Mailbox: clean(l.Mailbox), Digest: l.Digest, Size: l.Size, Arrived: Time{l.Arrived.UTC().Truncate(time.Microsecond)}, Sender: clean(l.From), Name: clean(l.Name),
		Subject: clean(l.Subject), MessageID: clip(l.MessageID), InReplyTo: listText(l.InReplyTo), Refs: listText(l.References), Kind: string(l.Kind),
		Case: sql.NullString{String: string(l.Case), Valid: l.Case != ""}, Note: clean(l.Note),
	}
	var uidValidity, uid any // NULLs are not unique: any number of letters has no place in a box
	if l.UID != 0 {
		uidValidity, uid = int64(l.UIDValidity), int64(l.UID)
		row.UIDValidity, row.UID = sql.NullInt64{Int64: int64(l.UIDValidity), Valid: true}, sql.NullInt64{Int64: int64(l.UID), Valid: true}
	}
	tx.appeared(ofDigest, l.Digest)
	if tx.missing(ofMessageID, row.MessageID) {
		tx.own.named[row.MessageID] = append(tx.own.named[row.MessageID], row)
	}
	tx.appeared(ofPlace, placeKey(l.Mailbox, l.UIDValidity, l.UID))
	err = tx.laterAs(lotLetters, id, id, row.Mailbox, uidValidity, uid, row.Digest, row.Size, row.Arrived, row.Sender, row.Name,
		row.Subject, row.MessageID, row.InReplyTo, row.Refs, row.Kind, optional(string(l.Case)), row.Note)
	if err == nil {
		tx.own.bare[id], tx.own.letters[id] = true, row
	}
	return id, err
}

// MoveLetter notes the new place of a letter after the box's UIDVALIDITY changed.
func (tx *Tx) MoveLetter(id int64, uidValidity, uid uint32) error {
	clear(tx.own.absent) // of the box that it lies in nothing is said here
	clear(tx.own.letters)
	return tx.change(ErrNotFound, "move-letter", id, int64(uidValidity), int64(uid))
}

// SetLetterCase puts a letter to a case, which must be registered; "" takes it off.
func (tx *Tx) SetLetterCase(id int64, n petition.Number, kind LetterKind) error {
	if row := tx.waiting.at[lotLetters][id]; row != nil {
		copy(row[13:], bind([]any{kind, optional(string(n))}))
	} else if err := tx.change(ErrNotFound, "set-letter-case", id, optional(string(n)), kind); err != nil {
		return err
	}
	if l := tx.own.letters[id]; l != nil {
		l.Case, l.Kind = sql.NullString{String: string(n), Valid: n != ""}, string(kind)
	}
	if tx.own.bare[id] {
		return nil // it is not indexed yet
	}
	return tx.exec("search-move-letter", id, n)
}

// SetLetterNote replaces the remark on a letter.
func (tx *Tx) SetLetterNote(id int64, note string) error {
	if l := tx.own.letters[id]; l != nil {
		l.Note = clean(note)
	}
	if row := tx.waiting.at[lotLetters][id]; row != nil {
		row[15] = clean(note)
		return nil
	}
	return tx.change(ErrNotFound, "set-letter-note", id, note)
}

// Letter is one letter, or ErrNotFound.
func (tx *Tx) Letter(id int64) (Letter, error) {
	if row := tx.own.letters[id]; row != nil {
		return tx.letter(*row), nil
	}
	var row letterRow
	err := tx.get(&row, "letter", id)
	return tx.letter(row), err
}

// LettersOf lists the letters of a case in the order they came.
func (tx *Tx) LettersOf(n petition.Number) ([]Letter, error) {
	var rows []letterRow
	err := tx.list(&rows, "letters-of-case", n)
	return tx.letterList(rows), err
}

// ListLetters lists the letters that a filter selects, by arrival.
func (tx *Tx) ListLetters(f LetterFilter) ([]Letter, error) {
	g := given{}
	if f.Mailbox != "" {
		g["mailbox"] = f.Mailbox
	}
	if f.Case != "" {
		g["case"] = string(f.Case)
	}
	if len(f.Kinds) > 0 {
		g["kinds"] = f.Kinds
	}
	if f.From != "" {
		g["from"] = lowerAddress(f.From)
	}
	if f.Unregistered {
		g["unregistered"] = true
	}
	g.span("since", f.Since, "until", f.Until)
	g.order(f.Newest, f.Limit)
	var rows []letterRow
	err := tx.listWhere(&rows, "list-letters", g)
	return tx.letterList(rows), err
}

// NoteSelfTest is the note of the gateway's own daily letter to itself, which is
// nobody's matter.
const NoteSelfTest = "系统自检信"

// CountLetters counts the mails that arrived in a half-open span of time.
func (tx *Tx) CountLetters(from, to time.Time) (n int, err error) {
	err = tx.get(&n, "count-letters", Time{from}, Time{to})
	return n, err
}

// LetterByMessageID is the first letter with that Message-ID, one with a case
// before one without; or ErrNotFound.
func (tx *Tx) LetterByMessageID(id string) (Letter, error) {
	if id == "" {
		return Letter{}, fmt.Errorf("letter by message id: %w", ErrNotFound)
	}
	if tx.missing(ofMessageID, clip(id)) {
		mine := tx.own.named[clip(id)]
		if len(mine) == 0 {
			return Letter{}, fmt.Errorf("letter by message id: %w", ErrNotFound)
		}
		first := slices.IndexFunc(mine, func(row *letterRow) bool { return row.Case.Valid })
		return tx.letter(*mine[max(0, first)]), nil
	}
	var row letterRow
	err := tx.get(&row, "letter-by-message-id", clip(id))
	return tx.letter(row), err
}
