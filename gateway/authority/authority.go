// Package authority says whom the gateway obeys: it weighs a letter against the
// roster, the reply codes, Authentication-Results, DKIM, signatures and one-time
// passwords, and gives back a Standing. It does not know what a case's state
// allows, it sends nothing and stores nothing; what it must look up it asks of
// Evidence.
//
// Judge weighs a letter once. Commands are then read from Standing.Readable,
// each is given its one-time password by Standing.WithOTP where OTPVerbs names
// its verb, and Rule or Best says what to do with it.
package authority

import (
	"context"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
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
	// RequireVerb names the legs beyond roster for single verbs; for a verb in it
	// the list of the role does not count.
	RequireVerb map[command.Verb][]Leg
	// Keys verify the signatures of the leg signed, by address.
	Keys map[string]Key
	// LockAfter is the number of wrong one-time passwords after which an address
	// is locked; zero means 5.
	LockAfter int
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

// OTPEvidence is the evidence that the leg otp needs besides. An Evidence that
// does not implement it knows nobody's secret. Addresses are those of the
// roster in lower case.
type OTPEvidence interface {
	// OTPSecret is the secret that Enrol made for an address, in base32.
	OTPSecret(ctx context.Context, address string) (secret string, found bool, err error)
	// UseOTP notes the step (30 seconds of Unix time) whose password an address
	// has shown; fresh the first time only.
	UseOTP(ctx context.Context, address string, step int64) (fresh bool, err error)
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
	// Replayable says that the authentication is a DKIM signature, and that it
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

	// SignedBy is openpgp or smime when the person's own key signed the text that
	// Readable gives, which SignedText is the new part of. SignedCode says that
	// this text holds the code by which the letter is tied: without it the
	// signature may be one given for something else. SignatureFault says why
	// there is no such signature; it is nil for a person without a key.
	SignedBy       string
	SignedText     string
	SignedCode     bool
	SignatureFault *Reason

	// OTP says that the command given to WithOTP came with a fresh one-time
	// password, and OTPFault why it did not. Judge sets neither.
	OTP      bool
	OTPFault *Reason

	// Thread is the mail of ours that this letter answers.
	Thread *MailInfo

	// Suspicious are the reasons for a report (可疑指令) that hold whatever the command.
	Suspicious []Reason

	policy Policy
	signed *letter.Letter
	// unsound says that the text stands inside a signature that failed: it is
	// shown, and not obeyed.
	unsound bool
}

// Readable is the letter as its commands are read: when a part of it is signed,
// with the text of that part in place of its own, so that nothing unsigned
// beside it is obeyed. Attachments stay those of the whole mail.
func (s Standing) Readable(l letter.Letter) letter.Letter {
	if s.unsound {
		l.New = "〔数字签名未通过验证，以下文字仅供阅读〕\n\n" + l.New
	}
	if s.signed == nil {
		return l
	}
	l.Text, l.HasPlain, l.New = s.signed.Text, s.signed.HasPlain, s.signed.New
	l.Signature, l.Quoted = s.signed.Signature, s.signed.Quoted
	return l
}

// Reason is one reason for suspicion: a code for programs and a sentence for
// the report to the office.
type Reason struct {
	Code string
	Text string
}
