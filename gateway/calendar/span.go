package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is what a Span counts in.
type Unit string

// The units of a Span.
const (
	Clock        Unit = "s"  // wall clock, N in seconds; written 30s, 1h30m, 24h
	Days         Unit = "d"  // calendar days
	WorkingDays  Unit = "wd" // working days
	WorkingHours Unit = "wh" // working hours
)

// Span is a period as the office states one: 24 hours, 15 days, 5 working days.
// How long it is depends on when it begins; Calendar.Add knows. The zero Span
// is no time at all.
type Span struct {
	N    int
	Unit Unit
}

// ErrSpan is wrapped by the errors of ParseSpan.
var ErrSpan = errors.New("not a span like 30s, 1h30m, 15d, 5wd or 4wh")

// A century is more than any petition takes; the bound keeps counting finite.
const (
	maxDays    = 36_525
	maxHours   = maxDays * 24
	maxSeconds = maxDays * 24 * 3600
)

// ParseSpan reads 30s, 1h30m, 24h (wall clock, whole seconds), 15d (calendar
// days), 5wd (working days) or 4wh (working hours). A sign is allowed: -1wd is
// the working day before.
func ParseSpan(s string) (Span, error) {
	fail := fmt.Errorf("parse span %q: %w", s, ErrSpan)
	for _, u := range []struct {
		unit Unit
		most int
	}{{WorkingDays, maxDays}, {WorkingHours, maxHours}, {Days, maxDays}} {
		number, ok := strings.CutSuffix(s, string(u.unit))
		if !ok {
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || n > u.most || n < -u.most {
			return Span{}, fail
		}
		return Span{N: n, Unit: u.unit}, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d%time.Second != 0 || d.Abs() > maxSeconds*time.Second {
		return Span{}, fail
	}
	return Span{N: int(d / time.Second), Unit: Clock}, nil
}

// Of returns the wall-clock span of a duration, cut to whole seconds.
func Of(d time.Duration) Span { return Span{N: int(d / time.Second), Unit: Clock} }

// String writes the span as ParseSpan reads it.
func (s Span) String() string {
	if s.Unit != Clock && s.Unit != "" {
		return strconv.Itoa(s.N) + string(s.Unit)
	}
	if s.N == 0 {
		return "0s"
	}
	text := (time.Duration(s.N) * time.Second).String()
	// 24h0m0s reads as if the seconds mattered.
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Duration returns a wall-clock span as a duration, and false for the units
// whose length depends on when they begin.
func (s Span) Duration() (time.Duration, bool) {
	if s.Unit != Clock && s.Unit != "" {
		return 0, false
	}
	return time.Duration(s.N) * time.Second, true
}

// MarshalText implements encoding.TextMarshaler.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Span) UnmarshalText(text []byte) error {
	span, err := ParseSpan(string(text))
	if err != nil {
		return err
	}
	*s = span
	return nil
}
