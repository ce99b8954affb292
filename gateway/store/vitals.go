package store

import (
	"errors"
	"time"
)

// Vitals is what an administrator raises alarms on, beside the counts of boxes
// and of outgoing mail.
type Vitals struct {
	// Unaccepted is when the oldest letter arrived that nobody has accepted
	// (C4); zero when there is none.
	Unaccepted time.Time
	// Queued is when the oldest mail was written that still waits to be sent.
	Queued time.Time
	// Entries counts the ledger's entries of the alarming kinds: bounced,
	// chased, escalated, suspicious.
	Entries map[string]int64
}

// AlarmingKinds are the kinds of ledger entries that Vitals counts.
func AlarmingKinds() []string { return []string{"bounced", "chased", "escalated", "suspicious"} }

// Vitals reads them in the transaction's snapshot.
func (tx *Tx) Vitals() (Vitals, error) {
	v := Vitals{Entries: map[string]int64{}}
	var unaccepted, queued Time
	if err := tx.get(&unaccepted, "oldest-unaccepted"); err != nil && !errors.Is(err, ErrNotFound) {
		return v, err
	}
	if err := tx.get(&queued, "oldest-outgoing"); err != nil && !errors.Is(err, ErrNotFound) {
		return v, err
	}
	v.Unaccepted, v.Queued = tx.store.local(unaccepted), tx.store.local(queued)
	var rows []struct {
		Kind string `db:"kind"`
		N    int64  `db:"n"`
	}
	if err := tx.list(&rows, "alarming-entries"); err != nil {
		return v, err
	}
	for _, row := range rows {
		v.Entries[row.Kind] = row.N
	}
	return v, nil
}
