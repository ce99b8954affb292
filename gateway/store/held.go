package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// HeldCommand waits for 确认. Body is the desk's own writing of what is to be done.
type HeldCommand struct {
	ID      int64
	Address string
	Case    petition.Number
	Body    []byte
	// Letter is the row of the mail that commanded.
	Letter  int64
	Expires time.Time
	Created time.Time
	Taken   time.Time
}

type heldRow struct {
	ID      int64  `db:"id"`
	Address string `db:"address"`
	Case    string `db:"case_number"`
	Body    []byte `db:"body"`
	Letter  int64  `db:"letter"`
	Created Time   `db:"created"`
	Expires Time   `db:"expires"`
	Taken   Time   `db:"taken"`
}

// Hold keeps commands until they are confirmed.
func (tx *Tx) Hold(h HeldCommand) (id int64, err error) {
	body := h.Body
	if body == nil {
		body = []byte{}
	}
	err = tx.get(&id, "insert-held", lowerAddress(h.Address), h.Case, body, h.Letter, Time{tx.Now}, Time{h.Expires})
	return id, err
}

// Held is what was held, or ErrNotFound.
func (tx *Tx) Held(id int64) (HeldCommand, error) {
	var row heldRow
	if err := tx.get(&row, "held", id); err != nil {
		return HeldCommand{}, err
	}
	return HeldCommand{
		ID: row.ID, Address: row.Address, Case: petition.Number(row.Case), Body: row.Body, Letter: row.Letter,
		Expires: tx.store.local(row.Expires), Created: tx.store.local(row.Created), Taken: tx.store.local(row.Taken),
	}, nil
}

// TakeHeld takes what was held, once; ErrTaken when it was taken or has
// expired, ErrNotFound when there is none.
func (tx *Tx) TakeHeld(id int64) (HeldCommand, error) {
	h, err := tx.Held(id)
	if err != nil {
		return HeldCommand{}, err
	}
	if err := tx.change(ErrTaken, "take-held", id, Time{tx.Now}); err != nil {
		return HeldCommand{}, err
	}
	h.Taken = tx.Now
	return h, nil
}
