package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // both engines, for expireLeases
	_ "modernc.org/sqlite"
)

// workshop is where the binary is built; it ends with the test run.
var workshop string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "xinfangd-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, "make folder:", err)
			return 1
		}
		defer func() {
			if err := os.RemoveAll(dir); err != nil {
				fmt.Fprintln(os.Stderr, "remove folder:", err)
			}
		}()
		workshop = dir
		return m.Run()
	}())
}

// binary builds the daemon, once, and without the race detector: what is under
// test here is what an office runs, at the speed at which it runs.
var binary = sync.OnceValues(func() (string, error) { return build("xinfangd") })

// brittle is the same program with its crash points.
var brittle = sync.OnceValues(func() (string, error) { return build("brittle", "-tags", "crashpoints") })

func build(name string, flags ...string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	path := filepath.Join(workshop, name)
	cmd := exec.Command("go", append(append([]string{"build", "-race=false", "-o", path}, flags...), "./cmd/xinfangd")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the test")
		}
		dir = up
	}
}

// needServers skips with a word unless the run promises the servers; then a
// missing one fails the test, in the packages that start them.
func needServers(t *testing.T) {
	t.Helper()
	if os.Getenv("XINFANGD_TEST_SERVERS") != "1" {
		t.Skip("NOT TESTED: the daemon against Dovecot and Postfix (set XINFANGD_TEST_SERVERS=1 where they are installed)")
	}
}

// program is the binary with one configuration.
type program struct {
	t      *testing.T
	path   string
	config string
	env    []string // of the daemon, besides the test's own
	log    string   // everything the daemon has said, all its lives together
}

func newProgram(t *testing.T, dir, config string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return newProgramOf(t, path, dir, config)
}

func newProgramOf(t *testing.T, path, dir, config string) *program {
	t.Helper()
	p := &program{t: t, path: path, config: config, log: filepath.Join(dir, "log")}
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		log, err := os.ReadFile(p.log)
		if err != nil {
			t.Logf("no log: %v", err)
		}
		if cut := len(log) - 40_000; cut > 0 {
			log = log[cut:]
		}
		t.Logf("the daemon's log:\n%s", log)
	})
	return p
}

// life is one run of the daemon.
type life struct {
	t     *testing.T
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // of Wait, once ended is closed
	log   string
	from  int64 // where this life's part of the log begins
}

// started reports whether the daemon has said that it works.
func (l *life) started() bool {
	raw, err := os.ReadFile(l.log)
	return err == nil && int64(len(raw)) > l.from && bytes.Contains(raw[l.from:], []byte("gateway starts"))
}

// serve starts the daemon; it is killed at the end of the test at the latest.
func (p *program) serve() *life {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close() // the child has its own
	info, err := log.Stat()
	if err != nil {
		p.t.Fatal(err)
	}
	l := &life{t: p.t, log: p.log, from: info.Size(), cmd: exec.Command(p.path, "serve", "--config", p.config), ended: make(chan struct{})}
	l.cmd.Stdout, l.cmd.Stderr = log, log
	l.cmd.Env = append(os.Environ(), p.env...)
	// An interrupt at the terminal is for the tests, which clean up behind them.
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := l.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		l.err = l.cmd.Wait()
		close(l.ended)
	}()
	p.t.Cleanup(l.kill)
	return l
}

// kill is kill -9.
func (l *life) kill() {
	// It may have ended by itself; alive and stop are what look at that.
	_ = l.cmd.Process.Kill()
	<-l.ended
}

// alive fails the test when the daemon has ended by itself.
func (l *life) alive() {
	l.t.Helper()
	select {
	case <-l.ended:
		l.t.Fatalf("the daemon ended by itself: %v", l.err)
	default:
	}
}

// stop is what systemd does: SIGTERM, after which the daemon finishes what is
// under way and ends well.
func (l *life) stop() {
	l.t.Helper()
	l.alive()
	// Before main has asked for signals, SIGTERM ends any process.
	if !eventually(l.t.Context(), time.Minute, l.started) {
		l.t.Error("the daemon does not start")
	}
	if err := l.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		l.t.Fatalf("send SIGTERM: %v", err)
	}
	select {
	case <-l.ended:
	case <-time.After(30 * time.Second):
		l.t.Fatal("the daemon does not end within 30 s of SIGTERM")
	}
	if l.err != nil {
		l.t.Errorf("the daemon ended with %v", l.err)
	}
}

// expireLeases does what a minute does: the leases of a killed daemon run out.
// The next one would wait for that with every box of a PostgreSQL register, and
// with the mails that were being sent.
func expireLeases(t *testing.T, driver, dsn string) {
	t.Helper()
	if driver == "sqlite" {
		dsn = "file:" + dsn + "?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = db.ExecContext(ctx, "UPDATE leases SET until = $1", time.Now().Add(-time.Second).UTC().Format("2006-01-02T15:04:05.000000Z"))
	if err != nil && strings.Contains(err.Error(), "leases") {
		t.Logf("killed before there was a register: %v", err)
		err = nil
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatalf("expire leases: %v", err)
	}
}

// verb runs another verb beside the daemon and reads its JSON into out. It
// returns the exit code.
func (p *program) verb(out any, args ...string) int {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(p.path, append([]string{"--config", p.config, "--json"}, args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	exit, ended := errors.AsType[*exec.ExitError](err)
	if err != nil && !ended {
		p.t.Fatalf("run %v: %v", args, err)
	}
	if err := json.Unmarshal(stdout.Bytes(), out); err != nil {
		p.t.Fatalf("xinfangd %v: %v\n%s\n%s", args, err, stdout.Bytes(), stderr.Bytes())
	}
	if ended {
		return exit.ExitCode()
	}
	return 0
}
