package letter

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseBroken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, mail, text, subject string
		defect                    string
	}{
		{"mbox line", "From a@b Mon Nov 23\nSubject: s\n\nt", "t", "s", DefectMboxLine},
		{"line without colon", "Subject: s\nrubbish here\nX-A: b\n\nt", "t", "s", DefectHeaderLine},
		{"leading blank", " Subject: s\nFrom: a@b.example\n\nt", "t", "s", ""},
		{"leading empty line", "\nSubject: s\nFrom: a@b.example\n\nt", "t", "s", ""},
		{"no blank line", "Subject: s\n您好，我要反映。\n谢谢", "您好，我要反映。\n谢谢", "s", DefectHeaderLine},
		{"blank before the colon", "Subject : s\n\nt", "t", "s", ""},
		{"no header", "\n您好", "您好", "", DefectHeaderMissing},
		{"unknown encoding", "Subject: s\nContent-Transfer-Encoding: 8bits\n\nt", "t", "s", DefectEncodingUnknown},
		{"commented encoding", "Subject: s\nContent-Transfer-Encoding: base64 (really)\n\n5oKo5aW9", "您好", "s", ""},
		{"plain text under base64", "Subject: s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n您好，我要反映停电。", "您好，我要反映停电。", "s", DefectEncodingDamaged},
		{"no boundary declared", "Subject: s\nContent-Type: multipart/mixed\n\n--xx\nContent-Type: text/plain\n\nt\n--xx--\n", "t", "s", DefectBoundaryMissing},
		{"wrong boundary declared", "Subject: s\nContent-Type: multipart/mixed; boundary=yy\n\n--xx\nContent-Type: text/plain\n\nt\n--xx--\n", "t", "s", DefectBoundaryMissing},
		{"boundary nowhere", "Subject: s\nContent-Type: multipart/mixed; boundary=yy\n\nt", "t", "s", DefectBoundaryMissing},
		{"never closed", "Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\nContent-Type: text/plain\n\nt\n", "t", "s", DefectBoundaryOpen},
		{"part without header", "Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\nt\n--xx--\n", "t", "s", ""},
		{"parts behind the end", "Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n\nt\n--xx--\n--xx\n\nu\n--xx--\n", "t\n\nu", "s", ""},
		{"same boundary nested", "Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\nContent-Type: multipart/alternative; boundary=xx\n\n--xx\nContent-Type: text/plain\n\nt\n--xx--\n--xx\nContent-Type: text/plain\n\nu\n--xx--\n", "t\n\nu", "s", ""},
		{"quoted-printable", "Subject: s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=E6=82=A8=\n=E5=A5=BD = =zz", "您好 = =zz", "s", ""},
		{"flowed", "Subject: s\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n您 \n好\n-- \nx", "您好\n-- \nx", "s", ""},
		{"nul and controls", "Subject: a\x00b\n\nt\x00\x01u\x1b[1m", "tu[1m", "ab", ""},
		{"stub before html", "Subject: s\nContent-Type: multipart/alternative; boundary=xx\n\n--xx\nContent-Type: text/plain\n\nYour mail program does not support HTML mail.\n--xx\nContent-Type: text/html\n\n<p>t</p>\n--xx--\n", "t", "s", ""},
		{"empty before html", "Subject: s\nContent-Type: multipart/alternative; boundary=xx\n\n--xx\nContent-Type: text/plain\n\n \n--xx\nContent-Type: text/html\n\n<p>t</p>\n--xx--\n", "t", "s", ""},
		{"both in mixed", "Subject: s\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\nContent-Type: text/plain\n\nt\n--xx\nContent-Type: text/html\n\n<p>t</p>\n--xx--\n", "t", "s", ""},
		{"quotes around type", "Subject: s\nContent-Type: \"text/html\"; charset=utf-8\n\n<p>t</p>", "t", "s", ""},
		{"page under a plain label", "Subject: s\nContent-Type: text/plain; charset=utf-8\n\n<html><body><p>t</p></body></html>", "t", "s", ""},
	}
	for _, tt := range tests {
		for name, eol := range map[string]string{"lf": "\n", "crlf": "\r\n", "crcrlf": "\r\r\n", "cr": "\r"} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire(tt.mail, eol))
				if strings.TrimSpace(l.Text) != tt.text || l.Subject != tt.subject {
					t.Errorf("subject %q, text %q; want %q, %q", l.Subject, l.Text, tt.subject, tt.text)
				}
				if tt.defect != "" && !hasDefect(l, tt.defect) {
					t.Errorf("defects %v, want %s", l.Defects, tt.defect)
				}
				checkSane(t, l)
			})
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	gb := string(encode(t, "gb18030", "张三"))
	tests := []struct {
		raw  string
		want []Address
	}{
		{"zhang@mail.example", []Address{{"", "zhang@mail.example"}}},
		{"张三 <zhang@mail.example>", []Address{{"张三", "zhang@mail.example"}}},
		{gb + " <zhang@mail.example>", []Address{{"张三", "zhang@mail.example"}}},
		{`"` + gb + `" <zhang@mail.example>`, []Address{{"张三", "zhang@mail.example"}}},
		{bword("gbk", []byte(gb)) + "<zhang@mail.example>", []Address{{"张三", "zhang@mail.example"}}},
		{`"` + bword("gbk", []byte(gb)) + `" <zhang@mail.example>`, []Address{{"张三", "zhang@mail.example"}}},
		{"a@b.example <a@b.example>", []Address{{"a@b.example", "a@b.example"}}},
		{"a@b.example; c@d.example", []Address{{"", "a@b.example"}, {"", "c@d.example"}}},
		{`"Doe, Jane" <j@x.example>, k@x.example`, []Address{{"Doe, Jane", "j@x.example"}, {"", "k@x.example"}}},
		{"j@x.example (Jane)", []Address{{"Jane", "j@x.example"}}},
		{"Jane [mailto:j@x.example]", []Address{{"Jane", "j@x.example"}}},
		{"Jane [x] <j@x.example>", []Address{{"Jane [x]", "j@x.example"}}},
		{"<<j@x.example>>", []Address{{"", "j@x.example"}}},
		{"Jane <j@x.example", []Address{{"Jane", "j@x.example"}}},
		{`"Jane <j@x.example>`, []Address{{"Jane", "j@x.example"}}},
		{"undisclosed-recipients:;", nil},
		{"friends: a@b.example, c@d.example;", []Address{{"", "a@b.example"}, {"", "c@d.example"}}},
		{"<a@b.example> <c@d.example>", []Address{{"", "a@b.example"}, {"", "c@d.example"}}},
		{`"leader@jxw.example" <evil@x.example>`, []Address{{"leader@jxw.example", "evil@x.example"}}},
		{`"x <leader@jxw.example>" <evil@x.example>`, []Address{{"x <leader@jxw.example>", "evil@x.example"}}},
		{"", nil},
	}
	for _, tt := range tests {
		l := Parse([]byte("From: " + tt.raw + "\r\n\r\nx"))
		if d := cmp.Diff(tt.want, l.From); d != "" {
			t.Errorf("%q: %s", tt.raw, d)
		}
	}
	if l := Parse([]byte("From: a@b.example\nFrom: c@d.example\n\nx")); l.FromFields != 2 {
		t.Errorf("%d From fields", l.FromFields)
	}
}

func TestSecondFromCannotHide(t *testing.T) {
	t.Parallel()
	for name, filler := range map[string]string{"by size": "X-A: " + strings.Repeat("x", 300<<10) + "\n", "by number": strings.Repeat("X-A: b\n", 20000)} {
		l := Parse([]byte("From: leader@jxw.example\n" + filler + "X-B: c\nFrom: evil@x.example\n\nx"))
		if l.FromFields != 2 {
			t.Errorf("%s: %d From fields", name, l.FromFields)
		}
	}
}

func TestValidAddress(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a@b.example": true, "a.b+c@d-e.example": true, "a@b": false, "a@@b.example": false, "@b.example": false, "a@.example": false,
		"a b@c.example": false, "a@b.example\r\nBcc: x@y.example": false, ".a@b.example": false, "a..b@c.example": false, "张@b.example": true, "张三.1@邮箱.example": true,
		"张@b": false, "张。@b.example": false, "ſmith@b.example": false, "\u212a@b.example": false, "ａ@b.example": false, "张@ｂ.example": false, "a@邮箱.example": false, "\xff@b.example": false,
		"a@-b.example": false, "a@1.2.3.4": false, strings.Repeat("a", 65) + "@b.example": false, "a,b@c.example": false, "<a@b.example>": false, "": false,
	} {
		if ValidAddress(s) != want {
			t.Errorf("%q: %v, want %v", s, !want, want)
		}
	}
}

func TestThreadFields(t *testing.T) {
	t.Parallel()
	l := Parse([]byte("Message-ID: <a@b@c>\nIn-Reply-To: rubbish <one@x.example>\nReferences: <one@x.example>\n\t<bad id@x> <one@x.example> two@x.example <three@x.example\n\nx"))
	if l.MessageID != "a@b@c" || !cmp.Equal(l.InReplyTo, []string{"one@x.example"}) || !cmp.Equal(l.References, []string{"one@x.example", "badid@x", "three@x.example"}) {
		t.Errorf("%q %q %q", l.MessageID, l.InReplyTo, l.References)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 23, 2, 30, 5, 0, time.UTC)
	for _, s := range []string{
		"Mon, 23 Nov 2026 10:30:05 +0800", "Mon, 23 Nov 2026 10:30:05 +0800 (CST)", "23 Nov 2026 10:30:05 +0800", "Mon, 23 Nov 2026 10:30:05 CST",
		"Mon, 23 Nov 2026 02:30:05 GMT", "Mon,23 Nov 2026 10:30:05 +0800", "2026-11-23 10:30:05 +0800", "Mon, 23 Nov 26 10:30:05 +0800", "Mon, 23 Nov 2026 10:30:05 GMT+08:00",
	} {
		l := Parse([]byte("Date: " + s + "\n\nx"))
		if !l.Date.Equal(want) {
			t.Errorf("%q: %v", s, l.Date)
		}
	}
	if l := Parse([]byte("Date: yesterday\n\nx")); !l.Date.IsZero() || !hasDefect(l, DefectDate) {
		t.Errorf("%v %v", l.Date, l.Defects)
	}
}

func TestForwardedMail(t *testing.T) {
	t.Parallel()
	inner := "From: li@b.example\nSubject: =?utf-8?B?5YGc55S1?=\nContent-Type: multipart/mixed; boundary=yy\n\n--yy\nContent-Type: text/plain; charset=utf-8\n\n我家停电了\n--yy\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png\n\npng\n--yy--\n"
	for name, part := range map[string]string{
		"as it stands": "Content-Type: message/rfc822\n\n" + inner,
		"in base64":    "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + wrap64([]byte(inner)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Parse([]byte("Subject: Fw\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\nContent-Type: text/plain; charset=utf-8\n\n请看\n--xx\n" + part + "\n--xx--\n"))
			if !strings.Contains(l.Text, "请看") || !strings.Contains(l.Text, "我家停电了") || l.New != "请看" {
				t.Errorf("text %q, new %q", l.Text, l.New)
			}
			var names []string
			for _, a := range l.Attachments {
				names = append(names, a.Name)
			}
			if d := cmp.Diff([]string{"停电.eml", "a.png"}, names); d != "" {
				t.Error(d)
			}
			if got := string(l.Attachments[0].Data()); strings.TrimSpace(got) != strings.TrimSpace(inner) {
				t.Errorf("forwarded mail %q", got)
			}
		})
	}
}

func TestUuencoded(t *testing.T) {
	t.Parallel()
	l := Parse([]byte("\n见附件\nbegin 644 a.txt\n#0V%T\n`\nend\n谢谢\n"))
	if len(l.Attachments) != 1 || l.Attachments[0].Name != "a.txt" || string(l.Attachments[0].Data()) != "Cat" || strings.Contains(l.Text, "begin") || !strings.Contains(l.Text, "谢谢") {
		t.Errorf("text %q, attachments %+v", l.Text, l.Attachments)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		var b strings.Builder
		for i := range depth {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String() + "Content-Type: text/plain\n\nx"
	}
	tests := map[string]string{
		"depth":              nested(60),
		"deep and long":      nested(5000),
		"deep mails":         strings.Repeat("Content-Type: message/rfc822\n\n", 20000) + "\nx",
		"parts":              "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 200000),
		"header":             strings.Repeat("X-A: b\n", 100000) + "\nx",
		"line":               "Subject: " + strings.Repeat("x", 1<<20) + "\n\nx",
		"folded line":        "Subject: x\n" + strings.Repeat(" x\n", 300000) + "\nx",
		"encoded mail twice": "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + wrap64(bytes.Repeat([]byte("x"), 1<<20)),
	}
	for name, mail := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			l := ParseLimits([]byte(mail), Limits{Decoded: 1 << 19})
			// Read to the end these would take hours, or memory without end.
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("%d bytes took %v", len(mail), d)
			}
			if !l.Truncated || !hasDefect(l, DefectLimit) {
				t.Errorf("truncated %v, defects %v", l.Truncated, l.Defects)
			}
			checkSane(t, l)
		})
	}
}
