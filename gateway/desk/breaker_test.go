package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// must and mustNot look for words in what a person reads.
func (m *mail) must(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(m.l.Subject+"\n"+m.l.Text, word) {
			t.Errorf("the %s lacks %q:\n%s", m.kind, word, m.l.Text)
		}
	}
}

func (m *mail) mustNot(t *testing.T, words ...string) {
	t.Helper()
	shown := m.shown()
	for _, word := range words {
		if strings.Contains(shown, word) {
			t.Errorf("the %s shows %q:\n%s", m.kind, word, m.l.Text)
		}
	}
}

// attached is a letter from outside with one attachment.
func (o *office) attached(box, from, name, subject, text, file, content string) []byte {
	o.t.Helper()
	o.serial++
	out := letter.Outgoing{From: letter.Address{Name: name, Address: from}, To: []letter.Address{{Address: box + "@jxw.example"}}, Subject: subject,
		MessageID: fmt.Sprintf("c%d@mail.example", o.serial), Date: o.now, Text: text}
	if file != "" {
		out.Attachments = []letter.File{{Name: file, Type: "application/octet-stream", Data: []byte(content)}}
	}
	raw, err := out.Bytes()
	if err != nil {
		o.t.Fatal(err)
	}
	return append([]byte("Received: from mail.example by mx.jxw.example; "+o.now.Format(time.RFC1123Z)+"\r\n"), raw...)
}

// A forged command that names a case which does not exist is reported like any
// other; it must not end on the list of failed letters.
func TestForgedCommandOnUnknownNumber(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.answer(reply{from: "yi@jxw.example", text: "批准 999", bare: true, plain: true})
		o.take("jia@jxw.example", "suspicious")
		o.take("zhiban@jxw.example", "suspicious")
	})
}

// A code typed behind the verb is about its own case, whatever mail is answered.
func TestTypedCodeOfAnotherCase(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.person("director", "li@mail.example", "李某", "停电", "我家也停电了，请恢复供电。")
		o.take("li@mail.example", "receipt")
		o.answer(reply{from: "power@jxw.example", to: o.take("power@jxw.example", "dispatch"), text: "经核查，线路已修复。"})
		o.take("power@jxw.example", "transcript")
		o.take("li@mail.example", "acceptance")
		second := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准 " + second.code()})
		o.state(1, petition.Drafted)
		o.state(2, petition.Drafted)
		confirm := o.take("yi@jxw.example", "confirm")
		confirm.must(t, "SFJX-2026-000002")
		o.answer(reply{from: "yi@jxw.example", to: confirm, text: "确认"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take("li@mail.example", "answer")
		o.state(1, petition.Drafted)
	})
}

// Codes do not travel on, in whatever way they were written.
func TestCodesStayBehind(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		code := dispatch.code()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "回执码 " + code + " 经核查，变压器已更换。\n" + code + "\n（" + strings.ToLower(code) + "）特此答复。"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		bing := o.take("bing@jxw.example", "approval")
		for _, m := range []*mail{yi, bing} {
			m.must(t, "经核查，变压器已更换。", "特此答复")
			m.mustNot(t, code, strings.ToLower(code))
		}
		o.approve("yi@jxw.example", yi, "bing@jxw.example").mustNot(t, code, strings.ToLower(code))
	})
}

// The query code is the citizen's alone: neither a supplement nor a letter that
// quotes the receipt shows it to the office.
func TestQueryCodeStaysWithTheCitizen(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		receipt := o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		query := between(receipt.l.Text, "查询码：")
		o.answer(reply{from: wang, to: receipt, text: "我的查询码：" + query + "，请问办得怎样？\n查询码 " + query, plain: true, box: "director"})
		o.take("power@jxw.example", "dispatch").mustNot(t, query)
		o.person("director", "li@mail.example", "李某", "停电", "邻居收到的回执写着查询码："+query+"，我家也停电")
		o.take("li@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch").mustNot(t, query)
		// A rating that shows the code is answered without it.
		o.person("consult", wang, "王某", "评价", "满意 1 "+query)
		o.take(wang, "transcript").mustNot(t, query)
	})
}

// A confidential case stays so in what follows: supplement, attachment names,
// and the letter that takes it up again.
func TestConfidentialToTheEnd(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		const li = "li.lei@mail.example"
		o.deliver("report", o.attached("jubao", li, "李雷某", "反映收费问题", "我叫李雷某，反映乱收费。", "李雷某举报材料.pdf", "%PDF-1.4"))
		receipt := o.take(li, "receipt")
		secret := o.take("supervision@jxw.example", "dispatch")
		secret.mustNot(t, "李雷某", li)
		o.answer(reply{from: li, to: receipt, text: "李雷某补充：我的邮箱是 Li.Lei@mail.example，请保密。", plain: true, box: "report"})
		more := o.take("supervision@jxw.example", "dispatch")
		more.must(t, "补充")
		more.mustNot(t, "李雷某", "Li.Lei@mail.example")
	})
}

func TestFollowUpOfConfidentialCaseStaysFromTheAccused(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "举报电力处", "我举报电力处乱收费")
		receipt := o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "分办 监察室"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.answer(reply{from: "supervision@jxw.example", to: o.take("supervision@jxw.example", "dispatch"), text: "经核查，收费已退还。"})
		o.take("supervision@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		answer := o.approve("yi@jxw.example", o.take("yi@jxw.example", "approval"), "bing@jxw.example")
		o.until(o.now.AddDate(0, 0, 9))
		o.state(1, petition.Archived)
		_ = receipt
		// The client quotes nothing.
		o.serial++
		out := letter.Outgoing{From: letter.Address{Address: wang}, To: answer.l.ReplyTo, Subject: "回复", MessageID: "again@mail.example", InReplyTo: []string{answer.l.MessageID},
			Date: o.now, Text: "他们报复我，又给我停电。"}
		raw, err := out.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		o.deliver("director", raw)
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
		c := o.state(2, petition.Triage)
		if !c.Confidential || len(c.Accused) != 1 {
			t.Errorf("the follow-up forgets: confidential %v, accused %v", c.Confidential, c.Accused)
		}
	})
}

// What a citizen adds reaches whoever works on the case, attachments too.
func TestSupplementBringsItsAttachments(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		_ = dispatch
		o.deliver("director", o.attached("zhuren", wang, "王某", "补充〔SFJX-2026-000001〕", "补充照片一张。", "变压器.jpg", "\xff\xd8\xff\xe0照片"))
		more := o.take("power@jxw.example", "dispatch")
		found := false
		for _, a := range more.l.Attachments {
			found = found || a.Name == "变压器.jpg"
		}
		if !found {
			t.Errorf("the picture is missing:\n%s", more.l.Text)
		}
	})
}

// The same Message-ID and text with other attachments is not the same letter.
func TestSameTextOtherAttachments(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.deliver("consult", o.attached("zixun", wang, "王某", "材料", "", "甲.jpg", "one"))
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
		o.serial--
		o.deliver("consult", o.attached("zixun", wang, "王某", "材料", "", "乙.jpg", "two"))
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
		o.state(2, petition.Triage)
	})
}

// A letter that a rule made confidential is still one letter in two boxes.
func TestTwoBoxesConfidentialByRule(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		for _, box := range []string{"director", "consult"} {
			o.serial = 700
			o.person(box, wang, "王某", "举报电力处", "我举报电力处乱收费")
		}
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
	})
}

func TestMergeNeedsATarget(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("consult", wang, "王某", "咨询备案", "请问如何备案？")
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "并案 999"})
		transcript := o.take("jia@jxw.example", "transcript")
		transcript.must(t, "1 处错误")
		o.state(1, petition.Triage)
		o.person("consult", wang, "王某", "再问备案", "请问备案要什么材料？")
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "jia@jxw.example", to: transcript, text: "并案 2"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "notice").must(t, "并案办理告知")
		o.state(1, petition.Merged)
		o.state(2, petition.Triage)
	})
}

// A review is asked for after the answer and within its days; what comes at
// another time is a letter all the same.
func TestReviewWindow(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
		receipt := o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: wang, to: receipt, text: "申请复查 至今没有人来修", plain: true, box: "director"})
		o.take(wang, "transcript").must(t, "还没有答复")
		o.take("power@jxw.example", "dispatch").must(t, "至今没有人来修")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已更换。"})
		o.take(wang, "acceptance")
		o.take("power@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		answer := o.approve("yi@jxw.example", o.take("yi@jxw.example", "approval"), "bing@jxw.example")
		o.now = o.now.AddDate(0, 0, 10)
		o.answer(reply{from: wang, to: answer, text: "申请复查 仍然停电", plain: true, box: "director"})
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch").must(t, "前件：SFJX-2026-000001（来信人申请复查）")
		if c := o.state(2, petition.Dispatched); !c.Review || c.Follows != "SFJX-2026-000001" {
			t.Errorf("review %v of %q", c.Review, c.Follows)
		}
		clearInboxes(o)
		o.now = o.now.AddDate(0, 0, 40)
		o.answer(reply{from: wang, to: answer, text: "申请复查 还是停电", plain: true, box: "director"})
		if c := o.state(3, petition.Dispatched); c.Review || c.Follows != "SFJX-2026-000001" {
			t.Errorf("past its days: review %v, follows %q", c.Review, c.Follows)
		}
		o.last("power@jxw.example", "dispatch").must(t, "前件：SFJX-2026-000001（来信人再次来信）")
		clearInboxes(o)
	})
}

// A review that had to be confirmed keeps the words it was asked for with.
func TestConfirmedReviewKeepsItsWords(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		o.approve("yi@jxw.example", yi, "bing@jxw.example")
		o.person("director", wang, "王某", "〔SFJX-2026-000001〕", "申请复查 答复与事实不符，小区仍在停电")
		confirm := o.take(wang, "confirm")
		o.answer(reply{from: wang, to: confirm, text: "确认", plain: true, box: "director"})
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch").must(t, "答复与事实不符")
	})
}

// Who answers the request for confirmation with other words is heard.
func TestConfirmationAnsweredOtherwise(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.person("director", wang, "王某", "〔SFJX-2026-000001〕", "撤回")
		confirm := o.take(wang, "confirm")
		o.answer(reply{from: wang, to: confirm, text: "确认书我没有收到，撤回不是我写的。", plain: true, box: "director"})
		o.take("power@jxw.example", "dispatch").must(t, "撤回不是我写的")
		o.state(1, petition.Dispatched)
	})
}

// Mails about bounced mails do not breed.
func TestBouncesEnd(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Policy.Roster.Office = append(s.Policy.Roster.Office, petition.Member{Person: petition.Person{Name: "受理员丁", Address: "ding@jxw.example"}, Roles: []petition.Role{petition.RoleHandler}})
		})
		o.person("director", wang, "王某", "停电", "停电三天")
		sent := 0
		for range 40 {
			items := claimAll(t, o.store, o.now)
			for _, item := range items {
				sent++
				results := []store.RecipientResult{}
				for _, to := range item.To {
					results = append(results, store.RecipientResult{Address: to, State: store.RecipientFailed, Code: 550, Text: "no such user"})
				}
				if err := o.store.Note(t.Context(), item.ID, store.Outcome{State: store.OutFailed, Recipients: results, At: o.now}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := o.desk.Tick(t.Context(), o.now); err != nil {
				t.Fatal(err)
			}
			if len(items) == 0 {
				break
			}
		}
		if sent > 20 {
			t.Errorf("%d mails about mails that do not arrive", sent)
		}
	})
}

// An automatic mail that the office makes a case of gets no receipt.
func TestRegisteredAutomaticMailGetsNoReceipt(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		raw := o.attached("zhuren", "robot@shop.example", "", "通知", "请查收电费通知。", "", "")
		o.deliver("director", append([]byte("Auto-Submitted: auto-generated\r\n"), raw...))
		var id int64
		if err := o.store.View(t.Context(), func(tx *store.Tx) error {
			list, err := tx.ListLetters(store.LetterFilter{Unregistered: true})
			if err == nil && len(list) == 1 {
				id = list[0].ID
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.RegisterLetter(t.Context(), id, o.now); err != nil {
			t.Fatal(err)
		}
		o.settle()
		o.take("jia@jxw.example", "triage")
	})
}

// A liaison's answer that lands in the box of the web form is heard, even when
// it holds labelled lines.
func TestLiaisonAnswersToTheFormsBox(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "办理情况如下。\n联系电话：12345678\n内容：变压器已更换。", box: "portal"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.state(1, petition.Drafted)
	})
}

// The sentences of the law's clocks are about the law's clocks.
func TestLawClocksSayWhatTheyMean(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("consult", wang, "王某", "咨询备案", "请问如何备案？")
		o.take(wang, "receipt")
		o.take("jia@jxw.example", "triage")
		o.until(o.now.AddDate(0, 0, 13))
		box := o.inboxes["jia@jxw.example"]
		last := box[len(box)-1]
		last.must(t, "法定期限")
		last.mustNot(t, "24 小时")
		clearInboxes(o)
		o.answer(reply{from: "jia@jxw.example", text: "分办 1 法规", bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.until(o.now.AddDate(0, 0, 62))
		box = o.inboxes["jia@jxw.example"]
		var law *mail
		for _, m := range box {
			if m.kind == "alarm" {
				law = m
			}
		}
		if law == nil {
			t.Fatal("the law's limit passed in silence")
		}
		law.must(t, "答复")
		law.mustNot(t, "未受理")
		clearInboxes(o)
	})
}

// A stranger with a number in the subject gets a case of his own, and the office
// hears of the possible relation.
func TestNumberOfAnotherCaseIsTold(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.dispatched()
		o.person("consult", "other@mail.example", "", "停电〔SFJX-2026-000001〕", "我也停电了")
		o.take("other@mail.example", "receipt")
		o.take("jia@jxw.example", "alarm").must(t, "SFJX-2026-000001", "SFJX-2026-000002")
		o.take("power@jxw.example", "dispatch")
		if c := o.state(2, petition.Dispatched); c.Related != "SFJX-2026-000001" {
			t.Errorf("related to %q", c.Related)
		}
	})
}

// Words that begin like a rating are read while there is nothing to rate.
func TestComplaintThatBeginsLikeARating(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修。")
		receipt := o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: wang, to: receipt, text: "不满意，三天了还没有人来修。", plain: true, box: "director"})
		o.take("power@jxw.example", "dispatch").must(t, "三天了还没有人来修")
	})
}

// Somebody of the roster may also be a citizen: in the thread of their own
// petition they are.
func TestPetitionerFromTheRoster(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		const economy = "economy@jxw.example"
		text := "姓名：钱某\n联系电话：13800138000\n电子邮箱：" + economy + "\n标题：停电\n内容：我家停电两天了。"
		o.person("portal", "web@jxw-portal.example", "", "公众诉求", text)
		receipt := o.take(economy, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: economy, to: receipt, text: "还没有恢复。"})
		o.take("power@jxw.example", "dispatch").must(t, "还没有恢复")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "已恢复。"})
		o.take(economy, "acceptance")
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: economy, to: o.take(economy, "answer"), text: "满意"})
		o.take(economy, "transcript")
		if c := o.state(1, petition.Archived); c.Rating != "满意" {
			t.Errorf("rated %q", c.Rating)
		}
	})
}

// A box that is rebuilt, restored and rebuilt again registers nothing twice and
// sets nothing aside.
func TestPlacesThatComeBack(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		first := o.attached("zixun", wang, "王某", "咨询甲", "请问甲事如何办理？", "", "")
		second := o.attached("zixun", wang, "王某", "咨询乙", "请问乙事如何办理？", "", "")
		put := func(validity, uid uint32, raw []byte) {
			t.Helper()
			durable, err := o.desk.Receive(t.Context(), []Incoming{{Box: "consult", UIDValidity: validity, UID: uid, Arrived: o.now, Raw: raw}}, o.now)
			if err != nil || !durable[0] {
				t.Fatalf("durable %v, %v", durable, err)
			}
		}
		put(1, 5, first)
		put(1, 6, second)
		put(2, 5, first)  // the box was rebuilt
		put(2, 6, second) //
		put(1, 5, second) // and a backup put back, in another order
		put(1, 6, first)
		put(2, 5, second)
		put(2, 6, first)
		o.settle()
		if err := o.store.View(t.Context(), func(tx *store.Tx) error {
			failed, err := tx.FailedLetters()
			if len(failed) > 0 {
				t.Errorf("set aside: %s", failed[0].Reason)
			}
			cases, _ := tx.ListCases(store.CaseFilter{})
			if len(cases) != 2 {
				t.Errorf("%d cases", len(cases))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		clearInboxes(o)
	})
}

// A chase names the limit that it is about.
func TestChasesNameTheirLimit(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.drafted()
		o.until(time.Date(2026, 3, 3, 18, 0, 0, 0, shanghai))
		o.take("yi@jxw.example", "chase").must(t, "审核已逾期", "2026年3月3日")
		o.take("bing@jxw.example", "chase")
	})
}

// A leader has as long for a draft as its first approvers had, and the chase
// names the limit that the leader was given.
func TestLimitOfSubmittedDraft(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		yi.must(t, "审核时限：2026年3月3日")
		o.until(time.Date(2026, 3, 3, 9, 0, 0, 0, shanghai))
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "呈报 分管领导 请审签"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval").must(t, "已有决定")
		o.take("fgld@jxw.example", "approval").must(t, "审核时限：2026年3月4日")
		o.until(time.Date(2026, 3, 4, 18, 0, 0, 0, shanghai))
		o.take("fgld@jxw.example", "chase").must(t, "审核已逾期", "2026年3月4日")
	})
}

// A draft that lies with a leader is chased with the leader.
func TestSubmittedDraft(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) { s.Policy.Hold = time.Hour })
		yi, bing := o.drafted()
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "呈报 分管领导 请审签"})
		o.take("yi@jxw.example", "transcript").must(t, "下一步：等待分管领导审签")
		o.take("fgld@jxw.example", "approval")
		// The other approver's code is void, and they hear why.
		told := o.take("bing@jxw.example", "approval")
		told.must(t, "已由审核员乙于", "呈报分管领导审签", "您不必再办")
		o.answer(reply{from: "bing@jxw.example", to: bing, text: "批准"})
		o.take("bing@jxw.example", "transcript").must(t, "未办：", "已呈报分管领导审签", "下一步：等待分管领导审签")
		o.until(time.Date(2026, 3, 3, 18, 0, 0, 0, shanghai))
		chase := o.take("fgld@jxw.example", "chase")
		o.answer(reply{from: "fgld@jxw.example", to: chase, text: "批准"})
		o.take("fgld@jxw.example", "transcript")
		o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", text: "撤回 1", bare: true})
		o.answer(reply{from: "yi@jxw.example", to: o.take("yi@jxw.example", "confirm"), text: "确认"})
		o.take("yi@jxw.example", "transcript")
		again := o.take("fgld@jxw.example", "approval")
		o.answer(reply{from: "fgld@jxw.example", to: again, text: "批准"})
		o.take("fgld@jxw.example", "transcript")
		o.state(1, petition.Approved)
		o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.now = o.now.Add(2 * time.Hour)
		o.settle()
		o.take(wang, "answer")
		o.sound()
	})
}

// A command that was sent to two boxes at once counts once.
func TestCommandToTwoBoxes(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		raw := o.compose(reply{from: "power@jxw.example", to: dispatch, text: "经核查，变压器已更换。"})
		o.deliver("desk", raw)
		o.deliver("director", append([]byte("X-Copy: 1\r\n"), raw...))
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		if c := o.state(1, petition.Drafted); len(c.Opinions) != 1 || len(c.Drafts) != 1 {
			t.Errorf("%d opinions, %d drafts", len(c.Opinions), len(c.Drafts))
		}
	})
}

// A forgery seen before does not swallow the genuine mail.
func TestForgeryFirst(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		genuine := o.compose(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		forged := o.compose(reply{from: "yi@jxw.example", to: yi, text: "批准", plain: true})
		forged = []byte(strings.ReplaceAll(string(forged), fmt.Sprintf("m%d@client.example", o.serial), fmt.Sprintf("m%d@client.example", o.serial-1)))
		o.deliver("director", forged)
		o.take("jia@jxw.example", "suspicious")
		o.take("zhiban@jxw.example", "suspicious")
		o.deliver("desk", genuine)
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take(wang, "answer")
	})
}

// The confirmation of a person with several posts needs the proofs of the post
// that the order was given in.
func TestConfirmedInTheSamePost(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Policy.Roster.Divisions[1].Liaisons = append(s.Policy.Roster.Divisions[1].Liaisons, petition.Person{Name: "审核员乙", Address: "yi@jxw.example"})
		})
		o.drafted()
		o.answer(reply{from: "yi@jxw.example", text: "批准 1", bare: true})
		confirm := o.take("yi@jxw.example", "confirm")
		o.answer(reply{from: "yi@jxw.example", to: confirm, text: "确认", plain: true})
		o.state(1, petition.Drafted)
		clearInboxes(o)
		o.sound()
	})
}

// A wish for help dies with the division that had it.
func TestHelpEndsWithItsLead(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "协办 政策法规处 涉及补偿政策"})
		back := o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")
		o.take("jia@jxw.example", "triage")
		o.answer(reply{from: "power@jxw.example", to: back, text: "退回 不属我处职责"})
		o.take("power@jxw.example", "transcript")
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "triage"), text: "分办 经济运行处"})
		o.take("jia@jxw.example", "transcript")
		o.answer(reply{from: "economy@jxw.example", to: o.take("economy@jxw.example", "dispatch"), text: "协办 监察室 请核实"})
		o.take("economy@jxw.example", "transcript")
		o.take("jia@jxw.example", "triage").must(t, "监察室")
	})
}

// Who is not on shift has no look into the register.
func TestDutyOfficerOffShift(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Policy.Roster.Duty = append(s.Policy.Roster.Duty, petition.Person{Name: "值班员戊", Address: "wu@jxw.example"})
		})
		o.dispatched()
		for _, who := range []string{"zhiban@jxw.example", "wu@jxw.example"} {
			o.answer(reply{from: who, text: "查询 1", bare: true})
			m := o.take(who, "transcript")
			if on := who == "zhiban@jxw.example"; strings.Contains(m.l.Text, "小区连续停电三天") != on {
				t.Errorf("on shift %v:\n%s", on, m.l.Text)
			}
		}
		o.sound()
	})
}
