package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

func exerciseClocks(t *testing.T, b *bench) {
	const n = petition.Number("SFJX-2026-000001")
	due := func(now time.Time, limit int) (rows []store.ClockRow) {
		b.update(func(tx *store.Tx) (err error) {
			rows, err = tx.DueClocks(now, limit)
			return err
		})
		return rows
	}
	b.update(func(tx *store.Tx) error {
		for _, set := range []struct {
			n     petition.Number
			clock petition.Clock
			step  int
			after time.Duration
		}{
			{n, petition.ClockAccept, 0, time.Hour}, {n, petition.ClockChase, 1, 2 * time.Hour}, {n, petition.ClockChase, 2, 3 * time.Hour},
			{n, petition.ClockSign, 0, 4 * time.Hour}, {n, petition.ClockSign, 0, 30 * time.Minute}, {"", "digest", 0, 10 * time.Minute},
		} {
			if err := tx.SetClock(set.n, set.clock, set.step, b.now.Add(set.after)); err != nil {
				return err
			}
		}
		next, err := tx.NextClock()
		if !next.Equal(b.now.Add(10 * time.Minute)) {
			t.Errorf("next clock: %v", next)
		}
		return err
	})
	if rows := due(b.now, 10); len(rows) != 0 {
		t.Errorf("due too early: %+v", rows)
	}
	b.now = b.now.Add(time.Hour)
	rows := due(b.now, 10)
	var names []petition.Clock
	for _, row := range rows {
		names = append(names, row.Clock)
	}
	if diff := cmp.Diff([]petition.Clock{"digest", petition.ClockSign, petition.ClockAccept}, names); diff != "" {
		t.Fatalf("due (-want +got):\n%s", diff)
	}
	if limited := due(b.now, 1); len(limited) != 1 || limited[0].Clock != "digest" || limited[0].Case != "" {
		t.Errorf("limited: %+v", limited)
	}
	digest, sign, accept := rows[0].ID, rows[1].ID, rows[2].ID
	b.update(func(tx *store.Tx) error {
		if err := tx.ClockFired(digest); err != nil {
			return err
		}
		b.wantErr("fired twice", tx.ClockFired(digest), store.ErrTaken)
		// Set anew while its row was in hand: it must not end.
		if err := tx.SetClock(n, petition.ClockSign, 0, b.now.Add(time.Hour)); err != nil {
			return err
		}
		b.wantErr("set anew", tx.ClockFired(sign), store.ErrTaken)
		return tx.PostponeClock(accept, b.now.Add(time.Minute))
	})
	if rows := due(b.now, 10); len(rows) != 0 {
		t.Errorf("due again: %+v", rows)
	}
	b.update(func(tx *store.Tx) error {
		// A fired clock may be set again.
		if err := tx.SetClock("", "digest", 0, b.now); err != nil {
			return err
		}
		return tx.StopClocks(n, petition.ClockChase, petition.ClockAccept)
	})
	b.view(func(tx *store.Tx) error {
		rows, err := tx.Clocks(n)
		if err != nil || len(rows) != 1 || rows[0].Clock != petition.ClockSign {
			t.Errorf("running: %+v, %v", rows, err)
		}
		rows, err = tx.Clocks("")
		if err != nil || len(rows) != 1 {
			t.Errorf("the office's: %+v, %v", rows, err)
		}
		return nil
	})
	b.update(func(tx *store.Tx) error {
		if err := tx.StopClocks(n); err != nil {
			return err
		}
		if err := tx.StopClocks(""); err != nil {
			return err
		}
		next, err := tx.NextClock()
		if !next.IsZero() {
			t.Errorf("next clock when none runs: %v", next)
		}
		return err
	})
}

func exerciseHeld(t *testing.T, b *bench) {
	want := store.HeldCommand{
		Address: "shyb@jxw.example", Case: "SFJX-2026-000001", Body: []byte(`{"verb":"批准"}`), Letter: 4,
		Expires: b.now.Add(24 * time.Hour), Created: b.now,
	}
	var late int64
	b.update(func(tx *store.Tx) (err error) {
		in := want
		in.Address = "Shyb@jxw.example"
		if want.ID, err = tx.Hold(in); err != nil {
			return err
		}
		late, err = tx.Hold(in)
		return err
	})
	b.update(func(tx *store.Tx) error {
		got, err := tx.Held(want.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("held: %v (-want +got):\n%s", err, diff)
		}
		got, err = tx.TakeHeld(want.ID)
		if err != nil || string(got.Body) != string(want.Body) || !got.Taken.Equal(b.now) {
			t.Errorf("taken: %+v, %v", got, err)
		}
		_, err = tx.TakeHeld(want.ID)
		b.wantErr("taken twice", err, store.ErrTaken)
		_, err = tx.TakeHeld(99)
		b.wantErr("unknown", err, store.ErrNotFound)
		return nil
	})
	b.now = want.Expires
	b.update(func(tx *store.Tx) error {
		_, err := tx.TakeHeld(late)
		b.wantErr("expired", err, store.ErrTaken)
		return nil
	})
}

func exerciseTallies(t *testing.T, b *bench) {
	b.update(func(tx *store.Tx) error {
		for want := 1; want <= 3; want++ {
			if n, err := tx.Bump("mail", "Zhang@mail.example", "2026-11-23"); err != nil || n != want {
				t.Errorf("bump: %d, %v, want %d", n, err, want)
			}
		}
		for _, test := range []struct {
			kind, key, bucket string
			want              int
		}{
			{"mail", " zhang@MAIL.example", "2026-11-23", 3}, {"mail", "zhang@mail.example", "2026-11-24", 0},
			{"query", "zhang@mail.example", "2026-11-23", 0}, {"mail", "li@mail.example", "2026-11-23", 0},
		} {
			if n, err := tx.Tally(test.kind, test.key, test.bucket); err != nil || n != test.want {
				t.Errorf("tally %+v: %d, %v", test, n, err)
			}
		}
		for _, want := range []bool{true, false} {
			if fresh, err := tx.UseSignature("b=abc"); err != nil || fresh != want {
				t.Errorf("signature fresh: %v, %v, want %v", fresh, err, want)
			}
		}
		return nil
	})
	var n int
	if err := b.raw().QueryRowContext(b.Context(), "SELECT COUNT(*) FROM tallies WHERE key LIKE '%mail%'").Scan(&n); err != nil || n != 0 {
		t.Errorf("addresses in clear: %d, %v", n, err)
	}
	if err := b.s.Sweep(b.Context(), b.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	b.update(func(tx *store.Tx) error {
		if n, err := tx.Tally("mail", "zhang@mail.example", "2026-11-23"); err != nil || n != 0 {
			t.Errorf("swept tally: %d, %v", n, err)
		}
		fresh, err := tx.UseSignature("b=abc")
		if !fresh {
			t.Error("swept signature is not fresh")
		}
		return err
	})
}

func exerciseLeases(t *testing.T, b *bench) {
	lease := func(owner string, after, length time.Duration) (int64, bool) {
		now := b.now.Add(after)
		token, held, err := b.s.Lease(b.Context(), "box/director", owner, now.Add(length), now)
		if err != nil {
			t.Fatal(err)
		}
		return token, held
	}
	steps := []struct {
		owner         string
		after, length time.Duration
		token         int64
		held          bool
	}{
		{"one", 0, time.Minute, 1, true},
		{"two", 30 * time.Second, time.Minute, 0, false},
		{"one", 45 * time.Second, time.Minute, 1, true}, // renewed
		{"two", 104 * time.Second, time.Minute, 0, false},
		{"two", 105 * time.Second, time.Minute, 2, true}, // taken over
		{"one", 110 * time.Second, time.Minute, 0, false},
		{"two", time.Hour, time.Minute, 3, true}, // run out in between: others may have had it
	}
	for i, step := range steps {
		if token, held := lease(step.owner, step.after, step.length); token != step.token || held != step.held {
			t.Errorf("step %d: token %d, held %v, want %d, %v", i, token, held, step.token, step.held)
		}
	}
	b.view(func(tx *store.Tx) error {
		for token, want := range map[int64]bool{1: false, 3: true} {
			if holds, err := tx.HoldsLease("box/director", token); err != nil || holds != want {
				t.Errorf("HoldsLease(%d): %v, %v", token, holds, err)
			}
		}
		holds, err := tx.HoldsLease("box/none", 1)
		if holds {
			t.Error("a lease that nobody took is held")
		}
		return err
	})
	if err := b.s.Release(b.Context(), "box/director", "one", b.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, held := lease("one", time.Hour, time.Minute); held {
		t.Error("another's lease was released")
	}
	if err := b.s.Release(b.Context(), "box/director", "two", b.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, held := lease("one", time.Hour, time.Minute); !held {
		t.Error("a released lease is not free")
	}
}
