package dovecottest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Mail is one mail as the server holds it.
type Mail struct {
	UID     uint32
	Flags   []string
	Arrived time.Time
	Raw     []byte
}

// Deliver puts a mail into the user's INBOX as a delivery agent does.
func (s *Server) Deliver(t testing.TB, user string, raw []byte) {
	t.Helper()
	s.DeliverAt(t, user, raw, time.Now())
}

// DeliverAt is Deliver with an INTERNALDATE.
func (s *Server) DeliverAt(t testing.TB, user string, raw []byte, arrived time.Time) {
	t.Helper()
	if err := s.deliver(user, raw, arrived); err != nil {
		t.Fatalf("deliver to %s: %v", user, err)
	}
}

// deliver writes the file to tmp and renames it into new, as Maildir wants. The
// name sorts by order of delivery, which is the order of UIDs.
func (s *Server) deliver(user string, raw []byte, arrived time.Time) error {
	name := fmt.Sprintf("%d.M%09d.test", arrived.Unix(), s.counter.Add(1))
	tmp := filepath.Join(s.maildir(user), "tmp", name)
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return err
	}
	if err := s.give(tmp); err != nil {
		return err
	}
	if err := os.Chtimes(tmp, arrived, arrived); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(s.maildir(user), "new", name))
}

// Mails returns what is in the user's folder in the order of UIDs, without
// changing a flag. A folder that does not exist is empty; "" is INBOX.
func (s *Server) Mails(t testing.TB, user, folder string) []Mail {
	t.Helper()
	mails, err := s.mails(user, folder)
	if err != nil {
		t.Fatalf("read folder %q of %s: %v", folder, user, err)
	}
	return mails
}

func (s *Server) mails(user, folder string) ([]Mail, error) {
	c, err := s.login(user)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if folder == "" {
		folder = "INBOX"
	}
	if exists, err := c.List("", folder, nil).Collect(); err != nil || len(exists) == 0 {
		return nil, err
	}
	box, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return nil, err
	}
	if box.NumMessages == 0 {
		return nil, nil
	}
	var all imap.SeqSet
	all.AddRange(1, 0)
	got, err := c.Fetch(all, &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true,
		BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	if err != nil {
		return nil, err
	}
	var mails []Mail
	for _, m := range got {
		mail := Mail{UID: uint32(m.UID), Arrived: m.InternalDate, Raw: m.FindBodySection(&imap.FetchItemBodySection{})}
		for _, f := range m.Flags {
			mail.Flags = append(mail.Flags, string(f))
		}
		mails = append(mails, mail)
	}
	return mails, nil
}

// Expunge removes the mail with the UID from the user's INBOX, as a person with
// a mail client would.
func (s *Server) Expunge(t testing.TB, user string, uid uint32) {
	t.Helper()
	if err := s.expunge(user, imap.UIDSetNum(imap.UID(uid))); err != nil {
		t.Fatalf("expunge mail %d of %s: %v", uid, user, err)
	}
}

func (s *Server) expunge(user string, set imap.UIDSet) error {
	c, err := s.login(user)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		return err
	}
	flag := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := c.Store(set, flag, nil).Close(); err != nil {
		return err
	}
	return c.Expunge().Close()
}

// Create makes a folder of the user.
func (s *Server) Create(t testing.TB, user, folder string) {
	t.Helper()
	c, err := s.login(user)
	if err != nil {
		t.Fatalf("create folder of %s: %v", user, err)
	}
	defer c.Close()
	if err := c.Create(folder, nil).Wait(); err != nil {
		t.Fatalf("create folder %q of %s: %v", folder, user, err)
	}
}

// Forget restarts the server without its index of the user's INBOX, so that it
// gives new UIDs under a new UIDVALIDITY, as after a restored or converted mail
// store.
func (s *Server) Forget(t testing.TB, user string) {
	t.Helper()
	s.stop()
	files, err := filepath.Glob(filepath.Join(s.maildir(user), "dovecot*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("forget index of %s: found %d files, %v", user, len(files), err)
	}
	for _, f := range files {
		if err := os.RemoveAll(f); err != nil {
			t.Fatalf("forget index of %s: %v", user, err)
		}
	}
	s.Restart(t)
}

func (s *Server) login(user string) (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(s.Addr, nil)
	if err != nil {
		return nil, err
	}
	if err := c.Login(user, s.users[user]).Wait(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}
