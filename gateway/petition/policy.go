package petition

import (
	"time"

	"xinfangd/gateway/calendar"
)

// Policy is the office's settings that Step needs: everything is a value, so
// that a decision can be made again later with the same outcome.
type Policy struct {
	Roster   Roster
	Calendar *calendar.Calendar

	// Dispatch is "auto" or "confirm"; Acceptance "human" or "dispatch".
	Dispatch   string
	Acceptance string
	Receipt    bool
	TwoPerson  bool
	Hold       time.Duration // approved answers wait this long

	Deadlines Deadlines
	Chase     []ChaseStep
	// Retention is how long finished cases are kept, by category, with the keys
	// RetentionDefault and RetentionConfidential.
	Retention map[string]Keep
}

// Deadlines are the time limits of spec system section 4, as spans.
type Deadlines struct {
	Check, AcceptWarning, Accept, AcceptNotice calendar.Span
	Sign, Answer, Approve                      calendar.Span
	LawAnswer, Extension, Rating               calendar.Span
	Supervise                                  calendar.Span
}

// ChaseStep is one step of the chase ladder: an offset from the answer
// deadline, whom it goes to, and in which form.
type ChaseStep struct {
	At     calendar.Span
	To     []string // liaison head office deputy principal
	Copy   []string
	Formal bool // 督办单
	Named  bool // the case enters the named list
}
