package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"xinfangd/configs"
)

// specRules is the example of the specification.
const specRules = `
lexicons:
  停电: [停电, 断电, 跳闸, 没电]
rules:
  - id: power-cut
    name: 供电与停电
    priority: 100
    when:
      mailbox: [director, portal]
      any:
        - text: {any: [$停电, 电价, 供电所]}
        - subject: {regex: '变压器|电表'}
      not:
        - text: {all: [电力, 招聘], near: 10}
    then: {division: power, assist: [economy], category: 供电, urgency: urgent, deadline: 3wd, notify: [deputy], recuse: []}
  - id: power-accused
    when: {mailbox: [report], text: {any: [电力处]}}
    then: {accuses: [power], confidential: true}
    continue: true
tests:
  - letter: {mailbox: director, subject: 小区连续停电三天, text: 变压器烧了没人修}
    expect: {division: power, urgency: urgent, rule: power-cut}
`

// load builds a set from one file's text and fails the test on any error.
func load(t testing.TB, text string) *Set {
	t.Helper()
	s, findings := build([]source{{name: "rules.yaml", base: "rules.yaml", data: []byte(text)}})
	if configs.HasErrors(findings) {
		t.Fatalf("rules have errors: %v", findings)
	}
	return s
}

func TestSpecExample(t *testing.T) {
	t.Parallel()
	s := load(t, specRules)
	got := s.Classify(Text{Mailbox: "director", Subject: "小区连续停電三天", Body: "變 壓器烧了没人修"}, Context{})
	want := Verdict{
		Division: "power", Assist: []string{"economy"}, Category: "供电", Urgency: Urgent, Deadline: "3wd",
		Notify: []string{"deputy"}, Recuse: []string{}, Accuses: []string{}, DecidedBy: ByRule, Rule: "power-cut",
		Confidence: 1, Version: s.Version(), Near: []Near{},
		Hits: []Hit{
			{Rule: "power-cut", Word: "director", Field: "mailbox", Context: "director"},
			{Rule: "power-cut", Word: "停电", Field: "subject", Offset: 4, Context: "小区连续停電三天"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
	for _, r := range s.Test() {
		if !r.OK {
			t.Errorf("the example's own test: expected %v, got %v", r.Expected, r.Got)
		}
	}
}

// one wraps a condition into a set of one rule.
func one(t testing.TB, when string) *Set {
	t.Helper()
	return load(t, "lexicons: {水: [停水, 断水], 电: [停电, 断电], 断: [$水, $电]}\nrules:\n  - {id: r, name: 规则, when: "+when+", then: {division: d}}\n")
}

func TestConditions(t *testing.T) {
	t.Parallel()
	off := Context{WorkingTime: func(at time.Time) bool { return at.Hour() == 10 }}
	at := func(hour int) time.Time { return time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name string
		when string
		yes  []Text
		no   []Text
	}{
		{
			"any word in text", "{text: {any: [停电, 电价]}}",
			[]Text{{Subject: "停电"}, {Body: "关于电价"}, {AttachmentText: "停 電"}},
			[]Text{{Sender: "停电"}, {Attachments: []string{"停电.doc"}}, {Body: "停水"}, {Subject: "停", Body: "电"}},
		},
		{"subject", "{subject: {any: [停电]}}", []Text{{Subject: "停电"}}, []Text{{Body: "停电"}}},
		{"body", "{body: {any: [停电]}}", []Text{{Body: "停电"}}, []Text{{Subject: "停电"}, {AttachmentText: "停电"}}},
		{"attachment", "{attachment: {any: [.exe]}}", []Text{{Attachments: []string{"a.doc", "B.EXE"}}}, []Text{{Body: ".exe"}}},
		{"sender", "{sender: {any: ['@jxw.example']}}", []Text{{Sender: "甲 <A@JXW.example>"}}, []Text{{Body: "@jxw.example"}}},
		{
			"header", "{header.x-foo: {any: [bar]}}",
			[]Text{{Header: map[string][]string{"X-Foo": {"no", "BAR"}}}, {Header: map[string][]string{"X-FOO": {"bar"}, "A": nil}}},
			[]Text{{Header: map[string][]string{"X-Fool": {"bar"}}}, {Body: "bar"}},
		},
		{
			"form", "{form.办理部门: {any: [电力]}}",
			[]Text{{Form: map[string]string{"办理部门": "电力处"}}}, []Text{{Form: map[string]string{"部门": "电力处"}}},
		},
		{"mailbox", "{mailbox: portal}", []Text{{Mailbox: "portal"}}, []Text{{Mailbox: "Portal"}, {}}},
		{"mailboxes", "{mailbox: [a, b]}", []Text{{Mailbox: "b"}}, []Text{{Mailbox: "c"}}},
		{"all words", "{text: {all: [停电, 补偿]}}", []Text{{Subject: "停电", Body: "要求补偿"}}, []Text{{Body: "停电"}, {Body: "补偿"}}},
		{"none of the words", "{text: {any: [停电], none: [招聘, $水]}}", []Text{{Body: "停电"}}, []Text{{Body: "停电招聘"}, {Body: "停电", Subject: "断水"}}},
		{"none alone", "{text: {none: [停电]}}", []Text{{Body: "停水"}, {}}, []Text{{Body: "停电"}}},
		{"lexicon of lexicons", "{text: {any: [$断]}}", []Text{{Body: "断水"}, {Body: "停电"}}, []Text{{Body: "停工"}}},
		{"lexicon in all is one of its words", "{text: {all: [$水, $电]}}", []Text{{Body: "断水停电"}}, []Text{{Body: "断水停水"}}},
		{
			"near", "{text: {all: [电力, 招聘], near: 3}}",
			[]Text{{Body: "电力公司的招聘"}, {Body: "招聘电力工"}, {Body: "电 力 一 二 三 招 聘"}, {Body: "电力" + strings.Repeat("一", 20) + "电力招聘"}},
			[]Text{{Body: "电力一二三四招聘"}, {Subject: "电力", Body: "招聘"}, {Body: "电力"}},
		},
		{
			"near with any", "{text: {all: [局长], any: [受贿, $水], near: 2}}",
			[]Text{{Body: "局长他断水"}, {Body: "受贿的局长"}}, []Text{{Body: "局长一二三受贿"}, {Body: "局长"}},
		},
		{"near of three", "{text: {all: [甲, 乙, 丙], near: 2}}", []Text{{Body: "丙一乙甲"}, {Body: "甲xx乙xx甲乙丙"}}, []Text{{Body: "甲一乙一丙"}}},
		{"near of a word in another", "{text: {all: [电, 停电], near: 0}}", []Text{{Body: "停电"}}, []Text{{Body: "电"}}},
		{"any and all in one condition", "{text: {any: [补偿, 赔偿], all: [停电]}}", []Text{{Body: "停电赔偿"}}, []Text{{Body: "停电"}, {Body: "赔偿"}}},
		{"keys of one map all hold", "{mailbox: a, subject: {any: [停电]}}", []Text{{Mailbox: "a", Subject: "停电"}}, []Text{{Mailbox: "a"}, {Subject: "停电"}}},
		{"any of conditions", "{any: [{mailbox: a}, {body: {any: [停电]}}]}", []Text{{Mailbox: "a"}, {Body: "停电"}}, []Text{{Mailbox: "b"}}},
		{"all of conditions", "{all: [{body: {any: [停电]}}, {body: {any: [停水]}}]}", []Text{{Body: "停水停电"}}, []Text{{Body: "停电"}}},
		{"not one of several", "{not: [{mailbox: a}, {body: {any: [停电]}}]}", []Text{{Mailbox: "b"}}, []Text{{Mailbox: "a"}, {Body: "停电"}}},
		{
			"nested", "{not: [{all: [{mailbox: a}, {not: [{body: {any: [停电]}}]}]}]}",
			[]Text{{Mailbox: "b"}, {Mailbox: "a", Body: "停电"}}, []Text{{Mailbox: "a"}},
		},
		{"size over", "{size: {over: 1KB}}", []Text{{Size: 1025}}, []Text{{Size: 1024}}},
		{"size between", "{size: {over: 10, under: 20}}", []Text{{Size: 11}, {Size: 19}}, []Text{{Size: 10}, {Size: 20}}},
		{"language given", "{language: zh}", []Text{{Language: "zh"}}, []Text{{Language: "en", Body: "停电"}}},
		{"language judged", "{language: [en, ug]}", []Text{{Body: "Dear sir, power cut"}, {Body: "توك ئۈزۈلدى"}}, []Text{{Body: "停电了 please"}, {}}},
		{"off hours", "{arrived: {hours: off}}", []Text{{Arrived: at(23)}}, []Text{{Arrived: at(10)}}},
		{"work hours", "{arrived: {hours: work}}", []Text{{Arrived: at(10)}}, []Text{{Arrived: at(23)}}},
		{"regex", "{subject: {regex: '第\\d+号'}}", []Text{{Subject: "第 １２ 號"}}, []Text{{Subject: "第号"}, {Body: "第1号"}}},
		{"regex folds itself", "{body: {regex: '變壓器[Ａ-Ｃ]{2}'}}", []Text{{Body: "变压器ab"}, {Body: "变压器ＡＣ"}}, []Text{{Body: "变压器ad"}}},
		{"regex that leaves out folds too", "{subject: {regex: '甲[^電B]丙'}}", []Text{{Subject: "甲丁丙"}, {Subject: "甲a丙"}}, []Text{{Subject: "甲电丙"}, {Subject: "甲電丙"}, {Subject: "甲Ｂ丙"}}},
		{"regex with a class of capitals", `{subject: {regex: '\p{Lu}[^A-Z]c'}}`, []Text{{Subject: "A1C"}, {Subject: "é电c"}}, []Text{{Subject: "1电c"}, {Subject: "abc"}}},
		{"regex over the rest of a line", `{body: {regex: '(?m)^标题：[^\r\n]*停电'}}`, []Text{{Body: "标题：小区 停电"}, {Body: "标题：小区　停电"}}, []Text{{Body: "标题：小区\n停电"}}},
		{"regex with a word and the rest of a line", `{body: {regex: '\bQQ[^\r\n]{2,20}转账'}}`, []Text{{Body: "加 QQ 12345 转账"}}, nil},
		{"regex up to a tab", `{body: {regex: '(?m)^编号[^\t]*停水'}}`, []Text{{Body: "编号 3 停水"}}, nil},
		{"regex up to a blank or tab", `{body: {regex: '(?m)^编号[^ \t]*停水'}}`, []Text{{Body: "编号3停水"}}, []Text{{Body: "编号 3 停水"}}},
		{"regex up to a wide blank", `{body: {regex: '(?m)^编号[^　，]*停水'}}`, []Text{{Body: "编号3停水"}}, []Text{{Body: "编号　3停水"}}},
		{"regex up to white space", `{body: {regex: '(?m)^编号[^\s]\S*停水'}}`, []Text{{Body: "编号3停水"}}, []Text{{Body: "编号 3停水"}, {Body: "编号3\n停水"}}},
		{"regex of no word characters", `{body: {regex: '\bqq\W\D1'}}`, []Text{{Body: "QQ  1"}, {Body: "qq :1"}}, []Text{{Body: "qq:21"}}},
		{"regex of line ends", `{body: {regex: '反映[\r\n]+问题'}}`, []Text{{Body: "反映\n问题"}}, []Text{{Body: "反映 问题"}}},
		{"regex of tabs or colons", `{body: {regex: '(?m)^编号[\t:]3'}}`, []Text{{Body: "编号\t3"}, {Body: "编号:3"}}, []Text{{Body: "编号\n3"}}},
		{"regex as words", "{body: {regex: '停电|停水'}}", []Text{{Body: "停 水"}}, []Text{{Body: "停工"}}},
		{"regex asking for words", `{body: {regex: '\bsme\b'}}`, []Text{{Body: "an SME is"}}, []Text{{Body: "smell"}}},
		{"regex asking for lines", `{body: {regex: '(?m)^附件'}}`, []Text{{Body: "正文\n附件"}}, []Text{{Body: "正文附件"}}},
		{"regex is anchored to the field", "{subject: {regex: '^关于.*的请示$'}}", []Text{{Subject: " 关于停电的 请示 "}}, []Text{{Subject: "转发关于停电的请示"}}},
		{"words and regex", `{body: {any: [停电], regex: '\d{3}'}}`, []Text{{Body: "停电123"}}, []Text{{Body: "停电12"}, {Body: "123"}}},
		{"every letter", "{}", []Text{{}, {Body: "停电"}}, nil},
		{"word inside another of the same rule", "{body: {all: [电力, 力公, 电力公司]}}", []Text{{Body: "电力公司"}}, []Text{{Body: "电力公"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := one(t, tt.when)
			for _, text := range tt.yes {
				if v := s.Classify(text, off); v.Division != "d" {
					t.Errorf("%s does not hold for %+v", tt.when, text)
				}
			}
			for _, text := range tt.no {
				if v := s.Classify(text, off); v.Division != "" {
					t.Errorf("%s holds for %+v: %v", tt.when, text, v.Hits)
				}
			}
		})
	}
}

func TestArrivedWithoutCalendar(t *testing.T) {
	t.Parallel()
	if v := one(t, "{arrived: {hours: off}}").Classify(Text{}, Context{}); v.Division != "" {
		t.Errorf("a condition on working time holds without a calendar")
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	s := one(t, `{any: [{text: {any: [停电, 电价]}}, {body: {regex: '\d{4}'}}, {attachment: {any: [附表]}}]}`)
	v := s.Classify(Text{
		Subject:     "𠮷村\u200b停\u3000電",
		Body:        "一\r\n二 电\n价 ２０２６年",
		Attachments: []string{"a.doc", "附表.xls"},
	}, Context{})
	want := []Hit{
		{Rule: "r", Word: "停电", Field: "subject", Offset: 3, Context: "𠮷村\u200b停 電"},
		{Rule: "r", Word: "电价", Field: "body", Offset: 5, Context: "一  二 电 价 ２０２６年"},
		{Rule: "r", Word: "２０２６", Field: "body", Offset: 9, Context: "一  二 电 价 ２０２６年"},
		{Rule: "r", Word: "附表", Field: "attachment", Offset: 0, Context: "附表.xls"},
	}
	if diff := cmp.Diff(want, v.Hits); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

// orderRules exercise who decides and what is added.
const orderRules = `
rules:
  - {id: low, name: 低, priority: -1, when: {text: {any: [甲]}}, then: {division: low, category: 低, urgency: major}}
  - {id: first, name: 先, when: {text: {any: [甲]}}, then: {division: first, category: 先, assist: [helper, low]}}
  - {id: second, name: 后, when: {text: {any: [甲, 乙]}}, then: {division: second, confidential: true}}
  - {id: high, name: 高, priority: 9, when: {text: {any: [丙]}}, then: {division: high, deadline: 1wd, urgency: urgent, assist: [helper]}}
  - {id: more, name: 加, priority: -9, when: {text: {any: [丁]}}, then: {urgency: major, notify: [duty], assist: [extra], deadline: 9wd, category: 加}, continue: true}
  - {id: plain, name: 不定, when: {text: {any: [戊]}}, then: {urgency: urgent, notify: [office, duty]}}
  - {id: accuse, name: 告, priority: -9, when: {text: {any: [己]}}, then: {accuses: [first, helper], confidential: true}, continue: true}
  - {id: late, name: 迟, priority: -99, when: {text: {any: [庚]}}, then: {division: supervision, accuses: [high], recuse: [a@jxw.example, extra]}}
`

func TestDecide(t *testing.T) {
	t.Parallel()
	s := load(t, orderRules)
	type outcome struct {
		Division, Category, Urgency, Deadline string
		Assist, Notify, Recuse, Accuses       string
		Confidential                          bool
		By                                    DecidedBy
		Rule                                  string
	}
	box := Context{Division: "box"}
	for _, tt := range []struct {
		name    string
		body    string
		context Context
		want    outcome
	}{
		{"nothing", "无", Context{}, outcome{Urgency: Normal, By: ByNone}},
		{"file order", "甲", Context{}, outcome{Division: "first", Category: "先", Urgency: Normal, Assist: "helper, low", By: ByRule, Rule: "first"}},
		{"priority", "甲丙", Context{}, outcome{Division: "high", Urgency: Urgent, Deadline: "1wd", Assist: "helper", By: ByRule, Rule: "high"}},
		{
			"a later rule adds", "丙丁", Context{},
			outcome{Division: "high", Category: "加", Urgency: Major, Deadline: "1wd", Assist: "extra, helper", Notify: "duty", By: ByRule, Rule: "high"},
		},
		{
			"adding rules alone decide nothing", "丁戊", Context{},
			outcome{Category: "加", Urgency: Major, Deadline: "9wd", Assist: "extra", Notify: "duty, office", By: ByNone},
		},
		{"box first", "甲", box, outcome{Division: "box", Category: "先", Urgency: Normal, Assist: "helper, low", By: ByBox}},
		{"box alone", "无", box, outcome{Division: "box", Urgency: Normal, By: ByBox}},
		{
			"assistants of an overruled rule stay out of a confidential letter", "甲", Context{Division: "box", Confidential: true},
			outcome{Division: "box", Category: "先", Urgency: Normal, Confidential: true, By: ByBox},
		},
		{
			"the accused neither decides nor assists", "甲丙己", Context{},
			outcome{Division: "high", Urgency: Urgent, Deadline: "1wd", Accuses: "first, helper", Confidential: true, By: ByRule, Rule: "high"},
		},
		{
			"the next rule decides in place of the accused", "甲己", Context{},
			outcome{Division: "second", Urgency: Normal, Accuses: "first, helper", Confidential: true, By: ByRule, Rule: "second"},
		},
		{
			"an accusation by a rule that comes too late counts", "丙庚", Context{},
			outcome{Division: "supervision", Urgency: Normal, Recuse: "a@jxw.example, extra", Accuses: "high", By: ByRule, Rule: "late"},
		},
		{
			"an accused box decides nothing, nor does a rule in its place", "甲丙己", Context{Division: "first"},
			outcome{Urgency: Normal, Accuses: "first, helper", Confidential: true, By: ByNone},
		},
		{
			"who is recused does not assist", "丁庚", Context{},
			outcome{Division: "supervision", Category: "加", Urgency: Major, Deadline: "9wd", Notify: "duty", Recuse: "a@jxw.example, extra", Accuses: "high", By: ByRule, Rule: "late"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := s.Classify(Text{Body: tt.body}, tt.context)
			got := outcome{
				v.Division, v.Category, v.Urgency, v.Deadline,
				sorted(v.Assist), sorted(v.Notify), sorted(v.Recuse), sorted(v.Accuses), v.Confidential, v.DecidedBy, v.Rule,
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestRestrict(t *testing.T) {
	t.Parallel()
	s := load(t, orderRules).Restrict([]string{"second", "helper"})
	v := s.Classify(Text{Body: "甲丁己"}, Context{})
	if v.Division != "second" || sorted(v.Assist) != "" || sorted(v.Accuses) != "helper" {
		t.Errorf("got division %q, assist %v, accuses %v, want second, none, helper", v.Division, v.Assist, v.Accuses)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := load(t, `
rules:
  - {id: held, name: 甲, when: {text: {any: [停电]}}, then: {division: a}}
  - {id: box, name: 乙, when: {mailbox: x, text: {any: [停电]}}, then: {division: b}}
  - {id: half, name: 丙, when: {text: {all: [停电, 补偿]}}, then: {division: c}}
  - {id: far, name: 丁, when: {text: {all: [停电, 三天], near: 1}}, then: {division: d}}
  - {id: vetoed, name: 戊, when: {text: {any: [停电], none: [三天]}}, then: {division: e}}
  - {id: two, name: 己, when: {mailbox: x, text: {all: [停电, 补偿]}}, then: {division: f}}
  - {id: nested, name: 辛, when: {all: [{text: {any: [停电]}}, {text: {any: [补偿]}}]}, then: {division: h}}
  - {id: nothing, name: 庚, when: {mailbox: y, text: {none: [停水]}}, then: {division: g}}
`)
	e := s.Explain("a.eml", Text{Mailbox: "y", Body: "停电已有三天"}, Context{})
	if e.File != "a.eml" || e.Division != "a" {
		t.Errorf("got file %q, division %q", e.File, e.Division)
	}
	type near struct{ Rule, Missing, Words string }
	var got []near
	for _, n := range e.Near {
		var words []string
		for _, h := range n.Hits {
			words = append(words, h.Word)
		}
		got = append(got, near{n.Rule, n.Missing, strings.Join(words, " ")})
	}
	want := []near{
		{"box", "信箱为“x”", "停电"},
		{"half", "来信同时含“停电、补偿”", "停电"},
		{"far", "来信含“停电、三天”，相距不超过 1 字", "停电 三天"},
		{"vetoed", "来信不含“三天”", "停电"},
		{"nested", "来信含“补偿”之一", "停电"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("near (-want +got):\n%s", diff)
	}
}

// Classify must not depend on which letters the set saw before.
func TestClassifyIsRepeatable(t *testing.T) {
	t.Parallel()
	s := load(t, orderRules)
	letters := []Text{{Body: "甲"}, {Body: "丙丁"}, {}, {Subject: "甲", Body: "甲丙己" + strings.Repeat("丁", 100)}}
	var first []Verdict
	for _, l := range letters {
		first = append(first, s.Classify(l, Context{}))
	}
	for range 3 {
		for i, l := range letters {
			if diff := cmp.Diff(first[i], s.Classify(l, Context{}), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("letter %d is classified otherwise the second time:\n%s", i, diff)
			}
		}
	}
}
