package command

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxDays bounds a time limit that a person may write.
const maxDays = 366

var (
	daysShape  = regexp.MustCompile(`^(?:时限 ?:? ?|限 ?)?(\d{1,3}|[一二两三四五六七八九十]{1,3}) ?(个?工作日|个?自然日|日历天|天|日|wd|d)? ?(?:内)?(?:$|[ :,;.。、!])`)
	monthShape = regexp.MustCompile(`^(?:(\d{4})(?:-|年|\.|/))?(\d{1,2})月?$`)
)

// days reads N 工作日, N 天 or N (working days) as a span. With unit the unit must
// be there.
func (c *cursor) days(unit bool) (string, bool) {
	l := c.rest.trimLeft(isListMark)
	m := daysShape.FindStringSubmatch(l.String())
	if m == nil || unit && m[2] == "" {
		return "", false
	}
	n, ok := chineseNumber(m[1])
	if !ok || n < 1 || n > maxDays {
		return "", false
	}
	c.rest = l.from(len([]rune(m[0]))).trimLeft(isListMark)
	switch m[2] {
	case "天", "日", "日历天", "个自然日", "自然日", "d":
		return fmt.Sprintf("%dd", n), true
	}
	return fmt.Sprintf("%dwd", n), true
}

// impossibleDays says whether a time limit with its unit comes next that nobody
// can keep. It must not pass for the remark behind it.
func (c *cursor) impossibleDays() bool {
	m := daysShape.FindStringSubmatch(c.rest.trimLeft(isListMark).String())
	if m == nil || m[2] == "" {
		return false
	}
	n, ok := chineseNumber(m[1])
	return ok && (n < 1 || n > maxDays)
}

// unit says whether the unit of a time limit comes next.
func (c *cursor) unit() bool {
	word, _ := c.token(",;。")
	return slices.Contains([]string{"工作日", "个工作日", "自然日", "个自然日", "日历天", "天", "日", "wd", "d"}, word)
}

// chineseNumber reads digits, or Chinese numerals up to 九十九.
func chineseNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	digit := func(r rune) int { return strings.IndexRune("零一二三四五六七八九", r) / len("零") }
	runes := []rune(strings.ReplaceAll(s, "两", "二"))
	tens := -1
	for i, r := range runes {
		if r == '十' {
			if tens >= 0 {
				return 0, false
			}
			tens = i
		}
	}
	switch {
	case tens < 0:
		return digit(runes[0]), len(runes) == 1
	case tens > 1 || len(runes)-tens > 2:
		return 0, false
	}
	n := 10
	if tens == 1 {
		n = digit(runes[0]) * 10
	}
	if len(runes) > tens+1 {
		n += digit(runes[tens+1])
	}
	return n, true
}

// month reads 2026-11, 2026年11月, 11月 or 11 as YYYY-MM.
func month(word string, year int) (string, bool) {
	m := monthShape.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	if m[1] != "" {
		year, _ = strconv.Atoi(m[1])
	}
	n, _ := strconv.Atoi(m[2])
	if n < 1 || n > 12 {
		return "", false
	}
	return fmt.Sprintf("%04d-%02d", year, n), true
}
