package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// HeldCommand waits for 确认. Body is the desk's own JSON of what is to be done.
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
