package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"xinfangd/gateway/crash"
	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/submission/postfixtest"
)

// passings are which passings of a moment the daemon is killed at. Commits come
// by the dozen: of leases and checks, of letters, of outcomes.
func passings(point string) []int {
	switch {
	case point == crash.Migrating:
		return []int{1, 2} // each works on a register that has not been made yet
	case point == crash.BeforeCommit || point == crash.AfterCommit:
		if soaking() {
			return []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 24}
		}
		return []int{2, 5, 9}
	case soaking():
		return []int{1, 2, 3, 4}
	}
	return []int{1}
}

// TestCrashPoints kills the daemon at each named moment of a letter's way, one
// after the other on one register, while letters arrive. In the end each letter
// is there once, numbers have no gap, and each mail arrived: twice only when the
// daemon died between the server's acceptance and its own note.
func TestCrashPoints(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
		postfix := postfixtest.Start(t, postfixtest.Options{})
		dir := t.TempDir()
		config := plan{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, OwnHops: 1}.write(t, dir)
		path, err := brittle()
		if err != nil {
			t.Fatal(err)
		}
		s := &storm{program: newProgramOf(t, path, dir, config), dovecot: dovecot, postfix: postfix, driver: driver, dsn: dsn,
			random: rand.New(rand.NewPCG(1, 2)), began: time.Now()}
		points := append([]string{crash.Migrating}, serving()...)
		for _, point := range points {
			for _, n := range passings(point) {
				s.total += 2
				s.kills++
				s.dieAt(point, n)
			}
		}
		s.env = nil
		s.rest()
		s.dieExporting(dir)
		if driver == "sqlite" {
			s.dieBackingUp(dir)
		}
	})
}

// serving are the moments that the daemon meets by itself.
func serving() []string {
	var points []string
	for _, point := range crash.Points() {
		switch point {
		case crash.Migrating, crash.Packed, crash.Copied:
		default:
			points = append(points, point)
		}
	}
	return points
}

// dieAt lets two letters arrive, and the daemon die at a moment. A later passing
// of a letter's moments needs more letters, each by itself.
func (s *storm) dieAt(point string, n int) {
	s.t.Helper()
	at := fmt.Sprintf("%s#%d", point, n)
	s.env = []string{crash.Env + "=" + at}
	s.deliver(s.total)
	daemon := s.serve()
	s.deliver(s.total)
	late, more := time.After(patience), time.NewTicker(time.Second)
	defer more.Stop()
	for alive := true; alive; {
		select {
		case <-daemon.ended:
			alive = false
		case <-more.C:
			s.total++
			s.deliver(s.total)
		case <-late:
			daemon.kill()
			s.t.Errorf("%s was not met within %v", at, patience)
			alive = false
		}
	}
	s.killed(at, daemon.err)
	expireLeases(s.t, s.driver, s.dsn)
}

// killed checks that a process died of the signal and of nothing else.
func (s *storm) killed(at string, err error) {
	s.t.Helper()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		s.t.Errorf("%s: the program ended with %v", at, err)
		return
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		s.t.Errorf("%s: the program ended with %v", at, err)
	}
}

// dieIn runs a verb that dies at a moment.
func (s *storm) dieIn(point string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(s.path, append([]string{"--config", s.config}, args...)...)
	cmd.Env = append(os.Environ(), crash.Env+"="+point)
	s.killed(point, cmd.Run())
}

// dieExporting: no half dossier bears a dossier's name, and the next export is
// whole.
func (s *storm) dieExporting(dir string) {
	s.t.Helper()
	s.dieIn(crash.Packed, "case", "export", "1")
	if found := find(s.t, filepath.Join(dir, "archive"), ".zip"); len(found) > 0 {
		s.t.Errorf("after the crash there is a dossier: %v", found)
	}
	var exported struct {
		Path string `json:"path"`
	}
	var checked verdict
	if exit := s.verb(&exported, "case", "export", "1"); exit != 0 {
		s.t.Fatalf("case export: exit code %d", exit)
	}
	if exit := s.verb(&checked, "case", "verify", exported.Path); exit != 0 || !checked.OK {
		s.t.Errorf("case verify: exit code %d, %+v", exit, checked)
	}
}

// dieBackingUp: no half backup bears the name that was asked for.
func (s *storm) dieBackingUp(dir string) {
	s.t.Helper()
	path := filepath.Join(dir, "backup.db")
	s.dieIn(crash.Copied, "db", "backup", path)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		s.t.Errorf("after the crash there is a backup: %v", err)
	}
	var copied struct {
		Path string `json:"path"`
	}
	if exit := s.verb(&copied, "db", "backup", path); exit != 0 || copied.Path != path {
		s.t.Errorf("db backup: exit code %d, %+v", exit, copied)
	}
}

// find lists the files below a folder whose names end so.
func find(t *testing.T, dir, end string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() && strings.HasSuffix(path, end) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
