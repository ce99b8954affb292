package submission

import (
	"sync"
	"time"
)

// limiter lets n mails pass in any hour. It counts in this process only: a
// restart forgets, which errs by one hour's worth at most.
type limiter struct {
	mu      sync.Mutex
	n       int
	passed  []time.Time // oldest first, never more than n
	waiting int         // turned away since the oldest last changed
}

const hour = time.Hour

// take reports whether one more mail may pass now, and otherwise when to come
// back. Those turned away get different times, so they do not all come at once.
func (l *limiter) take(now time.Time) (ok bool, next time.Time) {
	if l == nil || l.n <= 0 {
		return true, time.Time{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.passed) > 0 && !l.passed[0].After(now.Add(-hour)) {
		l.passed = l.passed[1:]
		l.waiting = 0
	}
	if len(l.passed) < l.n {
		l.passed = append(l.passed, now)
		return true, time.Time{}
	}
	next = l.passed[l.waiting%l.n].Add(hour)
	l.waiting++
	return false, next
}

// full reports whether take would refuse.
func (l *limiter) full(now time.Time) bool {
	if l == nil || l.n <= 0 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.passed) >= l.n && l.passed[len(l.passed)-l.n].After(now.Add(-hour))
}

// giveBack undoes the take of a mail that could not be tried.
func (l *limiter) giveBack(taken time.Time) {
	if l == nil || l.n <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.passed) - 1; i >= 0; i-- {
		if l.passed[i].Equal(taken) {
			l.passed = append(l.passed[:i:i], l.passed[i+1:]...)
			return
		}
	}
}
