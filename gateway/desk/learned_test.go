package desk

import (
	"fmt"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// lessons are letters of two divisions, of which no rule knows a word.
func lessons(n int) []rules.Example {
	towns := []string{"东城", "西城", "南苑", "北关", "河口", "新区", "老街", "开发区"}
	var list []rules.Example
	for i := range n {
		town := towns[i%len(towns)]
		list = append(list,
			rules.Example{Subject: town + "咨询贷款贴息", Body: fmt.Sprintf("我厂在%s，第%d次申请中小企业贷款贴息，银行要求提供担保，不知向谁办理。", town, i), Label: "economy"},
			rules.Example{Subject: town + "申请行政复议", Body: fmt.Sprintf("本人住%s，对第%d号处罚决定不服，要求行政复议并公开依据的规范性文件。", town, i), Label: "law"})
	}
	return list
}

// teach puts a model into use.
func (o *office) teach(examples []rules.Example) Adoption {
	o.t.Helper()
	m, _, err := rules.Learn(examples, rules.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	a, err := o.desk.Adopt(o.t.Context(), m, "test", false, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

const loan = "我是开发区一家小企业的负责人，申请贷款贴息一直没有结果，银行要求另找担保，请告知怎样办理。"

func learning(policy string) func(*Settings) {
	return func(s *Settings) { s.Learned = policy }
}

func TestLearnedSuggests(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), learning(LearnedSuggest))
		o.person("director", wang, "王某", "贷款贴息", loan)
		o.take(wang, "receipt")
		if m := o.take("jia@jxw.example", "triage"); strings.Contains(m.l.Text, learnedName) {
			t.Errorf("a proposal without a model:\n%s", m.l.Text)
		}
		if a := o.teach(lessons(20)); !a.Adopted || a.Before != nil {
			t.Errorf("adoption: %+v", a)
		}
		o.person("director", "li@mail.example", "李某", "贷款贴息", loan)
		o.take("li@mail.example", "receipt")
		m := o.take("jia@jxw.example", "triage")
		for _, want := range []string{"学习模型：主办 经济运行处", "把握", "“分办 经济运行处”", "学习模型：正文中有“"} {
			if !strings.Contains(m.l.Text, want) {
				t.Errorf("no %q in\n%s", want, m.l.Text)
			}
		}
		// What the division gives back is not proposed to it again.
		o.answer(reply{from: "jia@jxw.example", to: m, text: "分办 经济运行处"})
		o.take("jia@jxw.example", "transcript")
		o.take("li@mail.example", "acceptance")
		o.answer(reply{from: "economy@jxw.example", to: o.take("economy@jxw.example", "dispatch"), text: "退回 不属于本处职责"})
		o.take("economy@jxw.example", "transcript")
		if m := o.take("jia@jxw.example", "triage"); strings.Contains(m.l.Text, learnedName) {
			t.Errorf("proposed again:\n%s", m.l.Text)
		}
		o.sound()
	})
}

func TestLearnedDispatches(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), learning(LearnedDispatch))
		a := o.teach(lessons(20))
		o.person("director", wang, "王某", "贷款贴息", loan)
		o.take(wang, "receipt")
		m := o.take("economy@jxw.example", "dispatch")
		if !strings.Contains(m.l.Text, "学习模型：") {
			t.Errorf("not explained:\n%s", m.l.Text)
		}
		c := o.state(1, petition.Dispatched)
		if want := "learned:" + a.Digest[:12]; c.Rule != want {
			t.Errorf("rule %q, want %q", c.Rule, want)
		}
		o.decided(c.Number, "learned")

		// What the model knows nothing of goes to a person.
		o.person("director", "li@mail.example", "李某", "hello", "zzz qqq xxx")
		o.take("li@mail.example", "receipt")
		o.take("jia@jxw.example", "triage")
		o.decided("SFJX-2026-000002", "none")

		// So does whatever is confidential or accuses somebody, unasked.
		o.person("director", "zhao@mail.example", "赵某", "举报电力处", "举报电力处。"+loan)
		o.take("zhao@mail.example", "receipt")
		if m := o.take("jia@jxw.example", "triage"); strings.Contains(m.l.Text, learnedName) {
			t.Errorf("asked about a confidential letter:\n%s", m.l.Text)
		}
		o.decided("SFJX-2026-000003", "none")

		// A rule is not overruled.
		o.person("director", "sun@mail.example", "孙某", "停电", "停电。"+loan+loan)
		o.take("sun@mail.example", "receipt")
		o.take("power@jxw.example", "dispatch")
		o.decided("SFJX-2026-000004", "rule")
		o.sound()
	})
}

// decided checks what the ledger says decided about a case.
func (o *office) decided(n petition.Number, by string) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries(n)
		for _, e := range entries {
			if e.Kind == petition.EvClassified && strings.Contains(string(e.Data), `"decided_by":"`+by+`"`) {
				return err
			}
		}
		o.t.Errorf("%s: not decided by %s", n, by)
		return err
	})
	if err != nil {
		o.t.Error(err)
	}
}

// TestAdopt: a model is replaced only by one that is no worse.
func TestAdopt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, openStore(t, store.Options{Driver: "sqlite", DSN: t.TempDir() + "/r.db", Prefix: "SFJX", Key: make([]byte, 32)}), learning(LearnedSuggest))
	first := o.teach(lessons(20))
	if again := o.teach(lessons(20)); !again.Adopted || again.Digest != first.Digest {
		t.Errorf("the same again: %+v", again)
	}
	// A third of the labels wrong.
	wrong := lessons(20)
	for i := range wrong {
		if i%3 == 0 {
			wrong[i].Label = map[string]string{"economy": "law", "law": "economy"}[wrong[i].Label]
		}
	}
	if worse := o.teach(wrong); worse.Adopted || worse.Before == nil {
		t.Errorf("a worse one: %+v", worse)
	}
	m, _, err := rules.Learn(wrong, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	forced, err := o.desk.Adopt(t.Context(), m, "test", true, o.now)
	if err != nil || !forced.Adopted {
		t.Errorf("forced: %+v, %v", forced, err)
	}
	err = o.store.View(t.Context(), func(tx *store.Tx) error {
		models, err := tx.Models()
		if len(models) != 2 || models[0].Digest != first.Digest || models[1].Digest != forced.Digest {
			t.Errorf("history: %+v", models)
		}
		seq, _, err2 := tx.Head()
		if seq != 2 || err2 != nil {
			t.Errorf("%d entries, want one for each change: %v", seq, err2)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.sound()
}

// TestDamagedModel: letters go on without a model that cannot be read.
func TestDamagedModel(t *testing.T) {
	t.Parallel()
	o := newOffice(t, openStore(t, store.Options{Driver: "sqlite", DSN: t.TempDir() + "/r.db", Prefix: "SFJX", Key: make([]byte, 32)}), learning(LearnedDispatch))
	err := o.store.Update(t.Context(), o.now, func(tx *store.Tx) error {
		digest, err := tx.PutBlob([]byte("no model"))
		if err != nil {
			return err
		}
		_, err = tx.AddModel(store.Model{Digest: digest, Source: "test", Report: []byte("{}")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.person("director", wang, "王某", "贷款贴息", loan)
	o.take(wang, "receipt")
	o.take("jia@jxw.example", "triage")
	o.sound()
}

// TestPast: what is learned from are the cases that a division has handled.
func TestPast(t *testing.T) {
	t.Parallel()
	o := newOffice(t, openStore(t, store.Options{Driver: "sqlite", DSN: t.TempDir() + "/r.db", Prefix: "SFJX", Key: make([]byte, 32)}), nil)
	yi, _ := o.drafted()
	o.approve("yi@jxw.example", yi, "bing@jxw.example")
	o.person("director", "li@mail.example", "李某", "电价", "电价太高，请予核实。")
	o.take("li@mail.example", "receipt")
	o.take("power@jxw.example", "dispatch")
	var got []string
	for p, err := range o.desk.Past(t.Context(), store.CaseFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s→%s %s", p.Number, p.From, p.Final, p.Text.Subject))
	}
	if want := "SFJX-2026-000001 power→power 小区连续停电三天, SFJX-2026-000002 power→ 电价"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	examples, err := o.desk.Examples(t.Context(), store.CaseFilter{}, 10)
	if err != nil || len(examples) != 1 || examples[0].Label != "power" || examples[0].Subject != "小区连续停电三天" {
		t.Errorf("examples: %+v, %v", examples, err)
	}
}
