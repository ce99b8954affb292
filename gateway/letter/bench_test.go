package letter

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// everyday is an ordinary Chinese reply with history and one attachment.
func everyday() []byte {
	var b strings.Builder
	b.WriteString("From: =?gb2312?B?1cXI/Q==?= <zhang@mail.example>\r\nTo: zhuren@jxw.example\r\nSubject: =?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("关于小区停电的反映")) + "?=\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	text := strings.Repeat("我们小区自本月三日起多次停电，最长一次达九小时，老人和孩子生活受到很大影响。\n", 30) + "\n在 2026-11-20 10:00:00，\"受理中心\" <wsxf@jxw.example> 写道：\n" + strings.Repeat("> 您的来信收悉，正在办理。\n", 40)
	b.WriteString(wrap64([]byte(text)) + "--b1\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Disposition: attachment; filename=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	b.WriteString(wrap64(bytes.Repeat([]byte{1, 2, 3, 250}, 5000)) + "--b1--\r\n")
	return []byte(b.String())
}

func wrap64(data []byte) string {
	s := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}

func BenchmarkParse(b *testing.B) {
	raw := everyday()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(raw)
	}
}
