package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jmoiron/sqlx"

	"xinfangd/gateway/crash"
)

// Backup copies a SQLite register to a new file while the daemon runs. The file
// appears whole or not at all. PostgreSQL has better means of its own.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if s.o.Driver != engineSQLite {
		return errors.New("back up: use pg_dump or base backups for postgres")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up: %s: %w", path, fs.ErrExist)
	}
	// A folder that only we can read: VACUUM INTO makes its file by the umask.
	temp, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	copied := filepath.Join(temp, "register.db")
	if err := s.vacuumInto(ctx, copied); err != nil {
		return err
	}
	if err := os.Chmod(copied, 0o600); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := syncFile(copied); err != nil {
		return err
	}
	crash.At(crash.Copied)
	// Link and not Rename: a file that appeared at path meanwhile is left alone.
	if err := os.Link(copied, path); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

// vacuumInto copies over a connection of its own: reading ones may not write,
// and the writing one is not kept from its work.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	db, err := sqlx.Open(engineSQLite, sqliteURI(sqlitePath(s.o.DSN), false))
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), db.Close())
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// syncFile sees a file, or a folder's list of names, safely on disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}
