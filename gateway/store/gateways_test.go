package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// exerciseGateways lets three gateways register, change one case and fail at
// once: numbers stay gapless, the chain whole, no change is lost.
func exerciseGateways(t *testing.T, b *bench) {
	const each = 12
	shared := b.register(nil)
	stores := []*store.Store{b.s, b.open(), b.open()}
	undone := errors.New("undone")
	var wait sync.WaitGroup
	for _, s := range stores {
		wait.Go(func() {
			for i := range each {
				err := s.Update(b.Context(), b.now, func(tx *store.Tx) error {
					if _, err := registerCase(tx, nil); err != nil {
						return err
					}
					if i%4 == 3 {
						return undone
					}
					c, err := tx.Case(shared.Number)
					if err != nil {
						return err
					}
					c.Seq++
					return tx.SaveCase(c)
				})
				if err != nil && !errors.Is(err, undone) {
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	wait.Wait()
	kept := len(stores) * each * 3 / 4
	b.view(func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		if err != nil {
			return err
		}
		for i, c := range cases {
			if want := petition.NewNumber("SFJX", 2026, i+1); c.Number != want {
				t.Errorf("case %d has number %s", i, c.Number)
			}
		}
		if len(cases) != kept+1 || cases[0].Seq != 1+kept {
			t.Errorf("%d cases, %d changes, want %d, %d", len(cases), cases[0].Seq-1, kept+1, kept)
		}
		return nil
	})
	if got := b.verify(); !got.OK || got.Entries != int64(kept+1) {
		t.Errorf("verify: %+v", got)
	}
}

func exerciseReopening(t *testing.T, b *bench) {
	c := b.register(nil)
	again := b.open()
	err := again.View(b.Context(), func(tx *store.Tx) error {
		got, err := tx.Case(c.Number)
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("case (-want +got):\n%s", diff)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(b.Context())
	cancel()
	b.wantErr("cancelled update", b.s.Update(cancelled, b.now, func(*store.Tx) error { return nil }), context.Canceled)
	b.wantErr("cancelled view", b.s.View(cancelled, func(*store.Tx) error { return nil }), context.Canceled)
	b.mustExec(b.raw(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, "+
		map[string]string{"sqlite": "1", "postgres": "TRUE"}[b.options.Driver]+")")
	_, err = store.Open(b.Context(), b.options)
	b.wantErr("a newer schema", err, store.ErrNewerSchema)
}

func TestBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := newBench(t, store.Options{Driver: "sqlite", DSN: filepath.Join(dir, "register 100%.db")})
	c := b.register(nil)
	path := filepath.Join(dir, "backup.db")
	// Not kept up by a transaction that writes.
	b.update(func(tx *store.Tx) error {
		if err := tx.SetSetting("a", "uncommitted"); err != nil {
			return err
		}
		return b.s.Backup(t.Context(), path)
	})
	if err := b.s.Backup(t.Context(), path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over an existing file: %v", err)
	}
	for _, name := range []string{path, filepath.Join(dir, "register 100%.db")} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode of %s: %v, %v", name, info, err)
		}
	}
	copied := newBench(t, store.Options{Driver: "sqlite", DSN: path})
	copied.view(func(tx *store.Tx) error {
		if a, err := tx.Setting("a"); err != nil || a != "" {
			t.Errorf("setting in the copy: %q, %v", a, err)
		}
		_, err := tx.Case(c.Number)
		return err
	})
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if entry.IsDir() {
			t.Errorf("left behind: %s", entry.Name())
		}
	}
	if got := copied.verify(); !got.OK || got.Entries != 1 {
		t.Errorf("verify of the copy: %+v", got)
	}
}
