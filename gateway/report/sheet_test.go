package report_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
)

// TestSheet reads the workbook back: what its formulas come to must be what was
// counted, and every figure must have its cases on the last sheet.
func TestSheet(t *testing.T) {
	t.Parallel()
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.policy.Roster.Divisions[0].Name = "=电力处" // a name is never a formula
	o.play(40)
	o.run(o.day(11, 24, 0, 0))
	a := o.month(o.day(9, 1, 0, 0), o.day(12, 1, 0, 0))
	data, err := report.Sheet(a, o.reports(), "示范市经济和信息化委员会")
	o.must(err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	o.must(err)
	t.Cleanup(func() { _ = f.Close() })
	if got := strings.Join(f.GetSheetList(), " "); got != "处室 人员 电子政务室 超时 明细" {
		t.Errorf("sheets: %s", got)
	}
	for _, sheet := range f.GetSheetList() {
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 2 {
			t.Errorf("%s: panes %+v, %v", sheet, panes, err)
		}
	}
	if formula, err := f.GetCellFormula("处室", "A3"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q, %v", formula, err)
	}

	calc := func(cell string) string {
		t.Helper()
		got, err := f.CalcCellValue("处室", cell, excelize.Options{RawCellValue: true})
		o.must(err)
		return got
	}
	sums := [3]int{}
	for i, d := range a.Divisions {
		row := 3 + i
		for j, figure := range []report.Cases{d.Received, d.Answered, d.OnTime} {
			sums[j] += figure.N()
			if got := calc(fmt.Sprintf("%c%d", 'C'+j, row)); got != fmt.Sprint(figure.N()) {
				t.Errorf("%s: column %c is %s, want %d", d.ID, 'C'+j, got, figure.N())
			}
		}
		rate, ok := d.Rate()
		var got float64
		if _, err := fmt.Sscan(calc(fmt.Sprintf("F%d", row)), &got); ok && (err != nil || got-rate > 1e-9 || rate-got > 1e-9) {
			t.Errorf("%s: rate %v, want %v, %v", d.ID, got, rate, err)
		}
	}
	total := 3 + len(a.Divisions)
	for j, sum := range sums {
		if got := calc(fmt.Sprintf("%c%d", 'C'+j, total)); got != fmt.Sprint(sum) || sum == 0 {
			t.Errorf("total of column %c is %s, want %d", 'C'+j, got, sum)
		}
		// What viewers show that do not count.
		if got, err := f.GetCellValue("处室", fmt.Sprintf("%c%d", 'C'+j, total)); err != nil || got != fmt.Sprint(sum) {
			t.Errorf("kept total of column %c is %s, want %d, %v", 'C'+j, got, sum, err)
		}
	}

	rows, err := f.GetRows("明细")
	o.must(err)
	listed := map[string]int{}
	for _, row := range rows[2:] {
		listed[strings.Join(row[:3], "|")]++
		if _, _, _, ok := petition.Number(row[3]).Parts(); !ok {
			t.Errorf("no number in %q", row)
		}
	}
	for _, d := range a.Divisions {
		for _, figure := range d.Figures() {
			if got := listed["处室|"+d.Name+"|"+figure.Name]; got != figure.Cases.N() {
				t.Errorf("%s, %s: %d cases listed, want %d", d.Name, figure.Name, got, figure.Cases.N())
			}
		}
	}
}

func TestEmptySheet(t *testing.T) {
	t.Parallel()
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.policy.Roster = petition.Roster{}
	data, err := report.Sheet(o.month(o.day(9, 1, 0, 0), o.day(10, 1, 0, 0)), o.reports(), "某单位")
	o.must(err)
	if _, err := excelize.OpenReader(bytes.NewReader(data)); err != nil {
		t.Errorf("open: %v", err)
	}
}
