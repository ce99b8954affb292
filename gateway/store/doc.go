// Package store is the register: all SQL of the daemon, for PostgreSQL and for
// SQLite, the append-only ledger, the blobs, the outgoing queue's rows, the
// clocks and the leases.
//
// Work comes in as a function given to Update (one transaction that may write,
// one at a time in the whole office) or View (one snapshot that may not), and
// is done by methods of Tx. The outgoing queue, leases and maintenance are
// methods of Store with short transactions of their own, so that a mail being
// sent never waits for a letter being registered.
//
// The package decides nothing about cases: it keeps what petition.Step made of
// them. It knows no mail protocol, no template, no policy and no clock on the
// wall; every time is an argument.
package store
