package authority

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// The outcomes of our own DKIM verification.
const (
	DKIMPass      = "pass"
	DKIMFail      = "fail"
	DKIMNone      = "none"
	DKIMTemporary = "temporary"
)

const (
	// maxSignatures bounds the signatures of one mail that are verified.
	maxSignatures = 5
	// maxSignatureAge is how old a signature may be that carries a code.
	maxSignatureAge = 72 * time.Hour
	// maxClockSkew is how far a signer's clock may be ahead of ours.
	maxClockSkew = time.Hour
)

// signature is one DKIM-Signature field that is worth verifying.
type signature struct {
	field            letter.Field
	domain, selector string
	keys             []string // lower-case names of h=
	digest           string   // of the signature's value
	signed, expires  time.Time
}

// KeyNames lists the DNS names of the DKIM keys that Judge would ask for, so
// that they can be fetched before a transaction begins.
func KeyNames(l letter.Letter, p Policy) []string {
	address, single := sender(l)
	if !p.VerifyDKIM || !single {
		return nil
	}
	var names []string
	for _, s := range signatures(l, domainOf(address)) {
		if name := s.selector + "._domainkey." + s.domain; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// signatures are the signatures aligned with the From domain that sign what
// they must. Those by rsa-sha1 or with l= are left out here already (RFC 8301
// section 3.1; RFC 6376 section 8.2), and so are those over other signatures,
// which nobody needs and which our reading one at a time could not follow.
func signatures(l letter.Letter, fromDomain string) []signature {
	var found []signature
	for _, f := range l.Fields {
		if !f.Is("DKIM-Signature") {
			continue
		}
		if len(found) == maxSignatures {
			break
		}
		s, ok := readSignature(f)
		if ok && aligned(fromDomain, s.domain) {
			found = append(found, s)
		}
	}
	return found
}

func readSignature(f letter.Field) (signature, bool) {
	tags, ok := tagList(f.Value)
	if !ok {
		return signature{}, false
	}
	s := signature{field: f, domain: strings.ToLower(tags["d"]), selector: tags["s"]}
	for key := range strings.SplitSeq(tags["h"], ":") {
		s.keys = append(s.keys, strings.ToLower(key))
	}
	value, err := base64.StdEncoding.DecodeString(tags["b"])
	if err != nil || len(value) == 0 || s.selector == "" || s.domain == "" {
		return signature{}, false
	}
	if _, partial := tags["l"]; partial || tags["a"] == "rsa-sha1" {
		return signature{}, false
	}
	for _, must := range []string{"from", "subject", "date"} {
		if !slices.Contains(s.keys, must) {
			return signature{}, false
		}
	}
	if slices.Contains(s.keys, "dkim-signature") {
		return signature{}, false
	}
	if s.signed, ok = tagTime(tags, "t"); !ok {
		return signature{}, false
	}
	if s.expires, ok = tagTime(tags, "x"); !ok {
		return signature{}, false
	}
	digest := sha256.Sum256(value)
	s.digest = hex.EncodeToString(digest[:])
	return s, true
}

// tagList reads a tag=value list (RFC 6376 section 3.2), without the white
// space that its values do not mean. A tag that comes twice is an error.
func tagList(list string) (map[string]string, bool) {
	tags := map[string]string{}
	for part := range strings.SplitSeq(list, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		if _, twice := tags[name]; !ok || twice || name == "" {
			return nil, false
		}
		tags[name] = strings.Join(strings.Fields(value), "")
	}
	return tags, true
}

// tagTime reads a time tag; it is the zero time when absent, false when broken.
func tagTime(tags map[string]string, name string) (time.Time, bool) {
	value, present := tags[name]
	if !present {
		return time.Time{}, true
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	return time.Unix(seconds, 0), err == nil && seconds > 0 && seconds < 1<<40
}

// covers says whether h= signs every field of that name that the mail has.
func (s signature) covers(l letter.Letter, name string) bool {
	have, signed := 0, 0
	for _, f := range l.Fields {
		if f.Is(name) {
			have++
		}
	}
	for _, key := range s.keys {
		if strings.EqualFold(key, name) {
			signed++
		}
	}
	return have > 0 && signed >= have
}

// verifyOwn verifies the aligned signatures over the mail as the letter was
// read, and returns those that pass.
func (j *judge) verifyOwn(ctx context.Context) []signature {
	all := signatures(j.l, domainOf(j.s.Address))
	j.s.DKIM = DKIMNone
	if len(all) == 0 {
		return nil
	}
	j.s.DKIM = DKIMFail
	if repeated(j.l, "Subject", "Sender", "Date") {
		// A second field above the signed one would be shown, not the signed one.
		return nil
	}
	var passed []signature
	temporary := false
	for _, s := range all {
		if !s.expires.IsZero() && j.now.After(s.expires) {
			continue
		}
		ok, later := j.verify(ctx, s)
		temporary = temporary || later
		if ok {
			passed = append(passed, s)
		}
	}
	switch {
	case len(passed) > 0:
		j.s.DKIM = DKIMPass
	case temporary:
		j.s.DKIM = DKIMTemporary
	}
	return passed
}

// signedMail is the mail as the letter was read, with one signature only. The
// verifier must not see another header than the letter did, so fields with a
// bare CR or NUL, which the two would cut differently, are refused.
func (j *judge) signedMail(s signature) ([]byte, bool) {
	if j.l.Root == nil || j.l.Root.Body < 0 || j.l.Root.Body > len(j.raw) {
		return nil, false
	}
	var mail bytes.Buffer
	for _, f := range j.l.Fields {
		if f.Is("DKIM-Signature") && f.Offset != s.field.Offset {
			continue
		}
		if f.Offset < 0 || f.End > len(j.raw) || f.Offset > f.End {
			return nil, false
		}
		field := bytes.ReplaceAll(j.raw[f.Offset:f.End], []byte("\r\n"), []byte("\n"))
		if bytes.ContainsAny(field, "\r\x00") {
			return nil, false
		}
		field = bytes.TrimRight(field, "\n")
		mail.Write(bytes.ReplaceAll(field, []byte("\n"), []byte("\r\n")))
		mail.WriteString("\r\n")
	}
	mail.WriteString("\r\n")
	mail.Write(j.raw[j.l.Root.Body:])
	return mail.Bytes(), true
}

// repeated says whether any of the fields comes more than once.
func repeated(l letter.Letter, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		n := 0
		for _, f := range l.Fields {
			if f.Is(name) {
				n++
			}
		}
		return n > 1
	})
}

// replayable says whether a mail with these passing signatures may be an older
// one of the sender's sent again: one that was used before, that is too old, or
// that does not sign the code it comes with (spec mail section 5).
func (j *judge) replayable(ctx context.Context, passed []signature) (bool, error) {
	fresh := true
	covered := false
	for _, s := range passed {
		// Every passing signature is spent, or one of two could serve twice.
		first, err := j.ev.UseSignature(ctx, s.digest)
		if err != nil {
			return true, err
		}
		signed := s.signed
		if signed.IsZero() {
			signed = j.l.Date
		}
		age := j.now.Sub(signed)
		fresh = fresh && first && age <= maxSignatureAge && age >= -maxClockSkew
		covered = covered || j.coversCode(s)
	}
	return !fresh || !covered, nil
}

// codeSigned says, of a mail whose signature our MX has verified, whether that
// signature can be the one that covers the code. A mail that bears no signature
// any more says nothing against itself.
func (j *judge) codeSigned(domain string) bool {
	borne := false
	for _, f := range j.l.Fields {
		if f.Is("DKIM-Signature") {
			tags, ok := tagList(f.Value)
			borne = borne || !ok || aligned(domain, strings.ToLower(tags["d"]))
		}
	}
	if !borne {
		return true
	}
	return !repeated(j.l, "Subject", "Sender", "Date") && slices.ContainsFunc(signatures(j.l, domain), j.coversCode)
}

// coversCode says whether a signature covers the code that the letter shows.
// A code that confirms held commands is itself the proof of freshness: it was
// made minutes ago and went to the roster's address only. Without this a mailer
// that signs neither In-Reply-To nor a quote could never command.
func (j *judge) coversCode(s signature) bool {
	if !s.coversStructure(j.l) {
		return false
	}
	code := j.s.Code
	if code == nil || code.Matter == petition.MatterConfirm || j.s.CodeFrom == fromText || s.covers(j.l, j.s.CodeFrom) {
		return true
	}
	return slices.Contains(command.Codes(j.l.Text), j.code)
}

// coversStructure says whether the fields that decide how the body is read are
// signed. A plain text without them reads the same whatever they say.
func (s signature) coversStructure(l letter.Letter) bool {
	if l.Root == nil || strings.HasPrefix(l.Root.Type, "text/plain") {
		return true
	}
	return s.covers(l, "Content-Type")
}
