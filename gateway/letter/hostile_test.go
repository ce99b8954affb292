package letter

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are mails made to be dear to read, each of a size that grows with n.
var hostile = map[string]func(n int) string{
	"multipart in multipart": func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("Content-Type: multipart/mixed; boundary=b" + strings.Repeat("x", i%7) + "\n\n--b" + strings.Repeat("x", i%7) + "\n")
		}
		return b.String()
	},
	"one boundary for all levels": func(n int) string {
		return strings.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", n)
	},
	"mail in mail": func(n int) string { return strings.Repeat("Content-Type: message/rfc822\n\n", n) },
	"many parts": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", n)
	},
	"lines like boundaries": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + strings.Repeat("--bb\n--b-\n --b\n", n)
	},
	"no boundary known": func(n int) string { return "Content-Type: multipart/mixed\n\n" + strings.Repeat("--a\nb: c\n", n) },
	"many fields":       func(n int) string { return strings.Repeat("To: a@b.example\n", n) + "\nx" },
	"a long field":      func(n int) string { return "To: " + strings.Repeat("a@b.example, ", n) + "\n\nx" },
	"a folded field":    func(n int) string { return "Subject: a\n" + strings.Repeat(" b\n", n) + "\nx" },
	"encoded words":     func(n int) string { return "Subject: " + strings.Repeat("=?gbk?B?ztI=?= ", n) + "\n\nx" },
	"open words":        func(n int) string { return "Subject: " + strings.Repeat("=?gbk?B?", n) + "\n\nx" },
	"words of Q":        func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?Q?=?", n) + "\n\nx" },
	"parameters":        func(n int) string { return "Content-Type: text/plain" + strings.Repeat("; a*1*=b", n) + "\n\nx" },
	"quotes":            func(n int) string { return "Content-Type: text/plain; name=" + strings.Repeat(`"a\`, n) + "\n\nx" },
	"comments": func(n int) string {
		return "From: " + strings.Repeat("(", n) + "\nContent-Type: " + strings.Repeat("(a)", n) + "\n\nx"
	},
	"brackets": func(n int) string {
		return "From: " + strings.Repeat("<", n) + "\nReferences: " + strings.Repeat("<", n) + "\n\nx"
	},
	"uuencoded files":   func(n int) string { return "\n\n" + strings.Repeat("begin 644 a\n#86)C\n`\nend\n", n) },
	"openings of files": func(n int) string { return "\n\n" + strings.Repeat("begin 644 a\n", n) },
	"padding":           func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("YQ==", n) },
	"soft line breaks": func(n int) string {
		return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("= \t ", n)
	},
	"quoted lines": func(n int) string { return "\n\n" + strings.Repeat("> a\nb\n", n) },
	"attributions": func(n int) string {
		return "\n\n" + strings.Repeat("在 2026-01-01 10:00，a <a@b.example> 写道\n", n)
	},
	"labels": func(n int) string { return "\n\n" + strings.Repeat("发件人：a\n", n) },
	"forwarded mails": func(n int) string {
		return "Content-Type: multipart/digest; boundary=b\n\n" + strings.Repeat("--b\n\nSubject: a\n\nx\n", n)
	},
	"elements":    func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<div>a", n) },
	"blockquotes": func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<blockquote>a", n) },
	"tables":      func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<table><tr><td>a", n) },
	"list items":  func(n int) string { return "Content-Type: text/html\n\n<ul>" + strings.Repeat("<li><p>a", n) },
	"links": func(n int) string {
		return "Content-Type: text/html\n\n" + strings.Repeat("<a href=http://a.example/>b", n)
	},
	"stray end tags": func(n int) string {
		return "Content-Type: text/html\n\n" + strings.Repeat("<b>", n) + strings.Repeat("</i>", n)
	},
	"entities":      func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("&#x20BB7;&amp", n) },
	"open comments": func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<!-- a", n) },
	"attributes":    func(n int) string { return "Content-Type: text/html\n\n<p " + strings.Repeat("style=a ", n) + ">x" },
	"declarations": func(n int) string {
		return "Content-Type: text/html\n\n<p style='" + strings.Repeat("color:red;", n) + "'>x"
	},
	"rules": func(n int) string {
		return "Content-Type: text/html\n\n<style>" + strings.Repeat(".a{display:none}", n) + "</style>" + strings.Repeat("<p class='a b'>x", n/10)
	},
	"at-rules": func(n int) string {
		return "Content-Type: text/html\n\n<style>" + strings.Repeat("@media{", n) + "</style>x"
	},
	"style elements": func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<style>.a{", n) },
	"HZ": func(n int) string {
		return "Content-Type: text/plain; charset=hz-gb-2312\n\n" + strings.Repeat("~{", n)
	},
	"UTF-7":               func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + strings.Repeat("+", n) },
	"addresses in a body": func(n int) string { return "\n\n" + strings.Repeat("a@b.example ", n) },
}

// TestLinear doubles hostile mails and asks that what reading them allocates
// grows no faster than they do.
func TestLinear(t *testing.T) {
	cost := func(raw string) float64 {
		data := []byte(raw)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Parse(data)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	for name, mail := range hostile {
		t.Run(name, func(t *testing.T) {
			const n = 1000
			cost(mail(n)) // what is built once
			one, four := cost(mail(n)), cost(mail(4*n))
			if four > 5*one+200<<10 {
				t.Errorf("%d bytes allocate %.0f, %d bytes %.0f", len(mail(n)), one, len(mail(4*n)), four)
			}
		})
	}
}

// BenchmarkHostile reports how many times as long four times as much takes;
// linear is 4.
func BenchmarkHostile(b *testing.B) {
	for name, mail := range hostile {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			const n = 20000
			one, four := []byte(mail(n)), []byte(mail(4*n))
			var short, long time.Duration
			for b.Loop() {
				start := time.Now()
				Parse(one)
				middle := time.Now()
				Parse(four)
				short, long = short+middle.Sub(start), long+time.Since(middle)
			}
			b.ReportMetric(long.Seconds()/short.Seconds(), "x-time-for-4x")
		})
	}
}
