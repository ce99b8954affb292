package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestMorningMails: the digest on working days, the law's list on the week's
// first, the assessment on the month's first; nothing on a holiday.
func TestMorningMails(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) { s.Books = true })
		o.now = time.Date(2026, 9, 29, 7, 0, 0, 0, shanghai) // a Tuesday before National Day
		o.person("consult", wang, "王某", "请问", "请问如何办理？")
		o.take(wang, "receipt")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "分办 电力处 20 工作日"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.take("power@jxw.example", "transcript")
		everybody := []string{"jia@jxw.example", "yi@jxw.example", "bing@jxw.example", "fgld@jxw.example", "zyld@jxw.example"}
		o.until(time.Date(2026, 9, 29, 12, 0, 0, 0, shanghai))
		for _, reader := range everybody {
			if m := o.take(reader, "digest"); strings.Contains(m.l.Text, "查询码") {
				t.Errorf("digest: %s", m.l.Text)
			}
		}
		o.until(time.Date(2026, 10, 1, 7, 0, 0, 0, shanghai))
		for _, reader := range everybody {
			o.take(reader, "digest") // the 30th
		}
		o.until(time.Date(2026, 10, 8, 7, 0, 0, 0, shanghai)) // the holidays are quiet
		o.until(time.Date(2026, 10, 8, 9, 0, 0, 0, shanghai))
		for _, reader := range everybody {
			o.take(reader, "digest")
			if reader != "zyld@jxw.example" {
				o.take(reader, "digest") // the law's list, to the office and the deputy
			}
			if m := o.take(reader, "assessment"); len(m.l.Attachments) != 1 {
				t.Errorf("the assessment carries %d files", len(m.l.Attachments))
			}
		}
		for _, id := range []string{"power", "economy", "law", "supervision"} {
			o.take(id+"-head@jxw.example", "assessment")
		}
		o.state(1, petition.Dispatched)
		o.sound()
	})
}
