package letter

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// fate is one recipient as a report is expected to name it.
type fate struct {
	address, action string
	class           byte
	permanent       bool
}

func gone(address string) fate { return fate{address, "failed", '5', true} }
func soft(address string) fate { return fate{address, "failed", '4', false} }
func full(address string) fate { return fate{address, "failed", '5', false} }
func late(address string) fate { return fate{address, "delayed", '4', false} }
func done(address string) fate { return fate{address, "delivered", '2', false} }

const (
	daemonHead = "Return-Path: <>\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nTo: wsxf@jxw.example\n"
	quietHead  = "From: postmaster@mail.example\nTo: wsxf@jxw.example\n"
	copyOf     = "Message-ID: <orig.1@jxw.example>\nFrom: wsxf@jxw.example\nTo: li@b.example\nSubject: 答复\n\n您好：\n"
)

func dsn(text, status string) string {
	return "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
		"\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" + status + "\n--b\nContent-Type: message/rfc822\n\n" + copyOf + "\n--b--\n"
}

// TestReportForms goes through the delivery reports of many mail systems.
func TestReportForms(t *testing.T) {
	t.Parallel()
	const li, wang = "li@b.example", "wang@c.example"
	tests := []struct {
		name, mail string
		want       []fate
	}{
		{"rfc 3464", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), []fate{gone(li)}},
		{"rfc 3464 for two", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; wang@c.example\nAction: failed\nStatus: 4.2.1"), []fate{gone(li), soft(wang)}},
		{"rfc 3464 delayed", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: Mon, 9 Mar 2026 10:00:00 +0800"), []fate{late(li)}},
		{"rfc 3464 delivered", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: delivered\nStatus: 2.1.5"), []fate{done(li)}},
		{"rfc 3464 relayed", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: relayed\nStatus: 2.1.9"), []fate{{li, "relayed", '2', false}}},
		{"rfc 3464 upper case, comments", daemonHead + "Subject: x\n" + dsn("x", "FINAL-RECIPIENT: RFC822; <li@b.example>\nACTION: Failed (bad)\nSTATUS: 5.1.1 (bad mailbox)"), []fate{gone(li)}},
		{"rfc 3464 original recipient only", daemonHead + "Subject: x\n" + dsn("x", "Original-Recipient: rfc822;li@b.example\nAction: failed\nStatus: 5.1.1"), []fate{gone(li)}},
		{"rfc 3464 without report-type", daemonHead + "Subject: x\n" + strings.Replace(dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), " report-type=delivery-status;", "", 1), []fate{gone(li)}},
		{"rfc 3464 as mixed", daemonHead + "Subject: x\n" + strings.Replace(dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), "multipart/report; report-type=delivery-status;", "multipart/mixed;", 1), []fate{gone(li)}},
		{"rfc 3464 without null path", "From: postmaster@mx.example\nSubject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), []fate{gone(li)}},
		{"rfc 3464 as plain text", daemonHead + "Subject: Undelivered Mail Returned to Sender\n\nThis is a MIME-encapsulated message.\n\nI could not deliver it.\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n" + copyOf, []fate{gone(li)}},
		{"rfc 3464 full box", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full"), []fate{full(li)}},
		{"rfc 3464 status only in the diagnostic", daemonHead + "Subject: x\n" + dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 rejected as spam"), []fate{gone(li)}},
		{"exchange zh", "From: =?utf-8?B?TWljcm9zb2Z0IE91dGxvb2s=?= <MicrosoftExchange329e@jxw.example>\nSubject: 未送达: 答复\nAuto-Submitted: auto-replied\n" + dsn("您的邮件未能传递到以下收件人或通讯组列表:\n\nli@b.example\n找不到收件人。", "Final-Recipient: rfc822;li@b.example\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"), []fate{gone(li)}},
		{"exchange delayed zh", "From: postmaster@jxw.example\nSubject: 传递延迟: 答复\n" + dsn("尚未完成到以下收件人或组的传递", "Final-Recipient: rfc822;li@b.example\nAction: delayed\nStatus: 4.4.7"), []fate{late(li)}},
		{"exchange 2003", "From: System Administrator <postmaster@b.example>\nSubject: Undeliverable: x\n\nYour message\n\n  To:      li@b.example\n  Subject: x\n  Sent:    Mon, 2 Mar 2026 10:12:33 +0800\n\ndid not reach the following recipient(s):\n\nli@b.example on Mon, 2 Mar 2026 10:12:40 +0800\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us\n    MSEXCH:IMS:x 0 (000C05A6) Unknown Recipient\n", []fate{gone(li)}},
		{"postfix plain", daemonHead + "Subject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n<li@b.example>: host mx.b.example[192.0.2.1] said: 550 5.1.1 <li@b.example>: Recipient\n    address rejected: User unknown (in reply to RCPT TO command)\n\n<wang@c.example>: connect to mx.c.example[192.0.2.2]:25: Connection timed out\n", []fate{gone(li), gone(wang)}},
		{"cause without a word of failure", "From: =?utf-8?B?6YKu5Lu257O757uf?= <noreply@mx.example>\nSubject: 邮件投递失败\n\n<li@b.example>: 附件超过大小", []fate{gone(li)}},
		{"postponed", "From: mailsystem@mx.example\nSubject: 邮件暂缓投递提醒\n\n对方服务器繁忙，您发往 li@b.example 的邮件将稍后重试投递。请勿重复发送。", []fate{late(li)}},
		{"list zh", "From: postmaster@mx.example\nSubject: 系统退信\n\n以下收件人投递失败：\nli@b.example  用户不存在\nwang@c.example  用户不存在\n", []fate{gone(li), gone(wang)}},
		{"list on a line", "From: postmaster@mx.example\nTo: wsxf@jxw.example\nSubject: 系统退信\n\nwsxf@jxw.example 的邮件无法送达 li@b.example、wang@c.example，用户不存在。\n", []fate{gone(li), gone(wang)}},
		{"list behind a label", "From: postmaster@mx.example\nSubject: 系统退信\n\n收件人：li@b.example; wang@c.example\n原因：550 用户不存在\n", []fate{gone(li), gone(wang)}},
		{"postfix delay", daemonHead + "Subject: Delayed Mail (still being retried)\n\nThis is the mail system at host mx.example.\n\n####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for 4.0 hours. It will be retried until it is 5.0 days old.\n\n<li@b.example>: connect to mx.b.example[192.0.2.1]: Connection refused\n", []fate{late(li)}},
		{"sendmail", daemonHead + "Subject: Returned mail: see transcript for details\n\nThe original message was received at Mon, 2 Mar 2026 10:12:33 +0800\n\n   ----- The following addresses had permanent fatal errors -----\n<li@b.example>\n    (reason: 550 5.1.1 <li@b.example>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.b.example.:\n>>> DATA\n<<< 550 5.1.1 <li@b.example>... User unknown\n550 5.1.1 <li@b.example>... User unknown\n", []fate{gone(li)}},
		{"sendmail 5", daemonHead + "Subject: Returned mail: User unknown\n\n   ----- Transcript of session follows -----\nWhile talking to mx.b.example:\n>>> RCPT To:<li@b.example>\n<<< 550 <li@b.example>... User unknown\n550 <li@b.example>... User unknown\n554 <wang@c.example>... 550 Host unknown (Authoritative answer from name server)\n\n   ----- Unsent message follows -----\n" + copyOf, []fate{gone(li), gone(wang)}},
		{"sendmail warning", daemonHead + "Subject: Warning: could not send message for past 4 hours\n\n    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n   ----- The following addresses had transient non-fatal errors -----\n<li@b.example>\n\n   ----- Transcript of session follows -----\n<li@b.example>... Deferred: Connection timed out with mx.b.example.\nWarning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old\n", []fate{late(li)}},
		{"qmail", daemonHead + "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<li@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 User not found: li@b.example\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <wsxf@jxw.example>\n" + copyOf, []fate{gone(li)}},
		{"exim", "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: li@b.example, wang@c.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  li@b.example\n    SMTP error from remote mail server after RCPT TO:<li@b.example>:\n    host mx.b.example [192.0.2.1]: 550 5.1.1 User unknown\n  wang@c.example\n    mailbox is full\n\n------ This is a copy of the message, including all the headers. ------\n\n" + copyOf, []fate{gone(li), full(wang)}},
		{"exim, header at odds", "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: alias@b.example\nSubject: Mail delivery failed: returning message to sender\n\nThe following address(es) failed:\n\n  li@b.example\n    Unrouteable address\n", []fate{gone(li)}},
		{"exim delay", "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Warning: message 1abc-000 delayed 24 hours\nAuto-Submitted: auto-replied\n\nA message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.\n\nThe following address(es) have not yet been delivered:\n\n  li@b.example\n    Delay reason: Connection timed out\n\nNo action is required on your part. Delivery attempts will continue for some time.\n", []fate{late(li)}},
		{"domino", "From: Postmaster@mx.example\nSubject: DELIVERY FAILURE: User li (li@b.example) not listed in Domino Directory\n\nYour message\n\n  Subject: x\n\nwas not delivered to:\n\n  li@b.example\n\nbecause:\n\n  User li (li@b.example) not listed in Domino Directory\n", []fate{gone(li)}},
		{"domino zh", "From: Postmaster@mx.example\nSubject: 传递失败：用户 li (li@b.example) 未列在 Domino 目录中\n\n您的邮件\n\n  主题：x\n\n未传递给：\n\n  li@b.example\n\n因为：\n\n  用户 li (li@b.example) 未列在 Domino 目录中\n", []fate{gone(li)}},
		{"mdaemon", "From: MDaemon at mx.example <MDaemon@mx.example>\nSubject: Permanent Delivery Failure\nReturn-Path: <>\n\nThe attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery attempts the attached message has been removed from the mail queue on this server.\n\nFailed address: li@b.example\n\n--- Session Transcript ---\n<-- 550 5.1.1 unknown user\n", []fate{gone(li)}},
		{"gmail", "From: Mail Delivery Subsystem <mailer-daemon@mail.example>\nX-Failed-Recipients: li@b.example\nSubject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed permanently:\n\n     li@b.example\n\nTechnical details of permanent failure:\nThe error that the other server returned was: 550 5.1.1 The email account that you tried to reach does not exist.\n\n----- Original message -----\n\n" + copyOf, []fate{gone(li)}},
		{"gmail delay", "From: Mail Delivery Subsystem <mailer-daemon@mail.example>\nSubject: Delivery Status Notification (Delay)\n\nThis is an automatically generated Delivery Status Notification\n\nTHIS IS A WARNING MESSAGE ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient has been delayed:\n\n     li@b.example\n\nMessage will be retried for 2 more day(s)\n", []fate{late(li)}},
		{"yahoo", "From: MAILER-DAEMON@mail.example\nSubject: Failure Notice\n\nSorry, we were unable to deliver your message to the following address.\n\n<li@b.example>:\nRemote host said: 554 delivery error: dd This user doesn't have a b.example account\n\n--- Below this line is a copy of the message.\n\n" + copyOf, []fate{gone(li)}},
		{"james", "From: postmaster@mx.example\nReturn-Path: <>\nSubject: [BOUNCE]\n\nHi. This is the James mail server at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<li@b.example>\n\nError message below:\n550 - Requested action not taken: no such user here\n", []fate{gone(li)}},
		{"imail", "From: Postmaster <postmaster@mx.example>\nX-Mailer: <SMTP32 v8.22>\nSubject: Undeliverable Mail\n\nunknown user: <li@b.example>\n\nOriginal message follows.\n\n" + copyOf, []fate{gone(li)}},
		{"courier", "From: \"Courier mail server at mx.example\" <@>\nReturn-Path: <>\nSubject: NOTICE: mail delivery status.\n\nThis is a delivery status notification from mx.example,\nrunning the Courier mail server.\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<li@b.example>:\n    mx.b.example [192.0.2.1]:\n<<< 550 5.1.1 User unknown\n", []fate{gone(li)}},
		{"mailmarshal", "From: postmaster@mx.example\nSubject: Undeliverable Mail: \"x\"\n\nYour message:\n   From:    wsxf@jxw.example\n   Subject: x\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    li@b.example\n", []fate{gone(li)}},
		{"qq", "From: PostMaster <PostMaster@mail.example>\nSubject: 来自mail.example的退信\nContent-Type: text/html; charset=gbk\n\n" + gbk("<div>尊敬的用户：</div><div>很抱歉，您发送的邮件未能到达收件人，详情如下：</div><table><tr><td>收件人</td><td>li@b.example</td></tr><tr><td>退信原因</td><td>收件人邮件地址不存在，邮件无法送达。</td></tr></table><p>host mx.b.example said: 550 Mailbox not found</p>"), []fate{gone(li)}},
		{"qq text", "From: \"腾讯企业邮\" <10000@mail.example>\nReturn-Path: <>\nSubject: 退信通知\n\n你发送的邮件被退回：发往 li@b.example 的邮件，对方邮箱已满。\n", []fate{full(li)}},
		{"exmail", "From: Postmaster@mail.example\nSubject: 系统退信/Systems bounce\n\n抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时  间：2026-03-02 10:12:33\n主  题：答复\n收件人：<li@b.example>\n\n退信原因：\n发往 b.example 的邮件被对方服务器拒绝\nhost mx.b.example[192.0.2.1] said: 550 User not local\n", []fate{gone(li)}},
		{"netease", "From: Postmaster@mail.example\nSubject: 系统退信\nX-AUTO-RESPONSE-SUPPRESS: All\n\n抱歉，您的邮件被退回来了……\n原邮件信息：\n时　间：2026-03-02 10:12:33\n主　题：答复\n收件人：li@b.example\n\n退信原因：\n英文说明：SMTP error, RCPT TO: host mx.b.example[192.0.2.1] said: 550 User not found: li@b.example\n中文说明：收件人不存在\n", []fate{gone(li)}},
		{"coremail", "From: postmaster@mail.example\nSubject: 系统退信/Systems bounce\n" + dsn("您的邮件被退回", "Final-Recipient: rfc822;li@b.example\nAction: failed\nStatus: 5.1.1"), []fate{gone(li)}},
		{"aliyun", "From: \"阿里邮箱\" <postmaster@mail.example>\nSubject: 退信通知 / Mail Delivery Failure Notice\n\n您发送的邮件无法送达以下收件人：\n\nli@b.example\n退信原因：550 RCPT TO ERROR: Mailbox not exist\n", []fate{gone(li)}},
		{"21cn", "From: \"21CN邮件系统\" <postmaster@mail.example>\nSubject: 邮件发送失败通知\n\n您好！\n您寄给 li@b.example 的邮件发送失败。\n失败原因：收件人邮箱空间不足。\n", []fate{full(li)}},
		{"sina", daemonHead + "Subject: failure notice\n\n您好，我是邮件系统的投递程序。\n很抱歉，我无法将您的邮件投递到以下地址，这是一个永久性的错误。\n\n<li@b.example>:\nRemote host said: 550 Invalid User\n\n--- 以下是您的原始邮件\n\n" + copyOf, []fate{gone(li)}},
		{"sohu", "From: postmaster@mail.example\nSubject: 退信：答复\n\n您的邮件未能成功投递。\n目标地址：li@b.example\n原因：user unknown\n", []fate{gone(li)}},
		{"189", "From: 系统管理员 <postmaster@mail.example>\nSubject: 系统退信通知\n\n收件人地址：li@b.example\n失败原因：该用户已停用\n", []fate{gone(li)}},
		{"139", "From: \"系统管理员\" <system@mail.example>\nReturn-Path: <>\nSubject: 邮件投递失败\n\n您的邮件没能成功投递给：li@b.example\n原因：邮箱不存在\n", []fate{gone(li)}},
		{"spam zh", "From: postmaster@mail.example\nSubject: 系统退信\n\n收件人：li@b.example\n退信原因：554 DT:SPM 邮件被对方认为是垃圾邮件而拒收\n", []fate{gone(li)}},
		{"delay zh", "From: postmaster@mail.example\nSubject: 邮件投递延迟通知\n\n您发往 li@b.example 的邮件尚未送达，系统将继续尝试投递，您无需重新发送。\n", []fate{late(li)}},
		{"delay zh, no word in the subject", "From: postmaster@mail.example\nSubject: 系统通知：邮件暂未送达\n\n您发往 li@b.example 的邮件暂时无法送达，系统将在72小时内继续尝试投递。\n", []fate{late(li)}},
		{"two, zh", "From: postmaster@mail.example\nSubject: 系统退信\n\n以下收件人未能送达：\n\nli@b.example：收件人不存在\nwang@c.example：对方邮箱已满\n", []fate{gone(li), full(wang)}},
		{"host unknown zh", "From: postmaster@mail.example\nSubject: 系统退信\n\n收件人：li@b.example\n退信原因：找不到对方域名，域名解析失败\n", []fate{gone(li)}},
		{"gbk, in a status part too", daemonHead + "Subject: =?gbk?B?zbPQxQ==?=\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain; charset=gbk\n\n" + gbk("您的邮件被退回") + "\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 " + gbk("用户不存在") + "\n--b--\n", []fate{gone(li)}},
		{"amazon", "From: MAILER-DAEMON@mail.example\nSubject: Delivery Status Notification (Failure)\n\nAn error occurred while trying to deliver the mail to the following recipients:\nli@b.example\n", []fate{gone(li)}},
		{"zimbra", "From: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: 未送达的邮件退回给发件人\n\n我是 mx.example 的邮件系统。\n\n抱歉，您的邮件无法投递给一个或多个收件人。\n\n<li@b.example>: host mx.b.example[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n", []fate{gone(li)}},
		{"no status at all", daemonHead + "Subject: Undeliverable mail\n\nYour message to li@b.example could not be delivered.\n", []fate{gone(li)}},
		{"temporary reply code", daemonHead + "Subject: Undelivered Mail Returned to Sender\n\n<li@b.example>: host mx.b.example[192.0.2.1] said: 451 4.7.1 Greylisting in action (in reply to RCPT TO command)\n", []fate{soft(li)}},
	}
	good := 0
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			l := Parse(wire(tt.mail, eol))
			if l.Report == nil {
				t.Errorf("%s: no report; kind %s (%v)", tt.name, l.Kind, l.Evidence)
				continue
			}
			var got []fate
			for _, r := range l.Report.Recipients {
				got = append(got, fate{r.Address, r.Action, r.Status[0], r.Permanent})
			}
			same := len(got) == len(tt.want) && len(l.Evidence) > 0
			for i := range got {
				same = same && got[i] == tt.want[i]
			}
			if !same {
				t.Errorf("%s: recipients %+v (%v)", tt.name, l.Report.Recipients, l.Evidence)
				continue
			}
			good++
		}
	}
	t.Logf("reports: %d of %d", good, 2*len(tests))
}

func gbk(s string) string {
	b, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

// TestPersonsStayPersons holds mails that look like a program's and are not.
func TestPersonsStayPersons(t *testing.T) {
	t.Parallel()
	const from = "From: 张三 <zhang@mail.example>\nTo: wsxf@jxw.example\n"
	for _, mail := range []string{
		from + "Subject: Re: 退信\n\n上次的退信问题解决了，我重新发送材料。",
		from + "Subject: 退信\n\n我给贵局发的信被退回，550 5.1.1 user unknown，请问怎么办？",
		from + "Subject: 转发: 系统退信\n\n附上退信，请看。\n\n---- 转发的邮件 ----\n发件人：postmaster@b.example\n收件人：zhang@mail.example\n主题：系统退信\n\n您的邮件被退回，收件人不存在。",
		from + "Subject: Fwd: Undelivered Mail Returned to Sender\n\nplease see\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON@b.example\nSubject: Undelivered Mail Returned to Sender\n\n<li@b.example>: 550 5.1.1 user unknown",
		from + "Subject: Fw: failure notice\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n请看附件的退信\n--b\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@b.example\nSubject: failure notice\n\n<li@b.example>:\n550 user unknown\n--b--\n",
		from + "Subject: Fw: DSN\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n请看附件\n--b\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@b.example\nSubject: x\n" + strings.NewReplacer("=b", "=c", "--b", "--c").Replace(dsn("x", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1")) + "\n--b--\n",
		from + "Subject: 转发: 退信\n" + strings.Replace(dsn("请看，总是退信", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), "multipart/report; report-type=delivery-status;", "multipart/mixed;", 1),
		from + "Subject: 关于自动回复的建议\n\n贵办的自动回复太慢。",
		from + "Subject: 自动回复没有解决问题\n\n请人工处理。",
		from + "Subject: 自动回复功能是否取消\n\n请答复。",
		from + "Subject: 自动回复，不如不回\n\n请人工处理。",
		from + "Subject: 自动回复\n\n我收到的都是自动回复，为什么没有人处理？",
		from + "Subject: 自动回复——没有人管\n\n请人工处理。",
		from + "Subject: Re: 自动回复: 停电\n\n请人工处理。",
		from + "Subject: 答复: 自动答复: 停电\n\n请人工处理。",
		from + "Subject: 回复: 已读: 停电\n\n请办理。",
		from + "Subject: 未读：我的信没人看\n\n请办理。",
		from + "Subject: 已读不回是什么意思\n\n请办理。",
		from + "Subject: 回执：贵局收到了吗\n\n请回复回执。",
		from + "Subject: 收到\n\n谢谢，已收到。",
		from + "Subject: 休假\n\n我正在休假，回来后补交材料。",
		from + "Subject: 出差\n\n本人因出差在外，委托李四办理。",
		from + "Subject: 不在办公室上班怎么办\n\n单位让我们居家，不发工资。",
		from + "Subject: 不在办公室\n\n去了三次窗口，工作人员都不在办公室，无法办事。",
		from + "Subject: 自动回复\n\n每次来信都是自动回复，请尽快派人处理停电。",
		from + "Subject: 自动回复\n\n来信已收到三次回复，都是自动的，请安排人员过问。",
		from + "Subject: Re: 收件回执\n\n这是自动回复吧？我要的是有人尽快处理，请勿再发。",
		from + "Subject: Re: 收件回执\n\n你们的邮件说系统自动回复，请勿回复，那我的事谁来办，尽快给个说法。",
		from + "Subject: 已读回执\n\n你们的邮件已经被我阅读，但是问题没有解决。",
		from + "Subject: Re: 收件回执\n\n这是收条，请补发正式的受理通知书。",
		from + "Subject: 邮件发送失败\n\n我在贵网站提交时总提示发送失败。",
		from + "Subject: 无法送达\n\n快递一直无法送达我村。",
		from + "Subject: 延迟发放工资\n\n我们的工资延迟三个月。",
		from + "Subject: 通知\n\n物业通知停水，请核实。",
		from + "X-Auto-Response-Suppress: All\nSubject: 停电\n\n我家停电。",
		from + "X-Auto-Response-Suppress: DR, OOF, AutoReply\nThread-Topic: 停电\nSubject: 停电\n\n我家停电。",
		from + "Auto-Submitted: no\nSubject: 停电\n\n我家停电。",
		from + "Precedence: first-class\nSubject: 停电\n\n我家停电。",
		from + "X-Priority: 1\nImportance: high\nSubject: 紧急\n\n我家停电。",
		from + "Disposition-Notification-To: zhang@mail.example\nReturn-Receipt-To: zhang@mail.example\nSubject: 停电\n\n我家停电。",
		from + "X-Mailer: Foxmail 7.2\nSubject: 停电\n\n我家停电。",
		"From: postmaster@company.example\nSubject: 关于网络专线的投诉\n\n我是公司网管，专线经常中断，请协调。",
		"From: postmaster@company.example\nSubject: 关于退信问题的咨询\n\n我是公司网管，发给贵局的邮件被退信，请协助。",
		"From: postmaster@company.example\nSubject: 邮件发送失败\n\n请问贵局的邮箱为什么无法送达？",
		"From: 系统管理员 <admin@company.example>\nSubject: 咨询\n\n请问政策？",
		"From: \"\" <zhang@mail.example>\nSubject: 咨询\n\n请问政策？",
		"From: notice.board@company.example\nSubject: 咨询\n\n请问政策？",
		"From: bounce.wang@company.example\nSubject: 咨询\n\n请问政策？",
		"From: system.li@company.example\nSubject: 系统问题\n\n请问政策？",
		"From: service@company.example\nSubject: 来信\n\n我公司反映用电问题。",
		"From: info@company.example\nX-Auto-Response-Suppress: OOF\nSubject: 请示\n\n我公司反映用电问题。",
		from + "Subject: 邀请函\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n请参加\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
		from + "Subject: 举报垃圾邮件\n\n我收到大量垃圾邮件，To unsubscribe 点了没用，List-Unsubscribe 也没有。",
		from + "Subject: Out of office space in our district\n\nWe need help.",
		from + "Subject: Automatic replyer is broken\n\nplease help",
		from + "Subject: Returned goods\n\nthe shop does not take it back, delivery failed",
		from + "Subject: Delivery failure of gas\n\nour gas was not delivered to us",
		from + "Subject: Undelivered parcels\n\nthey could not be delivered",
		from + "Precedence: bulk\nSubject: 停电\n\n我家停电三天，请尽快修复。",
		from + "Precedence: bulk\nSubject: 停电\n\nI have no power for three days.",
		from + "Feedback-ID: 1.cn:SES\nSubject: 停电\n\n我们小区停电三天，盼复。",
		from + "List-Unsubscribe: <mailto:u@mail.example>\nSubject: 补贴\n\n请问补贴何时发放？\n\n如不想再收到此类邮件，请点击退订",
		from + "Precedence: bulk\nSubject: 退信\n\n我发给贵局的邮件被退回，550 5.1.1 user unknown，请问怎么办？",
		"From: noreply@form.example\nSubject: 网上来信\n\n姓名：张三\n联系电话：13800000000\n内容：路灯不亮，请勿回复到单位邮箱。",
		"From: noreply@form.example\nPrecedence: bulk\nSubject: 网上来信\nContent-Type: text/html\n\n<table><tr><td>来信人</td><td>张三</td></tr><tr><td>来信内容</td><td>路灯不亮</td></tr></table>",
		"From: noreply@form.example\nSubject: 无法投递\n\n姓名：张三\n电话：13800000000\n反映内容：快递无法投递到我村，li@b.example 的信也被退回。",
		from + "Subject: 退信\n" + strings.Replace(dsn("我的信发不出去，附上退信，请帮忙。", "Final-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.1.1"), "multipart/report; report-type=delivery-status;", "multipart/mixed;", 1),
		from + "In-Reply-To: <a@jxw.example>\nSubject: Re: 收件回执（自动回复）\n\n请不要再自动回复，我出差回来了，问题解决了吗？",
		from + "In-Reply-To: <a@jxw.example>\nSubject: Re: 收件回执\n\n我正在出差，材料下周补交。",
		from + "Precedence: bulk\nSubject: 路灯\n\n路灯坏了三个月，没有人修。",
		from + "List-Unsubscribe: <mailto:u@mail.example>\nSubject: 申请\n\n我公司申请技改补贴，材料见附件。",
		"From: noreply@form.example\nSubject: 信访件\n\n信访人姓名：张三\n手机号码：13800000000\n信访事项：路灯不亮",
		"From: noreply@form.example\nSubject: Contact\n\nName: Li\nPhone: 13800000000\nMessage: the lamp is dark",
		"From: Postmaster Li <li@mail.example>\nSubject: Mail delivery problem\n\nDear office, my mail to you was returned: 550 user unknown. What is the right address?",
		from + "In-Reply-To: <a@jxw.example>\nSubject: 外出: 收件回执\n\n我外出打工，工资未发。",
		from + "In-Reply-To: <a@jxw.example>\nSubject: 自动回复\n\n请不要再发“自动回复”了，我要见领导。",
		from + "In-Reply-To: <a@jxw.example>\nSubject: 不在办公室\n\n为什么去了三次都不在？",
		from + "Subject: Out of office\n\nI received only this. Please help, my wages are not paid.",
		from + "Precedence: bulk\nSubject: 收费站\n\n一八一三路上有人私自设卡收费，过一次要二十元，货车司机苦不堪言，有关部门管不管？",
		"From: noreply@form.example\nSubject: 路灯\n\n尊敬的市领导：路灯坏了。",
		"From: noreply@form.example\nSubject: 答复\n\n收到的总是“您的邮件已收到”，为什么没有人办？",
		"From: postmaster@mail.example\nSubject: 邮局收费\n\n" + strings.Repeat("邮局运费太高，包裹无法投递到村里。", 60),
		from + "In-Reply-To: <a@jxw.example>\nSubject: 不在办公室\n\n窗口的人去了三次。",
		from + "In-Reply-To: <a@jxw.example>\nSubject: 自动回复\n\n" + strings.Repeat("工厂夜里冒烟。", 50),
		from + "Subject: 外出: 务工人员的工资\n\n工资被拖欠。",
		from + "Subject: Read: my letter\n\nYour message was read, but nothing was done.",
		"Sender: zhang@mail.example\n" + from + "Reply-To: li@mail.example\nSubject: 停电\n\n我家停电。",
	} {
		l := Parse([]byte(mail))
		if l.Kind != KindPerson {
			t.Errorf("kind %s (%v): %q", l.Kind, l.Evidence, mail)
		}
	}
}

// TestProgramsAreTold holds mails of programs that are no delivery reports.
func TestProgramsAreTold(t *testing.T) {
	t.Parallel()
	const from = "From: 张三 <zhang@mail.example>\nTo: wsxf@jxw.example\n"
	mdn := func(kind string) string {
		return "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@b.example\nDisposition: manual-action/MDN-sent-manually; " + kind + "\n--b--\n"
	}
	tests := []struct {
		want Kind
		mail string
	}{
		{KindReceipt, from + "Subject: 已读: 答复\n" + mdn("displayed")},
		{KindReceipt, from + "Subject: 未读: 答复\n" + mdn("deleted")},
		{KindReceipt, from + "Subject: Not read: x\n" + mdn("deleted")},
		{KindReceipt, from + "Subject: x\n" + strings.Replace(mdn("displayed"), " report-type=disposition-notification;", "", 1)},
		{KindReceipt, from + "Subject: 已读：答复\nIn-Reply-To: <a@jxw.example>\nAuto-Submitted: auto-replied\n\n您发送给张三的邮件已于 2026-03-02 10:12 被阅读。"},
		{KindReceipt, from + "Subject: 阅读回执：答复\n\n这是对您发送邮件的收条：\n收件人已打开邮件。"},
		{KindReceipt, "Return-Path: <>\n" + from + "Subject: 已读回执: 答复\nReferences: <a@jxw.example>\n\n邮件已被收件人阅读"},
		{KindFeedback, "From: fbl@mail.example\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b--\n"},
		{KindFeedback, "From: fbl@mail.example\nSubject: complaint\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n"},
		{KindAutomatic, from + "Subject: 自动回复: 答复\n\n您好，我正在休假，将于3月10日返回。"},
		{KindAutomatic, from + "Subject: 自动回复:Re:答复\n\n您好，您的邮件我已收到，会尽快回复。"},
		{KindAutomatic, from + "Subject: 自动答复: 答复\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: zhang@mail.example\n\n出差中"},
		{KindAutomatic, from + "Subject: Automatic reply: 答复\n\nI am out of office"},
		{KindAutomatic, from + "Subject: 【自动回复】答复\n\n出差中"},
		{KindAutomatic, from + "Subject: (自动回复)答复\n\n出差中"},
		{KindAutomatic, from + "Subject: 自动回复 Re: 答复\nAuto-Submitted: auto-replied\n\n出差中"},
		{KindAutomatic, from + "Subject: 自动回复 Re: 答复\n\n这是一封自动回复邮件，您的来信已收到。"},
		{KindAutomatic, from + "Subject: 答复:答复\nX-AutoReply: yes\n\n出差中"},
		{KindAutomatic, from + "Subject: Re:答复\nX-QQ-Auto-Reply: 1\n\n出差中"},
		{KindAutomatic, "Return-Path: <>\n" + from + "Subject: Re:答复\n\n[自动回复] 您好，来信已收到。"},
		{KindAutomatic, from + "Subject: Re:答复\nIn-Reply-To: <a@jxw.example>\n\n这是来自QQ邮箱的假期自动回复邮件。\n\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。"},
		{KindAutomatic, from + "Subject: Re:收件回执\n\n您好！这是来自某某邮箱的假期自动回复邮件。 我最近正在休假中，将在假期结束后尽快给您回复。"},
		{KindAutomatic, from + "Subject: 回复：〔SFJX-2026-000001〕收件回执\n\n这是一封自动回复邮件。您发来的邮件我已经收到，谢谢。"},
		{KindAutomatic, from + "Subject: 休假通知：Re: 收件回执\n\n本人休假至12月5日，期间邮件由他人处理，此邮件为系统自动回复，请勿回复。"},
		{KindAutomatic, from + "Subject: 不在办公室\n\n您好，我出差在外，将于下周一返回，返回后尽快回复您。"},
		{KindAutomatic, from + "Subject: 不在办公室: 收件回执\n\n出差"},
		{KindReceipt, from + "Subject: 阅读回执\n\n您的邮件已经被阅读。\n收件人：zhang@mail.example"},
		{KindReceipt, from + "Subject: 已读回执: 〔SFJX-2026-000002〕收件回执\n\n这是一个已读回执，由收件人发出。"},
		{KindReceipt, from + "Subject: Read: 收件回执\n\nYour message was read on 2026-11-27 10:00"},
		{KindReceipt, from + "Subject: Re: 收件回执\n\n这是邮件收条。您发往 \"张三\" 的邮件已经被对方阅读。"},
		{KindBounce, "From: <>\nTo: wsxf@jxw.example\nSubject: 退信通知\n\n无法投递的邮件：zhang@mail.example"},
		{KindAutomatic, from + "Subject: 休假自动回复\n\n我在休假"},
		{KindAutomatic, from + "Subject: Out of office\n\nback on Monday"},
		{KindAutomatic, from + "Subject: Auto: Re: x\nPrecedence: auto_reply\n\nback on Monday"},
		{KindAutomatic, from + "Subject: Autoreply: x\n\nback on Monday"},
		{KindAutomatic, from + "Subject: x is out of the office\nX-Autoresponder: yes\n\nback"},
		{KindAutomatic, from + "Subject: Re: x\nAuto-Submitted: auto-replied; owner-email=\"zhang@mail.example\"\n\nback"},
		{KindAutomatic, from + "Subject: 请确认您的邮件\nAuto-Submitted: auto-replied\n\n为防止垃圾邮件，请点击链接确认。"},
		{KindList, from + "List-Id: <news.mail.example>\nSubject: x\n\nx"},
		{KindList, from + "Mailing-List: contact x\nSubject: x\n\nx"},
		{KindNotification, from + "List-Unsubscribe: <https://mail.example/u>\nSubject: 周刊\n\nx"},
		{KindNotification, from + "Precedence: bulk\nSubject: 周刊\n\nx"},
		{KindNotification, from + "In-Reply-To: <a@jxw.example>\nPrecedence: bulk\nSubject: 停电\n\n我在休假，十二月三日回来，急事请找老王。"},
		{KindNotification, from + "Precedence: junk\nSubject: Re: 转办单\n\n我在外地学习，请找老王。"},
		{KindNotification, from + "Precedence: bulk\nSubject: 来信\n\n我在休假，请联系老王。"},
		{KindNotification, from + "Auto-Submitted: auto-generated\nSubject: 告警\n\nx"},
		{KindNotification, from + "Precedence: bulk\nList-Unsubscribe: <https://mail.example/u>\nSubject: 周刊\n\n我是编辑，本期谈停电。"},
		{KindNotification, "From: noreply@shop.example\nPrecedence: bulk\nSubject: 订单\n\n我已经收到您的付款。"},
		{KindNotification, "From: noreply@shop.example\nSubject: 订单\n\n请问您的订单是否收到？请勿回复。"},
		{KindNotification, from + "Auto-Submitted: auto-generated\nIn-Reply-To: <a@jxw.example>\nSubject: Re: [工单] 停电\n\n状态改为处理中。"},
		{KindAutomatic, from + "Auto-Submitted: auto-generated\nIn-Reply-To: <a@jxw.example>\nSubject: Re: 答复\n\n您的邮件我已收到，稍后回复。"},
		{KindAutomatic, from + "Auto-Submitted: auto-generated\nSubject: Auto: x\n\nI am on vacation until Monday"},
		{KindAutomatic, from + "In-Reply-To: <a@jxw.example>\nSubject: 外出: 收件回执\n\n您好，我正在出差，急事请致电。"},
		{KindAutomatic, from + "In-Reply-To: <a@jxw.example>\nSubject: Re: 收件回执（自动回复）\n\n本人休假中，下周一返回。"},
		{KindNotification, from + "Precedence: bulk\nSubject: 简报\n\n本期要闻：市政府召开会议，要求各部门抓好落实，全市居民积极参与，详见附件。"},
		{KindBounce, "From: noreply@mx.example\nSubject: 退信通知\n\n您发往 li@b.example 的邮件被退回，请核实收件人地址。"},
		{KindNotification, "From: noreply@oa.example\nSubject: 待办\n\n您有一条待办：关于路灯的来信，请及时处理。"},
		{KindAutomatic, from + "In-Reply-To: <a@jxw.example>\nSubject: 自动回复\n\n您反映的问题已收到，我会尽快为您解决。"},
		{KindAutomatic, from + "Subject: Abwesenheit: x\n\nIch bin nicht da"},
		{KindAutomatic, from + "Subject: Vacation reply\n\nI am away until Monday"},
		{KindAutomatic, from + "In-Reply-To: <a@jxw.example>\nSubject: Re: x\n\nThis is an automated response. Your message was received, please do not reply."},
		{KindReceipt, from + "Subject: 已读: 答复\n\n您的邮件\n\n    收件人: 张三\n    主题: 答复\n    发送时间: 2026/3/2 10:12\n\n在 2026/3/2 10:20 被阅读。"},
		{KindReceipt, from + "Subject: Read: x\n\nYour message\n\n   To: li\n   Subject: x\n   Sent: Monday\n\nwas read on Monday, March 2, 2026 10:20 AM."},
		{KindReceipt, from + "Auto-Submitted: auto-replied\nSubject: 已读回执：答复\n\n这是您发送给 li@b.example 的邮件的已读回执。"},
		{KindNotification, "From: noreply@mail.example\nSubject: 验证码\n\n您的验证码是123456"},
		{KindNotification, "From: \"系统通知\" <no-reply+abc@mail.example>\nSubject: 登录提醒\n\nx"},
		{KindNotification, "From: noreply@shop.example\nSubject: 包裹投递失败通知\n\n您的包裹未能送达，请联系快递员。"},
		{KindNotification, "From: noreply@shop.example\nSubject: Your delivery of shoes is delayed\n\nThe parcel could not be delivered."},
		{KindNotification, "From: do_not_reply@mail.example\nSubject: 登录提醒\n\nx"},
		{KindNotification, "From: donotreply@mail.example\nSubject: 登录提醒\n\nx"},
		{KindNotification, from + "Subject: 已接受: 会议\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--b--\n"},
	}
	for _, tt := range tests {
		l := Parse([]byte(tt.mail))
		if l.Kind != tt.want || len(l.Evidence) == 0 {
			t.Errorf("kind %s (%v), want %s: %q", l.Kind, l.Evidence, tt.want, tt.mail[:min(len(tt.mail), 300)])
		}
	}
}
