package practice

import (
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Sample is an invented letter, as some mailer or web server would write it.
type Sample struct {
	Name string // what it is good for
	To   string // the public box
	From string // the writer's address, "" where the mail names none
	// Played says that a played citizen stands behind it, whose mailbox gets
	// the answer.
	Played bool
	Raw    []byte
}

// draft is a mail being put together without the help of a strict library:
// samples have to be as odd as real letters are.
type draft struct {
	head []string
	body string
}

func (d *draft) field(name, format string, a ...any) *draft {
	d.head = append(d.head, name+": "+fmt.Sprintf(format, a...))
	return d
}

func (d *draft) bytes() []byte {
	text := strings.Join(d.head, "\n") + "\n\n" + d.body
	return []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"))
}

// word is an encoded word (RFC 2047) in base64; enc is nil for UTF-8.
func word(charset string, enc encoding.Encoding, s string) string {
	return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString([]byte(encoded(enc, s))) + "?="
}

func utf8Word(s string) string { return word("UTF-8", nil, s) }
func gbkWord(s string) string  { return word("gb2312", simplifiedchinese.GBK, s) }

// encoded returns s in another charset. The texts here are constant and fit; a
// rune that does not is replaced.
func encoded(enc encoding.Encoding, s string) string {
	if enc == nil {
		return s
	}
	out, err := encoding.ReplaceUnsupported(enc.NewEncoder()).String(s)
	if err != nil {
		return s
	}
	return out
}

// base64Lines is a body in base64, folded.
func base64Lines(s string) string {
	var b strings.Builder
	for e := base64.StdEncoding.EncodeToString([]byte(s)); e != ""; {
		n := min(76, len(e))
		b.WriteString(e[:n] + "\n")
		e = e[n:]
	}
	return b.String()
}

func quotedPrintable(s string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(s)) // a strings.Builder takes everything
	_ = w.Close()             // and so does closing
	return b.String()
}

// from begins a mail with what every mailer writes.
func from(name, address, to string, at time.Time, id int) *draft {
	d := &draft{}
	d.field("From", "%s <%s>", utf8Word(name), address)
	d.field("To", "<%s>", to)
	d.field("Date", "%s", at.Format(time.RFC1123Z))
	d.field("Message-ID", "<sample%02d.%d@%s>", id, at.UnixNano(), domainOf(address))
	d.field("MIME-Version", "1.0")
	return d
}

// plain makes it a plain text in UTF-8.
func (d *draft) plain(subject, text string) *draft {
	d.field("Subject", "%s", utf8Word(subject)).
		field("Content-Type", "text/plain; charset=UTF-8").
		field("Content-Transfer-Encoding", "base64")
	d.body = base64Lines(text)
	return d
}

const (
	director = "zhuren@" + inside
	report   = "jubao@" + inside
	portal   = "suqiu@" + inside
	burden   = "jianfu@" + inside
	consult  = "zixun@" + inside
)

// Samples returns the twenty sample letters, dated at the given time.
func Samples(at time.Time) []Sample {
	all := append(plainSamples(at), oddSamples(at)...)
	return append(all, machineSamples(at)...)
}

const outage = `尊敬的领导：

我们是城东区幸福里小区的居民。从本月三号起，小区三号楼到六号楼每天晚上都停电，短的半个小时，长的一整夜。物业说是变压器老化，供电所说要排队更换，已经拖了两个星期。楼里有老人用制氧机，实在等不起。

请贵委过问一下，什么时候能够换变压器。

周素琴
2号楼居民代表
`

// plainSamples are letters that any mailer could have written.
func plainSamples(at time.Time) []Sample {
	const zhou, li, wang, chen = "zhou.suqin@" + outside, "li.jianye@" + outside, "wang.xiaomei@" + outside, "chen.zhicheng@" + outside
	const he, smith, sun = "he.wei@" + outside, "j.smith@" + outside, "sun.lihua@" + outside
	return []Sample{
		{"普通来信：小区停电", director, zhou, true,
			from("周素琴", zhou, director, at, 1).plain("幸福里小区每晚停电，请尽快更换变压器", outage).bytes()},
		{"咨询：小微企业贴息", consult, chen, true,
			from("陈志诚", chen, consult, at, 2).plain("咨询小微企业贷款贴息的申请条件", `您好：

我开了一家二十多人的五金加工厂，去年在银行贷款八十万元买设备。听说小微企业可以申请贷款贴息，想请问：
1. 需要什么条件？
2. 到哪里申请，要带哪些材料？
3. 截止到什么时候？

谢谢！
陈志诚  电话 13800001234
`).bytes()},
		{"两个处室：停电影响企业生产", director, li, true,
			from("李建业", li, director, at, 3).plain("园区频繁断电，企业无法正常生产", `领导好：

我们企业在北郊工业园，从九月份起平均每周断电两次，每次三四个小时，注塑机一停料就报废，一个月损失十几万元。订单交不出去，客户要扣违约金。请帮我们协调供电，也请告诉我们有没有补助政策。

李建业
`).bytes()},
		{"重大紧急：储罐泄漏", director, wang, true,
			from("王小梅", wang, director, at, 4).plain("紧急！城南化工厂储罐泄漏", `刚才路过城南化工厂，厂区储罐正在泄漏，白烟很大，味道刺鼻，附近学校的孩子都在咳嗽，已经有人头晕呕吐。请赶快派人处理！

王小梅
`).bytes()},
		{"英文来信", consult, smith, true,
			from("John Smith", smith, consult, at, 5).plain("Electricity bill of a small workshop", `Dear Sir or Madam,

I run a small workshop in the north industrial park. Since September our electricity bill has doubled although the machines have not changed. The meter was replaced in August. Could you please have it checked, and tell me whom I may ask?

Kind regards,
John Smith
`).bytes()},
		{"规则判断不了，人工分办", director, he, true,
			from("何伟", he, director, at, 6).plain("改制后的安置问题", `领导：

我原来是市农机厂的职工，二〇〇三年厂子改制，当时答应给每人一套安置方案，二十年了还没有说法。我们几个老同志年纪都大了，想知道档案现在放在哪里，由谁来管。

何伟
`).bytes()},
		{"带身份证号和银行卡号", portal, sun, true,
			from("孙丽华", sun, portal, at, 7).plain("个体工商户补助迟迟不到账", `您好，我叫孙丽华，身份证号 110101199003074258，开了一家个体工商户小吃店。去年申请的稳岗补助说已经拨付，但是我的银行卡 6222020200112233445 一直没有收到。联系电话 13900005678。请帮忙查一查。
`).bytes()},
		{"重复来信", director, zhou, true,
			from("周素琴", zhou, director, at.Add(20*time.Minute), 8).plain("幸福里小区每晚停电，请尽快更换变压器", outage).bytes()},
	}
}

// big5 is the charset of letters from people who write in traditional script.
func big5() encoding.Encoding { return traditionalchinese.Big5 }
