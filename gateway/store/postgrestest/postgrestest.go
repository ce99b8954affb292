// Package postgrestest starts a throw-away PostgreSQL server for tests: in a
// temporary folder, on a Unix socket only, once per test process, with one
// database per caller. PostgreSQL refuses to run as root; then it runs as the
// user postgres. The package knows nothing of the register's schema.
package postgrestest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
)

const (
	// EnvServer may name a running server, as a connection URL of a user who
	// may create databases.
	EnvServer = "XINFANGD_TEST_POSTGRES"
	// EnvRequired makes a missing server a failure instead of a skip.
	EnvRequired = "XINFANGD_TEST_SERVERS"
)

// The process's two servers: one for tests, and one as an office runs it. They
// end with the process.
var (
	server  = sync.OnceValues(func() (running, error) { return start(false) })
	durable = sync.OnceValues(func() (running, error) { return start(true) })
)

// running is a server that can be reached.
type running struct {
	dsn string // of its first database
	// input is what keeps a server of our own alive: it stops when this is
	// closed, which the end of the process does in any case.
	input   io.WriteCloser
	process *exec.Cmd
}

// Start returns the connection URL of an empty database, which is dropped when
// the test ends. Without a server the test is skipped, with a word.
func Start(t testing.TB) (dsn string) {
	t.Helper()
	return database(t, server)
}

// Durable is Start on a server with PostgreSQL's own defaults: what it has
// committed has reached the disk. It is for what is measured.
func Durable(t testing.TB) (dsn string) {
	t.Helper()
	return database(t, durable)
}

func database(t testing.TB, server func() (running, error)) (dsn string) {
	t.Helper()
	own, err := server()
	if err != nil {
		if os.Getenv(EnvRequired) == "1" {
			t.Fatalf("PostgreSQL does not start: %v", err)
		}
		t.Skipf("PostgreSQL does not start, its tests are skipped: %v", err)
	}
	admin, name := own.dsn, "test_"+strings.ToLower(rand.Text())
	if err := execute(t.Context(), admin, "CREATE DATABASE "+pq.QuoteIdentifier(name)+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(context.Background(), admin, "DROP DATABASE IF EXISTS "+pq.QuoteIdentifier(name)+" WITH (FORCE)"); err != nil {
			t.Logf("drop database: %v", err)
		}
	})
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatalf("read %s: %v", EnvServer, err)
	}
	u.Path = "/" + name
	return u.String()
}

func execute(ctx context.Context, dsn, statement string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// Server is a server of the test's own, which it may stop and start.
type Server struct {
	DSN string // of its first database

	bin, dir   string
	durable    bool
	credential *syscall.Credential
	running    running
}

// StartOwn starts a server that no other test uses and that ends with the test.
// It keeps what it has committed (fsync is off: the machine must not crash).
func StartOwn(t testing.TB) *Server {
	t.Helper()
	s, err := prepare()
	if err == nil {
		s.running, err = s.run(true)
	}
	if err != nil {
		if os.Getenv(EnvRequired) == "1" {
			t.Fatalf("PostgreSQL does not start: %v", err)
		}
		t.Skipf("PostgreSQL does not start, its tests are skipped: %v", err)
	}
	s.DSN = s.running.dsn
	t.Cleanup(func() {
		s.Stop(t)
		if err := os.RemoveAll(s.dir); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Stop ends the server as a fast shutdown does: sessions are cut off, what was
// committed stays.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.running.input == nil {
		return
	}
	_ = s.running.input.Close()  // the shell sees the end of its input either way
	_ = s.running.process.Wait() // its status is that of the interrupted server
	s.running = running{}
}

// Restart starts a stopped server again, at the same address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	var err error
	if s.running, err = s.run(true); err != nil {
		t.Fatalf("start PostgreSQL again: %v", err)
	}
}

// start finds or starts the server.
func start(durable bool) (running, error) {
	if dsn := os.Getenv(EnvServer); dsn != "" {
		return running{dsn: dsn}, nil
	}
	s, err := prepare()
	if err != nil {
		return running{}, err
	}
	s.durable = durable
	return s.run(false)
}

// prepare makes a folder with an empty cluster.
func prepare() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	credential, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "xinfangd-postgres-")
	if err != nil {
		return nil, err
	}
	if credential != nil {
		if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: credential}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return &Server{bin: bin, dir: dir, credential: credential}, nil
}

// run starts the server under a shell that stops it when this process is gone,
// however it went: it waits for the end of its input. Unless told to keep it,
// the shell removes the folder then.
func (s *Server) run(keep bool) (running, error) {
	dir := s.dir
	const script = `"$1" -D "$2" -k "$3" -c listen_addresses= -c max_connections=200 $5 >"$3/log" 2>&1 & pid=$!
read -r _; kill -INT $pid; wait $pid; [ "$4" = keep ] || rm -rf "$3"`
	careless := "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"
	if s.durable {
		careless = ""
	}
	fate := "remove"
	if keep {
		fate = "keep"
	}
	cmd := exec.Command("/bin/sh", "-c", script, "sh", filepath.Join(s.bin, "postgres"), filepath.Join(dir, "data"), dir, fate, careless)
	// A group of its own: an interrupt at the terminal is for the tests, and the
	// shell cleans up behind them.
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: s.credential, Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return running{}, err
	}
	if err := cmd.Start(); err != nil {
		return running{}, fmt.Errorf("start postgres: %w", err)
	}
	dsn := (&url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode(),
	}).String()
	if err := await(dsn); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // only to explain
		return running{}, fmt.Errorf("start postgres: %w: %s", err, bytes.TrimSpace(log))
	}
	return running{dsn: dsn, input: input, process: cmd}, nil
}

// await asks until the server answers, at most a minute.
func await(dsn string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := execute(ctx, dsn, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// binaries is the folder of the newest PostgreSQL's programs.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("no initdb: PostgreSQL is not installed")
	}
	return filepath.Dir(path), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for a name that is no number
	return n
}

// unprivileged is the user postgres when we are root, nil else.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("running as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
