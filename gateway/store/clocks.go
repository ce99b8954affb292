package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// ClockRow is a clock that was set; Case is empty for the office's own.
type ClockRow struct {
	ID    int64
	Case  petition.Number
	Clock petition.Clock
	Step  int
	Due   time.Time
}
