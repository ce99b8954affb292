package desk

import (
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/command"
	"xinfangd/gateway/fold"
	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// How often one person is answered. A machine that answers our mails without
// saying that it is one would go on for ever; a stranger who writes somebody's
// address would fill their mailbox.
const (
	// hourlyCase is how many mails of one person about one case are handled in an
	// hour, hourlyOther how many that name none, hourlyPerson how many in all: a
	// liaison's machine could else answer in each of a hundred cases.
	hourlyCase   = 20
	hourlyOther  = 60
	hourlyPerson = 300
	// unprovenDaily is how many mails without any proof of who wrote them are
	// answered in a day, to the roster's address.
	unprovenDaily = 5
)

// proven says whether anything shows that the person wrote the mail.
func (s *session) proven() bool { return s.standing.Authenticated || s.standing.Code != nil }

// runaway stops an endless exchange: the mail is kept, the office is told once an
// hour. Only what is proven counts, or a stranger could silence the person.
func (s *session) runaway() (stop bool, err error) {
	if !s.proven() {
		return false, nil
	}
	limit := hourlyOther
	if s.number != "" {
		limit = hourlyCase
	}
	n, err := s.handled(s.standing.Address + " " + string(s.number))
	if err == nil && n <= limit {
		limit = hourlyPerson
		n, err = s.handled(s.standing.Address + " *")
	}
	if err != nil {
		return false, fmt.Errorf("count mails: %w", err)
	}
	if n <= limit {
		return false, nil
	}
	if n == limit+1 {
		return true, s.suspicious(s.a, s.standing, s.number, []string{"一小时内的来件异常多，可能是自动回复在往返，本小时内不再办理"})
	}
	if err := s.tx.SetLetterNote(s.a.row.ID, "一小时内的来件异常多，未办理"); err != nil {
		return true, fmt.Errorf("note letter: %w", err)
	}
	return true, s.fileCommand(s.a, s.visible())
}

// handled counts one more mail of this hour.
func (s *session) handled(whose string) (int, error) {
	return s.tx.Bump("handled", whose, s.now.UTC().Format("2006-01-02T15"))
}

// overdrawn says whether an answer would be one too many to somebody who proved
// nothing and for whom nothing was done.
func (s *session) overdrawn() (bool, error) {
	if s.proven() || slices.ContainsFunc(s.outcomes, func(o templates.Outcome) bool { return o.OK }) || len(s.outcomes) == 0 {
		return false, nil
	}
	n, err := s.tx.Bump("unproven", s.person.Address, s.office(s.now).Format("2006-01-02"))
	if err != nil {
		return false, fmt.Errorf("count unproven: %w", err)
	}
	return n > unprovenDaily, nil
}

// unspoken is what a stranger wrote into a name or an address, as a report may
// show it: nothing in it can be used as a code or read as a command.
func (w *work) unspoken(text string) string {
	shown := w.discreet(text)
	folded := strings.ReplaceAll(fold.String(shown), " ", "")
	for _, e := range command.Entries(petition.RoleLiaison, petition.RoleHandler, petition.RoleApprover, petition.RoleLeader, petition.RoleDuty) {
		if slices.ContainsFunc(append([]string{e.Word}, e.Also...), func(word string) bool { return word[0] >= 0x80 && strings.Contains(folded, fold.String(word)) }) {
			return "（含有指令字样，略）"
		}
	}
	return shown
}
