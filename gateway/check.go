package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/command"
	"xinfangd/gateway/mailbox"
	"xinfangd/gateway/plot"
	"xinfangd/gateway/submission"
	"xinfangd/rules"
	"xinfangd/templates"
)

// Check loads a configuration and returns every complaint about it, about the
// calendar, the rules and the templates that it names, in the order of the
// files. With an error among them the daemon does not start.
func Check(path string, now time.Time) (configs.Config, []configs.Finding) {
	c, findings := configs.Inspect(path, now)
	if len(c.Mailboxes) > 0 && len(c.Staff.Divisions) > 0 {
		// Without either every name in the rules would be complained of.
		findings = append(findings, CheckRules(c)...)
	}
	findings = append(findings, checkTemplates(c)...)
	findings = append(findings, checkFont(c)...)
	findings = append(findings, checkVerbs(c)...)
	sortByFile(findings, path)
	return c, findings
}

// Load is Check for a daemon that is to run: a year without a calendar does not
// keep it from receiving letters (spec system section 1), it is demoted to a
// warning, and deadlines that reach into that year are marked as estimated.
func Load(path string, now time.Time) (configs.Config, []configs.Finding) {
	return tolerant(path, now, Check)
}

// Read is Load without rules and templates, for tools that use neither.
func Read(path string, now time.Time) (configs.Config, []configs.Finding) {
	return tolerant(path, now, configs.Inspect)
}

// tolerant makes warnings of the errors that are there only because of today's
// date: those that a check at a time inside the loaded calendar does not have.
func tolerant(path string, now time.Time, check func(string, time.Time) (configs.Config, []configs.Finding)) (configs.Config, []configs.Finding) {
	c, findings := check(path, now)
	cal, _ := c.NewCalendar()
	if !configs.HasErrors(findings) || !cal.Missing(now.In(cal.Location()).Year()) {
		return c, findings
	}
	for years := range 50 {
		inside := now.AddDate(-years, 0, 0)
		if cal.Missing(inside.In(cal.Location()).Year()) {
			continue
		}
		_, lasting := check(path, inside)
		for i, f := range findings {
			if f.Severity == configs.SeverityError && !slices.Contains(lasting, f) {
				findings[i].Severity = configs.SeverityWarning
			}
		}
		break
	}
	return c, findings
}

// CheckRules returns every complaint about the rules that a configuration names.
func CheckRules(c configs.Config) []configs.Finding {
	return rules.Inspect(string(c.Rules), RuleNames(c))
}

// checkVerbs complains of words in security.require_verb that are no verb, of one
// verb named twice, and of lists that nobody or anybody can satisfy.
func checkVerbs(c configs.Config) []configs.Finding {
	var findings []configs.Finding
	s := c.Security
	seen := map[command.Verb]string{}
	words := make([]string, 0, len(s.RequireVerb))
	for word := range s.RequireVerb {
		words = append(words, word)
	}
	slices.Sort(words)
	for _, word := range words {
		at, legs := s.KeyAt("require_verb", word), s.RequireVerb[word]
		entry, ok := command.Named(word)
		switch {
		case !ok:
			findings = append(findings, at.Errorf("%q 不是指令，指令的写法见“帮助”，例如 批准 或 approve", word))
			continue
		case seen[entry.Verb] != "":
			findings = append(findings, at.Errorf("%q 与 %q 是同一条指令", word, seen[entry.Verb]))
		case len(s.AuthservIDs) == 0 && !s.VerifyDKIM && slices.Contains(legs, "authenticated"):
			findings = append(findings, at.Errorf("%s 要求 authenticated，但 authserv_ids 是空的，verify_dkim 也关闭了，任何人都无法通过", word))
		case !entry.Reading && !slices.ContainsFunc(legs, func(leg string) bool { return leg != "roster" }):
			findings = append(findings, at.Warnf("%s 除发件人地址外不作任何核验，容易被冒充", word))
		}
		seen[entry.Verb] = word
	}
	return findings
}

func checkTemplates(c configs.Config) []configs.Finding {
	if info, err := os.Stat(string(c.Templates)); c.Templates != "" && (err != nil || !info.IsDir()) {
		return nil // said already, at the line that names the folder
	}
	var findings []configs.Finding
	for _, p := range templates.Check(string(c.Templates)) {
		at := configs.Position{File: p.File, Line: p.Line, Column: p.Column}
		if at.File == "" {
			at = c.At("templates")
		}
		findings = append(findings, at.Errorf("%s", p.Message))
	}
	return findings
}

// checkFont complains of a font that cannot write the labels of plots; that the
// file is there was seen to before.
func checkFont(c configs.Config) []configs.Finding {
	if c.Font == "" {
		return nil
	}
	if info, err := os.Stat(string(c.Font)); err != nil || info.IsDir() {
		return nil
	}
	_, err := plot.Load(string(c.Font))
	switch {
	case errors.Is(err, plot.ErrNotChinese):
		return []configs.Finding{c.At("font").Errorf("字体 %s 没有汉字", c.Font)}
	case err != nil:
		return []configs.Finding{c.At("font").Errorf("%s 不是能用的字体文件（ttf、ttc 或 otf）", c.Font)}
	}
	return nil
}

// sortByFile puts the configuration itself first, then the files it names.
func sortByFile(findings []configs.Finding, first string) {
	configs.SortFindings(findings)
	slices.SortStableFunc(findings, func(a, b configs.Finding) int {
		switch {
		case a.File == first && b.File != first:
			return -1
		case a.File != first && b.File == first:
			return 1
		}
		return 0
	})
}

// Probe is the outcome of trying one thing that the gateway depends on.
type Probe struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Millis int64  `json:"millis"`
	Err    error  `json:"-"` // why it is not OK; Detail is its text
}

// probing bounds each probe.
const probing = 30 * time.Second

// Probes logs in to every box and every SMTP account, opens the register and
// asks the virus scanner, all at once, without changing anything on the mail servers.
func Probes(ctx context.Context, c configs.Config) []Probe {
	type trial struct {
		what string
		do   func(context.Context) (string, error)
	}
	trials := []trial{{"store " + c.Store.Driver, func(ctx context.Context) (string, error) { return probeStore(ctx, c) }}}
	for _, m := range c.Mailboxes {
		account := imapAccount(m, c)
		trials = append(trials, trial{"imap " + m.ID, func(ctx context.Context) (string, error) { return mailbox.Check(ctx, account) }})
	}
	smtp := func(what string, s configs.SMTP) {
		account := smtpAccount(s)
		trials = append(trials, trial{what, func(ctx context.Context) (string, error) {
			return fmt.Sprintf("%s:%d", s.Host, s.Port), submission.Check(ctx, account)
		}})
	}
	smtp("smtp", c.SMTP)
	for _, m := range c.Mailboxes {
		if m.SMTP != nil {
			smtp("smtp "+m.ID, *m.SMTP)
		}
	}
	if c.Clamd != "" {
		trials = append(trials, trial{"clamd", func(ctx context.Context) (string, error) { return probeClamd(ctx, c.Clamd) }})
	}
	probes := make([]Probe, len(trials))
	var hands sync.WaitGroup
	for i, t := range trials {
		hands.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, probing)
			defer cancel()
			began := time.Now()
			detail, err := t.do(ctx)
			probes[i] = Probe{What: t.what, OK: err == nil, Detail: detail, Millis: time.Since(began).Milliseconds()}
			if err != nil {
				probes[i].Detail, probes[i].Err = err.Error(), err
			}
		})
	}
	hands.Wait()
	return probes
}

// probeStore opens the register as a tool beside the daemon does.
func probeStore(ctx context.Context, c configs.Config) (string, error) {
	s, err := OpenStore(ctx, c)
	if err != nil {
		return "", err
	}
	err = s.Ping(ctx)
	if closing := s.Close(); err == nil {
		err = closing
	}
	return c.Store.DSN.String(), err
}
