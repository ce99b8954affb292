package report

import (
	"sort"
	"time"

	"xinfangd/gateway/petition"
)

// Flow is a stretch of a period, a day or a month, with what came and what went
// in it: letters and answers to citizens; or, of a division, cases received and
// opinions handed in.
type Flow struct {
	From, To time.Time
	In, Out  Cases
}

// manyDays is from how many days on a period is told by months.
const manyDays = 63

// newFlow cuts a period into days, or into months when it is long. The first
// and the last may be cut short.
func newFlow(from, to time.Time, zone *time.Location) []Flow {
	from, to = from.In(zone), to.In(zone)
	begin := func(n int) time.Time { return time.Date(from.Year(), from.Month(), from.Day()+n, 0, 0, 0, 0, zone) }
	if begin(manyDays).Before(to) {
		begin = func(n int) time.Time { return time.Date(from.Year(), from.Month()+time.Month(n), 1, 0, 0, 0, 0, zone) }
	}
	var list []Flow
	for at, n := from, 1; at.Before(to); n++ {
		end := begin(n)
		if end.After(to) {
			end = to
		}
		list = append(list, Flow{From: at, To: end})
		at = end
	}
	return list
}

// stretchOf is the stretch that a moment lies in, nil when in none.
func stretchOf(list []Flow, at time.Time) *Flow {
	i := sort.Search(len(list), func(i int) bool { return at.Before(list[i].To) })
	if i == len(list) || at.Before(list[i].From) {
		return nil
	}
	return &list[i]
}

func came(list []Flow, at time.Time, n petition.Number) {
	if f := stretchOf(list, at); f != nil {
		f.In = append(f.In, n)
	}
}

func went(list []Flow, at time.Time, n petition.Number) {
	if f := stretchOf(list, at); f != nil {
		f.Out = append(f.Out, n)
	}
}

// byMonths reports whether a flow is told by months.
func byMonths(list []Flow) bool {
	return len(list) > 1 && list[0].To.Sub(list[0].From) > 36*time.Hour || len(list) > 2 && list[1].To.Sub(list[1].From) > 36*time.Hour
}

// name is the stretch as an axis names it: the day of the month, or the month.
func (f Flow) name(months bool) string {
	if months {
		return f.From.Format("1月")
	}
	return f.From.Format("2")
}
