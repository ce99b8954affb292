package rules

import (
	"slices"
	"strings"
)

// everyday are words that stand in nearly every letter, as they are compared:
// salutations, courtesies and particles. Of these lint knows without any letter
// to try them on.
func everyday() []string {
	return strings.Fields("的 了 是 我 你 您 在 有 和 不 们 这 个 就 也 都 请 好 给 为 对 " +
		"您好 你好 请问 谢谢 感谢 我们 你们 希望 尊敬 尊敬的 领导 此致 敬礼")
}

// everyday finds words that are enough for a rule and say nothing.
func (l *linter) everyday() {
	for _, text := range everyday() {
		w := slices.Index(l.set.folded, text)
		if w < 0 {
			continue
		}
		for _, r := range l.enough(int32(w)) {
			l.add(l.placeOf(r.doc, int32(w)), LintEverything,
				"规则 "+r.doc.ID+" 的词 "+l.set.written[w]+" 几乎每封信里都有，分不出来信", "换成更具体的词，或用 all 和 near 与别的词合用")
		}
	}
}

// enough lists the rules that hold wherever the word stands in the text.
func (l *linter) enough(w int32) (out []*rule) {
	s := l.set
	text := scope{key: "text", fields: []int{fieldSubject, fieldBody, fieldAttachmentText}}
	for _, i := range s.byWord[w] {
		if l.prover.implies([]node{anyWord{scope: text, words: []int32{w}}}, s.rules[i].when) {
			out = append(out, &s.rules[i])
		}
	}
	return out
}

// fixedBoxes finds rules for boxes whose letters go to a division of the box's
// own: there the box decides, and the rule's division is never the verdict.
func (l *linter) fixedBoxes(fixed map[string]string) {
	for i := range l.set.rules {
		r := &l.set.rules[i]
		division := r.doc.Then.Division
		if r.only || division == "" {
			continue
		}
		for _, n := range flatten(r.when) {
			boxes, ok := n.(inMailbox)
			// That the rule may route to the box's own division is no harm.
			if !ok || slices.ContainsFunc(boxes, func(b string) bool { return fixed[b] == "" || fixed[b] == division }) {
				continue
			}
			l.add(r.doc.Then.At("division"), LintUnreachable,
				"规则 "+r.doc.ID+" 只看信箱"+shorten(boxes)+"，那里的来信固定归 "+fixed[boxes[0]]+"，这里的 division 不起作用",
				"删去 division，写 continue: true，或换别的信箱")
			break
		}
	}
}
