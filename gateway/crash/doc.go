// Package crash names the moments at which a test kills the daemon. In a
// program built with the tag crashpoints, At kills the process with signal 9
// when the environment asks for it; in every other program it does nothing, and
// the compiler leaves nothing of it. It knows no other room.
package crash

// Env names the moment, and after a # which passing of it is meant (the first
// when nothing is said): "commit:after#3".
const Env = "XINFANGD_CRASH_AT"

// The moments, in the order in which a letter meets them.
const (
	Fetched      = "letters:fetched"  // the server has shown them, the desk has not seen them
	BeforeCommit = "commit:before"    // everything of the transaction is written, nothing is committed
	AfterCommit  = "commit:after"     // committed, and nobody has been told
	Received     = "letters:received" // durable, neither flagged nor moved nor is the cursor set
	Settled      = "letters:settled"  // flagged or moved
	Claimed      = "mail:claimed"     // the attempt is on the register, nobody has dialled
	BeforeData   = "mail:before-data" // sender and recipients were taken
	AfterData    = "mail:after-data"  // the server has the mail, the register does not know
	Noted        = "mail:noted"       // the outcome is on the register, the desk has not heard
	Migrating    = "migration:step"   // between two steps of a migration
	Packed       = "dossier:packed"   // the dossier is written under another name
	Copied       = "backup:copied"    // the backup is written under another name
)

// Points are all of them.
func Points() []string {
	return []string{Fetched, BeforeCommit, AfterCommit, Received, Settled, Claimed, BeforeData, AfterData, Noted, Migrating, Packed, Copied}
}
