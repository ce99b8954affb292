package calendar

import "time"

// Add returns when a span that begins at t ends. The first day of a period does
// not count (spec system section 1): Nwd ends at the close of work of the N-th
// working day after the day of t, Nd at the last second of the N-th day after;
// working hours count from the moment, the clock always runs. Negative spans
// count back the same way, and nothing added is t itself.
//
// estimated tells that working time was counted in a year that was not loaded.
func (c *Calendar) Add(t time.Time, s Span) (due time.Time, estimated bool) {
	if s.N == 0 {
		return t, false
	}
	switch s.Unit {
	case Days:
		return c.at(c.civil(t).add(s.N), 24*60).Add(-time.Second), false
	case WorkingDays:
		return c.addDays(t, s.N)
	case WorkingHours:
		return c.addHours(t, time.Duration(s.N)*time.Hour)
	}
	return t.Add(time.Duration(s.N) * time.Second), false
}

func (c *Calendar) addDays(t time.Time, n int) (due time.Time, estimated bool) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	day := c.civil(t)
	for n > 0 {
		day = day.add(step)
		estimated = estimated || c.Missing(day.year)
		if c.worksOn(day) {
			n--
		}
	}
	return c.at(day, c.close), estimated
}

func (c *Calendar) addHours(t time.Time, left time.Duration) (due time.Time, estimated bool) {
	day, step := c.civil(t), 1
	if left < 0 {
		step, left = -1, -left
	}
	for {
		estimated = estimated || c.Missing(day.year)
		from, to := c.at(day, c.open), c.at(day, c.close)
		if step > 0 && from.Before(t) {
			from = t
		}
		if step < 0 && to.After(t) {
			to = t
		}
		if c.worksOn(day) && from.Before(to) {
			if room := to.Sub(from); left > room {
				left -= room
			} else if step > 0 {
				return from.Add(left), estimated
			} else {
				return to.Add(-left), estimated
			}
		}
		day = day.add(step)
	}
}

// Between returns the working time from a to b, negative when b comes first.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Between(b, a)
	}
	var sum time.Duration
	for day, last := c.civil(a), c.civil(b); !last.before(day); day = day.add(1) {
		if !c.worksOn(day) {
			continue
		}
		from, to := c.at(day, c.open), c.at(day, c.close)
		if from.Before(a) {
			from = a
		}
		if to.After(b) {
			to = b
		}
		if from.Before(to) {
			sum += to.Sub(from)
		}
	}
	return sum
}

// Estimated reports whether working time between a and b touches a year that
// was not loaded.
func (c *Calendar) Estimated(a, b time.Time) bool {
	if b.Before(a) {
		a, b = b, a
	}
	for year := c.civil(a).year; year <= c.civil(b).year; year++ {
		if c.Missing(year) {
			return true
		}
	}
	return false
}
