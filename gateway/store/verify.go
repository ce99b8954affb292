package store

import (
	"context"
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

// Verify checks the whole chain in one snapshot: that each entry's digest is
// that of its bytes, that it names its predecessor, that none is missing, that
// the columns say what the entry says, that the texts which are still there
// are those that were digested, and that the head is the last entry.
// progress, which may be nil, hears how far it is.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (VerifyResult, error) {
	var result VerifyResult
	err := s.View(ctx, func(tx *Tx) error {
		var head chainHead
		if err := tx.get(&head, "head"); err != nil {
			return err
		}
		result = VerifyResult{Head: head.Digest}
		last := chainHead{Digest: firstPrev}
		for {
			var rows []foundRow
			if err := tx.list(&rows, "entries-from", last.Seq+1, page); err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, row := range rows {
				if problem := checkEntry(row.entry(), last); problem != "" {
					result.breaks(min(row.Seq, last.Seq+1), problem)
				}
				last = chainHead{Seq: row.Seq, Digest: row.Digest}
				result.Entries++
			}
			if err := tx.checkTexts(rows[0].Seq, last.Seq, &result); err != nil {
				return err
			}
			if progress != nil {
				progress(result.Entries, max(head.Seq, result.Entries))
			}
		}
		if last != head {
			result.breaks(min(last.Seq, head.Seq)+1, "the head is not the last entry")
		}
		result.OK = result.FirstBroken == 0
		return nil
	})
	return result, err
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

// checkTexts checks the personal texts that were stored with a span of entries:
// each must be what was digested, under a digest that its entry holds.
func (tx *Tx) checkTexts(from, to int64, result *VerifyResult) error {
	var texts []textRow
	if err := tx.list(&texts, "texts-between", from, to); err != nil {
		return err
	}
	for _, row := range texts {
		if !row.fits() {
			result.breaks(row.Seq, "a text is not the one that was digested")
		}
	}
	return nil
}
