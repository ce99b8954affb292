package store

import (
	"crypto/rand"
	"fmt"

	"xinfangd/gateway/petition"
)

// saltLength in bytes: enough that nobody can try all telephone numbers
// against a digest once text and salt are erased.
const saltLength = 16

type personalField struct {
	name  string
	value *string
}

// personalFields are the fields of a case that hold the citizen's own words and
// data: in the ledger their salted digests stand in their place, so that
// erasing them later leaves the chain whole.
func personalFields(c *petition.Case) []personalField {
	fields := []personalField{
		{"sender", &c.Sender},
		{"name", &c.Name},
		{"phone", &c.Phone},
		{"subject", &c.Subject},
		{"triage_why", &c.TriageWhy},
	}
	if c.ClosedBy != "" && petition.SameAddress(c.ClosedBy, c.Sender) {
		fields = append(fields, personalField{"closed_by", &c.ClosedBy})
	}
	return fields
}

// textRow is one personal text with the salt of its digest.
type textRow struct {
	Digest string `db:"digest"`
	Seq    int64  `db:"seq"`
	Field  string `db:"field"`
	Salt   []byte `db:"salt"`
	Text   string `db:"text"`
}

// fits tells whether the text is the one that was digested.
func (r textRow) fits() bool { return sum(r.Salt, []byte(r.Text)) == r.Digest }

// saltText stores a personal text and returns its salted digest.
func (tx *Tx) saltText(n petition.Number, seq int64, field, text string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt text: %w", err)
	}
	text = clean(text)
	digest := sum(salt, []byte(text))
	if latest := tx.own.texts[n]; latest != nil {
		latest[field] = textRow{Digest: digest, Seq: seq, Field: field, Salt: salt, Text: text}
	}
	return digest, tx.later(lotTexts, digest, seq, n, field, salt, text)
}

// latestTexts are the personal texts of a case by field, the last of each.
func (tx *Tx) latestTexts(n petition.Number) (map[string]textRow, error) {
	if latest := tx.own.texts[n]; latest != nil {
		return latest, nil
	}
	var known []textRow
	if !tx.own.cases[n] {
		if err := tx.list(&known, "texts-of-case", n); err != nil {
			return nil, err
		}
	}
	latest := map[string]textRow{}
	for _, row := range known {
		latest[row.Field] = row
	}
	tx.own.texts[n] = latest
	return latest, nil
}

// conceal puts salted digests in the place of a case's personal fields. A value
// that the case had before keeps its digest: most events change none of them,
// and their texts need storing once.
func (tx *Tx) conceal(c petition.Case, seq int64) (petition.Case, error) {
	latest, err := tx.latestTexts(c.Number)
	if err != nil {
		return c, err
	}
	c = cleanCase(c)
	for _, field := range personalFields(&c) {
		if *field.value == "" {
			continue
		}
		name := "after." + field.name
		if row, ok := latest[name]; ok && row.Text == *field.value {
			*field.value = row.Digest
			continue
		}
		digest, err := tx.saltText(c.Number, seq, name, *field.value)
		if err != nil {
			return c, err
		}
		*field.value = digest
	}
	return c, nil
}

// concealActor does the same for a citizen who acts; the office's own people
// stand in the ledger by name.
func (tx *Tx) concealActor(n petition.Number, seq int64, a petition.Actor) (petition.Actor, error) {
	if a.Role != petition.RoleCitizen {
		return a, nil
	}
	var err error
	if a.Address != "" {
		if a.Address, err = tx.saltText(n, seq, "actor.address", a.Address); err != nil {
			return a, err
		}
	}
	if a.Name != "" {
		a.Name, err = tx.saltText(n, seq, "actor.name", a.Name)
	}
	return a, err
}

// reveal puts the texts back in the place of their digests; what was erased
// becomes empty.
func reveal(c *petition.Case, texts map[string]string) {
	for _, field := range append(personalFields(c), personalField{"closed_by", &c.ClosedBy}) {
		if isDigest(*field.value) {
			*field.value = texts[*field.value]
		}
	}
}

// revealActor is the reverse of concealActor.
func revealActor(a *petition.Actor, texts map[string]string) {
	if a.Role == petition.RoleCitizen {
		a.Address, a.Name = texts[a.Address], texts[a.Name]
	}
}

// isDigest tells a SHA-256 in lower-case hexadecimal from a text.
func isDigest(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
