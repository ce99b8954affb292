package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// Page is an assessment as a page that stands by itself, with every case of
// every figure: to be kept, printed, or put on a shared disk of the office.
func Page(a Assessment, o Office, office string, drill bool, now time.Time) templates.BoardView {
	v := templates.BoardView{
		Office: office, Drill: drill, Now: now.In(o.zone()), Title: PeriodName(a.From.In(o.zone()), a.To.In(o.zone())) + "办理情况考核",
		Plots: Inked(Plots(a, false)), Notes: notes(a, false),
	}
	for _, f := range a.summary() {
		if len(v.Figures) < 5 { // the office's own; the rest is in the tables
			v.Figures = append(v.Figures, templates.BoardFigure{Label: f.Label, Value: strings.TrimSuffix(f.Value, " 件")})
		}
	}
	for _, s := range AssessmentView(a, o, "", nil, nil, templates.Common{}, "").Sections {
		v.Sections = append(v.Sections, pageSection(s))
	}
	v.Sections = append(v.Sections, a.cases(o))
	return v
}

// pageSection is a mail's table as a page's: columns of figures stand at the
// right.
func pageSection(s templates.Section) templates.BoardSection {
	section := templates.BoardSection{Title: s.Title, Note: s.Note, Empty: s.Empty}
	figures := make([]bool, len(s.Table.Head))
	for i := range figures {
		figures[i] = i > 0
		for _, row := range s.Table.Rows {
			figures[i] = figures[i] && i < len(row) && !strings.ContainsFunc(row[i], func(r rune) bool { return unicode.IsLetter(r) })
		}
	}
	for i, head := range s.Table.Head {
		section.Head = append(section.Head, templates.BoardCell{Text: head, Number: figures[i]})
	}
	for _, row := range s.Table.Rows {
		var cells []templates.BoardCell
		for i, text := range row {
			cells = append(cells, templates.BoardCell{Text: text, Number: i < len(figures) && figures[i]})
		}
		section.Rows = append(section.Rows, templates.BoardRow{Cells: cells})
	}
	return section
}

// cases lists the numbers behind every figure that is not zero.
func (a Assessment) cases(o Office) templates.BoardSection {
	section := templates.BoardSection{Title: "每个数字所含的来信", Head: []templates.BoardCell{{Text: "对象"}, {Text: "指标"}, {Text: "数字", Number: true}, {Text: "登记编号"}}}
	add := func(who string, figures []Figure) {
		for _, f := range figures {
			if f.Cases.N() == 0 {
				continue
			}
			section.Rows = append(section.Rows, templates.BoardRow{Cells: []templates.BoardCell{
				{Text: who, Tight: true}, {Text: f.Name, Tight: true}, {Text: fmt.Sprint(f.Cases.N()), Number: true}, {Text: f.Cases.brief(), List: true},
			}})
		}
	}
	add("全单位", a.Figures())
	for _, d := range a.Divisions {
		add(d.Name, d.Figures())
	}
	for _, p := range a.Persons {
		where := "办公室"
		if p.Division != "" {
			where = o.Policy.Roster.DivisionName(p.Division)
		}
		add(p.label()+"（"+where+"）", p.Figures())
	}
	for _, key := range MissedClocks() {
		var cases Cases
		for _, m := range a.Clocks[key] {
			cases = append(cases, petition.Number(cmp.Or(string(m.Case), o.box(m.Mailbox))))
		}
		add("全单位", []Figure{{Key: key, Name: MissedName(key), Cases: cases}})
	}
	return section
}
