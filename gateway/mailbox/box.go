package mailbox

import (
	"context"
	"errors"
)

// Box is one mailbox on one server: one connection and one failure domain. Its
// methods other than Append must be called from one goroutine.
type Box struct {
	account Account
	desk    Desk
	opt     Options
}

// New checks the account and returns its box. It does not connect.
func New(a Account, d Desk, opt Options) (*Box, error) {
	a, err := a.complete()
	if err != nil {
		return nil, err
	}
	return &Box{account: a, desk: d, opt: opt.withDefaults()}, nil
}

// Run looks at the box until ctx ends and then returns nil. Failures are
// reported to the desk and never end it.
func (b *Box) Run(ctx context.Context) error {
	return errors.New("not built yet")
}

// Pull takes everything that is new in the box, connecting first if need be,
// and returns how many letters became durable. It is the step of Run, which
// also reports it to Desk.Checked and waits.
func (b *Box) Pull(ctx context.Context) (n int, err error) {
	return 0, errors.New("not built yet")
}

// Close ends the connection, if there is one. The box remains usable.
func (b *Box) Close() {}

// Append stores a copy of a sent mail in the folder, over the connection of a
// running Run. When folder is empty the account's Sent is meant, and nothing
// happens if that is empty too. A copy whose outcome is unknown is not retried.
func (b *Box) Append(ctx context.Context, folder string, raw []byte) error {
	return ErrNotConnected
}

// Check logs in to the account, opens its folders and describes what it found.
func Check(ctx context.Context, a Account) (detail string, err error) {
	return "", errors.New("not built yet")
}
