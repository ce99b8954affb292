package main

import (
	"fmt"
	"io"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/templates"
)

type reportDigestCmd struct {
	Cases bool `help:"列出全部在办来信的编号"`
}

// digested is the JSON of report digest.
type digested struct {
	Since        *string           `json:"since"`
	At           *string           `json:"at"`
	Open         int               `json:"open"`
	Arrived      []listed          `json:"arrived"`
	Triage       []listed          `json:"triage"`
	Drafted      []listed          `json:"drafted"`
	Due          []listed          `json:"due"`
	Overdue      overdue           `json:"overdue"`
	Limits       []listed          `json:"limits"`
	Failed       []int64           `json:"failed"`
	Stuck        []int64           `json:"stuck"`
	Unregistered []int64           `json:"unregistered"`
	Stale        []string          `json:"stale"`
	Suspicious   int               `json:"suspicious"`
	Paused       bool              `json:"paused"`
	Missing      int               `json:"missing_calendar,omitempty"`
	Cases        []petition.Number `json:"cases,omitempty"`
}

// listed is a case on a list; the subject of a confidential one is empty.
type listed struct {
	Number    petition.Number  `json:"number"`
	Subject   string           `json:"subject"`
	Mailbox   string           `json:"mailbox"`
	State     petition.State   `json:"state"`
	Urgency   petition.Urgency `json:"urgency"`
	Lead      string           `json:"lead"`
	Arrived   *string          `json:"arrived"`
	Due       *string          `json:"due"`
	Estimated bool             `json:"estimated"`
	DaysOver  int              `json:"days_over"`
}

// overdue is the JSON of report overdue.
type overdue struct {
	At         *string           `json:"at"`
	Divisions  []overdueDivision `json:"divisions"`
	Unaccepted []listed          `json:"unaccepted"`
	Unapproved []listed          `json:"unapproved"`
	Law        []listed          `json:"law_answer"`
	Notice     string            `json:"notice,omitempty"`
}

type overdueDivision struct {
	ID    string        `json:"id"`
	Name  string        `json:"name"`
	Cases []overdueCase `json:"cases"`
}

type overdueCase struct {
	listed
	Assisting bool            `json:"assisting"`
	Signed    *string         `json:"signed"`
	Named     bool            `json:"named"`
	Chases    []overdueChased `json:"chases"`
}

type overdueChased struct {
	Step string   `json:"step"`
	Time *string  `json:"time"`
	To   []string `json:"to"`
}

func (b *books) listed(l report.Line) listed {
	return listed{l.Number, l.Subject, l.Mailbox, l.State, l.Urgency, l.Lead, when(b.config, l.Arrived), when(b.config, l.Due), l.Estimated, l.Days}
}

func (b *books) list(lines []report.Line) []listed {
	list := []listed{}
	for _, l := range lines {
		list = append(list, b.listed(l))
	}
	return list
}

func (b *books) overdue(l report.List) overdue {
	doc := overdue{At: when(b.config, l.At), Divisions: []overdueDivision{}, Unaccepted: b.list(l.Unaccepted), Unapproved: b.list(l.Unapproved), Law: b.list(l.Unlawful)}
	for _, d := range l.Divisions {
		part := overdueDivision{d.ID, d.Name, []overdueCase{}}
		for _, c := range d.Cases {
			one := overdueCase{listed: b.listed(c.Line), Assisting: c.Assisting, Signed: when(b.config, c.Signed), Named: c.Named, Chases: []overdueChased{}}
			for _, r := range c.Chases {
				one.Chases = append(one.Chases, overdueChased{r.Key, when(b.config, r.At), orEmpty(r.To)})
			}
			part.Cases = append(part.Cases, one)
		}
		doc.Divisions = append(doc.Divisions, part)
	}
	return doc
}

func (c reportDigestCmd) Run(s *shell) error {
	b, done, err := s.books()
	if err != nil {
		return err
	}
	defer done()
	d, err := report.Digest(s.ctx, b.Store, b.office, s.now())
	if err != nil {
		return err
	}
	doc := digested{
		Since: when(b.config, d.Since), At: when(b.config, d.At), Open: d.Open.N(), Arrived: b.list(d.Arrived), Triage: b.list(d.Triage), Drafted: b.list(d.Drafted),
		Due: b.list(d.Due), Overdue: b.overdue(d.Late), Limits: b.list(d.Limits), Failed: []int64{}, Stuck: []int64{}, Unregistered: []int64{}, Stale: []string{},
		Suspicious: len(d.Suspicious), Paused: d.Paused, Missing: d.Missing,
	}
	for _, f := range d.Failed {
		doc.Failed = append(doc.Failed, f.ID)
	}
	for _, m := range d.Stuck {
		doc.Stuck = append(doc.Stuck, m.ID)
	}
	for _, l := range d.Unregistered {
		doc.Unregistered = append(doc.Unregistered, l.ID)
	}
	for _, box := range d.Stale {
		doc.Stale = append(doc.Stale, box.Box)
	}
	if c.Cases {
		doc.Cases = d.Open.Sorted()
	}
	return s.print(doc, func(w io.Writer) {
		common := templates.Common{Office: b.config.Office.Name, Now: d.At}
		showView(w, report.DigestView(d, b.office, common, ""))
		showView(w, report.LimitsView(d, b.office, common, ""))
		for _, n := range doc.Cases {
			fmt.Fprintln(w, n)
		}
	})
}

// showView prints a list that is also sent as a mail.
func showView(w io.Writer, v templates.DigestView) {
	fmt.Fprintf(w, "%s（%s）\n", v.Title, v.Day.Format("2006年1月2日 15:04"))
	for _, f := range v.Summary {
		fmt.Fprintf(w, "%s：%s\n", f.Label, clean(f.Value))
	}
	for _, section := range v.Sections {
		fmt.Fprintf(w, "\n【%s】\n", section.Title)
		if section.Note != "" {
			fmt.Fprintln(w, clean(section.Note))
		}
		if len(section.Table.Rows) == 0 {
			if section.Empty == "" {
				section.Empty = "无"
			}
			fmt.Fprintln(w, section.Empty)
			continue
		}
		t := newTable(section.Table.Head...)
		for _, row := range section.Table.Rows {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = cut(cell, 60)
			}
			t.add(cells...)
		}
		t.print(w)
	}
	fmt.Fprintln(w)
}

type reportOverdueCmd struct {
	Cases bool `help:"先列出全部超期来信的编号"`
}

func (c reportOverdueCmd) Run(s *shell) error {
	b, done, err := s.books()
	if err != nil {
		return err
	}
	defer done()
	l, err := report.Overdue(s.ctx, b.Store, b.office, s.now())
	if err != nil {
		return err
	}
	doc := b.overdue(l)
	doc.Notice = l.Notice(b.office, b.config.Office.Name)
	return s.print(doc, func(w io.Writer) {
		if c.Cases {
			for _, n := range l.Cases() {
				fmt.Fprintln(w, n)
			}
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, block(doc.Notice))
	})
}
