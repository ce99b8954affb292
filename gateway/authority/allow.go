package authority

import (
	"slices"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

// Ruling is what to do with a command.
type Ruling string

// The rulings.
const (
	// Obey: every leg is there.
	Obey Ruling = "obey"
	// Hold: only the code is missing; ask for 确认.
	Hold Ruling = "hold"
	// Stale: the code shown is used, void or expired; tell the present state.
	Stale Ruling = "stale"
	// Deny: the role does not have this verb; say so.
	Deny Ruling = "deny"
	// Report: a leg is missing that confirmation cannot supply, or a wrong or
	// foreign code was shown; do nothing, answer nothing, report it.
	Report Ruling = "report"
	// Ignore: the letter is never obeyed.
	Ignore Ruling = "ignore"
)

// required are the legs beyond roster that a role needs for a verb, by
// configuration or by default (spec mail section 5).
func (p Policy) required(role petition.Role, verb command.Verb) []Leg {
	var key string
	var legs []Leg
	switch role {
	case petition.RoleLiaison, petition.RoleHead:
		key, legs = "liaison", []Leg{LegCode}
	case petition.RoleHandler, petition.RoleApprover, petition.RoleChief:
		key, legs = "office", []Leg{LegCode, LegAuthenticated}
	case petition.RoleLeader:
		key, legs = "leader", []Leg{LegCode, LegAuthenticated}
	case petition.RoleDuty:
		key, legs = "duty", []Leg{LegAuthenticated}
	case petition.RoleCitizen, petition.RoleCentre, petition.RoleSystem:
		return nil
	}
	if configured, ok := p.RequireVerb[verb]; ok {
		return configured
	}
	if configured, ok := p.Require[key]; ok {
		return configured
	}
	return legs
}

// need are the required legs as they apply to this letter. A signature is over a
// text that holds the code, so whoever must sign needs the code too. Verbs that
// only read need no code from an authenticated person; the grammar gives them no
// one-time password, so a code stands in for it when nobody vouches for the mail.
func (s Standing) need(role petition.Role, entry command.Entry) []Leg {
	need := slices.Clone(s.policy.required(role, entry.Verb))
	if entry.Reading {
		i := slices.Index(need, LegOTP)
		if i >= 0 {
			need[i] = LegCode
		}
	}
	if slices.Contains(need, LegSigned) && !slices.Contains(need, LegCode) {
		need = append(need, LegCode)
	}
	if entry.Reading && s.Authenticated {
		need = slices.DeleteFunc(need, func(l Leg) bool { return l == LegCode })
	}
	return need
}

// holds says whether the sender has a role.
func (s Standing) holds(role petition.Role) bool {
	return slices.ContainsFunc(s.Posts, func(p petition.Post) bool { return p.Role == role })
}

// Allows says whether the standing lets a role use a verb on a case; target is
// empty for the matter of the code. missing names the legs that are not there;
// it is empty when the letter is never obeyed. Whether the person has a part in
// the case is for petition.Step to say.
func (s Standing) Allows(role petition.Role, verb command.Verb, target petition.Number) (ok bool, missing []Leg) {
	entry, known := command.Lookup(verb)
	if s.Never != "" || !known {
		return false, nil
	}
	if role == petition.RoleCitizen {
		// Citizens need no leg; what touches a case needs its thread or query code,
		// which the desk asks for.
		if !slices.Contains(entry.Roles, role) {
			missing = []Leg{LegRoster}
		}
		return len(missing) == 0, missing
	}
	if !s.OnRoster || !s.holds(role) || !slices.Contains(entry.Roles, role) {
		missing = append(missing, LegRoster)
	}
	need := s.need(role, entry)
	for _, leg := range need {
		if leg != LegRoster && !slices.Contains(missing, leg) && !s.has(leg, role, entry, target) {
			missing = append(missing, leg)
		}
	}
	if s.replayMatters(entry, need) && !slices.Contains(missing, LegCode) {
		missing = append(missing, LegCode)
	}
	return len(missing) == 0, missing
}

// replayMatters says whether the command rests on our own DKIM alone while the
// mail may be an older one sent again. Reading does no harm twice.
func (s Standing) replayMatters(entry command.Entry, need []Leg) bool {
	return s.Replayable && !entry.Reading && slices.Contains(need, LegAuthenticated)
}

func (s Standing) has(leg Leg, role petition.Role, entry command.Entry, target petition.Number) bool {
	switch leg {
	case LegAuthenticated:
		return s.Authenticated
	case LegCode:
		return s.Code != nil && s.Code.covers(entry, target)
	case LegRoster:
		return s.OnRoster
	case LegOTP:
		return s.OTP
	case LegSigned:
		return s.SignedBy != "" && (s.SignedCode || s.codeless() && s.signsLater(role, entry))
	}
	return false
}

// codeless says that the letter shows no code at all.
func (s Standing) codeless() bool {
	return s.Code == nil && s.StaleCode == nil && s.ForeignCode == nil && !s.WrongCode
}

// signsLater says whether a signed text without a code does no harm: because the
// command only reads, or because it is held and the 确认 that it waits for must
// itself be signed with the code. Else an old signed text could be confirmed by
// somebody who has the mailbox but not the key.
func (s Standing) signsLater(role petition.Role, entry command.Entry) bool {
	return entry.Reading || slices.Contains(s.policy.required(role, command.Confirm), LegSigned)
}

// covers says whether a code carries a verb on a case: its own case and matter
// only (spec mail section 5).
func (c CodeInfo) covers(entry command.Entry, target petition.Number) bool {
	if target != "" && target != c.Case {
		return false
	}
	switch {
	case entry.Reading:
		return true
	case len(entry.Matters) == 0:
		return c.Matter != petition.MatterConfirm
	}
	return slices.Contains(entry.Matters, c.Matter)
}

// Rule says what to do with a command of a role. The legs are those of Allows.
func (s Standing) Rule(role petition.Role, verb command.Verb, target petition.Number) (Ruling, []Leg) {
	if s.Never != "" {
		return Ignore, nil
	}
	ok, missing := s.Allows(role, verb, target)
	if role == petition.RoleCitizen {
		if ok {
			return Obey, nil
		}
		return Deny, missing
	}
	beyond := slices.DeleteFunc(slices.Clone(missing), func(l Leg) bool { return l == LegCode || l == LegRoster })
	switch {
	case !s.OnRoster, s.ForeignCode != nil, s.WrongCode, len(s.Suspicious) > 0, len(beyond) > 0:
		return Report, missing
	case ok:
		return Obey, nil
	case slices.Contains(missing, LegRoster):
		return Deny, missing
	case s.StaleCode != nil && !reads(verb) && (target == "" || target == s.StaleCode.Case):
		return Stale, missing
	}
	return Hold, missing
}

func reads(verb command.Verb) bool {
	entry, _ := command.Lookup(verb)
	return entry.Reading
}

// Best chooses, of the sender's posts that have a verb, the one by which the
// command gets furthest; a post that has the verb goes before others, and then
// one in the division that the code was issued for. It is the first post and
// Deny when none has the verb.
func (s Standing) Best(verb command.Verb, target petition.Number) (petition.Post, Ruling, []Leg) {
	order := []Ruling{Ignore, Deny, Report, Hold, Stale, Obey}
	var best petition.Post
	ruling, rank := Deny, -1
	missing := []Leg{LegRoster}
	for _, post := range s.Posts {
		r, m := s.Rule(post.Role, verb, target)
		points := 4 * slices.Index(order, r)
		if !slices.Contains(m, LegRoster) {
			points += 2
		}
		if s.Code != nil && post.Division != "" && post.Division == s.Code.Division {
			points++
		}
		if points > rank {
			best, ruling, missing, rank = post, r, m, points
		}
	}
	return best, ruling, missing
}
