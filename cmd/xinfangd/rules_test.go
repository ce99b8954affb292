package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinfangd/rules"
)

// ownRules is the sample office with a rule file of the test's.
func ownRules(t *testing.T, text string) (v verbs, dir string) {
	t.Helper()
	v = sampleOffice(t)
	dir = t.TempDir()
	config, err := os.ReadFile(v.config)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(config), "\n"), func(l string) bool { return strings.HasPrefix(l, "rules:") })
	put(t, v.config, strings.Join(lines, "\n")+"\nrules: "+put(t, filepath.Join(dir, "rules.yaml"), text)+"\n")
	return v, dir
}

const everyKey = `lexicons:
  停电: [停电, 断电]
  供电: [$停电, 电价]
rules:
  - id: power-cut
    name: 供电
    when:
      mailbox: [director, portal]
      any:
        - text: {any: [$供电, 供电所]}
        - subject: {regex: '变压器[0-9]+号'}
      not:
        - text: {all: [电力, 招聘], near: 10}
    then: {division: power, assist: [economy], category: 供电, urgency: urgent, deadline: 3wd, notify: [deputy], recuse: [economy]}
  - {id: night, name: 夜间, when: {arrived: {hours: off}}, then: {notify: [duty]}, continue: true}
  - {id: big, name: 大信, when: {size: {over: 1KB}, language: zh, attachment: {any: [执照]}, header.X-Foo: {any: [bar]}, sender: {any: [wang@]}}, then: {notify: [office]}, continue: true}
  - {id: urgent-form, name: 加急, when: {form.标题: {any: [加急]}}, then: {urgency: major}, continue: true}
tests:
  - letter: {mailbox: director, subject: 小区停电三天}
    expect: {division: power, urgency: urgent, rule: power-cut}
`

// explain shows every condition of the language at work, in the shape of spec
// system section 9, with offsets that count the original's code points.
func TestExplainEveryCondition(t *testing.T) {
	t.Parallel()
	v, dir := ownRules(t, everyKey)
	letter := put(t, filepath.Join(dir, "l.eml"), strings.ReplaceAll(`From: wang@mail.example
To: zhuren@jxw.example
Subject: =?utf-8?B?6Zec5pa85bCP5Y2A?=
X-Foo: a BAR b
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

𠮷老师：小区斷`+"\u200b"+` 電三天。`+strings.Repeat("情况说明。", 100)+`
--b
Content-Type: application/pdf; name="=?utf-8?B?6JCl5Lia5omn54WnLnBkZg==?="
Content-Disposition: attachment

x
--b--
`, "\n", "\r\n"))
	var list []struct {
		rules.Explanation
		Raw json.RawMessage `json:"-"`
	}
	v.json(exitDone, &list, "rules", "explain", "--mailbox", "director", "--arrived", "2026-11-21T23:00", letter)
	if len(list) != 1 {
		t.Fatalf("%d letters", len(list))
	}
	e := list[0]
	if e.File != letter || e.Division != "power" || e.DecidedBy != rules.ByRule || e.Rule != "power-cut" || e.Urgency != "urgent" || e.Deadline != "3wd" ||
		e.Category != "供电" || e.Confidence != 1 || e.Confidential || !slices.Equal(e.Notify, []string{"deputy", "duty", "office"}) || !slices.Equal(e.Recuse, []string{"economy"}) || len(e.Assist) != 0 {
		t.Errorf("verdict %+v", e)
	}
	hit := func(rule, field string) (h rules.Hit) {
		for _, h := range e.Hits {
			if h.Rule == rule && h.Field == field {
				return h
			}
		}
		t.Errorf("no hit of %s in %s: %+v", rule, field, e.Hits)
		return h
	}
	if h := hit("power-cut", "body"); h.Word != "断电" || h.Offset != 6 || !strings.Contains(h.Context, "𠮷老师：小区斷") {
		t.Errorf("hit %+v", h)
	}
	if h := hit("night", "arrived"); h.Context != "2026-11-21 23:00" {
		t.Errorf("arrival %+v", h)
	}
	for _, field := range []string{"size", "language", "attachment", "header.X-Foo", "sender"} {
		hit("big", field)
	}
	v.json(exitDone, &list, "rules", "explain", "--mailbox", "director", "--arrived", "2026-11-23T10:00", letter)
	if slices.Contains(list[0].Notify, "duty") {
		t.Error("ten on a Monday is called off hours")
	}
	r := xinfangd(t, "--config", v.config, "rules", "explain", "--mailbox", "director", "--arrived", "2026-11-21T23:00", letter)
	for _, want := range []string{"规则 power-cut", "立即告知：分管领导、值班员、电子政务室", "回避：经济运行处", "斷",
		"办理期限：3 个工作日", "正文“断电”", "到达时间“工作时间以外”", "大小“", "语言“", "附件名“", "信头X-Foo“", "来信人“"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("%q is missing:\n%s", want, r.stdout)
		}
	}
	if r := xinfangd(t, "--config", v.config, "rules", "explain", "--arrived", "gestern", letter); r.code != exitUnusable {
		t.Errorf("a moment that is none: exit %d", r.code)
	}
}

// lint takes a name that does not exist as a finding among others; what cannot
// be read at all is an error with its place.
func TestLintVerb(t *testing.T) {
	t.Parallel()
	v, dir := ownRules(t, strings.Replace(everyKey, "assist: [economy]", "assist: [econmoy]", 1))
	var findings []rules.LintFinding
	v.json(exitFound, &findings, "rules", "lint")
	kinds := map[string]string{}
	for _, f := range findings {
		if f.Line == 0 || f.Column == 0 || !strings.HasSuffix(f.File, "rules.yaml") {
			t.Errorf("no place: %+v", f)
		}
		kinds[f.Kind] += f.Message + f.Suggestion
	}
	if !strings.Contains(kinds["unknown"], "是否应为 economy？") || !strings.Contains(kinds["untested"], "attachment: [执照]") {
		t.Errorf("findings %+v", findings)
	}
	put(t, filepath.Join(dir, "rules.yaml"), strings.Replace(everyKey, "urgency: urgent,", "urgncy: urgent,", 1))
	r := xinfangd(t, "--config", v.config, "rules", "lint")
	if r.code != exitUnusable || !strings.Contains(r.stderr, "rules.yaml:14:") || !strings.Contains(r.stderr, "是不是想写 urgency？") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
}

// A moment may be given as people write it or as --json prints it.
func TestExplainArrived(t *testing.T) {
	t.Parallel()
	v, dir := ownRules(t, everyKey)
	letter := put(t, filepath.Join(dir, "l.eml"), "Subject: x\r\n\r\ny\r\n")
	for at, want := range map[string]bool{
		"2026-11-20T23:00": true, "2026-11-20 10:00": false, "2026-11-20T10:00:30": false,
		"2026-11-20T02:00:00Z": false, "2026-11-20T23:00:00+08:00": true,
		"2026-11-21": true,
	} {
		var list []rules.Explanation
		v.json(exitDone, &list, "rules", "explain", "--arrived", at, letter)
		if got := slices.Contains(list[0].Notify, "duty"); got != want {
			t.Errorf("arrived %s: outside working hours %v, want %v", at, got, want)
		}
	}
}

// That there was nothing to score is said.
func TestEvaluateNothing(t *testing.T) {
	t.Parallel()
	v, dir := ownRules(t, "rules:\n  - {id: power, when: {text: {any: [停电]}}, then: {division: power}}\n")
	lines := put(t, filepath.Join(dir, "lines.jsonl"), `{"subject":"停电","body":""}`+"\n")
	r := xinfangd(t, "--config", v.config, "rules", "evaluate", "--jsonl", lines)
	if r.code != exitDone || !strings.Contains(r.stderr, "没有已标注") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	var e rules.Evaluation
	put(t, lines, `{"subject":"停电","body":"","label":" power"}`+"\n")
	if v.json(exitDone, &e, "rules", "evaluate", "--jsonl", lines); e.N != 1 || e.Accuracy != 1 {
		t.Errorf("got %+v", e)
	}
}

// TestExplainStandardInput is not parallel: standard input is one for all.
func TestExplainStandardInput(t *testing.T) {
	v, dir := ownRules(t, everyKey)
	f, err := os.Open(put(t, filepath.Join(dir, "l.eml"), "Subject: x\r\n\r\n小区停电\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // it was only read
	before := os.Stdin
	os.Stdin = f
	defer func() { os.Stdin = before }()
	var list []rules.Explanation
	if v.json(exitDone, &list, "rules", "explain", "--mailbox", "director", "-"); len(list) != 1 || list[0].Rule != "power-cut" {
		t.Errorf("got %+v", list)
	}
}
