package store_test

import (
	"testing"
	"time"
)

// Two gateways on one register share the cap: it is the register that counts.
func exerciseHourlyCap(t *testing.T, b *bench) {
	s := b.s
	morning := time.Date(2026, 3, 2, 9, 0, 30, 0, time.UTC)
	ask := func(at time.Time, want bool) time.Time {
		t.Helper()
		ok, next, err := s.Pass(t.Context(), at, 3, 0)
		if err != nil || ok != want {
			t.Fatalf("at %v: passed %v, %v; want %v", at, ok, err, want)
		}
		return next
	}
	ask(morning, true)
	ask(morning.Add(20*time.Minute), true)
	ask(morning.Add(20*time.Minute), true)
	// What was refused does not count, or nothing would ever pass again.
	var next time.Time
	for range 5 {
		next = ask(morning.Add(30*time.Minute), false)
	}
	if want := morning.Truncate(time.Minute).Add(61 * time.Minute); !next.Equal(want) {
		t.Errorf("to ask again at %v, want %v", next, want)
	}
	ask(morning.Add(time.Hour), false) // the minute is counted whole
	ask(next, true)
	ask(next, false)
	if err := s.PassBack(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	ask(next, true)
	if _, later, err := s.Pass(t.Context(), next, 3, 2); err != nil || !later.After(next.Add(time.Minute)) {
		t.Errorf("the third that waits comes at %v, %v", later, err)
	}
}
