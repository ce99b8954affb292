package watch

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestMonthGoesOn: the plots show what came since, at the latest five minutes
// later, and many may ask at once.
func TestMonthGoesOn(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	w, s := setup(t, func(o *Options) {
		o.Token, o.Now = "token", func() time.Time { return noon.Add(time.Duration(clock.Load())) }
	})
	register := func(n int) {
		t.Helper()
		now := noon.Add(time.Duration(clock.Load()))
		c := petition.Case{Number: petition.NewNumber("SFJX", 2026, n), State: petition.Registered, Mailbox: "director", Arrived: now.Add(-time.Minute), Urgency: petition.Normal}
		if err := s.Update(t.Context(), now, func(tx *store.Tx) error {
			if err := tx.InsertCase(c, "0123456789"); err != nil {
				return err
			}
			_, err := tx.Append(store.Entry{Case: c.Number, Time: now, Kind: petition.EvRegistered, After: &c})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(word string) bool {
		page := ask(w, "/", func(r *http.Request) { r.Header.Set("Authorization", "Bearer token") }).Body.String()
		return strings.Contains(page, word)
	}
	register(1)
	w.Warm(t.Context())
	register(2)
	if !shows("来信共 1 件") {
		t.Error("the month is counted on each time that somebody asks")
	}
	for n := 3; n < 6; n++ {
		clock.Add(int64(lasting))
		var asking sync.WaitGroup
		for range 4 {
			asking.Go(func() {
				if shows("看板暂时无法显示") {
					t.Error("no board")
				}
			})
		}
		register(n)
		asking.Wait()
	}
	clock.Add(int64(lasting))
	if !shows("来信共 5 件") {
		t.Error("the plots do not show what came since")
	}
	clock.Add(int64(9 * 24 * time.Hour)) // another month
	if shows("来信共 5 件") {
		t.Error("the plots show another month")
	}
}
