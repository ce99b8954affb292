package submission

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzHello feeds servers' greetings: reading them must not fail, and only what
// they said may come out.
func FuzzHello(f *testing.F) {
	f.Add("250-mx.jxw.example\r\n250-auth=LOGIN PLAIN\r\n250 SIZE\r\n")
	f.Add("250 AUTH\r\n")
	f.Add("250-AUTH,LOGIN\n\xff250")
	f.Fuzz(func(t *testing.T, said string) {
		r := &helloRecorder{}
		if n, err := r.Write([]byte(said)); n != len(said) || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
		offered, mechs := r.auth()
		if !offered && len(mechs) > 0 {
			t.Errorf("mechanisms %q without an offer", mechs)
		}
		for _, m := range mechs {
			if m == "" || !strings.Contains(said, m) {
				t.Errorf("mechanism %q was never said", m)
			}
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("5.1.1 no such user\r\nline two")
	f.Add("\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3")
	f.Add("\x1b[31m\u202e" + strings.Repeat("长", 500))
	f.Fuzz(func(t *testing.T, said string) {
		got := clean(said)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > longestText+1 || strings.ContainsAny(got, "\r\n\x00\x1b\u202e") {
			t.Errorf("clean(%q) = %q", said, got)
		}
	})
}
