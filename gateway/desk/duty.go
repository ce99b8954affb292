package desk

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// The office's own clocks of duty (C12).
const (
	clockHandover petition.Clock = "handover"
	clockTake     petition.Clock = "take"
)

// Settings of the register that remember a change of duty.
const (
	dutyChange = "duty/change" // when the watch that is on began
	dutyTaken  = "duty/taken"  // the change that its officer has answered with 接班
)

// nextHandover is when duty changes next, the zero time when nobody has duty.
func (s *Settings) nextHandover(now time.Time) time.Time {
	next, _ := s.Policy.Calendar.NextChange(s.Shifts, now)
	return next
}

// onRoster is the duty roster's person of an address.
func (s *Settings) onRoster(address string) (petition.Person, bool) {
	for _, p := range s.Policy.Roster.Duty {
		if petition.SameAddress(p.Address, address) {
			return p, true
		}
	}
	return petition.Person{}, false
}

// fireHandover writes the handover sheet to both officers, and starts the time
// in which the incoming one has to answer 接班.
func (w *work) fireHandover(due time.Time) error {
	before, hadDuty := w.Policy.Calendar.Watch(w.Shifts, due.Add(-time.Second))
	// Further changes that went by while the daemon was down are no longer
	// anybody's to answer: duty is handed to whoever has it by now.
	after, hasDuty := w.Policy.Calendar.Watch(w.Shifts, w.now)
	if !hasDuty || after.Officer == "" {
		return nil
	}
	change := after.From.UTC().Format(time.RFC3339)
	if err := w.tx.SetSetting(dutyChange, change); err != nil {
		return fmt.Errorf("note change of duty: %w", err)
	}
	if hadDuty && petition.SameAddress(before.Officer, after.Officer) {
		// One person goes on: there is nothing to hand over.
		return w.tx.SetSetting(dutyTaken, change)
	}
	view, err := w.handoverView(before, after)
	if err != nil {
		return err
	}
	for _, address := range []string{before.Officer, after.Officer} {
		p, ok := w.onRoster(address)
		if !ok {
			continue
		}
		view.Common, view.To, view.Incoming = w.common("", ""), p.Name, petition.SameAddress(address, after.Officer)
		mail, err := w.Templates.Handover(view)
		if err != nil {
			return fmt.Errorf("render handover: %w", err)
		}
		if err := w.post(parcel{kind: "handover", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	if _, err := w.tx.Append(store.Entry{Time: w.now, Actor: petition.System(), Kind: petition.EvNoted,
		Text: "交接班：" + w.dutyName(before.Officer) + " 交 " + w.dutyName(after.Officer)}); err != nil {
		return fmt.Errorf("append handover: %w", err)
	}
	return w.tx.SetClock("", clockTake, 0, w.now.Add(w.ack()))
}

// ack is how long an incoming officer may take to answer.
func (s *Settings) ack() time.Duration { return cmp.Or(s.HandoverAck, 15*time.Minute) }

func (s *Settings) dutyName(address string) string {
	if p, ok := s.onRoster(address); ok {
		return p.Name
	}
	return "（无人值班）"
}

// shiftNames are the shifts of the notice in words; others are named by id.
var shiftNames = map[string]string{"day": "白班", "night": "夜班", "weekend": "双休日班", "holiday": "节假日班"}

func (s *Settings) shift(w calendar.Watch) templates.Shift {
	return templates.Shift{Name: cmp.Or(shiftNames[w.Shift], w.Shift), Person: s.dutyName(w.Officer), From: s.office(w.From), To: s.office(w.To)}
}

// handoverView is the handover sheet: what came in the watch, what is urgent,
// what falls due in the next one, and the log.
func (w *work) handoverView(before, after calendar.Watch) (templates.HandoverView, error) {
	v := templates.HandoverView{From: w.shift(before), Next: w.shift(after), AckMinutes: int(w.ack().Minutes())}
	came, err := w.tx.ListCases(store.CaseFilter{Since: before.From, Until: w.now})
	if err != nil {
		return v, fmt.Errorf("list letters: %w", err)
	}
	open := []petition.State{petition.Registered, petition.Triage, petition.Accepted, petition.Dispatched, petition.Drafted}
	due, err := w.tx.ListCases(store.CaseFilter{States: open, DueUntil: after.To})
	if err != nil {
		return v, fmt.Errorf("list deadlines: %w", err)
	}
	urgent, err := w.tx.ListCases(store.CaseFilter{States: open})
	if err != nil {
		return v, fmt.Errorf("list urgent: %w", err)
	}
	alarms, err := w.alarmsTable()
	if err != nil {
		return v, err
	}
	v.Sections = []templates.Section{
		{Title: "尚未恢复的告警", Table: alarms},
		{Title: "本班收到的来信", Table: w.dutyTable(came, func(petition.Case) bool { return true })},
		{Title: "紧急、重大事项", Table: w.dutyTable(urgent, func(c petition.Case) bool { return c.Urgency != petition.Normal })},
		{Title: "下一班内到期或已超期", Table: w.dutyTable(due, func(c petition.Case) bool { return !c.Due.IsZero() })},
	}
	entries, err := w.tx.OfficeEntries(before.From, w.now)
	if err != nil {
		return v, fmt.Errorf("read log: %w", err)
	}
	for _, e := range entries {
		if e.Kind == petition.EvNoted && (e.Actor.Role == petition.RoleDuty || e.Actor.Role == petition.RoleCentre) {
			v.Log = append(v.Log, templates.LogEntry{At: w.office(e.Time), By: e.Actor.Name, Text: e.Text})
		}
	}
	return v, nil
}

// dutyTable lists cases for an officer, who may not see confidential ones.
func (w *work) dutyTable(cases []petition.Case, wanted func(petition.Case) bool) templates.Table {
	t := templates.Table{Head: []string{"编号", "主题", "状态", "办理期限"}}
	for _, c := range cases {
		if !wanted(c) || c.Confidential {
			continue
		}
		r := petition.Recipient{Role: petition.RoleDuty}
		t.Rows = append(t.Rows, []string{string(c.Number), subjectTo(c, r), petition.StateName(c.State), w.limit(c.Due)})
	}
	return t
}

// fireTake tells the next in line and the office that nobody has taken over.
func (w *work) fireTake() error {
	change, err := w.tx.Setting(dutyChange)
	if err != nil {
		return fmt.Errorf("read change of duty: %w", err)
	}
	taken, err := w.tx.Setting(dutyTaken)
	if err != nil {
		return fmt.Errorf("read change of duty: %w", err)
	}
	began, err := time.Parse(time.RFC3339, change)
	if taken == change || err != nil {
		return nil
	}
	// The clock may go off late, when somebody else has duty already who failed
	// nothing: named is the officer of the change that was not answered.
	watch, ok := w.Policy.Calendar.Watch(w.Shifts, began)
	if !ok {
		return nil
	}
	advice := "请立即联系接班人员；联系不上的，由下一顺位值班员先行接班，并回复“接班”"
	if !w.now.Before(watch.To) {
		advice = "该班次已经结束，其间系统曾停止运行；请核实当时是否有人值班"
	}
	to := w.Policy.Roster.OfficeWith(petition.RoleHandler)
	if p, ok := w.onRoster(watch.Next); ok {
		to = append([]petition.Person{p}, to...)
	}
	for _, p := range to {
		mail, err := w.Templates.Alarm(templates.AlarmView{Common: w.common("", ""), To: p.Name, What: w.dutyName(watch.Officer) + "未按时接班", Since: w.office(watch.From),
			Advice: []string{advice}})
		if err != nil {
			return fmt.Errorf("render alarm: %w", err)
		}
		if err := w.post(parcel{kind: "alarm", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	_, err = w.tx.Append(store.Entry{Time: w.now, Actor: petition.System(), Kind: petition.EvEscalated, Text: w.dutyName(watch.Officer) + "未按时接班",
		Data: []byte(`{"clock":"take","minutes":` + strconv.Itoa(int(w.ack().Minutes())) + `}`)})
	return err
}

// dutyWord carries out 接班, 交班 and 记录: each is an entry of the ledger, and so
// of the day's log.
func (s *session) dutyWord(o order, said, entry string) error {
	text := strings.TrimSpace(entry + " " + o.Command.Text)
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: petition.RoleDuty}
	if _, err := s.tx.Append(store.Entry{Time: s.now, Actor: actor, Kind: petition.EvNoted, Text: text}); err != nil {
		return fmt.Errorf("append log: %w", err)
	}
	s.done(o.Command.Raw, said)
	return nil
}

// take answers a change of duty. Whoever is next in line may take over too.
func (s *session) take(o order) error {
	watch, ok := s.Policy.Calendar.Watch(s.Shifts, s.now)
	if !ok || !petition.SameAddress(watch.Officer, s.person.Address) && !petition.SameAddress(watch.Next, s.person.Address) {
		s.fail(o.Command.Raw, "您不是本班的值班员，也不是下一顺位，不能接班", "请核对值班表")
		return nil
	}
	change, err := s.tx.Setting(dutyChange)
	if err != nil {
		return fmt.Errorf("read change of duty: %w", err)
	}
	if err := s.tx.SetSetting(dutyTaken, change); err != nil {
		return fmt.Errorf("note change of duty: %w", err)
	}
	if err := s.tx.StopClocks("", clockTake); err != nil {
		return err
	}
	return s.dutyWord(o, "已接班", "接班")
}
