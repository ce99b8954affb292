package report

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway/petition"
)

// The sheets of the workbook.
const (
	sheetDivisions = "处室"
	sheetPersons   = "人员"
	sheetOffice    = "电子政务室"
	sheetMissed    = "超时"
	sheetTrace     = "明细"
)

// The number formats of the columns.
const (
	formatText    = ""
	formatCount   = "0"
	formatPercent = "0.0%"
	formatHours   = "0.0"
)

// column is one column of a sheet.
type column struct {
	head   string
	format string
	width  float64
	// total is the formula of the last row: {col} is the column's letter, {first}
	// and {last} are the rows of data, {row} is its own.
	total string
}

func countColumn(head string) column {
	// SUBTOTAL and not SUM: the total follows the filter.
	return column{head: head, format: formatCount, width: 8, total: "SUBTOTAL(9,{col}{first}:{col}{last})"}
}

// formula is a cell that is counted by the spreadsheet; value is what it comes
// to, for viewers that do not count.
type formula struct {
	text  string
	value any
}

// Sheet writes an assessment as a workbook (.xlsx): divisions with a plot,
// persons, the office, clocks missed, and behind them every case of every
// figure.
func Sheet(a Assessment, o Office, office string) ([]byte, error) {
	b := &book{file: excelize.NewFile(), period: PeriodName(a.From.In(o.zone()), a.To.In(o.zone())), styles: map[string]int{}}
	title := fmt.Sprintf("%s网上来信办理情况考核（%s）", office, b.period)
	b.divisions(a, title)
	b.persons(a, o, title)
	b.office(a, title)
	b.missed(a, o, title)
	b.trace(a, o, title)
	b.note(b.file.DeleteSheet("Sheet1"))
	b.file.SetActiveSheet(0)
	b.note(b.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: office + "电子政务室", Language: "zh-CN"}))
	count := true
	b.note(b.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &count}))
	var out bytes.Buffer
	if b.err == nil {
		b.note(b.file.Write(&out))
	}
	b.note(b.file.Close())
	if b.err != nil {
		return nil, fmt.Errorf("write spreadsheet: %w", b.err)
	}
	return out.Bytes(), nil
}

// book is a workbook being written; it keeps the first error.
type book struct {
	file   *excelize.File
	period string
	styles map[string]int
	err    error
}

func (b *book) note(err error) {
	if b.err == nil {
		b.err = err
	}
}

// style makes a style once: kind is title, head, body or total.
func (b *book) style(kind, format string) int {
	if id, ok := b.styles[kind+format]; ok {
		return id
	}
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	s := &excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 11}, Border: border, Alignment: &excelize.Alignment{Vertical: "center"}}
	switch kind {
	case "title":
		s.Font, s.Border = &excelize.Font{Family: "黑体", Size: 14}, nil
	case "head":
		s.Font.Bold = true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}
		s.Alignment = &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	case "total":
		s.Font.Bold = true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}}
	}
	if format != formatText {
		s.CustomNumFmt = &format
		s.Alignment.Horizontal = "right"
	}
	id, err := b.file.NewStyle(s)
	b.note(err)
	b.styles[kind+format] = id
	return id
}

func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1" // NOTE: columns and rows are counted by us from 1
	}
	return name
}

func letter(col int) string {
	name, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return "A"
	}
	return name
}

// Rows of every sheet: the title, the head, then data.
const (
	titleRow = 1
	headRow  = 2
	firstRow = 3
)

// put writes one value or formula.
func (b *book) put(sheet string, col, row int, value any) {
	at := cell(col, row)
	if f, ok := value.(formula); ok {
		// The value first: setting it afterwards would take the formula away.
		b.note(b.file.SetCellValue(sheet, at, f.value))
		b.note(b.file.SetCellFormula(sheet, at, f.text))
		return
	}
	b.note(b.file.SetCellValue(sheet, at, value))
}

// table writes a whole sheet. totals are the values of the last row by column,
// for viewers that do not count; nil leaves the row out. below are the rows that
// are printed besides.
func (b *book) table(sheet, title string, columns []column, rows [][]any, totals []any, below int) {
	if b.err != nil {
		return
	}
	_, err := b.file.NewSheet(sheet)
	b.note(err)
	b.put(sheet, 1, titleRow, title)
	b.note(b.file.SetCellStyle(sheet, cell(1, titleRow), cell(1, titleRow), b.style("title", formatText)))
	b.note(b.file.SetRowHeight(sheet, titleRow, 28))
	b.note(b.file.SetRowHeight(sheet, headRow, 32))
	last := firstRow + len(rows) - 1
	for i, c := range columns {
		col := i + 1
		b.note(b.file.SetColWidth(sheet, letter(col), letter(col), c.width))
		b.put(sheet, col, headRow, c.head)
		b.note(b.file.SetCellStyle(sheet, cell(col, headRow), cell(col, headRow), b.style("head", formatText)))
		if len(rows) > 0 {
			b.note(b.file.SetCellStyle(sheet, cell(col, firstRow), cell(col, last), b.style("body", c.format)))
		}
	}
	for i, row := range rows {
		for j, value := range row {
			if value != nil {
				b.put(sheet, j+1, firstRow+i, value)
			}
		}
	}
	end := max(last, headRow) + below
	if totals != nil && len(rows) > 0 {
		b.totals(sheet, columns, totals, last)
		end++
	}
	b.finish(sheet, columns, max(last, headRow))
	b.area(sheet, len(columns), end)
}

// most is how many rows of data a sheet of details has at most; a spreadsheet has
// room for 1,048,576 rows.
const most = 1_000_000

// long writes a sheet of many rows, and further ones when they are too many. Rows
// go out as they come: a year of a large office has some hundred thousand.
// Nothing may be read from the sheet afterwards, for all of it would be loaded.
func (b *book) long(sheet, title string, columns []column, rows iter.Seq[[]any]) {
	count := 0
	for range rows {
		count++
	}
	next, stop := iter.Pull(rows)
	defer stop()
	for part := 1; b.err == nil && (count > 0 || part == 1); part++ {
		name, n := sheet, min(count, most)
		if part > 1 {
			name = fmt.Sprintf("%s%d", sheet, part)
		}
		_, err := b.file.NewSheet(name)
		b.note(err)
		// Whatever is not a row comes before the rows.
		b.finish(name, columns, headRow+max(n, 1))
		b.area(name, len(columns), headRow+max(n, 1))
		out, err := b.file.NewStreamWriter(name)
		if b.note(err); b.err != nil {
			return
		}
		b.stream(out, title, columns, next, n)
		b.note(out.Flush())
		count -= n
	}
}

// stream writes the next n rows under a head.
func (b *book) stream(out *excelize.StreamWriter, title string, columns []column, next func() ([]any, bool), n int) {
	var heads []any
	styles := make([]int, len(columns))
	for i, c := range columns {
		b.note(out.SetColWidth(i+1, i+1, c.width))
		heads = append(heads, excelize.Cell{StyleID: b.style("head", formatText), Value: c.head})
		styles[i] = b.style("body", c.format)
	}
	b.note(out.SetRow(cell(1, titleRow), []any{excelize.Cell{StyleID: b.style("title", formatText), Value: title}}, excelize.RowOpts{Height: 28}))
	b.note(out.SetRow(cell(1, headRow), heads, excelize.RowOpts{Height: 32}))
	cells := make([]any, len(columns))
	for i := range n {
		row, ok := next()
		if !ok || b.err != nil {
			return
		}
		for j, value := range row {
			cells[j] = excelize.Cell{StyleID: styles[j], Value: value}
		}
		b.note(out.SetRow(cell(1, firstRow+i), cells))
	}
}

// totals writes the row under the data.
func (b *book) totals(sheet string, columns []column, totals []any, last int) {
	row := last + 1
	for i, c := range columns {
		col := i + 1
		switch {
		case c.total != "":
			b.put(sheet, col, row, formula{text: total(c.total, col, last), value: totals[i]})
		case totals[i] != nil:
			b.put(sheet, col, row, totals[i])
		}
		b.note(b.file.SetCellStyle(sheet, cell(col, row), cell(col, row), b.style("total", c.format)))
	}
}

// total fills a column's formula in.
func total(text string, col, last int) string {
	return strings.NewReplacer("{col}", letter(col), "{first}", strconv.Itoa(firstRow), "{last}", strconv.Itoa(last), "{row}", strconv.Itoa(last+1)).Replace(text)
}

// finish freezes the head, sets the filter and the page: as wide as the paper, the
// title and head on each page, period, page and sheet at the foot.
func (b *book) finish(sheet string, columns []column, last int) {
	b.note(b.file.AutoFilter(sheet, cell(1, headRow)+":"+cell(len(columns), last), nil))
	b.note(b.file.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: headRow, TopLeftCell: cell(2, firstRow), ActivePane: "bottomRight"}))
	width, turned, a4, wide, high := 0.0, "portrait", 9, 1, 0
	for _, c := range columns {
		width += c.width
	}
	if width > 100 {
		turned = "landscape"
	}
	b.note(b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &turned, Size: &a4, FitToWidth: &wide, FitToHeight: &high}))
	fit := true
	b.note(b.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	// ECMA-376 part 1 section 18.3.1.46. The title stands above the heads, on every
	// page; beside the page number it would not fit.
	b.note(b.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + b.period + "&C第 &P 页，共 &N 页&R&A"}))
	b.note(b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, titleRow, headRow), Scope: sheet}))
}

// area is what is printed.
func (b *book) area(sheet string, columns, last int) {
	b.note(b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", sheet, letter(columns), last), Scope: sheet}))
}

// rounded is a share or a number of hours as a cell, nil when there is none.
func rounded(value float64, ok bool) any {
	if !ok {
		return nil
	}
	return math.Round(value*10000) / 10000
}

// ratio is the formula of a share, empty when there is nothing to divide by.
func ratio(over, under string) string { return fmt.Sprintf(`IF(%[2]s=0,"",%[1]s/%[2]s)`, over, under) }

// workColumns are the columns that divisions and persons share; the first of
// them stands in column first.
func workColumns(first int, keys []string) []column {
	answered, onTime := letter(first+1), letter(first+2)
	columns := []column{
		countColumn("收件"), countColumn("提交"), countColumn("按期"),
		{head: "按期率", format: formatPercent, width: 9, total: ratio(onTime+"{row}", answered+"{row}")},
		{head: "中位工时", format: formatHours, width: 10}, {head: "九成工时", format: formatHours, width: 10},
		countColumn("退回"), countColumn("重办"),
	}
	for _, word := range petition.Ratings() {
		columns = append(columns, countColumn(word))
	}
	for _, key := range keys {
		columns = append(columns, countColumn(ChaseName(key)))
	}
	return columns
}

// workRow is the n-th row of data, counted from 0.
func workRow(w Work, first, n int, keys []string) []any {
	answered, onTime := cell(first+1, firstRow+n), cell(first+2, firstRow+n)
	median, ok := w.Median()
	p90, _ := w.P90()
	row := []any{
		len(w.Received), len(w.Answered), len(w.OnTime), formula{ratio(onTime, answered), rounded(w.Rate())}, rounded(median, ok), rounded(p90, ok),
		len(w.Returned), len(w.SentBack),
	}
	for _, word := range petition.Ratings() {
		row = append(row, len(w.Ratings[word]))
	}
	for _, key := range keys {
		row = append(row, len(w.Chases[key]))
	}
	return row
}

// values are a row as totals: what its formulas come to.
func values(row []any) []any {
	plain := make([]any, len(row))
	for i, value := range row {
		if f, ok := value.(formula); ok {
			value = f.value
		}
		plain[i] = value
	}
	return plain
}
