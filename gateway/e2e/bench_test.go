package e2e

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The figures of `make bench`: each is measured beside another program that does
// less, on the same letters, in the same run, and written as a row of a table.
// They take minutes and fill the machine when asked for (make bench); elsewhere
// they run on a few letters, to show that they run.

// benchSize reads how much is measured: letters of a backlog, and how often each
// thing is measured; the medians count.
func benchSize(t *testing.T) (letters, rounds int) {
	t.Helper()
	needServers(t)
	if !measured() {
		return 30, 1
	}
	return number(t, "XINFANGD_BENCH_LETTERS", 10_000), number(t, "XINFANGD_BENCH_ROUNDS", 3)
}

// measured says whether figures are asked for.
func measured() bool { return os.Getenv("XINFANGD_BENCH") == "1" }

func number(t *testing.T, name string, usual int) int {
	t.Helper()
	word := os.Getenv(name)
	if word == "" {
		return usual
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number", name, word)
	}
	return n
}

// row prints one line of the table: what, beside what, measured, the bar.
func row(what, beside, measured, bar string) {
	fmt.Printf("| %s | %s | %s | %s |\n", what, beside, measured, bar)
}

// median of some measurements, which are not empty.
func median[T cmp.Ordered](list []T) T {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// rates are letters a second of several rounds.
type rates []float64

func (r *rates) add(n int, took time.Duration) { *r = append(*r, float64(n)/took.Seconds()) }

func (r rates) String() string { return fmt.Sprintf("%.0f/s", median(r)) }
