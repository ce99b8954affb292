package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway/petition"
)

func (b *book) divisions(a Assessment, title string) {
	var works []Work
	for _, d := range a.Divisions {
		works = append(works, d.Work)
	}
	keys := ChaseKeys(works...)
	columns := append([]column{{head: "处室", width: 22}, countColumn("其中协办")}, workColumns(3, keys)...)
	var rows [][]any
	assisted := 0
	for i, d := range a.Divisions {
		rows = append(rows, append([]any{d.Name, len(d.Assisted)}, workRow(d.Work, 3, i, keys)...))
		assisted += len(d.Assisted)
	}
	totals := values(append([]any{"合计", assisted}, workRow(a.total(), 3, len(rows), keys)...))
	b.table(sheetDivisions, title, columns, rows, totals, 24) // the plot
	b.plot(len(rows))
}

// plot draws what each division received, answered and answered in time.
func (b *book) plot(divisions int) {
	if b.err != nil || divisions == 0 {
		return
	}
	last := firstRow + divisions - 1
	var series []excelize.ChartSeries
	for _, col := range []string{"C", "D", "E"} {
		series = append(series, excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$%s$%d", sheetDivisions, col, headRow),
			Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", sheetDivisions, firstRow, last),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheetDivisions, col, firstRow, col, last),
		})
	}
	zero := 0.0
	b.note(b.file.AddChart(sheetDivisions, cell(1, last+4), &excelize.Chart{
		Type: excelize.Col, Series: series, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: "各处室收件、提交和按期件数"}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 960, Height: 360},
		YAxis: excelize.ChartAxis{Minimum: &zero, MajorGridLines: true},
	}))
}

func (b *book) persons(a Assessment, o Office, title string) {
	var (
		rows  [][]any
		works []Work
	)
	for _, p := range a.Persons {
		if p.Division != "" {
			works = append(works, p.Work)
		}
	}
	keys := ChaseKeys(works...)
	for _, p := range a.Persons {
		if p.Division != "" {
			rows = append(rows, append([]any{p.label(), o.Policy.Roster.DivisionName(p.Division), p.Address}, workRow(p.Work, 4, len(rows), keys)...))
		}
	}
	columns := append([]column{{head: "姓名", width: 18}, {head: "处室", width: 22}, {head: "地址", width: 26}}, workColumns(4, keys)...)
	totals := values(append([]any{"合计", nil, nil}, workRow(sumOf(works), 4, len(rows), keys)...))
	b.table(sheetPersons, title, columns, rows, totals, 0)
}

func (b *book) office(a Assessment, title string) {
	columns := []column{{head: "姓名", width: 18}, {head: "岗位", width: 18}, {head: "地址", width: 26}}
	for _, kind := range OfficeActs() {
		columns = append(columns, countColumn(petition.EventName(kind)))
	}
	var rows [][]any
	totals := make([]any, len(columns))
	totals[0] = "合计"
	sums := make([]int, len(columns))
	for _, p := range a.Persons {
		if p.Division != "" {
			continue
		}
		row := []any{p.label(), roleName(p.Role), p.Address}
		for i, kind := range OfficeActs() {
			row = append(row, len(p.Acts[kind]))
			sums[3+i] += len(p.Acts[kind])
			totals[3+i] = sums[3+i]
		}
		rows = append(rows, row)
	}
	b.table(sheetOffice, title, columns, rows, totals, 0)
}

func (b *book) missed(a Assessment, o Office, title string) {
	var rows [][]any
	for _, key := range MissedClocks() {
		for _, m := range a.Clocks[key] {
			rows = append(rows, []any{MissedName(key), m.name(o), stamp(m.At, o.zone())})
		}
	}
	b.table(sheetMissed, title, []column{{head: "事项", width: 24}, {head: "登记编号或信箱", width: 24}, {head: "时间", width: 24}}, rows, nil, 0)
}

// trace lists every case of every figure, so that a filter on the first three
// columns shows what is behind a number.
func (b *book) trace(a Assessment, o Office, title string) {
	columns := []column{{head: "范围", width: 10}, {head: "对象", width: 32}, {head: "指标", width: 20}, {head: "登记编号", width: 22}, {head: "工时", format: formatHours, width: 10}}
	b.long(sheetTrace, title, columns, func(yield func([]any) bool) {
		more := true
		add := func(scope, who string, figures []Figure) {
			for _, f := range figures {
				for _, n := range f.Cases.Sorted() {
					more = more && yield([]any{scope, who, f.Name, string(n), nil})
				}
			}
		}
		spent := func(scope, who string, w Work) {
			for _, s := range w.Spent {
				more = more && yield([]any{scope, who, "工时", string(s.Case), rounded(s.Time.Hours(), true)})
			}
		}
		add("全单位", "", a.Figures())
		for _, d := range a.Divisions {
			add("处室", d.Name, d.Figures())
			spent("处室", d.Name, d.Work)
		}
		for _, p := range a.Persons {
			who := p.label()
			if p.Division != "" {
				who += "（" + o.Policy.Roster.DivisionName(p.Division) + "）"
			}
			add("人员", who, p.Figures())
			spent("人员", who, p.Work)
		}
	})
}
