package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

//go:embed queries/*.sql
var queryFiles embed.FS

//go:embed migrations/*/*.sql
var migrationFiles embed.FS

func migrationsOf(engine string) (fs.FS, error) {
	steps, err := fs.Sub(migrationFiles, "migrations/"+engine)
	if err != nil {
		return nil, fmt.Errorf("find migrations: %w", err)
	}
	return steps, nil
}

// A query file holds blocks:
//
//	-- name: list-cases
//	-- engine: postgres        (only where the engines need different texts)
//	SELECT record FROM cases WHERE TRUE
//	--? mailbox: AND mailbox = ?
//	--? newest: ORDER BY arrived DESC
//
// A line "--! engine: text" stands only on that engine, where the texts differ in
// little. A line "--? key: text" stands only when the caller gives that key; its ?
// becomes the next placeholder, or a list of them for a list of values.
type query struct {
	name  string
	lines []queryLine
}

type queryLine struct {
	key  string // "" for a line that always stands
	text string
}

// given are the values of optional lines; true stands for a line without ?.
type given map[string]any

// fixed tells whether the query has no optional lines.
func (q query) fixed() bool {
	for _, l := range q.lines {
		if l.key != "" {
			return false
		}
	}
	return true
}

// render writes the query's text with the lines that were asked for.
func (q query) render(values given) (string, []any) {
	var (
		b    strings.Builder
		args []any
	)
	for _, l := range q.lines {
		if l.key == "" {
			b.WriteString(l.text)
			b.WriteByte('\n')
			continue
		}
		value, ok := values[l.key]
		if !ok {
			continue
		}
		before, after, has := strings.Cut(l.text, "?")
		b.WriteString(before)
		if has {
			list := listOf(value)
			for i, v := range list {
				if i > 0 {
					b.WriteByte(',')
				}
				args = append(args, v)
				b.WriteString("$" + strconv.Itoa(len(args)))
			}
			b.WriteString(after)
		}
		b.WriteByte('\n')
	}
	return b.String(), args
}

// listOf spreads a slice of texts; anything else is one value.
func listOf(value any) []any {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.String {
		return []any{value}
	}
	list := make([]any, v.Len())
	for i := range list {
		list[i] = v.Index(i).String()
	}
	return list
}

// loadQueries reads every block that is meant for an engine.
func loadQueries(engine string) (map[string]query, error) {
	names, err := fs.Glob(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list queries: %w", err)
	}
	queries := map[string]query{}
	for _, name := range names {
		data, err := queryFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read queries: %w", err)
		}
		for block := range strings.SplitSeq("\n"+string(data), "\n-- name: ") {
			q, ok := parseQuery(block, engine)
			if !ok {
				continue
			}
			if _, twice := queries[q.name]; twice {
				return nil, fmt.Errorf("read queries: %s stands twice", q.name)
			}
			queries[q.name] = q
		}
	}
	return queries, nil
}

// parseQuery reads a block; ok is false when it is none for the engine.
func parseQuery(block, engine string) (q query, ok bool) {
	name, body, ok := strings.Cut(block, "\n")
	if !ok || strings.TrimSpace(name) == "" || strings.HasPrefix(name, "--") {
		return query{}, false
	}
	q.name = strings.TrimSpace(name)
	for line := range strings.SplitSeq(body, "\n") {
		trimmed := strings.TrimSpace(line)
		if only, found := strings.CutPrefix(trimmed, "-- engine: "); found && only != engine {
			return query{}, false
		}
		if marked, found := strings.CutPrefix(trimmed, "--! "); found {
			if only, text, _ := strings.Cut(marked, ": "); only == engine {
				q.lines = append(q.lines, queryLine{text: text})
			}
			continue
		}
		if optional, found := strings.CutPrefix(trimmed, "--? "); found {
			key, text, _ := strings.Cut(optional, ": ")
			q.lines = append(q.lines, queryLine{key: key, text: text})
			continue
		}
		if trimmed == "" || strings.HasPrefix(trimmed, "--") {
			continue
		}
		q.lines = append(q.lines, queryLine{text: line})
	}
	return q, len(q.lines) > 0
}

// pool is a set of connections with every fixed query prepared on it.
type pool struct {
	db    *sqlx.DB
	fixed map[string]*sqlx.Stmt
}

// preparePool prepares every query, so that a bad one fails at start-up. A
// query with optional lines is tried with each of them alone and not kept.
func preparePool(ctx context.Context, db *sqlx.DB, queries map[string]query) (*pool, error) {
	p := &pool{db: db, fixed: map[string]*sqlx.Stmt{}}
	for name, q := range queries {
		if q.fixed() {
			text, _ := q.render(nil)
			stmt, err := db.PreparexContext(ctx, text)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("prepare %s: %w", name, err), p.close())
			}
			p.fixed[name] = stmt
			continue
		}
		for _, l := range q.lines {
			text, _ := q.render(given{l.key: ""})
			stmt, err := db.PreparexContext(ctx, text)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("prepare %s (%s): %w", name, l.key, err), p.close())
			}
			if err := stmt.Close(); err != nil {
				return nil, errors.Join(fmt.Errorf("prepare %s: %w", name, err), p.close())
			}
		}
	}
	return p, nil
}

func (p *pool) close() error {
	var all []error
	for _, stmt := range p.fixed {
		all = append(all, stmt.Close())
	}
	return errors.Join(append(all, p.db.Close())...)
}
