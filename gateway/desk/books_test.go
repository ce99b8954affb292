package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/calendar"
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

// TestHandover: both officers get the sheet, the incoming one answers 接班; when
// nobody does, the next in line and the office hear.
func TestHandover(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Books = true
			s.Policy.Roster.Duty = []petition.Person{{Name: "值班员甲", Address: "d1@jxw.example"}, {Name: "值班员乙", Address: "d2@jxw.example"}, {Name: "值班员丙", Address: "d3@jxw.example"}}
			s.Shifts = []calendar.Shift{
				{ID: "day", Days: calendar.Workdays, From: 8 * 60, To: 17*60 + 30, Rotate: calendar.Weekly, People: []string{"d1@jxw.example", "d3@jxw.example"}},
				{ID: "night", Days: calendar.Everyday, From: 17*60 + 30, To: 8 * 60, Rotate: calendar.Daily, People: []string{"d2@jxw.example"}},
			}
		})
		quiet := func() {
			for _, address := range []string{"jia@jxw.example", "yi@jxw.example", "bing@jxw.example", "fgld@jxw.example", "zyld@jxw.example"} {
				o.inboxes[address] = nil // the morning's mails are another story
			}
		}
		o.now = time.Date(2026, 3, 3, 12, 0, 0, 0, shanghai)
		day := o.desk.settings.Load().Policy.Calendar.OnDuty(o.desk.settings.Load().Shifts, o.now)[0]
		o.until(o.now)
		o.answer(reply{from: day, text: "记录 上午有一批群众来访，已劝返", bare: true})
		o.take(day, "transcript")
		o.until(time.Date(2026, 3, 3, 17, 31, 0, 0, shanghai))
		o.take(day, "handover")
		sheet := o.take("d2@jxw.example", "handover")
		if !strings.Contains(sheet.l.Text, "上午有一批群众来访") || !strings.Contains(sheet.l.Text, "接班") {
			t.Errorf("the sheet:\n%s", sheet.l.Text)
		}
		o.answer(reply{from: "d2@jxw.example", to: sheet, text: "接班"})
		o.take("d2@jxw.example", "transcript")
		o.until(time.Date(2026, 3, 4, 7, 59, 0, 0, shanghai))
		o.until(time.Date(2026, 3, 4, 8, 20, 0, 0, shanghai))
		quietAlarm := o.inboxes["jia@jxw.example"]
		o.take("d2@jxw.example", "handover")
		o.take(day, "handover")
		told := false
		for _, m := range quietAlarm {
			told = told || m.kind == "alarm" && strings.Contains(m.l.Text, "未按时接班")
		}
		if !told {
			t.Error("the office does not hear that nobody took over")
		}
		quiet()
		for _, address := range []string{"d1@jxw.example", "d3@jxw.example"} {
			if address != day {
				o.take(address, "alarm")
			}
		}
		o.sound()
	})
}
