package store

import "time"

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

type failedRow struct {
	ID          int64  `db:"id"`
	Mailbox     string `db:"mailbox"`
	UIDValidity int64  `db:"uidvalidity"`
	UID         int64  `db:"uid"`
	Arrived     Time   `db:"arrived"`
	Reason      string `db:"reason"`
	Digest      string `db:"digest"`
	Tries       int    `db:"tries"`
}

func (tx *Tx) failedLetter(row failedRow) Failed {
	return Failed{
		ID: row.ID, Mailbox: row.Mailbox, UIDValidity: uint32(row.UIDValidity), UID: uint32(row.UID),
		Arrived: tx.store.local(row.Arrived), Reason: row.Reason, Digest: row.Digest, Tries: row.Tries,
	}
}

// AddFailed sets a letter aside; its blob must be stored. The same letter at the
// same place of a box is set aside once, with the latest reason.
func (tx *Tx) AddFailed(f Failed) (id int64, err error) {
	err = tx.get(&id, "upsert-failed", f.Mailbox, int64(f.UIDValidity), int64(f.UID), Time{f.Arrived}, f.Reason, f.Digest)
	return id, err
}

// FailedLetters lists what was set aside.
func (tx *Tx) FailedLetters() ([]Failed, error) {
	var rows []failedRow
	if err := tx.list(&rows, "list-failed"); err != nil {
		return nil, err
	}
	failed := make([]Failed, 0, len(rows))
	for _, row := range rows {
		failed = append(failed, tx.failedLetter(row))
	}
	return failed, nil
}

// FailedLetter is one letter set aside, or ErrNotFound.
func (tx *Tx) FailedLetter(id int64) (Failed, error) {
	var row failedRow
	err := tx.get(&row, "failed", id)
	return tx.failedLetter(row), err
}

// RemoveFailed takes a letter off the list.
func (tx *Tx) RemoveFailed(id int64) error { return tx.change(ErrNotFound, "remove-failed", id) }
