package store_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// raw opens the database behind the store's back.
func (b *bench) raw() *sql.DB {
	b.Helper()
	db, err := sql.Open(b.options.Driver, b.options.DSN)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func (b *bench) mustExec(db *sql.DB, statements ...string) {
	b.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(b.Context(), statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
}

func (b *bench) verify() store.VerifyResult {
	b.Helper()
	result, err := b.s.Verify(b.Context(), func(int64, int64) {})
	if err != nil {
		b.Fatalf("verify: %v", err)
	}
	return result
}

func exerciseLedger(t *testing.T, b *bench) {
	if got := b.verify(); !got.OK || got.Entries != 0 {
		t.Errorf("verify of an empty ledger: %+v", got)
	}
	c := b.register(nil)
	c.State = petition.Accepted
	b.update(func(tx *store.Tx) error {
		if _, err := tx.Append(store.Entry{Kind: petition.EvNoted, Actor: petition.System(), Text: "开始运行"}); err != nil {
			return err
		}
		_, err := tx.Append(store.Entry{Case: c.Number, Kind: petition.EvAccepted, Text: "受理",
			Actor: petition.Actor{Role: petition.RoleHandler, Address: "slya@jxw.example", Name: "受理员甲"}, After: &c})
		return err
	})
	var entries []store.Entry
	b.view(func(tx *store.Tx) (err error) {
		if entries, err = tx.Entries(c.Number); err != nil {
			return err
		}
		var seqs []int64
		for e, err := range tx.AllEntries(1) {
			if err != nil {
				return err
			}
			seqs = append(seqs, e.Seq)
			if e.Seq == 3 {
				if diff := cmp.Diff(&c, e.After); diff != "" {
					t.Errorf("after, in AllEntries (-want +got):\n%s", diff)
				}
			}
		}
		if diff := cmp.Diff([]int64{1, 2, 3}, seqs); diff != "" {
			t.Errorf("AllEntries (-want +got):\n%s", diff)
		}
		return nil
	})
	if len(entries) != 2 {
		t.Fatalf("entries: got %d, want 2", len(entries))
	}
	first, second := entries[0], entries[1]
	if first.Seq != 1 || second.Seq != 3 || first.Prev != strings.Repeat("0", 64) {
		t.Errorf("chain: got %d, %d, prev %s", first.Seq, second.Seq, first.Prev)
	}
	if first.Text != "收到来信" || first.Actor.Address != "Zhang@Mail.example" || !first.Time.Equal(b.now) || string(first.Data) != `{"a":1.50,"mailbox":"director"}` {
		t.Errorf("first entry: got %+v", first)
	}
	if diff := cmp.Diff(&c, second.After); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	for _, e := range entries {
		digest := sha256.Sum256(e.Raw)
		if hex.EncodeToString(digest[:]) != e.Digest {
			t.Errorf("entry %d: the digest is not that of its bytes", e.Seq)
		}
		for _, secret := range []string{"Zhang", "张某", "13800000000", "停电", "收到来信"} {
			if strings.Contains(string(e.Raw), secret) {
				t.Errorf("entry %d holds %q: %s", e.Seq, secret, e.Raw)
			}
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(e.Raw, &members); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(members) // sorted
		if err != nil || string(again) != string(e.Raw) {
			t.Errorf("entry %d is not canonical: %s", e.Seq, e.Raw)
		}
	}
	// What did not change keeps its digest, so that it is stored once.
	var before, after struct{ After map[string]any }
	if err := json.Unmarshal(first.Raw, &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(second.Raw, &after); err != nil {
		t.Fatal(err)
	}
	if before.After["subject"] != after.After["subject"] || before.After["subject"] == "" {
		t.Errorf("subject digests: %v, %v", before.After["subject"], after.After["subject"])
	}
	if got := b.verify(); !got.OK || got.Entries != 3 || got.FirstBroken != 0 || got.Head == "" {
		t.Errorf("verify: %+v", got)
	}
}

func exerciseTampering(t *testing.T, b *bench) {
	for range 4 {
		b.register(nil)
	}
	db := b.raw()
	for _, statement := range []string{
		"UPDATE ledger SET kind = 'x' WHERE seq = 2", "DELETE FROM ledger WHERE seq = 4", "UPDATE ledger_texts SET text = 'x'",
	} {
		if _, err := db.ExecContext(b.Context(), statement); err == nil {
			t.Errorf("%s was let through", statement)
		}
	}
	if b.options.Driver == "postgres" {
		if _, err := db.ExecContext(b.Context(), "TRUNCATE ledger"); err == nil {
			t.Error("TRUNCATE was let through")
		}
	}
	b.untied()
	// From the end to the start, so that each is the first broken one.
	tests := []struct {
		name, statement string
		first           int64
	}{
		{"head row", "UPDATE chain SET digest = 'x'", 5},
		{"last entry cut off", "DELETE FROM ledger WHERE seq = 4", 4},
		{"a column", "UPDATE ledger SET kind = 'closed' WHERE seq = 3", 3},
		{"a time", "UPDATE ledger SET at = '2020-01-01T00:00:00Z' WHERE seq = 3", 3}, // not written as we do
		{"a text", "UPDATE ledger_texts SET text = 'x' WHERE seq = 2 AND field = 'text'", 2},
		{"an entry", "UPDATE ledger SET entry = REPLACE(entry, 'director', 'portal') WHERE seq = 1", 1},
	}
	for _, test := range tests {
		b.mustExec(db, test.statement)
		if got := b.verify(); got.OK || got.FirstBroken != test.first || got.Problem == "" {
			t.Errorf("%s: verify: %+v, want first broken %d", test.name, got, test.first)
		}
	}
}

func exerciseErasure(t *testing.T, b *bench) {
	c := b.register(nil)
	b.update(func(tx *store.Tx) error { return tx.EraseTexts(c.Number) })
	b.view(func(tx *store.Tx) error {
		entries, err := tx.Entries(c.Number)
		if err != nil {
			return err
		}
		e := entries[0]
		if e.Text != "" || e.TextDigest == "" || e.Actor.Address != "" || e.After.Subject != "" || e.After.Sender != "" {
			t.Errorf("entry after erasure: %+v", e)
		}
		return nil
	})
	if got := b.verify(); !got.OK || got.Entries != 1 {
		t.Errorf("verify after erasure: %+v", got)
	}
}

func exerciseRebuild(t *testing.T, b *bench) {
	first, second := b.register(nil), b.register(nil)
	second.State, second.Closed, second.ClosedBy = petition.Closed, b.now, second.Sender
	second.Dispatches = []petition.Dispatch{{Division: "power", Lead: true, At: b.now}}
	b.update(func(tx *store.Tx) error {
		if err := tx.SaveCase(second); err != nil {
			return err
		}
		_, err := tx.Append(store.Entry{Case: second.Number, Kind: petition.EvClosed, Actor: petition.System(), After: &second})
		return err
	})
	b.view(func(tx *store.Tx) error {
		for _, want := range []petition.Case{first, second} {
			got, err := tx.ReplayCase(want.Number)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("replayed (-want +got):\n%s", diff)
			}
		}
		_, err := tx.ReplayCase("SFJX-2026-000009")
		b.wantErr("ReplayCase", err, store.ErrNotFound)
		return nil
	})
	rebuild := func() (changed []petition.Number) {
		b.update(func(tx *store.Tx) (err error) {
			changed, err = tx.Rebuild()
			return err
		})
		return changed
	}
	if changed := rebuild(); len(changed) != 0 {
		t.Errorf("a sound table was changed: %v", changed)
	}
	b.mustExec(b.raw(), "DELETE FROM case_divisions", "DELETE FROM cases WHERE number = 'SFJX-2026-000002'",
		`UPDATE cases SET record = REPLACE(record, 'registered', 'archived')`)
	if diff := cmp.Diff([]petition.Number{first.Number, second.Number}, rebuild()); diff != "" {
		t.Errorf("rebuilt (-want +got):\n%s", diff)
	}
	b.view(func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		if diff := cmp.Diff([]petition.Case{first, second}, cases); diff != "" {
			t.Errorf("cases (-want +got):\n%s", diff)
		}
		return err
	})
}
