package store_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// untied lets rows of the ledger be changed by hand.
func (b *bench) untied() *sql.DB {
	b.Helper()
	db := b.raw()
	if b.options.Driver == "postgres" {
		b.mustExec(db, "ALTER TABLE ledger DISABLE TRIGGER ALL", "ALTER TABLE ledger_texts DISABLE TRIGGER ALL")
	} else {
		b.mustExec(db, "DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete", "DROP TRIGGER ledger_texts_no_update")
	}
	return db
}

// exerciseEveryTampering changes a ledger of several spans in every way, from its
// end to its start, so that each change is the first one that can be found.
func exerciseEveryTampering(t *testing.T, b *bench) {
	const entries = 600
	b.update(func(tx *store.Tx) error {
		for i := range entries {
			c := petition.Case{Number: petition.NewNumber("SFJX", 2026, i/4+1), State: petition.Dispatched, Mailbox: "director", Sender: "zhang@mail.example", Subject: "停电", Arrived: b.now}
			e := store.Entry{Case: c.Number, Actor: petition.System(), Kind: petition.EvDispatched, Text: "按规则转办", Data: []byte(`{"a":"一\n二"}`), After: &c}
			if i%100 == 7 {
				e = store.Entry{Actor: petition.System(), Kind: petition.EvNoted} // the office's own
			}
			if _, err := tx.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	if proved, texts, err := b.s.Proved(b.Context()); proved != entries || !texts || err != nil {
		t.Errorf("the quick proof comes to entry %d of %d, texts %v, %v", proved, entries, texts, err)
	}
	db := b.untied()
	b.mustExec(db, "DELETE FROM ledger_texts WHERE seq BETWEEN 201 AND 212") // erased
	if got := b.verify(); !got.OK || got.Entries != entries {
		t.Fatalf("verify of a sound ledger: %+v", got)
	}
	var entry string
	if err := db.QueryRowContext(b.Context(), "SELECT entry FROM ledger WHERE seq = 594").Scan(&entry); err != nil {
		t.Fatal(err)
	}
	rewritten := strings.Replace(entry, "director", "portal", 1)
	digest := sha256.Sum256([]byte(rewritten))
	tests := []struct {
		name  string
		first int64
		sql   string
		args  []any
	}{
		{"an entry behind the last", 601, "INSERT INTO ledger SELECT 601, case_number, at, kind, entry, digest FROM ledger WHERE seq = 600", nil},
		{"the digest of an entry", 599, "UPDATE ledger SET digest = UPPER(digest) WHERE seq = 599", nil},
		{"an entry's bytes", 598, "UPDATE ledger SET entry = REPLACE(entry, 'director', 'portal') WHERE seq = 598", nil},
		{"an entry's first byte", 597, "UPDATE ledger SET entry = ' ' || entry WHERE seq = 597", nil},
		{"an entry and its digest", 595, "UPDATE ledger SET entry = $1, digest = $2 WHERE seq = 594", []any{rewritten, hex.EncodeToString(digest[:])}},
		{"the case", 590, "UPDATE ledger SET case_number = 'SFJX-2026-000001' WHERE seq = 590", nil},
		{"the case of the office's own", 508, "UPDATE ledger SET case_number = 'SFJX-2026-000001' WHERE seq = 508", nil},
		{"the kind", 507, "UPDATE ledger SET kind = 'closed' WHERE seq = 507", nil},
		{"the time", 506, "UPDATE ledger SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 506", nil},
		{"two entries in each other's place", 504, "UPDATE ledger SET entry = (SELECT o.entry FROM ledger o WHERE o.seq = 1009 - ledger.seq), digest = (SELECT o.digest FROM ledger o WHERE o.seq = 1009 - ledger.seq) WHERE seq IN (504, 505)", nil},
		{"a separator in a column", 503, "UPDATE ledger SET kind = $1 WHERE seq = 503", []any{"dispatched\x1fx"}},
		{"a missing entry", 502, "DELETE FROM ledger WHERE seq = 502", nil},
		{"a text", 400, "UPDATE ledger_texts SET text = 'x' WHERE seq = 400 AND field = 'text'", nil},
		{"a text's end", 399, "UPDATE ledger_texts SET text = text || $1 WHERE seq = 399 AND field = 'text'", []any{"\x1e"}},
		{"a salt", 398, "UPDATE ledger_texts SET salt = (SELECT o.salt FROM ledger_texts o WHERE o.seq = 1 AND o.field = 'text') WHERE seq = 398 AND field = 'text'", nil},
		{"the digest of a text", 397, "UPDATE ledger_texts SET digest = 'x' WHERE seq = 397 AND field = 'text'", nil},
		{"the first entry of a span", 257, "DELETE FROM ledger WHERE seq = 257", nil},
		{"the last entry of a span", 256, "UPDATE ledger SET entry = entry || ' ' WHERE seq = 256", nil},
		{"the head's number", 101, "UPDATE chain SET seq = 100", nil},
		{"an entry before the first", 1, "INSERT INTO ledger SELECT 0, case_number, at, kind, entry, digest FROM ledger WHERE seq = 2", nil},
		{"the first entry", 1, "DELETE FROM ledger WHERE seq = 1", nil},
	}
	for _, test := range tests {
		if _, err := db.ExecContext(b.Context(), test.sql, test.args...); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := b.verify(); got.OK || got.FirstBroken != test.first || got.Problem == "" {
			t.Errorf("%s: verify: %+v, want first broken %d", test.name, got, test.first)
		}
	}
}

// exerciseLoneTampering changes one entry of a sound ledger: the quick proof, and
// not only the slow check behind it, must stop there.
func exerciseLoneTampering(t *testing.T, b *bench) {
	const entries, end = 300, 128 // the end of the first span
	b.update(func(tx *store.Tx) error {
		for range entries {
			if _, err := tx.Append(store.Entry{Case: "SFJX-2026-000001", Actor: petition.System(), Kind: petition.EvNoted}); err != nil {
				return err
			}
		}
		return nil
	})
	db := b.untied()
	b.mustExec(db, "CREATE TABLE sound AS SELECT * FROM ledger")
	forged := func(seq int) []any {
		var entry string
		if err := db.QueryRowContext(b.Context(), "SELECT entry FROM ledger WHERE seq = $1", seq).Scan(&entry); err != nil {
			t.Fatal(err)
		}
		entry = strings.Replace(entry, "noted", "other", 1)
		digest := sha256.Sum256([]byte(entry))
		return []any{entry, hex.EncodeToString(digest[:]), seq}
	}
	const forge = "UPDATE ledger SET kind = 'other', entry = $1, digest = $2 WHERE seq = $3"
	tests := []struct {
		name  string
		first int64 // that is broken
		sql   string
		args  []any
	}{
		{"an entry forged with its digest", 201, forge, forged(200)},
		{"the last of a span forged with its digest", end + 1, forge, forged(end)},
		{"the first of a span forged with its digest", end + 2, forge, forged(end + 1)},
		{"an entry missing", 200, "DELETE FROM ledger WHERE seq = 200", nil},
		{"the last of a span missing", end, "DELETE FROM ledger WHERE seq = $1", []any{end}},
		{"the first of a span missing", end + 1, "DELETE FROM ledger WHERE seq = $1", []any{end + 1}},
		{"an entry's bytes", 200, "UPDATE ledger SET entry = REPLACE(entry, 'noted', 'other') WHERE seq = 200", nil},
		{"a digest", 200, "UPDATE ledger SET digest = UPPER(digest) WHERE seq = 200", nil},
		{"a case", 200, "UPDATE ledger SET case_number = '' WHERE seq = 200", nil},
		{"a kind", 200, "UPDATE ledger SET kind = 'other' WHERE seq = 200", nil},
		{"a time", 200, "UPDATE ledger SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 200", nil},
		{"a separator", 200, "UPDATE ledger SET kind = $1 WHERE seq = 200", []any{"noted\x1e"}},
	}
	for _, test := range tests {
		if _, err := db.ExecContext(b.Context(), test.sql, test.args...); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := b.verify(); got.OK || got.FirstBroken != test.first {
			t.Errorf("%s: verify: %+v, want first broken %d", test.name, got, test.first)
		}
		if proved, _, err := b.s.Proved(b.Context()); proved >= test.first || err != nil {
			t.Errorf("%s: the quick proof comes to entry %d, %v, and %d is broken", test.name, proved, err, test.first)
		}
		b.mustExec(db, "DELETE FROM ledger", "INSERT INTO ledger SELECT * FROM sound ORDER BY seq")
		if proved, _, err := b.s.Proved(b.Context()); proved != entries || err != nil {
			t.Errorf("%s: mended, the quick proof comes to entry %d, %v", test.name, proved, err)
		}
	}
}

// exerciseMovedBorder moves a byte from one salt to the next.
func exerciseMovedBorder(t *testing.T, b *bench) {
	b.register(nil)
	b.register(nil)
	db := b.untied()
	var first, second []byte
	if err := db.QueryRowContext(b.Context(), "SELECT a.salt, b.salt FROM ledger_texts a, ledger_texts b WHERE a.seq = 1 AND b.seq = 2 AND a.field = 'text' AND b.field = 'text'").Scan(&first, &second); err != nil {
		t.Fatal(err)
	}
	b.mustExec(db, "DELETE FROM ledger_texts WHERE field <> 'text'")
	if got := b.verify(); !got.OK {
		t.Fatalf("verify before: %+v", got)
	}
	end := len(first) - 1
	for seq, salt := range map[int][]byte{1: first[:end], 2: append(first[end:], second...)} {
		if _, err := db.ExecContext(b.Context(), "UPDATE ledger_texts SET salt = $1 WHERE seq = $2", salt, seq); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.verify(); got.OK || got.FirstBroken != 1 {
		t.Errorf("verify: %+v, want first broken 1", got)
	}
}

// TestMissingColumn takes a column away and has the next row stand for two. SQLite
// lets no column be NULL afterwards.
func TestMissingColumn(t *testing.T) {
	t.Parallel()
	b := newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)})
	for range 3 {
		b.register(nil)
	}
	b.mustExec(b.untied(), "ALTER TABLE ledger ALTER COLUMN kind DROP NOT NULL",
		"UPDATE ledger SET kind = CASE seq WHEN 2 THEN kind || chr(30) || kind END WHERE seq IN (1, 2)")
	if got, err := b.s.Verify(b.Context(), nil); err == nil && got.OK {
		t.Errorf("verify: %+v, want an error or a broken entry", got)
	}
	if proved, _, err := b.s.Proved(b.Context()); proved != 0 || err != nil {
		t.Errorf("the quick proof comes to entry %d, %v", proved, err)
	}
}
