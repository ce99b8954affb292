package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"xinfangd/gateway/crash"
)

// Tx is one transaction. It is valid only inside the function it was given to
// and must not be used by several goroutines.
type Tx struct {
	// Now is the one timestamp of everything the transaction writes.
	Now time.Time

	// ctx is that of the call which the transaction lives in.
	ctx   context.Context
	store *Store
	pool  *pool
	sqlTx *sqlx.Tx
	// head is the ledger's head as this transaction sees it; saved is what the
	// database has.
	head, saved chainHead
	// failed is the first error of a statement. PostgreSQL refuses everything
	// after it until a savepoint is rolled back, SQLite would go on: here both
	// refuse, and neither commits.
	failed error
	// ended says that a savepoint could not be rolled back, because the database
	// has rolled everything back by itself: SQLite would then commit each later
	// statement alone.
	ended bool
	depth int

	// waiting are rows still to be written; written counts how often rows of a
	// lot have been.
	waiting waiting
	written [lotCount]int
	// own is what the transaction need not ask for.
	own own
	// many is how many letters it is about to register (Foresee).
	many int
	// at are the statements in use, by name or text.
	at map[string]*sqlx.Stmt
}

type chainHead struct {
	Seq    int64  `db:"seq"`
	Digest string `db:"digest"`
}

// Update runs fn in a transaction that may write. Everything that fn wrote is
// committed, or nothing when fn or the commit fails. On both engines one Update
// runs at a time in the whole office: on SQLite because there is one writer, on
// PostgreSQL because each begins by locking the ledger's head. That is what
// makes numbers gapless, the chain unbroken and a case's change never lost,
// with any number of gateways. fn must not call Update, nor touch the network.
//
// An error from fn that came from a statement outside of Try spoils the whole
// transaction, even when fn swallows it.
func (s *Store) Update(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fmt.Errorf("begin update: %w", ctx.Err())
	}
	return s.run(ctx, s.write, nil, now, func(tx *Tx) error {
		if err := tx.get(&tx.head, "lock-head"); err != nil {
			return err
		}
		tx.saved = tx.head
		if err := fn(tx); err != nil {
			return err
		}
		if tx.head == tx.saved {
			return nil
		}
		return tx.exec("save-head", tx.head.Seq, tx.head.Digest)
	})
}

// View runs fn in one read-only snapshot. Tx.Now is the zero time in it.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	var options *sql.TxOptions
	if s.o.Driver == enginePostgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return s.run(ctx, s.read, options, time.Time{}, fn)
}

// short runs fn in a writing transaction that leaves the ledger alone and so
// does not wait for an Update on PostgreSQL.
func (s *Store) short(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	return s.run(ctx, s.write, nil, now, fn)
}

// run begins, calls fn, and commits or rolls back.
func (s *Store) run(ctx context.Context, p *pool, options *sql.TxOptions, now time.Time, fn func(*Tx) error) (err error) {
	// lib/pq reports a cancelled statement by SQLSTATE, not by the context's error.
	defer func() {
		if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			err = errors.Join(ctx.Err(), err)
		}
	}()
	sqlTx, err := p.db.BeginTxx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{Now: now.Truncate(time.Microsecond), ctx: ctx, store: s, pool: p, sqlTx: sqlTx, own: newOwn(), at: map[string]*sqlx.Stmt{}}
	defer tx.dropMails()
	// After Commit it does nothing; its error would hide the one that matters.
	defer func() { _ = sqlTx.Rollback() }()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.flush(); err != nil {
		return err
	}
	if tx.failed != nil {
		return fmt.Errorf("commit: an earlier statement failed: %w", tx.failed)
	}
	crash.At(crash.BeforeCommit)
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	crash.At(crash.AfterCommit)
	return nil
}

// Try runs fn inside a savepoint: when fn fails, what it wrote is undone and the
// transaction goes on. A panic is undone likewise and passed on. When the
// database itself gave the transaction up (disk full, connection lost), later
// statements and the commit fail too.
func (tx *Tx) Try(fn func(*Tx) error) (err error) {
	if tx.failed != nil {
		return fmt.Errorf("savepoint: %w", tx.failed)
	}
	// What waits from outside must not be undone, and what comes to wait inside
	// must fail inside.
	if err := tx.flush(); err != nil {
		return err
	}
	return tx.try(func(tx *Tx) error { return errors.Join(fn(tx), tx.flush()) }, func() {
		tx.dropMails()
		tx.waiting, tx.own = waiting{}, newOwn()
	})
}

// try is Try around statements that leave waiting rows alone; undone is called
// when they are undone.
func (tx *Tx) try(fn func(*Tx) error, undone func()) (err error) {
	head := tx.head
	tx.depth++
	name := fmt.Sprintf("s%d", tx.depth)
	defer func() { tx.depth-- }()
	if err := tx.raw("SAVEPOINT " + name); err != nil {
		return err
	}
	done := false
	undo := func() error {
		if tx.ended {
			return nil // an inner Try said so already; tx.failed stays
		}
		undone()
		tx.failed = nil
		tx.head = head
		err := tx.raw("ROLLBACK TO SAVEPOINT " + name)
		tx.ended = err != nil
		if err != nil {
			return err
		}
		return tx.raw("RELEASE SAVEPOINT " + name)
	}
	defer func() {
		if !done { // fn panicked, or ended its goroutine
			_ = undo() // tx.failed keeps what went wrong
		}
	}()
	err = fn(tx)
	done = true
	if err == nil {
		err = tx.failed
	}
	if err != nil {
		if failed := undo(); failed != nil {
			return errors.Join(err, failed)
		}
		return err
	}
	return tx.raw("RELEASE SAVEPOINT " + name)
}

// raw runs a statement of transaction control.
func (tx *Tx) raw(text string) error {
	if tx.failed != nil {
		return tx.failed
	}
	_, err := tx.sqlTx.ExecContext(tx.ctx, text)
	return tx.note(text, err)
}

// note keeps the first error of a statement.
func (tx *Tx) note(name string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", name, err)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.Join(ErrNotFound, err)
	}
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// stmt is a prepared query on the transaction's connection.
func (tx *Tx) stmt(name string) (*sqlx.Stmt, error) {
	if tx.failed != nil {
		return nil, fmt.Errorf("%s: an earlier statement failed: %w", name, tx.failed)
	}
	if err := tx.settle(name); err != nil {
		return nil, err
	}
	if stmt := tx.at[name]; stmt != nil {
		return stmt, nil
	}
	prepared, ok := tx.pool.fixed[name]
	if !ok {
		return nil, fmt.Errorf("no query %q", name)
	}
	stmt := tx.sqlTx.StmtxContext(tx.ctx, prepared)
	tx.at[name] = stmt
	return stmt, nil
}

// exec runs a query for its effect.
func (tx *Tx) exec(name string, args ...any) error {
	_, err := tx.affect(name, args...)
	return err
}

// affect runs a query for its effect and counts the rows.
func (tx *Tx) affect(name string, args ...any) (int64, error) {
	stmt, err := tx.stmt(name)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(tx.ctx, bind(args)...)
	if err != nil {
		return 0, tx.note(name, err)
	}
	n, err := result.RowsAffected()
	return n, tx.note(name, err)
}

// change runs a query that must hit a row, or fails with the given error.
func (tx *Tx) change(missing error, name string, args ...any) error {
	n, err := tx.affect(name, args...)
	if err == nil && n == 0 {
		return fmt.Errorf("%s: %w", name, missing)
	}
	return err
}

// get reads one row, or ErrNotFound.
func (tx *Tx) get(dest any, name string, args ...any) error {
	stmt, err := tx.stmt(name)
	if err != nil {
		return err
	}
	return tx.note(name, stmt.GetContext(tx.ctx, dest, bind(args)...))
}

// list reads every row into a slice.
func (tx *Tx) list(dest any, name string, args ...any) error {
	stmt, err := tx.stmt(name)
	if err != nil {
		return err
	}
	return tx.note(name, stmt.SelectContext(tx.ctx, dest, bind(args)...))
}

// listWhere reads the rows of a query with optional lines.
func (tx *Tx) listWhere(dest any, name string, values given) error {
	if tx.failed != nil {
		return fmt.Errorf("%s: an earlier statement failed: %w", name, tx.failed)
	}
	q, ok := tx.store.queries[name]
	if !ok {
		return fmt.Errorf("no query %q", name)
	}
	if err := tx.settle(name); err != nil {
		return err
	}
	text, args := q.render(values)
	stmt := tx.at[text]
	if stmt == nil {
		var err error
		if stmt, err = tx.sqlTx.PreparexContext(tx.ctx, text); err != nil {
			return tx.note(name, err)
		}
		tx.at[text] = stmt
	}
	return tx.note(name, stmt.SelectContext(tx.ctx, dest, bind(args)...))
}
