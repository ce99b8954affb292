package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"xinfangd/gateway/petition"
)

// ReplayCase is the case as the ledger alone tells it, or ErrNotFound.
func (tx *Tx) ReplayCase(n petition.Number) (petition.Case, error) {
	var texts []textRow
	if err := tx.list(&texts, "texts-of-case", n); err != nil {
		return petition.Case{}, err
	}
	for offset := 0; ; offset += page {
		var rows []entryRow
		if err := tx.list(&rows, "last-entries", n, page, offset); err != nil {
			return petition.Case{}, err
		}
		if len(rows) == 0 {
			return petition.Case{}, fmt.Errorf("replay case: %w", ErrNotFound)
		}
		for _, row := range rows {
			record, err := readRecord(row)
			if err != nil {
				return petition.Case{}, err
			}
			if len(record.After) == 0 {
				continue
			}
			var c petition.Case
			if err := json.Unmarshal(record.After, &c); err != nil {
				return petition.Case{}, fmt.Errorf("replay case: %w", err)
			}
			reveal(&c, textsByDigest(texts))
			return c, nil
		}
	}
}

// Rebuild writes every case as the ledger tells it over the table of cases, and
// returns the numbers of those that had differed. A case that the ledger knows
// and the table does not is registered again without a query code.
func (tx *Tx) Rebuild() ([]petition.Number, error) {
	var changed []petition.Number
	done := map[petition.Number]bool{}
	for e, err := range tx.AllEntries(1) {
		if err != nil {
			return nil, err
		}
		if e.After == nil || done[e.Case] {
			continue
		}
		done[e.Case] = true
		differs, err := tx.rebuildCase(e.Case)
		if err != nil {
			return nil, err
		}
		if differs {
			changed = append(changed, e.Case)
		}
	}
	return changed, nil
}

// rebuildCase writes one case as the ledger tells it, and says whether the
// table had told it otherwise.
func (tx *Tx) rebuildCase(n petition.Number) (differs bool, err error) {
	told, err := tx.ReplayCase(n)
	if err != nil {
		return false, err
	}
	stored, err := tx.Case(n)
	if errors.Is(err, ErrNotFound) {
		return true, tx.InsertCase(told, "")
	}
	if err != nil {
		return false, err
	}
	same, err := sameCase(told, stored)
	if err != nil || same {
		return false, err
	}
	return true, tx.SaveCase(told)
}

// sameCase compares two cases by what they say.
func sameCase(a, b petition.Case) (bool, error) {
	left, err := canonical(a)
	if err != nil {
		return false, fmt.Errorf("compare cases: %w", err)
	}
	right, err := canonical(b)
	if err != nil {
		return false, fmt.Errorf("compare cases: %w", err)
	}
	return bytes.Equal(left, right), nil
}
