package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// clockBooks is the office's own clock of the morning's mails.
const clockBooks petition.Clock = "books"

// morning is when the day's mails go out on working days (spec system section 2).
const morning = 8 * time.Hour

// books keeps the clock of the morning's mails running.
func (d *Desk) books(ctx context.Context, now time.Time) error {
	settings := d.settings.Load()
	if !settings.Books {
		return nil
	}
	running, err := d.runs(ctx, clockBooks)
	if err != nil || running {
		return err
	}
	return d.update(ctx, now, func(w *work) error { return w.tx.SetClock("", clockBooks, 0, settings.nextMorning(now)) })
}

// runs reports whether a clock of the office itself is set.
func (d *Desk) runs(ctx context.Context, clock petition.Clock) (running bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		clocks, err := tx.Clocks("")
		for _, c := range clocks {
			running = running || c.Clock == clock
		}
		return err
	})
	return running, err
}

// nextMorning is eight o'clock on the first working day after an instant.
func (s *Settings) nextMorning(now time.Time) time.Time {
	local := s.office(now)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	for at := day.Add(morning); ; at = at.AddDate(0, 0, 1) {
		if at.After(now) && s.Policy.Calendar.WorkingDay(at) {
			return at
		}
	}
}

// firstWorkingDay reports whether no working day of the span that began at
// since lies before the day of an instant.
func (s *Settings) firstWorkingDay(since, now time.Time) bool {
	for day := since; day.Before(now.AddDate(0, 0, -1).Add(time.Second)); day = day.AddDate(0, 0, 1) {
		if s.Policy.Calendar.WorkingDay(day) {
			return false
		}
	}
	return true
}

// fireBooks writes the morning's mails: the digest; on the week's first working
// day the list of the law's limits; on the month's first the assessment of the
// month before (C8, C16). All figures are read before the transaction.
func (d *Desk) fireBooks(ctx context.Context, row store.ClockRow, now time.Time) error {
	s := d.settings.Load()
	local := s.office(now)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	o := report.Office{Policy: s.Policy, Boxes: map[string]string{}}
	for _, b := range s.Boxes {
		o.Boxes[b.ID] = b.Name
	}
	daily, err := report.Digest(ctx, d.store, o, now)
	if err != nil {
		return fmt.Errorf("make digest: %w", err)
	}
	month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, day.Location())
	var assessment *report.Assessment
	if s.firstWorkingDay(month, day) {
		a, err := report.Month(ctx, d.store, s.Policy.Calendar, s.Policy.Roster, month.AddDate(0, -1, 0), month)
		if err != nil {
			return fmt.Errorf("make assessment: %w", err)
		}
		assessment = &a
	}
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.ClockFired(row.ID); err != nil {
			return ignoreTaken(err)
		}
		if err := w.digests(daily, o, w.firstWorkingDay(monday, day)); err != nil {
			return err
		}
		if assessment != nil {
			if err := w.assessments(*assessment, o); err != nil {
				return err
			}
		}
		return w.tx.SetClock("", clockBooks, 0, w.nextMorning(now))
	})
}

// readers are the office's people and the leaders of a rank, each once.
func (w *work) readers(rank string) []petition.Person {
	var all []petition.Person
	add := func(list []petition.Person) {
		for _, p := range list {
			known := false
			for _, k := range all {
				known = known || petition.SameAddress(k.Address, p.Address)
			}
			if !known {
				all = append(all, p)
			}
		}
	}
	for _, role := range []petition.Role{petition.RoleHandler, petition.RoleApprover, petition.RoleChief} {
		add(w.Policy.Roster.OfficeWith(role))
	}
	add(w.Policy.Roster.LeadersOf(rank))
	return all
}

func (w *work) digests(daily report.Daily, o report.Office, weekly bool) error {
	for _, p := range w.readers("") {
		mail, err := w.Templates.Digest(report.DigestView(daily, o, w.common("", ""), p.Name))
		if err != nil {
			return fmt.Errorf("render digest: %w", err)
		}
		if _, err := w.post(parcel{kind: "digest", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	if !weekly {
		return nil
	}
	for _, p := range w.readers("deputy") {
		mail, err := w.Templates.Digest(report.LimitsView(daily, o, w.common("", ""), p.Name))
		if err != nil {
			return fmt.Errorf("render limits: %w", err)
		}
		if _, err := w.post(parcel{kind: "digest", to: p, mail: mail, bypass: true}); err != nil {
			return err
		}
	}
	return nil
}

// sheetType is the media type of a workbook.
const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// assessments sends the whole assessment to the office and the leaders, and to
// each head the own division's part.
func (w *work) assessments(a report.Assessment, o report.Office) error {
	send := func(a report.Assessment, division string, to petition.Person) error {
		name := "考核" + w.office(a.From).Format("2006年1月") + ".xlsx"
		if division != "" {
			name = w.Policy.Roster.DivisionName(division) + name
		}
		sheet, err := report.Sheet(a, o, w.Office)
		if err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
		listed := []templates.Attachment{{Name: name, Type: sheetType, Size: int64(len(sheet))}}
		mail, err := w.Templates.Assessment(report.AssessmentView(a, o, division, listed, w.common("", ""), to.Name))
		if err != nil {
			return fmt.Errorf("render assessment: %w", err)
		}
		_, err = w.post(parcel{kind: "assessment", to: to, mail: mail, bypass: true, files: []letter.File{{Name: name, Type: sheetType, Data: sheet}}})
		return err
	}
	for _, p := range w.readers("") {
		if err := send(a, "", p); err != nil {
			return err
		}
	}
	for _, division := range w.Policy.Roster.Divisions {
		if strings.TrimSpace(division.Head.Address) == "" {
			continue
		}
		if err := send(a.Part(division.ID), division.ID, division.Head); err != nil {
			return err
		}
	}
	return nil
}

// errOfficeClock is a clock of the office that this program does not know.
var errOfficeClock = errors.New("unknown office clock")
