package desk

import (
	"context"
	"errors"
	"fmt"

	"xinfangd/gateway/store"
)

// hour is the bucket in which failed passwords of an address are counted.
func (w *work) hour() string { return w.now.UTC().Format("2006-01-02T15") }

// locked reports whether an address has shown too many wrong passwords.
func (w *work) locked(address string) (bool, error) {
	n, err := w.tx.Tally("otp_failure", address, w.hour())
	if err != nil {
		return false, fmt.Errorf("count failures: %w", err)
	}
	return w.Authority.Locked(n, w.now, w.now), nil
}

// failed counts a wrong password that a right one would have carried further;
// whatever else a forger sends locks nobody out.
func (w *work) failed(r ruled) error {
	if !r.standing.Guessed(r.missing) {
		return nil
	}
	if _, err := w.tx.Bump("otp_failure", r.standing.Address, w.hour()); err != nil {
		return fmt.Errorf("count failure: %w", err)
	}
	return nil
}

// OTPSecret is the secret that an address was enrolled with.
func (e evidence) OTPSecret(_ context.Context, address string) (string, bool, error) {
	secret, err := e.w.tx.OTPSecret(address)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return secret, err == nil, err
}

// UseOTP notes a time step of an address, fresh the first time only.
func (e evidence) UseOTP(_ context.Context, address string, step int64) (bool, error) {
	return e.w.tx.UseOTP(address, step)
}
