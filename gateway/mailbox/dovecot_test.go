package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/mailbox/dovecottest"

	"github.com/google/go-cmp/cmp"
)

func dovecotAccount(s *dovecottest.Server) Account {
	return Account{
		Box: "director", Host: s.Host, Port: s.Port, TLS: TLSNone, Username: "box",
		Password: func() (string, error) { return "secret", nil },
	}
}

func TestDovecotConnections(t *testing.T) {
	t.Parallel()
	s := dovecottest.Start(t, dovecottest.Options{TLS: true})
	s.Deliver(t, "box", []byte("Subject: one\r\n\r\ntext\r\n"))
	tests := []struct {
		name   string
		change func(*Account)
		detail string // start of what Check says, or "" if it must fail
	}{
		{"plain", func(a *Account) {}, "no TLS, 1 letters"},
		{"auth plain", func(a *Account) { a.Auth = AuthPlain }, "no TLS, 1 letters"},
		{"implicit", func(a *Account) { a.TLS, a.Port, a.CAFile = TLSImplicit, s.TLSPort, s.CAFile }, "TLS 1.3, 1 letters"},
		{"starttls", func(a *Account) { a.TLS, a.CAFile = TLSStart, s.CAFile }, "TLS 1.3, 1 letters"},
		{"legacy", func(a *Account) { a.TLS, a.CAFile, a.LegacyTLS = TLSStart, s.CAFile, true }, "TLS 1.3, 1 letters"},
		{"unknown authority", func(a *Account) { a.TLS = TLSStart }, ""},
		{"unknown authority, implicit", func(a *Account) { a.TLS, a.Port = TLSImplicit, s.TLSPort }, ""},
		{"another host", func(a *Account) { a.TLS, a.CAFile, a.Host = TLSStart, s.CAFile, "127.0.0.2" }, ""},
		{"wrong password", func(a *Account) { a.Password = func() (string, error) { return "guess", nil } }, ""},
		{"no such folder", func(a *Account) { a.Folder = "nowhere" }, ""},
		{"folders to be made", func(a *Account) { a.After, a.Sent = MoveTo("已登记"), "已发送" }, "no TLS, 1 letters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := dovecotAccount(s)
			tt.change(&a)
			detail, err := Check(t.Context(), a)
			if (err == nil) != (tt.detail != "") || !strings.HasPrefix(detail, tt.detail) {
				t.Errorf("Check = %q, %v, want %q", detail, err, tt.detail)
			}
			if _, ok := errors.AsType[*LoginRefused](err); ok != (tt.name == "wrong password") {
				t.Errorf("Check = %v", err)
			}
		})
	}
}

func TestDovecotPull(t *testing.T) {
	t.Parallel()
	s := dovecottest.Start(t, dovecottest.Options{})
	var want []string
	arrived := time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC)
	for i := range 150 {
		raw := fmt.Sprintf("Subject: letter %d\r\n\r\n%s\r\n", i, strings.Repeat("text ", i))
		want = append(want, raw)
		s.DeliverAt(t, "box", []byte(raw), arrived.Add(time.Duration(i)*time.Second))
	}
	big := "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("0123456789abcdef", 4)+"\r\n", 400_000) // 26 MB
	want = append(want, big)
	s.DeliverAt(t, "box", []byte(big), arrived.Add(time.Hour))

	desk := &register{}
	b, err := New(dovecotAccount(s), desk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if n, err := b.Pull(t.Context()); n != len(want) || err != nil {
		t.Fatalf("Pull = %d, %v, want %d letters", n, err, len(want))
	}
	if !slices.Equal(desk.kept, want) {
		t.Error("letters differ from those delivered")
	}
	if !desk.arrived[3].Equal(arrived.Add(3 * time.Second)) {
		t.Errorf("arrived = %v, want INTERNALDATE", desk.arrived[3])
	}
	for _, m := range s.Mails(t, "box", "")[:3] {
		if len(m.Flags) != 1 || m.Flags[0] != `\Recent` {
			t.Errorf("flags = %v, want the letter untouched", m.Flags)
		}
	}

	// The server forgets its UIDs: all is shown again, nothing is registered twice.
	b.Close()
	s.Forget(t, "box")
	s.Deliver(t, "box", []byte("Subject: after\r\n\r\nthe change\r\n"))
	before := desk.cursor
	if n, err := b.Pull(t.Context()); n != len(want)+1 || err != nil {
		t.Fatalf("Pull = %d, %v, want %d letters", n, err, len(want)+1)
	}
	if len(desk.kept) != len(want)+1 || desk.cursor.UIDValidity == before.UIDValidity {
		t.Errorf("%d registered, cursor %v after %v", len(desk.kept), desk.cursor, before)
	}
}

func TestDovecotSettles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		after   After
		without []string
		stay    int
		moved   int
	}{
		{"seen", Seen, nil, 120, 0},
		{"move", MoveTo("已登记"), nil, 1, 120},
		{"copy", MoveTo("已登记"), []string{"MOVE"}, 1, 120},
		{"neither", MoveTo("已登记"), []string{"MOVE", "UIDPLUS"}, 120, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dovecottest.Start(t, dovecottest.Options{Without: tt.without})
			for _, raw := range bodies(120) {
				s.Deliver(t, "box", []byte(raw))
			}
			a := dovecotAccount(s)
			a.After = tt.after
			desk := &register{}
			b, err := New(a, desk, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if n, err := b.Pull(t.Context()); n != 120 || err != nil {
				t.Fatalf("Pull = %d, %v, want 120 letters", n, err)
			}
			if tt.moved > 0 {
				s.Deliver(t, "box", []byte("left where it is")) // nobody pulled it
			}
			stay, moved := s.Mails(t, "box", ""), s.Mails(t, "box", "已登记")
			if len(stay) != tt.stay || len(moved) != tt.moved {
				t.Errorf("%d letters stay and %d were moved, want %d and %d", len(stay), len(moved), tt.stay, tt.moved)
			}
			for _, m := range stay {
				if got, want := slices.Contains(m.Flags, `\Seen`), tt.after == Seen; got != want {
					t.Fatalf("flags = %v, want seen: %v", m.Flags, want)
				}
			}
		})
	}
}

// A letter that a person removes after we listed it, before we fetch it.
func TestDovecotExpungedMeanwhile(t *testing.T) {
	t.Parallel()
	s := dovecottest.Start(t, dovecottest.Options{})
	all := bodies(5)
	for _, raw := range all[:2] {
		s.Deliver(t, "box", []byte(raw))
	}
	desk := &register{}
	b, err := New(dovecotAccount(s), desk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if n, err := b.Pull(t.Context()); n != 2 || err != nil {
		t.Fatalf("Pull = %d, %v, want 2 letters", n, err)
	}
	for _, raw := range all[2:] {
		s.Deliver(t, "box", []byte(raw))
	}
	session := b.session
	if err := session.noop(); err != nil {
		t.Fatal(err)
	}
	uids, err := session.list(3, 0)
	if err != nil || !slices.Equal(uids, []uint32{3, 4, 5}) {
		t.Fatalf("list = %v, %v, want 3 letters", uids, err)
	}
	s.Expunge(t, "box", 4)
	b.progress.listed(uids)
	if n, err := b.take(t.Context(), session, uids); n != 2 || err != nil {
		t.Errorf("take = %d, %v, want the 2 others", n, err)
	}
	if diff := cmp.Diff([]string{all[0], all[1], all[2], all[4]}, desk.kept); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	if desk.cursor.UID != 5 {
		t.Errorf("cursor = %v, want the end of the folder", desk.cursor)
	}
}

func TestDovecotRun(t *testing.T) {
	t.Parallel()
	for _, without := range [][]string{nil, {"IDLE"}} {
		t.Run(fmt.Sprintf("without %v", without), func(t *testing.T) {
			t.Parallel()
			s := dovecottest.Start(t, dovecottest.Options{Without: without})
			a := dovecotAccount(s)
			a.Sent = "已发送"
			if without != nil {
				a.Poll = 50 * time.Millisecond
			}
			desk := &register{}
			b, err := New(a, desk, Options{})
			if err != nil {
				t.Fatal(err)
			}
			stop := run(t, b)
			for i, raw := range bodies(5) {
				s.Deliver(t, "box", []byte(raw))
				await(t, "a letter", func() bool { return len(desk.has()) == i+1 })
			}
			sent := []byte("Subject: copy\r\n\r\nwhat we sent\r\n")
			if err := b.Append(t.Context(), "", sent); err != nil {
				t.Fatal(err)
			}
			stop()
			mails := s.Mails(t, "box", "已发送")
			if len(mails) != 1 || !bytes.Equal(mails[0].Raw, sent) || !slices.Contains(mails[0].Flags, `\Seen`) {
				t.Errorf("sent folder has %+v, want the copy", mails)
			}
			if desk.shown() != 5 {
				t.Errorf("letters shown %d times, want 5", desk.shown())
			}
		})
	}
}
