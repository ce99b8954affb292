package rules

// DecidedBy names what found the division.
type DecidedBy string

// What may decide; stored and printed as words (spec system section 9).
const (
	ByBox     DecidedBy = "box"
	ByRule    DecidedBy = "rule"
	ByLearned DecidedBy = "learned"
	ByNone    DecidedBy = "none"
)

// The urgencies a rule can name, from the least to the greatest.
const (
	Normal = "normal"
	Urgent = "urgent"
	Major  = "major"
)

// Verdict is what the rules say of one letter.
type Verdict struct {
	// Division is the division to handle the letter; empty when nothing decided,
	// and then a person does.
	Division string `json:"division"`
	// Assist are the divisions that help; never one that is accused, nor Division.
	Assist   []string `json:"assist"`
	Category string   `json:"category"`
	// Urgency is normal, urgent or major: the greatest that any rule names.
	Urgency string `json:"urgency"`
	// Deadline is the span for the division's answer ("3wd"), empty for the default.
	Deadline string `json:"deadline"`
	// Notify are roles (liaison, head, office, duty, deputy, principal, centre)
	// and addresses that must hear of the letter at once.
	Notify []string `json:"notify"`
	// Recuse are divisions and addresses to be kept away from the case.
	Recuse []string `json:"recuse"`
	// Accuses are the divisions that the letter accuses (clause C14): they and
	// their people are kept away from the case in every later step.
	Accuses      []string `json:"accuses"`
	Confidential bool     `json:"confidential"`
	// DecidedBy tells what found Division.
	DecidedBy DecidedBy `json:"decided_by"`
	// Rule is the id of the rule that decided; empty when no rule did.
	Rule string `json:"rule"`
	// Confidence is 1 for a box or a rule, 0 for no decision, and in between for
	// the learned model.
	Confidence float64 `json:"confidence"`
	// Hits are the words that were found, rule by rule in the order of the rules.
	Hits []Hit `json:"hits"`
	// Near are the rules that nearly hit; only Explain looks for them.
	Near []Near `json:"near"`
	// Version is the digest of the rule files (hex SHA-256).
	Version string `json:"version"`
}

// Hit is one reason why a rule holds.
type Hit struct {
	Rule string `json:"rule"`
	// Word is the word as the rule writes it, the text that a regular expression
	// found, or what else held ("hours: off").
	Word string `json:"word"`
	// Field is subject, body, attachment_text, attachment, sender, mailbox,
	// header.X, form.X, size, language or arrived.
	Field string `json:"field"`
	// Offset counts code points from the beginning of the field's original text.
	Offset int `json:"offset"`
	// Context is the original text around the word.
	Context string `json:"context"`
}

// Near is a rule of whose conditions all but one hold.
type Near struct {
	Rule string `json:"rule"`
	// Missing says, for a person, which condition does not hold.
	Missing string `json:"missing"`
	Hits    []Hit  `json:"hits"`
}

// Explanation is one letter's verdict in the shape of `rules explain --json`
// (spec system section 9).
type Explanation struct {
	File string `json:"file"`
	Verdict
}
