package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
)

// reportCmd is the books: what came, what is late, who did how much. A report
// on the command line writes no ledger entry.
type reportCmd struct {
	Digest    reportDigestCmd    `cmd:"" help:"每日情况：新收、到期、超期和异常"`
	Month     reportMonthCmd     `cmd:"" help:"考核：各处室和个人的办理情况"`
	Year      reportYearCmd      `cmd:"" help:"全年考核，同上"`
	Overdue   reportOverdueCmd   `cmd:"" help:"超期情况通报（稿）"`
	Spotcheck reportSpotcheckCmd `cmd:"" help:"抽查：按台账末条摘要抽取，可以复核"`
}

// books is a register with what the reports must know of the office.
type books struct {
	*register
	office report.Office
}

func (s *shell) books() (*books, func(), error) {
	r, done, err := s.open()
	if err != nil {
		return nil, nil, err
	}
	cal, findings := r.config.NewCalendar()
	if configs.HasErrors(findings) {
		done()
		s.complain(findings)
		return nil, nil, unusable("节假日安排不能用，先改正以上错误")
	}
	b := &books{r, report.Office{Policy: r.config.Policy(cal), Boxes: map[string]string{}}}
	for _, m := range r.config.Mailboxes {
		b.office.Boxes[m.ID] = m.Name
		if m.Name == "" {
			b.office.Boxes[m.ID] = m.Address
		}
	}
	return b, done, nil
}

// division is a division's name, a dash when a case lies with none.
func (b *books) division(id string) string {
	if id == "" {
		return "—"
	}
	return b.office.Policy.Roster.DivisionName(id)
}

// period reads a month (2026-11) or a year (2026); without a word it is this
// month so far.
func (s *shell) period(c configs.Config, word string) (from, to time.Time, err error) {
	now := s.now().In(c.Office.Location())
	if word == "" {
		from, _ = report.MonthOf(now)
		return from, now, nil
	}
	if from, err = time.ParseInLocation("2006-01", word, now.Location()); err == nil {
		return from, from.AddDate(0, 1, 0), nil
	}
	if from, err = time.ParseInLocation("2006", word, now.Location()); err == nil {
		return from, from.AddDate(1, 0, 0), nil
	}
	return from, to, unusable("%q 不是月份，应如 2026-11", clean(word))
}

type reportSpotcheckCmd struct {
	Month string `placeholder:"月份" help:"抽查这个月收到的来信，如 2026-11，默认本月"`
	N     int    `name:"n" placeholder:"件数" help:"抽几件，默认 5%，至少 10 件"`
	At    int64  `placeholder:"条号" help:"以台账这一条为准重抽，用来复核以前的抽查"`
	Cases bool   `help:"同时列出参加抽取的全部编号"`
}

// spotcheck is the JSON of report spotcheck (spec system section 9). The draw:
// sort the population by the hexadecimal SHA-256 of seed and number, written
// one behind the other; the first are drawn.
type spotcheck struct {
	From       *string           `json:"from"`
	To         *string           `json:"to"`
	Seed       string            `json:"seed"`
	Head       string            `json:"head"`
	Entry      int64             `json:"entry"`
	At         *string           `json:"at"`
	Of         int               `json:"of"`
	Cases      []petition.Number `json:"cases"`
	Tickets    []string          `json:"tickets"`
	Population report.Cases      `json:"population,omitempty"`
}

func (c reportSpotcheckCmd) Run(s *shell) error {
	if c.N < 0 || c.At < 0 {
		return unusable("件数和条号不能小于 0")
	}
	b, done, err := s.books()
	if err != nil {
		return err
	}
	defer done()
	from, to, err := s.period(b.config, c.Month)
	if err != nil {
		return err
	}
	if month, next := report.MonthOf(from); c.Month != "" && !to.Equal(next) {
		return unusable("%q 不是月份，应如 %s", clean(c.Month), month.Format("2006-01"))
	}
	sample, err := report.SpotCheck(s.ctx, b.Store, from, c.N, c.At)
	if errors.Is(err, report.ErrNoEntry) {
		return wrong("台账没有第 %d 条", c.At)
	}
	if err != nil {
		return err
	}
	doc := spotcheck{
		From: when(b.config, sample.From), To: when(b.config, sample.To), Seed: sample.Seed, Head: sample.Head, Entry: sample.Seq,
		At: when(b.config, sample.At), Of: sample.Population.N(), Cases: []petition.Number{}, Tickets: []string{},
	}
	for _, d := range sample.Cases {
		doc.Cases, doc.Tickets = append(doc.Cases, d.Number), append(doc.Tickets, d.Ticket)
	}
	if c.Cases {
		doc.Population = sample.Population
	}
	return s.print(doc, func(w io.Writer) {
		fmt.Fprintf(w, "%s收到来信 %d 件，抽取 %d 件\n种子：台账第 %d 条（%s）的摘要 %s\n", sample.From.Format("2006年1月"), doc.Of, len(doc.Cases), doc.Entry, stamp(b.config, sample.At), doc.Seed)
		fmt.Fprintf(w, "抽法：对每个编号，求“种子”与“编号”首尾相接后的 SHA-256，按结果从小到大取前 %d 个\n\n", len(doc.Cases))
		t := newTable("编号", "签号")
		for _, d := range sample.Cases {
			t.add(string(d.Number), d.Ticket)
		}
		t.print(w)
		if c.Cases {
			fmt.Fprintln(w, "\n参加抽取的编号：")
			for _, n := range sample.Population {
				fmt.Fprintln(w, n)
			}
		}
	})
}

// write puts a report into a file, whole or not at all.
func write(path string, data []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, data, 0o640); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return errors.Join(fmt.Errorf("write report: %w", err), os.Remove(part))
	}
	return nil
}
