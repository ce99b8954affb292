package watch

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// counted is how many due clocks are counted at most: more of them is as bad.
const counted = 1000

// collector reads the register at each scrape; nothing is counted twice.
type collector struct{ w *Watch }

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("xinfangd_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector. What is described nowhere is not
// checked beforehand, so that the descriptions can stand beside the values.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	now := c.w.o.Now()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	up := 1.0
	err := c.w.o.Store.View(ctx, func(tx *store.Tx) error {
		queue, err := tx.CountOutgoing()
		if err != nil {
			return err
		}
		for _, state := range []string{store.OutQueued, store.OutSending, store.OutSent, store.OutHeld, store.OutDoubtful, store.OutFailed, store.OutCancelled} {
			gauge(desc("outgoing", "Outgoing mails by state.", "state"), float64(queue[state]), state)
		}
		failed, err := tx.FailedLetters()
		if err != nil {
			return err
		}
		gauge(desc("failed_letters", "Letters whose handling failed."), float64(len(failed)))
		vitals, err := tx.Vitals()
		if err != nil {
			return err
		}
		gauge(desc("unaccepted_oldest_seconds", "How long ago the oldest letter arrived that nobody has accepted; 0 for none."), age(now, vitals.Unaccepted))
		gauge(desc("outgoing_oldest_seconds", "How long ago the oldest mail was written that waits to be sent; 0 for none."), age(now, vitals.Queued))
		for _, kind := range store.AlarmingKinds() {
			out <- prometheus.MustNewConstMetric(desc("ledger_events_total", "Ledger entries of the kinds to watch: chases, missed clocks, bounces, suspicious commands.", "kind"),
				prometheus.CounterValue, float64(vitals.Entries[kind]), kind)
		}
		overdue, err := tx.CountCases(store.CaseFilter{States: openStates(), DueUntil: now})
		if err != nil {
			return err
		}
		gauge(desc("cases_overdue", "Open cases whose deadline has passed."), float64(overdue))
		clocks, err := tx.DueClocks(now, counted)
		if err != nil {
			return err
		}
		gauge(desc("clocks_due", "Clocks that are due and have not fired (counted to 1000)."), float64(len(clocks)))
		open, err := tx.CountCases(store.CaseFilter{States: openStates()})
		if err != nil {
			return err
		}
		gauge(desc("cases_open", "Cases that still ask something of the office."), float64(open))
		boxes, err := tx.BoxStatus()
		if err != nil {
			return err
		}
		for _, b := range boxes {
			if !b.Checked.IsZero() {
				gauge(desc("box_checked_timestamp_seconds", "Last successful check of a box.", "mailbox"), float64(b.Checked.UnixMilli())/1000, b.Mailbox)
			}
			gauge(desc("box_lag_seconds", "Time since the last successful check of a box, since its first failure when there was none.", "mailbox"), lag(now, b), b.Mailbox)
			gauge(desc("box_failing", "1 while the last check of a box failed.", "mailbox"), flag(b.Error != ""), b.Mailbox)
		}
		return nil
	})
	if err != nil {
		up = 0
		c.w.o.Logger.Warn("collect metrics", "err", err)
	}
	gauge(desc("register_up", "1 while the register answers."), up)
	if paused, err := c.w.o.Store.Paused(ctx); err == nil {
		gauge(desc("sending_paused", "1 while all sending is stopped."), flag(paused))
	}
	gauge(desc("reload_refused", "1 while a changed configuration is not in force because it was refused."), flag(c.w.refused.Load() != nil))
	for _, s := range c.w.o.Senders() {
		gauge(desc("smtp_failing", "1 while an SMTP account fails.", "account"), flag(!s.Since.IsZero()), s.Account)
	}
}

// age is how long ago an instant was, 0 for the zero time.
func age(now, t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(now.Sub(t).Seconds(), 0)
}

func lag(now time.Time, b store.BoxStatus) float64 {
	if b.Checked.IsZero() {
		return age(now, b.Since)
	}
	return age(now, b.Checked)
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// openStates are the states in which a case still asks something of the office.
func openStates() []petition.State {
	var open []petition.State
	for _, s := range petition.States() {
		if (petition.Case{State: s}).Open() {
			open = append(open, s)
		}
	}
	return open
}
