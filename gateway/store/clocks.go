package store

import (
	"slices"
	"time"

	"xinfangd/gateway/petition"
)

// ClockRow is a clock that was set; Case is empty for the office's own.
type ClockRow struct {
	ID    int64
	Case  petition.Number
	Clock petition.Clock
	Step  int
	Due   time.Time
}

type clockRow struct {
	ID    int64  `db:"id"`
	Case  string `db:"case_number"`
	Clock string `db:"clock"`
	Step  int    `db:"step"`
	Due   Time   `db:"due"`
}

func (tx *Tx) clockList(name string, args ...any) ([]ClockRow, error) {
	var rows []clockRow
	if err := tx.list(&rows, name, args...); err != nil {
		return nil, err
	}
	clocks := make([]ClockRow, 0, len(rows))
	for _, row := range rows {
		clocks = append(clocks, ClockRow{
			ID: row.ID, Case: petition.Number(row.Case), Clock: petition.Clock(row.Clock), Step: row.Step,
			Due: tx.store.local(row.Due),
		})
	}
	return clocks, nil
}

// SetClock sets a clock, replacing one of the same case, name and step, be it
// running or fired.
func (tx *Tx) SetClock(n petition.Number, c petition.Clock, step int, due time.Time) error {
	tx.forgetClocks(func(number petition.Number, clock petition.Clock, s int) bool {
		return number == n && clock == c && s == step
	})
	return tx.later(lotClocks, n, c, step, Time{due})
}

// StopClocks ends the named clocks of a case in all their steps, every clock of
// it when none is named.
func (tx *Tx) StopClocks(n petition.Number, clocks ...petition.Clock) error {
	tx.forgetClocks(func(number petition.Number, clock petition.Clock, _ int) bool {
		return number == n && (len(clocks) == 0 || slices.Contains(clocks, clock))
	})
	if tx.own.cases[n] && tx.own.clocks[n] == tx.written[lotClocks] {
		return nil // none of its clocks has been written
	}
	if len(clocks) == 0 {
		return tx.exec("stop-all-clocks", n)
	}
	for _, c := range clocks {
		if err := tx.exec("stop-clock", n, c); err != nil {
			return err
		}
	}
	return nil
}

// forgetClocks drops clocks that wait to be written.
func (tx *Tx) forgetClocks(which func(n petition.Number, c petition.Clock, step int) bool) {
	rows := tx.waiting.rows[lotClocks]
	kept := slices.DeleteFunc(rows, func(row []any) bool {
		return which(petition.Number(row[0].(string)), petition.Clock(row[1].(string)), row[2].(int))
	})
	tx.waiting.rows[lotClocks] = kept
	tx.waiting.n -= len(rows) - len(kept)
}

// Clocks lists the running clocks of a case, of the office for "".
func (tx *Tx) Clocks(n petition.Number) ([]ClockRow, error) { return tx.clockList("clocks-of", n) }

// DueClocks lists clocks that are due and have not fired, the longest due
// first. In an Update no other gateway can be at them.
func (tx *Tx) DueClocks(now time.Time, limit int) ([]ClockRow, error) {
	return tx.clockList("due-clocks", Time{now}, limit)
}

// NextClock is when the next clock is due, the zero time when none runs.
func (tx *Tx) NextClock() (time.Time, error) {
	var due Time
	err := tx.get(&due, "next-clock")
	return tx.store.local(due), err
}

// ClockFired ends a clock; ErrTaken when it fired, was stopped or was set anew
// in the meantime: then nothing must be done for it.
func (tx *Tx) ClockFired(id int64) error {
	return tx.change(ErrTaken, "clock-fired", id, Time{tx.Now})
}

// PostponeClock moves a clock that could not be handled.
func (tx *Tx) PostponeClock(id int64, due time.Time) error {
	return tx.change(ErrNotFound, "postpone-clock", id, Time{due})
}
