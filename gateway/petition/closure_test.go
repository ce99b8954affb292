package petition

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// node is a case on the way through every life it can have.
type node struct {
	c     Case
	now   time.Time
	depth int
	from  *node
	by    string // the event that led here
}

func (n *node) path() string {
	var steps []string
	for ; n != nil; n = n.from {
		steps = append(steps, n.by)
	}
	slices.Reverse(steps)
	return strings.Join(steps, " → ")
}

// abstract tells apart cases that Step may treat differently; what only counts
// (revisions, dates, chases, opinions) is left out, or the walk had no end.
func abstract(n *node) string {
	c := n.c
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v %v %v %v %v %v %v|", c.State, c.Accepted.IsZero(), c.Confidential, c.RestrictBy, c.Published, c.Undelivered, c.Rating != "", c.ArchivedAt.IsZero())
	fmt.Fprintf(&b, "%v %v %s %v %v|", c.Asked != nil, c.Help != nil, c.LedBy, c.Extended > 0, n.now.Before(c.ApprovedAt.Add(2*time.Hour)))
	if d := c.Draft(); d != nil {
		fmt.Fprintf(&b, "%s %s %s|", d.Kind, d.State, d.By)
	}
	held := []string{}
	for _, d := range c.Dispatches {
		if d.Ended.IsZero() {
			held = append(held, fmt.Sprint(d.Division, d.Lead, d.Signed.IsZero()))
		}
	}
	slices.Sort(held)
	fmt.Fprintf(&b, "%s|%v %s %v", held, n.now.Equal(monday), c.FormerLead(), c.Urgency != Normal)
	return b.String()
}

// everyEvent is every kind of event by everybody who might cause it, with the
// pending draft's digest and with an old one.
func everyEvent(c Case) []Event {
	bing := Actor{Address: "bing@jxw.example", Role: RoleApprover}
	principal := Actor{Address: "principal@jxw.example", Role: RoleLeader}
	economy := Actor{Address: "economy@jxw.example", Role: RoleLiaison, Division: "economy"}
	revision, digest := 0, ""
	if d := c.Draft(); d != nil {
		revision, digest = d.Revision, d.Digest
	}
	next := fmt.Sprintf("d%d", len(c.Drafts)+1)
	var list []Event
	add := func(e Event, actors ...Actor) {
		for _, a := range actors {
			e.Actor = a
			list = append(list, e)
		}
	}
	for _, kind := range EventKinds() {
		e := sample(kind)
		switch kind {
		case EvRegistered, EvClassified, EvArchived, EvAnswered, EvRefused, EvReferred, EvBounced, EvSuspicious, EvHeld:
			add(e, System())
		case EvTriaged:
			add(e, System())
		case EvDrafted:
			e.Draft = rendered(next)
			add(e, liaison, economy)
			e.Draft = &Draft{Kind: DraftRefusal, Digest: next, Message: "m", Text: "t"}
			add(e, handler, approver)
			e.Draft = &Draft{Kind: DraftReferral, Digest: next, Message: "m", Text: "t"}
			add(e, handler)
		case EvAmended:
			e.Draft, e.Revision, e.Digest = rendered(next), revision, digest
			add(e, approver, bing, leader)
			e.Choosing = true
			add(e, approver)
		case EvApproved, EvSentBack, EvSubmitted:
			e.Revision, e.Digest = revision, digest
			add(e, approver, bing, leader, principal, handler, liaison)
			e.Revision, e.Digest = revision-1, "d-old"
			add(e, approver, leader)
		case EvRecalled:
			add(e, approver, bing)
		case EvDispatched, EvReassigned, EvAssisted:
			add(e, handler, economy, liaison)
			e.Divisions = []string{"supervision", "economy"}[:2-len(kind)%2]
			add(e, handler)
			e.Divisions = nil
			add(e, handler)
			e.Deny = true
			add(e, handler)
		case EvExtended:
			add(e, handler)
			e.Deny = true
			add(e, handler)
		case EvSigned, EvOpinion, EvReturned, EvExtensionAsked:
			add(e, liaison, economy, handler)
		case EvChased, EvEscalated:
			add(e, handler, leader)
			for _, clock := range []Clock{ClockSign, ClockChase, ClockApprove, ClockUrgent, ClockAccept, ClockLawAnswer} {
				e.Clock, e.Step = clock, 1
				add(e, System())
			}
		case EvClosed:
			add(e, handler, System())
		case EvNoted, EvWithdrawn, EvRated:
			add(e, citizen)
		default:
			add(e, handler, approver)
		}
	}
	return list
}

// budget is how many steps a walk takes: XINFANGD_SEEDS times what a run of all
// tests can afford. 60 are a minute, and lead some ten steps deep.
func budget(t *testing.T) int {
	t.Helper()
	const cheap = 8_000
	text := os.Getenv("XINFANGD_SEEDS")
	if text == "" {
		return cheap
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("XINFANGD_SEEDS=%s is no number of walks", text)
	}
	return cheap * n
}

// TestEveryLife walks through the lives of a case, whatever anybody does at any
// time, and holds each step against what may never happen. Of the cases that it
// has reached it goes on from any, the same ones each time, so that a short walk
// is deep as well as broad.
func TestEveryLife(t *testing.T) {
	t.Parallel()
	p, steps := policy(t), budget(t)
	secret := fresh()
	secret.Fresh.Confidential = true
	accused := Event{Kind: EvClassified, Actor: System(), Verdict: &Verdict{Division: "economy", DecidedBy: "rule", Accuses: []string{"power"}, Recuse: []string{"bing@jxw.example"}, Urgency: Urgent}}
	starts := map[string][]Event{"plain": {fresh(), sample(EvClassified)}, "undecided": {fresh()}, "accusing": {fresh(), accused}, "secret": {secret, accused}}
	for name, events := range starts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := run(t, Case{}, p, monday, events...)
			lives(t, p, &node{c: c, now: monday, by: name}, steps)
		})
	}
}

func lives(t *testing.T, p Policy, start *node, most int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 0))
	seen := map[string]bool{abstract(start): true}
	reached := []*node{start}
	steps, deepest := 0, 0
	for len(reached) > 0 && steps < most && !t.Failed() {
		i, last := rng.IntN(len(reached)), len(reached)-1
		n := reached[i]
		reached[i], reached = reached[last], reached[:last]
		deepest = max(deepest, n.depth)
		for _, now := range []time.Time{n.now, monday.Add(100 * time.Hour)} {
			for _, e := range everyEvent(n.c) {
				next := n.step(t, p, e, now)
				steps++
				if next == nil || seen[abstract(next)] {
					continue
				}
				seen[abstract(next)] = true
				reached = append(reached, next)
			}
		}
	}
	t.Logf("%d cases told apart, %d of them not gone on from, %d deep, %d steps", len(seen), len(reached), deepest, steps)
}

// step takes one event and whatever follows from it; nil when it was refused.
func (n *node) step(t *testing.T, p Policy, e Event, now time.Time) *node {
	t.Helper()
	next := &node{c: n.c, now: now, depth: n.depth + 1, from: n, by: fmt.Sprintf("%s(%s%s)", e.Kind, e.Actor.Address, e.Clock)}
	for events := []Event{e}; len(events) > 0; events = events[1:] {
		after, effects, err := Step(next.c, events[0], now, p)
		if err != nil {
			if !errors.Is(err, ErrOutOfTurn) || len(effects) > 0 {
				t.Fatalf("%s: %v, %d effects", next.path(), err, len(effects))
			}
			if next.c.Seq != n.c.Seq {
				t.Fatalf("%s: what follows was refused: %v", next.path(), err)
			}
			return nil
		}
		if complaint := wrong(next.c, after, events[0], effects, p); complaint != "" {
			t.Fatalf("%s: %s", next.path(), complaint)
		}
		next.c = after
		for _, effect := range effects {
			if f, ok := effect.(Follow); ok {
				events = append(events, f.Event)
			}
		}
	}
	if complaint := unfit(next.c, p); complaint != "" {
		t.Fatalf("%s: %s", next.path(), complaint)
	}
	return next
}

// wrong says what one step did that it may never do, "" when nothing.
func wrong(before, after Case, e Event, effects []Effect, p Policy) string {
	if after.Seq != before.Seq+1 {
		return "an event was not counted"
	}
	if before.AcceptLate && !after.AcceptLate {
		return "a missed acceptance was forgotten"
	}
	for _, id := range before.Accused {
		if !slices.Contains(after.Accused, id) {
			return "an accused division was let off"
		}
	}
	if before.Confidential && !after.Confidential && (e.Kind != EvUnrestricted || SameAddress(before.RestrictBy, e.Actor.Address)) {
		return "confidentiality was lifted by " + string(e.Kind) + " of " + e.Actor.Address
	}
	if complaint := wrongDecision(before, after, e, p); complaint != "" {
		return complaint
	}
	for _, effect := range effects {
		if complaint := wrongEffect(before, after, e, effect, p); complaint != "" {
			return complaint
		}
	}
	return ""
}

// wrongDecision: a draft becomes approved by the one who may, in the words that
// the decision names, and sent only when it was approved.
func wrongDecision(before, after Case, e Event, p Policy) string {
	if len(after.Drafts) < len(before.Drafts) {
		return "a draft was lost"
	}
	for i, d := range after.Drafts {
		was := Draft{}
		if i < len(before.Drafts) {
			was = before.Drafts[i]
			if was.Digest != d.Digest || was.By != d.By || was.Message != d.Message {
				return "a draft was changed in its place"
			}
		}
		switch {
		case d.State == was.State:
		case d.State == DraftApproved:
			s := &step{c: before, p: p}
			may := slices.ContainsFunc(s.deciders(was), func(r Recipient) bool { return SameAddress(r.Address, e.Actor.Address) })
			if e.Kind != EvApproved || was.State != DraftPending || e.Digest != d.Digest || e.Revision != d.Revision || !may || s.barred(e.Actor.Address) ||
				p.TwoPerson && SameAddress(d.By, e.Actor.Address) {
				return fmt.Sprintf("revision %d was approved by %s of %s", d.Revision, e.Kind, e.Actor.Address)
			}
		case d.State == DraftSent && was.State != DraftApproved:
			return "a draft was sent that nobody had approved"
		}
	}
	sent := slices.ContainsFunc(after.Drafts, func(d Draft) bool { return d.State == DraftSent })
	if (after.State == Answered || after.State == Refused) && after.State != before.State && !sent {
		return "the case is " + string(after.State) + " without an answer"
	}
	return ""
}

func wrongEffect(before, after Case, e Event, effect Effect, p Policy) string {
	switch effect := effect.(type) {
	case Release:
		d := after.Draft()
		if e.Kind != EvApproved || d.Revision != effect.Revision || d.State != DraftApproved || d.Digest != e.Digest {
			return fmt.Sprintf("revision %d was released by %s", effect.Revision, e.Kind)
		}
	case Mail:
		for _, r := range effect.To {
			if r.Address == "" {
				continue
			}
			if Accuses(after, r.Address, p.Roster) {
				return fmt.Sprintf("the %s goes to the accused %s", effect.Template, r.Address)
			}
			if !MaySee(before, r.Address, p.Roster) && !MaySee(after, r.Address, p.Roster) {
				return fmt.Sprintf("the %s goes to %s, who has no part in the case", effect.Template, r.Address)
			}
			// A notice is the office's fixed words: nobody's may come along with it.
			if r.Role == RoleCitizen && effect.Template != "acceptance" && (effect.Template != "notice" || effect.Note != "") {
				return "a " + effect.Template + " goes to the citizen"
			}
			if effect.Matter == MatterApproval && e.Kind != EvChased {
				s := &step{c: after, p: p}
				if !slices.ContainsFunc(s.deciders(*after.Draft()), func(d Recipient) bool { return SameAddress(d.Address, r.Address) }) {
					return fmt.Sprintf("%s gets a code for a draft that they may not decide on", r.Address)
				}
			}
		}
	}
	return ""
}

// unfit says what is wrong with a case as it stands, "" when nothing.
func unfit(c Case, p Policy) string {
	pending, approved, leads := 0, 0, 0
	for _, d := range c.Drafts {
		switch d.State {
		case DraftPending:
			pending++
		case DraftApproved:
			approved++
		case DraftSuperseded, DraftRejected, DraftSent:
		}
	}
	var held []string
	for _, d := range c.Dispatches {
		if !d.Ended.IsZero() {
			continue
		}
		if d.Lead {
			leads++
		}
		if slices.Contains(held, d.Division) || slices.Contains(c.Accused, d.Division) {
			return "the case lies with " + d.Division + " twice, or although it is accused"
		}
		held = append(held, d.Division)
	}
	switch {
	case pending > 1 || (pending == 1) != (c.State == Drafted):
		return fmt.Sprintf("%d drafts wait for approval in state %s", pending, c.State)
	case approved > 1 || c.State == Approved && approved != 1 || approved == 1 && c.State != Approved && !(c.State == Closed && c.Undelivered) && c.State != Archived:
		return fmt.Sprintf("%d drafts are approved in state %s", approved, c.State)
	case leads > 1 || c.State == Dispatched && leads == 0:
		return fmt.Sprintf("%d divisions lead in state %s", leads, c.State)
	case c.Published && c.Confidential:
		return "a confidential case is public"
	}
	for _, address := range []string{"handler@jxw.example", "yi@jxw.example", "bing@jxw.example", "power@jxw.example", "economy@jxw.example", "deputy@jxw.example", "wang@mail.example"} {
		r, m, revision, ok := OpenMatter(c, address, monday, p)
		if ok && (Accuses(c, address, p.Roster) || r.Address == "" || m == MatterApproval && (c.Draft() == nil || c.Draft().Revision != revision)) {
			return fmt.Sprintf("%s is offered a code for %s", address, m)
		}
	}
	return ""
}

// What the walk has found, told in short.

func TestReopenedUndelivered(t *testing.T) {
	t.Parallel()
	p := policy(t)
	c, effects := run(t, in(t, p, Approved), p, monday, sample(EvBounced), Event{Kind: EvClosed, Actor: handler}, sample(EvReopened))
	recalled := slices.ContainsFunc(effects, func(e Effect) bool { return e == Effect(Recall{Revision: 1}) })
	if c.State != Dispatched || c.Draft().State != DraftSuperseded || c.Undelivered || !recalled {
		t.Errorf("state %s, draft %s, undelivered %v, recalled %v", c.State, c.Draft().State, c.Undelivered, recalled)
	}
}

func TestDispatchedToWhoAssists(t *testing.T) {
	t.Parallel()
	p := policy(t)
	refusal := Event{Kind: EvDrafted, Actor: handler, Draft: &Draft{Kind: DraftRefusal, Digest: "d1", Message: "m", Text: "t"}}
	c, _ := run(t, in(t, p, Triage), p, monday, refusal, sample(EvAssisted), sample(EvSentBack), sample(EvDispatched))
	if c.Lead() != "economy" || len(c.Assist()) != 0 {
		t.Errorf("lead %q, assist %v", c.Lead(), c.Assist())
	}
}

func TestRequestEndsWithItsDivision(t *testing.T) {
	t.Parallel()
	p := policy(t)
	c, _ := run(t, in(t, p, Dispatched), p, monday, sample(EvAssisted), Event{Kind: EvExtensionAsked, Actor: Actor{Address: "economy@jxw.example", Role: RoleLiaison, Division: "economy"}, Period: "3wd", Text: "需现场核查"},
		Event{Kind: EvReturned, Actor: Actor{Address: "economy@jxw.example", Role: RoleLiaison, Division: "economy"}, Text: "不属我处职责"})
	if _, held := c.Held("economy"); held || c.Asked != nil {
		t.Errorf("held %v, asked %+v", held, c.Asked)
	}
}
