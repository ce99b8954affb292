package calendar

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxEventDays is more than any holiday; a longer event is a mistake.
const maxEventDays = 60

// event is what we read of a VEVENT: RFC 5545 section 3.6.1.
type event struct {
	summary, special string
	start, end       civil
	hasStart, hasEnd bool
	line             int // where it begins
}

// parseICS reads the iCalendar holiday files that phones and sites offer. An
// event is a day off or a make-up workday by its mark: 休 or 班 in the summary,
// as in “国庆节（休）”, or Apple's X-APPLE-SPECIAL-DAY. Where some events bear
// marks, those without are mere observances (妇女节) and no days off; where none
// does, all are days off.
//
// A year counts as loaded when it has an event before December, since the last
// days of December may belong to the next year's New Year.
func parseICS(data []byte) ([]Year, error) {
	events, err := readEvents(data)
	if err != nil {
		return nil, err
	}
	marked := slices.ContainsFunc(events, func(e event) bool { _, ok := e.off(); return ok })
	days, loaded := make(map[civil]Day), make(map[int]bool)
	for _, e := range events {
		off, ok := e.off()
		if !ok && marked {
			continue
		}
		for d := e.start; d.before(e.end); d = d.add(1) {
			date := d.midday().Format(time.DateOnly)
			if old, ok := days[d]; ok && old.Off != (off || !marked) {
				return nil, bad(e.line, "%s 既是假日又是工作日", date)
			}
			days[d] = Day{Name: e.name(), Date: date, Off: off || !marked}
			loaded[d.year] = loaded[d.year] || d.month < time.December
		}
	}
	years := make(map[int]*Year)
	for _, d := range slices.SortedFunc(maps.Keys(days), func(a, b civil) int { return a.since(b) }) {
		year := d.year
		if !loaded[year] {
			year++
		}
		if years[year] == nil {
			years[year] = &Year{Year: year}
		}
		years[year].Days = append(years[year].Days, days[d])
	}
	var out []Year
	for _, y := range slices.Sorted(maps.Keys(years)) {
		if loaded[y] {
			out = append(out, *years[y])
		}
	}
	if len(out) == 0 {
		return nil, bad(1, "里面没有节假日")
	}
	return out, nil
}

// off tells whether the event marks a day off, or a workday; ok is false
// when it marks neither.
func (e event) off() (off, ok bool) {
	switch {
	case strings.EqualFold(e.special, "WORK-HOLIDAY"):
		return true, true
	case strings.EqualFold(e.special, "ALTERNATE-WORKDAY"):
		return false, true
	case strings.Contains(e.summary, "班"):
		return false, true
	case strings.Contains(e.summary, "休"), strings.Contains(e.summary, "放假"), strings.Contains(e.summary, "假期"):
		return true, true
	}
	return false, false
}

// name is the summary without its mark.
func (e event) name() string {
	name := e.summary
	for _, mark := range []string{"（休）", "（班）", "(休)", "(班)", "放假", "假期", "补班", "调休", "上班"} {
		name = strings.ReplaceAll(name, mark, "")
	}
	return strings.TrimSpace(name)
}

// unfolded walks the lines of a text, those that were folded as one, each with
// the number of its first.
func unfolded(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		whole, first := "", 0
		for i, line := range strings.Split(text, "\n") {
			if first > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) {
				whole += line[1:]
				continue
			}
			if first > 0 && !yield(first, whole) {
				return
			}
			whole, first = line, i+1
		}
		yield(first, whole)
	}
}

func readEvents(data []byte) ([]event, error) {
	// RFC 5545 section 3.1: long lines are folded with CRLF and a blank.
	var (
		events  []event
		current *event
	)
	for number, line := range unfolded(strings.ReplaceAll(string(data), "\r\n", "\n")) {
		head, value, _ := strings.Cut(line, ":")
		name, _, _ := strings.Cut(strings.ToUpper(head), ";")
		switch {
		case name == "BEGIN" && strings.EqualFold(value, "VEVENT"):
			current = &event{line: number}
		case current == nil:
		case name == "END" && strings.EqualFold(value, "VEVENT"):
			if err := current.finish(); err != nil {
				return nil, bad(number, "%s", err)
			}
			events = append(events, *current)
			current = nil
		default:
			if err := current.set(name, value); err != nil {
				return nil, bad(number, "%s", err)
			}
		}
	}
	return events, nil
}

func (e *event) set(name, value string) error {
	var err error
	switch name {
	case "SUMMARY":
		e.summary = strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\N`, " ", `\\`, `\`).Replace(value)
	case "X-APPLE-SPECIAL-DAY":
		e.special = strings.TrimSpace(value)
	case "DTSTART":
		e.start, err = parseICSDate(value)
		e.hasStart = true
	case "DTEND":
		e.end, err = parseICSDate(value)
		e.hasEnd = true
	case "RRULE", "RDATE":
		err = errors.New("重复的日程不能作节假日")
	}
	return err
}

func (e *event) finish() error {
	if !e.hasStart {
		return errors.New("缺少 DTSTART")
	}
	// RFC 5545 section 3.6.1: the end of an all-day event is the day after it;
	// without one it lasts a day.
	if !e.hasEnd || !e.start.before(e.end) {
		e.end = e.start.add(1)
	}
	if e.end.since(e.start) > maxEventDays {
		return fmt.Errorf("长于 %d 天", maxEventDays)
	}
	return nil
}

// parseICSDate reads a DATE, or the date of a DATE-TIME, as written.
func parseICSDate(value string) (civil, error) {
	value = strings.TrimSpace(value)
	if len(value) > 8 && value[8] == 'T' {
		value = value[:8]
	}
	t, err := time.Parse("20060102", value)
	if err != nil {
		return civil{}, fmt.Errorf("%q 不是日期，应写成 20261001 这样", value)
	}
	return civil{t.Year(), t.Month(), t.Day()}, nil
}
