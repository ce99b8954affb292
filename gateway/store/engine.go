package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite" // the driver

	"xinfangd/gateway/crash"
)

// The two engines.
const (
	engineSQLite   = "sqlite"
	enginePostgres = "postgres"
)

// readers is the number of SQLite's reading connections, connections that of
// PostgreSQL's of one gateway.
const (
	readers     = 4
	connections = 12
)

// sqlitePath is the file that a DSN names.
func sqlitePath(dsn string) string {
	path := strings.TrimPrefix(dsn, "file:")
	path, _, _ = strings.Cut(path, "?")
	return path
}

// sqliteURI names a file with pragmas. synchronous(FULL) because a registered
// letter must survive a power cut; _txlock=immediate because a transaction that
// begins by reading could otherwise not be promoted while another writes.
func sqliteURI(path string, reading bool) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		// What was erased must not lie about in free pages.
		"secure_delete(1)",
	}}
	if reading {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		// A page that many letters change is carried over from the log once.
		q.Add("_pragma", "wal_autocheckpoint(8192)")
		q.Add("_pragma", "cache_size(-16384)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// openSQLite opens one writing connection and a pool of reading ones. The file
// holds petitions: only its owner may read it.
func openSQLite(ctx context.Context, dsn string) (write, read *sqlx.DB, err error) {
	path := sqlitePath(dsn)
	if path == "" || path == ":memory:" {
		return nil, nil, errors.New("open sqlite: the dsn must name a file")
	}
	if err := proving(); err != nil {
		return nil, nil, fmt.Errorf("open sqlite: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open sqlite: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, fmt.Errorf("open sqlite: %w", err)
	}
	if write, err = sqlx.Open(engineSQLite, sqliteURI(path, false)); err != nil {
		return nil, nil, fmt.Errorf("open sqlite: %w", err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open sqlite: %w", err), write.Close())
	}
	if read, err = sqlx.Open(engineSQLite, sqliteURI(path, true)); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open sqlite: %w", err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

// openPostgres opens the one pool for both. A gateway that hangs inside a
// transaction holds the ledger's head for everybody; the server ends it after
// 45 seconds, so that another can take over within a minute. The isolation is
// set because one that waits for that row must see what its holder wrote, which
// a stricter default of the server's would turn into an error.
func openPostgres(ctx context.Context, dsn string) (*sqlx.DB, error) {
	config, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read dsn: %w", err)
	}
	config.BinaryParameters = true // else bytes travel as hexadecimal digits
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	for name, value := range map[string]string{
		"timezone":                            "UTC",
		"idle_in_transaction_session_timeout": "45000",
		"tcp_user_timeout":                    "45000",
		"default_transaction_isolation":       "read committed",
	} {
		if config.Runtime[name] == "" {
			config.Runtime[name] = value
		}
	}
	connector, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), enginePostgres)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	var encoding string
	if err := db.GetContext(ctx, &encoding, "SHOW server_encoding"); err != nil {
		return nil, errors.Join(fmt.Errorf("open postgres: %w", err), db.Close())
	}
	if encoding != "UTF8" {
		// Any other lacks characters that letters hold, and would refuse them.
		return nil, errors.Join(fmt.Errorf("open postgres: the database's encoding is %s, not UTF8", encoding), db.Close())
	}
	return db, nil
}

// migrator knows the schema's steps of an engine.
func migrator(engine string, db *sql.DB) (*goose.Provider, error) {
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if engine == enginePostgres {
		dialect = goose.DialectPostgres
		// Several gateways may start at once; one of them migrates.
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("make migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	steps, err := migrationsOf(engine)
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(dialect, db, steps, options...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return provider, nil
}

// migrate brings the schema up to date, and refuses one that a newer program
// has been at: what it means is unknown here.
func migrate(ctx context.Context, p *goose.Provider) (version, newest int64, err error) {
	sources := p.ListSources()
	newest = sources[len(sources)-1].Version
	if version, err = p.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("read schema version: %w", err)
	}
	if version > newest {
		return version, newest, fmt.Errorf("version %d, this program knows %d: %w", version, newest, ErrNewerSchema)
	}
	for {
		_, err := p.UpByOne(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return newest, newest, nil
		}
		if err != nil {
			// NOTE: nothing locks SQLite's steps: another program that opened the same
			// file may have taken this one while ours waited for its turn.
			now, other := p.GetDBVersion(ctx)
			if other != nil || now <= version {
				return 0, 0, fmt.Errorf("migrate: %w", err)
			}
			version = now
			continue
		}
		crash.At(crash.Migrating)
	}
}

// foreign marks the error of a file that is no database: SQLite's result codes
// 11 (SQLITE_CORRUPT) and 26 (SQLITE_NOTADB), whatever their extension says.
func foreign(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code()&0xff == 11 || e.Code()&0xff == 26) {
		return fmt.Errorf("%w: %w", ErrNoDatabase, err)
	}
	return err
}
