package store

import (
	"context"
	"errors"
	"fmt"
)

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

// breaks notes the first entry that does not fit.
func (r *VerifyResult) breaks(seq int64, problem string) {
	if r.FirstBroken == 0 || seq < r.FirstBroken {
		r.FirstBroken, r.Problem = seq, problem
	}
}

// Verify checks the whole chain as it stands when it begins: that each entry's
// digest is that of its bytes, that it names its predecessor, that none is
// missing, that the columns say what the entry says, that the texts which are
// still there are those that were digested, and that the head is the last entry.
// progress, which may be nil, hears how far it is.
//
// Entries are never changed, so that the spans of one snapshot may be read in
// several: the entries are proved by spans and in parallel as far as
// they are what Append writes, and looked at one by one from the first that is not.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (VerifyResult, error) {
	var (
		head   chainHead
		bounds places
	)
	err := s.View(ctx, func(tx *Tx) error {
		return errors.Join(tx.get(&head, "head"), tx.get(&bounds, "ledger-bounds"))
	})
	if err != nil {
		return VerifyResult{}, err
	}
	tell := func(done int64) {
		if progress != nil {
			progress(done, max(head.Seq, done))
		}
	}
	last := s.proveEntries(ctx, bounds.Last, tell)
	result := VerifyResult{Head: head.Digest, Entries: last.Seq}
	if last, err = s.checkEntries(ctx, last, bounds.Last, &result, tell); err != nil {
		return result, err
	}
	if bounds.First < 1 {
		result.breaks(1, "an entry stands before the first")
	}
	if last != head {
		result.breaks(min(last.Seq, head.Seq)+1, "the head is not the last entry")
	}
	if err := s.checkTexts(ctx, &result); err != nil {
		return result, err
	}
	result.OK = result.FirstBroken == 0
	return result, nil
}

// places are the first and the last place at which rows stand.
type places struct {
	First int64 `db:"first"`
	Last  int64 `db:"last"`
}

// checkEntries looks at the entries behind last one by one until one does not
// fit, counts the others, and returns the last of all.
func (s *Store) checkEntries(ctx context.Context, last chainHead, to int64, result *VerifyResult, tell func(int64)) (chainHead, error) {
	err := s.View(ctx, func(tx *Tx) error {
		for last.Seq < to {
			var rows []foundRow
			if err := tx.list(&rows, "entries-between", last.Seq+1, to, page); err != nil {
				return err
			}
			for _, row := range rows {
				if problem := checkEntry(row.entry(), last); problem != "" {
					result.breaks(min(row.Seq, last.Seq+1), problem)
					var more int64
					err := tx.get(&more, "count-entries-between", row.Seq, to)
					result.Entries += more
					return errors.Join(err, tx.get(&last, "ledger-last", to))
				}
				last = chainHead{Seq: row.Seq, Digest: row.Digest}
				result.Entries++
			}
			tell(result.Entries)
		}
		return nil
	})
	return last, err
}

// foundRow is an entryRow as it may lie there after somebody changed it by hand.
type foundRow struct {
	Seq    int64     `db:"seq"`
	Case   string    `db:"case_number"`
	At     foundTime `db:"at"`
	Kind   string    `db:"kind"`
	Entry  string    `db:"entry"`
	Digest string    `db:"digest"`
}

func (r foundRow) entry() entryRow {
	return entryRow{Seq: r.Seq, Case: r.Case, At: r.At.Time, Kind: r.Kind, Entry: r.Entry, Digest: r.Digest}
}

// foundTime is a time that may be unreadable, and then is the zero time, which
// no entry names: the check must go on to say whose it is.
type foundTime struct{ Time }

// Scan implements sql.Scanner.
func (t *foundTime) Scan(value any) error {
	if err := t.Time.Scan(value); err != nil {
		t.Time = Time{}
	}
	return nil
}

// checkEntry says what does not fit about an entry behind another.
func checkEntry(row entryRow, last chainHead) string {
	if row.Seq != last.Seq+1 {
		return fmt.Sprintf("entry %d is missing", last.Seq+1)
	}
	if sum([]byte(row.Entry)) != row.Digest {
		return "the digest is not that of the entry"
	}
	record, err := readRecord(row)
	if err != nil {
		return "the entry is not readable"
	}
	switch {
	case record.Prev != last.Digest:
		return "the entry does not name its predecessor"
	case record.Seq != row.Seq, string(record.Case) != row.Case, record.Kind != row.Kind, record.Time != ledgerTime(row.At.Time):
		return "the columns do not say what the entry says"
	}
	return ""
}
