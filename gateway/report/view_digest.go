package report

import (
	"fmt"

	"xinfangd/templates"
)

// longest is how many rows a table of a mail has at most.
const longest = 60

// DigestView is a digest as a mail to one person. On the week's first working
// day the desk adds LimitsView as a mail of its own.
func DigestView(d Daily, o Office, common templates.Common, to string) templates.DigestView {
	v := templates.DigestView{Common: common, To: to, Title: "每日情况", Day: d.At.In(o.Policy.Calendar.Location()), Summary: d.summary(o)}
	v.Sections = []templates.Section{
		o.lines("新收来信", "自"+stamp(d.Since, o.zone())+"起", "没有新收的来信", d.Arrived),
		o.lines("等待分办", "", "", d.Triage),
		o.lines("今日到期", "按办理期限排列", "", d.Due),
		o.overdue(d.Late),
	}
	for _, part := range []struct {
		title string
		lines []Line
	}{
		{"超过受理时限", d.Late.Unaccepted}, {"答复稿超过审核时限", d.Late.Unapproved}, {"超过法定答复期限", d.Late.Unlawful},
	} {
		if len(part.lines) > 0 {
			v.Sections = append(v.Sections, o.lines(part.title, "", "", part.lines))
		}
	}
	v.Sections = append(v.Sections, d.wrong(o)...)
	return v
}

// LimitsView is the weekly list of cases near the law's limit as a mail.
func LimitsView(d Daily, o Office, common templates.Common, to string) templates.DigestView {
	return templates.DigestView{
		Common: common, To: to, Title: "法定期限预警", Day: d.At.In(o.zone()),
		Summary:  []templates.Field{{Label: "临近或超过法定期限", Value: count(len(d.Limits), "件")}},
		Sections: []templates.Section{o.lines("临近或超过法定答复期限的来信", "受理后第 45 天起列入，按期限排列", "", d.Limits)},
	}
}

func count(n int, unit string) string { return fmt.Sprintf("%d %s", n, unit) }

func (d Daily) summary(o Office) []templates.Field {
	fields := []templates.Field{
		{Label: "新收", Value: count(len(d.Arrived), "件")},
		{Label: "在办", Value: count(len(d.Open), "件")},
		{Label: "等待分办", Value: count(len(d.Triage), "件")},
		{Label: "等待审核", Value: count(len(d.Drafted), "件")},
		{Label: "今日到期", Value: count(len(d.Due), "件")},
		{Label: "超期未办", Value: count(len(d.Late.Cases()), "件")},
		{Label: "超过受理时限", Value: count(len(d.Late.Unaccepted), "件")},
		{Label: "需要处置的异常", Value: count(d.Wrong(), "项")},
	}
	if d.Paused {
		fields = append(fields, templates.Field{Label: "注意", Value: "发送已暂停，所有邮件都在等待"})
	}
	if d.Missing != 0 {
		fields = append(fields, templates.Field{Label: "注意", Value: fmt.Sprintf("缺少 %d 年节假日安排，涉及该年的期限均为估算，请尽快补充", d.Missing)})
	}
	return fields
}

// lines is a table of cases.
func (o Office) lines(title, note, empty string, lines []Line) templates.Section {
	s := templates.Section{Title: title, Note: note, Empty: empty, Table: templates.Table{Head: []string{"登记编号", "主题", "来信箱", "承办", "期限", "超期工作日"}}}
	for _, l := range lines {
		name, days := "—", "—"
		if l.Lead != "" {
			name = o.Policy.Roster.DivisionName(l.Lead)
		}
		if l.Days > 0 {
			days = fmt.Sprint(l.Days)
		}
		s.Table.Rows = append(s.Table.Rows, []string{string(l.Number), l.subject(), o.box(l.Mailbox), name, o.due(l), days})
	}
	return capped(s)
}

func (o Office) due(l Line) string {
	if l.Estimated {
		return limit(l.Due, o.zone()) + "（估算）"
	}
	return limit(l.Due, o.zone())
}

// capped keeps a table readable in a mail; what is left out is said.
func capped(s templates.Section) templates.Section {
	if n := len(s.Table.Rows); n > longest {
		s.Table.Rows = s.Table.Rows[:longest]
		s.Note = oneLine(s.Note + fmt.Sprintf(" 共 %d 项，列出前 %d 项。", n, longest))
	}
	return s
}

// overdue is the table of what divisions are late with.
func (o Office) overdue(l List) templates.Section {
	s := templates.Section{Title: "超期未办", Empty: "没有超期的来信", Table: templates.Table{Head: []string{"处室", "登记编号", "主题", "期限", "超期工作日", "已催办"}}}
	for _, d := range l.Divisions {
		for _, c := range d.Cases {
			name := d.Name
			if c.Assisting {
				name += "（协办）"
			}
			s.Table.Rows = append(s.Table.Rows, []string{name, string(c.Number), c.subject(), o.due(c.Line), fmt.Sprint(c.Days), count(len(c.Chases), "次")})
		}
	}
	return capped(s)
}

// wrong are the tables of what is wrong; those with nothing in them are left
// out, one sentence standing for all when none is.
func (d Daily) wrong(o Office) []templates.Section {
	all := []templates.Section{
		{Title: "未能处理的来件", Note: "原件均已保存，用 failed list 查看", Table: templates.Table{Head: []string{"序号", "信箱", "收到", "原因"}}},
		{Title: "未能发出的邮件", Note: "用 queue list 查看，核实后重发或作废", Table: templates.Table{Head: []string{"序号", "登记编号", "情况", "写成", "原因"}}},
		{Title: "未按时收信的信箱", Table: templates.Table{Head: []string{"信箱", "最近一次成功收信", "原因"}}},
		{Title: "可疑指令", Note: "均未执行", Table: templates.Table{Head: []string{"时间", "登记编号", "情况"}}},
		{Title: "未登记的来件", Note: "自动回复、通知等，没有登记为来信；确属来信的，用 letter register 登记", Table: templates.Table{Head: []string{"序号", "信箱", "收到", "种类"}}},
	}
	row := func(i int, cells ...string) { all[i].Table.Rows = append(all[i].Table.Rows, cells) }
	for _, f := range d.Failed {
		row(0, fmt.Sprint(f.ID), o.box(f.Mailbox), stamp(f.Arrived, o.zone()), oneLine(f.Reason))
	}
	for _, m := range d.Stuck {
		row(1, fmt.Sprint(m.ID), string(m.Case), stuckName(m.State), stamp(m.Created, o.zone()), oneLine(m.LastError))
	}
	for _, b := range d.Stale {
		row(2, o.box(b.Box), stamp(b.Checked, o.zone()), oneLine(b.Error))
	}
	for _, s := range d.Suspicious {
		row(3, stamp(s.At, o.zone()), string(s.Case), oneLine(s.Text))
	}
	for _, l := range d.Unregistered {
		row(4, fmt.Sprint(l.ID), o.box(l.Mailbox), stamp(l.Arrived, o.zone()), letterName(l.Kind))
	}
	var sections []templates.Section
	for _, s := range all {
		if len(s.Table.Rows) > 0 {
			sections = append(sections, capped(s))
		}
	}
	if sections == nil {
		sections = []templates.Section{{Title: "异常情况", Empty: "没有需要处置的异常"}}
	}
	return sections
}
