package mailbox

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// settling returns the commands that change something on the server.
func (srv *faultServer) settling() []string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	var all []string
	for _, c := range srv.commands {
		for _, verb := range []string{"UID STORE", "STORE", "UID COPY", "UID MOVE", "UID EXPUNGE", "EXPUNGE", "CREATE", "CLOSE"} {
			if strings.HasPrefix(c, verb+" ") || c == verb {
				all = append(all, c)
			}
		}
	}
	return all
}

func TestSettle(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		after  After
		caps   string
		refuse string // a command that is refused
		code   string // with this response code
		want   []string
		stay   int // letters in the folder afterwards
		err    bool
	}{
		{name: "keep", after: Keep, caps: "MOVE", stay: 2},
		{name: "seen", after: Seen, caps: "MOVE", want: []string{`UID STORE 1:2 +FLAGS.SILENT (\Seen)`}, stay: 2},
		{name: "seen refused", after: Seen, refuse: "UID STORE", want: []string{`UID STORE 1:2 +FLAGS.SILENT (\Seen)`}, stay: 2, err: true},
		{name: "move", after: MoveTo("done"), caps: "MOVE", want: []string{`UID MOVE 1:2 "done"`}},
		{name: "move refused", after: MoveTo("done"), caps: "MOVE UIDPLUS", refuse: "UID MOVE", want: []string{`UID MOVE 1:2 "done"`}, stay: 2, err: true},
		{name: "copy", after: MoveTo("done"), caps: "UIDPLUS", want: []string{
			`UID COPY 1:2 "done"`, `UID STORE 1:2 +FLAGS.SILENT (\Deleted)`, `UID EXPUNGE 1:2`,
		}},
		// go-imap's own substitute for MOVE would flag and expunge all the same.
		{name: "copy refused", after: MoveTo("done"), caps: "UIDPLUS", refuse: "UID COPY", code: "[OVERQUOTA] ",
			want: []string{`UID COPY 1:2 "done"`}, stay: 2, err: true},
		{name: "flag refused", after: MoveTo("done"), caps: "UIDPLUS", refuse: "UID STORE",
			want: []string{`UID COPY 1:2 "done"`, `UID STORE 1:2 +FLAGS.SILENT (\Deleted)`}, stay: 2, err: true},
		// A plain EXPUNGE would also remove what a person has flagged.
		{name: "neither", after: MoveTo("done"), stay: 2},
		{name: "folder is made", after: MoveTo("已登记"), caps: "MOVE", refuse: "UID MOVE", code: "[TRYCREATE] ", want: []string{
			`UID MOVE 1:2 "&XfJ2e4uw-"`, `CREATE "&XfJ2e4uw-"`, `UID MOVE 1:2 "&XfJ2e4uw-"`,
		}, stay: 2, err: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer(bodies(2)...), &register{}
				srv.caps = "IMAP4rev1 " + tt.caps
				if tt.refuse != "" {
					srv.on[tt.refuse] = func(c *faultConn, tag, args string) bool {
						c.send("%s NO %srefused", tag, tt.code)
						return true
					}
				}
				a := testAccount()
				a.After = tt.after
				b := srv.box(t, a, desk)
				defer b.Close()
				n, err := b.Pull(t.Context())
				if n != 2 || len(desk.kept) != 2 {
					t.Fatalf("Pull = %d, %v, want 2 letters", n, err)
				}
				e, ok := errors.AsType[*Unsettled](err)
				if ok != tt.err || !looked(err) || ok && e.Count != 2 {
					t.Errorf("error = %v, want one: %v", err, tt.err)
				}
				if diff := cmp.Diff(tt.want, srv.settling()); diff != "" {
					t.Errorf("commands (-want +got):\n%s", diff)
				}
				if len(srv.letters) != tt.stay {
					t.Errorf("%d letters stay, want %d", len(srv.letters), tt.stay)
				}
				if mode := "EXAMINE"; (srv.seen(mode) == 1) != (tt.after == Keep) {
					t.Errorf("commands %q, want the folder opened for writing only if need be", srv.commands)
				}
			})
		})
	}
}

// What could not be settled is tried again after a while and at the next
// connection, but not at every look.
func TestSettleAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, desk := newFaultServer(bodies(3)...), &register{}
		full := true
		srv.on["UID MOVE"] = func(c *faultConn, tag, args string) bool {
			if full {
				c.send("%s NO [OVERQUOTA] full", tag)
			}
			return full
		}
		a := testAccount()
		a.After = MoveTo("done")
		b := srv.box(t, a, desk)
		defer b.Close()
		pull := func(moves int) {
			t.Helper()
			_, err := b.Pull(t.Context())
			if _, ok := errors.AsType[*Unsettled](err); !ok || srv.seen("UID MOVE") != moves {
				t.Fatalf("Pull = %v after %d moves, want unsettled after %d", err, srv.seen("UID MOVE"), moves)
			}
		}
		pull(1)
		pull(1)
		b.Close()
		pull(2)
		advance(settleRetry)
		pull(3)
		srv.change(func() { full = false })
		b.Close()
		if _, err := b.Pull(t.Context()); err != nil || len(srv.letters) != 0 || len(srv.moved) != 3 {
			t.Errorf("Pull = %v, %d letters stay, %d moved, want all moved", err, len(srv.letters), len(srv.moved))
		}
		if desk.shown() != 3 {
			t.Errorf("letters shown %d times, want 3: we know that they are durable", desk.shown())
		}
	})
}

// A process that died between commit and move leaves letters below the cursor.
func TestMoveAfterCrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := bodies(4)
		srv, desk := newFaultServer(all...), &register{}
		first := srv.box(t, testAccount(), desk) // keeps, so nothing is moved
		if n, err := first.Pull(t.Context()); n != 4 || err != nil {
			t.Fatalf("Pull = %d, %v, want 4 letters", n, err)
		}
		first.Close()
		srv.change(func() { srv.add("new") })
		desk.refuse = func(l Letter) bool { return l.Ref.UID == 2 } // the desk knows nothing of it

		a := testAccount()
		a.After = MoveTo("done")
		second := srv.box(t, a, desk)
		defer second.Close()
		if n, err := second.Pull(t.Context()); n != 1 || err != nil {
			t.Fatalf("Pull = %d, %v, want the new letter", n, err)
		}
		slices.Sort(srv.moved)
		want := []string{all[0], all[2], all[3], "new"}
		slices.Sort(want)
		if diff := cmp.Diff(want, srv.moved); diff != "" {
			t.Errorf("moved (-want +got):\n%s", diff)
		}
		if len(srv.letters) != 1 || srv.letters[0].uid != 2 {
			t.Errorf("%d letters stay, want the one that is not durable", len(srv.letters))
		}
		if want := (Cursor{7, 5}); desk.cursor != want {
			t.Errorf("cursor = %v, want %v", desk.cursor, want)
		}
		before := desk.shown()
		if _, err := second.Pull(t.Context()); err != nil || desk.shown() != before {
			t.Errorf("second look: %v, shown %d, want one sweep per process", err, desk.shown()-before)
		}
	})
}

// The connection breaks between COPY and STORE: nothing may be removed, and the
// letter is registered once.
func TestConnectionLostWhileMoving(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"UID COPY", "UID STORE", "UID EXPUNGE"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, desk := newFaultServer(bodies(2)...), &register{}
				srv.caps = "IMAP4rev1 UIDPLUS"
				broken := false
				srv.on[verb] = func(c *faultConn, tag, args string) bool {
					if broken {
						return false
					}
					broken = true
					c.Close()
					return true
				}
				a := testAccount()
				a.After = MoveTo("done")
				b := srv.box(t, a, desk)
				defer b.Close()
				if n, err := b.Pull(t.Context()); n != 2 || err == nil || looked(err) {
					t.Fatalf("Pull = %d, %v, want 2 letters and a lost connection", n, err)
				}
				if len(srv.letters) != 2 {
					t.Fatalf("%d letters stay, want both", len(srv.letters))
				}
				if n, err := b.Pull(t.Context()); n != 0 || err != nil {
					t.Fatalf("Pull = %d, %v", n, err)
				}
				if len(srv.letters) != 0 || desk.shown() != 2 {
					t.Errorf("%d letters stay, shown %d times, want all moved and shown once", len(srv.letters), desk.shown())
				}
			})
		})
	}
}
