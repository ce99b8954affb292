package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"runtime"
	"sync"
)

// packed is the number of rows that the database hands over as one text when
// the ledger is checked: larger texts do not stay in the processor's cache.
const packed = 256

// The separators of packed rows and of their columns, which canonical JSON never
// holds as they are.
const (
	rowEnd    = 0x1e
	columnEnd = 0x1f
)

// checkers is how many connections check at once: the daemon's own readers must
// not wait for the check of a long ledger.
func checkers() int { return min(runtime.GOMAXPROCS(0), readers-1) }

// proved is what was found of a span of entries.
type proved struct {
	ok           bool
	prev, digest string // whom the first names before it, the last one's digest
}

// proveEntries proves the entries from the first on, as far as to, and returns
// the last behind which something is not as Append writes it.
func (s *Store) proveEntries(ctx context.Context, to int64, tell func(int64)) chainHead {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel() // before the wait
	// Each worker takes its turn at the spans, so that they come in order.
	found := make([]chan proved, checkers())
	for i := range found {
		found[i] = make(chan proved, 1)
		working.Go(func() {
			for from := 1 + int64(i)*packed; from <= to; from += int64(len(found)) * packed {
				span := s.proveSpan(ctx, from, min(from+packed-1, to))
				select {
				case found[i] <- span:
				case <-ctx.Done():
				}
				if !span.ok {
					return
				}
			}
		})
	}
	last := chainHead{Digest: firstPrev}
	for i := 0; last.Seq < to; i = (i + 1) % len(found) {
		var span proved
		select {
		case span = <-found[i]:
		case <-ctx.Done():
		}
		if !span.ok || span.prev != last.Digest {
			break
		}
		last = chainHead{Seq: min(last.Seq+packed, to), Digest: span.digest}
		tell(last.Seq)
	}
	return last
}

// pack has the database pack the rows of a span and hands them to prove, which
// must not keep them. An error is for those who read the rows one by one to meet
// again.
func (s *Store) pack(ctx context.Context, name string, from, to int64, prove func(text []byte, rows int64) bool) bool {
	answer, err := s.read.fixed[name].QueryContext(ctx, from, to)
	if err != nil {
		return false
	}
	var (
		count int64
		text  sql.RawBytes // as the driver holds it: no copy
	)
	ok := answer.Next() && answer.Scan(&count, &text) == nil && prove(text, count)
	return answer.Close() == nil && ok
}

// proveSpan proves the entries of a span, of which none may be missing.
func (s *Store) proveSpan(ctx context.Context, from, to int64) (span proved) {
	span.ok = s.pack(ctx, "entries-packed", from, to, func(text []byte, rows int64) bool {
		if rows != to-from+1 {
			return false
		}
		var digest []byte
		for seq := from; seq <= to; seq++ {
			var row []byte
			row, text, _ = bytes.Cut(text, []byte{rowEnd})
			var column [6][]byte
			if !columns(row, column[:]) {
				return false
			}
			entry := foundEntry{seq: column[0], number: column[1], at: column[2], kind: column[3], digest: column[4], entry: column[5]}
			prev, ok := entry.fits(seq)
			if !ok || seq > from && !bytes.Equal(prev, digest) {
				return false
			}
			if seq == from {
				span.prev = string(prev)
			}
			digest = entry.digest
		}
		span.digest = string(digest)
		// As many separators as rows and columns have: none stood in a column.
		return len(text) == 0
	})
	return span
}

// columns takes a row apart, and tells whether it has as many columns as wanted.
func columns(row []byte, into [][]byte) bool {
	for i := range into {
		end := bytes.IndexByte(row, columnEnd)
		if last := i == len(into)-1; last != (end < 0) {
			return false
		} else if last {
			end = len(row)
		}
		into[i] = row[:end]
		row = row[min(end+1, len(row)):]
	}
	return true
}

// checkTexts checks every personal text that is still there: each must be what
// was digested.
func (s *Store) checkTexts(ctx context.Context, result *VerifyResult) error {
	var where places
	if err := s.View(ctx, func(tx *Tx) error { return tx.get(&where, "texts-places") }); err != nil {
		return err
	}
	var (
		working sync.WaitGroup
		turn    sync.Mutex
		failed  error
	)
	// next is the span behind the one before; it says false when there is none.
	next := func() (from, to int64, more bool) {
		turn.Lock()
		defer turn.Unlock()
		if failed != nil || where.First > where.Last {
			return 0, 0, false
		}
		from = where.First
		if failed = s.read.fixed["texts-next"].QueryRowContext(ctx, from, packed).Scan(&to); failed != nil {
			return 0, 0, false
		}
		where.First = min(to, where.Last) + 1
		return from, to, true
	}
	for range checkers() {
		working.Go(func() {
			for {
				from, to, more := next()
				if !more {
					return
				}
				if s.proveTexts(ctx, from, to) {
					continue
				}
				broken, err := s.brokenText(ctx, from, to)
				turn.Lock()
				if broken != 0 {
					result.breaks(broken, "a text is not the one that was digested")
				}
				failed = errors.Join(failed, err)
				turn.Unlock()
			}
		})
	}
	working.Wait()
	return failed
}

// proveTexts proves the texts at a span of places.
func (s *Store) proveTexts(ctx context.Context, from, to int64) bool {
	return s.pack(ctx, "texts-packed", from, to, func(text []byte, rows int64) bool {
		var salted []byte
		for range rows {
			var row []byte
			row, text, _ = bytes.Cut(text, []byte{rowEnd})
			var column [3][]byte // digest, salt, text
			if !columns(row, column[:]) {
				return false
			}
			var err error
			if salted, err = hex.AppendDecode(salted[:0], column[1]); err != nil {
				return false
			}
			salted = append(salted, column[2]...)
			if !isHexOf(column[0], sha256.Sum256(salted)) {
				return false
			}
		}
		return len(text) == 0
	})
}

// brokenText looks at the texts at a span of places one by one and returns the
// entry of the first that is not what was digested, 0 when all are.
func (s *Store) brokenText(ctx context.Context, from, to int64) (first int64, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		var rows []textRow
		if err := tx.list(&rows, "texts-between", from, to); err != nil {
			return err
		}
		for _, row := range rows {
			if !row.fits() {
				first = max(row.Seq, 1)
				break
			}
		}
		return nil
	})
	return first, err
}
