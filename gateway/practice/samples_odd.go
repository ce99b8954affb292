package practice

import (
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// onePixel is the smallest PNG there is.
const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\n"

// oddSamples are people's letters that a strict reader would stumble over.
func oddSamples(at time.Time) []Sample {
	const zhou, li, wang, chen = "zhou.suqin@" + outside, "li.jianye@" + outside, "wang.xiaomei@" + outside, "chen.zhicheng@" + outside
	const he, zhao, sun = "he.wei@" + outside, "zhao.ming@" + outside, "sun.lihua@" + outside
	return []Sample{
		{"旧式邮件程序：GBK 编码，标为 gb2312", director, wang, true, gbkLetter(wang, at)},
		{"只有 HTML", portal, he, true, htmlLetter(he, at)},
		{"带附件，附件名是中文", burden, chen, true, attachedLetter(chen, at)},
		{"保密举报", report, zhao, true,
			from("赵明", zhao, report, at, 12).plain("举报某处室工作人员收受礼金", `监察室：

我反映一个情况。今年八月，贵委一名工作人员在项目验收时，收受企业送的购物卡五千元。我愿意配合调查，但请务必为我保密，不要把我的姓名和联系方式告诉任何人。

赵明 电话 13700009876
`).bytes()},
		{"网站表单", portal, "sun.lihua@" + outside, true, formLetter(sun, at)},
		{"没有 Message-ID，没有日期", director, li, true, bareLetter(li)},
		{"繁体字，Big5 编码", consult, sun, true, big5Letter(sun, at)},
		{"没有文字，只有照片", director, zhou, true, pictureLetter(zhou, at)},
		{"转发别人的邮件", director, he, true, forwardedLetter(he, at)},
	}
}

func gbkLetter(sender string, at time.Time) []byte {
	d := &draft{}
	d.field("From", "%s <%s>", gbkWord("王小梅"), sender).
		field("To", "%s", director).
		field("Subject", "%s", gbkWord("配电房噪声扰民")).
		field("Date", "%s", at.Format("Mon, 2 Jan 2006 15:04:05 +0800")).
		field("Message-ID", "<200611%d.GBK@%s>", at.UnixNano(), outside).
		field("X-Mailer", "Foxmail 6, 15, 201, 26 [cn]").
		field("MIME-Version", "1.0").
		field("Content-Type", `text/plain; charset="gb2312"`).
		field("Content-Transfer-Encoding", "8bit")
	// 镕 and 堃 are outside GB 2312 although the label claims it.
	d.body = encoded(simplifiedchinese.GBK, `领导您好：

    我家住在和平路十八号一楼，窗外五米就是配电房，变压器从早到晚嗡嗡响，老人孩子睡不好。邻居李镕、张堃两家也受影响。请安排人测一测噪声是否超标。

                                  王小梅
`)
	return d.bytes()
}

func htmlLetter(sender string, at time.Time) []byte {
	d := from("何伟", sender, portal, at, 10)
	d.field("Subject", "%s", utf8Word("宽带报装两个月无人上门")).
		field("Content-Type", "text/html; charset=utf-8").
		field("Content-Transfer-Encoding", "quoted-printable")
	d.body = quotedPrintable(`<html><head><style>p{margin:0}</style></head><body>
<p>您好：</p><p>我于九月十日报装<b>宽带</b>，业务员说三天内上门，到今天两个月了没有人来。</p>
<div style="display:none">这一段是看不见的</div>
<table><tr><td>报装单号</td><td>KD-20260910-17</td></tr><tr><td>地址</td><td>新村路 8 号</td></tr></table>
<p>请帮忙催一催。<br>何伟</p></body></html>`)
	return d.bytes()
}

func attachedLetter(sender string, at time.Time) []byte {
	d := from("陈志诚", sender, burden, at, 11)
	d.field("Subject", "%s", utf8Word("行业协会强制收费，附收费清单")).
		field("Content-Type", `multipart/mixed; boundary="----=_sample_11"`)
	d.body = "This is a multi-part message in MIME format.\n\n------=_sample_11\n" +
		"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n" +
		base64Lines("领导：\n\n今年协会要求每家会员企业交纳“培训费”六千元，不交就不给年审盖章。我认为这是乱收费。收费清单和通知照片见附件。\n\n陈志诚\n") +
		"\n------=_sample_11\nContent-Type: text/csv; name=\"" + gbkWord("收费清单.csv") + "\"\n" +
		"Content-Disposition: attachment; filename=\"" + gbkWord("收费清单.csv") + "\"\nContent-Transfer-Encoding: base64\n\n" +
		base64Lines(encoded(simplifiedchinese.GBK, "日期,项目,金额\n2026-03-01,培训费,6000\n2026-06-15,年审服务费,1200\n")) +
		"\n------=_sample_11\nContent-Type: image/png; name=notice.png\n" +
		"Content-Disposition: attachment; filename*=UTF-8''%E9%80%9A%E7%9F%A5%E7%85%A7%E7%89%87.png\nContent-Transfer-Encoding: base64\n\n" +
		onePixel + "\n------=_sample_11--\n"
	return d.bytes()
}

func formLetter(citizen string, at time.Time) []byte {
	d := &draft{}
	d.field("From", "%s <www@%s>", utf8Word("示范市政务网站"), inside).
		field("To", "%s", portal).
		field("Subject", "%s", utf8Word("【网上诉求】新的留言")).
		field("Date", "%s", at.Format(time.RFC1123Z)).
		field("Message-ID", "<form.%d@www.%s>", at.UnixNano(), inside).
		field("MIME-Version", "1.0").
		field("Content-Type", "text/plain; charset=utf-8").
		field("Content-Transfer-Encoding", "base64")
	d.body = base64Lines(`姓名：孙丽华
联系电话：13900005678
电子邮箱：` + citizen + `
标题：新村路手机信号差
内容：新村路一带从去年拆了基站以后，手机信号只有一格，
打电话经常断线。请问什么时候能恢复？
`)
	return d.bytes()
}

func bareLetter(sender string) []byte {
	d := &draft{}
	d.field("From", "%s", sender).
		field("To", "%s", director).
		field("Subject", "%s", utf8Word("电表走得太快"))
	d.body = "我家换了新电表以后，电费多了一倍，家里电器没有增加。\n请派人校验电表。\n李建业\n"
	return d.bytes()
}

func big5Letter(sender string, at time.Time) []byte {
	d := &draft{}
	d.field("From", "%s <%s>", word("big5", big5(), "孫麗華"), sender).
		field("To", "%s", consult).
		field("Subject", "%s", word("big5", big5(), "請問中小企業融資擔保如何辦理")).
		field("Date", "%s", at.Format(time.RFC1123Z)).
		field("Message-ID", "<big5.%d@%s>", at.UnixNano(), outside).
		field("MIME-Version", "1.0").
		field("Content-Type", "text/plain; charset=big5").
		field("Content-Transfer-Encoding", "base64")
	d.body = base64Lines(encoded(big5(), "您好：\n\n我從外地回鄉開辦一家中小企業，想申請融資擔保，請問由哪個單位受理，需要哪些文件？\n\n孫麗華\n"))
	return d.bytes()
}

func pictureLetter(sender string, at time.Time) []byte {
	d := from("周素琴", sender, director, at, 16)
	d.field("Subject", "").
		field("Content-Type", `multipart/related; boundary=pic16`)
	d.body = "--pic16\nContent-Type: text/html; charset=utf-8\n\n<html><body><img src=\"cid:photo\"></body></html>\n" +
		"--pic16\nContent-Type: image/png\nContent-ID: <photo>\nContent-Transfer-Encoding: base64\n" +
		"Content-Disposition: inline; filename=IMG_0001.png\n\n" + onePixel + "--pic16--\n"
	return d.bytes()
}

func forwardedLetter(sender string, at time.Time) []byte {
	inner := from("老街坊", "neighbour@"+outside, sender, at.Add(-48*time.Hour), 90)
	inner.plain("电线杆歪了", "老何，巷口那根电线杆歪得厉害，刮大风怕要倒，你会写邮件，帮大家反映一下。\n")
	d := from("何伟", sender, director, at, 17)
	d.field("Subject", "%s", utf8Word("转发：电线杆歪了")).
		field("Content-Type", "multipart/mixed; boundary=fwd17")
	d.body = "--fwd17\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" +
		base64Lines("邻居反映的情况见所附邮件，请安排人看一看。\n何伟\n") +
		"\n--fwd17\nContent-Type: message/rfc822\n\n" + string(inner.bytes()) + "\n--fwd17--\n"
	return d.bytes()
}

// machineSamples are mails that nobody wrote and nobody waits for.
func machineSamples(at time.Time) []Sample {
	auto := from("陈志诚", "chen.zhicheng@"+outside, consult, at, 18)
	auto.field("Auto-Submitted", "auto-replied").field("X-Autoreply", "yes").
		plain("自动回复：您好，我正在休假", "您好，我正在休假，您的邮件我会在回来后尽快回复。\n")

	list := from("行业资讯", "news@"+outside, consult, at, 19)
	list.field("List-Id", "<news.%s>", outside).
		field("List-Unsubscribe", "<mailto:leave@%s>", outside).
		field("Precedence", "bulk").
		plain("本周行业资讯", "一、市场行情\n二、展会预告\n退订请回复 TD。\n")

	bounce := &draft{}
	bounce.field("From", "Mail Delivery System <MAILER-DAEMON@%s>", outside).
		field("To", "%s", director).
		field("Subject", "Undelivered Mail Returned to Sender").
		field("Date", "%s", at.Format(time.RFC1123Z)).
		field("Message-ID", "<bounce.%d@%s>", at.UnixNano(), outside).
		field("Auto-Submitted", "auto-replied").
		field("MIME-Version", "1.0").
		field("Content-Type", `multipart/report; report-type=delivery-status; boundary=dsn20`)
	bounce.body = "--dsn20\nContent-Type: text/plain\n\nThe mail could not be delivered.\n\n" +
		"--dsn20\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx." + outside + "\n\n" +
		"Final-Recipient: rfc822; nobody@" + outside + "\nAction: failed\nStatus: 5.1.1\n" +
		"Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--dsn20--\n"

	return []Sample{
		{"自动回复，不登记", consult, "chen.zhicheng@" + outside, false, auto.bytes()},
		{"群发邮件，不登记", consult, "news@" + outside, false, list.bytes()},
		{"退信，不属于任何来信", director, "", false, bounce.bytes()},
	}
}
