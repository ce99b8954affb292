package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/store"
)

// CopyRegister copies the register of a configuration into an empty one, which
// it makes when need be, and compares the two. ErrRunning tells that a gateway
// is at work on either: what it registers meanwhile would be left behind.
func CopyRegister(ctx context.Context, c configs.Config, driver, dsn string, now time.Time, progress func(table string, rows int64)) (report store.CopyReport, err error) {
	target := c
	target.Store = configs.Store{Driver: driver, DSN: configs.DSN(dsn)}
	if sameFile(c.Store, target.Store) {
		return report, ErrSameRegister
	}
	var registers []*store.Store
	for _, c := range []configs.Config{c, target} {
		s, release, err := openAlone(ctx, c, now)
		if err != nil {
			return report, err
		}
		defer func() { err = errors.Join(err, release()) }()
		registers = append(registers, s)
	}
	return store.Copy(ctx, registers[0], registers[1], progress)
}

// ErrSameRegister is returned when a register is to be copied to itself.
var ErrSameRegister = errors.New("the target is the register itself")

// sameFile tells two SQLite registers that are one file. Two names of one
// PostgreSQL database are found out when it is not empty.
func sameFile(a, b configs.Store) bool {
	if a.Driver != "sqlite" || b.Driver != "sqlite" {
		return false
	}
	x, y := sqlitePath(a.DSN), sqlitePath(b.DSN)
	if filepath.Clean(x) == filepath.Clean(y) {
		return true
	}
	one, err := os.Stat(x)
	if err != nil {
		return false
	}
	other, err := os.Stat(y)
	return err == nil && os.SameFile(one, other)
}

// openAlone opens a register that no gateway is at work on: SQLite's lock file
// tells, and on PostgreSQL the leases by which gateways show that they live.
func openAlone(ctx context.Context, c configs.Config, now time.Time) (*store.Store, func() error, error) {
	unlock := func() error { return nil }
	if c.Store.Driver == "sqlite" {
		lock, err := lockRegister(sqlitePath(c.Store.DSN))
		if err != nil {
			return nil, nil, err
		}
		unlock = lock.Close
	}
	s, err := OpenStore(ctx, c)
	if err != nil {
		return nil, nil, errors.Join(err, unlock())
	}
	release := func() error { return errors.Join(s.Close(), unlock()) }
	if c.Store.Driver == "sqlite" {
		return s, release, nil
	}
	n, err := s.Gateways(ctx, now)
	if err == nil && n > 0 {
		err = fmt.Errorf("%d gateways: %w", n, ErrRunning)
	}
	if err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return s, release, nil
}
