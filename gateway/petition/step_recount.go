package petition

import (
	"time"

	"xinfangd/gateway/calendar"
)

// Recount is the answer's deadline of a case as the policy's calendar counts it:
// what it was counted from, by the same periods. ok is false when the case has
// no deadline, or none that is known how it was counted.
func Recount(c Case, p Policy) (due time.Time, estimated, ok bool) {
	if c.Due.IsZero() || c.DueFrom.IsZero() || len(c.Spans) == 0 {
		return c.Due, c.Estimated, false
	}
	due = c.DueFrom
	for _, word := range c.Spans {
		span, err := calendar.ParseSpan(word)
		if err != nil {
			return c.Due, c.Estimated, false
		}
		var guess bool
		due, guess = p.Calendar.Add(due, span)
		estimated = estimated || guess
	}
	return due, estimated, true
}

// RecountText tells both values of a deadline that another calendar moves.
func RecountText(c Case, p Policy) string {
	due, estimated, _ := Recount(c, p)
	text := "工作日历更新，办理期限由" + minute(c.Due, p) + marked(c.Estimated) + "改为" + minute(due, p) + marked(estimated)
	if due.Equal(c.Due) {
		text = "工作日历更新，办理期限仍为" + minute(due, p) + marked(estimated) + "，原为" + minute(c.Due, p) + marked(c.Estimated)
	}
	return text
}

func marked(estimated bool) string {
	if estimated {
		return "（估算）"
	}
	return ""
}

// recounted follows a change of the calendar: the deadline and the clocks that
// count working days are set anew. What has gone off already does not do so
// again; of the chases that the new count puts into the past the latest is sent.
func (s *step) recounted() error {
	due, estimated, ok := Recount(s.c, s.p)
	if !ok || due.Equal(s.c.Due) && estimated == s.c.Estimated {
		return s.refuse("办理期限没有变化")
	}
	before := s.c.Due
	s.c.Due, s.c.Estimated = due, estimated
	for i := range s.c.Dispatches {
		d := &s.c.Dispatches[i]
		if !d.Ended.IsZero() {
			continue
		}
		if d.Due.Equal(before) {
			d.Due = due
		}
		if sign, _ := s.p.Calendar.Add(d.At, s.p.Deadlines.Sign); d.Signed.IsZero() && s.c.State == Dispatched && !s.chasedFor(ClockSign, i+1, d.At) {
			s.emit(Start{Clock: ClockSign, Step: i + 1, Due: sign})
		}
	}
	if d := s.c.Pending(); d != nil && !s.chasedFor(ClockApprove, 1, d.AskedAt()) && !s.chasedFor(ClockApprove, 0, d.AskedAt()) {
		at, _ := s.p.ApproveBy(*d)
		s.emit(Start{Clock: ClockApprove, Due: at})
	}
	if s.c.State == Dispatched {
		s.climb()
	}
	return nil
}

// climb sets the chase ladder anew behind the rungs that were climbed.
func (s *step) climb() {
	s.emit(Stop{Clocks: []Clock{ClockChase}})
	missed := 0
	for i, rung := range s.p.Chase {
		if s.chasedFor(ClockChase, i+1, s.c.LadderAt) {
			missed = 0
			continue
		}
		at, _ := s.p.Calendar.Add(s.c.Due, rung.At)
		if at.After(s.now) {
			s.emit(Start{Clock: ClockChase, Step: i + 1, Due: at})
			continue
		}
		missed = i + 1
	}
	if missed > 0 {
		s.emit(Start{Clock: ClockChase, Step: missed, Due: s.now})
	}
}

// chasedFor reports whether a clock's step has gone off since an instant.
func (s *step) chasedFor(clock Clock, step int, since time.Time) bool {
	for _, chase := range s.c.Chases {
		if chase.Clock == clock && chase.Step == step && !chase.At.Before(since) {
			return true
		}
	}
	return false
}
