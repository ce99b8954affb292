package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
)

// CaseFilter selects cases; zero fields do not restrict. Times select the
// half-open span from the first (included) to the second (excluded).
type CaseFilter struct {
	States  []petition.State
	Mailbox string
	// Division has the case at present, as lead or assisting.
	Division string
	// EverDivision had the case at some time.
	EverDivision string
	// Lead leads it at present.
	Lead     string
	Sender   string
	Urgency  petition.Urgency
	Category string

	Since, Until                 time.Time // arrival
	DueSince, DueUntil           time.Time
	AnsweredSince, AnsweredUntil time.Time
	ClosedSince, ClosedUntil     time.Time

	// After continues a listing behind this number.
	After petition.Number
	// Newest lists the latest first; otherwise the earliest come first.
	Newest bool
	// Limit is the greatest number of cases, 0 for all.
	Limit int
}

// conditions are the filter's lines of list-cases and count-cases.
func (f CaseFilter) conditions() given {
	g := given{}
	if len(f.States) > 0 {
		g["states"] = f.States
	}
	for key, word := range map[string]string{
		"mailbox": f.Mailbox, "division": f.Division, "ever-division": f.EverDivision, "lead": f.Lead,
		"urgency": string(f.Urgency), "category": f.Category,
	} {
		if word != "" {
			g[key] = word
		}
	}
	if f.Sender != "" {
		g["sender"] = lowerAddress(f.Sender)
	}
	g.span("since", f.Since, "until", f.Until)
	g.span("due-since", f.DueSince, "due-until", f.DueUntil)
	g.span("answered-since", f.AnsweredSince, "answered-until", f.AnsweredUntil)
	g.span("closed-since", f.ClosedSince, "closed-until", f.ClosedUntil)
	return g
}

// few tells whether another time than the arrival selects.
func (f CaseFilter) few() bool {
	for _, t := range []time.Time{f.DueSince, f.DueUntil, f.AnsweredSince, f.AnsweredUntil, f.ClosedSince, f.ClosedUntil} {
		if !t.IsZero() {
			return true
		}
	}
	return false
}

// span gives the ends of a span of time that are set.
func (g given) span(fromKey string, from time.Time, toKey string, to time.Time) {
	if !from.IsZero() {
		g[fromKey] = Time{from}
	}
	if !to.IsZero() {
		g[toKey] = Time{to}
	}
}

// order gives a listing's direction and length.
func (g given) order(newest bool, limit int) {
	if newest {
		g["newest"] = true
	} else {
		g["oldest"] = true
	}
	if limit > 0 {
		g["limit"] = limit
	}
}

// NextNumber takes the next registration number of a year. It is given back
// when the transaction, or the Try it stands in, is undone.
func (tx *Tx) NextNumber(year int) (petition.Number, error) {
	if !tx.alone() {
		return "", errors.New("next number: not inside an update")
	}
	last, ok := tx.own.numbers[year]
	if !ok {
		if err := tx.get(&last, "last-number", year); err != nil && !errors.Is(err, ErrNotFound) {
			return "", err
		}
	}
	last++
	tx.own.numbers[year] = last
	if row := tx.waiting.at[lotNumbers][year]; row != nil {
		row[1] = last
	} else if err := tx.laterAs(lotNumbers, year, year, last); err != nil {
		return "", err
	}
	return petition.NewNumber(tx.store.o.Prefix, year, last), nil
}

// InsertCase registers a case with its query code.
func (tx *Tx) InsertCase(c petition.Case, queryCode string) error {
	_, year, sequence, ok := c.Number.Parts()
	if !ok {
		return fmt.Errorf("insert case: bad number %q", c.Number)
	}
	c = cleanCase(c)
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("insert case: %w", err)
	}
	tx.appeared(ofSender, lowerAddress(c.Sender))
	err = tx.laterAs(lotCases, c.Number, append(append([]any{c.Number, year, sequence}, caseColumns(c)...), queryCode, string(record))...)
	if err != nil {
		return err
	}
	tx.own.records[c.Number] = string(record)
	tx.own.cases[c.Number], tx.own.bare[c.Number], tx.own.clocks[c.Number] = true, true, tx.written[lotClocks]
	return tx.saveDivisions(c)
}

// caseColumns are those of a case that may change, but for its record.
func caseColumns(c petition.Case) []any {
	return []any{c.State, c.Mailbox, lowerAddress(c.Sender), c.Lead(), c.Category, c.Urgency, c.Confidential,
		Time{c.Arrived}, Time{c.Accepted}, Time{c.Due}, Time{c.Answered}, Time{c.Closed}}
}

// SaveCase keeps the new state of a case; ErrNotFound when it was never registered.
func (tx *Tx) SaveCase(c petition.Case) error {
	c = cleanCase(c)
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("save case: %w", err)
	}
	tx.appeared(ofSender, lowerAddress(c.Sender))
	if row := tx.waiting.at[lotCases][c.Number]; row != nil {
		copy(row[3:], bind(caseColumns(c)))
		row[len(row)-1] = clean(string(record))
	} else if err := tx.change(ErrNotFound, "save-case", append(append([]any{c.Number}, caseColumns(c)...), string(record))...); err != nil {
		delete(tx.own.records, c.Number)
		return err
	}
	tx.own.records[c.Number] = string(record)
	return tx.saveDivisions(c)
}

// saveDivisions notes which divisions have, or had, the case. A dispatch is
// never taken off a case, it only ends, so that rows need no deleting.
func (tx *Tx) saveDivisions(c petition.Case) error {
	active := map[string]bool{}
	var order []string
	for _, d := range c.Dispatches {
		if _, seen := active[d.Division]; !seen {
			order = append(order, d.Division)
		}
		active[d.Division] = active[d.Division] || d.Ended.IsZero()
	}
	for _, division := range order {
		key := [2]string{division, string(c.Number)}
		if row := tx.waiting.at[lotDivisions][key]; row != nil {
			row[2] = active[division]
			continue
		}
		if err := tx.laterAs(lotDivisions, key, division, c.Number, active[division]); err != nil {
			return err
		}
	}
	return nil
}

// cleanCase makes the words that came from outside storable, so that the
// record, the columns and the ledger say the same.
func cleanCase(c petition.Case) petition.Case {
	for _, field := range personalFields(&c) {
		*field.value = clean(*field.value)
	}
	c.MessageID = clean(c.MessageID)
	return c
}

// Case is one case by its number, or ErrNotFound.
func (tx *Tx) Case(n petition.Number) (petition.Case, error) {
	record, ok := tx.own.records[n]
	if !ok {
		if err := tx.get(&record, "case", n); err != nil {
			return petition.Case{}, err
		}
		if tx.alone() {
			tx.own.records[n] = record
		}
	}
	return readCase(record)
}

func readCase(record string) (petition.Case, error) {
	var c petition.Case
	if err := json.Unmarshal([]byte(record), &c); err != nil {
		return petition.Case{}, fmt.Errorf("read case: %w", err)
	}
	return c, nil
}

// QueryCode is the citizen's query code of a case, or ErrNotFound.
func (tx *Tx) QueryCode(n petition.Number) (string, error) {
	var code string
	err := tx.get(&code, "query-code", n)
	return code, err
}

// ListCases lists the cases that a filter selects, by arrival.
func (tx *Tx) ListCases(f CaseFilter) ([]petition.Case, error) {
	if f.Sender != "" && tx.missing(ofSender, lowerAddress(f.Sender)) {
		return nil, nil
	}
	g := f.conditions()
	g.order(f.Newest, f.Limit)
	if f.few() {
		for from, to := range map[string]string{"oldest": "few-oldest", "newest": "few-newest"} {
			if _, ok := g[from]; ok {
				delete(g, from)
				g[to] = true
			}
		}
	}
	if f.After != "" {
		key := "after"
		if f.Newest {
			key = "before"
		}
		g[key] = string(f.After)
	}
	var records []string
	if err := tx.listWhere(&records, "list-cases", g); err != nil {
		return nil, err
	}
	cases := make([]petition.Case, 0, len(records))
	for _, record := range records {
		c, err := readCase(record)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// CountCases counts the cases that a filter selects, whatever its Limit.
func (tx *Tx) CountCases(f CaseFilter) (int, error) {
	var counts []int
	if err := tx.listWhere(&counts, "count-cases", f.conditions()); err != nil {
		return 0, err
	}
	if len(counts) != 1 {
		return 0, errors.New("count-cases: no count")
	}
	return counts[0], nil
}
