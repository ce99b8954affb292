package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// ErrNotMail tells that bytes are no mail: nothing of a header can be read.
var ErrNotMail = errors.New("not a mail: it has no header")

// Older is a letter from before the register was kept.
type Older struct {
	Raw []byte
	// Dated is when it came, for a letter that does not say so itself.
	Dated time.Time
}

// ImportAs says where older letters belong. Division is who handled them, ""
// when that is not known; the box's own division counts too.
type ImportAs struct {
	Box      string
	Division string
}

// Imported is what became of one older letter.
type Imported struct {
	Outcome ImportOutcome
	// Number is the case that it is with, "" for none.
	Number petition.Number
	// Err says why it failed.
	Err error
}

// ImportOutcome is a word for what became of an older letter.
type ImportOutcome string

// The outcomes of importing a letter.
const (
	ImportRegistered ImportOutcome = "registered"
	ImportFollowUp   ImportOutcome = "followup" // joined the imported letter that it follows
	ImportKept       ImportOutcome = "kept"     // automatic or internal mail: kept without a number
	ImportKnown      ImportOutcome = "known"    // on the register already
	ImportFailed     ImportOutcome = "failed"
)

// Import registers older letters: numbered in the year of their arrival, put
// straight into the archive, searchable, without a mail to anybody and without
// clocks. What is on the register already stays as it is. The batch is one
// transaction; a letter that fails is undone alone.
func (d *Desk) Import(ctx context.Context, as ImportAs, batch []Older, now time.Time) ([]Imported, error) {
	settings := d.settings.Load()
	out := make([]Imported, len(batch))
	ready := make([]prepared, len(batch))
	for i, o := range batch {
		ready[i] = d.prepareOlder(settings, as, o, now)
	}
	err := d.update(ctx, now, func(w *work) error {
		for i := range ready {
			out[i] = Imported{}
			err := w.guarded(func(tx *store.Tx) error {
				inner := *w
				inner.tx = tx
				var err error
				out[i], err = inner.takeOlder(as, &ready[i])
				return err
			})
			if err == nil {
				continue
			}
			if ctx.Err() != nil {
				return err
			}
			out[i] = Imported{Outcome: ImportFailed, Err: err}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return out, nil
}

// earliest is the year before which no mail can have come: a broken clock wrote
// the date.
const earliest = 1990

// prepareOlder reads an older letter and finds out when it came.
func (d *Desk) prepareOlder(s *Settings, as ImportAs, o Older, now time.Time) (p prepared) {
	p = prepared{Incoming: Incoming{Box: as.Box, Raw: o.Raw, Arrived: now}, blob: d.store.Compress(o.Raw)}
	defer func() {
		// What makes the reader panic is no mail to import; takeOlder says so.
		if r := recover(); r != nil {
			d.log.Error("reading a letter panicked", "panic", r, "stack", string(debug.Stack()))
			p.l = letter.Letter{}
		}
	}()
	p.l = s.parse(o.Raw)
	p.l.Digest = p.blob.Digest
	at, ok := p.l.Arrived()
	if !ok || at.Year() < earliest || at.After(now) {
		at = o.Dated
	}
	if at.Year() >= earliest && !at.After(now) {
		p.Arrived = at
	}
	return p
}

// isMail tells whether anything of a mail's header was found.
func isMail(l *letter.Letter) bool {
	return slices.ContainsFunc(l.Fields, func(f letter.Field) bool {
		return slices.ContainsFunc([]string{"From", "Date", "Subject", "Message-ID", "Received", "To"}, f.Is)
	})
}

// takeOlder puts one older letter where it belongs.
func (w *work) takeOlder(as ImportAs, p *prepared) (Imported, error) {
	if !isMail(&p.l) {
		return Imported{}, ErrNotMail
	}
	w.parsed[p.l.Digest] = &p.l
	row := store.Letter{Mailbox: p.Box, Digest: p.l.Digest, Size: int64(len(p.Raw)), Arrived: p.Arrived, From: sender(&p.l), Subject: p.l.Subject,
		MessageID: p.l.MessageID, InReplyTo: p.l.InReplyTo, References: p.l.References, Kind: store.KindLetter, Note: "导入的旧件"}
	if len(p.l.From) > 0 {
		row.Name = p.l.From[0].Name
	}
	a := &arrival{prepared: p, row: row, box: w.box(p.Box)}
	known, number, err := w.knownOlder(a)
	if err != nil || known {
		return Imported{Outcome: ImportKnown, Number: number}, err
	}
	if err := w.tx.PutCompressed(p.blob); err != nil {
		return Imported{}, fmt.Errorf("store bytes: %w", err)
	}
	if a.row.ID, err = w.tx.AddLetter(row); err != nil {
		return Imported{}, fmt.Errorf("add letter: %w", err)
	}
	form := w.formOf(a)
	if form == nil {
		kind, is := letterKinds[a.l.Kind]
		if !is && len(w.Policy.Roster.Posts(row.From)) > 0 {
			kind, is = store.KindCommand, true // never executed
		}
		if is {
			return Imported{Outcome: ImportKept}, w.tx.SetLetterCase(a.row.ID, "", kind)
		}
		first, err := w.followed(a)
		if err != nil || first != "" {
			return Imported{Outcome: ImportFollowUp, Number: first}, errors.Join(err, w.joinOlder(a, first))
		}
	}
	number, err = w.archiveOlder(as, a, form)
	return Imported{Outcome: ImportRegistered, Number: number}, err
}

// knownOlder recognises a letter that is on the register: by its bytes in
// whatever box, as a mail of ours, or by Message-ID and words where another way
// of keeping mail has changed the bytes.
func (w *work) knownOlder(a *arrival) (known bool, n petition.Number, err error) {
	same, err := w.tx.LettersByDigest(a.l.Digest)
	if err != nil {
		return false, "", fmt.Errorf("find letter: %w", err)
	}
	if len(same) > 0 {
		return true, same[0].Case, nil
	}
	own, err := w.ownMail(&a.l)
	if err != nil || own {
		return own, "", err
	}
	n, err = w.sameLetter(a)
	return n != "", n, err
}

// followed is the imported case whose letter the same person answers with this
// one, "" for none.
func (w *work) followed(a *arrival) (petition.Number, error) {
	for _, id := range slices.Concat(a.l.InReplyTo, a.l.References) {
		first, err := w.tx.LetterByMessageID(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && (first.Case == "" || !petition.SameAddress(first.From, a.row.From)) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("find letter: %w", err)
		}
		c, err := w.tx.Case(first.Case)
		if err != nil {
			return "", fmt.Errorf("find case: %w", err)
		}
		if c.Imported && c.Confidential == a.box.Confidential {
			return c.Number, nil
		}
	}
	return "", nil
}

func (w *work) joinOlder(a *arrival, n petition.Number) error {
	if n == "" {
		return nil
	}
	if err := w.tx.SetLetterCase(a.row.ID, n, store.KindFollowUp); err != nil {
		return fmt.Errorf("put letter to case: %w", err)
	}
	c, err := w.tx.Case(n)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	_, err = w.apply(c, petition.Event{Kind: petition.EvNoted, Actor: petition.System(), Text: "导入的补充来信，并入本件"}, origin{letter: a.row.ID})
	if err != nil {
		return err
	}
	w.indexLetter(n, a)
	return nil
}

// archiveOlder makes a letter a case that is archived at once. The rules are
// asked for what protects people (C14) and for the category; where it went is
// history and not theirs to say.
func (w *work) archiveOlder(as ImportAs, a *arrival, form *letter.Form) (petition.Number, error) {
	number, err := w.tx.NextNumber(w.office(a.Arrived).Year())
	if err != nil {
		return "", fmt.Errorf("take number: %w", err)
	}
	v := w.classify(a.box, a.l, a.row.Size, form, a.Arrived)
	fresh := petition.Case{
		Number: number, Mailbox: a.box.ID, Sender: a.row.From, Name: a.row.Name, Subject: subject(&a.l), Letter: a.row.ID, MessageID: a.l.MessageID,
		Arrived: a.Arrived, Confidential: a.box.Confidential || v.Confidential, Accused: v.Accuses, Category: v.Category, RulesVersion: v.Version, Imported: true,
	}
	applyForm(&fresh, form, a.box)
	division := as.Division
	if division == "" {
		division = a.box.Division
	}
	if division != "" {
		fresh.Dispatches = []petition.Dispatch{{Division: division, Lead: true, At: a.Arrived}}
	}
	code, err := queryCode()
	if err != nil {
		return "", err
	}
	at := origin{letter: a.row.ID, digest: a.row.Digest, queryCode: code}
	c, err := w.apply(petition.Case{}, petition.Event{Kind: petition.EvRegistered, Actor: petition.System(), Fresh: &fresh, Text: fresh.Subject}, at)
	if err != nil {
		return "", err
	}
	if err := w.tx.SetLetterCase(a.row.ID, number, store.KindLetter); err != nil {
		return "", fmt.Errorf("put letter to case: %w", err)
	}
	if _, err = w.apply(c, petition.Event{Kind: petition.EvArchived, Actor: petition.System(), Text: "导入的旧件，直接归档"}, at); err != nil {
		return "", err
	}
	w.index(number, a, fresh)
	return number, nil
}
