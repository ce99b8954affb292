package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func TestAttachmentsChosen(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		raw := withFile(t, o.compose(reply{from: "power@jxw.example", to: dispatch, text: "见附件。"}), "检修报告.txt", "变压器已更换")
		o.deliver("desk", raw)
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		if !strings.Contains(yi.l.Text, "检修报告.txt") {
			t.Errorf("the attachment is not offered:\n%s", yi.l.Text)
		}
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "附件 9"})
		yi = o.take("yi@jxw.example", "approval")
		o.take("yi@jxw.example", "transcript")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "附件 1"})
		o.take("bing@jxw.example", "approval")
		chosen := o.take("yi@jxw.example", "approval")
		o.take("yi@jxw.example", "transcript")
		// Choosing is not drafting: who chose may approve.
		answer := o.approve("yi@jxw.example", chosen, "bing@jxw.example")
		if len(answer.l.Attachments) != 1 || string(answer.l.Attachments[0].Data()) != "变压器已更换" {
			t.Errorf("the answer carries %v", answer.l.Attachments)
		}
	})
}

// withFile adds an attachment to a mail, as a client would.
func withFile(t *testing.T, raw []byte, name, content string) []byte {
	t.Helper()
	l := letter.Parse(raw)
	o := letter.Outgoing{From: l.From[0], To: l.To, Subject: l.Subject, MessageID: "file@client.example", InReplyTo: l.InReplyTo, References: l.References,
		Date: l.Date, Text: l.Text, Attachments: []letter.File{{Name: name, Type: "text/plain", Data: []byte(content)}}}
	out, err := o.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(stamp2(reply{from: l.From[0].Address}, l.Date)), out...)
}

func TestRecalledInTime(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) { s.Policy.Hold = 15 * time.Minute })
		yi, _ := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		transcript := o.take("yi@jxw.example", "transcript")
		goes := o.now.Add(15 * time.Minute).In(shanghai).Format("15:04")
		transcript.must(t, goes+" 按审定的内容发出", "此前回复“撤回”", "下一步：答复于", goes+" 发送给来信人")
		o.take("bing@jxw.example", "approval")
		o.state(1, petition.Approved)
		o.now = o.now.Add(10 * time.Minute)
		o.answer(reply{from: "yi@jxw.example", to: transcript, text: "撤回"})
		again := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.take("yi@jxw.example", "transcript")
		o.state(1, petition.Drafted)
		o.now = o.now.Add(time.Hour)
		o.settle()
		o.answer(reply{from: "yi@jxw.example", to: again, text: "批准"})
		late := o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.now = o.now.Add(time.Hour)
		o.settle()
		o.take(wang, "answer")
		o.answer(reply{from: "yi@jxw.example", to: late, text: "撤回"})
		o.take("yi@jxw.example", "transcript")
		o.state(1, petition.Answered)
		o.sound()
	})
}

func TestCallRegistered(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.answer(reply{from: "zhiban@jxw.example", text: "登记 主任信箱\n姓名：赵某\n联系电话：13800138000\n内容：来电反映小区停电两天。", bare: true})
		o.take("zhiban@jxw.example", "transcript")
		dispatch := o.take("power@jxw.example", "dispatch")
		if !strings.Contains(dispatch.l.Text, "来电反映小区停电两天") {
			t.Errorf("the call's words are missing:\n%s", dispatch.l.Text)
		}
		c := o.state(1, petition.Dispatched)
		if c.Sender != "" || c.Name != "赵某" || c.Phone != "13800138000" {
			t.Errorf("registered for %q %q %q", c.Sender, c.Name, c.Phone)
		}
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已电话答复来电人。"})
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("bing@jxw.example", "approval")
		// Nobody can be written to: the office hears that it must tell the citizen.
		o.take("jia@jxw.example", "alarm")
		o.take("yi@jxw.example", "transcript")
		o.state(1, petition.Answered)
	})
}

func TestExtensionAndAssistance(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		before := o.state(1, petition.Dispatched).Due
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "延期 3 需现场核查"})
		transcript := o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		asked := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: asked, text: "同意延期"})
		o.take("jia@jxw.example", "transcript")
		o.take("power@jxw.example", "dispatch")
		if after := o.state(1, petition.Dispatched).Due; after.Sub(before) != 3*24*time.Hour {
			t.Errorf("due moved from %v to %v", before, after)
		}
		o.answer(reply{from: "power@jxw.example", to: transcript, text: "协办 政策法规处 涉及补偿政策"})
		o.take("power@jxw.example", "transcript")
		help := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: help, text: "同意协办"})
		o.take("jia@jxw.example", "transcript")
		o.take("law@jxw.example", "assist")
	})
}

func TestUrgentLetter(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 10, 2, 3, 0, 0, 0, shanghai)
		o.person("director", wang, "王某", "停电引起爆炸", "变压器爆炸，有人受伤")
		o.take(wang, "receipt")
		report := o.take("fgld@jxw.example", "report")
		alarm := o.take("zhiban@jxw.example", "alarm")
		o.take("power@jxw.example", "dispatch")
		o.take("power-head@jxw.example", "dispatch")
		o.until(o.now.Add(70 * time.Minute))
		for i, at := range []string{"2026年10月2日 03:30", "2026年10月2日 04:00"} {
			for _, address := range []string{"zhiban@jxw.example", "power@jxw.example", "power-head@jxw.example"} {
				again := o.take(address, "alarm")
				if want := fmt.Sprintf("此前已告警 %d 次", i+1); !strings.Contains(again.l.Text, want) || !strings.Contains(again.l.Text, at) {
					t.Errorf("the alarm of %s does not say %q:\n%s", at, want, again.l.Text)
				}
			}
			o.take("fgld@jxw.example", "report").must(t, fmt.Sprintf("此前已报 %d 次", i+1))
		}
		o.answer(reply{from: "zhiban@jxw.example", to: alarm, text: "收到"})
		o.take("zhiban@jxw.example", "transcript")
		o.answer(reply{from: "fgld@jxw.example", to: report, text: "请电力处立即派员到场，妥善救治伤员。"})
		o.take("fgld@jxw.example", "transcript")
		passed := o.take("power@jxw.example", "dispatch")
		o.take("power-head@jxw.example", "dispatch")
		if !strings.Contains(passed.l.Text, "请电力处立即派员到场，妥善救治伤员。") {
			t.Errorf("the instruction is not passed on verbatim:\n%s", passed.l.Text)
		}
		o.until(o.now.Add(2 * time.Hour))
	})
}

func TestAccusedDivisionHearsNothing(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "举报电力处", "我举报电力处乱收停电复电费")
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 电力处"})
		refused := o.take("jia@jxw.example", "transcript")
		if !strings.Contains(refused.l.Text, "回避") {
			t.Errorf("transcript: %s", refused.l.Text)
		}
		o.answer(reply{from: "jia@jxw.example", to: refused, text: "分办 监察室"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.take("supervision@jxw.example", "dispatch")
		// The accused asks: the answer does not tell that there is such a case.
		o.answer(reply{from: "power@jxw.example", text: "查询 SFJX-2026-000001", bare: true})
		answer := o.take("power@jxw.example", "transcript")
		o.answer(reply{from: "power@jxw.example", text: "查询 SFJX-2026-000777", bare: true})
		nothing := o.take("power@jxw.example", "transcript")
		strip := func(m *mail) string { return strings.ReplaceAll(m.l.Text, "000777", "000001") }
		if strip(answer) != strip(nothing) {
			t.Errorf("a case that is hidden is told apart from none:\n%s\n%s", answer.l.Text, nothing.l.Text)
		}
	})
}

func TestBounceAndVacation(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "停电", "停电三天")
		receipt := o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		// A vacation notice is no opinion and gets no answer.
		raw := o.compose(reply{from: "power@jxw.example", to: dispatch, text: "我正在休假，下周处理。"})
		o.deliver("desk", append([]byte("Auto-Submitted: auto-replied\r\n"), raw...))
		o.state(1, petition.Dispatched)
		bounce := fmt.Sprintf("From: MAILER-DAEMON@mx.mail.example\r\nTo: wsxf@jxw.example\r\nSubject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n"+
			"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"+
			"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.mail.example\r\n\r\nFinal-Recipient: rfc822; wang@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"+
			"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n\r\n--b--\r\n", receipt.l.MessageID)
		o.deliver("desk", []byte(bounce))
		alarm := o.take("jia@jxw.example", "alarm")
		if !strings.Contains(alarm.l.Text, "wang@mail.example") {
			t.Errorf("the alarm does not say whose mail came back:\n%s", alarm.l.Text)
		}
		// The mail that came back has failed, and a person may send it again.
		err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error {
			row, err := tx.OutgoingByMessageID(receipt.l.MessageID)
			if err != nil {
				return err
			}
			if row.State != store.OutFailed || !strings.Contains(row.LastError, "5.1.1") {
				t.Errorf("the receipt is %s, %q", row.State, row.LastError)
			}
			return tx.RetryOutgoing(row.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		o.settle()
		if again := o.take(wang, "receipt"); again.l.MessageID != receipt.l.MessageID {
			t.Errorf("sent again as %s", again.l.MessageID)
		}
	})
}

func TestCitizenWithoutProof(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		// A rating or a withdrawal that nothing proves is confirmed at the
		// registered address.
		o.person("director", wang, "王某", "〔SFJX-2026-000001〕", "撤回")
		confirm := o.take(wang, "confirm")
		o.state(1, petition.Dispatched)
		o.answer(reply{from: wang, to: confirm, text: "确认", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.state(1, petition.Withdrawn)
		if told := o.take("power@jxw.example", "transcript"); !strings.Contains(told.l.Text, "来信人已撤回") {
			t.Errorf("the division hears:\n%s", told.l.Text)
		}
		o.until(o.now.Add(time.Hour))
		// Five wrong codes bring silence, the right one too.
		query := between(o.read[wang][0].l.Text, "查询码：")
		for range 5 {
			o.person("director", "guess@mail.example", "", "查询", "查询 1 0000000000")
		}
		o.person("director", "guess@mail.example", "", "查询", "查询 1 "+query)
		o.person("director", wang, "王某", "查询", "查询 1 "+query)
		o.take(wang, "status")
	})
}

func TestReceiptsAreCapped(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		for i := range 7 {
			o.person("consult", wang, "王某", fmt.Sprintf("咨询 %d", i), "请问第 "+fmt.Sprint(i)+" 个问题")
			o.take("jia@jxw.example", "triage")
		}
		for range 5 {
			o.take(wang, "receipt")
		}
		o.state(7, petition.Triage)
	})
}

func TestLettersThatCannotBeRead(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		for i, raw := range []string{"", "\x00\x01\x02", "no header at all", "From: x\r\n", "Subject: =?gb2312?B?xOO6\r\n\r\n\xff\xfe"} {
			o.deliver("consult", []byte(raw))
			o.take("jia@jxw.example", "triage")
			o.state(i+1, petition.Triage)
		}
	})
}

func TestNumbersAreMaskedOutsideTheOffice(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "停电", "停电三天，请致电13800138000，身份证11010519491231002X。")
		o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		for _, secret := range []string{"13800138000", "11010519491231002X"} {
			if strings.Contains(dispatch.l.Text, secret) {
				t.Errorf("%s is passed on:\n%s", secret, dispatch.l.Text)
			}
		}
		if !strings.Contains(dispatch.l.Text, "138****8000") {
			t.Errorf("the number is not recognisable:\n%s", dispatch.l.Text)
		}
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已恢复供电。"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.take("bing@jxw.example", "approval")
		if yi := o.take("yi@jxw.example", "approval"); !strings.Contains(yi.l.Text, "13800138000") {
			t.Errorf("the office does not see the letter as it came:\n%s", yi.l.Text)
		}
	})
}

func TestAnswerThatCannotBeDelivered(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.refuse = wang
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take("jia@jxw.example", "alarm")
		o.state(1, petition.Approved)
		// The office told the citizen by telephone, and closes the case.
		o.answer(reply{from: "jia@jxw.example", text: "结案 1", bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript")
		o.until(o.now.Add(time.Hour))
		o.state(1, petition.Archived)
	})
}

func TestPublished(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		var public []Published
		o.desk.publish = func(_ context.Context, items []Published, _ time.Time) error { public = items; return nil }
		o.person("director", wang, "王某", "停电", "我叫王建国，电话13800138000，小区停电三天，请尽快处理。")
		o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "王建国先生反映的变压器已更换。"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.approve("yi@jxw.example", yi, "bing@jxw.example")
		o.answer(reply{from: "yi@jxw.example", text: "公开 1", bare: true})
		confirm := o.take("yi@jxw.example", "confirm")
		for _, secret := range []string{"13800138000", "王建国"} {
			if strings.Contains(confirm.l.Text, secret) {
				t.Errorf("the preview shows %s:\n%s", secret, confirm.l.Text)
			}
		}
		if !strings.Contains(confirm.l.Text, "小区停电三天") {
			t.Errorf("the preview lacks the letter:\n%s", confirm.l.Text)
		}
		o.answer(reply{from: "yi@jxw.example", to: confirm, text: "确认"})
		o.take("yi@jxw.example", "transcript")
		o.until(o.now.Add(time.Minute))
		if len(public) != 1 || strings.Contains(public[0].Question+public[0].Answer, "王建国") || strings.Contains(public[0].Question, "13800138000") {
			t.Errorf("public: %+v", public)
		}
		o.answer(reply{from: "yi@jxw.example", text: "不公开 1", bare: true})
		o.answer(reply{from: "yi@jxw.example", to: o.take("yi@jxw.example", "confirm"), text: "确认"})
		o.take("yi@jxw.example", "transcript")
		o.until(o.now.Add(time.Minute))
		if len(public) != 0 {
			t.Errorf("still public: %+v", public)
		}
	})
}
