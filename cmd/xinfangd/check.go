package main

import (
	"fmt"
	"io"

	"xinfangd/configs"
	"xinfangd/gateway"
)

// checkCmd checks everything that a configuration names.
type checkCmd struct {
	Online bool `help:"另外试着登录每个信箱、发信服务器和数据库"`
}

// checkReport is the JSON of check (spec system section 9).
type checkReport struct {
	OK       bool              `json:"ok"`
	Findings []configs.Finding `json:"findings"`
	Online   []gateway.Probe   `json:"online"`
}

func (c checkCmd) Run(s *shell) error {
	config, findings := gateway.Check(s.config, s.now())
	report := checkReport{OK: !configs.HasErrors(findings), Findings: orEmpty(findings), Online: []gateway.Probe{}}
	reached := true
	if c.Online && report.OK {
		report.Online = gateway.Probes(s.ctx, config)
		for _, p := range report.Online {
			reached = reached && p.OK
		}
	}
	if err := s.print(report, func(w io.Writer) { c.text(w, s, report, reached) }); err != nil {
		return err
	}
	switch {
	case !report.OK:
		return &exitError{code: exitUnusable}
	case !reached:
		return errSilent
	}
	return nil
}

// text prints findings as FILE:LINE:COLUMN: message, one a line.
func (c checkCmd) text(w io.Writer, s *shell, report checkReport, reached bool) {
	errors, warnings := 0, 0
	for _, f := range report.Findings {
		word := "错误"
		if f.Severity == configs.SeverityWarning {
			word = "提醒"
			warnings++
		} else {
			errors++
		}
		fmt.Fprintf(w, "%s:%d:%d: %s：%s\n", f.File, f.Line, f.Column, word, clean(f.Message))
	}
	if errors > 0 {
		fmt.Fprintf(w, "%s：%d 处错误，%d 处提醒，不能运行\n", s.config, errors, warnings)
	} else {
		fmt.Fprintf(w, "%s：没有错误，%d 处提醒\n", s.config, warnings)
	}
	if len(report.Online) == 0 {
		if c.Online {
			fmt.Fprintln(w, "配置有错误，没有试连")
		}
		return
	}
	t := newTable("对象", "结果", "毫秒", "说明")
	for _, p := range report.Online {
		result, detail := "通", p.Detail
		if !p.OK {
			result, detail = "不通", say(p.Err)
		}
		t.add(p.What, result, fmt.Sprint(p.Millis), detail)
	}
	fmt.Fprintln(w)
	t.print(w)
	if !reached {
		fmt.Fprintln(w, "有连接不通，见上表")
	}
}
