package store

import (
	"errors"
	"time"
)

// Cursor is how far a box was read.
type Cursor struct {
	UIDValidity uint32
	UID         uint32
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

type boxRow struct {
	Mailbox       string `db:"mailbox"`
	UIDValidity   int64  `db:"uidvalidity"`
	UID           int64  `db:"uid"`
	Tried         Time   `db:"tried"`
	Checked       Time   `db:"checked"`
	Error         string `db:"error"`
	FailingSince  Time   `db:"failing_since"`
	LoginRefusals int    `db:"login_refusals"`
	Alarmed       bool   `db:"alarmed"`
}

// Cursor is how far a box was read; zero when never.
func (tx *Tx) Cursor(box string) (Cursor, error) {
	var row boxRow
	err := tx.get(&row, "cursor", box)
	if errors.Is(err, ErrNotFound) {
		return Cursor{}, nil
	}
	return Cursor{UIDValidity: uint32(row.UIDValidity), UID: uint32(row.UID)}, err
}

// SetCursor notes how far a box was read.
func (tx *Tx) SetCursor(box string, c Cursor) error {
	return tx.exec("set-cursor", box, int64(c.UIDValidity), int64(c.UID))
}

// NoteCheck notes a check of a box; errText is empty when it went well.
func (tx *Tx) NoteCheck(box string, at time.Time, errText string, loginRefusals int) error {
	if errText == "" {
		return tx.exec("note-check-well", box, Time{at})
	}
	return tx.exec("note-check-failed", box, Time{at}, errText, loginRefusals)
}

// SetBoxAlarm notes whether people were told that a box fails.
func (tx *Tx) SetBoxAlarm(box string, alarmed bool) error {
	return tx.exec("set-box-alarm", box, alarmed)
}

// BoxStatus lists the health of every box seen so far.
func (tx *Tx) BoxStatus() ([]BoxStatus, error) {
	var rows []boxRow
	if err := tx.list(&rows, "boxes"); err != nil {
		return nil, err
	}
	boxes := make([]BoxStatus, 0, len(rows))
	for _, row := range rows {
		boxes = append(boxes, BoxStatus{
			Mailbox: row.Mailbox, Tried: tx.store.local(row.Tried), Checked: tx.store.local(row.Checked), Error: row.Error,
			Since: tx.store.local(row.FailingSince), LoginRefusals: row.LoginRefusals, Alarmed: row.Alarmed,
			Cursor: Cursor{UIDValidity: uint32(row.UIDValidity), UID: uint32(row.UID)},
		})
	}
	return boxes, nil
}
