package calendar

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// Day is a day that is not what its weekday says: a holiday, or a make-up
// workday. The JSON shape is that of the public holiday-cn project.
type Day struct {
	Name string `json:"name"`
	Date string `json:"date"` // YYYY-MM-DD
	Off  bool   `json:"isOffDay"`
}

// Year is one year's notice. Its days may lie just outside the year: the last
// day of December can belong to the next year's New Year holiday.
type Year struct {
	Year int   `json:"year"`
	Days []Day `json:"days"`
}

// Complete reports whether the year is a whole year's notice rather than a few
// changes to one: the holidays with fixed dates, of 1 January, 1 May and
// 1 October, are all there.
func (y Year) Complete() bool {
	found := 0
	for _, fixed := range []string{"01-01", "05-01", "10-01"} {
		for _, d := range y.Days {
			if d.Off && d.Date == fmt.Sprintf("%04d-%s", y.Year, fixed) {
				found++
				break
			}
		}
	}
	return found == 3
}

//go:embed years/*.json
var builtIn embed.FS

// BuiltIn returns the years that come with the program.
func BuiltIn() ([]Year, error) {
	entries, err := fs.ReadDir(builtIn, "years")
	if err != nil {
		return nil, fmt.Errorf("read built-in years: %w", err)
	}
	var years []Year
	for _, e := range entries {
		data, err := builtIn.ReadFile(path.Join("years", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read built-in years: %w", err)
		}
		some, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read built-in year %s: %w", e.Name(), err)
		}
		years = append(years, some...)
	}
	return years, nil
}

// ErrFormat says that a file is neither JSON nor iCalendar.
var ErrFormat = errors.New("neither holiday JSON nor iCalendar")

// Parse reads a calendar file, JSON or iCalendar, whichever it is.
func Parse(data []byte) ([]Year, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(data, []byte("{")):
		return parseJSON(data)
	case len(data) >= 15 && bytes.EqualFold(data[:15], []byte("BEGIN:VCALENDAR")):
		return parseICS(data)
	}
	return nil, ErrFormat
}

func parseJSON(data []byte) ([]Year, error) {
	// Pointers tell what was left out: a day without isOffDay is no holiday and
	// no workday either.
	var file struct {
		Year *int `json:"year"`
		Days *[]struct {
			Name string  `json:"name"`
			Date *string `json:"date"`
			Off  *bool   `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("parse calendar: %w", err)
	}
	if file.Year == nil || file.Days == nil {
		return nil, errors.New("parse calendar: year or days missing")
	}
	year := Year{Year: *file.Year}
	seen := make(map[string]bool)
	for i, d := range *file.Days {
		if d.Date == nil || d.Off == nil {
			return nil, fmt.Errorf("parse calendar: day %d lacks date or isOffDay", i+1)
		}
		date, err := parseCivil(*d.Date)
		if err != nil {
			return nil, fmt.Errorf("parse calendar: %w", err)
		}
		if date.year < year.Year-1 || date.year > year.Year+1 {
			return nil, fmt.Errorf("parse calendar: %s is not in %d", *d.Date, year.Year)
		}
		if seen[*d.Date] {
			return nil, fmt.Errorf("parse calendar: %s is named twice", *d.Date)
		}
		seen[*d.Date] = true
		year.Days = append(year.Days, Day{Name: d.Name, Date: *d.Date, Off: *d.Off})
	}
	return []Year{year}, nil
}
