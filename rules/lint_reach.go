package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/fold"
)

// unreachable finds rules that can never decide, and proves it: their own
// conditions contradict each other, or an earlier rule holds whenever they do.
// It returns them by index.
func (l *linter) unreachable() map[int]bool {
	out := make(map[int]bool)
	rules := l.set.rules
	for i := range rules {
		r := &rules[i]
		id := r.doc.At("id")
		if l.prover.contradicts(r.when) {
			out[i] = true
			l.add(id, LintUnreachable, "规则 "+r.doc.ID+" 的条件自相矛盾，永不成立", "检查 none、not 与 any、all 是否写了同样的词，mailbox 是否写了两遍")
			continue
		}
		if r.only {
			continue
		}
		for j := range rules[:i] {
			earlier := &rules[j]
			if earlier.only || out[j] || !l.prover.implies(r.when, earlier.when) {
				continue
			}
			out[i] = true
			l.add(id, LintShadowed, fmt.Sprintf("规则 %s 永远轮不到：它成立时，在它之前的 %s 必定成立", r.doc.ID, earlier.doc.ID),
				fmt.Sprintf("把 %s 的 priority 提到 %d 以上，或删去这条规则", r.doc.ID, earlier.doc.Priority))
			break
		}
	}
	return out
}

// contained finds words that never bring a letter to their rule's division,
// because an earlier rule has a word that is contained in them. Of rules that
// are shadowed altogether only such words are named, as the reason.
func (l *linter) contained(shadowed map[int]bool) {
	rules := l.set.rules
	for i := range rules {
		r := &rules[i]
		if r.only {
			continue
		}
		given := flatten(r.when)
		for at, n := range given {
			any, ok := n.(anyWord)
			if !ok {
				continue
			}
			for _, w := range any.words {
				one := append([]node{anyWord{scope: any.scope, words: []int32{w}}}, given[:at]...)
				l.containedWord(i, w, append(one, given[at+1:]...), shadowed[i])
			}
		}
	}
}

// containedWord looks for an earlier rule that holds wherever the conditions do,
// among which is one of the words of rule i alone.
func (l *linter) containedWord(i int, w int32, given []node, shadowed bool) {
	r := &l.set.rules[i]
	if l.prover.contradicts(given) {
		return
	}
	for j := range l.set.rules[:i] {
		earlier := &l.set.rules[j]
		if earlier.only || earlier.doc.Then.Division == r.doc.Then.Division || !l.prover.implies(given, earlier.when) {
			continue
		}
		text := l.set.written[w]
		inner := l.wordIn(earlier.when, w)
		if inner == "" && shadowed {
			continue
		}
		l.add(l.placeOf(r.doc, w), LintContained,
			fmt.Sprintf("规则 %s 的词 %s 不起作用：在它之前的 %s 有词 %s，信归 %s", r.doc.ID, text, earlier.doc.ID, cmp.Or(inner, text), earlier.doc.Then.Division),
			fmt.Sprintf("把 %s 的 priority 提到 %d 以上，或在 %s 里写 none: [%s]", r.doc.ID, earlier.doc.Priority, earlier.doc.ID, quote(text)))
		return
	}
}

// wordIn returns a word of the conditions that is a part of the given one.
func (l *linter) wordIn(nodes []node, w int32) string {
	for _, n := range flatten(nodes) {
		if any, ok := n.(anyOf); ok {
			for _, c := range any {
				if text := l.wordIn([]node{c}, w); text != "" {
					return text
				}
			}
			continue
		}
		for _, f := range present(n) {
			for _, g := range f.words {
				if g != w && strings.Contains(l.set.folded[w], l.set.folded[g]) {
					return l.set.written[g]
				}
			}
		}
	}
	return ""
}

// placeOf returns where a rule names a word, itself or by a lexicon.
func (l *linter) placeOf(r *ruleDoc, number int32) configs.Position {
	if at, ok := l.placeIn(&r.When, number); ok {
		return at
	}
	return r.At("id")
}

func (l *linter) placeIn(c *conditionDoc, number int32) (configs.Position, bool) {
	for _, t := range c.tests {
		if t.words == nil {
			continue
		}
		for _, w := range t.words.Any {
			if at, ok := l.placeAt(w, number, 0); ok {
				return at, true
			}
		}
		if t.words.Regex != nil {
			for _, text := range t.words.Regex.words {
				if fold.String(text) == l.set.folded[number] {
					return t.words.Regex.at, true
				}
			}
		}
	}
	for _, group := range [][]conditionDoc{c.any, c.all} {
		for i := range group {
			if at, ok := l.placeIn(&group[i], number); ok {
				return at, true
			}
		}
	}
	return configs.Position{}, false
}

// placeAt tells whether an entry of a list is the word or a lexicon that has it.
// The place is the entry's: the rule is at fault, not the lexicon.
func (l *linter) placeAt(w word, number int32, depth int) (configs.Position, bool) {
	name, isLexicon := strings.CutPrefix(w.text, "$")
	if !isLexicon {
		return w.at, fold.String(w.text) == l.set.folded[number]
	}
	if depth > len(l.set.lexicons) {
		return w.at, false
	}
	for _, entry := range l.set.lexicons[name].words {
		if _, ok := l.placeAt(entry, number, depth+1); ok {
			return w.at, true
		}
	}
	return w.at, false
}

// What back-testing needs to say something.
const (
	commonShare   = 0.2 // of the letters
	commonLetters = 50  // in all
	shadowLetters = 5   // in which a rule holds and never decides
)

// letters back-tests: which rules hold but never decide, and which words that
// are enough for a rule stand in a great share of the letters.
func (l *linter) letters(letters iter.Seq[PastLetter], shadowed map[int]bool) {
	s := l.set
	n := 0
	words := make([]int, len(s.folded))
	held := make([]int, len(s.rules))
	decided := make([]int, len(s.rules))
	instead := make([]map[string]int, len(s.rules))
	for letter := range letters {
		n++
		m := s.begin(letter.Text, Context{Confidential: letter.Context.Confidential, WorkingTime: letter.Context.WorkingTime})
		for w, at := range m.scratch.first {
			if at >= 0 {
				words[w]++
			}
		}
		holding := s.holding(m)
		v := s.decide(holding, m.context)
		for _, o := range holding {
			i := s.indexOf(o.rule)
			held[i]++
			if o.rule.doc.ID == v.Rule {
				decided[i]++
				continue
			}
			if instead[i] == nil {
				instead[i] = make(map[string]int)
			}
			instead[i][v.Rule]++
		}
		s.end(m)
	}
	for i := range s.rules {
		r := &s.rules[i]
		if r.only || shadowed[i] || decided[i] > 0 || held[i] < shadowLetters {
			continue
		}
		other, times := mostOf(instead[i])
		l.add(r.doc.At("id"), LintShadowed,
			fmt.Sprintf("规则 %s 在 %d 封来信中成立 %d 次，从未起决定作用；其中 %d 次由 %s 决定", r.doc.ID, n, held[i], times, other),
			fmt.Sprintf("比较它与 %s 的 priority 和用词", other))
	}
	if n >= commonLetters {
		l.common(words, n)
	}
}

// common finds words that are enough for a rule and stand in a great share of n
// letters.
func (l *linter) common(words []int, n int) {
	s := l.set
	for w, times := range words {
		if float64(times) <= commonShare*float64(n) || slices.Contains(everyday(), s.folded[w]) {
			continue
		}
		for _, r := range l.enough(int32(w)) {
			l.add(l.placeOf(r.doc, int32(w)), LintEverything,
				fmt.Sprintf("规则 %s 的词 %s 在 %d 封来信中出现于 %d 封（%.0f%%），分不出来信", r.doc.ID, s.written[w], n, times, 100*share(times, n)),
				"换成更具体的词，或用 all 和 near 与别的词合用")
		}
	}
}

// indexOf returns the rule's place in the order of trying.
func (s *Set) indexOf(r *rule) int {
	for i := range s.rules {
		if &s.rules[i] == r {
			return i
		}
	}
	return -1
}

// mostOf returns the most frequent name, the first of equals.
func mostOf(counts map[string]int) (name string, times int) {
	for k, n := range counts {
		if n > times || n == times && k < name {
			name, times = k, n
		}
	}
	return name, times
}
