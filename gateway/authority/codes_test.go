package authority

import (
	"strings"
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
)

func TestMessageID(t *testing.T) {
	t.Parallel()
	const random = "0123456789abcdefghijklmnop"
	id := MessageIDFor("7Q4KM-2XD9P", random, "JXW.example")
	if want := "7q4km2xd9p." + random + "@jxw.example"; id != want {
		t.Errorf("MessageIDFor: got %s, want %s", id, want)
	}
	for _, tt := range []struct{ name, id, want string }{
		{"ours", id, "7Q4KM-2XD9P"},
		{"in brackets and capitals", "<7Q4KM2XD9P." + random + "@JXW.EXAMPLE>", "7Q4KM-2XD9P"},
		{"another domain", "7q4km2xd9p." + random + "@a.example", ""},
		{"to a citizen", random + "@jxw.example", ""},
		{"short random part", "7q4km2xd9p.0123@jxw.example", ""},
		{"too long", "77q4km2xd9p." + random + "@jxw.example", ""},
		{"no domain", "7q4km2xd9p." + random, ""},
		{"second dot", "7q4km2xd9p.0123456789.abcdefghijkl@jxw.example", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, ok := CodeFromMessageID(tt.id, "jxw.example")
			if code != tt.want || ok != (tt.want != "") {
				t.Errorf("CodeFromMessageID(%s): got %q, %t", tt.id, code, ok)
			}
		})
	}
}

func TestResolveCode(t *testing.T) {
	t.Parallel()
	id := func(code string) string {
		return "<" + MessageIDFor(code, "0123456789abcdefghijklmnop", "jxw.example") + ">"
	}
	const quote = "\n在 2026年11月23日 9:00，网上信访 <wsxf@jxw.example> 写道：\n"
	for _, tt := range []struct{ name, fields, body, want string }{
		{"thread from its end", "References: " + id("SSSSS-SSSSS") + " " + id("7Q4KM-2XD9P") + "\n", "批准\n", "code=approval/live@References"},
		{"mail replied to before the thread", "In-Reply-To: " + id("VVVVV-VVVVV") + "\nReferences: " + id("7Q4KM-2XD9P") + " " + id("VVVVV-VVVVV") + "\n", "批准\n", "stale=approval/void@In-Reply-To"},
		{"typed live code before a dead thread", "In-Reply-To: " + id("VVVVV-VVVVV") + "\n", "批准\n回执码：7Q4KM-2XD9P\n", "code=approval/live@text"},
		{"quoted live code behind a dead thread", "In-Reply-To: " + id("VVVVV-VVVVV") + "\n", "批准\n" + quote + "> 回执码：7Q4KM-2XD9P\n", "stale=approval/void@In-Reply-To"},
		{"typed foreign code beside an own thread", "In-Reply-To: " + id("7Q4KM-2XD9P") + "\n", "批准\n回执码：AAAAA-AAAAA\n", "code=approval/live@In-Reply-To"},
		{"foreign thread beside an own typed code", "In-Reply-To: " + id("AAAAA-AAAAA") + "\n", "批准\n回执码：7Q4KM-2XD9P\n", "foreign=approval/live@In-Reply-To suspect=foreign-code"},
		{"plus-tag before the thread", "Cc: wsxf+TTTTTTTTTT@jxw.example\nIn-Reply-To: " + id("7Q4KM-2XD9P") + "\n", "批准\n", "code=triage/live@Cc"},
		{"plus-tag of a delivery field", "Delivered-To: wsxf+7q4km-2xd9p@jxw.example\n", "批准\n", "code=approval/live@Delivered-To"},
		{"plus-tag of another address", "Cc: other+7q4km2xd9p@jxw.example\n", "批准\n", ""},
		{"plus-tag that is no code", "Cc: wsxf+info@jxw.example\n", "批准\n", ""},
		{"own code below a colleague's in the quote", "", "批准\n" + quote + "> 回执码：AAAAA-AAAAA\n> > 回执码：7Q4KM-2XD9P\n", "code=approval/live@text"},
		{"typed before quoted", "", "批准\n回执码：SSSSS-SSSSS\n" + quote + "> 回执码：7Q4KM-2XD9P\n", "stale=approval/used@text"},
		{"wrong typed code", "", "批准\n回执码：9ZZZZ-ZZZZ9\n", "wrong=@text suspect=wrong-code"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw := []byte("From: " + approver + "\nTo: wsxf@jxw.example\nSubject: x\n" + tt.fields + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + tt.body)
			s, err := Judge(t.Context(), letter.Parse(raw), raw, testNow(), testRoster(), testPolicy(), testRegister())
			if err != nil {
				t.Fatal(err)
			}
			_, ruling, _ := s.Best(command.Approve, "")
			want := "roster " + tt.want
			if tt.want != "" {
				want += " "
			}
			if got := summary(s); got != want+"批准:"+string(ruling) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFromFieldBelowACutHeader(t *testing.T) {
	t.Parallel()
	raw := []byte("From: " + approver + "\n" + strings.Repeat("X-Filler: "+strings.Repeat("x", 900)+"\n", 400) + "From: a@attacker.example\n\n批准\n")
	s, err := Judge(t.Context(), letter.Parse(raw), raw, testNow(), testRoster(), testPolicy(), testRegister())
	if err != nil {
		t.Fatal(err)
	}
	if s.OnRoster || len(s.Suspicious) == 0 {
		t.Errorf("second From behind the header's limit: %s", summary(s))
	}
}

func TestHoldsOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		value string
		want  bool
	}{
		{"a@b.example", true},
		{" A@B.example (comment, with a comma)", true},
		{`"x, y <z@w.example>" <a@b.example>`, true},
		{"=?gb2312?B?xOO6ww==?= <a@b.example>", true},
		{"\xc4\xe3\xba\xc3 <a@b.example>", true},
		{"c@d.example <a@b.example>", true}, // the first is a display name
		{"a@b.example, c@d.example", false},
		{"<a@b.example> <c@d.example>", false},
		{"<a@b.example> c@d.example", false},
		{"x: a@b.example;", false},
		{"<c@d.example>", false},
		{`"unclosed <a@b.example>`, false},
		{"(unclosed a@b.example", false},
		{"", false},
	} {
		if got := holdsOnly(tt.value, "a@b.example"); got != tt.want {
			t.Errorf("holdsOnly(%q): got %t, want %t", tt.value, got, tt.want)
		}
	}
}
