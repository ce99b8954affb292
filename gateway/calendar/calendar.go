package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the office's zone must be known on a bare container too
)

// TimeOfDay is a moment of any day, in minutes after midnight.
type TimeOfDay int

// The hours of work when nobody says otherwise (clause C12).
const (
	DefaultOpen  TimeOfDay = 8 * 60
	DefaultClose TimeOfDay = 17*60 + 30
)

// ParseTimeOfDay reads HH:MM, from 00:00 to 24:00.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	hour, minute, ok := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if !ok || err1 != nil || err2 != nil || len(hour) > 2 || len(minute) != 2 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("parse time of day %q: not HH:MM", s)
	}
	return TimeOfDay(h*60 + m), nil
}

// String writes HH:MM.
func (d TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(d)/60, int(d)%60) }

// Options say how to build a Calendar. The zero value is an office in China
// with the built-in years.
type Options struct {
	Location    *time.Location // nil: Asia/Shanghai
	Open, Close TimeOfDay      // both zero: 8:00 to 17:30
	Years       []Year         // over the built-in years, in order
}

// Calendar counts in one office's days. It never changes once built, so any
// number of goroutines may share it.
type Calendar struct {
	location    *time.Location
	open, close TimeOfDay
	years       map[int]bool
	days        map[civil]Day
	digest      string
}

// New builds a calendar from the built-in years and those of the options. A
// year that is complete (see Year.Complete) replaces one that was there; one
// that is not is laid over it, day by day.
func New(o Options) (*Calendar, error) {
	c := &Calendar{location: o.Location, open: o.Open, close: o.Close, years: make(map[int]bool), days: make(map[civil]Day)}
	if c.location == nil {
		shanghai, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, fmt.Errorf("load time zone: %w", err)
		}
		c.location = shanghai
	}
	if c.open == 0 && c.close == 0 {
		c.open, c.close = DefaultOpen, DefaultClose
	}
	if c.open < 0 || c.close > 24*60 || c.open >= c.close {
		return nil, errors.New("build calendar: work must begin before it ends, within one day")
	}
	builtIn, err := BuiltIn()
	if err != nil {
		return nil, err
	}
	for _, y := range slices.Concat(builtIn, o.Years) {
		if err := c.load(y); err != nil {
			return nil, err
		}
	}
	c.digest = c.summary()
	return c, nil
}

func (c *Calendar) load(y Year) error {
	if y.Complete() {
		maps.DeleteFunc(c.days, func(d civil, _ Day) bool { return d.year == y.Year })
	}
	c.years[y.Year] = true
	for _, day := range y.Days {
		d, err := parseCivil(day.Date)
		if err != nil {
			return fmt.Errorf("load calendar %d: %w", y.Year, err)
		}
		c.days[d] = day
	}
	return nil
}

// Location returns the office's time zone.
func (c *Calendar) Location() *time.Location { return c.location }

// Hours returns when work begins and ends on a working day.
func (c *Calendar) Hours() (open, close TimeOfDay) { return c.open, c.close }

// Years returns the years that were loaded, in order.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// Missing reports whether nothing was loaded for a year, so that what is counted
// in it is an estimate.
func (c *Calendar) Missing(year int) bool { return !c.years[year] }

// Digest tells this calendar from one that counts otherwise: SHA-256 over the
// years, their days and the hours of work.
func (c *Calendar) Digest() string { return c.digest }

// summary is what Digest is made of.
func (c *Calendar) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s-%s %v\n", c.location, c.open, c.close, c.Years())
	days := slices.SortedFunc(maps.Keys(c.days), func(a, b civil) int { return a.since(b) })
	for _, d := range days {
		fmt.Fprintf(&b, "%04d-%02d-%02d %t\n", d.year, d.month, d.day, c.days[d].Off)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// WorkingDay reports whether the office works on the day of t.
func (c *Calendar) WorkingDay(t time.Time) bool { return c.worksOn(c.civil(t)) }

// Holiday returns the name of the statutory holiday on the day of t, "" when
// there is none. A make-up workday is none.
func (c *Calendar) Holiday(t time.Time) string {
	if day, ok := c.days[c.civil(t)]; ok && day.Off {
		return day.Name
	}
	return ""
}

// Working reports whether t lies within the hours of work.
func (c *Calendar) Working(t time.Time) bool {
	d := c.civil(t)
	return c.worksOn(d) && !t.Before(c.at(d, c.open)) && t.Before(c.at(d, c.close))
}

// OpenOn and CloseOn return when work begins and ends on the day of t, whether
// or not the office works that day.
func (c *Calendar) OpenOn(t time.Time) time.Time { return c.at(c.civil(t), c.open) }

// CloseOn is described at OpenOn.
func (c *Calendar) CloseOn(t time.Time) time.Time { return c.at(c.civil(t), c.close) }

func (c *Calendar) worksOn(d civil) bool {
	if day, ok := c.days[d]; ok {
		return !day.Off
	}
	return !d.weekend()
}

// civil is a date without time or zone; time.Time values are poor map keys.
type civil struct {
	year  int
	month time.Month
	day   int
}

func (c *Calendar) civil(t time.Time) civil {
	y, m, d := t.In(c.location).Date()
	return civil{y, m, d}
}

// at is the instant of a moment on a date in the office's zone.
func (c *Calendar) at(d civil, m TimeOfDay) time.Time {
	return time.Date(d.year, d.month, d.day, 0, int(m), 0, 0, c.location)
}

func (d civil) midday() time.Time { return time.Date(d.year, d.month, d.day, 12, 0, 0, 0, time.UTC) }

func (d civil) add(days int) civil {
	y, m, day := d.midday().AddDate(0, 0, days).Date()
	return civil{y, m, day}
}

func (d civil) weekend() bool {
	w := d.midday().Weekday()
	return w == time.Saturday || w == time.Sunday
}

// since counts the days from e to d.
func (d civil) since(e civil) int {
	return int((d.midday().Unix() - e.midday().Unix()) / (24 * 3600))
}

func (d civil) before(e civil) bool { return d.midday().Before(e.midday()) }

func parseCivil(s string) (civil, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return civil{}, fmt.Errorf("parse date %q: not YYYY-MM-DD", s)
	}
	return civil{t.Year(), t.Month(), t.Day()}, nil
}
