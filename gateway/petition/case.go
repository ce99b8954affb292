// Package petition is the domain: what a case is, who may do what to it, and
// how it lives. Step is the only place that decides what an event does to a
// case; it is pure and total. The package knows nothing of mail, SQL, templates
// or clocks on the wall: the time is an argument, what has to happen is told as
// effects. Events come from the desk, effects go back to it.
package petition

import (
	"slices"
	"time"
)

// State is where a case stands (spec mail section 3).
type State string

// The states of a case.
const (
	Registered State = "registered"
	Triage     State = "triage"
	Accepted   State = "accepted"
	Dispatched State = "dispatched"
	Drafted    State = "drafted"
	Approved   State = "approved"
	Answered   State = "answered"
	Closed     State = "closed"
	Archived   State = "archived"
	Refused    State = "refused"
	Merged     State = "merged"
	Withdrawn  State = "withdrawn"
)

// States lists every state in the order of a case's life.
func States() []State {
	return []State{Registered, Triage, Accepted, Dispatched, Drafted, Approved, Answered, Closed, Archived, Refused, Merged, Withdrawn}
}

// Urgency is how fast a case must be acted on (clause C11).
type Urgency string

// The three urgencies.
const (
	Normal Urgency = "normal"
	Urgent Urgency = "urgent"
	Major  Urgency = "major"
)

// DraftState is what became of one revision of a draft.
type DraftState string

// The states of a draft revision.
const (
	DraftPending    DraftState = "pending"
	DraftApproved   DraftState = "approved"
	DraftSuperseded DraftState = "superseded"
	DraftRejected   DraftState = "rejected"
	DraftSent       DraftState = "sent"
)

// DraftKind says what a draft is when it is approved: an answer, a refusal
// (不予受理) or a referral (转外).
type DraftKind string

// The kinds of drafts.
const (
	DraftAnswer   DraftKind = "answer"
	DraftRefusal  DraftKind = "refusal"
	DraftReferral DraftKind = "referral"
)

// sent is the event that ends a draft of this kind once it has gone out.
func (k DraftKind) sent() EventKind {
	switch k {
	case DraftRefusal:
		return EvRefused
	case DraftReferral:
		return EvReferred
	case DraftAnswer:
	}
	return EvAnswered
}

// Sent is the event for a draft that was accepted for delivery.
func (d Draft) Sent() EventKind { return d.Kind.sent() }

// Draft is one revision of what may be sent to the citizen. Digest is SHA-256
// of the message as it will be sent without its Date and Message-ID lines;
// approval binds to it. Message is the blob of the rendered bytes.
type Draft struct {
	Revision    int        `json:"revision"`
	Kind        DraftKind  `json:"kind"`
	By          string     `json:"by"` // address of who wrote it
	Division    string     `json:"division,omitempty"`
	At          time.Time  `json:"at"`
	Asked       time.Time  `json:"asked,omitzero"` // when it was laid before its approvers last
	Digest      string     `json:"digest"`
	Message     string     `json:"message"` // blob digest of the rendered bytes
	Text        string     `json:"text"`    // blob digest of the body alone, as UTF-8
	Attachments []string   `json:"attachments,omitempty"`
	Unit        string     `json:"unit,omitempty"` // the body that a referral names
	State       DraftState `json:"state"`
	ApprovedBy  string     `json:"approved_by,omitempty"`
}

// AskedAt is when a draft was laid before those who decide on it. Drafts of older
// registers know only when they were written.
func (d Draft) AskedAt() time.Time {
	if d.Asked.IsZero() {
		return d.At
	}
	return d.Asked
}

// ApproveBy is when a draft must be decided on; estimated as the calendar says.
func (p Policy) ApproveBy(d Draft) (limit time.Time, estimated bool) {
	return p.Calendar.Add(d.AskedAt(), p.Deadlines.Approve)
}

// Opinion is what a division wrote; Text is the blob of its words.
type Opinion struct {
	N        int       `json:"n"`
	Division string    `json:"division"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
	Letter   int64     `json:"letter,omitempty"` // the letter it came in
}

// Chase is one reminder on the record (clause C8).
type Chase struct {
	Step  int       `json:"step"` // of the clock; 0: by hand
	Clock Clock     `json:"clock,omitempty"`
	At    time.Time `json:"at"`
	To    []string  `json:"to"` // roles or divisions, for people to read
	Why   string    `json:"why"`
	// Formal: it was a 督办单.
	Formal bool `json:"formal,omitempty"`
}

// Dispatch is the case lying with one division.
type Dispatch struct {
	Division string    `json:"division"`
	Lead     bool      `json:"lead"`
	At       time.Time `json:"at"`
	Due      time.Time `json:"due"`
	Signed   time.Time `json:"signed,omitzero"`
	SignedBy string    `json:"signed_by,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
	Ended    time.Time `json:"ended,omitzero"` // returned, reassigned or taken away
	Extended int       `json:"extended,omitempty"`
}

// Extension is a division's request for more time (spec mail section 4, 延期).
type Extension struct {
	Division string    `json:"division"`
	By       string    `json:"by"`
	Period   string    `json:"period"`
	At       time.Time `json:"at"`
}

// Help is a division's request for other divisions' assistance (协办).
type Help struct {
	Division  string    `json:"division"`
	By        string    `json:"by"`
	Divisions []string  `json:"divisions"`
	At        time.Time `json:"at"`
}

// Case is one petition from arrival to archive. Texts lie in blobs and are
// named by digest, so that the whole value stays small. The citizen's own data
// (Sender, Name, Phone, Subject) is what erasure removes.
type Case struct {
	Number     Number    `json:"number"`
	State      State     `json:"state"`
	Mailbox    string    `json:"mailbox"`
	Sender     string    `json:"sender"` // registered address; "" when there is none to answer to
	Name       string    `json:"name,omitempty"`
	Phone      string    `json:"phone,omitempty"`
	Subject    string    `json:"subject"`
	Letter     int64     `json:"letter"`     // the row of the letter that opened it
	MessageID  string    `json:"message_id"` // of that letter, for threading
	Language   string    `json:"language,omitempty"`
	Arrived    time.Time `json:"arrived"`
	Accepted   time.Time `json:"accepted,omitzero"`
	AcceptedBy string    `json:"accepted_by,omitempty"`
	AcceptLate bool      `json:"accept_late,omitempty"` // the 24 hours were missed; never cleared (C4)
	Noticed    time.Time `json:"noticed,omitzero"`      // acceptance notice sent to the citizen
	LawDue     time.Time `json:"law_due,omitzero"`      // the law's limit, where an extension or 重办 has moved it

	Dispatches   []Dispatch `json:"dispatches,omitempty"`
	Category     string     `json:"category,omitempty"`
	ToHead       bool       `json:"to_head,omitempty"` // a rule wants the division's head told at dispatch
	Told         []string   `json:"told,omitempty"`    // addresses that a rule has told of the case
	Leaders      []string   `json:"leaders,omitempty"` // addresses of the leaders to whom a rule reports the case
	Urgency      Urgency    `json:"urgency"`
	Confidential bool       `json:"confidential"`
	Accused      []string   `json:"accused,omitempty"` // divisions kept away in every later step
	Recused      []string   `json:"recused,omitempty"` // addresses that may not approve
	Rule         string     `json:"rule,omitempty"`
	RulesVersion string     `json:"rules_version,omitempty"`
	TriageWhy    string     `json:"triage_why,omitempty"`

	Period    string    `json:"period,omitempty"` // the answer's time limit as a span, e.g. 5wd
	Due       time.Time `json:"due,omitzero"`
	Estimated bool      `json:"estimated,omitempty"`
	Extended  int       `json:"extended,omitempty"`
	DueFrom   time.Time `json:"due_from,omitzero"`  // what Due was counted from,
	Spans     []string  `json:"spans,omitempty"`    // and by which periods, one after the other
	LadderAt  time.Time `json:"ladder_at,omitzero"` // when the chase ladder was last set up
	Urged     int       `json:"urged,omitempty"`    // how often the alarm of an urgent letter was repeated

	Opinions []Opinion `json:"opinions,omitempty"`
	Drafts   []Draft   `json:"drafts,omitempty"`
	Chases   []Chase   `json:"chases,omitempty"`
	Tasks    []Task    `json:"tasks,omitempty"`

	ApprovedAt  time.Time  `json:"approved_at,omitzero"`
	Answered    time.Time  `json:"answered,omitzero"`
	Closed      time.Time  `json:"closed,omitzero"`
	ClosedBy    string     `json:"closed_by,omitempty"`
	ArchivedAt  time.Time  `json:"archived_at,omitzero"`
	Rating      string     `json:"rating,omitempty"`
	MergedInto  Number     `json:"merged_into,omitempty"`
	Follows     Number     `json:"follows,omitempty"`    // the closed case that this one follows up
	Related     Number     `json:"related,omitempty"`    // the case that the subject names, of somebody else's
	Review      bool       `json:"review,omitempty"`     // opened by 申请复查
	ClocksFrom  time.Time  `json:"clocks_from,omitzero"` // first sight of an old letter; zero: Arrived
	Help        *Help      `json:"help,omitempty"`       // the assistance that waits for the office's word
	Body        string     `json:"body,omitempty"`       // blob of the words of a call or walk-in; "" for a letter
	Asked       *Extension `json:"asked,omitempty"`      // the extension that waits for the office's word
	LedBy       string     `json:"led_by,omitempty"`     // leader a draft was submitted to
	RestrictBy  string     `json:"restrict_by,omitempty"`
	OpenBy      string     `json:"open_by,omitempty"`     // who asked that a case that its box or a rule made confidential be so no longer
	Undelivered bool       `json:"undelivered,omitempty"` // the approved answer did not reach the citizen
	Published   bool       `json:"published,omitempty"`
	Imported    bool       `json:"imported,omitempty"` // an older letter, dealt with before the register was kept
	Erased      time.Time  `json:"erased,omitzero"`    // its contents were erased
	ErasedBy    string     `json:"erased_by,omitempty"`
	Seq         int        `json:"seq"` // events so far
}

// Lead is the division that the case lies with at present, "" when none.
func (c Case) Lead() string {
	for _, d := range c.Dispatches {
		if d.Lead && d.Ended.IsZero() {
			return d.Division
		}
	}
	return ""
}

// FormerLead is the last division that led the case, whether or not it still does.
func (c Case) FormerLead() string {
	for _, d := range slices.Backward(c.Dispatches) {
		if d.Lead {
			return d.Division
		}
	}
	return ""
}

// Assist lists the divisions that assist at present.
func (c Case) Assist() []string {
	assist := []string{}
	for _, d := range c.Dispatches {
		if !d.Lead && d.Ended.IsZero() {
			assist = append(assist, d.Division)
		}
	}
	return assist
}

// Unheard are the assisting divisions that have the case and have not said
// anything since it was given to them.
func (c Case) Unheard() []string {
	var unheard []string
	for _, d := range c.Dispatches {
		if !d.Lead && d.Ended.IsZero() && d.Answered.IsZero() {
			unheard = append(unheard, d.Division)
		}
	}
	return unheard
}

// Draft is the newest revision, nil when nothing was drafted.
func (c Case) Draft() *Draft {
	if len(c.Drafts) == 0 {
		return nil
	}
	return &c.Drafts[len(c.Drafts)-1]
}

// Pending is the revision that waits for approval, nil when there is none.
func (c Case) Pending() *Draft {
	if d := c.Draft(); d != nil && d.State == DraftPending {
		return d
	}
	return nil
}

// Held finds the dispatch that lies with a division at present.
func (c Case) Held(division string) (Dispatch, bool) {
	for _, d := range c.Dispatches {
		if d.Division == division && d.Ended.IsZero() {
			return d, true
		}
	}
	return Dispatch{}, false
}

// ClockStart is the moment that the case's own clocks run from.
func (c Case) ClockStart() time.Time {
	if c.ClocksFrom.IsZero() {
		return c.Arrived
	}
	return c.ClocksFrom
}

// clone copies the value so deep that changing the copy leaves c alone.
func (c Case) clone() Case {
	c.Dispatches = slices.Clone(c.Dispatches)
	c.Accused = slices.Clone(c.Accused)
	c.Recused = slices.Clone(c.Recused)
	c.Told = slices.Clone(c.Told)
	c.Leaders = slices.Clone(c.Leaders)
	c.Opinions = slices.Clone(c.Opinions)
	c.Drafts = slices.Clone(c.Drafts)
	c.Chases = slices.Clone(c.Chases)
	c.Tasks = slices.Clone(c.Tasks)
	c.Spans = slices.Clone(c.Spans)
	return c
}

// Open tells whether the case still asks something of the office.
func (c Case) Open() bool {
	return slices.Contains([]State{Registered, Triage, Accepted, Dispatched, Drafted, Approved}, c.State)
}
