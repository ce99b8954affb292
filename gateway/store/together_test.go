package store_test

import (
	"path/filepath"
	"sync"
	"testing"

	"xinfangd/gateway/store"
)

// Whoever lists letters while the daemon starts for the first time opens the same
// new file: all wait for whoever makes the tables, and nobody fails.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "register.db")
	var wait sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wait.Go(func() {
			s, err := store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: path, Key: []byte("0123456789abcdef")})
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}
