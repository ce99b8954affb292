package desk

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// What cannot be named in an answer costs nobody their letter: it is registered,
// obeyed and answered like any other, the answer names no mail.
func TestUnfitMessageID(t *testing.T) {
	for name, id := range map[string]string{
		"comma": "<a,b@mail.example>", "blanks": "a b c", "chinese": "<编号1@mail.example>", "endless": "<" + strings.Repeat("a", 950) + "@mail.example>",
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, o *office) {
				mail := func(from, result, id, more, text string) []byte {
					return []byte("Authentication-Results: mx.jxw.example; " + result + "\r\nReceived: from mail.example by mx.jxw.example; " + o.now.Format(time.RFC1123Z) +
						"\r\nFrom: " + from + "\r\nTo: wsxf@jxw.example\r\nSubject: x\r\nMessage-ID: " + id + "\r\n" + more +
						"Date: Mon, 2 Mar 2026 09:00:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n")
				}
				o.deliver("director", mail(wang, "dmarc=none", id, "", "小区停电三天。"))
				receipt := o.take(wang, "receipt")
				if len(receipt.l.InReplyTo) != 0 {
					t.Errorf("the receipt answers %q", receipt.l.InReplyTo)
				}
				dispatch := o.take("power@jxw.example", "dispatch")
				o.deliver("desk", mail("power@jxw.example", "dmarc=pass header.from=jxw.example", id, "In-Reply-To: <"+dispatch.l.MessageID+">\r\n", "已恢复供电。"))
				o.take("power@jxw.example", "transcript")
				o.take(wang, "acceptance")
				yi := o.take("yi@jxw.example", "approval")
				o.take("bing@jxw.example", "approval")
				o.approve("yi@jxw.example", yi, "bing@jxw.example")
				// Without a code: held, and asked for.
				o.deliver("desk", mail("jia@jxw.example", "dmarc=pass header.from=jxw.example", id, "", "结案 1"))
				o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
				o.take("jia@jxw.example", "transcript")
				// From the registered address alone: held as well.
				o.deliver("director", mail(wang, "dmarc=none", id, "", "满意 SFJX-2026-000001"))
				o.take(wang, "confirm")
			})
		})
	}
}

// Who was registered by telephone has no address: a rating that shows the query
// code counts, and nothing is sent.
func TestRatedWithoutAnAddress(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.answer(reply{from: "zhiban@jxw.example", text: "登记 主任信箱\n姓名：赵某\n联系电话：13800138000\n内容：来电反映小区停电两天。", bare: true})
		o.take("zhiban@jxw.example", "transcript")
		o.take("power@jxw.example", "dispatch")
		var query string
		err := o.store.View(t.Context(), func(tx *store.Tx) (err error) {
			query, err = tx.QueryCode(petition.NewNumber("SFJX", 2026, 1))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"查询 SFJX-2026-000001 " + query, "满意 SFJX-2026-000001 " + query, "撤回 SFJX-2026-000001 " + query} {
			o.person("director", wang, "王某", "评价", text)
		}
		o.take("power@jxw.example", "transcript")
		o.state(1, petition.Withdrawn)
		// A review of what was never answered is a letter of its own, of somebody
		// without an address like the first.
		o.person("director", wang, "王某", "复查", "申请复查 SFJX-2026-000001 "+query+" 还没有来电")
		o.take("jia@jxw.example", "triage")
		if c := o.state(2, petition.Triage); c.Sender != "" {
			t.Errorf("the review is registered for %q", c.Sender)
		}
	})
}

// Who writes from an address in Chinese (RFC 6531) is answered there; whether a
// server takes such an address is for submission to find out.
func TestChineseAddress(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		const zhang = "张三@邮箱.example"
		o.person("director", zhang, "张三", "停电", "小区停电三天，没有人修。")
		receipt := o.take(zhang, "receipt")
		if len(receipt.l.To) != 1 || receipt.l.To[0].Address != zhang {
			t.Errorf("the receipt goes to %v", receipt.l.To)
		}
		o.take("power@jxw.example", "dispatch")
	})
}

// A person's letter that its provider marked as one of many becomes a case, but no
// program answers it (spec mail section 3); a mail of the kind that answers us is
// nobody's opinion.
func TestBulkLetter(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.deliver("director", []byte("From: <"+wang+">\r\nTo: director@jxw.example\r\nSubject: =?utf-8?B?5YGc55S1?=\r\nMessage-ID: <b1@mail.example>\r\nPrecedence: bulk\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+
			"我家小区停电三天，没有人修。\r\n"))
		dispatch := o.take("power@jxw.example", "dispatch")
		raw := "From: power@jxw.example\r\nTo: xfxt@jxw.example\r\nSubject: Re: dispatch\r\nMessage-ID: <b2@jxw.example>\r\nIn-Reply-To: <" + dispatch.l.MessageID + ">\r\nPrecedence: bulk\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
			"我在外地学习，十二月三日回来，急事请找老王。\r\n"
		o.deliver("desk", append([]byte(stamp2(reply{from: "power@jxw.example"}, o.now)), raw...))
		o.state(1, petition.Dispatched)
	})
}

// A file without a name is read where a mail has no other text, but nobody obeys it
// (spec mail section 5).
func TestCommandInNamelessFile(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		for i, part := range []string{
			"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment\r\n\r\n批准\r\n",
			"Content-Type: text/html; charset=utf-8\r\nContent-Disposition: attachment\r\n\r\n<p>批准</p>\r\n",
			"Content-Type: application/octet-stream\r\n\r\n批准\r\n\r\n审核员乙\r\n2026年3月2日\r\n",
			"Content-Type: application/rtf\r\n\r\n{\\rtf1\\ansi \\u25209?\\u20934?\\par}\r\n",
		} {
			raw := stamp2(reply{from: "yi@jxw.example"}, o.now) + "From: yi@jxw.example\r\nTo: wsxf@jxw.example\r\nSubject: Re: x\r\nMessage-ID: <n" + strconv.Itoa(i) + "@client.example>\r\nIn-Reply-To: <" + yi.l.MessageID + ">\r\n" +
				"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + part + "--b--\r\n"
			o.deliver("desk", []byte(raw))
			o.state(1, petition.Drafted)
		}
		clearInboxes(o)
	})
}
