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

// ParseError says where and why a calendar file cannot be used.
type ParseError struct {
	Line int // 1 when it is about the whole file
	// Reason is in Chinese: who wrote the file reads it.
	Reason string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("parse calendar: line %d: %s", e.Line, e.Reason)
}

// bad is a ParseError.
func bad(line int, format string, args ...any) error {
	return &ParseError{max(line, 1), fmt.Sprintf(format, args...)}
}

// Parse reads a calendar file, JSON or iCalendar, whichever it is. The error is
// ErrFormat or a *ParseError.
func Parse(data []byte) ([]Year, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := bytes.TrimLeft(data, " \t\r\n")
	above := bytes.Count(data[:len(data)-len(text)], []byte("\n"))
	var (
		years []Year
		err   error
	)
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		years, err = parseJSON(text)
	case len(text) >= 15 && bytes.EqualFold(text[:15], []byte("BEGIN:VCALENDAR")):
		years, err = parseICS(text)
	default:
		return nil, ErrFormat
	}
	if e, ok := errors.AsType[*ParseError](err); ok {
		e.Line += above
	}
	return years, err
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
		return nil, badJSON(data, err)
	}
	if file.Year == nil || file.Days == nil {
		return nil, bad(1, "缺少 year 或 days")
	}
	year := Year{Year: *file.Year}
	seen := make(map[string]bool)
	for i, d := range *file.Days {
		if d.Date == nil || d.Off == nil {
			return nil, bad(1, "days 的第 %d 项缺少 date 或 isOffDay", i+1)
		}
		line := lineAt(data, bytes.LastIndex(data, []byte(`"`+*d.Date+`"`)))
		date, err := parseCivil(*d.Date)
		if err != nil {
			return nil, bad(line, "%q 不是日期，应写成 2026-10-01 这样", *d.Date)
		}
		if date.year < year.Year-1 || date.year > year.Year+1 {
			return nil, bad(line, "%s 不在 %d 年", *d.Date, year.Year)
		}
		if seen[*d.Date] {
			return nil, bad(line, "%s 写了两次", *d.Date)
		}
		seen[*d.Date] = true
		year.Days = append(year.Days, Day{Name: d.Name, Date: *d.Date, Off: *d.Off})
	}
	return []Year{year}, nil
}

// lineAt is the line of an offset, counted from 1.
func lineAt(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), len(data))], []byte("\n"))
}

// badJSON lays a complaint of the JSON package to its line.
func badJSON(data []byte, err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return bad(lineAt(data, int(e.Offset)), "JSON 写法有误（%s）", e)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return bad(lineAt(data, int(e.Offset)), "%s 的值写法不对", e.Field)
	}
	return bad(1, "%s", err)
}
