package templates

import "time"

// Proposal is a suggested target in a triage mail.
type Proposal struct {
	Source     string // 规则 or 学习模型
	Division   string
	Assist     []string
	Category   string
	Urgency    string // in Chinese; "" when normal
	Deadline   string // e.g. 3 个工作日; "" for the default
	Confidence float64
	Reasons    []Reason // for the model: its weightiest n-grams as Word
}

// Return is an earlier return of the case by a division.
type Return struct {
	Division string
	By       string
	At       time.Time
	Reason   string
}

// TriageView is 待分办单, to the office.
type TriageView struct {
	Common
	To           string   // addressee's name
	Asks         string   // what is asked of the office, 延期, 协办 or 解密; "" for a case to be assigned
	Told         bool     // the case waits for nothing here: the office hears what is new
	Finished     bool     // and it is one that 重办 may open again
	Why          []string // why it came here, sentences
	Words        string   // what somebody wrote that it is about, verbatim
	Instructions []Instruction
	Returns      []Return // earlier divisions that gave it back
	Letter       Letter
	Proposals    []Proposal
	Divisions    []string // what 分办 may name
	Deadline     Deadline // until when somebody must have accepted
	Confidential bool
	Related      []string // numbers of cases it may belong to
}

// Title is what the mail is called.
func (v TriageView) Title() string {
	if v.Asks != "" {
		return v.Asks + "申请"
	}
	if v.Told {
		return "来信新情况"
	}
	return "待分办单"
}

// SentBack tells a division why its draft came back (退回重办).
type SentBack struct {
	By       string
	At       time.Time
	Reason   string
	Revision int
	Draft    string // the text that was not approved
}

// DispatchView is 转办单, to the lead division's liaison.
type DispatchView struct {
	Common
	To           string
	Division     string   // lead
	Assist       []string // assisting divisions
	Urgency      string   // in Chinese, e.g. 紧急; "" when normal
	Category     string
	Confidential bool
	Letter       Letter
	Deadline     Deadline
	SignBy       Deadline
	Reasons      []Reason
	Follows      string // the finished case that this one follows up, and why
	By           string // who assigned it; "" when the rules did
	Note         string // the office's words
	Instructions []Instruction
	SentBack     *SentBack
	Opinions     []Opinion // of assisting divisions so far
}

// AssistView is 协办单, to an assisting division's liaison.
type AssistView struct {
	Common
	To           string
	Division     string   // the assisting one
	Lead         string   // the lead
	Assist       []string // all that assist
	Urgency      string
	Category     string
	Confidential bool
	Letter       Letter
	Deadline     Deadline
	SignBy       Deadline
	Reasons      []Reason
	By           string
	Note         string
	Instructions []Instruction
}

// Chase is one chase already sent.
type Chase struct {
	At   time.Time
	Kind string // 催办 or 督办
	To   []string
}

// ChaseView is 催办单 or, when Formal, 督办单.
type ChaseView struct {
	Common
	To         string
	Formal     bool
	Named      bool   // the case enters the named list (通报)
	Matter     string // what is waited for: 签收, 办理意见, 审核, 受理
	Division   string // who owes it; "" when it is a person
	Person     string
	Subject    string // the letter's
	Arrived    time.Time
	Dispatched time.Time // zero: not dispatched
	Deadline   Deadline
	Overdue    string // e.g. 2 个工作日; "" when not yet due
	Earlier    []Chase
	By         string // who asked for it by command; "" when the clock did
	Note       string
	Leader     bool // the addressee is a leader, who is told and may order
}

// DraftMail is the mail that would be sent, as rendered.
type DraftMail struct {
	From        string
	To          string
	Subject     string
	Text        string // the rendered text part, verbatim
	Attachments []Attachment
}

// Decision is what became of a draft.
type Decision struct {
	By     string
	At     time.Time
	What   string // e.g. 批准, 退回重办
	Reason string
}

// ApprovalView is 待审单. With Decided it only tells that another has decided
// (no code); with Newer it answers a late decision with the newer draft.
type ApprovalView struct {
	Common
	To          string
	Kind        string // what the draft is: 答复, 不予受理告知, 转送告知; "" for 答复
	Letter      Letter
	Revision    int
	Drafter     string
	Drafted     time.Time
	Digest      string // lower-case hex
	Draft       DraftMail
	Opinions    []Opinion
	Missing     []string     // assisting divisions whose opinion has not come
	Added       string       // the division whose opinion came after the draft; "" ordinarily
	Attachments []Attachment // all of the division's, by the number 附件 takes
	Deadline    Deadline     // for this approval
	LawDeadline Deadline     // for the answer to the citizen
	Newer       string       // why this newer draft comes, a sentence; "" ordinarily
	Submitted   *Instruction // who submitted it to this leader (呈报), with the words
	Rejected    []Decision   // earlier revisions sent back
	Decided     *Decision
}

// ReportView is 报告 to leaders, duty officer and division about an urgent or
// major letter.
type ReportView struct {
	Common
	To          string
	Urgency     string // 紧急 or 重大
	Letter      Letter
	Division    string
	Reasons     []Reason
	Deadline    Deadline
	By          string // who ordered the report; "" when the rules did
	Note        string
	Repeat      int  // 0 the first time, then how often it was sent before
	CanInstruct bool // addressee may answer with 批示
	CanAck      bool // addressee may answer with 收到
	// Done, when it is not empty, makes it the report that what the addressee
	// ordered is done: their own words, the outcome, and what was written.
	Done     []Instruction
	Outcome  string
	Opinions []Opinion
	Answer   string
}
