package mailbox

import (
	"context"
	"fmt"
	"slices"
)

// reconcile compares, once a day, every letter at or below the cursor with what
// the desk knows, and takes those it does not. By the way letters are pulled
// there can be none: this is the second pair of eyes, for a register that was
// restored from a backup, a server that let a letter appear below UIDs it had
// shown already (RFC 3501 section 2.3.1.1 forbids it), or a mistake of ours.
func (b *Box) reconcile(ctx context.Context, s *session) error {
	now := b.opt.Now()
	if b.reconcileAt.IsZero() {
		b.reconcileAt = now.Add(b.opt.ReconcileAfter)
	}
	if now.Before(b.reconcileAt) || s.uidValidity == 0 || b.progress.cursor.UID == 0 {
		return nil
	}
	uids, err := s.list(1, b.progress.cursor.UID)
	if err != nil {
		return err
	}
	uids = slices.DeleteFunc(uids, func(uid uint32) bool { return uid > b.progress.cursor.UID })
	missed, err := b.missed(ctx, s, uids)
	if err != nil {
		return err
	}
	taken := 0
	if len(missed) > 0 {
		b.log().Warn("letters of the server are not on the register", "letters", len(missed))
		if taken, err = b.take(ctx, s, missed); err != nil {
			return err
		}
	}
	// NOTE: letters left alone because they are older than the account wants are
	// missed each time, and taken never.
	b.reconcileAt = now.Add(b.opt.ReconcileEvery)
	if err := b.desk.Reconciled(ctx, b.account.Box, now, len(uids), taken); err != nil {
		return fmt.Errorf("report reconciliation: %w", err)
	}
	return nil
}

// missed asks the desk in portions, so that a box of many years is no burden.
func (b *Box) missed(ctx context.Context, s *session, uids []uint32) ([]uint32, error) {
	var missed []uint32
	for part := range slices.Chunk(uids, surveyMost) {
		unknown, err := b.desk.Unknown(ctx, b.account.Box, s.uidValidity, part)
		if err != nil {
			return nil, fmt.Errorf("compare letters: %w", err)
		}
		missed = append(missed, unknown...)
	}
	return missed, nil
}
