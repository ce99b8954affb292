package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/store"
)

// Incoming is one mail as a mailbox shows it. UID 0 means that it did not come
// over IMAP.
type Incoming struct {
	Box         string
	UIDValidity uint32
	UID         uint32
	Arrived     time.Time // the server's INTERNALDATE
	Raw         []byte
}

// prepared is a mail with everything done that needs no transaction.
type prepared struct {
	Incoming
	l    letter.Letter
	blob store.Compressed
	keys map[string]txt // DKIM keys, asked for before the transaction begins

	findings []store.Finding // what the virus scanner said

	thoughts *thoughts // nil when nobody thought ahead
}

type txt struct {
	records []string
	err     error
}

// Prepared are letters of a box with everything done that needs no transaction.
type Prepared []prepared

// Receive prepares letters of a box and receives them.
func (d *Desk) Receive(ctx context.Context, batch []Incoming, now time.Time) ([]bool, error) {
	return d.ReceivePrepared(ctx, d.Prepare(ctx, batch, now), now)
}

// ReceivePrepared takes letters of a box and returns, after the commit, which of them
// are durable: registered, recognised, or set aside as failed with their bytes.
// The batch is one transaction. When a letter of it fails, the batch begins anew
// with a savepoint around each letter; when the transaction itself fails, each
// letter gets its own. So one bad letter holds up no other (spec system section
// 7), and a batch without one pays for no savepoint.
func (d *Desk) ReceivePrepared(ctx context.Context, ready Prepared, now time.Time) ([]bool, error) {
	if answersOurs(ready) {
		// A person may answer before the outcome of what they answer was noted.
		if err := d.report(ctx, now); err != nil {
			d.log.Warn("outcomes not reported before letters", "err", err)
		}
	}
	durable := make([]bool, len(ready))
	take := func(foresight store.Foresight, receive func(w *work, p *prepared) error) error {
		return d.update(ctx, now, func(w *work) error {
			if err := w.tx.Foresee(foresight); err != nil {
				return fmt.Errorf("look ahead: %w", err)
			}
			for i := range ready {
				if err := receive(w, &ready[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var err error
	if len(ready) > 1 {
		err = take(d.foresight(ready, now), (*work).receiveBare)
	}
	if len(ready) == 1 || err != nil && ctx.Err() == nil {
		err = take(store.Foresight{}, (*work).receiveOrSetAside)
	}
	if err == nil {
		for i := range durable {
			durable[i] = true
		}
		return durable, nil
	}
	if len(ready) == 1 || ctx.Err() != nil {
		return durable, fmt.Errorf("receive: %w", err)
	}
	d.log.Warn("batch failed, letters are taken one by one", "letters", len(ready), "err", err)
	var errs []error
	for i := range ready {
		err := d.update(ctx, now, func(w *work) error { return w.receiveOrSetAside(&ready[i]) })
		if err != nil {
			errs = append(errs, err)
			continue
		}
		durable[i] = true
	}
	if len(errs) == len(ready) {
		return durable, fmt.Errorf("receive: %w", errors.Join(errs...))
	}
	return durable, nil
}

// foresight is what the register will be asked about letters.
func (d *Desk) foresight(ready []prepared, now time.Time) store.Foresight {
	f := store.Foresight{Letters: len(ready)}
	settings := d.settings.Load()
	for i := range ready {
		p := &ready[i]
		f.Digests = append(f.Digests, p.blob.Digest)
		f.Places = append(f.Places, store.Place{Box: p.Box, UIDValidity: p.UIDValidity, UID: p.UID})
		if p.l.MessageID != "" {
			f.MessageIDs = append(f.MessageIDs, p.l.MessageID)
		}
		if address := sender(&p.l); address != "" {
			f.Senders = append(f.Senders, address)
		}
		if p.thoughts == nil {
			continue
		}
		f.Prints = append(f.Prints, p.thoughts.print)
		if p.thoughts.citizen != "" {
			f.Senders = append(f.Senders, p.thoughts.citizen)
		}
	}
	for _, address := range f.Senders {
		f.Tallies = append(f.Tallies, settings.shareOf(address, now))
	}
	return f
}

// answersOurs reports whether a letter of the batch answers some other mail.
func answersOurs(ready []prepared) bool {
	for i := range ready {
		if len(ready[i].l.InReplyTo) > 0 || len(ready[i].l.References) > 0 {
			return true
		}
	}
	return false
}

// Prepare reads letters on every processor. It asks the register nothing, so it
// may run beside the transaction of those before.
func (d *Desk) Prepare(ctx context.Context, batch []Incoming, now time.Time) Prepared {
	ready := make(Prepared, len(batch))
	var next atomic.Int64
	var hands sync.WaitGroup
	for range min(len(batch), runtime.GOMAXPROCS(0)) {
		hands.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(batch); i = int(next.Add(1)) - 1 {
				ready[i] = d.prepare(ctx, batch[i], now)
			}
		})
	}
	hands.Wait()
	return ready
}

// prepare reads and compresses a letter and asks for the DKIM keys it names.
func (d *Desk) prepare(ctx context.Context, in Incoming, now time.Time) (p prepared) {
	settings := d.settings.Load()
	if in.Arrived.IsZero() || in.Arrived.After(now) {
		in.Arrived = now
	}
	p = prepared{Incoming: in, blob: d.store.Compress(in.Raw)}
	defer func() {
		// NOTE: a letter that makes the reader panic is still a letter. It goes
		// on without having been read; receive then sets it aside.
		if r := recover(); r != nil {
			d.log.Error("reading a letter panicked", "box", in.Box, "uid", in.UID, "panic", r, "stack", string(debug.Stack()))
			p.l, p.thoughts = letter.Letter{Digest: p.blob.Digest}, nil
		}
	}()
	p.l = settings.parse(in.Raw)
	p.l.Digest = p.blob.Digest
	p.findings = d.scanAll(ctx, &p.l, now)
	p.keys = map[string]txt{}
	p.thoughts = settings.think(&p)
	if d.lookupTXT == nil || !settings.Authority.VerifyDKIM || len(settings.Policy.Roster.Posts(sender(&p.l))) == 0 {
		return p
	}
	for _, name := range authority.KeyNames(p.l, settings.Authority) {
		lookup, cancel := context.WithTimeout(ctx, 5*time.Second)
		records, err := d.lookupTXT(lookup, name)
		cancel()
		p.keys[name] = txt{records, err}
	}
	return p
}

// sender is the address that a letter claims to be from.
func sender(l *letter.Letter) string {
	for _, list := range [][]letter.Address{l.From, l.ReplyTo, l.Sender} {
		for _, a := range list {
			if letter.ValidAddress(a.Address) {
				return a.Address
			}
		}
	}
	return ""
}

// receiveBare registers a letter without a savepoint. Whatever goes wrong ends
// the transaction.
func (w *work) receiveBare(p *prepared) (err error) {
	defer func() {
		if r := recover(); r != nil {
			w.desk.log.Error("handling a letter panicked", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	fresh := *p // the next attempt begins with the letter as it came
	return w.receive(&fresh)
}

// receiveOrSetAside registers a letter inside a savepoint. What fails is undone
// and the letter is put on the list of failed ones, with its bytes.
func (w *work) receiveOrSetAside(p *prepared) error {
	mails := w.mails
	err := w.guarded(func(tx *store.Tx) error {
		inner := *w
		inner.tx = tx
		defer func() { w.mails = inner.mails }()
		return inner.receive(p)
	})
	if err == nil {
		return nil
	}
	if w.ctx.Err() != nil {
		return err
	}
	w.mails = mails
	w.desk.log.Error("letter set aside", "box", p.Box, "uid", p.UID, "err", err)
	if err := w.tx.PutCompressed(p.blob); err != nil {
		return fmt.Errorf("store bytes: %w", err)
	}
	_, err = w.tx.AddFailed(store.Failed{Mailbox: p.Box, UIDValidity: p.UIDValidity, UID: p.UID, Arrived: p.Arrived, Reason: err.Error(), Digest: p.blob.Digest})
	if err != nil {
		return fmt.Errorf("set aside: %w", err)
	}
	return w.reportFailed(p)
}

// guarded runs fn in a savepoint and turns a panic into an error.
func (w *work) guarded(fn func(*store.Tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			w.desk.log.Error("handling a letter panicked", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return w.tx.Try(fn)
}

// receive registers one letter and does what it asks for.
func (w *work) receive(p *prepared) error {
	seen, err := w.seen(p)
	if err != nil || seen {
		return err
	}
	if err := w.tx.PutCompressed(p.blob); err != nil {
		return fmt.Errorf("store bytes: %w", err)
	}
	l := &p.l
	if err := w.noteFindings(p); err != nil {
		return err
	}
	w.parsed[l.Digest] = l
	w.remember(p)
	row := store.Letter{
		Mailbox: p.Box, UIDValidity: p.UIDValidity, UID: p.UID, Digest: l.Digest, Size: int64(len(p.Raw)), Arrived: p.Arrived,
		From: sender(l), Subject: l.Subject, MessageID: l.MessageID, InReplyTo: l.InReplyTo, References: l.References, Kind: store.KindLetter,
	}
	if len(l.From) > 0 {
		row.Name = l.From[0].Name
	}
	if row.ID, err = w.tx.AddLetter(row); err != nil {
		return fmt.Errorf("add letter: %w", err)
	}
	return w.route(&arrival{prepared: p, row: row, box: w.box(p.Box)})
}

// seen recognises a letter that is on the register already: at its place, or
// at another one because the box was rebuilt (UIDVALIDITY changed). A second
// identical copy in the same box joins the first's case.
func (w *work) seen(p *prepared) (bool, error) {
	same, err := w.tx.LettersByDigest(p.blob.Digest)
	if err != nil {
		return false, fmt.Errorf("find letter: %w", err)
	}
	taken, err := w.tx.LetterKnown(p.Box, p.UIDValidity, p.UID)
	if err != nil {
		return false, fmt.Errorf("find place: %w", err)
	}
	var copyOf *store.Letter
	for i := range same {
		l := &same[i]
		if l.Mailbox != p.Box {
			continue
		}
		if l.UIDValidity == p.UIDValidity && l.UID == p.UID && p.UID != 0 {
			return true, nil
		}
		if p.UIDValidity == 0 {
			return true, nil // no place to note
		}
		if l.UIDValidity != p.UIDValidity && l.UID != 0 && p.UID != 0 {
			if taken {
				return true, nil // the place on the register stays with the first
			}
			if err := w.tx.MoveLetter(l.ID, p.UIDValidity, p.UID); err != nil {
				return false, fmt.Errorf("move letter: %w", err)
			}
			return true, nil
		}
		copyOf = l
	}
	if taken {
		// QUIRK: a server restored from a backup may give a used UID to another
		// letter. The place on the register stays with the first.
		p.UID = 0
	}
	if copyOf == nil {
		return false, nil
	}
	if err := w.tx.PutCompressed(p.blob); err != nil {
		return false, fmt.Errorf("store bytes: %w", err)
	}
	twin := *copyOf
	twin.ID, twin.UIDValidity, twin.UID, twin.Arrived = 0, p.UIDValidity, p.UID, p.Arrived
	twin.Note = fmt.Sprintf("与第 %d 号来件完全相同", copyOf.ID)
	if _, err := w.tx.AddLetter(twin); err != nil {
		return false, fmt.Errorf("add copy: %w", err)
	}
	return true, nil
}

// evidence answers authority's questions from the transaction.
type evidence struct {
	w    *work
	keys map[string]txt
}

func (e evidence) LookupCode(_ context.Context, code string) (authority.CodeInfo, error) {
	c, err := e.w.tx.LookupCode(code)
	if errors.Is(err, store.ErrNotFound) {
		return authority.CodeInfo{}, nil
	}
	if err != nil {
		return authority.CodeInfo{}, err
	}
	return authority.CodeInfo{Found: true, ID: c.ID, Case: c.Case, Matter: c.Matter, Address: c.Address, Division: c.Division, Revision: c.Revision,
		DraftDigest: c.DraftDigest, Held: c.Held, State: string(c.State)}, nil
}

func (e evidence) MessageID(_ context.Context, id string) (authority.MailInfo, error) {
	o, err := e.w.tx.OutgoingByMessageID(id)
	if errors.Is(err, store.ErrNotFound) {
		return authority.MailInfo{}, nil
	}
	if err != nil {
		return authority.MailInfo{}, err
	}
	return authority.MailInfo{Found: true, Case: o.Case, Matter: o.Matter, To: o.To}, nil
}

func (e evidence) UseSignature(_ context.Context, digest string) (bool, error) {
	return e.w.tx.UseSignature(digest)
}

func (e evidence) LookupTXT(_ context.Context, domain string) ([]string, error) {
	if answer, ok := e.keys[domain]; ok {
		return answer.records, answer.err
	}
	return nil, fmt.Errorf("key %q was not asked for", domain)
}
