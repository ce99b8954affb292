package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// Grams are the terms of a text as the index holds them.
func (d Doc) Grams() string {
	var all []string
	for _, row := range d.rows {
		all = append(all, row.grams)
	}
	return strings.Join(all, " ")
}

// JSONOf is a list in the form in which rows are handed to the database.
func JSONOf(list []any) string {
	raw, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// Proved is how far the quick proof comes that Verify begins with, and whether
// it takes the texts of the last span of places.
func (s *Store) Proved(ctx context.Context) (entries int64, texts bool, err error) {
	var bounds, where places
	err = s.View(ctx, func(tx *Tx) error {
		return errors.Join(tx.get(&bounds, "ledger-bounds"), tx.get(&where, "texts-places"))
	})
	return s.proveEntries(ctx, bounds.Last, func(int64) {}).Seq, s.proveTexts(ctx, where.First, where.Last), err
}

// Waiting is how many rows of the index wait in a transaction.
func (tx *Tx) Waiting() int { return len(tx.waiting.rows[lotDocs]) }
