package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/klauspost/compress/zstd"
)

// Options say which database to open. Driver, DSN and Key are required; the
// rest has working zero values.
type Options struct {
	// Driver is "sqlite" or "postgres".
	Driver string
	// DSN is a file's path (or file: URI) for SQLite, a connection string or
	// URL for PostgreSQL.
	DSN string
	// Prefix begins registration numbers.
	Prefix string
	// Location is the office's time zone; times read from the store are in it.
	Location *time.Location
	// Key is the secret of keyed digests (reply codes, addresses in tallies),
	// 16 bytes or more, the same on every gateway.
	Key []byte
	// Owner names this gateway in leases.
	Owner string
}

// Store is an open register. It is safe for use by several goroutines.
type Store struct {
	o       Options
	queries map[string]query
	touches map[string][]lot // the lots to be written before a query, by its name
	before  [lotCount][]lot  // the lots to be written before a lot
	write   *pool
	read    *pool
	version int64
	newest  int64

	// turn lets one Update of this gateway at a time go to PostgreSQL: the
	// others would only hold connections while they wait for the same row.
	turn  chan struct{}
	notes notes
	// hands bounds how many mails are made at once.
	hands chan struct{}

	packer   *zstd.Encoder
	unpacker *zstd.Decoder
}

// Open opens the database, brings its schema up to date and prepares every
// query. It fails with ErrNewerSchema when a newer program has been at it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if len(o.Key) < 16 {
		return nil, errors.New("open store: the key has fewer than 16 bytes")
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	s := &Store{o: o, turn: make(chan struct{}, 1), hands: make(chan struct{}, runtime.GOMAXPROCS(0))}
	var err error
	if s.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(packWindow)); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	// NOTE: several letters are packed at once; an encoder per processor is kept.
	if s.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(blobLimit)); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	write, read, err := s.connect(ctx)
	if err != nil {
		return nil, foreign(err)
	}
	if err := s.ready(ctx, write, read); err != nil {
		if read != write {
			err = errors.Join(err, read.Close())
		}
		return nil, foreign(errors.Join(err, write.Close()))
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context) (write, read *sqlx.DB, err error) {
	switch s.o.Driver {
	case engineSQLite:
		return openSQLite(ctx, s.o.DSN)
	case enginePostgres:
		db, err := openPostgres(ctx, s.o.DSN)
		return db, db, err
	}
	return nil, nil, fmt.Errorf("open store: unknown driver %q", s.o.Driver)
}

// ready migrates and prepares.
func (s *Store) ready(ctx context.Context, write, read *sqlx.DB) error {
	provider, err := migrator(s.o.Driver, write.DB)
	if err != nil {
		return err
	}
	if s.version, s.newest, err = migrate(ctx, provider); err != nil {
		return err
	}
	if s.queries, err = loadQueries(s.o.Driver); err != nil {
		return err
	}
	s.touches, s.before = touchesOf(s.queries), parentsOf()
	if s.write, err = preparePool(ctx, write, s.queries); err != nil {
		return err
	}
	s.read = s.write
	if read != write {
		s.read, err = preparePool(ctx, read, s.queries)
	}
	return err
}

// Close ends every connection.
func (s *Store) Close() error {
	s.unpacker.Close()
	var err error
	if s.read != s.write {
		err = s.read.close()
	}
	return errors.Join(err, s.write.close(), s.packer.Close())
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read.db.PingContext(ctx); err != nil {
		return fmt.Errorf("ping store: %w", err)
	}
	return nil
}

// local puts a time into the office's zone.
func (s *Store) local(t Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.In(s.o.Location)
}
