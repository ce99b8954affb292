package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServiceManager is the service manager: it hears when the daemon works,
// that it still works, that it takes over a configuration, and that it ends.
func TestServiceManager(t *testing.T) {
	needServers(t)
	dir := t.TempDir()
	// Nothing listens there: the daemon starts and tells all the same.
	config := plan{Driver: "sqlite", DSN: filepath.Join(dir, "register.db"), IMAPPort: 1, SMTPPort: 1, OwnHops: 1}.write(t, dir)
	socket, err := os.MkdirTemp("", "notify") // t.TempDir may be too long for a socket's name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(socket) })
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(socket, "s"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	hear := func(want string) string {
		t.Helper()
		if err := manager.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 4096)
		for {
			n, err := manager.Read(buf)
			if err != nil {
				t.Fatalf("waiting for %s: %v", want, err)
			}
			if state := string(buf[:n]); strings.HasPrefix(state, want) {
				return state
			}
		}
	}

	x := newProgram(t, dir, config)
	x.env = []string{"NOTIFY_SOCKET=" + filepath.Join(socket, "s"), "WATCHDOG_USEC=200000"}
	daemon := x.serve()
	hear("READY=1")
	for range 3 {
		hear("WATCHDOG=1")
	}
	if err := daemon.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if state := hear("RELOADING=1"); !strings.Contains(state, "MONOTONIC_USEC=") {
		t.Errorf("reloading without the time: %q", state)
	}
	hear("READY=1")
	if err := daemon.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	hear("STOPPING=1")
	<-daemon.ended
	if daemon.err != nil {
		t.Errorf("the daemon ended with %v", daemon.err)
	}
}
