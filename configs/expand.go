package configs

import (
	"fmt"
	"strings"
)

// expand replaces ${NAME} and ${NAME:-default} in a value; $${ stands for ${.
// A dollar sign followed by anything but a name in braces means itself, since
// rules use it for lexicons ($停电) and in regular expressions (x${2}). What the
// environment holds is not expanded again: a secret may contain anything.
func expand(s string, env func(string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			b.WriteString(s)
			return b.String(), nil
		}
		if i > 0 && s[i-1] == '$' {
			b.WriteString(s[:i-1] + "${")
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		s = s[i+2:]
		n := nameLength(s)
		if n == 0 {
			b.WriteString("${")
			continue
		}
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return "", fmt.Errorf("${%s 缺少右括号 }", s[:n])
		}
		name, inner := s[:n], s[n:end]
		s = s[end+1:]
		fallback, hasFallback := strings.CutPrefix(inner, ":-")
		if inner != "" && !hasFallback {
			return "", fmt.Errorf("${%s%s} 不是环境变量的写法，应为 ${NAME} 或 ${NAME:-缺省值}", name, inner)
		}
		value, ok := env(name)
		if hasFallback && value == "" {
			value, ok = fallback, true
		}
		if !ok {
			return "", fmt.Errorf("环境变量 %s 没有设置", name)
		}
		b.WriteString(value)
	}
}

// nameLength is the length of the variable name that s begins with.
func nameLength(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}
