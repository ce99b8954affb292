package store

import (
	"slices"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
)

// Similar is a letter whose text is nearly that of another.
type Similar struct {
	Letter int64
	Case   petition.Number
	// SameSender says that it came from the same address.
	SameSender bool
	Similarity float64
}

// printRow is a fingerprint as stored; the sender is a keyed digest.
type printRow struct {
	Letter int64  `db:"letter"`
	Case   string `db:"case_number"`
	Sender string `db:"sender"`
	Print  string `db:"print"`
}

// perBand bounds how many letters one key is followed to, the latest first: of a
// mass letter with thousands of copies a few hundred are proof enough.
const perBand = 200

// AddPrint keeps the fingerprint of a case's letter. A text too short to be like
// another leaves none.
func (tx *Tx) AddPrint(n petition.Number, letter int64, sender string, p fold.Print) error {
	if p.Short() {
		return nil
	}
	if err := tx.later(lotPrints, letter, n, tx.tallyKey("print", sender), p.String(), Time{tx.Now}); err != nil {
		return err
	}
	for _, band := range p.Bands() {
		if err := tx.later(lotBands, band, letter); err != nil {
			return err
		}
	}
	return nil
}

// SimilarLetters finds the letters whose text is alike (fold.Alike), the most
// similar first.
func (tx *Tx) SimilarLetters(sender string, p fold.Print) ([]Similar, error) {
	if p.Short() {
		return nil, nil
	}
	own := tx.tallyKey("print", sender)
	args := []any{perBand}
	for _, band := range p.Bands() {
		args = append(args, band)
	}
	var rows []printRow
	if err := tx.list(&rows, "prints-of-bands", args...); err != nil {
		return nil, err
	}
	var found []Similar
	for _, row := range rows {
		other, err := fold.ParsePrint(row.Print)
		if err != nil {
			continue
		}
		if s := fold.Similarity(p, other); s >= fold.Alike {
			found = append(found, Similar{Letter: row.Letter, Case: petition.Number(row.Case), SameSender: row.Sender == own, Similarity: s})
		}
	}
	slices.SortStableFunc(found, func(a, b Similar) int {
		if a.Similarity != b.Similarity {
			if a.Similarity > b.Similarity {
				return -1
			}
			return 1
		}
		return int(b.Letter - a.Letter)
	})
	return found, nil
}
