package calendar

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func shifts() []Shift {
	return []Shift{
		{ID: "holiday", Days: Holidays, From: 480, To: 480, Rotate: Daily, People: []string{"h1", "h2"}},
		{ID: "weekend", Days: Weekends, From: 480, To: 1050, Rotate: Daily, People: []string{"w1", "w2", "w3"}},
		{ID: "day", Days: Workdays, From: 480, To: 1050, Rotate: Weekly, People: []string{"d1", "d2"}},
		{ID: "night", Days: Everyday, From: 1050, To: 480, Rotate: Daily, People: []string{"n1", "n2"}, Instead: map[string]string{"2026-01-07": "x"}},
	}
}

func TestOnDuty(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	for _, tt := range []struct{ name, at, shift, officer string }{
		{"Monday, first of the rotation", "2026-01-05 08:00", "day", "d1"},
		{"a minute before", "2026-01-05 07:59", "night", "n2"}, // the night of Sunday the 4th
		{"Friday of that week", "2026-01-09 17:29", "day", "d1"},
		{"the week after", "2026-01-12 10:00", "day", "d2"},
		{"two weeks after", "2026-01-19 10:00", "day", "d1"},
		{"first night", "2026-01-05 17:30", "night", "n1"},
		{"the same night after midnight", "2026-01-06 03:00", "night", "n1"},
		{"second night", "2026-01-06 17:30", "night", "n2"},
		{"exception", "2026-01-07 23:00", "night", "x"},
		{"exception after midnight", "2026-01-08 07:59", "night", "x"},
		{"Saturday", "2026-01-10 12:00", "weekend", "w3"}, // 5 days after the start
		{"Sunday", "2026-01-11 12:00", "weekend", "w1"},
		{"make-up Saturday is a workday", "2026-10-10 10:00", "day", "d2"},
		{"make-up Sunday is a workday", "2026-09-20 10:00", "day", "d1"},
		{"holiday before the rotation's start", "2026-01-03 12:00", "holiday", "h1"},
		{"National Day Eve", "2026-09-30 23:00", "night", "n1"},
		{"National Day morning is still the night's", "2026-10-01 07:59", "night", "n1"},
		{"National Day", "2026-10-01 08:00", "holiday", "h2"},
		{"the holiday's night", "2026-10-01 22:00", "holiday", "h2"},
		{"a holiday Saturday", "2026-10-03 12:00", "holiday", "h2"},
		{"the holiday's last night", "2026-10-08 07:59", "holiday", "h2"},
		{"back at work", "2026-10-08 08:00", "day", "d2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, ok := c.Watch(shifts(), at(t, c, tt.at))
			if !ok || w.Shift != tt.shift || w.Officer != tt.officer {
				t.Errorf("at %s on duty is %+v, %v; want %s %s", tt.at, w, ok, tt.shift, tt.officer)
			}
			if diff := cmp.Diff([]string{tt.officer}, c.OnDuty(shifts(), at(t, c, tt.at))); diff != "" {
				t.Error(diff)
			}
			if w.From.After(at(t, c, tt.at)) || !w.To.After(at(t, c, tt.at)) {
				t.Errorf("%s is outside %v to %v", tt.at, w.From, w.To)
			}
		})
	}
}

func TestNobodyOnDuty(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	if got := c.OnDuty(nil, at(t, c, "2026-01-05 10:00")); got != nil {
		t.Errorf("no shifts, on duty %v", got)
	}
	day := []Shift{{ID: "day", Days: Workdays, From: 480, To: 1050}}
	if w, ok := c.Watch(day, at(t, c, "2026-01-05 10:00")); !ok || w.Officer != "" || w.Next != "" {
		t.Errorf("a shift without people is %+v, %v", w, ok)
	}
	if _, ok := c.Watch(day, at(t, c, "2026-01-05 18:00")); ok {
		t.Error("on duty after the shift")
	}
	if _, ok := c.Watch([]Shift{{Days: "mondays", To: 60}}, at(t, c, "2026-01-05 00:30")); ok {
		t.Error("an unknown kind of day holds")
	}
}

func TestWatchBoundsAndNext(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	w, _ := c.Watch(shifts(), at(t, c, "2026-09-30 23:00"))
	want := Watch{Shift: "night", Officer: "n1", Next: "n2", From: at(t, c, "2026-09-30 17:30"), To: at(t, c, "2026-10-01 08:00")}
	if diff := cmp.Diff(want, w); diff != "" {
		t.Error(diff)
	}
	// An earlier shift in the list cuts a later one short.
	long := []Shift{
		{ID: "day", Days: Workdays, From: 480, To: 1050, People: []string{"d"}},
		{ID: "always", Days: Everyday, From: 0, To: 0, People: []string{"a"}},
	}
	w, _ = c.Watch(long, at(t, c, "2026-01-05 03:00"))
	want = Watch{Shift: "always", Officer: "a", From: at(t, c, "2026-01-05 00:00"), To: at(t, c, "2026-01-05 08:00")}
	if diff := cmp.Diff(want, w); diff != "" {
		t.Error(diff)
	}
	w, _ = c.Watch(shifts(), at(t, c, "2026-01-07 23:00"))
	if w.Officer != "x" || w.Next != "n1" {
		t.Errorf("exception: %+v, want x, then n1 whose turn it was", w)
	}
}

func TestNextChange(t *testing.T) {
	t.Parallel()
	c := newCalendar(t)
	now := at(t, c, "2026-09-30 07:00")
	for _, want := range []string{
		"2026-09-30 08:00:00", "2026-09-30 17:30:00", "2026-10-01 08:00:00", "2026-10-02 08:00:00", // holidays go from 8 to 8
	} {
		next, ok := c.NextChange(shifts(), now)
		if !ok || next.Format(layout) != want {
			t.Fatalf("after %v duty changes at %v, %v; want %s", now, next, ok, want)
		}
		now = next
	}
	if _, ok := c.NextChange(nil, now); ok {
		t.Error("duty changes without shifts")
	}
	day := []Shift{{ID: "day", Days: Workdays, From: 480, To: 1050, People: []string{"d"}}}
	if next, ok := c.NextChange(day, at(t, c, "2026-09-30 18:00")); !ok || next.Format(layout) != "2026-10-08 08:00:00" {
		t.Errorf("duty begins at %v, %v", next, ok)
	}
}
