package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// last is the newest mail of a kind that somebody was sent, read or not.
func (o *office) last(address, kind string) *mail {
	o.t.Helper()
	for i := len(o.sent) - 1; i >= 0; i-- {
		m := o.sent[i]
		if m.kind == kind && len(m.l.To) > 0 && petition.SameAddress(m.l.To[0].Address, address) {
			return m
		}
	}
	o.t.Fatalf("%s was never sent a %s", address, kind)
	return nil
}

// An accusation never reaches the accused (clause C14), whatever posts they hold
// besides: here the accused division's liaison has the duty, and its head is the
// deputy leader. Every mail of the case's whole life is looked at: an urgent
// letter, triage, dispatch, the repeated alarm, every chase, a month of digests,
// the assessment, supplement, answer, and the close.
func TestAccusationNeverReachesTheAccused(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Books = true
			s.Policy.Roster.Duty = []petition.Person{{Name: "电力处联络员", Address: "power@jxw.example"}}
			s.Shifts[0].People = []string{"power@jxw.example"}
			s.Policy.Roster.Leaders[0].Person = petition.Person{Name: "电力处负责人", Address: "power-head@jxw.example"}
		})
		o.now = time.Date(2026, 3, 20, 9, 0, 0, 0, shanghai)
		o.person("director", wang, "王某某", "举报电力处私分复电费", "我举报电力处，变电站爆炸以后乱收费。我叫王某某。")
		o.until(o.now.Add(2 * time.Hour)) // alarms repeat
		o.answer(reply{from: "jia@jxw.example", to: o.last("jia@jxw.example", "alarm"), text: "收到"})
		o.answer(reply{from: "jia@jxw.example", to: o.last("jia@jxw.example", "triage"), text: "分办 监察室 1 工作日"})
		o.until(o.now.AddDate(0, 0, 13)) // every chase, digests, the month's assessment
		o.state(1, petition.Dispatched)
		o.answer(reply{from: wang, to: o.last(wang, "receipt"), text: "补充：收费单据在我手里。", plain: true, box: "director"})
		o.answer(reply{from: "zyld@jxw.example", to: o.last("zyld@jxw.example", "chase"), text: "批示\n请监察室抓紧核查。"})
		o.answer(reply{from: "supervision@jxw.example", to: o.last("supervision@jxw.example", "dispatch"), text: "经核查，多收的费用已退还。"})
		o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "批准"})
		o.until(o.now.AddDate(0, 0, 9))
		o.state(1, petition.Archived)
		kinds, reached := map[string]bool{}, 0
		for _, m := range o.sent {
			kinds[m.kind] = true
			to := m.l.To[0].Address
			if !strings.HasPrefix(to, "power") {
				continue
			}
			reached++
			shown := m.shown()
			for _, word := range []string{"SFJX-2026-000001", "王某某", wang, "私分复电费", "监察室抓紧"} {
				if strings.Contains(shown, word) || m.number != "" {
					t.Errorf("%s to %s shows %q: %s\n%s", m.kind, to, word, m.l.Subject, m.l.Text)
					break
				}
			}
		}
		for _, kind := range []string{"receipt", "triage", "alarm", "dispatch", "chase", "digest", "assessment", "approval", "answer", "acceptance", "transcript"} {
			if !kinds[kind] {
				t.Errorf("the life had no %s", kind)
			}
		}
		if reached == 0 {
			t.Error("the accused got no mail at all, so that nothing was tried")
		}
		clear(o.inboxes)
		o.sound()
	})
}

// Mass letters are merged on the office's word and answered once; the others'
// writers hear where theirs went.
func TestMassLettersMerged(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.residents(3)
		told := o.take("jia@jxw.example", "triage")
		told.must(t, "3 位来信人", "并案 SFJX-2026-000001")
		o.answer(reply{from: "jia@jxw.example", to: told, text: "并案 SFJX-2026-000001"})
		o.take("jia@jxw.example", "transcript")
		notice := o.take("resident2@mail.example", "notice")
		notice.must(t, "并案办理告知", "与其他来信反映的是同一事项")
		notice.mustNot(t, "SFJX-2026-000001", "resident0")
		if c := o.state(3, petition.Merged); c.MergedInto != "SFJX-2026-000001" {
			t.Errorf("merged into %q", c.MergedInto)
		}
		o.take("power@jxw.example", "transcript").must(t, "SFJX-2026-000001")
		o.state(1, petition.Dispatched)
		o.state(2, petition.Dispatched)
		// Whoever asks what came of it reaches the office.
		o.answer(reply{from: "resident2@mail.example", to: notice, text: "请问办理结果如何？", plain: true, box: "director"})
		o.take("resident2@mail.example", "receipt")
		o.take("jia@jxw.example", "triage").must(t, "SFJX-2026-000003 再次来信", "请问办理结果如何？")
	})
}

// A letter that was merged into another writer's can be taken up again: the other
// letter's answer goes to its own writer only.
func TestMergedIsReopened(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.residents(2)
		o.answer(reply{from: "jia@jxw.example", text: "并案 2 1"})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript").must(t, "只发给该件的来信人", "重办 SFJX-2026-000002 理由")
		o.take("resident1@mail.example", "notice")
		o.take("power@jxw.example", "transcript")
		o.state(2, petition.Merged)
		o.answer(reply{from: "jia@jxw.example", text: "重办 2 来信人要求单独答复"})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		o.take("jia@jxw.example", "transcript").must(t, "办理中")
		if c := o.state(2, petition.Dispatched); c.MergedInto != "" {
			t.Errorf("merged into %q", c.MergedInto)
		}
		again := o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "power@jxw.example", to: again, text: "变压器已经更换。"})
		o.take("power@jxw.example", "transcript")
		o.take("resident1@mail.example", "acceptance")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		o.take("resident1@mail.example", "answer").must(t, "变压器已经更换", "SFJX-2026-000002")
		o.state(2, petition.Answered)
	})
}

// A call may be merged too: nobody is written to, and the office hears of it.
func TestMergedCall(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.dispatched()
		o.answer(reply{from: "zhiban@jxw.example", text: "登记 主任信箱\n姓名：赵某\n联系电话：13800138000\n内容：来电反映小区停电两天。", bare: true})
		o.take("zhiban@jxw.example", "transcript")
		o.take("power@jxw.example", "dispatch")
		o.answer(reply{from: "jia@jxw.example", text: "并案 2 1"})
		o.answer(reply{from: "jia@jxw.example", to: o.take("jia@jxw.example", "confirm"), text: "确认"})
		said := o.take("jia@jxw.example", "transcript")
		said.must(t, "已并入 SFJX-2026-000001", "请用其他方式告知")
		said.mustNot(t, "并告知来信人")
		o.take("power@jxw.example", "transcript")
		o.state(2, petition.Merged)
	})
}

// A surname that GB 18030 writes with four bytes, in a mail that says gb2312, is
// the same surname in every mail up to the citizen's answer.
func TestFourByteSurname(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		const name = "𠮷㐂某"
		gb := func(s string) string {
			raw, err := simplifiedchinese.GB18030.NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		header := fmt.Sprintf("Received: from mail.example by mx.jxw.example; %s\r\nFrom: =?gb2312?Q?%s?= <%s>\r\nTo: zhuren@jxw.example\r\nSubject: =?gb2312?Q?%s?=\r\n"+
			"Message-ID: <gb@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
			o.now.Format(time.RFC1123Z), quoted(gb(name)), wang, quoted(gb("停电："+name+"来信")))
		o.deliver("director", []byte(header+gb("我是"+name+"，家里停电三天。\r\n")))
		o.take(wang, "receipt").must(t, name)
		dispatch := o.take("power@jxw.example", "dispatch")
		dispatch.must(t, name, "家里停电三天")
		o.answer(reply{from: "power@jxw.example", to: dispatch, text: name + "同志：供电已恢复。"})
		o.take(wang, "acceptance")
		o.take("power@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval").must(t, name)
		answer := o.approve("yi@jxw.example", o.take("yi@jxw.example", "approval"), "bing@jxw.example")
		answer.must(t, name+"同志：供电已恢复")
		if to := answer.l.To[0]; to.Name != name {
			t.Errorf("the answer goes to %q", to.Name)
		}
		if c := o.state(1, petition.Answered); c.Name != name {
			t.Errorf("registered as %q", c.Name)
		}
	})
}

// quoted writes bytes as the Q encoding of RFC 2047 does.
func quoted(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}
