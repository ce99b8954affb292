package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

type rulesBacktestCmd struct {
	Rules string `placeholder:"目录" help:"试用这里的规则（目录或文件），默认为现行规则"`
	Since string `placeholder:"日期" help:"只重放这天及以后收到的来信，如 2026-11-01"`
}

func (c rulesBacktestCmd) Run(s *shell) error {
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	since, err := day(c.Since, r.config)
	if err != nil {
		return err
	}
	config := r.config
	if c.Rules != "" {
		config.Rules = configs.Path(c.Rules)
		if findings := gateway.CheckRules(config); configs.HasErrors(findings) {
			s.complain(findings)
			return unusable("规则不能用，先改正以上错误")
		}
	}
	settings, err := gateway.Settings(config)
	if err != nil {
		return err
	}
	var failed error
	result := settings.Rules.Backtest(func(yield func(rules.PastLetter) bool) {
		for p, err := range d.Past(s.ctx, store.CaseFilter{Since: since}) {
			if err != nil {
				failed = err
				return
			}
			if !yield(p.PastLetter) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	return s.print(result, func(w io.Writer) { backtestText(w, result) })
}

func backtestText(w io.Writer, r rules.BacktestResult) {
	if len(r.Moved) > 0 {
		t := newTable("编号", "当时分给", "改为", "最终办理", "依据规则")
		for _, m := range r.Moved {
			t.add(m.Number, orDash(m.From), orDash(m.To), orDash(m.Final), orDash(m.Rule))
		}
		t.print(w)
		fmt.Fprintln(w)
	}
	t := newTable("处室", "办理件数", "查准率", "查全率")
	for _, id := range slices.Sorted(maps.Keys(r.PerDivision)) {
		d := r.PerDivision[id]
		t.add(id, fmt.Sprint(d.N), percent(d.Precision), percent(d.Recall))
	}
	t.print(w)
	fmt.Fprintf(w, "重放 %d 件，去向不同的 %d 件；与最终办理处室相比，改对 %d 件，改错 %d 件\n", r.N, len(r.Moved), r.Fixed, r.Broken)
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// day reads a date of an option, zero when it was not given.
func day(word string, c configs.Config) (time.Time, error) {
	if word == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, word, c.Office.Location())
	if err != nil {
		return t, unusable("--since 应为日期，如 2026-11-01")
	}
	return t, nil
}

type rulesSuggestCmd struct {
	Since string `placeholder:"日期" help:"只看这天及以后收到的来信，如 2026-11-01"`
	Out   string `placeholder:"目录" help:"每条建议另存为这里的一个规则文件，不覆盖已有的"`
}

func (c rulesSuggestCmd) Run(s *shell) error {
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	since, err := day(c.Since, r.config)
	if err != nil {
		return err
	}
	settings, err := gateway.Settings(r.config)
	if err != nil {
		return err
	}
	letters, err := d.PastLetters(s.ctx, store.CaseFilter{Since: since}, mostExamples)
	if err != nil {
		return err
	}
	suggestions := orEmpty(settings.Rules.Suggest(letters))
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return unusable("建不了目录 %s：%s", clean(c.Out), say(err))
		}
		for _, g := range suggestions {
			if err := s.save(c.Out, g); err != nil {
				return err
			}
		}
	}
	return s.print(suggestions, func(w io.Writer) {
		for _, g := range suggestions {
			fmt.Fprintf(w, "# ———— 可另存为 %s\n# 依据：%s\n# 试用于已办结的来信：改对 %d 件，改错 %d 件\n%s\n", suggestionFile(g), strings.Join(g.Letters, "、"), g.Fixed, g.Broken, g.YAML)
		}
		fmt.Fprintf(w, "# 看了 %d 封办结的来信，有 %d 条建议\n", len(letters), len(suggestions))
	})
}

func suggestionFile(g rules.Suggestion) string { return "learned-" + g.Division + ".yaml" }

// save writes one suggestion as a rule file.
func (s *shell) save(dir string, g rules.Suggestion) error {
	path := filepath.Join(dir, suggestionFile(g))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return unusable("写不了 %s：%s", clean(path), say(err))
	}
	if _, err := f.WriteString(g.YAML); err != nil {
		return fmt.Errorf("write suggestion: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write suggestion: %w", err)
	}
	fmt.Fprintln(s.err, "已存 "+clean(path))
	return nil
}
