package command

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"批准", "分办 123 电力处、节能 5个工作日 说明\n正文", "退回重办 依据不足\n\n审核员乙", "查询 123 0123456789", "延期 十五天 理由",
		"附件 1,3", "【批准】\n-- \n", "· “批准”——照此稿发出", "批示 电力处 3天\n请办", "\ufeff１、批准。\r\n回执码：7Q4KM-2XD9P", "并案 1 2", "呈报 王分管",
		"①", "(", "【】", "“", "批准 回执码：", "延期 十", "㊀、批准", "\xff批准",
	} {
		f.Add(s, false, false)
		f.Add(s, true, true)
	}
	f.Fuzz(func(t *testing.T, text string, citizen, otp bool) {
		opts := testOptions()
		opts.Citizen = citizen
		if otp {
			opts.OTP = []Verb{Approve, Sign, Extend, Assign}
		}
		commands, problems := Parse(text, opts)
		if len(commands) > MaxCommands {
			t.Fatalf("%d commands", len(commands))
		}
		if len(problems) > 0 && strings.TrimSpace(text) == "" {
			t.Fatalf("problems of an empty text: %v", problems)
		}
		last := 0
		for _, c := range commands {
			e, ok := Lookup(c.Verb)
			if !ok || c.Line <= last || len(c.Text) > len(text)+1 {
				t.Fatalf("command out of order or unknown: %+v", c)
			}
			last = c.Line
			if e.Verb == Approve && slices.ContainsFunc(commands, func(c Command) bool { return c.Verb == Reject }) {
				t.Fatal("approved and rejected at once")
			}
			if utf8.ValidString(text) && !utf8.ValidString(c.Text) {
				t.Fatalf("text cut inside a rune: %q", c.Text)
			}
			if codes := Codes(c.Text); e.Body == BodyWhole && len(codes) > 0 && len(Codes(text)) == 0 {
				t.Fatalf("code %v out of nowhere", codes)
			}
		}
		for _, p := range problems {
			if p.Text == "" || p.Code == "" || p.Line < 1 {
				t.Fatalf("incomplete problem: %+v", p)
			}
		}
	})
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"回执码：7Q4KM-2XD9P", "> 回执码 7q4km2xd9p 批准", "回执码：\n７Ｑ４ＫＭ－２ＸＤ９Ｐ", "批准 7Q4KM-2XD9P", "查询码：0123456789", "回执码回执码:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes := Codes(text)
		for _, code := range codes {
			if again, ok := CanonicalCode(code); !ok || again != code {
				t.Fatalf("code %q is not canonical", code)
			}
			if found := Codes("回执码：" + code); len(found) != 1 || found[0] != code {
				t.Fatalf("code %q is not found again: %v", code, found)
			}
		}
		for _, code := range QueryCodes(text) {
			if len(code) != 10 {
				t.Fatalf("query code %q", code)
			}
		}
		if len(WithoutCodes(text)) > len(text) {
			t.Fatal("text grew")
		}
	})
}
