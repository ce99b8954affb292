package letter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	person := "From: 张三 <zhang@mail.example>\n"
	tests := []struct {
		name, mail string
		want       Kind
	}{
		{"person", person + "Subject: 停电\n\n我家停电了", KindPerson},
		{"exchange asks for no answer", person + "X-Auto-Response-Suppress: All\nSubject: 停电\n\nx", KindPerson},
		{"auto-submitted no", person + "Auto-Submitted: no\n\nx", KindPerson},
		{"complains about automatic replies", person + "Subject: 自动回复没有用，请人工处理\n\n我收到的都是自动回复", KindPerson},
		{"answers an automatic reply", person + "Subject: 回复：自动回复：停电\n\n请人工处理", KindPerson},
		{"answers an automatic reply, en", person + "Subject: Re: Automatic reply: power\n\nplease", KindPerson},
		{"complains about a bounce", person + "Subject: 退信通知是怎么回事\n\n我给贵办发信被退回，收件人不存在", KindPerson},
		{"forwards a bounce", person + "Subject: Fw: Undelivered Mail Returned to Sender\n\nuser unknown 550 5.1.1", KindPerson},
		{"administrator by hand", "From: postmaster@mail.example\nSubject: 关于网络改造\n\n我们想咨询", KindPerson},
		{"on holiday", person + "Subject: 休假期间停电\n\n我在休假，家里停电", KindPerson},
		{"normal precedence", person + "Precedence: normal\n\nx", KindPerson},
		{"meeting request", person + "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", KindPerson},
		{"read in the subject", person + "Subject: 已读：贵办答复，不满意\n\n请重办", KindPerson},
		{"auto-replied", person + "Auto-Submitted: auto-replied\nSubject: x\n\nx", KindAutomatic},
		{"vacation of sieve", person + "Auto-Submitted: auto-replied (vacation)\nSubject: Auto: x\n\nx", KindAutomatic},
		{"qq", person + "X-QQ-AUTO-REPLY: 1\nSubject: x\n\nx", KindAutomatic},
		{"x-autoreply", person + "X-Autoreply: yes\n\nx", KindAutomatic},
		{"x-autorespond", person + "X-Autorespond: x\n\nx", KindAutomatic},
		{"precedence", person + "Precedence: auto_reply\n\nx", KindAutomatic},
		{"subject zh", person + "Subject: 自动回复：停电\n\n我正在休假", KindAutomatic},
		{"subject zh, brackets", person + "Subject: [自动回复] 停电\n\n我正在休假", KindAutomatic},
		{"subject zh, alone", person + "Subject: 自动回复\n\n您好，您的邮件我已收到", KindAutomatic},
		{"subject en", person + "Subject: Automatic reply: power\n\nI am away", KindAutomatic},
		{"out of office", person + "Subject: Out of Office: power\n\nx", KindAutomatic},
		{"null path", "Return-Path: <>\n" + person + "Subject: x\n\nx", KindAutomatic},
		{"list", person + "List-Id: <a.example>\n\nx", KindList},
		{"precedence list", person + "Precedence: list\n\nx", KindList},
		{"bulk", person + "Precedence: bulk\n\nx", KindNotification},
		{"newsletter", person + "List-Unsubscribe: <mailto:x@y.example>\n\nx", KindNotification},
		{"auto-generated", person + "Auto-Submitted: auto-generated\n\nx", KindNotification},
		{"no-reply", "From: no-reply@shop.example\nSubject: 订单\n\nx", KindNotification},
		{"read receipt", person + "Subject: Read: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@b.example\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n", KindReceipt},
		{"feedback", person + "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n", KindFeedback},
		{"dsn", "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n--b--\n", KindBounce},
		{"name behind a soft word", "From: newsletter.li@mail.example\nSubject: 报纸投递\n\n报纸没有送到", KindPerson},
		{"name behind notify", "From: notify.chen@mail.example\nSubject: 停水\n\n停水三天", KindPerson},
		{"no-reply at the end", "From: oa-noreply@mail.example\nSubject: 待办\n\nx", KindNotification},
		{"postmaster of a firm", "From: postmaster@firm.example\nSubject: 材料被退回\n\n请看退信原因。", KindPerson},
		{"a name that begins with bounce", "From: bounce-zhang@mail.example\nSubject: 发送失败\n\n多次发送失败，这次收到了吗？", KindPerson},
		{"administrator of a mail system", "From: 邮件系统管理员 <zhang@gov.example>\nSubject: 邮件被退回的说明\n\n我单位系统故障，来信均被退回 550 5.1.1，请贵单位重发。", KindPerson},
		{"away, of Lotus Notes", person + "Auto-Submitted: auto-generated\nSubject: 张三 不在办公室。\n\n我将从周一起不在办公室", KindAutomatic},
		{"away, of Lotus Notes, no field", person + "Subject: AUTO: Li is out of the office (returning Monday)\n\nx", KindAutomatic},
		{"words in two languages", person + "Subject: 自动回复(Auto Reply): 停电\n\n收到", KindAutomatic},
		{"words in brackets above the text", person + "In-Reply-To: <a@jxw.example>\nSubject: 回复：停电\n\n[自动回复] 您好，来件已收到，我会尽快查阅。", KindAutomatic},
		{"whoever left names who follows", person + "Subject: 离职通知：停电\n\n本人已离职，本邮件为系统自动回复，请勿回复。请联系李四。", KindAutomatic},
		{"left a firm that owes", person + "Subject: 离职：拖欠工资\n\n我已离职，公司拖欠工资，请尽快处理。", KindPerson},
		{"read, with the time between", person + "Subject: 阅读回执：停电\n\n您发送给 a@b.example 的邮件已于2026-03-02 11:12被对方阅读。", KindReceipt},
		{"read, with the subject between", person + "Subject: [已读]停电\n\n您发送的邮件“停电”已被收件人打开。", KindReceipt},
		{"read, says a citizen", person + "Subject: 已读回执\n\n您发送的邮件已被我阅读，我不同意，请重办。", KindPerson},
		{"mdaemon", "From: MDaemon@mx.example\nSubject: Permanent Delivery Failure\n\nThe attached message had PERMANENT fatal delivery errors.\nFailed address: a@b.example\n", KindBounce},
		{"delay, of Exchange in Chinese", "From: postmaster@corp.example\nSubject: 传递延迟: 停电\n\n尚未将邮件传递给这些收件人:\n\na@b.example\n\n服务器将在 1 天后放弃尝试传递。\n", KindBounce},
		{"attaches the fields of a report", person + "Subject: 请查原因\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n附件是退信\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n--b--\n", KindPerson},
		{"free form zh, the recipient within a sentence", "From: PostMaster@mail.example\nSubject: 您的邮件未送达\n\n失败收件人 li@b.example，被对方反垃圾系统拒收。", KindBounce},
		{"free form zh, no domain", "From: 系统退信 <noreply@mail.example>\nAuto-Submitted: auto-replied\nSubject: 退信:停电\n\n收件人地址 li@b.example 的域名无法解析。", KindBounce},
		{"free form zh", "From: PostMaster@mail.example\nSubject: 系统退信\n\n您发给 li@b.example 的邮件被退回，收件人不存在。", KindBounce},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire(tt.mail, eol))
				if l.Kind != tt.want {
					t.Errorf("kind %s (%v), want %s", l.Kind, l.Evidence, tt.want)
				}
				if l.Kind != KindPerson && len(l.Evidence) == 0 {
					t.Error("no evidence")
				}
			})
		}
	}
	if l := Parse([]byte(person + "X-Auto-Response-Suppress: OOF, AutoReply\n\nx")); !l.SuppressReply {
		t.Error("the wish for no answer was not read")
	}
	if l := Parse([]byte(person + "X-Auto-Response-Suppress: DR, RN\n\nx")); l.SuppressReply {
		t.Error("a wish for no receipts was taken for one for no answer")
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	const qmail = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program.\n\n<li@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 user unknown\n\n<wang@c.example>:\n552 Mailbox full\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <a@jxw.example>\nMessage-ID: <orig.1@jxw.example>\nTo: li@b.example\n\ntext\n"
	tests := []struct {
		name, mail string
		want       Report
	}{
		{
			"rfc 3464 with two recipients",
			"From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\nFinal-Recipient: rfc822; wang@c.example\nAction: delayed\nStatus: 4.4.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <orig.1@jxw.example>\nSubject: x\n--b--\n",
			Report{OriginalMessageID: "orig.1@jxw.example", Recipients: []Recipient{
				{Address: "li@b.example", Action: "failed", Status: "5.1.1", Code: "550", Diagnostic: "550 5.1.1 no such user", Permanent: true},
				{Address: "wang@c.example", Action: "delayed", Status: "4.4.1"},
			}},
		},
		{
			"the status before the recipient",
			"From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nDiagnostic-Code: smtp; 451 4.7.1 later\nStatus: 4.7.1\nFinal-Recipient: rfc822; li@b.example\nAction: failed\n--b--\n",
			Report{Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "4.7.1", Code: "451", Diagnostic: "451 4.7.1 later"}}},
		},
		{
			"full box is not for ever",
			"From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; li@b.example\nAction: failed\nStatus: 5.2.2\n--b--\n",
			Report{Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "5.2.2", MailboxFull: true}}},
		},
		{
			"qmail", qmail,
			Report{OriginalMessageID: "orig.1@jxw.example", Recipients: []Recipient{
				{Address: "li@b.example", Action: "failed", Status: "5.1.1", Code: "550", Diagnostic: "Remote host said: 550 5.1.1 user unknown", Permanent: true},
				{Address: "wang@c.example", Action: "failed", Status: "5.2.2", Code: "552", Diagnostic: "552 Mailbox full", MailboxFull: true},
			}},
		},
		{
			"exim",
			"From: Mailer-Daemon@mx.example\nX-Failed-Recipients: li@b.example\nSubject: Mail delivery failed: returning message to sender\n\nA message that you sent could not be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  li@b.example\n    No Such User Here\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-Id: <orig.1@jxw.example>\n",
			Report{OriginalMessageID: "orig.1@jxw.example", Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "5.1.1", Diagnostic: "No Such User Here", Permanent: true}}},
		},
		{
			"chinese provider",
			"From: Postmaster@mail.example\nTo: wsxf@jxw.example\nSubject: 系统退信/Systems bounce\nIn-Reply-To: <orig.1@jxw.example>\n\n很抱歉，您发送的邮件未能送达。\n收件人：li@b.example\n退信原因：对方邮箱已满\n",
			Report{OriginalMessageID: "orig.1@jxw.example", Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "5.2.2", Diagnostic: "退信原因：对方邮箱已满", MailboxFull: true}}},
		},
		{
			"chinese provider, user unknown",
			"From: mailer-daemon@mail.example\nTo: wsxf@jxw.example\nSubject: 退信通知\n\n您发往 li@b.example 的邮件被退回。\n对方服务器返回：550 User not found: li@b.example\n",
			Report{Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "5.1.1", Code: "550", Diagnostic: "对方服务器返回：550 User not found: li@b.example", Permanent: true}}},
		},
		{
			"two recipients, each before a code",
			"From: PostMaster@mail.example\nSubject: 系统退信\n\n您的邮件被退回：\nli@b.example：550 Mail content denied\nwang@c.example：550 5.1.1 Mailbox not found\n",
			Report{Recipients: []Recipient{
				{Address: "li@b.example", Action: "failed", Status: "5.7.1", Code: "550", Diagnostic: "li@b.example：550 Mail content denied", Permanent: true},
				{Address: "wang@c.example", Action: "failed", Status: "5.1.1", Code: "550", Diagnostic: "wang@c.example：550 5.1.1 Mailbox not found", Permanent: true},
			}},
		},
		{
			"a reason that speaks of the message",
			"From: Mailer-Daemon@mx.example\nSubject: Mail System Error - Returned Mail\n\nYour message was not delivered because the return address was refused.\n\nThe following recipients did not receive this message:\n\n     <li@b.example>\n",
			Report{Recipients: []Recipient{{Address: "li@b.example", Action: "failed", Status: "5.0.0", Permanent: true}}},
		},
		{
			"delay",
			"From: MAILER-DAEMON@mx.example\nSubject: Warning: message delayed 4 hours\n\nA message has not yet been delivered to:\n\n  li@b.example\n    Connection timed out\n",
			Report{Recipients: []Recipient{{Address: "li@b.example", Action: "delayed", Status: "4.4.7", Diagnostic: "Connection timed out"}}},
		},
	}
	for _, tt := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				l := Parse(wire(tt.mail, eol))
				if l.Report == nil {
					t.Fatalf("no report; kind %s", l.Kind)
				}
				got := *l.Report
				got.Original = ""
				ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".final" }, cmp.Ignore())
				if d := cmp.Diff(tt.want, got, ignore); d != "" {
					t.Error(d)
				}
			})
		}
	}
	if l := Parse([]byte(qmail)); !strings.Contains(l.Report.Original, "orig.1@jxw.example") {
		t.Errorf("original %q", l.Report.Original)
	}
}
