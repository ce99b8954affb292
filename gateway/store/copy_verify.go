package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
)

// tableSum is what a table's rows amount to, whatever their order.
type tableSum struct {
	rows int64
	// digest is the sum of the rows' digests, in four parts.
	digest [4]uint64
}

// sortedOrder are the places of the columns in the order of their names: the
// engines' schemas may list them in different ones.
func sortedOrder(columns []string) []int {
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if columns[a] < columns[b] {
			return -1
		}
		return 1
	})
	return order
}

// add counts a row.
func (s *tableSum) add(values []any, order []int) {
	h := sha256.New()
	var length [8]byte
	write := func(kind byte, data []byte) {
		binary.BigEndian.PutUint64(length[:], uint64(len(data)))
		h.Write([]byte{kind})
		h.Write(length[:])
		h.Write(data)
	}
	for _, i := range order {
		switch v := values[i].(type) {
		case nil:
			write('0', nil)
		case int64:
			write('i', strconv.AppendInt(nil, v, 10))
		case string:
			write('t', []byte(v))
		case []byte:
			write('b', v)
		}
	}
	sum := h.Sum(nil)
	for i := range s.digest {
		s.digest[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
	s.rows++
}

// compare reads a copy back and compares it with the sums of the original.
func (s *Store) compare(ctx context.Context, sums map[string]tableSum, report *CopyReport) error {
	err := s.View(ctx, func(tx *Tx) error {
		for _, table := range append(slices.Clone(copied), tableDocs) {
			sum, err := tx.each(table, func([]string, []any) error { return nil })
			if err != nil {
				return err
			}
			report.Tables = append(report.Tables, Copied{Table: table, From: sums[table].rows, To: sum.rows, Same: sum == sums[table]})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if report.Chain, err = s.Verify(ctx, nil); err != nil {
		return err
	}
	return s.View(ctx, func(tx *Tx) error {
		last := ""
		for {
			var digests []string
			if err := tx.list(&digests, "blob-digests", last, page); err != nil || len(digests) == 0 {
				return err
			}
			for _, digest := range digests {
				_, err := tx.Blob(digest)
				switch {
				case errors.Is(err, ErrErased):
				case errors.Is(err, ErrDamaged):
					report.Damaged = append(report.Damaged, digest)
				case err != nil:
					return err
				}
				report.Blobs++
			}
			last = digests[len(digests)-1]
		}
	})
}
