package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// dayLogAfter is how long after midnight the day's log is written: what came in
// the last minutes has been read by then.
const dayLogAfter = 10 * time.Minute

func (s *Settings) nextDayLog(now time.Time) time.Time {
	local := s.office(now)
	at := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location()).Add(dayLogAfter)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// fireDayLog archives the log of duty of the day before the clock was due: as a
// page in the archive, and by its digest on the ledger, which holds the entries
// themselves (C12). Days that went by while the daemon was down are made up for.
func (d *Desk) fireDayLog(ctx context.Context, row store.ClockRow, now time.Time) error {
	s := d.settings.Load()
	due := s.office(row.Due)
	to := time.Date(due.Year(), due.Month(), due.Day(), 0, 0, 0, 0, due.Location())
	from := to.AddDate(0, 0, -1)
	var entries []store.Entry
	var came, urgent int
	err := d.store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{Since: from, Until: to})
		if err != nil {
			return err
		}
		for _, c := range cases {
			came++
			if c.Urgency != petition.Normal {
				urgent++
			}
		}
		entries, err = tx.OfficeEntries(from, to)
		return err
	})
	if err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	page, err := s.dayLog(from, to, entries, came, urgent)
	if err != nil {
		return err
	}
	name := "duty/" + from.Format("2006/2006-01-02") + ".html"
	if d.keep != nil {
		// The file comes first: a crash in between writes it once more.
		if err := d.keep(ctx, name, page); err != nil {
			return fmt.Errorf("keep log: %w", err)
		}
	}
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.ClockFired(row.ID); err != nil {
			return ignoreTaken(err)
		}
		sum := sha256.Sum256(page)
		facts := struct {
			Clock  petition.Clock `json:"clock"`
			File   string         `json:"file"`
			Digest string         `json:"digest"`
		}{clockDayLog, name, hex.EncodeToString(sum[:])}
		if err := w.line(petition.EvArchived, from.Format("2006年1月2日")+"值班日志归档", facts); err != nil {
			return err
		}
		return w.tx.SetClock("", clockDayLog, 0, to.AddDate(0, 0, 1).Add(dayLogAfter))
	})
}

// dayLog is the page of a day's log: the watches, and every line that the
// office's own ledger has of the day.
func (s *Settings) dayLog(from, to time.Time, entries []store.Entry, came, urgent int) ([]byte, error) {
	v := templates.DayLogView{Office: s.Office, Drill: s.Drill, Day: from, Came: came, Urgent: urgent}
	for at := from; at.Before(to); {
		watch, ok := s.Policy.Calendar.Watch(s.Shifts, at)
		if ok {
			v.Shifts = append(v.Shifts, s.shift(watch))
			at = watch.To
			continue
		}
		next, more := s.Policy.Calendar.NextChange(s.Shifts, at)
		if !more {
			break
		}
		at = next
	}
	for _, e := range entries {
		if e.Text != "" {
			v.Log = append(v.Log, templates.LogEntry{At: s.office(e.Time), By: e.Actor.Name, Text: e.Text})
		}
	}
	page, err := s.Templates.DayLog(v)
	if err != nil {
		return nil, fmt.Errorf("render log: %w", err)
	}
	return page, nil
}
