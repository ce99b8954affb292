package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
)

// lot is a kind of rows that wait in memory and are written together, many in
// one statement: of a backlog's transaction the greater part is such rows, and
// each statement of its own costs PostgreSQL a round trip.
type lot int

// The lots, in the order in which they are written.
const (
	lotTexts lot = iota
	lotEntries
	lotClocks
	lotRecipients
	lotPrints
	lotBands
	lotCount
)

// lots say by which query a lot is written, and into which table.
var lots = [lotCount]struct{ query, table string }{
	lotTexts:      {"insert-texts", "ledger_texts"},
	lotEntries:    {"insert-entries", "ledger"},
	lotClocks:     {"set-clocks", "clocks"},
	lotRecipients: {"insert-recipients", "outgoing_recipients"},
	lotPrints:     {"insert-prints", "prints"},
	lotBands:      {"insert-print-bands", "print_bands"},
}

// lotMost is how many rows of a lot wait at most.
const lotMost = 2000

// waiting are the rows of a transaction that are not written yet.
type waiting struct {
	rows [lotCount][][]any
	// prints are those whose keys are in lotBands.
	prints []*candidate
	n      int // rows of all lots
}

// later writes a row before anything in the transaction can miss it: before the
// next query that names its table, before a savepoint begins or ends, before
// the commit. What is wrong with the row comes to light only then.
func (tx *Tx) later(l lot, values ...any) error {
	if tx.failed != nil {
		return fmt.Errorf("%s: an earlier statement failed: %w", lots[l].query, tx.failed)
	}
	row := bind(values)
	for i, value := range row {
		switch v := value.(type) {
		case Time:
			row[i] = nil
			if !v.IsZero() {
				row[i] = v.UTC().Format(timeLayout)
			}
		case []byte:
			row[i] = hex.EncodeToString(v)
		}
	}
	tx.waiting.rows[l] = append(tx.waiting.rows[l], row)
	tx.waiting.n++
	if len(tx.waiting.rows[l]) >= lotMost {
		return tx.flush()
	}
	return nil
}

// flush writes what waits.
func (tx *Tx) flush() error {
	if tx.waiting.n == 0 {
		return nil
	}
	for l := range lotCount {
		if err := tx.flushLot(l); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) flushLot(l lot) error {
	rows := tx.waiting.rows[l]
	if len(rows) == 0 {
		return nil
	}
	if l == lotBands { // whose rows refer to those of prints
		if err := tx.flushLot(lotPrints); err != nil {
			return err
		}
	}
	tx.waiting.rows[l] = nil
	if l == lotBands {
		tx.waiting.prints = nil
		clear(tx.own.keys)
	}
	tx.waiting.n -= len(rows)
	tx.written[l]++
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(rows); err != nil {
		return tx.note(lots[l].query, err)
	}
	return tx.exec(lots[l].query, text.String())
}

// settle writes what waits when a query is about to look at one of its tables.
func (tx *Tx) settle(query string) error {
	if tx.waiting.n == 0 {
		return nil
	}
	for _, l := range tx.store.touches[query] {
		if query == "prints-of-bands" {
			continue // what waits is looked through beside it (candidates)
		}
		if err := tx.flushLot(l); err != nil {
			return err
		}
	}
	return nil
}

// touchesOf finds for each query the lots whose tables it names.
func touchesOf(queries map[string]query) map[string][]lot {
	touches := map[string][]lot{}
	for l := range lotCount {
		table := regexp.MustCompile(`\b` + lots[l].table + `\b`)
		for name, q := range queries {
			for _, line := range q.lines {
				if table.MatchString(line.text) {
					touches[name] = append(touches[name], l)
					break
				}
			}
		}
	}
	return touches
}
