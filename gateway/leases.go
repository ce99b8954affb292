package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"xinfangd/gateway/store"
)

// A lease lives for a minute and is renewed three times in that time: a gateway
// that dies is taken over from within a minute (spec system section 6).
const (
	leaseLife  = time.Minute
	leaseRenew = 20 * time.Second
)

// boxLease is the name of the lease on a box.
func boxLease(id string) string { return "box/" + id }

// take takes or renews a lease. It gives up early enough to be tried again
// before the lease runs out.
func (g *Gateway) take(ctx context.Context, name string) (token int64, held bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseRenew/2)
	defer cancel()
	now := g.now()
	if token, held, err = g.store.Lease(ctx, name, g.owner, now.Add(leaseLife), now); err != nil {
		return 0, false, fmt.Errorf("take lease %s: %w", name, err)
	}
	return token, held, nil
}

// release gives a lease back, so that nobody has to wait for its end.
func (g *Gateway) release(ctx context.Context, name string) {
	ctx, cancel := finish(ctx)
	defer cancel()
	if err := g.store.Release(ctx, name, g.owner, g.now()); err != nil {
		g.log.Warn("release lease", "lease", name, "err", err)
	}
}

// showAlive takes the lease by which the mail that this gateway is sending stays
// its own.
func (g *Gateway) showAlive(ctx context.Context) error {
	_, held, err := g.take(ctx, store.GatewayLease(g.owner))
	if err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("another gateway runs as %q", g.owner)
	}
	return nil
}

// keepAlive renews that lease until ctx ends, and gives it back then.
func (g *Gateway) keepAlive(ctx context.Context) error {
	for {
		g.wait(ctx, leaseRenew, nil)
		if ctx.Err() != nil {
			g.release(ctx, store.GatewayLease(g.owner))
			return nil
		}
		if _, _, err := g.take(ctx, store.GatewayLease(g.owner)); err != nil {
			g.log.Error("renew lease", "err", err)
		}
	}
}

// runBox pulls a box. Where several gateways may share the register only the
// one that holds the box's lease does.
func (g *Gateway) runBox(ctx context.Context, b *box) error {
	if g.config.Store.Driver != "postgres" {
		return b.Run(ctx)
	}
	for ctx.Err() == nil {
		token, held, err := g.take(ctx, boxLease(b.id))
		if err != nil {
			g.log.Error("take box", "box", b.id, "err", err)
		}
		if held {
			b.desk.lease(token)
			err := g.runLeased(ctx, b, token)
			g.release(ctx, boxLease(b.id))
			if err != nil {
				return err
			}
		}
		g.wait(ctx, leaseRenew/2, nil)
	}
	return nil
}

// runLeased pulls a box for as long as its lease can be renewed.
func (g *Gateway) runLeased(ctx context.Context, b *box, token int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		for until := time.Now().Add(leaseLife); ; {
			g.wait(ctx, leaseRenew, nil)
			if ctx.Err() != nil {
				return
			}
			now, held, err := g.take(ctx, boxLease(b.id))
			switch {
			case err == nil && held && now == token:
				until = time.Now().Add(leaseLife)
			case err == nil, time.Now().Add(leaseRenew).After(until):
				g.log.Warn("box is left to another gateway", "box", b.id, "err", err)
				cancel(errLease)
				return
			}
		}
	}()
	err := b.Run(ctx)
	lost := errors.Is(context.Cause(ctx), errLease)
	cancel(nil)
	<-renewing
	if lost {
		return nil
	}
	return err
}
