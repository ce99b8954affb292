package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// passing is the kind of tally that counts the mails under the hourly cap, one
// bucket a minute. Every gateway on this register counts there.
const passing = "passing_mail"

const minute = "2006-01-02T15:04"

// errFull undoes the count of a mail that may not pass.
var errFull = errors.New("the hourly cap is used up")

// Pass counts up to want more mails under the hourly cap of n, at once because
// each count of its own would wait for the disk. It returns how many may pass, or
// for none when to ask again. Minutes are counted whole, so that never more than n
// pass in any hour. Of many that ask in vain the caller spreads the return, by the
// place that waiting gives.
func (s *Store) Pass(ctx context.Context, now time.Time, n, want, waiting int) (granted int, next time.Time, err error) {
	at := now.UTC()
	since := at.Add(-time.Hour).Format(minute)
	err = s.short(ctx, now, func(tx *Tx) error {
		key := tx.tallyKey(passing, "")
		var mine int
		if err := tx.get(&mine, "bump", passing, key, at.Format(minute), Time{tx.Now}, want); err != nil {
			return err
		}
		if mine == want { // the minute's first
			if err := tx.exec("forget-tallies", passing, key, since); err != nil {
				return err
			}
		}
		// On PostgreSQL two gateways may count in different minutes at once and see
		// each other only afterwards: a lot too many an hour is no loop.
		var rows []struct {
			Bucket string `db:"bucket"`
			N      int    `db:"n"`
		}
		if err := tx.list(&rows, "tallies-since", passing, key, since); err != nil {
			return err
		}
		total := -want // those that ask do not stand in their own way
		for _, row := range rows {
			total += row.N
		}
		if granted = min(want, n-total); granted > 0 {
			if granted == want {
				return nil
			}
			return tx.exec("unbump", passing, key, at.Format(minute), want-granted)
		}
		granted = 0
		place := waiting % n
		for _, row := range rows {
			if place -= row.N; place >= 0 {
				continue
			}
			from, err := time.Parse(minute, row.Bucket)
			if err != nil {
				return fmt.Errorf("read tally: %w", err)
			}
			next = from.Add(time.Hour + time.Minute)
			break
		}
		return errFull
	})
	if errors.Is(err, errFull) {
		return 0, next, nil
	}
	if err != nil {
		return 0, time.Time{}, err
	}
	return granted, time.Time{}, nil
}

// PassBack undoes a Pass of n mails that could not be tried after all.
func (s *Store) PassBack(ctx context.Context, passed time.Time, n int) error {
	return s.short(ctx, passed, func(tx *Tx) error {
		return tx.exec("unbump", passing, tx.tallyKey(passing, ""), passed.UTC().Format(minute), n)
	})
}
