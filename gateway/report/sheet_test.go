package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

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

// TestSheetOnPaper: every sheet is printed as wide as the paper, with its head on
// each page and period and page number at the foot; persons have a total.
func TestSheetOnPaper(t *testing.T) {
	t.Parallel()
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.play(40)
	o.run(o.day(11, 24, 0, 0))
	a := o.month(o.day(9, 1, 0, 0), o.day(12, 1, 0, 0))
	data, err := report.Sheet(a, o.reports(), "某单位")
	o.must(err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	o.must(err)
	t.Cleanup(func() { _ = f.Close() })
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Scope+" "+n.Name] = n.RefersTo
	}
	for _, sheet := range f.GetSheetList() {
		foot, err := f.GetHeaderFooter(sheet)
		o.must(err)
		if foot == nil || !strings.Contains(foot.OddFooter, "&L2026年9月1日至") || !strings.Contains(foot.OddFooter, "第 &P 页，共 &N 页") {
			t.Errorf("%s: foot %+v", sheet, foot)
		}
		layout, err := f.GetPageLayout(sheet)
		o.must(err)
		props, err := f.GetSheetProps(sheet)
		o.must(err)
		if layout.FitToWidth == nil || *layout.FitToWidth != 1 || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s: layout %+v", sheet, layout)
		}
		rows, err := f.GetRows(sheet)
		o.must(err)
		if got := names[sheet+" _xlnm.Print_Titles"]; got != "'"+sheet+"'!$1:$2" {
			t.Errorf("%s: head %q", sheet, got)
		}
		if got := names[sheet+" _xlnm.Print_Area"]; sheet != "处室" && !strings.HasSuffix(got, fmt.Sprintf("$%d", len(rows))) {
			t.Errorf("%s: prints %q of %d rows", sheet, got, len(rows))
		}
		if names[sheet+" _xlnm._FilterDatabase"] == "" {
			t.Errorf("%s: no filter", sheet)
		}
	}
	received, persons := 0, 0
	for _, p := range a.Persons {
		if p.Division != "" {
			received += p.Received.N()
			persons++
		}
	}
	got, err := f.CalcCellValue("人员", fmt.Sprintf("D%d", 3+persons), excelize.Options{RawCellValue: true})
	if err != nil || got != fmt.Sprint(received) || received == 0 {
		t.Errorf("persons received %s, want %d, %v", got, received, err)
	}
}

// TestBenchSheet measures the workbook of a year of 20,000 letters, with
// XINFANGD_BENCH=1; elsewhere it makes a small one.
func TestBenchSheet(t *testing.T) {
	letters := 20_000
	if os.Getenv("XINFANGD_BENCH") != "1" {
		letters = 200
	}
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	a := report.Assessment{From: o.day(1, 1, 0, 0), To: o.day(12, 31, 0, 0)}
	work := func(step, from int) report.Work {
		w := report.Work{Ratings: map[string]report.Cases{}}
		for i := from; i < letters; i += step {
			n := petition.NewNumber("SFJX", 2026, i+1)
			w.Received, w.Answered, w.OnTime = append(w.Received, n), append(w.Answered, n), append(w.OnTime, n)
			w.Spent = append(w.Spent, report.Spent{Case: n, Time: time.Duration(i) * time.Minute})
			w.Ratings["满意"] = append(w.Ratings["满意"], n)
		}
		return w
	}
	all := work(1, 0).Received
	a.Arrived, a.Accepted, a.Answered, a.Closed = all, all, all, all
	for i := range 20 {
		a.Divisions = append(a.Divisions, report.Division{ID: fmt.Sprint("d", i), Name: fmt.Sprintf("第%d处", i), Work: work(20, i)})
	}
	for i := range 60 {
		a.Persons = append(a.Persons, report.Person{Address: fmt.Sprintf("p%d@jxw.example", i), Division: fmt.Sprint("d", i%20), Work: work(60, i),
			Acts: map[petition.EventKind]report.Cases{petition.EvSigned: work(60, i).Received, petition.EvOpinion: work(60, i).Received}})
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	data, err := report.Sheet(a, o.reports(), "某单位")
	o.must(err)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	fmt.Printf("workbook of %d letters: %.1f MB in %v, %d MB allocated, heap of the process up to %d MB\n", letters, float64(len(data))/1e6, took,
		(after.TotalAlloc-before.TotalAlloc)>>20, after.HeapSys>>20)
}
