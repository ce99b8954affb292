package watch

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

const (
	// rows is how many lines a table of the board has at most.
	rows = 50
	// soon is how long before its deadline a case is shown as due.
	soon = 72 * time.Hour
)

func (w *Watch) board(rw http.ResponseWriter, r *http.Request) {
	page, err := w.Board(r.Context())
	if err != nil {
		w.o.Logger.Error("render board", "err", err)
		http.Error(rw, "看板暂时无法显示，请查看日志", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = rw.Write(page) // whoever asked is gone
}

// Board renders the board. It names cases by number, box and division only:
// neither citizens nor subjects are for a wall.
func (w *Watch) Board(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	office := w.office.Load()
	paused, err := w.o.Store.Paused(ctx)
	if err != nil {
		return nil, fmt.Errorf("read pause: %w", err)
	}
	b := &boardBuilder{view: office, now: w.o.Now(), senders: w.o.Senders(), paused: paused}
	if err := w.o.Store.View(ctx, b.read); err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	return office.templates.Board(templates.BoardView{
		Office: office.Name, Drill: office.Drill, Now: b.local(b.now), Summary: b.summary, Sections: b.sections,
	})
}

// boardBuilder gathers the board in one snapshot.
type boardBuilder struct {
	*view
	now      time.Time
	senders  []Sender
	paused   bool
	summary  []templates.Field
	sections []templates.BoardSection
}

func (b *boardBuilder) local(t time.Time) time.Time {
	if b.Location == nil || t.IsZero() {
		return t
	}
	return t.In(b.Location)
}

func (b *boardBuilder) stamp(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return b.local(t).Format("1月2日 15:04")
}

func (b *boardBuilder) sum(label string, n int) {
	b.summary = append(b.summary, templates.Field{Label: label, Value: fmt.Sprint(n)})
}

func (b *boardBuilder) read(tx *store.Tx) error {
	for _, part := range []func(*store.Tx) error{b.cases, b.boxes, b.queue, b.failed} {
		if err := part(tx); err != nil {
			return err
		}
	}
	if b.OnDuty != nil {
		section := templates.BoardSection{Title: "值班", Empty: "当前没有排班", Head: []string{"当班"}}
		if names := b.OnDuty(b.now); len(names) > 0 {
			section.Rows = []templates.BoardRow{{Cells: []string{strings.Join(names, "、")}}}
		}
		b.sections = append(b.sections, section)
	}
	return nil
}

func (b *boardBuilder) cases(tx *store.Tx) error {
	waiting := []petition.State{petition.Registered, petition.Triage}
	for _, part := range []struct {
		title  string
		filter store.CaseFilter
		alert  bool
	}{
		{"在办", store.CaseFilter{States: openStates()}, false},
		{"待分办", store.CaseFilter{States: waiting}, false},
		{"超过办理期限", store.CaseFilter{States: openStates(), DueUntil: b.now}, true},
		{"三日内到期", store.CaseFilter{States: openStates(), DueSince: b.now, DueUntil: b.now.Add(soon)}, false},
	} {
		n, err := tx.CountCases(part.filter)
		if err != nil {
			return err
		}
		b.sum(part.title, n)
		part.filter.Limit = rows
		if part.title == "在办" {
			part.filter.Newest = true
		}
		list, err := tx.ListCases(part.filter)
		if err != nil {
			return err
		}
		section := templates.BoardSection{Title: part.title, Empty: "没有", Head: []string{"编号", "信箱", "状态", "处室", "收到", "办理期限"}}
		if n > rows {
			section.Title = fmt.Sprintf("%s（共 %d 件，列出 %d 件）", part.title, n, rows)
		}
		for _, c := range list {
			section.Rows = append(section.Rows, templates.BoardRow{Alert: part.alert || c.Urgency != petition.Normal, Cells: []string{
				string(c.Number), b.box(c.Mailbox), petition.StateName(c.State), b.division(c.Lead()), b.stamp(c.Arrived), b.stamp(c.Due),
			}})
		}
		b.sections = append(b.sections, section)
	}
	return nil
}

func (b *boardBuilder) division(id string) string {
	if id == "" {
		return "—"
	}
	return b.Roster.DivisionName(id)
}

func (b *boardBuilder) box(id string) string {
	for _, known := range b.Boxes {
		if known.ID == id {
			return known.Name
		}
	}
	return id
}

func (b *boardBuilder) boxes(tx *store.Tx) error {
	all, err := tx.BoxStatus()
	if err != nil {
		return err
	}
	byID := map[string]store.BoxStatus{}
	for _, s := range all {
		byID[s.Mailbox] = s
	}
	section := templates.BoardSection{Title: "收信", Empty: "没有信箱", Head: []string{"信箱", "最近一次收信", "状态"}}
	for _, known := range b.Boxes {
		s := byID[known.ID]
		row := templates.BoardRow{Cells: []string{known.Name, b.stamp(s.Checked), "正常"}}
		switch {
		case s.LoginRefusals > 0:
			row.Cells[2], row.Alert = "登录被拒绝，请核对账号密码", true
		case s.Error != "":
			row.Cells[2], row.Alert = "自 "+b.stamp(s.Since)+" 起收信失败", true
		case s.Checked.IsZero():
			row.Cells[2] = "尚未收过信"
		case b.CheckWithin > 0 && b.now.Sub(s.Checked) > b.CheckWithin:
			row.Cells[2], row.Alert = "久未收信", true
		}
		section.Rows = append(section.Rows, row)
	}
	b.sections = append(b.sections, section)
	return nil
}

func (b *boardBuilder) queue(tx *store.Tx) error {
	counts, err := tx.CountOutgoing()
	if err != nil {
		return err
	}
	b.sum("待发邮件", int(counts[store.OutQueued]+counts[store.OutSending]))
	section := templates.BoardSection{Title: "发信", Empty: "没有待发邮件", Head: []string{"事项", "封数或说明"}}
	if b.paused {
		section.Rows = append(section.Rows, templates.BoardRow{Cells: []string{"全部发送", "已暂停"}, Alert: true})
	}
	for _, s := range []struct {
		state, name string
		alert       bool
	}{
		{store.OutQueued, "待发", false}, {store.OutSending, "正在发送", false}, {store.OutHeld, "暂缓", true},
		{store.OutDoubtful, "送达不明，待核实", true}, {store.OutFailed, "发送失败", true},
	} {
		if n := counts[s.state]; n > 0 {
			section.Rows = append(section.Rows, templates.BoardRow{Cells: []string{s.name, fmt.Sprint(n)}, Alert: s.alert})
		}
	}
	for _, s := range b.senders {
		if !s.Since.IsZero() {
			name := "公用发信账号"
			if s.Account != "" {
				name = b.box(s.Account) + "的发信账号"
			}
			section.Rows = append(section.Rows, templates.BoardRow{Cells: []string{name, "自 " + b.stamp(s.Since) + " 起无法发信"}, Alert: true})
		}
	}
	b.sections = append(b.sections, section)
	return nil
}

func (b *boardBuilder) failed(tx *store.Tx) error {
	list, err := tx.FailedLetters()
	if err != nil {
		return err
	}
	b.sum("未能处理的来件", len(list))
	if len(list) == 0 {
		return nil
	}
	section := templates.BoardSection{Title: "未能处理的来件（原件已保存）", Head: []string{"序号", "信箱", "收到"}}
	for _, f := range list[:min(len(list), rows)] {
		section.Rows = append(section.Rows, templates.BoardRow{Cells: []string{fmt.Sprint(f.ID), b.box(f.Mailbox), b.stamp(f.Arrived)}, Alert: true})
	}
	b.sections = append(b.sections, section)
	return nil
}
