package letter

import (
	"regexp"
	"strings"
)

// Report is what a delivery report says.
type Report struct {
	Recipients []Recipient
	// OriginalMessageID is the Message-ID of the mail it speaks of, without
	// angle brackets, or empty.
	OriginalMessageID string
	// Original is the quoted header, and what is quoted of the text, of that mail.
	Original string
}

// Recipient is the fate of one recipient.
type Recipient struct {
	Address string
	// Action is failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3).
	Action string
	// Status is an enhanced status code such as 5.1.1 (RFC 3463), derived from
	// the text where none is given.
	Status string
	// Code is the SMTP reply code, or empty.
	Code       string
	Diagnostic string
	// Permanent says that trying again is of no use; never true for a full mailbox.
	Permanent   bool
	MailboxFull bool

	final bool // Address came from Final-Recipient
}

var (
	// bounceSubject are the subjects of delivery failures, in the words of some
	// sixty mail systems.
	bounceSubject = regexp.MustCompile(`(?i)undeliver|non[- ]?deliver|not deliver|delivery (status|failure|failed|has failed|report|notif|problem|error|delay)|delivery of|failure (notice|delivery)|fail(ed|ure).{0,20}deliver|returned? (mail|message|to sender)|returning (mail|message|to sender)|mail (failure|delivery|system error|could not|failed)|message (delivery|undeliver|status|could not|not delivered|delayed)|unable to deliver|could ?n.?t be delivered|wasn.?t delivered|warning: (message|could not)|delayed|bounce|rejected|loop alert|error sending your mail|mail not delivered|postmaster notify|` +
		`退信|退回|未传递|未傳遞|投递失败|投遞失敗|发送失败|發送失敗|无法送达|無法送達|无法投递|無法投遞|未送达|未送達|未能送达|无法传递|無法傳遞|传递失败|传送失败|递送失败|延迟投递|投递延迟|传递延迟|傳遞延遲|投递状态|暂缓投递|传递状态|送信失敗|配信|未達|エラー|не доставлено|недоставлен`)

	// returnSubject are subjects that no person writes.
	returnSubject = regexp.MustCompile(`(?i)^(undeliverable( mail| message)?\b|undelivered mail returned|mail (delivery (failed|failure|subsystem)|could not be delivered|system error)|delivery (status notification|failure|has failed)|returned mail:|failure notice$|message (undeliverable|delivery failure)|non-?delivery)`)

	bounceName = regexp.MustCompile(`(?i)mail(er)?[- _.]?(daemon|deliver|system)|mail server|delivery (subsystem|system|notification|report)|postmaster|系统退信|退信|邮件系统|郵件系統|system administrator|ndr administrator|mail administrator|microsoft outlook`)

	// bounceText are sentences that such reports hold.
	bounceText = regexp.MustCompile(`(?i)original mail as follows|could not be delivered|couldn.?t be delivered|was ?n.?t delivered|has not been delivered|was not delivered|not delivered to|unable to deliver|undeliver|delivery (to|of|has|failed|failure|status|attempt|error)|did not reach|failed (to deliver|permanently|recipient|address)|returned (message|mail|to sender|below|as an attachment)|permanent (fatal )?error|fatal errors|user unknown|unknown user|no such user|mailbox (is )?(full|unavailable|not found)|does ?n.t exist|recipient.{0,30}(reject|not found|unknown)|said:\s*[45]\d\d|\b5[0-5]\d[ -]#?5\.\d+\.\d+|\b[45]\d\d[ -][45]\.\d+\.\d+|smtp error|transcript of session|address(es)? (failed|had)|quota|` +
		`退信|(?:未能|没能|没有|不能|未)(?:成功)?(?:投递|送达|传递|投送)|(?:尚未|还未|暂未)(?:将邮件)?(?:送达|传递|投递)|无法送达|無法送達|无法投递|無法投遞|投递失败|发送失败|未能送达|未送达|邮件被退回|被退回|拒收|收件人.{0,20}(不存在|无效|拒绝)|用户不存在|邮箱已满|空间不足|无法传递|传递失败|(?:稍后|继续)[^。\n]{0,6}(?:重试|尝试)|域名.{0,8}(?:无法解析|不存在)|宛先|不明|見つかりません|не удалось|не может быть доставлено`)
)

// reportText is how much of a report's text is looked at.
const reportText = 32 << 10

// bounce recognises delivery reports: those of RFC 3464, and the free-form ones
// by a sender that only mail systems have together with what they write.
func (l *Letter) bounce(found partTypes) (Kind, string) {
	if found.status != nil && (found.reportType != "" || l.automated() || !l.passedOn() && (bounceSubject.MatchString(l.Subject) && !l.ownCause() || len(l.From) == 0 || bounceName.MatchString(l.From[0].Name))) {
		return KindBounce, "part message/delivery-status"
	}
	if found.reportType == "delivery-status" {
		return KindBounce, "report-type delivery-status"
	}
	if _, ok := field(l.Fields, "X-Failed-Recipients"); ok {
		return KindBounce, "field X-Failed-Recipients"
	}
	if strings.Contains(l.body, `"notificationType":"Bounce"`) || strings.Contains(l.body, `"notificationType":"Delivery"`) {
		return KindBounce, "notice of a mail provider"
	}
	name := ""
	if len(l.From) > 0 {
		name = l.From[0].Name
	}
	named := mayBounce(name) && bounceName.MatchString(name)
	daemon := daemonSender.MatchString(l.sender()) || l.sender() == "" && (named || l.nullPath() || l.fromNobody())
	auto, _ := l.autoSubmitted()
	_, lists := field(l.Fields, "X-MLServer") // of list managers, which send reports as the list's owner
	program := daemon || named || lists || l.nullPath() || auto != "" || (l.Bulk() || silent(l.sender())) && !l.ownCause()
	if !program {
		if found.original != nil && returnSubject.MatchString(l.Subject) && statusOf(l.body[:min(len(l.body), reportText)]) != "" {
			return KindBounce, "subject and status of a failure and the returned mail"
		}
		return "", ""
	}
	subject, text := bounceSubject.MatchString(l.Subject), bounceText.MatchString(l.body[:min(len(l.body), reportText)])
	switch {
	case auto == "auto-replied" && !subject:
		return "", ""
	case (daemon || named) && l.byHand(found):
		return "", ""
	case daemon && (subject || text) && !strings.Contains(strings.ToLower(l.Subject), "feedback"):
		return KindBounce, "mail system as sender and text of a failure"
	case subject && (named || l.nullPath()) && l.namesFailure():
		return KindBounce, "subject of a failure from a program, and whom it names"
	case subject && text && (named || lists || l.nullPath() || found.original != nil || l.namesFailure()):
		return KindBounce, "subject and text of a failure from a program"
	case text && l.nullPath() && found.original != nil && !autoReplySign(l.Subject):
		return KindBounce, "null return path, text of a failure and the returned mail"
	case found.original != nil && text && named:
		return KindBounce, "name of a mail system, text of a failure and the returned mail"
	}
	return "", ""
}

// fromNobody says that From itself is the null path, as some systems write it on
// their reports.
func (l *Letter) fromNobody() bool {
	raw, _ := field(l.Fields, "From")
	return strings.TrimSpace(raw) == "<>"
}

var personal = regexp.MustCompile(`本人|咨询|请问|投诉|请协助|贵[局办委单公]|我们?(?:公司|单位|处|局)|我是.{0,12}(?:网管|管理员|员工|职工|负责人)|此致|\b[Mm]y (?:e-?mail|mail|message|letter)\b|\b[Dd]ear (?:sir|madam|office|colleague)|(?:[Bb]est|[Kk]ind) regards`)

// failureSubject are subjects of reports in Chinese that may name nobody.
var failureSubject = regexp.MustCompile(`^\s*[\[【]?(?:系统退信|系統退信|退信|(?:邮件|郵件)(?:被?退回(?:通知|[:：])|投递失败|投遞失敗|发送失败|延迟投递通知|无法投递|無法投遞)|未投递|未送达|无法传递|無法傳遞|未传递|传递)`)

// namesOthers says whether a text holds an address that is not its sender's.
func (l *Letter) namesOthers() bool {
	for _, a := range addressIn.FindAllString(l.body[:min(len(l.body), reportText)], 20) {
		if !strings.EqualFold(a, l.sender()) {
			return true
		}
	}
	return false
}

// byHand says that a person writes from an administrator's address: nothing but
// the address speaks of a program, and no failure of a certain mail is told of, or
// it is told as people do.
func (l *Letter) byHand(found partTypes) bool {
	auto, _ := l.autoSubmitted()
	if auto != "" || l.nullPath() || found.original != nil || strings.Contains(l.sender(), "daemon") {
		return false
	}
	if personal.MatchString(firstLines(l.body)) {
		return true
	}
	return len(l.body) < 20_000 && !l.namesOthers() && !l.namesFailure() && !returnSubject.MatchString(l.Subject) && !failureSubject.MatchString(l.Subject) && !codeIn.MatchString(l.body)
}

// namesFailure says that a text names whom a mail did not reach or with which
// code it failed: a parcel that was not delivered has neither.
func (l *Letter) namesFailure() bool {
	text := l.body[:min(len(l.body), reportText)]
	return statusOf(text) != "" || len(strongRecipients(strings.Split(text, "\n"))) > 0
}

var passedOnSubject = regexp.MustCompile(`(?i)^\s*(re|fw|fwd|答复|回复|回覆|转发|轉寄|转寄)\s*[:：]`)

// passedOn says that the subject is that of an answer or of a forwarded mail: a
// person shows us a report that came to him.
func (l *Letter) passedOn() bool { return passedOnSubject.MatchString(l.Subject) }

// report reads what the delivery report says.
func (l *Letter) report(found partTypes) *Report {
	r := &Report{}
	text := l.body
	if found.original != nil {
		r.Original = original(found.original)
	}
	human, copied := cutReturned(text)
	human = human[:min(len(human), reportText)]
	if r.Original == "" {
		r.Original = copied
	}
	if found.status != nil {
		r.Recipients = statusRecipients(found.status)
	}
	if len(r.Recipients) == 0 {
		// QUIRK: a report whose MIME structure was lost holds its fields as text.
		if at := statusField.FindStringIndex(text); at != nil {
			r.Recipients = statusGroups([]byte(text[at[0]:]))
		}
	}
	if len(r.Recipients) == 0 {
		r.Recipients = l.freeRecipients(human, r.Original)
	}
	if strings.Contains(text, `"notificationType":"Delivery"`) {
		for i := range r.Recipients {
			r.Recipients[i].Action = "delivered"
		}
	}
	delayed := delaySign.MatchString(l.Subject) || delayText.MatchString(human)
	for i := range r.Recipients {
		r.Recipients[i].settle(human, delayed, len(r.Recipients) == 1)
	}
	r.OriginalMessageID = l.originalID(found, r.Original)
	return r
}

// original is the returned header and the beginning of the returned text.
func original(p *Part) string {
	data := p.Data()
	if len(data) > 64<<10 {
		data = data[:64<<10]
	}
	s, _ := decodeText(p.Params["charset"], data)
	return plainLines(s)
}

var (
	returnedLine = regexp.MustCompile(`(?i)^[\s>]*([-_=*]{2,}.{0,20}(original message|message (header|body|text|follows|copy)|copy of (the|your) (message|mail)|returned message|your message|unsent message|header|原始邮件|原邮件|退回的?邮件|邮件原文|邮件头).{0,60}|.{0,30}(below this line is a copy of the message|this is a copy of (the|your) (message|mail)|the following is a copy|original message (follows|header)|message header follows|the (first|header).{0,40}lines of the (original )?message|your (original )?message (follows|reads|headers|was\s*[:：])|received message follows|unsent message below|此处为原始邮件|以下是(您的)?(原始|原)?邮件|原始邮件(内容)?如下|原邮件内容).{0,60})\s*$`)
	headerStart  = regexp.MustCompile(`^(Received: (from|by|\()|Return-Path: |X-Original-To: |DKIM-Signature: |Message-I[Dd]: )`)
	messageID    = regexp.MustCompile(`(?im)^[\s>|]*(?:message[ -]?id|邮件ID|messageid)\s*[:：=]\s*<?([^\s<>"]+@[^\s<>"]+)>?`)
	delaySign    = regexp.MustCompile(`(?i)delay|warning|延迟|延遲|deferred mail|still being retried`)
	delayText    = regexp.MustCompile(`(?i)warning (message )?only|(do not|don't) need to re-?send|temporary failure report|will keep trying|will (be retried|continue|try again)|not yet been delivered|(尚未|还未|暂未|暂时)[^。\n]{0,40}继续(尝试|投递|重试)|系统(将|会)[^。\n]{0,20}(继续|再次)[^。\n]{0,6}(尝试|投递)|放弃(?:尝试)?(?:传递|投递)|稍后[^。\n]{0,4}(?:重试|再次尝试)|无需重新发送`)
	statusField  = regexp.MustCompile(`(?im)^(?:original-recipient|final-recipient):[^\n]*@`)
)

// cutReturned parts the words of the mail system from the copy it returns.
func cutReturned(text string) (human, copied string) {
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		t := strings.TrimRight(line, "\r\n")
		if at > 0 && (headerStart.MatchString(t) || len(t) < 200 && returnedLine.MatchString(t)) {
			return text[:at], text[at:]
		}
		at += len(line)
	}
	return text, ""
}

func (l *Letter) originalID(found partTypes, original string) string {
	if p := found.original; p != nil {
		fields := splitHeader(p.Data(), 0, len(p.Data()), true, Limits{}.withDefaults()).fields
		if raw, ok := field(fields, "Message-ID"); ok {
			if ids := messageIDs(raw); len(ids) > 0 {
				return ids[0]
			}
		}
	}
	if m := messageID.FindStringSubmatch(original); m != nil {
		return m[1]
	}
	if raw, ok := field(l.Fields, "X-Original-Message-ID"); ok {
		if ids := messageIDs(raw); len(ids) > 0 {
			return ids[0]
		}
	}
	if m := messageID.FindStringSubmatch(l.body); m != nil {
		return m[1]
	}
	for _, ids := range [][]string{l.InReplyTo, l.References} {
		if len(ids) > 0 {
			return ids[len(ids)-1]
		}
	}
	return ""
}

// statusRecipients reads message/delivery-status (RFC 3464 section 2): groups of
// fields, the first about the message, the others about one recipient each. A
// group that lost its blank line is parted at the next Final-Recipient.
func statusRecipients(p *Part) []Recipient { return statusGroups(p.Data()) }

func statusGroups(data []byte) []Recipient {
	var list []Recipient
	var cur *Recipient
	lim := Limits{}.withDefaults()
	for at := 0; at < len(data) && len(list) < 1000; {
		for at < len(data) && (data[at] == '\r' || data[at] == '\n') {
			at++
		}
		head := splitHeader(data, at, len(data), false, lim)
		if head.body <= at {
			break
		}
		at = head.body
		cur = nil
		var early Recipient // what a group says before it names its recipient
		for _, f := range head.fields {
			name := strings.ToLower(f.Name)
			starts := name == "final-recipient" || name == "original-recipient" || name == "x-actual-recipient"
			if starts && (cur == nil || name == "final-recipient" && cur.final) {
				list = append(list, early)
				cur, early = &list[len(list)-1], Recipient{}
			}
			if cur != nil {
				cur.read(name, f.Value)
			} else {
				early.read(name, f.Value)
			}
		}
	}
	out := list[:0]
	for _, r := range list {
		if r.Address != "" || r.Status != "" || r.Action != "" {
			out = append(out, r)
		}
	}
	return out
}
