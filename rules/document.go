package rules

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"xinfangd/configs"
)

// document is a rule file.
type document struct {
	configs.Place `yaml:"-"`

	Lexicons map[string][]word `yaml:"lexicons"`
	Rules    []ruleDoc         `yaml:"rules"`
	Tests    []testDoc         `yaml:"tests"`
}

// ruleDoc is one rule as written.
type ruleDoc struct {
	configs.Place `yaml:"-"`

	ID       string       `yaml:"id"`
	Name     string       `yaml:"name"`
	Priority int          `yaml:"priority"`
	When     conditionDoc `yaml:"when"`
	Then     thenDoc      `yaml:"then"`
	Continue bool         `yaml:"continue"`
}

// thenDoc is the verdict of a rule.
type thenDoc struct {
	configs.Place `yaml:"-"`

	Division     string   `yaml:"division"`
	Assist       nameList `yaml:"assist"`
	Category     string   `yaml:"category"`
	Urgency      string   `yaml:"urgency" oneof:"normal urgent major"`
	Deadline     string   `yaml:"deadline"`
	Notify       nameList `yaml:"notify"`
	Recuse       nameList `yaml:"recuse"`
	Accuses      nameList `yaml:"accuses"`
	Confidential bool     `yaml:"confidential"`
}

// nameList is a list of names; a single one may stand without brackets.
type nameList []string

// UnmarshalConfig implements configs.Unmarshaler.
func (l *nameList) UnmarshalConfig(d *configs.Decoder, node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.Tag != "!!null" {
		if text, ok := d.Text(node); ok {
			*l = nameList{text}
		}
		return
	}
	d.Decode(node, (*[]string)(l))
}

// word is an entry of a word list with its place.
type word struct {
	text string
	at   configs.Position
	// empty tells a word written '' from one that could not be read.
	empty bool
}

// UnmarshalConfig implements configs.Unmarshaler.
func (w *word) UnmarshalConfig(d *configs.Decoder, node *yaml.Node) {
	w.at = d.Position(node)
	var ok bool
	w.text, ok = d.Text(node)
	w.empty = ok && w.text == ""
}

// full passes over empty words. That is a warning, unless none is left.
func full(words []word, findings *[]configs.Finding) []word {
	var out []word
	for _, w := range words {
		if !w.empty {
			out = append(out, w)
		}
	}
	for _, w := range words {
		switch {
		case !w.empty:
		case len(out) == 0:
			*findings = append(*findings, w.at.Errorf("这里是空的，请写上内容，或删去这一项"))
		default:
			*findings = append(*findings, w.at.Warnf("这里是空的，已略过；请写上内容，或删去这一项"))
		}
	}
	return out
}

// conditionDoc is one map of conditions, all of which must hold.
type conditionDoc struct {
	at    configs.Position
	tests []testOf
	any   []conditionDoc
	all   []conditionDoc
	not   []conditionDoc
	// written tells a condition that is empty from one that is missing.
	written bool
}

// testOf is one key of a condition with what it asks; exactly one of the
// pointers and lists is set.
type testOf struct {
	key      string
	at       configs.Position
	words    *wordsDoc
	names    []word // mailbox, language
	size     *sizeDoc
	offHours *bool // arrived
}

// wordsDoc is what is asked of the words of a field.
type wordsDoc struct {
	configs.Place `yaml:"-"`

	Any   []word      `yaml:"any"`
	All   []word      `yaml:"all"`
	None  []word      `yaml:"none"`
	Near  *int        `yaml:"near"`
	Regex *patternDoc `yaml:"regex"`
}

// patternDoc is a regular expression with its place.
type patternDoc struct {
	*pattern
	at configs.Position
}

// UnmarshalConfig implements configs.Unmarshaler.
func (p *patternDoc) UnmarshalConfig(d *configs.Decoder, node *yaml.Node) {
	p.at = d.Position(node)
	text, ok := d.Text(node)
	if !ok {
		return
	}
	var err error
	switch p.pattern, err = newPattern(text); {
	case errors.Is(err, errMatchesEmpty):
		d.Errorf(node, "正则表达式 %s 能匹配空文字，等于对每封信都成立", text)
	case err != nil:
		d.Errorf(node, "正则表达式 %s 有误（RE2 语法）：%s", text, syntaxReason(err))
	}
}

// sizeDoc bounds a letter's size, in bytes; zero is no bound.
type sizeDoc struct {
	Over  byteCount `yaml:"over"`
	Under byteCount `yaml:"under"`
}

// byteCount is a number of bytes, written 10MB.
type byteCount int64

// arrivedDoc is a condition on the moment of arrival.
type arrivedDoc struct {
	Hours string `yaml:"hours" oneof:"off work"`
}

// maxDepth bounds how deeply conditions nest.
const maxDepth = 40

// conditionKeys lists the keys a condition may have, besides header.X and form.X.
func conditionKeys() []string {
	return []string{
		"any", "all", "not", "mailbox", "text", "subject", "body", "sender", "attachment", "size", "language", "arrived",
	}
}

// UnmarshalConfig implements configs.Unmarshaler.
func (c *conditionDoc) UnmarshalConfig(d *configs.Decoder, node *yaml.Node) {
	c.decode(d, node, 0)
}

func (c *conditionDoc) decode(d *configs.Decoder, node *yaml.Node, depth int) {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	c.at, c.written = d.Position(node), true
	// What was left unfinished must not hold for every letter; {} says so.
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		d.Errorf(node, "没有写条件；对每封信都成立请写 {}")
		return
	}
	if depth > maxDepth {
		d.Errorf(node, "条件嵌套超过 %d 层", maxDepth)
		return
	}
	if node.Kind != yaml.MappingNode {
		d.Errorf(node, "这里应写条件，如 text: {any: [停电, 断电]}")
		return
	}
	var keys map[string]yaml.Node
	if !d.Decode(node, &keys) {
		return
	}
	// The map has reported what cannot be a key; the order is the node's.
	for i := 0; i+1 < len(node.Content); i += 2 {
		c.key(d, node.Content[i], node.Content[i+1], depth)
	}
}

// key decodes one key of a condition.
func (c *conditionDoc) key(d *configs.Decoder, key, value *yaml.Node, depth int) {
	t := testOf{key: key.Value, at: d.Position(key)}
	switch name := key.Value; {
	case name == "any":
		c.any = list(d, value, depth)
		return
	case name == "all":
		c.all = list(d, value, depth)
		return
	case name == "not":
		c.not = list(d, value, depth)
		return
	case name == "mailbox":
		t.names = names(d, value)
		for _, box := range t.names {
			if box.empty {
				d.Errorf(&yaml.Node{Line: box.at.Line, Column: box.at.Column}, "信箱为空，请写上标识，或删去这一项")
			}
		}
	case name == "language":
		t.names = languageNames(d, value)
	case name == "size":
		t.size = new(sizeDoc)
		if d.Decode(value, t.size) && *t.size == (sizeDoc{}) {
			d.Errorf(value, "size 要写 over 或 under，如 {over: 10MB}")
		}
	case name == "arrived":
		var a arrivedDoc
		if d.Decode(value, &a) {
			if a.Hours == "" {
				d.Errorf(value, "arrived 要写 hours: off（工作时间以外）或 hours: work")
			}
			off := a.Hours == "off"
			t.offHours = &off
		}
	case isField(name) && (value.Kind == yaml.SequenceNode || value.Kind == yaml.ScalarNode):
		d.Errorf(value, "%s 应写明怎样找，如 %s: {any: [停电, 断电]}，或 all、none、regex", name, name)
	case isField(name):
		t.words = new(wordsDoc)
		if d.Decode(value, t.words) {
			t.words.check(d, value)
		}
	default:
		d.Errorf(key, "不认识的条件 %s%s", name, suggest(name, conditionKeys()))
		return
	}
	c.tests = append(c.tests, t)
}

// list decodes the list of conditions under any, all or not.
func list(d *configs.Decoder, node *yaml.Node, depth int) []conditionDoc {
	var items []yaml.Node
	if !d.Decode(node, &items) {
		return nil
	}
	if len(items) == 0 {
		d.Errorf(node, "这里至少要有一项条件")
	}
	out := make([]conditionDoc, len(items))
	for i := range items {
		out[i].decode(d, &items[i], depth+1)
	}
	return out
}

// names decodes one name or a list of them.
func names(d *configs.Decoder, node *yaml.Node) []word {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind == yaml.ScalarNode {
		var w word
		w.UnmarshalConfig(d, node)
		return []word{w}
	}
	var out []word
	if d.Decode(node, &out) && len(out) == 0 {
		d.Errorf(node, "列表是空的，条件永不成立")
	}
	return out
}

// languageNames decodes the codes of languages; a letter in one that is not
// told apart is never found.
func languageNames(d *configs.Decoder, node *yaml.Node) []word {
	list := names(d, node)
	for i := range list {
		l := &list[i]
		unread := l.text == "" && !l.empty // which was reported
		if l.text = primary(l.text); !unread && !slices.Contains(languages(), l.text) {
			d.Warnf(&yaml.Node{Line: l.at.Line, Column: l.at.Column}, "不认识的语言 %s，对哪封信都不成立，应为 %s 之一", cmp.Or(l.text, "''"), strings.Join(languages(), "、"))
		}
	}
	return slices.DeleteFunc(list, func(l word) bool { return l.text == "" })
}

// isField tells whether a condition's key names a field with words.
func isField(key string) bool {
	switch key {
	case "text", "subject", "body", "sender", "attachment":
		return true
	}
	name, ok := strings.CutPrefix(key, "header.")
	if !ok {
		name, ok = strings.CutPrefix(key, "form.")
	}
	return ok && name != ""
}

// check reports what a field's condition lacks.
func (w *wordsDoc) check(d *configs.Decoder, node *yaml.Node) {
	if w.Any == nil && w.All == nil && w.None == nil && w.Regex == nil {
		d.Errorf(node, "这里要写 any、all、none 或 regex，如 {any: [停电, 断电]}")
	}
	for _, key := range []struct {
		name  string
		words []word
	}{{"any", w.Any}, {"all", w.All}, {"none", w.None}} {
		if key.words == nil || len(key.words) > 0 {
			continue
		}
		at := w.At(key.name)
		d.Errorf(&yaml.Node{Line: at.Line, Column: at.Column}, "%s 的词表是空的", key.name)
	}
	w.checkNear(d)
}

// checkNear reports a distance that is between nothing.
func (w *wordsDoc) checkNear(d *configs.Decoder) {
	if w.Near == nil {
		return
	}
	at := w.At("near")
	place := &yaml.Node{Line: at.Line, Column: at.Column}
	if *w.Near < 0 {
		d.Errorf(place, "near 不能小于 0")
	}
	if len(w.All) == 0 || len(w.All)+len(w.Any) < 2 {
		d.Errorf(place, "near 要与 all 同用，且至少有两个词：它限定这些词相距多远")
	}
}
