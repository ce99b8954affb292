package practice

import (
	"bytes"
	"crypto/subtle"
	"io"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// printer passes the servers' complaints, which name no sender or content, on
// as debug lines.
type printer struct{ log *slog.Logger }

func (p printer) Printf(string, ...any) { p.log.Debug("practice server complained") }
func (p printer) Println(...any)        { p.log.Debug("practice server complained") }

func (o *Office) imapServer() *imapserver.Server {
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &imapSession{office: o}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapMove: {},
		},
		Logger:       printer{o.log},
		InsecureAuth: true, // it listens on loopback only
	})
}

// imapSession is a memory session with four changes: the user name may be any
// form of the address, appended mail is seen by those who wait, UIDVALIDITY
// comes from the clock, and IDLE loses no arrival.
type imapSession struct {
	*imapmemserver.UserSession // nil before the login
	office                     *Office
	box                        *postbox
}

var _ imapserver.SessionMove = (*imapSession)(nil)

func (s *imapSession) Login(username, password string) error {
	b, ok := s.office.box(username)
	if !ok || subtle.ConstantTimeCompare([]byte(password), []byte(b.account.Password)) != 1 {
		return imapserver.ErrAuthFailed
	}
	s.box, s.UserSession = b, imapmemserver.NewUserSession(b.user)
	return nil
}

func (s *imapSession) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := s.UserSession.Select(name, options)
	if err != nil {
		return nil, err
	}
	data.UIDValidity += s.box.validity
	return data, nil
}

func (s *imapSession) Status(name string, options *imap.StatusOptions) (*imap.StatusData, error) {
	data, err := s.UserSession.Status(name, options)
	if err == nil && options.UIDValidity {
		data.UIDValidity += s.box.validity
	}
	return data, err
}

func (s *imapSession) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	if r.Size() > longestMail {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeTooBig, Text: "Message too large"}
	}
	var raw bytes.Buffer
	if _, err := io.Copy(&raw, r); err != nil {
		return nil, err
	}
	data, err := s.office.put(s.box, name, raw.Bytes(), options)
	if err != nil {
		return nil, err
	}
	data.UIDValidity += s.box.validity
	return data, nil
}

func (s *imapSession) Copy(numSet imap.NumSet, dest string) (*imap.CopyData, error) {
	data, err := s.UserSession.Copy(numSet, dest)
	if err != nil {
		return nil, err
	}
	data.UIDValidity += s.box.validity
	return data, nil
}

// Move copies and then removes the originals. The memory server's own Move
// would answer with its own UIDVALIDITY.
func (s *imapSession) Move(w *imapserver.MoveWriter, numSet imap.NumSet, dest string) error {
	data, err := s.Copy(numSet, dest)
	if err != nil {
		return err
	}
	if len(data.SourceUIDs) == 0 {
		return nil
	}
	if err := w.WriteCopyData(data); err != nil {
		return err
	}
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := s.UserSession.Store(nil, data.SourceUIDs, deleted, nil); err != nil {
		return err
	}
	// The EXPUNGE lines go out with the updates that follow every command.
	return s.UserSession.Expunge(nil, &data.SourceUIDs)
}

// Idle tells what arrives. The memory server's own Idle is told nothing of a
// mail that came after the client was invited to wait and before it listens,
// and passes that mail on only with the next one.
func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	// What other sessions remove or mark is no arrival.
	rest := time.NewTicker(time.Second)
	defer rest.Stop()
	for {
		arrival := s.office.Changed()
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-arrival:
		case <-rest.C:
		case <-stop:
			return nil
		}
	}
}
