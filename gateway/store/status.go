package store

import "context"

// Status is what `db status` tells.
type Status struct {
	Driver string
	// Version is the schema's version, Newest the one this program knows.
	Version, Newest int64
	Cases           int64
	Letters         int64
	Blobs           int64
	Entries         int64
	Head            string
	// Outgoing counts mails by state.
	Outgoing map[string]int64
	Failed   int64
	// Bytes is the size of the database.
	Bytes int64
}

// Status counts what the register holds, in one snapshot.
func (s *Store) Status(ctx context.Context) (Status, error) {
	status := Status{Driver: s.o.Driver, Version: s.version, Newest: s.newest, Outgoing: map[string]int64{}}
	err := s.View(ctx, func(tx *Tx) error {
		var counts struct {
			Cases   int64 `db:"cases"`
			Letters int64 `db:"letters"`
			Blobs   int64 `db:"blobs"`
			Failed  int64 `db:"failed"`
		}
		if err := tx.get(&counts, "count-all"); err != nil {
			return err
		}
		status.Cases, status.Letters, status.Blobs, status.Failed = counts.Cases, counts.Letters, counts.Blobs, counts.Failed
		var err error
		if status.Entries, status.Head, err = tx.Head(); err != nil {
			return err
		}
		if status.Outgoing, err = tx.CountOutgoing(); err != nil {
			return err
		}
		return tx.get(&status.Bytes, "database-size")
	})
	return status, err
}

// CountOutgoing counts the outgoing mails by state.
func (tx *Tx) CountOutgoing() (map[string]int64, error) {
	var rows []struct {
		State string `db:"state"`
		N     int64  `db:"n"`
	}
	if err := tx.list(&rows, "count-outgoing"); err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, row := range rows {
		counts[row.State] = row.N
	}
	return counts, nil
}
