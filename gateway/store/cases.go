package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// CaseFilter selects cases; zero fields do not restrict. Times select the
// half-open span from the first (included) to the second (excluded).
type CaseFilter struct {
	States  []petition.State
	Mailbox string
	// Division has the case at present, as lead or assisting.
	Division string
	// EverDivision had the case at some time.
	EverDivision string
	// Lead leads it at present.
	Lead     string
	Sender   string
	Urgency  petition.Urgency
	Category string

	Since, Until                 time.Time // arrival
	DueSince, DueUntil           time.Time
	AnsweredSince, AnsweredUntil time.Time
	ClosedSince, ClosedUntil     time.Time

	// After continues a listing behind this number.
	After petition.Number
	// Newest lists the latest first; otherwise the earliest come first.
	Newest bool
	// Limit is the greatest number of cases, 0 for all.
	Limit int
}
