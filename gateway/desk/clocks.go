package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// The office's own clocks besides those of duty and of the morning's mails.
const (
	clockRound    petition.Clock = "round"    // the two-hour check of all boxes
	clockCalendar petition.Clock = "calendar" // the week's reminder of a missing calendar
	clockDayLog   petition.Clock = "daylog"   // yesterday's log is archived
	clockSelfTest petition.Clock = "selftest"
	clockSelfLate petition.Clock = "selftest_late"
	clockIndex    petition.Clock = "catalogue" // Step: the year whose catalogue is behind
)

// errOfficeClock is a clock of the office that this program does not know.
var errOfficeClock = errors.New("unknown office clock")

// standing says when a clock that always runs is to go off next; the zero time
// stops it.
func (s *Settings) standing() map[petition.Clock]func(now time.Time) time.Time {
	return map[petition.Clock]func(time.Time) time.Time{
		clockBooks: s.nextMorning, clockHandover: s.nextHandover, clockRound: s.nextRound,
		clockCalendar: s.nextReminder, clockDayLog: s.nextDayLog, clockSelfTest: s.nextSelfTest,
	}
}

// officeClocks keeps the office's standing clocks running.
func (d *Desk) officeClocks(ctx context.Context, now time.Time) error {
	s := d.settings.Load()
	if !s.Books {
		return nil
	}
	var running []petition.Clock
	err := d.store.View(ctx, func(tx *store.Tx) error {
		clocks, err := tx.Clocks("")
		for _, c := range clocks {
			running = append(running, c.Clock)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list office clocks: %w", err)
	}
	missing := map[petition.Clock]time.Time{}
	for clock, next := range s.standing() {
		if slices.Contains(running, clock) {
			continue
		}
		if due := next(now); !due.IsZero() {
			missing[clock] = due
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return d.update(ctx, now, func(w *work) error {
		for clock, due := range missing {
			if err := w.tx.SetClock("", clock, 0, due); err != nil {
				return err
			}
		}
		return nil
	})
}

// fireOffice lets a clock of the office itself go off, and sets it anew.
func (d *Desk) fireOffice(ctx context.Context, row store.ClockRow, now time.Time) error {
	switch row.Clock {
	case clockBooks:
		return d.fireBooks(ctx, row, now)
	case clockDayLog:
		return d.fireDayLog(ctx, row, now)
	case clockIndex:
		return d.fireCatalogue(ctx, row, now)
	}
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.ClockFired(row.ID); err != nil {
			return ignoreTaken(err)
		}
		if err := w.fireOffice(row); err != nil {
			return err
		}
		if next, ok := w.standing()[row.Clock]; ok {
			if due := next(now); !due.IsZero() {
				return w.tx.SetClock("", row.Clock, 0, due)
			}
		}
		return nil
	})
}

func (w *work) fireOffice(row store.ClockRow) error {
	switch row.Clock {
	case clockHandover:
		return w.fireHandover(row.Due)
	case clockTake:
		return w.fireTake()
	case clockRound:
		return w.fireRound()
	case clockCalendar:
		return w.fireReminder()
	case clockSelfTest:
		return w.sendSelfTest()
	case clockSelfLate:
		return w.lateSelfTest()
	}
	return errOfficeClock
}

// nextRound is the next whole multiple of the time between checks, counted from
// midnight, so that the rounds of a day are the same every day (C2).
func (s *Settings) nextRound(now time.Time) time.Time {
	every, ok := s.Policy.Deadlines.Check.Duration()
	if !ok || every < time.Minute {
		return time.Time{}
	}
	local := s.office(now)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	next := midnight.Add((local.Sub(midnight)/every + 1) * every)
	if tomorrow := midnight.AddDate(0, 0, 1); next.After(tomorrow) {
		return tomorrow
	}
	return next
}

// round is what the ledger says of one check of all boxes.
type round struct {
	Clock   petition.Clock `json:"clock"`
	Letters int            `json:"letters"`
	Boxes   []roundBox     `json:"boxes"`
}

type roundBox struct {
	Mailbox string    `json:"mailbox"`
	Checked time.Time `json:"checked,omitzero"`
	Well    bool      `json:"well"`
}

// fireRound puts the line of the two-hour check on the ledger, with the name of
// whoever has duty: that nothing came has to be on record, too (C2).
func (w *work) fireRound() error {
	every, _ := w.Policy.Deadlines.Check.Duration()
	letters, err := w.tx.CountLetters(w.now.Add(-every), w.now)
	if err != nil {
		return fmt.Errorf("count letters: %w", err)
	}
	status, err := w.tx.BoxStatus()
	if err != nil {
		return fmt.Errorf("read boxes: %w", err)
	}
	line, failing := round{Clock: clockRound, Letters: letters}, ""
	for _, b := range w.Boxes {
		box := roundBox{Mailbox: b.ID}
		for _, s := range status {
			if s.Mailbox == b.ID {
				box.Checked, box.Well = w.office(s.Checked), !s.Checked.IsZero() && w.now.Sub(s.Checked) < every
			}
		}
		if !box.Well {
			failing += "，信箱“" + b.Name + "”未能收信"
		}
		line.Boxes = append(line.Boxes, box)
	}
	text := fmt.Sprintf("定时查收：%s 至 %s 收到邮件 %d 件", w.office(w.now.Add(-every)).Format("15:04"), w.office(w.now).Format("15:04"), letters)
	if failing == "" {
		failing = "，各信箱收信正常"
	}
	text += failing
	for _, p := range w.onDuty() {
		text += "，值班：" + p.Name
	}
	return w.line(petition.EvNoted, text, line)
}

// line puts what concerns the whole office on the ledger.
func (w *work) line(kind petition.EventKind, text string, facts any) error {
	data, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("encode facts: %w", err)
	}
	if _, err := w.tx.Append(store.Entry{Time: w.now, Actor: petition.System(), Kind: kind, Text: text, Data: data}); err != nil {
		return fmt.Errorf("append %s: %w", kind, err)
	}
	return nil
}

// centre is the information centre, the office's handlers when there is none.
func (w *work) centre() []petition.Recipient {
	var to []petition.Recipient
	for _, p := range w.Policy.Roster.Centre {
		to = append(to, petition.Recipient{Person: p, Role: petition.RoleCentre})
	}
	if len(to) == 0 {
		for _, p := range w.handlers() {
			to = append(to, petition.Recipient{Person: p, Role: petition.RoleHandler})
		}
	}
	return to
}

// alarm mails an alarm that is about no case.
func (w *work) alarm(view templates.AlarmView, to []petition.Recipient) error {
	for _, r := range w.expand(to) {
		view.Common, view.To = w.common("", ""), r.Name
		mail, err := w.Templates.Alarm(view)
		if err != nil {
			return fmt.Errorf("render alarm: %w", err)
		}
		if err := w.post(parcel{kind: "alarm", to: r.Person, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	return nil
}
