package mailbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

type appendRequest struct {
	folder string
	raw    []byte
	done   chan error // has room for the answer, which nobody may wait for
}

// Append stores a copy of a sent mail in the folder, over the connection of a
// running Run. When folder is empty the account's Sent is meant, and nothing
// happens if that is empty too. A copy whose outcome is unknown is not retried.
func (b *Box) Append(ctx context.Context, folder string, raw []byte) error {
	if folder == "" {
		folder = b.account.Sent
	}
	if folder == "" {
		return nil
	}
	r := &appendRequest{folder: folder, raw: raw, done: make(chan error, 1)}
	select {
	case b.appends <- r:
	case <-ctx.Done():
		return fmt.Errorf("append copy: %w", context.Cause(ctx))
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("append copy: %w", context.Cause(ctx))
	}
}

// appendWaiting serves the request that ended the last wait, if there is one.
func (b *Box) appendWaiting(s *session) {
	r := b.waiting
	if r == nil {
		return
	}
	b.waiting = nil
	err := s.append(r.folder, r.raw)
	if e, ok := errors.AsType[*imap.Error](err); ok && e.Code == imap.ResponseCodeTryCreate && !s.dead {
		create := func() error { return s.client.Create(r.folder, nil).Wait() }
		if err = s.command("create folder", commandTime, create); err == nil {
			err = s.append(r.folder, r.raw)
		}
	}
	r.done <- err
}

// turnDownAppend answers the waiting request when it cannot be served.
func (b *Box) turnDownAppend() {
	if b.waiting != nil {
		b.waiting.done <- ErrNotConnected
		b.waiting = nil
	}
}

func (s *session) append(folder string, raw []byte) error {
	return s.command("append copy", listTime, func() error {
		cmd := s.client.Append(folder, int64(len(raw)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}})
		_, writeErr := cmd.Write(raw)
		closeErr := cmd.Close()
		// What the server says explains more than that it did not let us write.
		if _, err := cmd.Wait(); err != nil {
			return err
		}
		return errors.Join(writeErr, closeErr)
	})
}
