package gateway

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"xinfangd/configs"
)

// ErrRunning is returned when another daemon has the SQLite register.
var ErrRunning = errors.New("another gateway is running on this register")

// sqlitePath is the file that a SQLite data source names.
func sqlitePath(dsn configs.DSN) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(string(dsn), "file:"), "?")
	return path
}

// lockRegister keeps a second daemon off a SQLite register. The lock is the
// kernel's: it ends with the process, however that ends. The file stays, for
// removing it would let two daemons lock two files of one name.
func lockRegister(register string) (io.Closer, error) {
	if err := os.MkdirAll(filepath.Dir(register), 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(register+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), ErrRunning), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
	}
	return f, nil
}
