package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/mailbox"
	"xinfangd/gateway/store"
	"xinfangd/gateway/submission"
)

// errLease ends the work on a box that another gateway has taken over.
var errLease = errors.New("the box was taken over by another gateway")

// patience bounds a transaction that goes on after the daemon was told to stop.
const patience = 30 * time.Second

// finish is a context for work that must not stop halfway when ctx ends.
func finish(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// boxDesk is the desk as one box sees it: it turns letters into the desk's
// words, shifts their time in a drill, and keeps the cursor.
type boxDesk struct {
	gateway *Gateway
	id      string

	mu    sync.Mutex
	token int64 // of the box's lease; 0 without one
}

var _ mailbox.Desk = (*boxDesk)(nil)

func (d *boxDesk) lease(token int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.token = token
}

func (d *boxDesk) Cursor(ctx context.Context, box string) (mailbox.Cursor, error) {
	var c store.Cursor
	err := d.gateway.store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Cursor(box)
		return err
	})
	return mailbox.Cursor(c), err
}

func (d *boxDesk) Prepare(ctx context.Context, batch []mailbox.Letter) mailbox.Receive {
	g := d.gateway
	incoming := make([]desk.Incoming, len(batch))
	for i, l := range batch {
		incoming[i] = desk.Incoming{Box: l.Ref.Box, UIDValidity: l.Ref.UIDValidity, UID: l.Ref.UID, Arrived: shift(l.Arrived, g.offset), Raw: l.Raw}
	}
	// NOTE: once begun, registering goes on when the daemon is told to stop.
	// Nothing would be lost if it did not, but the letters would come twice; and
	// a letter whose keys were not found because of it would not be believed.
	prepared := g.desk.Prepare(context.WithoutCancel(ctx), incoming, g.now())
	return func(ctx context.Context) ([]bool, error) {
		durable, err := g.desk.ReceivePrepared(context.WithoutCancel(ctx), prepared, g.now())
		n := 0
		for _, ok := range durable {
			if ok {
				n++
			}
		}
		g.watch.Received(d.id, n)
		g.kick()
		return durable, err
	}
}

func (d *boxDesk) SetCursor(ctx context.Context, box string, c mailbox.Cursor) error {
	ctx, cancel := finish(ctx)
	defer cancel()
	d.mu.Lock()
	token := d.token
	d.mu.Unlock()
	return d.gateway.store.Update(ctx, d.gateway.now(), func(tx *store.Tx) error {
		if token != 0 {
			// A gateway that slept through its lease must not set the other's back.
			if held, err := tx.HoldsLease(boxLease(box), token); err != nil || !held {
				return errors.Join(err, errLease)
			}
		}
		return tx.SetCursor(box, store.Cursor(c))
	})
}

func (d *boxDesk) Unknown(ctx context.Context, box string, uidValidity uint32, uids []uint32) (unknown []uint32, err error) {
	if len(uids) == 0 {
		return nil, nil
	}
	err = d.gateway.store.View(ctx, func(tx *store.Tx) error {
		known, err := tx.KnownUIDs(box, uidValidity, slices.Min(uids), slices.Max(uids))
		for _, uid := range uids {
			if !known[uid] {
				unknown = append(unknown, uid)
			}
		}
		return err
	})
	return unknown, err
}

func (d *boxDesk) Reconciled(ctx context.Context, box string, at time.Time, letters, missed int) error {
	d.gateway.log.Info("box compared with the register", "box", box, "letters", letters, "missed", missed)
	if missed == 0 {
		return nil
	}
	ctx, cancel := finish(ctx)
	defer cancel()
	return d.gateway.desk.Reconciled(ctx, box, missed, shift(at, d.gateway.offset))
}

func (d *boxDesk) Checked(ctx context.Context, box string, at time.Time, err error) error {
	ctx, cancel := finish(ctx)
	defer cancel()
	check := desk.Check{Box: box, At: shift(at, d.gateway.offset), Err: err}
	if unsettled, ok := errors.AsType[*mailbox.Unsettled](err); ok {
		// Every letter is on the register; only the server's flags are behind.
		d.gateway.log.Warn("letters could not be flagged or moved", "box", box, "letters", unsettled.Count, "err", unsettled.Err)
		check.Err = nil
	}
	if refused, ok := errors.AsType[*mailbox.LoginRefused](err); ok {
		check.Refused, check.Paused = refused.Count, refused.Paused
	}
	return d.gateway.desk.Checked(ctx, check)
}

// queue is the register as submission sees it. It names this gateway as the
// owner of what it claims, lets the desk hear of outcomes at once, and puts
// copies of sent mail into the folders that are to have them.
type queue struct {
	gateway *Gateway

	mu      sync.Mutex
	claimed map[int64]submission.Item // whose copies are wanted
	copies  sync.WaitGroup
}

func newQueue(g *Gateway) *queue {
	return &queue{gateway: g, claimed: map[int64]submission.Item{}}
}

var _ submission.Queue = (*queue)(nil)

func (q *queue) Claim(ctx context.Context, now time.Time, _ string, in submission.Scope, n int) ([]submission.Item, error) {
	rows, err := q.gateway.store.Claim(ctx, now, q.gateway.owner, store.Scope(in), n)
	return q.inHand(rows), err
}

func (q *queue) DueSingles(ctx context.Context, now time.Time, in submission.Scope, n int) ([]submission.Single, error) {
	rows, err := q.gateway.store.DueSingles(ctx, now, store.Scope(in), n)
	singles := make([]submission.Single, 0, len(rows))
	for _, row := range rows {
		singles = append(singles, submission.Single(row))
	}
	return singles, err
}

func (q *queue) ClaimSingle(ctx context.Context, now time.Time, _ string, id int64) ([]submission.Item, error) {
	rows, err := q.gateway.store.ClaimSingle(ctx, now, q.gateway.owner, id)
	return q.inHand(rows), err
}

// inHand remembers of which claimed mails copies are wanted.
func (q *queue) inHand(rows []store.Item) []submission.Item {
	items := make([]submission.Item, 0, len(rows))
	for _, row := range rows {
		item := submission.Item(row)
		if q.copyBox(item) != nil {
			q.mu.Lock()
			q.claimed[item.ID] = item
			q.mu.Unlock()
		}
		items = append(items, item)
	}
	return items
}

func (q *queue) Note(ctx context.Context, id int64, o submission.Outcome) error {
	out := store.Outcome{State: o.State, Next: o.Next, Error: o.Error, At: o.At}
	for _, r := range o.Recipients {
		out.Recipients = append(out.Recipients, store.RecipientResult(r))
	}
	if err := q.gateway.store.Note(ctx, id, out); err != nil {
		return err
	}
	q.mu.Lock()
	item, wanted := q.claimed[id]
	delete(q.claimed, id)
	q.mu.Unlock()
	if wanted && o.State == submission.StateSent {
		q.keepCopy(ctx, item)
	}
	q.gateway.kick()
	return nil
}

func (q *queue) NextDue(ctx context.Context) (time.Time, error) {
	return q.gateway.store.NextDue(ctx)
}

func (q *queue) Pass(ctx context.Context, now time.Time, n, want, waiting int) (granted int, next time.Time, err error) {
	return q.gateway.store.Pass(ctx, now, n, want, waiting)
}

func (q *queue) PassBack(ctx context.Context, passed time.Time, n int) error {
	return q.gateway.store.PassBack(ctx, passed, n)
}

func (q *queue) Paused(ctx context.Context) (bool, error) { return q.gateway.store.Paused(ctx) }

// copyBox is the box whose folder is to have a copy of a mail, nil for none:
// the one whose address it bears, else the work box.
func (q *queue) copyBox(item submission.Item) *box {
	g := q.gateway
	id := g.config.Office.WorkBox
	for _, m := range g.config.Mailboxes {
		if m.Address != "" && strings.EqualFold(m.Address, item.From) {
			id = m.ID
		}
	}
	for _, b := range g.boxes {
		if b.id == id && b.sent {
			return b
		}
	}
	return nil
}

// keepCopy appends in the background: the copy is a convenience, and the mail
// was sent whether or not the box's server takes it.
func (q *queue) keepCopy(ctx context.Context, item submission.Item) {
	b := q.copyBox(item)
	ctx, cancel := finish(ctx)
	q.copies.Go(func() {
		defer cancel()
		if err := b.Append(ctx, "", item.Raw); err != nil && !errors.Is(err, mailbox.ErrNotConnected) {
			q.gateway.log.Warn("no copy of a sent mail was kept", "box", b.id, "item", item.ID, "err", err)
		}
	})
}
