package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/desk"
)

// door is the port of an SMTP server that is away, and comes back.
type door struct {
	t     *testing.T
	addr  *net.TCPAddr
	dials atomic.Int64 // connections that were taken while it was away

	listener net.Listener
	hands    sync.WaitGroup
	away     chan struct{} // closed when it comes back
	ports    chan int      // of the server that comes back
	back     chan error
}

// The ways of being away.
const (
	nobody    = "nobody answers"
	hangingUp = "it hangs up"
	silent    = "it says nothing"
)

func newDoor(t *testing.T, how string) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, addr: l.Addr().(*net.TCPAddr), listener: l, away: make(chan struct{}), ports: make(chan int), back: make(chan error)}
	// A goroutine of its own: in a bubble of synctest no time passes while one of
	// the bubble's waits for the network.
	d.hands.Go(func() {
		for port := range d.ports {
			d.back <- d.reopen(port)
		}
	})
	t.Cleanup(func() {
		close(d.ports)
		d.shut()
		d.hands.Wait()
	})
	if how == nobody {
		d.shut()
		return d
	}
	d.serve(func(c net.Conn) {
		d.dials.Add(1)
		if how == silent {
			<-d.away
		}
		_ = c.Close() // that is all it does
	})
	return d
}

func (d *door) serve(take func(net.Conn)) {
	l := d.listener
	d.hands.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.hands.Go(func() { take(c) })
		}
	})
}

func (d *door) shut() {
	_ = d.listener.Close() // ends serve; closed twice at the end of a test
	select {
	case <-d.away:
	default:
		close(d.away)
	}
}

// open carries what comes to the port to a server that works.
func (d *door) open(port int) {
	d.t.Helper()
	d.ports <- port
	if err := <-d.back; err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) reopen(port int) (err error) {
	d.shut()
	if d.listener, err = net.Listen("tcp", d.addr.String()); err != nil {
		return err
	}
	d.serve(func(c net.Conn) {
		defer c.Close()
		s, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return // the client sees it
		}
		defer s.Close()
		back := make(chan struct{})
		go func() {
			defer close(back)
			_, _ = io.Copy(c, s)
			_ = c.Close()
		}()
		_, _ = io.Copy(s, c)
		_ = s.Close()
		<-back
	})
	return nil
}

// tally counts what a log takes.
type tally struct{ bytes, lines atomic.Int64 }

func (c *tally) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	c.lines.Add(int64(bytes.Count(p, []byte("\n"))))
	return len(p), nil
}

// outage is a daemon whose SMTP server is away.
type outage struct {
	*testing.T
	door    *door
	sink    *sink
	log     tally
	g       *gateway.Gateway
	db      register
	letters int
	span    time.Duration // how long the server is away
	config  configs.Config

	worst sample // of any hour
}

// sample is what the daemon did in an hour without a server.
type sample struct{ claims, dials, logged, lines, goroutines int64 }

// What an hour may cost. The account rests after each failure for a minute, for
// five and then for fifteen; when it may be tried again, 128 mails are in hand for
// four sessions. Each minute a probe greets. None of it depends on how many mails
// wait.
var bound = sample{claims: 8 * 128, dials: 60 + 8*8, logged: 40 << 10, lines: 300, goroutines: 120}

// ownMails is how many mails about the outage itself may come to lie in the
// queue: alarms of one account and three boxes, to centre and duty.
const ownMails = 16

// TestDeadServer: for a day nothing can be sent, and the boxes' server is away
// too, while letters lie registered whose receipts and dispatches wait. What the
// daemon does meanwhile does not grow with the queue, people are told once, and
// in the end everything goes out once.
func TestDeadServer(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		if !soaking() && driver != "sqlite" {
			return // it does not depend on the database, and takes its time under the race detector
		}
		t.Run(nobody, func(t *testing.T) {
			o := newOutage(t, nobody, driver, dsn)
			if soaking() && driver == "sqlite" {
				o.letters, o.span = 2000, 24*time.Hour
			}
			o.simulate()
		})
		if !soaking() || driver != "sqlite" {
			return // how a connection fails does not depend on the database
		}
		t.Run(hangingUp, func(t *testing.T) {
			newOutage(t, hangingUp, driver, filepath.Join(t.TempDir(), "register.db")).simulate()
		})
		t.Run(silent, func(t *testing.T) { newOutage(t, silent, driver, filepath.Join(t.TempDir(), "register.db")).wait() })
	})
}

// everyday is a configuration with the retry table and the pauses of an office,
// whose boxes are away.
func everyday(t *testing.T, driver, dsn string, smtpPort int) (c configs.Config, path string) {
	t.Helper()
	path = plan{Driver: driver, DSN: dsn, IMAPPort: closedPort(t), SMTPPort: smtpPort, OwnHops: 1}.write(t, t.TempDir())
	c, findings := gateway.Load(path, time.Now())
	if configs.HasErrors(findings) {
		t.Fatal(findings)
	}
	c.SMTP.Retry, c.SMTP.Probe, c.SMTP.Connections = nil, time.Minute, 4
	for i := range c.Mailboxes {
		c.Mailboxes[i].IMAP.Poll = time.Minute
	}
	return c, path
}

// newOutage is an office before its daemon runs.
func newOutage(t *testing.T, how, driver, dsn string) *outage {
	t.Helper()
	o := &outage{T: t, door: newDoor(t, how), sink: startSink(t), letters: 200, span: time.Hour}
	if soaking() {
		o.letters, o.span = 1000, 6*time.Hour
	}
	o.config, _ = everyday(t, driver, dsn, o.door.addr.Port)
	o.config.Limits.MailPerHour = 1_000_000 // or the cap would be what bounds
	o.db = look(t, driver, dsn)
	return o
}

// simulate is the outage in a bubble whose time runs while everybody waits.
func (o *outage) simulate() {
	outer := o.T
	synctest.Test(outer, func(t *testing.T) {
		o.T, o.db.t = t, t
		defer func() { o.T, o.db.t = outer, outer }()
		stop := o.start(monday())
		defer stop()
		for began := time.Now(); time.Since(began) < o.span; {
			o.hour(func() { pause(t.Context(), time.Hour) })
		}
		o.told()
		o.door.open(o.sink.port)
		pause(t.Context(), 30*time.Minute) // the hour's end brings alarms of its own
		stop()
	})
	o.sentOnce()
	o.row(fmt.Sprintf("%v simulated", o.span))
}

// wait is the outage in real time, until the account rests: the daemon waits a
// minute for each of a silent server's words.
func (o *outage) wait() {
	// It is to be seen soon when the server is back.
	o.config.SMTP.Probe, o.config.SMTP.Retry = 5*time.Second, []time.Duration{5 * time.Second}
	var stop func()
	o.hour(func() {
		stop = o.start(time.Now)
		o.db.until(nil, "SELECT COUNT(*) FROM outgoing WHERE last_error LIKE '%unreachable%'", 1)
	})
	defer stop()
	o.door.open(o.sink.port)
	o.db.until(nil, "SELECT COUNT(*) FROM outgoing WHERE state = 'sent'", 2*o.letters)
	stop()
	o.sentOnce()
	o.row("until the account rested")
}

// within runs a daemon inside of the test until the function it returns is called.
func within(t *testing.T, c configs.Config, now func() time.Time, log io.Writer) (g *gateway.Gateway, stop func()) {
	t.Helper()
	g, err := gateway.New(t.Context(), c, gateway.Options{Now: now, Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	return g, sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// monday is a clock in a bubble of synctest that begins at noon of a working day.
func monday() func() time.Time {
	shift := time.Until(time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CST", 8*3600)))
	return func() time.Time { return time.Now().Add(shift) }
}

// start runs the daemon and lets the letters arrive.
func (o *outage) start(now func() time.Time) (stop func()) {
	o.Helper()
	o.g, stop = within(o.T, o.config, now, &o.log)
	o.register(now())
	return stop
}

func (o *outage) register(now time.Time) {
	o.Helper()
	var batch []desk.Incoming
	for n := 1; n <= o.letters; n++ {
		batch = append(batch, desk.Incoming{Box: "director", UIDValidity: 1, UID: uint32(n), Arrived: now, Raw: blackout(o.T, n, now)})
	}
	for part := range slices.Chunk(batch, 100) {
		durable, err := o.g.Desk().Receive(o.Context(), part, now)
		if err != nil || slices.Contains(durable, false) {
			o.Fatalf("register letters: %v", err)
		}
	}
}

// hour looks at what the daemon does in an hour without a server. What happened to
// cases meanwhile (each is warned of after 20 hours) may be said in the log.
func (o *outage) hour(pass func()) {
	o.Helper()
	look := func() (s sample, events int64) {
		if o.g == nil {
			return s, 0 // it has not begun
		}
		return sample{claims: int64(o.db.count("SELECT CAST(SUM(attempts) AS INTEGER) FROM outgoing")), dials: o.door.dials.Load(),
			logged: o.log.bytes.Load(), lines: o.log.lines.Load()}, int64(o.db.count("SELECT COUNT(*) FROM ledger"))
	}
	before, known := look()
	pass()
	s, events := look()
	events -= known
	s = sample{s.claims - before.claims, s.dials - before.dials, max(s.logged-before.logged-events*mostLog/3, 0), max(s.lines-before.lines-events, 0), int64(runtime.NumGoroutine())}
	if s.claims > bound.claims || s.dials > bound.dials || s.logged > bound.logged || s.lines > bound.lines || s.goroutines > bound.goroutines {
		o.Errorf("in an hour without a server: %+v, want at most %+v", s, bound)
	}
	w := &o.worst
	*w = sample{max(w.claims, s.claims), max(w.dials, s.dials), max(w.logged, s.logged), max(w.lines, s.lines), max(w.goroutines, s.goroutines)}
}

// told checks that people hear of the outage once, and of nothing without end.
func (o *outage) told() {
	o.Helper()
	for _, address := range []string{"xxzx@jxw.example", "zhiban@jxw.example"} {
		if n := o.alarms(address, "不能发信"); n != 1 {
			o.Errorf("%s is told %d times that nothing can be sent", address, n)
		}
	}
	if n := o.db.count("SELECT COUNT(*) FROM outgoing WHERE case_number IS NULL AND kind = 'alarm'"); n > ownMails {
		o.Errorf("%d alarms about the outage wait for its end, want at most %d", n, ownMails)
	}
}

// alarms counts an address's alarms whose subject holds a word.
func (o *outage) alarms(address, word string) int {
	return o.db.count("SELECT COUNT(*) FROM outgoing o, outgoing_recipients r WHERE r.outgoing = o.id AND o.kind = 'alarm' AND r.address = '" + address + "' AND o.subject LIKE '%" + word + "%'")
}

// sentOnce checks that everything was sent, every mail once.
func (o *outage) sentOnce() {
	o.Helper()
	queued, unsent := o.db.count("SELECT COUNT(*) FROM outgoing"), o.db.count("SELECT COUNT(*) FROM outgoing WHERE state <> 'sent'")
	if queued < 2*o.letters || unsent > 0 {
		o.Errorf("%d of %d mails are not sent", unsent, queued)
	}
	o.sink.mu.Lock()
	defer o.sink.mu.Unlock()
	times := map[string]int{}
	for _, m := range o.sink.mails {
		times[m.MessageID+" "+m.to]++
	}
	for what, n := range times {
		if n != 1 {
			o.Errorf("sent %d times: %s", n, what)
		}
	}
	if len(times) != o.db.count("SELECT COUNT(*) FROM outgoing_recipients") {
		o.Errorf("%d mails arrived", len(times))
	}
}

// row is a line of the table that make soak prints.
func (o *outage) row(span string) {
	o.Helper()
	o.Logf("| %s | %d mails wait, %s | worst hour: %d attempts, %d connections, %d KB of log, %d goroutines; then all sent once |",
		o.Name(), 2*o.letters, span, o.worst.claims, o.worst.dials, o.worst.logged>>10, o.worst.goroutines)
}
