//go:build corpora

package letter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is the folder of one corpus, or a skip where it is absent.
func corpus(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("XINFANGD_CORPORA")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			parent := filepath.Dir(dir)
			if parent == dir {
				t.Skip("no project root above the test")
			}
			dir = parent
		}
		root = filepath.Join(dir, "..", "shared", "corpora")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("corpus %s is absent; set XINFANGD_CORPORA to run against it", name)
	}
	return path
}

// records reads a file of JSON lines.
func records[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// mails calls f for every mail below a folder.
func mails(t *testing.T, root string, f func(path string, raw []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".eml", ".msg", ".raw":
			f(path, readFile(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCorporaReplies differs from talon in four places, each on purpose:
//   - test_too_many_lines runs talon with a limit of one line; we have no such
//     limit and keep the second.
//   - test_dont_parse_quotations_for_forwarded_messages counts a forwarded mail as
//     the writer's words; forwarded text is never obeyed (Text holds it).
//   - test_reply_separated_by_hr loses a name that shares an element with the
//     history; we keep what stands above the history.
//   - test_readable_html_empty gives everything back where nothing but history is
//     found; to us an empty answer is an empty answer.
func TestCorporaReplies(t *testing.T) {
	t.Parallel()
	root := corpus(t, "talon")
	type reply struct {
		Kind, Input, Expected, File, Test string
	}
	good, all := 0, 0
	for _, r := range records[reply](t, filepath.Join(root, "expected.jsonl")) {
		var raw []byte
		switch r.Kind {
		case "plain":
			raw = []byte("Content-Type: text/plain; charset=utf-8\n\n" + r.Input)
		case "html":
			raw = []byte("Content-Type: text/html; charset=utf-8\n\n" + r.Input)
		case "html-file":
			raw = append([]byte("Content-Type: text/html; charset=utf-8\n\n"), readFile(t, filepath.Join(root, r.File))...)
		case "eml-plain-part":
			raw = readFile(t, filepath.Join(root, r.File))
		}
		want := r.Expected
		if r.Kind == "html" {
			want = HTMLText(want)
		}
		l := Parse(raw)
		all++
		got := l.New
		// The corpus counts the signature as the writer's words.
		if squeeze(got) == squeeze(want) || squeeze(got+l.Signature) == squeeze(want) {
			good++
			continue
		}
		t.Logf("%s %s %s:\ngot  %q\nwant %q", r.Kind, r.Test, r.File, got, want)
	}
	share(t, "replies", good, all, 95)
}

func TestCorporaAreReadWithoutHarm(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mime4j", "enmime", "mikel-mail", "stalwart", "sisimai", "talon", "mimekit"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, texts := 0, 0
			mails(t, corpus(t, name), func(path string, raw []byte) {
				n++
				before := bytes.Clone(raw)
				l := Parse(raw)
				if !bytes.Equal(raw, before) {
					t.Errorf("%s: the original was changed", path)
				}
				if strings.TrimSpace(l.Text) != "" || len(l.Attachments) > 0 {
					texts++
				} else {
					t.Logf("%s: nothing to read", filepath.Base(path))
				}
				checkSane(t, l)
				for _, p := range partLeaves(l.Root) {
					if text, _ := p.text(0); p.Type == "text/html" && !p.Multipart() {
						checkTokens(t, text)
					}
				}
			})
			share(t, name+": text or attachment found", texts, n, 90)
		})
	}
}

// TestCorporaBounces differs from sisimai in two places: lhost-exim-07 is a full
// box without a code, of class 5 to us and 4 to sisimai, permanent to neither;
// lhost-opensmtpd-15 is called delayed, with status 4.4.7, by the report itself,
// and class 5 by sisimai, which reads "expired".
func TestCorporaBounces(t *testing.T) {
	t.Parallel()
	root := corpus(t, "sisimai")
	type row struct {
		File    string
		Bounces []struct{ DSN, Code, Reason string }
	}
	kinds, statuses, counts, all, bounces := 0, 0, 0, 0, 0
	for _, r := range records[row](t, filepath.Join(root, "expected.jsonl")) {
		l := Parse(readFile(t, filepath.Join(root, r.File)))
		all++
		want := KindBounce
		switch r.Bounces[0].Reason {
		case "feedback":
			want = KindFeedback
		case "vacation":
			want = KindAutomatic
		}
		if l.Kind == want {
			kinds++
		} else {
			t.Logf("%s: kind %s, want %s (%v); subject %q", r.File, l.Kind, want, l.Evidence, l.Subject)
		}
		if want != KindBounce || l.Report == nil {
			continue
		}
		bounces++
		if len(l.Report.Recipients) == len(r.Bounces) {
			counts++
		} else {
			t.Logf("%s: %d recipients, want %d: %+v", r.File, len(l.Report.Recipients), len(r.Bounces), l.Report.Recipients)
		}
		got, wanted := map[string]bool{}, map[string]bool{}
		for _, b := range r.Bounces {
			wanted[b.DSN[:1]] = true
		}
		for _, x := range l.Report.Recipients {
			got[x.Status[:1]] = true
		}
		if len(got) == len(wanted) && got[r.Bounces[0].DSN[:1]] {
			statuses++
		} else {
			t.Logf("%s: status %+v, want %+v", r.File, l.Report.Recipients, r.Bounces)
		}
	}
	share(t, "kinds", kinds, all, 97)
	share(t, "recipients", counts, bounces, 95)
	share(t, "status class", statuses, bounces, 97)
}

// TestCorporaLetters feeds citizens' letters as mails: nothing of a letter may be
// taken for history, and none for automatic.
func TestCorporaLetters(t *testing.T) {
	t.Parallel()
	type row struct{ Subject, Text, Body string }
	whole, persons, all := 0, 0, 0
	for _, r := range records[row](t, filepath.Join(corpus(t, "letters"), "split-dev.jsonl")) {
		o := sampleOutgoing()
		o.Subject, o.Text, o.HTML, o.AutoSubmitted, o.Attachments = r.Subject, r.Text+r.Body, "", "", nil
		raw, err := o.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		l := Parse(raw)
		all++
		if l.Kind == KindPerson {
			persons++
		} else {
			t.Logf("kind %s (%v)", l.Kind, l.Evidence)
		}
		if squeeze(l.New) == squeeze(plainLines(o.Text)) && l.Subject == cleanLine(r.Subject) {
			whole++
		} else {
			t.Logf("cut: %q\nsignature %q\nquoted %q", l.New, l.Signature, l.Quoted)
		}
	}
	share(t, "letters from persons", persons, all, 100)
	share(t, "letters kept whole", whole, all, 99)
}

// share reports a figure and fails below a bar.
func share(t *testing.T, what string, good, all int, bar float64) {
	t.Helper()
	got := 100 * float64(good) / float64(max(all, 1))
	t.Logf("%s: %d of %d (%.1f %%)", what, good, all, got)
	if got < bar {
		t.Errorf("%s: %.1f %% is below %.1f %%", what, got, bar)
	}
}
