package letter

import (
	"strings"
	"testing"
)

// TestFoldInsideCharacter folds a raw subject after each of its bytes.
func TestFoldInsideCharacter(t *testing.T) {
	t.Parallel()
	const subject = "反映小区电梯三个月停运无人维修的问题"
	for _, cs := range []string{"utf-8", "gb18030"} {
		b := encode(t, cs, subject)
		for i := 1; i < len(b); i++ {
			for _, fold := range []string{"\r\n ", "\n\t", "\r\n  "} {
				l := Parse([]byte("From: a@b.example\r\nSubject: " + string(b[:i]) + fold + string(b[i:]) + "\r\nTo: c@d.example\r\n\r\nx"))
				if got := strings.Join(strings.Fields(l.Subject), ""); got != subject {
					t.Errorf("%s folded at %d: %q", cs, i, l.Subject)
				}
			}
		}
		// Every line shorter than a word, as nobody ought to write it.
		var lines []string
		for i := 0; i < len(b); i += 5 {
			lines = append(lines, string(b[i:min(i+5, len(b))]))
		}
		l := Parse([]byte("Subject: " + strings.Join(lines, "\r\n ") + "\r\nFrom: a@b.example\r\n\r\nx"))
		if got := strings.Join(strings.Fields(l.Subject), ""); got != subject {
			t.Errorf("%s in lines of 5: %q", cs, l.Subject)
		}
	}
}

// TestFoldBesideCharacter keeps the blank where the fold stands between words.
func TestFoldBesideCharacter(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"caf\xe9\r\n au lait":    "café au lait",
		"Stra\xdfe\r\n gesperrt": "Straße gesperrt",
		"Café\r\n au lait":       "Café au lait",
		"停电\r\n 三天":              "停电 三天",
		string(encode(t, "gb18030", "停电停水")) + "\r\n abc": "停电停水 abc",
	} {
		l := Parse([]byte("From: a@b.example\r\nSubject: " + raw + "\r\n\r\nx"))
		if l.Subject != want {
			t.Errorf("%q: %q, want %q", raw, l.Subject, want)
		}
	}
}

// TestLongFieldEndsWithACharacter cuts an endless subject where the limit is, and
// never through a character.
func TestLongFieldEndsWithACharacter(t *testing.T) {
	t.Parallel()
	for shift := 0; shift < 3; shift++ {
		lead := strings.Repeat("x", shift)
		l := ParseLimits([]byte("From: a@b.example\r\nSubject: "+lead+strings.Repeat("路", 2000)+"\r\n\r\nx"), Limits{Line: 1000})
		if strings.ContainsRune(l.Subject, '\uFFFD') || strings.Trim(l.Subject, "x路") != "" || len(l.Subject) < 990 {
			t.Errorf("shift %d: %d bytes, end %q", shift, len(l.Subject), l.Subject[max(0, len(l.Subject)-6):])
		}
	}
}
