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

// indexAfter is how long after a case was archived the catalogue of its year is
// written anew: what is closed in one go is written in one go.
const indexAfter = 10 * time.Minute

// behind has the catalogue of a case's year brought up to date, unless that is
// to be done soon anyhow.
func (w *work) behind(n petition.Number) error {
	_, year, _, ok := n.Parts()
	if !ok {
		return nil
	}
	clocks, err := w.tx.Clocks("")
	if err != nil {
		return fmt.Errorf("list office clocks: %w", err)
	}
	for _, c := range clocks {
		if c.Clock == clockIndex && c.Step == year {
			return nil
		}
	}
	return w.tx.SetClock("", clockIndex, year, w.now.Add(indexAfter))
}

// fireCatalogue writes a year's catalogue. The file comes first: a crash in
// between writes it once more.
func (d *Desk) fireCatalogue(ctx context.Context, row store.ClockRow, now time.Time) error {
	if d.catalogue != nil {
		if err := d.catalogue(ctx, d.settings.Load().Policy, row.Step, now); err != nil {
			return fmt.Errorf("write catalogue: %w", err)
		}
	}
	return d.update(ctx, now, func(w *work) error { return ignoreTaken(w.tx.ClockFired(row.ID)) })
}

// runOut lists the cases whose retention has ended, for the office to decide on.
func (d *Desk) runOut(ctx context.Context, now time.Time) ([]petition.Case, error) {
	p := d.settings.Load().Policy
	// No case that came later than the shortest period ago can have run out.
	latest := time.Time{}
	for _, keep := range p.Retention {
		if until := now.AddDate(-keep.Years, 0, -keep.Days); !keep.Forever() && until.After(latest) {
			latest = until
		}
	}
	if latest.IsZero() {
		return nil, nil
	}
	var out []petition.Case
	err := d.store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{States: []petition.State{petition.Archived, petition.Refused, petition.Merged, petition.Withdrawn}, Until: latest})
		for _, c := range cases {
			if p.RunOut(c, now) {
				out = append(out, c)
			}
		}
		return err
	})
	return out, err
}

// runOutSection is the part of the digest that asks for decisions on what has
// run out; nil when there is nothing.
func (w *work) runOutSection(cases []petition.Case) *templates.Section {
	if len(cases) == 0 {
		return nil
	}
	const most = 50
	s := templates.Section{Title: "保管期满待处置", Table: templates.Table{Head: []string{"编号", "类别", "办结", "保管期满"}},
		Note: "以下案卷保管期限已满。经鉴定可以销毁的，由管理员执行 xinfangd case erase 编号 --by 姓名 --reason 理由；需要继续保管的，无需处理。"}
	for i, c := range cases {
		if i == most {
			s.Note += fmt.Sprintf("共 %d 件，此处列出前 %d 件。", len(cases), most)
			break
		}
		until, _ := w.Policy.KeptUntil(c)
		s.Table.Rows = append(s.Table.Rows, []string{string(c.Number), c.Category, w.office(c.Closed).Format("2006年1月2日"), w.office(until).Format("2006年1月2日")})
	}
	return &s
}

// Erase takes the contents of a case whose retention has ended out of the
// register, on a person's word: letters, drafts, our mails, personal texts and
// their salts. The chain and what it says of the case's course stay. A refusal
// is a *petition.Refusal; store.ErrNotFound when there is no such case.
func (d *Desk) Erase(ctx context.Context, n petition.Number, by, reason string, now time.Time) error {
	return d.update(ctx, now, func(w *work) error {
		c, err := w.tx.Case(n)
		if err != nil {
			return err
		}
		e := petition.Event{Kind: petition.EvErased, Actor: petition.Actor{Name: by, Role: petition.RoleHandler}, Text: reason}
		if _, _, err := petition.Step(c, e, now, w.Policy); err != nil {
			return err
		}
		// Texts go before the entry is written, which keeps its own.
		if err := w.tx.EraseCase(c); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if _, err := w.apply(c, e, origin{}); err != nil {
			return err
		}
		return w.behind(n)
	})
}

// IsRefusal tells what a person asked for out of turn from what went wrong.
func IsRefusal(err error) (say string, ok bool) {
	refusal, ok := errors.AsType[*petition.Refusal](err)
	if !ok {
		return "", false
	}
	return refusal.Say, true
}
