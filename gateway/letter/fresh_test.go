package letter

import (
	"strings"
	"testing"
)

// A sentence of the writer's own is no attribution, and a line of a letter no
// line of a telephone's.
func TestOwnSentencesStay(t *testing.T) {
	for _, text := range []string{
		"Here is what boss (boss@firm.example) did at 10:30 in 2026:\nHe beat me.\nHe took my wages.",
		"The mail I got from <boss@firm.example> at 10:30, 1 May 2026, reads:\nYou are fired.\nPlease help.",
		"The director's letter of 2026 says:\n> we will fix it\n\nThat is a lie.",
		"水表读数如下\n>>> 数据 1:00 >>>\n三百二十\n请核查。",
		"孩子成绩差\n在学校上用手机",
	} {
		l := Parse([]byte("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n"))
		if l.New != text {
			t.Errorf("new text %q of %q", l.New, text)
		}
	}
}

// Two variants that share nothing are both read: nobody knows which is meant, and a
// decision in one of them must not stand alone.
func TestContradictingVariants(t *testing.T) {
	l := Parse([]byte("From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n不同意\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>批准</p><p><br></p><p>审核员乙</p><p>2026年3月2日</p>\n--b--\n"))
	if !strings.HasPrefix(l.New, "不同意\n") {
		t.Errorf("new text %q", l.New)
	}
	for _, format := range []string{"This is a multi-part message in MIME format.", "(no text)", "Content not available in plain text.", "这是一封HTML格式的邮件", "此邮件为 HTML 格式，请以 HTML 方式查看。"} {
		l := Parse([]byte("From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + format + "\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>" + strings.Repeat("小区停电三天，没有人修。", 8) + "</p>\n--b--\n"))
		if strings.Contains(l.Text, format) || l.New == "" {
			t.Errorf("text %q beside %q", l.Text, format)
		}
	}
}

// Who sent a mail is read as the server reads it that vouches for it: fields that
// others may have damaged are not repaired where they name people.
func TestSenderIsNotRepaired(t *testing.T) {
	for _, head := range []string{
		"From: m@evil.example (=?utf-8?Q?x\n?=)<zhiban@jxw.example>\n",
		"From: =?utf-8?Q?x\n?=<zhiban@jxw.example>\n",
		"X-A: 1\nhello\nworld\nFrom: zhiban@jxw.example\n",
	} {
		l := Parse([]byte(head + "Subject: x\n\n登记\n"))
		if len(l.From) == 1 && l.From[0].Address == "zhiban@jxw.example" {
			t.Errorf("%q comes from %v", head, l.From)
		}
	}
	l := Parse([]byte("From: a@b.example\nSubject: x\nMessage-ID: <a@b>\n我家停电了\n请处理\nFrom: 局长\n谢谢\n\n后文"))
	if !strings.Contains(l.New, "我家停电了\n请处理") {
		t.Errorf("new text %q", l.New)
	}
}

// What a mail holds without a name is no text where it is encrypted or a table.
func TestNamelessThatIsNoText(t *testing.T) {
	for _, part := range []string{
		"Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
		"Content-Type: text/csv\nContent-Disposition: attachment\n\n户号,姓名\n1,张三\n",
		"Content-Type: text/vcard\nContent-Disposition: attachment\n\nBEGIN:VCARD\nN:张三\n",
	} {
		l := Parse([]byte("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + part + "--b--\n"))
		if l.New != "" || len(l.Attachments) != 1 {
			t.Errorf("new text %q, %d attachments of %q", l.New, len(l.Attachments), part)
		}
	}
}
