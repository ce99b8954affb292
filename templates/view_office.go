package templates

import "time"

// ConfirmView is 请确认: commands that wait for 确认.
type ConfirmView struct {
	Common
	To      string
	Citizen bool
	Subject string    // of the mail that commanded
	Arrived time.Time // when it came
	Held    []string  // what will be done, verbatim, line by line, the body included
	Why     string    // what was missing, a sentence
	Until   time.Time // confirmation is possible until then
	Hours   int       // the same as a length, usually 24
}

// Outcome is what came of one command line.
type Outcome struct {
	Line   string // as written
	OK     bool
	Result string // what was done, or what is wrong
	Advice string // what to do about an error
}

// Todo is one line of somebody's open matters.
type Todo struct {
	Number  string
	Subject string
	What    string // what is waited for: 签收, 办理意见, 审核, 分办
	Due     Deadline
	Overdue bool
}

// CaseStatus is a case as an internal 查询 sees it.
type CaseStatus struct {
	Number  string
	Subject string
	State   string // in Chinese
	Facts   []Field
	Steps   []Step
}

// TranscriptView is 办理回执: the answer to every mail with a command.
type TranscriptView struct {
	Common
	To       string
	Citizen  bool // another tone, no internal vocabulary
	Outcomes []Outcome
	Note     string // said before everything else, e.g. present state for who lost the case
	State    string // present state in Chinese; "" when no case is meant
	Next     string // what happens next
	Deadline Deadline
	Cases    []CaseStatus    // 查询
	HasTodo  bool            // 待办 was asked for
	Todo     []Todo          // 待办
	Sections []Section       // 统计
	Manual   []ManualSection // 帮助
}

// Errors is how many lines came to nothing.
func (v TranscriptView) Errors() int {
	n := 0
	for _, o := range v.Outcomes {
		if !o.OK {
			n++
		}
	}
	return n
}

// AlarmView is 告警, or its end when Recovered. With a Number it is about one case.
type AlarmView struct {
	Common
	To        string
	Recovered bool
	What      string // one line, e.g. 信箱“主任信箱”2 小时未能成功收信
	Since     time.Time
	Until     time.Time // when Recovered
	Facts     []Field
	Advice    []string // what to do
	Repeat    int      // how often it was sent before
	CanAck    bool     // 收到 stops the repetition
}

// SuspiciousView is 可疑指令: a mail that was not obeyed. It names no verb and no
// code: what was wanted cannot be repeated from it.
type SuspiciousView struct {
	Common
	To       string
	Claimed  string // address the mail claims to come from, with the roster's name
	Shown    string // display name as the mail shows it; may be empty
	Box      string
	Arrived  time.Time
	LetterID string
	Why      []string // which legs were missing, sentences
}

// Shift is one duty shift.
type Shift struct {
	Name     string
	Person   string
	From, To time.Time
}

// LogEntry is one line of the duty log.
type LogEntry struct {
	At   time.Time
	By   string
	Text string
}

// HandoverView is 交接班, to both officers.
type HandoverView struct {
	Common
	To         string
	Incoming   bool // the addressee takes over and is to answer 接班
	From, Next Shift
	AckMinutes int
	Sections   []Section // letters since, open alarms, urgent matters, due in the next shift
	Log        []LogEntry
	Note       string // of the outgoing officer
}

// DigestView is the daily 摘要, the weekly list of legal limits, and other lists.
type DigestView struct {
	Common
	To       string
	Title    string // e.g. 每日情况
	Day      time.Time
	Summary  []Field
	Sections []Section
}

// AssessmentView is 考核 of a period.
type AssessmentView struct {
	Common
	To          string
	Period      string // e.g. 2026年10月
	Division    string // "" for all
	Summary     []Field
	Plots       []Plot
	Sections    []Section
	Attachments []Attachment
	Notes       []string // how figures are counted, how to trace them
}

// ManualSection is a part of the command manual.
type ManualSection struct {
	Title   string
	Note    string
	Entries []ManualEntry
}

// ManualEntry explains one command.
type ManualEntry struct {
	Line   string   // how it is written
	Also   []string // its other words
	Effect string   // what it does
}
