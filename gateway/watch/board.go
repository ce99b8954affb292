package watch

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// rows is how many lines a table of a page has at most.
const rows = 40

// Board renders the board. It names cases by number, box and division only:
// neither citizens nor subjects are for a wall; what is confidential is counted
// and not listed.
func (w *Watch) Board(ctx context.Context) ([]byte, error) { return w.boardPage(ctx, false) }

func (w *Watch) boardPage(ctx context.Context, refreshing bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := w.builder(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.o.Store.View(ctx, b.read); err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	b.page.Refresh, b.page.Refreshing = "/?refresh=60", refreshing
	if refreshing {
		b.page.Refresh = "/"
	}
	if a := w.month(ctx, b.view, b.now); a != nil {
		b.page.Plots = b.plots(report.Plots(*a, false))
	}
	return b.templates.Board(b.page)
}

// builder begins a page.
func (w *Watch) builder(ctx context.Context) (*boardBuilder, error) {
	view := w.office.Load()
	paused, err := w.o.Store.Paused(ctx)
	if err != nil {
		return nil, fmt.Errorf("read pause: %w", err)
	}
	b := &boardBuilder{view: view, now: w.o.Now(), senders: w.o.Senders(), paused: paused, links: w.secured()}
	b.page = templates.BoardView{Office: view.Name, Drill: view.Drill, Now: b.local(b.now), Home: "/"}
	return b, nil
}

// boardBuilder gathers a page in one snapshot.
type boardBuilder struct {
	*view
	now     time.Time
	senders []Sender
	paused  bool
	links   bool // there are pages of cases and divisions, for who shows the token
	page    templates.BoardView
}

func (b *boardBuilder) local(t time.Time) time.Time {
	if b.Location == nil || t.IsZero() {
		return t
	}
	return t.In(b.Location)
}

// stamp is a moment as a table shows it; the year only when it is another.
func (b *boardBuilder) stamp(t time.Time) string {
	switch local := b.local(t); {
	case t.IsZero():
		return "—"
	case local.Year() != b.local(b.now).Year():
		return local.Format("2006年1月2日 15:04")
	default:
		return local.Format("1月2日 15:04")
	}
}

func (b *boardBuilder) figure(label string, n int, alert bool) {
	b.page.Figures = append(b.page.Figures, templates.BoardFigure{Label: label, Value: fmt.Sprint(n), Alert: alert && n > 0})
}

func (b *boardBuilder) add(s templates.BoardSection) { b.page.Sections = append(b.page.Sections, s) }

func text(s string) templates.BoardCell  { return templates.BoardCell{Text: s} }
func tight(s string) templates.BoardCell { return templates.BoardCell{Text: s, Tight: true} }
func count(n int) templates.BoardCell {
	return templates.BoardCell{Text: fmt.Sprint(n), Number: true}
}

// heads are the heads of a table's columns, in the manner of its cells.
func heads(cells ...templates.BoardCell) []templates.BoardCell { return cells }

func right(s string) templates.BoardCell { return templates.BoardCell{Text: s, Number: true} }

// number and desk link to the pages of a case and a division, where there are.
func (b *boardBuilder) number(n petition.Number) templates.BoardCell {
	c := tight(string(n))
	if b.links {
		c.Link = "/case/" + url.PathEscape(string(n))
	}
	return c
}

func (b *boardBuilder) desk(id string) templates.BoardCell {
	if id == "" {
		return text("—")
	}
	c := text(b.Roster.DivisionName(id))
	if b.links {
		c.Link = "/division/" + url.PathEscape(id)
	}
	return c
}

func (b *boardBuilder) box(id string) string {
	for _, known := range b.Boxes {
		if known.ID == id {
			return known.Name
		}
	}
	return id
}

// read fills the board.
func (b *boardBuilder) read(tx *store.Tx) error {
	standing, err := report.Stand(tx, b.report(), b.now)
	if err != nil {
		return err
	}
	b.standing(standing)
	for _, part := range []func(*store.Tx) error{b.failed, b.boxes, b.queue} {
		if err := part(tx); err != nil {
			return err
		}
	}
	b.page.Notes = []string{"保密来信和反映处室问题的来信只计数，不列出。"}
	return nil
}

// report is what reports must know of the office.
func (v *view) report() report.Office {
	o := report.Office{Policy: v.Policy, Boxes: map[string]string{}}
	for _, box := range v.Boxes {
		o.Boxes[box.ID] = box.Name
	}
	return o
}

func (b *boardBuilder) standing(s report.Standing) {
	b.figure("在办", s.Open, false)
	b.figure("待分办", s.Triage, false)
	b.figure("待审核", s.Drafted, false)
	b.figure("今日到期", s.Due.N(), false)
	b.figure("超期", s.Late.N(), true)
	b.acceptance(s.Unaccepted)
	b.add(b.cases("超期来信", "没有超期的来信。", s.Late, func(l report.Line) string {
		if l.Days == 0 {
			return "当日"
		}
		return fmt.Sprint(l.Days)
	}, true))
	b.add(b.cases("今日到期", "今日没有到期的来信。", s.Due, func(l report.Line) string { return b.left(l.Due) }, false))
	b.divisions(s.Divisions)
	b.duty()
}

// acceptance shows the clocks of acceptance (C4): what runs out first, first.
func (b *boardBuilder) acceptance(s report.Shown) {
	late := 0
	section := templates.BoardSection{Title: "受理时限", Empty: "没有等待受理的来信。", Head: heads(text("登记编号"), text("来信箱"), text("收到"), right("受理时限"))}
	for i, l := range s.Lines {
		if l.Due.Before(b.now) {
			late++
		}
		if i < rows {
			section.Rows = append(section.Rows, templates.BoardRow{Alert: l.Due.Before(b.now), Cells: []templates.BoardCell{
				b.number(l.Number), text(b.box(l.Mailbox)), tight(b.stamp(l.Arrived)), right(b.left(l.Due)),
			}})
		}
	}
	section.Note = more(s)
	b.figure("待受理", s.N(), false)
	if late > 0 {
		b.figure("超过受理时限", late, true)
	}
	b.add(section)
}

// left is how long it is until a limit, or since.
func (b *boardBuilder) left(limit time.Time) string {
	d := limit.Sub(b.now)
	switch {
	case d < 0:
		return "已超 " + span(-d)
	default:
		return "还有 " + span(d)
	}
}

func span(d time.Duration) string {
	minutes := int(d.Minutes())
	switch hours := minutes / 60; {
	case hours >= 48:
		return fmt.Sprintf("%d 天", hours/24)
	case hours > 0:
		return fmt.Sprintf("%d 小时 %02d 分", hours, minutes%60)
	default:
		return fmt.Sprintf("%d 分", minutes)
	}
}

// more says what of a list is not shown.
func more(s report.Shown) string {
	note := ""
	if n := len(s.Lines); n > rows {
		note = fmt.Sprintf("共 %d 件，列出前 %d 件。", n, rows)
	}
	if s.Hidden > 0 {
		note += fmt.Sprintf("另有 %d 件不列出。", s.Hidden)
	}
	return note
}

func (b *boardBuilder) cases(title, empty string, s report.Shown, last func(report.Line) string, alert bool) templates.BoardSection {
	section := templates.BoardSection{Title: title, Empty: empty, Note: more(s), Head: heads(text("登记编号"), text("承办"), text("办理期限"), right("时间"))}
	if alert {
		section.Head[3].Text = "超期（工作日）"
	}
	for _, l := range s.Lines[:min(len(s.Lines), rows)] {
		due := b.stamp(l.Due)
		if l.Estimated {
			due += "（估算）"
		}
		section.Rows = append(section.Rows, templates.BoardRow{Alert: alert, Cells: []templates.BoardCell{b.number(l.Number), b.desk(l.Lead), tight(due), right(last(l))}})
	}
	return section
}

// divisions shows what lies with each division that has anything.
func (b *boardBuilder) divisions(desks []report.Desk) {
	section := templates.BoardSection{Title: "各处室", Empty: "各处室没有在办的来信。",
		Head: heads(text("处室"), right("在办"), right("今日到期"), right("超期"), right("最长超期（工作日）"))}
	idle := 0
	for _, d := range desks {
		if d.Open.N() == 0 {
			idle++
			continue
		}
		worst := "—"
		if d.Late > 0 {
			worst = fmt.Sprint(d.Worst)
		}
		section.Rows = append(section.Rows, templates.BoardRow{Alert: d.Late > 0, Cells: []templates.BoardCell{b.desk(d.ID), count(d.Open.N()), count(d.Due), count(d.Late), right(worst)}})
	}
	if idle > 0 && len(section.Rows) > 0 {
		section.Note = fmt.Sprintf("其余 %d 个处室没有在办的来信。主办、协办都计。", idle)
	}
	b.add(section)
}

func (b *boardBuilder) duty() {
	if b.OnDuty == nil {
		return
	}
	section := templates.BoardSection{Title: "值班", Side: true, Empty: "当前没有排班。"}
	for _, name := range b.OnDuty(b.now) {
		section.Rows = append(section.Rows, templates.BoardRow{Cells: []templates.BoardCell{text("当班"), text(name)}})
	}
	b.add(section)
}
