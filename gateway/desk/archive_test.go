package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway/dossier"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// catalogue lets the office keep the catalogue of its archive, and reads it.
func (o *office) catalogue() (c dossier.Catalogue) {
	o.t.Helper()
	data, err := os.ReadFile(o.archive + "/2026/catalogue.json")
	if err != nil {
		o.t.Fatal(err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) keepCatalogue() {
	s := o.desk.settings.Load()
	o.desk.catalogue = func(ctx context.Context, p petition.Policy, year int, now time.Time) error {
		return dossier.Index(ctx, o.store, dossier.Options{Office: s.Office, Location: shanghai, Templates: s.Templates, Dir: o.archive}, p, year, now)
	}
}

// finished carries a letter about a power cut to its archive.
func (o *office) finished(from, subject string) {
	o.t.Helper()
	o.person("director", from, "王某", subject, "变压器烧了没人修，请尽快恢复供电。")
	dispatches := o.inboxes["power@jxw.example"]
	o.answer(reply{from: "power@jxw.example", to: dispatches[len(dispatches)-1], text: "经核查，已恢复供电。"})
	approvals := o.inboxes["yi@jxw.example"]
	o.answer(reply{from: "yi@jxw.example", to: approvals[len(approvals)-1], text: "批准"})
	mails := o.inboxes[from]
	o.answer(reply{from: from, to: mails[len(mails)-1], text: "满意", plain: true, box: "director"})
	o.until(o.now.Add(time.Hour))
	o.inboxes = map[string][]*mail{}
}

// TestArchiveAndErasure: dossiers are named and catalogued; when the retention
// has ended the office is told, and on a person's word everything of the citizen
// goes, from the archive, the register and the bytes of its file, while what
// another case shares stays and the chain holds.
func TestArchiveAndErasure(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), func(s *Settings) {
			s.Policy.Retention = map[string]petition.Keep{petition.RetentionDefault: {Years: 10}, petition.RetentionConfidential: {}}
		})
		o.keepCatalogue()
		o.finished("zhao@mail.example", "停电/断电，何时恢复？")
		o.finished(wang, "小区停电三天")
		items := o.catalogue().Items
		if len(items) != 2 || items[0].Path != "SFJX-2026-000001 停电／断电，何时恢复？.zip" || items[0].Retention != "10年" || items[0].Division != "电力处" ||
			items[0].KeptUntil.Format(time.DateOnly) != "2037-01-01" || len(items[0].SHA256) != 64 {
			t.Fatalf("catalogue: %+v", items)
		}
		sheet, err := excelize.OpenFile(o.archive + "/2026/catalogue.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := sheet.GetRows("归档目录"); err != nil || len(rows) != 3 || rows[2][1] != "SFJX-2026-000002" || rows[2][5] != "2026-03-02" || rows[2][13] != items[1].SHA256 {
			t.Errorf("workbook: %v %v", rows, err)
		}
		if err := sheet.Close(); err != nil {
			t.Error(err)
		}
		number := petition.NewNumber("SFJX", 2026, 1)
		path := filepath.Join(o.archive, "2026", items[0].Path)
		if problems, err := dossier.Verify(path); err != nil || len(problems) > 0 {
			t.Errorf("dossier: %v %v", problems, err)
		}

		if say, refused := IsRefusal(o.desk.Erase(t.Context(), number, "档案员丁", "期满", o.now)); !refused || !strings.Contains(say, "2037年1月1日") {
			t.Errorf("too early: %q", say)
		}
		o.now = time.Date(2037, 1, 5, 7, 59, 0, 0, shanghai)
		expired, err := o.desk.runOut(t.Context(), o.now)
		if err != nil || len(expired) != 2 {
			t.Fatalf("run out: %d, %v", len(expired), err)
		}
		before := o.erasable(number)
		if err := o.desk.Erase(t.Context(), number, "档案员丁", "鉴定小组 1 号", o.now); err != nil {
			t.Fatal(err)
		}
		o.until(o.now.Add(time.Hour))
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("the dossier: %v", err)
		}
		items = o.catalogue().Items
		if items[0].Title != "（已销毁）" || items[0].ErasedBy != "档案员丁" || items[0].Path != "" || items[1].Path == "" {
			t.Errorf("catalogue: %+v", items)
		}
		o.gone(number, before)
		if err := o.desk.Erase(t.Context(), number, "档案员丁", "再来", o.now); !errors.Is(err, petition.ErrOutOfTurn) {
			t.Errorf("erased twice: %v", err)
		}
		o.inboxes = map[string][]*mail{}
		o.sent = nil
		result, err := o.store.Verify(t.Context(), nil)
		if err != nil || !result.OK {
			t.Errorf("ledger: %+v, %v", result, err)
		}
		o.sound()
	})
}

// erasable are the blobs of a case, and whether another case needs them.
func (o *office) erasable(n petition.Number) (digests []string) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		letters, err := tx.LettersOf(n)
		if err != nil {
			return err
		}
		out, err := tx.ListOutgoing(store.OutgoingFilter{Case: n})
		for _, l := range letters {
			digests = append(digests, l.Digest)
		}
		for _, item := range out {
			digests = append(digests, item.Blob)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return digests
}

// gone checks that nothing of the first citizen is left, and all of the second.
func (o *office) gone(n petition.Number, digests []string) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		for _, digest := range digests {
			if _, err := tx.Blob(digest); !errors.Is(err, store.ErrErased) {
				o.t.Errorf("blob %s: %v", digest, err)
			}
		}
		c, err := tx.Case(n)
		if err != nil {
			return err
		}
		if c.Sender+c.Name+c.Subject != "" || c.ErasedBy != "档案员丁" || c.State != petition.Archived {
			o.t.Errorf("case: %+v", c)
		}
		// Both divisions' opinions were the same words: the other case keeps them.
		if text, err := tx.Blob(c.Opinions[0].Text); err != nil || !strings.Contains(string(text), "已恢复供电") {
			o.t.Errorf("the other case's opinion: %q, %v", text, err)
		}
		for word, want := range map[string]int{"停电/断电": 0, "小区停电三天": 1} {
			if hits, err := tx.Search(word, 10); err != nil || len(hits) != want {
				o.t.Errorf("search %q: %v, %v", word, hits, err)
			}
		}
		entries, err := tx.Entries(n)
		for _, e := range entries {
			if e.Kind != petition.EvErased && e.Text != "" {
				o.t.Errorf("%s still says %q", e.Kind, e.Text)
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestErasedFromTheFile: SQLite keeps no erased words in pages that are free.
func TestErasedFromTheFile(t *testing.T) {
	t.Parallel()
	dir := quickDir(t)
	path := dir + "/register.db"
	key := []byte("0123456789abcdef0123456789abcdef")
	if err := os.WriteFile(path, emptyRegister(t, key), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: path, Prefix: "SFJX", Location: shanghai, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, s, func(s *Settings) {
		s.Policy.Retention = map[string]petition.Keep{petition.RetentionDefault: {Days: 30}}
	})
	o.finished("zhao@mail.example", "小区停电三天")
	o.now = o.now.AddDate(0, 2, 0)
	if err := o.desk.Erase(t.Context(), petition.NewNumber("SFJX", 2026, 1), "档案员丁", "期满", o.now); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"zhao@mail.example", "小区停电三天", "王某"} {
			if at := bytes.Index(data, []byte(word)); at >= 0 {
				t.Errorf("%s still holds %q: %q", filepath.Base(name), word, data[max(0, at-100):at+100])
			}
		}
	}
}
