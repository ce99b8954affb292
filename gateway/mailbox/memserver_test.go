package mailbox

import (
	"bytes"
	"io"
	"log"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/google/go-cmp/cmp"
)

// memServer is the server that the demonstration uses.
func memServer(t *testing.T) (*imapmemserver.User, Account) {
	t.Helper()
	user := imapmemserver.NewUser("zhuren", "geheim")
	for _, folder := range []string{"INBOX", "已登记"} {
		if err := user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	a := testAccount()
	a.Port = l.Addr().(*net.TCPAddr).Port
	return user, a
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

func appendTo(t *testing.T, user *imapmemserver.User, raw string) {
	t.Helper()
	if _, err := user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, user *imapmemserver.User, folder string) uint32 {
	t.Helper()
	data, err := user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		t.Fatal(err)
	}
	return *data.NumMessages
}

func TestMemServer(t *testing.T) {
	t.Parallel()
	user, a := memServer(t)
	a.After = MoveTo("已登记")
	a.Sent = "已发送"
	want := bodies(230)
	for _, raw := range want {
		appendTo(t, user, raw)
	}
	desk := &register{}
	b, err := New(a, desk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := b.Pull(t.Context()); n != 230 || err != nil {
		t.Fatalf("Pull = %d, %v, want 230 letters", n, err)
	}
	if diff := cmp.Diff(want, desk.has()); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	if in, out := count(t, user, "INBOX"), count(t, user, "已登记"); in != 0 || out != 230 {
		t.Errorf("%d letters stay and %d were moved, want all moved", in, out)
	}
	b.Close()

	stop := run(t, b)
	appendTo(t, user, "while it runs")
	await(t, "the letter", func() bool { return len(desk.has()) == 231 })
	if err := b.Append(t.Context(), "", []byte("a copy")); err != nil || count(t, user, "已发送") != 1 {
		t.Errorf("Append = %v, want the copy in the folder", err)
	}
	stop()

	if detail, err := Check(t.Context(), a); err != nil || detail != "no TLS, 0 letters, IDLE, MOVE, UIDPLUS" {
		t.Errorf("Check = %q, %v", detail, err)
	}
}

// await waits for something that a server of its own accord brings about.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited too long for %s", what)
		case <-tick.C:
		}
	}
}
