package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"xinfangd/gateway/calendar"
)

type sampleBox struct {
	Place `yaml:"-"`
	Host  string   `yaml:"host"`
	Port  int      `yaml:"port"`
	TLS   string   `yaml:"tls" oneof:"implicit starttls none"`
	Tags  []string `yaml:"tags" oneof:"red green"`
}

func (b *sampleBox) SetDefaults() { b.Port = 993 }

type shouted string

func (s *shouted) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	if text, ok := d.Text(node); ok {
		*s = shouted(strings.ToUpper(text))
	}
}

type common struct {
	Note string `yaml:"note"`
}

type sampleFile struct {
	Place    `yaml:"-"`
	Common   common               `yaml:",inline"`
	Name     string               `yaml:"name"`
	Timezone string               `yaml:"timezone"`
	On       bool                 `yaml:"on"`
	Small    int8                 `yaml:"small"`
	Count    uint                 `yaml:"count"`
	Ratio    float64              `yaml:"ratio"`
	Wait     time.Duration        `yaml:"wait"`
	Span     calendar.Span        `yaml:"span"`
	From     calendar.TimeOfDay   `yaml:"from"`
	Loud     shouted              `yaml:"loud"`
	Box      sampleBox            `yaml:"box"`
	Boxes    []sampleBox          `yaml:"boxes"`
	Maybe    *sampleBox           `yaml:"maybe"`
	ByName   map[string]sampleBox `yaml:"by_name"`
	Raw      yaml.Node            `yaml:"raw"`
	Any      any                  `yaml:"any"`
	Plain    string
}

func environment(name string) (string, bool) {
	v, ok := map[string]string{"HOST": "h.example", "EMPTY": "", "TRICK": "${HOST}", "PORT": "25"}[name]
	return v, ok
}

func decodeSample(text string) (sampleFile, []string) {
	var v sampleFile
	v.Box.Port = 1
	var lines []string
	for _, f := range DecodeWith("f.yaml", []byte(text), &v, Options{Env: environment}) {
		lines = append(lines, f.String())
	}
	return v, lines
}

func TestDecode(t *testing.T) {
	t.Parallel()
	got, findings := decodeSample("\ufeff" + `# all kinds
name: 0100
note: inline
timezone: "Asia/Shanghai"
on: true
small: -128
count: 7
ratio: 0.5
wait: 1h30m
span: 5wd
from: "08:00"
loud: abc
box: {host: x}
boxes:
  - &first {host: a, tls: none, tags: [red, green]}
  - *first
  - host: ${HOST}
    port: ${PORT}
maybe: {host: y}
by_name: {甲: {host: z}}
raw: [1]
any: {a: [1, x]}
plain: "${HOST}:${PORT} $${HOST} ${TRICK} ${EMPTY:-d} ${NONE:-} $停电 x${2} ${"
`)
	if findings != nil {
		t.Fatal(strings.Join(findings, "\n"))
	}
	want := sampleFile{
		Name: "0100", Common: common{Note: "inline"}, Timezone: "Asia/Shanghai", On: true, Small: -128, Count: 7, Ratio: 0.5,
		Wait: 90 * time.Minute, Span: calendar.Span{N: 5, Unit: calendar.WorkingDays}, From: 480, Loud: "ABC",
		Box: sampleBox{Host: "x", Port: 1},
		Boxes: []sampleBox{
			{Host: "a", Port: 993, TLS: "none", Tags: []string{"red", "green"}},
			{Host: "a", Port: 993, TLS: "none", Tags: []string{"red", "green"}},
			{Host: "h.example", Port: 25},
		},
		Maybe:  &sampleBox{Host: "y", Port: 993},
		ByName: map[string]sampleBox{"甲": {Host: "z", Port: 993}},
		Any:    map[string]any{"a": []any{1, "x"}},
		Plain:  "h.example:25 ${HOST} ${HOST} d  $停电 x${2} ${",
	}
	if got.Raw.Kind != yaml.SequenceNode {
		t.Errorf("raw node is %v", got.Raw.Kind)
	}
	got.Raw = yaml.Node{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeComplains(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file string
		want       []string // LINE:COLUMN: and a part of the message
	}{
		{"unknown keys, with and without suggestion", "naem: x\nzzzzzz: 1\n", []string{"1:1: 不认识的键 naem；是不是想写 name？", "2:1: 不认识的键 zzzzzz"}},
		{"dash for underscore", "by-name: {}\n", []string{"1:1: 不认识的键 by-name；是不是想写 by_name？"}},
		{"duplicate key", "name: a\nbox: {host: a, host: b}\nname: c\n", []string{"2:16: 键 host 重复，第 2 行已经写过", "3:1: 键 name 重复，第 1 行"}},
		{"wrong kinds", "name: [a]\nbox: x\nboxes: {a: b}\nby_name: 3\n", []string{"1:7: 应为文字，而这里是一个列表", "2:6: 应为映射", "3:8: 应为列表", "4:10: 应为映射"}},
		{"bad scalars", "on: yes\nsmall: 300\ncount: -1\nratio: x\nwait: 5\nspan: 5w\nfrom: 8\n", []string{
			"1:5: 应为 true 或 false，而不是 \"yes\"", "2:8: 应为整数，而不是 \"300\"（数值过大）", "3:8: 应为不小于 0 的整数", "4:8: 应为数字",
			"5:7: \"5\" 不是时长", "6:7: \"5w\" 不是期限", "7:7: \"8\" 不是时刻",
		}},
		{"not a number", "ratio: .nan\n", []string{"1:8: 应为数字"}},
		{"words of a choice", "box: {tls: starttsl, tags: [red, blue]}\n", []string{"1:12: 不能是 \"starttsl\"，只能是 implicit、starttls、none；是不是想写 starttls？", "1:34: 不能是 \"blue\""}},
		{"left empty", "name:\nboxes:\nbox:\nby_name:\n", []string{"1:6: 没有写值", "2:7: 没有写值；空列表请写 []"}},
		{"second document", "name: a\n---\nname: b\n", []string{"2:1: 一个文件只能有一份内容"}},
		{"second document broken", "name: a\n---\nname: [\n", []string{"YAML 写法有误"}},
		{"merge key", "box: {<<: {host: a}}\n", []string{"1:7: 不支持合并键"}},
		{"key that is a list", "? [a]\n: b\n", []string{"1:3: 键必须是一个词"}},
		{"alias to itself", "box: &a {host: *a}\n", []string{"1:16: 引用 *a 指向它自己"}},
		{"unknown alias", "name: x\nplain: *x\n", []string{"2:8: YAML 写法有误：引用的锚点 x 没有定义"}},
		{"no variable", "name: ${NOBODY}\nplain: ${HOST\ntimezone: ${HOST?}\n", []string{"1:7: 环境变量 NOBODY 没有设置", "2:8: ${HOST 缺少右括号", "3:11: ${HOST?} 不是环境变量的写法"}},
		{"top is a list", "- a\n", []string{"1:1: 应为映射"}},
		{"full-width colon", "name: x\ntimezone： y\non: true\n", []string{"2:9: YAML 写法有误；这里用了全角“：”"}},
		{"full-width colon in braces", "box: {host：x, port: 1}\n", []string{"1:7: 不认识的键 host：x；这里用了全角“：”"}},
		{"full-width colon makes a sentence", "name：x\n", []string{"1:1: 应为映射（“键: 值”各行），而这里是“name：x”；这里用了全角“：”"}},
		{"full-width comma", "box: {host: x， port: 1}\n", []string{"1:14: YAML 写法有误；这里用了全角“，”"}},
		{"tab", "box:\n  host: a\n\tport: 1\n", []string{"3:1: YAML 写法有误；缩进不能用制表符"}},
		{"indent", "box:\n  host: a\n port: 1\n", []string{"3:2: YAML 写法有误"}},
		{"open quote", "name: x\nplain: \"abc\non: true\n", []string{"2:1: YAML 写法有误：引号或括号没有结束"}},
		{"two colons", "name: x\nplain: a: b\n", []string{"2:1: YAML 写法有误：一行里有两个冒号"}},
		{"GBK", "name: x\nplain: \xb5\xe7\xc1\xa6\n", []string{"2:8: 文件不是 UTF-8 编码（像是 GBK"}},
		{"no encoding at all", "name: \xff\xff\n", []string{"1:7: 文件不是 UTF-8 编码，请"}},
		{"UTF-16", "\xff\xfen\x00", []string{"1:1: 文件是 UTF-16"}},
		{"control character", "name: a\x00\n", []string{"1:8: 文件里有控制字符 U+0000"}},
		{"columns count characters", "box: {host: 示范市, prot: 1}\n", []string{"1:18: 不认识的键 prot；是不是想写 port？"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for ending, file := range map[string]string{"LF": tt.file, "CRLF": strings.ReplaceAll(tt.file, "\n", "\r\n")} {
				_, got := decodeSample(file)
				if len(got) != len(tt.want) {
					t.Fatalf("%s: findings are\n%s\nwant %d", ending, strings.Join(got, "\n"), len(tt.want))
				}
				for i, want := range tt.want {
					if !strings.Contains(got[i], want) {
						t.Errorf("%s: finding is\n%s\nwant\n%s", ending, got[i], want)
					}
				}
			}
		})
	}
}

func TestDecodeEmpty(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "\n", "# nothing\n", "---\n", "\ufeff"} {
		if v, findings := decodeSample(file); findings != nil || v.Box.Port != 1 {
			t.Errorf("%q: %v", file, findings)
		}
	}
}

func TestDecodeLiteral(t *testing.T) {
	t.Parallel()
	var v sampleFile
	if f := DecodeWith("f", []byte("name: ${NOBODY}"), &v, Options{Literal: true}); f != nil || v.Name != "${NOBODY}" {
		t.Errorf("%v %q", f, v.Name)
	}
}

func TestDecodeRefusesNoPointer(t *testing.T) {
	t.Parallel()
	if f := Decode("f", []byte("name: x"), sampleFile{}); len(f) != 1 {
		t.Errorf("findings are %v", f)
	}
}

// TestAliasesCannotExplode feeds the classic: nine levels of nine references.
func TestAliasesCannotExplode(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("l0: &l0 [x]\n")
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, "l%d: &l%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d,", i-1), 9), ","))
	}
	var v map[string]tree
	findings := Decode("f", []byte(b.String()), &v)
	if len(findings) == 0 || !strings.Contains(findings[len(findings)-1].Message, "内容过多") {
		t.Errorf("%d findings", len(findings))
	}
}

// tree accepts any nesting of lists.
type tree struct{ children []tree }

func (n *tree) UnmarshalConfig(d *Decoder, node *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		n.children = make([]tree, len(node.Content))
		for i, c := range node.Content {
			d.Decode(c, &n.children[i])
		}
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	v, findings := decodeSample("name: x\nboxes:\n  - host: a\n    tags: [red,\n      green]\n  - {host: b}\n")
	if findings != nil {
		t.Fatal(findings)
	}
	box := v.Boxes[0]
	for _, tt := range []struct {
		name string
		got  Position
		want Position
	}{
		{"a value", box.At("host"), Position{"f.yaml", 3, 11}},
		{"its key", box.KeyAt("host"), Position{"f.yaml", 3, 5}},
		{"an item", box.At("tags", 1), Position{"f.yaml", 5, 7}},
		{"an item too many", box.At("tags", 2), Position{"f.yaml", 4, 11}},
		{"the mapping", box.At(), Position{"f.yaml", 3, 5}},
		{"what is not there", box.At("port"), Position{"f.yaml", 3, 5}},
		{"from the top", v.At("boxes", 1, "host"), Position{"f.yaml", 6, 12}},
		{"nothing known", Place{}.At("host"), Position{}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is at %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if !box.Has("tags", 1) || box.Has("port") || (Place{}).Has("x") {
		t.Error("Has is wrong")
	}
	if got := (Place{}).At().Errorf("x %d", 1).String(); got != ":1:1: x 1" {
		t.Errorf("a finding nowhere is %q", got)
	}
}

func TestSuggestion(t *testing.T) {
	t.Parallel()
	known := []string{"password_file", "username", "port", "host", "after", "address"}
	for word, want := range map[string]string{
		"pasword_file": "password_file", "passwordfile": "password_file", "Username": "username", "user_name": "username",
		"prot": "port", "adress": "address", "afer": "after", "x": "", "retention": "", "hots": "host",
	} {
		got := suggestion(word, known)
		if want == "" && got != "" || want != "" && !strings.Contains(got, "想写 "+want+"？") {
			t.Errorf("suggestion(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"name: x\nbox: {host: a, port: 1}\n", "boxes:\n  - &a {host: x}\n  - *a\n", "name： x\n", "box: &a {host: *a}\n",
		"\r\r\n^ 00", "a: [b\nc: d\n", "\xca\xbe", "? [a]\n: b\n", "--- a\n--- b\n", "any: {<<: *x}\n", "name: ${HOST:-x}${", "raw: !!binary x\n", "any: !!timestamp x\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// YAML 1.1 also ends lines with CR, NEL, LS and PS.
		lines := 1 + strings.Count(strings.NewReplacer("\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(data)), "\n")
		var v sampleFile
		for _, finding := range DecodeWith("f", data, &v, Options{Env: environment}) {
			if finding.Line < 1 || finding.Line > lines+1 || finding.Column < 1 || finding.Message == "" || finding.File != "f" {
				t.Fatalf("%q: finding %v is nowhere", data, finding)
			}
		}
		v.At("boxes", 0, "host")
	})
}

// keysOf lists the keys that a struct and those in it understand.
func keysOf(v any) []string {
	var keys []string
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
			v = reflect.New(v.Type().Elem()).Elem()
		}
		if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[After]() || v.Type() == reflect.TypeFor[calendar.Span]() {
			return
		}
		set := fieldsOf(v)
		for _, name := range set.names {
			keys = append(keys, name)
			walk(set.named[name].value)
		}
	}
	walk(reflect.ValueOf(v))
	slices.Sort(keys)
	return slices.Compact(keys)
}
