package report

import (
	"testing"
	"time"
)

// A deadline in days ends with the day, and is written so wherever it stands.
func TestDeadlineInAList(t *testing.T) {
	zone := time.FixedZone("office", 8*3600)
	for due, want := range map[time.Time]string{
		time.Date(2026, 12, 11, 23, 59, 59, 0, zone): "2026年12月11日 24:00",
		time.Date(2026, 12, 11, 17, 30, 0, 0, zone):  "2026年12月11日 17:30",
		{}: "—",
	} {
		if got := limit(due, zone); got != want {
			t.Errorf("limit %v: %q, want %q", due, got, want)
		}
	}
}
