package mailbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"xinfangd/gateway/crash"
)

const (
	// surveyMost is how many letters are surveyed at once.
	surveyMost = 500
	// refusedMost is how many letters in a row the server may refuse before we
	// take it that not the letters are at fault.
	refusedMost = 5
)

// errRefuses ends a pull from a server that hands out nothing just now.
var errRefuses = errors.New("server hands out no letters")

// pull is one look at the box of an open session.
func (b *Box) pull(ctx context.Context, s *session) (n int, err error) {
	select {
	case <-s.hint: // whatever it announced is listed below
	default:
	}
	first := b.progress.cursor.UID + 1
	if first == 0 {
		return 0, nil // the last UID there can be
	}
	if err := b.saveCursor(ctx); err != nil { // if that failed last time
		return 0, err
	}
	// Letters may become visible only after a command has ended.
	if err := s.noop(); err != nil {
		return 0, err
	}
	uids, err := s.list(first, 0)
	if err != nil {
		return 0, err
	}
	b.progress.listed(uids)
	todo := b.progress.todo(time.Now())
	if n, err = b.take(ctx, s, todo); err != nil {
		return n, err
	}
	if err := b.sweep(ctx, s); err != nil {
		return n, err
	}
	if err := b.reconcile(ctx, s); err != nil {
		return n, err
	}
	unsettled := b.settle(s)
	if s.dead {
		return n, fmt.Errorf("connection lost: %w", errors.Unwrap(unsettled))
	}
	unreadable := b.progress.unreadable()
	if unreadable != nil && unsettled != nil {
		return n, &incomplete{errors.Join(unreadable, unsettled)}
	}
	return n, cmp.Or(unreadable, unsettled)
}

// sweep takes once more what lies at or below the cursor in a folder that is
// emptied by moving: letters that became durable and were not moved before an
// earlier process ended. Only the desk can tell that they are durable.
func (b *Box) sweep(ctx context.Context, s *session) error {
	p := b.progress
	if p.swept || b.account.After.folder() == "" || p.cursor.UID == 0 || !s.canMove() {
		return nil
	}
	uids, err := s.list(1, p.cursor.UID)
	if err != nil {
		return err
	}
	durable := uidSet(p.unsettled)
	uids = slices.DeleteFunc(uids, func(uid uint32) bool {
		return uid > p.cursor.UID || durable.Contains(imap.UID(uid)) || p.attempts(uid) >= stuckAfter
	})
	if _, err := b.take(ctx, s, uids); err != nil {
		return err
	}
	p.swept = true
	return nil
}

// take fetches the letters in bounded batches and hands them to the desk. While
// the desk works on one batch the next is fetched.
func (b *Box) take(ctx context.Context, s *session, uids []uint32) (n int, err error) {
	// Even when it panics nothing is left under way behind it.
	defer func() {
		took, joined := b.join(ctx)
		n, err = n+took, cmp.Or(err, joined)
	}()
	return b.takeAll(ctx, s, uids)
}

func (b *Box) takeAll(ctx context.Context, s *session, uids []uint32) (n int, err error) {
	refusals := 0
	for len(uids) > 0 {
		var batch []uint32
		var known map[uint32]facts
		if b.careful(uids[0]) {
			batch, uids = uids[:1], uids[1:]
		} else {
			window := uids[:fit(uids, surveyMost)]
			window = window[:b.carefree(window)]
			uids = uids[len(window):]
			if known, err = s.survey(window, !b.account.Since.IsZero()); err != nil {
				b.narrow(ctx, window)
				return n, err
			}
			batch = window
		}
		for len(batch) > 0 {
			part := batch[:b.batchSize(batch, known)]
			batch = batch[len(part):]
			took, err := b.takeBatch(ctx, s, part, known, &refusals)
			n += took
			if err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// careful reports whether the letter must be fetched alone and without a survey.
func (b *Box) careful(uid uint32) bool {
	return uid <= b.progress.narrow || b.progress.attempts(uid) > 0
}

// carefree returns how many letters from the start need no such care.
func (b *Box) carefree(uids []uint32) int {
	for i, uid := range uids {
		if b.careful(uid) {
			return i
		}
	}
	return len(uids)
}

// narrow makes the next pull fetch these letters one by one.
func (b *Box) narrow(ctx context.Context, uids []uint32) {
	if ctx.Err() == nil {
		b.progress.narrow = max(b.progress.narrow, uids[len(uids)-1])
	}
}

// batchSize returns how many letters from the start make one batch.
func (b *Box) batchSize(uids []uint32, known map[uint32]facts) int {
	var bytes int64
	most := fit(uids, b.opt.BatchLetters)
	for i, uid := range uids {
		size := known[uid].size
		bytes += size
		large := b.account.LetterBytes > 0 && size > b.account.LetterBytes
		if i > 0 && (large || bytes > b.opt.BatchBytes || i == most) {
			return i
		}
		if large {
			return 1
		}
	}
	return len(uids)
}

// takeBatch fetches one batch and hands it to the desk in ascending order.
func (b *Box) takeBatch(ctx context.Context, s *session, uids []uint32, known map[uint32]facts, refusals *int) (n int, err error) {
	uids = slices.DeleteFunc(slices.Clone(uids), func(uid uint32) bool {
		return b.leaveAlone(uid, known[uid].arrived)
	})
	if known == nil || b.weight(uids, known) > b.opt.BatchBytes {
		// A large letter is not held beside another batch, and one whose size
		// is not known may be large.
		if n, err = b.join(ctx); err != nil {
			return n, err
		}
	}
	fetched, uids, err := b.fetchBatch(ctx, s, uids, known)
	if err != nil {
		return n, err
	}
	var letters []Letter
	var held int64
	for _, uid := range uids {
		l := fetched[uid]
		if l == nil {
			if l, err = b.takeOne(ctx, s, uid); err != nil {
				break
			}
		}
		if l == nil {
			if b.progress.attempts(uid) > 0 {
				*refusals++
			}
			if *refusals >= refusedMost {
				err = errRefuses
				break
			}
			continue
		}
		*refusals = 0
		if b.leaveAlone(uid, l.Arrived) {
			continue
		}
		if l.Arrived.IsZero() {
			l.Arrived = b.opt.Now()
		}
		l.Ref.Box = b.account.Box
		letters = append(letters, *l)
		delete(fetched, uid)
		// Letters fetched alone are not bounded by the batch's size.
		if held += l.Size; held > b.opt.BatchBytes {
			took, err := b.deliver(ctx, letters)
			n += took
			if err == nil {
				took, err = b.join(ctx)
				n += took
			}
			if err != nil {
				return n, err
			}
			letters, held = nil, 0
		}
	}
	// What came whole is delivered even if the connection broke after it.
	took, deliverErr := b.deliver(ctx, letters)
	return n + took, cmp.Or(err, deliverErr)
}

// weight is how many bytes the server says the letters have.
func (b *Box) weight(uids []uint32, known map[uint32]facts) (bytes int64) {
	for _, uid := range uids {
		bytes += known[uid].size
	}
	return bytes
}

// fetchBatch fetches letters together, and returns them with the UIDs of those
// that are not gone. Letters missing from the result must be fetched alone.
func (b *Box) fetchBatch(ctx context.Context, s *session, uids []uint32, known map[uint32]facts) (map[uint32]*Letter, []uint32, error) {
	if len(uids) < 2 {
		return nil, uids, nil
	}
	fetched, err := s.fetch(uids, true)
	if err != nil {
		b.narrow(ctx, uids)
		if s.dead {
			return nil, nil, err
		}
		// The server refused the batch, perhaps for the sake of one letter (RFC
		// 2180 section 4.1.2). What did come is not trusted.
		return nil, uids, nil
	}
	var missing []uint32
	for _, uid := range uids {
		// An empty body where there should be one is a server's way to say that
		// the letter was expunged.
		if l := fetched[uid]; l != nil && l.Size == 0 && known[uid].size > 0 {
			delete(fetched, uid)
		}
		if fetched[uid] == nil {
			missing = append(missing, uid)
		}
	}
	if len(missing) == 0 {
		return fetched, uids, nil
	}
	there, err := s.existing(missing)
	if err != nil {
		return nil, nil, err
	}
	uids = slices.DeleteFunc(uids, func(uid uint32) bool {
		if fetched[uid] != nil || there[uid] != 0 {
			return false
		}
		b.gone(uid)
		return true
	})
	return fetched, uids, nil
}

func (b *Box) gone(uid uint32) {
	b.log().Info("letter was removed before it was read", "uid", uid)
	b.progress.finish(uid)
}

// takeOne fetches a letter alone. The result is nil if it is gone, or could not
// be read, which is then noted.
func (b *Box) takeOne(ctx context.Context, s *session, uid uint32) (*Letter, error) {
	// A date that go-imap cannot read ends the connection, so the second
	// attempt does without.
	dates := b.progress.attempts(uid) == 0
	l, err := b.fetchOne(s, uid, dates)
	if l != nil {
		return l, nil
	}
	if err == nil {
		there, err := s.existing([]uint32{uid})
		if err != nil {
			return nil, err
		}
		if there[uid] == 0 {
			b.gone(uid)
			return nil, nil
		}
	}
	if ctx.Err() == nil {
		b.progress.fail(uid, time.Now(), err)
	}
	if s.dead {
		return nil, err
	}
	return nil, nil
}

// fetchOne asks by UID and, if nothing comes, by sequence number.
func (b *Box) fetchOne(s *session, uid uint32, dates bool) (*Letter, error) {
	got, err := s.fetch([]uint32{uid}, dates)
	if err != nil || got[uid] != nil || s.bySeq {
		return got[uid], err
	}
	s.bySeq = true
	got, err = s.fetch([]uint32{uid}, dates)
	s.bySeq = got[uid] != nil
	return got[uid], err
}

// leaveAlone reports whether the letter is older than the account wants, and
// then finishes it.
func (b *Box) leaveAlone(uid uint32, arrived time.Time) bool {
	if b.account.Since.IsZero() || arrived.IsZero() || !arrived.Before(b.account.Since) {
		return false
	}
	b.progress.finish(uid)
	return true
}

// delivery is a batch that the desk works on.
type delivery struct {
	letters []Letter
	done    chan struct{}
	durable []bool
	err     error
}

// deliver hands letters to the desk, after it has done with those before, of
// which n are durable. It prepares these beside those, and does not wait for
// them: join does.
func (b *Box) deliver(ctx context.Context, letters []Letter) (n int, err error) {
	if len(letters) == 0 {
		if n, err = b.join(ctx); err != nil {
			return n, err
		}
		return n, b.saveCursor(ctx)
	}
	receive, unprepared := b.prepare(ctx, letters)
	if n, err = b.join(ctx); err != nil {
		return n, err
	}
	if unprepared != nil {
		return n, fmt.Errorf("prepare letters: %w", unprepared)
	}
	crash.At(crash.Fetched)
	d := &delivery{letters: letters, done: make(chan struct{})}
	b.under = d
	go func() {
		defer close(d.done)
		defer b.recovered(&d.err)
		d.durable, d.err = receive(ctx)
	}()
	return n, nil
}

// prepare lets the desk do with letters what needs no transaction.
func (b *Box) prepare(ctx context.Context, letters []Letter) (receive Receive, err error) {
	defer b.recovered(&err)
	return b.desk.Prepare(ctx, letters), nil
}

// recovered makes an error of a panic in the desk. It is to be deferred.
func (b *Box) recovered(err *error) {
	if r := recover(); r != nil {
		b.log().Error("receiving letters panicked", "panic", r, "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic: %v", r)
	}
}

// join waits for the batch that the desk works on and notes which of its letters
// are durable.
func (b *Box) join(ctx context.Context) (n int, err error) {
	d := b.under
	if d == nil {
		return 0, nil
	}
	b.under = nil
	<-d.done
	if d.err != nil {
		return 0, fmt.Errorf("receive letters: %w", d.err)
	}
	if len(d.durable) != len(d.letters) {
		return 0, fmt.Errorf("receive letters: desk answered for %d of %d", len(d.durable), len(d.letters))
	}
	crash.At(crash.Received)
	for i, l := range d.letters {
		if !d.durable[i] {
			b.log().Warn("letter is not durable yet", "uid", l.Ref.UID)
			continue
		}
		n++
		b.progress.finish(l.Ref.UID)
		if b.account.writes() {
			b.progress.unsettled = append(b.progress.unsettled, l.Ref.UID)
		}
	}
	return n, b.saveCursor(ctx)
}

// saveCursor tells the desk how far the box was read, if that changed.
func (b *Box) saveCursor(ctx context.Context) error {
	if b.progress.cursor == b.saved {
		return nil
	}
	if err := b.desk.SetCursor(ctx, b.account.Box, b.progress.cursor); err != nil {
		return fmt.Errorf("save cursor: %w", err)
	}
	b.saved = b.progress.cursor
	return nil
}
