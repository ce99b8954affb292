package letter

import (
	"strings"
	"testing"
)

// dispatch is what one of our own mails looks like when it comes back quoted.
const dispatch = "———— 请在此行以上回复 ————\n电力处：\n现将来信转你处办理。\n批准\n回执码：7Q4KM-2XD9P"

func prefixed(s string) string {
	return "> " + strings.ReplaceAll(s, "\n", "\n> ")
}

func TestNewText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want, signature string }{
		{"no history", "同意。\n\n请尽快办理。", "同意。\n\n请尽快办理。", ""},
		{"marker", "签收\n\n" + dispatch, "签收", ""},
		{"marker, quoted", "签收\n\n> " + strings.ReplaceAll(dispatch, "\n", "\n> "), "签收", ""},
		{"marker, quoted, under a date without a time", "签收\n\n在 2026年11月23日，受理中心 写道：\n" + prefixed(dispatch), "签收", ""},
		{"marker under a sentence", "办结情况我已在 2026年11月20日的报告中写道，见附件。\n\n" + dispatch, "办结情况我已在 2026年11月20日的报告中写道，见附件。", ""},
		{"marker with other dashes", "签收\n\n-- -- 请在此行以上回复 -- --\n批准", "签收", ""},
		{"marker with a header above", "签收\n\n发件人: 受理中心 <wsxf@jxw.example>\n发送时间: 2026年11月23日 10:00\n收件人: 电力处\n主题: 转办\n\n" + dispatch, "签收", ""},
		{"answer below the quoted marker", prefixed(dispatch) + "\n\n已于昨日修复。", "已于昨日修复。", ""},
		{"outlook zh", "同意上报。\n\n发件人: 受理中心 <wsxf@jxw.example> \n发送时间: 2026年11月23日 10:00\n收件人: 电力处 <dlc@jxw.example>\n抄送: 某某\n主题: 转办单\n\n批准", "同意上报。", ""},
		{"outlook zh with a line", "同意上报。\n\n________________________________\n发件人: 受理中心\n发送时间: 2026年11月23日 10:00\n收件人: 电力处\n主题: 转办单\n\n批准", "同意上报。", ""},
		{"outlook old zh", "同意。\n\n-----邮件原件-----\n发件人: 受理中心 [mailto:wsxf@jxw.example] \n发送时间: 2026年11月23日 10:00\n收件人: 电力处\n主题: 转办单\n\n批准", "同意。", ""},
		{"outlook en", "Agreed.\n\n-----Original Message-----\nFrom: desk <wsxf@jxw.example>\nSent: Monday, November 23, 2026 10:00 AM\nTo: power\nSubject: x\n\n批准", "Agreed.", ""},
		{"outlook en without a rule", "Agreed.\n\nFrom: desk <wsxf@jxw.example>\nSent: Monday, November 23, 2026 10:00 AM\nTo: power\nSubject: x\n\n批准", "Agreed.", ""},
		{"foxmail", "已办。\n\n\n\n张三\n \n发件人： 受理中心\n发送时间： 2026-11-23 10:00\n收件人： 电力处\n主题： 转办单\n批准", "已办。", "张三"},
		{"qq mail", "已收到，谢谢。\n\n\n------------------ 原始邮件 ------------------\n发件人: \"受理中心\" <wsxf@jxw.example>;\n发送时间: 2026年11月23日(星期一) 上午10:00\n收件人: \"电力处\"<dlc@jxw.example>;\n\n主题: 转办单\n\n批准", "已收到，谢谢。", ""},
		{"qq mail new", "已收到\n\n\n------------------&nbsp;Original&nbsp;------------------\n批准", "已收到", ""},
		{"qq mail en", "已收到\n\n------------------ Original ------------------\nFrom: \"a\";<a@b.example>;\nDate: 2026-11-23\nTo: b\n\n批准", "已收到", ""},
		{"qq phone", "已收到\n\n发自我的iPhone\n\n\n------------------ 原始邮件 ------------------\n发件人: a <a@b.example>\n批准", "已收到", "发自我的iPhone"},
		{"netease", "我要补充。\n\n\n\n\n\n\n\n在 2026-11-23 10:00:00，\"受理中心\" <wsxf@jxw.example> 写道：\n\n> 批准\n> 您好", "我要补充。", ""},
		{"netease without marks", "我要补充。\n\n在 2026-11-23 10:00:00，\"受理中心\" <wsxf@jxw.example> 写道：\n\n批准\n您好", "我要补充。", ""},
		{"netease en", "Noted.\n\nAt 2026-11-23 10:00:00, \"desk\" <wsxf@jxw.example> wrote:\n\n批准", "Noted.", ""},
		{"netease master", "已阅\n\n| |\n张三\n|\n|\n邮箱：zhang@mail.example\n|\n\n签名由 网易邮箱大师 定制\n\n在2026年11月23日 10:00，受理中心<wsxf@jxw.example> 写道：\n批准", "已阅", "| |\n张三\n|\n|\n邮箱：zhang@mail.example\n|\n\n签名由 网易邮箱大师 定制"},
		{"netease master table", "已阅\n\n---- 回复的原邮件 ----\n| 发件人 | 受理中心<wsxf@jxw.example> |\n| 日期 | 2026年11月23日 10:00 |\n| 收件人 | a |\n| 主题 | b |\n批准", "已阅", ""},
		{"thunderbird zh", "已办结。\n\n在 2026/11/23 10:00, 受理中心 写道:\n> 批准\n> 您好\n", "已办结。", ""},
		{"thunderbird zh old", "已办结。\n\n于 2026年11月23日 10:00, 受理中心 写道:\n> 批准", "已办结。", ""},
		{"gmail zh", "好的。\n\n受理中心 <wsxf@jxw.example> 于2026年11月23日周一 10:00写道：\n\n> 批准\n> 您好", "好的。", ""},
		{"gmail zh, broken line", "好的。\n\n受理中心 <wsxf.with.a.long.name@long.jxw.example> 于2026年11月23日周一\n10:00写道：\n\n> 批准", "好的。", ""},
		{"gmail zh-tw", "好的。\n\n受理中心 <wsxf@jxw.example> 於 2026年11月23日 週一 上午10:00寫道：\n\n> 批准", "好的。", ""},
		{"gmail old zh", "好的。\n\n2026年11月23日 10:00 受理中心 <wsxf@jxw.example> 写道：\n\n> 批准", "好的。", ""},
		{"apple zh", "好的。\n\n> 在 2026年11月23日，10:00，受理中心 <wsxf@jxw.example> 写道：\n> \n> 批准", "好的。", ""},
		{"apple zh phone", "好的。\n\n发自我的 iPhone\n\n> 在 2026年11月23日，10:00，受理中心 <wsxf@jxw.example> 写道：\n> \n> 批准", "好的。", "发自我的 iPhone"},
		{"apple zh, two lines", "好的。\n\n在 2026年11月23日，上午10:00，受理中心\n<wsxf@jxw.example> 写道：\n\n> 批准", "好的。", ""},
		{"zimbra", "同意。\n\n----- 原始邮件 -----\n发件人: \"受理中心\" <wsxf@jxw.example>\n收件人: \"a\"\n发送时间: 星期一, 2026年 11 月 23日 上午 10:00:00\n主题: x\n\n批准", "同意。", ""},
		{"aliyun", "同意。\n\n------------------------------------------------------------------\n发件人：受理中心 <wsxf@jxw.example>\n发送时间：2026年11月23日(星期一) 10:00\n收件人：a <a@b.example>\n主　题：转办\n\n批准", "同意。", ""},
		{"sina", "同意。\n\n----- 原始邮件 -----\n发件人：受理中心 <wsxf@jxw.example>\n收件人：a\n主题：转办\n日期：2026年11月23日 10点00分\n\n批准", "同意。", ""},
		{"139", "同意。\n\n----邮件原文----\n发件人：受理中心 <wsxf@jxw.example>\n收件人：a\n发送时间：2026-11-23 10:00:00\n主题：转办\n\n批准", "同意。", ""},
		{"coremail", "同意。\n\n\n\n-----原始邮件-----\n发件人:\"受理中心\" <wsxf@jxw.example>\n发送时间:2026-11-23 10:00:00 (星期一)\n收件人: a\n主题: x\n\n批准", "同意。", ""},
		{"outlook phone", "同意。\n\n获取 Outlook for iOS\n________________________________\n发件人: 受理中心 <wsxf@jxw.example>\n发送时间: 星期一, 十一月 23, 2026 10:00 上午\n收件人: a\n主题: x\n\n批准", "同意。", "获取 Outlook for iOS"},
		{"a line of one's own that begins like a quotation", "> 90%的业主同意更换电梯。\n物业却不同意。\n\n发件人: 受理中心 <wsxf@jxw.example>\n发送时间: 2026年11月23日 10:00\n收件人: a\n主题: x\n\n批准", "> 90%的业主同意更换电梯。\n物业却不同意。", ""},
		{"a quoted line of the history", "> 何时修复？\n明天。\n\n发件人: 受理中心 <wsxf@jxw.example>\n发送时间: 2026年11月23日 10:00\n收件人: a\n主题: x\n\n请问何时修复？", "明天。", ""},
		{"a quoted line, the answer apart", "> 何时修复？\n\n明天。\n\n发件人: 受理中心 <wsxf@jxw.example>\n发送时间: 2026年11月23日 10:00\n收件人: a\n主题: x\n\n批准", "明天。", ""},
		{"a rule below everything", "====\n投诉\n=====\n停电。\n=====", "====\n投诉\n=====\n停电。\n=====", ""},
		{"a telephone behind a dash", "停电。\n\n——来自小米手机", "停电。", "——来自小米手机"},
		{"a program of a telephone", "停电。\n\n来自 iPhone 的 QQ 邮箱", "停电。", "来自 iPhone 的 QQ 邮箱"},
		{"a complaint about a firm", "停电。\n\n来自移动公司的骚扰", "停电。\n\n来自移动公司的骚扰", ""},
		{"a bracketed title", "同意。\n\n[原始邮件]\n发件人：受理中心 <wsxf@jxw.example>\n时间：2026-11-23 10:00\n收件人：a\n主题：x\n批准", "同意。", ""},
		{"answer on an English attribution's line", "Agreed On Mon, Nov 23, 2026 at 10:00 AM, desk@jxw.example wrote:\n> 批准", "Agreed", ""},
		{"lotus", "同意。\n\n受理中心 <wsxf@jxw.example> 写于 2026/11/23 10:00:\n> 批准\n> 二", "同意。", ""},
		{"interleaved", "您好：\n\n> 1. 何时修复？\n明天。\n> 2. 谁负责？\n李四。\n", "您好：\n\n明天。\n李四。", ""},
		{"interleaved with attribution", "在 2026-11-23 10:00:00，\"甲\" <a@b.example> 写道：\n> 1. 何时修复？\n\n明天。\n\n> 2. 谁负责？\n\n李四。\n", "明天。\n\n李四。", ""},
		{"answer on the attribution's line", "同意在 2026-11-23 10:00:00，\"甲\" <a@b.example> 写道：\n> 批准\n> 二", "同意", ""},
		{"signature", "同意。\n\n-- \n张三\n电力处\n电话：0311-00000000", "同意。", "-- \n张三\n电力处\n电话：0311-00000000"},
		{"signature without the blank", "同意。\n--\n张三", "同意。", "--\n张三"},
		{"signature above history", "同意。\n\n-- \n张三\n\n在 2026-11-23 10:00:00，\"甲\" <a@b.example> 写道：\n> 批准\n> 二", "同意。", "-- \n张三"},
		{"signature under a rule", "已办。\n\n________________\n张三\n电话：0311-00000000", "已办。", "________________\n张三\n电话：0311-00000000"},
		{"phones", "收到\n\n来自我的华为手机", "收到", "来自我的华为手机"},
		{"sent from", "ok\n\nSent from my Xiaomi", "ok", "Sent from my Xiaomi"},
		{"a letter that speaks of writing", "我在2025年3月5日给贵局的信中写道：\n希望修路。\n至今没有答复。", "我在2025年3月5日给贵局的信中写道：\n希望修路。\n至今没有答复。", ""},
		{"a letter with labels", "反映人：张三\n时间：2026年11月20日\n地点：一号路\n主题：停电\n内容如上。", "反映人：张三\n时间：2026年11月20日\n地点：一号路\n主题：停电\n内容如上。", ""},
		{"a letter with a date line", "日期：2026年11月20日\n我家停电了。", "日期：2026年11月20日\n我家停电了。", ""},
		{"a lone mark", "价格 > 100\n> 200 的不算", "价格 > 100\n> 200 的不算", ""},
		{"dashes within a letter", "一、情况\n----------\n停电三天。\n二、请求\n----------\n请修。", "一、情况\n----------\n停电三天。\n二、请求\n----------\n请修。", ""},
		{"from my own", "我来自我的家乡石家庄，请帮帮我们", "我来自我的家乡石家庄，请帮帮我们", ""},
		{"forward with a word", "请看。\n\n---------- Forwarded message ---------\n发件人： 甲 <a@b.example>\nDate: 2026年11月23日周一 10:00\nSubject: x\nTo: <c@d.example>\n\n批准", "请看。", ""},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire("Content-Type: text/plain; charset=utf-8\n\n"+tt.text, eol))
				if l.New != tt.want {
					t.Errorf("new text\n%q, want\n%q\nquoted %q", l.New, tt.want, l.Quoted)
				}
				if l.Signature != tt.signature {
					t.Errorf("signature %q, want %q", l.Signature, tt.signature)
				}
			})
		}
	}
}

func TestNewTextOfHTML(t *testing.T) {
	t.Parallel()
	const history = "<p>———— 请在此行以上回复 ————</p><p>批准</p>"
	tests := []struct{ name, html, want string }{
		{"gmail", `<div dir="ltr">同意</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">某某 &lt;<a href="mailto:a@b.example">a@b.example</a>&gt; 于2026年11月23日周一 10:00写道：<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">` + history + `</blockquote></div>`, "同意"},
		{"gmail interleaved", `<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 23, 2026 at 10:00 AM a &lt;a@b.example&gt; wrote:</div><blockquote class="gmail_quote">何时？</blockquote><div>明天</div><blockquote class="gmail_quote">谁？</blockquote><div>李四</div></div>`, "明天\n李四"},
		{"outlook", `<div class="WordSection1"><p>同意</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>发件人:</b> 甲 &lt;a@b.example&gt;<br><b>发送时间:</b> 2026年11月23日 10:00<br><b>收件人:</b> 乙<br><b>主题:</b> 转办</p></div>` + history + `</div>`, "同意"},
		{"outlook on the web", `<div>同意</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>发件人:</b> 甲<br><b>发送时间:</b> x<br></div><div>批准</div>`, "同意"},
		{"foxmail", `<div>同意</div><div><br></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div><span>张三</span></div><blockquote style="margin-top: 0px; margin-bottom: 0px; margin-left: 0.5em;"><div>&nbsp;</div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><div><b>发件人：</b>&nbsp;甲</div><div><b>发送时间：</b>&nbsp;2026-11-23</div></div><div>批准</div></blockquote>`, "同意"},
		{"qq", `<div>同意</div><div><br></div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="font-size:12px;background:#efefef;"><div><b>发件人:</b> "甲" &lt;a@b.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月23日</div></div><div>批准</div>`, "同意"},
		{"netease", `<div style="line-height:1.7">同意</div><br><pre>在 2026-11-23 10:00:00，"甲" &lt;a@b.example&gt; 写道：</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid"><p>批准</p></blockquote>`, "同意"},
		{"thunderbird", `<p>同意</p><div class="moz-cite-prefix">在 2026/11/23 10:00, 甲 写道:<br></div><blockquote type="cite" cite="mid:x"><p>批准</p></blockquote>`, "同意"},
		{"apple", `<div>同意<br><br><div id="AppleMailSignature">发自我的 iPhone</div><div><br>在 2026年11月23日，10:00，甲 &lt;a@b.example&gt; 写道：<br><br></div><blockquote type="cite"><div>批准</div></blockquote></div>`, "同意"},
		{"zimbra", `<div>同意</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>发件人: </b>甲<br></div><div data-marker="__QUOTED_TEXT__">批准</div>`, "同意"},
		{"aliyun", `<div>同意</div><blockquote class="__aliyun_previous_quote"><div>批准</div></blockquote>`, "同意"},
		{"only a marker", `<p>同意</p>` + history, "同意"},
		{"indented letter", `<blockquote><div>一号路停电</div><div>请处理</div></blockquote>`, "一号路停电\n请处理"},
		{"indented paragraph", `<div>如下：</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">一、停电</blockquote><div>请处理</div>`, "如下：\n一、停电\n请处理"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := Parse([]byte("Content-Type: text/html; charset=utf-8\n\n<html><body>" + tt.html + "</body></html>"))
			if got := strings.Join(strings.FieldsFunc(l.New, func(r rune) bool { return r == '\n' }), "\n"); got != strings.ReplaceAll(tt.want, "\n\n", "\n") {
				t.Errorf("new text %q, want %q\nquoted %q", l.New, tt.want, l.Quoted)
			}
			if strings.Contains(l.New, "批准") {
				t.Error("quoted words pass for the writer's")
			}
		})
	}
}

func TestQuotedKeepsTheCode(t *testing.T) {
	t.Parallel()
	l := Parse([]byte("\n签收\n\n" + dispatch))
	if !strings.Contains(l.Quoted, "7Q4KM-2XD9P") || strings.Contains(l.New, "7Q4KM") {
		t.Errorf("quoted %q, new %q", l.Quoted, l.New)
	}
}

// TestRareAttributions holds what announces history in the words of mail programs
// that few use, or in the shape that others gave it.
func TestRareAttributions(t *testing.T) {
	t.Parallel()
	const quoted, bare = "\n> 请办理\n> 来信\n", "\n\n请办理\n来信\n"
	for name, head := range map[string]string{
		"the bat":              "Monday, March 2, 2026, 10:12:33 AM, you wrote:" + bare,
		"the bat zh":           "2026年3月2日, 10:12:33, 您写道:" + bare,
		"russian":              "02.03.2026 10:12, desk пишет:" + bare,
		"polish":               "W dniu 02.03.2026 o 10:12, desk pisze:" + bare,
		"polish day":           "Dnia 2 marca 2026 desk <wsxf@jxw.example> napisał(a):" + bare,
		"turkish header":       "Kimden: desk <wsxf@jxw.example>\nGönderilme: 2 Mart 2026 Pazartesi 10:12\nKime: li\nKonu: x" + bare,
		"czech header":         "Od: desk <wsxf@jxw.example>\nOdesláno: pondělí 2. března 2026 10:12\nKomu: li\nPředmět: x" + bare,
		"full-width colon":     "On 3/2/2026 10:12，受理中心<wsxf@jxw.example> wrote：" + bare,
		"day of the week":      "在 星期一, 三月 02, 2026 10:12 CST, 受理中心 <wsxf@jxw.example> 写道:" + bare,
		"zoho zh":              "---- 在 星期一, 02 三月 2026 10:12:33 +0800 受理中心 <wsxf@jxw.example> 写 ----" + bare,
		"notes zh":             "-----受理中心/经信委 已写：-----\n收件人： 电力处\n发件人： 受理中心/经信委\n日期： 2026/03/02 10:12\n主题： 转办单" + bare,
		"groupwise":            ">>> 受理中心 <wsxf@jxw.example> 2026/3/2 10:12 >>>" + bare,
		"groupwise en":         ">>> desk 3/2/2026 10:12 AM >>>" + bare,
		"year of two digits":   "--- 26年3月2日，周一, 受理中心 <wsxf@jxw.example> 写道：" + bare,
		"outlook for mac zh":   "在 2026/3/2 上午10:12，“受理中心”<wsxf@jxw.example> 写入:" + bare,
		"czech":                "po 2. 3. 2026 v 10:12 odesílatel desk <wsxf@jxw.example> napsal:" + bare,
		"finnish":              "ma 2. maalisk. 2026 klo 10.12 desk (wsxf@jxw.example) kirjoitti:" + bare,
		"turkish":              "desk <wsxf@jxw.example>, 2 Mar 2026 Pzt, 10:12 tarihinde şunu yazdı:" + bare,
		"thai":                 "เมื่อ จ. 2 มี.ค. 2026 เวลา 10:12 desk <wsxf@jxw.example> เขียนว่า:" + bare,
		"spanish day":          "El lunes, 2 de marzo de 2026, desk escribió:" + quoted,
		"russian user":         "понедельник, 2 марта 2026 г. пользователь desk написал:" + quoted,
		"message writes":       "In message <a@jxw.example>, desk writes:" + quoted,
		"said":                 "On Mon 02/Mar/2026, desk said:" + quoted,
		"italian":              "In data 2 marzo 2026 10:12:33, desk ha scritto:" + quoted,
		"last name first":      "Zhang, San 于 2026/3/2 10:12 写道:" + quoted,
		"forwarded de":         "Anfang der weitergeleiteten Nachricht:\n\nVon: desk <wsxf@jxw.example>\nDatum: 2. März 2026\nAn: li" + bare,
		"forwarded fr":         "-------- Message transféré --------\nDe : desk <wsxf@jxw.example>\nDate : 02/03/2026 10:12\nObjet : x" + bare,
		"dashes in German":     "---- desk schrieb ----" + bare,
		"korean header":        "보낸 사람: desk <wsxf@jxw.example>\n보낸 날짜: 2026년 3월 2일 월요일 오전 10:12\n받는 사람: li\n제목: x" + bare,
		"finnish header":       "Lähettäjä: desk <wsxf@jxw.example>\nLähetetty: maanantai 2. maaliskuuta 2026 10:12\nVastaanottaja: li\nAihe: x" + bare,
		"from and to":          "从: 受理中心 <wsxf@jxw.example>\n日期: 2026年3月2日 星期一 10:12\n至: 电力处\n主题: x" + bare,
		"date before sender":   "发送: 2026年3月2日 星期一 上午 10:12\n发件人: 受理中心 <wsxf@jxw.example>\n收件人: 电力处\n主题: x" + bare,
		"horde zh":             "引用自 受理中心 <wsxf@jxw.example>:" + quoted,
		"no date":              "受理中心 <wsxf@jxw.example> 写道：" + bare,
		"tutanota":             "2026年3月2日 10:12 由 wsxf@jxw.example：" + quoted,
		"hyphens of unicode":   "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, March 2, 2026 10:12 AM, desk <wsxf@jxw.example> wrote:" + bare,
		"no-break blanks":      "------------------\u00a0原始邮件\u00a0------------------\n发件人:\u00a0\"受理中心\"<wsxf@jxw.example>;\n发送时间:\u00a02026年3月2日\n收件人:\u00a0电力处\n主题:\u00a0转办单" + bare,
		"title among blanks":   "         原始邮件         \n         \n       \n发件人：受理中心 <wsxf@jxw.example>\n发件时间：2026年3月2日 10:12\n收件人：电力处\n主题：转办单" + bare,
		"long name":            "示范省经济和信息化委员会信访受理中心 <wsxf@jxw.example>\n于2026年3月2日周一 10:12写道：" + bare,
		"marker in a list":     "* " + Marker() + bare,
		"marker in blanks":     "\u00a0\u200b" + Marker() + "\u00a0" + bare,
		"marker broken":        "———— 请在此行\n以上回复 ————" + bare,
		"marker broken, quote": "> ———— 请在此行\n> 以上回复 ————" + quoted,
		"foxmail address":      "dlc@jxw.example\n \n发件人： 受理中心\n发送时间： 2026-03-02 10:12\n收件人： 电力处\n主题： 转办单" + bare,
		"foxmail login, date":  "dlc\n2026-03-02\n\n发件人： 受理中心\n发送日期： 2026-03-02\n收件人： 电力处\n主题： 转办单" + bare,
	} {
		for _, own := range []string{"同意", "经核查，路灯已修复。\n谢谢！"} {
			l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + own + "\n\n" + head))
			if l.New != own {
				t.Errorf("%s: new text %q, want %q", name, l.New, own)
			}
		}
	}
	for _, own := range []string{
		"请把材料发到下面的邮箱：\n\nli@b.example",
		"2026年3月2日，10:12，老板在群里写道：\n明天放假。",
		"---- 由谁来写 ----\n请明确。",
		"从：城东到城西\n至：下周\n日期：2026年3月2日\n发送：传单\n道路封闭。",
		"以下人员 2026 年到岗，10:00 前发到 <li@b.example>：\n张三",
		"第一条\n---\n张三",
		"The meter of 2026 says:\n14 degrees.",
		"Dear all,\n\nas he said in 2026:",
	} {
		l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + own + "\n\n在 2026/3/2 10:12, 受理中心 写道:" + quoted))
		if l.New != own {
			t.Errorf("new text %q, want %q", l.New, own)
		}
	}
	for _, device := range []string{"发自天翼189邮箱", "获取 BlueMail for Android", "从我的 Android 设备使用 K-9 Mail 发送。请原谅我的简短。", "在 Android 手机上从 Yahoo 邮箱发送", "从 HarmonyOS 设备发送", "已使用 Spark 发送", "나의 iPhone에서 보냄", "Отправлено с iPhone", "(sent from a phone)", "Gesendet von Outlook für iOS", "Télécharger Outlook pour iOS", "Inviato da iPhone", "Skickat från min iPhone", "---\n张三\n电话：027-88880000", "张三\n邮箱：li@b.example\n签名由 网易邮箱大师 定制"} {
		l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n同意\n\n" + device))
		if l.New != "同意" || l.Signature != device {
			t.Errorf("new text %q, signature %q, want %q", l.New, l.Signature, device)
		}
	}
}
