package desk

import (
	"strings"
	"testing"
	"time"
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
