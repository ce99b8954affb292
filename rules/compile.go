package rules

import (
	"cmp"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/calendar"
)

// rule is a compiled rule.
type rule struct {
	doc  *ruleDoc
	when allOf
	// only tells that the rule adds to the verdict but never decides.
	only bool
	// order is the rule's place in the files.
	order int
}

// compiler turns documents into a set.
type compiler struct {
	vocabulary vocabulary
	fields     fields
	findings   []configs.Finding
}

// compile builds the set of the documents. The set is of no use when a finding
// is an error.
func compile(docs []*document) (*Set, []configs.Finding) {
	c := &compiler{fields: fieldNames()}
	c.vocabulary = vocabulary{
		lexicons: make(map[string]lexicon), numbers: make(map[string]int32),
		used: make(map[string]bool), resolved: make(map[string]item),
	}
	c.collectLexicons(docs)
	s := &Set{docs: docs}
	byID := make(map[string]*ruleDoc)
	for _, d := range docs {
		for i := range d.Rules {
			r := &d.Rules[i]
			c.checkRule(r, byID)
			s.rules = append(s.rules, rule{
				doc: r, when: c.condition(&r.When), only: r.Continue || r.Then.Division == "", order: len(s.rules),
			})
		}
	}
	c.checkTests(docs, byID)
	slices.SortStableFunc(s.rules, func(a, b rule) int { return cmp.Compare(b.doc.Priority, a.doc.Priority) })
	s.fields = c.fields
	s.written, s.near = c.vocabulary.written, c.vocabulary.near
	s.lexicons, s.usedLexicons = c.vocabulary.lexicons, c.vocabulary.used
	s.automaton = newAutomaton(c.vocabulary.folded)
	for _, w := range c.vocabulary.folded {
		s.folded = append(s.folded, string(w))
	}
	s.index()
	return s, append(c.findings, c.vocabulary.findings...)
}

// collectLexicons gathers the word lists of all files, which share them.
func (c *compiler) collectLexicons(docs []*document) {
	for _, d := range docs {
		names := make([]string, 0, len(d.Lexicons))
		for name := range d.Lexicons {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			at := d.KeyAt("lexicons", name)
			if strings.HasPrefix(name, "$") {
				c.errorf(at, "词表的名称不带 $，这里写 %s，用到的地方才写 %s", strings.TrimLeft(name, "$"), name)
				continue
			}
			if old, ok := c.vocabulary.lexicons[name]; ok {
				c.errorf(at, "词表 %s 重复，%s:%d 已经写过", name, old.at.File, old.at.Line)
				continue
			}
			if len(d.Lexicons[name]) == 0 {
				c.errorf(at, "词表 %s 是空的", name)
			}
			d.Lexicons[name] = full(d.Lexicons[name], &c.findings)
			c.vocabulary.lexicons[name] = lexicon{words: d.Lexicons[name], at: at}
		}
	}
	// Resolved once each, so that a broken word is found even in a list that no
	// rule uses.
	for _, name := range c.vocabulary.names() {
		l := c.vocabulary.lexicons[name]
		c.vocabulary.item(word{text: "$" + name, at: l.at})
	}
	c.vocabulary.findings = unique(c.vocabulary.findings)
	// What rules use is counted from here on.
	c.vocabulary.used, c.vocabulary.resolved = make(map[string]bool), make(map[string]item)
}

// unique leaves out findings that were made before.
func unique(findings []configs.Finding) []configs.Finding {
	seen := make(map[configs.Finding]bool)
	return slices.DeleteFunc(findings, func(f configs.Finding) bool {
		old := seen[f]
		seen[f] = true
		return old
	})
}

func (c *compiler) errorf(at configs.Position, format string, args ...any) {
	c.findings = append(c.findings, at.Errorf(format, args...))
}

// checkRule reports what is wrong with a rule apart from its conditions.
func (c *compiler) checkRule(r *ruleDoc, byID map[string]*ruleDoc) {
	switch old := byID[r.ID]; {
	case r.ID == "":
		c.errorf(r.At(), "规则没有 id")
	case old != nil:
		c.errorf(r.At("id"), "规则 %s 重复，%s:%d 已经写过", r.ID, old.At("id").File, old.At("id").Line)
	default:
		byID[r.ID] = r
	}
	if !r.When.written {
		c.errorf(r.At(), "规则 %s 没有 when；对每封信都成立请写 when: {}", r.ID)
	}
	t := &r.Then
	if !r.Has("then") {
		c.errorf(r.At(), "规则 %s 没有 then", r.ID)
		return
	}
	if t.Division != "" && r.Continue {
		c.errorf(t.At("division"), "规则 %s 写了 continue: true，只作补充，不能指定 division；协办请用 assist", r.ID)
	}
	if t.Deadline != "" {
		span, err := calendar.ParseSpan(t.Deadline)
		if err != nil || span.N <= 0 {
			c.errorf(t.At("deadline"), "期限 %q 不对，应写成 3wd（工作日）、15d、4wh 或 24h 这样", t.Deadline)
		}
	}
	if t.adds() || t.Division != "" {
		return
	}
	c.errorf(r.At("then"), "规则 %s 的 then 什么也没有规定", r.ID)
}

// adds tells whether a verdict says anything besides the division.
func (t *thenDoc) adds() bool {
	return len(t.Assist)+len(t.Notify)+len(t.Recuse)+len(t.Accuses) > 0 ||
		t.Category != "" || t.Urgency != "" || t.Deadline != "" || t.Confidential
}

// condition compiles one map of conditions. What costs most comes last.
func (c *compiler) condition(d *conditionDoc) allOf {
	var cheap, costly allOf
	for i := range d.tests {
		c.test(&d.tests[i], &cheap, &costly)
	}
	for _, group := range []struct {
		docs []conditionDoc
		make func([]node) node
	}{
		{d.all, func(n []node) node { return allOf(n) }},
		{d.any, func(n []node) node { return anyOf(n) }},
		{d.not, func(n []node) node { return noneOf(n) }},
	} {
		if len(group.docs) == 0 {
			continue
		}
		nodes := make([]node, len(group.docs))
		for i := range group.docs {
			nodes[i] = c.condition(&group.docs[i])
		}
		costly = append(costly, group.make(nodes))
	}
	return append(cheap, costly...)
}

// test compiles one key of a condition.
func (c *compiler) test(t *testOf, cheap, costly *allOf) {
	switch {
	case t.words != nil:
		c.words(t, cheap, costly)
	case t.key == "mailbox":
		*cheap = append(*cheap, inMailbox(texts(t.names)))
	case t.key == "language":
		*costly = append(*costly, inLanguage(texts(t.names)))
	case t.size != nil:
		*cheap = append(*cheap, sized{int64(t.size.Over), int64(t.size.Under)})
	case t.offHours != nil:
		*cheap = append(*cheap, arrivedIn{*t.offHours})
	}
}

// words compiles what is asked of the words of one field.
func (c *compiler) words(t *testOf, cheap, costly *allOf) {
	w := t.words
	for _, list := range []*[]word{&w.Any, &w.All, &w.None} {
		*list = full(*list, &c.findings)
	}
	s := c.fields.scope(t.key)
	any, all := c.items(w.Any), c.items(w.All)
	switch {
	case w.Near != nil && len(all) > 0:
		items, listed := all, w.All
		if len(any) > 0 {
			items = append(items, slices.Concat(any...))
			listed = slices.Concat(w.All, w.Any)
		}
		for _, n := range slices.Concat(items...) {
			c.vocabulary.near[n] = true
		}
		*cheap = append(*cheap, nearWords{s, items, texts(listed), *w.Near})
	default:
		if len(w.All) > 0 {
			*cheap = append(*cheap, everyWord{s, all, texts(w.All)})
		}
		if len(w.Any) > 0 {
			*cheap = append(*cheap, anyWord{s, flat(any), texts(w.Any)})
		}
	}
	if len(w.None) > 0 {
		*cheap = append(*cheap, noWord{s, flat(c.items(w.None)), texts(w.None)})
	}
	if w.Regex == nil || w.Regex.pattern == nil {
		return
	}
	// An expression that is only a choice of words is looked for as words.
	if len(w.Regex.words) == 0 {
		*costly = append(*costly, regexFound{s, w.Regex.pattern})
		return
	}
	var numbers []int32
	for _, text := range w.Regex.words {
		if n, ok := c.vocabulary.number(word{text: text, at: w.Regex.at}); ok {
			numbers = append(numbers, n)
		}
	}
	*cheap = append(*cheap, anyWord{s, numbers, []string{w.Regex.source}})
}

func (c *compiler) items(words []word) []item {
	var out []item
	for _, w := range words {
		if it := c.vocabulary.item(w); len(it) > 0 {
			out = append(out, it)
		}
	}
	return out
}

func flat(items []item) []int32 {
	all := slices.Concat(items...)
	slices.Sort(all)
	return slices.Compact(all)
}

func texts(words []word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return out
}
