package dossier

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
)

func TestSafeName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "检修报告.pdf", "检修报告.pdf"},
		{"path", `..\..\windows\system32\a.dll`, "a.dll"},
		{"unix path", "../../etc/passwd", "passwd"},
		{"control and direction", "a\u202egnp.e\x00xe", "agnp.exe"},
		{"reserved", "con.txt", "_con.txt"},
		{"signs", `a<b>|c?.txt`, "a_b__c_.txt"},
		{"only dots", "...", "附件"},
		{"empty", "", "附件"},
		{"long", strings.Repeat("长", 200) + ".docx", strings.Repeat("长", 75) + ".docx"},
	} {
		if got := SafeName(tt.in); got != tt.want {
			t.Errorf("%s: SafeName(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	raw, err := letter.Outgoing{
		From: letter.Address{Address: "wsxf@jxw.example"}, ReplyTo: []letter.Address{{Address: "wsxf+7q4km2xd9p@jxw.example"}},
		To: []letter.Address{{Address: "dlc@jxw.example"}}, Subject: "〔SFJX-2026-000001〕转办单", MessageID: "7q4km2xd9p.abcdefghijklmnopqrst@jxw.example",
		Date: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Text: "请办理。\n\n回执码：7Q4KM-2XD9P\n回执码 7Q4KM2XD9P\n",
	}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	masked := string(Mask(raw))
	for _, code := range []string{"7Q4KM-2XD9P", "7Q4KM2XD9P", "7q4km2xd9p"} {
		if strings.Contains(masked, code) {
			t.Errorf("%s is still shown:\n%s", code, masked)
		}
	}
	if !strings.Contains(masked, "请办理。") {
		t.Errorf("the text is gone:\n%s", masked)
	}
}

// TestVerifyRefusesRubbish: what is no dossier is an error or a problem, never
// a panic and never sound.
func TestVerifyRefusesRubbish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.zip")
	if err := os.WriteFile(text, []byte("no zip at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(text); err == nil {
		t.Error("a text file was taken for a dossier")
	}
	for name, manifest := range map[string]string{"empty": "", "broken": "{", "foreign": `{"number":"X-2026-000001","entries":1,"head":"ff"}`} {
		path := filepath.Join(dir, name+".zip")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(f)
		if manifest != "" {
			file, err := w.Create("manifest.json")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write([]byte(manifest)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if problems, err := Verify(path); err == nil && len(problems) == 0 {
			t.Errorf("%s: a dossier without contents is sound", name)
		}
	}
}
