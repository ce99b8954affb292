package store

import "errors"

// What callers branch on; test with errors.Is.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrTaken: what may be used once was used, voided, or has expired.
	ErrTaken = errors.New("already taken")
	// ErrState: the row is not in a state that allows this.
	ErrState = errors.New("not possible in this state")
	// ErrNewerSchema: the database was written by a newer program.
	ErrNewerSchema = errors.New("database schema is newer than this program")
	// ErrNoDatabase: the file of a SQLite register is none, or is damaged.
	ErrNoDatabase = errors.New("the file is no database, or is damaged")
	// ErrNotEmpty: the register to copy to holds something already.
	ErrNotEmpty = errors.New("the register is not empty")
	// ErrErased: the bytes were erased when the retention of their case ended.
	ErrErased = errors.New("erased")
	// ErrDamaged: stored bytes do not fit their digest.
	ErrDamaged = errors.New("stored bytes do not fit their digest")
)
