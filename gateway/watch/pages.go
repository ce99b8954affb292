package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/plot"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// errHidden is for pages that do not exist and for those that must look as if
// they did not: whether there is a confidential case of some number is nobody's
// business either.
var errHidden = errors.New("no such page")

func (w *Watch) board(rw http.ResponseWriter, r *http.Request) {
	// Opt-in, because a page that reloads by itself takes the reader's place
	// away (WCAG 2.1 section 2.2.1).
	refreshing := r.URL.Query().Get("refresh") == "60"
	page, err := w.boardPage(r.Context(), refreshing)
	if refreshing {
		rw.Header().Set("Refresh", "60")
	}
	w.show(rw, page, err)
}

func (w *Watch) casePage(rw http.ResponseWriter, r *http.Request) {
	page, err := w.Case(r.Context(), petition.Number(r.PathValue("number")))
	w.show(rw, page, err)
}

func (w *Watch) divisionPage(rw http.ResponseWriter, r *http.Request) {
	page, err := w.Division(r.Context(), r.PathValue("id"))
	w.show(rw, page, err)
}

// show writes a page, or why there is none.
func (w *Watch) show(rw http.ResponseWriter, page []byte, err error) {
	switch {
	case errors.Is(err, errHidden):
		http.Error(rw, "没有这一页，或不在此显示", http.StatusNotFound)
		return
	case err != nil:
		w.o.Logger.Error("render board", "err", err)
		http.Error(rw, "看板暂时无法显示，请查看日志", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Content-Security-Policy", policy(page))
	_, _ = rw.Write(page) // whoever asked is gone
}

// Case renders the page of a case: what happened when, and by whom in the
// office. It tells nothing of who wrote, and nothing that anybody wrote but the
// subject. A case that is confidential or accuses a division has no page.
func (w *Watch) Case(ctx context.Context, n petition.Number) ([]byte, error) {
	if _, _, _, ok := n.Parts(); !ok {
		return nil, errHidden
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := w.builder(ctx)
	if err != nil {
		return nil, err
	}
	b.page.Title = string(n)
	err = w.o.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(n)
		if errors.Is(err, store.ErrNotFound) || err == nil && (c.Confidential || len(c.Accused) > 0) {
			return errHidden
		}
		if err != nil {
			return err
		}
		entries, err := tx.Entries(n)
		if err != nil {
			return err
		}
		b.facts(c)
		b.dispatches(c)
		b.history(entries)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	return b.templates.Board(b.page)
}

func (b *boardBuilder) facts(c petition.Case) {
	section := templates.BoardSection{Title: "基本情况"}
	fact := func(label, value string, alert bool) {
		if value != "" && value != "—" {
			section.Rows = append(section.Rows, templates.BoardRow{Alert: alert, Cells: []templates.BoardCell{tight(label), text(value)}})
		}
	}
	fact("主题", cmp.Or(c.Subject, "（无主题）"), false)
	fact("状态", petition.StateName(c.State), false)
	fact("来信箱", b.box(c.Mailbox), false)
	fact("收到", b.stamp(c.Arrived), false)
	if c.Accepted.IsZero() && c.Open() {
		limit, _ := b.Policy.Calendar.Add(c.ClockStart(), b.Policy.Deadlines.Accept)
		fact("受理时限", b.stamp(limit)+"，"+b.left(limit), limit.Before(b.now))
	}
	fact("受理", b.stamp(c.Accepted), false)
	if c.AcceptLate {
		fact("受理情况", "超过受理时限", true)
	}
	fact("类别", c.Category, false)
	if c.Urgency != petition.Normal {
		fact("紧急程度", petition.UrgencyName(c.Urgency), true)
	}
	due := b.stamp(c.Due)
	if c.Estimated {
		due += "（估算）"
	}
	if c.State == petition.Dispatched && !c.Due.IsZero() {
		due += "，" + b.left(c.Due)
	}
	fact("办理期限", due, c.State == petition.Dispatched && c.Due.Before(b.now))
	fact("答复", b.stamp(c.Answered), false)
	fact("评价", c.Rating, false)
	fact("办结", b.stamp(c.Closed), false)
	b.add(section)
}

func (b *boardBuilder) dispatches(c petition.Case) {
	section := templates.BoardSection{Title: "承办", Empty: "尚未分办。", Head: heads(text("处室"), text("分工"), text("转办"), text("签收"), text("提交意见"))}
	for _, d := range c.Dispatches {
		part := "主办"
		if !d.Lead {
			part = "协办"
		}
		if !d.Ended.IsZero() {
			part += "（已终止）"
		}
		section.Rows = append(section.Rows, templates.BoardRow{Cells: []templates.BoardCell{b.desk(d.Division), text(part), text(b.stamp(d.At)), text(b.stamp(d.Signed)), text(b.stamp(d.Answered))}})
	}
	b.add(section)
}

// history is the ledger of the case without what anybody wrote.
func (b *boardBuilder) history(entries []store.Entry) {
	section := templates.BoardSection{Title: "经过", Head: heads(text("时间"), text("事项"), text("经办"))}
	for _, e := range slices.Backward(entries) {
		if len(section.Rows) == 200 {
			section.Note = fmt.Sprintf("共 %d 条，列出最近 200 条。", len(entries))
			break
		}
		section.Rows = append(section.Rows, templates.BoardRow{Cells: []templates.BoardCell{tight(b.stamp(e.Time)), text(petition.EventName(e.Kind)), text(b.who(e.Actor))}})
	}
	b.add(section)
}

// who names a person of the office, and a citizen as such.
func (b *boardBuilder) who(a petition.Actor) string {
	switch a.Role {
	case petition.RoleCitizen:
		return "来信人"
	case petition.RoleSystem:
		return "系统"
	}
	name := a.Name
	for _, post := range b.Roster.Posts(a.Address) {
		name = cmp.Or(name, post.Person.Name)
	}
	if a.Division == "" {
		return cmp.Or(name, "办公室")
	}
	return b.Roster.DivisionName(a.Division) + "　" + name
}

// Division renders the page of a division: what lies with it, and its month.
func (w *Watch) Division(ctx context.Context, id string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := w.builder(ctx)
	if err != nil {
		return nil, err
	}
	var standing report.Standing
	if err := w.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		standing, err = report.Stand(tx, b.report(), b.now)
		return err
	}); err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	i := slices.IndexFunc(standing.Divisions, func(d report.Desk) bool { return d.ID == id })
	if i < 0 {
		return nil, errHidden
	}
	d := standing.Divisions[i]
	b.page.Title = d.Name
	b.figure("在办", d.Open.N(), false)
	b.figure("今日到期", d.Due, false)
	b.figure("超期", d.Late, true)
	section := templates.BoardSection{Title: "在办来信", Empty: "没有在办的来信。", Note: more(d.Open), Head: heads(text("登记编号"), text("分工"), text("状态"), text("办理期限"), right("时间"))}
	for _, l := range d.Open.Lines[:min(len(d.Open.Lines), rows)] {
		part, left, late := "主办", "", l.State == petition.Dispatched && l.Due.Before(b.now)
		if l.Lead != id {
			part = "协办"
		}
		if l.State == petition.Dispatched {
			left = b.left(l.Due)
		}
		section.Rows = append(section.Rows, templates.BoardRow{Alert: late, Cells: []templates.BoardCell{
			b.number(l.Number), text(part), text(petition.StateName(l.State)), text(b.stamp(l.Due)), right(left),
		}})
	}
	b.add(section)
	if a := w.month(ctx, b.view, b.now); a != nil {
		b.work(a.Part(id))
	}
	b.page.Notes = []string{"保密来信和反映处室问题的来信只计数，不列出。"}
	return b.templates.Board(b.page)
}

// work is a division's month: the figures of the assessment and its flow.
func (b *boardBuilder) work(part report.Assessment) {
	for _, d := range part.Divisions {
		section := templates.BoardSection{Title: "本月至今", Side: true}
		for _, f := range d.Totals() {
			section.Rows = append(section.Rows, templates.BoardRow{Cells: []templates.BoardCell{text(f.Label), right(f.Value)}})
		}
		b.add(section)
	}
	// The flow only: who of a division did how much is not for a wall.
	part.Persons = nil
	b.page.Plots = b.plots(report.Plots(part, true))
}

func (b *boardBuilder) plots(list []plot.Plot) []templates.Plot {
	for i := range list {
		list[i].Title += "（本月至今）"
	}
	return report.Inked(list)
}

// lasting is how long the month's figures are shown before they are counted on.
const lasting = 5 * time.Minute

// kept are the month's figures as last counted.
type kept struct {
	at      time.Time
	view    *view
	running *report.Running
	a       *report.Assessment
}

// month is the assessment of this month so far, nil when it cannot be had: the
// page goes without plots then. Only the first count of a month reads much of the
// ledger; who asks while somebody counts is shown what was counted before.
func (w *Watch) month(ctx context.Context, v *view, now time.Time) *report.Assessment {
	if !w.counting.TryLock() {
		if k := w.counted.Load(); k != nil && k.view == v && k.running.Covers(now) {
			return k.a
		}
		return nil
	}
	defer w.counting.Unlock()
	k := kept{at: now, view: v}
	if last := w.counted.Load(); last != nil && last.view == v && !now.Before(last.at) && last.running.Covers(now) {
		if last.a != nil && now.Sub(last.at) < lasting {
			return last.a
		}
		k.running = last.running
	}
	if k.running == nil {
		from, to := report.MonthOf(now.In(v.Policy.Calendar.Location()))
		k.running = report.NewRunning(v.Policy.Calendar, v.Roster, from, to)
	}
	a, err := k.running.Count(ctx, w.o.Store, now)
	if err != nil {
		w.o.Logger.Warn("count month", "err", err)
	} else {
		k.a = &a
	}
	w.counted.Store(&k)
	return k.a
}

// Warm counts the month, so that the first who asks need not wait for it.
func (w *Watch) Warm(ctx context.Context) { w.month(ctx, w.office.Load(), w.o.Now()) }
