package store

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"strconv"
	"time"
)

// rowEnd stands between the rows of a bundle's column. Canonical JSON never holds
// it; where somebody wrote it by hand, the column has too many rows.
const rowEnd = 0x1e

// A bundle is a column's rows as one text, taken off row by row.
type bundle struct {
	rest sql.RawBytes // as the driver holds it: no copy
	done bool
}

// next is the next row's part; a bundle that has no more gives nothing.
func (b *bundle) next() []byte {
	if b.done {
		return nil
	}
	row, rest, more := bytes.Cut(b.rest, []byte{rowEnd})
	b.rest, b.done = rest, !more
	return row
}

// numbers are 64-bit integers as array_send writes them: the number of
// dimensions, flags, the type, the length, the first index, and each behind its size.
type numbers sql.RawBytes

const numbersHead, numberSize = 20, 12

// hold tells whether there are so many.
func (n numbers) hold(rows int64) bool { return int64(len(n)) == numbersHead+numberSize*rows }

func (n numbers) at(i int64) int64 {
	return int64(binary.BigEndian.Uint64(n[numbersHead+numberSize*i+4:]))
}

// postgresEpoch is where PostgreSQL's times begin: 2000, in microseconds since 1970.
const postgresEpoch = 946_684_800_000_000

// appendPostgresTime writes a time as PostgreSQL holds it in the form of
// ledgerTime, which time.Format writes more slowly.
func appendPostgresTime(text []byte, micros int64) []byte {
	at := time.UnixMicro(micros + postgresEpoch).UTC()
	text = at.AppendFormat(text, time.RFC3339)
	text[len(text)-1] = '.' // instead of Z
	n := len(text)
	text = strconv.AppendInt(text, 1_000_000+int64(at.Nanosecond()/1000), 10)
	text = append(text[:n], text[n+1:]...)
	return append(text, 'Z')
}

func (tx *Tx) proveSpanPostgres(from, to int64) proof {
	var l links
	if !tx.bundles("entries-proved", from, to, l.addBundle) {
		return proof{}
	}
	return l.proof(from, to)
}

// bundles hands the bundles of a query to prove, as far as that says true.
func (tx *Tx) bundles(name string, from, to int64, prove func(*sql.Rows) bool) bool {
	stmt, err := tx.stmt(name)
	if err != nil {
		return false
	}
	rows, err := stmt.QueryContext(tx.ctx, from, to)
	if err != nil {
		return false
	}
	proved := true
	for proved && rows.Next() {
		proved = prove(rows)
	}
	return rows.Close() == nil && rows.Err() == nil && proved
}

// addBundle proves the entries of a bundle.
func (l *links) addBundle(rows *sql.Rows) bool {
	var (
		count, columns                int64
		seqs, times                   sql.RawBytes
		cases, kinds, digests, bodies bundle
	)
	if rows.Scan(&count, &columns, &seqs, &times, &cases.rest, &kinds.rest, &digests.rest, &bodies.rest) != nil {
		return false
	}
	// string_agg leaves NULL out, array_send does not measure it.
	if columns != 6 || !numbers(seqs).hold(count) || !numbers(times).hold(count) {
		return false
	}
	var number [20]byte
	var at [40]byte
	for i := range count {
		seq := numbers(seqs).at(i)
		if !l.add(seq, foundEntry{seq: strconv.AppendInt(number[:0], seq, 10), at: appendPostgresTime(at[:0], numbers(times).at(i)),
			number: cases.next(), kind: kinds.next(), digest: digests.next(), entry: bodies.next()}) {
			return false
		}
	}
	return cases.done && kinds.done && digests.done && bodies.done
}

func (tx *Tx) proveTextsPostgres(from, to int64) bool {
	var scratch []byte
	return tx.bundles("texts-proved", from, to, func(rows *sql.Rows) bool { return proveTextBundle(rows, &scratch) })
}

// proveTextBundle proves the texts of a bundle. Salts are bytes, and told apart by
// their length, which must be the same in all.
func proveTextBundle(rows *sql.Rows, scratch *[]byte) bool {
	var (
		count, columns, longest int64
		salts                   sql.RawBytes
		digests, texts          bundle
	)
	if rows.Scan(&count, &columns, &longest, &digests.rest, &salts, &texts.rest) != nil {
		return false
	}
	if columns != 3 || int64(len(salts)) != count*longest {
		return false
	}
	for i := range count {
		if !textFits(scratch, digests.next(), salts[i*longest:(i+1)*longest], texts.next()) {
			return false
		}
	}
	return digests.done && texts.done
}
