// Package authority says whom the gateway obeys: it weighs a letter against the
// roster, the reply codes, Authentication-Results and DKIM, and gives back a
// Standing. It does not know what a case's state allows, it sends nothing and
// stores nothing; what it must look up it asks of Evidence.
package authority

import (
	"context"

	"xinfangd/gateway/petition"
)

// Leg is one of the proofs that authority is built from (spec mail section 5).
type Leg string

// The legs.
const (
	LegRoster        Leg = "roster"
	LegCode          Leg = "code"
	LegAuthenticated Leg = "authenticated"
	LegOTP           Leg = "otp"
	LegSigned        Leg = "signed"
)

// Policy is the office's settings on whom to obey.
type Policy struct {
	AuthservIDs []string
	// OwnHops is security.own_hops; zero means 1.
	OwnHops    int
	ARBelow    bool
	VerifyDKIM bool
	// Require names the legs beyond roster by the keys liaison (heads too),
	// office, leader and duty; a missing key has the default of the spec.
	Require map[string][]Leg
	// PlusAddresses are the addresses whose plus-tags hold codes; empty when
	// office.plus_addressing is off.
	PlusAddresses []string
	// MessageIDDomain is the domain of our Message-IDs.
	MessageIDDomain string
	// OwnAddresses are the addresses that we send from: mail from them is our own.
	OwnAddresses []string
}

// The worth of a code (the words of the register).
const (
	CodeLive    = "live"
	CodeUsed    = "used"
	CodeVoid    = "void"
	CodeExpired = "expired"
)

// CodeInfo is what the register knows of a reply code.
type CodeInfo struct {
	Found       bool
	ID          int64
	Case        petition.Number
	Matter      petition.Matter
	Address     string
	Division    string
	Revision    int
	DraftDigest string
	// Held is the row of the commands that the code confirms.
	Held  int64
	State string
}

// MailInfo is what the register knows of a mail of ours by its Message-ID.
type MailInfo struct {
	Found  bool
	Case   petition.Number
	Matter petition.Matter
	// To are its addressees.
	To []string
}

// Evidence is what Judge must look up. An error of any but LookupTXT ends the
// judgement: a register that cannot be asked proves nothing.
type Evidence interface {
	// LookupCode finds an issued code; code is as command.CanonicalCode gives it.
	LookupCode(ctx context.Context, code string) (CodeInfo, error)
	// MessageID finds a mail of ours; id carries no angle brackets.
	MessageID(ctx context.Context, id string) (MailInfo, error)
	// UseSignature notes a DKIM signature by digest; fresh the first time only.
	UseSignature(ctx context.Context, digest string) (fresh bool, err error)
	// LookupTXT asks the DNS for a key. An error that says of itself that it is
	// no "not found" (net.DNSError.IsNotFound) counts as temporary.
	LookupTXT(ctx context.Context, domain string) ([]string, error)
}

// Standing is what a letter may claim.
type Standing struct {
	// Address is the sender's, or the roster address that a forged From claims.
	// Posts are the roles that it holds on the roster; OnRoster is false when the
	// From field is not one field with one address, whatever it claims.
	Address  string
	Posts    []petition.Post
	OnRoster bool
	// Never says in Chinese why the letter is never obeyed whoever wrote it
	// (自动邮件, 退信 …). Empty for a person's mail.
	Never string

	Authenticated bool
	// AuthenticatedBy is dmarc, dkim or spf as our MX says, or own-dkim.
	AuthenticatedBy string
	// DKIM is what our own verification said: pass, fail, none or temporary;
	// empty when it was not asked.
	DKIM string
	// Replayable says that the authentication is our own DKIM and that it
	// does not cover this use of the code: hold for 确认.
	Replayable bool

	// Code is a live code of this person.
	Code *CodeInfo
	// StaleCode is a used, void or expired code of this person.
	StaleCode *CodeInfo
	// ForeignCode: a code issued to somebody else was shown. WrongCode: one that
	// was never issued. Of Code, StaleCode, ForeignCode and WrongCode at most one
	// is set: the code that the letter is tied by.
	ForeignCode *CodeInfo
	WrongCode   bool
	// CodeFrom is where the deciding code was found: a header field's name or text.
	CodeFrom string

	// Thread is the mail of ours that this letter answers.
	Thread *MailInfo

	// Suspicious are the reasons for a report (可疑指令) that hold whatever the command.
	Suspicious []Reason

	policy Policy
}

// Reason is one reason for suspicion: a code for programs and a sentence for
// the report to the office.
type Reason struct {
	Code string
	Text string
}
