package dovecottest

import (
	"bytes"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

func TestServer(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{TLS: true})
	arrived := time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC)
	first, second := []byte("Subject: one\r\n\r\nfirst\r\n"), []byte("Subject: two\r\n\r\nsecond\r\n")
	s.DeliverAt(t, "box", first, arrived)
	s.Deliver(t, "box", second)

	mails := s.Mails(t, "box", "")
	if len(mails) != 2 || !bytes.Equal(mails[0].Raw, first) || !bytes.Equal(mails[1].Raw, second) {
		t.Fatalf("mails = %+v, want both in order", mails)
	}
	if !mails[0].Arrived.Equal(arrived) {
		t.Errorf("arrived = %v, want %v", mails[0].Arrived, arrived)
	}
	if slices.Contains(mails[0].Flags, `\Seen`) {
		t.Errorf("flags = %v, want reading to leave the mail unseen", mails[0].Flags)
	}
	s.Expunge(t, "box", mails[0].UID)
	if mails := s.Mails(t, "box", "INBOX"); len(mails) != 1 || !bytes.Equal(mails[0].Raw, second) {
		t.Errorf("after expunge mails = %+v, want the second only", mails)
	}
	if mails := s.Mails(t, "box", "已登记"); len(mails) != 0 {
		t.Errorf("folder that does not exist has %d mails", len(mails))
	}
	s.Create(t, "box", "已登记")
	if err := greeted(s.Addr); err != nil {
		t.Errorf("after all: %v", err)
	}
}

func TestLMTP(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{LMTP: true, Users: map[string]string{"one": "a", "two": "b"}, Without: []string{"MOVE"}})
	conn, err := net.Dial("tcp", s.LMTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.Mail("citizen@home.example", nil); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"one@office.example", "two@office.example"} {
		if err := c.Rcpt(to, nil); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("Subject: both\r\n\r\nhello\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CloseWithLMTPResponse(); err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{"one", "two"} {
		if mails := s.Mails(t, user, ""); len(mails) != 1 || !bytes.HasSuffix(mails[0].Raw, []byte("hello\r\n")) {
			t.Errorf("%s has %+v, want the one mail", user, mails)
		}
	}
}
