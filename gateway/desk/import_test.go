package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// older writes a letter of an earlier year.
func older(id, from, date, subject, text, more string) string {
	return fmt.Sprintf("Received: from a by mx.jxw.example; %s\nFrom: %s\nTo: zhuren@jxw.example\nDate: %s\nMessage-ID: <%s>\nSubject: %s\n%sContent-Type: text/plain; charset=utf-8\n\n%s\n",
		date, from, date, id, subject, more, text)
}

func (o *office) importAll(as ImportAs, letters ...string) []Imported {
	o.t.Helper()
	var batch []Older
	for _, l := range letters {
		batch = append(batch, Older{Raw: []byte(l), Dated: time.Date(2024, 12, 31, 20, 0, 0, 0, time.UTC)})
	}
	out, err := o.desk.Import(o.t.Context(), as, batch, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	o.settle()
	return out
}

func TestImport(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		o := newOffice(t, open(t), nil)
		const then = "Mon, 02 Jun 2025 08:00:00 +0800"
		first := older("a@mail.example", wang, then, "小区停电", "路边的变压器冒烟，停电三天。", "")
		letters := []string{
			first,
			older("b@mail.example", wang, "Wed, 31 Dec 2025 23:30:00 -0800", "停电", "跨年以后才到的信。", ""), // 2026 in office time
			older("c@mail.example", "li@mail.example", "no date", "没有日期", "用文件的时间。", ""),
			older("d@mail.example", wang, "Tue, 03 Jun 2025 08:00:00 +0800", "Re: 小区停电", "补充：电表也坏了。", "In-Reply-To: <a@mail.example>\n"),
			older("e@mail.example", "robot@mail.example", then, "自动回复", "我在休假。", "Auto-Submitted: auto-replied\n"),
			older("f@mail.example", "power@jxw.example", then, "意见", "内部邮件。", ""),
			"\x00\x01 no mail at all",
			first,
			strings.ReplaceAll(first, "\n", "\r\n"), // the same through another server
			older("g@mail.example", "zhao@mail.example", then, "举报电力处", "举报电力处的人。", ""),
		}
		got := o.importAll(ImportAs{Box: "director", Division: "power"}, letters...)
		want := []Imported{
			{Outcome: ImportRegistered, Number: "SFJX-2025-000001"}, {Outcome: ImportRegistered, Number: "SFJX-2026-000001"},
			{Outcome: ImportRegistered, Number: "SFJX-2025-000002"}, {Outcome: ImportFollowUp, Number: "SFJX-2025-000001"},
			{Outcome: ImportKept}, {Outcome: ImportKept}, {Outcome: ImportFailed},
			{Outcome: ImportKnown, Number: "SFJX-2025-000001"}, {Outcome: ImportKnown, Number: "SFJX-2025-000001"},
			{Outcome: ImportRegistered, Number: "SFJX-2025-000003"},
		}
		if !errors.Is(got[6].Err, ErrNotMail) {
			t.Errorf("no mail: %v", got[6].Err)
		}
		got[6].Err = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		for i, again := range o.importAll(ImportAs{Box: "consult"}, letters...) {
			if i != 6 && again.Outcome != ImportKnown {
				t.Errorf("letter %d again: %+v", i, again)
			}
		}
		o.imported()

		// Time brings nothing, neither mail nor clocks.
		o.until(o.now.AddDate(0, 3, 0))
		o.sound()
		// What is really pulled from the box later does not come twice.
		o.deliver("director", []byte(first))
		o.sound()
	})
}

// imported looks at what TestImport has put on the register.
func (o *office) imported() {
	t := o.t
	t.Helper()
	err := o.store.View(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case("SFJX-2025-000001")
		if err != nil {
			return err
		}
		if c.State != petition.Archived || !c.Imported || c.Lead() != "power" || c.Confidential || c.Arrived.Format("2006-01-02") != "2025-06-02" {
			t.Errorf("case: %+v", c)
		}
		entries, err := tx.Entries(c.Number)
		if err != nil {
			return err
		}
		var kinds []string
		for _, e := range entries {
			kinds = append(kinds, string(e.Kind)+" by "+string(e.Actor.Role))
		}
		if diff := cmp.Diff([]string{"registered by system", "archived by system", "noted by system"}, kinds); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		accused, err := tx.Case("SFJX-2025-000003")
		if err != nil || !accused.Confidential || len(accused.Accused) != 1 {
			t.Errorf("a letter that accuses: %+v, %v", accused, err)
		}
		for word, want := range map[string]petition.Number{"变压器冒烟": "SFJX-2025-000001", "电表也坏": "SFJX-2025-000001"} {
			hits, err := tx.Search(word, 5)
			if err != nil || len(hits) != 1 || hits[0].Number != want {
				t.Errorf("%s: found %+v, %v", word, hits, err)
			}
		}
		next, err := tx.NextClock()
		if !next.IsZero() {
			t.Errorf("a clock is set for %v", next)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	examples, err := o.desk.Examples(t.Context(), store.CaseFilter{}, 10)
	if err != nil || len(examples) != 3 || examples[0].Label != "power" {
		t.Errorf("examples: %+v, %v", examples, err)
	}
}
