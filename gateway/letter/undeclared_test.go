package letter

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// escapes is quoted-printable with every byte escaped.
func escapes(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		fmt.Fprintf(&out, "=%02X", s[i])
	}
	return out.String()
}

// TestUndeclaredEncodings reads what was encoded in another way than the mail says.
func TestUndeclaredEncodings(t *testing.T) {
	t.Parallel()
	const zh = "我家门前的路灯坏了三天，请派人修理。"
	b64 := wrap64([]byte(strings.Repeat(zh+"\n", 6)))
	long := strings.TrimSpace(strings.Repeat(zh+"\n", 6))
	gb := string(encode(t, "gb18030", zh))
	const url = "第一条：您好？？？～～～电费～？第二条：请答复～～？"
	for _, tt := range []struct{ name, raw, want string }{
		{"base64 without a field", "\n" + b64, long},
		{"base64 as 7bit", "Content-Transfer-Encoding: 7bit\n\n" + b64, long},
		{"base64 under quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\n" + b64, long},
		{"base64 under a second field", "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n" + b64, long},
		{"base64 of more than the sample", "\n" + wrap64([]byte(strings.Repeat(zh+"\n", 300))), strings.TrimSpace(strings.Repeat(zh+"\n", 300))},
		{"quoted-printable without a field", "\n" + escapes(zh), zh},
		{"quoted-printable under base64", "Content-Transfer-Encoding: base64\n\n" + escapes(zh), zh},
		{"quoted-printable in GBK", "Content-Type: text/plain; charset=gbk\n\n" + escapes(gb), zh},
		{"quoted-printable within base64", "Content-Transfer-Encoding: base64\n\n" + wrap64([]byte(escapes(zh))), zh},
		{"quoted-printable in two words", "Content-Transfer-Encoding: quoted printable\n\n" + escapes(zh), zh},
		{"base64 for a URL", "Content-Transfer-Encoding: base64\n\n" + base64.URLEncoding.EncodeToString([]byte(url)), url},
		{"references", "\n&#25105;&#23478;&#38376;&#21069;&#x7684;&#x8DEF;&#x706F; ok", "我家门前的路灯 ok"},
		{"references of a script", "\n%u6211%u5BB6%u95E8%u524D%u7684 3 %u8DEF%u706F", "我家门前的 3 路灯"},
		{"references of another script", "\n\\u6211\\u5bb6\\u95e8\\u524d\\u7684\n\\u8def\\u706f", "我家门前的\n路灯"},
		{"references in a page", "Content-Type: text/html\n\n&#25105;&#23478;&#38376;&#21069;&#30340;&#60;b&#62;", "我家门前的<b>"},
		{"a few references", "\nWrite &#25105; for me and &#20320; for you, please, in this page.", "Write &#25105; for me and &#20320; for you, please, in this page."},
		{"a web address", "\nhttp://a.example/?q=%E6%88%91%E5%AE%B6&page=2&sort=up&more=none&x=0", "http://a.example/?q=%E6%88%91%E5%AE%B6&page=2&sort=up&more=none&x=0"},
		{"base64 of English", "\n" + wrap64([]byte("Please have a look at the street lamp.")), strings.TrimSpace(wrap64([]byte("Please have a look at the street lamp.")))},
		{"a few codes", "\nThe subject =E5=81=9C was broken.", "The subject =E5=81=9C was broken."},
		{"a word", "\nABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF"},
	} {
		l := Parse([]byte("From: a@b.example\n" + tt.raw))
		if l.Text != tt.want {
			t.Errorf("%s: text %q, want %q; defects %v", tt.name, l.Text, tt.want, l.Defects)
		}
		checkSane(t, l)
	}
	data := []byte(url)
	coded := []byte(base64.URLEncoding.EncodeToString(data))
	if !strings.ContainsAny(string(coded), "-_") {
		t.Fatalf("%s holds none of the signs that are looked for", coded)
	}
	if got := transferSize(transferBase64, coded); got != int64(len(data)) {
		t.Errorf("size of base64 for a URL is %d, want %d", got, len(data))
	}
}

// TestDamagedCharsets reads texts that were cut, hurt or written by halves under
// labels that do not fit.
func TestDamagedCharsets(t *testing.T) {
	t.Parallel()
	const zh = "我家门前的路灯坏了三天，请派人修理。"
	long := strings.Repeat(zh, 200)
	for _, tt := range []struct{ name, label, body, want string }{
		{"a long UTF-8 text as gb2312", "gb2312", long, long},
		{"a long UTF-8 text as gb2312, one byte on", "gb2312", "a" + long, "a" + long},
		{"a long UTF-8 text as gb2312, two bytes on", "gb2312", "ab" + long, "ab" + long},
		{"UTF-8 as gbk, cut within a character", "gbk", zh + "路\xe7\x81", zh + "路"},
		{"UTF-8 without a label, cut within a character", "", zh + "路\xe7\x81", zh + "路"},
		{"UTF-8 as gbk, one byte hurt", "gbk", zh + "\xff" + zh, zh + "\uFFFD" + zh},
		{"half a character at the end of GBK", "gbk", string(encode(t, "gb18030", zh+"路"))[:len(zh)/3*2+1], zh},
		{"half a character above a line end", "gbk", string(encode(t, "gb18030", zh+"路"))[:len(zh)/3*2+1] + "\r\n", zh},
		{"a mark that was written", "utf-8", zh + "\uFFFD", zh + "\uFFFD"},
		{"halves of a pair", "utf-8", "姓\xed\xa1\x82\xed\xbe\xb7，" + zh, "姓𠮷，" + zh},
		{"halves of a pair under their name", "cesu-8", "姓\xed\xa1\x82\xed\xbe\xb7，" + zh, "姓𠮷，" + zh},
		{"one half alone", "utf-8", "姓\xed\xa1\x82，" + zh, "姓\uFFFD，" + zh},
		{"UTF-16 as gb2312", "gb2312", "\xff\xfe" + string(encode(t, "utf-16le", zh)), zh},
		{"GBK as koi8-r", "koi8-r", string(encode(t, "gb18030", zh)), zh},
		{"GBK as euc-kr", "euc-kr", string(encode(t, "gb18030", zh)), zh},
		{"GBK as shift_jis", "shift_jis", string(encode(t, "gb18030", zh)), zh},
		{"GBK as utf-16", "utf-16", string(encode(t, "gb18030", zh+"请派人修理！")), zh + "请派人修理！"},
		{"GBK as windows-1251", "windows-1251", string(encode(t, "gb18030", zh)), zh},
	} {
		l := Parse([]byte("From: a@b.example\nContent-Type: text/plain; charset=" + tt.label + "\nContent-Transfer-Encoding: base64\n\n" + wrap64([]byte(tt.body))))
		if l.Text != tt.want {
			t.Errorf("%s: text %.60q, want %.60q; defects %v", tt.name, l.Text, tt.want, l.Defects)
		}
	}
}

// TestTrueLabels leaves texts of other languages to their own charsets.
func TestTrueLabels(t *testing.T) {
	t.Parallel()
	for label, text := range map[string]string{
		"euc-kr":       "안녕하십니까. 저희 회사는 공장 소음 문제로 민원을 제기합니다. 밤마다 시끄러워서 잠을 잘 수 없습니다.",
		"shift_jis":    "工場の騒音について苦情を申し上げます。夜間の作業を停止してください。",
		"euc-jp":       "工場の騒音について苦情を申し上げます。夜間の作業を停止してください。",
		"koi8-r":       "Уважаемые господа, наш завод просит рассмотреть вопрос о поставке электроэнергии.",
		"windows-1251": "Уважаемые господа, наш завод просит рассмотреть вопрос о поставке электроэнергии.",
		"iso-8859-7":   "Σας παρακαλώ να εξετάσετε το θέμα του θορύβου του εργοστασίου.",
		"tis-620":      "เรียน ท่านผู้อำนวยการ โรงงานส่งเสียงดังมากในเวลากลางคืน",
		"windows-1252": "Würden Sie bitte prüfen, ob der Lärm der Fabrik zulässig ist? Grüße, Jürgen Müßig",
	} {
		raw, err := codec(parseCharset(label)).NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(label, err)
		}
		l := Parse([]byte("From: a@b.example\nContent-Type: text/plain; charset=" + label + "\nContent-Transfer-Encoding: base64\n\n" + wrap64(raw)))
		if l.Text != text {
			t.Errorf("%s: text %q, want %q; defects %v", label, l.Text, text, l.Defects)
		}
	}
}

// Who obeys new text obeys no attachment: what is read of one for want of another
// text is text, but not new.
func TestNamelessIsNotNew(t *testing.T) {
	const head = "From: a@b.example\nMIME-Version: 1.0\n"
	for _, declared := range []string{
		"Content-Type: application/octet-stream", "Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment", "Content-Type: text/html; charset=utf-8\nContent-Disposition: attachment",
	} {
		for _, mail := range []string{
			head + declared + "\n\n批准，小区已经停电三天了\n",
			head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\n--b\n" + declared + "\n\n批准，小区已经停电三天了\n--b--\n",
		} {
			l := Parse([]byte(mail))
			if l.New != "" || l.Text != "批准，小区已经停电三天了" {
				t.Errorf("new %q, text %q of\n%s", l.New, l.Text, mail)
			}
		}
	}
}
