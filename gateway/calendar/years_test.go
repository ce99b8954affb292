package calendar

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseJSON(t *testing.T) {
	t.Parallel()
	const file = "\ufeff" + `
{"$schema": "x", "year": 2027, "papers": [], "days": [
  {"name": "元旦", "date": "2026-12-31", "isOffDay": true},
  {"name": "国庆节", "date": "2027-10-01", "isOffDay": true},
  {"name": "国庆节", "date": "2027-10-09", "isOffDay": false}]}
`
	got, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	want := []Year{{2027, []Day{{"元旦", "2026-12-31", true}, {"国庆节", "2027-10-01", true}, {"国庆节", "2027-10-09", false}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got[0].Complete() {
		t.Error("three days are a whole year")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"empty":         ``,
		"neither":       `2027-01-01`,
		"a list":        `[]`,
		"broken":        `{"year": 2027, "days": [`,
		"no year":       `{"days": []}`,
		"no days":       `{"year": 2027}`,
		"no date":       `{"year": 2027, "days": [{"isOffDay": true}]}`,
		"no isOffDay":   `{"year": 2027, "days": [{"date": "2027-01-01"}]}`,
		"bad date":      `{"year": 2027, "days": [{"date": "2027-02-30", "isOffDay": true}]}`,
		"far away":      `{"year": 2027, "days": [{"date": "2072-01-01", "isOffDay": true}]}`,
		"twice":         `{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}, {"date": "2027-01-01", "isOffDay": false}]}`,
		"ics, no event": "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
		"ics, no start": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦\nEND:VEVENT\nEND:VCALENDAR\n",
		"ics, rrule":    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n",
		"ics, date":     "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2027-01-01\nEND:VEVENT\nEND:VCALENDAR\n",
		"ics, long":     "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nDTEND:20280101\nEND:VEVENT\nEND:VCALENDAR\n",
		"ics, both": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦休\nDTSTART:20270101\nEND:VEVENT\n" +
			"BEGIN:VEVENT\nSUMMARY:元旦班\nDTSTART:20270101\nEND:VEVENT\nEND:VCALENDAR\n",
	} {
		if got, err := Parse([]byte(file)); err == nil {
			t.Errorf("%s: Parse = %v, want an error", name, got)
		}
	}
}

// TestParseLines: a complaint bears the line that it is about.
func TestParseLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		line int
		says string
	}{
		"cut off":         {"\ufeff\n{\"year\": 2027,\n\"days\": [", 3, "JSON 写法有误"},
		"a comma":         {"{\"year\": 2027,\n\"days\": [],\n}", 3, "JSON 写法有误"},
		"a wrong type":    {"{\n\"year\": \"2027\"}", 2, "year 的值写法不对"},
		"twice":           {"{\"year\": 2027, \"days\": [\n{\"date\": \"2027-01-01\", \"isOffDay\": true},\n{\"date\": \"2027-01-01\", \"isOffDay\": true}]}", 3, "写了两次"},
		"folded":          {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元\n 旦\nDTSTART:2027-01-01\nEND:VEVENT\nEND:VCALENDAR\n", 5, "不是日期"},
		"without a start": {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:元旦\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", 4, "缺少 DTSTART"},
	} {
		_, err := Parse([]byte(c.file))
		bad, ok := errors.AsType[*ParseError](err)
		if !ok || bad.Line != c.line || !strings.Contains(bad.Reason, c.says) {
			t.Errorf("%s: Parse says %v, want line %d: …%s…", name, err, c.line, c.says)
		}
	}
}

const sampleICS = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261231
DTEND;VALUE=DATE:20270103
SUMMARY;LANGUAGE=zh_CN:元旦（休）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270104
SUMMARY:元旦
 （班）
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270308
SUMMARY:妇女节
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Asia/Shanghai:20271001T000000
DTEND;TZID=Asia/Shanghai:20271002T000000
X-APPLE-SPECIAL-DAY:WORK-HOLIDAY
SUMMARY:国庆节
END:VEVENT
END:VCALENDAR
`

func TestParseICS(t *testing.T) {
	t.Parallel()
	want := []Year{{2027, []Day{
		{"元旦", "2026-12-31", true}, {"元旦", "2027-01-01", true}, {"元旦", "2027-01-02", true},
		{"元旦", "2027-01-04", false}, {"国庆节", "2027-10-01", true},
	}}}
	for name, file := range map[string]string{"LF": sampleICS, "CRLF": strings.ReplaceAll(sampleICS, "\n", "\r\n")} {
		got, err := Parse([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestParseICSWithoutMarks(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte("begin:vcalendar\nBEGIN:VEVENT\nDTSTART:20271001\nDTEND:20271003\nSUMMARY:国庆节\nEND:VEVENT\nEND:VCALENDAR"))
	want := []Year{{2027, []Day{{"国庆节", "2027-10-01", true}, {"国庆节", "2027-10-02", true}}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sampleICS))
	f.Add([]byte(`{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:00000101\nEND:VEVENT"))
	f.Fuzz(func(t *testing.T, data []byte) {
		years, err := Parse(data)
		if err != nil {
			return
		}
		c, err := New(Options{Years: years})
		if err != nil {
			t.Fatalf("what Parse read makes no calendar: %v", err)
		}
		for _, y := range years {
			if c.Missing(y.Year) {
				t.Fatalf("year %d is missing after it was read", y.Year)
			}
		}
	})
}
