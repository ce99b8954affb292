package letter

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// rulerWords are lines such as "-----原始邮件-----" that programs put above history.
var rulerWords = regexp.MustCompile(`(?i)^[\s>|*]*[-—–─―━‐_=~*－]{2,}[\s\x{3000}]*(` +
	`original( messages?| mail| appointment| e-?mail)?|repl(y|ied)( message| mail)?|forward(?:ed|ing) (?:messages?|mail)(?: (?:by|from) .{1,60})?|begin forwarded message|` +
	`(以下[是为]?|下面是)?(原始|原来|原[ \x{3000}]?|历史|回复|回覆|转发|轉寄|转寄|引用|被回复|被转发)的?(原|原始)?(邮[ \x{3000}]?件|郵件|信件|信息|訊息|消息|文|约会|約會)(信息|内容|原文)?|邮件(原件|原文|正文)|` +
	`ursprüngliche nachricht|antwort nachricht|oprindelig meddelelse|message d'origine|message d’origine|mensaje original|mensagem original|` +
	`message transféré|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|messaggio originale|oorspronkelijk bericht|исходное сообщение|пересылаемое сообщение|元のメッセージ|原本のメッセージ|원본 메시지` +
	`)[\s\x{3000}:：]*[-—–─―━‐_=~*－]{2,}[\s*]*$`)

// bareWords are such lines without dashes.
var bareWords = regexp.MustCompile(`(?i)^\s*(begin forwarded message:|début du message (?:transféré|réexpédié)\s?:|anfang der weitergeleiteten (?:nachricht|e-mail):|inicio del mensaje reenviado:|inizio messaggio inoltrato:|-- ?original message ?--|下面是被?转发的?邮件：|开始转发的邮件：|以下是转发的邮件：|以下为转发邮件：|以下是原始邮件：?)\s*$`)

var (
	clockTime = regexp.MustCompile(`\d{1,2}\s?[:：.]\s?\d{2}|\d{1,2}[时時点點]\d{0,2}`)
	anyDate   = regexp.MustCompile(`\d{4}년 ?\d{1,2}월|\d{1,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}|\d{1,2}月\s?\d{1,2}[日号]|\d{1,2}[-. ]+\pL{3,9}[-.,]* +\d{2,4}|\pL{3,9}\.? \d{1,2},? +\d{4}|\d{1,2} tháng \d`)

	// wroteChinese ends the attribution lines of Chinese programs: "在 2026-01-01
	// 10:00:00，某某 <a@b.example> 写道：", "某某 <a@b.example> 于2026年1月1日周四 10:00写道：".
	wroteChinese = regexp.MustCompile(`^(.*?)((?:[在于於]\s?\d{2,4}\s?[-/年.]|[在于於]\s?(?:星期|周|週)[一二三四五六日天][,，]|\d{4}\s?[-/年.]\s?\d{1,2}\s?[-/月.]|\b\d{2}年\d{1,2}月|(?:在\s?)?[^\s，。；：:,]{0,30}\s?[<＜(][^<>]{1,80}@[^<>]{3,80}[>＞)](?:\s?[于於在]|，\s?\d{4}年)|["“”][^"“”]{1,40}["“”]\s?[<＜]).*(?:写道|寫道|写到|写入|編寫|编写|发表|來信|来信|撰写)\s?[:：]?)\s*$`)

	// wroteForeign does the same for other languages.
	wroteForeign = regexp.MustCompile(`(?i)^(.*?)[-\s]*((?:^|\b|[-\s])(?:on|at|le|op|am|på|den|vào|el|em|il|dne|w dniu|dnia|sent from|в|il giorno)\s.*(?:wrote|sent|a écrit|napisał|pisze|schreef|geschreven|skrev|đã viết|schrieb|escribió|escreveu|ha scritto|napsal|пишет|написал|写道)(?:\b|\s|\W).{0,120})$`)

	// datedSender is a date, a time and an address in one line that ends in a
	// colon: whatever its language, it announces a quotation.
	datedSender = regexp.MustCompile(`^(?:\pL{2,4}[.,]{1,2}\s*)?\d.{0,40}\d{1,2}[:.]\d{2}.{0,120}[<("]\s?[^<>\s"]+@[^<>\s"]+\s?[>)"].{0,30}[:：]$`)

	// wroteOn is the attribution of Lotus Notes: the name, then the date.
	wroteOn = regexp.MustCompile(`(?i)^\S.{0,120}\s(?:写于|寫於|wrote on|schrieb am)\s.{6,60}[:：]$`)

	// datedWrote begins with the date and the time. QUIRK: The Bat!, and Thunderbird
	// in Russian, Turkish and others.
	datedWrote = regexp.MustCompile(`(?i)^(?:\pL{3,10},? )?(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\pL{3,10} \d{1,2}, \d{4}|\d{1,2} \pL{3,10} \d{4}|\d{4}年\d{1,2}月\d{1,2}日)(?:,| at| um| в)?\s?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?,? \S?.{0,80}(?:\bwrote|пишет|написала?|пише|yazdı|írta|kirjoitti|您写道|写道)\s?[:：]$`)

	// sentWrote is a name, an address and nothing else that writes.
	sentWrote = regexp.MustCompile(`^[^\s，。：:,]{1,30}\s?<[^<>\s]+@[^<>\s]+>\s?(?:写道|寫道|wrote)\s?[:：]$`)

	// datedBy is Tutanota's attribution.
	datedBy = regexp.MustCompile(`^.{0,12}\d.{4,30}\d{1,2}:\d{2}(?: [AP]M)? (?:由|by|von)\s?[^\s<>]+@[^\s<>]+\s?[:：]$`)

	// tornBracket is the end of "<a@b.example> wrote:" that was broken before the bracket.
	tornBracket = regexp.MustCompile(`^>\s*(?:wrote|写道|寫道|:|：)`)

	wroteDashes = regexp.MustCompile(`(?i)^[-=]{2,}\s*\S.{0,120}\S\s*(?:\bwrote|\bschrieb|écrit|escribió|写道|寫道|写到|已写|@\S{1,60}\s写)\s*[:：]?\s*[-=]{2,}$`)

	// dateMail is "2026-01-01 10:00 GMT+08:00 某某 <a@b.example>:".
	dateMail = regexp.MustCompile(`^\s*\d{4}\s?[-/年.]\s?\d{1,2}\s?[-/月.]\s?\d{1,2}日?.{0,120}<\s?[^<>\s]+@[^<>\s]+\s?>\s*([:：]?)\s*$`)
)

// headerLabel reads "发件人：…" and its like, also in bold (*From:*) or in a table
// (| 发件人 | … |).
var headerLabel = regexp.MustCompile(`(?i)^[\s>|]*\*{0,2}[ \x{3000}]*(` +
	`from|sender|von|de|fra|från|da|van|от|sent(?: time| at| on)?|send time|gesendet|envoyé|enviado|sendt|skickat|отправлено|дата|кому|тема|date|datum|fecha|data|to|recipients?|an|à|til|till|para|subject|betreff|objet|emne|ämne|asunto|assunto|kimden|gönderen|gönderilme(?: tarihi)?|tarih|kime|konu|od|wysłano|do|temat|odesláno|komu|předmět|lähettäjä|lähetetty|vastaanottaja|aihe|từ|đã gửi|tới|đến|ngày|chủ đề|cc|` +
	`发[ \x{3000}]*件[ \x{3000}]*人|寄件者|寄件人|發件人|发信人|差出人|发送人|发送者|来自|發信人|自|从|보낸[ ]사람|送信者|` +
	`보낸[ ]날짜|날짜|发送|日時|发送时间|发送日期|发件时间|日期|时间|發送時間|寄件日期|傳送時間|時間|送信日時|发件日期|传送日期|日[ \x{3000}]+期|时[ \x{3000}]+间|` +
	`收[ \x{3000}]*件[ \x{3000}]*人|收件者|收信人|宛先|发送至|至|받는[ ]사람|받은[ ]사람|제목|참조|抄[ \x{3000}]*送|副本|主[ \x{3000}]*题|主旨|主題|標題|标[ \x{3000}]*题|件名` +
	`)(?:[ \x{3000}]?[/／(（][a-z ]{2,14}[)）]?)?[ \x{3000}\x{00A0}]*(?:\*{0,2}\s?[:：]\*{0,2}|\|)`)

// labelClass says what a label of a quoted header names.
func labelClass(label string) string {
	label = strings.ToLower(strings.NewReplacer(" ", "", "\u3000", "").Replace(label))
	switch label {
	case "from", "sender", "自", "von", "de", "fra", "från", "da", "van", "от", "发件人", "寄件者", "寄件人", "發件人", "发信人", "差出人", "发送人", "发送者", "来自", "發信人", "kimden", "gönderen", "od", "lähettäjä", "từ", "从", "보낸사람", "送信者":
		return "from"
	case "to", "recipient", "recipients", "收信人", "an", "à", "til", "till", "para", "кому", "收件人", "收件者", "宛先", "发送至", "kime", "do", "komu", "vastaanottaja", "tới", "đến", "至", "받는사람", "받은사람":
		return "to"
	case "subject", "betreff", "objet", "emne", "ämne", "asunto", "assunto", "тема", "主题", "主旨", "主題", "標題", "标题", "件名", "konu", "temat", "předmět", "aihe", "chủđề", "제목":
		return "subject"
	case "cc", "抄送", "副本", "참조":
		return "cc"
	}
	return "date"
}

// splitter is the number of lines, from i on, that open quoted history; 0 when
// line i, t without the white space around it, does not.
func (q *quoter) splitter(i int, t string) int {
	if s := q.shown[i].text; s != q.lines[i].text {
		t = trimSpace(s)
	}
	if len(t) > 1000 {
		return 0
	}
	if drawn(t) && (rulerWords.MatchString(t) || wroteDashes.MatchString(t)) || mayBare(t) && bareWords.MatchString(t) {
		return 1
	}
	dashes := strings.Contains(t, "---")
	if dashes && strings.Contains(t, "--------") {
		if m := gluedRuler.FindStringSubmatch(t); m != nil {
			q.prefix[i] = m[1]
			return 1
		}
	}
	if strings.Contains(t, ">") && gluedWrote.MatchString(t) && anyDate.MatchString(t) {
		return 1
	}
	if dashes && notesArrow.MatchString(t) {
		return 1
	}
	if n := q.headerBlock(i); n > 0 {
		return n
	}
	if n := q.bareHeader(i); n > 0 {
		return n
	}
	return q.attribution(i)
}

var bareSender = regexp.MustCompile(`^\S.{0,60}<[^<>\s]+@[^<>\s]+>$`)

// bareHeader recognises the header of Lotus iNotes: the sender and the date bear
// no labels, the lines below do.
func (q *quoter) bareHeader(i int) int {
	if i+2 >= len(q.lines) || !strings.Contains(q.lines[i].text, "@") || !bareSender.MatchString(trimSpace(q.lines[i].text)) {
		return 0
	}
	date := trimSpace(q.lines[i+1].text)
	if len(date) > 60 || !anyDate.MatchString(date) || !clockTime.MatchString(date) {
		return 0
	}
	// QUIRK: Lotus Notes sets labels and values in cells of a table: in its plain
	// text they stand on lines of their own, without colons.
	for k := i + 2; k < len(q.lines) && k < i+6; k++ {
		t := trimSpace(q.lines[k].text)
		if t == "" {
			continue
		}
		if m := headerLabel.FindStringSubmatch(t); m != nil && labelClass(m[1]) == "to" || notesLabel.MatchString(t) {
			return k - i + 1
		}
		return 0
	}
	return 0
}

var (
	notesLabel = regexp.MustCompile(`(?i)^(?:收件人|請答覆 給|请答复 给|to|please respond to)(?:\t.*)?$`)

	// notesArrow is the line of Lotus Notes that names who wrote, when, and how
	// the history begins: "某某 ---2026/01/01 10:00:00---正文".
	notesArrow = regexp.MustCompile(`^\S.{0,80}\s-{2,3}\s?\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日? .{0,12}\d{1,2}:\d{2}.{0,12}---`)
)

// drawn says whether a line begins as a drawn rule does. It spares most lines the
// regular expressions.
func drawn(t string) bool {
	for i := range min(len(t), 4) {
		switch t[i] {
		case '-', '_', '=', '~', '*', '>', '|':
			return true
		}
	}
	r, _ := utf8.DecodeRuneInString(t)
	switch r {
	case '—', '–', '─', '－', '‐', '―', '━':
		return true
	}
	return false
}

// gluedRuler is a rule with what announces history on the line of the writer's
// last words, or of the header below. QUIRK: the plain text of Alimail and of
// Samsung has lost its line ends.
var gluedRuler = regexp.MustCompile(`(?i)^((?:.*?[^\s-])??)\s*-{8,}\s*(?:(?:原始(?:邮件|信息|消息)|回复的原邮件|Original(?: Message)?)\s*-{8,}|(?:发件人|From|Sender)\s*[:：].{1,200}(?:发送时间|日[ \x{3000}]*期|时间|收件人|Sent|Date|Send Time|To)\s*[:：])`)

// gluedWrote is an attribution with the history on its line. QUIRK: Yahoo's plain
// text on telephones.
var gluedWrote = regexp.MustCompile(`^(?:On|在)\s?.{6,80}<[^<>\s]+@[^<>\s]+>\s?(?:wrote|写道)\s?[:：] {2,}\S`)

// headerBlock recognises the quoted header that Outlook, Foxmail, QQ Mail and
// others put above the history.
func (q *quoter) headerBlock(i int) int {
	if !mayLabel(q.shown[i].text) || !q.spend() {
		return 0
	}
	first := headerLabel.FindStringSubmatch(q.shown[i].text)
	if first == nil {
		return 0
	}
	class := labelClass(first[1])
	if class == "cc" || class == "subject" {
		return 0
	}
	seen := map[string]bool{}
	last, misses, mailed, sent := i, 0, false, false
	for j := i; j < len(q.lines) && j < i+16 && misses < 3; j++ {
		t := q.shown[j].text
		if s := trimSpace(t); j > i && drawn(s) && rulerWords.MatchString(s) {
			break // the history begins here, not above
		}
		if trimSpace(t) == "" {
			if j > last+2 {
				break
			}
			continue
		}
		// QUIRK: some put the whole header on one line.
		found := false
		for _, piece := range strings.FieldsFunc(t, func(r rune) bool { return r == ';' || r == '；' || r == '\t' }) {
			if !mayLabel(piece) {
				continue
			}
			if m := headerLabel.FindStringSubmatch(piece); m != nil {
				seen[labelClass(m[1])] = true
				mailed = mailed || strings.Contains(piece, "@")
				sent = sent || labelClass(m[1]) == "date" && !plainLabel.MatchString(piece)
				found = true
			}
		}
		if !found {
			misses++
			continue
		}
		misses = 0
		last = j
	}
	others := 0
	for _, c := range []string{"date", "to", "subject"} {
		if seen[c] {
			others++
		}
	}
	switch {
	case seen["from"] && (mailed || sent || others > 1 && !plainLabel.MatchString(q.lines[i].text)):
	case class == "date" && seen["to"] && (mailed || seen["subject"] && clockTime.MatchString(q.lines[i].text)) && dated(q.lines[i].text):
	case class == "to" && seen["date"] && seen["subject"]:
	default:
		return q.boldFrom(i, first[1])
	}
	return last - i + 1
}

// plainLabel are labels that stand in people's own lists too: "来自：某小区".
var plainLabel = regexp.MustCompile(`^[\s>|*]*(来自|自|从|至|发送|发送人|发送者|日期|时间|時間|date|to|an|da|de|van)[\s*]*[:：|]`)

// visible drops the marks of writing direction that Windows puts into dates, and
// makes blanks of those that no expression takes for one.
// QUIRK: QQ Mail leaves "&nbsp;" in the plain text it makes.
func visible(s string) string {
	if strings.IndexByte(s, "\u200e"[0]) < 0 && strings.IndexByte(s, "\u00a0"[0]) < 0 && strings.IndexByte(s, '&') < 0 {
		return s
	}
	return unseen.Replace(s)
}

var unseen = strings.NewReplacer("\u200b", "", "\u200e", "", "\u200f", "", "&nbsp;", " ", "\u00a0", " ")

// boldFrom takes "From: a@b Date: …" on one line, as HTML without breaks gives it.
func (q *quoter) boldFrom(i int, label string) int {
	t := q.lines[i].text
	if labelClass(label) != "from" || !strings.Contains(t, "@") {
		return 0
	}
	if anyDate.MatchString(t) && (strings.Contains(t, "Date:") || strings.Contains(t, "Sent:") || strings.Contains(t, "时间")) {
		return 1
	}
	return 0
}

func dated(s string) bool { return anyDate.MatchString(s) || clockTime.MatchString(s) }

// attributionLines is how many lines an attribution may be broken over.
const attributionLines = 6

// attribution recognises "… wrote:" lines, which may be broken over several. What
// has an expression goes first: it knows the writer's own words on such a line.
func (q *quoter) attribution(i int) int {
	if n := q.known(i); n > 0 {
		return n
	}
	if q.foreign(i) {
		return 1
	}
	return 0
}

// known is attribution for the languages that have an expression here.
func (q *quoter) known(i int) int {
	if q.ends[i] >= i+attributionLines {
		return 0
	}
	joined, most := "", attributionLines
	if t := q.lines[i].text; !mayOpen(t) && !(endsAttribution(trimSpace(t)) && holdsWrote(t)) {
		return 0
	}
	if !q.spend() {
		return 0
	}
	if t := q.lines[i].text; deviceOf(t) {
		most = 1
	}
	for k := 0; k < most && i+k < len(q.lines); k++ {
		l := q.lines[i+k]
		t := trimSpace(q.shown[i+k].text)
		if k > 0 && t == "" {
			continue
		}
		if k > 0 && l.kind != q.lines[i].kind || len(joined)+len(t) > 500 {
			return 0
		}
		if k > 0 && strings.HasPrefix(t, ">") && !tornBracket.MatchString(t) {
			return 0
		}
		if joined != "" {
			joined += " "
		}
		joined += t
		if !endsAttribution(t) || !announces(joined) {
			if endsSentence(t) {
				return 0 // the writer's own: attributions are broken within, not between, sentences
			}
			continue
		}
		if prefix, ok := q.attributes(joined, i+k+1); ok {
			if prefix != "" {
				if k > 0 && len(trimSpace(q.lines[i].text)) <= len(prefix) {
					return 0 // the attribution begins on a later line
				}
				q.prefix[i] = prefix
			}
			if q.apart(i, k) {
				return 0 // a line of the writer's own above an attribution that is whole
			}
			return k + 1
		}
		if endsSentence(t) {
			return 0
		}
	}
	return 0
}

var (
	boxedAddress = regexp.MustCompile(`[<(]\s?[^\s<>()]+@[^\s<>()]+\s?[>)]`)
	saidIn       = regexp.MustCompile(`(?i)\b(?:said|says)\b`)
	yearOf       = regexp.MustCompile(`\b20\d\d\b`)
	hanIn        = regexp.MustCompile(`\p{Han}`)
)

// foreign says whether line i names an address, a time and a year and ends in a
// colon: an attribution in a language that has no expression here. Less will do
// where it says that somebody wrote and quoted lines follow.
func (q *quoter) foreign(i int) bool {
	t := trimSpace(q.shown[i].text)
	if len(t) > 200 || !strings.HasSuffix(t, ":") {
		return false
	}
	sender, year := strings.Contains(t, "@") && boxedAddress.MatchString(t), yearOf.MatchString(t)
	if !sender && !year {
		return false
	}
	han := hanIn.MatchString(boxedAddress.ReplaceAllString(t, ""))
	if sender && year && clockTime.MatchString(t) {
		return !han && !tells.MatchString(t) || q.markedBelow(i)
	}
	return !han && !tells.MatchString(t) && (holdsWrote(t) || saidIn.MatchString(t)) && q.markedBelow(i)
}

// tells is a sentence in English, whose attributions are known: "What he did at
// 10:30: …" is its writer's.
var tells = regexp.MustCompile(`(?i)\b(?:the|that|this|what|did|i|my|me|reads?|is|was|are|here|got|from)\b`)

// markedBelow says whether the next line with anything on it is quoted.
func (q *quoter) markedBelow(i int) bool {
	for _, l := range q.lines[i+1:] {
		if t := trimSpace(l.text); t != "" {
			return l.kind == lineQuoted || strings.HasPrefix(t, ">")
		}
	}
	return false
}

// endsSentence says whether a line ends as a sentence or a greeting does.
func endsSentence(t string) bool {
	for _, mark := range []string{"。", "！", "？", "；", "!", "?", ";", "：", ":"} {
		if strings.HasSuffix(t, mark) {
			return true
		}
	}
	return false
}

var opensAttribution = regexp.MustCompile(`(?i)^[\s>|"“]*(on|at|le|op|am|på|den|el|em|il|dne|w dniu|dnia|в|vào|在|于|於|引用|quoting|\d{1,4}\s?[-/年.]|\S{0,40}\s?[<＜(]|\S+@)`)

var startsOn = regexp.MustCompile(`^\s*[于於]\s?\d`)

// apart says whether an attribution that is whole by itself begins below line i,
// at most k lines below. Line i is then the writer's, even where it could be a
// name, unless it begins like an attribution and no blank line parts the two.
func (q *quoter) apart(i, k int) bool {
	for j := 1; j <= k; j++ {
		if trimSpace(q.lines[i+j].text) == "" {
			continue
		}
		if j == 1 && startsOn.MatchString(q.shown[i+1].text) && bareSender.MatchString(trimSpace(q.shown[i].text)) {
			continue // Gmail's long name on a line of its own
		}
		blank := trimSpace(q.lines[i+j-1].text) == ""
		if (blank || !strings.HasSuffix(trimSpace(q.lines[i].text), "<") && (!opensAttribution.MatchString(q.lines[i].text) || anyDate.MatchString(q.lines[i+j].text))) && q.attribution(i+j) == k-j+1 {
			return true
		}
	}
	return false
}

// wroteWords are the words for writing that attributions hold.
var wroteWords = []string{"写道", "寫道", "写入", "写于", "寫於", "写到", "編寫", "编写", "发表", "来信", "來信", "撰写", "wrote", "writes", "sent", "écrit", "napisał", "schreef", "geschreven",
	"skrev", "pisze", "пише", "yazdı", "írta", "kirjoitti", "đã viết", "schrieb", "escribió", "escreveu", "scritto", "napsal", "пишет", "написал", "작성"}

func announcesSender(s string) bool {
	return len(s) < 300 && datedSender.MatchString(s) && anyDate.MatchString(s)
}

// announces says whether a line may be an attribution at all.
func announces(s string) bool { return strings.Contains(s, "@") || holdsWrote(s) }

func holdsWrote(s string) bool {
	low := strings.ToLower(s)
	for _, w := range wroteWords {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func endsAttribution(t string) bool {
	if t == "" {
		return false
	}
	switch t[len(t)-1] {
	case ':', '>', '-':
		return true
	case 0x9A, 0x93, 0xAB: // the last bytes of the three
		return strings.HasSuffix(t, "：") || strings.HasSuffix(t, "道") || strings.HasSuffix(t, "寫")
	}
	return false
}

// attributes judges a joined line; next is where what it announces begins.
func (q *quoter) attributes(s string, next int) (string, bool) {
	for next < len(q.lines) && trimSpace(q.lines[next].text) == "" {
		next++
	}
	marked := next == len(q.lines) && q.cut || next < len(q.lines) && (q.lines[next].kind == lineQuoted || strings.HasPrefix(trimSpace(q.lines[next].text), ">"))
	wrote := holdsWrote(s)
	if marked && len(s) <= 200 && namedWrote.MatchString(s) && !narrates.MatchString(s) {
		return "", true
	}
	if strings.Contains(s, "@") {
		if m := dateMail.FindStringSubmatch(s); m != nil && (m[1] != "" || marked) {
			return "", true
		}
		if !wrote {
			return "", announcesSender(s) || marked && len(s) < 200 && datedBy.MatchString(s)
		}
	}
	if wroteOn.MatchString(s) && dated(s) || wrote && len(s) < 200 && (datedWrote.MatchString(s) || sentWrote.MatchString(s)) {
		return "", true
	}
	m := wroteChinese.FindStringSubmatch(s)
	if m == nil {
		if m = wroteForeign.FindStringSubmatch(s); m == nil {
			return "", announcesSender(s)
		}
		if !dated(m[2]) && !strings.Contains(m[2], "@") || !strings.HasSuffix(strings.TrimRight(s, "- "), ":") && !strings.HasSuffix(s, "：") && !strings.HasSuffix(s, "-") {
			return "", false
		}
	} else if !marked && (narrates.MatchString(m[2]) || !strings.Contains(s, "@") && narrates.MatchString(s)) {
		return "", false
	}
	// Without a time or an address it may be a sentence of the writer's own.
	if !clockTime.MatchString(m[2]) && !strings.Contains(m[2], "@") && !marked {
		return "", false
	}
	prefix := strings.TrimRight(trimSpace(m[1]), "-")
	// "同意在 2026-…": an answer without a line end before the attribution.
	glued := strings.HasPrefix(m[2], "在") && m[1] == strings.TrimRight(m[1], " \t\u00a0") && !strings.HasSuffix(m[1], ">")
	if prefix != "" && !glued && (senderName(prefix) || nameBefore(prefix, m[2]) || lastFirst.MatchString(prefix)) {
		prefix = ""
	}
	if prefix != "" && !marked && !strings.Contains(m[2], "@") {
		return "", false
	}
	return trimSpace(prefix), true
}

var (
	// namedWrote are attributions without a date: they count only where marked
	// lines follow.
	namedWrote = regexp.MustCompile(`(?i)^(?:(?:引用自?|quoting)\s+\S.{0,80}[:：]|[^，。；,;]{1,60}?(?:<[^<>\s]+@[^<>\s]+>)?\s*(?:写道|寫道|写到|wrote|writes)\s?[:：])$`)

	// narrates tells a sentence about what somebody wrote from an attribution.
	narrates = regexp.MustCompile(`的(?:来信|信|邮件|留言|诉求|报告|帖|文|材料|申请|投诉|举报|回复|答复|微信|短信)|给[^<@，]{1,16}(?:信|邮件|写)|(?:信|文|邮件|帖子?)中\s*(?:写|说|提|称)|来信(?:中)?(?:写|提)|[他她我你您](?:们)?(?:在|于|曾|还|又|就|写)|在[^，。<@\d]{1,12}[里上中内]\s*(?:写|发|说)|通过|(?:向|致)[^<@，]{3,16}写`)
)

// nameBefore says whether what stands before an address is the rest of a name
// with blanks in it: "Li Wei <li@b.example> 于2026年…".
func nameBefore(prefix, rest string) bool {
	at := strings.IndexAny(rest, "<＜")
	return at >= 0 && at <= 100 && !anyDate.MatchString(rest[:at]) && len(prefix) <= 60 && !strings.ContainsAny(prefix, "。；！？!?;，：:")
}

// lastFirst is a name as Outlook sorts it: "Zhang, San".
var lastFirst = regexp.MustCompile(`^\pL[\pL.'-]{0,20}, \pL[\pL.' -]{0,20}$`)

// senderName says whether what stands before a date is the name of who wrote:
// "张三 于2026年…".
func senderName(s string) bool {
	if strings.ContainsAny(s, "。，；！？.!?;") {
		return false
	}
	return len(s) <= 40 && !strings.Contains(trimSpace(s), "  ") && high([]byte(s)) > 0 || strings.Contains(s, "@") || strings.HasPrefix(s, `"`)
}
