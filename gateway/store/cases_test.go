package store_test

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

func exerciseNumbers(t *testing.T, b *bench) {
	next := func(tx *store.Tx, year int) petition.Number {
		n, err := tx.NextNumber(year)
		if err != nil {
			t.Fatalf("NextNumber(%d): %v", year, err)
		}
		return n
	}
	b.update(func(tx *store.Tx) error { next(tx, 2026); return nil })
	// A number of an undone transaction, and of an undone part, is given again.
	_ = b.probe(func(tx *store.Tx) error { next(tx, 2026); return nil })
	b.update(func(tx *store.Tx) error {
		failed := errors.New("bad letter")
		b.wantErr("Try", tx.Try(func(tx *store.Tx) error { next(tx, 2026); return failed }), failed)
		if got := next(tx, 2026); got != "SFJX-2026-000002" {
			t.Errorf("number after undone ones: got %s", got)
		}
		if got := next(tx, 2027); got != "SFJX-2027-000001" {
			t.Errorf("first number of a year: got %s", got)
		}
		return nil
	})
}

func exerciseCases(t *testing.T, b *bench) {
	c := b.register(nil)
	b.wantErr("save of an unknown case", b.probe(func(tx *store.Tx) error {
		return tx.SaveCase(petition.Case{Number: "SFJX-2026-000009"})
	}), store.ErrNotFound)
	c.State, c.Due, c.Category = petition.Dispatched, b.now.Add(48*time.Hour), "供电"
	c.Dispatches = []petition.Dispatch{{Division: "power", Lead: true, At: b.now, Due: c.Due}}
	b.update(func(tx *store.Tx) error { return tx.SaveCase(c) })
	b.view(func(tx *store.Tx) error {
		got, err := tx.Case(c.Number)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("case (-want +got):\n%s", diff)
		}
		code, err := tx.QueryCode(c.Number)
		if err != nil || code != "0123456789" {
			t.Errorf("QueryCode: got %q, %v", code, err)
		}
		_, err = tx.Case("SFJX-2026-000009")
		b.wantErr("Case", err, store.ErrNotFound)
		_, err = tx.QueryCode("SFJX-2026-000009")
		b.wantErr("QueryCode", err, store.ErrNotFound)
		return nil
	})
	if err := b.probe(func(tx *store.Tx) error { return tx.InsertCase(c, "1") }); err == nil {
		t.Error("the same number was registered twice")
	}
}

func exerciseFilters(t *testing.T, b *bench) {
	day := 24 * time.Hour
	add := func(i int, change func(*petition.Case)) {
		b.register(func(c *petition.Case) {
			c.Arrived = b.now.Add(time.Duration(i) * day)
			change(c)
		})
	}
	lead := func(division string, ended bool) []petition.Dispatch {
		d := petition.Dispatch{Division: division, Lead: true}
		if ended {
			d.Ended = b.now
		}
		return []petition.Dispatch{d}
	}
	add(0, func(c *petition.Case) { c.State = petition.Triage; c.Sender = "a@x.example" })
	add(1, func(c *petition.Case) {
		c.State = petition.Dispatched
		c.Dispatches = lead("power", false)
		c.Due = b.now.Add(day)
	})
	add(2, func(c *petition.Case) {
		c.State, c.Mailbox, c.Category, c.Urgency = petition.Dispatched, "portal", "供电", petition.Urgent
		c.Dispatches = append(lead("power", true), petition.Dispatch{Division: "economy", Lead: true}, petition.Dispatch{Division: "law"})
		c.Due = b.now.Add(3 * day)
	})
	add(3, func(c *petition.Case) {
		c.State, c.Answered, c.Closed = petition.Closed, b.now.Add(5*day), b.now.Add(6*day)
	})
	tests := []struct {
		name string
		f    store.CaseFilter
		want string
	}{
		{"all", store.CaseFilter{}, "1 2 3 4"},
		{"newest", store.CaseFilter{Newest: true, Limit: 3}, "4 3 2"},
		{"states", store.CaseFilter{States: []petition.State{petition.Triage, petition.Closed}}, "1 4"},
		{"mailbox", store.CaseFilter{Mailbox: "portal"}, "3"},
		{"division", store.CaseFilter{Division: "power"}, "2"},
		{"assisting division", store.CaseFilter{Division: "law"}, "3"},
		{"ever division", store.CaseFilter{EverDivision: "power"}, "2 3"},
		{"lead", store.CaseFilter{Lead: "economy"}, "3"},
		{"sender in any case", store.CaseFilter{Sender: " A@X.example"}, "1"},
		{"urgency", store.CaseFilter{Urgency: petition.Urgent}, "3"},
		{"category", store.CaseFilter{Category: "供电"}, "3"},
		{"arrival", store.CaseFilter{Since: b.now.Add(day), Until: b.now.Add(3 * day)}, "2 3"},
		{"due", store.CaseFilter{DueUntil: b.now.Add(2 * day)}, "2"},
		{"due from", store.CaseFilter{DueSince: b.now.Add(2 * day)}, "3"},
		{"answered", store.CaseFilter{AnsweredSince: b.now, AnsweredUntil: b.now.Add(6 * day)}, "4"},
		{"closed", store.CaseFilter{ClosedSince: b.now.Add(7 * day)}, ""},
		{"several", store.CaseFilter{States: []petition.State{petition.Dispatched}, Mailbox: "director", Division: "power"}, "2"},
		{"after", store.CaseFilter{After: "SFJX-2026-000002", Limit: 1}, "3"},
		{"before", store.CaseFilter{After: "SFJX-2026-000003", Newest: true}, "2 1"},
	}
	b.view(func(tx *store.Tx) error {
		for _, test := range tests {
			cases, err := tx.ListCases(test.f)
			if err != nil {
				return fmt.Errorf("%s: %w", test.name, err)
			}
			var got []string
			for _, c := range cases {
				_, _, sequence, _ := c.Number.Parts()
				got = append(got, fmt.Sprint(sequence))
			}
			if list := strings.Join(got, " "); list != test.want {
				t.Errorf("%s: got %q, want %q", test.name, list, test.want)
			}
			if test.f.Limit > 0 || test.f.After != "" {
				continue
			}
			if n, err := tx.CountCases(test.f); err != nil || n != len(cases) {
				t.Errorf("%s: counted %d, %v, want %d", test.name, n, err, len(cases))
			}
		}
		return nil
	})
}

func exerciseDirtyTexts(t *testing.T, b *bench) {
	dirty := "停\x00电\xff三天"
	long := strings.Repeat("长", 5000)
	c := b.register(func(c *petition.Case) {
		c.Subject, c.Name, c.Sender = dirty, dirty, long+"@mail.example"
	})
	b.update(func(tx *store.Tx) error {
		digest, err := tx.PutBlob([]byte(dirty))
		if err != nil {
			return err
		}
		id, err := tx.AddLetter(store.Letter{
			Mailbox: "director", UIDValidity: 1, UID: 1, Digest: digest, Size: int64(len(dirty)), Arrived: b.now, From: long,
			Name: dirty, Subject: dirty, MessageID: long + "\x00", InReplyTo: []string{dirty}, Kind: store.KindLetter, Note: dirty,
		})
		if err != nil {
			return err
		}
		l, err := tx.LetterByMessageID(long + "\x00")
		if err != nil || l.ID != id || l.Subject != "停电\uFFFD三天" || l.InReplyTo[0] != "停电\uFFFD三天" {
			t.Errorf("letter: got %+v, %v", l, err)
		}
		return tx.IndexLetter(c.Number, id, dirty)
	})
	b.view(func(tx *store.Tx) error {
		got, err := tx.Case(c.Number)
		if err != nil || got.Subject != "停电\uFFFD三天" {
			t.Errorf("subject: got %q, %v", got.Subject, err)
		}
		replayed, err := tx.ReplayCase(c.Number)
		if diff := cmp.Diff(got, replayed); err != nil || diff != "" {
			t.Errorf("replayed (-stored +replayed): %v\n%s", err, diff)
		}
		return nil
	})
}

func exerciseTransactions(t *testing.T, b *bench) {
	boom := errors.New("boom")
	b.wantErr("Update", b.s.Update(b.Context(), b.now, func(tx *store.Tx) error {
		if err := tx.SetSetting("a", "undone"); err != nil {
			return err
		}
		return boom
	}), boom)
	b.update(func(tx *store.Tx) error {
		if err := tx.SetSetting("kept", "1"); err != nil {
			return err
		}
		// A statement that fails inside Try leaves the rest alone on both engines.
		if err := tx.Try(func(tx *store.Tx) error {
			if err := tx.SetSetting("lost", "1"); err != nil {
				return err
			}
			_, err := tx.AddLetter(store.Letter{Digest: "no such blob", Arrived: b.now})
			return err
		}); err == nil {
			t.Error("a letter without its blob was registered")
		}
		// An error that fn swallowed counts all the same.
		if err := tx.Try(func(tx *store.Tx) error {
			_, _ = tx.AddLetter(store.Letter{Digest: "no such blob", Arrived: b.now})
			return nil
		}); err == nil {
			t.Error("a swallowed error passed")
		}
		// Nested, with the inner undone and the outer kept.
		return tx.Try(func(tx *store.Tx) error {
			if err := tx.SetSetting("outer", "1"); err != nil {
				return err
			}
			b.wantErr("inner Try", tx.Try(func(tx *store.Tx) error {
				if err := tx.SetSetting("inner", "1"); err != nil {
					return err
				}
				return boom
			}), boom)
			return nil
		})
	})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = b.s.Update(b.Context(), b.now, func(tx *store.Tx) error {
			return tx.Try(func(tx *store.Tx) error { panic("bad letter") })
		})
	}()
	b.view(func(tx *store.Tx) error {
		for key, want := range map[string]string{"a": "", "kept": "1", "lost": "", "outer": "1", "inner": ""} {
			if got, err := tx.Setting(key); err != nil || got != want {
				t.Errorf("setting %s: got %q, %v, want %q", key, got, err, want)
			}
		}
		return nil
	})
	if err := b.s.Update(b.Context(), b.now, func(tx *store.Tx) error {
		_, _ = tx.AddLetter(store.Letter{Digest: "no such blob", Arrived: b.now})
		return tx.SetSetting("after", "1")
	}); err == nil {
		t.Error("a spoilt transaction was committed")
	}
	if err := b.s.View(b.Context(), func(tx *store.Tx) error { return tx.SetSetting("view", "1") }); err == nil {
		t.Error("a view wrote")
	}
}
