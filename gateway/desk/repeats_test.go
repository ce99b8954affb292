package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
)

const complaint = "尊敬的领导：我们是幸福里小区的居民，小区变压器老化，每到晚上七点以后就停电，已经持续两个月，老人和孩子的生活受到很大影响，多次向物业反映都没有结果，恳请尽快更换变压器。"

func TestResentLetterJoins(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.person("director", wang, "王某", "更换变压器", complaint)
		o.take(wang, "receipt")
		o.take("power@jxw.example", "dispatch")
		o.person("director", wang, "王某", "更换变压器", complaint)
		o.take(wang, "status")
		// Nearly the same, by the same citizen: a person decides whether it is one matter.
		o.person("director", wang, "王某", "再次反映更换变压器", complaint+"请重视。")
		o.take(wang, "receipt")
		triage := o.take("jia@jxw.example", "triage")
		if !strings.Contains(triage.l.Text, "并案 SFJX-2026-000001") {
			t.Errorf("no proposal to merge:\n%s", triage.l.Text)
		}
		o.answer(reply{from: "jia@jxw.example", to: triage, text: "并案 SFJX-2026-000001"})
		o.take("jia@jxw.example", "transcript")
		o.take(wang, "notice").must(t, "并案办理告知", "答复随该件发给您", "并入的登记编号：SFJX-2026-000001")
		if c := o.state(2, petition.Merged); c.MergedInto != "SFJX-2026-000001" {
			t.Errorf("merged into %q", c.MergedInto)
		}
	})
}

// residents has n people write nearly the same letter.
func (o *office) residents(n int) {
	o.t.Helper()
	for i := range n {
		from := fmt.Sprintf("resident%d@mail.example", i)
		o.person("director", from, "", "更换变压器", fmt.Sprintf("%s居民%c某", complaint, '甲'+rune(i)))
		o.take(from, "receipt")
		o.take("power@jxw.example", "dispatch")
	}
}

func TestMassLetters(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		o.residents(4)
		told := o.take("jia@jxw.example", "triage")
		if !strings.Contains(told.l.Text, "3 位来信人") || !strings.Contains(told.l.Text, "并案 SFJX-2026-000001") {
			t.Errorf("the office hears:\n%s", told.l.Text)
		}
	})
}

// TestMassLettersCounted: however many they are, the office hears at each step,
// and of the first of them all. One person's second version counts once.
func TestMassLettersCounted(t *testing.T) {
	story(t, func(t *testing.T, o *office) {
		send := func(from string, i int) {
			o.person("director", from, "", "更换变压器", fmt.Sprintf("%s请回复%d号住户。", complaint, i))
			o.take(from, "receipt")
		}
		for i := range 100 {
			send(fmt.Sprintf("resident%d@mail.example", i), i)
			o.take("power@jxw.example", "dispatch")
			if i == 20 {
				send("resident7@mail.example", 1000)
				o.take("jia@jxw.example", "triage")
			}
			if slices.Contains([]int{3, 10, 30, 100}, i+1) {
				m := o.take("jia@jxw.example", "triage")
				if !strings.Contains(m.l.Text, fmt.Sprintf("已有 %d 位来信人", i+1)) || !strings.Contains(m.l.Text, "并案 SFJX-2026-000001") {
					t.Errorf("at the letter %d the office hears:\n%s", i+1, m.l.Text)
				}
			}
		}
	})
}
