package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// alone runs a story about clocks on SQLite: rows with due times are the same
// on both engines, and the store's tests prove that.
func alone(t *testing.T, change func(*Settings), tell func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	o := newOffice(t, lite(t), change)
	tell(t, o)
	o.inboxes = map[string][]*mail{}
	o.sound()
}

// posted is every mail of some kinds as "time kind address", in office time and
// in order, since the last call.
func (o *office) posted(kinds ...string) []string {
	var lines []string
	for _, m := range o.sent {
		if !slices.Contains(kinds, m.kind) {
			continue
		}
		lines = append(lines, m.l.Date.In(shanghai).Format("01-02 15:04")+" "+m.kind+" "+strings.TrimSuffix(m.l.To[0].Address, "@jxw.example"))
	}
	o.sent = nil
	return lines
}

func (o *office) same(what string, got, want []string) {
	o.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		o.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// lines are the office's own ledger lines that contain a word.
func (o *office) lines(word string) (found []store.Entry) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries("")
		for _, e := range entries {
			if strings.Contains(e.Text, word) {
				found = append(found, e)
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return found
}

// TestLadderOverNationalDay: five working days from Monday 28 September 2026
// end on Saturday 10 October, which is worked to make up for the holidays. Each
// rung goes off once, says since when, and tells what came before.
func TestLadderOverNationalDay(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 9, 28, 9, 0, 0, 0, shanghai)
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		if due := o.state(1, petition.Dispatched).Due; !due.Equal(time.Date(2026, 10, 10, 17, 30, 0, 0, shanghai)) {
			t.Fatalf("due %v", due)
		}
		o.sent = nil
		o.until(time.Date(2026, 11, 20, 9, 0, 0, 0, shanghai))
		last := o.inboxes["zyld@jxw.example"][0]
		for _, want := range []string{"电力处自2026年9月28日09:00转办以来尚未提交办理意见，办理期限为2026年10月10日17:30",
			"2026年10月9日 17:30", "2026年10月12日 17:30", "2026年10月14日 17:30", "列入逾期通报名单"} {
			if !strings.Contains(last.l.Text, want) {
				t.Errorf("the last chase does not say %q:\n%s", want, last.l.Text)
			}
		}
		o.same("the ladder", o.posted("chase", "alarm"), []string{
			"10-09 17:30 chase power",
			"10-10 17:30 chase power", "10-10 17:30 chase power-head",
			"10-12 17:30 chase power-head", "10-12 17:30 chase jia",
			"10-14 17:30 chase fgld",
			"10-16 17:30 chase zyld",
		})
	})
}

// TestAcceptanceMissed: a warning at 20 hours, a breach at 24 that stays for
// ever, the law's warning three days before its end; signing is chased.
func TestAcceptanceMissed(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 6, 16, 0, 0, 0, shanghai) // a Friday
		dispatch := o.dispatched()
		o.sent = nil
		o.until(time.Date(2026, 3, 9, 18, 0, 0, 0, shanghai))
		breach := o.inboxes["jia@jxw.example"][1]
		if want := "自2026年3月6日16:00收到以来尚未受理，已超过受理时限2026年3月7日16:00"; !o.told(1, want) {
			t.Errorf("the ledger does not say %q", want)
		}
		if !strings.Contains(breach.l.Text, "已记录在案") {
			t.Errorf("breach:\n%s", breach.l.Text)
		}
		o.same("acceptance", o.posted("chase", "alarm"), []string{
			"03-07 12:00 alarm jia", "03-07 12:00 alarm zhiban",
			"03-07 16:00 alarm jia", "03-07 16:00 alarm zhiban",
			"03-09 17:30 chase power",
		})
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		if c := o.state(1, petition.Dispatched); !c.AcceptLate || c.Accepted.IsZero() {
			t.Errorf("late %v, accepted %v", c.AcceptLate, c.Accepted)
		}
		o.until(time.Date(2026, 3, 20, 9, 0, 0, 0, shanghai))
		if !o.state(1, petition.Dispatched).AcceptLate {
			t.Error("the breach was forgotten")
		}
	})
}

// told reports whether a case's ledger contains a sentence.
func (o *office) told(sequence int, sentence string) (found bool) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries(petition.NewNumber("SFJX", 2026, sequence))
		for _, e := range entries {
			found = found || strings.Contains(e.Text, sentence)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return found
}

// TestClocksWhileDown: what falls due while the daemon is down goes off once
// when it is back, even when two daemons wake up together; a clock on the wall
// that jumps back and forth fires nothing twice.
func TestClocksWhileDown(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai)
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.sent = nil
		down := o.now
		o.now = time.Date(2026, 3, 11, 10, 0, 0, 0, shanghai) // due on the 9th, +1wd on the 10th
		other, err := New(*o.desk.settings.Load(), Options{Store: o.store})
		if err != nil {
			t.Fatal(err)
		}
		errs := make(chan error, 2)
		for _, d := range []*Desk{o.desk, other} {
			go func() {
				_, err := d.Tick(context.WithoutCancel(t.Context()), o.now)
				errs <- err
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		o.settle()
		caughtUp := []string{"03-11 10:00 chase power", "03-11 10:00 chase power", "03-11 10:00 chase power-head", "03-11 10:00 chase power-head", "03-11 10:00 chase jia"}
		o.same("after the gap", o.posted("chase", "alarm"), caughtUp)
		for _, at := range []time.Time{down, o.now, down.Add(-time.Hour), o.now} {
			if _, err := o.desk.Tick(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		o.settle()
		o.same("after the clock jumped", o.posted("chase", "alarm"), nil)
		o.until(time.Date(2026, 3, 12, 18, 0, 0, 0, shanghai))
		o.same("the next rung", o.posted("chase", "alarm"), []string{"03-12 17:30 chase fgld"})
	})
}

// TestExtensionRefused: asked and refused, the deadline stands.
func TestExtensionRefused(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		due := o.state(1, petition.Dispatched).Due
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "延期 5 需现场核查"})
		o.inboxes["power@jxw.example"] = nil
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "不同意延期 材料已经齐全"})
		if refused := o.take("power@jxw.example", "dispatch"); !strings.Contains(refused.l.Text, "材料已经齐全") || strings.Contains(refused.l.Text, "分办人") {
			t.Errorf("refusal:\n%s", refused.l.Text)
		}
		if c := o.state(1, petition.Dispatched); !c.Due.Equal(due) || c.Asked != nil {
			t.Errorf("due %v, was %v; asked %v", c.Due, due, c.Asked)
		}
	})
}

func withCalendar(t *testing.T, files ...string) *calendar.Calendar {
	t.Helper()
	var years []calendar.Year
	for _, f := range files {
		some, err := calendar.Parse([]byte(f))
		if err != nil {
			t.Fatal(err)
		}
		years = append(years, some...)
	}
	c, err := calendar.New(calendar.Options{Location: shanghai, Years: years})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const newYear2027 = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270104
SUMMARY:元旦 休
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270104
SUMMARY:单位统一调休 休
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270501
SUMMARY:劳动节 休
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20271001
SUMMARY:国庆节 休
END:VEVENT
END:VCALENDAR
`

// TestYearWithoutCalendar: from December on the office is asked each week; on
// New Year's Day the alarm is raised once, deadlines are estimated; when the
// file is loaded they are counted again, both values on the ledger, and the
// alarm ends.
func TestYearWithoutCalendar(t *testing.T) {
	alone(t, func(s *Settings) { s.Books, s.Shifts = true, nil }, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 11, 29, 9, 0, 0, 0, shanghai)
		o.until(time.Date(2026, 12, 8, 9, 0, 0, 0, shanghai))
		o.now = time.Date(2026, 12, 28, 7, 0, 0, 0, shanghai)
		o.until(time.Date(2026, 12, 30, 9, 0, 0, 0, shanghai))
		var want []string
		for _, day := range []string{"12-01", "12-07", "12-28", "12-28"} {
			want = append(want, day+" 08:00 alarm xxzx", day+" 08:00 alarm jia")
		}
		want[4], want[5] = "12-28 07:00 alarm xxzx", "12-28 07:00 alarm jia" // of the 14th, made up for
		o.same("reminders", o.posted("alarm"), want)
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		before := o.state(1, petition.Dispatched)
		if !before.Estimated || !before.Due.Equal(time.Date(2027, 1, 6, 17, 30, 0, 0, shanghai)) {
			t.Fatalf("due %v, estimated %v", before.Due, before.Estimated)
		}
		o.sent = nil
		o.until(time.Date(2027, 1, 1, 10, 0, 0, 0, shanghai))
		o.same("alarm", o.posted("alarm"), []string{"01-01 00:00 alarm xxzx", "01-01 00:00 alarm jia"})

		settings := *o.desk.settings.Load()
		settings.Policy.Calendar = withCalendar(t, newYear2027)
		o.desk.Configure(settings)
		o.until(o.now)
		o.same("recovered", o.posted("alarm"), []string{"01-01 10:00 alarm xxzx", "01-01 10:00 alarm jia"})
		after := o.state(1, petition.Dispatched)
		if after.Estimated || !after.Due.Equal(time.Date(2027, 1, 8, 17, 30, 0, 0, shanghai)) {
			t.Errorf("due %v, estimated %v", after.Due, after.Estimated)
		}
		if want := "工作日历更新，办理期限由2027年1月6日17:30（估算）改为2027年1月8日17:30"; !o.told(1, want) {
			t.Errorf("the ledger does not say %q", want)
		}
		o.until(time.Date(2027, 1, 8, 18, 0, 0, 0, shanghai))
		o.same("the ladder follows", o.posted("chase"), []string{"01-07 17:30 chase power", "01-08 17:30 chase power", "01-08 17:30 chase power-head"})
	})
}

// TestCalendarMovesTheLadder: a rung that was climbed is not climbed again when
// the deadline moves away, and one that falls into the past is.
func TestCalendarMovesTheLadder(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai)
		o.answer(reply{from: "power@jxw.example", to: o.dispatched(), text: "签收"})
		o.until(time.Date(2026, 3, 6, 18, 0, 0, 0, shanghai))
		o.same("before", o.posted("chase"), []string{"03-06 17:30 chase power"})
		load := func(days string) {
			settings := *o.desk.settings.Load()
			settings.Policy.Calendar = withCalendar(t, `{"year":2026,"days":[`+days+`]}`)
			o.desk.Configure(settings)
			o.until(o.now.Add(time.Minute))
		}
		load(`{"name":"停电检修放假","date":"2026-03-09","isOffDay":true}`)
		if due := o.state(1, petition.Dispatched).Due; !due.Equal(time.Date(2026, 3, 10, 17, 30, 0, 0, shanghai)) {
			t.Fatalf("due %v", due)
		}
		o.until(time.Date(2026, 3, 9, 18, 0, 0, 0, shanghai))
		o.same("later", o.posted("chase"), nil)
		load(`{"name":"加班","date":"2026-03-07","isOffDay":false}`)
		// Due on Saturday the 7th now: of what was missed the latest rung counts.
		o.same("earlier", o.posted("chase"), []string{"03-09 18:00 chase power-head", "03-09 18:00 chase jia"})
	})
}

// TestRoundsAreOnRecord: every two hours a line that the boxes were looked at,
// also when nothing came, with the name of whoever has duty; a box that cannot
// be read is named, its alarm is sent once and its recovery once.
func TestRoundsAreOnRecord(t *testing.T) {
	alone(t, func(s *Settings) {
		s.Books = true
		s.Boxes = []Box{s.Boxes[0], s.Boxes[4]}
	}, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 7, 0, 30, 0, 0, shanghai) // a Saturday
		check := func(at time.Time, err error) {
			for box, err := range map[string]error{"director": err, "desk": nil} {
				if err := o.desk.Checked(t.Context(), Check{Box: box, At: at, Err: err}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 6 { // till 6:30
			check(o.now, nil)
			o.until(o.now.Add(time.Hour))
		}
		for range 6 { // till 12:30
			check(o.now, fmt.Errorf("connection refused"))
			o.until(o.now.Add(time.Hour))
		}
		check(o.now, nil)
		check(o.now.Add(time.Minute), nil)
		o.until(o.now.Add(time.Hour))
		rounds := o.lines("定时查收")
		var texts []string
		for _, e := range rounds {
			texts = append(texts, e.Text)
		}
		o.same("rounds", texts, []string{
			"定时查收：00:00 至 02:00 收到邮件 0 件，各信箱收信正常，值班：值班员", "定时查收：02:00 至 04:00 收到邮件 0 件，各信箱收信正常，值班：值班员",
			"定时查收：04:00 至 06:00 收到邮件 0 件，各信箱收信正常，值班：值班员", "定时查收：06:00 至 08:00 收到邮件 0 件，信箱“主任信箱”未能收信，值班：值班员",
			"定时查收：08:00 至 10:00 收到邮件 0 件，信箱“主任信箱”未能收信，值班：值班员", "定时查收：10:00 至 12:00 收到邮件 0 件，信箱“主任信箱”未能收信，值班：值班员",
		})
		alarms := slices.DeleteFunc(o.posted("alarm"), func(l string) bool { return strings.HasSuffix(l, "jia") })
		o.same("alarms", alarms, []string{"03-07 07:30 alarm xxzx", "03-07 07:30 alarm zhiban", "03-07 12:30 alarm xxzx", "03-07 12:30 alarm zhiban"})
	})
}

// TestSendingAlarm: a server that takes no mail is told of once, after a while,
// and its recovery once; a hiccup is nobody's matter.
func TestSendingAlarm(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		failing := o.now
		at := func(after time.Duration, since time.Time) {
			o.now = failing.Add(after)
			if err := o.desk.Sending(t.Context(), []Sender{{Since: since, Error: "connection refused"}}, o.now); err != nil {
				t.Fatal(err)
			}
			o.settle()
		}
		at(0, failing)
		at(5*time.Minute, time.Time{})
		o.same("a hiccup", o.posted("alarm"), nil)
		at(6*time.Minute, failing.Add(6*time.Minute))
		at(22*time.Minute, failing.Add(6*time.Minute))
		at(23*time.Minute, failing.Add(6*time.Minute))
		o.same("failing", o.posted("alarm"), []string{"03-02 09:22 alarm xxzx", "03-02 09:22 alarm zhiban"})
		at(60*time.Minute, time.Time{})
		at(61*time.Minute, time.Time{})
		over := o.inboxes["xxzx@jxw.example"][1]
		if !strings.Contains(over.l.Subject, "恢复") || !strings.Contains(over.l.Text, "09:06") {
			t.Errorf("recovery: %s\n%s", over.l.Subject, over.l.Text)
		}
		o.same("over", o.posted("alarm"), []string{"03-02 10:00 alarm xxzx", "03-02 10:00 alarm zhiban"})
	})
}

// TestSelfTest: the day's letter is recognised when it comes back, takes no
// number and bothers nobody; when it stays away people hear, and once more when
// the next one arrives. Only the right letter in the right box counts.
func TestSelfTest(t *testing.T) {
	alone(t, func(s *Settings) {
		s.Books, s.Shifts = true, nil
		s.SelfTest = SelfTest{Mailbox: "director", At: 7 * 60, Within: 30 * time.Minute}
	}, func(t *testing.T, o *office) {
		back := func(box string, m *mail) { o.deliver(box, m.raw) }
		o.now = time.Date(2026, 3, 7, 6, 0, 0, 0, shanghai) // a Saturday: no morning's mails
		o.until(time.Date(2026, 3, 7, 7, 1, 0, 0, shanghai))
		first := o.take("zhuren@jxw.example", "selftest")
		back("consult", first)
		if len(o.lines("系统自检")) != 0 {
			t.Error("the wrong box counts")
		}
		back("director", first)
		if done := o.lines("用时 60 秒"); len(done) != 1 {
			t.Errorf("lines: %v", o.lines("系统自检"))
		}
		o.until(time.Date(2026, 3, 8, 7, 29, 0, 0, shanghai))
		lost := o.take("zhuren@jxw.example", "selftest")
		o.person("director", wang, "王某", "系统自检", "自检标识：aaaaaaaaaaaaaaaaaaaaaaaaaa")
		o.sent = nil
		o.until(time.Date(2026, 3, 8, 9, 0, 0, 0, shanghai))
		o.same("lost", o.posted("alarm"), []string{"03-08 07:30 alarm xxzx", "03-08 07:30 alarm jia"})
		o.until(time.Date(2026, 3, 9, 7, 2, 0, 0, shanghai))
		back("director", lost) // yesterday's: our own mail, no proof of today
		if o.alarms() != 1 {
			t.Error("an old letter ends the alarm")
		}
		o.sent = nil
		// A server that gives mails an id of its own: the token tells.
		next := o.take("zhuren@jxw.example", "selftest")
		o.deliver("director", []byte(strings.ReplaceAll(string(next.raw), next.l.MessageID, "other@mx.example")))
		o.same("recovered", o.posted("alarm", "receipt", "triage", "transcript"), []string{"03-09 07:02 alarm xxzx", "03-09 07:02 alarm jia"})
		if n := o.cases(); n != 1 { // the forged one is a letter like any other
			t.Errorf("%d cases registered", n)
		}
	})
}

func (o *office) cases() (n int) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		list, err := tx.ListCases(store.CaseFilter{})
		n = len(list)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// alarms counts the office's open alarms.
func (o *office) alarms() (n int) {
	o.t.Helper()
	err := o.desk.update(o.t.Context(), o.now, func(w *work) error {
		table, err := w.alarmsTable()
		n = len(table.Rows)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// twoShifts has two officers take turns, at 8 and at 20 o'clock.
func twoShifts(s *Settings) {
	s.Books = true
	s.Policy.Roster.Duty = []petition.Person{{Name: "值班员甲", Address: "d1@jxw.example"}, {Name: "值班员乙", Address: "d2@jxw.example"}}
	s.Shifts = []calendar.Shift{
		{ID: "day", Days: calendar.Everyday, From: 8 * 60, To: 20 * 60, People: []string{"d1@jxw.example"}},
		{ID: "night", Days: calendar.Everyday, From: 20 * 60, To: 8 * 60, People: []string{"d2@jxw.example"}},
	}
}

// TestHandoverWhileDown: of the changes that went by while the daemon was down
// only the last is handed over, to whoever has duty by now.
func TestHandoverWhileDown(t *testing.T) {
	alone(t, twoShifts, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 7, 12, 0, 0, 0, shanghai)
		o.until(o.now)
		o.now = time.Date(2026, 3, 8, 21, 0, 0, 0, shanghai) // three changes later
		o.until(o.now.Add(14 * time.Minute))
		o.same("handed over", o.posted("handover", "alarm"), []string{"03-08 21:00 handover d1", "03-08 21:00 handover d2"})
		o.answer(reply{from: "d2@jxw.example", to: o.inboxes["d2@jxw.example"][0], text: "接班"})
		o.until(o.now.Add(time.Hour))
		o.same("taken", o.posted("handover", "alarm"), nil)
	})
}

// TestTakeWhileDown: the time to answer 接班 ran out while the daemon was down. Who
// has duty by now failed nothing, and is not named.
func TestTakeWhileDown(t *testing.T) {
	alone(t, twoShifts, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 7, 19, 0, 0, 0, shanghai)
		o.until(o.now)
		o.until(time.Date(2026, 3, 7, 20, 1, 0, 0, shanghai))
		o.now = time.Date(2026, 3, 8, 8, 1, 0, 0, shanghai)
		o.until(o.now)
		alarm := o.last("jia@jxw.example", "alarm")
		alarm.must(t, "值班员乙未按时接班", "2026年3月7日 20:00", "该班次已经结束")
		alarm.mustNot(t, "值班员甲未按时接班")
	})
}

// TestDayLogIsKept: the day's log lies in the archive as a page, its digest is
// on the ledger, and days that went by while the daemon was down are made up for.
func TestDayLogIsKept(t *testing.T) {
	alone(t, func(s *Settings) { s.Books = true }, func(t *testing.T, o *office) {
		kept := map[string]string{}
		o.desk.keep = func(_ context.Context, name string, data []byte) error {
			kept[name] = string(data)
			return nil
		}
		o.now = time.Date(2026, 3, 7, 9, 0, 0, 0, shanghai)
		o.until(o.now)
		o.answer(reply{from: "zhiban@jxw.example", text: "记录 电话核实一起停电事件", bare: true})
		o.now = time.Date(2026, 3, 10, 9, 0, 0, 0, shanghai)
		o.until(o.now.Add(time.Minute))
		page := kept["duty/2026/2026-03-07.html"]
		if !strings.Contains(page, "电话核实一起停电事件") || len(kept) != 3 {
			t.Errorf("%d pages kept:\n%s", len(kept), page)
		}
		archived := o.lines("2026年3月7日值班日志归档")
		var facts struct{ Digest string }
		if len(archived) != 1 || json.Unmarshal(archived[0].Data, &facts) != nil || len(facts.Digest) != 64 {
			t.Errorf("ledger: %+v", archived)
		}
	})
}

// TestDrillIsMarked: in a rehearsal every mail says so, to whomever it goes.
func TestDrillIsMarked(t *testing.T) {
	alone(t, func(s *Settings) {
		s.Books, s.Drill = true, true
		s.SelfTest = SelfTest{Mailbox: "director", At: 7 * 60, Within: 30 * time.Minute}
	}, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 3, 2, 6, 0, 0, 0, shanghai)
		o.until(o.now)
		o.finished(wang, "停电引起爆炸")
		o.until(time.Date(2026, 3, 2, 8, 30, 0, 0, shanghai))
		kinds := map[string]bool{}
		for _, m := range o.sent {
			kinds[m.kind] = true
			if !strings.Contains(m.l.Subject, "【演练】") || !strings.Contains(m.l.Text, "演练") {
				t.Errorf("%s is not marked: %s\n%s", m.kind, m.l.Subject, m.l.Text)
			}
		}
		for _, kind := range []string{"receipt", "dispatch", "approval", "answer", "transcript", "alarm", "report", "digest", "selftest"} {
			if !kinds[kind] {
				t.Errorf("no %s was sent: %v", kind, kinds)
			}
		}
	})
}

// TestRunOutInTheDigest: what has run out is put before the office, and before
// nobody else; nothing is erased by itself.
func TestRunOutInTheDigest(t *testing.T) {
	alone(t, func(s *Settings) {
		s.Books, s.Shifts = true, nil
		s.Policy.Retention = map[string]petition.Keep{"供电": {Days: 30}}
	}, func(t *testing.T, o *office) {
		o.finished(wang, "小区停电三天")
		o.now = time.Date(2026, 4, 8, 7, 0, 0, 0, shanghai)
		o.until(o.now)
		o.inboxes = map[string][]*mail{}
		o.until(time.Date(2026, 4, 8, 8, 1, 0, 0, shanghai))
		for reader, want := range map[string]bool{"jia@jxw.example": true, "yi@jxw.example": true, "fgld@jxw.example": false} {
			text := o.take(reader, "digest").l.Text
			if strings.Contains(text, "保管期满待处置") != want || strings.Contains(text, "case erase") != want {
				t.Errorf("%s reads:\n%s", reader, text)
			}
		}
		if c := o.state(1, petition.Archived); !c.Erased.IsZero() {
			t.Error("the case was erased by itself")
		}
	})
}
