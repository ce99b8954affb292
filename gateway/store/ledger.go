package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"xinfangd/gateway/petition"
)

// page is the number of entries read at once when the whole ledger is walked.
const page = 500

// firstPrev is what the first entry names as its predecessor.
const firstPrev = "0000000000000000000000000000000000000000000000000000000000000000"

// Entry is one entry of the ledger.
type Entry struct {
	// Seq counts from 1 without gaps; Append sets it, as it does Prev, Digest,
	// TextDigest and Raw.
	Seq int64
	// Case is empty for what concerns the whole office.
	Case petition.Number
	// Time is when it happened; zero means Tx.Now.
	Time time.Time
	// Actor is who did it. A citizen's address and name are kept as salted
	// digests and read back as far as they were not erased.
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

type entryRow struct {
	Seq    int64  `db:"seq"`
	Case   string `db:"case_number"`
	At     Time   `db:"at"`
	Kind   string `db:"kind"`
	Entry  string `db:"entry"`
	Digest string `db:"digest"`
}

// Append adds an entry to the ledger, chained to the one before. It works in an
// Update only.
func (tx *Tx) Append(e Entry) (Entry, error) {
	if tx.head.Digest == "" {
		return e, errors.New("append entry: not inside an update")
	}
	if e.Time.IsZero() {
		e.Time = tx.Now
	}
	e.Time = e.Time.Truncate(time.Microsecond)
	e.Seq, e.Prev = tx.head.Seq+1, tx.head.Digest
	record := entryRecord{Seq: e.Seq, Case: e.Case, Time: ledgerTime(e.Time), Kind: string(e.Kind), Prev: e.Prev}
	var err error
	if len(e.Data) > 0 {
		if record.Data, err = canonical(e.Data); err != nil {
			return e, err
		}
	}
	if record.Actor, err = tx.concealActor(e.Case, e.Seq, e.Actor); err != nil {
		return e, err
	}
	if e.Text != "" {
		if e.TextDigest, err = tx.saltText(e.Case, e.Seq, "text", e.Text); err != nil {
			return e, err
		}
		record.Text = e.TextDigest
	}
	if e.After != nil {
		concealed, err := tx.conceal(*e.After, e.Seq)
		if err != nil {
			return e, err
		}
		if record.After, err = json.Marshal(concealed); err != nil {
			return e, fmt.Errorf("append entry: %w", err)
		}
	}
	if e.Raw, err = canonical(record); err != nil {
		return e, err
	}
	e.Digest = sum(e.Raw)
	if err := tx.later(lotEntries, e.Seq, e.Case, Time{e.Time}, e.Kind, string(e.Raw), e.Digest); err != nil {
		return e, err
	}
	tx.head = chainHead{Seq: e.Seq, Digest: e.Digest}
	return e, nil
}

// Entries lists the entries of a case, of the office alone for "".
func (tx *Tx) Entries(n petition.Number) ([]Entry, error) {
	var rows []entryRow
	if err := tx.list(&rows, "entries-of-case", n); err != nil {
		return nil, err
	}
	var texts []textRow
	if err := tx.list(&texts, "texts-of-case", n); err != nil {
		return nil, err
	}
	return tx.readEntries(rows, textsByDigest(texts))
}

// OfficeEntries lists what concerns the whole office within a half-open span of time.
func (tx *Tx) OfficeEntries(from, to time.Time) ([]Entry, error) {
	var rows []entryRow
	if err := tx.list(&rows, "office-entries", Time{from}, Time{to}); err != nil || len(rows) == 0 {
		return nil, err
	}
	var texts []textRow
	if err := tx.list(&texts, "office-texts", rows[0].Seq, rows[len(rows)-1].Seq); err != nil {
		return nil, err
	}
	return tx.readEntries(rows, textsByDigest(texts))
}

// EntriesReach tells whether any of n entries from a place of the ledger on is
// as late as t.
func (tx *Tx) EntriesReach(from, n int64, t time.Time) (bool, error) {
	var late int
	err := tx.get(&late, "entries-reach", from, from+n, Time{t})
	return late > 0, err
}

// AllEntries walks the whole ledger from an entry on, in order.
func (tx *Tx) AllEntries(from int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for {
			entries, err := tx.entriesFrom(from)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			if len(entries) < page {
				return
			}
			from = entries[len(entries)-1].Seq + 1
		}
	}
}

// entriesFrom reads one page.
func (tx *Tx) entriesFrom(from int64) ([]Entry, error) {
	var rows []entryRow
	if err := tx.list(&rows, "entries-from", from, page); err != nil || len(rows) == 0 {
		return nil, err
	}
	var texts []textRow
	if err := tx.list(&texts, "texts-of-span", rows[0].Seq, rows[len(rows)-1].Seq); err != nil {
		return nil, err
	}
	return tx.readEntries(rows, textsByDigest(texts))
}

func textsByDigest(rows []textRow) map[string]string {
	texts := make(map[string]string, len(rows))
	for _, row := range rows {
		texts[row.Digest] = row.Text
	}
	return texts
}

func readRecord(row entryRow) (entryRecord, error) {
	var record entryRecord
	if err := json.Unmarshal([]byte(row.Entry), &record); err != nil {
		return record, fmt.Errorf("read entry %d: %w", row.Seq, err)
	}
	return record, nil
}

// readEntries makes entries of rows, with the texts that were not erased.
func (tx *Tx) readEntries(rows []entryRow, texts map[string]string) ([]Entry, error) {
	entries := make([]Entry, 0, len(rows))
	for _, row := range rows {
		record, err := readRecord(row)
		if err != nil {
			return nil, err
		}
		e := Entry{
			Seq: row.Seq, Case: petition.Number(row.Case), Time: tx.store.local(row.At), Actor: record.Actor,
			Kind: petition.EventKind(row.Kind), Text: texts[record.Text], TextDigest: record.Text, Data: record.Data,
			Prev: record.Prev, Digest: row.Digest, Raw: []byte(row.Entry),
		}
		revealActor(&e.Actor, texts)
		if len(record.After) > 0 {
			var after petition.Case
			if err := json.Unmarshal(record.After, &after); err != nil {
				return nil, fmt.Errorf("read entry %d: %w", row.Seq, err)
			}
			reveal(&after, texts)
			e.After = &after
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Head is the last entry's number and digest: 0 and 64 zeros of an empty ledger.
func (tx *Tx) Head() (seq int64, digest string, err error) {
	if tx.head.Digest != "" {
		return tx.head.Seq, tx.head.Digest, nil
	}
	var head chainHead
	err = tx.get(&head, "head")
	return head.Seq, head.Digest, err
}

// EraseTexts forgets every personal text of a case. The entries stay, and so
// does the chain.
func (tx *Tx) EraseTexts(n petition.Number) error {
	delete(tx.own.texts, n)
	return tx.exec("erase-texts", n)
}
