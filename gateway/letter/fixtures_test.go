package letter

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestDateForms goes through the forms in which mailers write the time.
func TestDateForms(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 3, 9, 5, 7, 0, time.FixedZone("", 8*3600))
	minute := want.Truncate(time.Minute)
	for raw, want := range map[string]time.Time{
		"Tue, 03 Nov 2026 09:05:07 +0800":              want, // RFC 5322 section 3.3
		"Tue, 3 Nov 2026 09:05:07 +0800 (CST)":         want,
		"Tue,  3 Nov 2026 09:05:07 +0800":              want,
		"Tue,3 Nov 2026 09:05:07 +0800":                want,
		"Tue, 3 Nov 2026 09:05:07\r\n\t+0800":          want,
		"3 Nov 2026 09:05:07 +0800":                    want,
		"3 Nov 2026 09:05 +0800":                       minute,
		"Tue, 3 Nov 26 09:05:07 +0800":                 want, // section 4.3
		"Tue, 3 Nov 2026 01:05:07 GMT":                 want,
		"Tue, 3 Nov 2026 01:05:07 UT":                  want,
		"Tue, 3 Nov 2026 01:05:07 Z":                   want,
		"Tue, 3 Nov 2026 09:05:07 CST":                 want,
		"Tue, 3 Nov 2026 09:05:07 +0800 CST":           want,
		"Tue, 3 Nov 2026 09:05:07 GMT+0800":            want,
		"Tue, 3 Nov 2026 09:05:07 GMT+08:00":           want,
		"Tue, 3 November 2026 09:05:07 +0800":          want,
		"Tue Nov 3 09:05:07 2026 +0800":                want, // asctime(3)
		"Tuesday, 3 Nov 2026 09:05:07 +0800":           want,
		"3-Nov-2026 09:05:07 +0800":                    want,
		"3-Nov-26 09:05:07 +0800":                      want,
		"2026-11-03 09:05:07 +0800":                    want,
		"2026-11-03T09:05:07+08:00":                    want,
		"2026-11-03T01:05:07Z":                         want,
		"Tue, 3 Nov 2026 09.05.07 +0800":               want,
		"Tue, 3 Nov 2026 9:05:07 AM +0800":             want,
		"(comment) Tue, 3 Nov 2026 (x) 09:05:07 +0800": want,
		"Mon, 02 Nov 2026 20:05:07 -0500":              want,
		"":                                             {},
		"now":                                          {},
		"Tue, 33 Nov 2026 09:05:07 +0800":              {},
		"Thu, 1 Jan 1970 00:00:00 +0000":               {},
		"Tue, 3 Nov 2026 29:05:07 +0800":               {},
	} {
		l := Parse([]byte("From: a@b.example\r\nDate: " + raw + "\r\n\r\nx"))
		if !l.Date.Equal(want) {
			t.Errorf("Date: %q is %v, want %v", raw, l.Date, want)
		}
		if hasDefect(l, DefectDate) != want.IsZero() {
			t.Errorf("Date: %q has the defects %v", raw, l.Defects)
		}
	}
}

// TestGroups reads groups of addresses (RFC 5322 section 3.4).
func TestGroups(t *testing.T) {
	t.Parallel()
	a, c := Address{"", "a@b.example"}, Address{"", "c@d.example"}
	for raw, want := range map[string][]Address{
		"undisclosed-recipients:;":            nil,
		"Undisclosed recipients: ;":           nil,
		"g: a@b.example;":                     {a},
		"g: a@b.example, c@d.example;":        {a, c},
		"g: a@b.example; , h: c@d.example;":   {a, c},
		"a@b.example, g: c@d.example;":        {a, c},
		"信访组: a@b.example, 李四 <e@f.example>;": {a, {"李四", "e@f.example"}},
		"=?utf-8?B?57uE?=: a@b.example;":      {a},
		"g: a@b.example":                      {a}, // never closed
		`"g: h": a@b.example;`:                {a},
		"g:;, a@b.example":                    {a},
	} {
		l := Parse([]byte("From: x@y.example\r\nTo: " + raw + "\r\n\r\nx"))
		if diff := cmp.Diff(want, l.To); diff != "" {
			t.Errorf("To: %s (-want +got):\n%s", raw, diff)
		}
	}
}

// TestOtherMessages reads parts that stand for something that is elsewhere: a
// person sees a file or a text, and nothing is fetched.
func TestOtherMessages(t *testing.T) {
	t.Parallel()
	const head = "From: a@b.example\nSubject: s\n"
	beside := func(part string) string {
		return head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n见附件\n--b\n" + part + "\n--b--\n"
	}
	tests := []struct {
		name, raw, text, file string
		kind                  Kind
	}{
		{"partial", head + "Content-Type: message/partial; id=\"x@y.example\"; number=2; total=3\n\nthe middle of a mail\n", "", "附件1.bin", KindPerson},
		{"partial in a mail", beside("Content-Type: message/partial; id=x; number=1; total=2\n\nSubject: inner\n\nbody"), "见附件", "附件1.bin", KindPerson},
		{"external body", beside("Content-Type: message/external-body; access-type=URL; URL=\"http://files.example/a.doc\"\n\nContent-Type: application/msword\n\n"), "见附件", "附件1.bin", KindPerson},
		{"invitation beside a text", beside("Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nEND:VCALENDAR"), "见附件", "附件1.ics", KindPerson},
		{"calendar with a name", beside("Content-Type: text/calendar; name=a.ics\nContent-Disposition: attachment; filename=会.ics\n\nBEGIN:VCALENDAR"), "见附件", "会.ics", KindPerson},
		{"nothing but a calendar", head + "Content-Type: text/calendar; method=PUBLISH\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n", "", "附件1.ics", KindPerson},
	}
	for _, tt := range tests {
		for name, eol := range map[string]string{"lf": "\n", "crlf": "\r\n"} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire(tt.raw, eol))
				checkSane(t, l)
				if l.Text != tt.text || l.Kind != tt.kind || len(l.Attachments) != 1 || l.Attachments[0].Name != tt.file || len(l.Attachments[0].Data()) == 0 {
					t.Errorf("text %q, kind %s, files %+v; want %q, %s, %s", l.Text, l.Kind, l.Attachments, tt.text, tt.kind, tt.file)
				}
			})
		}
	}
}

// TestDeepPages nests elements beyond the 512 at which the parser of x/net/html
// gives up, and beyond those that we remember.
func TestDeepPages(t *testing.T) {
	t.Parallel()
	for _, n := range []int{513, 1500, maxOpen + 100, 20_000} {
		for name, tt := range map[string]struct{ open, shut, want string }{
			"div":        {"<div>", "</div>", "上\n下\n后"},
			"span":       {"<span>", "</span>", "上下后"},
			"table":      {"<table><tr><td>", "</td></tr></table>", "上\n下\n后"},
			"font":       {"<font color=red>", "</font>", "上下后"},
			"blockquote": {"<blockquote>", "</blockquote>", "上\n下\n后"},
			"unclosed":   {"<b>", "", "上下后"},
		} {
			page := "上" + strings.Repeat(tt.open, n) + "下" + strings.Repeat(tt.shut, n) + "后"
			if got := HTMLText(page); got != tt.want {
				t.Errorf("%d of %s: %.100q, want %q", n, name, got, tt.want)
			}
			if got := HTMLText("<div style='display:none'>" + page + "</div>"); n < maxOpen && tt.shut != "" && strings.Contains(got, "下") {
				t.Errorf("%d of %s hidden: %.100q", n, name, got)
			}
		}
	}
}

// TestLongUUFile keeps a uuencoded file whole that reaches beyond what is read
// of the text.
func TestLongUUFile(t *testing.T) {
	t.Parallel()
	const rows = 2000
	data := strings.Repeat("abc", 15*rows)
	uu := strings.Repeat("M"+strings.Repeat("86)C", 15)+"\n", rows)
	for _, eol := range []string{"\n", "\r\n"} {
		raw := wire("From: a@b.example\n\n您好\nbegin 644 a.bin\n"+uu+"`\nend\n谢谢\n", eol)
		l := ParseLimits(raw, Limits{Text: 10_000})
		checkSane(t, l)
		if len(l.Attachments) != 1 || string(l.Attachments[0].Data()) != data {
			t.Errorf("files %+v", l.Attachments)
		}
		if l.Text != "您好" || !l.Truncated {
			t.Errorf("text %q, truncated %v", l.Text, l.Truncated)
		}
	}
}
