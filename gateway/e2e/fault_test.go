package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/gateway/submission/postfixtest"
)

// fault is something that befalls the register while letters arrive.
type fault struct {
	name string
	// sign is what the daemon's log says when it met the fault; "" when it may
	// not even notice.
	sign  string
	begin func() (end func())
}

// newStorm is an office before its daemon starts.
func newStorm(t *testing.T, driver, dsn, direct string) *storm {
	t.Helper()
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
	postfix := postfixtest.Start(t, postfixtest.Options{})
	dir := t.TempDir()
	config := plan{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, OwnHops: 1}.write(t, dir)
	return &storm{program: newProgram(t, dir, config), dovecot: dovecot, postfix: postfix, driver: driver, dsn: direct,
		random: rand.New(rand.NewPCG(1, 3)), began: time.Now()}
}

// TestStoreFaultsSQLite fills the disk, makes it read-only and has another
// process lock the register. The daemon stays, and what arrived meanwhile is
// registered when the fault is over, without anybody's help.
func TestStoreFaultsSQLite(t *testing.T) {
	needServers(t)
	disk := smallDisk(t)
	path := filepath.Join(disk, "register.db")
	s := newStorm(t, "sqlite", path, path)
	locked := 2 * time.Second
	sign := ""
	if soaking() {
		locked, sign = 25*time.Second, "locked" // longer than SQLite waits by itself
	}
	s.suffer([]fault{
		{"disk full", "full", func() func() { return fillDisk(t, disk) }},
		{"locked by another process", sign, func() func() {
			release := lockRegister(t, path)
			s.pause(locked)
			return release
		}},
	})
	s.refuseReadOnly(disk)
}

// refuseReadOnly: a daemon that cannot write its register does not pretend to
// work, and says why.
func (s *storm) refuseReadOnly(disk string) {
	s.t.Helper()
	remount(s.t, disk, syscall.MS_RDONLY)
	defer remount(s.t, disk, 0)
	from := s.logged()
	daemon := s.serve()
	select {
	case <-daemon.ended:
	case <-time.After(patience):
		daemon.kill()
		s.t.Error("the daemon runs on a disk that it cannot write")
	}
	if daemon.err == nil || !s.says(from, "read-only") && !s.says(from, "readonly") {
		s.t.Errorf("on a read-only disk the daemon ended with %v and does not say why", daemon.err)
	}
}

// TestStoreFaultsPostgres stops and starts the server, loses the answers to
// commits, and stalls the network.
func TestStoreFaultsPostgres(t *testing.T) {
	needServers(t)
	database := postgrestest.StartOwn(t)
	network := newWire(t, database.DSN)
	s := newStorm(t, "postgres", network.dsn(), database.DSN)
	stalled := 3 * time.Second
	if soaking() {
		stalled = 70 * time.Second // longer than any transaction has patience
	}
	s.suffer([]fault{
		{"answers to commits lost", "commit", func() func() {
			network.cuts.Store(6)
			return func() { network.cuts.Store(0) }
		}},
		{"server restarted", "level=ERROR", func() func() {
			database.Stop(t)
			return func() { database.Restart(t) }
		}},
		{"network stalled", "", func() func() {
			network.stall()
			s.pause(stalled)
			return network.resume
		}},
	})
}

// suffer runs one daemon through all faults, and checks after each that it
// healed by itself, and in the end that everything is there once.
func (s *storm) suffer(faults []fault) {
	s.t.Helper()
	daemon := s.serve()
	for range 2 {
		s.total++
		s.deliver(s.total)
	}
	if !eventually(s.t.Context(), time.Minute, s.settled) {
		s.t.Fatal("the daemon does not work before any fault")
	}
	for _, f := range faults {
		from := s.logged()
		end := f.begin()
		for range 4 {
			s.total++
			s.deliver(s.total)
		}
		met := f.sign == "" || eventually(s.t.Context(), time.Minute, func() bool { return s.says(from, f.sign) })
		end()
		if !met {
			s.t.Errorf("%s: the daemon did not meet the fault", f.name)
		}
		daemon.alive()
		if !eventually(s.t.Context(), 2*time.Minute, s.settled) {
			s.t.Errorf("%s: the daemon does not come to rest afterwards", f.name)
		}
		s.kills++
	}
	daemon.stop()
	s.rest()
}

// logged is how much the daemon has said.
func (p *program) logged() int64 {
	info, err := os.Stat(p.log)
	if err != nil {
		p.t.Fatal(err)
	}
	return info.Size()
}

// says reports whether the log holds a word behind a place.
func (p *program) says(from int64, word string) bool {
	f, err := os.Open(p.log)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		p.t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		p.t.Fatal(err)
	}
	return bytes.Contains(raw, []byte(word))
}

// smallDisk is a file system of its own, of 16 MB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "disk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		if os.Geteuid() == 0 || os.Getenv("XINFANGD_TEST_SERVERS") == "1" {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("NOT TESTED: a full disk (mounting one needs root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillDisk leaves not one block of the disk.
func fillDisk(t *testing.T, disk string) (free func()) {
	t.Helper()
	path := filepath.Join(disk, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// remount changes whether the disk can be written; nobody may have a file open
// for writing.
func remount(t *testing.T, disk string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|flags, "size=16m"); err != nil {
		t.Fatalf("remount: %v", err)
	}
}

// lockRegister is another process that holds the writer's lock.
func lockRegister(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		_, err := conn.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK")
		if err := errors.Join(err, conn.Close(), db.Close()); err != nil {
			t.Error(fmt.Errorf("release the register: %w", err))
		}
	}
}
