package letter

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// checkSane checks what holds for every letter whatever its bytes.
func checkSane(t *testing.T, l Letter) {
	t.Helper()
	for what, s := range map[string]string{"subject": l.Subject, "text": l.Text, "new": l.New, "signature": l.Signature, "quoted": l.Quoted} {
		if !utf8.ValidString(s) {
			t.Errorf("%s is not valid UTF-8: %q", what, s)
		}
		if strings.IndexByte(s, 0) >= 0 || strings.IndexByte(s, '\r') >= 0 {
			t.Errorf("%s holds NUL or CR: %q", what, s)
		}
	}
	if l.Root == nil || l.Kind == "" {
		t.Errorf("incomplete letter: root %v, kind %q", l.Root, l.Kind)
	}
	for i, a := range l.Attachments {
		if a.Index != i+1 || a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00\r\n") || !utf8.ValidString(a.Name) {
			t.Errorf("attachment %d is named %q (index %d)", i, a.Name, a.Index)
		}
		if n := int64(len(a.Data())); n != a.Size {
			t.Errorf("attachment %q: size %d but %d bytes of data", a.Name, a.Size, n)
		}
	}
	for _, list := range [][]Address{l.From, l.To, l.Cc, l.ReplyTo, l.Sender} {
		for _, a := range list {
			if strings.ContainsAny(a.Name+a.Address, "\r\n\x00") || !utf8.ValidString(a.Name+a.Address) {
				t.Errorf("address %q <%q>", a.Name, a.Address)
			}
		}
	}
}

// wire gives a fixture written with LF the line ends it shall travel with.
func wire(s, eol string) []byte {
	return []byte(strings.ReplaceAll(s, "\n", eol))
}
