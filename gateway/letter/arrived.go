package letter

import (
	"strings"
	"time"
)

// Arrived is when a mail says that it came to its last server: the date of the
// topmost Received field (RFC 5321 section 4.4: each server puts its own on top),
// else Date. It stands in for the server's INTERNALDATE where there is none, and
// is as true as the mail; ok is false when neither can be read.
func (l *Letter) Arrived() (t time.Time, ok bool) {
	for _, f := range l.Fields {
		if !f.Is("Received") {
			continue
		}
		if i := strings.LastIndexByte(f.Value, ';'); i >= 0 {
			if t, ok := parseDate(f.Value[i+1:]); ok {
				return t, true
			}
		}
		break
	}
	return l.Date, !l.Date.IsZero()
}
