package mailbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Check logs in to the account, opens its folders without changing anything, and
// describes what it found.
func Check(ctx context.Context, a Account) (detail string, err error) {
	if a, err = a.complete(); err != nil {
		return "", err
	}
	s, err := openWithID(ctx, a, Options{}.withDefaults())
	if err != nil {
		return "", err
	}
	defer s.close()
	defer s.guard(ctx)()
	if err := s.enter(a.Folder, false); err != nil {
		return "", err
	}
	words := []string{s.security, fmt.Sprintf("%d letters", s.letters)}
	if s.uidValidity == 0 {
		words = append(words, "no UIDVALIDITY")
	}
	for _, c := range []imap.Cap{imap.CapIdle, imap.CapMove, imap.CapUIDPlus, imap.CapID} {
		if s.caps.Has(c) {
			words = append(words, string(c))
		}
	}
	if a.After.folder() != "" && !s.canMove() {
		return strings.Join(words, ", "), errNoMove
	}
	for _, folder := range []string{a.After.folder(), a.Sent} {
		if folder == "" {
			continue
		}
		// Both are made when they are first needed.
		if err := s.enter(folder, false); err != nil && s.dead {
			return "", err
		} else if err != nil {
			words = append(words, fmt.Sprintf("folder %s does not exist yet", folder))
		}
	}
	return strings.Join(words, ", "), nil
}

// describe names the protection of a connection.
func describe(conn any) string {
	if c, ok := conn.(*tls.Conn); ok {
		return tls.VersionName(c.ConnectionState().Version)
	}
	return "no TLS"
}
