package report

import (
	"fmt"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func (t *tally) miss(key string, m Miss) { t.a.Clocks[key] = append(t.a.Clocks[key], m) }

// missed counts the clock of a case that an entry shows as missed.
func (t *tally) missed(tx *store.Tx, e store.Entry) error {
	f := factsOf(e)
	switch {
	case e.Kind == petition.EvChased && f.Clock == petition.ClockSign:
		t.miss(MissedSign, Miss{Case: e.Case, At: e.Time})
	case e.Kind == petition.EvChased && f.Clock == petition.ClockApprove && f.Step <= 1:
		// The second step reminds of the same draft once more.
		t.miss(MissedApprove, Miss{Case: e.Case, At: e.Time})
	case e.Kind == petition.EvEscalated && f.Clock == petition.ClockLawAnswer:
		t.miss(MissedLaw, Miss{Case: e.Case, At: e.Time})
	case e.Kind == petition.EvEscalated && f.Clock == petition.ClockAccept:
		t.miss(MissedAccept, Miss{Case: e.Case, At: e.Time})
	case e.Kind == petition.EvAccepted && e.After.AcceptLate:
		return t.acceptedLate(tx, e)
	}
	return nil
}

// acceptedLate counts a breach of the acceptance clock that the clock itself did
// not tell of, because no gateway was there to let it fire in time.
func (t *tally) acceptedLate(tx *store.Tx, e store.Entry) error {
	entries, err := tx.Entries(e.Case)
	if err != nil {
		return fmt.Errorf("read ledger: %w", err)
	}
	for _, earlier := range entries {
		if earlier.Seq < e.Seq && earlier.After != nil && earlier.After.AcceptLate {
			return nil
		}
	}
	t.miss(MissedAccept, Miss{Case: e.Case, At: e.Time})
	return nil
}

// checkMissed counts a box that was not checked in time (C2).
func (t *tally) checkMissed(e store.Entry) {
	if f := factsOf(e); e.Kind == petition.EvEscalated && f.Clock == clockCheck {
		t.miss(MissedCheck, Miss{Mailbox: f.Mailbox, At: e.Time})
	}
}
