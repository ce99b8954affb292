package watch

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestBenchBoard measures the board of a large register: a year of 50,000 cases,
// of which some 2,400 are open. The row of `make bench` comes out of it; elsewhere
// it runs on a small one.
func TestBenchBoard(t *testing.T) {
	cases := 50_000
	if os.Getenv("XINFANGD_BENCH") != "1" {
		cases = 500
	}
	now := noon
	w, s := setup(t, func(o *Options) {
		o.Token, o.Now = "token", func() time.Time { return now }
		for i := range 20 {
			o.Office.Roster.Divisions = append(o.Office.Roster.Divisions, petition.Division{ID: fmt.Sprintf("d%d", i), Name: fmt.Sprintf("第%d处", i+1)})
		}
	})
	grow(t, s, cases)
	get := func(path string) time.Duration {
		t.Helper()
		began := time.Now()
		rec := ask(w, path, func(r *http.Request) { r.Header.Set("Authorization", "Bearer token") })
		if rec.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
		}
		return time.Since(began)
	}
	first := get("/")
	var took, divisions []time.Duration
	for range 9 {
		now = now.Add(lasting) // the month is counted on each time
		took, divisions = append(took, get("/")), append(divisions, get("/division/d3"))
	}
	slices.Sort(took)
	slices.Sort(divisions)
	fmt.Printf("| the board of %d cases: %d ms, a division's page %d ms | the first after the start: %d ms | longest of 9: %d ms | < 200 ms |\n",
		cases, took[4].Milliseconds(), divisions[4].Milliseconds(), first.Milliseconds(), took[8].Milliseconds())
}

// grow makes cases, one every ten minutes back from now. Those of the last ten
// days are open, and every fiftieth before; the ledger knows of the last 30 days.
func grow(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for from := 0; from < n; from += 5000 {
		if err := s.Update(t.Context(), noon, func(tx *store.Tx) error {
			for i := from; i < min(from+5000, n); i++ {
				if err := growOne(tx, n, i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func growOne(tx *store.Tx, n, i int) error {
	ago := time.Duration(n-i) * 10 * time.Minute
	at := noon.Add(-ago)
	division := fmt.Sprintf("d%d", i%20)
	c := petition.Case{Number: petition.NewNumber("SFJX", 2026, i+1), State: petition.Dispatched, Mailbox: "director", Sender: fmt.Sprintf("c%d@mail.example", i),
		Subject: "小区停电，变压器烧了没人修", Category: "供电", Arrived: at, Accepted: at.Add(5 * time.Hour), Due: time.Date(at.Year(), at.Month(), at.Day()+7, 17, 30, 0, 0, at.Location()), Urgency: petition.Normal,
		Confidential: i%100 == 0, Dispatches: []petition.Dispatch{{Division: division, Lead: true, At: at.Add(time.Hour), Signed: at.Add(3 * time.Hour), SignedBy: "liaison@" + division + ".example"}}}
	kinds := []petition.EventKind{petition.EvRegistered, petition.EvDispatched, petition.EvSigned, petition.EvAccepted}
	if open := ago < 10*24*time.Hour || i%50 == 0; !open {
		c.State, c.Answered, c.Closed = petition.Archived, at.Add(96*time.Hour), at.Add(200*time.Hour)
		c.Opinions = []petition.Opinion{{Division: division, By: "liaison@" + division + ".example", At: at.Add(90 * time.Hour), Text: "已派人到场更换变压器，恢复供电，并向来信人说明了情况。"}}
		kinds = append(kinds, petition.EvOpinion, petition.EvAnswered, petition.EvClosed)
	}
	if err := tx.InsertCase(c, "0123456789"); err != nil || ago > 30*24*time.Hour {
		return err
	}
	for k, kind := range kinds {
		e := store.Entry{Case: c.Number, Kind: kind, Actor: petition.System(), Time: at.Add(time.Duration(k) * time.Hour), After: &c}
		if kind == petition.EvOpinion {
			e.Actor = petition.Actor{Address: c.Opinions[0].By, Role: petition.RoleLiaison, Division: division}
		}
		if _, err := tx.Append(e); err != nil {
			return err
		}
	}
	return nil
}
