package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// settingCalendar remembers by which calendar the open deadlines were counted.
const settingCalendar = "calendar/digest"

const alarmCalendar = "calendar"

// counted is the settings and the year for which the calendar has been seen to:
// nothing about it changes while they do not.
type counted struct {
	settings *Settings
	year     int
}

// followCalendar does what another calendar, or another year, asks for.
func (d *Desk) followCalendar(ctx context.Context, now time.Time) error {
	s := d.settings.Load()
	seen := counted{s, s.office(now).Year()}
	if known := d.counted.Load(); known != nil && *known == seen {
		return nil
	}
	if err := errors.Join(d.recount(ctx, now), d.watchCalendar(ctx, now)); err != nil {
		return err
	}
	d.counted.Store(&seen)
	return nil
}

// watchCalendar raises the alarm when working days are counted in a year whose
// holidays nobody knows, and ends it when they are loaded.
func (d *Desk) watchCalendar(ctx context.Context, now time.Time) error {
	s := d.settings.Load()
	if !s.Books {
		return nil
	}
	year := s.office(now).Year()
	missing := s.Policy.Calendar.Missing(year)
	var open string
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		open, err = tx.Setting(alarmKey + alarmCalendar)
		return err
	})
	if err != nil || missing == (open != "") {
		return err
	}
	return d.update(ctx, now, func(w *work) error {
		if !missing {
			return w.clear(alarmCalendar, fmt.Sprintf("%d 年的节假日安排已经加载，各件的办理期限已按此重算", year), w.keepers())
		}
		return w.raiseAlarm(alarmCalendar, w.noCalendar(year), w.keepers())
	})
}

// keepers are the people who see to the calendar: the information centre, which
// can load the file, and the office, whose deadlines hang on it.
func (w *work) keepers() []petition.Recipient {
	to := w.centre()
	for _, p := range w.handlers() {
		to = append(to, petition.Recipient{Person: p, Role: petition.RoleHandler})
	}
	return to
}

func (w *work) noCalendar(year int) templates.AlarmView {
	return templates.AlarmView{What: fmt.Sprintf("没有 %d 年的节假日安排", year), Since: w.office(w.now), Advice: []string{
		fmt.Sprintf("请把国务院办公厅公布的 %d 年节假日和调休安排存成文件，加到配置的 calendar.files，再让程序重新读取配置", year),
		"加载之前，工作日按周一至周五估算，有关办理期限均标明“估算”；加载之后自动重算",
	}}
}

// nextReminder is the next Monday at eight, or the first of December.
func (s *Settings) nextReminder(now time.Time) time.Time {
	local := s.office(now)
	day := time.Date(local.Year(), local.Month(), local.Day(), 8, 0, 0, 0, local.Location())
	for ; ; day = day.AddDate(0, 0, 1) {
		first := day.Month() == time.December && day.Day() == 1
		if day.After(now) && (first || day.Weekday() == time.Monday) {
			return day
		}
	}
}

// fireReminder asks each week for a calendar that is missing: the next year's
// from December on, when its notice has been out for a month, this year's always.
func (w *work) fireReminder() error {
	today := w.office(w.now)
	year := today.Year()
	if !w.Policy.Calendar.Missing(year) {
		if year++; today.Month() != time.December || !w.Policy.Calendar.Missing(year) {
			return nil
		}
	}
	view := w.noCalendar(year)
	if year != today.Year() {
		view.What = fmt.Sprintf("还没有 %d 年的节假日安排，请在年底前加载", year)
	}
	if err := w.line(petition.EvNoted, "提醒："+view.What, alarmFacts{Clock: clockCalendar, Alarm: alarmCalendar}); err != nil {
		return err
	}
	return w.alarm(view, w.keepers())
}

// recount counts the open deadlines again when the calendar is another than the
// one they were counted by; both values go on the ledger.
func (d *Desk) recount(ctx context.Context, now time.Time) error {
	s := d.settings.Load()
	digest := s.Policy.Calendar.Digest()
	var known string
	var cases []petition.Case
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		if known, err = tx.Setting(settingCalendar); err != nil || known == digest || known == "" {
			return err
		}
		cases, err = tx.ListCases(store.CaseFilter{States: []petition.State{petition.Registered, petition.Triage, petition.Accepted, petition.Dispatched, petition.Drafted, petition.Approved}})
		return err
	})
	if err != nil || known == digest {
		return err
	}
	for _, c := range cases {
		due, estimated, ok := petition.Recount(c, s.Policy)
		if !ok || due.Equal(c.Due) && estimated == c.Estimated {
			continue
		}
		err := d.update(ctx, now, func(w *work) error {
			current, err := w.tx.Case(c.Number)
			if err != nil {
				return fmt.Errorf("find case: %w", err)
			}
			_, err = w.apply(current, petition.Event{Kind: petition.EvRecounted, Actor: petition.System(), Text: petition.RecountText(current, w.Policy)}, origin{})
			if errors.Is(err, petition.ErrOutOfTurn) {
				return nil // somebody else has counted, or the case has moved on
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("recount %s: %w", c.Number, err)
		}
	}
	// Noted last: a crash in between counts again, and finds nothing changed.
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.SetSetting(settingCalendar, digest); err != nil || known == "" {
			return err
		}
		return w.line(petition.EvNoted, fmt.Sprintf("工作日历更新，已核对 %d 件在办来信的办理期限", len(cases)), alarmFacts{Clock: clockCalendar, Alarm: "recount"})
	})
}
