package calendar

import (
	"slices"
	"time"
)

// ShiftDays says on which days a shift begins.
type ShiftDays string

// The kinds of days. A holiday that falls on a weekend is both: the order of
// the shifts decides.
const (
	Holidays ShiftDays = "holidays" // statutory holidays
	Weekends ShiftDays = "weekends" // Saturdays and Sundays that are no make-up workdays
	Workdays ShiftDays = "workdays"
	Everyday ShiftDays = "everyday"
)

// Rotation says how often the next person takes a shift over.
type Rotation string

// The rotations: by calendar days, or by weeks, from the shift's start date.
const (
	Daily  Rotation = "daily"
	Weekly Rotation = "weekly"
)

// DefaultStart is the date that rotations count from when a shift names none.
const DefaultStart = "2026-01-05"

// Shift is a part of the day that somebody is on duty (clause C12). One that
// ends no later than it begins goes on into the next day and belongs to the day
// it begins on.
type Shift struct {
	ID     string
	Days   ShiftDays
	From   TimeOfDay
	To     TimeOfDay
	Rotate Rotation // "" is daily
	Start  string   // YYYY-MM-DD; "" is DefaultStart
	People []string // addresses, in the order of the rotation
	// Instead names who has the shift that begins on a date, in place of the
	// rotation: dates as YYYY-MM-DD to addresses.
	Instead map[string]string
}

// Watch is one stretch of duty: who is on, and who is next in line.
type Watch struct {
	Shift    string
	Officer  string // "" when the shift has no people
	Next     string // whom the rotation names after the officer; "" when nobody else
	From, To time.Time
}

// OnDuty returns who is on duty at t: the officer of the first shift that holds,
// nobody when none does or it has no people.
func (c *Calendar) OnDuty(shifts []Shift, t time.Time) []string {
	w, ok := c.Watch(shifts, t)
	if !ok || w.Officer == "" {
		return nil
	}
	return []string{w.Officer}
}

// Watch returns the watch that holds at t. Its To is when another watch begins,
// which an earlier shift in the list can bring about before the shift is over.
func (c *Calendar) Watch(shifts []Shift, t time.Time) (Watch, bool) {
	w, ok := c.holding(shifts, t)
	if !ok {
		return Watch{}, false
	}
	for _, b := range c.boundaries(shifts, t, w.To) {
		if next, ok := c.holding(shifts, b); !ok || next.Shift != w.Shift || !next.From.Equal(w.From) {
			w.To = b
			break
		}
	}
	return w, true
}

// NextChange returns the first instant after t at which another watch begins or
// duty ends; false when nothing changes within two weeks.
func (c *Calendar) NextChange(shifts []Shift, t time.Time) (time.Time, bool) {
	now, on := c.holding(shifts, t)
	for _, b := range c.boundaries(shifts, t, t.AddDate(0, 0, 14)) {
		next, ok := c.holding(shifts, b)
		if ok != on || ok && (next.Shift != now.Shift || !next.From.Equal(now.From)) {
			return b, true
		}
	}
	return time.Time{}, false
}

// holding finds the first shift that holds at t, with its own full length.
func (c *Calendar) holding(shifts []Shift, t time.Time) (Watch, bool) {
	today := c.civil(t)
	for _, s := range shifts {
		for _, day := range []civil{today, today.add(-1)} {
			from, to := c.length(s, day)
			if c.begins(s, day) && !t.Before(from) && t.Before(to) {
				w := Watch{Shift: s.ID, From: from, To: to}
				w.Officer, w.Next = s.officer(day)
				return w, true
			}
		}
	}
	return Watch{}, false
}

// length is the stretch of a shift that begins on a day.
func (c *Calendar) length(s Shift, day civil) (from, to time.Time) {
	end := day
	if s.To <= s.From {
		end = day.add(1)
	}
	return c.at(day, s.From), c.at(end, s.To)
}

func (c *Calendar) begins(s Shift, day civil) bool {
	switch s.Days {
	case Everyday:
		return true
	case Workdays:
		return c.worksOn(day)
	case Weekends:
		return day.weekend() && !c.worksOn(day)
	case Holidays:
		listed, ok := c.days[day]
		return ok && listed.Off
	}
	return false
}

// officer names who has the shift that begins on a day, and who follows.
func (s Shift) officer(day civil) (officer, next string) {
	n := len(s.People)
	if n > 0 {
		start, err := parseCivil(s.Start)
		if err != nil {
			start = civil{2026, time.January, 5}
		}
		turn := day.since(start)
		if s.Rotate == Weekly {
			turn = floorDiv(turn, 7)
		}
		i := turn - n*floorDiv(turn, n)
		officer = s.People[i]
		next = s.People[(i+1)%n]
	}
	if other := s.Instead[day.midday().Format(time.DateOnly)]; other != "" {
		// Who should have had the shift is the nearest to ask.
		officer, next = other, officer
	}
	if next == officer {
		next = ""
	}
	return officer, next
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// boundaries lists the instants in (t, end] at which some shift begins or ends.
func (c *Calendar) boundaries(shifts []Shift, t, end time.Time) []time.Time {
	var out []time.Time
	first, last := c.civil(t).add(-1), c.civil(end)
	for _, s := range shifts {
		for day := first; !last.before(day); day = day.add(1) {
			if !c.begins(s, day) {
				continue
			}
			from, to := c.length(s, day)
			for _, b := range []time.Time{from, to} {
				if b.After(t) && !b.After(end) {
					out = append(out, b)
				}
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}
