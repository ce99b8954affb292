// Package postfixtest runs a real Postfix for tests: its own configuration,
// queue and logs in a temporary directory, listening on loopback, delivering to
// Maildirs in that directory or to an address the test names. It needs root and
// the Debian package postfix.
package postfixtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Options of a server; the zero value serves jxw.example and mail.example.
type Options struct {
	Hostname string   // default mx.jxw.example
	Domains  []string // delivered here; every local part exists
	// Transport delivers instead of Maildirs, in Postfix's words:
	// "lmtp:inet:127.0.0.1:2424" or "smtp:[127.0.0.1]:2525".
	Transport string
	// Access refuses recipients: address to action, such as "550 5.1.1 no such user".
	Access map[string]string
	// Prepend gives a header field that goes on top of what an envelope sender
	// submits, as an MX writes its Authentication-Results.
	Prepend map[string]string
	// Milters that see each mail as it comes in, in Postfix's words.
	Milters []string
	// Relay takes what is not delivered here, as host:port of the next server.
	Relay string
	// SizeLimit of a mail in bytes, default 100 MB.
	SizeLimit int
}

// Server is a running Postfix.
type Server struct {
	Addr string
	Host string
	Port int
	Dir  string // holds log

	program string
	stopped bool
}

// Start starts a Postfix that ends with the test. Where it cannot run the test
// is skipped with a word, or fails when XINFANGD_TEST_SERVERS=1.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	program := need(t)
	s, err := start(t, program, o)
	if err != nil {
		t.Fatalf("start postfix: %v", err)
	}
	return s
}

func need(t testing.TB) string {
	t.Helper()
	const program = "/usr/sbin/postfix"
	why := ""
	if _, err := os.Stat(program); err != nil {
		why = "no Postfix here (apt-get install postfix)"
	} else if os.Geteuid() != 0 {
		why = "Postfix needs root"
	}
	switch {
	case why == "":
	case os.Getenv("XINFANGD_TEST_SERVERS") == "1":
		t.Fatalf("%s, and XINFANGD_TEST_SERVERS=1 asks for it", why)
	default:
		t.Skipf("NOT TESTED: %s", why)
	}
	return program
}

type settings struct {
	Options
	Dir, Addr, UID, GID string
}

func start(t testing.TB, program string, o Options) (*Server, error) {
	// t.TempDir is closed to the other users that Postfix's parts run as.
	dir, err := os.MkdirTemp("", "postfixtest")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	if o.Hostname == "" {
		o.Hostname = "mx.jxw.example"
	}
	if len(o.Domains) == 0 {
		o.Domains = []string{"jxw.example", "mail.example"}
	}
	if o.Transport == "" {
		o.Transport = "virtual"
	}
	if o.SizeLimit == 0 {
		o.SizeLimit = 100 << 20
	}
	var last error
	for range 3 { // another process may take the port before Postfix does
		s, err := attempt(t, program, dir, o)
		if err == nil {
			return s, nil
		}
		last = err
	}
	return nil, last
}

func attempt(t testing.TB, program, dir string, o Options) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		return nil, err
	}
	if err := write(dir, addr.String(), o); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "config")
	// "start" returns once the master listens.
	if out, err := exec.Command(program, "-c", config, "start").CombinedOutput(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // only to explain
		return nil, fmt.Errorf("%w\n%s\n%s", err, out, log)
	}
	s := &Server{Addr: addr.String(), Host: addr.IP.String(), Port: addr.Port, Dir: dir, program: program}
	t.Cleanup(func() {
		s.Stop(t)
		if t.Failed() {
			if log, err := os.ReadFile(filepath.Join(dir, "log")); err == nil {
				t.Logf("postfix log:\n%s", log)
			}
		}
	})
	return s, nil
}

// Stop ends the server with all its sessions; its queue stays.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.stopped {
		return
	}
	s.stopped = true
	if out, err := s.tell("stop"); err != nil {
		t.Logf("stop postfix: %v\n%s", err, out)
	}
}

// Restart starts a stopped server again, at the same address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	if out, err := s.tell("start"); err != nil {
		t.Fatalf("start postfix again: %v\n%s", err, out)
	}
	s.stopped = false
}

func (s *Server) tell(what string) ([]byte, error) {
	return exec.Command(s.program, "-c", filepath.Join(s.Dir, "config"), what).CombinedOutput()
}

// write lays out the directory.
func write(dir, addr string, o Options) error {
	owner, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	for name, who := range map[string]*user.User{"config": nil, "queue": nil, "data": owner, "mail": nobody} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		if err := chown(path, who); err != nil {
			return err
		}
	}
	if host, port, err := net.SplitHostPort(o.Relay); err == nil {
		o.Relay = "[" + host + "]:" + port
	}
	set := settings{Options: o, Dir: dir, Addr: addr, UID: nobody.Uid, GID: nobody.Gid}
	var main, master bytes.Buffer
	if err := mainConfig.Execute(&main, set); err != nil {
		return err
	}
	if err := masterConfig.Execute(&master, set); err != nil {
		return err
	}
	prepend := make(map[string]string, len(o.Prepend))
	for sender, field := range o.Prepend {
		prepend[sender] = "PREPEND " + field
	}
	for name, text := range map[string]string{
		"main.cf": main.String(), "master.cf": master.String(),
		"access": table(o.Access), "senders": table(prepend),
	} {
		if err := os.WriteFile(filepath.Join(dir, "config", name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func chown(path string, u *user.User) error {
	if u == nil {
		return nil
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

func table(m map[string]string) string {
	var b strings.Builder
	for k, v := range m {
		fmt.Fprintf(&b, "%s %s\n", k, v)
	}
	return b.String()
}

// Mail returns what was delivered to an address, oldest first; a plus-tag of
// the recipient is ignored.
func (s *Server) Mail(address string) ([][]byte, error) {
	// virtual(8) names the box by a table without substitution, so all mail
	// lies in one Maildir and the field that virtual adds tells it apart.
	files, err := filepath.Glob(filepath.Join(s.Dir, "mail", "all", "new", "*"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files) // a Maildir name begins with its second of arrival
	var out [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(deliveredTo(b), address) {
			out = append(out, b)
		}
	}
	return out, nil
}

func deliveredTo(raw []byte) string {
	for line := range bytes.Lines(raw) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			return ""
		}
		if to, ok := bytes.CutPrefix(line, []byte("Delivered-To: ")); ok {
			local, domain, _ := strings.Cut(string(to), "@")
			local, _, _ = strings.Cut(local, "+")
			return local + "@" + domain
		}
	}
	return ""
}

// Wait returns the mail of an address once there are n.
func (s *Server) Wait(ctx context.Context, address string, n int) ([][]byte, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := s.Mail(address)
		if err != nil || len(got) >= n {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, fmt.Errorf("wait for mail %d of %d: %w", len(got)+1, n, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
