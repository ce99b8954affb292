package report

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

const (
	// spotShare and spotLeast: 5 % of the month's cases, and at least ten
	// (spec system section 2).
	spotShare = 20
	spotLeast = 10
)

// ErrNoEntry says that the ledger has no entry of the number a draw was asked at.
var ErrNoEntry = errors.New("the ledger has no such entry")

// Drawn is one case of a sample.
type Drawn struct {
	Number petition.Number
	// Ticket is hex(SHA-256(seed || number)): what the draw goes by.
	Ticket string
}

// Sample is a spot check (抽查, clause C17): a draw that nobody can steer and
// anybody can make again.
type Sample struct {
	From, To time.Time
	// Seq is the ledger's entry whose digest is the seed, Head its digest, and
	// At its time. Seed is that digest: the 64 lower-case hexadecimal letters.
	Seq  int64
	Head string
	At   time.Time
	Seed string
	// Population are the cases that the draw was made from, in order.
	Population Cases
	// Cases are those drawn, in the order of the draw.
	Cases []Drawn
}

// SpotCheck draws from the cases that arrived in a month, which any moment of it
// names, in that moment's time zone: n of them, or 5 % and at least ten when n
// is zero; all when there are fewer.
//
// The draw, which anyone can repeat with the list of the numbers and the seed:
// to every number write the SHA-256 digest of the seed's 64 letters followed by
// the number's letters, both as ASCII and with nothing in between; sort by these
// digests; the first n are drawn. In a shell:
//
//	for n in $NUMBERS; do echo "$(printf %s%s $SEED $n | sha256sum) $n"; done | sort | head -n 10
//
// The seed is the digest of the ledger's last entry, or of the entry seq when
// that is not zero; then only the cases that were registered up to it take part,
// so that a draw can be made again after the ledger has grown. The digest
// depends on every event of the office before it: who wanted a case drawn, or
// spared, would have to foresee them all. Nothing is written.
func SpotCheck(ctx context.Context, s *store.Store, month time.Time, n int, seq int64) (Sample, error) {
	from, to := MonthOf(month)
	sample := Sample{From: from, To: to}
	err := s.View(ctx, func(tx *store.Tx) error {
		if err := sample.seed(tx, seq); err != nil {
			return err
		}
		cases, err := tx.ListCases(store.CaseFilter{Since: from, Until: to})
		if err != nil {
			return fmt.Errorf("list arrivals: %w", err)
		}
		for _, c := range cases {
			if c.Imported {
				continue // nobody here worked on it
			}
			known, err := registeredBy(tx, c.Number, seq)
			if err != nil {
				return err
			}
			if known {
				sample.Population = append(sample.Population, c.Number)
			}
		}
		return nil
	})
	if err != nil {
		return Sample{}, fmt.Errorf("draw spot check: %w", err)
	}
	sample.Population = sample.Population.Sorted()
	sample.Cases = Draw(sample.Population, sample.Seed, n)
	return sample, nil
}

// MonthOf is the calendar month of an instant, in the instant's time zone.
func MonthOf(t time.Time) (from, to time.Time) {
	from = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	return from, from.AddDate(0, 1, 0)
}

// seed takes the seed from the ledger's head, or from an earlier entry.
func (s *Sample) seed(tx *store.Tx, seq int64) error {
	last, digest, err := tx.Head()
	if err != nil {
		return fmt.Errorf("read ledger: %w", err)
	}
	if seq < 0 || seq > last {
		return fmt.Errorf("%w: %d", ErrNoEntry, seq)
	}
	if last == 0 {
		// Of an empty ledger the head is all zeros; there is nothing to draw.
		s.Head, s.Seed = digest, digest
		return nil
	}
	if seq == 0 {
		seq = last
	}
	for e, err := range tx.AllEntries(seq) {
		if err != nil {
			return fmt.Errorf("read ledger: %w", err)
		}
		s.Seq, s.Head, s.At, s.Seed = e.Seq, e.Digest, e.Time, e.Digest
		return nil
	}
	return fmt.Errorf("%w: %d", ErrNoEntry, seq)
}

// registeredBy tells whether the ledger knew a case at an entry; 0 is its head.
func registeredBy(tx *store.Tx, n petition.Number, seq int64) (bool, error) {
	if seq == 0 {
		return true, nil
	}
	entries, err := tx.Entries(n)
	if err != nil {
		return false, fmt.Errorf("read ledger: %w", err)
	}
	return len(entries) > 0 && entries[0].Seq <= seq, nil
}

// Draw is the draw itself, as SpotCheck describes it.
func Draw(population Cases, seed string, n int) []Drawn {
	tickets := make([]Drawn, 0, len(population))
	for _, number := range population {
		digest := sha256.Sum256([]byte(seed + string(number)))
		tickets = append(tickets, Drawn{number, hex.EncodeToString(digest[:])})
	}
	slices.SortFunc(tickets, func(a, b Drawn) int {
		return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Number, b.Number))
	})
	if n <= 0 {
		n = max(spotLeast, (len(population)+spotShare-1)/spotShare)
	}
	return tickets[:min(n, len(tickets))]
}
