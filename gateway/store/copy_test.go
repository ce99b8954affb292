package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// engineOptions open an empty register of an engine.
var engineOptions = map[string]func(*testing.T) store.Options{
	"sqlite": func(t *testing.T) store.Options {
		return store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")}
	},
	"postgres": func(t *testing.T) store.Options {
		return store.Options{Driver: "postgres", DSN: postgrestest.Start(t)}
	},
}

// fill puts something into every table.
func (b *bench) fill() petition.Case {
	b.Helper()
	c := b.register(func(c *petition.Case) {
		c.Dispatches = []petition.Dispatch{{Division: "power", Lead: true, At: b.now}}
		c.Due, c.Confidential = b.now.Add(time.Hour), true
	})
	b.register(nil)
	var code, letter int64
	b.update(func(tx *store.Tx) error {
		digest, err := tx.PutBlob([]byte(strings.Repeat("停电\x00\xff", 3<<19)))
		if err != nil {
			return err
		}
		letter, err = tx.AddLetter(store.Letter{Mailbox: "director", UIDValidity: 4294967295, UID: 7, Digest: digest, Size: 3, Arrived: b.now, Kind: store.KindLetter})
		if err != nil {
			return err
		}
		if _, err := tx.AddLetter(store.Letter{Mailbox: "director", Digest: digest, Arrived: b.now.Add(time.Microsecond), Case: c.Number, Note: "看过"}); err != nil {
			return err
		}
		if err := tx.IndexLetter(c.Number, letter, "小区连续停电三天"+strings.Repeat("。今天又停了", 9000)); err != nil {
			return err
		}
		if err := tx.AddPrint(c.Number, letter, "zhang@mail.example", fold.Fingerprint(strings.Repeat("小区连续停电三天，变压器烧了没人修。", 20)), store.Mass{N: 3, First: c.Number}); err != nil {
			return err
		}
		if _, err := tx.AddFailed(store.Failed{Mailbox: "director", UIDValidity: 1, UID: 5, Arrived: b.now, Reason: "panic", Digest: digest}); err != nil {
			return err
		}
		if _, err := tx.AddModel(store.Model{Digest: digest, Source: "register", Report: []byte(`{"n":1}`)}); err != nil {
			return err
		}
		if _, code, err = tx.IssueCode(store.CodeGrant{Case: c.Number, Matter: petition.MatterApproval, Address: "yi@jxw.example", Expires: b.now.Add(time.Hour)}); err != nil {
			return err
		}
		if _, err := tx.Hold(store.HeldCommand{Address: "yi@jxw.example", Expires: b.now.Add(time.Hour)}); err != nil { // an empty body
			return err
		}
		if err := tx.SetClock(c.Number, petition.ClockAccept, 0, b.now); err != nil {
			return err
		}
		if _, err := tx.Bump("mail", "zhang@mail.example", "2026-11-23"); err != nil {
			return err
		}
		if _, err := tx.UseSignature("b=abc"); err != nil {
			return err
		}
		if err := tx.SetCursor("director", store.Cursor{UIDValidity: 4294967295, UID: 4294967295}); err != nil {
			return err
		}
		return tx.SetBoxAlarm("director", true)
	})
	b.update(func(tx *store.Tx) error { return tx.SetPaused(false) })
	b.queue("m1@jxw.example", func(o *store.Outgoing) { o.Case, o.CodeID, o.Answer = c.Number, code, true })
	if _, _, err := b.s.Lease(b.Context(), store.GatewayLease("one"), "one", b.now.Add(time.Minute), b.now); err != nil {
		b.Fatal(err)
	}
	return c
}

// TestCopy copies a register from each engine to each.
func TestCopy(t *testing.T) {
	t.Parallel()
	for source, from := range engineOptions {
		for target, to := range engineOptions {
			t.Run(source+" to "+target, func(t *testing.T) {
				t.Parallel()
				b, other := newBench(t, from(t)), newBench(t, to(t))
				c := b.fill()
				report, err := store.Copy(t.Context(), b.s, other.s, nil)
				if err != nil {
					t.Fatal(err)
				}
				if !report.OK() || report.Chain.Entries != 2 || report.Blobs != 2 || report.Head != b.head() || report.Head != other.head() {
					t.Errorf("report: %+v", report)
				}
				for _, table := range report.Tables {
					if table.From == 0 || table.To != table.From {
						t.Errorf("%s: %d rows of %d; an empty table proves nothing", table.Table, table.To, table.From)
					}
				}
				checkCopied(t, other, c)
				_, err = store.Copy(t.Context(), b.s, other.s, nil)
				b.wantErr("copied again", err, store.ErrNotEmpty)
			})
		}
	}
}

func (b *bench) head() (digest string) {
	b.Helper()
	b.view(func(tx *store.Tx) (err error) {
		_, digest, err = tx.Head()
		return err
	})
	return digest
}

// checkCopied works on with a copy.
func checkCopied(t *testing.T, b *bench, c petition.Case) {
	t.Helper()
	if got := b.found("连续停电"); got != "1" {
		t.Errorf("found %q", got)
	}
	b.view(func(tx *store.Tx) error {
		got, err := tx.ReplayCase(c.Number)
		if err != nil || got.Name != c.Name || !got.Due.Equal(c.Due) {
			t.Errorf("replayed: %+v, %v", got, err)
		}
		return nil
	})
	if next := b.register(nil); next.Number != "SFJX-2026-000003" {
		t.Errorf("next number: %s", next.Number)
	}
	b.update(func(tx *store.Tx) error {
		changed, err := tx.Rebuild()
		if len(changed) > 0 {
			t.Errorf("cases that differ from the ledger: %v", changed)
		}
		digest, err2 := tx.PutBlob([]byte("later"))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		id, err := tx.AddLetter(store.Letter{Mailbox: "director", Digest: digest, Arrived: b.now})
		if id != 3 {
			t.Errorf("next letter: %d, %v", id, err)
		}
		if err := tx.IndexLetter(c.Number, id, "后来的信"); err != nil {
			t.Error(err)
		}
		return err
	})
	if got := b.verify(); !got.OK || got.Entries != 3 {
		t.Errorf("verify: %+v", got)
	}
	if items := b.claim("one", 5); len(items) != 1 || items[0].MessageID != "m1@jxw.example" || !items[0].Answer {
		t.Errorf("claimed: %+v", items)
	}
}

// TestCopyTellsDamage: what is broken in the original is not called verified.
func TestCopyTellsDamage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statements []string
		found      func(store.CopyReport) bool
	}{
		"a blob": {[]string{"UPDATE blob_chunks SET data = x'00' WHERE n = 0"}, func(r store.CopyReport) bool { return len(r.Damaged) == 2 }},
		"the ledger": {
			[]string{"DROP TRIGGER ledger_no_update", `UPDATE ledger SET entry = replace(entry, 'director', 'report') WHERE seq = 2`},
			func(r store.CopyReport) bool { return r.Chain.FirstBroken == 2 },
		},
		"the head": {[]string{"UPDATE chain SET seq = 7"}, func(r store.CopyReport) bool { return !r.Chain.OK }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, other := newBench(t, engineOptions["sqlite"](t)), newBench(t, engineOptions["sqlite"](t))
			b.fill()
			b.mustExec(b.raw(), test.statements...)
			report, err := store.Copy(t.Context(), b.s, other.s, nil)
			if err != nil || report.OK() || !test.found(report) {
				t.Errorf("%+v, %v", report, err)
			}
		})
	}
	t.Run("a table that is not known", func(t *testing.T) {
		t.Parallel()
		b, other := newBench(t, engineOptions["sqlite"](t)), newBench(t, engineOptions["sqlite"](t))
		b.mustExec(b.raw(), "CREATE TABLE extra (a INTEGER)")
		if _, err := store.Copy(t.Context(), b.s, other.s, nil); err == nil || !strings.Contains(err.Error(), "extra") {
			t.Errorf("copy: %v", err)
		}
	})
}

func exerciseLiveGateways(t *testing.T, b *bench) {
	if _, _, err := b.s.Lease(t.Context(), store.GatewayLease("one"), "one", b.now.Add(time.Minute), b.now); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]int{0: 1, 2 * time.Minute: 0} {
		if n, err := b.s.Gateways(t.Context(), b.now.Add(after)); n != want || err != nil {
			t.Errorf("after %v: %d, %v", after, n, err)
		}
	}
}
