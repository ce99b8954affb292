package command

import (
	"strings"
	"testing"
)

// FuzzMayShow holds the quick look at a line against the thorough one: what it
// passes over must show no code, nor end with a code's label.
func FuzzMayShow(f *testing.F) {
	for _, line := range []string{"回执码：7Q4KM-2XD9P", "７Ｑ４ＫＭ－２ＸＤ９Ｐ", "批准 7Q4KM2XD9P", "> 查询码：0123456789", "7Q\u200b4KM-2XD9P", "㏒㏒㏒㏒", "小区停电三天", "回\u200b执码", "7\x01Q4KM"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\r\v\f\u2028\u2029\u0085") || mayShow(line) {
			return
		}
		s := unquoted(line)
		if splitCode.MatchString(s) || labelledCode.MatchString(s) || danglingCode.MatchString(s) || danglingQuery.MatchString(s) || len(bareWords(s, words(table()))) > 0 {
			t.Errorf("%q was passed over, and reads %q", line, s)
		}
	})
}
