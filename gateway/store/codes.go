package store

import (
	"time"

	"xinfangd/gateway/petition"
)

// CodeLife is the longest time that a reply code lives (spec mail section 2).
const CodeLife = 60 * 24 * time.Hour

// CodeState is what a reply code is worth.
type CodeState string

// The states of a reply code.
const (
	CodeLive    CodeState = "live"
	CodeUsed    CodeState = "used"
	CodeVoid    CodeState = "void"
	CodeExpired CodeState = "expired"
)

// CodeGrant is what a reply code says: this person, this case, this matter,
// this draft revision.
type CodeGrant struct {
	Case        petition.Number
	Matter      petition.Matter
	Address     string
	Division    string
	Revision    int
	DraftDigest string
	// Held is the row of the held command that the code confirms.
	Held int64
	// Expires is cut to CodeLife from Tx.Now; zero means that.
	Expires time.Time
}

// Code is an issued reply code. The code itself is not stored.
type Code struct {
	ID int64
	CodeGrant
	Issued time.Time
	Used   time.Time
	Voided time.Time
	// State is StateAt(Tx.Now). In a View there is no now, and a code that is
	// not known to be alive is reported as expired.
	State CodeState
}

// StateAt is the code's worth at an instant.
func (c Code) StateAt(now time.Time) CodeState {
	switch {
	case !c.Used.IsZero():
		return CodeUsed
	case !c.Voided.IsZero():
		return CodeVoid
	case now.IsZero() || !now.Before(c.Expires):
		return CodeExpired
	}
	return CodeLive
}

// CodeFilter selects codes to void; zero fields do not restrict, but at least
// Case or Held must be given.
type CodeFilter struct {
	Case     petition.Number
	Matter   petition.Matter
	Division string
	Address  string
	Revision int
	Held     int64
	ExceptID int64
}
