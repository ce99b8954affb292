package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"xinfangd/configs"
)

// testDoc is one of the rule set's own cases.
type testDoc struct {
	configs.Place `yaml:"-"`

	Letter letterDoc `yaml:"letter"`
	Expect expectDoc `yaml:"expect"`
}

// letterDoc is a letter as a test writes it. `text` is the body; `division` and
// `confidential` are what the configuration would say of the box; `arrived` is
// off, work, or a moment like 2026-10-01 22:30, which counts as working time
// from Monday to Friday, 8:00 to 17:30, where no office's calendar is at hand.
type letterDoc struct {
	configs.Place `yaml:"-"`

	Mailbox        string                `yaml:"mailbox"`
	Sender         string                `yaml:"sender"`
	Subject        string                `yaml:"subject"`
	Text           string                `yaml:"text"`
	Body           string                `yaml:"body"`
	Attachment     []string              `yaml:"attachment"`
	AttachmentText string                `yaml:"attachment_text"`
	Header         map[string]string     `yaml:"header"`
	Form           map[string]string     `yaml:"form"`
	Size           byteCount             `yaml:"size"`
	Language       string                `yaml:"language"`
	Arrived        string                `yaml:"arrived"`
	Division       string                `yaml:"division"`
	Confidential   bool                  `yaml:"confidential"`
	Others         map[string]otherField `yaml:",inline"` // header.X, form.X
}

// otherField is the value of a key that may be one of a letter or not: whether
// it is must be said before what it should hold.
type otherField struct {
	text   string
	scalar bool
	at     configs.Position
}

// UnmarshalConfig implements configs.Unmarshaler.
func (f *otherField) UnmarshalConfig(d *configs.Decoder, node *yaml.Node) {
	f.at = d.Position(node)
	if f.scalar = node.Kind == yaml.ScalarNode; f.scalar {
		f.text, _ = d.Text(node)
	}
}

// expectDoc is the verdict that a test expects; only what is written counts.
type expectDoc struct {
	configs.Place `yaml:"-"`

	Division     string   `yaml:"division"`
	Assist       nameList `yaml:"assist"`
	Category     string   `yaml:"category"`
	Urgency      string   `yaml:"urgency" oneof:"normal urgent major"`
	Deadline     string   `yaml:"deadline"`
	Notify       nameList `yaml:"notify"`
	Recuse       nameList `yaml:"recuse"`
	Accuses      nameList `yaml:"accuses"`
	Confidential bool     `yaml:"confidential"`
	DecidedBy    string   `yaml:"decided_by" oneof:"box rule none"`
	// Rule is the rule that decides or, when it only adds or the box has decided,
	// that holds.
	Rule string `yaml:"rule"`
}

// TestResult is the outcome of one of the rule set's own tests.
type TestResult struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Rule is the rule the test is about: the expected one, else the one that decided.
	Rule string `json:"rule"`
	OK   bool   `json:"ok"`
	// Expected and Got hold the fields that the test names; lists are joined
	// with a comma and a blank.
	Expected map[string]string `json:"expected"`
	Got      map[string]string `json:"got"`
}

// moments are the ways to write a moment in a test.
func moments() []string {
	return []string{
		time.RFC3339, "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly,
	}
}

// checkTests reports tests that cannot be run.
func (c *compiler) checkTests(docs []*document, byID map[string]*ruleDoc) {
	var ids []string
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, d := range docs {
		for i := range d.Tests {
			t := &d.Tests[i]
			if len(t.Expect.values(Verdict{})) == 0 {
				c.errorf(t.At("expect"), "测试没有写 expect")
			}
			if id := t.Expect.Rule; id != "" && byID[id] == nil {
				c.errorf(t.At("expect", "rule"), "没有规则 %s%s", id, suggest(id, ids))
			}
			if !t.Has("letter") {
				c.findings = append(c.findings, t.At().Warnf("测试没有写 letter，算作不符"))
			}
			c.checkLetter(&t.Letter)
		}
	}
}

func (c *compiler) checkLetter(l *letterDoc) {
	for _, key := range slices.Sorted(maps.Keys(l.Others)) {
		switch value := l.Others[key]; {
		case !isField(key):
			c.errorf(l.KeyAt(key), "来信没有 %s 这一项%s", key, suggest(key, letterKeys()))
		case !value.scalar:
			c.errorf(value.at, "%s 应为文字", key)
		}
	}
	if l.Text != "" && l.Body != "" {
		c.errorf(l.At("body"), "text 与 body 都是正文，只能写一个")
	}
	if _, _, ok := l.moment(); !ok {
		c.errorf(l.At("arrived"), "到达时间 %q 不对，应为 off、work 或 2026-10-01 22:30 这样", l.Arrived)
	}
}

func letterKeys() []string {
	return []string{
		"mailbox", "sender", "subject", "text", "body", "attachment", "attachment_text", "header", "form",
		"size", "language", "arrived", "division", "confidential",
	}
}

// moment returns the time of arrival, and whether that is working time.
func (l *letterDoc) moment() (at time.Time, working, ok bool) {
	switch l.Arrived {
	case "off":
		return time.Time{}, false, true
	case "work", "":
		return time.Time{}, true, true
	}
	if at, ok = l.instant(time.UTC); ok {
		minutes := at.Hour()*60 + at.Minute()
		weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
		working = !weekend && minutes >= 8*60 && minutes < 17*60+30
	}
	return at, working, ok
}

// instant is the moment that is written, if one is.
func (l *letterDoc) instant(zone *time.Location) (time.Time, bool) {
	for _, layout := range moments() {
		if at, err := time.ParseInLocation(layout, l.Arrived, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// letter returns the letter and its surroundings.
func (l *letterDoc) letter() (Text, Context) {
	at, working, _ := l.moment()
	t := Text{
		Mailbox: l.Mailbox, Sender: l.Sender, Subject: l.Subject, Body: l.Text + l.Body,
		Attachments: l.Attachment, AttachmentText: l.AttachmentText,
		Header: make(map[string][]string), Form: make(map[string]string),
		Size: int64(l.Size), Language: l.Language, Arrived: at,
	}
	for k, v := range l.Header {
		t.Header[k] = []string{v}
	}
	maps.Copy(t.Form, l.Form)
	for k, v := range l.Others {
		if name, ok := strings.CutPrefix(k, "header."); ok {
			t.Header[name] = []string{v.text}
		}
		if name, ok := strings.CutPrefix(k, "form."); ok {
			t.Form[name] = v.text
		}
	}
	return t, Context{
		Division: l.Division, Confidential: l.Confidential,
		WorkingTime: func(time.Time) bool { return working },
	}
}

// values returns the fields that the test names, as expected when v is the zero
// verdict, else as v has them.
func (e *expectDoc) values(v Verdict) map[string]string {
	out := make(map[string]string)
	expected := v.DecidedBy == ""
	put := func(key, want, got string) {
		if !e.Has(key) {
			return
		}
		out[key] = want
		if !expected {
			out[key] = got
		}
	}
	lists := func(key string, want, got []string) { put(key, sorted(want), sorted(got)) }
	put("division", none(e.Division), none(v.Division))
	lists("assist", e.Assist, v.Assist)
	put("category", e.Category, v.Category)
	put("urgency", e.Urgency, v.Urgency)
	put("deadline", e.Deadline, v.Deadline)
	lists("notify", e.Notify, v.Notify)
	lists("recuse", e.Recuse, v.Recuse)
	lists("accuses", e.Accuses, v.Accuses)
	put("confidential", strconv.FormatBool(e.Confidential), strconv.FormatBool(v.Confidential))
	put("decided_by", e.DecidedBy, string(v.DecidedBy))
	put("rule", e.Rule, v.Rule)
	return out
}

// none is how a test writes that no division is found: none, or nothing.
func none(division string) string {
	if division == "" {
		return "none"
	}
	return division
}

// sorted joins a list whose order says nothing.
func sorted(list []string) string {
	return strings.Join(slices.Sorted(slices.Values(list)), ", ")
}

// Test runs the tests that stand beside the rules, as if there were nothing else.
func (s *Set) Test() []TestResult { return s.TestIn(Office{}) }

// Office is what the tests of a set cannot know by themselves.
type Office struct {
	// Boxes is what the boxes say of their letters, by id.
	Boxes map[string]Context
	// Working tells whether a moment, written in Zone, is inside working hours.
	Working func(time.Time) bool
	Zone    *time.Location
}

// TestIn is Test in an office, where a test does not say itself what the office
// would. The built-in rules are tried as they come, whatever boxes, divisions
// and holidays the office has.
func (s *Set) TestIn(office Office) []TestResult {
	if s.builtin {
		office = Office{}
	}
	whole := s.whole()
	var out []TestResult
	for _, d := range s.docs {
		for i := range d.Tests {
			out = append(out, whole.run(&d.Tests[i], office))
		}
	}
	return out
}

// whole is the set with all of its divisions.
func (s *Set) whole() *Set {
	out := *s
	out.known = nil
	return &out
}

func (s *Set) run(t *testDoc, office Office) TestResult {
	text, context := t.Letter.letter()
	if office.Working != nil {
		if at, ok := t.Letter.instant(office.Zone); ok {
			text.Arrived, context.WorkingTime = at.In(office.Zone), office.Working
		}
	}
	if box, ok := office.Boxes[t.Letter.Mailbox]; ok {
		if !t.Letter.Has("division") {
			context.Division = box.Division
		}
		if !t.Letter.Has("confidential") {
			context.Confidential = box.Confidential
		}
	}
	v := s.Classify(text, context)
	at := t.At()
	r := TestResult{File: at.File, Line: at.Line, Rule: v.Rule, Expected: t.Expect.values(Verdict{}), Got: t.Expect.values(v)}
	if want := t.Expect.Rule; want != "" {
		r.Rule = want
		// Where the box decides, all rules only add.
		if (s.adds(want) || v.DecidedBy == ByBox) && slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.Rule == want }) {
			r.Got["rule"] = want
		}
	}
	if !t.Has("letter") {
		r.Expected["letter"], r.Got["letter"] = "写明来信", "没有写"
	}
	r.OK = maps.Equal(r.Expected, r.Got)
	return r
}

// adds tells whether a rule only adds to verdicts.
func (s *Set) adds(id string) bool {
	return slices.ContainsFunc(s.rules, func(r rule) bool { return r.only && r.doc.ID == id })
}
