package desk

import (
	"context"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// RegisterLetter makes a case of a letter that was kept without a number
// (spec mail section 6) and returns the number. A letter that has a case
// already is left as it is.
func (d *Desk) RegisterLetter(ctx context.Context, id int64, now time.Time) (petition.Number, error) {
	var number petition.Number
	err := d.update(ctx, now, func(w *work) error {
		row, err := w.tx.Letter(id)
		if err != nil {
			return fmt.Errorf("find letter: %w", err)
		}
		if row.Case != "" {
			number = row.Case
			return fmt.Errorf("letter %d belongs to %s: %w", id, row.Case, store.ErrTaken)
		}
		a, err := w.arrived(id)
		if err != nil {
			return err
		}
		if err := w.register(a, "", false); err != nil {
			return err
		}
		row, err = w.tx.Letter(id)
		number = row.Case
		return err
	})
	return number, err
}

// arrived is a letter of the register as it once arrived.
func (w *work) arrived(id int64) (*arrival, error) {
	row, err := w.tx.Letter(id)
	if err != nil {
		return nil, fmt.Errorf("find letter: %w", err)
	}
	raw, err := w.tx.Blob(row.Digest)
	if err != nil {
		return nil, fmt.Errorf("read letter: %w", err)
	}
	p := &prepared{Incoming: Incoming{Box: row.Mailbox, UIDValidity: row.UIDValidity, UID: row.UID, Arrived: row.Arrived, Raw: raw}, l: w.parse(raw)}
	p.l.Digest = row.Digest
	w.parsed[row.Digest] = &p.l
	return &arrival{prepared: p, row: row, box: w.box(row.Mailbox)}, nil
}

// RetryFailed handles a letter again that was set aside.
func (d *Desk) RetryFailed(ctx context.Context, id int64, now time.Time) error {
	var f store.Failed
	var raw []byte
	err := d.store.View(ctx, func(tx *store.Tx) error {
		var err error
		if f, err = tx.FailedLetter(id); err != nil {
			return err
		}
		raw, err = tx.Blob(f.Digest)
		return err
	})
	if err != nil {
		return fmt.Errorf("read failed letter: %w", err)
	}
	p := d.prepare(ctx, Incoming{Box: f.Mailbox, UIDValidity: f.UIDValidity, UID: f.UID, Arrived: f.Arrived, Raw: raw}, now)
	return d.update(ctx, now, func(w *work) error {
		if err := w.guarded(func(tx *store.Tx) error {
			inner := *w
			inner.tx = tx
			defer func() { w.mails = inner.mails }()
			return inner.receive(&p)
		}); err != nil {
			return fmt.Errorf("retry letter: %w", err)
		}
		return w.tx.RemoveFailed(id)
	})
}
