package desk

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"xinfangd/gateway/dossier"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const wang = "wang@mail.example"

// TestFullCycle is the main job: a letter in, an approved answer out.
func TestFullCycle(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		o.person("director", wang, "王某", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
		o.take(wang, "receipt")
		dispatch := o.take("power@jxw.example", "dispatch")
		o.state(1, petition.Dispatched)

		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "签收"})
		o.take("power@jxw.example", "transcript")
		o.take(wang, "acceptance")

		o.answer(reply{from: "power@jxw.example", to: dispatch, text: "经核查，变压器已更换，3月3日恢复供电。"})
		o.take("power@jxw.example", "transcript")
		yi := o.take("yi@jxw.example", "approval")
		o.take("bing@jxw.example", "approval")
		c := o.state(1, petition.Drafted)

		o.answer(reply{from: "yi@jxw.example", to: yi, text: "批准"})
		o.take("yi@jxw.example", "transcript")
		o.take("bing@jxw.example", "approval")
		answer := o.take(wang, "answer")
		if !strings.Contains(answer.l.Text, "变压器已更换") {
			t.Errorf("answer: %s", answer.l.Text)
		}
		if got := letter.MessageDigest(answer.raw); got != c.Drafts[0].Digest {
			t.Errorf("sent digest %s, approved %s", got, c.Drafts[0].Digest)
		}
		o.state(1, petition.Answered)

		o.answer(reply{from: wang, to: answer, text: "满意", plain: true, box: "director"})
		o.take(wang, "transcript")
		o.until(o.now.AddDate(0, 0, 1))
		final := o.state(1, petition.Archived)
		if final.Rating != "满意" {
			t.Errorf("rating %q", final.Rating)
		}
		o.sound()
		path := o.archive + "/2026/SFJX-2026-000001 小区连续停电三天.zip"
		checkDossier(t, path)
		checkContainer(t, path)
	})
}

// checkDossier verifies a dossier, and that no file in it can be changed
// without being noticed.
func checkDossier(t *testing.T, path string) {
	t.Helper()
	problems, err := dossier.Verify(path)
	if err != nil || len(problems) > 0 {
		t.Fatalf("dossier: %v %v", problems, err)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, victim := range archive.File {
		forged := t.TempDir() + "/forged.zip"
		out, err := os.Create(forged)
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(out)
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if f.Name == victim.Name {
				data[len(data)/2] ^= 1
			}
			file, err := w.Create(f.Name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), out.Close()); err != nil {
			t.Fatal(err)
		}
		if problems, err := dossier.Verify(forged); err == nil && len(problems) == 0 {
			t.Errorf("a changed %s was not noticed", victim.Name)
		}
	}
	if len(archive.File) < 12 {
		t.Errorf("the dossier holds only %d files", len(archive.File))
	}
}

// checkContainer changes bytes of a dossier's file itself, those that belong to
// no file in it too: headers, the directory at the end, what is put behind.
func checkContainer(t *testing.T, path string) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	forged := t.TempDir() + "/forged.zip"
	noticed := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(forged, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if problems, err := dossier.Verify(forged); err == nil && len(problems) == 0 {
			t.Errorf("%s was not noticed", what)
		}
	}
	flip := func(at int) {
		t.Helper()
		data := bytes.Clone(whole)
		data[at] ^= 0x10
		noticed(fmt.Sprintf("byte %d of %d", at, len(data)), data)
	}
	for at := range 40 {
		flip(at)
	}
	for at := max(0, len(whole)-1500); at < len(whole); at += 11 {
		flip(at)
	}
	noticed("a byte behind", append(bytes.Clone(whole), 0))
	noticed("a byte in front", append([]byte{0}, whole...))
}
