package rules

import (
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/fold"
)

// vocabulary numbers the folded words of all rules and resolves lexicons.
type vocabulary struct {
	lexicons map[string]lexicon
	numbers  map[string]int32
	folded   [][]rune
	written  []string // as a rule wrote the word first
	near     []bool   // words of which every place is needed
	open     []string // lexicons being resolved
	resolved map[string]item
	findings []configs.Finding
	used     map[string]bool
}

// lexicon is a shared word list.
type lexicon struct {
	words []word
	at    configs.Position
}

// item is one entry of a word list: a word, or the words of a lexicon, any of
// which will do. It holds the words' numbers.
type item []int32

// item resolves an entry of a word list; complaints go to the findings.
func (v *vocabulary) item(w word) item {
	name, isLexicon := strings.CutPrefix(w.text, "$")
	if !isLexicon {
		if n, ok := v.number(w); ok {
			return item{n}
		}
		return nil
	}
	l, ok := v.lexicons[name]
	if !ok {
		v.findings = append(v.findings, w.at.Errorf("没有词表 %s%s", w.text, suggest(name, v.names())))
		return nil
	}
	if slices.Contains(v.open, name) {
		v.findings = append(v.findings, w.at.Errorf("词表 $%s 引用了它自己", name))
		return nil
	}
	v.used[name] = true
	if known, ok := v.resolved[name]; ok {
		return known
	}
	v.open = append(v.open, name)
	out := v.members(l)
	v.open = v.open[:len(v.open)-1]
	v.resolved[name] = out
	return out
}

// members resolves the entries of a lexicon, each word once.
func (v *vocabulary) members(l lexicon) item {
	var out item
	seen := make(map[int32]bool)
	for _, entry := range l.words {
		for _, n := range v.item(entry) {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out
}

// number returns the number of a word.
func (v *vocabulary) number(w word) (int32, bool) {
	folded := fold.Fold(w.text).Runes
	if len(folded) == 0 {
		// A value of the wrong kind was reported already.
		if w.text != "" {
			v.findings = append(v.findings, w.at.Errorf("词 %q 除空白和不可见字符外没有内容", w.text))
		}
		return 0, false
	}
	key := string(folded)
	if n, ok := v.numbers[key]; ok {
		return n, true
	}
	n := int32(len(v.folded))
	v.numbers[key] = n
	v.folded = append(v.folded, folded)
	v.written = append(v.written, w.text)
	v.near = append(v.near, false)
	return n, true
}

// names lists the lexicons.
func (v *vocabulary) names() []string {
	out := make([]string, 0, len(v.lexicons))
	for name := range v.lexicons {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
