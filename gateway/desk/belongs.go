package desk

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// citizenThread is the case that a citizen's mail belongs to. certain says that
// it answers a Message-ID of ours, which holds 128 random bits; a number in the
// subject joins only together with a sender who belongs to the case.
func (w *work) citizenThread(a *arrival, st authority.Standing) (petition.Case, bool, error) {
	if st.Thread != nil && st.Thread.Case != "" {
		c, err := w.tx.Case(st.Thread.Case)
		if err != nil {
			return petition.Case{}, false, fmt.Errorf("find case: %w", err)
		}
		// Whoever answers a mail that went to the citizen was shown it by them:
		// people have more than one address. What comes of it still goes to the
		// registered one. A mail of ours to somebody else lets no outsider in.
		if c.Sender != "" && slices.ContainsFunc(st.Thread.To, func(to string) bool { return petition.SameAddress(to, c.Sender) }) {
			return c, true, nil
		}
		return petition.Case{}, false, nil
	}
	for _, id := range append(slices.Clone(a.l.InReplyTo), a.l.References...) {
		row, err := w.tx.LetterByMessageID(id)
		if err != nil || row.Case == "" || row.ID == a.row.ID {
			continue
		}
		c, err := w.tx.Case(row.Case)
		if err == nil && petition.SameAddress(c.Sender, a.row.From) {
			return c, false, nil
		}
	}
	if n, ok := numberIn(a.l.Subject); ok {
		c, err := w.tx.Case(n)
		if err == nil && petition.SameAddress(c.Sender, a.row.From) {
			return c, false, nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return petition.Case{}, false, fmt.Errorf("find case: %w", err)
		}
	}
	return petition.Case{}, false, nil
}

// numberIn finds a registration number between 〔 and 〕 in a subject.
func numberIn(subject string) (petition.Number, bool) {
	_, rest, ok := strings.Cut(subject, "〔")
	if !ok {
		return "", false
	}
	word, _, ok := strings.Cut(rest, "〕")
	if !ok {
		return "", false
	}
	n := petition.Number(strings.ToUpper(strings.TrimSpace(word)))
	_, _, _, ok = n.Parts()
	return n, ok
}

var numberShape = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]{0,15}-[0-9]{4}-[0-9]{6,}`)

// stated is the case that a citizen's command speaks of outside any thread: the
// only number in its text (people copy the lines 登记编号 and 查询码 from the
// receipt). By itself it proves nothing.
func stated(text string) petition.Number {
	var found petition.Number
	for _, word := range numberShape.FindAllString(text, -1) {
		n := petition.Number(strings.ToUpper(word))
		if _, _, _, ok := n.Parts(); !ok {
			continue
		}
		if found != "" && found != n {
			return ""
		}
		found = n
	}
	return found
}
