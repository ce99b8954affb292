package rules

import (
	"fmt"
	"slices"
	"strings"
)

// node is a compiled condition.
type node interface {
	// holds tells whether the condition holds for m's letter, and if so adds
	// what made it hold to m's evidence.
	holds(m *match) bool
	// needs lists words one of which must occur for the condition to hold; no
	// answer means that it may hold without any.
	needs() ([]int32, bool)
	// describe says for a person what the condition asks.
	describe() string
}

// allOf holds when all its conditions do; without any it always holds.
type allOf []node

func (n allOf) holds(m *match) bool {
	mark := m.mark()
	for _, c := range n {
		if !c.holds(m) {
			m.reset(mark)
			return false
		}
	}
	return true
}

func (n allOf) needs() (words []int32, ok bool) {
	for _, c := range n {
		if w, has := c.needs(); has && (!ok || len(w) < len(words)) {
			words, ok = w, true
		}
	}
	return words, ok
}

func (n allOf) describe() string { return join(n, "，且") }

// anyOf holds when one of its conditions does. All of them are tried, so that
// the evidence is complete.
type anyOf []node

func (n anyOf) holds(m *match) bool {
	any := false
	for _, c := range n {
		if c.holds(m) {
			any = true
		}
	}
	return any
}

func (n anyOf) needs() (words []int32, ok bool) {
	for _, c := range n {
		w, has := c.needs()
		if !has {
			return nil, false
		}
		words = append(words, w...)
	}
	return words, len(n) > 0
}

func (n anyOf) describe() string { return "以下之一：" + join(n, "；或") }

// noneOf holds when none of its conditions does.
type noneOf []node

func (n noneOf) holds(m *match) bool {
	mark := m.mark()
	for _, c := range n {
		if c.holds(m) {
			m.reset(mark)
			return false
		}
	}
	return true
}

func (n noneOf) needs() ([]int32, bool) { return nil, false }

func (n noneOf) describe() string { return "不得有：" + join(n, "；或") }

func join[N ~[]node](nodes N, between string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.describe()
	}
	return strings.Join(parts, between)
}

// anyWord holds when one of the words stands in one of the fields.
type anyWord struct {
	scope scope
	words []int32
	names []string // as the rule writes the entries
}

func (n anyWord) holds(m *match) bool {
	found := false
	for _, w := range n.words {
		if m.evidence(w, n.scope) {
			found = true
		}
	}
	return found
}

func (n anyWord) needs() ([]int32, bool) { return n.words, true }

func (n anyWord) describe() string {
	return fmt.Sprintf("%s含%s之一", n.scope.title(), shorten(n.names))
}

// everyWord holds when each of the items stands in one of the fields.
type everyWord struct {
	scope scope
	items []item
	names []string
}

func (n everyWord) holds(m *match) bool {
	mark := m.mark()
	for _, it := range n.items {
		found := false
		for _, w := range it {
			if m.evidence(w, n.scope) {
				found = true
			}
		}
		if !found {
			m.reset(mark)
			return false
		}
	}
	return true
}

func (n everyWord) needs() (words []int32, ok bool) { return smallest(n.items) }

func (n everyWord) describe() string {
	return fmt.Sprintf("%s同时含%s", n.scope.title(), shorten(n.names))
}

// smallest returns the item with the fewest words.
func smallest(items []item) ([]int32, bool) {
	if len(items) == 0 {
		return nil, false
	}
	return slices.MinFunc(items, func(a, b item) int { return len(a) - len(b) }), true
}

// noWord holds when none of the words stands in any of the fields.
type noWord struct {
	scope scope
	words []int32
	names []string
}

func (n noWord) holds(m *match) bool {
	return !slices.ContainsFunc(n.words, func(w int32) bool { return m.has(w, n.scope) })
}

func (n noWord) needs() ([]int32, bool) { return nil, false }

func (n noWord) describe() string {
	return fmt.Sprintf("%s不含%s", n.scope.title(), shorten(n.names))
}

// nearWords holds when the items stand in one field within a distance of each
// other.
type nearWords struct {
	scope    scope
	items    []item
	names    []string
	distance int
}

func (n nearWords) holds(m *match) bool { return m.near(n) }

func (n nearWords) needs() ([]int32, bool) { return smallest(n.items) }

func (n nearWords) describe() string {
	return fmt.Sprintf("%s含%s，相距不超过 %d 字", n.scope.title(), shorten(n.names), n.distance)
}

// regexFound holds when the expression matches in one of the fields.
type regexFound struct {
	scope   scope
	pattern *pattern
}

func (n regexFound) holds(m *match) bool { return m.regex(n) }

func (n regexFound) needs() ([]int32, bool) { return nil, false }

func (n regexFound) describe() string {
	return fmt.Sprintf("%s符合正则 %s", n.scope.title(), n.pattern.source)
}

// inMailbox holds for letters to one of the boxes.
type inMailbox []string

func (n inMailbox) holds(m *match) bool {
	if !slices.Contains(n, m.text.Mailbox) {
		return false
	}
	m.add(Hit{Word: m.text.Mailbox, Field: "mailbox", Context: m.text.Mailbox})
	return true
}

func (n inMailbox) needs() ([]int32, bool) { return nil, false }

func (n inMailbox) describe() string { return "信箱为" + shorten(n) }

// inLanguage holds for letters in one of the languages.
type inLanguage []string

func (n inLanguage) holds(m *match) bool {
	language := m.language()
	if !slices.Contains(n, language) {
		return false
	}
	m.add(Hit{Word: language, Field: "language", Context: language})
	return true
}

func (n inLanguage) needs() ([]int32, bool) { return nil, false }

func (n inLanguage) describe() string { return "语言为" + shorten(n) }

// sized holds for letters over one size and under another; zero is no bound.
type sized struct{ over, under int64 }

func (n sized) holds(m *match) bool {
	size := m.text.Size
	if n.over > 0 && size <= n.over || n.under > 0 && size >= n.under {
		return false
	}
	m.add(Hit{Word: fmt.Sprint(size), Field: "size", Context: fmt.Sprintf("%d 字节", size)})
	return true
}

func (n sized) needs() ([]int32, bool) { return nil, false }

func (n sized) describe() string {
	switch {
	case n.under == 0:
		return fmt.Sprintf("大小超过 %d 字节", n.over)
	case n.over == 0:
		return fmt.Sprintf("大小不足 %d 字节", n.under)
	}
	return fmt.Sprintf("大小在 %d 与 %d 字节之间", n.over, n.under)
}

// arrivedIn holds for letters that came outside (off) or inside working hours.
type arrivedIn struct{ off bool }

func (n arrivedIn) holds(m *match) bool {
	if m.context.WorkingTime == nil || m.context.WorkingTime(m.text.Arrived) == n.off {
		return false
	}
	word := "hours: work"
	if n.off {
		word = "hours: off"
	}
	m.add(Hit{Word: word, Field: "arrived", Context: m.text.Arrived.Format("2006-01-02 15:04")})
	return true
}

func (n arrivedIn) needs() ([]int32, bool) { return nil, false }

func (n arrivedIn) describe() string {
	if n.off {
		return "工作时间以外到达"
	}
	return "工作时间以内到达"
}

// shorten lists at most six names for a person.
func shorten(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("“%s”等 %d 项", strings.Join(names[:most], "、"), len(names))
	}
	return "“" + strings.Join(names, "、") + "”"
}
