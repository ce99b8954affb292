package fold

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"
)

func TestString(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "abc-1", "abc-1"},
		{"case", "VoIP", "voip"},
		{"traditional", "變壓器壞了，電價", "变压器坏了,电价"},
		{"many to one", "乾淨 幹部 頭髮 發電", "干净干部头发发电"},
		{"full width", "ＡＢＣ１２３（甲）", "abc123(甲)"},
		{"compatibility", "㈱㎏①ﬁ", "(株)kg1fi"},
		{"half-width kana", "ｶﾞ", "ガ"},
		{"compatibility ideograph", "\uf900", "岂"}, // 豈
		{"radical", "\u2f24", "大"},
		{"blanks", " 停\t电\r\n 了\u3000吗\u00a0", "停电了吗"},
		{"zero width", "停\u200b电\ufeff了\u2060吗\u00ad", "停电了吗"},
		{"variation selector", "停\ufe0f电\U000e0101", "停电"},
		{"struck through", "停\u0336电\u0336", "停电"},
		{"composition", "e\u0301", "é"},
		{"accent after zero width", "e\u200d\u0301", "é"},
		{"control", "停\x00电\x7f\u0085", "停电"},
		{"directions", "\u202e停\u202c电\u2066", "停电"},
		{"four bytes", "𠮷電", "𠮷电"},
		{"dotted capital", "İ", "i"},
		{"invalid", "a\xffb", "a\ufffdb"},
		{"hangul", "\u1112\u1161\u11ab", "한"},
		{"emoji", "👍🏽停电", "👍🏽停电"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := String(tt.in); got != tt.want {
				t.Errorf("String(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSpaced(t *testing.T) {
	t.Parallel()
	got := Spaced("標題：A B\r\n第二行\u3000\u200b尾\x00").String()
	if want := "标题:a b \n第二行 尾"; got != want {
		t.Errorf("Spaced = %q, want %q", got, want)
	}
}

func TestOriginal(t *testing.T) {
	t.Parallel()
	const in = "𠮷 關\u200b於 ㈱ e\u0301停 電"
	text := Fold(in)
	runes := []rune(in)
	for _, tt := range []struct{ word, want string }{
		{"𠮷", "𠮷"},
		{"关于", "關\u200b於"},
		{"(株)", "㈱"},
		{"株", "㈱"},
		{"é", "e\u0301"},
		{"停电", "停 電"},
	} {
		at := strings.Index(text.String(), tt.word)
		if at < 0 {
			t.Errorf("%q not found in %q", tt.word, text.String())
			continue
		}
		i := utf8.RuneCountInString(text.String()[:at])
		start, end := text.Original(i, i+utf8.RuneCountInString(tt.word))
		if got := string(runes[start:end]); got != tt.want {
			t.Errorf("Original of %q = %q (%d-%d), want %q", tt.word, got, start, end, tt.want)
		}
	}
	if s, e := text.Original(3, 3); s != 0 || e != 0 {
		t.Errorf("Original of nothing = %d-%d", s, e)
	}
}

// Folding into memory that held another text must leave nothing of that.
func TestFoldAgain(t *testing.T) {
	t.Parallel()
	var text Text
	for _, s := range []string{"變壓器 壞了 ABC", "停", "", "ｅ\u0301 𠮷村", strings.Repeat("電", 100)} {
		text.Fold(s)
		if diff := cmp.Diff(Fold(s), text, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-fresh +again):\n%s", s, diff)
		}
	}
}

func TestBigrams(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"one character", "电", nil},
		{"two characters", "停電", []string{"停电"}},
		{"once each", "停电停电", []string{"停电", "电停"}},
		{"across a blank", "停 电", []string{"停电"}},
		{"not across a mark", "停，电价", []string{"电价"}},
		{"latin", "SME 2026", []string{"sm", "me", "e2", "20", "02", "26"}},
		{"four bytes", "𠮷村", []string{"𠮷村"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Bigrams(tt.in)); diff != "" {
				t.Errorf("Bigrams(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in         string
		start, end int
		want       string
	}{
		{"一二三四五六七八", 3, 5, "…二三四五六七…"},
		{"一二三四五六七八", 0, 2, "一二三四…"},
		{"一二\n四", 1, 2, "一二 四"},
		{"", 0, 0, ""},
	} {
		if got := Context(tt.in, tt.start, tt.end, 2); got != tt.want {
			t.Errorf("Context(%q, %d, %d) = %q, want %q", tt.in, tt.start, tt.end, got, tt.want)
		}
	}
}

// The table must not need to be applied twice, and must be big enough to serve.
func TestTable(t *testing.T) {
	t.Parallel()
	table := simplified()
	n := 0
	for r := rune(0x3400); r <= 0x9fff; r++ {
		s := table.simple(r)
		if s == r {
			continue
		}
		n++
		if again := table.simple(s); again != s {
			t.Errorf("%c becomes %c, which becomes %c", r, s, again)
		}
		if nfkc := norm.NFKC.String(string(s)); nfkc != string(s) {
			t.Errorf("%c becomes %c, which is not normalised", r, s)
		}
	}
	if n < 3000 {
		t.Errorf("table has %d pairs, want at least 3000", n)
	}
}

func TestTraditionalLetter(t *testing.T) {
	t.Parallel()
	const (
		traditional = "我們小區連續停電三天，變壓器燒壞了沒人修，請領導儘快處理。企業拖欠職工工資及養老保險費，導致退休人員無法領取養老金。檢舉處長貪污受賄、亂收費、亂罰款、亂攤派。臺灣同胞投資企業貸款擔保難，銀行壓貸抽貸。環境污染：廢水廢氣排放，粉塵噪聲擾民。請給予答覆，鬱悶。"
		simple      = "我们小区连续停电三天，变压器烧坏了没人修，请领导尽快处理。企业拖欠职工工资及养老保险费，导致退休人员无法领取养老金。检举处长贪污受贿、乱收费、乱罚款、乱摊派。台湾同胞投资企业贷款担保难，银行压贷抽贷。环境污染：废水废气排放，粉尘噪声扰民。请给予答复，郁闷。"
	)
	if got, want := String(traditional), String(simple); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "停 電", "A\x19\u0301", "ＡＢＣ e\u0301\u200b", "a\xff\xfe\u0301", "\u1112\u1161\u11ab", strings.Repeat("\u0301", 100), "ﷺ\u3000İ", "𠮷\ufe0f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, text := range map[string]Text{"Fold": Fold(s), "Spaced": Spaced(s)} {
			count := int32(utf8.RuneCountInString(s))
			if len(text.Start) != len(text.Runes) || len(text.End) != len(text.Runes) {
				t.Fatalf("%s(%q): %d runes, %d starts, %d ends", name, s, len(text.Runes), len(text.Start), len(text.End))
			}
			var start, end int32
			for i := range text.Runes {
				a, b := text.Start[i], text.End[i]
				if a < start || b < end || a >= b || b > count {
					t.Fatalf("%s(%q): rune %d has offsets %d-%d after %d-%d of %d", name, s, i, a, b, start, end, count)
				}
				start, end = a, b
			}
		}
		// The short ways must agree with the long one.
		if got, want := String(s), slow(s); got != want {
			t.Fatalf("String(%q) = %q, want %q", s, got, want)
		}
		for _, b := range Bigrams(s) {
			if !strings.Contains(String(s), b) {
				t.Fatalf("Bigrams(%q) has %q, which is not in %q", s, b, String(s))
			}
		}
	})
}

// slow folds without short ways and without offsets.
func slow(s string) string {
	f := folder{table: simplified()}
	kept := strings.Map(func(r rune) rune {
		if weightless(r) {
			return -1
		}
		return r
	}, s)
	for _, r := range norm.NFKC.String(kept) {
		f.put(r, 0, 1)
	}
	return f.out.String()
}

func BenchmarkFold(b *testing.B) {
	text := strings.Repeat("我们小区连续停電三天，變壓器烧坏了没人修。Phone 13800000000\n", 26)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Fold(text)
	}
}
