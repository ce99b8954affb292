package store_test

import (
	"errors"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// TestPostgresCut cuts every connection in the middle of a transaction: nothing
// of it remains, not even what was done after a Try that swallowed the error,
// and the next one works.
func TestPostgresCut(t *testing.T) {
	t.Parallel()
	b := newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)})
	killer := b.raw()
	err := b.s.Update(t.Context(), b.now, func(tx *store.Tx) error {
		if _, err := registerCase(tx, nil); err != nil {
			return err
		}
		b.mustExec(killer, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if err := tx.Try(func(tx *store.Tx) error { return tx.SetSetting("a", "1") }); err == nil {
			t.Error("a statement on a cut connection succeeded")
		}
		_ = tx.SetSetting("b", "1")
		return nil
	})
	if err == nil {
		t.Fatal("a cut transaction was committed")
	}
	if c := b.register(nil); c.Number != "SFJX-2026-000001" {
		t.Errorf("number after the cut: %s", c.Number)
	}
	b.view(func(tx *store.Tx) error {
		for _, key := range []string{"a", "b"} {
			if got, err := tx.Setting(key); err != nil || got != "" {
				t.Errorf("setting %s: %q, %v", key, got, err)
			}
		}
		return nil
	})
	if got := b.verify(); !got.OK || got.Entries != 1 {
		t.Errorf("verify: %+v", got)
	}
}

// TestPostgresFrozen freezes a gateway inside a transaction: the server ends
// it, and another goes on.
func TestPostgresFrozen(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Start(t)
	b := newBench(t, store.Options{Driver: "postgres", DSN: dsn})
	other := b.s
	// Opened second: the schema's steps would be cut off on a busy machine.
	b.options.DSN += "&idle_in_transaction_session_timeout=200"
	frozen := b.open()
	var done chan error
	err := frozen.Update(t.Context(), b.now, func(tx *store.Tx) error {
		if _, err := registerCase(tx, nil); err != nil {
			return err
		}
		done = make(chan error, 1)
		go func() {
			done <- other.Update(t.Context(), b.now, func(tx *store.Tx) error {
				_, err := registerCase(tx, nil)
				return err
			})
		}()
		if err := <-done; err != nil {
			return errors.Join(errors.New("the other gateway was held up"), err)
		}
		_, err := tx.Case("SFJX-2026-000001")
		return err
	})
	if err == nil || strings.Contains(err.Error(), "held up") {
		t.Errorf("the frozen gateway: %v", err)
	}
	if got := b.verify(); !got.OK || got.Entries != 1 {
		t.Errorf("verify: %+v", got)
	}
}

// TestPostgresSettings opens databases whose defaults would get in the way.
func TestPostgresSettings(t *testing.T) {
	t.Parallel()
	t.Run("serializable by default", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)})
		b.mustExec(b.raw(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$`)
		b.s = b.open()
		exerciseGateways(t, b)
	})
	t.Run("another encoding", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)})
		db := b.raw()
		var name string
		if err := db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
		b.mustExec(db, "CREATE DATABASE "+name+"_cn TEMPLATE template0 ENCODING 'EUC_CN' LOCALE 'C'")
		t.Cleanup(func() {
			if _, err := db.Exec("DROP DATABASE " + name + "_cn WITH (FORCE)"); err != nil {
				t.Log(err)
			}
		})
		o := b.options
		o.DSN = strings.Replace(o.DSN, "/"+name, "/"+name+"_cn", 1)
		s, err := store.Open(t.Context(), o)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "EUC_CN") {
			t.Errorf("Open: %v", err)
		}
	})
	t.Run("views see one snapshot", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t)})
		b.view(func(tx *store.Tx) error {
			if n, err := tx.CountCases(store.CaseFilter{}); err != nil || n != 0 {
				t.Errorf("before: %d, %v", n, err)
			}
			b.register(func(c *petition.Case) {})
			n, err := tx.CountCases(store.CaseFilter{})
			if n != 0 {
				t.Errorf("a view saw what came in later: %d", n)
			}
			return err
		})
	})
}
