package rules

import (
	"fmt"
	"strings"
	"testing"
)

// benchLetter is a letter of 1,000 characters, three kilobytes.
func benchLetter() string {
	const text = "尊敬的领导：我们小区去年冬天以来多次反映供暖温度不够的问题，物业说是管网老化，热力公司说是楼内管道归物业，两家推来推去，老人孩子冻得感冒发烧。请贵委協調解决，谢谢！联系电话１３８0000。"
	letter := []rune(strings.Repeat(text, 12))
	return string(letter[:1000])
}

// wordRules makes a set of n words, twenty to a rule.
func wordRules(b *testing.B, n int) *Set {
	b.Helper()
	var text strings.Builder
	text.WriteString("rules:\n")
	words := manyWords(n)
	for i := 0; i < n; i += 20 {
		fmt.Fprintf(&text, "  - {id: r%d, name: 规则, when: {text: {any: [%s]}}, then: {division: d}}\n", i, strings.Join(words[i:min(i+20, n)], ", "))
	}
	return load(b, text.String())
}

// The cost of a letter must stay flat in the number of words, and lie far below
// that of looking for 200 words one by one.
func BenchmarkClassify(b *testing.B) {
	letter := Text{Mailbox: "portal", Subject: "供暖问题", Body: benchLetter()}
	for _, n := range []int{200, 2_000, 10_000} {
		s := wordRules(b, n)
		b.Run(fmt.Sprintf("words=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Classify(letter, Context{})
			}
			b.ReportMetric(float64(s.automaton.size())/(1<<20), "automaton-MB")
		})
	}
	b.Run("builtin", func(b *testing.B) {
		s, _ := Builtin()
		b.ReportAllocs()
		for b.Loop() {
			s.Classify(letter, Context{})
		}
	})
}

func BenchmarkContains(b *testing.B) {
	words, body := manyWords(200), benchLetter()
	b.Run("words=200", func(b *testing.B) {
		found := 0
		for b.Loop() {
			for _, w := range words {
				if strings.Contains(body, w) {
					found++
				}
			}
		}
	})
}

// What the learned model costs, to teach and to ask, in letters per second.
func BenchmarkModel(b *testing.B) {
	examples := benchExamples(b)
	b.Run("learn", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Learn(examples, Options{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(examples))*float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	})
	m := learn(b, examples)
	b.Run("guess", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			e := &examples[i%len(examples)]
			m.guess(Text{Subject: e.Subject, Body: e.Body})
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
		b.ReportMetric(float64(len(encode(b, m)))/(1<<20), "model-MB")
	})
	b.Run("predict", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			e := &examples[i%len(examples)]
			m.Predict(Text{Subject: e.Subject, Body: e.Body})
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	})
	b.Run("evaluate", func(b *testing.B) {
		set, _ := Builtin()
		for b.Loop() {
			set.Evaluate(examples, m, nil)
		}
		b.ReportMetric(float64(len(examples))*float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	})
}

// benchExamples are a thousand letters of some four hundred characters.
func benchExamples(b *testing.B) []Example {
	b.Helper()
	examples := madeUp(1000, 1)
	more := madeUp(4000, 2)
	for i := range examples {
		for j := range 4 {
			examples[i].Body += more[4*i+j].Body
		}
	}
	return examples
}
