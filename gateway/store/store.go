package store

import (
	"context"
	"time"
)

// Options say which database to open. Driver and DSN are required; the rest
// has working zero values.
type Options struct {
	// Driver is "sqlite" or "postgres".
	Driver string
	// DSN is a file's path (or file: URI) for SQLite, a connection string or
	// URL for PostgreSQL.
	DSN string
	// Prefix begins registration numbers.
	Prefix string
	// Location is the office's time zone; times read from the store are in it.
	Location *time.Location
	// Key is the secret of keyed digests (reply codes, addresses in tallies).
	Key []byte
	// Owner names this gateway in leases.
	Owner string
}

// Update runs fn in a transaction that may write. Everything that fn wrote is
// committed, or nothing when fn or the commit fails. On both engines one Update
// runs at a time in the whole office: on SQLite because there is one writer, on
// PostgreSQL because each begins by locking the ledger's head. That is what
// makes numbers gapless, the chain unbroken and a case's change never lost,
// with any number of gateways. fn must not call Update, nor touch the network.
func (s *Store) Update(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	return s.update(ctx, now, fn)
}

// View runs fn in one read-only snapshot. Tx.Now is the zero time in it.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.view(ctx, fn)
}
