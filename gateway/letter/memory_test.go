package letter

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// huge are letters of about size bytes, by what fills them.
func huge(t *testing.T, size int) map[string][]byte {
	line := "关于小区停电的反映：本月三日以来多次停电，老人和孩子生活受到很大影响。\r\n"
	gb := string(encode(t, "gb18030", line))
	file := wrap64(bytes.Repeat([]byte{1, 2, 3, 250, 77, 9}, size*73/100/6))
	return map[string][]byte{
		"attachment": []byte("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
			"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + file + "--b--\r\n"),
		"text":        []byte("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat(line, size/len(line))),
		"text-base64": []byte("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64([]byte(strings.Repeat(line, size*73/100/len(line))))),
		"text-gbk":    []byte("From: a@b.example\r\nContent-Type: text/plain; charset=gbk\r\n\r\n" + strings.Repeat(gb, size/len(gb))),
		"html":        []byte("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" + strings.Repeat("<div style=\"font-size:14px\">"+strings.TrimSpace(line)+"</div>\r\n", size/140) + "</body></html>"),
		"uuencode":    []byte("From: a@b.example\r\n\r\nhello\r\n\r\nbegin 644 a.bin\r\n" + strings.Repeat("M"+strings.Repeat("!2$E", 15)+"\r\n", size/63) + "`\r\nend\r\n"),
		"forwarded":   []byte("From: a@b.example\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrap64([]byte("From: c@d.example\r\n\r\n"+strings.Repeat(line, size*73/100/len(line))))),
	}
}

// TestMemory bounds what reading a large letter allocates, in all and so at its
// peak, to less than four times the letter. The limit on text stands to the
// letter as it does for one of 50 MB.
func TestMemory(t *testing.T) {
	const size = 8 << 20
	for name, raw := range huge(t, size) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			l := ParseLimits(raw, Limits{Text: size * 16 / 50})
			for _, a := range l.Attachments {
				if n := len(a.Data()); int64(n) != a.Size {
					t.Errorf("attachment of %d bytes has %d", a.Size, n)
				}
			}
			runtime.ReadMemStats(&after)
			if factor := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(raw)); factor > 4 {
				t.Errorf("allocates %.1f times the letter's size", factor)
			}
			if hasDefect(l, DefectTextDamaged) {
				t.Errorf("a cut text is taken for a damaged one: %v", l.Defects)
			}
		})
	}
}
