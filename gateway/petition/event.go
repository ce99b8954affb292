package petition

import "time"

// EventKind names what happened; the words are those of the ledger
// (spec system section 9).
type EventKind string

// Every kind of event.
const (
	EvRegistered     EventKind = "registered"
	EvClassified     EventKind = "classified"
	EvTriaged        EventKind = "triaged"
	EvAccepted       EventKind = "accepted"
	EvDispatched     EventKind = "dispatched"
	EvSigned         EventKind = "signed"
	EvOpinion        EventKind = "opinion"
	EvDrafted        EventKind = "drafted"
	EvAmended        EventKind = "amended"
	EvSubmitted      EventKind = "submitted"
	EvApproved       EventKind = "approved"
	EvSentBack       EventKind = "sent_back"
	EvAnswered       EventKind = "answered"
	EvReturned       EventKind = "returned"
	EvReassigned     EventKind = "reassigned"
	EvExtensionAsked EventKind = "extension_asked"
	EvExtended       EventKind = "extended"
	EvAssisted       EventKind = "assisted"
	EvInstructed     EventKind = "instructed"
	EvChased         EventKind = "chased"
	EvEscalated      EventKind = "escalated"
	EvMerged         EventKind = "merged"
	EvRefused        EventKind = "refused"
	EvReferred       EventKind = "referred"
	EvWithdrawn      EventKind = "withdrawn"
	EvRated          EventKind = "rated"
	EvClosed         EventKind = "closed"
	EvReopened       EventKind = "reopened"
	EvRestricted     EventKind = "restricted"
	EvUnrestricted   EventKind = "unrestricted"
	EvPublished      EventKind = "published"
	EvUnpublished    EventKind = "unpublished"
	EvArchived       EventKind = "archived"
	EvSuspicious     EventKind = "suspicious"
	EvBounced        EventKind = "bounced"
	EvHeld           EventKind = "held"
	EvNoted          EventKind = "noted"
	EvRecalled       EventKind = "recalled"  // an approval was taken back in time
	EvRecounted      EventKind = "recounted" // another calendar moved the deadline
	EvErased         EventKind = "erased"    // its retention has ended and a person erased it
)

// EventKinds lists every kind, in the ledger's order of words.
func EventKinds() []EventKind {
	return []EventKind{EvRegistered, EvClassified, EvTriaged, EvAccepted, EvDispatched, EvSigned, EvOpinion, EvDrafted, EvAmended,
		EvSubmitted, EvApproved, EvSentBack, EvAnswered, EvReturned, EvReassigned, EvExtensionAsked, EvExtended, EvAssisted, EvInstructed,
		EvChased, EvEscalated, EvMerged, EvRefused, EvReferred, EvWithdrawn, EvRated, EvClosed, EvReopened, EvRestricted, EvUnrestricted,
		EvPublished, EvUnpublished, EvArchived, EvSuspicious, EvBounced, EvHeld, EvNoted, EvRecalled, EvRecounted, EvErased}
}

// Actor is who did it. For the gateway itself Role is RoleSystem and Address
// empty; for a citizen the address is the registered one.
type Actor struct {
	Address  string `json:"address,omitempty"`
	Name     string `json:"name,omitempty"`
	Role     Role   `json:"role"`
	Division string `json:"division,omitempty"`
}

// System is the gateway acting by itself.
func System() Actor { return Actor{Role: RoleSystem} }

// Event is something that happened to a case. Which fields matter depends on
// the kind; the others are zero.
type Event struct {
	Kind  EventKind
	Actor Actor
	// Text is what a person wrote (a reason, an opinion, a rating's words) or
	// why the gateway acted. It is personal text: the ledger keeps its salted
	// digest, the words lie in the erasable table.
	Text string
	// Fresh is the whole new case of EvRegistered; no other event sets it.
	Fresh *Case
	// Divisions are division ids: targets of dispatched, reassigned (one) and
	// assisted; the first of dispatched is the lead.
	Divisions []string
	// Period is a time limit as a span (5wd) from a rule or a command; "" is the
	// policy's default.
	Period string
	// Verdict is what the rules said (EvClassified).
	Verdict *Verdict
	// Revision and Digest name the draft that an approval or a sending back is
	// about; both must fit the pending one.
	Revision int
	Digest   string
	// Draft is the rendered revision (EvDrafted, EvAmended); Step numbers it.
	Draft *Draft
	// Opinion is the division's words (EvOpinion); Step numbers it.
	Opinion *Opinion
	// Target is the other case of EvMerged.
	Target Number
	// Rating is 满意, 基本满意 or 不满意 (EvRated).
	Rating string
	// Clock is the clock that fired, for what the gateway does by itself
	// (chased, escalated, closed, archived), and Step its step on the ladder.
	Clock Clock
	Step  int
	// Address is the recipient concerned (EvBounced).
	Address string
	// Choosing says that EvAmended changes nothing but the attachments that go
	// along: choosing is not drafting (spec mail section 4, 附件).
	Choosing bool
	// Formal asks for a 督办单 (EvChased by a person).
	Formal bool
	// Deny refuses what was asked for (EvExtended, EvAssisted).
	Deny bool
	// Submit is the leader that a draft is submitted to (EvSubmitted).
	Submit string
}

// Verdict is what classification says of a letter, with its reasons in words.
type Verdict struct {
	Division     string   `json:"division"`
	Assist       []string `json:"assist,omitempty"`
	Category     string   `json:"category,omitempty"`
	Urgency      Urgency  `json:"urgency,omitempty"`
	Period       string   `json:"period,omitempty"`
	Notify       []string `json:"notify,omitempty"`
	Recuse       []string `json:"recuse,omitempty"`
	Accuses      []string `json:"accuses,omitempty"`
	Confidential bool     `json:"confidential,omitempty"`
	DecidedBy    string   `json:"decided_by"` // box rule learned none
	Rule         string   `json:"rule,omitempty"`
	Version      string   `json:"version,omitempty"`
	Why          []string `json:"why,omitempty"` // one line a reason, for people
	// NeedsLook, when not empty, sends the letter to triage whatever the rules
	// say: the reason (unreadable, oversize, ...).
	NeedsLook string `json:"needs_look,omitempty"`
}

// Clock names a clock of a case; every one is a row with a due time.
type Clock string

// The clocks of spec system section 1 that belong to a case.
const (
	ClockAcceptWarning Clock = "accept_warning"
	ClockAccept        Clock = "accept"
	ClockSign          Clock = "sign"  // Step: index of the dispatch
	ClockChase         Clock = "chase" // Step: 1..n on the ladder
	ClockApprove       Clock = "approve"
	ClockTask          Clock = "task"   // Step: number of the task
	ClockUrgent        Clock = "urgent" // repeated until somebody answers 收到
	ClockLawAccept     Clock = "law_accept"
	ClockLawAnswer     Clock = "law_answer"
	ClockRating        Clock = "rating"
	ClockArchive       Clock = "archive"
	ClockPublish       Clock = "publish" // the public pages are to be written anew
)

// Matter names what a reply code is about.
type Matter string

// The matters of codes and of the mails that carry them.
const (
	MatterTriage   Matter = "triage"
	MatterDispatch Matter = "dispatch" // and assist, chase: the division's work
	MatterApproval Matter = "approval"
	MatterReport   Matter = "report"
	MatterAlarm    Matter = "alarm"
	MatterConfirm  Matter = "confirm"
)

// Recipient is one addressee of a mail; each gets a mail of their own with a
// code of their own when Matter is set.
type Recipient struct {
	Person
	Role     Role
	Division string
}

// Effect is something that must happen because of an event. The desk turns each
// into rows in the same transaction.
type Effect interface{ effect() }

// Mail asks for one mail to each recipient; Template is a queue kind of spec
// system section 9.
type Mail struct {
	Template string
	Variant  string // tells apart mails of one template, see the Variant constants
	To       []Recipient
	Matter   Matter // "": the mail carries no code
	Revision int    // of the draft an approval mail shows
	Note     string // a reason or remark for the template
	Step     int    // of the chase ladder
	Formal   bool   // a 督办单 instead of a 催办
	Late     bool   // an acceptance breach rather than a warning
}

// Variants of mails.
const (
	VariantReturned     = "returned"     // triage: a division sent it back
	VariantExtension    = "extension"    // triage: a division asks for more time
	VariantSentBack     = "sent_back"    // dispatch: the draft was sent back
	VariantReopened     = "reopened"     // dispatch: the case was reopened
	VariantOpen         = "open"         // triage: somebody asks that a case be confidential no longer
	VariantHelp         = "help"         // triage: a division asks for assistance
	VariantOpinion      = "opinion"      // approval: an assisting division's opinion came after the draft
	VariantNotHelped    = "not_helped"   // dispatch: assistance was refused
	VariantInstructed   = "instructed"   // dispatch: a leader's instruction is passed on
	VariantExtended     = "extended"     // dispatch, notice: the new deadline
	VariantMerged       = "merged"       // notice: the letter is dealt with together with another
	VariantNotExtended  = "not_extended" // dispatch: more time was refused
	VariantDone         = "done"         // report: what a leader ordered is done
	VariantEnded        = "ended"        // transcript: a division need not go on
	VariantSimilar      = "similar"      // triage: many people sent one text
	VariantSupplement   = "supplement"   // dispatch, triage: the citizen wrote again
	VariantDecided      = "decided"      // approval: another approver decided first
	VariantNoApprover   = "no_approver"  // alarm: nobody is left who may approve
	VariantUnaccepted   = "unaccepted"   // alarm: the acceptance clock
	VariantRelated      = "related"      // alarm: the subject names another's case
	VariantUnanswered   = "unanswered"   // alarm: the law's limit for the answer
	VariantUrgent       = "urgent"       // alarm: an urgent or major letter; report: that, or one a rule says to report
	VariantNamed        = "named"        // alarm: a rule has the information centre told of a letter
	VariantBounced      = "bounced"      // alarm: a mail could not be delivered
	VariantUnanswerable = "unanswerable" // alarm: there is no address to answer to
)

// Receipt asks for the citizen's receipt.
type Receipt struct{}

// Release queues the approved bytes of a revision to the citizen.
type Release struct{ Revision int }

// Recall takes the queued bytes of a revision back, so that they are not sent.
type Recall struct{ Revision int }

// Start sets a clock, replacing an earlier one of the same name and step.
type Start struct {
	Clock Clock
	Step  int
	Due   time.Time
}

// Stop ends clocks by name, all steps.
type Stop struct{ Clocks []Clock }

// Void kills reply codes of a matter: of one division, one address, or all.
type Void struct {
	Matter   Matter
	Division string // "": every division
	Address  string // "": every address
}

// Follow applies another event at once, in the same transaction.
type Follow struct{ Event Event }

func (Mail) effect()    {}
func (Receipt) effect() {}
func (Release) effect() {}
func (Recall) effect()  {}
func (Start) effect()   {}
func (Stop) effect()    {}
func (Void) effect()    {}
func (Follow) effect()  {}
