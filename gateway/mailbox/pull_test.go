package mailbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pullUntil pulls until everything was taken or the attempts are used up, and
// returns the last error.
func pullUntil(t *testing.T, b *Box, attempts int) (n int, err error) {
	t.Helper()
	for range attempts {
		var took int
		took, err = b.Pull(t.Context())
		n += took
		if err == nil {
			return n, nil
		}
	}
	return n, err
}

func TestPullTakesAllInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		want := bodies(250)
		srv, desk := newFaultServer(want...), &register{}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 250 || err != nil {
			t.Fatalf("Pull = %d, %v, want 250 letters", n, err)
		}
		if diff := cmp.Diff(want, desk.kept); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
		for _, uids := range desk.batches {
			if len(uids) > 100 || !slices.IsSorted(uids) {
				t.Errorf("batch %v is too long or not in order", uids)
			}
		}
		if want := (Cursor{7, 250}); desk.cursor != want {
			t.Errorf("cursor = %v, want %v", desk.cursor, want)
		}
		if want := time.Date(2026, 11, 2, 0, 30, 0, 0, time.UTC); !desk.arrived[0].Equal(want) {
			t.Errorf("arrived = %v, want %v", desk.arrived[0], want)
		}
		if n, err := b.Pull(t.Context()); n != 0 || err != nil {
			t.Errorf("second Pull = %d, %v, want nothing", n, err)
		}
		srv.arrive("one more", false)
		if n, err := b.Pull(t.Context()); n != 1 || err != nil {
			t.Errorf("Pull after arrival = %d, %v, want 1", n, err)
		}
		if got := desk.shown(); got != 251 {
			t.Errorf("letters were shown %d times, want 251", got)
		}
		if srv.seen("EXAMINE INBOX") != 1 || srv.seen("UID STORE") != 0 {
			t.Errorf("commands = %q, want a folder opened read-only and nothing flagged", srv.commands)
		}
	})
}

func TestPullBoundsBatchesByBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		big := strings.Repeat("x", 3000)
		srv, desk := newFaultServer("a", "b", big+"1", "c", big+"2", strings.Repeat("y", 9000), "d"), &register{}
		a := testAccount()
		a.LetterBytes = 5000
		b, err := New(a, desk, Options{Dial: srv.dial, BatchBytes: 4000})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 7 || err != nil {
			t.Fatalf("Pull = %d, %v, want 7 letters", n, err)
		}
		want := [][]uint32{{1, 2, 3, 4}, {5}, {6}, {7}}
		if diff := cmp.Diff(want, desk.batches); diff != "" {
			t.Errorf("batches (-want +got):\n%s", diff)
		}
	})
}

// A literal that ends early looks complete to go-imap.
func TestCutLiteralIsNotALetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		want := bodies(3)
		srv, desk := newFaultServer(want...), &register{}
		cuts := 0
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			if !strings.Contains(args, "BODY") || cuts == 2 {
				return false
			}
			cuts++
			c.send("* 1 FETCH (UID 1 BODY[] {1000}\r\nabc")
			c.Close()
			return true
		}
		a := testAccount()
		a.After = Seen
		b := srv.box(t, a, desk)
		defer b.Close()
		for range 2 {
			if n, err := b.Pull(t.Context()); n != 0 || err == nil {
				t.Fatalf("Pull = %d, %v, want an error", n, err)
			}
		}
		if len(desk.kept) != 0 || desk.cursor.UID != 0 || srv.seen("UID STORE") != 0 {
			t.Fatalf("after the cut: kept %q, cursor %v", desk.kept, desk.cursor)
		}
		if n, err := b.Pull(t.Context()); n != 3 || err != nil {
			t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
		}
		if diff := cmp.Diff(want, desk.kept); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
	})
}

// go-imap drops an answer to UID FETCH whose UID comes after the body.
func TestUIDAfterBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		want := bodies(12)
		srv, desk := newFaultServer(want...), &register{}
		srv.uidLast = true
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 12 || err != nil {
			t.Fatalf("Pull = %d, %v, want 12 letters", n, err)
		}
		if diff := cmp.Diff(want, desk.kept); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
	})
}

// Dovecot answers NIL for a letter that was expunged after it was listed.
func TestExpungedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"nil": "BODY[] NIL", "empty": "BODY[] {0}\r\n", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				all := bodies(4)
				srv, desk := newFaultServer(all...), &register{}
				srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
					if !strings.Contains(args, "BODY") || !strings.HasPrefix(args, "1:4") {
						return false
					}
					if body != "" {
						c.send("* 2 FETCH (UID 2 %s)", body)
					}
					c.srv.mu.Lock()
					c.srv.remove(2)
					c.srv.mu.Unlock()
					return false
				}
				b := srv.box(t, testAccount(), desk)
				defer b.Close()
				if n, err := b.Pull(t.Context()); n != 3 || err != nil {
					t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
				}
				if diff := cmp.Diff([]string{all[0], all[2], all[3]}, desk.kept); diff != "" {
					t.Errorf("letters (-want +got):\n%s", diff)
				}
				if want := (Cursor{7, 4}); desk.cursor != want {
					t.Errorf("cursor = %v, want %v: a letter that is gone blocks nothing", desk.cursor, want)
				}
			})
		})
	}
}

// A letter that ends the connection whenever it is fetched must hold up nothing
// else, and must not be forgotten.
func TestPoisonLetter(t *testing.T) {
	t.Parallel()
	tests := map[string]func(c *faultConn, tag string){
		"odd line":     func(c *faultConn, _ string) { c.send("* VANISHED 3") },
		"cut":          func(c *faultConn, _ string) { c.Close() },
		"refusal":      func(c *faultConn, tag string) { c.send("%s NO cannot read it", tag) },
		"no answer":    func(c *faultConn, tag string) { c.send("%s OK done", tag) },
		"silence":      func(c *faultConn, tag string) {},
		"another body": func(c *faultConn, tag string) { c.send("* 3 FETCH (UID 3 BODY[TEXT] {1}\r\nx)\r\n%s OK done", tag) },
	}
	for name, poison := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				all := bodies(6)
				srv, desk := newFaultServer(all...), &register{}
				healed := false
				bad := func(c *faultConn, tag, args string) bool {
					set, _, _ := strings.Cut(args, " ")
					if healed || !strings.Contains(args, "BODY") || !inSet(set, 3, false) {
						return false
					}
					poison(c, tag)
					return true
				}
				srv.on["UID FETCH"], srv.on["FETCH"] = bad, bad
				b := srv.box(t, testAccount(), desk)
				defer b.Close()

				n, err := pullUntil(t, b, 8)
				if n != 5 {
					t.Fatalf("Pull = %d, %v, want the 5 others", n, err)
				}
				e, ok := errors.AsType[*Unreadable](err)
				if !ok || !slices.Equal(e.UIDs, []uint32{3}) || !looked(err) {
					t.Fatalf("error = %v, want letter 3 unreadable", err)
				}
				if want := (Cursor{7, 2}); desk.cursor != want {
					t.Errorf("cursor = %v, want %v: before the letter that is not durable", desk.cursor, want)
				}
				srv.arrive("seventh", false)
				if n, _ := b.Pull(t.Context()); n != 1 {
					t.Errorf("Pull = %d, want the letter that came later", n)
				}

				srv.change(func() { healed = true })
				advance(stuckRetry)
				if n, err := b.Pull(t.Context()); n != 1 || err != nil {
					t.Errorf("Pull after healing = %d, %v, want the letter", n, err)
				}
				want := append(slices.Clone(all[:2]), all[3], all[4], all[5], "seventh", all[2])
				if diff := cmp.Diff(want, desk.kept); diff != "" {
					t.Errorf("letters (-want +got):\n%s", diff)
				}
				if want := (Cursor{7, 7}); desk.cursor != want {
					t.Errorf("cursor = %v, want %v", desk.cursor, want)
				}
			})
		})
	}
}

// go-imap ends the connection over a date it cannot read.
func TestUnreadableDate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(bodies(3)...), &register{}
		srv.letters[1].date = "yesterday"
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		n, err := pullUntil(t, b, 5)
		if n != 3 || err != nil {
			t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
		}
		if got := desk.arrived[1]; !got.Equal(time.Now()) {
			t.Errorf("arrived = %v, want the time of the pull", got)
		}
	})
}

// A server that hands out nothing at all must not make every letter a problem of
// its own.
func TestServerRefusesEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(bodies(40)...), &register{}
		down := true
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			if down && strings.Contains(args, "BODY") {
				c.send("%s NO [UNAVAILABLE] backend is down", tag)
				return true
			}
			return false
		}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 0 || !errors.Is(err, errRefuses) || looked(err) {
			t.Fatalf("Pull = %d, %v, want errRefuses", n, err)
		}
		if got := srv.seen("UID FETCH"); got > 20 {
			t.Errorf("%d fetches, want the pull to give up soon", got)
		}
		srv.change(func() { down = false })
		if n, err := b.Pull(t.Context()); n != 40 || err != nil {
			t.Errorf("Pull = %d, %v, want 40 letters", n, err)
		}
	})
}

func TestUIDValidity(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(srv *faultServer)
		shown  int // letters shown at the second connection
		cursor Cursor
	}{
		{"unchanged", func(srv *faultServer) {}, 0, Cursor{7, 3}},
		{"changed", func(srv *faultServer) { srv.validity = 8 }, 3, Cursor{8, 3}},
		{"unknown", func(srv *faultServer) { srv.validity = 0 }, 3, Cursor{0, 3}},
		{"uids given anew", func(srv *faultServer) {
			srv.letters, srv.next = nil, 2
			srv.add("came after the restore")
		}, 1, Cursor{7, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer(bodies(3)...), &register{}
				b := srv.box(t, testAccount(), desk)
				defer b.Close()
				if n, err := b.Pull(t.Context()); n != 3 || err != nil {
					t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
				}
				b.Close()
				srv.change(func() { tt.change(srv) })
				before := desk.shown()
				if _, err := b.Pull(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := desk.shown() - before; got != tt.shown {
					t.Errorf("%d letters shown again, want %d", got, tt.shown)
				}
				if desk.cursor != tt.cursor {
					t.Errorf("cursor = %v, want %v", desk.cursor, tt.cursor)
				}
				want := []string{}
				for _, l := range srv.letters {
					if !slices.Contains(desk.kept, l.raw) {
						want = append(want, l.raw)
					}
				}
				if len(want) > 0 {
					t.Errorf("not registered: %q", want)
				}
			})
		})
	}
}

func TestSinceLeavesOlderLettersAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := bodies(4)
		srv, desk := newFaultServer(all...), &register{}
		srv.letters[0].date = "30-Oct-2026 23:59:59 +0800"
		srv.letters[2].date = "31-Oct-2026 15:00:00 -0900" // the next day in the office
		a := testAccount()
		a.Since = time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("CST", 8*3600))
		a.After = MoveTo("done")
		b := srv.box(t, a, desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 3 || err != nil {
			t.Fatalf("Pull = %d, %v, want 3 letters", n, err)
		}
		if len(srv.letters) != 1 || srv.letters[0].raw != all[0] {
			t.Errorf("%d letters stay, want the old one only", len(srv.letters))
		}
		// A new process looks below its cursor for letters that were not moved.
		b.Close()
		again := srv.box(t, a, desk)
		defer again.Close()
		if n, err := again.Pull(t.Context()); n != 0 || err != nil {
			t.Errorf("Pull = %d, %v, want nothing", n, err)
		}
		if diff := cmp.Diff(all[1:], desk.kept); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
	})
}

func TestOnlyDurableLettersMoveTheCursor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(bodies(5)...), &register{}
		desk.refuse = func(l Letter) bool { return l.Ref.UID == 3 }
		a := testAccount()
		a.After = Seen
		b := srv.box(t, a, desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 4 || err != nil {
			t.Fatalf("Pull = %d, %v, want 4 letters", n, err)
		}
		if want := (Cursor{7, 2}); desk.cursor != want {
			t.Errorf("cursor = %v, want %v", desk.cursor, want)
		}
		for _, l := range srv.letters {
			if got, want := l.flags != "", l.uid != 3; got != want {
				t.Errorf("letter %d flagged: %v, want %v", l.uid, got, want)
			}
		}
		desk.refuse = nil
		if n, err := b.Pull(t.Context()); n != 1 || err != nil {
			t.Errorf("Pull = %d, %v, want the one letter", n, err)
		}
		if diff := cmp.Diff([][]uint32{{1, 2, 3, 4, 5}, {3}}, desk.batches); diff != "" {
			t.Errorf("batches (-want +got):\n%s", diff)
		}
		if want := (Cursor{7, 5}); desk.cursor != want {
			t.Errorf("cursor = %v, want %v", desk.cursor, want)
		}
	})
}

func TestDeskFailures(t *testing.T) {
	t.Parallel()
	down := errors.New("database is down")
	tests := []struct {
		name  string
		fail  func(*register)
		shown int // letters shown in all
		kept  int // after the failure
	}{
		{"receive", func(r *register) { r.receive = down }, 6, 0},
		{"cursor", func(r *register) { r.setCursor = down }, 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer(bodies(3)...), &register{}
				desk.cursor = Cursor{UIDValidity: 7}
				tt.fail(desk)
				a := testAccount()
				a.After = Seen
				b := srv.box(t, a, desk)
				defer b.Close()
				if _, err := b.Pull(t.Context()); !errors.Is(err, down) {
					t.Fatalf("Pull = %v, want the desk's error", err)
				}
				if len(desk.kept) != tt.kept || desk.cursor.UID != 0 || srv.seen("UID STORE") != 0 {
					t.Fatalf("after the failure: kept %d, cursor %v, flagged %d", len(desk.kept), desk.cursor, srv.seen("UID STORE"))
				}
				desk.receive, desk.setCursor = nil, nil
				if _, err := b.Pull(t.Context()); err != nil {
					t.Fatal(err)
				}
				if len(desk.kept) != 3 || desk.cursor.UID != 3 || desk.shown() != tt.shown || srv.seen("UID STORE") != 1 {
					t.Errorf("at the end: kept %d, cursor %v, shown %d, flagged %d", len(desk.kept), desk.cursor, desk.shown(), srv.seen("UID STORE"))
				}
				if srv.dialled() != 1 {
					t.Errorf("%d connections, want the connection to survive", srv.dialled())
				}
			})
		})
	}
}

// Other people's changes are announced in the middle of our answers, also with
// the UID of a letter that we wait for.
func TestUnsolicitedAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		want := bodies(4)
		srv, desk := newFaultServer(want...), &register{}
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			if strings.Contains(args, "BODY") {
				c.send(`* 2 FETCH (FLAGS (\Seen) UID 2)`)
				c.send(`* 3 FETCH (FLAGS (\Seen))`)
				c.send(`* 9 FETCH (UID 9 BODY[] {5}` + "\r\nhello)")
			}
			return false
		}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 4 || err != nil {
			t.Fatalf("Pull = %d, %v, want 4 letters", n, err)
		}
		if diff := cmp.Diff(want, desk.kept); diff != "" {
			t.Errorf("letters (-want +got):\n%s", diff)
		}
	})
}

func TestQuotedBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer("short"), &register{}
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			if !strings.Contains(args, "BODY") {
				return false
			}
			c.send(`* 1 FETCH (UID 1 BODY[] "short")`)
			c.send("%s OK done", tag)
			return true
		}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 1 || err != nil || desk.kept[0] != "short" {
			t.Errorf("Pull = %d, %v, kept %q, want the letter", n, err, desk.kept)
		}
	})
}

func TestEmptyFolderThatRefusesFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(), &register{}
		srv.on["UID FETCH"] = func(c *faultConn, tag, args string) bool {
			c.send("%s BAD no such letters", tag)
			return true
		}
		b := srv.box(t, testAccount(), desk)
		defer b.Close()
		if n, err := b.Pull(t.Context()); n != 0 || err != nil {
			t.Errorf("Pull = %d, %v, want nothing", n, err)
		}
		if want := (Cursor{7, 0}); desk.cursor != want {
			t.Errorf("cursor = %v, want %v", desk.cursor, want)
		}
	})
}

func TestCommandLinesAreShort(t *testing.T) {
	t.Parallel()
	var dense, sparse, pairs []uint32
	for i := range uint32(1000) {
		dense = append(dense, 4_000_000_000+i)
		sparse = append(sparse, 4_000_000_000+2*i)
		pairs = append(pairs, 4_000_000_000+3*(i/2)+i%2)
	}
	tests := []struct {
		name string
		uids []uint32
		min  int
	}{
		{"dense", dense, 500}, {"sparse", sparse, 70}, {"pairs", pairs, 70}, {"one", dense[:1], 1}, {"none", nil, 0},
	}
	for _, tt := range tests {
		n := fit(tt.uids, 500)
		if n < tt.min || n > 500 {
			t.Errorf("%s: fit = %d, want %d to 500", tt.name, n, tt.min)
		}
		if set := uidSet(tt.uids[:n]).String(); len(set) > 950 {
			t.Errorf("%s: set of %d bytes", tt.name, len(set))
		}
	}
}

func TestSetsAreAscending(t *testing.T) {
	t.Parallel()
	got := uidSet([]uint32{9, 3, 4, 5, 1}).String()
	if want := "1,3:5,9"; got != want {
		t.Errorf("set = %s, want %s", got, want)
	}
	if got := fmt.Sprint(above(uidSet([]uint32{1, 3, 4, 5, 9}), 4)); got != fmt.Sprint(uidSet([]uint32{5, 9})) {
		t.Errorf("above = %s", got)
	}
}
