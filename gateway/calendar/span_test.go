package calendar

import (
	"errors"
	"testing"
	"time"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want Span
		text string // as String writes it; "" for the same as in
	}{
		{"30s", Span{30, Clock}, ""},
		{"90s", Span{90, Clock}, "1m30s"},
		{"1h30m", Span{5400, Clock}, ""},
		{"24h", Span{86400, Clock}, ""},
		{"0", Span{0, Clock}, "0s"},
		{"0m", Span{0, Clock}, "0s"},
		{"-30m", Span{-1800, Clock}, ""},
		{"15d", Span{15, Days}, ""},
		{"5wd", Span{5, WorkingDays}, ""},
		{"-1wd", Span{-1, WorkingDays}, ""},
		{"0wd", Span{0, WorkingDays}, ""},
		{"4wh", Span{4, WorkingHours}, ""},
	} {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			got, err := ParseSpan(tt.in)
			if err != nil || got != tt.want {
				t.Fatalf("ParseSpan(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
			}
			want := tt.text
			if want == "" {
				want = tt.in
			}
			if got.String() != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
			var again Span
			text, err := got.MarshalText()
			if err != nil || again.UnmarshalText(text) != nil || again != got {
				t.Errorf("%v does not survive as text", got)
			}
		})
	}
}

func TestParseSpanRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "5", "wd", "5 wd", "1.5d", "1500ms", "5w", "1d12h", "五天", "5ｗｄ", "1e3d", "999999999999wd", "99999999h", "0x5d"} {
		if got, err := ParseSpan(in); !errors.Is(err, ErrSpan) {
			t.Errorf("ParseSpan(%q) = %v, %v, want ErrSpan", in, got, err)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	if d, ok := (Span{5400, Clock}).Duration(); !ok || d != 90*time.Minute {
		t.Errorf("1h30m is %v, %v", d, ok)
	}
	if _, ok := (Span{1, Days}).Duration(); ok {
		t.Error("a calendar day has no fixed length")
	}
	if got := Of(90*time.Minute + time.Millisecond); got != (Span{5400, Clock}) {
		t.Errorf("Of = %v", got)
	}
}

func TestParseTimeOfDay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]TimeOfDay{"08:00": 480, "8:00": 480, "17:30": 1050, "00:00": 0, "24:00": 1440} {
		if got, err := ParseTimeOfDay(in); err != nil || got != want {
			t.Errorf("ParseTimeOfDay(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "8", "24:01", "08:60", "8:0", "-1:00", "008:00", "08:000", "08：00", "+8:00"} {
		if got, err := ParseTimeOfDay(in); err == nil {
			t.Errorf("ParseTimeOfDay(%q) = %v, want an error", in, got)
		}
	}
	if got := TimeOfDay(485).String(); got != "08:05" {
		t.Errorf("String() = %q", got)
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, seed := range []string{"30s", "1h30m", "15d", "5wd", "-1wd", "4wh", "wd", "9999999999999999999d", "1ns", "-"} {
		f.Add(seed)
	}
	cal, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	start := time.Date(2026, 9, 30, 16, 0, 0, 0, cal.Location())
	f.Fuzz(func(t *testing.T, in string) {
		s, err := ParseSpan(in)
		if err != nil {
			return
		}
		again, err := ParseSpan(s.String())
		if err != nil || again != s {
			t.Fatalf("ParseSpan(%q) = %v, which is read as %v, %v", in, s, again, err)
		}
		due, _ := cal.Add(start, s)
		if s.N > 0 && !due.After(start) || s.N < 0 && !due.Before(start) || s.N == 0 && !due.Equal(start) {
			t.Fatalf("%v added to %v is %v", s, start, due)
		}
	})
}
