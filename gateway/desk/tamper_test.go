package desk

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/dossier"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// packed is one file of a dossier.
type packed struct {
	name string
	data []byte
}

func unpack(t *testing.T, path string) (files []packed) {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, packed{f.Name, data})
	}
	return files
}

// complaints packs files anew, with right checksums of the zip's own, and
// verifies them.
func complaints(t *testing.T, files []packed) []string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		out, err := w.CreateHeader(&zip.FileHeader{Name: f.name})
		if err == nil {
			_, err = out.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "forged.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	problems, err := dossier.Verify(path)
	if err != nil {
		return []string{err.Error()}
	}
	return problems
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// fitting writes the manifest and its sum anew over what lies in the dossier,
// after a change to what the manifest says.
func fitting(t *testing.T, files []packed, change func(*dossier.Manifest)) []packed {
	t.Helper()
	files = slices.Clone(files)
	at := func(name string) int { return slices.IndexFunc(files, func(f packed) bool { return f.name == name }) }
	var m dossier.Manifest
	if err := json.Unmarshal(files[at("manifest.json")].data, &m); err != nil {
		t.Fatal(err)
	}
	m.Files = slices.Clone(m.Files)
	if change != nil {
		change(&m)
	}
	for i := range m.Files {
		if j := at(m.Files[i].Path); j >= 0 {
			m.Files[i].SHA256, m.Files[i].Size = sumOf(files[j].data), int64(len(files[j].data))
		}
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files[at("manifest.json")].data = data
	files[at("manifest.sha256")].data = []byte(sumOf(data) + "  manifest.json\n")
	return files
}

// TestDossierTampered: whatever is changed in a real dossier is found, by the
// manifest, or, when that was made to fit, by the chain of the ledger.
func TestDossierTampered(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		o.finished(wang, "小区停电三天")
		paths, err := filepath.Glob(o.archive + "/2026/*.zip")
		if err != nil || len(paths) != 1 {
			t.Fatal(paths, err)
		}
		files := unpack(t, paths[0])
		found := func(what string, changed []packed) {
			t.Helper()
			if len(complaints(t, changed)) == 0 {
				t.Errorf("%s: nobody notices", what)
			}
		}
		whole := func(what string, changed []packed) {
			t.Helper()
			if problems := complaints(t, changed); len(problems) > 0 {
				t.Errorf("%s: %v", what, problems)
			}
		}
		whole("as it is", files)
		whole("with a fitting manifest", fitting(t, files, nil))
		forgeLetter(t, o, files, found)
		forgeAnswer(t, o, files, found)
		if strings.HasSuffix(t.Name(), "/postgres") {
			return // a dossier is read without its register
		}
		for i, f := range files {
			for _, at := range []int{0, len(f.data) / 3, len(f.data) / 2, len(f.data) - 1} {
				flipped := slices.Clone(files)
				flipped[i].data = slices.Clone(f.data)
				flipped[i].data[at] ^= 1
				found("a bit of "+f.name, flipped)
			}
			renamed := slices.Clone(files)
			renamed[i].name += "x"
			found(f.name+" renamed", renamed)
			found(f.name+" dropped", slices.Concat(files[:i], files[i+1:]))
			found(f.name+" twice", slices.Concat(files, files[i:i+1]))
		}
		found("a file more", append(slices.Clone(files), packed{"letters/x.eml", []byte("x")}))
		forgeLedger(t, files, found)
	})
}

// forgeLedger changes the ledger and makes the manifest fit.
func forgeLedger(t *testing.T, files []packed, found func(string, []packed)) {
	t.Helper()
	i := slices.IndexFunc(files, func(f packed) bool { return f.name == "ledger.jsonl" })
	lines := slices.Collect(bytes.Lines(files[i].data))
	with := func(lines [][]byte) []packed {
		forged := slices.Clone(files)
		forged[i].data = bytes.Join(lines, nil)
		return fitting(t, forged, func(m *dossier.Manifest) { m.Entries = len(lines) })
	}
	for j, line := range lines {
		found("an entry less", with(slices.Concat(lines[:j], lines[j+1:])))
		changed := slices.Clone(lines)
		changed[j] = bytes.Replace(line, []byte(`"kind":"`), []byte(`"kind":"x`), 1)
		found("another act", with(changed))
		if j > 0 {
			swapped := slices.Clone(lines)
			swapped[j-1], swapped[j] = swapped[j], swapped[j-1]
			found("another order", with(swapped))
		}
	}
	found("an act twice", with(append(slices.Clone(lines), lines[len(lines)-1])))
}

// forgeLetter puts another letter in the place of the citizen's and makes the
// manifest fit; the ledger says with which bytes the case began.
func forgeLetter(t *testing.T, o *office, files []packed, found func(string, []packed)) {
	t.Helper()
	var original string
	if err := o.store.View(t.Context(), func(tx *store.Tx) error {
		letters, err := tx.LettersOf(o.state(1, petition.Archived).Number)
		if len(letters) > 0 {
			original = letters[0].Digest
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	old := "letters/" + original + ".eml"
	i := slices.IndexFunc(files, func(f packed) bool { return f.name == old })
	if i < 0 {
		t.Fatalf("no %s", old)
	}
	forgery := append(bytes.Clone(files[i].data), "又及：一切都好。\r\n"...)
	fresh := "letters/" + sumOf(forgery) + ".eml"
	forged := slices.Clone(files)
	forged[i] = packed{fresh, forgery}
	found("another letter", fitting(t, forged, func(m *dossier.Manifest) {
		for j := range m.Files {
			m.Files[j].Path = strings.Replace(m.Files[j].Path, old, fresh, 1)
		}
	}))
	found("no letter", fitting(t, slices.Concat(files[:i], files[i+1:]), func(m *dossier.Manifest) {
		m.Files = slices.DeleteFunc(m.Files, func(f dossier.File) bool { return f.Path == old })
	}))
}

// forgeAnswer puts another mail in the place of the answer and makes the
// manifest fit; the ledger says what was approved and sent.
func forgeAnswer(t *testing.T, o *office, files []packed, found func(string, []packed)) {
	t.Helper()
	var answer *mail
	for _, m := range o.sent {
		if m.kind == "answer" {
			answer = m
		}
	}
	c := o.state(1, petition.Archived)
	approvedInLedger := false
	if err := o.store.View(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries(c.Number)
		for _, e := range entries {
			approvedInLedger = approvedInLedger || e.Kind == petition.EvApproved && strings.Contains(string(e.Data), letter.MessageDigest(answer.raw))
		}
		return err
	}); err != nil || !approvedInLedger {
		t.Errorf("the ledger names no approval of what was sent (%v)", err)
	}
	old, forgery := "sent/"+sumOf(answer.raw)+".eml", bytes.Replace(answer.raw, []byte("\r\n\r\n"), []byte("\r\n\r\n\r\n"), 1)
	i := slices.IndexFunc(files, func(f packed) bool { return f.name == old })
	if i < 0 {
		t.Fatalf("no %s", old)
	}
	fresh := "sent/" + sumOf(forgery) + ".eml"
	forged := slices.Clone(files)
	forged[i] = packed{fresh, forgery}
	rename := func(m *dossier.Manifest) {
		for j := range m.Files {
			m.Files[j].Path = strings.Replace(m.Files[j].Path, old, fresh, 1)
		}
		m.Approved = slices.Clone(m.Approved)
		m.Approved[0].Sent = fresh
	}
	found("another answer", fitting(t, forged, rename))
	found("another answer, approved it is said", fitting(t, forged, func(m *dossier.Manifest) {
		rename(m)
		m.Approved[0].Digest = letter.MessageDigest(forgery)
	}))
	found("another answer, of which no approval is spoken", fitting(t, forged, func(m *dossier.Manifest) {
		rename(m)
		m.Approved = nil
	}))
	found("no answer", fitting(t, slices.Concat(files[:i], files[i+1:]), func(m *dossier.Manifest) {
		m.Approved = nil
		m.Files = slices.DeleteFunc(m.Files, func(f dossier.File) bool { return f.Path == old })
	}))
	// Another mail of ours, of which the ledger knows too, in its place.
	other := slices.IndexFunc(files, func(f packed) bool { return strings.HasPrefix(f.name, "sent/") && f.name != old })
	found("another mail named as the answer", fitting(t, files, func(m *dossier.Manifest) {
		m.Approved = slices.Clone(m.Approved)
		m.Approved[0].Sent = files[other].name
	}))
}
