package authority

import (
	"slices"
	"time"
)

// lockFor is how long an address is locked, and within what time its failures
// count together.
const lockFor = time.Hour

// defaultLockAfter is the number of failures that lock an address.
const defaultLockAfter = 5

// Locked says whether an address that failed so often within an hour, last at
// the time given, gets no further try: a six-digit password can be guessed.
func (p Policy) Locked(failures int, last, now time.Time) bool {
	limit := p.LockAfter
	if limit <= 0 {
		limit = defaultLockAfter
	}
	return failures >= limit && now.Sub(last) < lockFor
}

// Guessed says whether a command that was refused for these missing legs counts
// as a failure towards Locked: its one-time password was wrong, and a right one
// would have got it further than a stranger can get by himself: to be obeyed, or,
// for somebody who writes from the person's mailbox, to be held. Whatever else a
// forger sends, he cannot lock out the person whose address he writes.
func (s Standing) Guessed(missing []Leg) bool {
	if s.OTPFault == nil || s.OTPFault.Code != FaultWrongOTP || !slices.Contains(missing, LegOTP) {
		return false
	}
	// LegRoster is only missing here in another of the person's posts.
	return !slices.ContainsFunc(missing, func(l Leg) bool { return l != LegOTP && l != LegRoster && (l != LegCode || !s.Authenticated) })
}
