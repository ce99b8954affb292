package mailbox

import (
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"

	"xinfangd/gateway/crash"
)

const (
	settleMost  = 100 // letters settled by one command
	settleRetry = 5 * time.Minute
)

var errNoMove = errors.New("letters cannot be moved: server has neither MOVE nor UIDPLUS")

// settle flags or moves the durable letters. What cannot be done now is tried at
// the next connection, with the next letter, or after a while; a letter that
// stays unsettled when the process ends is found by sweep.
func (b *Box) settle(s *session) error {
	p := b.progress
	if len(p.unsettled) == 0 {
		b.settleErr = nil
		return nil
	}
	if b.settleErr.holds(s, len(p.unsettled)) {
		return &b.settleErr.Unsettled
	}
	b.settleErr = nil
	if b.account.After.folder() != "" && !s.canMove() {
		if !b.toldNoMove {
			b.toldNoMove = true
			b.log().Warn("server can neither move nor expunge single letters: they stay where they are")
		}
		p.unsettled = nil
		return nil
	}
	for len(p.unsettled) > 0 {
		some := p.unsettled[:fit(p.unsettled, settleMost)]
		if err := b.settleSome(s, uidSet(some)); err != nil {
			b.settleErr = &settleFailure{
				Unsettled: Unsettled{Count: len(p.unsettled), Err: err}, session: s, at: time.Now(),
			}
			return &b.settleErr.Unsettled
		}
		p.unsettled = p.unsettled[len(some):]
		crash.At(crash.Settled)
	}
	p.unsettled = nil
	return nil
}

// settleFailure remembers why and when settling failed.
type settleFailure struct {
	Unsettled
	session *session
	at      time.Time
}

// holds reports whether trying again would be too soon.
func (f *settleFailure) holds(s *session, count int) bool {
	return f != nil && f.session == s && f.Count == count && time.Since(f.at) < settleRetry
}

func (b *Box) settleSome(s *session, set imap.UIDSet) error {
	folder := b.account.After.folder()
	if folder == "" {
		return s.flag(set, imap.FlagSeen)
	}
	err := s.move(set, folder)
	e, ok := errors.AsType[*imap.Error](err)
	if !ok || e.Code != imap.ResponseCodeTryCreate && e.Code != imap.ResponseCodeNonExistent {
		return err
	}
	create := func() error { return s.client.Create(folder, nil).Wait() }
	if err := s.command("create folder", commandTime, create); err != nil {
		return err
	}
	return s.move(set, folder)
}

func (s *session) flag(set imap.UIDSet, flag imap.Flag) error {
	return s.command("flag letters", commandTime, func() error {
		add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}
		return s.client.Store(set, add, nil).Close()
	})
}

// canMove reports whether letters can be moved without harm to others. Where
// neither MOVE (RFC 6851) nor UIDPLUS (RFC 4315) is offered, only a plain
// EXPUNGE could remove a letter, and would also remove what a person has flagged
// as deleted.
func (s *session) canMove() bool {
	return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus)
}

// move never uses go-imap's own substitute for MOVE, which flags and expunges
// without waiting for COPY to succeed.
func (s *session) move(set imap.UIDSet, folder string) error {
	if s.client.Caps().Has(imap.CapMove) {
		return s.command("move letters", listTime, func() error {
			_, err := s.client.Move(set, folder).Wait()
			return err
		})
	}
	if !s.caps.Has(imap.CapUIDPlus) {
		return errNoMove
	}
	err := s.command("copy letters", listTime, func() error {
		_, err := s.client.Copy(set, folder).Wait()
		return err
	})
	if err != nil {
		return err
	}
	if err := s.flag(set, imap.FlagDeleted); err != nil {
		return err
	}
	return s.command("expunge letters", listTime, func() error {
		return s.client.UIDExpunge(set).Close()
	})
}
