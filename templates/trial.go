package templates

import (
	"fmt"
	"strings"
)

// try renders every template with every sample and looks at what no mail may
// lack: an overriding file that loses the reply code or the marker would stop
// the office's work only days later.
func (s *Set) try() []Problem {
	var problems []Problem
	for _, t := range samples() {
		m, err := t.render(s)
		if err != nil {
			problems = append(problems, s.problem(s.path(t.kind, ".txt"), err))
			continue
		}
		problems = append(problems, s.lacks(t, m)...)
	}
	for _, t := range pageSamples() {
		if _, err := t.render(s); err != nil {
			problems = append(problems, s.problem(s.path(t.name, ".html"), err))
		}
	}
	return problems
}

func (s *Set) path(name, ext string) string { return s.files[name+ext+suffix].path }

// lacks names what a sample's mail should contain and does not.
func (s *Set) lacks(t sample, m Mail) []Problem {
	var problems []Problem
	complain := func(ext, format string, args ...any) {
		problems = append(problems, Problem{
			File:    s.path(t.kind, ext),
			Message: fmt.Sprintf("以样例 %s 试写：", t.name()) + fmt.Sprintf(format, args...),
		})
	}
	if m.Subject == subject(t.common, "") {
		complain(".txt", "主题是空的")
	}
	if t.internal && !strings.HasPrefix(m.Text, t.common.Marker+"\n") {
		complain(".txt", "开头缺少回复用的分隔线")
	}
	if t.internal && !strings.Contains(m.HTML, t.common.Marker) {
		complain(".html", "缺少回复用的分隔线")
	}
	for _, line := range t.lines {
		if !strings.Contains("\n"+m.Text, "\n"+line+"\n") {
			complain(".txt", "缺少单独一行的 %q", line)
		}
	}
	for _, words := range t.both {
		if !strings.Contains(m.Text, words) {
			complain(".txt", "缺少 %q", cut(60, words))
		}
		if !strings.Contains(m.HTML, string(lines(words))) {
			complain(".html", "缺少 %q", cut(60, words))
		}
	}
	for _, secret := range t.never {
		if strings.Contains(m.Text, secret) || strings.Contains(m.HTML, secret) {
			complain(".txt", "不得出现 %q", secret)
		}
	}
	return problems
}
