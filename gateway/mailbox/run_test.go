package mailbox

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// run runs the box until the test calls the function it returns, which waits
// for the end.
func run(t *testing.T, b *Box) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil when it is told to end", err)
		}
	}
}

func TestRunTakesWhatIdleAnnounces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer("first"), &register{}
		stop := run(t, srv.box(t, testAccount(), desk))
		synctest.Wait()
		start := time.Now()
		srv.arrive("second", true)
		synctest.Wait()
		if got := desk.has(); len(got) != 2 || time.Since(start) != 0 {
			t.Errorf("has %q after %v, want both at once", got, time.Since(start))
		}
		stop()
	})
}

// IDLE is a hint: servers lose it, end it, refuse it, or do not have it.
func TestRunPollsWhateverIdleDoes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		caps  string
		idle  func(c *faultConn, tag, args string) bool
		dials int // in ten minutes
	}{
		{"lost", "IDLE", nil, 1},
		{"none", "", nil, 1},
		{"refused", "IDLE", func(c *faultConn, tag, _ string) bool { c.send("%s NO not now", tag); return true }, 1},
		// After the second connection lost at the end of IDLE we only poll.
		{"ended by the server", "IDLE", func(c *faultConn, tag, _ string) bool {
			c.send("+ idling\r\n%s OK that was it", tag)
			return true // DONE is then no command
		}, 3},
		{"cut", "IDLE", func(c *faultConn, tag, _ string) bool {
			c.send("+ idling")
			_, _ = c.readCommand()
			c.Close()
			return true
		}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer("first"), &register{}
				srv.caps = "IMAP4rev1 " + tt.caps
				if tt.idle != nil {
					srv.on["IDLE"] = tt.idle
				}
				stop := run(t, srv.box(t, testAccount(), desk))
				synctest.Wait()
				for i := range 10 {
					srv.arrive(strings.Repeat("x", i+2), false)
					advance(time.Minute + 10*time.Second) // a minute's poll and a short pause
					synctest.Wait()
					if got := desk.has(); len(got) != i+2 {
						t.Fatalf("has %d letters after %d polls, want %d", len(got), i+1, i+2)
					}
				}
				if srv.dialled() != tt.dials {
					t.Errorf("%d connections, want %d", srv.dialled(), tt.dials)
				}
				stop()
			})
		})
	}
}

// A poll of an hour must not make one IDLE last as long.
func TestIdleIsRestarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFaultServer()
		a := testAccount()
		a.Poll = time.Hour
		stop := run(t, srv.box(t, a, &register{}))
		advance(time.Hour - time.Second)
		synctest.Wait()
		if got := srv.seen("IDLE"); got < 12 || got > 15 {
			t.Errorf("%d times IDLE in an hour, want one every 4 or 5 minutes", got)
		}
		stop()
	})
}

// Two refused logins pause the box for 15 minutes, since providers lock accounts
// that keep trying.
func TestRefusedLoginsPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer("letter"), &register{}
		wrong := true
		srv.on["LOGIN"] = func(c *faultConn, tag, _ string) bool {
			if wrong {
				c.send("%s NO wrong", tag)
			}
			return wrong
		}
		start := time.Now()
		stop := run(t, srv.box(t, testAccount(), desk))
		advance(time.Minute)
		synctest.Wait()
		e, ok := errors.AsType[*LoginRefused](desk.lastCheck().err)
		if !ok || e.Count != 2 || !e.Paused || srv.dialled() != 2 {
			t.Fatalf("after a minute: %v, %d logins, want a pause after two", desk.lastCheck().err, srv.dialled())
		}
		if at := desk.lastCheck().at.Sub(start); at > 10*time.Second {
			t.Errorf("pause was reported after %v, want at once", at)
		}
		advance(14*time.Minute - 10*time.Second)
		synctest.Wait()
		if srv.dialled() != 2 {
			t.Errorf("%d logins within 15 minutes, want 2", srv.dialled())
		}
		advance(2 * time.Minute)
		synctest.Wait()
		if e, ok := errors.AsType[*LoginRefused](desk.lastCheck().err); !ok || e.Count != 3 || !e.Paused || srv.dialled() != 3 {
			t.Errorf("after 17 minutes: %v, %d logins, want a third and another pause", desk.lastCheck().err, srv.dialled())
		}
		srv.change(func() { wrong = false })
		advance(16 * time.Minute)
		synctest.Wait()
		if desk.lastCheck().err != nil || len(desk.has()) != 1 {
			t.Errorf("at the end: %v, has %q, want the letter", desk.lastCheck().err, desk.has())
		}
		stop()
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("no route")
		desk := &register{}
		var attempts atomic.Int64
		b, err := New(testAccount(), desk, Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			attempts.Add(1)
			return nil, down
		}})
		if err != nil {
			t.Fatal(err)
		}
		stop := run(t, b)
		advance(time.Hour)
		synctest.Wait()
		// 5, 10, 20, ... seconds, then every 5 minutes, each halved at most.
		dials := int(attempts.Load())
		if dials < 15 || dials > 35 {
			t.Errorf("%d attempts in an hour, want few", dials)
		}
		if len(desk.checks) < dials-1 || !errors.Is(desk.lastCheck().err, down) {
			t.Errorf("%d checks reported, the last %v, want every attempt", len(desk.checks), desk.lastCheck().err)
		}
		stop()
	})
}

// A server that closes every connection must not be met again without a pause.
func TestServerThatHangsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer("letter"), &register{}
		srv.caps = "IMAP4rev1"
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			go func() {
				advance(time.Second)
				c.Close()
			}()
			return false
		}
		stop := run(t, srv.box(t, testAccount(), desk))
		advance(time.Hour)
		synctest.Wait()
		if srv.dialled() > 40 {
			t.Errorf("%d connections in an hour, want few", srv.dialled())
		}
		if len(desk.has()) != 1 {
			t.Errorf("has %q, want the letter", desk.has())
		}
		stop()
		advance(2 * time.Second) // lets the server's goroutines end
	})
}

func TestAppend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(), &register{}
		a := testAccount()
		a.Sent = "Sent"
		b := srv.box(t, a, desk)
		stop := run(t, b)
		synctest.Wait()
		if err := b.Append(t.Context(), "", []byte("Subject: copy\r\n\r\ntext\r\n")); err != nil {
			t.Fatal(err)
		}
		if srv.seen(`APPEND "Sent" (\Seen) Subject: copy`) != 1 {
			t.Errorf("commands = %q, want the copy", srv.commands)
		}
		missing := true
		srv.change(func() {
			srv.on["APPEND"] = func(c *faultConn, tag, _ string) bool {
				if missing {
					c.send("%s NO [TRYCREATE] no such folder", tag)
				}
				missing = !missing
				return !missing
			}
		})
		if err := b.Append(t.Context(), "已发送", []byte("two")); err != nil || srv.seen("CREATE") != 1 {
			t.Errorf("Append to a new folder = %v, want it made", err)
		}
		srv.arrive("letter", true)
		synctest.Wait()
		if len(desk.has()) != 1 {
			t.Error("the box is not looked at after a copy")
		}
		stop()

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := b.Append(ctx, "", []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Append without Run = %v, want the deadline", err)
		}
		if err := newFaultServer().box(t, testAccount(), desk).Append(ctx, "", []byte("x")); err != nil {
			t.Errorf("Append without a folder = %v, want nothing to happen", err)
		}
	})
}

func TestAppendWhileDisconnected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newFaultServer()
		srv.on["LOGIN"] = func(c *faultConn, tag, _ string) bool { c.send("%s NO wrong", tag); return true }
		b := srv.box(t, testAccount(), &register{})
		stop := run(t, b)
		synctest.Wait()
		if err := b.Append(t.Context(), "Sent", []byte("x")); !errors.Is(err, ErrNotConnected) {
			t.Errorf("Append = %v, want ErrNotConnected", err)
		}
		stop()
	})
}
