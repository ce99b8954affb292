package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/petition"
	"xinfangd/rules"
)

// rulesCmd is what can be done with the rules.
type rulesCmd struct {
	Explain  rulesExplainCmd  `cmd:"" help:"说明规则怎样看一封信，为什么"`
	Test     rulesTestCmd     `cmd:"" help:"跑规则自带的用例"`
	Lint     rulesLintCmd     `cmd:"" help:"找出规则里多余、重复或走不到的地方"`
	Backtest rulesBacktestCmd `cmd:"" help:"用登记簿里的来信重放规则，看去向有何不同"`
	Suggest  rulesSuggestCmd  `cmd:"" help:"从改派中学出可以补充的规则"`
	Learn    rulesLearnCmd    `cmd:"" help:"从办结的来信学出分类模型，供规则定不了时参考"`
	Evaluate rulesEvaluateCmd `cmd:"" help:"用已标注的来信给规则和模型打分"`
}

type rulesExplainCmd struct {
	Mailbox string   `placeholder:"信箱" help:"信是寄到哪个信箱的（标识），默认为第一个公开信箱"`
	Arrived string   `placeholder:"时刻" help:"按这个时刻到达来看，如 2026-11-21T23:00，默认为现在"`
	Files   []string `arg:"" name:"file" placeholder:"文件" help:"来信（.eml），- 为标准输入"`
}

func (c rulesExplainCmd) Run(s *shell) error {
	config, err := s.load()
	if err != nil {
		return err
	}
	box, err := c.box(config)
	if err != nil {
		return err
	}
	arrived := s.now()
	if c.Arrived != "" {
		if arrived, err = moment(c.Arrived, config.Office.Location()); err != nil {
			return unusable("--arrived 应为时刻，如 2026-11-21T23:00")
		}
	}
	settings, err := gateway.Settings(config)
	if err != nil {
		return err
	}
	model, err := s.model(config)
	if err != nil {
		fmt.Fprintln(s.err, "xinfangd：学习模型不可用，只看规则："+say(err))
	}
	list := []rules.Explanation{}
	for _, file := range c.Files {
		read := os.ReadFile
		if file == "-" {
			read = func(string) ([]byte, error) { return io.ReadAll(os.Stdin) }
		}
		raw, err := read(file)
		if err != nil {
			return unusable("读不了 %s：%s", clean(file), say(err))
		}
		list = append(list, settings.Explain(file, box, raw, arrived, model))
	}
	return s.print(list, func(w io.Writer) {
		for i, e := range list {
			if i > 0 {
				fmt.Fprintln(w)
			}
			explainText(w, e, settings.Policy.Roster)
		}
	})
}

// moment reads a moment as people write it, in office time, or as --json
// prints it; a day alone is its beginning.
func moment(text string, zone *time.Location) (at time.Time, err error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.RFC3339, time.DateOnly} {
		if at, err = time.ParseInLocation(layout, text, zone); err == nil {
			return at.In(zone), nil
		}
	}
	return at, fmt.Errorf("read moment: %w", err)
}

func (c rulesExplainCmd) box(config configs.Config) (string, error) {
	if c.Mailbox != "" {
		if _, ok := config.Mailbox(c.Mailbox); !ok {
			return "", unusable("没有标识为 %q 的信箱", clean(c.Mailbox))
		}
		return c.Mailbox, nil
	}
	for _, m := range config.Mailboxes {
		if m.ID != config.Office.WorkBox {
			return m.ID, nil
		}
	}
	return "", nil
}

func explainText(w io.Writer, e rules.Explanation, roster petition.Roster) {
	fmt.Fprintln(w, clean(e.File))
	decided := map[rules.DecidedBy]string{rules.ByBox: "信箱固定", rules.ByRule: "规则 " + e.Rule, rules.ByNone: ""}[e.DecidedBy]
	switch {
	case e.Division == "":
		fmt.Fprintln(w, "  处室：没有规则能定，交电子政务室分办")
	case e.DecidedBy == rules.ByLearned:
		fmt.Fprintf(w, "  处室：没有规则能定；学习模型建议 %s（把握 %s）\n", roster.DivisionName(e.Division), percent(e.Confidence))
	default:
		fmt.Fprintf(w, "  处室：%s（%s）\n", roster.DivisionName(e.Division), clean(decided))
	}
	if len(e.Assist) > 0 {
		fmt.Fprintln(w, "  协办："+divisionNames(roster, e.Assist))
	}
	if e.Category != "" {
		fmt.Fprintln(w, "  类别："+clean(e.Category))
	}
	fmt.Fprintln(w, "  紧急程度："+petition.UrgencyName(petition.Urgency(e.Urgency)))
	if e.Deadline != "" {
		fmt.Fprintln(w, "  办理期限："+desk.SpanName(e.Deadline))
	}
	if e.Confidential {
		fmt.Fprintln(w, "  保密件")
	}
	if len(e.Accuses) > 0 {
		fmt.Fprintln(w, "  反映的处室（回避）："+divisionNames(roster, e.Accuses))
	}
	if len(e.Notify) > 0 {
		fmt.Fprintln(w, "  立即告知："+clean(notifyNames(e.Notify)))
	}
	if len(e.Recuse) > 0 {
		fmt.Fprintln(w, "  回避："+clean(divisionNames(roster, e.Recuse)))
	}
	for _, h := range e.Hits {
		field, word := desk.HitWords(h)
		fmt.Fprintf(w, "  命中 %s：%s“%s”　%s\n", hitName(h), clean(field), clean(word), clean(h.Context))
	}
	for _, n := range e.Near {
		fmt.Fprintf(w, "  差一点 %s：缺 %s\n", clean(n.Rule), clean(n.Missing))
	}
}

type rulesTestCmd struct{}

func (rulesTestCmd) Run(s *shell) error {
	config, err := s.load()
	if err != nil {
		return err
	}
	settings, err := gateway.Settings(config)
	if err != nil {
		return err
	}
	boxes := make(map[string]rules.Context)
	for _, b := range settings.Boxes {
		boxes[b.ID] = rules.Context{Division: b.Division, Confidential: b.Confidential}
	}
	results := orEmpty(settings.Rules.TestIn(rules.Office{Boxes: boxes, Working: settings.Policy.Calendar.Working, Zone: config.Office.Location()}))
	failed := 0
	for _, r := range results {
		if !r.OK {
			failed++
		}
	}
	err = s.print(results, func(w io.Writer) {
		for _, r := range results {
			if r.OK {
				continue
			}
			fmt.Fprintf(w, "%s:%d: 不符", r.File, r.Line)
			for _, key := range slices.Sorted(maps.Keys(r.Expected)) {
				if want, got := r.Expected[key], r.Got[key]; got != want {
					fmt.Fprintf(w, "　%s 应为“%s”，实为“%s”", key, clean(want), clean(got))
				}
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%d 个用例，%d 个不符\n", len(results), failed)
	})
	if err == nil && failed > 0 {
		err = errSilent
	}
	return err
}

type rulesLintCmd struct{}

// Run looks at the rules alone, whatever else is wrong with the configuration:
// a name that does not exist is a finding here. What the rules cannot tell by
// themselves is tried on the letters of the register, where there is one.
func (rulesLintCmd) Run(s *shell) error {
	config, err := s.read()
	if err != nil {
		return err
	}
	set, complaints := rules.Load(string(config.Rules))
	if set == nil {
		s.complain(complaints)
		return unusable("规则不能用，先改正以上错误")
	}
	s.complain(complaints) // what was passed over
	names := gateway.RuleNames(config)
	findings := orEmpty(set.Restrict(names.Divisions).LintWith(rules.LintInput{Names: &names, Letters: s.pastLetters(config)}))
	err = s.print(findings, func(w io.Writer) {
		for _, f := range findings {
			fmt.Fprintf(w, "%s:%d:%d: %s；%s\n", f.File, f.Line, f.Column, clean(strings.TrimSuffix(f.Message, "？")), clean(f.Suggestion))
		}
		fmt.Fprintf(w, "%d 条规则，%d 处可疑\n", set.Len(), len(findings))
	})
	if err == nil && len(findings) > 0 {
		err = errSilent
	}
	return err
}
