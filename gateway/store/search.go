package store

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
)

const (
	// docRunes is the greatest length of one row of the index in characters: a
	// tsvector of all its bigrams stays below PostgreSQL's limit of 1 MB.
	docRunes = 40_000
	// docOverlap is what neighbouring rows share, so that a word on the seam is
	// found.
	docOverlap = 64
	// searchBatch candidates are compared at a time, searchLimit at most: the
	// bigrams of a word may stand apart in very many letters.
	searchBatch = 200
	searchLimit = 4000
	// docBlock rows share a block (see insert-docs), recentBlocks are looked at
	// first.
	docBlock     = 8192
	recentBlocks = 4
	// snippetMargin is the number of characters around a word in a snippet.
	snippetMargin = 24
)

// SearchHit is one case found by its words.
type SearchHit struct {
	Number petition.Number
	// LetterID is the letter in which the words stood, 0 for the case's own
	// fields.
	LetterID int64
	// Snippet is the text around the first word, on one line.
	Snippet string
}

// token writes characters as the index holds them: five letters and digits for
// each, so that neither engine's tokeniser takes them apart and the bigrams
// that begin with a character are those with a prefix.
func token(runes ...rune) string {
	const digits = "0123456789abcdefghijklmnopqrstuv"
	b := make([]byte, 0, 5*len(runes))
	for _, r := range runes {
		for shift := 20; shift >= 0; shift -= 5 {
			b = append(b, digits[r>>shift&31])
		}
	}
	return string(b)
}

// grams are the tokens of a text: its bigrams, and by themselves the
// characters that begin none (alone), which a search for one character needs.
func grams(text string) (pairs, alone []string) {
	first := map[rune]bool{}
	for _, pair := range fold.Bigrams(text) {
		runes := []rune(pair)
		first[runes[0]] = true
		pairs = append(pairs, token(runes...))
	}
	for _, r := range fold.Fold(text).Runes {
		if !first[r] && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			first[r] = true
			alone = append(alone, token(r))
		}
	}
	return pairs, alone
}

// cutDocs cuts a long text into overlapping rows.
func cutDocs(text string) []string {
	runes := []rune(clean(text))
	if len(runes) <= docRunes {
		return []string{string(runes)}
	}
	var docs []string
	for from := 0; from < len(runes); from += docRunes - docOverlap {
		docs = append(docs, string(runes[from:min(from+docRunes, len(runes))]))
	}
	return docs
}

// IndexCase makes a case's own fields findable, replacing what was indexed. Its
// error concerns the index alone: what failed is undone, and the transaction
// can go on and be committed.
func (tx *Tx) IndexCase(n petition.Number, text string) error {
	return tx.apart(func(tx *Tx) error { return tx.index(n, 0, NewDoc(text), "case", n) })
}

// IndexLetter makes a letter findable; otherwise like IndexCase. A letter that
// belongs to no case is found once SetLetterCase gave it one.
func (tx *Tx) IndexLetter(n petition.Number, letterID int64, text string) error {
	return tx.apart(func(tx *Tx) error { return tx.index(n, letterID, NewDoc(text), "letter", letterID) })
}

// IndexRegistration is IndexCase and IndexLetter at once.
func (tx *Tx) IndexRegistration(n petition.Number, text string, letterID int64, letter Doc) error {
	if tx.many > 0 && tx.depth == 0 && tx.own.bare[n] && tx.own.bare[letterID] {
		delete(tx.own.bare, n)
		delete(tx.own.bare, letterID)
		return errors.Join(tx.indexLater(n, 0, NewDoc(text)), tx.indexLater(n, letterID, letter))
	}
	return tx.apart(func(tx *Tx) error {
		return errors.Join(tx.index(n, 0, NewDoc(text), "case", n), tx.index(n, letterID, letter, "letter", letterID))
	})
}

// Doc is a text made ready for the index outside of a transaction.
type Doc struct{ rows []docText }

type docText struct{ text, grams string }

// NewDoc makes a text ready.
func NewDoc(text string) Doc {
	var d Doc
	for _, row := range cutDocs(text) {
		pairs, alone := grams(row)
		d.rows = append(d.rows, docText{row, strings.Join(append(pairs, alone...), " ")})
	}
	return d
}

// indexLater lets the rows wait of what is not indexed.
func (tx *Tx) indexLater(n petition.Number, letterID int64, doc Doc) error {
	for _, row := range doc.rows {
		values := []any{n, letterID, row.text, row.grams}
		if tx.store.o.Driver == engineSQLite {
			id, err := tx.nextID(lotDocs)
			if err != nil {
				return err
			}
			values = append([]any{id}, values...)
		}
		if err := tx.later(lotDocs, values...); err != nil {
			return err
		}
		if tx.waiting.docs += len(row.text) + len(row.grams); tx.waiting.docs >= docsMost {
			if err := tx.flushLot(lotDocs); err != nil {
				return err
			}
		}
	}
	return nil
}

// apart runs work on the index in a savepoint. What waits for the index's tables
// must not be undone with it; what waits elsewhere need not be written first.
func (tx *Tx) apart(fn func(*Tx) error) error {
	if err := tx.flushLot(lotDocs); err != nil {
		return err
	}
	if tx.failed != nil {
		return fmt.Errorf("index: %w", tx.failed)
	}
	return tx.try(func(tx *Tx) error { return errors.Join(fn(tx), tx.flushLot(lotDocs)) }, func() {
		clear(tx.own.bare)
		tx.forgetLot(lotDocs)
	})
}

// index replaces the rows of a case's own fields or of a letter.
func (tx *Tx) index(n petition.Number, letterID int64, doc Doc, what string, key any) error {
	if !tx.own.bare[key] {
		if tx.store.o.Driver == engineSQLite {
			if err := tx.exec("delete-grams-of-"+what, key); err != nil {
				return err
			}
		}
		if err := tx.exec("delete-docs-of-"+what, key); err != nil {
			return err
		}
	}
	delete(tx.own.bare, key)
	return tx.indexLater(n, letterID, doc)
}

type docRow struct {
	ID     int64  `db:"id"`
	Case   string `db:"case_number"`
	Letter int64  `db:"letter"`
	Text   string `db:"text"`
}

// Search finds the cases in which all of the words, which blanks part, stand in
// one text, newest text first. Folded forms are compared: case, width and
// traditional characters do not matter.
func (tx *Tx) Search(words string, limit int) ([]SearchHit, error) {
	var folded []string
	for word := range strings.FieldsSeq(clean(words)) {
		if f := fold.String(word); f != "" {
			folded = append(folded, f)
		}
	}
	match := tx.matchQuery(folded)
	if match == "" || limit <= 0 {
		return nil, nil
	}
	found := finding{words: folded, limit: limit, seen: map[string]bool{}}
	recent, from, err := tx.recentDocs()
	if err != nil {
		return nil, err
	}
	if recent != "" {
		if err := tx.find(&found, "("+match+") & ("+recent+")", math.MaxInt64); err != nil || len(found.hits) == limit {
			return found.hits, err
		}
	}
	err = tx.find(&found, match, from)
	return found.hits, err
}

// finding is a search under way.
type finding struct {
	words []string
	limit int
	seen  map[string]bool // cases
	hits  []SearchHit
}

// recentDocs is PostgreSQL's question for the newest rows and where they begin.
// A frequent word is found there, without sorting all the rows that hold it; a
// rare one is looked for in the others too. FTS5 walks from the newest anyhow.
func (tx *Tx) recentDocs() (question string, from int64, err error) {
	if tx.store.o.Driver != enginePostgres {
		return "", math.MaxInt64, nil
	}
	var last int64
	if err := tx.get(&last, "last-doc"); err != nil {
		return "", 0, err
	}
	newest := last / docBlock
	oldest := max(0, newest-recentBlocks+1)
	var blocks []string
	for block := oldest; block <= newest; block++ {
		blocks = append(blocks, fmt.Sprintf("'z%d'", block))
	}
	return strings.Join(blocks, " | "), oldest * docBlock, nil
}

// find compares the candidates of one question, newest first, until there are
// hits enough.
func (tx *Tx) find(f *finding, match string, before int64) error {
	for examined := 0; examined < searchLimit; examined += searchBatch {
		var rows []docRow
		err := tx.listWhere(&rows, "search", given{"grams": match, "before": before, "newest": true, "limit": searchBatch})
		if err != nil {
			return err
		}
		for _, row := range rows {
			before = row.ID
			if f.seen[row.Case] {
				continue
			}
			snippet, ok := compare(row.Text, f.words)
			if !ok {
				continue
			}
			f.seen[row.Case] = true
			f.hits = append(f.hits, SearchHit{Number: petition.Number(row.Case), LetterID: row.Letter, Snippet: snippet})
			if len(f.hits) == f.limit {
				return nil
			}
		}
		if len(rows) < searchBatch {
			return nil
		}
	}
	return nil
}

// matchQuery asks the engine for the texts that hold every bigram of every
// word; a character that stands alone is asked for as a prefix.
func (tx *Tx) matchQuery(words []string) string {
	quote, and, prefix := "", " ", "*"
	if tx.store.o.Driver == enginePostgres {
		quote, and, prefix = "'", " & ", ":*"
	}
	var terms []string
	for _, word := range words {
		pairs, _ := grams(word)
		second := map[string]bool{}
		for _, pair := range pairs {
			terms = append(terms, quote+pair+quote)
			second[pair[5:]] = true
		}
		for _, single := range lone(word, second) {
			terms = append(terms, quote+single+quote+prefix)
		}
	}
	return strings.Join(terms, and)
}

// lone are the tokens of a word's characters that stand in none of its bigrams.
func lone(word string, second map[string]bool) []string {
	_, alone := grams(word)
	var out []string
	for _, t := range alone {
		if !second[t] {
			out = append(out, t)
		}
	}
	return out
}

// compare looks for the words themselves and returns the text around the first.
func compare(text string, words []string) (snippet string, ok bool) {
	t := fold.Fold(text)
	whole := t.String()
	for _, word := range words {
		if !strings.Contains(whole, word) {
			return "", false
		}
	}
	at := utf8.RuneCountInString(whole[:strings.Index(whole, words[0])])
	start, end := t.Original(at, at+utf8.RuneCountInString(words[0]))
	return excerpt(text, start, end), true
}

// excerpt is the text around the code points from start to end, on one line.
func excerpt(text string, start, end int) string {
	runes := []rune(text)
	from, to := max(0, start-snippetMargin), min(len(runes), end+snippetMargin)
	line := strings.Join(strings.Fields(string(runes[from:to])), " ")
	if from > 0 {
		line = "…" + line
	}
	if to < len(runes) {
		line += "…"
	}
	return line
}
