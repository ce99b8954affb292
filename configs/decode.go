package configs

import (
	"encoding"
	"os"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"xinfangd/gateway/calendar"
)

// Unmarshaler is a type that decodes itself, reporting through the Decoder at
// any node it likes. It is called with aliases resolved, for any kind of node.
type Unmarshaler interface {
	UnmarshalConfig(d *Decoder, node *yaml.Node)
}

// Defaulter is a type whose fresh elements in lists, maps and pointers get
// defaults before they are decoded. (A struct field has the defaults its parent
// gave it.)
type Defaulter interface {
	SetDefaults()
}

// Options vary decoding; the zero value expands ${NAME} from the environment.
type Options struct {
	// Env looks up ${NAME}; nil means os.LookupEnv.
	Env func(string) (string, bool)
	// Literal leaves ${NAME} alone.
	Literal bool
}

// Decode reads one strict YAML document into the struct, map or list that into
// points to, and returns every complaint at once, in the order of the file:
// broken YAML, a second document, unknown and duplicate keys, wrong types, bad
// values. What could be decoded is decoded; what the file leaves out keeps the
// value it had. file is only a name for the findings.
//
// Struct fields are named by the tag `yaml:"key"` (else by their lower-cased
// name); `yaml:",inline"` takes the keys of a nested struct as one's own, or, on
// a map with string keys, every key no other field takes; `oneof:"a b c"` lists
// the words a string (or each string of a list) may be. Types decode themselves
// as an Unmarshaler or an encoding.TextUnmarshaler; time.Duration is 1h30m and
// calendar.Span and calendar.TimeOfDay are what they parse.
//
// An empty value is an empty section for a struct or a map and a complaint for
// anything else: it is not clear whether the default was meant.
func Decode(file string, data []byte, into any) []Finding {
	return DecodeWith(file, data, into, Options{})
}

// DecodeWith is Decode with options.
func DecodeWith(file string, data []byte, into any, o Options) []Finding {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	d := &Decoder{file: file, options: o, seen: make(map[*yaml.Node]bool)}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		d.add(Position{File: file}.Errorf("程序错误：解码目标不是指针"))
		return d.findings
	}
	root, findings := parse(file, data)
	d.findings = findings
	switch {
	case root != nil:
		d.value(root, target.Elem(), "")
	case len(findings) == 0:
		d.leftOut(target.Elem(), &yaml.Node{Line: 1, Column: 1})
	}
	SortFindings(d.findings)
	return d.findings
}

// maxNodes bounds what aliases can blow a small file up to.
const maxNodes = 1 << 21

// Decoder carries the findings of one file to types that decode themselves.
type Decoder struct {
	file     string
	options  Options
	findings []Finding
	seen     map[*yaml.Node]bool // anchors being decoded: an anchor may contain its own alias
	nodes    int
}

// Errorf reports an error at the node.
func (d *Decoder) Errorf(node *yaml.Node, format string, args ...any) {
	d.add(d.Position(node).Errorf(format, args...))
}

// Warnf reports a warning at the node.
func (d *Decoder) Warnf(node *yaml.Node, format string, args ...any) {
	d.add(d.Position(node).Warnf(format, args...))
}

// Position returns where the node stands.
func (d *Decoder) Position(node *yaml.Node) Position {
	if node == nil {
		return Position{File: d.file}
	}
	return Position{File: d.file, Line: node.Line, Column: node.Column}
}

// File returns the name of the file as given to Decode.
func (d *Decoder) File() string { return d.file }

// Place returns a Place for the node, for types that decode themselves.
func (d *Decoder) Place(node *yaml.Node) Place { return Place{file: d.file, node: node} }

// Decode decodes a node into what into points to, by the rules of the package
// function Decode, and reports whether it went without errors.
func (d *Decoder) Decode(node *yaml.Node, into any) bool {
	before := d.errorCount()
	d.value(node, reflect.ValueOf(into).Elem(), "")
	return d.errorCount() == before
}

// Text returns the text of a scalar with ${NAME} expanded; anything else is
// reported and gives false.
func (d *Decoder) Text(node *yaml.Node) (string, bool) {
	node = resolve(node)
	if node == nil || node.Kind != yaml.ScalarNode {
		d.wrongKind(node, "一个值")
		return "", false
	}
	if isNull(node) {
		d.Errorf(node, "没有写值；要用缺省值请删去这一行，要空值请写 ''")
		return "", false
	}
	if d.options.Literal {
		return node.Value, true
	}
	text, err := expand(node.Value, d.options.Env)
	if err != nil {
		d.Errorf(node, "%s", err)
		return "", false
	}
	return text, true
}

func (d *Decoder) add(f Finding) { d.findings = append(d.findings, f) }

func (d *Decoder) errorCount() int {
	n := 0
	for _, f := range d.findings {
		if f.Severity == SeverityError {
			n++
		}
	}
	return n
}

var (
	placeType    = reflect.TypeFor[Place]()
	nodeType     = reflect.TypeFor[yaml.Node]()
	durationType = reflect.TypeFor[time.Duration]()
)

// value decodes a node into v; oneof are the words allowed, from the field's tag.
func (d *Decoder) value(node *yaml.Node, v reflect.Value, oneof string) {
	if node.Kind == yaml.AliasNode {
		if d.seen[node.Alias] {
			d.Errorf(node, "引用 *%s 指向它自己", node.Value)
			return
		}
		node = node.Alias
	}
	if d.nodes++; d.nodes == maxNodes {
		d.Errorf(node, "内容过多（引用展开后超过 %d 项）", maxNodes)
	}
	if d.nodes >= maxNodes {
		return
	}
	if node.Anchor != "" {
		d.seen[node] = true
		defer delete(d.seen, node)
	}
	if v.CanAddr() && d.hook(node, v.Addr().Interface()) {
		return
	}
	switch {
	case v.Type() == nodeType:
		v.Set(reflect.ValueOf(*node))
	case v.Type() == durationType:
		d.duration(node, v)
	default:
		d.kind(node, v, oneof)
	}
}

// hook lets types that decode themselves do so, and reports whether one did.
func (d *Decoder) hook(node *yaml.Node, target any) bool {
	switch t := target.(type) {
	case Unmarshaler:
		t.UnmarshalConfig(d, node)
		return true
	case *calendar.Span:
		d.span(node, t)
		return true
	case *calendar.TimeOfDay:
		d.timeOfDay(node, t)
		return true
	case encoding.TextUnmarshaler:
		if text, ok := d.Text(node); ok {
			if err := t.UnmarshalText([]byte(text)); err != nil {
				d.Errorf(node, "%s", err)
			}
		}
		return true
	}
	return false
}

func (d *Decoder) kind(node *yaml.Node, v reflect.Value, oneof string) {
	switch v.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		setDefaults(fresh)
		d.value(node, fresh.Elem(), oneof)
		v.Set(fresh)
	case reflect.Struct:
		d.structure(node, v)
	case reflect.Map:
		d.mapping(node, v, oneof)
	case reflect.Slice:
		d.list(node, v, oneof)
	case reflect.Interface:
		var plain any
		if err := node.Decode(&plain); err != nil {
			d.Errorf(node, "这里的内容无法读取")
			return
		}
		if plain != nil {
			v.Set(reflect.ValueOf(plain))
		}
	default:
		d.scalar(node, v, oneof)
	}
}

func setDefaults(pointer reflect.Value) {
	if t, ok := pointer.Interface().(Defaulter); ok {
		t.SetDefaults()
	}
}

func (d *Decoder) list(node *yaml.Node, v reflect.Value, oneof string) {
	if isNull(node) {
		d.Errorf(node, "没有写值；空列表请写 []")
		return
	}
	if node.Kind != yaml.SequenceNode {
		d.wrongKind(node, "列表（[…] 或以“- ”开头的各行）")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content))
	for i, item := range node.Content {
		setDefaults(out.Index(i).Addr())
		d.value(item, out.Index(i), oneof)
	}
	v.Set(out)
}

func (d *Decoder) mapping(node *yaml.Node, v reflect.Value, oneof string) {
	if isNull(node) {
		return
	}
	if node.Kind != yaml.MappingNode {
		d.wrongKind(node, "映射（“键: 值”各行）")
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(node.Content)/2)
	d.pairs(node, func(key, value *yaml.Node) {
		d.mapEntry(out, key, value, oneof)
	})
	v.Set(out)
}

func (d *Decoder) mapEntry(out reflect.Value, key, value *yaml.Node, oneof string) {
	k := reflect.New(out.Type().Key())
	d.value(key, k.Elem(), "")
	e := reflect.New(out.Type().Elem())
	setDefaults(e)
	d.value(value, e.Elem(), oneof)
	out.SetMapIndex(k.Elem(), e.Elem())
}

// pairs calls f for each key of a mapping once, and reports the keys that
// cannot be: duplicates, merge keys, keys that are no scalars.
func (d *Decoder) pairs(node *yaml.Node, f func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		return
	}
	first := make(map[string]*yaml.Node, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.Errorf(key, "键必须是一个词")
		case key.Tag == "!!merge":
			d.Errorf(key, "不支持合并键 <<，请把内容写出来")
		case first[key.Value] != nil:
			d.Errorf(key, "键 %s 重复，第 %d 行已经写过", key.Value, first[key.Value].Line)
		default:
			first[key.Value] = key
			f(key, value)
		}
	}
}

func (d *Decoder) structure(node *yaml.Node, v reflect.Value) {
	fields := fieldsOf(v)
	for _, place := range fields.places {
		place.Set(reflect.ValueOf(d.Place(node)))
	}
	if !isNull(node) && node.Kind != yaml.MappingNode {
		d.wrongKind(node, "映射（“键: 值”各行）")
	}
	written := make(map[string]bool, len(fields.names))
	defer func() {
		for name, f := range fields.named {
			if !written[name] {
				d.leftOut(f.value, node)
			}
		}
	}()
	d.pairs(node, func(key, value *yaml.Node) {
		written[key.Value] = true
		if f, ok := fields.named[key.Value]; ok {
			d.value(value, f.value, f.oneof)
			return
		}
		if fields.rest.IsValid() {
			if fields.rest.IsNil() {
				fields.rest.Set(reflect.MakeMap(fields.rest.Type()))
			}
			d.mapEntry(fields.rest, key, value, "")
			return
		}
		d.Errorf(key, "不认识的键 %s%s", key.Value, keyHint(key.Value, fields.names))
	})
}

// leftOut gives the Places of a struct that the file leaves out the position of
// the mapping it is missing from.
func (d *Decoder) leftOut(v reflect.Value, parent *yaml.Node) {
	if v.Kind() != reflect.Struct || v.Type() == nodeType {
		return
	}
	fields := fieldsOf(v)
	for _, place := range fields.places {
		// Not the mapping itself: its keys are not this struct's.
		place.Set(reflect.ValueOf(d.Place(&yaml.Node{Line: parent.Line, Column: parent.Column})))
	}
	for _, f := range fields.named {
		d.leftOut(f.value, parent)
	}
}

// wrongKind reports a node of the wrong kind.
func (d *Decoder) wrongKind(node *yaml.Node, want string) {
	got := "没有内容"
	if node != nil {
		switch node.Kind {
		case yaml.MappingNode:
			got = "一个映射"
		case yaml.SequenceNode:
			got = "一个列表"
		case yaml.ScalarNode:
			got = "“" + clip(node.Value) + "”"
		}
	}
	hint := ""
	if node != nil && node.Kind == yaml.ScalarNode {
		hint = wideHint(node.Value)
	}
	d.Errorf(node, "应为%s，而这里是%s%s", want, got, hint)
}

// clip shortens a text for a finding.
func clip(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}

// isNull reports a value left out: `key:` with nothing behind it, or ~.
func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}
