package rules

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const evaluateRules = `
rules:
  - {id: cut, name: 停电, when: {text: {any: [停电]}}, then: {division: power, category: 供电}}
  - {id: hush, name: 保密, when: {text: {any: [保密]}}, then: {confidential: true}}
  - {id: accused, name: 电信处, when: {text: {any: [举报电信处]}}, then: {accuses: [telecom]}, continue: true}
`

func TestEvaluate(t *testing.T) {
	t.Parallel()
	s := load(t, evaluateRules)
	clock := time.Unix(0, 0)
	now := func() time.Time { clock = clock.Add(time.Second); return clock }
	got := s.Evaluate([]Example{
		{Subject: "停电", Label: "power"},      // by the division
		{Body: "又停电了", Label: "供电"},          // the division is a label too: wrong
		{Body: "宽带", Label: "telecom"},       // nothing decides
		{Body: "停电", Label: "power"},         // right
		{Body: "without a label", Label: ""}, // does not count
	}, nil, now)
	want := Evaluation{
		N: 4, Accuracy: 0.5, MacroF1: (0.8 + 0 + 0) / 3, ByRule: 3, LettersPerSecond: 4,
		AccuracyAt: map[string]float64{"50": 0.5, "70": 0.5, "90": 2.0 / 3},
		PerLabel: map[string]Score{
			"power": {Precision: 2.0 / 3, Recall: 1, F1: 0.8, N: 2}, "供电": {N: 1}, "telecom": {N: 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("evaluation (-want +got):\n%s", diff)
	}
}

// A label is matched against the division, else the category, else the model.
func TestEvaluateOrder(t *testing.T) {
	t.Parallel()
	s := load(t, evaluateRules)
	m := learn(t, madeUp(120, 1))
	if label, confidence, byRule := s.label(Text{Body: "宽带停电"}, m, map[string]bool{"供电": true, "telecom": true}); label != "供电" || confidence != 1 || !byRule {
		t.Errorf("%s with %v, want the category", label, confidence)
	}
	if label, confidence, byRule := s.label(Text{Subject: "手机信号", Body: "停电以后宽带太慢，话费套餐"}, m, map[string]bool{"telecom": true}); label != "telecom" || confidence == 1 || byRule {
		t.Errorf("%s with %v, want the model's label", label, confidence)
	}
}

// The fields that other programs read.
func TestEvaluationFields(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(load(t, evaluateRules).Evaluate(nil, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"n", "accuracy", "macro_f1", "accuracy_at", "per_label", "letters_per_second"} {
		if _, ok := fields[key]; !ok {
			t.Errorf("no %s in %s", key, data)
		}
	}
}

func TestPropose(t *testing.T) {
	t.Parallel()
	s := load(t, evaluateRules)
	m := learn(t, madeUp(200, 1))
	about := "宽带太慢，手机信号不好，话费套餐乱扣"
	for _, tt := range []struct {
		name     string
		set      *Set
		text     string
		context  Context
		division string
		by       DecidedBy
	}{
		{"nothing decides", s, about, Context{}, "telecom", ByLearned},
		{"a rule decides", s, about + "，停电", Context{}, "power", ByRule},
		{"the box decides", s, about, Context{Division: "sme"}, "sme", ByBox},
		{"confidential by a rule", s, about + "，请保密", Context{}, "", ByNone},
		{"confidential by the box", s, about, Context{Confidential: true}, "", ByNone},
		{"the division is accused", s, about + "，举报电信处", Context{}, "", ByNone},
		{"the office has no such division", s.Restrict([]string{"power"}), about, Context{}, "", ByNone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := Text{Body: tt.text}
			before := tt.set.Classify(text, tt.context)
			v, p := tt.set.Propose(before, m, text)
			if v.Division != tt.division || v.DecidedBy != tt.by {
				t.Errorf("%q by %s, want %q by %s", v.Division, v.DecidedBy, tt.division, tt.by)
			}
			if v.Confidential != before.Confidential {
				t.Error("the model decided confidentiality")
			}
			learned := slices.ContainsFunc(v.Hits, func(h Hit) bool { return h.Rule == "learned" })
			if learned != (tt.by == ByLearned) || tt.by == ByLearned && v.Confidence != p.Confidence {
				t.Errorf("hits %v, confidence %v", v.Hits, v.Confidence)
			}
		})
	}
	if v, _ := s.Propose(s.Classify(Text{Body: about}, Context{}), nil, Text{Body: about}); v.DecidedBy != ByNone {
		t.Error("no model proposes something")
	}
}
