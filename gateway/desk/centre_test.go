package desk

import (
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// outOfOrder raises an alarm of the office itself: no SMTP server takes mail. The
// information centre and the duty officer hear of it.
func (o *office) outOfOrder() (centre, duty *mail) {
	o.t.Helper()
	since := o.now
	for range 2 {
		if err := o.desk.Sending(o.t.Context(), []Sender{{Since: since, Error: "connection refused"}}, o.now); err != nil {
			o.t.Fatal(err)
		}
		o.settle()
		o.now = o.now.Add(30 * time.Minute)
	}
	return o.take("xxzx@jxw.example", "alarm"), o.take("zhiban@jxw.example", "alarm")
}

// TestCentreAnswersAlarms: what the information centre answers to an alarm is on
// record, where the duty officer finds it, and suspicious to nobody. It may do
// no more, and a machine of its own gets no answer to our answers.
func TestCentreAnswersAlarms(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		alarm, _ := o.outOfOrder()
		o.answer(reply{from: "xxzx@jxw.example", to: alarm, text: "收到"})
		o.take("xxzx@jxw.example", "transcript").must(t, "“收到”", "已记录")
		o.answer(reply{from: "xxzx@jxw.example", to: alarm, text: "已重启发信服务器，正在观察。"})
		done := o.take("xxzx@jxw.example", "transcript")
		o.answer(reply{from: "xxzx@jxw.example", to: done, text: "工单 4711 已关闭"})
		o.leftovers()
		found := o.lines("信息中心答复")
		if len(found) != 3 || !strings.Contains(found[1].Text, "已重启发信服务器") || found[1].Actor.Name != "信息中心" || found[1].Actor.Role != petition.RoleCentre {
			t.Errorf("on record are %+v", found)
		}
		o.answer(reply{from: "xxzx@jxw.example", to: alarm, text: "批准 1"})
		o.take("xxzx@jxw.example", "transcript").must(t, "1 处错误", "没有办理此事项的权限")
		if found := o.lines("信息中心答复"); len(found) != 3 {
			t.Errorf("a command is on record: %+v", found)
		}
		// Somebody else who answers the alarm is no information centre.
		o.answer(reply{from: "helper@jxw.example", to: alarm, text: "收到"})
		o.take("jia@jxw.example", "suspicious")
		o.take("zhiban@jxw.example", "suspicious")
		// What answers nothing of ours is a letter, as from anybody.
		o.answer(reply{from: "xxzx@jxw.example", text: "小区停电三天了", bare: true, subject: "停电"})
		o.take("xxzx@jxw.example", "receipt")
		o.take("power@jxw.example", "dispatch")
	})
}

// TestCentreAnswersOfACase: an answer to the alarm about a case lies with it, and
// shows the information centre nothing of it.
func TestCentreAnswersOfACase(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := notifying(t, open(t), "notify: [centre]")
		o.person("director", wang, "王某", "小区停电三天", "手机 13800138000")
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "xxzx@jxw.example", to: o.take("xxzx@jxw.example", "alarm"), text: "已转机房核查"})
		said := o.take("xxzx@jxw.example", "transcript")
		said.must(t, "〔SFJX-2026-000001〕", "已记录")
		said.mustNot(t, "小区停电", "回执码", "电力处")
		o.lies(1, store.KindLetter, store.KindCommand)
		o.sound()
	})
}

// TestCentreEndsItsAnswers: a ticket machine at the information centre that
// answers the alarm for ever is not answered for ever.
func TestCentreEndsItsAnswers(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		alarm, _ := o.outOfOrder()
		for range 30 {
			o.answer(reply{from: "xxzx@jxw.example", to: alarm, text: "您的工单已受理"})
		}
		if n := len(o.inboxes["xxzx@jxw.example"]); n == 0 || n > hourlyOther {
			t.Errorf("%d answers", n)
		}
		if n := len(o.lines("信息中心答复")); n == 0 || n > hourlyCase {
			t.Errorf("%d lines", n)
		}
		o.inboxes = map[string][]*mail{}
	})
}

// TestSignedAlarmOfTheOffice: any addressee of an alarm signs for it (spec mail
// section 4), of one that is about no case as well.
func TestSignedAlarmOfTheOffice(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		_, duty := o.outOfOrder()
		o.answer(reply{from: "zhiban@jxw.example", to: duty, text: "收到"})
		o.take("zhiban@jxw.example", "transcript").must(t, "已知悉")
		if found := o.lines("已知悉"); len(found) != 1 || found[0].Actor.Name != "值班员" || found[0].Kind != petition.EvNoted {
			t.Errorf("on record are %+v", found)
		}
		// Without the alarm nobody knows what was meant, and nobody can vouch for it unproven.
		o.answer(reply{from: "zhiban@jxw.example", text: "收到", bare: true})
		o.take("zhiban@jxw.example", "transcript").must(t, "没有写明是哪一件来信")
		o.answer(reply{from: "zhiban@jxw.example", to: duty, text: "收到", plain: true})
		o.take("jia@jxw.example", "suspicious")
		o.take("zhiban@jxw.example", "suspicious")
		o.unregistered(store.KindCommand, 3)
	})
}

// unregistered counts the letters of a kind that lie with no case.
func (o *office) unregistered(kind store.LetterKind, want int) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		letters, err := tx.ListLetters(store.LetterFilter{Unregistered: true, Kinds: []store.LetterKind{kind}})
		if len(letters) != want {
			o.t.Errorf("%d letters of kind %s lie with no case, want %d", len(letters), kind, want)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
