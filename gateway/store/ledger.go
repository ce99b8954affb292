package store

import (
	"encoding/json"
	"time"

	"xinfangd/gateway/petition"
)

// Entry is one entry of the ledger.
type Entry struct {
	// Seq counts from 1 without gaps; Append sets it, as it does Prev, Digest,
	// TextDigest and Raw.
	Seq int64
	// Case is empty for what concerns the whole office.
	Case petition.Number
	// Time is when it happened; zero means Tx.Now.
	Time  time.Time
	Actor petition.Actor
	Kind  petition.EventKind
	// Text is what a person wrote, or why the gateway acted. The entry holds
	// only its salted digest; the words can be erased without breaking the
	// chain. Read back, it is empty when it was erased.
	Text string
	// TextDigest is SHA-256(salt || text) in hex, empty when there was no text.
	TextDigest string
	// Data are facts that identify no citizen.
	Data json.RawMessage
	// After is the case as the event left it. In the entry the citizen's own
	// fields are replaced by salted digests; read back they are filled in again
	// as far as they were not erased.
	After *petition.Case
	// Prev is the digest of the entry before, 64 zeros for the first.
	Prev string
	// Digest is SHA-256 of Raw in hex.
	Digest string
	// Raw is the canonical JSON that was chained: sorted keys, no blanks.
	Raw []byte
}

// VerifyResult is what a check of the whole chain found.
type VerifyResult struct {
	Entries int64
	OK      bool
	// FirstBroken is the number of the first entry that does not fit, 0 when
	// all do. An entry cut off the end counts as broken.
	FirstBroken int64
	// Problem says in words what does not fit.
	Problem string
	Head    string
}
