// Package command reads the commands that people write into mails: one table of
// verbs, from which the parser, the help mail and the manual all come, and
// Parse, which is total and pure. It also finds the reply codes and query codes
// that stand in a text. It knows the roster, to resolve names, and nothing of
// mail, of the state of a case or of who may do what: authority judges the
// writer, petition.Step decides.
package command

import "xinfangd/gateway/petition"

// MaxCommands is how many command lines of one mail are read (spec mail section 4).
const MaxCommands = 10

// Command is one line of a mail that commands something. Fields that the verb
// does not take are zero.
type Command struct {
	Verb Verb
	// Line counts the lines of the text from 1; Raw is the line as written.
	Line int
	Raw  string
	// Number is the case meant; empty means the matter of the reply code.
	Number petition.Number
	// Code is a reply code typed behind the verb, as FormatCode shows it.
	Code string
	// Divisions are division ids, the lead first.
	Divisions []string
	// Period is a time limit as a span: 5wd, 3d.
	Period string
	// Leader is the address of the leader submitted to.
	Leader string
	// Unit is the outside body that a letter is referred to.
	Unit string
	// Other is the case merged into.
	Other petition.Number
	// Mailbox is one of Options.Mailboxes.
	Mailbox string
	// Month is YYYY-MM.
	Month string
	// Attachments is the choice of 附件.
	Attachments Selection
	// Rating is 满意, 基本满意 or 不满意.
	Rating string
	// QueryCode is the ten digits that a citizen shows.
	QueryCode string
	// OTP is a six-digit one-time password behind the verb.
	OTP string
	// Text is the reason, remark or body, verbatim but for blank edges and
	// lines that hold nothing but a code.
	Text string
}

// Selection is a choice among the division's attachments.
type Selection struct {
	All, None bool
	// Indexes count from 1, in order, without repetition.
	Indexes []int
}

// Problem is a line that was not executed, or text that nobody takes, in words
// for the transcript.
type Problem struct {
	Line int
	Raw  string
	// Verb is the verb that the line begins with, if any.
	Verb Verb
	Code ProblemCode
	// Text says in Chinese what is wrong and what to do.
	Text string
	// Candidates are names to choose from.
	Candidates []string
}

// ProblemCode names a kind of problem.
type ProblemCode string

// The kinds of problems.
const (
	// NotAlone: words behind a verb that takes none.
	NotAlone ProblemCode = "not-alone"
	// TextBelow: a deciding verb with text below it that is no signature.
	TextBelow ProblemCode = "text-below"
	// TextUnused: text that no command takes; the commands are executed.
	TextUnused ProblemCode = "text-unused"
	// Contradiction: 批准 and 退回重办 in one mail; nothing is executed.
	Contradiction ProblemCode = "contradiction"
	// Duplicate: the same command a second time.
	Duplicate ProblemCode = "duplicate"
	// TooMany: beyond MaxCommands.
	TooMany ProblemCode = "too-many"
	// Sample: one of our own sample lines came back.
	Sample            ProblemCode = "sample"
	UnknownDivision   ProblemCode = "unknown-division"
	AmbiguousDivision ProblemCode = "ambiguous-division"
	UnknownLeader     ProblemCode = "unknown-leader"
	// Missing: an argument, a reason or a body is missing.
	Missing ProblemCode = "missing"
	// BadArgument: an argument that cannot be read.
	BadArgument ProblemCode = "bad-argument"
)

// Options are what the parser must know of the office. The zero value works and
// resolves no names.
type Options struct {
	Roster petition.Roster
	// Office are names of the office itself, known in signatures.
	Office []string
	// Prefix and Year complete short registration numbers.
	Prefix string
	Year   int
	// Mailboxes are the names that 登记 may be followed by.
	Mailboxes []string
	// Citizen reads the citizen's verbs instead of the office's.
	Citizen bool
	// OTP are the verbs behind which six digits are a one-time password, not a
	// number.
	OTP []Verb
}
