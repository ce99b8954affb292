package submission

import (
	"slices"
	"strings"
	"time"
)

// policy is what becomes of a mail after an attempt. It is pure.
type policy struct {
	retry  []time.Duration
	giveUp time.Duration
}

// step is the n-th pause, counted from 0; the last repeats.
func step(retry []time.Duration, n int) time.Duration {
	return retry[min(max(n, 0), len(retry)-1)]
}

// later puts a mail off that was not tried.
func later(now, next time.Time, why string) Outcome {
	if next.Before(now) {
		next = now
	}
	return Outcome{State: StateQueued, Next: next, Error: why, At: now}
}

// judge turns a delivery into the row's outcome. accountUntil is when the
// account may be tried again, zero when it is well.
func (p policy) judge(it Item, d delivery, now, accountUntil time.Time) Outcome {
	o := Outcome{Recipients: d.results, At: now, Error: reason(d)}
	if has(d.results, StateDoubtful) && it.Answer {
		// Nobody gets an answer twice: a person looks whether it arrived.
		o.State = StateDoubtful
		return o
	}
	for i, r := range o.Recipients {
		if r.State == StateDoubtful {
			// Other mail goes again, with the same Message-ID and bytes, so that
			// a second copy shows itself as such.
			o.Recipients[i].State = StateQueued
		}
	}
	switch {
	case has(o.Recipients, StateQueued):
		o.State = StateQueued
		o.Next = now.Add(step(p.retry, it.Attempts-1))
		if accountUntil.After(now) && d.failure != nil && accountFault(d.failure.Class) {
			// An outage is no fault of the mail; it goes when the account does.
			o.Next = accountUntil
		}
		if p.expired(it, now) {
			o = p.surrender(o)
		}
	case has(o.Recipients, StateFailed):
		o.State = StateFailed
	default:
		o.State = StateSent
		o.Error = ""
	}
	return o
}

// expired: RFC 5321 section 4.5.4.1 wants at least 4 to 5 days of trying.
func (p policy) expired(it Item, now time.Time) bool {
	return p.giveUp > 0 && !it.Created.IsZero() && now.Sub(it.Created) >= p.giveUp
}

// surrender ends the trying for everyone outstanding.
func (p policy) surrender(o Outcome) Outcome {
	o.State, o.Next = StateFailed, time.Time{}
	o.Error = "given up after " + p.giveUp.String() + ": " + o.Error
	for i, r := range o.Recipients {
		if r.State == StateQueued {
			o.Recipients[i].State = StateFailed
		}
	}
	return o
}

// accountFault reports whether the failure would have met any mail.
func accountFault(c Class) bool {
	return c == Unreachable || c == Throttled || c == Refused
}

func has(rs []RecipientResult, state string) bool {
	return slices.ContainsFunc(rs, func(r RecipientResult) bool { return r.State == state })
}

// reason is what `queue list` shows: the failure of the whole, else what the
// server said of the recipients, each text once.
func reason(d delivery) string {
	if d.failure != nil {
		return d.failure.Error()
	}
	var said []string
	for _, r := range d.results {
		if r.State == StateSent {
			continue
		}
		e := Error{Class: Temporary, Code: r.Code, Enhanced: r.Enhanced, Text: r.Text, Command: cmdRcpt}
		if r.State == StateFailed {
			e.Class = Permanent
		}
		if text := e.Error(); !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	const most = 3
	if len(said) > most {
		said = append(said[:most], "…")
	}
	return strings.Join(said, "; ")
}
