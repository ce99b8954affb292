package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// classify concludes what sort of sender stands behind the mail. What a person
// wrote must never pass for automatic: every sign taken here is one that
// programs set and people do not.
func (l *Letter) classify() {
	l.Kind = KindPerson
	found := l.parts()
	for _, judge := range []func(partTypes) (Kind, string){
		l.receipt, l.feedback, l.bounce, l.vacation, l.list, l.notification,
	} {
		if kind, why := judge(found); kind != "" {
			l.Kind = kind
			l.Evidence = append(l.Evidence, why)
			break
		}
	}
	if l.Kind == KindBounce {
		l.Report = l.report(found)
	}
}

// partTypes are the parts that reports are made of.
type partTypes struct {
	status, disposition, feedback, calendar *Part
	original                                *Part // the mail, or the header, that is returned
	reportType                              string
}

// parts looks for them, not inside mails that are returned or forwarded.
func (l *Letter) parts() partTypes {
	var found partTypes
	var walk func(*Part)
	walk = func(p *Part) {
		set := func(to **Part) {
			if *to == nil {
				*to = p
			}
		}
		switch p.Type {
		case "message/delivery-status", "message/global-delivery-status", "message/delivery-status-notification":
			set(&found.status)
		case "message/disposition-notification", "message/global-disposition-notification":
			set(&found.disposition)
		case "message/feedback-report":
			set(&found.feedback)
		case "text/calendar":
			set(&found.calendar)
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "text/rfc822-header":
			set(&found.original)
		case "multipart/report":
			if found.reportType == "" {
				found.reportType = strings.ToLower(p.Params["report-type"])
			}
		}
		if p.Multipart() {
			for _, c := range p.Children {
				walk(c)
			}
		}
	}
	walk(l.Root)
	return found
}

// sender is the address that the mail claims to come from, in lower case.
func (l *Letter) sender() string {
	if len(l.From) == 0 {
		return ""
	}
	return strings.ToLower(l.From[0].Address)
}

// nullPath says that the mail was sent with the null return path (RFC 5321
// section 4.5.5), which only programs use.
func (l *Letter) nullPath() bool {
	raw, ok := field(l.Fields, "Return-Path")
	if !ok {
		return false
	}
	raw = withoutBlanks(stripComments(raw))
	return raw == "<>" || strings.EqualFold(raw, "<mailer-daemon>")
}

var (
	readSubject = regexp.MustCompile(`(?i)^\s*[\[【]?\s*(已读|已讀|read|阅读回执|已读回执|读取回执|邮件已读|回执|讀取回條|read receipt|return receipt|disposition notification|not read|未读)\b?\s*[:：(（【\[ \]】]|^\s*(阅读回执|已读回执|read receipt)\s*$`)
	// declaresRead is the whole text of a receipt that bears no other sign.
	declaresRead = regexp.MustCompile(`(?i)^\s*(?:这是(?:一个|一封)?(?:邮件收条|已读回执|阅读回执|邮件的?回执)[，,。：:]|您(?:发送|发往|发给|的|\s)[^？?]{0,80}邮件(?:[“"《][^”"》\n]{0,80}[”"》])?已经?(?:于[^，。？?\n]{4,40})?(?:被|由)(?:收件人|对方)?(?:于[^，。？?\n]{4,40})?(?:阅读|读取|打开|查看)[。.\s]|your message[^？?]{0,200}was (?:read|displayed) (?:on|at)\b|您的邮件\s*\n[^？?]{0,200}\n\s*已?在\s?\d{4}[-/年][^？?\n]{4,30}被阅读)[^？?！!]{0,400}$`)
	readText     = regexp.MustCompile(`(?i)收条|已(被|由)?(收件人|对方)?(阅读|读取|打开|查看)|阅读回执|已读回执|was read|was displayed|has been displayed|return receipt|已于.{0,40}(读取|阅读)|未经阅读(即|就)被?删除|deleted without being read`)
)

// receipt recognises read receipts (RFC 8098) and those that Chinese programs
// write as plain mail.
func (l *Letter) receipt(found partTypes) (Kind, string) {
	if found.disposition != nil && found.status == nil {
		return KindReceipt, "part message/disposition-notification"
	}
	if found.reportType == "disposition-notification" {
		return KindReceipt, "report-type disposition-notification"
	}
	if len(l.body) < 1500 && (len(l.InReplyTo)+len(l.References) > 0 || !daemonSender.MatchString(l.sender())) && readSubject.MatchString(l.Subject) && readText.MatchString(l.body) && l.automated() {
		return KindReceipt, "subject and text of a read receipt"
	}
	if len(l.body) < 1200 && strings.Contains(l.body, "收条") && readSubject.MatchString(l.Subject) {
		return KindReceipt, "subject and text of a read receipt"
	}
	if len(l.body) < 1200 && (readSubject.MatchString(l.Subject) || l.passedOn() && strings.Contains(l.Subject, "回执")) && (declaresRead.MatchString(l.New) || len(l.New) < 40 && declaresRead.MatchString(l.body)) {
		return KindReceipt, "text that calls itself a read receipt"
	}
	return "", ""
}

// automated says whether the header bears any sign of a program.
func (l *Letter) automated() bool {
	auto, _ := l.autoSubmitted()
	return auto != "" || l.nullPath() || daemonSender.MatchString(l.sender())
}

func (l *Letter) feedback(found partTypes) (Kind, string) {
	switch {
	case found.feedback != nil && found.status == nil:
		return KindFeedback, "part message/feedback-report"
	case found.reportType == "feedback-report":
		return KindFeedback, "report-type feedback-report"
	case strings.HasPrefix(l.sender(), "staff@hotmail") && strings.HasPrefix(strings.ToLower(l.Subject), "complaint about message from"):
		return KindFeedback, "complaint of a mail provider"
	case strings.Contains(l.body, `"notificationType":"Complaint"`) || strings.Contains(l.body, `"eventType":"Complaint"`):
		return KindFeedback, "complaint of a mail provider"
	}
	return "", ""
}

// autoSubmitted is the keyword of Auto-Submitted when it says that no person
// sent the mail (RFC 3834 section 5).
func (l *Letter) autoSubmitted() (string, bool) {
	raw, ok := field(l.Fields, "Auto-Submitted")
	if !ok {
		return "", false
	}
	word := strings.ToLower(strings.TrimSpace(stripComments(raw)))
	if i := strings.IndexAny(word, "; \t"); i >= 0 {
		word = word[:i]
	}
	if word == "no" || word == "" {
		return "", false
	}
	return word, true
}

// replyFields are set by programs that answer by themselves.
var replyFields = []string{
	"X-Autoreply", "X-Auto-Reply", "X-AutoReply-From", "X-Autorespond", "X-Autoresponder", "X-Auto-Respond", "X-Mail-Autoreply", "X-QQ-Auto-Reply", "X-Vacation",
	"X-Autogenerated", "X-FC-MachineGenerated", "X-Auto-Generated", "X-Out-Of-Office", "X-Auto-Reply-From", "X-163-Autoreply", "X-Coremail-Autoreply", "X-NetEase-Autoreply", "X-Sina-Autoreply",
}

// The subject of an automatic reply: the word stands at the very start and is
// set off from the subject it answers. "自动回复功能坏了" is a person's complaint.
var (
	vacationSubject = regexp.MustCompile(`(?i)^\s*[\[【(（《]?\s*(自动回复|自動回覆|自动答复|自动回覆|自動回復|自动应答|自动回信|系统自动回复|休假自动回复|假期自动回复|外出自动回复|离职自动回复|不在办公室|automatic reply|auto[- ]?reply|auto[- ]?response|autoreply|auto[- ]responder|out of (?:the )?office(?: auto-?reply)?|automatische antwort|abwesenheit(?:snotiz)?|vacation reply|réponse automatique|respuesta automática|自動応答)\s*(?:[(（][^()（）]{1,20}[)）]\s*)?([:：\]】)）》]|$|[-—–])`)
	promise         = regexp.MustCompile(`(?i)已收到|休假|出差|外出|离职|不在|尽快|稍后|away|back on|out of|return|received`)
	awayPromise     = regexp.MustCompile(`(?:我|本人|将|会|后)[^。\n]{0,12}(?:回复|联系|答复)您|您的(?:邮件|来信)`)
	doubt           = regexp.MustCompile(`[？?]|请(?:尽快|派|安排|人|处理|解决|过问|核查)|为什么|为何|怎么|不满|投诉|没用|没有用|人工|贵[局办委单]`)
	asks            = regexp.MustCompile(`(?i)请帮|请问|不要再|我要(?:见|找|求|投诉)|举报|工资|没有答复|(?:please|can you|could you) help|not paid|complain|\bwhy\b`)
	nobody          = regexp.MustCompile(`没有?人(?:修|管|理|办|处理|接待)`)
	autoReplyStart  = regexp.MustCompile(`^\s*(自动回复|自动答复)\s`)
)

// replyWords are what autoReplySign looks for.
var replyWords = []string{"自动回复", "自動回覆", "自动答复", "自动应答", "automatic reply", "auto-reply", "autoreply", "vacation", "out of office"}

// autoReplySign says whether a text speaks of automatic replies.
func autoReplySign(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(replyWords, func(word string) bool { return strings.Contains(s, word) })
}

// absent tells automatic replies from other mail that a program says is its own:
// Lotus Notes names who is away before it says so.
var absent = regexp.MustCompile(`(?i)自动(?:回复|答复|应答)|自動(?:回覆|答覆|回復)|不在办公室|不在辦公室|out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response)`)

// awayAuto is the subject of later versions.
var awayAuto = regexp.MustCompile(`(?i)^\s*auto:\s.{1,80}(?:out of (?:the )?office|不在办公室|不在辦公室)`)

// awaySubject are subjects of automatic replies that people write too: what
// answers us must say besides that its writer is away.
var (
	awaySubject = regexp.MustCompile(`(?i)^\s*(?:auto|外出|休假|出差)\s*[:：]|[（(\[【]\s*(?:自动回复|自动答复|auto-?reply|automatic reply)\s*[)）\]】]\s*$`)
	// answerText is what programs that answer say of the mail that came.
	answerText = regexp.MustCompile(`(?i)(?:您|你)(?:的|发来的)?(?:邮件|来信|信件)[^。\n]{0,12}收到|(?:尽快|稍后)[^。\n]{0,10}(?:回复|答复|联系|处理)|your (?:e-?mail|message|request) (?:has been|was) received|received your|thank you for (?:your (?:e-?mail|message)|contacting)`)
	awayText   = regexp.MustCompile(`(?i)^[^？?]{0,60}(?:(?:我|本人)(?:目前|现在|正在|正|现|将|在)*(?:休假|休年假|出差|外出|度假)(?:中|在外|期间|至|到|[，。,.；;！!\s]|$)|不在办公室|(?:on|on my) (?:vacation|leave|holiday)|out of (?:the )?office|away from)`)
)

// declaresReply are openings by which providers' automatic replies name
// themselves; a promise must follow, as no complaint about such replies has it.
var declaresReply = regexp.MustCompile(`^[\[【（(]\s*自动(?:回复|答复|应答)\s*[\]】）)][^？?]{0,80}已经?收到[^？?]{0,160}$|^[\s\[【（(*]*(?:您好[！!，,。：:\s]*)?(?:这是|此为|此邮件[为是]|本邮件[为是])(?:一封)?(?:来自[^。\n]{1,20}的)?(?:系统|假期|休假)?(?:的)?自动(?:回复|答复|应答)[^？?]{0,160}(?:已经?收到|休假|出差|外出|不在|尽快|稍后|请勿)[^？?]{0,200}$|^(?i:this is an? (?:automated|automatic|auto-?generated) (?:response|reply|message)\b)[^?]{0,400}(?i:do not (?:reply|respond)|received|out of|return|contact)[^?]{0,300}$`)

// declaresLast is the same as an automatic reply's last sentence, or the last but
// one that names who takes its place.
var (
	declaresLast = regexp.MustCompile(`(?:此|本)(?:邮件|信)(?:为|是|由)系统自动(?:回复|答复|应答)[，,。\s]*请勿(?:直接)?回复[。.！!\s]*(?:请联系[^？?\n]{1,80})?$`)
	awayStart    = regexp.MustCompile(`^\s*(?:休假|假期|外出|出差|离职)(?:通知|提醒|回复)?\s*[:：]`)
)

// notThere heads complaints as well as automatic replies.
const notThere = "不在办公室"

// promised is what must follow the subject's word where no colon sets it off: who
// complains of empty offices uses the words of who is away.
func promised(word string) *regexp.Regexp {
	if word == notThere {
		return awayPromise
	}
	return promise
}

// extraFields are those whose names begin with X, as all of replyFields do.
func (l *Letter) extraFields() []Field {
	var extra []Field
	for _, f := range l.Fields {
		if f.Name != "" && f.Name[0]|0x20 == 'x' {
			extra = append(extra, f)
		}
	}
	return extra
}

func (l *Letter) vacation(partTypes) (Kind, string) {
	answers := len(l.InReplyTo)+len(l.References) > 0 || l.passedOn()
	if word, ok := l.autoSubmitted(); ok && (word == "auto-replied" || absent.MatchString(l.Subject) || answers && answerText.MatchString(firstLines(l.New)) || awaySubject.MatchString(l.Subject) && awayText.MatchString(firstLines(l.New))) {
		return KindAutomatic, "Auto-Submitted: " + sanitizeDetail(word)
	}
	extra := l.extraFields()
	for _, name := range replyFields {
		if raw, ok := field(extra, name); ok && !denied(raw) {
			return KindAutomatic, "field " + name
		}
	}
	for _, name := range []string{"Precedence", "X-Precedence", "Preference"} {
		raw, _ := field(l.Fields, name)
		if v := strings.ToLower(strings.TrimSpace(raw)); v == "auto_reply" || v == "auto-reply" || v == "autoreply" {
			return KindAutomatic, name + ": " + v
		}
	}
	if raw, ok := field(l.Fields, "Delivered-To"); ok && strings.EqualFold(strings.TrimSpace(raw), "autoresponder") {
		return KindAutomatic, "Delivered-To: autoresponder"
	}
	if awayAuto.MatchString(l.Subject) {
		return KindAutomatic, "subject of an automatic reply"
	}
	if m := l.replySubject(); m != nil {
		// Without a colon the words may be what a complaint is about.
		if set := strings.Trim(m[2], "-—– ") != ""; set || len(l.body) < 900 && !doubt.MatchString(l.body) && !asks.MatchString(l.body) && (len(l.InReplyTo)+len(l.References) > 0 && m[1] != notThere || promised(m[1]).MatchString(firstLines(l.body))) {
			return KindAutomatic, "subject of an automatic reply"
		}
	}
	for _, name := range []string{"X-Mailer", "User-Agent"} {
		if raw, _ := field(l.Fields, name); autoReplySign(raw) {
			return KindAutomatic, name + " of a program that answers"
		}
	}
	if len(l.InReplyTo)+len(l.References) > 0 && awaySubject.MatchString(l.Subject) && len(l.New) < 600 && awayText.MatchString(l.New) && !doubt.MatchString(l.New) {
		return KindAutomatic, "subject and text of who is away"
	}
	if (answers || autoReplyStart.MatchString(l.Subject)) && declaresReply.MatchString(l.New) ||
		(answers || awayStart.MatchString(l.Subject)) && len(l.New) < 1200 && declaresLast.MatchString(l.New) && promise.MatchString(l.New) && !doubt.MatchString(l.New) {
		return KindAutomatic, "text that calls itself an automatic reply"
	}
	if l.nullPath() && autoReplySign(l.Subject+"\n"+firstLines(l.body)) {
		return KindAutomatic, "null return path and text of an automatic reply"
	}
	return "", ""
}

// replyStarts are the characters with which vacationSubject's words begin.
var replyStarts = runesOf("aorv" + "自系休假外离不")

// replySubject is what vacationSubject finds, which is a dear expression.
func (l *Letter) replySubject() []string {
	s := strings.TrimLeft(l.Subject, " \t\n\r\f\v[【（(《")
	r, _ := utf8.DecodeRuneInString(s)
	if !replyStarts.has(lowerRune(r)) {
		return nil
	}
	return vacationSubject.FindStringSubmatch(l.Subject)
}

// denied says that a field's value takes its meaning back.
func denied(raw string) bool {
	switch strings.ToLower(strings.TrimSpace(raw)) {
	case "no", "false", "0", "none", "off":
		return true
	}
	return false
}

func firstLines(s string) string {
	if len(s) > 400 {
		return validText(s[:400])
	}
	return s
}

func (l *Letter) list(partTypes) (Kind, string) {
	for _, name := range []string{"List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-Mailman-Version"} {
		if _, ok := field(l.Fields, name); ok {
			return KindList, "field " + name
		}
	}
	if v := l.precedence(); v == "list" {
		return KindList, "Precedence: list"
	}
	return "", ""
}

// complains says that a text about who is not there asks for something.
func complains(text string) bool {
	return doubt.MatchString(text) || asks.MatchString(text) || nobody.MatchString(text)
}

// Bulk says that the mail calls itself one of many (Precedence). A person's
// provider may do so; such a mail is read, but no program answers it.
func (l *Letter) Bulk() bool {
	v := l.precedence()
	return v == "bulk" || v == "junk"
}

func (l *Letter) precedence() string {
	raw, _ := field(l.Fields, "Precedence")
	return strings.ToLower(strings.TrimSpace(stripComments(raw)))
}

var (
	daemonSender = regexp.MustCompile(`^(mailer[-_.]?daemon|mail[-_.]?daemon|maildaemon|post[-_.]?master|poostmaster|mail[-_.]delivery[-_.]\w+|mailsystem|mail-system|mdaemon|bounces?|mmdf|smtp-gateway|system administrator|uucp|antivirus|double-bounce)(@|$|\+|-)`)
	silentSender = regexp.MustCompile(`^(no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|noreplies|no_reply\w*|mailer[-_.]?daemon|auto[-_.]?(mail|reply|confirm|notify))([-_.+]\w+)*@|^(notifications?|notify|newsletter|edm)([-_+]\w+)*@|^[\w.-]+[-_.](no[-_]?reply|do[-_]?not[-_]?reply)@`)
)

// silent says whether an address in lower case is one that takes no answers.
func silent(address string) bool {
	return slices.ContainsFunc(silentWords, func(word string) bool { return strings.Contains(address, word) }) && silentSender.MatchString(address)
}

// silentWords are what silentSender's addresses hold, one or the other.
var silentWords = []string{"reply", "replies", "daemon", "auto", "notif", "newsletter", "edm"}

func (l *Letter) notification(found partTypes) (Kind, string) {
	if word, ok := l.autoSubmitted(); ok {
		return KindNotification, "Auto-Submitted: " + sanitizeDetail(word)
	}
	// These are set by who sends for many, a person's provider and a web form's
	// server among them: one of them alone does not outweigh what is written.
	var signs []string
	if l.Bulk() {
		signs = append(signs, "Precedence: "+l.precedence())
		// Programs that answer for who is away set it (RFC 3834 section 3.1.8), and
		// nothing else at times: what answers must not pass for an opinion.
		if len(l.InReplyTo)+len(l.References) > 0 || l.passedOn() || awayText.MatchString(firstLines(l.New)) && !complains(l.New) {
			return KindNotification, signs[0]
		}
	}
	for _, name := range []string{"List-Unsubscribe", "Feedback-ID", "X-Campaign", "X-CampaignID", "X-Mailgun-Tag", "X-SES-Outgoing-Campaign", "X-MC-User", "X-Auto-Message"} {
		if _, ok := field(l.Fields, name); ok {
			signs = append(signs, "field "+name)
		}
	}
	null := l.nullPath()
	if silent(l.sender()) {
		signs = append(signs, "sender that takes no answers")
	}
	switch {
	case null && len(signs) == 0:
		return KindAutomatic, "null return path"
	case len(signs) > 1 && !l.filledIn() || len(signs) == 1 && (null || !l.ownCause()):
		return KindNotification, signs[0]
	}
	if p := found.calendar; p != nil && strings.EqualFold(p.Params["method"], "reply") {
		return KindNotification, "answer to a calendar invitation"
	}
	return "", ""
}
