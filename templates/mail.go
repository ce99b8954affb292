package templates

// Mail is a rendered mail: a subject on one line, the text part and its HTML
// twin. Lines end in LF.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

// Kinds returns the names of all mail templates, which are the queue's kinds.
func Kinds() []string {
	return []string{
		"receipt", "acceptance", "refusal", "triage", "dispatch", "assist", "chase", "notice", "approval", "answer",
		"confirm", "transcript", "report", "handover", "alarm", "digest", "assessment", "status", "suspicious",
	}
}

// pages returns the names of all page templates.
func pages() []string { return []string{"timeline", "board", "daylog"} }

// Receipt renders 收件回执.
func (s *Set) Receipt(v ReceiptView) (Mail, error) { return s.mail("receipt", v.Common, v) }

// Acceptance renders 受理告知.
func (s *Set) Acceptance(v AcceptanceView) (Mail, error) { return s.mail("acceptance", v.Common, v) }

// Refusal renders 不予受理告知 or 转送告知.
func (s *Set) Refusal(v RefusalView) (Mail, error) { return s.mail("refusal", v.Common, v) }

// Triage renders 待分办单.
func (s *Set) Triage(v TriageView) (Mail, error) { return s.mail("triage", v.Common, v) }

// Dispatch renders 转办单.
func (s *Set) Dispatch(v DispatchView) (Mail, error) { return s.mail("dispatch", v.Common, v) }

// Assist renders 协办单.
func (s *Set) Assist(v AssistView) (Mail, error) { return s.mail("assist", v.Common, v) }

// Chase renders 催办单 or 督办单.
func (s *Set) Chase(v ChaseView) (Mail, error) { return s.mail("chase", v.Common, v) }

// Notice renders any other 告知.
func (s *Set) Notice(v NoticeView) (Mail, error) { return s.mail("notice", v.Common, v) }

// Approval renders 待审单.
func (s *Set) Approval(v ApprovalView) (Mail, error) { return s.mail("approval", v.Common, v) }

// Answer renders 答复.
func (s *Set) Answer(v AnswerView) (Mail, error) { return s.mail("answer", v.Common, v) }

// Confirm renders 请确认.
func (s *Set) Confirm(v ConfirmView) (Mail, error) { return s.mail("confirm", v.Common, v) }

// Transcript renders 办理回执.
func (s *Set) Transcript(v TranscriptView) (Mail, error) { return s.mail("transcript", v.Common, v) }

// Report renders 报告 on an urgent or major letter.
func (s *Set) Report(v ReportView) (Mail, error) { return s.mail("report", v.Common, v) }

// Handover renders 交接班.
func (s *Set) Handover(v HandoverView) (Mail, error) { return s.mail("handover", v.Common, v) }

// Alarm renders 告警.
func (s *Set) Alarm(v AlarmView) (Mail, error) { return s.mail("alarm", v.Common, v) }

// Digest renders a list such as the daily 摘要.
func (s *Set) Digest(v DigestView) (Mail, error) { return s.mail("digest", v.Common, v) }

// Assessment renders 考核.
func (s *Set) Assessment(v AssessmentView) (Mail, error) { return s.mail("assessment", v.Common, v) }

// Status renders the answer to a citizen's 查询.
func (s *Set) Status(v StatusView) (Mail, error) { return s.mail("status", v.Common, v) }

// Suspicious renders 可疑指令.
func (s *Set) Suspicious(v SuspiciousView) (Mail, error) { return s.mail("suspicious", v.Common, v) }

// Timeline renders the dossier's page.
func (s *Set) Timeline(v TimelineView) ([]byte, error) { return s.page("timeline", v) }

// Board renders the read-only board.
func (s *Set) Board(v BoardView) ([]byte, error) { return s.page("board", v) }

// DayLog renders the page of a day's log of duty.
func (s *Set) DayLog(v DayLogView) ([]byte, error) { return s.page("daylog", v) }
