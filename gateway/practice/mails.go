package practice

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Backlog returns n letters such as lie in a full mailbox: six of ten are texts
// of two to four kilobytes, three are pages of 15 to 40, and one carries a file
// whose base64 takes 200 to 800. Half of them are in GBK. The same seed gives
// the same letters; no two of them are alike.
func Backlog(n int, seed uint64) [][]byte {
	r := rand.New(rand.NewPCG(seed, 0x78696e66616e67))
	w := &writer{rand: r, rank: rand.NewZipf(r, 1.05, 10, uint64(len(backlogWords()))-1)}
	all := make([][]byte, n)
	for i := range all {
		all[i] = w.letter(i)
	}
	return all
}

// Of ten letters of a backlog, so many are texts and pages.
const (
	backlogTexts = 6
	backlogPages = 3
)

// writer makes up letters.
type writer struct {
	rand *rand.Rand
	rank *rand.Zipf // of a word by how often it is used
}

func (w *writer) pick(of []string) string { return of[w.rand.IntN(len(of))] }

// tale is what only this letter tells: some words by the frequency that words
// have in any language. Without it the letters would be one mass letter, since
// the few phrases that they share fill them.
func (w *writer) tale() string {
	var b strings.Builder
	words := backlogWords()
	for range 6 + w.rand.IntN(10) {
		b.WriteString(words[w.rank.Uint64()])
	}
	return b.String()
}

// backlogWords are made-up words of two characters each, from the 3,755 that
// GB 2312 holds to be frequent.
var backlogWords = sync.OnceValue(func() []string {
	const first, last, perRow = 0xb0, 0xd7, 94
	var characters []rune
	for row := byte(first); row <= last; row++ {
		for cell := range byte(perRow) {
			c, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{row, 0xa1 + cell})
			if r := []rune(string(c)); err == nil && len(r) == 1 && unicode.Is(unicode.Han, r[0]) {
				characters = append(characters, r[0])
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 8000)
	for i := range words {
		words[i] = string([]rune{characters[r.IntN(len(characters))], characters[r.IntN(len(characters))]})
	}
	return words
})

func (w *writer) letter(i int) []byte {
	charset, enc := "utf-8", encoding.Encoding(nil)
	if w.rand.IntN(2) == 0 {
		charset, enc = "gb2312", simplifiedchinese.GBK
	}
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("CST", 8*3600)).Add(time.Duration(i) * 97 * time.Second)
	name := w.pick(backlogSurnames) + w.pick(backlogGiven)
	address := fmt.Sprintf("user%06d@%s", w.rand.IntN(900000)+100000, w.pick([]string{"mail.example", "post.example", "box.example"}))
	d := &draft{}
	d.field("Received", "from mx.mail.example (mx.mail.example [192.0.2.%d]) by mx.%s with ESMTP id %08X; %s", w.rand.IntN(250)+1, inside, w.rand.Uint32(), at.Format(time.RFC1123Z))
	d.field("From", "%s <%s>", word(charset, enc, name), address)
	d.field("To", "<%s>", w.pick([]string{director, report, portal, burden, consult}))
	d.field("Subject", "%s", word(charset, enc, "关于"+w.pick(backlogPlaces)+w.pick(backlogMatters)+"的"+w.pick([]string{"反映", "投诉", "咨询", "建议", "求助"})))
	d.field("Date", "%s", at.Format(time.RFC1123Z))
	d.field("Message-ID", "<%d.%08x@%s>", i, w.rand.Uint32(), domainOf(address))
	d.field("X-Mailer", "%s", w.pick([]string{"Foxmail 7.2.25.254[cn]", "Coremail Webmail Server Version XT5.0.14", "QQMail 2.x"}))
	d.field("MIME-Version", "1.0")
	switch k := w.rand.IntN(10); {
	case k < backlogTexts:
		w.text(d, charset, enc, name, 2<<10+w.rand.IntN(2<<10))
	case k < backlogTexts+backlogPages:
		w.page(d, charset, enc, name, 15<<10+w.rand.IntN(25<<10))
	default:
		w.file(d, charset, enc, name, 200<<10+w.rand.IntN(600<<10))
	}
	return d.bytes()
}

// prose is a letter's text of at least size bytes.
func (w *writer) prose(size int) string {
	var b strings.Builder
	b.WriteString("尊敬的领导：\n\n")
	for b.Len() < size {
		for range 1 + w.rand.IntN(3) {
			fmt.Fprintf(&b, "%s%d日以来，%s%s%s，%s，%s。", w.pick([]string{"自本月", "从上月", "上个月", "本月"}), 1+w.rand.IntN(28),
				w.pick(backlogPlaces), fmt.Sprintf("%d号楼", 1+w.rand.IntN(60)), w.pick(backlogMatters), w.tale(), w.pick(backlogPleas))
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

func (w *writer) close(name string) string {
	return fmt.Sprintf("此致\n敬礼\n\n%s\n电话：139%08d\n", name, w.rand.IntN(100000000))
}

// transferred is a text in a charset and a transfer encoding that takes about
// size bytes on the wire, and the encoding's name; compose makes a text of a size
// in UTF-8, of which chinese of ten bytes are no ASCII.
func (w *writer) transferred(enc encoding.Encoding, size, chinese int, compose func(size int) string) (body, cte string) {
	if enc != nil {
		size = size * 10 / (10 - chinese/3) // two bytes for three
	}
	switch w.rand.IntN(4) {
	case 0:
		return encoded(enc, compose(size)), "8bit"
	case 1:
		return quotedPrintable(encoded(enc, compose(size*10/(10+2*chinese)))), "quoted-printable"
	}
	return base64Lines(encoded(enc, compose(size*73/100))), "base64"
}

func (w *writer) text(d *draft, charset string, enc encoding.Encoding, name string, size int) {
	body, cte := w.transferred(enc, size, 9, func(n int) string { return w.prose(n-200) + w.close(name) })
	d.field("Content-Type", "text/plain; charset=%s", charset).field("Content-Transfer-Encoding", "%s", cte)
	d.body = body
}

// html is a page in the manner of Foxmail and the web mailers.
func (w *writer) html(charset, name string, size int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<html><head><meta http-equiv="Content-Type" content="text/html; charset=%s"><style>body { line-height: 1.5; } blockquote { margin-top: 0px; margin-left: 0.5em; } p.MsoNormal { margin: 0cm; font-size: 10.5pt; }</style></head><body>`, charset)
	for b.Len() < size {
		b.WriteString(`<div style="font-family: 微软雅黑; font-size: 14px; color: rgb(0, 0, 0);"><span style="line-height: 1.5; background-color: window;">`)
		fmt.Fprintf(&b, "%s%d日，%s%s，%s，<b>%s</b>。&nbsp;", w.pick([]string{"自", "从", "上月"}), 1+w.rand.IntN(28), w.pick(backlogPlaces), w.pick(backlogMatters), w.tale(), w.pick(backlogPleas))
		b.WriteString("</span></div>\n<div><br></div>\n")
		if w.rand.IntN(12) == 0 {
			b.WriteString(`<table border="1" cellspacing="0" style="border-collapse: collapse;"><tbody>`)
			for range 3 {
				fmt.Fprintf(&b, `<tr><td style="width: 120px;" valign="top">%s</td><td>%d号楼</td><td align="right">%d 元</td></tr>`, w.pick(backlogPlaces), 1+w.rand.IntN(60), w.rand.IntN(90000))
			}
			b.WriteString("</tbody></table>\n")
		}
	}
	fmt.Fprintf(&b, `<div>此致<br>敬礼</div><div><span></span></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div>%s</div></body></html>`, name)
	return b.String()
}

func (w *writer) page(d *draft, charset string, enc encoding.Encoding, name string, size int) {
	page := func(n int) string { return w.html(charset, name, n) }
	if w.rand.IntN(2) == 0 {
		body, cte := w.transferred(enc, size, 4, page)
		d.field("Content-Type", "text/html; charset=%s", charset).field("Content-Transfer-Encoding", "%s", cte)
		d.body = body
		return
	}
	boundary := fmt.Sprintf("----=_NextPart_%08X", w.rand.Uint32())
	d.field("Content-Type", "multipart/alternative;\n\tboundary=%q", boundary)
	d.body = "This is a multi-part message in MIME format.\n\n" +
		w.part(boundary, "text/plain", charset, enc, size/6, 9, func(n int) string { return w.prose(n) + w.close(name) }) +
		w.part(boundary, "text/html", charset, enc, size*5/6, 4, page) + "--" + boundary + "--\n"
}

func (w *writer) part(boundary, kind, charset string, enc encoding.Encoding, size, chinese int, compose func(size int) string) string {
	body, cte := w.transferred(enc, size, chinese, compose)
	return fmt.Sprintf("--%s\nContent-Type: %s; charset=%q\nContent-Transfer-Encoding: %s\n\n%s\n", boundary, kind, charset, cte, body)
}

// file is a letter with a scanned document or a photograph.
func (w *writer) file(d *draft, charset string, enc encoding.Encoding, name string, size int) {
	kind, ending, magic := "image/jpeg", ".jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00"
	if w.rand.IntN(2) == 0 {
		kind, ending, magic = "application/pdf", ".pdf", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
	}
	data := make([]byte, size*37/50) // what base64 with its line ends makes of it
	for at := copy(data, magic); at < len(data); {
		v := w.rand.Uint64()
		for ; at < len(data) && v != 0; at++ {
			data[at], v = byte(v), v>>8
		}
	}
	boundary := fmt.Sprintf("=_%016x", w.rand.Uint64())
	title := word(charset, enc, w.pick(backlogPlaces)+"情况说明"+ending)
	d.field("Content-Type", "multipart/mixed; boundary=%q", boundary)
	d.body = w.part(boundary, "text/plain", charset, enc, 2<<10, 9, func(n int) string { return w.prose(n) + w.close(name) }) +
		fmt.Sprintf("--%s\nContent-Type: %s; name=%q\nContent-Disposition: attachment; filename=%q\nContent-Transfer-Encoding: base64\n\n", boundary, kind, title, title) +
		strings.TrimSuffix(base64File(data), "\n") + "\n--" + boundary + "--\n"
}

// base64File folds without the copies that base64Lines can afford.
func base64File(data []byte) string {
	var b strings.Builder
	b.Grow(base64.StdEncoding.EncodedLen(len(data)) * 78 / 76)
	for len(data) > 0 {
		n := min(57, len(data))
		b.WriteString(base64.StdEncoding.EncodeToString(data[:n]))
		b.WriteByte('\n')
		data = data[n:]
	}
	return b.String()
}

var (
	backlogSurnames = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 欧阳 司马")
	backlogGiven    = strings.Fields("建国 秀英 小明 桂兰 志强 丽华 海燕 永平 玉梅 国庆 春生 晓东 文 静 磊 敏")
	backlogPlaces   = strings.Fields("幸福里小区 城东工业园 新华路 解放街道 开发区三期 红旗镇 青山机械厂 滨江花园 老城区农贸市场 高新区软件园")
	backlogMatters  = strings.Fields("夜间停电 供暖不足 自来水浑浊 拖欠工资 噪声扰民 乱收费 电梯停运 补贴未发放 道路破损 宽带资费不明 企业排污 技改资金申报")
	backlogPleas    = strings.Fields("多次向物业反映没有结果 老人和孩子生活受到很大影响 请有关部门尽快派人核实 希望给一个明确的答复 打电话无人接听 企业经营十分困难 我们保留了照片和收据 恳请领导过问此事 已经影响正常生产")
)
