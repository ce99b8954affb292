package store

import (
	"context"
	"errors"
	"strings"
	"time"
)

// tallyKey hides what is counted: it is an address most of the time.
func (tx *Tx) tallyKey(kind, key string) string {
	return tx.store.keyed("tally "+kind, strings.ToLower(strings.TrimSpace(key)))
}

// Bump counts one more in a bucket (a day, an hour) and returns the count. The
// key, often an address, is stored as a keyed digest and compared without case.
func (tx *Tx) Bump(kind, key, bucket string) (int, error) {
	hidden := tx.tallyKey(kind, key)
	name := kind + " " + hidden + " " + bucket
	if row := tx.waiting.at[lotTallies][name]; row != nil {
		n := row[3].(int) + 1
		row[3] = n
		return n, nil
	}
	if tx.missing(ofTally, name) {
		tx.appeared(ofTally, name)
		return 1, tx.laterAs(lotTallies, name, kind, hidden, bucket, 1, Time{tx.Now})
	}
	var n int
	err := tx.get(&n, "bump", kind, hidden, bucket, Time{tx.Now}, 1)
	return n, err
}

// Tally is the count in a bucket.
func (tx *Tx) Tally(kind, key, bucket string) (int, error) {
	var n int
	err := tx.get(&n, "tally", kind, tx.tallyKey(kind, key), bucket)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// UseSignature notes a signature value; it is fresh the first time only. Each
// DKIM signature serves one decision (spec mail section 5).
func (tx *Tx) UseSignature(value string) (fresh bool, err error) {
	n, err := tx.affect("use-signature", sum([]byte(value)), Time{tx.Now})
	return n == 1, err
}

// Sweep forgets what has served since before: tallies, signatures, fired
// clocks, held commands and leases.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	return s.short(ctx, before, func(tx *Tx) error {
		for _, name := range []string{"sweep-tallies", "sweep-signatures", "sweep-clocks", "sweep-held", "sweep-leases"} {
			if err := tx.exec(name, Time{before}); err != nil {
				return err
			}
		}
		return nil
	})
}
