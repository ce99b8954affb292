package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// lot is a kind of rows that wait in memory and are written together: of a
// backlog's transaction the greater part is such rows, each statement of its own
// costs PostgreSQL a round trip, and a row that is changed again before it is
// written is written once.
type lot int

// The lots, in the order in which they are written.
const (
	lotNumbers lot = iota
	lotTallies
	lotBlobs
	lotCases
	lotDivisions
	lotLetters
	lotCodes
	lotOutgoing
	lotRecipients
	lotTexts
	lotEntries
	lotClocks
	lotPrints
	lotBands
	lotDocs
	lotCount
)

// manner is how a query takes the rows of a lot.
type manner int

const (
	// asText is one text, a list of lists, on both engines.
	asText manner = iota
	// byColumns is on PostgreSQL a list of values for each column. SQLite, which
	// is in this process, takes such rows one by one.
	byColumns
	// oneByOne is so on both.
	oneByOne
)

// lots say by which query a lot is written, into which table, and how.
var lots = [lotCount]struct {
	query, table string
	manner       manner
}{
	lotNumbers:    {"save-number", "numbers", oneByOne},
	lotTallies:    {"save-tallies", "tallies", byColumns},
	lotBlobs:      {"insert-blobs", "blobs", byColumns},
	lotCases:      {"insert-cases", "cases", byColumns},
	lotDivisions:  {"save-case-divisions", "case_divisions", byColumns},
	lotLetters:    {"insert-letters", "letters", byColumns},
	lotCodes:      {"insert-codes", "codes", byColumns},
	lotOutgoing:   {"insert-outgoing", "outgoing", byColumns},
	lotRecipients: {"insert-recipients", "outgoing_recipients", asText},
	lotTexts:      {"insert-texts", "ledger_texts", asText},
	lotEntries:    {"insert-entries", "ledger", asText},
	lotClocks:     {"set-clocks", "clocks", asText},
	lotPrints:     {"insert-prints", "prints", asText},
	lotBands:      {"insert-print-bands", "print_bands", asText},
	lotDocs:       {"insert-docs", "search_docs", byColumns},
}

// parents are the tables that a table's rows refer to: theirs are written first.
var parents = map[string][]string{
	"letters": {"blobs", "cases"}, "codes": {"cases"}, "case_divisions": {"cases"}, "outgoing": {"blobs", "cases", "codes"},
	"outgoing_recipients": {"outgoing"}, "prints": {"letters"}, "print_bands": {"prints"},
	"blob_chunks": {"blobs"}, "failed": {"blobs"}, "models": {"blobs"}, "search_grams": {"search_docs"},
}

// lotMost is how many rows of a lot wait at most; the others are how many bytes
// of mails in the making, of blobs, and of the index: a statement holds those
// twice and more.
const (
	lotMost   = 2000
	mailsMost = 8 << 20
	blobsMost = 2 << 20
	docsMost  = 2 << 20
)

// waiting are the rows of a transaction that are not written yet.
type waiting struct {
	rows [lotCount][][]any
	// prints are those whose keys are in lotBands.
	prints []*candidate
	// at finds the rows of a lot that are changed while they wait, by a key.
	at     [lotCount]map[any][]any
	bytes  int // of lotBlobs
	docs   int // bytes of lotDocs
	weight int // of the mails in lotOutgoing that are being made
	n      int // rows of all lots
}

// later writes a row before anything in the transaction can miss it: before the
// next query that names its table, before a Try begins or ends, before the
// commit. What is wrong with the row comes to light only then.
func (tx *Tx) later(l lot, values ...any) error {
	return tx.laterAs(l, nil, values...)
}

// laterAs is later for a row that is found again by a key while it waits.
func (tx *Tx) laterAs(l lot, key any, values ...any) error {
	if tx.failed != nil {
		return fmt.Errorf("%s: an earlier statement failed: %w", lots[l].query, tx.failed)
	}
	row := bind(values)
	tx.waiting.rows[l] = append(tx.waiting.rows[l], row)
	tx.waiting.n++
	if key != nil {
		if tx.waiting.at[l] == nil {
			tx.waiting.at[l] = map[any][]any{}
		}
		tx.waiting.at[l][key] = row
	}
	if len(tx.waiting.rows[l]) >= lotMost {
		// NOTE: not all lots: this one may be growing while another is written.
		return tx.flushLot(l)
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
	if len(tx.waiting.rows[l]) == 0 {
		return nil
	}
	if l == lotOutgoing {
		if err := tx.finishMails(); err != nil {
			return err
		}
	}
	for _, parent := range tx.store.before[l] {
		if err := tx.flushLot(parent); err != nil {
			return err
		}
	}
	rows := tx.forgetLot(l)
	tx.written[l]++
	return tx.writeLot(l, rows)
}

// forgetLot takes out the rows of a lot.
func (tx *Tx) forgetLot(l lot) (rows [][]any) {
	rows = tx.waiting.rows[l]
	tx.waiting.rows[l], tx.waiting.at[l] = nil, nil
	tx.waiting.n -= len(rows)
	switch l {
	case lotBlobs:
		tx.waiting.bytes = 0
	case lotOutgoing:
		tx.waiting.weight = 0
	case lotDocs:
		tx.waiting.docs = 0
	case lotBands:
		tx.waiting.prints = nil
		clear(tx.own.keys)
	}
	return rows
}

// writeLot writes rows in as few statements as the engine is well served by.
func (tx *Tx) writeLot(l lot, rows [][]any) error {
	if lots[l].manner == asText {
		text, err := listOfLists(rows)
		if err != nil {
			return tx.note(lots[l].query, err)
		}
		return tx.exec(lots[l].query, text)
	}
	if tx.store.o.Driver == enginePostgres && lots[l].manner == byColumns {
		columns := make([]any, len(rows[0]))
		for i, value := range rows[0] {
			if _, raw := value.([]byte); raw {
				columns[i] = joined(rows, i)
			} else {
				columns[i] = column(rows, i)
			}
		}
		return tx.exec(lots[l].query, columns...)
	}
	for _, row := range rows {
		if l == lotDocs { // FTS5 keeps the bigrams in a table of its own
			if err := tx.exec("insert-grams", row[0], row[len(row)-1]); err != nil {
				return err
			}
			row = row[:len(row)-1]
		}
		if err := tx.exec(lots[l].query, row...); err != nil {
			return err
		}
	}
	return nil
}

// listOfLists writes rows as JSON; bytes become hexadecimal digits.
func listOfLists(rows [][]any) (string, error) {
	for _, row := range rows {
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
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(rows)
	return text.String(), err
}

// joined are the bytes of one column behind each other: they travel as they are
// only by themselves, not in a list.
func joined(rows [][]any, i int) (all []byte) {
	for _, row := range rows {
		all = append(all, row[i].([]byte)...)
	}
	return all
}

// column writes the values of one column as a list in PostgreSQL's own form,
// each as a text.
func column(rows [][]any, i int) string {
	size := 2
	for _, row := range rows {
		switch v := row[i].(type) {
		case string:
			size += len(v) + 8
		default:
			size += 32
		}
	}
	b := make([]byte, 0, size)
	b = append(b, '{')
	for n, row := range rows {
		if n > 0 {
			b = append(b, ',')
		}
		switch v := row[i].(type) {
		case nil:
			b = append(b, "NULL"...)
		case string:
			b = appendQuoted(b, v)
		case Time:
			if v.IsZero() {
				b = append(b, "NULL"...)
			} else {
				b = append(v.UTC().AppendFormat(append(b, '"'), timeLayout), '"')
			}
		case bool:
			b = strconv.AppendBool(b, v)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		default: // words of a type of their own were made strings by bind
			b = appendQuoted(b, fmt.Sprint(v))
		}
	}
	return string(append(b, '}'))
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		b = append(b, '\\', s[i])
		s = s[i+1:]
	}
	return append(append(b, s...), '"')
}

// settle writes what waits when a query is about to look at one of its tables.
func (tx *Tx) settle(query string) error {
	switch {
	case tx.waiting.n == 0:
		return nil
	case query == "prints-of-bands":
		return nil // what waits is looked through beside it (candidates)
	case query == "case":
		return nil // one that waits is in own.records
	}
	for _, l := range tx.store.touches[query] {
		if err := tx.flushLot(l); err != nil {
			return err
		}
	}
	return nil
}

// closure are the lots that must be written before a statement on some tables:
// theirs and those of every table that they refer to, in the order of writing.
func closure(tables ...string) []lot {
	seen := map[string]bool{}
	for len(tables) > 0 {
		table := tables[0]
		tables = tables[1:]
		if !seen[table] {
			seen[table] = true
			tables = append(tables, parents[table]...)
		}
	}
	var list []lot
	for l := range lotCount {
		if seen[lots[l].table] {
			list = append(list, l)
		}
	}
	return list
}

// touchesOf finds for each query the lots that must be written before it.
func touchesOf(queries map[string]query) map[string][]lot {
	tables := map[string]*regexp.Regexp{}
	for l := range lotCount {
		tables[lots[l].table] = nil
	}
	for table := range parents {
		tables[table] = nil
	}
	for table := range tables {
		tables[table] = regexp.MustCompile(`\b` + table + `\b`)
	}
	touches := map[string][]lot{}
	for name, q := range queries {
		var named []string
		for table, word := range tables {
			if slices.ContainsFunc(q.lines, func(line queryLine) bool { return word.MatchString(line.text) }) {
				named = append(named, table)
			}
		}
		if lots := closure(named...); len(lots) > 0 {
			touches[name] = lots
		}
	}
	return touches
}

// parentsOf are the lots that must be written before a lot.
func parentsOf() (before [lotCount][]lot) {
	for l := range lotCount {
		before[l] = slices.DeleteFunc(closure(lots[l].table), func(p lot) bool { return p == l })
	}
	return before
}
