package store_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// TestBenchVerify measures the check of the ledger. The rows of `make bench` come
// out of it; elsewhere it runs on a small one.
func TestBenchVerify(t *testing.T) {
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "register.db")
			if driver == "postgres" {
				dsn = postgrestest.Durable(t)
			}
			newBench(t, store.Options{Driver: driver, DSN: dsn}).verifyBesideSHA(driver)
		})
	}
}

// verifyBesideSHA measures the check of a ledger beside SHA-256 of the same
// bytes, the entries and the salted texts, which lie in memory.
func (b *bench) verifyBesideSHA(driver string) {
	b.Helper()
	b.update(func(tx *store.Tx) error {
		for i := range size(4000, 60) {
			if err := b.lifeOf(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	hashed := b.hashed()
	total := 0
	for _, raw := range hashed {
		total += len(raw)
	}
	var checks, sums []time.Duration
	for range 9 { // in turn, for the machine is not always the same
		began := time.Now()
		result, err := b.s.Verify(b.Context(), nil)
		if err != nil || !result.OK {
			b.Fatalf("verify: %+v, %v", result, err)
		}
		checks = append(checks, time.Since(began))
		began = time.Now()
		for _, raw := range hashed {
			_ = sha256.Sum256(raw)
		}
		sums = append(sums, time.Since(began))
	}
	mb := float64(total) / 1e6
	scaleRow("`ledger verify`, %s: %.0f MB/s", driver, mb/middle(checks).Seconds())("SHA-256 of the same bytes: %.0f MB/s", mb/middle(sums).Seconds())(
		"%.3f×", middle(sums).Seconds()/middle(checks).Seconds())("≥ 0.5×")
}

// lifeOf writes the entries of the ith case, from its registration to its end,
// about as long as those of an office: 1.3 KB on average, with a personal text each.
func (b *bench) lifeOf(tx *store.Tx, i int) error {
	at := func(hours int) time.Time { return b.now.Add(time.Duration(hours) * time.Hour) }
	blob := strings.Repeat("0123456789abcdef", 4)
	c := petition.Case{Number: petition.NewNumber("SFJX", 2025, i+1), State: petition.Registered, Mailbox: "director", Sender: fmt.Sprintf("c%d@mail.example", i), Name: "来信人",
		Subject: "停电", Arrived: b.now, Letter: int64(i), MessageID: fmt.Sprintf("m%d@mail.example", i), Urgency: petition.Normal}
	liaison := petition.Actor{Role: petition.RoleHandler, Address: "slya@jxw.example", Name: "受理员甲", Division: "power"}
	events := []struct {
		kind   petition.EventKind
		actor  petition.Actor
		text   string
		change func()
	}{
		{petition.EvRegistered, petition.Actor{Role: petition.RoleCitizen, Address: c.Sender, Name: c.Name}, "", func() {}},
		{petition.EvDispatched, petition.System(), "按规则转办", func() {
			c.State, c.Rule, c.Due, c.DueFrom, c.Spans = petition.Dispatched, "供电", at(120), at(0), []string{"5wd"}
			c.Dispatches = []petition.Dispatch{{Division: "power", Lead: true, At: at(0), Due: at(120)}}
		}},
		{petition.EvSigned, liaison, "", func() { c.Dispatches[0].Signed, c.Dispatches[0].SignedBy = at(1), liaison.Address }},
		{petition.EvOpinion, liaison, "", func() {
			c.Opinions = []petition.Opinion{{N: 1, Division: "power", By: liaison.Address, At: at(20), Text: blob}}
		}},
		{petition.EvDrafted, liaison, "", func() {
			c.Drafts = []petition.Draft{{Revision: 1, By: liaison.Address, Division: "power", At: at(30), Digest: blob, Message: blob, Text: blob}}
		}},
		{petition.EvApproved, petition.Actor{Role: petition.RoleLeader, Address: "zhuren@jxw.example"}, "同意", func() { c.ApprovedAt, c.Drafts[0].ApprovedBy = at(40), "zhuren@jxw.example" }},
		{petition.EvAnswered, petition.System(), "", func() { c.State, c.Answered = petition.Answered, at(41) }},
		{petition.EvClosed, petition.System(), "期满无异议", func() { c.State, c.Closed = petition.Closed, at(200) }},
	}
	for n, e := range events {
		e.change()
		c.Seq = n + 1
		if _, err := tx.Append(store.Entry{Case: c.Number, Actor: e.actor, Kind: e.kind, Text: e.text, After: &c}); err != nil {
			return err
		}
	}
	return nil
}

// hashed is everything in the ledger that has a digest.
func (b *bench) hashed() [][]byte {
	b.Helper()
	var list [][]byte
	for _, text := range []string{"SELECT '', entry FROM ledger ORDER BY seq", "SELECT salt, text FROM ledger_texts"} {
		rows, err := b.raw().QueryContext(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			var salt, said []byte
			if err := rows.Scan(&salt, &said); err != nil {
				b.Fatal(err)
			}
			list = append(list, append(salt, said...))
		}
		if err := rows.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return list
}
