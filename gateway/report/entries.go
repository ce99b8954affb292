package report

import (
	"encoding/json"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

const (
	// stretch is how many entries in a row are looked at together where the
	// ledger's order of time is relied on.
	stretch = 500
	// slack is how far clocks may have been wrong. The ledger is in the order of
	// its transactions; the times in it are those of several gateways' clocks.
	slack = 24 * time.Hour
)

// between calls visit for every entry of the ledger with a time in the span, in
// the ledger's order. It reads the span and a little around it, not the whole
// ledger, which grows for ever.
//
// NOTE: a clock that ran wrong by more than slack is done no harm by, unless it
// did so for a whole stretch of entries and was behind.
func between(tx *store.Tx, from, to time.Time, visit func(store.Entry) error) error {
	seq, err := firstSince(tx, from.Add(-slack))
	if err != nil {
		return err
	}
	past := 0
	for e, err := range tx.AllEntries(seq) {
		if err != nil {
			return fmt.Errorf("read ledger: %w", err)
		}
		if e.Time.Before(to.Add(slack)) {
			past = 0
		} else if past++; past == stretch {
			return nil
		}
		if e.Time.Before(from) || !e.Time.Before(to) {
			continue
		}
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// firstSince finds by halving an entry before which none is as late as t.
func firstSince(tx *store.Tx, t time.Time) (int64, error) {
	last, _, err := tx.Head()
	if err != nil {
		return 0, fmt.Errorf("read ledger: %w", err)
	}
	low, high := int64(1), last
	for high-low > stretch {
		middle := low + (high-low)/2
		reached, err := tx.EntriesReach(middle, stretch, t)
		if err != nil {
			return 0, fmt.Errorf("read ledger: %w", err)
		}
		if reached {
			high = middle
		} else {
			low = middle + stretch
		}
	}
	return min(low, last), nil
}

// facts are what a report reads of an entry's data. An entry of the office for
// a box that was not checked in time is of the kind escalated, with the clock
// "check" and the box.
type facts struct {
	Clock   petition.Clock `json:"clock"`
	Step    int            `json:"step"`
	Mailbox string         `json:"mailbox"`
}

// clockCheck is the clock of a box that must be checked (C2).
const clockCheck petition.Clock = "check"

// factsOf reads an entry's data; what it cannot read is zero, because the
// register is older than some of its readers.
func factsOf(e store.Entry) facts {
	var f facts
	if json.Unmarshal(e.Data, &f) != nil {
		return facts{}
	}
	return f
}
