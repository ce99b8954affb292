package feed

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	a := Item{ID: "00112233445566aa", Title: "停电<b>", Category: "供电", Question: "<script>alert(1)</script>", Answer: "已更换。", Answered: now}
	b := Item{ID: "00112233445566bb", Title: "路灯", Question: "问", Answer: "答", Answered: now}
	if err := os.WriteFile(filepath.Join(dir, "about.html"), []byte("the office's own"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, "示范单位", []Item{a, b}, now); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if page := read(a.ID + ".html"); strings.Contains(page, "<script>") || !strings.Contains(page, "已更换。") {
		t.Errorf("page: %s", page)
	}
	var doc struct{ Items []struct{ ID, Title string } }
	if err := json.Unmarshal([]byte(read("feed.json")), &doc); err != nil || len(doc.Items) != 2 {
		t.Errorf("feed.json: %v, %d items", err, len(doc.Items))
	}
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(read("atom.xml")), &feed); err != nil || len(feed.Entries) != 2 || feed.Entries[0].Title != "停电<b>" {
		t.Errorf("atom.xml: %v, %+v", err, feed)
	}
	// What is withdrawn goes; what is not ours stays.
	if err := Write(dir, "示范单位", []Item{b}, now); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, a.ID+".html")); !os.IsNotExist(err) {
		t.Errorf("the withdrawn page is still there: %v", err)
	}
	read("about.html")
	if strings.Contains(read("index.html"), "停电") {
		t.Error("the index still names what was withdrawn")
	}
}
