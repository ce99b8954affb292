package letter

import (
	"strings"
	"testing"
)

// A reply program is how one mail program writes a reply: what it puts between
// the writer's text and the history, and how it marks the history.
type replyProgram struct {
	name string
	// head announces the history; several are ways that versions differ in.
	heads []string
	// mark stands before every line of the history.
	mark string
	// devices are the lines that the program signs with by itself.
	devices []string
	// below says that its users also write below or within the history.
	below bool
}

const (
	who    = "受理中心 <wsxf@jxw.example>"
	copies = "\n收件人: 电力处 <dlc@jxw.example>\n抄送: 办公室 <bgs@jxw.example>\n主题: 转办单〔SFJX-2026-000123〕\n"
)

// past is the history: it holds what would do harm if it passed for the writer's.
const past = "电力处：\n\n现将来信转你处办理。\n批准\n回执码：7Q4KM-2XD9P\n\n市民来信：路灯三天不亮，请修。"

var replyPrograms = []replyProgram{
	{"outlook zh", []string{
		"\n\n发件人: " + who + "\n发送时间: 2026年3月2日 10:12" + copies + "\n",
		"\n\n________________________________\n发件人: " + who + "\n发送时间: 2026年3月2日 10:12:33" + copies + "\n",
		"\n\n________________________________________\n发件人: 受理中心\n发送时间: 2026年3月2日 10:12:33\n收件人: 电力处; 办公室\n主题: 转办单\n\n",
		"\n\n-----邮件原件-----\n发件人: 受理中心 [mailto:wsxf@jxw.example] \n发送时间: 2026年3月2日 10:12\n收件人: 电力处\n主题: 转办单\n\n",
		"\n\n*发件人:* " + who + "\n*发送时间:* 2026年3月2日 10:12\n*收件人:* 电力处\n*主题:* 转办单\n\n",
		"\n\n**发件人:** " + who + "\n**发送时间:** 2026年3月2日 10:12\n**收件人:** 电力处\n**主题:** 转办单\n\n",
		"\n\n发件人: " + who + "\n发送时间: 2026年3月2日 10:12\n收件人: 电力处 <dlc@jxw.example>; 办公室 <bgs@jxw.example>;\n    交通处 <jtc@jxw.example>;\n    信访办 <xfb@jxw.example>\n主题: 转办单\n\n",
		"\n\n发件人：" + who + "\n日期：2026年3月2日 星期一 10:12\n收件人：电力处 <dlc@jxw.example>\n主题：转办单\n\n",
		"\n\n发件人:\u00a0" + who + "\n发送时间:\u00a02026年3月2日\u00a010:12\n收件人:\u00a0电力处\n主题:\u00a0转办单\n\n",
	}, "", []string{"获取 Outlook for iOS", "获取 Outlook for Android<https://aka.ms/AAb9ysg>", "获取 Outlook for iOS<https://aka.ms/o0ukef>", "发送自 Windows 10 版邮件应用", "发送自 Windows 版邮件", "从 Windows 版邮件发送", "下载 Outlook for iOS"}, false},
	{"outlook en", []string{
		"\n\nFrom: desk <wsxf@jxw.example>\nSent: Monday, March 2, 2026 10:12 AM\nTo: power <dlc@jxw.example>\nCc: office <bgs@jxw.example>\nSubject: Dispatch\n\n",
		"\n\n-----Original Message-----\nFrom: desk [mailto:wsxf@jxw.example] \nSent: Monday, March 2, 2026 10:12 AM\nTo: power\nSubject: Dispatch\n\n",
		"\n\n________________________________\nFrom: desk <wsxf@jxw.example>\nSent: Monday, March 2, 2026 10:12:33 AM\nTo: power <dlc@jxw.example>\nSubject: Dispatch\n\n",
		"\n\n*From:* desk <wsxf@jxw.example>\n*Sent:* Monday, March 2, 2026 10:12 AM\n*To:* power\n*Subject:* Dispatch\n\n",
		"\n\nFrom: desk <wsxf@jxw.example>\nDate: Monday, March 2, 2026 at 10:12 AM\nTo: power <dlc@jxw.example>\nSubject: Dispatch\n\n",
		"\n\n----- Original Message ----- \nFrom: desk \nTo: power \nSent: Monday, March 02, 2026 10:12 AM\nSubject: Dispatch\n\n",
	}, "", []string{"Get Outlook for iOS", "Get Outlook for Android<https://aka.ms/AAb9ysg>", "Sent from Mail for Windows", "Sent from Outlook", "Sent from Mail for Windows 10", "Sent from my iPad"}, false},
	{"outlook express zh", []string{
		"\n\n----- Original Message ----- \n发件人: 受理中心 \n收件人: 电力处 \n发送时间: 2026年3月2日 10:12\n主题: 转办单\n\n",
		"\n\n----- 原始邮件 ----- \n发件人: \"受理中心\" <wsxf@jxw.example>\n收件人: \"电力处\" <dlc@jxw.example>\n发送时间: 2026年3月2日 10:12\n主题: 转办单\n\n",
	}, "> ", nil, false},
	{"foxmail zh", []string{
		"\n\n\n\n\n \n发件人： 受理中心\n发送时间： 2026-03-02 10:12\n收件人： 电力处\n抄送： 办公室\n主题： 转办单\n",
		"\n\n \n发件人：受理中心\n日期：2026-03-02 10:12\n收件人：电力处\n主题：转办单\n",
		"\n\n\n发件人： wsxf@jxw.example\n发送时间： 2026-03-02 10:12\n收件人： dlc\n主题： 转办单\n",
	}, "", nil, false},
	{"foxmail en", []string{"\n\n\n\n \nFrom: desk\nDate: 2026-03-02 10:12\nTo: dlc\nSubject: Dispatch\n"}, "", nil, false},
	{"qq mail", []string{
		"\n\n\n------------------ 原始邮件 ------------------\n发件人: \"受理中心\" <wsxf@jxw.example>;\n发送时间: 2026年3月2日(星期一) 上午10:12\n收件人: \"电力处\"<dlc@jxw.example>;\n\n主题: 转办单\n\n\n\n",
		"\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人:                                                                                                                        \"受理中心\"                                                                                    <wsxf@jxw.example>;\n发送时间:&nbsp;2026年3月2日(星期一) 上午10:12\n收件人:&nbsp;\"电力处\"<dlc@jxw.example>;\n\n主题:&nbsp;转办单\n\n",
		"\n\n\n\n\n------------------ Original ------------------\nFrom:  \"受理中心\";<wsxf@jxw.example>;\nDate:  Mon, Mar 2, 2026 10:12 AM\nTo:  \"电力处\"<dlc@jxw.example>; \n\nSubject:  转办单\n\n",
		"\n\n---原始邮件---\n发件人: \"受理中心\"<wsxf@jxw.example>\n发送时间: 2026年3月2日(周一) 上午10:12\n收件人: \"电力处\"<dlc@jxw.example>;\n主题: 转办单\n\n",
		"\n\n---Original---\nFrom: \"受理中心\"<wsxf@jxw.example>\nDate: Mon, Mar 2, 2026 10:12 AM\nTo: \"电力处\"<dlc@jxw.example>;\nSubject: 转办单\n\n",
		"\n\n------------------ 原始邮件 ------------------\n",
		"\n\n----------回复的邮件信息----------\n受理中心<wsxf@jxw.example>  在 2026年3月2日 周一 10:12 写道：\n\n",
		"\n\n------------------ Original Mail ------------------\nSender: 受理中心<wsxf@jxw.example>\nDate: 2026-03-02 10:12\n\n",
	}, "", []string{"发自我的iPhone", "发自我的QQ邮箱", "来自QQ邮箱", "发自我的Android手机", "来自iPhone版QQ邮箱", "发自QQ邮箱手机版"}, false},
	{"wechat work", []string{
		"\n\n------------------ Original ------------------\nFrom:  \"受理中心\"<wsxf@jxw.example>;\nDate:  Mon, Mar 2, 2026 10:12 AM\nTo:  \"电力处\"<dlc@jxw.example>;\nSubject:  转办单\n\n",
		"\n\n发件人：\"受理中心\"<wsxf@jxw.example>\n发送时间：2026年3月2日(星期一) 10:12\n收件人：\"电力处\"<dlc@jxw.example>\n主题：转办单\n\n",
	}, "", []string{"发自我的企业微信", "发自企业微信", "来自企业微信", "来自微信"}, false},
	{"netease web", []string{
		"\n\n\n\n\n\n\n\n\n\n在 2026-03-02 10:12:33，\"受理中心\" <wsxf@jxw.example> 写道：\n\n",
		"\n\n\n\n在2026-03-02 10:12:33，\"受理中心\" <wsxf@jxw.example> 写道：\n",
		"\n\n\n\n在 2026-03-02 10:12:33，wsxf <wsxf@jxw.example> 写道：\n\n",
		"\n\n在 2026-03-02 10:12:33，wsxf@jxw.example 写道：\n\n",
		"\n\n\n\nAt 2026-03-02 10:12:33, \"受理中心\" <wsxf@jxw.example> wrote:\n\n",
		"\n\n\n\n在 2026-03-02 10:12:33，\"受理中心\"\n<wsxf@jxw.example> 写道：\n\n",
	}, "", []string{"发自我的网易邮箱", "来自网易邮箱", "发自网易邮箱大师", "来自 网易邮箱大师", "发自 网易邮箱大师"}, false},
	{"netease marked", []string{
		"\n\n\n\n在 2026-03-02 10:12:33，\"受理中心\" <wsxf@jxw.example> 写道：\n",
		"\n\n\n\nAt 2026-03-02 10:12:33, \"受理中心\" <wsxf@jxw.example> wrote:\n",
	}, ">", nil, true},
	{"netease master", []string{
		"\n\n---- 回复的原邮件 ----\n| 发件人 | 受理中心<wsxf@jxw.example> |\n| 发送日期 | 2026年03月02日 10:12 |\n| 收件人 | <dlc@jxw.example> |\n| 主题 | 转办单 |\n",
		"\n\n---- Replied Message ----\n| From | desk<wsxf@jxw.example> |\n| Date | 03/02/2026 10:12 |\n| To | <dlc@jxw.example> |\n| Subject | 转办单 |\n",
		"\n\n在2026年03月02日 10:12，受理中心<wsxf@jxw.example> 写道：\n",
		"\n\nOn 03/02/2026 10:12, 受理中心<wsxf@jxw.example> wrote:\n",
		"\n\n在2026年3月2日 10:12，<wsxf@jxw.example> 写道：\n",
		"\n\n\n在 2026年3月2日 10:12，\n<wsxf@jxw.example>\n写道：\n",
	}, "", []string{"签名由 网易邮箱大师 定制", "签名由网易邮箱大师定制", "| |\n张三\n|\n|\nzhang@mail.example\n|\n签名由网易邮箱大师定制", "发自网易邮箱大师"}, false},
	{"thunderbird zh", []string{
		"\n\n在 2026/3/2 10:12, 受理中心 写道:\n",
		"\n\n于 2026年03月02日 10:12, 受理中心 写道:\n",
		"\n\n在 2026年3月2日 10:12, 受理中心 写道：\n",
		"\n\n在 2026/3/2 上午10:12, 受理中心 写道:\n",
		"\n\n在 2026/3/2 10:12, wsxf@jxw.example 写道:\n",
	}, "> ", nil, true},
	{"thunderbird en", []string{
		"\n\nOn 3/2/26 10:12, desk wrote:\n",
		"\n\nOn 2026/3/2 10:12, 受理中心 wrote:\n",
		"\n\nOn 3/2/2026 10:12 AM, desk wrote:\n",
	}, "> ", nil, true},
	{"gmail zh", []string{
		"\n\n受理中心 <wsxf@jxw.example> 于2026年3月2日周一 10:12写道：\n\n",
		"\n\n受理中心 <wsxf.of.a.long.name@mail.office.jxw.example> 于2026年3月2日周一\n10:12写道：\n\n",
		"\n\n<wsxf@jxw.example> 于2026年3月2日周一 10:12写道：\n\n",
		"\n\n受理中心 <wsxf@jxw.example> 于 2026年3月2日周一 上午10:12写道：\n\n",
		"\n\n2026年3月2日 10:12，受理中心 <wsxf@jxw.example> 写道：\n\n",
		"\n\n2026-03-02 10:12 GMT+08:00 受理中心 <wsxf@jxw.example>:\n\n",
		"\n\n在 2026年3月2日星期一，受理中心 <wsxf@jxw.example> 写道：\n\n",
		"\n\n受理中心 <wsxf@jxw.example> 於 2026年3月2日 週一 上午10:12寫道：\n\n",
	}, "> ", nil, true},
	{"gmail en", []string{
		"\n\nOn Mon, Mar 2, 2026 at 10:12 AM desk <wsxf@jxw.example> wrote:\n\n",
		"\n\nOn Mon, Mar 2, 2026 at 10:12\u202fAM 受理中心 <wsxf@jxw.example> wrote:\n\n",
		"\n\nOn Mon, Mar 2, 2026 at 10:12 AM A Desk With A Long Name <\nwsxf@jxw.example> wrote:\n\n",
		"\n\nOn Mon, Mar 2, 2026 at 10:12 AM A Desk With A Longer Name <wsxf@jxw.example>\nwrote:\n\n",
		"\n\nOn Mon, Mar 2, 2026, 10:12 desk <wsxf@jxw.example> wrote:\n\n",
	}, "> ", []string{"Sent from my Pixel"}, true},
	{"apple zh", []string{
		"\n\n> 在 2026年3月2日，10:12，受理中心 <wsxf@jxw.example> 写道：\n> \n",
		"\n\n> 2026年3月2日 上午10:12，受理中心 <wsxf@jxw.example> 写道：\n> \n",
		"\n\n在 2026年3月2日，上午10:12，受理中心 <wsxf@jxw.example> 写道：\n\n",
		"\n\n在 2026年3月2日，上午10:12，受理中心\n<wsxf@jxw.example> 写道：\n\n\ufeff",
		"\n\n> 在 2026年3月2日，上午10:12，受理中心 <wsxf@jxw.example> 写道：\n> \n> \ufeff\n",
	}, "> ", []string{"发自我的iPhone", "发自我的 iPhone", "发自我的iPad", "從我的 iPhone 傳送"}, false},
	{"apple en", []string{
		"\n\n> On 2 Mar 2026, at 10:12, desk <wsxf@jxw.example> wrote:\n> \n",
		"\n\nOn Mar 2, 2026, at 10:12 AM, desk <wsxf@jxw.example> wrote:\n\n",
	}, "> ", []string{"Sent from my iPhone", "Sent from my iPad"}, false},
	{"huawei", []string{
		"\n\n-------- 原始邮件 --------\n发件人： " + who + "\n日期： 2026年3月2日周一 10:12\n收件人： 电力处 <dlc@jxw.example>\n主题： 转办单\n",
		"\n\n-------- 原始邮件 --------\n主题：转办单\n发件人：" + who + "\n收件人：dlc@jxw.example\n抄送：\n\n",
	}, "", []string{"从我的华为手机发送", "发自我的华为手机", "发自我的HUAWEI Mate", "发自我的荣耀手机", "发自我的荣耀 MagicBook"}, false},
	{"xiaomi", []string{
		"\n\n在 受理中心 <wsxf@jxw.example>，2026年3月2日 上午10:12写道：\n\n",
		"\n\n在 \"受理中心\" <wsxf@jxw.example>，2026年3月2日 10:12写道：\n",
		"\n\n受理中心 <wsxf@jxw.example>于 2026年3月2日 上午10:12写道：\n\n",
	}, "", []string{"发自我的小米手机", "发自小米手机", "发自我的 Xiaomi 手机", "发自我的红米手机", "Sent from my Xiaomi phone"}, false},
	{"android", []string{
		"\n\n-------- 原始邮件 --------\n自： " + who + "\n日期： 2026/3/2 10:12 (GMT+08:00)\n收件人： 电力处 <dlc@jxw.example>\n主题： 转办单\n\n",
		"\n\n-------- 原始信息 --------\n发件人： " + who + "\n日期： 2026/3/2 10:12 (GMT+08:00)\n收件人： 电力处\n主题： 转办单\n\n",
		"\n\n-------- Original message --------\nFrom: desk <wsxf@jxw.example>\nDate: 3/2/26 10:12 AM (GMT+08:00)\nTo: power <dlc@jxw.example>\nSubject: Dispatch\n\n",
		"\n\n于 2026年3月2日 GMT+08:00 上午10:12:33, 受理中心 <wsxf@jxw.example> 写到：\n",
		"\n\nOn March 2, 2026 10:12:33 AM desk <wsxf@jxw.example> wrote:\n\n",
	}, "", []string{"从我的三星 Galaxy 智能手机发送。", "从我的 Galaxy 发送", "发自我的OPPO手机", "发自我的vivo智能手机", "发自我的vivo手机", "发自我的魅族手机", "Sent from my Galaxy", "使用 K-9 Mail 发送", "从我的Android设备发送", "发自我的手机", "用我的手机发送", "发自我的移动设备", "发自安卓客户端"}, false},
	{"zimbra", []string{
		"\n\n----- 原始邮件 -----\n发件人: \"受理中心\" <wsxf@jxw.example>\n收件人: \"电力处\" <dlc@jxw.example>\n发送时间: 星期一, 2026年 3 月 02日 上午 10:12:33\n主题: 转办单\n\n",
		"\n\n----- Original Message -----\nFrom: \"desk\" <wsxf@jxw.example>\nTo: \"power\" <dlc@jxw.example>\nSent: Monday, March 2, 2026 10:12:33 AM\nSubject: Dispatch\n\n",
		"\n\n发件人: \"受理中心\" <wsxf@jxw.example>\n收件人: \"电力处\" <dlc@jxw.example>\n发送时间: 星期一, 2026年 3 月 02日 上午 10:12:33\n主题: 转办单\n\n",
	}, "", nil, false},
	{"coremail", []string{
		"\n\n\n-----原始邮件-----\n发件人:\"受理中心\" <wsxf@jxw.example>\n发送时间:2026-03-02 10:12:33 (星期一)\n收件人: \"电力处\" <dlc@jxw.example>\n抄送: \n主题: 转办单\n\n",
		"\n\n\n-----Original Messages-----\nFrom:\"desk\" <wsxf@jxw.example>\nSent Time:2026-03-02 10:12:33 (Monday)\nTo: dlc@jxw.example\nSubject: Dispatch\n\n",
		"\n\n\n-----Original Message-----\nFrom: \"desk\" <wsxf@jxw.example>\nSend time: 2026-03-02 10:12:33\nTo: dlc@jxw.example\nSubject: Dispatch\n\n",
	}, "", nil, false},
	{"coremail marked", []string{
		"\n\n\n> -----原始邮件-----\n> 发件人: \"受理中心\" <wsxf@jxw.example>\n> 发送时间: 2026-03-02 10:12:33 (星期一)\n> 收件人: dlc@jxw.example\n> 主题: 转办单\n> \n",
	}, "> ", nil, false},
	{"alimail", []string{
		"\n\n------------------------------------------------------------------\n发件人：" + who + "\n发送时间：2026年3月2日(星期一) 10:12\n收件人：电力处 <dlc@jxw.example>\n主　题：转办单\n\n",
		"\n\n------------------------------------------------------------------\n发件人：" + who + "\n日　期：2026年03月02日 10:12:33\n收件人：电力处 <dlc@jxw.example>\n主　题：转办单\n\n",
		"\n\n------------------------------------------------------------------\n发件人：受理中心<wsxf@jxw.example>\n日　期：2026年03月02日 10:12:33\n收件人：<dlc@jxw.example>\n抄　送：办公室<bgs@jxw.example>\n主　题：转办单\n\n",
		"\n\n------------------------------------------------------------------\nFrom:desk <wsxf@jxw.example>\nSend Time:2026 Mar. 2 (Mon.) 10:12\nTo:power <dlc@jxw.example>\nSubject:Dispatch\n\n",
		"\n\n------------------------------------------------------------------\nSender:desk <wsxf@jxw.example>\nSent At:2026 Mar. 2 (Mon.) 10:12\nRecipient:power <dlc@jxw.example>\nSubject:Dispatch\n\n",
	}, "", []string{"发自钉钉", "来自钉钉专属商务邮箱", "发自阿里邮箱 iPhone版", "来自阿里邮箱 Android版", "发自我的阿里邮箱", "来自阿里云邮箱", "发自我的钉钉"}, false},
	{"other webmail", []string{
		"\n\n----邮件原文----\n发件人：受理中心 <wsxf@jxw.example>\n收件人：电力处 <dlc@jxw.example>\n抄送: (无)\n发送时间：2026-03-02 10:12:33\n主题：转办单\n\n",
		"\n\n----- 原始邮件 -----\n发件人：受理中心 <wsxf@jxw.example>\n收件人：dlc@jxw.example\n主题：转办单\n日期：2026年03月02日 10点12分\n\n",
		"\n\n-------------原始邮件-------------\n发件人：wsxf@jxw.example\n发送时间：2026-03-02 10:12\n收件人：dlc\n主题：转办单\n\n",
		"\n\n=======原始邮件=======\n发件人：wsxf@jxw.example\n\n",
		"\n\n----- 回复邮件 -----\n发信人：" + who + "\n发送时间：2026年3月2日 10时12分\n收信人：电力处\n标　题：转办单\n\n",
		"\n\n------ 原始邮件 ------\n发件人: \"受理中心\" <wsxf@jxw.example>\n收件人: dlc@jxw.example\n日期: 2026-03-02 10:12:33\n主题: 转办单\n\n",
		"\n\n------ Original Message ------\nFrom \"desk\" <wsxf@jxw.example>\nTo dlc@jxw.example\nDate 3/2/2026 10:12:33 AM\nSubject Dispatch\n\n",
		"\n\n发件人：      受理中心 <wsxf@jxw.example>\n收件人：      电力处 <dlc@jxw.example>\n日期：        2026-03-02 10:12\n主题：        转办单\n\n\n\n",
		"\n\n受理中心 <wsxf@jxw.example>\n2026-03-02 10:12\n收件人：电力处 <dlc@jxw.example>\n抄送：\n主题：转办单\n\n",
	}, "", []string{"发自新浪邮箱客户端", "发自我的139邮箱", "来自189邮箱", "发自我的新浪邮箱"}, false},
	{"roundcube", []string{
		"\n\n2026-03-02 10:12，受理中心 写道：\n",
		"\n\n在 2026-03-02 10:12，受理中心 写道：\n",
		"\n\nOn 2026-03-02 10:12, desk wrote:\n",
		"\n\n引用 受理中心 <wsxf@jxw.example>:\n\n",
		"\n\nQuoting desk <wsxf@jxw.example>:\n\n",
		"\n\n在 2026年3月2日星期一 GMT+8 10:12:33， 受理中心 <wsxf@jxw.example> 写道： \n",
		"\n\n在 2026年3月2日 +0800 10:12，受理中心 <wsxf@jxw.example>，写道：\n",
		"\n\nOn Monday, March 2, 2026 at 10:12:33 AM GMT+8, desk <wsxf@jxw.example> wrote: \n",
		"\n\nAm 02.03.2026 um 10:12 schrieb desk:\n",
		"\n\n受理中心 <wsxf@jxw.example> 写于 2026/03/02 10:12:33:\n",
		"\n\n受理中心写道：\n",
		"\n\n受理中心 <wsxf@jxw.example> 写道：\n",
		"\n\n受理中心 <wsxf@jxw.example> wrote:\n",
	}, "> ", nil, true},
}

// ownTexts are what writers put into a reply.
var ownTexts = []string{
	"同意。",
	"",
	"答复\n您好：\n\n经核查，该路段路灯已于11月20日修复，感谢您的监督。\n\n特此答复。",
	"1. 已联系施工单位。\n2. 预计三天内完工。\n\n3、费用500元已落实。",
	"市民在2026年2月28日的来信中写道：路灯不亮。\n现已修复，请核对发件人：李四是否本人。\n谢谢！",
	"Agreed, please go ahead.\n\nThanks.",
}

var ownSignatures = []string{"", "-- \n张三\n电力处\n电话：0311-88880000"}

func marked(s, mark string) string {
	if mark == "" {
		return s
	}
	return mark + strings.ReplaceAll(s, "\n", "\n"+mark)
}

// TestReplyPrograms goes through program × version × text × signature × place.
func TestReplyPrograms(t *testing.T) {
	t.Parallel()
	good, all := 0, 0
	check := func(what, text, own, sign string) {
		all++
		l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + text))
		if squeeze(l.New) != squeeze(own) || squeeze(l.Signature) != squeeze(sign) {
			t.Errorf("%s: new text\n%q, want\n%q\nsignature %q, want %q\nof %q", what, l.New, own, l.Signature, sign, text)
			return
		}
		good++
	}
	for _, p := range replyPrograms {
		history := marked(past, p.mark)
		for _, head := range p.heads {
			for _, own := range ownTexts {
				for _, sign := range ownSignatures {
					above := own
					if sign != "" {
						above += "\n\n" + sign
					}
					check(p.name, above+head+history, own, sign)
				}
			}
			for _, sign := range p.devices {
				for _, own := range ownTexts[:3] {
					check(p.name+" device", own+"\n\n"+sign+head+history, own, sign)
				}
			}
			if !p.below {
				continue
			}
			for _, own := range ownTexts[2:] {
				check(p.name+" below", strings.TrimLeft(head, "\n")+history+"\n\n"+own, own, "")
				check(p.name+" within", strings.TrimLeft(head, "\n")+p.mark+"1. 何时修复？\n\n"+own+"\n\n"+marked("2. 谁负责？\n请答复。", p.mark)+"\n\n由李四负责。", own+"由李四负责。", "")
			}
		}
	}
	t.Logf("replies of programs: %d of %d", good, all)
}

// TestLettersAreKeptWhole holds letters whose own words look like a program's:
// none may be cut, and all are a person's.
func TestLettersAreKeptWhole(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"我在2026年3月2日10:00给贵局的来信中写道：\n希望修路。\n至今没有答复。",
		"市民张三于2026年3月2日10:00来信写道：\n路灯不亮。\n请核实。",
		"我在2026年3月2日 10:12 通过邮箱 abc@mail.example 写道：\n请修路灯。\n没有人理。",
		"他在2026年3月2日上午10:12的微信里写道：\n“不给钱就停工。”\n请调查。",
		"物业2026年3月2日 10:12在群里写道：\n今晚停电，请大家做好准备。\n结果停了三天。",
		"他于2026年3月2日 10:12发表：\n“再停三天也没关系。”\n请问这合理吗？",
		"姓名：李四\n日期：2026年3月2日\n主题：停电\n内容：请处理停电问题。\n收件人：市经信委",
		"--\n这是第一条\n--\n这是第二条\n请处理",
		"签名由本人亲笔签署，请核对。\n签名由张三代签的无效。",
		"发件人：张三\n我想反映小区停水的问题。\n请处理。",
		"发件人：10690000123\n时间：2026-03-01 10:00\n内容：您的账户异常，请点击链接。\n这是诈骗短信，请查处。",
		"来自：幸福小区\n时间：2026年3月1日\n主题：停水\n已经三天了。",
		"收件人：信访办\n主题：关于停水\n尊敬的领导：\n我们小区停水三天。",
		"日期：2026年3月1日\n收件人：信访办领导\n\n我们小区停水三天。",
		"主题：举报某厂排污\n时间：2026年3月1日 22:00\n地点：一号路\n内容：夜里排污。",
		"情况如下：\n----------\n停电三天。\n----------\n请修。",
		"——————————\n投诉信\n——————————\n某厂排污，请查处。",
		"聊天记录：\n张三 2026-03-02 10:12:33\n你什么时候还钱？\n李四 2026-03-02 10:13:05\n下周。\n请帮我们讨回工资。",
		"聊天记录如下：\n[10:12] 张三：在吗\n[10:13] 李四：在\n2026年3月2日 10:15 张三：钱呢\n请处理。",
		"老板在 2026-03-02 10:12 的群里写道：明天放假。\n可是后来又说不放假。\n请评理。",
		"温度 > 38 度\n湿度 > 80\n我们在车间里工作。",
		"1 > 2 是错的。\n\n> 这个符号我打错了。",
		"我一直收到贵办的自动回复，没有人处理我的问题。\n请人工处理。",
		"我发给贵办的信被退信了：550 User unknown。\n请问正确的邮箱是什么？",
		"本人休假期间，家里水管爆裂。\n请处理。",
		"我来自移动公司，反映欠薪问题",
		"反映人\n来自移动公司的骚扰电话很多",
		"以上情况\n通过手机银行缴费三次均失败",
		"请查处。\n来自微信群的消息说明天停水",
		"请调查此事。\n\n张三\n13800000000\n2026年3月2日",
		"请调查此事。\n\n\n张三\n电话：13800000000",
		"此致\n敬礼\n\n一名普通市民\n2026年3月2日",
		"On 2 March 2026 at 10:12 the manager wrote: no pay this month.\nPlease help.",
		"From: my point of view this is wrong.\nTo: be honest, nobody answers.\nPlease help.",
		"Re: my letter\nDate of event: 2 March 2026\nThe lamp is out.",
		"原始邮件已丢失，请重发。",
		"转发邮件给贵办的人是我。\n内容见附件。",
		"—— 关于路灯的建议 ——\n一、修。\n二、换。",
		"=====原文=\n没有结束的一行\n请看。",
		"在此写道：\n我们要求：\n一、发工资。\n二、道歉。",
		"某厂排污，请查处。\n\n本邮件请注意保密。",
		"某厂排污，请查处。\n\n此邮件内容仅限办信人员阅读，请为我保密，谢谢。",
		"某厂排污，请查处。\n\n本信件中所说的都是事实，我愿意负法律责任。",
		"某厂排污，请查处。\n\n发自内心的感谢",
		"请查处。\n\n使用微信支付的用户都被多扣了钱",
		"领导在会上写道：\n按期发放。\n至今未发。",
		"材料目录：\n--\n1. 合同\n2. 收据\n3. 照片\n以上三份材料请查收，并请在十个工作日内书面答复我本人。\n谢谢。\n我会继续关注。\n此致\n敬礼\n盼复。\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11",
	} {
		l := Parse([]byte("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n" + text))
		if squeeze(l.New+l.Signature) != squeeze(text) || l.Kind != KindPerson || l.Quoted != "" {
			t.Errorf("kind %s (%v), new text %q\nsignature %q\nof %q", l.Kind, l.Evidence, l.New, l.Signature, text)
		}
		if l.Signature != "" {
			t.Errorf("signature %q taken off %q", l.Signature, text)
		}
	}
}

// TestReplyNames goes through the names that senders bear in attributions.
func TestReplyNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"受理中心", "Li Wei", "张 三", "Dr. Li", "王小明(办公室)", "示范市 经信委 受理中心", "网信中心", "Zhang, San", "李-四", "经信委（受理）", "a.b", "李致远", "通信中心"} {
		for _, head := range []string{
			"%s <wsxf@jxw.example> 于2026年3月2日周一 10:12写道：\n> ", "在 2026-03-02 10:12:33，\"%s\" <wsxf@jxw.example> 写道：\n", "2026年3月2日 上午10:12，%s <wsxf@jxw.example> 写道：\n> ",
			"On Mon, Mar 2, 2026 at 10:12 AM %s <wsxf@jxw.example> wrote:\n> ", "在 2026/3/2 10:12, %s 写道:\n> ", "于 2026年03月02日 10:12, %s 写道:\n> ", "\"%s\" <wsxf@jxw.example> 于2026年3月2日周一 10:12写道：\n> ",
			"On 3/2/26 10:12, %s wrote:\n> ", "在2026年03月02日 10:12，%s<wsxf@jxw.example> 写道：\n", "发件人： %s\n发送时间： 2026-03-02 10:12\n收件人： 电力处\n主题： 转办单\n",
		} {
			for _, own := range []string{"同意办理", "2026年3月1日已办结", "费用500元已落实。"} {
				for _, gap := range []string{"\n", "\n\n"} {
					text := own + gap + strings.ReplaceAll(head, "%s", name) + "批准"
					if l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + text)); l.New != own {
						t.Errorf("new text %q, want %q of %q", l.New, own, text)
					}
				}
			}
		}
	}
}

func TestReplyOddities(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, sign string }{
		{"line ends lost", "同意办理------------------------------------------------------------------发件人：受理中心 <wsxf@jxw.example>日　期：2026年03月02日 10:12:33收件人：<dlc@jxw.example>主　题：转办单批准", "同意办理", ""},
		{"line ends lost, qq", "同意办理------------------ 原始邮件 ------------------发件人: 受理中心\n批准", "同意办理", ""},
		{"bars", "在 2026-03-02 10:12:33，\"a\" <a@b.example> 写道：\n| 批准\n| 您好\n\n已办结。", "已办结。", ""},
		{"bars above", "已办结。\n\nOn 3/2/26 10:12, desk wrote:\n| 批准\n| 您好", "已办结。", ""},
		{"wide marks", "已办结。\n\n＞ 批准\n＞ 您好", "已办结。", ""},
		{"marks without blanks", "已办结。\n\n>批准\n>您好\n>>退回", "已办结。", ""},
		{"spaced marks", "已办结。\n\n > 批准\n > 您好", "已办结。", ""},
		{"two histories", "已办结。\n\n发件人: a <a@b.example>\n发送时间: 2026年3月2日 10:12\n收件人: c\n主题: d\n\n批准\n\n发件人: e <e@f.example>\n发送时间: 2026年3月1日 10:12\n收件人: a\n主题: d\n\n退回", "已办结。", ""},
		{"phone of coremail", "已办结。\n\n---------- 该邮件从移动设备发送\n--------------原始邮件--------------\n发件人：\"a\" <a@b.example>\n发送时间：2026年3月2日 10:12\n收件人：c\n主题：d\n批准", "已办结。", "---------- 该邮件从移动设备发送"},
		{"vivo", "已办结。\n\n发自vivo电子邮件", "已办结。", "发自vivo电子邮件"},
		{"vivo, as a mail", "已办结。\n\n来自 vivo 手机的邮件", "已办结。", "来自 vivo 手机的邮件"},
		{"k-9", "已办结。\n\n使用 K-9 Mail 发送自我的Android设备", "已办结。", "使用 K-9 Mail 发送自我的Android设备"},
		{"proton", "已办结。\n\n使用 Proton Mail 安全邮件发送。", "已办结。", "使用 Proton Mail 安全邮件发送。"},
		{"sent from, already", "已办结。\n\n已从 Samsung Galaxy 智能手机发送。", "已办结。", "已从 Samsung Galaxy 智能手机发送。"},
		{"netease master en", "已办结。\n\nSignature is customized by Netease Mail Master", "已办结。", "Signature is customized by Netease Mail Master"},
		{"a rule that names who wrote", "已办结。\n\n======= 2026-03-02 10:12:33 您在来信中写道：=======\n\n批准", "已办结。", ""},
		{"a rule of lotus notes", "已办结。\n\n-----\"a\" <a@b.example>写道: -----\n收件人: c\n发件人: a\n日期: 2026-03-02 上午10:12\n主题: d\n\n批准", "已办结。", ""},
		{"lotus notes, an arrow", "已办结。\n\na ---2026/03/02 10:12:33---批准 电力处\n\n发件人:  a <a@b.example>\n收件人:  c\n日期:    2026/03/02 10:12\n主题:    d\n\n批准", "已办结。", ""},
		{"lotus notes, labels in cells", "已办结。\n\n\n\"a\" <a@b.example> \n2026-03-02 10:12\n\n收件人\n\"c\" <c@d.example>\n抄送\n\n主题\nd\n\n批准", "已办结。", ""},
		{"a rule that says history", "已办结。\n\n------------历史邮件------------\n批准", "已办结。", ""},
		{"a long name broken at the bracket", "已办结。\n\n示范市经济和信息化委员会电子政务室信访办理专用工作邮箱 <\nwsxf-work-box@jxw.example> 于2026年3月2日周一\n10:12写道：\n\n> 批准\n> 二", "已办结。", ""},
		{"device in brackets", "已办结。\n\n【发自我的手机】", "已办结。", "【发自我的手机】"},
		{"disclaimer", "已办结。\n\n本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。禁止任何其他人以任何形式使用。\n", "已办结。", "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。禁止任何其他人以任何形式使用。"},
		{"disclaimer under a rule", "已办结。\n________________________________\nThis e-mail and its attachments contain confidential information intended only for the person named above.\n\n在 2026-03-02 10:12:33，\"a\" <a@b.example> 写道：\n批准", "已办结。", "________________________________\nThis e-mail and its attachments contain confidential information intended only for the person named above."},
		{"card of bars", "已办结。\n\n| |\n张三\n|\n|\n邮箱：zhang@mail.example\n|\n\n签名由 网易邮箱大师 定制\n\n在2026年03月02日 10:12，a 写道：\n> 批准\n> 二", "已办结。", "| |\n张三\n|\n|\n邮箱：zhang@mail.example\n|\n\n签名由 网易邮箱大师 定制"},
		{"nothing new", "\n\n发件人: a <a@b.example>\n发送时间: 2026年3月2日 10:12\n收件人: c\n主题: d\n\n批准", "", ""},
		{"nothing but a device", "发自我的iPhone\n\n------------------ 原始邮件 ------------------\n批准", "", "发自我的iPhone"},
		{"a question quoted, answer below", "> 何时修复？\n> 谁负责？\n\n明天，李四。", "明天，李四。", ""},
		{"quotation without marks below an answer with a list", "1. 已办\n2. 已复\n\n-----原始邮件-----\n发件人: a\n批准", "1. 已办\n2. 已复", ""},
		{"a title without a rule", "已办结。\n\n\n         原始邮件\n\n发件人：a <a@b.example>\n发件时间：2026年3月2日 10:12\n收件人：c <c@d.example>\n主题：d\n\n批准", "已办结。", ""},
		{"line ends lost below a rule", "已办结。\n从我的 Galaxy 发送\n-------- 原始信息 --------发件人： a <a@b.example> 日期： 2026/3/2  10:12  (GMT+08:00) 收件人： c@d.example 主题： d \n批准", "已办结。", "从我的 Galaxy 发送"},
		{"history on the attribution's line", "已办结。\n\n  On Mon, Mar 2, 2026 at 10:12, desk<a@b.example> wrote:   批准\n二", "已办结。", ""},
		{"writes", "已办结。\n\ndesk <a@b.example> writes:\n\n> 批准\n> 二", "已办结。", ""},
		{"card of bars alone", "已办结。\n\n| |\n张三\n|\n|\nzhang@mail.example\n|\n---- 回复的原邮件 ----\n| 发件人 | a<a@b.example> |\n批准", "已办结。", "| |\n张三\n|\n|\nzhang@mail.example\n|"},
		{"disclaimer that says what it is", "已办结。\n\n声明：本邮件含有保密信息，仅限于收件人使用。\n\n在 2026-03-02 10:12:33，\"a\" <a@b.example> 写道：\n批准", "已办结。", "声明：本邮件含有保密信息，仅限于收件人使用。"},
		{"labels of the writer's own above a rule", "主题：路灯\n时间：3月1日已修复\n\n------------------ 原始邮件 ------------------\n发件人: \"a\" <a@b.example>;\n收件人: \"c\"<c@d.example>;\n主题: d\n\n批准", "主题：路灯\n时间：3月1日已修复", ""},
		{"references left in text", "已办结。\n\n&nbsp;\n\n------------------&nbsp;Original&nbsp;------------------\nFrom: \"a\"<a@b.example&gt;;\n批准", "已办结。", ""},
		{"forwarded, in English of Netease", "已办结。\n\n-------- Forwarding messages --------\nFrom: \"a\" <a@b.example>\nDate: 2026-03-02 10:12:33\n批准", "已办结。", ""},
		{"an appointment", "已办结。\n\n-----原始约会-----\n发件人: a <a@b.example>\n发送时间: 2026年3月2日 10:12\n收件人: c\n主题: d\n批准", "已办结。", ""},
		{"blanks in the rule's words", "已办结。\n\n----------原 邮 件----------\n批准", "已办结。", ""},
		{"labels in two languages", "已办结。\n\n发件人/From: a <a@b.example>\n日期/Date: 2026-03-02 10:12\n收件人/To: c@d.example\n主题/Subject: d\n\n批准", "已办结。", ""},
		{"in Korean", "已办结。\n\n2026년 3월 2일 (월) 오전 10:12, desk <a@b.example>님이 작성:\n\n> 批准\n> 二", "已办结。", ""},
		{"a program's new version", "已办结。\n\n【来自新版139邮箱PC客户端】", "已办结。", "【来自新版139邮箱PC客户端】"},
		{"forwarded, in the passive", "已办结。\n\n下面是被转发的邮件：\n\n批准", "已办结。", ""},
		{"forwarded complaint", "请贵办处理这封信。\n\n-------- 转发邮件信息 --------\n发件人：a <a@b.example>\n发送日期：2026-03-02 10:12:33\n收件人：c\n主题：d\n\n路灯不亮。", "请贵办处理这封信。", ""},
	} {
		l := Parse([]byte("Content-Type: text/plain; charset=utf-8\n\n" + tt.text))
		if l.New != tt.want || l.Signature != tt.sign {
			t.Errorf("%s: new text %q, want %q; signature %q", tt.name, l.New, tt.want, l.Signature)
		}
	}
}

// replyPage is how one program writes a reply as a page: %O stands for the writer's
// text, %S for what the program signs with, %H for the history.
type replyPage struct{ name, html, device string }

const quotedPage = "<p>电力处：</p><p>批准</p><p>回执码：7Q4KM-2XD9P</p><div>市民来信：路灯三天不亮，请修。</div>"

var replyPages = []replyPage{
	{"outlook", `<div class="WordSection1"><p class="MsoNormal">%O</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span>发件人<span lang="EN-US">:</span></span></b><span lang="EN-US"> </span>受理中心 &lt;wsxf@jxw.example&gt; <br><b>发送时间<span lang="EN-US">:</span></b> 2026年3月2日 10:12<br><b>收件人<span>:</span></b> 电力处 &lt;dlc@jxw.example&gt;<br><b>主题<span>:</span></b> 转办单</p></div></div>%H</div>`, ""},
	{"outlook border blue", `<div class=WordSection1><p>%O</p><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> desk [mailto:wsxf@jxw.example] <br><b>Sent:</b> Monday, March 2, 2026 10:12 AM<br><b>To:</b> power<br><b>Subject:</b> x</p></div>%H</div>`, ""},
	{"outlook web", `<div class="elementToProof">%O</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>发件人:</b> 受理中心 &lt;wsxf@jxw.example&gt;<br><b>发送时间:</b> 2026年3月2日 10:12<br><b>收件人:</b> 电力处<br><b>主题:</b> 转办单</font><div>&nbsp;</div></div><div>%H</div>`, ""},
	{"outlook mobile", `<div>%O</div><div id="ms-outlook-mobile-signature"><div><br></div>%S</div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>发件人:</b> 受理中心<br><b>发送时间:</b> 2026年3月2日<br></div>%H`, `获取 <a href="https://aka.ms/o0ukef">Outlook for iOS</a>`},
	{"windows mail", `<div class="WordSection1"><p>%O</p><p>%S</p><p>&nbsp;</p><div style="mso-element:para-border-div;border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p style="border:none;padding:0cm"><b>发件人: </b><a href="mailto:wsxf@jxw.example">受理中心</a><br><b>发送时间: </b>2026年3月2日 10:12<br><b>收件人: </b>电力处<br><b>主题: </b>转办单</p></div>%H</div>`, `从 Windows 版<a href="https://go.microsoft.com/fwlink/?LinkId=550986">邮件</a>发送`},
	{"outlook.com old", `<div dir="ltr">%O<br><br><div><hr id="stopSpelling">Date: Mon, 2 Mar 2026 10:12:33 +0800<br>From: wsxf@jxw.example<br>To: dlc@jxw.example<br>Subject: x<br><br>%H</div></div>`, ""},
	{"foxmail", `<div><span></span>%O</div><div><br></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div><span>%S</span></div><blockquote style="margin-top: 0px; margin-bottom: 0px; margin-left: 0.5em; margin-right: inherit"><div>&nbsp;</div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div style="PADDING-RIGHT: 8px;"><div><b>发件人：</b>&nbsp;<a href="mailto:wsxf@jxw.example">受理中心</a></div><div><b>发送时间：</b>&nbsp;2026-03-02&nbsp;10:12</div><div><b>收件人：</b>&nbsp;<a href="mailto:dlc@jxw.example">电力处</a></div><div><b>主题：</b>&nbsp;转办单</div></div></div><div>%H</div></blockquote>`, "zhang@mail.example"},
	{"foxmail new", `<div><span></span>%O</div><div><br></div><hr id="FMSigSeperator" style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div id="FMSigPart">%S</div><blockquote style="margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em; margin-Right: inherit"><div>&nbsp;</div><div id="FMOriginalContent"><div style="background:#F2F2F2;"><div><b>发件人：</b>受理中心</div><div><b>发送时间：</b>2026-03-02 10:12</div><div><b>收件人：</b>电力处</div></div>%H</div></blockquote>`, "<div>张三</div><div>电力处</div>"},
	{"qq", `<div>%O</div><div><br></div><div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b> "受理中心" &lt;wsxf@jxw.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年3月2日(星期一) 上午10:12</div><div><b>收件人:</b>&nbsp;"电力处"&lt;dlc@jxw.example&gt;;<wbr></div><div></div><div><b>主题:</b>&nbsp;转办单</div></div><div><br></div>%H`, ""},
	{"qq original", `<div>%O</div><div><includetail><div>&nbsp;</div><div style="font:Verdana normal 14px;color:#000;"><div style="FONT-SIZE: 12px;FONT-FAMILY: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;Original&nbsp;------------------</div><div style="FONT-SIZE: 12px;background:#efefef;padding:8px;"><div id="menu_sender"><b>From: </b>&nbsp;"受理中心";&lt;wsxf@jxw.example&gt;;</div><div><b>Date: </b>&nbsp;Mon, Mar 2, 2026 10:12 AM</div><div><b>To: </b>&nbsp;"电力处"&lt;dlc@jxw.example&gt;; </div></div><div>&nbsp;</div><div>%H</div></div></includetail></div>`, ""},
	{"qq phone", `<div>%O</div><br><br><div>%S</div><div><br></div><div style="font-size: 70%;padding:2px 0">------------------ 原始邮件 ------------------</div><div style="font-size: 70%;background: #f0f0f0;color:#212121;padding:8px"><b>发件人:</b> 受理中心 &lt;wsxf@jxw.example&gt;<br><b>发送时间:</b> 2026年3月2日 10:12<br></div>%H`, "发自我的iPhone"},
	{"qq new", `<div>%O</div><div><br></div><div class="xm_mail_oringinal_describe" style="word-break:break-all"><div>----------回复的邮件信息----------</div><div><b>受理中心</b>&lt;wsxf@jxw.example&gt; 在 2026年3月2日 周一 10:12 写道：</div></div><div class="xm_mail_oringinal_content">%H</div>`, ""},
	{"qq card", `<div>%O</div><div><br></div><div><br></div><div class="mail_signature"><div>%S</div></div><div>------------------ 原始邮件 ------------------</div><div>%H</div>`, "<div>张三</div><div>电力处</div>"},
	{"exmail", `<div>%O</div><div><div style="color:#909090;font-family:Arial Narrow;font-size:12px">------------------</div><div style="font-size:14px;font-family:Verdana;color:#000;"><div>%S</div></div></div><div>&nbsp;</div><div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;Original&nbsp;------------------</div><div><b>From: </b>&nbsp;"受理中心"&lt;wsxf@jxw.example&gt;;</div></div>%H`, "<div>张三</div><div>示范市经信委电力处</div><div>电话：0311-88880000</div>"},
	{"netease", `<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial"><div>%O</div><br><br><br><div style="position:relative;zoom:1"></div><div id="divNeteaseMailCard"></div><br><pre>在 2026-03-02 10:12:33，"受理中心" &lt;wsxf@jxw.example&gt; 写道：</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid"><div>%H</div></blockquote></div>`, ""},
	{"netease p", `<div style="line-height:1.7"><p style="margin:0;">%O</p></div><p>At 2026-03-02 10:12:33, "desk" &lt;wsxf@jxw.example&gt; wrote:</p><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex">%H</blockquote>`, ""},
	{"netease master", `<html><body><div id="contentDescription">%O</div><div class="J-placeholder"></div><div id="ntes-pcmail-signature" style="font-family:'微软雅黑'"><div style="font-size:14px; padding: 0; margin:0;">%S</div></div><div class="ntes-mailmaster-quote" style="padding-top: 1px; padding-bottom: 1px"><div style="margin-top: 2em; margin-bottom: 1em;font-size:14px">---- 回复的原邮件 ----</div><div><table width="100%"><tbody><tr><td>发件人</td><td>受理中心&lt;wsxf@jxw.example&gt;</td></tr><tr><td>发送日期</td><td>2026年03月02日 10:12</td></tr></tbody></table></div><div>%H</div></div></body></html>`, `<table><tbody><tr><td>张三</td></tr><tr><td>zhang@mail.example</td></tr></tbody></table>`},
	{"netease master mac", `<div>%O</div><div id="ntes-pcmac-signature" style="font-family:'微软雅黑'">%S</div><div class="J-reply"><div>在2026年3月2日 10:12，<a href="mailto:wsxf@jxw.example">受理中心&lt;wsxf@jxw.example&gt;</a> 写道：</div></div><blockquote id="ntes-pcmail-quote" style="margin:0">%H</blockquote>`, `<table><tbody><tr><td>张三</td></tr><tr><td>zhang@mail.example</td></tr></tbody></table>`},
	{"netease master old", `<div>%O</div><div class="mail-signature"><div>%S</div></div><div class="ntes-mailmaster-quote"><div style="color:#333">在2026年03月02日 10:12，<a href="mailto:wsxf@jxw.example">受理中心</a> 写道：</div><blockquote id="ntes-iosmail-quote" style="margin:0">%H</blockquote></div>`, "发自网易邮箱大师"},
	{"netease master card", `<div>%O</div><div id="imail_signature" class="ntes-signature">%S</div><div class="ntes-mailmaster-quote">%H</div>`, "<table><tr><td>张三</td></tr><tr><td>zhang@mail.example</td></tr></table>"},
	{"spark", `<div name="messageBodySection">%O</div><div name="messageSignatureSection">%S</div><div name="messageReplySection">2026年3月2日 +0800 10:12，受理中心 &lt;wsxf@jxw.example&gt;，写道：<br><blockquote type="cite">%H</blockquote></div>`, "张三<div>电力处</div>"},
	{"gmail telephone card", `<div dir="auto">%O<div data-smartmail="gmail_signature" dir="auto">%S</div></div><div class="gmail_quote"><div class="gmail_attr">x</div><blockquote class="gmail_quote">%H</blockquote></div>`, "张三<br>电力处"},
	{"139 card", `<div>%O</div><div id="signContainer"><hr><div>%S</div></div><div id="reply139content">%H</div>`, "<div>张三</div><div>13800000000</div>"},
	{"thunderbird", `<p>%O</p><p><br></p><div class="moz-cite-prefix">在 2026/3/2 10:12, 受理中心 写道:<br></div><blockquote type="cite" cite="mid:x@jxw.example">%H</blockquote>`, ""},
	{"thunderbird sig", `<p>%O</p><div class="moz-cite-prefix">On 3/2/26 10:12, desk wrote:<br></div><blockquote type="cite" cite="mid:x@jxw.example">%H</blockquote><pre class="moz-signature" cols="72">%S</pre>`, "-- <br>张三"},
	{"thunderbird below", `<div class="moz-cite-prefix">On 3/2/26 10:12, desk wrote:<br></div><blockquote type="cite" cite="mid:x@jxw.example">%H</blockquote><p>%O</p>`, ""},
	{"gmail", `<div dir="ltr">%O</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">受理中心 &lt;<a href="mailto:wsxf@jxw.example">wsxf@jxw.example</a>&gt; 于2026年3月2日周一 10:12写道：<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">%H</blockquote></div>`, ""},
	{"gmail sig", `<div dir="ltr">%O<div><br clear="all"></div><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">%S</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026 at 10:12 AM desk &lt;wsxf@jxw.example&gt; wrote:<br></div><blockquote class="gmail_quote">%H</blockquote></div>`, "张三"},
	{"gmail phone", `<div dir="auto">%O</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">desk &lt;wsxf@jxw.example&gt; 于 2026年3月2日周一 上午10:12写道：<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">%H</blockquote></div>`, ""},
	{"gmail below", `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026 desk &lt;wsxf@jxw.example&gt; wrote:<br></div><blockquote class="gmail_quote" style="border-left:1px solid">%H</blockquote><div>%O</div></div>`, ""},
	{"apple", `<html><head></head><body style="overflow-wrap: break-word;">%O<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>2026年3月2日 10:12，受理中心 &lt;wsxf@jxw.example&gt; 写道：</div><br class="Apple-interchange-newline"><div>%H</div></blockquote></div><br></body></html>`, ""},
	{"iphone", `<html><head></head><body dir="auto">%O<br><br><div dir="ltr">%S</div><div dir="ltr"><br><blockquote type="cite">在 2026年3月2日，10:12，受理中心 &lt;wsxf@jxw.example&gt; 写道：<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">&#65279;%H</div></blockquote></body></html>`, "发自我的 iPhone"},
	{"iphone en", `<body dir="auto"><div>%O<br><br><div id="AppleMailSignature">%S</div><div><br>On Mar 2, 2026, at 10:12 AM, desk &lt;<a href="mailto:wsxf@jxw.example">wsxf@jxw.example</a>&gt; wrote:<br><br></div><blockquote type="cite"><div>%H</div></blockquote></div></body>`, "Sent from my iPhone"},
	{"huawei", `<div dir="auto">%O</div><div dir="auto"><br></div><div id="mail_signature">%S</div><div id="quoted_header" style="clear:both;"><hr style="border:none;border-bottom:1px solid #ccc"><div>-------- 原始邮件 --------<br>发件人： 受理中心 &lt;wsxf@jxw.example&gt;<br>日期： 2026年3月2日周一 10:12<br>收件人： 电力处<br>主题： 转办单</div></div><div class="quote">%H</div>`, "从我的华为手机发送"},
	{"xiaomi", `<div>%O</div><div class="signature">%S</div><div class="mail_quote_on_reply" >在 "受理中心" &lt;wsxf@jxw.example&gt;，2026年3月2日 上午10:12写道：<br></div><blockquote class="mail_quote" style="margin: 0 0 0 .8ex;">%H</blockquote>`, "发自我的小米手机"},
	{"samsung", `<div>%O</div><div id="composer_signature"><meta charset="UTF-8">%S</div><div><br></div><div style="font-size:100%;color:#000000"><div>-------- 原始邮件 --------</div><div>自： 受理中心 &lt;wsxf@jxw.example&gt; </div><div>日期： 2026/3/2 10:12 (GMT+08:00) </div><div>收件人： 电力处 </div><div>主题： 转办单 </div></div>%H`, "从我的 Galaxy 发送"},
	{"zimbra", `<div style="font-family: arial"><div>%O</div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>发件人: </b>"受理中心" &lt;wsxf@jxw.example&gt;<br><b>收件人: </b>"电力处"<br><b>发送时间: </b>星期一, 2026年 3 月 02日 上午 10:12:33<br><b>主题: </b>转办单<br></div><br><div data-marker="__QUOTED_TEXT__">%H</div></div>`, ""},
	{"coremail", `<p>%O</p><br><br><br><blockquote name="replyContent" class="ReferenceQuote" style="padding-left:5px;margin-left:5px;border-left:#b6b6b6 2px solid;margin-right:0;">-----原始邮件-----<br><b>发件人:</b><span id="rc_from">受理中心 &lt;wsxf@jxw.example&gt;</span><br><b>发送时间:</b><span id="rc_senttime">2026-03-02 10:12:33 (星期一)</span><br><b>收件人:</b> dlc@jxw.example<br><b>主题:</b> 转办单<br><br>%H</blockquote>`, ""},
	{"alimail", `<div class="__aliyun_email_body_block"><div style="clear:both;">%O</div><div style="clear:both;"><br></div><blockquote style="margin-right:0px;margin-top:0px;margin-bottom:0px;"><div style="clear:both;">------------------------------------------------------------------</div><div>发件人：受理中心 &lt;wsxf@jxw.example&gt;</div><div>发送时间：2026年3月2日(星期一) 10:12</div><div>收件人：电力处 &lt;dlc@jxw.example&gt;</div><div>主　题：转办单</div>%H</blockquote></div>`, ""},
	{"alimail signed", `<div class="__aliyun_email_body_block"><div>%O</div><div class="__aliyun_signature_wrap"><div>%S</div></div><div class="__aliyun_previous_quote">%H</div></div>`, "发自钉钉"},
	{"139", `<div>%O</div><br><div id="reply139content" name="reply139content" style="padding-left:10px; border-left:#ccc 1px solid;">----邮件原文----<br><b>发件人：</b>受理中心&nbsp;&lt;wsxf@jxw.example&gt;<br><b>收件人：</b>电力处&nbsp;&lt;dlc@jxw.example&gt;<br><b>抄&nbsp;送：</b>&nbsp;(无)<br><b>发送时间：</b>2026-03-02 10:12:33<br><b>主&nbsp;题：</b>转办单<br>%H</div>`, ""},
	{"sina", `<div>%O</div><br><div id="origbody"><div style="background:#f2f2f2;">----- 原始邮件 -----<br>发件人：受理中心 &lt;wsxf@jxw.example&gt;<br>收件人：dlc@jxw.example<br>主题：转办单<br>日期：2026年03月02日 10点12分</div><br>%H</div>`, ""},
	{"yahoo", `<div class="ydp1yahoo-style-wrap"><div dir="ltr">%O</div><div><br></div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-size:13px;"><div>在 2026年3月2日星期一 GMT+8 10:12:33， 受理中心 &lt;wsxf@jxw.example&gt; 写道：</div><div>%H</div></div></div>`, ""},
	{"roundcube", `<p>%O</p><p id="reply-intro">在 2026-03-02 10:12，受理中心 写道：</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">%H</blockquote>`, ""},
	{"lark", `<div data-zone-id="0">%O</div><div id="lark-mail-quote-1" class="lark-mail-quote"><div class="history-quote-wrapper"><div>发件人：受理中心 &lt;wsxf@jxw.example&gt;</div><div>时间：2026年3月2日(周一) 10:12</div><div>主题：转办单</div><div>%H</div></div></div>`, ""},
	{"only the marker", `<div>%O</div><p>———— 请在此行以上回复 ————</p><div>%H</div>`, ""},
}

func TestReplyPages(t *testing.T) {
	t.Parallel()
	good, all := 0, 0
	for _, p := range replyPages {
		for _, own := range ownTexts {
			shown := strings.ReplaceAll(own, "\n", "<br>")
			html := strings.NewReplacer("%O", shown, "%S", p.device, "%H", quotedPage).Replace(p.html)
			all++
			l := Parse([]byte("Content-Type: text/html; charset=utf-8\n\n<html><body>" + html + "</body></html>"))
			sign := squeeze(HTMLText(p.device))
			if squeeze(l.New) != squeeze(own) || !strings.HasSuffix(squeeze(l.Signature), sign) {
				t.Errorf("%s: new text\n%q, want\n%q\nsignature %q, want %q", p.name, l.New, own, l.Signature, sign)
				continue
			}
			good++
		}
	}
	t.Logf("reply pages: %d of %d", good, all)
}

// TestReplyInTheDark reads what a telephone wrote in white above history in black,
// and nothing of white history.
func TestReplyInTheDark(t *testing.T) {
	t.Parallel()
	const head = "Content-Type: text/html; charset=utf-8\n\n<html><body>"
	const past = `<div class="gmail_quote"><div class="gmail_attr">desk &lt;wsxf@jxw.example&gt; 于2026年3月2日周一 10:12写道：<br></div><blockquote class="gmail_quote">转办单<span style="color:#fff">批准</span></blockquote></div>`
	for body, want := range map[string]string{
		`<div style="color:rgb(255,255,255)">路灯已修复。</div>`:   "路灯已修复。",
		`<div style="color:white">批准</div><div>路灯已修复。</div>`: "路灯已修复。",
		"": "",
	} {
		if l := Parse([]byte(head + body + past)); l.New != want {
			t.Errorf("new text %q of %q, want %q", l.New, body, want)
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
