package gateway

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/practice"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// TestCopyRefusesAtWork: a register that a gateway works on is not copied.
func TestCopyRefusesAtWork(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		_, path := startOffice(t, practice.Setup{})
		c, target := load(t, path), filepath.Join(t.TempDir(), "copy.db")
		lock, err := lockRegister(sqlitePath(c.Store.DSN))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := CopyRegister(t.Context(), c, "sqlite", target, noon, nil); !errors.Is(err, ErrRunning) {
			t.Errorf("copied: %v", err)
		}
		if err := lock.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := CopyRegister(t.Context(), c, "sqlite", sqlitePath(c.Store.DSN), noon, nil); !errors.Is(err, ErrSameRegister) {
			t.Errorf("copied to itself: %v", err)
		}
		if report, err := CopyRegister(t.Context(), c, "sqlite", target, noon, nil); err != nil || !report.OK() {
			t.Errorf("copy: %+v, %v", report, err)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		_, path := startOffice(t, practice.Setup{Driver: "postgres", DSN: postgrestest.Start(t)})
		c, target := load(t, path), filepath.Join(t.TempDir(), "copy.db")
		s, err := OpenStore(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Lease(t.Context(), store.GatewayLease("one"), "one", noon.Add(time.Minute), noon); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := CopyRegister(t.Context(), c, "sqlite", target, noon, nil); !errors.Is(err, ErrRunning) {
			t.Errorf("copied: %v", err)
		}
		report, err := CopyRegister(t.Context(), c, "sqlite", target, noon.Add(time.Hour), nil)
		if err != nil || !report.OK() {
			t.Errorf("copy: %+v, %v", report, err)
		}
	})
}
