// Package report counts what the office did: the daily digest, the assessment
// of a month (考核, clause C16), the named list of what is overdue (通报稿,
// C18) and the spot check (抽查, C17), as values, as views for mails and as a
// spreadsheet.
//
// Everything is counted from the register and its ledger in one snapshot, and
// every figure is the list of the cases behind it, so that whoever doubts a
// number can look at the cases. Periods are half-open: what happened at from is
// in, what happened at to is not. A figure of a past period never changes,
// because it rests on what the ledger said then and not on how the cases stand
// today.
//
// The package decides nothing, writes nothing, sends nothing, and reads no
// clock on the wall. It knows no configuration file: what it must know of the
// office is handed to it.
package report

import (
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Office is what a report must know of the office.
type Office struct {
	Policy petition.Policy
	// Boxes are the names of the mailboxes that are pulled, by id.
	Boxes map[string]string
	// Reader is the address of whom a digest or a list is for: cases that accuse
	// the reader's division are left out (clause C14). "" leaves out none.
	Reader string
}

// cases lists the cases of a filter that the reader may know of.
func (o Office) cases(tx *store.Tx, f store.CaseFilter) ([]petition.Case, error) {
	list, err := tx.ListCases(f)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return slices.DeleteFunc(list, o.accused), nil
}

func (o Office) accused(c petition.Case) bool {
	return o.Reader != "" && petition.Accuses(c, o.Reader, o.Policy.Roster)
}

// hides tells whether the reader must not know of a case.
func (o Office) hides(tx *store.Tx, n petition.Number) (bool, error) {
	if o.Reader == "" || n == "" {
		return false, nil
	}
	c, err := tx.Case(n)
	if err != nil {
		return false, fmt.Errorf("find case: %w", err)
	}
	return o.accused(c), nil
}

// box is a mailbox's name, or its id when it is unknown.
func (o Office) box(id string) string {
	if name := o.Boxes[id]; name != "" {
		return name
	}
	return id
}

func (o Office) zone() *time.Location { return o.Policy.Calendar.Location() }
