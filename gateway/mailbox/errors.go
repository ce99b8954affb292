package mailbox

import (
	"errors"
	"fmt"
)

// LoginRefused is the error of a login that the server turned down. From the
// second one on the box pauses, since providers lock accounts that keep trying.
type LoginRefused struct {
	Count  int    // refusals in a row
	Paused bool   // the box pauses now
	Text   string // what the server said, without addresses
}

func (e *LoginRefused) Error() string {
	return fmt.Sprintf("login refused %d times in a row: %s", e.Count, e.Text)
}

// Unreadable is the error of a check that took everything but these letters:
// the server lists them and does not hand them out. They are tried again.
type Unreadable struct {
	UIDs []uint32
	Err  error // why the last of them could not be read, may be nil
}

func (e *Unreadable) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("read letters: server lists %d letters it does not hand out", len(e.UIDs))
	}
	return fmt.Sprintf("read letters: server lists %d letters it does not hand out: %v", len(e.UIDs), e.Err)
}

func (e *Unreadable) Unwrap() error { return e.Err }

// Unsettled is the error of a check whose letters are all durable, but could
// not be flagged or moved on the server. It is tried again.
type Unsettled struct {
	Count int
	Err   error
}

func (e *Unsettled) Error() string {
	return fmt.Sprintf("settle %d letters: %v", e.Count, e.Err)
}

func (e *Unsettled) Unwrap() error { return e.Err }

// ErrNotConnected is returned by Append while the box has no connection.
var ErrNotConnected = errors.New("mailbox: not connected")

// incomplete is the error of a check with more than one of the above.
type incomplete struct{ error }

func (e *incomplete) Unwrap() error { return e.error }

// looked reports whether the check took everything it could.
func looked(err error) bool {
	switch err.(type) {
	case nil, *Unreadable, *Unsettled, *incomplete:
		return true
	}
	return false
}
