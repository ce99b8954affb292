package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// mostExamples is how many letters are learned from; of more the last ones.
const mostExamples = 20_000

type rulesLearnCmd struct {
	JSONL string `name:"jsonl" placeholder:"文件" help:"不用登记簿，从这个文件学习：每行一个 {\"subject\",\"body\",\"label\"}，- 为标准输入"`
	Force bool   `help:"即使不如现用的模型也启用"`
}

// learned is the JSON of rules learn.
type learned struct {
	rules.Report
	Source  string  `json:"source"`
	Adopted bool    `json:"adopted"`
	Digest  string  `json:"digest"`
	Before  *before `json:"before"`
}

// before is how good the model in use was until then.
type before struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
}

func (c rulesLearnCmd) Run(s *shell) error {
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	examples, source := []rules.Example(nil), "register"
	if c.JSONL != "" {
		source = "lines"
		examples, err = readExamples(c.JSONL)
	} else {
		examples, err = d.Examples(s.ctx, store.CaseFilter{}, mostExamples)
	}
	if err != nil {
		return err
	}
	m, report, err := rules.Learn(examples, rules.Options{})
	if errors.Is(err, rules.ErrTooFew) {
		return wrong("可供学习的来信太少（共 %d 封）：至少要有两个处室、共十封办结的来信", len(examples))
	}
	if err != nil {
		return err
	}
	adoption, err := d.Adopt(s.ctx, m, source, c.Force, s.now())
	if err != nil {
		return err
	}
	if others := labelsBeyond(m, r.config); len(others) > 0 {
		fmt.Fprintf(s.err, "xinfangd：以下类别不是本单位的处室，不会用于分办：%s\n", clean(strings.Join(others, "、")))
	}
	out := learned{Report: report, Source: source, Adopted: adoption.Adopted, Digest: adoption.Digest}
	if b := adoption.Before; b != nil {
		out.Before = &before{b.N, b.Accuracy, b.MacroF1}
	}
	err = s.print(out, func(w io.Writer) { learnedText(w, out) })
	if err == nil && !out.Adopted {
		err = errSilent
	}
	return err
}

// labelsBeyond are the labels that are no divisions of the office.
func labelsBeyond(m *rules.Model, c configs.Config) (others []string) {
	roster := c.Roster()
	for _, label := range m.Labels() {
		if _, ok := roster.Division(label); !ok {
			others = append(others, label)
		}
	}
	return others
}

func learnedText(w io.Writer, l learned) {
	fmt.Fprintf(w, "从 %d 封来信学习，交叉验证：准确率 %s，宏平均 F1 %.3f\n", l.N, percent(l.Accuracy), l.MacroF1)
	fmt.Fprintf(w, "最有把握的 50%% 准确率 %s，70%% 准确率 %s，90%% 准确率 %s\n", percent(l.AccuracyAt["50"]), percent(l.AccuracyAt["70"]), percent(l.AccuracyAt["90"]))
	if len(l.Thresholds) > 0 {
		t := newTable("要求的准确率", "把握不低于", "可覆盖来信")
		for _, h := range l.Thresholds {
			t.add(percent(h.Precision), percent(h.Confidence), percent(h.Coverage))
		}
		t.print(w)
	}
	scores(w, l.PerLabel)
	switch {
	case l.Adopted && l.Before == nil:
		fmt.Fprintf(w, "已启用，模型 %s\n", l.Digest[:12])
	case l.Adopted:
		fmt.Fprintf(w, "已启用，模型 %s；原模型准确率 %s，仍保存在库中\n", l.Digest[:12], percent(l.Before.Accuracy))
	default:
		fmt.Fprintf(w, "没有启用：不如现用的模型（%d 封，准确率 %s，宏平均 F1 %.3f）；--force 可强制启用\n", l.Before.N, percent(l.Before.Accuracy), l.Before.MacroF1)
	}
}

func scores(w io.Writer, perLabel map[string]rules.Score) {
	t := newTable("类别", "封数", "查准率", "查全率", "F1")
	for _, label := range slices.Sorted(maps.Keys(perLabel)) {
		s := perLabel[label]
		t.add(label, fmt.Sprint(s.N), percent(s.Precision), percent(s.Recall), fmt.Sprintf("%.3f", s.F1))
	}
	t.print(w)
}

func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

func readExamples(file string) ([]rules.Example, error) {
	in := io.Reader(os.Stdin)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, unusable("读不了 %s：%s", clean(file), say(err))
		}
		defer f.Close() // it was only read
		in = f
	}
	examples, err := rules.ReadExamples(in)
	if err != nil {
		return nil, badExample(file, err)
	}
	return examples, nil
}

// badExample names file and line of what is no labelled letter.
func badExample(file string, err error) error {
	line, why := 1, say(err)
	if e, ok := errors.AsType[*rules.ExampleError](err); ok {
		line, why = e.Line, say(e.Err)
		if _, ok := errors.AsType[*json.SyntaxError](err); ok {
			why = "不是 JSON"
		}
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			why = "应为 {\"subject\",\"body\",\"label\"}，各项都是文字"
			if wrong.Field != "" {
				why = wrong.Field + " 应为文字"
			}
		}
		if errors.Is(err, rules.ErrNotUTF8) {
			why = "不是 UTF-8 编码，请另存为 UTF-8"
		}
		if errors.Is(err, bufio.ErrTooLong) {
			why = "这一行过长"
		}
	}
	return unusable("%s:%d: %s", clean(file), line, why)
}

type rulesEvaluateCmd struct {
	JSONL string `name:"jsonl" required:"" placeholder:"文件" help:"已标注的来信：每行一个 {\"subject\",\"body\",\"label\"}，- 为标准输入"`
}

func (c rulesEvaluateCmd) Run(s *shell) error {
	config, err := s.load()
	if err != nil {
		return err
	}
	settings, err := gateway.Settings(config)
	if err != nil {
		return err
	}
	examples, err := readExamples(c.JSONL)
	if err != nil {
		return err
	}
	model, err := s.model(config)
	if err != nil {
		return err
	}
	if model == nil {
		fmt.Fprintln(s.err, "xinfangd：还没有学习模型（rules learn），只评规则")
	}
	e := settings.Rules.Evaluate(examples, model, s.now)
	if e.N == 0 {
		fmt.Fprintf(s.err, "xinfangd：%s 里没有已标注（label）的来信\n", clean(c.JSONL))
	}
	return s.print(e, func(w io.Writer) {
		fmt.Fprintf(w, "%d 封，准确率 %s，宏平均 F1 %.3f；其中规则判定 %d 封；每秒 %.0f 封\n", e.N, percent(e.Accuracy), e.MacroF1, e.ByRule, e.LettersPerSecond)
		fmt.Fprintf(w, "最有把握的 50%% 准确率 %s，70%% 准确率 %s，90%% 准确率 %s\n", percent(e.AccuracyAt["50"]), percent(e.AccuracyAt["70"]), percent(e.AccuracyAt["90"]))
		scores(w, e.PerLabel)
	})
}

// model is the learned model in use, nil when there is none. A register that
// does not exist is not made for the sake of asking.
func (s *shell) model(c configs.Config) (m *rules.Model, err error) {
	if noRegister(c) {
		return nil, nil
	}
	st, err := gateway.OpenStore(s.ctx, c)
	if err != nil {
		return nil, err
	}
	err = st.View(s.ctx, func(tx *store.Tx) (err error) {
		m, _, err = desk.Model(tx)
		return err
	})
	return m, errors.Join(err, st.Close())
}
