package practice_test

import (
	"bytes"
	"strings"
	"testing"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/practice"
)

func TestBacklog(t *testing.T) {
	t.Parallel()
	all := practice.Backlog(200, 7)
	texts, pages, files, seen := 0, 0, 0, map[string]bool{}
	for i, raw := range all {
		l := letter.Parse(raw)
		if len(l.Defects) > 0 || l.Kind != letter.KindPerson || !strings.Contains(l.Text, "此致\n敬礼") || len(l.From) != 1 || l.From[0].Name == "" || !strings.HasPrefix(l.Subject, "关于") {
			t.Errorf("letter %d: kind %s, from %v, subject %q, defects %v, text %.80q", i, l.Kind, l.From, l.Subject, l.Defects, l.Text)
		}
		if seen[string(raw)] || seen[l.MessageID] {
			t.Errorf("letter %d came twice", i)
		}
		seen[string(raw)], seen[l.MessageID] = true, true
		kb := len(raw) >> 10
		switch {
		case len(l.Attachments) == 1 && kb >= 200 && kb <= 810:
			files++
			if a := l.Attachments[0]; a.Type != "image/jpeg" && a.Type != "application/pdf" || !strings.Contains(a.Name, "情况说明.") {
				t.Errorf("letter %d carries %q of type %s", i, a.Name, a.Type)
			}
		case kb >= 13 && kb <= 48:
			pages++
		case kb >= 2 && kb <= 5:
			texts++
		default:
			t.Errorf("letter %d has %d KB and %d attachments", i, kb, len(l.Attachments))
		}
	}
	if texts < 100 || pages < 40 || files < 8 {
		t.Errorf("%d texts, %d pages, %d with files", texts, pages, files)
	}
	again := practice.Backlog(200, 7)
	for i := range all {
		if !bytes.Equal(all[i], again[i]) {
			t.Fatalf("letter %d differs the second time", i)
		}
	}
}

// TestBacklogUnlike: letters by different hands share a few phrases and no
// more. Were those of a backlog alike, registering them would measure a mass letter.
func TestBacklogUnlike(t *testing.T) {
	t.Parallel()
	const unlike = 0.55 // what 966 letters to Chinese offices stay below
	var prints []fold.Print
	for i, raw := range practice.Backlog(300, 7) {
		l := letter.Parse(raw)
		p := fold.Fingerprint(l.Subject + "\n" + l.New)
		for j, other := range prints {
			if s := fold.Similarity(p, other); s >= unlike {
				t.Errorf("letters %d and %d are alike: %.2f", j, i, s)
			}
		}
		prints = append(prints, p)
	}
}
