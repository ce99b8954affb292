package templates

import "time"

// Limits are the periods named to a citizen; a zero is not mentioned.
type Limits struct {
	AcceptHours   int // a person takes the letter within so many hours
	NoticeDays    int // notice of acceptance, calendar days
	AnswerDays    int // answer, calendar days
	ExtensionDays int // the one extension, calendar days
}

// ReceiptView is 收件回执, sent at registration.
type ReceiptView struct {
	Common
	QueryCode   string // ten digits
	Box         string
	Subject     string // the letter's
	Arrived     time.Time
	Attachments int // how many came with the letter
	Limits      Limits
	Cap         int  // automatic mails per address and day
	LastToday   bool // this is the last one today to this address
}

// AcceptanceView is 受理告知.
type AcceptanceView struct {
	Common
	Name     string // citizen's name; "" for 来信人
	Subject  string
	Arrived  time.Time
	Accepted time.Time
	Division string // who handles it; "" when not told (confidential)
	Due      Deadline
	Limits   Limits
}

// RefusalView is 不予受理告知 or, with ReferTo, 转送告知. Approved before it is
// sent: nothing in it depends on Now.
type RefusalView struct {
	Common
	Name      string
	Subject   string
	Arrived   time.Time
	ReferTo   string // the body the letter belongs to; "" for a plain refusal
	Text      string // the reason in the drafter's words
	Signature string // "" for Office
	Date      time.Time
}

// NoticeView is any other 告知 to a citizen, e.g. that the period was extended.
type NoticeView struct {
	Common
	Name    string
	Title   string // e.g. 延长办理期限告知
	Subject string
	Arrived time.Time
	Text    string
	Facts   []Field // e.g. 新的办理期限
}

// AnswerView is 答复: the mail an approver releases byte for byte. Nothing in it
// depends on Now, and it carries no code of any kind.
type AnswerView struct {
	Common
	Name        string // citizen's name; "" for 来信人
	Subject     string // the letter's
	Arrived     time.Time
	Text        string // the approved words
	Attachments []Attachment
	Signature   string    // "" for Office
	Date        time.Time // date under the signature; zero: none
	ReviewDays  int       // days in which a review may be asked for; 0 is not mentioned
	RatingDays  int       // days until the case closes by itself; 0 is not mentioned
}

// Step is one dated fact in a citizen's status.
type Step struct {
	At   time.Time
	Text string
}

// StatusView answers a citizen's 查询, at the registered address only.
type StatusView struct {
	Common
	QueryCode string // only when the question came from the registered address in the thread
	Subject   string
	Box       string
	Arrived   time.Time
	State     string // in plain words, e.g. 正在办理
	Steps     []Step
	Due       Deadline
	Next      string // what happens next, a sentence
	Cap       int
	LastToday bool
}
