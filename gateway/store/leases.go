package store

import (
	"context"
	"errors"
	"time"
)

// GatewayLease is the name of the lease by which a gateway shows that it lives.
// While it is held, mails that the gateway is sending stay its own; once it has
// run out, others take them over without waiting for SendLease.
func GatewayLease(owner string) string { return "gateway/" + owner }

// Lease takes or renews a named lease until an instant. held is false while
// another owner has it; the token grows each time it changes hands.
func (s *Store) Lease(ctx context.Context, name, owner string, until, now time.Time) (token int64, held bool, err error) {
	err = s.short(ctx, now, func(tx *Tx) error {
		return tx.get(&token, "lease", name, owner, Time{until}, Time{now})
	})
	if errors.Is(err, ErrNotFound) {
		return 0, false, nil
	}
	return token, err == nil, err
}

// Release gives a lease back at an instant, when it is the owner's.
func (s *Store) Release(ctx context.Context, name, owner string, now time.Time) error {
	return s.short(ctx, now, func(tx *Tx) error {
		return tx.exec("release-lease", name, owner, Time{now})
	})
}

// HoldsLease says inside an Update whether a lease still has the token that we
// took it with, which means that nobody took it over in between.
func (tx *Tx) HoldsLease(name string, token int64) (bool, error) {
	var current int64
	err := tx.get(&current, "lease-token", name)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return current == token, err
}

// Gateways counts the gateways that show at an instant that they live.
func (s *Store) Gateways(ctx context.Context, now time.Time) (n int, err error) {
	err = s.View(ctx, func(tx *Tx) error { return tx.get(&n, "live-gateways", Time{now}) })
	return n, err
}
