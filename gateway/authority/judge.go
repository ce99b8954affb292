package authority

import (
	"context"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// judge is one letter being weighed.
type judge struct {
	l      letter.Letter
	raw    []byte
	now    time.Time
	roster petition.Roster
	p      Policy
	ev     Evidence
	s      Standing
	// code is the deciding code as shown; liveShown says that some live code,
	// whosoever, was shown.
	code      string
	liveShown bool
}

// Judge weighs a letter. raw is the mail as received; DKIM is verified over it.
// An error comes from Evidence alone.
func Judge(ctx context.Context, l letter.Letter, raw []byte, now time.Time, roster petition.Roster, p Policy, ev Evidence) (Standing, error) {
	j := &judge{l: l, raw: raw, now: now, roster: roster, p: p, ev: ev, s: Standing{policy: p}}
	single := j.identify()
	if single {
		j.verifySigned()
	}
	if err := j.thread(ctx); err != nil {
		return Standing{}, err
	}
	if err := j.resolveCode(ctx); err != nil {
		return Standing{}, err
	}
	j.bindSignature()
	if err := j.never(ctx); err != nil {
		return Standing{}, err
	}
	if single {
		if err := j.authenticate(ctx); err != nil {
			return Standing{}, err
		}
	}
	j.suspect(single)
	return j.s, nil
}

// identify finds who the letter says it is from, and the roles that go with it.
func (j *judge) identify() (single bool) {
	address, single := sender(j.l)
	j.s.Address = address
	j.s.Posts = posts(j.roster, address)
	if single {
		j.s.OnRoster = len(j.s.Posts) > 0
		return true
	}
	// Whichever of several addresses is on the roster is the one claimed.
	for _, from := range slices.Concat(j.l.From, j.l.Sender) {
		if len(j.s.Posts) > 0 {
			break
		}
		if found := posts(j.roster, from.Address); len(found) > 0 {
			j.s.Address, j.s.Posts = from.Address, found
		}
	}
	for _, f := range j.l.Fields {
		if len(j.s.Posts) == 0 && sameASCII(strings.TrimSpace(f.Name), "From") {
			j.s.Address, j.s.Posts = j.claimedIn(f.Value)
		}
	}
	if j.s.Address == "" {
		j.s.Address = address
	}
	return false
}

// claimedIn finds an address of the roster anywhere in a From field.
func (j *judge) claimedIn(value string) (string, []petition.Post) {
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(" \t<>()[]\"',;:", c) }) {
		if found := posts(j.roster, word); len(found) > 0 {
			return word, found
		}
	}
	return "", nil
}

// thread finds the mail of ours that the letter answers: the one replied to
// first, then the thread from its end.
func (j *judge) thread(ctx context.Context) error {
	ids := slices.Clone(j.l.InReplyTo)
	for _, id := range slices.Backward(j.l.References) {
		ids = append(ids, id)
	}
	for i, id := range ids {
		if i == maxLookups {
			break
		}
		info, err := j.ev.MessageID(ctx, id)
		if err != nil {
			return err
		}
		if info.Found {
			j.s.Thread = &info
			return nil
		}
	}
	return nil
}

// never says whether the letter is of a kind that is never obeyed (spec mail
// sections 5 and 6).
func (j *judge) never(ctx context.Context) error {
	switch j.l.Kind {
	case letter.KindPerson, "":
	case letter.KindAutomatic:
		j.s.Never = "自动邮件"
	case letter.KindBounce:
		j.s.Never = "退信"
	case letter.KindList:
		j.s.Never = "邮件列表"
	case letter.KindReceipt:
		j.s.Never = "阅读回执"
	case letter.KindFeedback:
		j.s.Never = "投诉反馈报告"
	default:
		j.s.Never = "系统通知"
	}
	if j.s.Never != "" {
		return nil
	}
	own := slices.ContainsFunc(j.l.From, func(a letter.Address) bool {
		return slices.ContainsFunc(j.p.OwnAddresses, func(o string) bool { return sameASCII(o, a.Address) })
	})
	if !own && j.l.MessageID != "" {
		_, own = CodeFromMessageID(j.l.MessageID, j.p.MessageIDDomain)
		own = own && j.p.MessageIDDomain != ""
	}
	if !own && j.l.MessageID != "" {
		info, err := j.ev.MessageID(ctx, j.l.MessageID)
		if err != nil {
			return err
		}
		own = info.Found
	}
	if own {
		j.s.Never = "本系统发出的邮件"
	}
	return nil
}

// authenticate seeks the leg authenticated: what our MX says, else our own DKIM.
func (j *judge) authenticate(ctx context.Context) error {
	if results := ownResults(j.l, j.p); len(results) > 0 {
		domain := domainOf(j.s.Address)
		j.s.AuthenticatedBy = vouchedBy(results[0], domain)
		// A signature says who wrote what it signs, not who sent it again: what
		// stands beside it may be anybody's (RFC 6376 section 8.6).
		j.s.Replayable = j.s.AuthenticatedBy != "" && restsOnDKIM(results, domain) && !j.codeSigned(domain)
	}
	if j.s.AuthenticatedBy == "" && j.p.VerifyDKIM && j.s.OnRoster && j.s.Never == "" {
		if passed := j.verifyOwn(ctx); len(passed) > 0 {
			j.s.AuthenticatedBy = ByOwnDKIM
			replayable, err := j.replayable(ctx, passed)
			if err != nil {
				return err
			}
			j.s.Replayable = replayable
		}
	}
	j.s.Authenticated = j.s.AuthenticatedBy != ""
	return nil
}

// The codes of Standing.Suspicious.
const (
	// SuspectFrom: several From fields or addresses, one of them of the roster.
	SuspectFrom = "forged-from"
	// SuspectName: an address of the roster in an outsider's display name, with a code.
	SuspectName = "display-name"
	// SuspectForeignCode: a code that was issued to somebody else.
	SuspectForeignCode = "foreign-code"
	// SuspectWrongCode: a code that was never issued.
	SuspectWrongCode = "wrong-code"
)

// suspect collects what makes a letter suspicious whatever it commands. A mail
// that is never obeyed is not suspicious: vacation notices quote codes.
func (j *judge) suspect(single bool) {
	if j.s.Never != "" {
		return
	}
	add := func(code, text string) { j.s.Suspicious = append(j.s.Suspicious, Reason{code, text}) }
	claims := len(j.s.Posts) > 0
	if claims && !single {
		add(SuspectFrom, "发件人（From）不是唯一的一个地址，其中含有名册中的地址")
	}
	if j.s.ForeignCode != nil && (claims || j.liveShown) {
		add(SuspectForeignCode, "出示了发给他人的回执码")
	}
	if j.s.WrongCode && claims {
		add(SuspectWrongCode, "出示的回执码不是本系统发出的")
	}
	if !claims && j.liveShown && named(j.l, j.roster) != "" {
		add(SuspectName, "发件人显示名冒用名册中的地址")
	}
}
