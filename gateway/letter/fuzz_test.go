package letter

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzHeader(f *testing.F) {
	f.Add([]byte("From: a@b.example\r\nSubject: =?gb2312?B?xOO6ww==?=\r\n folded\r\n\r\nx"))
	f.Add([]byte("From a\nSubject : x\nrubbish\n X: y\r\r\n\r\r\nbody"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := splitHeader(raw, 0, len(raw), true, DefaultLimits())
		if b.body < 0 || b.body > len(raw) {
			t.Fatalf("body at %d of %d", b.body, len(raw))
		}
		last := 0
		for _, x := range b.fields {
			if x.Offset < last || x.End < x.Offset || x.End > len(raw) {
				t.Fatalf("field %q at %d-%d after %d", x.Name, x.Offset, x.End, last)
			}
			last = x.End
		}
		checkSane(t, Parse(raw))
	})
}

func FuzzEncodedWord(f *testing.F) {
	for _, s := range []string{"=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "=?gb2312?Q?=C4=E3?=", "=?x?b?", "=?utf-7?Q?+T2BZfQ-?=", "~{VPND~}", "\x1b$)A\x0eVP\x0f", "=?iso-2022-cn?B?GyQpQQ5W?="} {
		f.Add(s, "gbk")
	}
	f.Fuzz(func(t *testing.T, raw, hint string) {
		s, _ := decodeWords(raw, hint)
		if s = cleanLine(s); !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") {
			t.Fatalf("%q gave %q", raw, s)
		}
	})
}

func FuzzParameter(f *testing.F) {
	for _, s := range []string{`text/plain; charset="gbk"; name*0*=gb2312''%C4%E3; name*1=b`, `attachment; filename="C:\a\b.doc`, `multipart/mixed; boundary=a b; (x) name='y'`, ";=\xf3\xcd\xdanAme=", `a; filename=utf-8''%E4%BD%A0`, "a; filename=" + strings.Repeat("停", 300) + ".doc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		_, params, _ := parseParams(raw, "gbk")
		name := cleanFilename(params["filename"])
		if strings.ContainsAny(name, "/\\\r\n\x00") || !utf8.ValidString(name) || utf8.RuneCountInString(name) > filenameMax {
			t.Fatalf("%q gave the file name %q", raw, name)
		}
	})
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{`"a, b" <c@d.example>, e@f.example (g)`, "x <y@z.example", "g: a@b.example;", "=?utf-8?B?PGFAYj4=?=", "<<a@b>> <c@d>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		list, _ := parseAddresses(raw, "")
		for _, a := range list {
			if strings.ContainsAny(a.Name+a.Address, "\r\n\x00") || !utf8.ValidString(a.Name+a.Address) {
				t.Fatalf("%q gave %+v", raw, a)
			}
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz\r\n--b--\r\n"))
	f.Add([]byte("Content-Type: multipart/alternative\n\n--q\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>=E4\n--q"))
	f.Add([]byte("\nbegin 644 a\n#0V%T\nend\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Parse(raw)
		checkSane(t, l)
		n := 0
		var walk func(*Part)
		walk = func(p *Part) {
			n++
			if p.Offset > p.Body || p.Body > p.End {
				t.Fatalf("part at %d, %d, %d", p.Offset, p.Body, p.End)
			}
			for _, c := range p.Children {
				walk(c)
			}
		}
		walk(l.Root)
		if n > 501 {
			t.Fatalf("%d parts", n)
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<p>a<b>b</p>", `<div style="display:none">a</div>b`, "<table><td>a<td>b", "<blockquote type=cite>a</blockquote>b", "<style>.a{display:none}</style><a href=http://x>y"} {
		f.Add(s)
	}
	for _, s := range oddPages {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		checkTokens(t, page)
		if s := HTMLText(page); strings.ContainsAny(s, "\r\x00") {
			t.Fatalf("%q gave %q", page, s)
		}
	})
}

func FuzzQuote(f *testing.F) {
	f.Add("同意\n\n在 2026-11-23 10:00:00，\"甲\" <a@b.example> 写道：\n> 批准")
	f.Add("a\n-----Original Message-----\nFrom: x\nSent: y\n> z\nb\n-- \nc")
	f.Add("a\n" + Marker() + "\nb")
	for _, p := range replyPrograms {
		f.Add("同意\n\n" + p.heads[0] + marked(past, p.mark) + "\n\n已办")
	}
	f.Add("同意--------------------发件人：a@b.example日　期：2026收件人：c\n| x\n＞ y\n________________\nThis e-mail is confidential")
	f.Fuzz(func(t *testing.T, text string) {
		text = plainLines(validText(text))
		c := cutQuotes(plainTextLines(text))
		// What comes out was there: nothing is invented, nothing doubled.
		if len(squeeze(c.own))+len(squeeze(c.signature))+len(squeeze(c.quoted)) > 2*len(squeeze(text)) {
			t.Fatalf("%q gave %+v", text, c)
		}
		// Nothing below a bare marker line is the writer's.
		if at := strings.Index(text, "\n"+Marker()+"\n"); at >= 0 && !strings.Contains(text[:at], "请在此行以上回复") {
			if len(squeeze(c.own)) > len(squeeze(text[:at])) {
				t.Fatalf("text below the marker was taken: %q", c.own)
			}
		}
	})
}

func FuzzBounce(f *testing.F) {
	f.Add("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1", "550 5.1.1 user unknown")
	f.Add("", "554 <a@b.example>... 550 Host unknown\nTo: c@d.example\nFinal-Recipient: rfc822; e@f.example\nStatus: 4.2.2\n系统将继续尝试投递")
	f.Add("", "<a@b.example>:\n550 no\n\n--- Below this line is a copy of the message.\nMessage-ID: <x@y>")
	f.Fuzz(func(t *testing.T, status, text string) {
		l := Parse([]byte("From: MAILER-DAEMON@x.example\nSubject: failure notice\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" + text + "\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b--\n"))
		if l.Report == nil {
			return
		}
		for _, r := range l.Report.Recipients {
			if r.Status == "" || r.Action == "" || r.Permanent && r.MailboxFull {
				t.Fatalf("recipient %+v", r)
			}
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add("姓名：张三\n电子邮箱：a@b.example\n内容：x\ny")
	f.Add("姓名\t张三\t电话\t138")
	f.Add("【姓名】张三\n内容：他说\n电子邮箱：c@d.example\n就这样\n内容=x\n电话（必填）∶138  电子邮箱：a@b.example")
	f.Fuzz(func(t *testing.T, text string) {
		l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + text))
		form, ok := l.Form(sampleFields)
		if form.Email != "" && !ValidAddress(form.Email) || !ok && form.Fields != nil {
			t.Fatalf("%q gave %+v", text, form)
		}
	})
}

func FuzzOutgoing(f *testing.F) {
	f.Add("主题", "张三", "正文\n", "附件.pdf")
	f.Add("0\xb8", "0", "0", "0")
	f.Fuzz(func(t *testing.T, subject, name, text, file string) {
		o := sampleOutgoing()
		o.Subject, o.To[0].Name, o.Text, o.HTML = subject, name, text, ""
		o.Attachments = []File{{Name: file, Data: []byte(text)}}
		raw, err := o.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		l := Parse(raw)
		if l.Subject != cleanLine(subject) {
			t.Errorf("subject %q came back as %q", subject, l.Subject)
		}
		if len(l.To) != 2 || l.To[0].Address != o.To[0].Address {
			t.Errorf("recipients %+v", l.To)
		}
		if len(l.Attachments) != 1 || string(l.Attachments[0].Data()) != text {
			t.Errorf("attachments %+v", l.Attachments)
		}
	})
}
