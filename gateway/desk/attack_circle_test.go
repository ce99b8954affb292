package desk

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

// What the office writes into a draft, a leader into an instruction, and another
// division into an opinion does not tell a division who wrote a confidential
// letter.
func TestConfidentialNameComesBackNoWay(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		const name = "诸葛明亮"
		o.person("report", wang, name, "反映收费", "本人"+name+"，反映某所乱收费。")
		o.answer(reply{from: "jia@jxw.example", text: "协办 1 政策法规处 请研究", bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.last("jia@jxw.example", "confirm"), text: "确认"})
		from := len(o.sent)
		o.answer(reply{from: "supervision@jxw.example", to: o.last("supervision@jxw.example", "dispatch"), text: "情况属实，已整改。\n已当面告知" + name + "。"})
		o.answer(reply{from: "yi@jxw.example", to: o.last("yi@jxw.example", "approval"), text: "修改\n" + name + "同志：情况属实，已退款。"})
		o.answer(reply{from: "bing@jxw.example", to: o.last("bing@jxw.example", "approval"), text: "呈报 主要领导"})
		o.answer(reply{from: "zyld@jxw.example", to: o.last("zyld@jxw.example", "approval"), text: "批示\n请约谈" + name + "，邮箱 " + wang + "。"})
		o.answer(reply{from: "bing@jxw.example", text: "退回重办 1 请核实" + name + "所述", bare: true})
		o.answer(reply{from: "bing@jxw.example", to: o.last("bing@jxw.example", "confirm"), text: "确认"})
		o.state(1, petition.Dispatched)
		o.answer(reply{from: "law@jxw.example", to: o.last("law@jxw.example", "assist"), text: "同意处理。"})
		o.answer(reply{from: "jia@jxw.example", text: "改派 1 经济运行处 核实" + name, bare: true})
		o.answer(reply{from: "jia@jxw.example", to: o.last("jia@jxw.example", "confirm"), text: "确认"})
		o.answer(reply{from: "economy@jxw.example", text: "查询 1", bare: true})
		seen := map[string]bool{}
		for _, m := range o.sent[from:] {
			to := m.l.To[0].Address
			local, _, _ := strings.Cut(to, "@")
			if !strings.Contains("supervision law economy power", strings.TrimSuffix(local, "-head")) {
				continue
			}
			seen[m.kind] = true
			shown := m.shown()
			if strings.Contains(shown, name) || strings.Contains(shown, wang) {
				t.Errorf("the %s to %s tells who wrote the letter: %s\n%s", m.kind, to, m.l.Subject, m.l.Text)
			}
		}
		if !seen["dispatch"] {
			t.Errorf("nothing was looked at: %v", seen)
		}
	})
}

// A letter against a division is not merged into one that lies with it.
func TestAccusationNotMergedIntoTheAccused(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "停电", "小区停电三天，请处理。")
		o.person("consult", "li@mail.example", "李某", "情况反映", "举报电力处处长收礼不办事。")
		c := o.state(2, petition.Triage)
		if !c.Confidential || len(c.Accused) != 1 {
			t.Fatalf("confidential %v, accused %v", c.Confidential, c.Accused)
		}
		// Both are of the same confidentiality: only the circle differs.
		for _, text := range []string{"保密 1", "并案 2 1"} {
			o.answer(reply{from: "jia@jxw.example", text: text, bare: true})
			o.answer(reply{from: "jia@jxw.example", to: o.last("jia@jxw.example", "confirm"), text: "确认"})
		}
		o.last("jia@jxw.example", "transcript").must(t, "1 处错误")
		o.last("jia@jxw.example", "transcript").must(t, "反映的处室")
		o.state(2, petition.Triage)
		for _, m := range o.sent {
			if m.l.To[0].Address == "power@jxw.example" && strings.Contains(m.shown(), "SFJX-2026-000002") {
				t.Errorf("the accused hears of the case:\n%s", m.l.Text)
			}
		}
	})
}

// Who approves is told which assisting divisions have not been heard, and hears
// them when they come.
func TestApprovalNamesWhoIsNotHeard(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "企业用电负担", "企业反映用电负担重。")
		o.answer(reply{from: "power@jxw.example", to: o.last("power@jxw.example", "dispatch"), text: "已核减电费。"})
		first := o.last("yi@jxw.example", "approval")
		first.must(t, "协办处室经济运行处、政策法规处尚未提交意见")
		clearInboxes(o)
		o.now = o.now.Add(24 * time.Hour)
		o.answer(reply{from: "law@jxw.example", to: o.last("law@jxw.example", "assist"), text: "符合政策。"})
		late := o.last("bing@jxw.example", "approval")
		late.must(t, "协办处室政策法规处补充提交了意见", "符合政策。", "协办处室经济运行处尚未提交意见", "补充意见")
		late.mustNot(t, "经济运行处、政策法规处尚未")
		// The chase goes by the draft's time, not by the opinion's.
		limit := regexp.MustCompile(`审核时限：.*`)
		if got, want := limit.FindString(late.l.Text), limit.FindString(first.l.Text); got == "" || got != want {
			t.Errorf("the approval's limit is %q, was %q", got, want)
		}
		// The mail that came before still releases the draft, which is the same.
		o.answer(reply{from: "yi@jxw.example", to: first, text: "批准"})
		o.state(1, petition.Answered)
		o.take("law@jxw.example", "transcript")
		o.answer(reply{from: "bing@jxw.example", to: late, text: "批准"})
		o.last("bing@jxw.example", "transcript").must(t, "1 处错误")
	})
}

// Two decisions in one batch of letters: the first counts, and one code in two
// letters decides once, whatever boxes they lie in.
func TestDecisionsInOneBatch(t *testing.T) {
	alone(t, nil, func(t *testing.T, o *office) {
		yi, bing := o.drafted()
		approve := o.compose(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		again := o.compose(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		reject := o.compose(reply{from: "bing@jxw.example", to: bing, text: "退回重办 请补充"})
		batch := []Incoming{{Box: "desk", UIDValidity: 1, UID: 71, Arrived: o.now, Raw: approve}, {Box: "director", UIDValidity: 1, UID: 72, Arrived: o.now, Raw: approve},
			{Box: "desk", UIDValidity: 1, UID: 73, Arrived: o.now, Raw: again}, {Box: "desk", UIDValidity: 1, UID: 74, Arrived: o.now, Raw: reject},
			{Box: "consult", UIDValidity: 1, UID: 75, Arrived: o.now, Raw: again}}
		for range 2 { // and all of it is delivered once more
			if durable, err := o.desk.Receive(t.Context(), batch, o.now); err != nil || !durable[4] {
				t.Fatal(durable, err)
			}
			o.settle()
		}
		c := o.state(1, petition.Answered)
		if d := c.Draft(); d.ApprovedBy != "yi@jxw.example" {
			t.Errorf("approved by %q", d.ApprovedBy)
		}
		n := 0
		for _, m := range o.sent {
			if m.kind == "answer" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d answers", n)
		}
		o.last("bing@jxw.example", "transcript").must(t, "1 处错误", "已批准")
	})
}
