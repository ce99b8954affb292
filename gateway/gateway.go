// Package gateway wires the rooms into one daemon and keeps it running: it turns
// the configuration into what each room needs, gives every edge its loop, and
// ends them in the right order. It decides nothing about letters or cases; that
// is the desk's and petition's. A letter enters through a mailbox.Box, time
// through the tick loop, mail leaves through submission, all of them on one
// register.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"crypto/rand"

	"xinfangd/configs"
	"xinfangd/gateway/calendar"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/mailbox"
	"xinfangd/gateway/store"
	"xinfangd/gateway/submission"
	"xinfangd/gateway/watch"
)

// ErrOffset is returned for a shifted clock outside of a drill, or one shifted
// by working time.
var ErrOffset = errors.New("the clock can be offset in drill mode only, by wall-clock time or days")

// Options has a usable zero value.
type Options struct {
	Logger *slog.Logger
	// Now is the clock on the wall.
	Now func() time.Time
	// Offset shifts both now and the time of arrival of every letter; only in
	// drill mode, and only wall-clock time or days.
	Offset calendar.Span
	// Owner names this gateway in leases. It must be another at each start, or
	// mail that a dead gateway was sending would not be taken over.
	Owner string
	// Notify tells the service manager of a change of state, in sd_notify(3)'s
	// words; nil for nobody. Watchdog is how often it wants to hear that the
	// daemon works; 0 for never.
	Notify   func(state string) error
	Watchdog time.Duration
}

// Gateway is one daemon. It is good for one Run.
type Gateway struct {
	log    *slog.Logger
	clock  func() time.Time
	offset calendar.Span
	owner  string

	config    configs.Config
	store     *store.Store
	desk      *desk.Desk
	boxes     []*box
	submitter *submission.Submitter
	outgoing  *queue
	watch     *watch.Watch
	listener  net.Listener // nil when http.listen is empty
	ticks     chan struct{}
	manager   manager
	reloads   reloads

	cleanups []cleanup // in the order of acquisition
	closing  sync.Once
	closeErr error
}

// cleanup gives back what New acquired.
type cleanup struct {
	what string
	do   func() error
}

// box is a mailbox with the loop's view of it.
type box struct {
	id   string
	sent bool // copies of sent mail are kept in a folder of it
	*mailbox.Box
	desk *boxDesk
}

// New acquires everything that the daemon needs, but connects to no mail server
// and starts nothing. Give the gateway back with Close unless it is Run. The
// configuration must have been checked.
func New(ctx context.Context, c configs.Config, o Options) (*Gateway, error) {
	if o.Offset != (calendar.Span{}) && (!c.Drill || o.Offset.Unit != calendar.Clock && o.Offset.Unit != calendar.Days) {
		return nil, ErrOffset
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Owner == "" {
		o.Owner = owner()
	}
	g := &Gateway{log: o.Logger, clock: o.Now, offset: o.Offset, owner: o.Owner, config: c, ticks: make(chan struct{}, 1)}
	g.manager = manager{tell: o.Notify, every: o.Watchdog, log: o.Logger}
	if err := g.setup(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

// owner is a name that no other gateway has, nor this host at another start.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "gateway"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:8])
}

// setup acquires in the order of dependence; Close gives back in reverse.
func (g *Gateway) setup(ctx context.Context) error {
	if g.config.Store.Driver == "sqlite" {
		lock, err := lockRegister(sqlitePath(g.config.Store.DSN))
		if err != nil {
			return err
		}
		g.onClose("lock", lock.Close)
	}
	var err error
	if g.store, err = OpenStore(ctx, g.config); err != nil {
		return err
	}
	g.onClose("register", g.store.Close)
	if err := g.checkKey(ctx); err != nil {
		return err
	}
	settings, err := Settings(g.config)
	if err != nil {
		return err
	}
	if g.desk, err = desk.New(settings, desk.Options{
		Store: g.store, Logger: g.log.With("room", "desk"), LookupTXT: resolver(g.config.Security.Resolver),
		Queued: g.mailQueued, Archive: archiver(g.config, settings, g.store), Publish: publisher(g.config),
		Scan: scan(g.config.Clamd), Catalogue: cataloguer(g.config, settings, g.store), Keep: keeper(g.config),
	}); err != nil {
		return err
	}
	if err := g.setupMail(); err != nil {
		return err
	}
	return g.setupWatch(ctx, settings)
}

// setupMail makes both mail edges; neither connects yet.
func (g *Gateway) setupMail() error {
	g.outgoing = newQueue(g)
	accounts := map[string]submission.Account{"": smtpAccount(g.config.SMTP)}
	for _, m := range g.config.Mailboxes {
		if m.SMTP != nil {
			accounts[m.ID] = smtpAccount(*m.SMTP)
		}
	}
	var err error
	g.submitter, err = submission.New(g.outgoing, accounts, submission.Options{
		Logger: g.log.With("room", "submission"), Now: g.now, Retry: g.config.SMTP.Retry, Probe: g.config.SMTP.Probe,
		MailPerHour: g.config.Limits.MailPerHour, Hostname: g.config.SMTP.Hello,
	})
	if err != nil {
		return fmt.Errorf("make submission: %w", err)
	}
	for _, m := range g.config.Mailboxes {
		d := &boxDesk{gateway: g, id: m.ID}
		b, err := mailbox.New(imapAccount(m, g.config), d, mailbox.Options{Logger: g.log.With("room", "mailbox"), Now: g.clock})
		if err != nil {
			return fmt.Errorf("make box %s: %w", m.ID, err)
		}
		g.boxes = append(g.boxes, &box{id: m.ID, sent: m.IMAP.Sent != "", Box: b, desk: d})
	}
	return nil
}

// setupWatch begins to listen, so that a taken port is known at once.
func (g *Gateway) setupWatch(ctx context.Context, settings desk.Settings) error {
	o, err := watchOptions(g.config)
	if err != nil {
		return err
	}
	o.Store, o.Now, o.Templates, o.Logger, o.Senders = g.store, g.now, settings.Templates, g.log.With("room", "watch"), g.senders
	o.Scanner = g.desk.ScanFailure
	if g.watch, err = watch.New(o); err != nil {
		return err
	}
	if g.config.HTTP.Listen == "" {
		return nil
	}
	if g.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", g.config.HTTP.Listen); err != nil {
		return fmt.Errorf("listen for http: %w", err)
	}
	g.onClose("http", func() error { return ignoreClosed(g.listener.Close()) })
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func (g *Gateway) onClose(what string, do func() error) {
	g.cleanups = append(g.cleanups, cleanup{what, do})
}

// Close gives back what New acquired, the last first. Run does it by itself.
func (g *Gateway) Close() error {
	g.closing.Do(func() {
		var errs []error
		for len(g.cleanups) > 0 {
			last := g.cleanups[len(g.cleanups)-1]
			g.cleanups = g.cleanups[:len(g.cleanups)-1]
			if err := last.do(); err != nil {
				errs = append(errs, fmt.Errorf("close %s: %w", last.what, err))
			}
		}
		g.closeErr = errors.Join(errs...)
	})
	return g.closeErr
}

// now is the gateway's time: the clock on the wall, shifted in a drill.
func (g *Gateway) now() time.Time { return shift(g.clock(), g.offset) }

// shift moves an instant by wall-clock time or days; zero stays zero.
func shift(t time.Time, by calendar.Span) time.Time {
	if t.IsZero() {
		return t
	}
	if d, ok := by.Duration(); ok {
		return t.Add(d)
	}
	return t.AddDate(0, 0, by.N)
}

// mailQueued wakes submission, and the tick loop because clocks were set.
func (g *Gateway) mailQueued() {
	g.submitter.Kick()
	g.kick()
}

// kick lets the tick loop look at once.
func (g *Gateway) kick() {
	select {
	case g.ticks <- struct{}{}:
	default:
	}
}

// Desk is the clerk, for whoever runs the gateway inside its own process.
func (g *Gateway) Desk() *desk.Desk { return g.desk }

// Store is the register, for whoever runs the gateway inside its own process.
func (g *Gateway) Store() *store.Store { return g.store }

// HTTPAddr is where health, metrics and board are served, "" for nowhere.
func (g *Gateway) HTTPAddr() string {
	if g.listener == nil {
		return ""
	}
	return g.listener.Addr().String()
}
