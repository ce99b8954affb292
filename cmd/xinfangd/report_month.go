package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/templates"
)

type reportMonthCmd struct {
	Month string `arg:"" optional:"" name:"month" placeholder:"月份" help:"如 2026-11，或一年，如 2026；默认本月至今"`
	assessFlags
}

type reportYearCmd struct {
	Year string `arg:"" optional:"" name:"year" placeholder:"年份" help:"如 2026；默认今年至今"`
	assessFlags
}

// assessFlags are what the assessments of a month and of a year share.
type assessFlags struct {
	Cases bool   `help:"列出每个数字所含的登记编号"`
	XLSX  string `name:"xlsx" placeholder:"文件" help:"另写成电子表格"`
	HTML  string `name:"html" placeholder:"文件" help:"另写成网页，含统计图和每个数字所含的登记编号，可打印"`
}

// assessed is the JSON of report month (spec system section 9).
type assessed struct {
	From      *string            `json:"from"`
	To        *string            `json:"to"`
	Totals    map[string]int     `json:"totals"`
	Divisions []assessedDivision `json:"divisions"`
	Persons   []assessedPerson   `json:"persons"`
	Clocks    map[string]int     `json:"clocks"`
	// Flow is what came and was answered by day, or by month in a long period.
	Flow      []assessedFlow               `json:"flow"`
	Estimated bool                         `json:"estimated"`
	Cases     map[string][]petition.Number `json:"cases,omitempty"`
	Missed    map[string][]assessedMiss    `json:"missed,omitempty"`
	XLSX      string                       `json:"xlsx,omitempty"`
	HTML      string                       `json:"html,omitempty"`
}

type assessedFlow struct {
	From *string `json:"from"`
	In   int     `json:"in"`
	Out  int     `json:"out"`
}

// assessedWork is what divisions and persons share.
type assessedWork struct {
	Received int            `json:"received"`
	Answered int            `json:"answered"`
	OnTime   int            `json:"on_time"`
	Median   *float64       `json:"median_hours"`
	P90      *float64       `json:"p90_hours"`
	Returned int            `json:"returned"`
	SentBack int            `json:"sent_back"`
	Ratings  map[string]int `json:"ratings"`
	Chases   map[string]int `json:"chases"`
	// Cases are the numbers behind every figure, Hours those behind the
	// medians.
	Cases map[string][]petition.Number `json:"cases,omitempty"`
	Hours []assessedHours              `json:"hours,omitempty"`
}

type assessedDivision struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Assisted int    `json:"assisted"`
	assessedWork
}

type assessedPerson struct {
	Address  string         `json:"address"`
	Name     string         `json:"name"`
	Division string         `json:"division"`
	Acts     map[string]int `json:"acts"`
	assessedWork
}

type assessedHours struct {
	Number petition.Number `json:"number"`
	Hours  float64         `json:"hours"`
}

type assessedMiss struct {
	Number  petition.Number `json:"number,omitempty"`
	Mailbox string          `json:"mailbox,omitempty"`
	Time    *string         `json:"time"`
}

func (c reportMonthCmd) Run(s *shell) error {
	return s.assess(c.assessFlags, func(b *books) (from, to time.Time, err error) { return s.period(b.config, c.Month) })
}

func (c reportYearCmd) Run(s *shell) error {
	return s.assess(c.assessFlags, func(b *books) (from, to time.Time, err error) {
		if c.Year == "" {
			now := s.now().In(b.config.Office.Location())
			return time.Date(now.Year(), 1, 1, 0, 0, 0, 0, now.Location()), now, nil
		}
		if from, err = time.ParseInLocation("2006", c.Year, b.config.Office.Location()); err != nil {
			return from, to, unusable("%q 不是年份，应如 2026", clean(c.Year))
		}
		return from, from.AddDate(1, 0, 0), nil
	})
}

// assess counts a period and writes it wherever it is wanted.
func (s *shell) assess(c assessFlags, span func(*books) (from, to time.Time, err error)) error {
	b, done, err := s.books()
	if err != nil {
		return err
	}
	defer done()
	from, to, err := span(b)
	if err != nil {
		return err
	}
	a, err := report.Month(s.ctx, b.Store, b.office.Policy.Calendar, b.office.Policy.Roster, from, to)
	if err != nil {
		return err
	}
	doc := b.assessed(a, c.Cases)
	doc.XLSX, doc.HTML = c.XLSX, c.HTML
	if c.XLSX != "" {
		sheet, err := report.Sheet(a, b.office, b.config.Office.Name)
		if err != nil {
			return err
		}
		if err := write(c.XLSX, sheet); err != nil {
			return err
		}
	}
	if c.HTML != "" {
		set, err := templates.Load(string(b.config.Templates))
		if err != nil {
			return err
		}
		page, err := set.Board(report.Page(a, b.office, b.config.Office.Name, b.config.Drill, s.now()))
		if err != nil {
			return err
		}
		if err := write(c.HTML, page); err != nil {
			return err
		}
	}
	return s.print(doc, func(w io.Writer) { b.showMonth(w, a, c) })
}

// behind are the numbers behind figures, nil unless they are asked for.
func behind(figures []report.Figure, wanted bool) map[string][]petition.Number {
	if !wanted {
		return nil
	}
	cases := map[string][]petition.Number{}
	for _, f := range figures {
		cases[f.Key] = orEmpty([]petition.Number(f.Cases.Sorted()))
	}
	return cases
}

func counts(cases map[string]report.Cases) map[string]int {
	n := map[string]int{}
	for key, list := range cases {
		n[key] = list.N()
	}
	return n
}

// hours is a number of hours in JSON, null when there is none.
func hours(h float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	h = report.RoundHours(h)
	return &h
}

func newAssessedWork(w report.Work, figures []report.Figure, cases bool) assessedWork {
	work := assessedWork{
		Received: w.Received.N(), Answered: w.Answered.N(), OnTime: w.OnTime.N(), Median: hours(w.Median()), P90: hours(w.P90()),
		Returned: w.Returned.N(), SentBack: w.SentBack.N(), Ratings: counts(w.Ratings), Chases: counts(w.Chases), Cases: behind(figures, cases),
	}
	for _, word := range petition.Ratings() {
		work.Ratings[word] += 0 // a word that nobody used is a figure too
	}
	if cases {
		for _, spent := range w.Spent {
			work.Hours = append(work.Hours, assessedHours{spent.Case, report.RoundHours(spent.Time.Hours())})
		}
	}
	return work
}

func (b *books) assessed(a report.Assessment, cases bool) assessed {
	doc := assessed{
		From: when(b.config, a.From), To: when(b.config, a.To), Totals: map[string]int{}, Divisions: []assessedDivision{}, Persons: []assessedPerson{},
		Clocks: map[string]int{}, Flow: []assessedFlow{}, Estimated: a.Estimated, Cases: behind(a.Figures(), cases),
	}
	for _, f := range a.Figures() {
		doc.Totals[f.Key] = f.Cases.N()
	}
	for _, f := range a.Flow {
		doc.Flow = append(doc.Flow, assessedFlow{when(b.config, f.From), f.In.N(), f.Out.N()})
	}
	for _, d := range a.Divisions {
		doc.Divisions = append(doc.Divisions, assessedDivision{d.ID, d.Name, d.Assisted.N(), newAssessedWork(d.Work, d.Figures(), cases)})
	}
	for _, p := range a.Persons {
		acts := map[string]int{}
		for kind, list := range p.Acts {
			acts[string(kind)] = list.N()
		}
		doc.Persons = append(doc.Persons, assessedPerson{p.Address, p.Name, p.Division, acts, newAssessedWork(p.Work, p.Figures(), cases)})
	}
	if cases {
		doc.Missed = map[string][]assessedMiss{}
	}
	for _, key := range report.MissedClocks() {
		doc.Clocks[key] = len(a.Clocks[key])
		if !cases {
			continue
		}
		doc.Missed[key] = []assessedMiss{}
		for _, m := range a.Clocks[key] {
			doc.Missed[key] = append(doc.Missed[key], assessedMiss{m.Case, m.Mailbox, when(b.config, m.At)})
		}
	}
	return doc
}

func (b *books) showMonth(w io.Writer, a report.Assessment, c assessFlags) {
	zone := b.config.Office.Location()
	fmt.Fprintf(w, "%s办理情况考核\n", report.PeriodName(a.From.In(zone), a.To.In(zone)))
	var sums []string
	for _, f := range a.Figures() {
		sums = append(sums, fmt.Sprintf("%s %d 件", f.Name, f.Cases.N()))
	}
	fmt.Fprintln(w, strings.Join(sums, "，"))
	if a.Estimated {
		fmt.Fprintln(w, "所涉年份缺少节假日安排，工时为估算")
	}

	head := []string{"收件", "提交", "按期", "中位工时", "九成工时", "退回", "重办", "满意", "基本满意", "不满意"}
	var works []report.Work
	for _, d := range a.Divisions {
		works = append(works, d.Work)
	}
	keys := report.ChaseKeys(works...)
	for _, key := range keys {
		head = append(head, report.ChaseName(key))
	}
	fmt.Fprintln(w)
	t := newTable(append([]string{"处室"}, head...)...)
	for _, d := range a.Divisions {
		t.add(append([]string{d.Name}, workCells(d.Work, keys)...)...)
	}
	t.print(w)
	fmt.Fprintln(w)
	t = newTable(append([]string{"人员", "处室"}, head...)...)
	for _, p := range a.Persons {
		if p.Division != "" {
			t.add(append([]string{cmp.Or(p.Name, p.Address), b.division(p.Division)}, workCells(p.Work, keys)...)...)
		}
	}
	t.print(w)
	fmt.Fprintln(w)
	officeActs(w, a)
	for _, key := range report.MissedClocks() {
		fmt.Fprintf(w, "%s：%d 次\n", report.MissedName(key), len(a.Clocks[key]))
	}
	if c.Cases {
		b.showCases(w, a)
	}
	if c.XLSX != "" {
		fmt.Fprintf(w, "\n电子表格：%s\n", clean(c.XLSX))
	}
	if c.HTML != "" {
		fmt.Fprintf(w, "\n网页：%s\n", clean(c.HTML))
	}
}

// officeActs is the table of who did what in the office and above it.
func officeActs(w io.Writer, a report.Assessment) {
	head := []string{"电子政务室和领导"}
	for _, kind := range report.OfficeActs() {
		head = append(head, petition.EventName(kind))
	}
	t := newTable(head...)
	for _, p := range a.Persons {
		if p.Division != "" {
			continue
		}
		cells := []string{cmp.Or(p.Name, p.Address)}
		for _, kind := range report.OfficeActs() {
			cells = append(cells, fmt.Sprint(p.Acts[kind].N()))
		}
		t.add(cells...)
	}
	t.print(w)
	fmt.Fprintln(w)
}

func workCells(w report.Work, keys []string) []string {
	show := func(h float64, ok bool) string {
		if !ok {
			return "—"
		}
		return fmt.Sprintf("%.1f", h)
	}
	cells := []string{fmt.Sprint(w.Received.N()), fmt.Sprint(w.Answered.N()), fmt.Sprint(w.OnTime.N()), show(w.Median()), show(w.P90()),
		fmt.Sprint(w.Returned.N()), fmt.Sprint(w.SentBack.N())}
	for _, word := range petition.Ratings() {
		cells = append(cells, fmt.Sprint(w.Ratings[word].N()))
	}
	for _, key := range keys {
		cells = append(cells, fmt.Sprint(w.Chases[key].N()))
	}
	return cells
}

// showCases lists the numbers behind every figure that is not zero.
func (b *books) showCases(w io.Writer, a report.Assessment) {
	show := func(who string, figures []report.Figure) {
		for _, f := range figures {
			if f.Cases.N() == 0 {
				continue
			}
			var numbers []string
			for _, n := range f.Cases.Sorted() {
				numbers = append(numbers, string(n))
			}
			fmt.Fprintf(w, "%s，%s %d：%s\n", clean(who), f.Name, f.Cases.N(), strings.Join(numbers, " "))
		}
	}
	fmt.Fprintln(w, "\n登记编号：")
	show("全单位", a.Figures())
	for _, d := range a.Divisions {
		show(d.Name, d.Figures())
	}
	for _, p := range a.Persons {
		show(cmp.Or(p.Name, p.Address)+"（"+b.division(p.Division)+"）", p.Figures())
	}
	for _, key := range report.MissedClocks() {
		for _, m := range a.Clocks[key] {
			fmt.Fprintf(w, "%s：%s %s\n", report.MissedName(key), cmp.Or(string(m.Case), b.office.Boxes[m.Mailbox], m.Mailbox), stamp(b.config, m.At))
		}
	}
}
