package watch

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"xinfangd/gateway/store"
)

const (
	// patience bounds every question to the register.
	patience = 5 * time.Second
	// stuck is how long a mail may be due before the queue counts as stuck.
	stuck = 10 * time.Minute
)

// Failure is a part of the gateway that does not work.
type Failure struct {
	Part   string `json:"part"`
	Detail string `json:"detail"`
}

// Readiness is the body of /readyz.
type Readiness struct {
	Ready   bool      `json:"ready"`
	Paused  bool      `json:"paused"`
	Failing []Failure `json:"failing"`
}

func (w *Watch) healthz(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = rw.Write([]byte("ok\n")) // whoever asked is gone
}

func (w *Watch) readyz(rw http.ResponseWriter, r *http.Request) {
	ready := w.Ready(r.Context())
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
	}
	if !w.allowed(r) {
		ready.Failing = []Failure{} // strangers learn whether, not why
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	if err := json.NewEncoder(rw).Encode(ready); err != nil {
		w.o.Logger.Debug("write readiness", "err", err)
	}
}

// Ready says what does not work at this moment: the register, a box whose last
// check failed or is too long ago, a year without calendar, a configuration that
// was not taken over, a queue that does not move, an SMTP account that fails, a virus scanner that
// does not answer.
// People are told by mail when it lasts; whoever asks here decides for himself
// how long is too long.
func (w *Watch) Ready(ctx context.Context) Readiness {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	now, office := w.o.Now(), w.office.Load()
	r := Readiness{Failing: []Failure{}}
	fail := func(part, detail string) { r.Failing = append(r.Failing, Failure{part, detail}) }

	if err := w.o.Store.Ping(ctx); err != nil {
		fail("store", err.Error())
		return r
	}
	for _, f := range w.boxes(ctx, office, now) {
		fail(f.Part, f.Detail)
	}
	if office.NoCalendar != nil && office.NoCalendar(now) {
		fail("calendar", "no calendar for this year: deadlines are estimated")
	}
	if r := w.refused.Load(); r != nil {
		fail("configuration", "reload refused since "+r.since.Format(time.RFC3339)+": "+r.detail)
	}
	paused, err := w.o.Store.Paused(ctx)
	if err != nil {
		fail("store", err.Error())
	}
	r.Paused = paused
	if due, err := w.o.Store.NextDue(ctx); err != nil {
		fail("store", err.Error())
	} else if !paused && !due.IsZero() && now.Sub(due) > stuck {
		fail("queue", "mail has been due since "+due.Format(time.RFC3339))
	}
	for _, s := range w.o.Senders() {
		if !s.Since.IsZero() {
			fail(strings.TrimSpace("smtp "+s.Account), s.Error) // the office's own account has no name
		}
	}
	if w.o.Scanner != nil {
		if since, reason := w.o.Scanner(); !since.IsZero() {
			fail("clamd", "no answer since "+since.Format(time.RFC3339)+": "+reason)
		}
	}
	r.Ready = len(r.Failing) == 0
	return r
}

// boxes lists the boxes that cannot be read or were not in time, also those
// never read.
func (w *Watch) boxes(ctx context.Context, office *view, now time.Time) []Failure {
	status, err := w.status(ctx)
	if err != nil {
		return []Failure{{"store", err.Error()}}
	}
	var failing []Failure
	for _, b := range office.Boxes {
		s := status[b.ID]
		if w.late(office, s, now) {
			detail := "not checked yet"
			if s.Error != "" {
				detail = s.Error
			} else if !s.Checked.IsZero() {
				detail = "last checked " + s.Checked.Format(time.RFC3339)
			}
			failing = append(failing, Failure{"box " + b.ID, detail})
		}
	}
	return failing
}

func (w *Watch) late(office *view, s store.BoxStatus, now time.Time) bool {
	return s.Checked.IsZero() || s.Error != "" || office.CheckWithin > 0 && now.Sub(s.Checked) > office.CheckWithin
}

// status is the health of every box by its id.
func (w *Watch) status(ctx context.Context) (map[string]store.BoxStatus, error) {
	byID := map[string]store.BoxStatus{}
	err := w.o.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.BoxStatus()
		for _, s := range all {
			byID[s.Mailbox] = s
		}
		return err
	})
	return byID, err
}
