package desk

import (
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
)

// Who answers a mail to the office without being of the office, because they
// left it or were handed the mail, writes no petition: what they quote must not
// reach the division that a confidential letter accuses, nor may their word count.
func TestAnswerOfAFormerMember(t *testing.T) {
	tests := []struct {
		name  string
		reply func(o *office, dispatch *mail) reply
	}{
		{"who left", func(_ *office, dispatch *mail) reply {
			return reply{from: "supervision@jxw.example", to: dispatch, text: "小区停电的事请尽快处理。"}
		}},
		{"whom it was handed on to, by a code that is dead", func(o *office, dispatch *mail) reply {
			o.answer(reply{from: "supervision@jxw.example", to: dispatch, text: "退回 不属我处职责"})
			o.take("supervision@jxw.example", "transcript")
			o.take("jia@jxw.example", "triage")
			o.take(wang, "acceptance")
			return reply{from: "li@mail.example", to: dispatch, text: "小区停电的事请尽快处理。"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			story(t, func(t *testing.T, o *office) {
				o.person("report", wang, "王翀", "举报电力处停电乱收费", "我叫王翀，举报电力处停电时乱收费。")
				o.take(wang, "receipt")
				dispatch := o.take("supervision@jxw.example", "dispatch")
				r := tt.reply(o, dispatch)
				before := *o.desk.settings.Load()
				after := before
				after.Policy.Roster.Divisions = slices.Clone(after.Policy.Roster.Divisions)
				d := &after.Policy.Roster.Divisions[3]
				d.Liaisons = []petition.Person{{Name: "监察室新联络员", Address: "new@jxw.example"}}
				o.desk.Configure(after)
				o.answer(r)
				m := o.take("jia@jxw.example", "suspicious")
				m.must(t, "发件地址不在名册中")
				if m.number != "SFJX-2026-000001" || strings.Contains(m.shown(), "停电的事") {
					t.Errorf("the office is told of %q:\n%s", m.number, m.l.Text)
				}
				o.desk.Configure(before)
			})
		})
	}
}

// Whoever answers a mail to the office that speaks of no case is no citizen
// either; but what is written to the office without answering anything is heard.
func TestStrangerAnswersTheDigest(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.answer(reply{from: "fgld@jxw.example", text: "待办", bare: true})
		todo := o.take("fgld@jxw.example", "transcript")
		o.answer(reply{from: "li@mail.example", to: todo, text: "小区停电三天。", plain: true})
		for _, who := range []string{"jia@jxw.example", "zhiban@jxw.example"} {
			o.take(who, "suspicious")
		}
		o.answer(reply{from: "li@mail.example", text: "小区停电三天。", plain: true, bare: true})
		receipt := o.take("li@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		// A citizen's own mails are theirs, and those to whom they show them.
		o.answer(reply{from: "li@mail.example", to: receipt, text: "又停了一次。", plain: true})
		o.take("power@jxw.example", "dispatch")
	})
}
