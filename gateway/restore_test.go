package gateway

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/practice"
	"xinfangd/gateway/store"
)

// TestRestore puts a backup in the place of a register that went on, as the
// manual tells: what had arrived since lies in its box and is registered again.
func TestRestore(t *testing.T) {
	t.Parallel()
	office, path := startOffice(t, practice.Setup{})
	c := load(t, path)
	g, stop := run(t, c, Options{})
	samples := practice.Samples(time.Now())
	deliver := func(i int) string {
		t.Helper()
		if err := office.Deliver(samples[i].To, samples[i].Raw); err != nil {
			t.Fatal(err)
		}
		return samples[i].From
	}
	receipt(t, office, deliver(0), 1)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := g.Store().Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	second := deliver(2) // to a box in which letters stay
	receipt(t, office, second, 1)
	stop()

	register := sqlitePath(c.Store.DSN)
	for _, rest := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(register + rest); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.Rename(backup, register); err != nil {
		t.Fatal(err)
	}
	g, _ = run(t, c, Options{})
	receipt(t, office, second, 2)
	report, err := g.Store().Verify(t.Context(), nil)
	if err != nil || !report.OK {
		t.Errorf("ledger of the restored register: %+v, %v", report, err)
	}
	err = g.Store().View(t.Context(), func(tx *store.Tx) error {
		n, err := tx.CountCases(store.CaseFilter{})
		if n != 2 {
			t.Errorf("%d cases, want 2", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
