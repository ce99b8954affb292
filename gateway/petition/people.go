package petition

import (
	"slices"
	"time"
)

// MaySee is the one answer to "may this person see this case" (C14). The
// accused division and its people never may, whatever else they are. The
// office and the leaders may; a division's people while the case lies with
// their division; duty officers, and whom a rule has told, unless it is
// confidential; the citizen who wrote it always.
func MaySee(c Case, address string, r Roster) bool {
	if Accuses(c, address, r) {
		return false
	}
	if SameAddress(c.Sender, address) {
		return true
	}
	if !c.Confidential && slices.ContainsFunc(c.Told, func(a string) bool { return SameAddress(a, address) }) {
		return true
	}
	for _, post := range r.Posts(address) {
		switch post.Role {
		case RoleHandler, RoleApprover, RoleChief, RoleLeader:
			return true
		case RoleLiaison, RoleHead:
			if _, held := c.Held(post.Division); held {
				return true
			}
		case RoleDuty:
			if !c.Confidential {
				return true
			}
		case RoleCitizen, RoleCentre, RoleSystem:
		}
	}
	return false
}

// Accuses reports whether the address belongs to a division that the letter
// accuses.
func Accuses(c Case, address string, r Roster) bool {
	return slices.ContainsFunc(r.Posts(address), func(p Post) bool {
		return p.Division != "" && slices.Contains(c.Accused, p.Division)
	})
}

func (s *step) location() *time.Location { return s.p.Calendar.Location() }

func (s *step) citizen() []Recipient {
	return []Recipient{{Person: Person{Name: s.c.Name, Address: s.c.Sender}, Role: RoleCitizen}}
}

// office is the handlers who may see the case; the approvers when there are no
// handlers, and the leaders when the whole office is accused, so that a letter
// always has somebody before whom it lies.
func (s *step) office() []Recipient {
	to := s.people(s.p.Roster.OfficeWith(RoleHandler), RoleHandler, "")
	if len(to) == 0 {
		to = s.people(s.p.Roster.OfficeWith(RoleApprover), RoleApprover, "")
	}
	if len(to) == 0 {
		to = append(s.chiefs(), s.leaders("")...)
	}
	return to
}

func (s *step) chiefs() []Recipient {
	return s.people(s.p.Roster.OfficeWith(RoleChief), RoleChief, "")
}

func (s *step) leaders(rank string) []Recipient {
	return s.people(s.p.Roster.LeadersOf(rank), RoleLeader, "")
}

// approvers are those who may decide on a draft: not barred, and not its
// drafter while two persons are required.
func (s *step) approvers(d Draft) []Recipient {
	all := s.people(s.p.Roster.OfficeWith(RoleApprover), RoleApprover, "")
	return slices.DeleteFunc(all, func(r Recipient) bool {
		return s.barred(r.Address) || s.p.TwoPerson && SameAddress(d.By, r.Address)
	})
}

// deciders are those whose decision a draft waits for: the leader it was
// submitted to, else the approvers.
func (s *step) deciders(d Draft) []Recipient {
	if s.c.LedBy == "" {
		return s.approvers(d)
	}
	return slices.DeleteFunc(s.leaders(""), func(r Recipient) bool { return !SameAddress(r.Address, s.c.LedBy) })
}

func (s *step) liaisons(division string) []Recipient {
	d, _ := s.p.Roster.Division(division)
	to := s.people(d.Liaisons, RoleLiaison, division)
	if len(to) == 0 {
		to = s.head(division)
	}
	return to
}

func (s *step) head(division string) []Recipient {
	d, _ := s.p.Roster.Division(division)
	if d.Head.Address == "" {
		return nil
	}
	return s.people([]Person{d.Head}, RoleHead, division)
}

// people makes recipients, leaving out whoever belongs to an accused division.
func (s *step) people(people []Person, role Role, division string) []Recipient {
	var to []Recipient
	for _, p := range people {
		if !Accuses(s.c, p.Address, s.p.Roster) {
			to = append(to, Recipient{Person: p, Role: role, Division: division})
		}
	}
	return to
}

// reached turns the words of a chase step into people.
func (s *step) reached(words []string, lead string) []Recipient {
	var to []Recipient
	for _, word := range words {
		switch word {
		case "liaison":
			to = append(to, s.liaisons(lead)...)
		case "head":
			to = append(to, s.head(lead)...)
		case "office":
			to = append(to, s.office()...)
		case "deputy", "principal":
			to = append(to, s.leaders(word)...)
		}
	}
	return unique(to)
}

// named turns a rule's notify list into people: leaders by rank, the office,
// the information centre, or a person by address. Of an urgent letter the duty
// officer hears anyway.
func (s *step) named(words []string) []Recipient {
	var to []Recipient
	for _, word := range words {
		switch word {
		case "deputy", "principal":
			to = append(to, s.leaders(word)...)
		case "office":
			to = append(to, s.office()...)
		case "centre":
			to = append(to, s.people(s.p.Roster.Centre, RoleCentre, "")...)
		case "duty":
			if s.c.Urgency == Normal {
				to = append(to, Recipient{Role: RoleDuty})
			}
		case "liaison":
			// The liaison gets the dispatch itself.
		case "head":
			// Which division it will be may not be known yet: the head gets the
			// dispatch along with the liaison.
			s.c.ToHead = true
		default:
			for _, post := range s.p.Roster.Posts(word) {
				to = append(to, s.people([]Person{post.Person}, post.Role, post.Division)...)
			}
			for _, p := range s.p.Roster.Centre {
				if SameAddress(p.Address, word) {
					to = append(to, s.people([]Person{p}, RoleCentre, "")...)
				}
			}
		}
	}
	return unique(to)
}

// tell reports a letter to whom a rule names. The rule is the office's own word
// that they have a part in the case, so that they may see it from then on, but
// for a confidential one: of that only those hear who may see it anyway. The
// information centre is told that the letter is there and what it is about.
func (s *step) tell(words []string) {
	var report, centre []Recipient
	for _, r := range s.named(words) {
		if r.Role == RoleCentre {
			centre = append(centre, r)
		} else {
			report = append(report, r)
		}
		if r.Role == RoleLeader && !slices.Contains(s.c.Leaders, r.Address) {
			s.c.Leaders = append(s.c.Leaders, r.Address)
		}
		if !s.c.Confidential && r.Address != "" && !MaySee(s.c, r.Address, s.p.Roster) {
			s.c.Told = append(s.c.Told, r.Address)
		}
	}
	if len(report) > 0 {
		s.emit(Mail{Template: "report", Variant: VariantUrgent, To: report, Matter: MatterReport})
	}
	if len(centre) > 0 && !s.c.Confidential {
		s.emit(Mail{Template: "alarm", Variant: VariantNamed, To: centre})
	}
}

// unique keeps the first of several entries for one address.
func unique(to []Recipient) []Recipient {
	var kept []Recipient
	for _, r := range to {
		if !slices.ContainsFunc(kept, func(k Recipient) bool { return SameAddress(k.Address, r.Address) }) {
			kept = append(kept, r)
		}
	}
	return kept
}

// OpenMatter is what a case still waits for from a person, so that a reply code
// for it can be given: the decision on a draft, the work of a division, or the
// office's triage.
func OpenMatter(c Case, address string, now time.Time, p Policy) (r Recipient, m Matter, revision int, ok bool) {
	if !MaySee(c, address, p.Roster) {
		return r, "", 0, false
	}
	s := &step{c: c, p: p}
	find := func(list []Recipient) bool {
		i := slices.IndexFunc(list, func(r Recipient) bool { return SameAddress(r.Address, address) })
		if i >= 0 {
			r = list[i]
		}
		return i >= 0
	}
	switch c.State {
	case Drafted:
		d := c.Pending()
		if d == nil {
			return r, "", 0, false
		}
		if c.LedBy != "" {
			leaders := s.leaders("")
			return r, MatterApproval, d.Revision, SameAddress(c.LedBy, address) && find(leaders)
		}
		if find(s.approvers(*d)) {
			return r, MatterApproval, d.Revision, true
		}
		for _, d := range c.Dispatches {
			// What a division was asked beside the lead is still open.
			if !d.Lead && d.Ended.IsZero() && d.Answered.IsZero() && find(s.all(d.Division)) {
				return r, MatterDispatch, 0, true
			}
		}
	case Dispatched:
		for _, d := range c.Dispatches {
			if d.Ended.IsZero() && find(append(s.liaisons(d.Division), s.head(d.Division)...)) {
				return r, MatterDispatch, 0, true
			}
		}
	case Registered, Triage, Accepted:
		all := append(s.people(p.Roster.OfficeWith(RoleHandler), RoleHandler, ""), s.people(p.Roster.OfficeWith(RoleApprover), RoleApprover, "")...)
		return r, MatterTriage, 0, find(all)
	case Approved:
		d := c.Draft()
		ok = d != nil && now.Before(c.ApprovedAt.Add(p.Hold)) && find(s.people(p.Roster.OfficeWith(RoleApprover), RoleApprover, "")) && !s.barred(address)
		if ok {
			return r, MatterApproval, d.Revision, true
		}
	case Answered, Closed, Archived, Refused, Merged, Withdrawn:
	}
	return r, "", 0, false
}

// NextStep says in a sentence what happens next to a case.
func NextStep(c Case, r Roster) string {
	switch c.State {
	case Registered, Triage:
		return "等待电子政务室分办"
	case Accepted:
		return "已受理，等待电子政务室分办"
	case Dispatched:
		return "等待承办处室提交办理意见"
	case Drafted:
		for _, l := range r.Leaders {
			if SameAddress(l.Address, c.LedBy) {
				return "等待" + l.Name + "审签"
			}
		}
		return "等待审核人批准答复稿"
	case Approved:
		return "答复正在发送给来信人"
	case Answered:
		return "等待来信人评价，期满自动办结"
	case Closed:
		return "即将归档"
	case Archived, Refused, Merged, Withdrawn:
	}
	return "无需进一步办理"
}
