package store

import (
	"cmp"
	"encoding/json"
	"maps"
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
	Mass       Mass
}

// Mass is a letter's place among the copies of a mass letter.
type Mass struct {
	N     int             // how many people had sent the text, this one included
	First petition.Number // the case of the first of them
}

// printRow is a fingerprint as stored; the sender is a keyed digest.
type printRow struct {
	Letter int64  `db:"letter"`
	Case   string `db:"case_number"`
	Sender string `db:"sender"`
	Print  string `db:"print"`
	Mass   int    `db:"mass"`
	First  string `db:"first_case"` // empty where letters were not counted yet
}

// perBand bounds how many letters one key is followed to, the latest first: of a
// mass letter with thousands of copies the latest know how many there are.
const perBand = 50

// AddPrint keeps the fingerprint of a case's letter and its place in a mass
// letter. A text too short to be like another leaves none.
func (tx *Tx) AddPrint(n petition.Number, letter int64, sender string, p fold.Print, m Mass) error {
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
	if err := tx.later(lotPrints, letter, n, key, p.String(), Time{tx.Now}, m.N, m.First); err != nil {
		return err
	}
	for _, band := range bands {
		if err := tx.later(lotBands, band, letter); err != nil {
			return err
		}
	}
	tx.waiting.prints = append(tx.waiting.prints, &candidate{letter: letter, number: n, sender: key, print: p, mass: m})
	return nil
}

// candidate is a letter that shares a key with another.
type candidate struct {
	letter int64
	number petition.Number
	sender string // a keyed digest
	print  fold.Print
	mass   Mass
}

// SimilarLetters finds the letters whose text is alike (fold.Alike), the most
// similar first.
func (tx *Tx) SimilarLetters(sender string, p fold.Print) ([]Similar, error) {
	if p.Short() {
		return nil, nil
	}
	own := tx.tallyKey("print", sender)
	all, err := tx.candidates(p)
	if err != nil {
		return nil, err
	}
	var found []Similar
	for _, c := range all {
		if s := fold.Similarity(p, c.print); s >= fold.Alike {
			found = append(found, Similar{Letter: c.letter, Case: c.number, SameSender: c.sender == own, Similarity: s, Mass: c.mass})
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

// candidates are the letters that share a key: of each key the perBand latest.
// Those of this transaction are compared in memory, since to write them before
// each look would write every letter's by themselves; and a key is asked for
// once, since the letters of a mass are shown together.
func (tx *Tx) candidates(p fold.Print) ([]*candidate, error) {
	bands := p.Bands()
	if err := tx.learnKeys(p, bands); err != nil {
		return nil, err
	}
	var all []*candidate
	seen := map[int64]bool{}
	add := func(c *candidate) {
		if !seen[c.letter] {
			seen[c.letter] = true
			all = append(all, c)
		}
	}
	for i, band := range bands {
		n := 0
		for _, c := range slices.Backward(tx.waiting.prints) {
			if n < perBand && p.Shares(c.print, i) {
				add(c)
				n++
			}
		}
		stored := tx.own.keys[band]
		for _, c := range stored[:min(len(stored), perBand-n)] {
			add(c)
		}
	}
	return all, nil
}

// foreseePrints reads at once which stored letters share keys with many. Keys of
// a mass letter, which very many have, are left to be asked for by themselves.
func (tx *Tx) foreseePrints(prints []fold.Print) error {
	bands := map[string]bool{}
	for _, p := range prints {
		if !p.Short() {
			for _, band := range p.Bands() {
				bands[band] = true
			}
		}
	}
	if len(bands) == 0 {
		return nil
	}
	var counts []struct {
		Band string `db:"band"`
		N    int    `db:"n"`
	}
	asked, err := json.Marshal(slices.Sorted(maps.Keys(bands)))
	if err != nil {
		return err
	}
	if err := tx.list(&counts, "known-bands", string(asked), perBand+1); err != nil {
		return err
	}
	var few []string
	for _, c := range counts {
		if c.N > perBand {
			delete(bands, c.Band)
		} else if c.N > 0 {
			few = append(few, c.Band)
		}
	}
	for band := range bands {
		tx.own.keys[band] = nil
	}
	if len(few) == 0 {
		return nil
	}
	var rows []printRow
	if err := tx.listWhere(&rows, "prints-of-few", given{"bands": few, "newest": true}); err != nil {
		return err
	}
	for _, row := range rows {
		c, err := row.candidate()
		if err != nil {
			continue
		}
		for _, band := range c.print.Bands() {
			if bands[band] {
				tx.own.keys[band] = append(tx.own.keys[band], c)
			}
		}
	}
	return nil
}

func (row printRow) candidate() (*candidate, error) {
	p, err := fold.ParsePrint(row.Print)
	m := Mass{N: row.Mass, First: petition.Number(cmp.Or(row.First, row.Case))}
	return &candidate{letter: row.Letter, number: petition.Number(row.Case), sender: row.Sender, print: p, mass: m}, err
}

// learnKeys reads which stored letters share those keys that were not asked for
// before.
func (tx *Tx) learnKeys(p fold.Print, bands []string) error {
	args := []any{perBand}
	var asked []int
	for i, band := range bands {
		if _, known := tx.own.keys[band]; known {
			args = append(args, nil)
			continue
		}
		args = append(args, band)
		asked = append(asked, i)
	}
	if len(asked) == 0 {
		return nil
	}
	var rows []printRow
	if err := tx.list(&rows, "prints-of-bands", args...); err != nil {
		return err
	}
	for _, i := range asked {
		tx.own.keys[bands[i]] = nil
	}
	for _, row := range rows {
		c, err := row.candidate()
		if err != nil {
			continue
		}
		for _, i := range asked {
			// A row that shares a key but came for another's sake is older than
			// the perBand of this one, which all came.
			if list := tx.own.keys[bands[i]]; len(list) < perBand && p.Shares(c.print, i) {
				tx.own.keys[bands[i]] = append(list, c)
			}
		}
	}
	return nil
}
