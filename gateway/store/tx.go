package store

import "time"

// Tx is one transaction. It is valid only inside the function it was given to
// and must not be used by several goroutines.
type Tx struct {
	// Now is the one timestamp of everything the transaction writes.
	Now time.Time

	store *Store
}
