package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// received is a mail that somebody got.
type received struct {
	by string
	m  *mail
}

// recent picks a mail to answer, mostly one of the latest.
func (w *walk) recent() (received, bool) {
	if len(w.sent) == 0 {
		return received{}, false
	}
	i := w.rng.IntN(len(w.sent))
	if !w.one(4) {
		i = max(0, len(w.sent)-1-w.rng.IntN(12))
	}
	m := w.sent[i]
	return received{strings.ToLower(m.l.To[0].Address), m}, true
}

// replies is somebody answering a mail: its addressee most of the time, and
// else somebody who got hold of it.
func (w *walk) replies() {
	r, ok := w.recent()
	if !ok {
		w.petition()
		return
	}
	from := r.by
	if w.one(8) {
		from = pick(w, w.everybody())
	}
	if w.outsider(from) && from == r.by && !w.one(4) {
		w.citizenAnswers(r)
		return
	}
	text, target, marks := w.words(from, r.m)
	out := letter.Outgoing{From: letter.Address{Address: from}, Subject: "回复：" + r.m.l.Subject}
	way := w.rng.IntN(10)
	if way != 0 { // 0: a fresh mail
		out.InReplyTo = []string{r.m.l.MessageID}
		out.References = append(slices.Clone(r.m.l.References), r.m.l.MessageID)
	}
	if way > 2 {
		out.To = r.m.l.ReplyTo
	}
	if way <= 1 {
		text += w.typed(r.m)
	}
	if from != r.by && (w.outsider(from) || r.m.number != "" && !w.may(petition.Number(r.m.number), from)) {
		out.Subject = "回复" // what a thief repeats they know already, and is nobody's secret any more
	} else if way > 3 {
		text = quoting(text, r.m)
	}
	out.Text = text
	if w.one(15) {
		out.Attachments = []letter.File{{Name: "批准.txt", Type: "text/plain", Data: []byte("批准")}}
	}
	m := written{from: from, authenticated: !w.one(7), verb: text, target: target, secrets: marks}
	if way != 0 {
		m.answers = r.m
	}
	w.note("%s answers the %s of %s to %s (way %d, authenticated %v): %q", from, r.m.kind, r.m.number, r.by, way, m.authenticated, firstLine(text))
	w.send(pick(w, []string{"desk", "desk", "desk", "desk", "director"}), out, m)
}

func quoting(text string, m *mail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\r\n\r\n在 2026年3月2日 09:00，%s 写道：\r\n", text, m.l.From[0].Address)
	for line := range strings.Lines(m.l.Text) {
		b.WriteString("> " + strings.TrimRight(line, "\r\n") + "\r\n")
	}
	return b.String()
}

// typed is a code written down by hand: the mail's own, another's, or none that
// ever was.
func (w *walk) typed(m *mail) string {
	code := m.code()
	if w.one(5) {
		if other, ok := w.recent(); ok {
			code = other.m.code()
		}
	}
	if w.one(10) {
		code = "00000-00000"
	}
	if code == "" {
		return ""
	}
	return "\r\n\r\n回执码：" + code
}

func (w *walk) outsider(address string) bool {
	return len(w.desk.settings.Load().Policy.Roster.Posts(address)) == 0
}

// inside is a word of somebody of the office: an opinion, a reason, an instruction.
func (w *walk) inside(by string) (string, []int) {
	word, i := w.mark(by, true)
	return word, []int{i}
}

// words is what somebody writes: what is asked of them, something they may
// also do, or something they may not.
func (w *walk) words(from string, m *mail) (text string, target petition.Number, marks []int) {
	reason, marks := w.inside(from)
	if text := w.asked(reason, m); text != "" {
		return text, "", marks
	}
	text, target = w.anyVerb(reason)
	return text, target, marks
}

// asked is what a mail asks for, "" when somebody thinks of something else.
func (w *walk) asked(reason string, m *mail) string {
	if m != nil && !w.one(4) {
		switch m.kind {
		case "confirm":
			return "确认"
		case "approval":
			return pick(w, []string{"批准", "批准", "批准", "批准", "同意", "修改\r\n经核查，已经解决" + reason + "。", "退回重办 请补充" + reason, "附件 无", "附件 全部",
				"呈报 分管领导 " + reason, "呈报 主要领导", "批准\r\n退回重办 " + reason, "批准\r\n请尽快发出", "附件 无\r\n批准", "撤回", "批准\r\n批准"})
		case "dispatch", "assist", "chase":
			return pick(w, []string{"经核查，问题已解决" + reason + "。", "答复\r\n已恢复供电" + reason + "。", "签收", "退回 不属我处职责" + reason, "延期 3 需现场核查" + reason,
				"协办 经济运行处 需会商" + reason, "协办 监察室 需会商" + reason, "经核查，情况属实" + reason + "。", "答复 " + reason})
		case "triage":
			return pick(w, []string{"分办 电力处 5 工作日 请从速" + reason, "分办 经济运行处、政策法规处 " + reason, "受理", "不予受理 属民事纠纷" + reason, "转外 市城管局 属其职责" + reason, "同意延期",
				"不同意延期 " + reason, "同意协办", "不同意协办", "分办 监察室", "保密", "受理\r\n分办 经济运行处"})
		case "report", "alarm":
			return pick(w, []string{"收到", "收到", "收到", "请抓紧办理" + reason, "批示 经济运行处 3工作日\r\n请核查" + reason, "督办", "批准", "签收"})
		case "suspicious", "transcript":
			return pick(w, []string{"批准", "确认", "撤回", "分办 经济运行处", "查询"})
		case "handover":
			return pick(w, []string{"接班", "记录 " + reason, "交班 " + reason})
		}
	}
	return ""
}

// anyVerb is some command, and the case that it names.
func (w *walk) anyVerb(reason string) (string, petition.Number) {
	n := fmt.Sprint(1 + w.rng.IntN(max(1, len(w.now2))))
	other := fmt.Sprint(1 + w.rng.IntN(max(1, len(w.now2))))
	if w.one(3) {
		n = ""
	}
	line := pick(w, []string{"签收 %", "退回 % " + reason, "延期 % 3 " + reason, "协办 % 政策法规处 " + reason, "分办 % 经济运行处 " + reason, "改派 % 政策法规处 " + reason, "受理 %",
		"不予受理 % " + reason, "转外 % 市城管局 " + reason, "批准 %", "修改 %\r\n已经办结" + reason, "附件 % 全部", "撤回 %", "退回重办 % " + reason, "呈报 % 主要领导 " + reason,
		"批示 % 经济运行处\r\n" + reason, "催办 %", "督办 %", "保密 %", "解密 %", "并案 % " + other, "重办 % " + reason, "结案 %", "公开 %", "不公开 %", "登记\r\n来电人李某反映停电",
		"记录 " + reason, "接班", "交班 " + reason, "待办", "查询 %", "统计", "帮助", "同意延期 %", "同意协办 %", "确认", "请问怎么办" + reason, "答复 %\r\n已办" + reason,
		"催办 %\r\n督办 %\r\n保密 %\r\n受理 %\r\n结案 %\r\n公开 %"})
	if n == "" || !strings.Contains(line, "%") {
		return strings.ReplaceAll(line, "%", n), ""
	}
	sequence, err := strconv.Atoi(n)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(line, "%", n), petition.NewNumber("SFJX", w.now.Year(), sequence)
}

// bareCommand is a command in a fresh mail, with neither thread nor code.
func (w *walk) bareCommand() {
	from := pick(w, w.everybody())
	reason, marks := w.inside(from)
	text, target := w.anyVerb(reason)
	subject := "指令"
	if w.one(3) {
		subject = fmt.Sprintf("关于〔SFJX-2026-%06d〕", 1+w.rng.IntN(max(1, len(w.now2))))
	}
	m := written{from: from, authenticated: !w.one(7), verb: text, target: target, secrets: marks}
	w.note("%s commands (authenticated %v): %q", from, m.authenticated, firstLine(text))
	w.send(pick(w, []string{"desk", "desk", "director"}), letter.Outgoing{From: letter.Address{Address: from}, Subject: subject, Text: text}, m)
}

// citizenAnswers is a citizen replying to what they got.
func (w *walk) citizenAnswers(r received) {
	who := w.citizen(r.by)
	more, i := w.mark(r.by, false)
	text := pick(w, []string{"满意", "不满意 " + more, "基本满意", "撤回", "查询", "申请复查 不服" + more, "补充：" + more + "，仍未解决。", "确认", "批准", "谢谢，" + more})
	if r.m.kind == "confirm" && !w.one(4) {
		text = "确认"
	}
	out := letter.Outgoing{From: letter.Address{Name: who.name, Address: r.by}, Subject: "回复：" + r.m.l.Subject, InReplyTo: []string{r.m.l.MessageID},
		References: append(slices.Clone(r.m.l.References), r.m.l.MessageID), Text: quoting(text, r.m)}
	w.note("the citizen %s answers the %s of %s: %q", r.by, r.m.kind, r.m.number, firstLine(text))
	w.send(pick(w, []string{"director", "consult", "desk"}), out, written{from: r.by, secrets: []int{i}, identity: &who, answers: r.m})
}

func (w *walk) citizen(address string) identity {
	for _, c := range w.citizens {
		if c.address == address {
			return c
		}
	}
	return identity{address: address}
}

// citizenWrites is a citizen, or a stranger, commanding in a fresh mail, with a
// query code that is right, another case's, or wrong.
func (w *walk) citizenWrites() {
	who := pick(w, append([]identity{{name: "赵某", address: "stranger@evil.example"}}, w.citizens...))
	n := petition.NewNumber("SFJX", 2026, 1+w.rng.IntN(max(1, len(w.now2))))
	from := n
	if w.one(3) {
		from = petition.NewNumber("SFJX", 2026, 1+w.rng.IntN(max(1, len(w.now2))))
	}
	query := w.queryCode(from)
	if w.one(4) {
		query = "0000000000"
	}
	m := written{from: who.address, identity: &who}
	if from == n && query != "0000000000" {
		m.queried = n
	}
	more, i := w.mark(who.address, false)
	m.secrets = []int{i}
	text := pick(w, []string{"查询 ", "满意 ", "不满意 ", "撤回 ", "申请复查 "}) + string(n)
	if !w.one(4) {
		text += " " + query
	}
	text += " " + more
	w.note("%s (outside) writes %q", who.address, strings.ReplaceAll(text, query, "code"))
	w.send(pick(w, []string{"director", "consult"}), letter.Outgoing{From: letter.Address{Name: who.name, Address: who.address}, Subject: "查询〔" + string(n) + "〕", Text: text}, m)
}

// bounces is a delivery report about some mail of ours.
func (w *walk) bounces() {
	r, ok := w.recent()
	if !ok {
		return
	}
	status := pick(w, []string{"5.1.1", "4.2.2", "5.2.2"})
	raw := strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mail.example
To: wsxf@jxw.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b%d@mail.example>
Date: Mon, 2 Mar 2026 09:00:00 +0800
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain; charset=utf-8

批准
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; %s
Action: failed
Status: %s
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: <%s>
To: %s
Subject: x

批准
--b--
`, w.serial, r.by, status, r.m.l.MessageID, r.by), "\n", "\r\n")
	w.serial++
	w.note("the %s of %s to %s bounces with %s", r.m.kind, r.m.number, r.by, status)
	w.raw("desk", raw, "MAILER-DAEMON@mail.example")
}

// machine is mail that is never obeyed: a vacation notice, a list's copy, our
// own mail coming back, somebody forwarding what they got.
func (w *walk) machine() {
	r, ok := w.recent()
	if !ok {
		return
	}
	w.serial++
	code := ""
	if found := command.Codes(r.m.l.Text); len(found) > 0 {
		code = found[0]
	}
	switch w.rng.IntN(4) {
	case 0:
		w.note("our own %s to %s comes back", r.m.kind, r.by)
		w.raw("desk", string(r.m.raw), "wsxf@jxw.example")
		return
	case 1:
		w.note("%s is on leave", r.by)
		w.raw("desk", w.plain(r, "Auto-Submitted: auto-replied\r\n", "批准\r\n\r\n回执码："+code), r.by)
	case 2:
		w.note("a list brings a reply of %s", r.by)
		w.raw("desk", w.plain(r, "List-Id: <all.jxw.example>\r\nPrecedence: list\r\n", "批准\r\n\r\n回执码："+code), r.by)
	default:
		w.note("%s forwards the %s", r.by, r.m.kind)
		w.raw("desk", w.plain(r, "", "请知悉。\r\n\r\n-------- 转发的邮件 --------\r\n发件人: x\r\n\r\n批准\r\n确认\r\n回执码："+code), r.by)
	}
}

func (w *walk) plain(r received, fields, text string) string {
	return fmt.Sprintf("From: <%s>\r\nTo: wsxf@jxw.example\r\nSubject: x\r\nMessage-ID: <w%d@client.example>\r\nIn-Reply-To: <%s>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0800\r\n%s"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", r.by, w.serial, r.m.l.MessageID, fields, text)
}

// raw lets bytes arrive as they are. Whoever they are from commands nothing.
func (w *walk) raw(box, text, from string) {
	w.uid[box]++
	raw := append([]byte(stamp2(reply{from: from}, w.now)), text...)
	at := arrivalOf{box: box, validity: 1, uid: w.uid[box], raw: raw, mail: &written{from: from, verb: "(machine)"}}
	w.past = append(w.past, at)
	w.arrive(at)
}
