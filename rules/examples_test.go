package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadExamples(t *testing.T) {
	t.Parallel()
	want := []Example{{Subject: "停电", Body: "三天", Label: "power"}, {Body: "路灯\n坏了", Label: "road"}}
	tests := []struct {
		name, text string
		want       []Example
		says       string
	}{
		{"lines", `{"subject":"停电","body":"三天","label":"power"}` + "\n" + `{"body":"路灯\n坏了","label":"road","id":7}` + "\n", want, ""},
		{"CRLF, a mark, empty lines, no end", "\ufeff" + `{"subject":"停电","body":"三天","label":"power"}` + "\r\n\r\n" + `{"body":"路灯\n坏了","label":"road"}`, want, ""},
		{"nothing", "", nil, ""},
		{"a label with blanks", `{"subject":"停电","body":"三天","label":" power "}`, want[:1], ""},
		{"another encoding", "{\"body\":\"a\",\"label\":\"b\"}\n{\"body\":\"\xcd\xa3\xb5\xe7\",\"label\":\"b\"}\n", nil, "line 2: not UTF-8"},
		{"another encoding with a backslash", "{\"body\":\"\xcd\x5c\xb5\xe7\",\"label\":\"b\"}\n", nil, "line 1: not UTF-8"},
		{"another encoding in the label", "{\"body\":\"a\",\"label\":\"\xb5\xe7\"}\n", nil, "line 1: not UTF-8"},
		{"a stray byte elsewhere", "{\"note\":\"\xe7\",\"subject\":\"停电\",\"body\":\"三天\",\"label\":\"power\"}\n", want[:1], ""},
		{"cut within a character", `{"body":"a","label":"b"}` + "\n{\"body\":\"停\xe7\x94", nil, "line 2: unexpected end of JSON"},
		{"a label with invisible characters", `{"subject":"停电","body":"三天","label":"\ufeff\u200bpower \u200d"}`, want[:1], ""},
		{"no JSON", `{"body":"a","label":"b"}` + "\nfoo\n", nil, "line 2"},
		{"a list", `["a"]`, nil, "line 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadExamples(strings.NewReader(test.text))
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error %v, want %q", err, test.says)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("examples (-want +got):\n%s", diff)
			}
		})
	}
}
