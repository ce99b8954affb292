package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// copied are the tables of a register in the order in which rows may refer to
// those before. chain is not among them, since the ledger's head is set by what
// is copied, nor is search_docs, whose index each engine keeps in its own way.
var copied = []string{
	"numbers", "ledger", "ledger_texts", "cases", "case_divisions", "blobs", "blob_chunks", "letters", "boxes", "failed", "codes",
	"outgoing", "outgoing_recipients", "clocks", "held", "tallies", "signatures", "settings", "leases", "prints", "print_bands", "models",
}

// tableDocs is copied row by row, its index made anew.
const tableDocs = "search_docs"

// derived tells the tables that hold nothing of their own.
func derived(table string) bool {
	return table == "chain" || table == "goose_db_version" || strings.HasPrefix(table, "search_grams") || strings.HasPrefix(table, "sqlite_")
}

// A statement of a copy inserts many rows at once, up to these bounds.
const (
	copyRows  = 100
	copyBytes = 4 << 20
)

// Copied is one table of a copy.
type Copied struct {
	Table string
	// From and To are the numbers of rows.
	From, To int64
	// Same says that both hold the same rows, compared by digest.
	Same bool
}

// CopyReport is what a copy brought over and how it compares.
type CopyReport struct {
	Tables []Copied
	// Chain is the check of the copied ledger; Head is that of the original.
	Chain VerifyResult
	Head  string
	// Blobs were all read back; Damaged are the digests of those that do not fit.
	Blobs   int64
	Damaged []string
}

// OK tells whether the copy is the same register.
func (r CopyReport) OK() bool {
	return r.Chain.OK && r.Chain.Head == r.Head && len(r.Damaged) == 0 && !slices.ContainsFunc(r.Tables, func(c Copied) bool { return !c.Same })
}

// Copy brings a whole register, as it is at one moment, into an empty one of
// either engine, in one transaction, and then reads the copy back from the disk:
// every row, the whole chain, every blob. ErrNotEmpty leaves the target as it
// was. Nobody may write to either meanwhile: what is registered later in the
// original is not in the copy. progress, which may be nil, hears of each table.
func Copy(ctx context.Context, from, to *Store, progress func(table string, rows int64)) (CopyReport, error) {
	if progress == nil {
		progress = func(string, int64) {}
	}
	var report CopyReport
	sums := map[string]tableSum{}
	err := from.View(ctx, func(source *Tx) error {
		if err := source.knowsAll(); err != nil {
			return err
		}
		var head chainHead
		if err := source.get(&head, "head"); err != nil {
			return err
		}
		report.Head = head.Digest
		return to.Update(ctx, time.Time{}, func(target *Tx) error {
			if err := target.empty(); err != nil {
				return err
			}
			for _, table := range append(slices.Clone(copied), tableDocs) {
				sum, err := copyTable(source, target, table)
				if err != nil {
					return fmt.Errorf("table %s: %w", table, err)
				}
				sums[table] = sum
				progress(table, sum.rows)
			}
			target.head = head // Update saves it
			return target.followIdentities()
		})
	})
	if err != nil {
		return CopyReport{}, fmt.Errorf("copy register: %w", err)
	}
	if err := to.compare(ctx, sums, &report); err != nil {
		return report, fmt.Errorf("verify copy: %w", err)
	}
	return report, nil
}

// knowsAll fails when the register has a table that would be left behind.
func (tx *Tx) knowsAll() error {
	var tables []string
	if err := tx.list(&tables, "tables"); err != nil {
		return err
	}
	for _, table := range tables {
		if !derived(table) && table != tableDocs && !slices.Contains(copied, table) {
			return fmt.Errorf("table %s is not known", table)
		}
	}
	return nil
}

// empty fails when a register holds anything.
func (tx *Tx) empty() error {
	for _, table := range append(slices.Clone(copied), tableDocs) {
		var rows []int64
		if err := tx.sqlTx.SelectContext(tx.ctx, &rows, "SELECT 1 FROM "+table+" LIMIT 1"); err != nil {
			return tx.note(table, err)
		}
		if len(rows) > 0 {
			return fmt.Errorf("table %s has rows: %w", table, ErrNotEmpty)
		}
	}
	return nil
}

// rows reads a table. Its columns are those of the schema, so that one added
// later cannot be forgotten here.
func (tx *Tx) rows(table string) (*sqlx.Rows, []string, error) {
	text := "SELECT * FROM " + table
	if table == tableDocs {
		text = "SELECT id, case_number, letter, text FROM search_docs"
	}
	rows, err := tx.sqlTx.QueryxContext(tx.ctx, text)
	if err != nil {
		return nil, nil, tx.note(table, err)
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, nil, errors.Join(tx.note(table, err), rows.Close())
	}
	return rows, columns, nil
}

// each calls fn with every row of a table, its values in the form that both
// engines take, and sums the rows up.
func (tx *Tx) each(table string, fn func(columns []string, values []any) error) (sum tableSum, err error) {
	rows, columns, err := tx.rows(table)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	order := sortedOrder(columns)
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return sum, tx.note(table, err)
		}
		for i, v := range values {
			if values[i], err = neutral(v); err != nil {
				return sum, fmt.Errorf("column %s: %w", columns[i], err)
			}
		}
		sum.add(values, order)
		if err := fn(columns, values); err != nil {
			return sum, err
		}
	}
	return sum, tx.note(table, rows.Err())
}

// neutral is a value as both engines take it: SQLite has no booleans, and keeps
// times as text of one width, which PostgreSQL reads as well.
func neutral(value any) (any, error) {
	switch v := value.(type) {
	case nil, int64, string:
		return v, nil
	case []byte:
		if v == nil { // empty, as SQLite's driver reads it; NULL is an untyped nil
			v = []byte{}
		}
		return v, nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case time.Time:
		return Time{v}.Value()
	}
	return nil, fmt.Errorf("unexpected %T", value)
}

// copyTable brings one table over.
func copyTable(source, target *Tx, table string) (tableSum, error) {
	if table == tableDocs {
		return source.each(table, func(columns []string, values []any) error { return target.copyDoc(values) })
	}
	b := batch{tx: target, table: table}
	sum, err := source.each(table, b.add)
	if err != nil {
		return sum, err
	}
	return sum, b.flush()
}

// batch gathers rows for one statement.
type batch struct {
	tx      *Tx
	table   string
	columns []string
	args    []any
	bytes   int
}

func (b *batch) add(columns []string, values []any) error {
	b.columns = columns
	b.args = append(b.args, values...)
	for _, v := range values {
		switch v := v.(type) {
		case []byte:
			b.bytes += len(v)
		case string:
			b.bytes += len(v)
		}
	}
	if len(b.args) < copyRows*len(columns) && b.bytes < copyBytes {
		return nil
	}
	return b.flush()
}

func (b *batch) flush() error {
	if len(b.args) == 0 {
		return nil
	}
	var text strings.Builder
	fmt.Fprintf(&text, "INSERT INTO %s (%s) VALUES ", b.table, strings.Join(b.columns, ", "))
	for i := range b.args {
		switch {
		case i == 0:
			text.WriteByte('(')
		case i%len(b.columns) == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "$%d", i+1)
	}
	text.WriteByte(')')
	_, err := b.tx.sqlTx.ExecContext(b.tx.ctx, text.String(), b.args...)
	b.args, b.bytes = b.args[:0], 0
	return b.tx.note("insert into "+b.table, err)
}

// copyDoc brings one row of the search index over under its id and indexes its
// text as this engine does.
func (tx *Tx) copyDoc(values []any) error {
	text, ok := values[3].(string)
	if !ok {
		return fmt.Errorf("text is a %T", values[3])
	}
	pairs, alone := grams(text)
	words := strings.Join(append(pairs, alone...), " ")
	if tx.store.o.Driver == enginePostgres {
		return tx.exec("copy-doc", append(values, words)...)
	}
	if err := tx.exec("copy-doc", values...); err != nil {
		return err
	}
	return tx.exec("insert-grams", values[0], words)
}

// followIdentities lets PostgreSQL's ids go on behind the copied ones; SQLite's
// do so by themselves.
func (tx *Tx) followIdentities() error {
	if tx.store.o.Driver != enginePostgres {
		return nil
	}
	var tables []string
	if err := tx.list(&tables, "identities"); err != nil {
		return err
	}
	for _, table := range tables {
		text := fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), (SELECT MAX(id) FROM %s)) WHERE EXISTS (SELECT 1 FROM %s)", table, table, table)
		if err := tx.raw(text); err != nil {
			return err
		}
	}
	return nil
}
