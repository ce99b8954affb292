package authority

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// verify checks one signature; later says that the DNS did not answer for now.
func (j *judge) verify(ctx context.Context, s signature) (ok, later bool) {
	mail, ok := j.signedMail(s)
	if !ok {
		return false, false
	}
	testing := false
	lookup := func(domain string) ([]string, error) {
		records, err := j.ev.LookupTXT(ctx, domain)
		if err != nil {
			// NOTE: the library takes a DNS error for permanent unless it says of
			// itself that it is temporary; here only "not found" is permanent.
			var dns *net.DNSError
			later = !errors.As(err, &dns) || !dns.IsNotFound
			return nil, err
		}
		for _, r := range records {
			tags, _ := tagList(r)
			flags := strings.Split(tags["t"], ":")
			// RFC 6376 section 3.6.1: a key in testing proves nothing.
			testing = testing || slices.Contains(flags, "y")
		}
		return records, nil
	}
	// NOTE: the library also checks x= against the wall clock; a signature that
	// expired meanwhile fails there even when j.now is earlier.
	results, err := dkim.VerifyWithOptions(bytes.NewReader(mail), &dkim.VerifyOptions{LookupTXT: lookup, MaxVerifications: 1})
	if err != nil || len(results) != 1 || results[0].Err != nil || testing {
		return false, later
	}
	return strings.EqualFold(results[0].Domain, s.domain), false
}
