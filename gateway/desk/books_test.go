package desk

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/plot"
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

// TestYearIsAssessed: on the new year's first working day, a Sunday that is
// worked, December and the whole year are told, with the same figures, and with
// pictures that the HTML shows.
func TestYearIsAssessed(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		font := plot.Find()
		o := newOffice(t, open(t), func(s *Settings) { s.Books, s.Font = true, font })
		o.now = time.Date(2025, 12, 30, 9, 0, 0, 0, shanghai)
		o.person("consult", wang, "王某", "请问", "请问如何办理？")
		o.take(wang, "receipt")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "分办 电力处 1 工作日"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.answer(reply{from: "power@jxw.example", to: o.take("power@jxw.example", "dispatch"), text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.until(time.Date(2026, 1, 4, 9, 0, 0, 0, shanghai))
		readers := []string{"jia@jxw.example", "yi@jxw.example", "bing@jxw.example", "fgld@jxw.example", "zyld@jxw.example",
			"power-head@jxw.example", "economy-head@jxw.example", "law-head@jxw.example", "supervision-head@jxw.example"}
		drafts := map[string]int{}
		for i, reader := range readers {
			var got []string
			for len(o.inboxes[reader]) > 0 {
				m := o.take(reader, o.inboxes[reader][0].kind)
				if strings.Contains(m.l.Subject, "通报（稿）") {
					drafts[reader]++
					if len(m.l.Attachments) != 1 || !strings.Contains(string(m.l.Attachments[0].Data()), "SFJX-2025-000001") {
						t.Errorf("%s: the draft of the circular is not with it", reader)
					}
				}
				if m.kind != "assessment" {
					continue
				}
				got = append(got, m.l.Subject)
				if whole := i < 5; strings.Contains(m.l.Text, "经济运行处") != (whole || strings.HasPrefix(reader, "economy")) {
					t.Errorf("%s reads of other divisions:\n%s", reader, m.l.Text)
				}
				busy := i < 6 // the office, the leaders and the head of the one division that had work
				if font == nil || !busy {
					continue
				}
				page, carried := pictures(t, m.raw)
				if len(carried) != 2 {
					t.Errorf("%s: %d pictures", reader, len(carried))
				}
				for _, id := range carried {
					if !strings.Contains(page, `src="cid:`+strings.Trim(id, "<>")+`"`) {
						t.Errorf("%s: the picture %s is not shown", reader, id)
					}
				}
			}
			if len(got) != 2 || !strings.Contains(got[0], "2025年12月") || !strings.Contains(got[1], "2025年") || strings.Contains(got[1], "月") {
				t.Errorf("%s got %q", reader, got)
			}
		}
		// The draft is the office's to check and send, and nobody else's.
		if len(drafts) != 3 || drafts["jia@jxw.example"] != 1 || drafts["yi@jxw.example"] != 1 || drafts["bing@jxw.example"] != 1 {
			t.Errorf("the draft of the circular went to %v", drafts)
		}
	})
}

// pictures are the HTML of a mail and the ids of the pictures that it carries.
func pictures(t *testing.T, raw []byte) (page string, ids []string) {
	t.Helper()
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	err = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		if id := part.Header.Get("Content-Id"); id != "" {
			ids = append(ids, id)
		}
		if kind, _, err := part.Header.ContentType(); err == nil && kind == "text/html" {
			text, err := io.ReadAll(part.Body)
			page = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return page, ids
}
