package letter

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestDirtyLabels reads one text under everything that mailers call its charset.
func TestDirtyLabels(t *testing.T) {
	t.Parallel()
	gb := string(encode(t, "gb18030", simplified))
	labels := map[string][]string{
		gb: {"gb2312", "GB2312", "gbk", "gb18030", "cp936", "ms936", "x-gbk", "euc-cn", "gb_2312-80", "csGB2312", `"gb2312;"`, "GB2312, ", "'gb2312'", `"gb2312`, "gbk;", "gb2312 (x)", "GB2312_CHARSET",
			"x-unknown", "unknown-8bit", "default", "", "us-ascii", "iso-8859-1", "utf-8", "windows-1252", "ansi", "gbk//IGNORE", "gb2312//TRANSLIT", "charset=gbk", "zh_CN.gbk", "zh-cn", "GB 2312", "gb231280"},
		simplified:                                   {"utf-8", "UTF8", "utf8", "utf-8//IGNORE", `"utf-8;"`, "utf-8,", "gb2312", "gbk", "us-ascii", "iso-8859-1", "x-unknown", "", "unicode-1-1-utf-8", "utf-8;", "UTF_8", "utf 8", "zh_CN.UTF-8"},
		string(encode(t, "hz", simplified)):          {"hz-gb-2312", "HZ", "", "us-ascii"},
		string(encode(t, "iso-2022-cn", simplified)): {"iso-2022-cn", "ISO-2022-CN-EXT", "", "gb2312"},
		string(encode(t, "utf-7", simplified)):       {"utf-7", "UTF7", "unicode-1-1-utf-7"},
		string(encode(t, "utf-16", simplified)):      {"utf-16", "unicode", "utf-16le", ""},
		string(encode(t, "utf-16le", simplified)):    {"utf-16le", "utf-16"},
		string(encode(t, "utf-16be", simplified)):    {"utf-16be", "utf-16"},
	}
	for body, list := range labels {
		for _, label := range list {
			raw := "From: a@b.example\nContent-Type: text/plain; charset=" + label + "\nContent-Transfer-Encoding: base64\n\n" + wrap64([]byte(body))
			if l := Parse([]byte(raw)); l.Text != simplified {
				t.Errorf("charset=%s over %.12q: %q, defects %v", label, body, l.Text, l.Defects)
			}
		}
	}
}

// dirtyCase is one broken mail and what a person would make of it; fields left
// empty are not compared.
type dirtyCase struct {
	name, raw                                string
	from, address, subject, text, file, data string
}

func dirtyCases(t *testing.T) []dirtyCase {
	gb := func(s string) string { return string(encode(t, "gb18030", s)) }
	b5 := func(s string) string { return string(encode(t, "big5", s)) }
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	const head = "From: a@b.example\n"
	file := func(fields string) string {
		return head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n" + fields + "\n\nabc\n--b--\n"
	}
	name := "关于停电的材料.doc"
	return []dirtyCase{
		// senders
		{name: "address twice", raw: "From: a@b.example <a@b.example>\n\nx", address: "a@b.example"},
		{name: "raw GBK name", raw: "From: " + gb("张三") + " <a@b.example>\nSubject: " + gb("停电三天了") + "\n\nx", from: "张三", address: "a@b.example", subject: "停电三天了"},
		{name: "raw GBK name in quotes", raw: "From: \"" + gb("欧阳建国") + "\" <a@b.example>\n\nx", from: "欧阳建国", address: "a@b.example"},
		{name: "raw Big5", raw: "From: \"" + b5("陳先生") + "\" <a@b.example>\nSubject: " + b5("關於停電的問題") + "\n\nx", from: "陳先生", subject: "關於停電的問題"},
		{name: "raw UTF-8", raw: "From: 张三 <a@b.example>\nSubject: 停电了\n\nx", from: "张三", subject: "停电了"},
		{name: "full-width brackets", raw: "From: 张三＜a@b.example＞\n\nx", address: "a@b.example"},
		{name: "brackets in the name", raw: "From: [张三] (x) <a@b.example>\n\nx", address: "a@b.example"},
		{name: "brackets in a word", raw: "From: =?utf-8?B?" + b64("张三<物业>") + "?= <a@b.example>\n\nx", from: "张三<物业>", address: "a@b.example"},
		{name: "a comma in a word", raw: "From: =?utf-8?B?" + b64("张三, 李四") + "?= <a@b.example>\n\nx", from: "张三, 李四", address: "a@b.example"},
		{name: "semicolon behind", raw: "From: <a@b.example>;\n\nx", address: "a@b.example"},
		{name: "name in a comment", raw: "From: a@b.example (=?gbk?B?" + b64(gb("张三")) + "?=)\n\nx", from: "张三", address: "a@b.example"},
		{name: "open bracket", raw: "From: Zhang <a@b.example\n\nx", address: "a@b.example"},
		{name: "no blank before the bracket", raw: "From: \"" + "张三\"<a@b.example>\n\nx", from: "张三", address: "a@b.example"},
		{name: "word in quotes", raw: "From: \"=?gb2312?B?" + b64(gb("张三")) + "?=\" <a@b.example>\n\nx", from: "张三"},
		{name: "word glued to the bracket", raw: "From: =?gb2312?B?" + b64(gb("张三")) + "?=<a@b.example>\n\nx", from: "张三", address: "a@b.example"},
		{name: "quotes in quotes", raw: "From: \"\"张三\"\" <a@b.example>\n\nx", from: "张三", address: "a@b.example"},
		{name: "international domain", raw: "From: a@例子.example\n\nx", address: "a@xn--fsqu00a.example"},
		{name: "international domain in a bracket", raw: "From: 张三 <a@例子.example>\n\nx", from: "张三", address: "a@xn--fsqu00a.example"},
		{name: "wide letters are no domain of ours", raw: "From: a@ｂ.example\n\nx", address: "a@ｂ.example"},
		{name: "look-alike letters stay apart", raw: "From: a@ь.example\n\nx", address: "a@xn--11a.example"},
		{name: "blanks around the signs", raw: "From: zhang @ b . example\n\nx", address: "zhang@b.example"},
		{name: "blanks and a name", raw: "From: 张三 zhang @b.example\n\nx", from: "张三", address: "zhang@b.example"},
		{name: "a comment in the domain", raw: "From: Zhang <zhang@b(x). example>\n\nx", address: "zhang@b.example"},
		{name: "a comment in a bare domain", raw: "From: zhang@b(x).  example\n\nx", address: "zhang@b.example"},
		{name: "an end of sentence", raw: "From: zhang@b.example . Zhang\n\nx", address: "zhang@b.example"},
		{name: "needless quotes", raw: "From: \"zhang.san\"@b.example\n\nx", address: "zhang.san@b.example"},
		{name: "needless quotes in the bracket", raw: "From: 张三 <\"zhang.san\"@b.example>\n\nx", from: "张三", address: "zhang.san@b.example"},
		{name: "full-width at sign", raw: "From: 张三 <zhang＠b.example>\n\nx", from: "张三", address: "zhang@b.example"},
		{name: "at sign of a name", raw: "From: 张三＠物业 <zhang@b.example>\n\nx", from: "张三＠物业", address: "zhang@b.example"},
		{name: "mailto", raw: "From: 张三 <mailto:a@b.example>\n\nx", address: "a@b.example"},
		{name: "blanks in the bracket", raw: "From: 张三 < a@b.example >\n\nx", address: "a@b.example"},
		{name: "folded within the bracket", raw: "From: =?utf-8?B?" + b64("张三") + "?=\n\t<a@b.example>\n\nx", from: "张三", address: "a@b.example"},
		{name: "a comma in a name", raw: "From: Wang, Jianguo <a@b.example>\n\nx", from: "Wang, Jianguo", address: "a@b.example"},
		{name: "a comma behind a name", raw: "From: 张三, <a@b.example>\n\nx", from: "张三", address: "a@b.example"},
		{name: "needed quotes, bare", raw: "From: \"zhang san\"@b.example\n\nx", address: "\"zhang san\"@b.example"},
		{name: "a literal", raw: "From: 张三 <a@[192.0.2.1]>\n\nx", from: "张三", address: "a@[192.0.2.1]"},
		{name: "quotes of the name's own", raw: "From: \"\\\"老张\\\" 三\" <a@b.example>\n\nx", from: "\"老张\" 三", address: "a@b.example"},
		{name: "an address in a comment", raw: "From: =?gbk?B?" + b64(gb("张三")) + "?=(a@b.example)\n\nx", from: "张三", address: "a@b.example"},
		{name: "a colon in a name", raw: "From: 张三:城东 <a@b.example>\n\nx", from: "张三:城东", address: "a@b.example"},
		// subjects
		{name: "raw GBK that is UTF-8 too", raw: head + "Subject: " + gb("通知") + "\n\nx", subject: "通知"},
		{name: "raw GBK of two characters", raw: head + "Subject: " + gb("郭靖") + "\n\nx", subject: "郭靖"},
		{name: "raw Cyrillic", raw: head + "Subject: Иван\n\nx", subject: "Иван"},
		{name: "character cut between words", raw: head + "Subject: =?gb2312?B?" + b64(gb("停电了")[:3]) + "?=\n =?gb2312?B?" + b64(gb("停电了")[3:]) + "?=\n\nx", subject: "停电了"},
		{name: "blanks within base64", raw: head + "Subject: =?utf-8?B?" + b64("停电了")[:4] + " " + b64("停电了")[4:] + "?=\n\nx", subject: "停电了"},
		{name: "raw blanks in Q", raw: head + "Subject: =?utf-8?Q?Re: =E5=81=9C=E7=94=B5 now?=\n\nx", subject: "Re: 停电 now"},
		{name: "lower-case hexadecimal", raw: head + "Subject: =?utf-8?q?=e5=81=9c=e7=94=b5?=\n\nx", subject: "停电"},
		{name: "a word that never closes", raw: head + "Subject: =?utf-8?B?" + b64("停电了") + "\n\nx", subject: "停电了"},
		{name: "a word within a word", raw: head + "Subject: =?utf-8?B?" + b64("=?gbk?B?"+b64(gb("停电了"))+"?=") + "?=\n\nx", subject: "停电了"},
		{name: "a word cut within a character", raw: head + "Subject: =?utf-8?B?" + b64("停电了")[:10] + "\n\nx", subject: "停电"},
		{name: "a text cut within a character", raw: head + "Subject: =?gb2312?B?" + b64(gb("关于停电的反映")[:13]) + "?=\n\nx", subject: "关于停电的反"},
		{name: "a text cut in Q", raw: head + "Subject: =?utf-8?Q?=E5=81=9C=E7=94?=\n\nx", subject: "停"},
		{name: "a word half closed", raw: head + "Subject: =?utf-8?B?" + b64("停电了") + "?\n\nx", subject: "停电了"},
		{name: "a word without a charset", raw: head + "Subject: =??B?" + b64(gb("关于停电的反映")) + "?=\n\nx", subject: "关于停电的反映"},
		{name: "a word closed by a blank", raw: head + "Subject: =?utf-8?B?" + b64("停电了") + " ?=\n\nx", subject: "停电了"},
		{name: "label of a lying word", raw: head + "Subject: =?gb2312?B?" + b64("关于停电的反映") + "?=\n\nx", subject: "关于停电的反映"},
		{name: "word with GBK under utf-8", raw: head + "Subject: =?utf-8?B?" + b64(gb("关于停电的反映")) + "?=\n\nx", subject: "关于停电的反映"},
		{name: "words of two charsets", raw: head + "Subject: =?gbk?B?" + b64(gb("停电")) + "?= =?utf-8?B?" + b64("三天") + "?=\n\nx", subject: "停电三天"},
		{name: "base64 folded by a script", raw: "Subject: =?utf-8?B?" + b64("关于我家门前的路灯坏了三天") + "\n" + b64("请派人修理") + "\n?=\n" + head + "\nx", subject: "关于我家门前的路灯坏了三天请派人修理", address: "a@b.example", text: "x"},
		{name: "Q folded by a script", raw: "Subject: =?utf-8?Q?=E5=81=9C=E7=\n=94=B5=\n=E4=BA=86?=\n" + head + "\nx", subject: "停电了", address: "a@b.example", text: "x"},
		{name: "Q with soft breaks", raw: head + "Subject: =?utf-8?Q?=E5=81=9C=E7=\n =94=B5=\n =E4=BA=86?=\n\nx", subject: "停电了"},
		{name: "no word goes on in a sentence", raw: "Subject: =?utf-8?B?" + b64("停电了") + "\nwe need help\n" + head + "\nx", subject: "停电了", text: "x"},
		{name: "quoted-printable without a word", raw: head + "Subject: " + escapes(gb("关于停电的反映")) + "\n\nx", subject: "关于停电的反映"},
		{name: "base64 without a word", raw: head + "Subject: " + b64("关于停电的反映") + "\n\nx", subject: "关于停电的反映"},
		{name: "an identifier", raw: head + "Subject: ABCDabcd0123456789ABCDabcd01\n\nx", subject: "ABCDabcd0123456789ABCDabcd01"},
		{name: "two subjects", raw: head + "Subject: first\nSubject: second\n\nx", subject: "first"},
		{name: "base64url", raw: head + "Subject: =?utf-8?B?" + base64.URLEncoding.EncodeToString([]byte("停电？了～")) + "?=\n\nx", subject: "停电？了～"},
		{name: "blanks within a word's labels", raw: head + "Subject: =? gbk ? B ?" + b64(gb("停电了")) + "?=\n\nx", subject: "停电了"},
		{name: "no word", raw: head + "Subject: =? what ? b ?x?=\n\nx", subject: "=? what ? b ?x?="},
		{name: "raw GBK in rare characters", raw: "From: \"" + gb("欧阳䶮") + "\" <a@b.example>\nContent-Type: text/plain; charset=utf-8\n\n停电了", from: "欧阳䶮"},
		{name: "raw Western name", raw: "From: \"M\xfcller Ren\xe9\" <a@b.example>\n\nx", from: "Müller René"},
		// file names
		{name: "name only", raw: file("Content-Type: application/msword; name=\"" + gb(name) + "\""), file: name},
		{name: "names that differ", raw: file("Content-Type: application/msword; name=\"a.doc\"\nContent-Disposition: attachment; filename=\"" + name + "\""), file: name},
		{name: "name without quotes", raw: file("Content-Type: application/msword; name=" + gb("停电 材料.doc")), file: "停电 材料.doc"},
		{name: "word in a name", raw: file("Content-Disposition: attachment; filename=\"=?GB2312?B?" + b64(gb(name)) + "?=\""), file: name},
		{name: "words in pieces", raw: file("Content-Disposition: attachment; filename=\"=?GB2312?B?" + b64(gb(name)[:9]) + "?=\n =?GB2312?B?" + b64(gb(name)[9:]) + "?=\""), file: name},
		{name: "percent without a star", raw: file("Content-Disposition: attachment; filename=\"%E5%81%9C%E7%94%B5.doc\""), file: "停电.doc"},
		{name: "percent in GBK", raw: file("Content-Disposition: attachment; filename*=GBK''%CD%A3%B5%E7.doc"), file: "停电.doc"},
		{name: "extended in quotes", raw: file("Content-Disposition: attachment; filename*=\"utf-8''%E5%81%9C%E7%94%B5.doc\""), file: "停电.doc"},
		{name: "extended without a charset", raw: file("Content-Disposition: attachment; filename*=%E5%81%9C%E7%94%B5.doc"), file: "停电.doc"},
		{name: "extended in raw GBK", raw: file("Content-Disposition: attachment; filename*=gbk''" + gb("停电") + ".doc"), file: "停电.doc"},
		{name: "percent in lower case", raw: file("Content-Disposition: attachment; filename*0*=utf-8''%e5%81%9c;\n filename*1*=%e7%94%b5;\n filename*2=\".doc\""), file: "停电.doc"},
		{name: "pieces from one", raw: file("Content-Disposition: attachment; filename*1*=utf-8''%e5%81%9c; filename*2*=%e7%94%b5.doc"), file: "停电.doc"},
		{name: "pieces cut within an escape", raw: file("Content-Disposition: attachment; filename*0*=utf-8''%E5%8; filename*1*=1%9C%E7%; filename*2*=94%B5.doc"), file: "停电.doc"},
		{name: "one quote behind the charset", raw: file("Content-Disposition: attachment; filename*=utf-8'%E5%81%9C%E7%94%B5.doc"), file: "停电.doc"},
		{name: "a plain quote", raw: file("Content-Disposition: attachment; filename*=it's.doc"), file: "it's.doc"},
		{name: "an escape behind a character", raw: file("Content-Disposition: attachment; filename=\"停\\\"电\\\".doc\""), file: "停_电_.doc"},
		{name: "both forms", raw: file("Content-Disposition: attachment; filename=\"??.doc\"; filename*=utf-8''%E5%81%9C%E7%94%B5.doc"), file: "停电.doc"},
		{name: "a name lost to question marks", raw: file("Content-Type: application/msword; name=\"=?GB2312?B?" + b64(gb(name)) + "?=\"\nContent-Disposition: attachment; filename=\"????.doc\""), file: name},
		{name: "a long name", raw: file("Content-Disposition: attachment; filename*=utf-8''" + strings.Repeat("%E5%81%9C", 120) + ".doc"), file: strings.Repeat("停", 120) + ".doc"},
		{name: "references of a script", raw: file("Content-Disposition: attachment; filename=\"%u505C%u7535%u6750%u6599.doc\""), file: "停电材料.doc"},
		{name: "character references", raw: file("Content-Disposition: attachment; filename=\"&#20572;&#30005;.doc\""), file: "停电.doc"},
		{name: "a disposition without a word", raw: file("Content-Type: application/pdf\nContent-Disposition: filename=\"停电.pdf\""), file: "停电.pdf"},
		{name: "a path", raw: file("Content-Disposition: attachment; filename=\"C:\\Users\\停电.doc\""), file: "停电.doc"},
		{name: "semicolon in a name", raw: file("Content-Disposition: attachment; filename=\"停电;三天.doc\""), file: "停电;三天.doc"},
		{name: "no disposition, a comma", raw: file("Content-Type: application/msword, name=\"停电.doc\""), file: "停电.doc"},
		// transfer encodings
		{name: "8bits", raw: head + "Content-Transfer-Encoding: 8bits\nContent-Type: text/plain; charset=gbk\n\n" + gb("停电了"), text: "停电了"},
		{name: "utf-8 as an encoding", raw: head + "Content-Transfer-Encoding: utf-8\n\n停电了", text: "停电了"},
		{name: "commented encoding", raw: head + "Content-Transfer-Encoding: base64 (x)\n\n" + b64("停电了"), text: "停电了"},
		{name: "encoding in capitals and quotes", raw: head + "Content-Transfer-Encoding: \"BASE64\"\n\n" + b64("停电了"), text: "停电了"},
		{name: "no padding", raw: head + "Content-Transfer-Encoding: base64\n\n" + strings.TrimRight(b64("停电了!"), "="), text: "停电了!"},
		{name: "lines of odd length", raw: head + "Content-Transfer-Encoding: base64\n\n" + b64("停电了，三天")[:7] + "\n" + b64("停电了，三天")[7:], text: "停电了，三天"},
		{name: "base64 with junk", raw: head + "Content-Transfer-Encoding: base64\n\n" + b64("停电了，三天")[:8] + "!\n *" + b64("停电了，三天")[8:], text: "停电了，三天"},
		{name: "base64 for a URL", raw: head + "Content-Transfer-Encoding: base64\n\n" + base64.URLEncoding.EncodeToString([]byte("停电？了～？～？")), text: "停电？了～？～？"},
		{name: "a footer behind base64", raw: head + "Content-Transfer-Encoding: base64\n\n" + b64("停电了") + "\n\n", text: "停电了"},
		{name: "soft break within a character", raw: head + "Content-Transfer-Encoding: quoted-printable\n\n=E5=81=\n=9C=E7=94=B5=", text: "停电"},
		{name: "lower-case quoted-printable", raw: head + "Content-Transfer-Encoding: quoted-printable\n\n=e5=81=9c a=zz", text: "停 a=zz"},
		{name: "plain text under base64", raw: head + "Content-Transfer-Encoding: base64\n\n您好，停电了。Hello, it is dark here.", text: "您好，停电了。Hello, it is dark here."},
		// structure
		{name: "boundary with blanks", raw: head + "Content-Type: multipart/mixed; boundary=\"a b \"\n\n--a b\n\n停电了\n--a b--\n", text: "停电了"},
		{name: "boundary without quotes", raw: head + "Content-Type: multipart/mixed; boundary=----=_Part=1\n\n------=_Part=1\n\n停电了\n------=_Part=1--\n", text: "停电了"},
		{name: "no boundary declared", raw: head + "Content-Type: multipart/mixed\n\n--xyz\nContent-Type: text/plain\n\n停电了\n--xyz--\n", text: "停电了"},
		{name: "a boundary of one letter", raw: head + "Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\n停电了\n--b--\n", text: "停电了"},
		{name: "byte-order mark", raw: "\ufeffFrom: 张三 <a@b.example>\nSubject: x\n\n停电了", text: "停电了", from: "张三", address: "a@b.example"},
		{name: "another boundary", raw: head + "Content-Type: multipart/mixed; boundary=a\n\n--xyz\nContent-Type: text/plain\n\n停电了\n--xyz--\n", text: "停电了"},
		{name: "a blank line before a part's header", raw: head + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\n" + b64(gb("停电了")) + "\n--a--\n", text: "停电了"},
		{name: "never closed", raw: head + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\n停电了", text: "停电了"},
		{name: "preamble and epilogue", raw: head + "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\n停电了\n--a--\nepilogue", text: "停电了"},
		{name: "no parts", raw: head + "Content-Type: multipart/mixed; boundary=a\n\n停电了\n", text: "停电了"},
		{name: "no mbox line", raw: "From  : 张三 <a@b.example>\nSubject : x\n\n停电了", from: "张三", address: "a@b.example", subject: "x", text: "停电了"},
		{name: "mbox line", raw: "From a@b.example Thu Jan  1 00:00:00 2026\nFrom: a@b.example\nSubject: x\n\n停电了", text: "停电了", subject: "x"},
		{name: "a line without a colon", raw: head + "rubbish\nSubject: x\n\n停电了", text: "停电了", subject: "x"},
		{name: "blank before the colon", raw: head + "Subject : x\n\n停电了", subject: "x"},
		{name: "flowed", raw: head + "Content-Type: text/plain; format=flowed; delsp=yes\n\n停电 \n了\n\n好", text: "停电了\n\n好"},
		{name: "enriched", raw: head + "Content-Type: text/enriched\n\n<bold>停电</bold>了", text: "停电了"},
		{name: "enriched paragraphs", raw: head + "Content-Type: text/enriched\n\n停电\n\n三天\n了\n\n\n好", text: "停电\n三天了\n\n好"},
		{name: "a type turned round", raw: head + "Content-Type: plain/text; charset=gbk\n\n" + gb("停电了"), text: "停电了"},
		{name: "a type in an encoded word", raw: head + "Content-Type: =?utf-8?Q?text/plain?=\n\n停电了", text: "停电了"},
		{name: "nothing but a blank behind a type", raw: head + "Content-Type: text/html charset=hz-gb-2312\n\n<p>~{M#5g~}</p>", text: "停电"},
		{name: "a file without a name", raw: head + "Content-Type: application/octet-stream\n\n" + gb("停电三天了，没有人管"), text: "停电三天了，没有人管"},
		{name: "an attachment without a name", raw: head + "Content-Disposition: attachment\n\n停电了", text: "停电了", file: "附件1.txt"},
		{name: "another kind of text", raw: head + "Content-Type: text/x-markdown\n\n停电三天了，没有人管", text: "停电三天了，没有人管"},
		{name: "RTF without a name", raw: head + "Content-Type: application/rtf\n\n{\\rtf1\\ansi\\ansicpg936 \\'cd\\'a3\\'b5\\'e7\\par}", text: "停电"},
		{name: "bytes without a name", raw: head + "Content-Type: application/octet-stream\n\n\xff\xfe\x80\x81\x82\x83\x84", file: "附件1.bin"},
		{name: "a multipart encoded as a whole", raw: head + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n" + b64("--b\n\n停电了\n--b--\n"), text: "停电了"},
		{name: "blocks by style", raw: head + "Content-Type: text/html\n\n<span style='display:block'>停</span><span style='display: block'>电</span><i>了</i>", text: "停\n电\n了"},
		{name: "plain text as a page", raw: head + "Content-Type: text/html\n\n停电&amp;停水\n三天了\n", text: "停电&停水\n三天了"},
		{name: "RTF body", raw: head + "Content-Type: text/rtf\n\n{\\rtf1\\ansi\\ansicpg936 \\'cd\\'a3\\'b5\\'e7\\par}", text: "停电"},
		{name: "pictures only", raw: head + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=cid:a>\n--b\nContent-Type: image/png; name=a.png\nContent-ID: <a>\n\nabc\n--b--\n", file: "a.png", data: "abc"},
		{name: "apple double", raw: file("Content-Type: multipart/appledouble; boundary=c\n\n--c\nContent-Type: application/applefile; name=a.doc\n\nr\n--c\nContent-Type: application/msword; name=a.doc\n\nabc\n--c--"), file: "a.doc"},
		{name: "GBK text file unchanged", raw: head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/csv; charset=gbk; name=a.csv\n\n" + gb("停电") + "\n--b--\n", file: "a.csv", data: gb("停电")},
		// pages
		{name: "hidden by style", raw: head + "Content-Type: text/html\n\n停<span style='display:none'>a</span><i hidden>b</i><b style='font-size:0'>c</b><u style='visibility:hidden'>d</u><s style='mso-hide:all'>e</s>电", text: "停电"},
		{name: "Word", raw: head + "Content-Type: text/html\n\n<html><head><!--[if gte mso 9]><xml><o:x>a</o:x></xml><![endif]--><style><!-- p {color:red} --></style><title>t</title></head><p class=MsoNormal>停电<o:p></o:p></p><![if !x]><p>了</p><![endif]>", text: "停电\n了"},
		{name: "table", raw: head + "Content-Type: text/html\n\n<table><tr><td>姓名</td><td>张三</td></tr><tr><td>电话</td><td>1</td></tr></table>", text: "姓名\t张三\n电话\t1"},
		{name: "entities", raw: head + "Content-Type: text/html\n\n&#x20BB7;&#134071;&nbsp;&lt;a&gt;&#20572;&hellip;&#0;&#xD800;&copy", text: "𠮷𠮷 <a>停…\uFFFD\uFFFD©"},
		{name: "meta over a missing label", raw: head + "Content-Type: text/html\n\n<meta charset=gb2312>" + gb("停电了"), text: "停电了"},
		{name: "meta against the label", raw: head + "Content-Type: text/html; charset=utf-8\n\n<meta charset=gb2312>停电了", text: "停电了"},
		{name: "links", raw: head + "Content-Type: text/html\n\n<a href='http://a.example/x'>看这里</a> <a href='http://b.example'>http://b.example</a>", text: "看这里 <http://a.example/x> http://b.example"},
		{name: "breaks", raw: head + "Content-Type: text/html\n\n停<br>电<br/>了<div>三</div><div>天</div>", text: "停\n电\n了\n三\n天"},
		{name: "page as plain text", raw: head + "\n<html><body><p>停电</p></body></html>", text: "停电"},
	}
}

func TestDirty(t *testing.T) {
	t.Parallel()
	for _, c := range dirtyCases(t) {
		for _, eol := range []string{"\n", "\r\n", "\r\r\n"} {
			l := Parse(wire(c.raw, eol))
			from, address := "", ""
			if len(l.From) > 0 {
				from, address = l.From[0].Name, l.From[0].Address
			}
			file, data := "", ""
			for _, a := range l.Attachments {
				file, data = a.Name, string(a.Data())
			}
			for what, pair := range map[string][2]string{"name": {from, c.from}, "address": {address, c.address}, "subject": {l.Subject, c.subject},
				"text": {l.Text, c.text}, "file": {file, c.file}, "data": {data, c.data}} {
				if pair[1] != "" && pair[0] != pair[1] {
					t.Errorf("%s (%q): %s %q, want %q; defects %v", c.name, eol, what, pair[0], pair[1], l.Defects)
				}
			}
			checkSane(t, l)
		}
	}
}

// TestTextsThatOthersTouched reads texts that programs on the way added to or spoiled.
func TestTextsThatOthersTouched(t *testing.T) {
	t.Parallel()
	const zh = "我家门前的路灯坏了三天，请派人修理。"
	page := "--b\nContent-Type: text/html; charset=utf-8\n\n<p>" + zh + "</p>\n--b--\n"
	for _, tt := range []struct{ name, raw, want string }{
		{"footer below base64 without padding", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + wrap64([]byte(zh)) + "\n________________\nScanned by the gateway at mx.example\n", zh},
		{"footer of many words below short base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + wrap64([]byte(zh)) + "\n" + strings.Repeat("this mail was checked, ", 20) + "\n", zh},
		{"blank lines within base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + strings.ReplaceAll(wrap64([]byte(strings.Repeat(zh, 9))), "\n", "\n\n"), strings.Repeat(zh, 9)},
		{"a line in GB below UTF-8", "Content-Type: text/plain; charset=utf-8\n\n" + zh + "\n" + string(encode(t, "gb18030", "本邮件已通过网关的检查")) + "\n", zh + "\n本邮件已通过网关的检查"},
		{"half a character at the end of UTF-8", "Content-Type: text/plain; charset=utf-8\n\n" + zh + "\n路\xe7\x81", zh + "\n路"},
		{"question marks beside a page", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=us-ascii\n\n?????????????3??\n" + page, zh},
		{"the page's source beside it", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n<div>" + zh + "</div>\n" + page, zh},
		{"a reference beside a page", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n&nbsp;\n" + page, zh},
		{"a soft break within a code", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=E8=B7=A=\nF=E7=81=AF a=3=\nD1 b=C=", "路灯 a=1 b=C"},
		{"a stub in words of its own", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n（本信请看网页版）\n" + page, zh},
		{"a short text beside its page", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n停电\n" + strings.Replace(page, "<p>", "<p>停电<p>", 1), "停电"},
		{"a question beside a page", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nWhy not??? Please say.\n" + strings.Replace(page, "<p>", "<p>Why not??? Please say.<p>", 1), "Why not??? Please say."},
	} {
		if l := Parse([]byte(tt.raw)); l.Text != tt.want {
			t.Errorf("%s: text %q, want %q", tt.name, l.Text, tt.want)
		}
	}
}
