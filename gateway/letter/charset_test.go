package letter

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	simplified  = "尊敬的领导：您好！我是某小区居民，反映我们小区最近连续停电的问题，希望有关部门尽快处理。谢谢！"
	traditional = "尊敬的領導：您好！我是某小區居民，反映我們小區最近連續停電的問題，希望有關部門盡快處理。謝謝！"
)

// encode writes text in a charset; it fails the test when that cannot be.
func encode(t testing.TB, cs, text string) []byte {
	t.Helper()
	var out string
	var err error
	switch cs {
	case "gb18030":
		out, err = simplifiedchinese.GB18030.NewEncoder().String(text)
	case "big5":
		out, err = traditionalchinese.Big5.NewEncoder().String(text)
	case "hz":
		out, err = simplifiedchinese.HZGB2312.NewEncoder().String(text)
		out += "~}"
	case "utf-16le":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "utf-16be":
		out, err = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "utf-16":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	case "utf-8":
		out = text
	case "utf-7":
		be := encode(t, "utf-16be", text)
		out = "+" + base64.RawStdEncoding.EncodeToString(be) + "-"
	case "iso-2022-cn":
		gb := encode(t, "gb18030", text)
		for i := range gb {
			gb[i] &= 0x7f
		}
		out = "\x1b$)A\x0e" + string(gb) + "\x0f"
	default:
		t.Fatalf("no encoder for %s", cs)
	}
	if err != nil {
		t.Fatalf("encode %s: %v", cs, err)
	}
	return []byte(out)
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	tests := []struct{ label, encoding, text string }{
		{"utf-8", "utf-8", simplified}, {"UTF8", "utf-8", traditional},
		{"gb2312", "gb18030", simplified}, {"GBK", "gb18030", traditional}, {"gb18030", "gb18030", "𠮷㐂䶮"}, {"gb2312", "gb18030", "姓名：张𠮷，住址：㙍头村。"},
		{"x-gbk", "gb18030", simplified}, {"cp936", "gb18030", simplified}, {"ms936", "gb18030", simplified}, {"windows-936", "gb18030", simplified},
		{"gb_2312-80", "gb18030", simplified}, {"euc-cn", "gb18030", simplified}, {"chinese", "gb18030", simplified}, {"GB2312_CHARSET", "gb18030", simplified},
		{"big5", "big5", traditional}, {"Big5-HKSCS", "big5", traditional}, {"x-x-big5", "big5", traditional}, {"cp950", "big5", traditional},
		{"hz-gb-2312", "hz", simplified}, {"iso-2022-cn", "iso-2022-cn", simplified}, {"utf-7", "utf-7", simplified},
		{"utf-16", "utf-16", simplified}, {"utf-16le", "utf-16le", simplified}, {"utf-16be", "utf-16be", simplified}, {"utf-16", "utf-16le", simplified},
	}
	for _, tt := range tests {
		t.Run(tt.label+" "+tt.encoding, func(t *testing.T) {
			t.Parallel()
			raw := "Content-Type: text/plain; charset=\"" + tt.label + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64(encode(t, tt.encoding, tt.text))
			l := Parse([]byte(raw))
			if l.Text != tt.text {
				t.Errorf("text %q, want %q", l.Text, tt.text)
			}
			if len(l.Defects) > 0 {
				t.Errorf("defects %v", l.Defects)
			}
		})
	}
}

func TestCharsetsGuessed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, label, encoding, text, defect string }{
		{"no label, gb", "", "gb18030", simplified, DefectCharsetGuessed},
		{"no label, big5", "", "big5", traditional, DefectCharsetGuessed},
		{"no label, utf-8", "", "utf-8", simplified, DefectCharsetGuessed},
		{"no label, hz", "", "hz", simplified, DefectCharsetGuessed},
		{"unknown label", "x-mystery", "gb18030", simplified, DefectCharsetUnknown},
		{"ascii label over gb", "us-ascii", "gb18030", simplified, DefectCharsetGuessed},
		{"latin label over gb", "iso-8859-1", "gb18030", simplified, DefectCharsetLying},
		{"utf-8 label over gb", "utf-8", "gb18030", simplified, DefectCharsetLying},
		{"utf-8 label over big5", "utf-8", "big5", traditional, DefectCharsetLying},
		{"gb label over utf-8", "gb2312", "utf-8", simplified, DefectCharsetLying},
		{"big5 label over utf-8", "big5", "utf-8", traditional, DefectCharsetLying},
		{"gb label over big5", "gb2312", "big5", traditional, DefectCharsetLying},
		{"big5 label over gb", "big5", "gb18030", simplified, DefectCharsetLying},
		{"short gb", "", "gb18030", "停电三天", DefectCharsetGuessed},
		{"short big5", "", "big5", "停電三天", DefectCharsetGuessed},
		{"short gb name", "", "gb18030", "张三", DefectCharsetGuessed},
		{"gb among letters", "", "gb18030", "Tel: 138 AB路 C座 please 停电 asap", DefectCharsetGuessed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			head := "Content-Transfer-Encoding: 8bit\r\n"
			if tt.label != "" {
				head += "Content-Type: text/plain; charset=" + tt.label + "\r\n"
			}
			l := Parse([]byte(head + "\r\n" + string(encode(t, tt.encoding, tt.text))))
			if l.Text != tt.text {
				t.Errorf("text %q, want %q (%v)", l.Text, tt.text, l.Defects)
			}
			if !hasDefect(l, tt.defect) {
				t.Errorf("defects %v, want %s", l.Defects, tt.defect)
			}
		})
	}
}

func TestWesternIsNotGuessedChinese(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Gr\xfc\xdfe aus K\xf6ln", "caf\xe9 \xe0 la cr\xe8me", "se\xf1or Mu\xf1oz ma\xf1ana"} {
		l := Parse([]byte("\n" + s))
		if strings.ContainsFunc(l.Text, func(r rune) bool { return r > 0x2000 }) {
			t.Errorf("%q was read as %q", s, l.Text)
		}
	}
}

func hasDefect(l Letter, code string) bool {
	for _, d := range l.Defects {
		if d.Code == code {
			return true
		}
	}
	return false
}

func bword(label string, data []byte) string {
	return "=?" + label + "?B?" + base64.StdEncoding.EncodeToString(data) + "?="
}

func qword(label string, data []byte) string {
	var b strings.Builder
	for _, c := range data {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return "=?" + label + "?Q?" + b.String() + "?="
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	gb, u8, b5 := encode(t, "gb18030", "关于小区停电的问题"), []byte("关于小区停电的问题"), encode(t, "big5", "關於小區停電的問題")
	const want = "关于小区停电的问题"
	b64 := base64.StdEncoding.EncodeToString(gb)
	tests := []struct{ name, raw, want string }{
		{"b gb2312", bword("gb2312", gb), want},
		{"q utf-8", qword("utf-8", u8), want},
		{"b big5", bword("big5", b5), "關於小區停電的問題"},
		{"character cut in two", bword("gb2312", gb[:5]) + "\n " + bword("gb2312", gb[5:]), want},
		{"utf-8 character cut in two", bword("utf-8", u8[:4]) + "\n " + bword("UTF-8", u8[4:]), want},
		{"q character cut in two", qword("gbk", gb[:3]) + " " + qword("gbk", gb[3:]), want},
		{"b and q mixed", bword("gbk", gb[:3]) + " " + qword("gbk", gb[3:]), want},
		{"base64 cut anywhere", "=?gb2312?B?" + b64[:6] + "?=\n =?gb2312?B?" + b64[6:] + "?=", want},
		{"no padding", "=?gb2312?B?" + strings.TrimRight(base64.StdEncoding.EncodeToString(gb[:16]), "=") + "?=", "关于小区停电的问"},
		{"no blank between word and text", "Re:" + bword("gb2312", gb) + "(urgent)", "Re:" + want + "(urgent)"},
		{"in quotes", `"` + bword("gb2312", gb) + `"`, `"` + want + `"`},
		{"language", strings.Replace(bword("utf-8", u8), "utf-8", "utf-8*zh", 1), want},
		{"blank within q", "=?utf-8?Q?a b_c?=", "a b c"},
		{"never closed", "=?gb2312?B?" + b64, want},
		{"raw gb", string(gb), want},
		{"raw big5", string(b5), "關於小區停電的問題"},
		{"raw utf-8", string(u8), want},
		{"lying label", bword("gb2312", u8), want},
		{"unknown label", bword("x-foo", gb), want},
		{"four-byte surname", bword("gb2312", encode(t, "gb18030", "𠮷某")), "𠮷某"},
		{"plain ascii", "hello =?not a word?= x", "hello =?not a word?= x"},
		{"q with question mark", "=?utf-8?Q?=E4=BD=A0=3F?=", "你?"},
		{"hz raw", string(encode(t, "hz", want)), want},
		{"empty word", "=?utf-8?B??=" + bword("utf-8", u8), want},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire("Subject: "+tt.raw+"\nContent-Type: text/plain\n\nx", eol))
				if l.Subject != tt.want {
					t.Errorf("subject %q, want %q", l.Subject, tt.want)
				}
			})
		}
	}
}

func TestFilenames(t *testing.T) {
	t.Parallel()
	gb, u8 := encode(t, "gb18030", "投诉材料一.doc"), "投诉材料一.doc"
	const want = "投诉材料一.doc"
	pct := url.QueryEscape(string(gb))
	pct8 := url.QueryEscape(u8)
	tests := []struct{ name, header, want string }{
		{"rfc 2231 gbk", "Content-Disposition: attachment; filename*=GBK''" + pct, want},
		{"rfc 2231 utf-8", "Content-Disposition: attachment; filename*=utf-8''" + pct8, want},
		{"rfc 2231 in pieces, a character cut", "Content-Disposition: attachment; filename*0*=gb2312''" + pct[:3] + ";\n filename*1*=" + pct[3:], want},
		{"pieces in wrong order", "Content-Disposition: attachment; filename*1*=" + pct[12:] + ";\n filename*0*=gb2312''" + pct[:12], want},
		{"mixed pieces", "Content-Disposition: attachment; filename*0*=utf-8''" + pct8[:9] + ";\n filename*1*=" + pct8[9:len(pct8)-4] + ";\n filename*2=.doc", want},
		{"encoded word in quotes", "Content-Disposition: attachment; filename=\"" + bword("gb2312", gb) + "\"", want},
		{"encoded word without quotes", "Content-Disposition: attachment; filename=" + bword("gb2312", gb), want},
		{"two encoded words", "Content-Disposition: attachment;\n filename=\"" + bword("gbk", gb[:5]) + "\n " + bword("gbk", gb[5:]) + "\"", want},
		{"encoded word in pieces", "Content-Disposition: attachment; filename*0=\"" + bword("gbk", gb)[:20] + "\"; filename*1=\"" + bword("gbk", gb)[20:] + "\"", want},
		{"raw gbk in quotes", "Content-Disposition: attachment; filename=\"" + string(gb) + "\"", want},
		{"raw gbk without quotes", "Content-Disposition: attachment; filename=" + string(gb), want},
		{"raw utf-8", "Content-Disposition: attachment; filename=\"" + u8 + "\"", want},
		{"percent in the plain form", "Content-Disposition: attachment; filename=\"" + pct8 + "\"", want},
		{"asterisk lost", "Content-Disposition: attachment; filename=utf-8''" + pct8, want},
		{"both forms, the plain one garbled", "Content-Disposition: attachment; filename=\"????.doc\"; filename*=utf-8''" + pct8, want},
		{"twice", "Content-Disposition: attachment; filename=\"" + u8 + "\"; filename=\"b.doc\"", want},
		{"only name", "Content-Type: application/msword; name=\"" + bword("gb2312", gb) + "\"\nContent-Disposition: attachment", want},
		{"quote never closed", "Content-Disposition: attachment; filename=\"" + u8, want},
		{"windows path", `Content-Disposition: attachment; filename="C:\tmp\` + u8 + `"`, want},
		{"unix path", "Content-Disposition: attachment; filename=\"../../" + u8 + "\"", want},
		{"single quotes", "Content-Disposition: attachment; filename='a b.doc'", "a b.doc"},
		{"blanks without quotes", "Content-Disposition: attachment; filename=a b c.doc; size=3", "a b c.doc"},
		{"semicolon in quotes", "Content-Disposition: attachment; filename=\"a;b.doc\"", "a;b.doc"},
		{"direction marks", "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEcod.exe", "acod.exe"},
		{"nothing", "Content-Disposition: attachment", "附件1.doc"},
		{"dots", "Content-Disposition: attachment; filename=\"..\"", "附件1.doc"},
		{"trailing backslash byte", "Content-Disposition: attachment; filename=\"" + string(encode(t, "big5", "許功蓋.doc")) + "\"", "許功蓋.doc"},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				head := tt.header
				if !strings.Contains(head, "Content-Type:") {
					head = "Content-Type: application/msword\n" + head
				}
				l := Parse(wire("Subject: x\n"+head+"\n\nbytes", eol))
				if len(l.Attachments) != 1 || l.Attachments[0].Name != tt.want {
					t.Errorf("attachments %+v, want %q", l.Attachments, tt.want)
				}
			})
		}
	}
}

func TestAttachmentBytesAreNotConverted(t *testing.T) {
	t.Parallel()
	gb := encode(t, "gb18030", "姓名,电话\r\n张三,138\r\n")
	raw := "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n见附件\n--b\nContent-Type: text/csv; charset=gbk; name=a.csv\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" + wrap64(gb) + "--b--\n"
	l := Parse([]byte(raw))
	if len(l.Attachments) != 1 || string(l.Attachments[0].Data()) != string(gb) || l.Attachments[0].Size != int64(len(gb)) {
		t.Errorf("attachments %+v", l.Attachments)
	}
	if l.Text != "见附件" {
		t.Errorf("text %q", l.Text)
	}
}

// What comes out of a decoder is UTF-8 whatever goes in: it is not looked at again.
func TestDecodedTextIsUTF8(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"~{", "~}", "\x1b$)A", "\x0e", "\x0f", "\x1b$B", "\x1b(B", "+", "-", "+2AA-", "\xff\xfe", "\xfe\xff", "\x00\xd8", "\xd8\x00", "\xed\xa0\x80", "\xef\xbb\xbf", "\x81\x30\x81\x30", "\xfe\x39", "a", "\r\n", "\xc4\xe3"}
	for _, label := range []string{"", "us-ascii", "utf-8", "gbk", "gb18030", "hz-gb-2312", "iso-2022-cn", "iso-2022-jp", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "big5", "big5-hkscs", "iso-8859-1", "windows-1251", "euc-kr", "shift_jis", "koi8-r", "x-none"} {
		for range 200 {
			var data []byte
			for range rnd.IntN(12) {
				data = append(append(data, pieces[rnd.IntN(len(pieces))]...), byte(rnd.UintN(256)))
			}
			if s, _ := decodeText(label, data); !utf8.ValidString(s) {
				t.Errorf("%q as %q gave %q", data, label, s)
			}
		}
	}
}
