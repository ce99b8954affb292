package store

import (
	"encoding/json"
	"time"
)

// Model is one version of the learned model; its bytes lie in the blob named by
// Digest. What they mean is not the store's business.
type Model struct {
	ID     int64
	Digest string
	// Source says what it was learned from.
	Source string
	// Report is what was said of it when it was learned, as JSON.
	Report json.RawMessage
	At     time.Time
}

type modelRow struct {
	ID     int64  `db:"id"`
	Digest string `db:"digest"`
	Source string `db:"source"`
	Report string `db:"report"`
	At     Time   `db:"at"`
}

func (tx *Tx) model(row modelRow) Model {
	return Model{ID: row.ID, Digest: row.Digest, Source: row.Source, Report: json.RawMessage(row.Report), At: tx.store.local(row.At)}
}

// AddModel makes a version the one in use; its blob must be stored.
func (tx *Tx) AddModel(m Model) (id int64, err error) {
	err = tx.get(&id, "insert-model", m.Digest, m.Source, string(m.Report), Time{tx.Now})
	return id, err
}

// Model is the version in use, or ErrNotFound.
func (tx *Tx) Model() (Model, error) {
	var row modelRow
	err := tx.get(&row, "last-model")
	return tx.model(row), err
}

// Models lists every version, the one in use last.
func (tx *Tx) Models() ([]Model, error) {
	var rows []modelRow
	if err := tx.list(&rows, "models"); err != nil {
		return nil, err
	}
	models := make([]Model, 0, len(rows))
	for _, row := range rows {
		models = append(models, tx.model(row))
	}
	return models, nil
}
