package authority

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"xinfangd/gateway/letter"
)

// The ways of Standing.AuthenticatedBy.
const (
	ByDMARC   = "dmarc"
	ByDKIM    = "dkim"
	BySPF     = "spf"
	ByOwnDKIM = "own-dkim"
)

// ownResults finds the Authentication-Results fields of our MX, the topmost
// first. Only fields above the n-th Received field are looked at: our own hops
// wrote them, and everything below came with the mail (RFC 8601 section 5). Only
// the topmost vouches for anything: with ARBelow the others may be forged.
func ownResults(l letter.Letter, p Policy) (all []authResults) {
	hops := max(p.OwnHops, 1)
	border := -1
	for i, f := range l.Fields {
		if f.Is("Received") {
			if hops--; hops == 0 {
				border = i
				break
			}
		}
	}
	if border < 0 {
		// Fewer hops than we have ourselves: the mail did not come in by our MX.
		return nil
	}
	candidates := l.Fields[:border]
	if p.ARBelow {
		candidates = slices.Concat(candidates, milterFields(l.Fields[border+1:]))
	}
	for _, f := range candidates {
		if !f.Is("Authentication-Results") {
			continue
		}
		a, ok := parseAuthResults(f.Value)
		if ok && slices.ContainsFunc(p.AuthservIDs, func(id string) bool { return sameASCII(id, a.id) }) {
			all = append(all, a)
		}
	}
	return all
}

// milterFields is the run of fields that milters put directly under the
// Received field of the MX that they serve.
func milterFields(fields []letter.Field) []letter.Field {
	for i, f := range fields {
		if !slices.ContainsFunc([]string{"Authentication-Results", "Received-SPF", "DKIM-Filter", "DMARC-Filter", "ARC-Filter"}, f.Is) {
			return fields[:i]
		}
	}
	return fields
}

// vouchedBy is the method by which our MX vouches for the From domain, empty
// when it does not.
func vouchedBy(a authResults, domain string) string {
	if !a.sound || domain == "" {
		return ""
	}
	dmarc := ""
	for _, r := range a.results {
		if r.method != "dmarc" {
			continue
		}
		from, named := r.props["header.from"]
		switch {
		case r.result == "fail", named && !sameASCII(from, domain):
			// The domain's owner disowns the mail, or our MX saw another From.
			return ""
		case r.result == "pass" && dmarc != "none":
			dmarc = ByDMARC
		default:
			dmarc = "none"
		}
	}
	if dmarc == ByDMARC {
		return ByDMARC
	}
	for _, r := range a.results {
		if r.method == "dkim" && r.result == "pass" && aligned(domain, dkimDomain(r.props)) {
			return ByDKIM
		}
	}
	for _, r := range a.results {
		if r.method == "spf" && r.result == "pass" && aligned(domain, domainOf(r.props["smtp.mailfrom"])) {
			return BySPF
		}
	}
	return ""
}

// restsOnDKIM says whether our MX vouches for the From domain by a signature
// alone: by SPF it would know the sending server, too. A milter for each method
// writes a field for each: the signature is looked for in all of them, since it
// only takes away; SPF in the one that vouches.
func restsOnDKIM(all []authResults, domain string) bool {
	dkim, spf := false, false
	for i, a := range all {
		for _, r := range a.results {
			dkim = dkim || r.method == "dkim" && r.result == "pass" && aligned(domain, dkimDomain(r.props))
			spf = spf || i == 0 && r.method == "spf" && r.result == "pass" && aligned(domain, domainOf(r.props["smtp.mailfrom"]))
		}
	}
	return dkim && !spf
}

// dkimDomain is the signing domain, or that of the agent when only it is named.
func dkimDomain(props map[string]string) string {
	if d, ok := props["header.d"]; ok {
		return d
	}
	return domainOf(props["header.i"])
}

// domainOf is what stands behind the last @ of an address, or the whole word.
func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// aligned says whether a signing domain speaks for a From domain: it is the
// same, or a parent of it within one organisation (RFC 7489 section 3.1). A
// subdomain does not speak for its parent: whoever runs a web form under
// survey.jxw.example is not the office.
func aligned(from, signer string) bool {
	from, signer = strings.TrimSuffix(from, "."), strings.TrimSuffix(signer, ".")
	if sameASCII(from, signer) {
		return true
	}
	from, signer = strings.ToLower(from), strings.ToLower(signer)
	if signer == "" || !strings.HasSuffix(from, "."+signer) {
		return false
	}
	organisation, err := publicsuffix.EffectiveTLDPlusOne(from)
	return err == nil && (signer == organisation || strings.HasSuffix(signer, "."+organisation))
}
