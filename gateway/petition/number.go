package petition

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Number is a registration number, HBJW-2026-000123: the office's prefix, the
// year of arrival in office time, and the sequence in that year without gaps.
type Number string

var numberShape = regexp.MustCompile(`^([A-Z][A-Z0-9]{0,15})-(\d{4})-(\d{6,9})$`)

// NewNumber writes a registration number from its three parts.
func NewNumber(prefix string, year, sequence int) Number {
	return Number(fmt.Sprintf("%s-%04d-%06d", prefix, year, sequence))
}

// ParseNumber reads a full registration number, or the short forms a person
// writes: the sequence alone (this year's) or YEAR-SEQUENCE. It reports false
// for anything else. Letters may be in either case.
func ParseNumber(word, prefix string, year int) (Number, bool) {
	word = strings.ToUpper(strings.Trim(strings.TrimSpace(word), "〔〕[]【】()（）"))
	if numberShape.MatchString(word) {
		return Number(word), true
	}
	y := year
	if before, after, ok := strings.Cut(word, "-"); ok {
		n, err := strconv.Atoi(before)
		if err != nil || len(before) != 4 {
			return "", false
		}
		y, word = n, after
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || len(word) > 9 {
		return "", false
	}
	return NewNumber(prefix, y, n), true
}

// Parts takes a number apart; ok is false when it is not of the known shape.
func (n Number) Parts() (prefix string, year, sequence int, ok bool) {
	m := numberShape.FindStringSubmatch(string(n))
	if m == nil {
		return "", 0, 0, false
	}
	year, _ = strconv.Atoi(m[2])
	sequence, _ = strconv.Atoi(m[3])
	return m[1], year, sequence, true
}

// Bracketed is the number as subjects carry it, 〔HBJW-2026-000123〕.
func (n Number) Bracketed() string { return "〔" + string(n) + "〕" }
