package store

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"xinfangd/gateway/petition"
)

// CodeLife is the longest time that a reply code lives (spec mail section 2).
const CodeLife = 60 * 24 * time.Hour

// codeAlphabet is Crockford's base 32: no I, L, O and U, which people misread.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeLength in characters; each holds 5 bits, 50 together.
const codeLength = 10

// CodeState is what a reply code is worth.
type CodeState string

// The states of a reply code.
const (
	CodeLive    CodeState = "live"
	CodeUsed    CodeState = "used"
	CodeVoid    CodeState = "void"
	CodeExpired CodeState = "expired"
)

// CodeGrant is what a reply code says: this person, this case, this matter,
// this draft revision.
type CodeGrant struct {
	Case petition.Number
	// Matter, Address (compared without case) and Division are whom and what the
	// code is for.
	Matter      petition.Matter
	Address     string
	Division    string
	Revision    int
	DraftDigest string
	// Held is the row of the held command that the code confirms.
	Held int64
	// Expires is cut to CodeLife from Tx.Now; zero means that.
	Expires time.Time
}

// Code is an issued reply code. The code itself is not stored.
type Code struct {
	ID int64
	CodeGrant
	Issued time.Time
	Used   time.Time
	Voided time.Time
	// State is StateAt(Tx.Now). In a View there is no now, and a code that is
	// not known to be alive is reported as expired.
	State CodeState
}

// StateAt is the code's worth at an instant.
func (c Code) StateAt(now time.Time) CodeState {
	switch {
	case !c.Used.IsZero():
		return CodeUsed
	case !c.Voided.IsZero():
		return CodeVoid
	case now.IsZero() || !now.Before(c.Expires):
		return CodeExpired
	}
	return CodeLive
}

// CodeFilter selects codes to void; zero fields do not restrict, but Case or
// Held must be given.
type CodeFilter struct {
	Case     petition.Number
	Matter   petition.Matter
	Division string
	Address  string
	Revision int
	Held     int64
	ExceptID int64
}

type codeRow struct {
	ID          int64          `db:"id"`
	Case        sql.NullString `db:"case_number"`
	Matter      string         `db:"matter"`
	Address     string         `db:"address"`
	Division    string         `db:"division"`
	Revision    int            `db:"revision"`
	DraftDigest string         `db:"draft_digest"`
	Held        int64          `db:"held"`
	Issued      Time           `db:"issued"`
	Expires     Time           `db:"expires"`
	Used        Time           `db:"used"`
	Voided      Time           `db:"voided"`
}

func (tx *Tx) code(row codeRow) Code {
	c := Code{
		ID: row.ID,
		CodeGrant: CodeGrant{
			Case: petition.Number(row.Case.String), Matter: petition.Matter(row.Matter), Address: row.Address,
			Division: row.Division, Revision: row.Revision, DraftDigest: row.DraftDigest, Held: row.Held,
			Expires: tx.store.local(row.Expires),
		},
		Issued: tx.store.local(row.Issued), Used: tx.store.local(row.Used), Voided: tx.store.local(row.Voided),
	}
	c.State = c.StateAt(tx.Now)
	return c
}

// NormaliseCode reads a reply code as people type it: in either case, full
// width or half, with or without the dash, O for 0, I or L for 1. The result is
// the ten characters without a dash; false when it cannot be a code.
func NormaliseCode(s string) (string, bool) {
	if len(s) > 100 {
		return "", false
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(strings.TrimSpace(s))) {
		switch r {
		case '-', '‐', '‑', '‒', '–', '—', '−':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(codeAlphabet, r) {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), b.Len() == codeLength
}

// ShowCode is a normalised code as mails show it, 7Q4KM-2XD9P.
func ShowCode(normal string) string {
	if len(normal) != codeLength {
		return normal
	}
	return normal[:codeLength/2] + "-" + normal[codeLength/2:]
}

// newCode draws the code's 50 bits; 256 is a multiple of 32, so that each
// character is equally likely.
func newCode() (string, error) {
	random := make([]byte, codeLength)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("draw code: %w", err)
	}
	for i, b := range random {
		random[i] = codeAlphabet[b%32]
	}
	return string(random), nil
}

// IssueCode makes a reply code, shown as 7Q4KM-2XD9P, and its row. The register
// keeps a keyed digest only: who reads the database has no codes.
func (tx *Tx) IssueCode(g CodeGrant) (code string, id int64, err error) {
	latest := tx.Now.Add(CodeLife)
	if g.Expires.IsZero() || g.Expires.After(latest) {
		g.Expires = latest
	}
	normal, err := newCode()
	if err != nil {
		return "", 0, err
	}
	if id, err = tx.nextID(lotCodes); err != nil {
		return "", 0, err
	}
	err = tx.later(lotCodes, id, tx.store.keyed("code", normal), optional(string(g.Case)), g.Matter,
		lowerAddress(g.Address), g.Division, g.Revision, g.DraftDigest, g.Held, Time{tx.Now}, Time{g.Expires})
	tx.own.codes[g.Case] = true
	return ShowCode(normal), id, err
}

// LookupCode finds a reply code as a person typed it, or ErrNotFound.
func (tx *Tx) LookupCode(code string) (Code, error) {
	normal, ok := NormaliseCode(code)
	if !ok {
		return Code{}, fmt.Errorf("look up code: %w", ErrNotFound)
	}
	var row codeRow
	err := tx.get(&row, "code-by-digest", tx.store.keyed("code", normal))
	return tx.code(row), err
}

// Code is a reply code by its row, or ErrNotFound.
func (tx *Tx) Code(id int64) (Code, error) {
	var row codeRow
	err := tx.get(&row, "code", id)
	return tx.code(row), err
}

// UseCode spends a code; ErrTaken when it is not alive.
func (tx *Tx) UseCode(id int64) error { return tx.change(ErrTaken, "use-code", id, Time{tx.Now}) }

// VoidCodes kills the unspent codes that a filter selects and counts them.
func (tx *Tx) VoidCodes(f CodeFilter) (int, error) {
	if f.Case == "" && f.Held == 0 {
		return 0, errors.New("void codes: neither case nor held command given")
	}
	g := given{"oldest": true}
	for key, word := range map[string]string{
		"case": string(f.Case), "matter": string(f.Matter), "division": f.Division, "address": lowerAddress(f.Address),
	} {
		if word != "" {
			g[key] = word
		}
	}
	for key, id := range map[string]int64{"revision": int64(f.Revision), "held": f.Held, "except": f.ExceptID} {
		if id != 0 {
			g[key] = id
		}
	}
	if tx.own.cases[f.Case] && !tx.own.codes[f.Case] {
		return 0, nil // it has none yet
	}
	var ids []int64
	if err := tx.listWhere(&ids, "unspent-codes", g); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.exec("void-code", id, Time{tx.Now}); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
