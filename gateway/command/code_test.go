package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"own line", "请回复\n回执码：7Q4KM-2XD9P\n", []string{"7Q4KM-2XD9P"}},
		{"no colon", "回执码 7Q4KM-2XD9P", []string{"7Q4KM-2XD9P"}},
		{"no dash", "回执码：7Q4KM2XD9P", []string{"7Q4KM-2XD9P"}},
		{"lower case", "回执码:7q4km-2xd9p", []string{"7Q4KM-2XD9P"}},
		{"full-width", "回执码：７Ｑ４ＫＭ－２ＸＤ９Ｐ", []string{"7Q4KM-2XD9P"}},
		{"long dash", "回执码：7Q4KM—2XD9P", []string{"7Q4KM-2XD9P"}},
		{"look-alikes", "回执码：OIL00-11111", []string{"01100-11111"}},
		{"quoted", "> > 回执码：7Q4KM-2XD9P", []string{"7Q4KM-2XD9P"}},
		{"in a sentence", "（回执码 7Q4KM-2XD9P）同意", []string{"7Q4KM-2XD9P"}},
		{"label in the line above", "回执码：\n7Q4KM2XD9P", []string{"7Q4KM-2XD9P"}},
		{"zero width inside", "回执码：7Q4KM\u200b-2XD9P", []string{"7Q4KM-2XD9P"}},
		{"bare on its line", "批准\n7Q4KM-2XD9P", []string{"7Q4KM-2XD9P"}},
		{"bare behind a verb", "批准 7Q4KM-2XD9P", []string{"7Q4KM-2XD9P"}},
		{"bare in a sentence is none", "设备编号 7Q4KM-2XD9P 损坏", nil},
		{"bare without dash is none", "7Q4KM2XD9P", nil},
		{"letter outside the alphabet", "回执码：7Q4KU-2XD9P", nil},
		{"too long", "回执码：7Q4KM-2XD9PX", nil},
		{"two, and one again", "回执码：7Q4KM-2XD9P\n回执码：AAAAA-BBBBB\n回执码 7q4km2xd9p", []string{"7Q4KM-2XD9P", "AAAAA-BBBBB"}},
		{"two on a line", "回执码：7Q4KM-2XD9P，回执码：AAAAA-BBBBB", []string{"7Q4KM-2XD9P", "AAAAA-BBBBB"}},
		{"not split over words", "回执码：\n请见附件", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Codes(tt.text)); diff != "" {
				t.Errorf("Codes(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestQueryCodes(t *testing.T) {
	t.Parallel()
	got := QueryCodes("查询码：０１２３４５６７８９\n> 查询码 1111111111", "查询码：\n2222222222\n查询码：12345678901")
	want := []string{"0123456789", "1111111111", "2222222222"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("QueryCodes (-want +got):\n%s", diff)
	}
}

func TestWithoutCodes(t *testing.T) {
	t.Parallel()
	got := WithoutCodes("经核实。\r\n回执码：7Q4KM-2XD9P\r\n 查询码：0123456789。\r\n提到回执码的句子留下\r\n")
	want := "经核实。\r\n提到回执码的句子留下\r\n"
	if got != want {
		t.Errorf("WithoutCodes: got %q, want %q", got, want)
	}
}
