package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"math/bits"
	"runtime"
	"sync"
)

// A span is the rows that one query proves: so many that asking costs little, so
// few that every connection gets its share.
const longestSpan, shortestSpan = 2048, 128

// spanOf is the length of the spans of so many rows, a power of two.
func spanOf(rows int64) int64 {
	share := rows / int64(4*checkers())
	return min(max(int64(1)<<bits.Len64(uint64(share))/2, shortestSpan), longestSpan)
}

// checkers is how many connections check at once: the daemon's own readers must
// not wait for the check of a long ledger.
func checkers() int { return min(runtime.GOMAXPROCS(0), readers-1) }

// proof is what was found of a span of entries.
type proof struct {
	ok           bool
	prev, digest string // whom the first names before it, the last one's digest
}

// proveEntries proves the entries from the first on, as far as to, and returns
// the last behind which something is not as Append writes it.
func (s *Store) proveEntries(ctx context.Context, to int64, tell func(int64)) chainHead {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var working sync.WaitGroup
	span := spanOf(to)
	// Each worker takes its turn at the spans, so that they come in order.
	found := make([]chan proof, checkers())
	for i := range found {
		found[i] = make(chan proof, 1)
		working.Go(func() {
			// What is not said is not proved; an error is for those who read the rows
			// one by one to meet again.
			defer close(found[i])
			_ = s.walk(ctx, func(tx *Tx) error {
				for from := 1 + int64(i)*span; from <= to; from += int64(len(found)) * span {
					proof := tx.proveSpan(from, min(from+span-1, to))
					if !proof.ok {
						return nil
					}
					select {
					case found[i] <- proof:
					case <-ctx.Done():
					}
				}
				return nil
			})
		})
	}
	last := chainHead{Digest: firstPrev}
	for i := 0; last.Seq < to; i = (i + 1) % len(found) {
		var next proof
		select {
		case next = <-found[i]:
		case <-ctx.Done():
		}
		if !next.ok || next.prev != last.Digest {
			break
		}
		last = chainHead{Seq: min(last.Seq+span, to), Digest: next.digest}
		tell(last.Seq)
	}
	if last.Seq < to {
		cancel() // and not else, for it would cost connections that are still good
	}
	working.Wait()
	return last
}

// walk is View for those who walk the ledger.
func (s *Store) walk(ctx context.Context, fn func(*Tx) error) error {
	return s.View(ctx, func(tx *Tx) error {
		if s.o.Driver == enginePostgres {
			if err := tx.exec("plan-bundles"); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// proveSpan proves the entries of a span, of which none may be missing.
func (tx *Tx) proveSpan(from, to int64) proof {
	if tx.store.o.Driver == engineSQLite {
		return tx.proveSpanSQLite(from, to)
	}
	return tx.proveSpanPostgres(from, to)
}

// proveTexts proves the texts at a span of places. An error is for those who read
// the rows one by one to meet again.
func (s *Store) proveTexts(ctx context.Context, from, to int64) (ok bool) {
	err := s.walk(ctx, func(tx *Tx) error {
		if s.o.Driver == engineSQLite {
			ok = tx.proveTextsSQLite(from, to)
		} else {
			ok = tx.proveTextsPostgres(from, to)
		}
		return nil
	})
	return ok && err == nil
}

// links are entries that were proved one behind the other.
type links struct {
	first, rows int64
	prev        string // whom the first names before it
	digest      []byte // the last one's
}

// add proves one more entry. It keeps nothing of it.
func (l *links) add(seq int64, entry foundEntry) bool {
	prev, ok := entry.fits(seq)
	switch {
	case !ok:
		return false
	case l.rows == 0:
		l.first, l.prev = seq, string(prev)
	case !bytes.Equal(prev, l.digest):
		return false
	}
	l.rows++
	l.digest = append(l.digest[:0], entry.digest...)
	return true
}

// proof tells whether the links are all those of a span.
func (l *links) proof(from, to int64) proof {
	return proof{ok: l.first == from && l.rows == to-from+1, prev: l.prev, digest: string(l.digest)}
}

// textFits tells whether a text is what was digested; scratch is used again.
func textFits(scratch *[]byte, digest, salt, text []byte) bool {
	*scratch = append(append((*scratch)[:0], salt...), text...)
	return isHexOf(digest, sha256.Sum256(*scratch))
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
		if failed = s.read.fixed["texts-next"].QueryRowContext(ctx, from, longestSpan).Scan(&to); failed != nil {
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
