package calendar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const layout = "2006-01-02 15:04:05"

func newCalendar(t *testing.T, years ...Year) *Calendar {
	t.Helper()
	c, err := New(Options{Years: years})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads an instant in office time, with or without seconds.
func at(t *testing.T, c *Calendar, s string) time.Time {
	t.Helper()
	if len(s) == len("2006-01-02 15:04") {
		s += ":00"
	}
	got, err := time.ParseInLocation(layout, s, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestBuiltInYears(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	if diff := cmp.Diff([]int{2025, 2026}, c.Years()); diff != "" {
		t.Fatal(diff)
	}
	// The notices give 28 days off in 2025 and 33 in 2026, of which some are
	// weekends, and 5 and 6 make-up workdays.
	for year, want := range map[int]struct{ off, work, working int }{2025: {28, 5, 248}, 2026: {33, 6, 248}} {
		off, work := 0, 0
		for d, day := range c.days {
			if d.year == year && day.Off {
				off++
			} else if d.year == year {
				work++
			}
		}
		working := 0
		for d := (civil{year, 1, 1}); d.year == year; d = d.add(1) {
			if c.worksOn(d) {
				working++
			}
		}
		if off != want.off || work != want.work || working != want.working {
			t.Errorf("%d has %d days off, %d make-up days, %d working days; want %v", year, off, work, working, want)
		}
	}
	for _, day := range []string{"2025-01-26", "2026-01-04", "2026-09-20", "2026-10-10"} {
		if !c.WorkingDay(at(t, c, day+" 12:00")) {
			t.Errorf("make-up workday %s is no working day", day)
		}
	}
	if got := c.Holiday(at(t, c, "2026-10-01 00:00")); got != "国庆节" {
		t.Errorf("1 October is %q", got)
	}
	if got := c.Holiday(at(t, c, "2026-10-10 00:00")); got != "" {
		t.Errorf("a make-up workday is the holiday %q", got)
	}
}

func TestWorking(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	for s, want := range map[string]bool{
		"2026-11-23 07:59:59": false,
		"2026-11-23 08:00:00": true,
		"2026-11-23 17:29:59": true,
		"2026-11-23 17:30:00": false,
		"2026-11-22 10:00:00": false, // Sunday
		"2026-10-10 10:00:00": true,  // make-up Saturday
		"2026-10-07 10:00:00": false, // Wednesday, National Day
	} {
		if got := c.Working(at(t, c, s)); got != want {
			t.Errorf("Working(%s) = %v", s, got)
		}
	}
	// The same instant in another zone is the same instant.
	if !c.Working(at(t, c, "2026-11-23 08:00").UTC()) {
		t.Error("Monday 8:00 in UTC is not working time")
	}
}

func TestFilesGoOverBuiltInYears(t *testing.T) {
	t.Parallel()
	few := Year{Year: 2026, Days: []Day{{Name: "防台风", Date: "2026-11-23", Off: true}}}
	c := newCalendar(t, few)
	if c.WorkingDay(at(t, c, "2026-11-23 12:00")) || c.WorkingDay(at(t, c, "2026-10-05 12:00")) {
		t.Error("a few days did not go over the built-in year")
	}
	whole := Year{Year: 2026, Days: []Day{
		{Date: "2026-01-01", Off: true}, {Date: "2026-05-01", Off: true}, {Date: "2026-10-01", Off: true},
	}}
	c = newCalendar(t, whole)
	if !c.WorkingDay(at(t, c, "2026-10-05 12:00")) || c.WorkingDay(at(t, c, "2026-10-10 12:00")) {
		t.Error("a whole year did not replace the built-in one")
	}
	if c.WorkingDay(at(t, c, "2025-10-01 12:00")) {
		t.Error("another year was replaced too")
	}
	next := Year{Year: 2027, Days: []Day{{Date: "2027-01-01", Off: true}, {Date: "2026-12-31", Off: true}}}
	c = newCalendar(t, next)
	if c.WorkingDay(at(t, c, "2026-12-31 12:00")) || c.Missing(2027) || !c.Missing(2028) {
		t.Error("the next year's days are not all there")
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{Open: 600, Close: 600},
		{Open: 700, Close: 600},
		{Open: -1, Close: 600},
		{Open: 600, Close: 1441},
		{Years: []Year{{Year: 2027, Days: []Day{{Date: "1 January"}}}}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) made a calendar", o)
		}
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	for _, tt := range []struct {
		name, start, span, want string
		estimated               bool
	}{
		{"wall clock runs on a holiday", "2026-10-01 09:00", "24h", "2026-10-02 09:00:00", false},
		{"first day does not count", "2026-11-23 08:00", "1wd", "2026-11-24 17:30:00", false},
		{"nor when the day is over", "2026-11-23 23:59", "1wd", "2026-11-24 17:30:00", false},
		{"five working days over a weekend", "2026-11-23 10:00", "5wd", "2026-11-30 17:30:00", false},
		{"from a Sunday", "2026-11-22 10:00", "1wd", "2026-11-23 17:30:00", false},
		{"over National Day", "2026-09-30 16:00", "1wd", "2026-10-08 17:30:00", false},
		{"a make-up Saturday counts", "2026-10-08 10:00", "2wd", "2026-10-10 17:30:00", false},
		{"a make-up Sunday counts", "2026-09-18 10:00", "1wd", "2026-09-20 17:30:00", false},
		{"from within the holiday", "2026-10-03 10:00", "1wd", "2026-10-08 17:30:00", false},
		{"calendar days end at midnight", "2026-11-23 10:00", "15d", "2026-12-08 23:59:59", false},
		{"calendar days need no calendar", "2026-12-31 10:00", "60d", "2027-03-01 23:59:59", false},
		{"leap day", "2028-02-28 10:00", "1d", "2028-02-29 23:59:59", false},
		{"working hours from the moment", "2026-11-23 09:15", "4wh", "2026-11-23 13:15:00", false},
		{"to the very close", "2026-11-23 13:30", "4wh", "2026-11-23 17:30:00", false},
		{"on to the next day", "2026-11-23 16:00", "4wh", "2026-11-24 10:30:00", false},
		{"from before opening", "2026-11-23 05:00", "1wh", "2026-11-23 09:00:00", false},
		{"from after close, over a weekend", "2026-11-20 18:00", "1wh", "2026-11-23 09:00:00", false},
		{"over National Day in hours", "2026-09-30 17:00", "1wh", "2026-10-08 08:30:00", false},
		{"the working day before", "2026-11-23 17:30", "-1wd", "2026-11-20 17:30:00", false},
		{"before the first day after National Day", "2026-10-08 17:30", "-1wd", "2026-09-30 17:30:00", false},
		{"hours back", "2026-11-23 09:00", "-2wh", "2026-11-20 16:30:00", false},
		{"nothing", "2026-11-22 03:00", "0wd", "2026-11-22 03:00:00", false},
		{"into a year without data", "2026-12-31 10:00", "1wd", "2027-01-01 17:30:00", true},
		{"up to its end", "2026-12-30 10:00", "1wd", "2026-12-31 17:30:00", false},
		{"within a year without data", "2027-10-01 10:00", "5wd", "2027-10-08 17:30:00", true},
		{"hours in a year without data", "2027-10-01 10:00", "1wh", "2027-10-01 11:00:00", true},
		{"back into a year without data", "2025-01-02 10:00", "-1wd", "2024-12-31 17:30:00", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			span, err := ParseSpan(tt.span)
			if err != nil {
				t.Fatal(err)
			}
			got, estimated := c.Add(at(t, c, tt.start), span)
			if got.Format(layout) != tt.want || estimated != tt.estimated {
				t.Errorf("Add(%s, %s) = %s, %v; want %s, %v", tt.start, tt.span, got.Format(layout), estimated, tt.want, tt.estimated)
			}
			utc, _ := c.Add(at(t, c, tt.start).UTC(), span)
			if !utc.Equal(got) {
				t.Errorf("from UTC it is %v", utc)
			}
		})
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	for _, tt := range []struct {
		a, b string
		want time.Duration
	}{
		{"2026-11-23 08:00", "2026-11-23 17:30", 9*time.Hour + 30*time.Minute},
		{"2026-11-23 09:00", "2026-11-23 10:00", time.Hour},
		{"2026-11-20 17:00", "2026-11-23 08:30", time.Hour},
		{"2026-11-21 00:00", "2026-11-22 23:00", 0},
		{"2026-09-30 17:00", "2026-10-08 09:00", 90 * time.Minute},
		{"2026-10-10 00:00", "2026-10-11 00:00", 9*time.Hour + 30*time.Minute},
		{"2026-11-23 10:00", "2026-11-23 09:00", -time.Hour},
		{"2026-11-23 10:00", "2026-11-23 10:00", 0},
	} {
		if got := c.Between(at(t, c, tt.a), at(t, c, tt.b)); got != tt.want {
			t.Errorf("Between(%s, %s) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
	if c.Estimated(at(t, c, "2025-01-01 00:00"), at(t, c, "2026-12-31 23:00")) ||
		!c.Estimated(at(t, c, "2027-01-01 00:00"), at(t, c, "2026-12-31 23:00")) {
		t.Error("Estimated is wrong")
	}
}

// TestHoursAgree checks that what Add adds, Between counts.
func TestHoursAgree(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	start := at(t, c, "2026-09-17 00:00")
	for i := range 24 * 40 {
		from := start.Add(time.Duration(i)*time.Hour + 7*time.Minute)
		for _, n := range []int{1, 3, 9, 10, 40} {
			due, _ := c.Add(from, Span{n, WorkingHours})
			if got := c.Between(from, due); got != time.Duration(n)*time.Hour {
				t.Fatalf("%d hours from %v end at %v, %v of work later", n, from, due, got)
			}
			back, _ := c.Add(due, Span{-n, WorkingHours})
			if got := c.Between(back, due); got != time.Duration(n)*time.Hour {
				t.Fatalf("%d hours back from %v begin at %v, %v of work before", n, due, back, got)
			}
		}
	}
}

// TestSummerTime checks a zone whose days are not all 24 hours long.
func TestSummerTime(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Location: berlin})
	if err != nil {
		t.Fatal(err)
	}
	// The clocks go forward on Sunday 2026-03-29.
	start := time.Date(2026, 3, 27, 17, 0, 0, 0, berlin)
	if got, _ := c.Add(start, Span{1, WorkingDays}); !got.Equal(time.Date(2026, 3, 30, 17, 30, 0, 0, berlin)) {
		t.Errorf("1wd ends at %v", got)
	}
	if got, _ := c.Add(start, Span{2, Days}); !got.Equal(time.Date(2026, 3, 29, 23, 59, 59, 0, berlin)) {
		t.Errorf("2d ends at %v", got)
	}
	if got, _ := c.Add(start, Span{1, WorkingHours}); !got.Equal(time.Date(2026, 3, 30, 8, 30, 0, 0, berlin)) {
		t.Errorf("1wh ends at %v", got)
	}
	if got := c.CloseOn(time.Date(2026, 3, 29, 12, 0, 0, 0, berlin)); got.Hour() != 17 || got.Minute() != 30 {
		t.Errorf("work closes at %v", got)
	}
}

func TestOwnHours(t *testing.T) {
	t.Parallel()
	c, err := New(Options{Open: 9 * 60, Close: 17 * 60})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Add(at(t, c, "2026-11-23 16:00"), Span{2, WorkingHours}); got.Format(layout) != "2026-11-24 10:00:00" {
		t.Errorf("2wh end at %v", got)
	}
	if open, close := c.Hours(); open != 540 || close != 1020 {
		t.Errorf("hours are %v to %v", open, close)
	}
	if got := c.OpenOn(at(t, c, "2026-11-22 23:00")).Format(layout); got != "2026-11-22 09:00:00" {
		t.Errorf("OpenOn = %s", got)
	}
	if !slices.Contains(c.Years(), 2026) {
		t.Error("built-in years are gone")
	}
}
