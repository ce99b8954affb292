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
		got, next, err := s.Pass(t.Context(), at, 3, 1, 0)
		if ok := got == 1; err != nil || ok != want {
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
	if err := s.PassBack(t.Context(), next, 1); err != nil {
		t.Fatal(err)
	}
	ask(next, true)
	if _, later, err := s.Pass(t.Context(), next, 3, 1, 2); err != nil || !later.After(next.Add(time.Minute)) {
		t.Errorf("the third that waits comes at %v, %v", later, err)
	}
}

// exerciseHourlyLots counts mails that are claimed together.
func exerciseHourlyLots(t *testing.T, b *bench) {
	at := time.Date(2026, 3, 2, 9, 0, 30, 0, time.UTC)
	some := func(at time.Time, ask, want int) {
		t.Helper()
		if got, _, err := b.s.Pass(t.Context(), at, 10, ask, 0); err != nil || got != want {
			t.Fatalf("%d of %d passed at %v, %v; want %d", got, ask, at, err, want)
		}
	}
	some(at, 6, 6)
	some(at.Add(time.Minute), 6, 4)
	some(at.Add(time.Minute), 2, 0)
	some(at.Add(2*time.Minute), 1, 0)
	// Places that nobody used are there again, and no more than those.
	if err := b.s.PassBack(t.Context(), at.Add(time.Minute), 3); err != nil {
		t.Fatal(err)
	}
	some(at.Add(2*time.Minute), 5, 3)
	if err := b.s.PassBack(t.Context(), at.Add(time.Minute), 100); err != nil {
		t.Fatal(err)
	}
	some(at.Add(2*time.Minute), 5, 1)
	if got, next, err := b.s.Pass(t.Context(), at.Add(3*time.Minute), 10, 1, 0); err != nil || got != 0 || !next.Equal(at.Truncate(time.Minute).Add(61*time.Minute)) {
		t.Errorf("one more: %d, again at %v, %v", got, next, err)
	}
	some(at.Add(61*time.Minute), 20, 6)
}
