package rules

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// matters are the subjects of made-up letters: words that tell a label, among
// words that tell nothing.
func matters() map[string][]string {
	return map[string][]string{
		"power":   {"停电", "变压器", "电压不稳", "供电所抢修", "线路老化跳闸"},
		"telecom": {"宽带太慢", "手机信号", "话费套餐", "基站选址", "电信营业厅"},
		"safety":  {"安全隐患", "违章作业", "矿井塌方", "消防通道", "特种作业证"},
		"sme":     {"贷款贴息", "乱收费", "专精特新", "融资担保", "小微企业扶持"},
	}
}

// madeUp makes n labelled letters; the same seed makes the same ones.
func madeUp(n int, seed uint64) []Example {
	r := rand.New(rand.NewPCG(seed, 1))
	labels := []string{"power", "telecom", "safety", "sme"}
	chaff := []string{"尊敬的领导您好", "我是本市居民", "请尽快处理", "已经反映多次", "谢谢", "我们小区", "希望答复", "去年以来", "2024年5月", "不知道该找谁"}
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	out := make([]Example, n)
	for i := range out {
		label := labels[i%len(labels)]
		words := matters()[label]
		// One word in ten belongs to another matter.
		other := matters()[pick(labels)]
		var body strings.Builder
		for range 6 {
			fmt.Fprintf(&body, "%s，%s。", pick(chaff), pick(words))
		}
		fmt.Fprintf(&body, "%s，%s。第%d户", pick(chaff), pick(other), r.IntN(1000))
		out[i] = Example{Subject: "反映" + pick(words), Body: body.String(), Label: label}
	}
	return out
}

func learn(tb testing.TB, examples []Example) *Model {
	tb.Helper()
	m, _, err := Learn(examples, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func encode(tb testing.TB, m *Model) []byte {
	tb.Helper()
	data, err := m.MarshalBinary()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestLearn(t *testing.T) {
	t.Parallel()
	m, report, err := Learn(madeUp(300, 1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.N != 300 || report.Accuracy < 0.95 || report.MacroF1 < 0.95 || len(report.PerLabel) != 4 {
		t.Errorf("report %+v", report)
	}
	if diff := cmp.Diff([]string{"power", "safety", "sme", "telecom"}, m.Labels()); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	right := 0
	held := madeUp(200, 2)
	for _, e := range held {
		if m.Predict(Text{Subject: e.Subject, Body: e.Body}).Label == e.Label {
			right++
		}
	}
	if right < 190 {
		t.Errorf("%d of %d letters that it has not seen", right, len(held))
	}
}

// The same letters make the same bytes, in whatever order they come.
func TestLearnIsDeterministic(t *testing.T) {
	t.Parallel()
	examples := madeUp(120, 3)
	first := encode(t, learn(t, examples))
	shuffled := slices.Clone(examples)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if !bytes.Equal(first, encode(t, learn(t, shuffled))) {
		t.Error("another order made another model")
	}
	if bytes.Equal(first, encode(t, learn(t, examples[:119]))) {
		t.Error("other letters made the same model")
	}
}

func TestLearnTooFew(t *testing.T) {
	t.Parallel()
	one := madeUp(40, 1)
	for i := range one {
		one[i].Label = "power"
	}
	unlabelled := madeUp(40, 1)
	for i := range unlabelled {
		unlabelled[i].Label = ""
	}
	different := make([]Example, 20)
	for i := range different {
		different[i] = Example{Body: string(rune('一' + i*100)), Label: []string{"a", "b"}[i%2]}
	}
	for name, examples := range map[string][]Example{
		"none": nil, "nine": madeUp(9, 1), "one label": one, "one of each": madeUp(4, 1), "no labels": unlabelled,
		"blank": make([]Example, 50), "nothing in common": different,
	} {
		if m, _, err := Learn(examples, Options{}); !errors.Is(err, ErrTooFew) || m != nil {
			t.Errorf("%s: error %v, want ErrTooFew", name, err)
		}
	}
}

// Letters that say nothing about their label must end in a model that knows
// that it knows nothing.
func TestLearnNoise(t *testing.T) {
	t.Parallel()
	examples := madeUp(200, 4)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range examples {
		examples[i].Label = []string{"a", "b", "c", "d"}[r.IntN(4)]
	}
	m, report, err := Learn(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Accuracy > 0.45 {
		t.Errorf("accuracy %.2f on noise: letters are judged by what was learned from them", report.Accuracy)
	}
	if c, ok := m.Threshold(0.95); ok {
		t.Errorf("promises 0.95 from %.2f on", c)
	}
}

// Copies of one letter must not vouch for each other.
func TestCopiesShareAFold(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	var examples []Example
	for i, e := range madeUp(50, 6) {
		e.Label = []string{"a", "b"}[r.IntN(2)]
		e.Body += fmt.Sprint("独有", string(rune('一'+i*50)), "之事")
		for range 4 {
			examples = append(examples, e)
		}
	}
	_, report, err := Learn(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Accuracy > 0.75 {
		t.Errorf("accuracy %.2f on copied noise", report.Accuracy)
	}
}

func TestPredict(t *testing.T) {
	t.Parallel()
	m := learn(t, madeUp(300, 1))
	text := Text{Subject: "反映停 電", Body: "您好，　我们小区的變壓器又坏了，供电所抢修了三天。"}
	p := m.Predict(text)
	if p.Label != "power" || p.Confidence < 0.8 || p.Confidence > 1 {
		t.Errorf("%s with %.2f, want power", p.Label, p.Confidence)
	}
	if len(p.RunnersUp) != 3 || p.RunnersUp[0].Confidence < p.RunnersUp[1].Confidence {
		t.Errorf("runners-up %v", p.RunnersUp)
	}
	if len(p.Grams) == 0 {
		t.Fatal("no reasons")
	}
	original := map[string][]rune{"subject": []rune(text.Subject), "body": []rune(text.Body)}
	for _, h := range p.Grams {
		word := []rune(h.Word)
		if got := string(original[h.Field][h.Offset : h.Offset+len(word)]); got != h.Word {
			t.Errorf("%q stands at %d of the %s, not %q", got, h.Offset, h.Field, h.Word)
		}
		if !strings.Contains(h.Context, h.Word) || h.Rule != "learned" {
			t.Errorf("hit %+v", h)
		}
	}
	if empty := m.Predict(Text{Body: "!!! ???"}); empty.Label != "" || empty.Confidence != 0 {
		t.Errorf("a letter without words is %q", empty.Label)
	}
}

// Goroutines share a model.
func TestPredictConcurrently(t *testing.T) {
	t.Parallel()
	m := learn(t, madeUp(80, 1))
	held := madeUp(60, 7)
	want := make([]Prediction, len(held))
	for i, e := range held {
		want[i] = m.Predict(Text{Subject: e.Subject, Body: e.Body})
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i, e := range held {
				if diff := cmp.Diff(want[i], m.Predict(Text{Subject: e.Subject, Body: e.Body})); diff != "" {
					t.Errorf("letter %d (-alone +together):\n%s", i, diff)
				}
			}
		})
	}
	wait.Wait()
}

// A label of two letters can neither be learned nor tried; it must not spoil the
// figures of the others.
func TestLearnLeavesRareLabels(t *testing.T) {
	t.Parallel()
	examples := append(madeUp(100, 1), Example{Body: "停电", Label: "rare"}, Example{Body: "宽带", Label: "rare"})
	m, report, err := Learn(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(m.Labels(), "rare") || report.N != 100 {
		t.Errorf("labels %v of %d letters", m.Labels(), report.N)
	}
}

func TestThreshold(t *testing.T) {
	t.Parallel()
	m, report, err := Learn(madeUp(300, 1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	last := 0.0
	for _, promise := range report.Thresholds {
		c, ok := m.Threshold(promise.Precision)
		if !ok || c != promise.Confidence || c < last || promise.Coverage <= 0 || promise.Coverage > 1 {
			t.Errorf("threshold %+v, Threshold says %.3f, %v", promise, c, ok)
		}
		last = c
	}
	if _, ok := m.Threshold(1); ok {
		t.Error("nobody can promise never to err")
	}
}

func TestBetter(t *testing.T) {
	t.Parallel()
	perLabel := func(r Report, scores map[string]Score) Report {
		r.PerLabel = scores
		return r
	}
	a, b := Score{Recall: 0.9, F1: 0.9, N: 10}, Score{Recall: 0.1, F1: 0.1, N: 3}
	good, worse := Report{N: 10, Accuracy: 0.9, MacroF1: 0.9}, Report{N: 20, Accuracy: 0.9, MacroF1: 0.89}
	for _, tt := range []struct {
		name     string
		old, new Report
		want     bool
	}{
		{"first", Report{}, worse, true}, {"none", good, Report{}, false}, {"same", good, good, true},
		{"worse on small labels", good, worse, false}, {"better", worse, good, true},
		{"a hard label more", perLabel(good, map[string]Score{"a": a}), perLabel(worse, map[string]Score{"a": a, "b": b}), true},
		{"a hard label less", perLabel(worse, map[string]Score{"a": a, "b": b}), perLabel(good, map[string]Score{"a": b}), false},
	} {
		if got := Better(tt.old, tt.new); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
