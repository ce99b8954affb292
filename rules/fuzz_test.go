package rules

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Any file is either a set that classifies, or findings.
func FuzzLoad(f *testing.F) {
	f.Add(specRules)
	f.Add(orderRules)
	f.Add("rules: [{id: r, when: &a {not: [*a]}, then: {division: d}}]")
	f.Add("rules:\n- {id: r, when: {text: {regex: '(?i)[Ａ-Ｚ]+\\s', all: [a, $b], near: 2}}, then: {urgency: major}}\nlexicons: {b: [$b, c]}")
	f.Add("tests: [{letter: {header.x: y, arrived: off}, expect: {rule: r}}]")
	f.Fuzz(func(t *testing.T, text string) {
		s, findings := build([]source{{name: "r.yaml", base: "r.yaml", data: []byte(text)}})
		if s == nil {
			if len(findings) == 0 {
				t.Fatal("neither a set nor findings")
			}
			return
		}
		s.Test()
		s.Lint()
		s.Check(sampleNames())
		s.Explain("a.eml", Text{Mailbox: "portal", Subject: "停电 abc", Body: text, Attachments: []string{"a.exe"}}, Context{})
	})
}

// Every hit lies inside its field, where the word stands.
func FuzzClassify(f *testing.F) {
	s, _ := Builtin()
	for _, body := range []string{"", "停\u200b电", "變壓器爆炸，多人死亡\xff", "電 力 處 收受好处费 e\u0301", strings.Repeat("停电", 50)} {
		f.Add("portal", "标题", body, "附件.EXE", false)
	}
	f.Fuzz(func(t *testing.T, mailbox, subject, body, attachment string, off bool) {
		text := Text{Mailbox: mailbox, Subject: subject, Body: body, Attachments: []string{attachment}}
		context := Context{WorkingTime: func(time.Time) bool { return !off }}
		v := s.Explain("a.eml", text, context)
		if (v.Division == "") != (v.DecidedBy == ByNone) {
			t.Fatalf("division %q decided by %s", v.Division, v.DecidedBy)
		}
		lengths := map[string]int{
			"subject": utf8.RuneCountInString(subject), "body": utf8.RuneCountInString(body),
			"attachment": utf8.RuneCountInString(attachment),
		}
		for _, h := range v.Hits {
			if n, ok := lengths[h.Field]; ok && h.Offset >= n {
				t.Fatalf("hit %+v lies outside its field of %d characters", h, n)
			}
		}
		for _, d := range v.Assist {
			if d == v.Division {
				t.Fatalf("%s assists itself", d)
			}
		}
		if _, err := json.Marshal(v); err != nil {
			t.Fatalf("marshal verdict: %v", err)
		}
	})
}
