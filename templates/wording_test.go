package templates

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSubject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		common Common
		words  string
		want   string
	}{
		{"plain", Common{}, "每日情况", "每日情况"},
		{"number first", Common{Number: "A-2026-000001"}, "答复：停电", "〔A-2026-000001〕答复：停电"},
		{"drill before number", Common{Number: "A-2026-000001", Drill: true}, "答复", "【演练】〔A-2026-000001〕答复"},
		{"header injection", Common{}, "答复\r\nBcc: x@evil.example\r\n\r\n<p>", "答复 Bcc: x@evil.example <p>"},
		{"bare line ends and controls", Common{}, "a\rb\nc\u2028d\x00e\x1bf\u0085g", "a b c def g"},
		{"direction marks", Common{}, "报告\u202etxt.exe\u2066x\u2069", "报告txt.exex"},
		{"not UTF-8", Common{}, "a\xffb", "a\ufffdb"},
		{"too long", Common{Number: "A-2026-000001"}, strings.Repeat("长", 200), "〔A-2026-000001〕" + strings.Repeat("长", 119) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, subject(c.common, c.words)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"short", " 停电\t三天 ", "停电 三天"},
		{"none", "\r\n ", "（无主题）"},
		{"forty", strings.Repeat("字", 40), strings.Repeat("字", 40)},
		{"forty-one", strings.Repeat("字", 41), strings.Repeat("字", 39) + "…"},
		{"another case's number", "〔SFJX-2026-000001〕答复", "[SFJX-2026-000001]答复"},
		{"a mark of ours", "【演练】停电", "[演练]停电"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, title(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   Deadline
		want string
	}{
		{"none", Deadline{}, ""},
		{"close of work", Deadline{At: at(30, 17, 30)}, "2026年11月30日 17:30 前"},
		{"last minute of a day", Deadline{At: at(30, 23, 59)}, "2026年11月30日 24:00 前"},
		{"last instant of a day", Deadline{At: at(30, 0, 0).Add(-time.Nanosecond)}, "2026年11月29日 24:00 前"},
		{"midnight after", Deadline{At: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}, "2026年12月31日 24:00 前"},
		{"single-digit date", Deadline{At: time.Date(2027, 1, 2, 8, 5, 0, 0, time.UTC)}, "2027年1月2日 08:05 前"},
		{"estimated", Deadline{At: at(30, 17, 30), Estimated: true}, "2026年11月30日 17:30 前（暂估，该年度工作日历尚未载入）"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, due(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{-1: "", 0: "", 1: "1 字节", 1023: "1023 字节", 1024: "1 KB", 1 << 20: "1.0 MB", 50 << 20: "50.0 MB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	want := "a &lt;b&gt;<br>\n<br>\n&nbsp;&nbsp;c &amp; d"
	if diff := cmp.Diff(want, string(lines("\na <b>\r\n\r\n  c & d\n"))); diff != "" {
		t.Error(diff)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"lines", "\r\n一\r\n\r\n二\r\n", "> 一\n> \n> 二"},
		{"lone returns cannot leave the quote", "一\r批准\u2028批准\u0085批准", "> 一\n> 批准\n> 批准\n> 批准"},
		{"nothing", " \n ", "> （无正文）"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, quote(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzTidy: what has been rendered once does not change when it is shown inside
// another mail, and holds nothing that could act on a terminal or a header.
func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", "a\r\nb", "a \u3000\n\n\n\n b\t", "\ufeff\u202e\x00", "\xff\r\r\n", "\n　\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := tidy(s)
		if diff := cmp.Diff(once, tidy(once)); diff != "" {
			t.Errorf("tidy is not settled: %s", diff)
		}
		if strings.ContainsAny(once, "\r\x00\x1b\u202e\u2028") {
			t.Errorf("tidy left a control in %q", once)
		}
		if strings.ContainsAny(oneLine(s), "\r\n") {
			t.Errorf("oneLine left a line end in %q", oneLine(s))
		}
		if n := len([]rune(title(s))); n > titleLength {
			t.Errorf("title has %d code points", n)
		}
	})
}
