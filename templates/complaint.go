package templates

import (
	"bytes"
	"errors"
	"io/fs"
	"regexp"
	"unicode/utf8"
)

// sayings are complaints of the template packages in the words of the office,
// whose clerk mends the file. What is not among them is shown as it is, behind a
// word that says what it is about.
var sayings = []struct {
	english *regexp.Regexp
	chinese string
}{
	{regexp.MustCompile(`^function "(.*)" not defined$`), `没有函数 "$1"`},
	{regexp.MustCompile(`can't evaluate field (\S+) in type`), `没有字段 .$1`},
	{regexp.MustCompile(`^undefined variable "(.*)"$`), `没有变量 "$1"`},
	{regexp.MustCompile(`no such template "(.*)"|template "(.*)" not defined`), `没有名为 "$1$2" 的部分可以引用`},
	{regexp.MustCompile(`no style "(.*)"`), `没有样式 "$1"`},
	{regexp.MustCompile(`^unclosed action`), `“{{”没有写完，缺少“}}”`},
	{regexp.MustCompile(`^unexpected EOF$`), `缺少“{{end}}”`},
	{regexp.MustCompile(`^unexpected \{\{(\w+)\}\}$`), `多出“{{$1}}”`},
	{regexp.MustCompile(`^missing value for (\w+)$`), `“{{$1}}”缺少条件`},
}

// inChinese says a complaint of the template packages in Chinese.
func inChinese(message string) string {
	for _, s := range sayings {
		if m := s.english.FindStringSubmatchIndex(message); m != nil {
			return string(s.english.ExpandString(nil, s.chinese, message, m))
		}
	}
	return "模板写法有误：" + message
}

// cause is a file error without the path, which a Problem names already.
func cause(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "文件不存在"
	case errors.Is(err, fs.ErrPermission):
		return "没有读取权限"
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// notUTF8 is the first line that is not UTF-8, 0 when all are. Notepad's "ANSI"
// is GBK, and such a file would be sent to people as it is.
func notUTF8(b []byte) int {
	if utf8.Valid(b) {
		return 0
	}
	line := 0
	for l := range bytes.Lines(b) {
		line++
		if !utf8.Valid(l) {
			break
		}
	}
	return line
}
