package desk

import (
	"cmp"
	"fmt"
	"slices"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// names remembers a case that the mail orders something about, and that its
// writer may see.
func (s *session) names(n petition.Number) {
	if !slices.Contains(s.named, n) {
		s.named = append(s.named, n)
	}
}

// fileWith puts the mail to its case, and a copy to each other case that it
// orders something about: a dossier must show each order in its writer's words.
// One that is about a case which others must not be told of lies with that case
// only, since it may say of it what no other dossier may show; the ledger keeps
// every order.
func (s *session) fileWith(number petition.Number) error {
	kind := cmp.Or(s.kind, store.KindCommand)
	for _, n := range s.named {
		if _, open := s.comparable(n); !open {
			number, s.named = n, nil
			break
		}
	}
	if err := s.tx.SetLetterCase(s.a.row.ID, number, kind); err != nil {
		return fmt.Errorf("file command: %w", err)
	}
	if !s.proven() {
		return nil // a stranger who writes somebody's address must not fill dossiers; the 确认 will lie with each
	}
	for _, n := range s.named {
		if n == number {
			continue
		}
		// It has no place in a mailbox of its own, and counts as no arrival.
		row := s.a.row
		row.UID, row.UIDValidity, row.Case, row.Kind, row.Note = 0, 0, n, kind, fmt.Sprintf("第 %d 号来件，同时涉及本件", s.a.row.ID)
		if _, err := s.tx.AddLetter(row); err != nil {
			return fmt.Errorf("file copy: %w", err)
		}
	}
	return nil
}
