package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

const (
	// scanRest is how long a scanner that did not answer is left alone: letters
	// do not wait for it one after the other.
	scanRest   = time.Minute
	alarmClamd = "clamd"
)

// scanner is what we know of the virus scanner. Its zero value, with a scan, was
// never asked.
type scanner struct {
	scan func(ctx context.Context, data []byte) (virus string, err error)

	mu    sync.Mutex
	tried time.Time
	since time.Time // since when it does not answer, zero when it does
	err   string
}

// ask has data looked through, unless the scanner is at rest.
func (s *scanner) ask(ctx context.Context, data []byte, now time.Time) (virus string, err error) {
	s.mu.Lock()
	resting := !s.since.IsZero() && now.Sub(s.tried) < scanRest
	s.mu.Unlock()
	if resting {
		return "", errors.New("scanner does not answer")
	}
	virus, err = s.scan(ctx, data)
	if ctx.Err() != nil {
		return virus, err // it is we who stopped
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = now
	switch {
	case err == nil:
		s.since, s.err = time.Time{}, ""
	case errors.Is(err, letter.ErrClamd) && len(data) > 0:
		// It answers, only not about these data: they may be too large for it.
	default:
		if s.since.IsZero() {
			s.since = now
		}
		s.err = err.Error()
	}
	return virus, err
}

// failure says since when and why the scanner does not answer.
func (s *scanner) failure() (since time.Time, err string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, s.err
}

// ScanFailure says since when and why the virus scanner does not answer; zero
// when it does, or when there is none.
func (d *Desk) ScanFailure() (since time.Time, err string) { return d.scanner.failure() }

// withheldFor is a finding in words for the reader of a mail.
func withheldFor(f store.Finding) string {
	if f.Virus != "" {
		return "查出病毒（" + f.Virus + "），只存档，不予转发"
	}
	return "未能查毒，只存档，请向电子政务室查阅"
}

// scanAll looks through a letter's attachments. One that the scanner gives no
// verdict on counts as not scanned.
func (d *Desk) scanAll(ctx context.Context, l *letter.Letter, now time.Time) []store.Finding {
	if d.scanner.scan == nil {
		return nil
	}
	var findings []store.Finding
	for _, a := range l.Attachments {
		virus, err := d.scanner.ask(ctx, a.Data(), now)
		if err != nil {
			d.log.Warn("attachment not scanned", "letter", l.Digest, "attachment", a.Index, "err", err)
		} else if virus != "" {
			d.log.Warn("attachment infected", "letter", l.Digest, "attachment", a.Index, "virus", virus)
		}
		if err != nil || virus != "" {
			findings = append(findings, store.Finding{Index: a.Index, Virus: virus})
		}
	}
	return findings
}

// noteFindings keeps what the scanner said of a letter, by its digest.
func (w *work) noteFindings(p *prepared) error {
	if w.desk.scanner.scan == nil || len(p.l.Attachments) == 0 {
		return nil
	}
	if err := w.tx.SetFindings(p.l.Digest, p.findings); err != nil {
		return fmt.Errorf("note findings: %w", err)
	}
	return nil
}

// withheld tells, by an attachment's index, why the scanner's word keeps it from
// being passed on.
func (w *work) withheld(digest string) (map[int]string, error) {
	findings, err := w.tx.Findings(digest)
	if err != nil || len(findings) == 0 {
		return nil, err
	}
	reasons := map[int]string{}
	for _, f := range findings {
		reasons[f.Index] = withheldFor(f)
	}
	return reasons, nil
}

// watchScanner asks a scanner that was never asked or does not answer, and tells
// people once that attachments stay here, and once that they no longer do.
func (d *Desk) watchScanner(ctx context.Context, now time.Time) error {
	if d.scanner.scan == nil {
		return nil
	}
	d.scanner.mu.Lock()
	ask := d.scanner.tried.IsZero() || !d.scanner.since.IsZero()
	d.scanner.mu.Unlock()
	if ask {
		_, _ = d.scanner.ask(ctx, nil, now) // the outcome is what failure says next
	}
	since, reason := d.scanner.failure()
	var open string
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		open, err = tx.Setting(alarmKey + alarmClamd)
		return err
	})
	if err != nil {
		return fmt.Errorf("read alarm: %w", err)
	}
	if since.IsZero() == (open == "") {
		return nil
	}
	err = d.update(ctx, now, func(w *work) error {
		to := append(w.centre(), petition.Recipient{Role: petition.RoleDuty})
		if since.IsZero() {
			return w.clear(alarmClamd, "查毒程序已恢复，此后收到的附件照常查毒、转发；其间未能查毒的附件仍只存档", to)
		}
		return w.raiseAlarm(alarmClamd, templates.AlarmView{What: "查毒程序没有应答", Since: w.office(since), Advice: []string{
			"最近一次的错误：" + reason, "来信照常登记、转办，附件只存档、不转发；请检查 clamd 是否运行"}}, to)
	})
	if err != nil {
		return fmt.Errorf("alarm for scanner: %w", err)
	}
	return nil
}
