package submission

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// scope leaves out the mail of accounts that can take none at this moment.
// Claiming it only to put it off would be two transactions and a line of the log
// for each mail that waits, every few minutes, as long as a server is away. It
// reports whether any mail is wanted.
func (s *Submitter) scope(now time.Time) (in Scope, some bool) {
	var ready, resting []string
	for _, name := range slices.Sorted(maps.Keys(s.lines)) {
		if s.lines[name].rests(now) {
			resting = append(resting, name)
		} else {
			ready = append(ready, name)
		}
	}
	if office := s.lines[""]; office != nil && slices.Contains(resting, "") {
		// It also sends for every name that has no account.
		return Scope{Accounts: ready, Only: true}, len(ready) > 0
	}
	return Scope{Accounts: resting}, true
}

// agedEvery is how often mail that has been tried long enough is looked for
// among that of resting accounts.
const agedEvery = 15 * time.Minute

// claim takes up to n mails that are due and can be sent; and, of accounts that
// rest, those for which the time is over.
func (s *Submitter) claim(ctx context.Context, now time.Time, n int) ([]Item, error) {
	in, some := s.scope(now)
	rest := len(in.Accounts) > 0 || in.Only
	aged := rest && s.policy.giveUp > 0 && now.Sub(s.aged) >= agedEvery
	if aged {
		in.Before, some = now.Add(-s.policy.giveUp), true
	}
	if n <= 0 || !some {
		return nil, nil
	}
	paused, err := s.queue.Paused(ctx)
	if err != nil {
		return nil, fmt.Errorf("read pause: %w", err)
	}
	if paused {
		return nil, nil
	}
	items, err := s.queue.Claim(ctx, now, s.owner, in, n)
	if err != nil {
		return nil, fmt.Errorf("claim outgoing mail: %w", err)
	}
	if aged && len(items) == 0 {
		s.aged = now
	}
	return items, nil
}

// rests reports whether a mail of the account would be put off.
func (l *line) rests(now time.Time) bool {
	l.mu.Lock()
	rests := l.slow || l.status.Until.After(now)
	l.mu.Unlock()
	return rests || l.rate.full(now)
}
