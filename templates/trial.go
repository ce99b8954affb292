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
			Message: fmt.Sprintf("sample %q: ", t.name()) + fmt.Sprintf(format, args...),
		})
	}
	if m.Subject == subject(t.common, "") {
		complain(".txt", `"subject" is empty`)
	}
	if t.internal && !strings.HasPrefix(m.Text, t.common.Marker+"\n") {
		complain(".txt", "does not begin with the line above which people reply")
	}
	if t.internal && !strings.Contains(m.HTML, t.common.Marker) {
		complain(".html", "lacks the line above which people reply")
	}
	for _, line := range t.lines {
		if !strings.Contains("\n"+m.Text, "\n"+line+"\n") {
			complain(".txt", "lacks the line %q", line)
		}
	}
	for _, words := range t.both {
		if !strings.Contains(m.Text, words) {
			complain(".txt", "lacks %q", cut(60, words))
		}
		if !strings.Contains(m.HTML, string(lines(words))) {
			complain(".html", "lacks %q", cut(60, words))
		}
	}
	for _, secret := range t.never {
		if strings.Contains(m.Text, secret) || strings.Contains(m.HTML, secret) {
			complain(".txt", "must not contain %q", secret)
		}
	}
	return problems
}
