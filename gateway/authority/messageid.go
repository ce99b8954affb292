package authority

import (
	"strings"

	"xinfangd/gateway/command"
)

// MessageIDFor makes the Message-ID, without angle brackets, of an internal
// mail that carries a code: the code without its dash, a dot and the random
// part, in lower case, before our domain.
func MessageIDFor(code, random, domain string) string {
	if ten, ok := command.CanonicalCode(code); ok {
		code = ten
	}
	return strings.ToLower(strings.ReplaceAll(code, "-", "") + "." + random + "@" + domain)
}

// CodeFromMessageID finds the code in a Message-ID made by MessageIDFor. The
// domain must be ours when it is known.
func CodeFromMessageID(id, domain string) (code string, ok bool) {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	at := strings.LastIndexByte(id, '@')
	if at < 0 || domain != "" && !sameASCII(id[at+1:], domain) {
		return "", false
	}
	ten, random, ok := strings.Cut(id[:at], ".")
	// Everybody's Message-IDs hold dots: ours have 128 random bits behind the
	// first, at least 20 characters in any writing.
	if !ok || len(ten) != 10 || len(random) < 20 || strings.Trim(strings.ToLower(random), "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
		return "", false
	}
	return command.CanonicalCode(ten)
}
