package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"
)

// proving makes the check known to the driver as two aggregate functions, once
// and before the first connection: the rows are proved where they lie in SQLite's
// pages, and not one byte of them is copied. The columns are cast to BLOB, because
// those reach a function as bytes.
var proving = sync.OnceValue(func() error {
	return errors.Join(
		prover("prove_entries", 6, func() collector { return &entriesProver{} }),
		prover("prove_texts", 3, func() collector { return &textsProver{} }),
	)
})

func prover(name string, columns int32, collect func() collector) error {
	err := sqlite.RegisterFunction(name, &sqlite.FunctionImpl{
		NArgs: columns, Deterministic: true, VolatileArgs: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return aggregate{collect()}, nil },
	})
	if err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return nil
}

// collector is handed rows, of which it must keep nothing, and has one value to
// say of them.
type collector interface {
	row(columns []driver.Value)
	value() driver.Value
}

// aggregate is a collector as the driver wants it.
type aggregate struct{ collector }

func (a aggregate) Step(_ *sqlite.FunctionContext, columns []driver.Value) error {
	a.row(columns)
	return nil
}

func (a aggregate) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return errors.New("not a window function")
}

func (a aggregate) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return a.value(), nil }

func (a aggregate) Final(*sqlite.FunctionContext) {}

// entriesProver proves the entries of a span; its value is what
// proveSpanSQLite takes, NULL when one does not fit.
type entriesProver struct {
	links
	refused bool
}

func (p *entriesProver) row(columns []driver.Value) {
	seq, ok := columns[0].(int64)
	if p.refused || !ok {
		p.refused = true
		return
	}
	var text [5][]byte
	for i := range text {
		if text[i], ok = columns[i+1].([]byte); !ok {
			p.refused = true
			return
		}
	}
	var number [20]byte
	p.refused = !p.add(seq, foundEntry{seq: strconv.AppendInt(number[:0], seq, 10), number: text[0], at: text[1], kind: text[2], digest: text[3], entry: text[4]})
}

// The value's parts are told apart by what stands in no digest.
func (p *entriesProver) value() driver.Value {
	if p.refused {
		return nil
	}
	return fmt.Sprintf("%d\x1f%d\x1f%s\x1f%s", p.first, p.rows, p.prev, p.digest)
}

func (tx *Tx) proveSpanSQLite(from, to int64) proof {
	var said sql.NullString
	if err := tx.get(&said, "entries-proved", from, to); err != nil {
		return proof{}
	}
	part := strings.Split(said.String, "\x1f")
	if len(part) != 4 || part[0] != strconv.FormatInt(from, 10) || part[1] != strconv.FormatInt(to-from+1, 10) {
		return proof{}
	}
	return proof{ok: true, prev: part[2], digest: part[3]}
}

// textsProver proves texts; its value is 1 when all fit.
type textsProver struct {
	scratch []byte
	refused bool
}

func (p *textsProver) row(columns []driver.Value) {
	digest, isDigest := columns[0].([]byte)
	salt, isSalt := columns[1].([]byte)
	text, isText := columns[2].([]byte)
	if !isDigest || !isSalt || !isText || !textFits(&p.scratch, digest, salt, text) {
		p.refused = true
	}
}

func (p *textsProver) value() driver.Value { return !p.refused }

func (tx *Tx) proveTextsSQLite(from, to int64) bool {
	var ok bool
	err := tx.get(&ok, "texts-proved", from, to)
	return err == nil && ok
}
