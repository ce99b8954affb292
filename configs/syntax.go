package configs

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// parse reads the one document of a file. A nil node means there is nothing to
// decode: the file is empty or broken.
func parse(file string, data []byte) (*yaml.Node, []Finding) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // Windows Notepad's mark
	// YAML ends lines with CR too; what counts lines here knows LF only.
	data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	if f, broken := checkEncoding(file, data); broken {
		return nil, []Finding{f}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, []Finding{syntaxFinding(file, data, err)}
	}
	var findings []Finding
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case err == nil:
		p := Position{file, second.Line, second.Column}
		findings = append(findings, p.Errorf("一个文件只能有一份内容，这里（--- 之后）开始了第二份"))
	case !errors.Is(err, io.EOF):
		findings = append(findings, syntaxFinding(file, data, err))
	}
	if len(doc.Content) == 0 {
		return nil, findings
	}
	return doc.Content[0], findings
}

// checkEncoding reports a file that is not UTF-8 text.
func checkEncoding(file string, data []byte) (Finding, bool) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return Position{file, 1, 1}.Errorf("文件是 UTF-16（记事本的“Unicode”）编码，请另存为 UTF-8"), true
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return positionOf(file, data, i).Errorf("文件不是 UTF-8 编码%s", guessGBK(data)), true
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0x7f:
			return positionOf(file, data, i).Errorf("文件里有控制字符 U+%04X，请删去", r), true
		}
		i += n
	}
	return Finding{}, false
}

func guessGBK(data []byte) string {
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "，请另存为 UTF-8"
	}
	return "（像是 GBK，即记事本的“ANSI”），请另存为 UTF-8"
}

// positionOf turns a byte offset into a line and a column of characters.
func positionOf(file string, data []byte, offset int) Position {
	before := data[:offset]
	line := 1 + bytes.Count(before, []byte("\n"))
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	return Position{file, line, 1 + utf8.RuneCount(last)}
}

var (
	syntaxLine    = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxFinding turns the YAML library's error, which has English text, no
// column, and a line that may be that of the surroundings, into a finding.
func syntaxFinding(file string, data []byte, err error) Finding {
	near, message := 1, err.Error()
	if m := syntaxLine.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			near = n
		}
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		at := max(bytes.Index(data, []byte("*"+m[1])), 0)
		return positionOf(file, data, at).Errorf("YAML 写法有误：引用的锚点 %s 没有定义；以 * 开头的文字请加引号", m[1])
	}
	lines := strings.SplitAfter(string(data), "\n")
	line := brokenLine(lines, near)
	for _, n := range []int{line, line + 1, line - 1} {
		if n < 1 || n > len(lines) {
			continue
		}
		if column, hint := lineHint(lines[n-1]); hint != "" {
			return Position{file, n, column}.Errorf("YAML 写法有误%s", hint)
		}
	}
	text := lines[line-1]
	column := 1 + len(text) - len(strings.TrimLeft(text, " \t"))
	return Position{file, line, column}.Errorf("YAML 写法有误：%s", translate(message))
}

// brokenLine finds the line where a file stops being YAML: the one after the
// longest beginning that can be read by itself. The search starts a little
// below where the library complained, since what is below cannot be the cause.
func brokenLine(lines []string, near int) int {
	const below, tries = 3, 40
	from := min(near+below, len(lines))
	for n := from; n > 0 && n > from-tries; n-- {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(strings.Join(lines[:n], "")), &doc) == nil {
			return min(n+1, len(lines))
		}
	}
	return min(max(near, 1), len(lines))
}

// lineHint looks in a line outside quotes and comments for what an input method
// or an editor leaves there, and returns its column.
func lineHint(line string) (int, string) {
	if indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; strings.Contains(indent, "\t") {
		return 1 + strings.Index(indent, "\t"), "；缩进不能用制表符（Tab），请用空格"
	}
	column, quote := 0, rune(0)
	for _, r := range line {
		column++
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == '#':
			return 0, ""
		default:
			if hint := wideHint(string(r)); hint != "" {
				return column, hint
			}
		}
	}
	return 0, ""
}

// wideSigns are full-width signs that stand where YAML wants the plain ones.
var wideSigns = strings.NewReplacer("：", ": ", "，", ", ", "［", "[", "］", "]", "【", "[", "】", "]", "｛", "{", "｝", "}",
	"“", "\"", "”", "\"", "‘", "'", "’", "'", "＃", "#", "－", "-", "\u3000", " ")

// wideHint says which full-width sign a text holds, if any.
func wideHint(s string) string {
	for _, r := range s {
		if plain := wideSigns.Replace(string(r)); plain != string(r) {
			name := "“" + string(r) + "”"
			if r == '\u3000' {
				name = "空格"
			}
			want := "“" + strings.TrimRight(plain, " ") + "”"
			switch r {
			case '：':
				want += "加一个空格"
			case '\u3000':
				want = "半角空格"
			}
			return "；这里用了全角" + name + "，应为半角" + strings.TrimPrefix(want, "半角")
		}
	}
	return ""
}

// translate says the YAML library's commonest complaints in Chinese.
func translate(message string) string {
	for _, t := range []struct{ english, chinese string }{
		{"did not find expected key", "这里应当是一个键，多半是缩进没有对齐"},
		{"mapping values are not allowed", "一行里有两个冒号，或上一行缩进不对；含冒号的文字请加引号"},
		{"could not find expected ':'", "键的后面缺少冒号，或缩进没有对齐"},
		{"did not find expected '-' indicator", "列表的各项没有对齐"},
		{"did not find expected ',' or ']'", "方括号里缺少逗号或右括号 ]"},
		{"did not find expected ',' or '}'", "花括号里缺少逗号或右括号 }"},
		{"found unexpected end of stream", "引号或括号没有结束"},
		{"found character that cannot start any token", "值不能以这个字符开头，请加引号"},
		{"found unknown escape character", "双引号里的反斜线 \\ 写法有误，请改用单引号"},
		{"did not find expected alphabetic or numeric character", "& 或 * 后面应当是名字；以它们开头的文字请加引号"},
		{"block sequence entries are not allowed", "这里不能有列表项“- ”"},
		{"exceeded max depth", "嵌套过深"},
	} {
		if strings.Contains(message, t.english) {
			return t.chinese
		}
	}
	return message
}
