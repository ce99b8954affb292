package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// TestDiskFull fills SQLite's file. It rolls the whole transaction back by
// itself then, and what fn does afterwards must not be committed alone.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := Open(ctx, Options{Driver: engineSQLite, DSN: filepath.Join(t.TempDir(), "register.db"), Prefix: "SFJX", Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var pages int
	if err := s.write.db.GetContext(ctx, &pages, "PRAGMA page_count"); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) { // of the one writing connection
		t.Helper()
		if _, err := s.write.db.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count(%d)", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 20)
	big := make([]byte, 1<<20)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(big) // never fails
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	err = s.Update(ctx, now, func(tx *Tx) error {
		if _, err := tx.NextNumber(2026); err != nil {
			return err
		}
		if err := tx.Try(func(tx *Tx) error { _, err := tx.PutBlob(big); return err }); err == nil {
			t.Error("a blob larger than the disk was stored")
		}
		_ = tx.SetSetting("after", "1")
		return nil
	})
	if err == nil {
		t.Error("the update was committed")
	}
	limit(1 << 30)
	err = s.Update(ctx, now, func(tx *Tx) error {
		if after, err := tx.Setting("after"); err != nil || after != "" {
			t.Errorf("what was done after the full disk: %q, %v", after, err)
		}
		if n, err := tx.NextNumber(2026); err != nil || n != "SFJX-2026-000001" {
			t.Errorf("number afterwards: %s, %v", n, err)
		}
		_, err := tx.PutBlob(big)
		return err
	})
	if err != nil {
		t.Errorf("with room again: %v", err)
	}
}
