package letter

import (
	"regexp"
	"strings"
)

var (
	addressIn = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`)

	// statusIn finds an enhanced status, best behind a reply code; a bare one must
	// not be part of an IP address or a version.
	statusAfterCode = regexp.MustCompile(`(?:^|[^\d.])[245]\d\d[ \-]{1,3}#?\(?([45]\.\d{1,2}\.\d{1,3})(?:[^\d.]|\.?\s|\.?$)`)
	statusMarked    = regexp.MustCompile(`(?i)(?:#|status:?\s*|dsn=|smtp;\s*)([245]\.\d{1,2}\.\d{1,3})\b`)
	statusBare      = regexp.MustCompile(`(?:^|[^\d.\w-])([245]\.\d\.\d{1,3})(?:[^\d.\w]|\.?\s|\.?$)`)
	codeIn          = regexp.MustCompile(`(?:^|[^\d.\w/+-])([45][0-5]\d)(?:[ \-#:,;)'"\]]|$)`)
)

// read takes in one field of a recipient's group.
func (r *Recipient) read(name, raw string) {
	value := strings.TrimSpace(raw)
	switch name {
	case "final-recipient", "original-recipient", "x-actual-recipient":
		if _, addr, ok := strings.Cut(value, ";"); ok {
			value = addr
		}
		addr := strings.Trim(strings.TrimSpace(stripComments(value)), "<>")
		if name == "final-recipient" {
			r.final = true
		}
		if addr != "" && (r.Address == "" || name == "final-recipient" && strings.Contains(addr, "@")) {
			r.Address = cleanLine(addr)
		}
	case "action":
		action := strings.ToLower(strings.TrimSpace(stripComments(value)))
		if f := strings.Fields(action); len(f) > 0 {
			r.Action = strings.Trim(f[0], ";,.")
		}
	case "status":
		if m := statusBare.FindStringSubmatch(stripComments(value)); m != nil {
			r.Status = m[1]
		} else if m := statusMarked.FindStringSubmatch("#" + strings.TrimSpace(value)); m != nil {
			r.Status = m[1]
		}
	case "diagnostic-code":
		if _, text, ok := strings.Cut(value, ";"); ok {
			value = text
		}
		if r.Diagnostic == "" {
			s, _ := decodeWords(value, "")
			r.Diagnostic = cleanLine(s)
		}
	}
}

// reason is a cause that mail systems put into words, and the status it means.
type reason struct {
	status string
	words  *regexp.Regexp
}

// reasons are tried in order; the wording of Chinese providers stands beside the
// customary English one.
var reasons = []reason{
	{"5.2.2", regexp.MustCompile(`(?i)mailbox (is )?(too )?full|over ?quota|quota (is )?exceed|exceeded.{0,30}(quota|storage|mailbox)|not enough (storage )?space|out of storage|insufficient (system )?storage|mailbox size limit|已满|空间不足|容量不足|邮箱满|超出.{0,8}(容量|配额|空间)|超过.{0,8}(容量|配额)|郵箱已滿|容量オーバー`)},
	{"5.2.1", regexp.MustCompile(`(?i)(account|mailbox|user|recipient).{0,40}(disabled|suspended|inactive|deactivated|locked|closed)|被?(禁用|停用|冻结|锁定|注销|关闭)`)},
	{"5.1.1", regexp.MustCompile(`(?i)user (is )?unknown|unknown (user|recipient|local|address)|no such (user|recipient|mailbox|address|person)|(user|mailbox|recipient|address|account).{0,40}(not found|does ?n.?t exist|does not exist|not exist|unknown|invalid|unavailable|not listed|not valid|not recognized)|invalid (recipient|mailbox|address|user)|no mailbox here|doesn.?t have a.{0,20}account|not our customer|不存在|无此用户|没有此用户|查无此人|地址错误|无效的?(收件人|地址|邮箱|用户)|(收件人|地址|邮箱|用户)无效|未(注册|开通)|無此|不明なユーザ|見つかりません`)},
	{"5.1.2", regexp.MustCompile(`(?i)host (name )?(unknown|not found|could not be found)|unknown host|domain (name )?(not found|does not exist|unknown)|no (mx|mail exchanger)|couldn.?t find any host|unrouteable|name service error|illegal host|域名.{0,12}(不存在|错误|无效|解析)|无法解析|找不到.{0,10}(域|主机|服务器)|主机不存在`)},
	{"5.2.3", regexp.MustCompile(`(?i)(message|mail|size).{0,30}(too (large|big)|exceeds?.{0,20}(limit|size|maximum))|邮件过大|(邮件|附件).{0,8}(过大|太大|超过.{0,10}(大小|限制))`)},
	{"5.7.1", regexp.MustCompile(`(?i)spam|junk|virus|black ?list|blocked|denied|refused by|rejected|not authorized|policy|relay(ing)?|authentication|spf|dkim|dmarc|垃圾邮件|反垃圾|病毒|黑名单|拒收|拒绝|违规|敏感|被拦截|不接受|认证`)},
	{"5.4.7", regexp.MustCompile(`(?i)timed? ?out|timeout|expired|could ?n.?t be reached|connection (refused|lost|failed)|retry time|too old|hops|loop|超时|多次(尝试|重试)|无法连接|连接.{0,6}(失败|错误|被拒)|过期`)},
}

// settle fills in what the report left open: from the diagnostic, and where one
// recipient alone is spoken of from the text.
func (r *Recipient) settle(human string, delayed, alone bool) {
	text := r.Diagnostic
	if alone && text == "" {
		text = human
	}
	if r.Code == "" {
		if m := codeIn.FindStringSubmatch(text); m != nil {
			r.Code = m[1]
		}
	}
	r.Status = betterStatus(r.Status, statusOf(text))
	if r.Action == "" {
		r.Action = "failed"
		if delayed {
			r.Action = "delayed"
		}
	}
	if r.Status == "" {
		r.Status = derivedStatus(text, r.Code, r.Action)
	}
	if r.Diagnostic == "" {
		r.Diagnostic = firstReason(text)
	}
	r.MailboxFull = strings.HasSuffix(r.Status, ".2.2") || reasons[0].words.MatchString(r.Diagnostic) && r.Status[0] != '2'
	r.Permanent = r.Action == "failed" && r.Status[0] == '5' && !r.MailboxFull
	if len(r.Diagnostic) > 1000 {
		r.Diagnostic = strings.ToValidUTF8(r.Diagnostic[:1000], "")
	}
}

// statusOf is the enhanced status that stands in a text, or empty.
func statusOf(text string) string {
	for _, re := range []*regexp.Regexp{statusAfterCode, statusMarked, statusBare} {
		for _, m := range re.FindAllStringSubmatch(text, 20) {
			// A transcript holds the successes before the failure too.
			if m[1][0] != '2' {
				return m[1]
			}
		}
	}
	return ""
}

// betterStatus prefers what the report says, unless it says only x.0.0 where the
// diagnostic knows more.
func betterStatus(said, found string) string {
	if said == "" {
		return found
	}
	if strings.HasSuffix(said, ".0.0") && found != "" && found[0] == said[0] {
		return found
	}
	return said
}

// derivedStatus makes a status of a reply code and of words.
func derivedStatus(text, code, action string) string {
	class := "5"
	switch {
	case action == "delayed":
		class = "4"
	case action == "delivered" || action == "relayed" || action == "expanded":
		return "2.0.0"
	case code != "":
		class = code[:1]
	}
	for _, r := range reasons {
		if r.words.MatchString(text) {
			return class + r.status[1:]
		}
	}
	return class + ".0.0"
}

// firstReason is the line that names the cause.
func firstReason(text string) string {
	best := ""
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || len(line) > 1000 {
			continue
		}
		if statusOf(line) != "" || codeIn.MatchString(line) {
			return line
		}
		for _, r := range reasons {
			if best == "" && r.words.MatchString(line) {
				best = line
			}
		}
	}
	return best
}

// freeRecipients finds the recipients that a free-form report speaks of.
func (l *Letter) freeRecipients(human, original string) []Recipient {
	var list []Recipient
	seen := map[string]bool{}
	own := map[string]bool{l.sender(): true}
	for _, a := range l.To {
		own[strings.ToLower(a.Address)] = true
	}
	add := func(addr string) *Recipient {
		addr = strings.TrimRight(strings.Trim(addr, "'\"<>.;:,"), ".")
		key := strings.ToLower(addr)
		if addr == "" || seen[key] || own[key] || len(list) >= 100 || daemonSender.MatchString(key) {
			return nil
		}
		seen[key] = true
		list = append(list, Recipient{Address: addr})
		return &list[len(list)-1]
	}
	if raw, ok := field(l.Fields, "X-Failed-Recipients"); ok {
		for _, a := range addressIn.FindAllString(raw, 100) {
			add(a)
		}
	}
	lines := strings.Split(human, "\n")
	strong := strongRecipients(lines)
	if len(strong) > 0 && !named(lines, strong, list) {
		// QUIRK: Exim's field names the alias, the text the address it leads to.
		list, seen = nil, map[string]bool{}
	}
	for n, i := range strong {
		addr := addressIn.FindString(lines[i])
		end := len(lines)
		if n+1 < len(strong) {
			end = strong[n+1]
		}
		about := strings.Join(lines[i:end], "\n")
		if r := add(addr); r != nil {
			r.Diagnostic = firstReason(about)
			for _, other := range listed(lines[i])[1:] {
				if r := add(other); r != nil {
					r.Diagnostic = firstReason(about)
				}
			}
		} else {
			for j := range list {
				if strings.EqualFold(list[j].Address, addr) && list[j].Diagnostic == "" {
					list[j].Diagnostic = firstReason(about)
				}
			}
		}
	}
	if len(list) == 0 {
		for _, line := range lines {
			if toLine.MatchString(line) {
				add(addressIn.FindString(line))
			}
		}
	}
	if len(list) == 0 {
		for _, at := range addressIn.FindAllStringIndex(human, 5) {
			if add(human[at[0]:at[1]]) == nil {
				continue
			}
			line, _, _ := strings.Cut(human[at[1]:], "\n")
			for _, other := range listed(human[at[0]:at[1]] + line)[1:] {
				add(other)
			}
			break
		}
	}
	if len(list) == 0 {
		head := splitHeader([]byte(original), 0, len(original), true, Limits{}.withDefaults())
		if raw, ok := field(head.fields, "To"); ok {
			for _, a := range addressIn.FindAllString(raw, 1) {
				add(a)
			}
		}
	}
	if len(list) == 0 {
		list = append(list, Recipient{})
	}
	return list
}

// between is what may part the addresses of a list.
var between = regexp.MustCompile(`^[\s,;:、，；<>"']*(?:和|及|与|and)?[\s,;:、，；<>"']*$`)

// listed are the addresses of a line up to the first that other words part from
// those before it.
func listed(line string) []string {
	var list []string
	end := 0
	for _, at := range addressIn.FindAllStringIndex(line, 100) {
		if len(list) > 0 && !between.MatchString(line[end:at[0]]) {
			break
		}
		list, end = append(list, line[at[0]:at[1]]), at[1]
	}
	return list
}

// named says whether one of the addresses on these lines is in the list.
func named(lines []string, at []int, list []Recipient) bool {
	for _, i := range at {
		for _, r := range list {
			if strings.EqualFold(addressIn.FindString(lines[i]), r.Address) {
				return true
			}
		}
	}
	return len(list) == 0
}

// toLine names the recipient of the mail that failed, who need not be the one
// whom it failed to reach.
var toLine = regexp.MustCompile(`(?i)^\s*to\s*[:：].*@`)

var strongRecipient = regexp.MustCompile(`(?i)^[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?<?[^\s<>@]+@[^\s<>]+>?\s?\.\.\.|^[\s>*]*<?[^\s<>@:]+@[^\s<>@]+>?\s*[:：]?\s*$|^[\s*]*<[^\s<>@]+@[^\s<>]+>[:：]?\s|^\s*(recipient( address)?|failed address|address|final-recipient|rcpt to|收件人(地址|邮箱)?|收件(地址|邮箱)|接收(人|方)|目标地址|无法送达(地址)?|无法发送到|失败的?收件人)\s*(:|：|;)|^\s*[^\s<>@]+@[^\s<>@]+\s+(failed|\.\.\.|on \d|-|:|\p{Han})|^\s*[^\s<>@:：]+@[^\s<>@:：]+\s*[:：]\s*#?[45]\d\d\b|delivery to .{0,40}@|message to <?[^\s<>]+@|(发送|投递|发|寄)(给|到|至|往)[^@\n]{0,20}[A-Za-z0-9._-]+@`)

// strongRecipients are the lines on which a report names a recipient.
func strongRecipients(lines []string) []int {
	var at []int
	for i, l := range lines {
		if len(l) < 600 && strings.Contains(l, "@") && strongRecipient.MatchString(l) && addressIn.MatchString(l) {
			at = append(at, i)
		}
	}
	return at
}
