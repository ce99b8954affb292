package store_test

import (
	"slices"
	"testing"
	"time"

	"xinfangd/gateway/store"
)

// Mail of accounts that can send nothing is left where it is, unless it has
// waited too long.
func exerciseScope(t *testing.T, b *bench) {
	rows := map[int64]string{}
	for _, account := range []string{"", "director", "it's [\"a\", b]"} {
		for _, answer := range []bool{false, true} {
			id := "m" + account[:min(1, len(account))] + map[bool]string{true: "a"}[answer] + "@jxw.example"
			rows[b.queue(id, func(o *store.Outgoing) { o.Account, o.Answer = account, answer })] = account
		}
	}
	for _, tt := range []struct {
		name string
		in   store.Scope
		want []string
	}{
		{"all", store.Scope{}, []string{"", "director", "it's [\"a\", b]"}},
		{"not the office's", store.Scope{Accounts: []string{""}}, []string{"director", "it's [\"a\", b]"}},
		{"not that one", store.Scope{Accounts: []string{"it's [\"a\", b]", "unknown"}}, []string{"", "director"}},
		{"only that one", store.Scope{Accounts: []string{"it's [\"a\", b]"}, Only: true}, []string{"it's [\"a\", b]"}},
		{"none", store.Scope{Only: true}, nil},
		{"none but old ones", store.Scope{Only: true, Before: b.now.Add(-time.Hour)}, nil},
	} {
		items, err := b.s.Claim(b.Context(), b.now, "gateway", tt.in, 10)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var got, single []string
		for _, item := range items {
			got = append(got, item.Account)
			b.note(item.ID, store.Outcome{State: store.OutQueued, Next: b.now})
		}
		singles, err := b.s.DueSingles(b.Context(), b.now, tt.in, 10)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		for _, a := range singles {
			single = append(single, a.Account)
		}
		slices.Sort(got)
		slices.Sort(single)
		if !slices.Equal(got, tt.want) || !slices.Equal(single, tt.want) {
			t.Errorf("%s: claimed %q, singles %q, want %q", tt.name, got, single, tt.want)
		}
	}
	items, err := b.s.Claim(b.Context(), b.now, "gateway", store.Scope{Only: true, Before: b.now.Add(time.Second)}, 10)
	if err != nil || len(items) != 3 {
		t.Errorf("of old mails %d were claimed, %v, want 3", len(items), err)
	}
}
