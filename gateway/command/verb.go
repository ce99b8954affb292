package command

// Verb is a command's canonical name. People write its words (Entry.Word and
// Entry.Also).
type Verb string

// The verbs of spec mail section 4.
const (
	Sign           Verb = "sign"
	Answer         Verb = "answer"
	Return         Verb = "return"
	Extend         Verb = "extend"
	GrantExtension Verb = "grant_extension"
	DenyExtension  Verb = "deny_extension"
	Assist         Verb = "assist"
	GrantAssist    Verb = "grant_assist"
	DenyAssist     Verb = "deny_assist"
	Assign         Verb = "assign"
	Reassign       Verb = "reassign"
	Accept         Verb = "accept"
	Refuse         Verb = "refuse"
	Refer          Verb = "refer"
	Approve        Verb = "approve"
	Amend          Verb = "amend"
	Attach         Verb = "attach"
	Recall         Verb = "recall"
	Reject         Verb = "reject"
	Submit         Verb = "submit"
	Instruct       Verb = "instruct"
	Chase          Verb = "chase"
	Supervise      Verb = "supervise"
	Restrict       Verb = "restrict"
	Unrestrict     Verb = "unrestrict"
	Merge          Verb = "merge"
	Reopen         Verb = "reopen"
	Close          Verb = "close"
	Confirm        Verb = "confirm"
	Publish        Verb = "publish"
	Unpublish      Verb = "unpublish"
	Register       Verb = "register"
	Take           Verb = "take"
	Handover       Verb = "handover"
	Log            Verb = "log"
	Todo           Verb = "todo"
	Status         Verb = "status"
	Stats          Verb = "stats"
	Help           Verb = "help"

	// The citizen's own.
	Query         Verb = "query"
	Satisfied     Verb = "satisfied"
	FairSatisfied Verb = "fairly_satisfied"
	Dissatisfied  Verb = "dissatisfied"
	Withdraw      Verb = "withdraw"
	Review        Verb = "review"
)

// BodyUse says what becomes of the text below a command.
type BodyUse string

// How a verb treats text below it.
const (
	// BodyNone: the verb takes no text below it.
	BodyNone BodyUse = ""
	// BodyMore: text below continues the reason or remark on the line.
	BodyMore BodyUse = "more"
	// BodyWhole: the text below is what the command is about; it may begin on
	// the verb's line.
	BodyWhole BodyUse = "whole"
)
