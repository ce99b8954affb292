package practice

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Mail is one message lying in a mailbox.
type Mail struct {
	UID     uint32
	Arrived time.Time
	Raw     []byte
	came    time.Time // by the wall clock, whatever the office's clock says
}

const (
	inbox = "INBOX"
	// Bounds of a practice office, far above what anyone practises with.
	longestMail = 64 << 20
	mostBytes   = 2 << 30
)

// folders that every account has besides the INBOX.
func folders() []string { return []string{"Sent", "已发送", "已登记", "Trash"} }

// postbox is one account's mail: go-imap's memory user, and beside it the bytes
// of what arrived, which the memory user does not give back.
type postbox struct {
	account  Account
	user     *imapmemserver.User
	validity uint32

	mu   sync.Mutex
	mail []Mail // of the INBOX, removed ones included
}

func newPostbox(a Account, validity uint32) (*postbox, error) {
	b := &postbox{account: a, user: imapmemserver.NewUser(a.Address, a.Password), validity: validity}
	for _, name := range append([]string{inbox}, folders()...) {
		if err := b.user.Create(name, nil); err != nil {
			return nil, fmt.Errorf("create folder %s: %w", name, err)
		}
		if err := b.user.Subscribe(name); err != nil {
			return nil, fmt.Errorf("subscribe folder %s: %w", name, err)
		}
	}
	return b, nil
}

// validityNow is added to the UIDVALIDITY of every folder. The memory server
// counts from 1 at each start; to a gateway that kept its register, every mail
// of a restarted office would look long since seen. Tenths of a second, so that
// two starts in a second differ, modulo what RFC 9051 section 2.3.1.1 leaves room for.
func validityNow(now time.Time) uint32 {
	const tenthsInADecade = 10 * 365 * 24 * 3600 * 10
	return uint32(now.UnixMilli()/100%tenthsInADecade) + 1
}

// literal is bytes as the memory server wants them.
type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// put appends a mail to a folder and tells everyone who waits.
func (o *Office) put(b *postbox, folder string, raw []byte, options *imap.AppendOptions) (*imap.AppendData, error) {
	o.mu.Lock()
	if o.bytes+int64(len(raw)) > mostBytes {
		o.mu.Unlock()
		return nil, ErrFull
	}
	o.bytes += int64(len(raw))
	o.mu.Unlock()

	if options.Time.IsZero() {
		options.Time = o.opts.Now()
	}
	b.mu.Lock()
	data, err := b.user.Append(folder, literal{bytes.NewReader(raw)}, options)
	if err == nil && folder == inbox {
		b.mail = append(b.mail, Mail{UID: uint32(data.UID), Arrived: options.Time, Raw: raw, came: time.Now()})
	}
	b.mu.Unlock()
	if err != nil {
		return nil, err
	}

	o.mu.Lock()
	close(o.changed)
	o.changed = make(chan struct{})
	o.mu.Unlock()
	return data, nil
}

// present returns the mails of the INBOX that no client has removed.
func (b *postbox) present() ([]Mail, error) {
	b.mu.Lock()
	mail := slices.Clone(b.mail)
	b.mu.Unlock()
	s := imapmemserver.NewUserSession(b.user)
	if _, err := s.Select(inbox, nil); err != nil {
		return nil, err
	}
	defer s.Close()
	found, err := s.Search(imapserver.NumKindUID, &imap.SearchCriteria{}, &imap.SearchOptions{})
	if err != nil {
		return nil, err
	}
	uids, _ := found.All.(imap.UIDSet)
	return slices.DeleteFunc(mail, func(m Mail) bool { return !uids.Contains(imap.UID(m.UID)) }), nil
}

// Mailbox returns everything that lies in the INBOX of an address, in the order
// of arrival; nothing for an address without a mailbox.
func (o *Office) Mailbox(address string) []Mail {
	b, ok := o.box(address)
	if !ok {
		return nil
	}
	mail, err := b.present()
	if err != nil {
		o.log.Error("read practice mailbox", "err", err)
		return nil
	}
	return mail
}

// arrivals returns what came into the INBOX of an address, removed or not.
func (b *postbox) arrivals() []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.mail)
}

// Changed returns a channel that is closed at the next arrival anywhere. Take
// it before looking, or an arrival in between is missed.
func (o *Office) Changed() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.changed
}

// Wait blocks until a mail that came to the address satisfies match, and
// returns the first.
func (o *Office) Wait(ctx context.Context, address string, match func(Mail) bool) (Mail, error) {
	b, ok := o.box(address)
	if !ok {
		return Mail{}, fmt.Errorf("wait for mail: %w", ErrUnknown)
	}
	for seen := 0; ; {
		changed := o.Changed()
		mail := b.arrivals()
		for _, m := range mail[seen:] {
			if match(m) {
				return m, nil
			}
		}
		seen = len(mail)
		select {
		case <-changed:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("wait for mail after %d others: %w", seen, context.Cause(ctx))
		}
	}
}

// WaitCount blocks until at least n mails came to the address, and returns
// them all.
func (o *Office) WaitCount(ctx context.Context, address string, n int) ([]Mail, error) {
	b, ok := o.box(address)
	if !ok {
		return nil, fmt.Errorf("wait for mail: %w", ErrUnknown)
	}
	for {
		changed := o.Changed()
		mail := b.arrivals()
		if len(mail) >= n {
			return mail, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return mail, fmt.Errorf("wait for mail %d of %d: %w", len(mail)+1, n, context.Cause(ctx))
		}
	}
}
