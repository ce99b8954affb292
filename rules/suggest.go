package rules

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// suggest returns the tail of a complaint about an unknown word: the known one
// that was probably meant, or nothing.
func suggest(word string, known []string) string {
	best, least := "", 2+utf8.RuneCountInString(word)/4
	for _, k := range known {
		if n := distance(strings.ToLower(word), strings.ToLower(k)); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		return ""
	}
	return "，是否应为 " + best + "？"
}

// distance is the number of characters to insert, delete or replace to make b
// of a (Levenshtein).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(t)]
}

// syntaxReason says in Chinese what is wrong with a regular expression.
func syntaxReason(err error) string {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	reason := e.Code.String()
	switch e.Code {
	case syntax.ErrMissingParen:
		reason = "缺少右括号 )"
	case syntax.ErrUnexpectedParen:
		reason = "多出右括号 )"
	case syntax.ErrMissingBracket:
		reason = "缺少右方括号 ]"
	case syntax.ErrMissingRepeatArgument:
		reason = "重复符号（* + ? {n}）前面没有内容"
	case syntax.ErrInvalidRepeatOp:
		reason = "重复符号连写"
	case syntax.ErrInvalidRepeatSize:
		reason = "重复次数不对（至多 1000）"
	case syntax.ErrInvalidEscape:
		reason = "不支持的转义"
	case syntax.ErrInvalidCharRange:
		reason = "字符范围不对"
	case syntax.ErrInvalidPerlOp:
		reason = "不支持的 (? 写法（RE2 没有环视）"
	case syntax.ErrTrailingBackslash:
		reason = "结尾多出反斜杠"
	case syntax.ErrLarge, syntax.ErrNestingDepth:
		reason = "表达式过大或嵌套过深"
	}
	if e.Expr == "" {
		return reason
	}
	return fmt.Sprintf("%s：%s", reason, e.Expr)
}

// UnmarshalText reads 500, 20KB, 10MB or 1GB; MB is 2^20.
func (b *byteCount) UnmarshalText(text []byte) error {
	s := strings.ToUpper(strings.TrimSpace(string(text)))
	shift := 0
	for _, u := range []struct {
		suffix string
		shift  int
	}{{"KB", 10}, {"MB", 20}, {"GB", 30}, {"B", 0}} {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			s, shift = strings.TrimSpace(number), u.shift
			break
		}
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("%q 不是大小，应写成 500KB、10MB 这样", text)
	}
	*b = byteCount(n << shift)
	return nil
}
