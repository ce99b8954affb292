// Package dovecottest runs a real Dovecot on loopback for tests: an own
// configuration in a temporary folder, free ports, no privileges needed (and as
// root the mail is owned by an ordinary user, since Dovecot refuses root).
//
// It knows nothing of the daemon; it is imported by tests only.
package dovecottest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Required is the environment variable that turns a missing server program from
// a skipped test into a failed one.
const Required = "XINFANGD_TEST_SERVERS"

// Options say what the server offers. The zero value is a server with the user
// "box", password "secret", and no TLS.
type Options struct {
	Users map[string]string // user name to password
	TLS   bool              // STARTTLS on Addr and implicit TLS on TLSAddr
	LMTP  bool              // take mail by LMTP on LMTPAddr, for user@anything

	// Without are capabilities that the server shall not offer after login, such
	// as MOVE, UIDPLUS, IDLE, ID.
	Without []string
}

// Server is a running Dovecot.
type Server struct {
	Addr     string // plain IMAP, with STARTTLS if Options.TLS
	TLSAddr  string // IMAP in TLS, or ""
	LMTPAddr string // or ""
	CAFile   string // PEM file of the authority that signed the certificate, or ""
	Host     string // host name of all addresses, as in the certificate
	Port     int    // port of Addr
	TLSPort  int    // port of TLSAddr
	LogFile  string

	command func() *exec.Cmd
	process *exec.Cmd // nil while stopped
	leash   io.Closer // the program runs until this is closed
	ended   <-chan struct{}

	users   map[string]string
	dir     string
	owner   owner
	counter atomic.Int64
}

type owner struct {
	name, group string
	uid, gid    int
	change      bool // files made here must be given to the owner
}

// Start runs a server until the test ends. Without the program the test is
// skipped, with a word; if Required is set it fails instead.
func Start(t testing.TB, opt Options) *Server {
	t.Helper()
	program := find("dovecot")
	if program == "" {
		if os.Getenv(Required) != "" {
			t.Fatalf("dovecot is not installed and %s is set", Required)
		}
		t.Skip("dovecot is not installed: nothing was tested against a real IMAP server")
	}
	if opt.LMTP && find("lmtp") == "" {
		if os.Getenv(Required) != "" {
			t.Fatalf("dovecot-lmtpd is not installed and %s is set", Required)
		}
		t.Skip("dovecot-lmtpd is not installed: nothing was tested against a real IMAP server")
	}
	if len(opt.Users) == 0 {
		opt.Users = map[string]string{"box": "secret"}
	}

	var err error
	// Another process may take a free port before Dovecot does.
	for range 5 {
		var s *Server
		if s, err = start(t, program, opt); err == nil {
			return s
		}
	}
	t.Fatalf("start dovecot: %v", err)
	return nil
}

func find(program string) string {
	if p, err := exec.LookPath(program); err == nil {
		return p
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/lib/dovecot", "/usr/libexec/dovecot"} {
		p := filepath.Join(dir, program)
		if info, err := os.Stat(p); err == nil && info.Mode()&0o111 != 0 {
			return p
		}
	}
	return ""
}

func start(t testing.TB, program string, opt Options) (*Server, error) {
	// Not t.TempDir: its name is too long for a socket (108 bytes), and closed
	// to the mail's owner.
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })

	s := &Server{Host: "127.0.0.1", dir: dir, users: opt.Users, LogFile: filepath.Join(dir, "log")}
	if s.owner, err = mailOwner(); err != nil {
		return nil, err
	}
	if err := s.layOut(opt); err != nil {
		return nil, err
	}
	conf, err := s.writeConfig(program, opt)
	if err != nil {
		return nil, err
	}

	s.command = func() *exec.Cmd { return exec.Command("/bin/sh", "-c", guardian, program, conf) }
	if err := s.run(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			log, _ := os.ReadFile(s.LogFile)
			t.Logf("dovecot's log:\n%s", log)
		}
	})
	return s, nil
}

// guardian runs the program until its own input ends, which happens also when
// the test's process dies without a chance to clean up.
const guardian = `exec 3<&0
"$0" -F -c "$1" 3<&- & program=$!
(read -r _ <&3; kill $program) >/dev/null 2>&1 &
exec 3<&-
wait $program`

// run starts the program and waits until it answers.
func (s *Server) run() error {
	var out bytes.Buffer
	s.process = s.command()
	s.process.Stdout, s.process.Stderr = &out, &out
	var err error
	if s.leash, err = s.process.StdinPipe(); err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		s.process = nil
		return err
	}
	process, ended := s.process, make(chan struct{})
	s.ended = ended
	go func() {
		process.Wait()
		close(ended)
	}()
	if err := s.await(ended); err != nil {
		s.stop()
		log, _ := os.ReadFile(s.LogFile)
		return fmt.Errorf("%w\n%s%s", err, out.Bytes(), log)
	}
	return nil
}

func (s *Server) stop() {
	if s.process == nil {
		return
	}
	s.leash.Close()
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		s.process.Process.Kill()
		<-s.ended
	}
	s.process = nil
}

// Stop ends the server with all its connections; the mail stays.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.stop()
}

// Restart starts a stopped server again, at the same addresses.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.stop()
	if err := s.run(); err != nil {
		t.Fatalf("start dovecot again: %v", err)
	}
}

// mailOwner is who we are, or nobody if we are root.
func mailOwner() (owner, error) {
	me, err := user.Current()
	if err != nil {
		return owner{}, err
	}
	change := false
	if me.Uid == "0" {
		if me, err = user.Lookup("nobody"); err != nil {
			return owner{}, err
		}
		change = true
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return owner{}, err
	}
	o := owner{name: me.Username, group: group.Name, change: change}
	if o.uid, err = strconv.Atoi(me.Uid); err != nil {
		return owner{}, err
	}
	if o.gid, err = strconv.Atoi(me.Gid); err != nil {
		return owner{}, err
	}
	return o, nil
}

// layOut makes the folders, the password file and the certificate.
func (s *Server) layOut(opt Options) error {
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return err
	}
	var passwords strings.Builder
	for name, password := range opt.Users {
		fmt.Fprintf(&passwords, "%s:{PLAIN}%s\n", name, password)
		for _, sub := range []string{"tmp", "new", "cur"} {
			if err := s.mkdir(filepath.Join(s.maildir(name), sub)); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(filepath.Join(s.dir, "passwd"), []byte(passwords.String()), 0o644); err != nil {
		return err
	}
	if !opt.TLS {
		return nil
	}
	s.CAFile = filepath.Join(s.dir, "ca.pem")
	return writeCertificate(s.CAFile, filepath.Join(s.dir, "cert.pem"), filepath.Join(s.dir, "key.pem"), s.Host)
}

// mkdir makes a folder below s.dir with all its parents and gives them away.
func (s *Server) mkdir(path string) error {
	if path == s.dir {
		return nil
	}
	if err := s.mkdir(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); errors.Is(err, os.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return s.give(path)
}

func (s *Server) give(path string) error {
	if !s.owner.change {
		return nil
	}
	return os.Chown(path, s.owner.uid, s.owner.gid)
}

func (s *Server) maildir(user string) string { return filepath.Join(s.dir, "mail", user, "Maildir") }

// await waits for the greeting.
func (s *Server) await(ended <-chan struct{}) error {
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := greeted(s.Addr)
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return errors.New("dovecot ended at once")
		case <-deadline:
			return fmt.Errorf("dovecot does not answer: %w", err)
		case <-tick.C:
		}
	}
}

func greeted(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, "* OK") {
		return fmt.Errorf("greeting %q", line)
	}
	return nil
}
