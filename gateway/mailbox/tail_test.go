package mailbox

import (
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	t.Parallel()
	var in tail
	in.hide("zhuren")
	in.hide("geheim")
	server := []string{
		"* OK ready\r\n",
		"* 1 FETCH (UID 1 BODY[] {30}\r\nSubject: secret\r\n* BYE no lette", "r)\r\n",
		"* 2 FETCH (UID 2 BODY[] \"a secret\")\r\n",
		"T5 NO zhuren, write to help@mail.example\r\n",
		"* 3 EXI", "STS\r\n",
	}
	client := []string{
		"T1 LOGIN zhuren {6}\r\n", "geheim\r\n",
		"T2 LOGIN \"a\" \"secret one\"\r\n",
		"T3 AUTHENTICATE PLAIN AHNlY3JldA==\r\n", "c2VjcmV0\r\n",
		"T4 APPEND \"Sent\" {14}\r\n", "secret letter\n", "\r\n",
		"T6 UID FETCH 1:3 (UID)\r\n", "DONE\r\n",
	}
	for _, s := range server {
		in.server([]byte(s))
	}
	for _, s := range client {
		in.client([]byte(s))
	}
	want := strings.Join([]string{
		"S: * OK ready",
		"S: * 1 FETCH (UID 1 BODY[…", "S: …",
		"S: * 2 FETCH (UID 2 BODY[…",
		"S: T5 NO ***, write to ***",
		"S: * 3 EXISTS",
		"C: T1 LOGIN ***", "C: ***",
		"C: T2 LOGIN ***",
		"C: T3 AUTHENTICATE PLAIN ***", "C: ***",
		`C: T4 APPEND "Sent" {14}`, "C: ***",
		"C: T6 UID FETCH 1:3 (UID)", "C: DONE",
	}, "\n")
	if got := in.String(); got != want {
		t.Errorf("tail =\n%s\nwant\n%s", got, want)
	}
	if got, want := in.said(), "NO ***, write to ***"; got != want {
		t.Errorf("said = %q, want %q", got, want)
	}
}

func TestTailIsBounded(t *testing.T) {
	t.Parallel()
	var in tail
	for range 2 * tailLines {
		in.server([]byte("* OK " + strings.Repeat("多", 5_000) + "\r\n"))
	}
	if n := len(in.String()); n > tailLines*(tailLine+10) {
		t.Errorf("tail holds %d bytes", n)
	}
}

// FuzzTail checks that no cutting of the stream into reads changes what is kept.
func FuzzTail(f *testing.F) {
	f.Add("* OK hi\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\nT1 OK\r\n", 3)
	f.Add("* BYE \xc3\xdc\xc2\xeb a@b.example\r\n", 7)
	f.Add("{99999999999999999999}\r\n{5+}\r\nab", 1)
	f.Fuzz(func(t *testing.T, s string, cut int) {
		var whole, parts tail
		whole.server([]byte(s))
		whole.client([]byte(s))
		cut = max(0, min(cut, len(s)))
		for _, part := range []string{s[:cut], s[cut:]} {
			parts.server([]byte(part))
		}
		for _, part := range []string{s[:cut], s[cut:]} {
			parts.client([]byte(part))
		}
		if whole.String() != parts.String() {
			t.Errorf("whole:\n%s\nin parts:\n%s", whole.String(), parts.String())
		}
		if strings.Contains(whole.String(), "@") {
			t.Errorf("an address is kept:\n%s", whole.String())
		}
	})
}
