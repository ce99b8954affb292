// Package desk is the clerk. Letters come in through Receive, time through Tick;
// both run one transaction per letter or clock, in which the register, the
// ledger, the case and the outgoing mails change together or not at all.
//
// The desk decides nothing about a case's life: it turns mails and clocks into
// events, asks petition.Step, and turns the effects into rows. It knows nothing
// of IMAP or SMTP, and never reads a clock: now is an argument.
package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/calendar"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/plot"
	"xinfangd/gateway/store"
	"xinfangd/rules"
	"xinfangd/templates"
)

// Box is one mailbox as the desk needs it.
type Box struct {
	ID           string
	Name         string // as people call it, 主任信箱
	Address      string // "" when the box has none of its own (web forms)
	Work         bool   // the box that internal mail goes to
	Confidential bool
	Division     string // fixed target, "" for none
	Form         letter.FormFields
	Account      string // SMTP account to send as, "" for the office's
}

// Settings is everything configured that the desk works by. It is a value: a
// reload replaces it whole.
type Settings struct {
	Office         string
	Prefix         string
	Location       *time.Location
	Boxes          []Box
	PlusAddressing bool
	Domain         string // right side of our Message-IDs
	Policy         petition.Policy
	Shifts         []calendar.Shift
	Authority      authority.Policy
	Rules          *rules.Set
	Templates      *templates.Set
	AutoMail       int   // automatic mails per outside address and day
	LetterBytes    int64 // parsed up to this size
	Drill          bool
	ArchiveDir     string
	Learned        string        // what the learned model may do: LearnedOff, LearnedSuggest or LearnedDispatch
	HandoverAck    time.Duration // within which 接班 is to be answered; 0 is 15 minutes
	Books          bool          // the office's own clocks: the morning's mails, handovers, checks, the day's log
	SelfTest       SelfTest
	Font           *plot.Font // of the plots in mails; nil puts tables in their place
}

// box finds a mailbox by id.
func (s *Settings) box(id string) Box {
	for _, b := range s.Boxes {
		if b.ID == id {
			return b
		}
	}
	return Box{ID: id, Name: id}
}

// workBox is where internal mail goes.
func (s *Settings) workBox() Box {
	for _, b := range s.Boxes {
		if b.Work {
			return b
		}
	}
	return Box{}
}

// ours reports whether an address is one of our own boxes.
func (s *Settings) ours(address string) bool {
	for _, b := range s.Boxes {
		if petition.SameAddress(b.Address, address) {
			return true
		}
	}
	return false
}

// Options are what a desk needs besides its settings. Logger may be nil.
type Options struct {
	Store  *store.Store
	Logger *slog.Logger
	// LookupTXT asks the DNS for DKIM keys; nil finds none.
	LookupTXT func(ctx context.Context, domain string) ([]string, error)
	// Queued is called after a commit that queued mail, so that submission may
	// start at once; nil is ignored.
	Queued func()
	// Archive writes the dossier of a case and returns its path; nil leaves
	// cases unarchived.
	Archive func(ctx context.Context, n petition.Number, now time.Time) (string, error)
	// Keep writes a file of the office's own records, a day's log, whole or not
	// at all; the name is relative to the archive. nil keeps none.
	Keep func(ctx context.Context, name string, data []byte) error
	// Catalogue brings a year's catalogue of the archive up to date; nil keeps none.
	Catalogue func(ctx context.Context, p petition.Policy, year int, now time.Time) error
	// Scan looks data through for viruses and names what it found, "" for nothing;
	// an error means that nothing is known about them. nil scans nothing.
	Scan func(ctx context.Context, data []byte) (virus string, err error)
	// Publish brings the public pages to exactly these items; nil publishes nothing.
	Publish func(ctx context.Context, items []Published, now time.Time) error
}

// Desk is the clerk; safe for concurrent use.
type Desk struct {
	store     *store.Store
	log       *slog.Logger
	lookupTXT func(ctx context.Context, domain string) ([]string, error)
	queued    func()
	archive   func(ctx context.Context, n petition.Number, now time.Time) (string, error)
	publish   func(ctx context.Context, items []Published, now time.Time) error
	keep      func(ctx context.Context, name string, data []byte) error
	catalogue func(ctx context.Context, p petition.Policy, year int, now time.Time) error
	settings  atomic.Pointer[Settings]
	counted   atomic.Pointer[counted]
	model     atomic.Pointer[loadedModel]
	scanner   scanner
}

// New makes a desk that works by the settings.
func New(settings Settings, o Options) (*Desk, error) {
	if o.Store == nil {
		return nil, errors.New("new desk: no store")
	}
	d := &Desk{store: o.Store, log: o.Logger, lookupTXT: o.LookupTXT, queued: o.Queued, archive: o.Archive, publish: o.Publish, keep: o.Keep, catalogue: o.Catalogue}
	d.scanner.scan = o.Scan
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.queued == nil {
		d.queued = func() {}
	}
	d.Configure(settings)
	return d, nil
}

// Configure replaces the settings; work under way ends by the old ones.
func (d *Desk) Configure(settings Settings) { d.settings.Store(&settings) }

// work is one transaction under way: the settings it runs by and what it has
// read and queued so far.
type work struct {
	*Settings
	desk   *Desk
	ctx    context.Context
	tx     *store.Tx
	now    time.Time
	mails  int                       // queued so far
	parsed map[string]*letter.Letter // letters read in this transaction, by digest
	known  *known
}

// update runs fn as one transaction and, when it queued mail, wakes submission.
func (d *Desk) update(ctx context.Context, now time.Time, fn func(*work) error) error {
	settings := d.settings.Load()
	mails := 0
	err := d.store.Update(ctx, now, func(tx *store.Tx) error {
		w := &work{Settings: settings, desk: d, ctx: ctx, tx: tx, now: now, parsed: map[string]*letter.Letter{}, known: newKnown()}
		err := fn(w)
		mails = w.mails
		return err
	})
	if err == nil && mails > 0 {
		d.queued()
	}
	return err
}

// office is an instant in office time.
func (s *Settings) office(t time.Time) time.Time {
	if t.IsZero() || s.Location == nil {
		return t
	}
	return t.In(s.Location)
}

// random is 128 random bits as text.
func random() string { return rand.Text() }
