package desk

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Nobody can fill a person's mailbox in a stranger's hand: what claims to be from
// a liaison and proves nothing is answered a few times a day and then reported.
func TestFloodedLiaison(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"no command", "您好"}, {"no right", "批准 1"}, {"confirm of nothing", "确认"}, {"no such case", "签收 999"}, {"reading", "待办"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alone(t, nil, func(t *testing.T, o *office) {
				o.dispatched()
				from := len(o.sent)
				for range 8 {
					o.answer(reply{from: "power@jxw.example", text: tt.text, bare: true, plain: true})
				}
				to := 0
				for _, m := range o.sent[from:] {
					if m.l.To[0].Address == "power@jxw.example" {
						to++
					}
				}
				if to > 5 {
					t.Errorf("%d mails to the person who was impersonated", to)
				}
				// The person themselves is heard all the same.
				o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "dispatch"), text: "签收", plain: true})
				o.last("power@jxw.example", "transcript").must(t, "已签收")
			})
		})
	}
}

// An answering machine that does not say that it is one ends by itself.
func TestAnsweringMachine(t *testing.T) {
	for _, who := range []string{"power@jxw.example", "fgld@jxw.example", "zhiban@jxw.example"} {
		t.Run(who, func(t *testing.T) {
			alone(t, nil, func(t *testing.T, o *office) {
				o.person("director", wang, "王某", "停电 爆炸", "停电并发生爆炸。")
				o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "dispatch"), text: "经核查，已更换。"})
				o.person("consult", wang, "王某", "请问", "请问如何申请？")
				clearInboxes(o)
				o.answer(reply{from: who, text: "帮助", bare: true})
				rounds := 0
				for ; rounds < 80 && len(o.inboxes[who]) > 0; rounds++ {
					m := o.inboxes[who][0]
					o.inboxes[who] = o.inboxes[who][1:]
					o.answer(reply{from: who, to: m, text: "您的邮件已送达，我会尽快处理。"})
				}
				if rounds == 80 {
					t.Error("the two go on for ever")
				}
			})
		})
	}
}

// A machine that answers in many cases meets a limit of its own: the mail is kept,
// the office hears once, and an hour later the person is heard again.
func TestMachineOfManyCases(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		dispatch := o.dispatched()
		if err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error {
			for range hourlyPerson {
				if _, err := tx.Bump("handled", "power@jxw.example *", o.now.UTC().Format("2006-01-02T15")); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		}
		o.take("jia@jxw.example", "suspicious").must(t, "自动回复")
		o.take("zhiban@jxw.example", "suspicious")
		o.leftovers()
		o.now = o.now.Add(time.Hour)
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.last("power@jxw.example", "transcript").must(t, "已签收")
	})
}

// A report of a suspicious mail carries nothing by which it could be repeated,
// wherever the forger put it.
func TestReportRepeatsNothing(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		yi, _ := o.drafted()
		code := yi.code()
		low := strings.ToLower(strings.ReplaceAll(code, "-", ""))
		for _, from := range []string{
			`"` + code + ` =?utf-8?B?` + base64.StdEncoding.EncodeToString([]byte("批准")) + `?=" <yi@jxw.example>`,
			`=?utf-8?B?` + base64.StdEncoding.EncodeToString([]byte("批准 回执码："+code)) + `?= <yi@jxw.example>`,
			"<" + low + "@evil.example>", "<wsxf+" + low + "@jxw.example>",
			`"批准" <` + code + `@evil.example>`,
		} {
			o.serial++
			o.deliver("desk", []byte(fmt.Sprintf("Received: from evil.example by mx.jxw.example; Mon, 2 Mar 2026 09:00:00 +0800\r\nFrom: %s\r\nTo: wsxf@jxw.example\r\n"+
				"Subject: %s\r\nMessage-ID: <x%d@evil.example>\r\nIn-Reply-To: <%s>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n批准\r\n", from, code, o.serial, yi.l.MessageID)))
			report := o.take("jia@jxw.example", "suspicious")
			o.take("zhiban@jxw.example", "suspicious")
			report.mustNot(t, code, low, strings.ReplaceAll(code, "-", ""), "批准")
		}
		o.state(1, petition.Drafted)
	})
}
