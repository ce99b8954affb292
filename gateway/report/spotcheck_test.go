package report_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
)

// TestDraw checks the draw against digests made by another program:
//
//	for n in …; do echo "$(printf %s%s $SEED $n | sha256sum) $n"; done | sort
func TestDraw(t *testing.T) {
	t.Parallel()
	const seed = "0000000000000000000000000000000000000000000000000000000000000001"
	sixDrawn := []petition.Number{"SFJX-2026-000002", "SFJX-2026-000006", "SFJX-2026-000001", "SFJX-2026-000003", "SFJX-2026-000004", "SFJX-2026-000005"}
	var population report.Cases
	for i := 1; i <= 6; i++ {
		population = append(population, petition.NewNumber("SFJX", 2026, i))
	}
	for _, tt := range []struct {
		name string
		n    int
		want []petition.Number
	}{
		{"three", 3, sixDrawn[:3]},
		{"more than there are", 99, sixDrawn},
		{"at least ten", 0, sixDrawn},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []petition.Number
			for _, d := range report.Draw(population, seed, tt.n) {
				got = append(got, d.Number)
			}
			if diff := gocmp.Diff(tt.want, got); diff != "" {
				t.Errorf("drawn (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDrawSize(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ of, n, want int }{
		{0, 0, 0}, {0, 5, 0}, {9, 0, 9}, {10, 0, 10}, {199, 0, 10}, {200, 0, 10}, {201, 0, 11}, {1000, 0, 50}, {1000, 3, 3},
	} {
		population := report.Cases{}
		for i := range tt.of {
			population = append(population, petition.NewNumber("SFJX", 2026, i+1))
		}
		if got := len(report.Draw(population, "seed", tt.n)); got != tt.want {
			t.Errorf("of %d with n %d: drew %d, want %d", tt.of, tt.n, got, tt.want)
		}
	}
}

// TestDrawIsFair draws one of twenty many times: no case is favoured.
func TestDrawIsFair(t *testing.T) {
	t.Parallel()
	population, drawn := report.Cases{}, map[petition.Number]int{}
	for i := range 20 {
		population = append(population, petition.NewNumber("SFJX", 2026, i+1))
	}
	const draws = 4000
	for i := range draws {
		drawn[report.Draw(population, fmt.Sprintf("%064x", i), 1)[0].Number]++
	}
	for _, n := range population {
		// Two hundred are expected; six standard deviations are 83.
		if drawn[n] < 117 || drawn[n] > 283 {
			t.Errorf("%s was drawn %d times of %d", n, drawn[n], draws)
		}
	}
}

func TestSpotCheck(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for i := range 30 {
			o.at(o.day(10, 1+i, 9, 0), func(now time.Time) { o.register(now, "d0", nil) })
		}
		o.at(o.day(9, 30, 23, 59), func(now time.Time) { o.register(now, "d0", nil) })
		o.at(o.day(11, 1, 0, 0), func(now time.Time) { o.register(now, "d0", nil) })
		o.run(o.day(11, 2, 0, 0))
		first, err := report.SpotCheck(t.Context(), o.store, o.day(10, 17, 0, 0), 0, 0)
		o.must(err)
		var head string
		var entries int64
		o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
			entries, head, err = tx.Head()
			return err
		}))
		if first.Seed != head || first.Head != head || first.Seq != entries || len(first.Population) != 30 || len(first.Cases) != 10 {
			t.Errorf("seed %s, head %s, entry %d of %d, %d of %d", first.Seed, head, first.Seq, entries, len(first.Cases), len(first.Population))
		}
		for _, d := range first.Cases {
			if !slices.Contains(first.Population, d.Number) {
				t.Errorf("%s did not arrive in the month", d.Number)
			}
		}
		// The register grows, even in that month; the draw can be made again.
		o.at(o.day(11, 3, 0, 0), func(now time.Time) {
			o.register(now, "d1", func(c *petition.Case, _ *petition.Verdict) { c.Arrived = o.day(10, 31, 0, 0) })
		})
		o.run(o.day(11, 4, 0, 0))
		again, err := report.SpotCheck(t.Context(), o.store, o.day(10, 1, 0, 0), 0, first.Seq)
		o.must(err)
		if diff := gocmp.Diff(first, again); diff != "" {
			t.Errorf("drawn again:\n%s", diff)
		}
		later, err := report.SpotCheck(t.Context(), o.store, o.day(10, 1, 0, 0), 0, 0)
		o.must(err)
		if later.Seed == first.Seed || len(later.Population) != 31 {
			t.Errorf("after growing: seed %s, %d cases", later.Seed, len(later.Population))
		}
		if _, err := report.SpotCheck(t.Context(), o.store, o.day(10, 1, 0, 0), 0, 1_000_000); !errors.Is(err, report.ErrNoEntry) {
			t.Errorf("at an entry that is not: %v", err)
		}
		var unchanged int64
		o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
			unchanged, _, err = tx.Head()
			return err
		}))
		if unchanged != later.Seq {
			t.Errorf("a draw wrote %d entries", unchanged-later.Seq)
		}
	})
}

func TestSpotCheckOfNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		got, err := report.SpotCheck(t.Context(), o.store, o.day(10, 1, 0, 0), 0, 0)
		if err != nil || len(got.Cases) != 0 || len(got.Seed) != 64 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
