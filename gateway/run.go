package gateway

import (
	"context"
	"errors"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/store"
)

const (
	// longestTick is how often the desk looks at the clock whatever it said.
	longestTick = 30 * time.Second
	// shortestTick keeps a clock that is due and cannot fire from spinning.
	shortestTick = 100 * time.Millisecond
	// failedTick is the pause after a tick that did not go well.
	failedTick = 5 * time.Second
	// sweepEvery and keepServed say when rows that have served are forgotten; no
	// reply code lives longer than store.CodeLife.
	sweepEvery = time.Hour
	keepServed = store.CodeLife + 30*24*time.Hour
	// Bounds of the stages of a shutdown.
	stopIntake = patience + 10*time.Second
	stopSMTP   = 45 * time.Second
	stopHTTP   = 5 * time.Second
)

// Run runs the daemon until ctx ends, and then closes it in this order: no new
// letters and no new ticks, the transaction under way ends, a started DATA ends
// within bounds, the register is closed.
func (g *Gateway) Run(ctx context.Context) error {
	g.log.Info("gateway starts", "owner", g.owner, "boxes", len(g.boxes), "store", g.config.Store.Driver, "http", g.HTTPAddr(), "drill", g.config.Drill)
	// What the start needed once (settings checked and read, templates tried) is
	// several times what an idle gateway holds.
	debug.FreeOSMemory()
	// Each stage has a context of its own: they end one after the other.
	background := context.WithoutCancel(ctx)
	alive, endAlive := context.WithCancel(background)
	defer endAlive()
	intake, endIntake := context.WithCancel(background)
	defer endIntake()
	sending, endSending := context.WithCancel(background)
	defer endSending()

	var keeping, receiving, submitting, serving sync.WaitGroup
	if err := g.showAlive(ctx); err != nil {
		if ctx.Err() != nil {
			err = nil // asked to end before the work began
		}
		return errors.Join(err, g.Close())
	}
	keeping.Go(func() { g.loop(alive, "alive", g.keepAlive) })
	submitting.Go(func() { g.loop(sending, "submission", g.submitter.Run) })
	receiving.Go(func() { g.loop(intake, "tick", g.tick) })
	for _, b := range g.boxes {
		receiving.Go(func() { g.loop(intake, "box "+b.id, func(ctx context.Context) error { return g.runBox(ctx, b) }) })
	}
	stop := g.serveHTTP(&serving)
	if g.HTTPAddr() != "" {
		keeping.Go(func() { g.watch.Warm(alive) })
	}
	g.manager.beat()
	keeping.Go(func() { g.loop(alive, "watchdog", g.manager.watch) })
	g.manager.ready()

	<-ctx.Done()
	g.manager.stopping()
	g.log.Info("gateway stops")
	endIntake()
	g.await(&receiving, stopIntake, "intake")
	endSending()
	g.await(&submitting, stopSMTP, "submission")
	g.await(&g.outgoing.copies, stopHTTP, "copies")
	// What was sent last becomes an event before we go.
	g.lastTick(background)
	endAlive()
	g.await(&keeping, stopHTTP, "leases")
	stop()
	g.await(&serving, stopHTTP, "http")
	err := g.Close()
	g.log.Info("gateway stopped", "err", err)
	return err
}

// loop runs a part of the daemon until ctx ends. It is the one place that
// recovers: whatever goes wrong in a part is logged, and the part begins anew.
func (g *Gateway) loop(ctx context.Context, name string, run func(context.Context) error) {
	pause := time.Second
	for ctx.Err() == nil {
		began := time.Now()
		err := g.guarded(ctx, name, run)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > time.Minute {
			pause = time.Second
		}
		g.log.Error("a part of the gateway ended and is started again", "part", name, "err", err, "dur", pause)
		g.wait(ctx, pause, nil)
		pause = min(2*pause, time.Minute)
	}
}

func (g *Gateway) guarded(ctx context.Context, name string, run func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			g.log.Error("a part of the gateway panicked", "part", name, "panic", r, "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	return run(ctx)
}

// wait sleeps until the time is over, ctx ends or somebody kicks.
func (g *Gateway) wait(ctx context.Context, d time.Duration, kicks <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-kicks:
	}
}

// await waits for the goroutines of a stage, but not for ever.
func (g *Gateway) await(hands *sync.WaitGroup, atMost time.Duration, stage string) {
	done := make(chan struct{})
	go func() {
		hands.Wait()
		close(done)
	}()
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		g.log.Error("shutdown goes on without waiting longer", "stage", stage, "dur", atMost)
	}
}

// tick lets the desk look at the clock: when something falls due, when somebody
// kicks, and at least every half minute, since other processes write rows too.
func (g *Gateway) tick(ctx context.Context) error {
	var swept time.Time
	for ctx.Err() == nil {
		now := g.now()
		g.manager.beat()
		next, err := g.step(ctx, now)
		if now.Sub(swept) > sweepEvery {
			swept = now
			g.sweep(ctx, now)
		}
		pause := longestTick
		switch {
		case err != nil:
			g.log.Error("tick", "err", err)
			pause = failedTick
		case !next.IsZero():
			pause = min(max(next.Sub(now), shortestTick), longestTick)
		}
		g.wait(ctx, pause, g.ticks)
	}
	return nil
}

// step is one Tick, which goes on when the daemon is told to stop.
func (g *Gateway) step(ctx context.Context, now time.Time) (time.Time, error) {
	ctx, cancel := finish(ctx)
	defer cancel()
	var states []desk.Sender
	for _, s := range g.submitter.Status() {
		states = append(states, desk.Sender{Gateway: g.host(), Account: s.Account, Since: s.Since, Error: s.Error})
	}
	if err := g.desk.Sending(ctx, states, now); err != nil {
		g.log.Error("note how sending goes", "err", err)
	}
	return g.desk.Tick(ctx, now)
}

// host names this machine where several gateways may share a register: that
// one of them cannot send is no word about the others.
func (g *Gateway) host() string {
	if g.config.Store.Driver == "sqlite" {
		return ""
	}
	host, err := os.Hostname()
	if err != nil {
		return "gateway"
	}
	return host
}

func (g *Gateway) sweep(ctx context.Context, now time.Time) {
	ctx, cancel := finish(ctx)
	defer cancel()
	if err := g.store.Sweep(ctx, now.Add(-keepServed)); err != nil {
		g.log.Error("sweep register", "err", err)
	}
}

func (g *Gateway) lastTick(ctx context.Context) {
	err := g.guarded(ctx, "last tick", func(ctx context.Context) error {
		_, err := g.step(ctx, g.now())
		return err
	})
	if err != nil {
		g.log.Error("last tick", "err", err)
	}
}

// serveHTTP serves until the function it returns is called.
func (g *Gateway) serveHTTP(hands *sync.WaitGroup) (stop func()) {
	if g.listener == nil {
		return func() {}
	}
	server := &http.Server{
		Handler: g.watch, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	hands.Go(func() {
		if err := ignoreClosed(server.Serve(g.listener)); err != nil {
			g.log.Error("serve http", "err", err)
		}
	})
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopHTTP)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			g.log.Warn("shut down http", "err", err)
		}
	}
}
