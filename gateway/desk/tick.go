package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// batch is how many clocks and outcomes one Tick handles of each kind.
const batch = 100

// Tick does what is due at an instant: outcomes of sending become events,
// clocks fire, finished cases are archived, boxes that were not checked raise
// an alarm. Each is a transaction of its own; one that fails is put off and
// holds up no other. next is when Tick wants to be called again, zero when
// nothing is known to fall due.
func (d *Desk) Tick(ctx context.Context, now time.Time) (next time.Time, err error) {
	var errs []error
	errs = append(errs, d.report(ctx, now), d.followCalendar(ctx, now), d.officeClocks(ctx, now), d.fire(ctx, now), d.watchBoxes(ctx, now), d.watchScanner(ctx, now))
	err = d.store.View(ctx, func(tx *store.Tx) error {
		var err error
		next, err = tx.NextClock()
		return err
	})
	return next, errors.Join(append(errs, err)...)
}

// report turns the outcomes of sending into events: a sent answer is what makes
// a case answered, a refused one is the office's matter.
func (d *Desk) report(ctx context.Context, now time.Time) error {
	var rows []store.OutgoingRow
	err := d.store.View(ctx, func(tx *store.Tx) error {
		var err error
		rows, err = tx.UnreportedOutcomes(batch)
		return err
	})
	if err != nil {
		return fmt.Errorf("list outcomes: %w", err)
	}
	var errs []error
	for _, row := range rows {
		err := d.update(ctx, now, func(w *work) error {
			if err := w.outcome(row); err != nil {
				return err
			}
			return w.tx.MarkReported(row.ID)
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("outcome of %d: %w", row.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (w *work) outcome(row store.OutgoingRow) error {
	if row.Case == "" || row.State == store.OutCancelled && !row.Answer {
		return nil
	}
	c, err := w.tx.Case(row.Case)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	if row.State == store.OutSent {
		if !row.Answer || row.Revision < 1 || row.Revision > len(c.Drafts) {
			return nil
		}
		e := petition.Event{Kind: c.Drafts[row.Revision-1].Sent(), Actor: petition.System(), Revision: row.Revision, Digest: c.Drafts[row.Revision-1].Digest,
			Text: "答复已交付收件服务器"}
		_, err = w.apply(c, e, origin{})
		return ignoreRefusal(w, err)
	}
	for _, r := range row.Recipients {
		if r.State == store.RecipientSent {
			continue
		}
		text := fmt.Sprintf("发往 %s 的邮件（%s）没有送出：%s", r.Address, KindName(row.Kind), strings.TrimSpace(row.LastError))
		switch row.State {
		case store.OutCancelled:
			text = fmt.Sprintf("发往 %s 的邮件（%s）已经批准，但被系统管理员在命令行作废，没有送出。需要答复的，请与系统管理员核实；不再答复的，请结案", r.Address, KindName(row.Kind))
		case store.OutDoubtful:
			text = fmt.Sprintf("发往 %s 的邮件（%s）是否送达不明，为避免重复没有再发，请核实后决定重发或作废：%s", r.Address, KindName(row.Kind), strings.TrimSpace(row.LastError))
		}
		if c, err = w.undelivered(c, r.Address, text, origin{}); err != nil {
			return ignoreRefusal(w, err)
		}
	}
	return nil
}

// ignoreRefusal drops an event that came out of turn: the case has moved on,
// and there is nobody to tell.
func ignoreRefusal(w *work, err error) error {
	var refusal *petition.Refusal
	if errors.As(err, &refusal) {
		w.desk.log.Info("event out of turn", "event", refusal.Kind, "state", refusal.State)
		return nil
	}
	return err
}

// fire lets the clocks that are due go off, each once.
func (d *Desk) fire(ctx context.Context, now time.Time) error {
	var due []store.ClockRow
	err := d.store.View(ctx, func(tx *store.Tx) error {
		var err error
		due, err = tx.DueClocks(now, batch)
		return err
	})
	if err != nil {
		return fmt.Errorf("list clocks: %w", err)
	}
	var errs []error
	for _, row := range due {
		err := d.fireOne(ctx, row, now)
		if err == nil || ctx.Err() != nil {
			continue
		}
		errs = append(errs, fmt.Errorf("clock %s of %s: %w", row.Clock, row.Case, err))
		if err := d.update(ctx, now, func(w *work) error { return w.tx.PostponeClock(row.ID, now.Add(5*time.Minute)) }); err != nil {
			errs = append(errs, fmt.Errorf("postpone clock: %w", err))
		}
	}
	return errors.Join(errs...)
}

func (d *Desk) fireOne(ctx context.Context, row store.ClockRow, now time.Time) (err error) {
	defer func() {
		if r := recover(); r != nil {
			d.log.Error("clock panicked", "clock", row.Clock, "case", row.Case, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	if row.Case == "" {
		return d.fireOffice(ctx, row, now)
	}
	if row.Clock == petition.ClockPublish {
		return d.firePublish(ctx, row, now)
	}
	if row.Clock == petition.ClockArchive {
		return d.fireArchive(ctx, row, now)
	}
	return d.update(ctx, now, func(w *work) error {
		err := w.tx.ClockFired(row.ID)
		if errors.Is(err, store.ErrTaken) {
			return nil
		}
		if err != nil {
			return err
		}
		c, err := w.tx.Case(row.Case)
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		kind, ok := clockEvents[row.Clock]
		if !ok {
			w.desk.log.Warn("unknown clock", "clock", row.Clock, "case", row.Case)
			return nil
		}
		e := petition.Event{Kind: kind, Actor: petition.System(), Clock: row.Clock, Step: row.Step, Text: petition.Reason(c, row.Clock, row.Step, w.Policy)}
		_, err = w.apply(c, e, origin{})
		return ignoreRefusal(w, err)
	})
}

// clockEvents are what the clocks of a case do when they go off; whether one
// still applies is petition.Step's to say.
var clockEvents = map[petition.Clock]petition.EventKind{
	petition.ClockAcceptWarning: petition.EvEscalated,
	petition.ClockAccept:        petition.EvEscalated,
	petition.ClockLawAccept:     petition.EvEscalated,
	petition.ClockLawAnswer:     petition.EvEscalated,
	petition.ClockUrgent:        petition.EvEscalated,
	petition.ClockSign:          petition.EvChased,
	petition.ClockChase:         petition.EvChased,
	petition.ClockApprove:       petition.EvChased,
	petition.ClockTask:          petition.EvChased,
	petition.ClockRating:        petition.EvClosed,
}

// fireArchive writes the dossier of a finished case and then notes it. The file
// comes first: a crash in between writes it once more, never not at all (C15).
func (d *Desk) fireArchive(ctx context.Context, row store.ClockRow, now time.Time) error {
	if d.archive == nil {
		return d.update(ctx, now, func(w *work) error { return ignoreTaken(w.tx.ClockFired(row.ID)) })
	}
	if _, err := d.archive(ctx, row.Case, now); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return d.update(ctx, now, func(w *work) error {
		if err := w.tx.ClockFired(row.ID); err != nil {
			return ignoreTaken(err)
		}
		c, err := w.tx.Case(row.Case)
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		_, err = w.apply(c, petition.Event{Kind: petition.EvArchived, Actor: petition.System(), Clock: row.Clock}, origin{})
		if err := ignoreRefusal(w, err); err != nil {
			return err
		}
		return w.behind(c.Number)
	})
}

func ignoreTaken(err error) error {
	if errors.Is(err, store.ErrTaken) {
		return nil
	}
	return err
}

// Check is what came of looking at a box. Refused counts refused logins in a row.
type Check struct {
	Box     string
	At      time.Time
	Err     error // nil: the box was read
	Refused int
	Paused  bool // logins were refused twice and the box rests
}

// Checked notes a check of a box (C2). Two refused logins raise the alarm at
// once; a box that is read again after an alarm is told of once.
func (d *Desk) Checked(ctx context.Context, check Check) error {
	return d.update(ctx, check.At, func(w *work) error {
		text := ""
		if check.Err != nil {
			text = check.Err.Error()
		}
		status, err := w.boxStatus(check.Box)
		if err != nil {
			return err
		}
		if err := w.tx.NoteCheck(check.Box, check.At, text, check.Refused); err != nil {
			return fmt.Errorf("note check: %w", err)
		}
		switch {
		case check.Err == nil && status.Alarmed:
			return w.boxAlarm(check.Box, templates.AlarmView{Recovered: true, What: "信箱“" + w.box(check.Box).Name + "”已恢复收信",
				Since: w.office(status.Since), Until: w.office(check.At)}, false)
		case check.Paused && !status.Alarmed:
			return w.boxAlarm(check.Box, templates.AlarmView{What: "信箱“" + w.box(check.Box).Name + "”连续两次被拒绝登录，暂停 15 分钟后再试", Since: w.office(check.At),
				Advice: []string{"请核对该信箱的账号和密码（或授权码），并确认服务商没有锁定账号"}}, true)
		}
		return nil
	})
}

func (w *work) boxStatus(box string) (store.BoxStatus, error) {
	all, err := w.tx.BoxStatus()
	if err != nil {
		return store.BoxStatus{}, fmt.Errorf("read box: %w", err)
	}
	for _, s := range all {
		if s.Mailbox == box {
			return s, nil
		}
	}
	return store.BoxStatus{}, nil
}

// watchBoxes raises the alarm, once, for a box that was not read for as long as
// the office allows (C2: two hours).
func (d *Desk) watchBoxes(ctx context.Context, now time.Time) error {
	settings := d.settings.Load()
	limit, ok := settings.Policy.Deadlines.Check.Duration()
	if !ok || limit == 0 {
		return nil
	}
	var late []store.BoxStatus
	err := d.store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.BoxStatus()
		for _, s := range all {
			last := s.Checked
			if last.IsZero() {
				last = s.Since
			}
			if !s.Alarmed && !last.IsZero() && now.Sub(last) >= limit {
				late = append(late, s)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read boxes: %w", err)
	}
	for _, s := range late {
		err := d.update(ctx, now, func(w *work) error {
			current, err := w.boxStatus(s.Mailbox)
			if err != nil || current.Alarmed {
				return err
			}
			since := s.Checked
			if since.IsZero() {
				since = s.Since
			}
			missed := store.Entry{Time: now, Actor: petition.System(), Kind: petition.EvEscalated, Text: "信箱未能按时收信",
				Data: json.RawMessage(`{"clock":"check","mailbox":` + strconv.Quote(s.Mailbox) + `}`)}
			if _, err := w.tx.Append(missed); err != nil {
				return fmt.Errorf("append missed check: %w", err)
			}
			return w.boxAlarm(s.Mailbox, templates.AlarmView{What: "信箱“" + w.box(s.Mailbox).Name + "”未能成功收信", Since: w.office(since),
				Advice: []string{"请检查网络和邮件服务；恢复后系统会自动补收，不会漏信"}}, true)
		})
		if err != nil {
			return fmt.Errorf("alarm for box: %w", err)
		}
	}
	return nil
}

// Reconciled puts on the record, and tells, that a comparison with the server
// found letters which were not on the register (C2). They are by now.
func (d *Desk) Reconciled(ctx context.Context, box string, missed int, now time.Time) error {
	return d.update(ctx, now, func(w *work) error {
		status, err := w.boxStatus(box)
		if err != nil {
			return err
		}
		found := store.Entry{Time: now, Actor: petition.System(), Kind: petition.EvNoted, Text: fmt.Sprintf("核对信箱时补登来件 %d 封", missed),
			Data: json.RawMessage(fmt.Sprintf(`{"check":"reconcile","mailbox":%q,"missed":%d}`, box, missed))}
		if _, err := w.tx.Append(found); err != nil {
			return fmt.Errorf("append comparison: %w", err)
		}
		return w.boxAlarm(box, templates.AlarmView{What: fmt.Sprintf("核对信箱“%s”时发现 %d 封来件未登记，已全部补登", w.box(box).Name, missed), Since: w.office(now),
			Advice: []string{"补登的来件照常办理，时限从到达信箱时算起", "如近日恢复过备份，属正常情况；否则请查明原因"}}, status.Alarmed)
	})
}

// boxAlarm tells the information centre and the duty officer about a box.
func (w *work) boxAlarm(box string, view templates.AlarmView, alarmed bool) error {
	if err := w.alarm(view, append(w.centre(), petition.Recipient{Role: petition.RoleDuty})); err != nil {
		return err
	}
	if err := w.tx.SetBoxAlarm(box, alarmed); err != nil {
		return fmt.Errorf("note alarm: %w", err)
	}
	return nil
}
