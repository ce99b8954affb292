package letter

import (
	"strings"
	"time"
)

// dateLayouts are tried in order on a Date field without comments and weekday.
var dateLayouts = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 06 15:04:05 -0700", "2 Jan 06 15:04 -0700",
	"2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 06 15:04:05", "2 Jan 06 15:04", "2 January 2006 15:04:05 -0700",
	"Jan 2 15:04:05 2006", "Jan 2 15:04:05 2006 -0700", "2-Jan-2006 15:04:05 -0700", "2-Jan-06 15:04:05 -0700",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", time.RFC3339, "2006-01-02T15:04:05", "2006/1/2 15:04:05", "2006-1-2 15:04",
	"2 Jan 2006 15.04.05 -0700", "2 Jan 2006 3:04:05 PM -0700",
}

// zones are the names whose meaning RFC 5322 section 4.3 fixes, and CST, which
// on a Chinese mail is China's time and never Chicago's.
var zones = map[string]string{
	"ut": "+0000", "utc": "+0000", "gmt": "+0000", "z": "+0000", "est": "-0500", "edt": "-0400", "cdt": "-0500",
	"mst": "-0700", "mdt": "-0600", "pst": "-0800", "pdt": "-0700", "cst": "+0800", "hkt": "+0800", "jst": "+0900", "bst": "+0100",
	"cet": "+0100", "cest": "+0200", "met": "+0100", "eet": "+0200", "msk": "+0300",
}

// parseDate reads what mailers write into Date.
func parseDate(raw string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC1123Z, raw); err == nil && t.Year() > 1970 {
		return t, true
	}
	s := strings.Join(strings.Fields(stripComments(cleanLine(raw))), " ")
	if i := strings.IndexByte(s, ','); i >= 0 && i <= 10 {
		s = strings.TrimSpace(s[i+1:])
	} else if w, rest, ok := strings.Cut(s, " "); ok && len(w) >= 3 && isWeekday(w) {
		s = rest
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		word := strings.ToLower(strings.Trim(s[i+1:], "\"'"))
		if z, ok := zones[word]; ok {
			s = s[:i] + " " + z
		} else if rest, ok := strings.CutPrefix(word, "gmt"); ok && len(rest) >= 3 {
			s = s[:i] + " " + strings.ReplaceAll(rest, ":", "")
		}
	}
	// QUIRK: "+0800 CST", a zone given twice.
	if i := strings.LastIndexByte(s, ' '); i > 6 && strings.ContainsAny(s[i-5:i-4], "+-") {
		s = s[:i]
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1970 {
			return t, true
		}
	}
	return time.Time{}, false
}

func isWeekday(w string) bool {
	switch strings.ToLower(w[:3]) {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return true
	}
	return false
}
