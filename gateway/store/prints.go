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
	bands := p.Bands()
	if len(tx.waiting.rows[lotBands])+len(bands) >= lotMost {
		// All keys of a letter wait, or none.
		if err := tx.flush(); err != nil {
			return err
		}
	}
	key := tx.tallyKey("print", sender)
	if err := tx.later(lotPrints, letter, n, key, p.String(), Time{tx.Now}); err != nil {
		return err
	}
	for _, band := range bands {
		if err := tx.later(lotBands, band, letter); err != nil {
			return err
		}
	}
	tx.waiting.prints = append(tx.waiting.prints, candidate{letter: letter, number: n, sender: key, print: p, bands: bands})
	return nil
}

// candidate is a letter that shares a key with another.
type candidate struct {
	letter int64
	number petition.Number
	sender string // a keyed digest
	print  fold.Print
	bands  []string
}

// SimilarLetters finds the letters whose text is alike (fold.Alike), the most
// similar first.
func (tx *Tx) SimilarLetters(sender string, p fold.Print) ([]Similar, error) {
	if p.Short() {
		return nil, nil
	}
	own := tx.tallyKey("print", sender)
	all, err := tx.candidates(p.Bands())
	if err != nil {
		return nil, err
	}
	var found []Similar
	for _, c := range all {
		if s := fold.Similarity(p, c.print); s >= fold.Alike {
			found = append(found, Similar{Letter: c.letter, Case: c.number, SameSender: c.sender == own, Similarity: s})
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

// candidates are the letters that share a key, the latest first: perBand of each
// key. Those of this transaction are compared in memory: to write them before
// each look would write every letter's by themselves.
func (tx *Tx) candidates(bands []string) ([]candidate, error) {
	var all []candidate
	for _, c := range slices.Backward(tx.waiting.prints) {
		if sharesAny(c.bands, bands) {
			all = append(all, c)
		}
	}
	args := []any{perBand}
	for _, band := range bands {
		args = append(args, band)
	}
	var rows []printRow
	if err := tx.list(&rows, "prints-of-bands", args...); err != nil {
		return nil, err
	}
	waiting := len(all)
	for _, row := range rows {
		other, err := fold.ParsePrint(row.Print)
		if err != nil {
			continue
		}
		all = append(all, candidate{letter: row.Letter, number: petition.Number(row.Case), sender: row.Sender, print: other})
	}
	if waiting == 0 || len(all) <= perBand {
		return all, nil
	}
	return latest(all, bands), nil
}

// latest keeps of each key perBand letters, in the order given.
func latest(all []candidate, bands []string) []candidate {
	taken := make([]int, len(bands))
	return slices.DeleteFunc(all, func(c candidate) bool {
		if c.bands == nil {
			c.bands = c.print.Bands()
		}
		keep := false
		for i, band := range bands {
			if i < len(c.bands) && c.bands[i] == band {
				keep = keep || taken[i] < perBand
				taken[i]++
			}
		}
		return !keep
	})
}

func sharesAny(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			return true
		}
	}
	return false
}
