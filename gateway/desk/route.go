package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// route finds out what a letter is and has it handled as that. A letter that
// reached the wrong box is still handled as what it is (spec mail section 1).
func (w *work) route(a *arrival) error {
	if test, err := w.selfTest(a); err != nil || test {
		return err
	}
	own, err := w.ownMail(&a.l)
	if err != nil {
		return err
	}
	if own {
		return w.file(a, store.KindAutomatic, "本系统自己发出的邮件")
	}
	form := w.formOf(a)
	if form == nil || strings.TrimSpace(form.Body) == "" {
		switch a.l.Kind {
		case letter.KindBounce:
			return w.bounce(a)
		case letter.KindAutomatic, letter.KindNotification, letter.KindList, letter.KindReceipt, letter.KindFeedback:
			return w.file(a, letterKinds[a.l.Kind], "")
		case letter.KindPerson:
		}
	} else {
		return w.registerOrJoin(a, form)
	}
	if copied, err := w.copied(a); err != nil || copied {
		return err
	}
	standing, err := authority.Judge(w.ctx, a.l, a.Raw, w.now, w.Policy.Roster, w.Authority, evidence{w, a.keys})
	if err != nil {
		return fmt.Errorf("judge: %w", err)
	}
	// What stands unsigned beside a signed part is not obeyed.
	readable := standing.Readable(a.l)
	if readable.Text != a.l.Text || readable.New != a.l.New {
		w.forget(a.prepared)
	}
	a.l = readable
	switch {
	case standing.Never != "":
		return w.file(a, store.KindAutomatic, "自动邮件："+standing.Never)
	case len(standing.Posts) > 0:
		if mine, err := w.ownPetition(a); err != nil || mine {
			if err != nil {
				return err
			}
			return w.citizen(a, standing)
		}
		return w.internal(a, standing)
	case standing.ForeignCode != nil && standing.ForeignCode.State == authority.CodeLive:
		return w.suspicious(a, standing, standing.ForeignCode.Case, []string{"出示了发给他人的回执码，发件地址不在名册中"})
	}
	if done, err := w.centreAnswers(a, standing); err != nil || done {
		return err
	}
	number, internal, err := w.answersInternal(standing)
	if err != nil {
		return err
	}
	if internal {
		return w.suspicious(a, standing, number, []string{"答复的是发给工作人员的来件，发件地址不在名册中"})
	}
	return w.citizen(a, standing)
}

// answersInternal says whether a mail from outside the roster answers one that
// went to somebody of the office: it comes from a former member, or from whom a
// mail was handed on to. It is no citizen's letter: what it quotes would go to
// whichever division the rules name, the accused one too.
func (w *work) answersInternal(st authority.Standing) (petition.Number, bool, error) {
	internal := func(n petition.Number, to ...string) (bool, error) {
		if n == "" {
			return true, nil // citizens get mails about cases only
		}
		c, err := w.tx.Case(n)
		if err != nil {
			return false, fmt.Errorf("find case: %w", err)
		}
		return !slices.ContainsFunc(to, func(address string) bool { return petition.SameAddress(address, c.Sender) }), nil
	}
	for _, code := range []*authority.CodeInfo{st.Code, st.StaleCode, st.ForeignCode} {
		if code != nil {
			yes, err := internal(code.Case, code.Address)
			return code.Case, yes, err
		}
	}
	if st.Thread != nil {
		yes, err := internal(st.Thread.Case, st.Thread.To...)
		return st.Thread.Case, yes, err
	}
	return "", false, nil
}

// copied recognises a command that somebody of the roster sent to two boxes at
// once: it counts once. A forgery that came before must not swallow it, so a
// letter that was reported is none to be a copy of.
func (w *work) copied(a *arrival) (bool, error) {
	if a.l.MessageID == "" || len(w.Policy.Roster.Posts(a.row.From)) == 0 {
		return false, nil
	}
	first, err := w.tx.LetterByMessageID(a.l.MessageID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find letter: %w", err)
	}
	obeyed := slices.Contains([]store.LetterKind{store.KindCommand, store.KindOpinion, store.KindInstruction}, first.Kind) && first.Note == ""
	if first.ID == a.row.ID || first.Mailbox == a.box.ID || !obeyed {
		return false, nil
	}
	same, err := w.sameWords(first, a)
	if err != nil || !same {
		return false, err
	}
	if err := w.tx.SetLetterNote(a.row.ID, fmt.Sprintf("与第 %d 号来件相同，已按该件办理", first.ID)); err != nil {
		return false, fmt.Errorf("note copy: %w", err)
	}
	if err := w.tx.SetLetterCase(a.row.ID, first.Case, first.Kind); err != nil {
		return false, fmt.Errorf("file copy: %w", err)
	}
	return true, nil
}

// ownPetition says whether somebody of the roster answers a mail that they got
// as the citizen of a case.
func (w *work) ownPetition(a *arrival) (bool, error) {
	mail := w.answered(&a.l)
	if mail == nil || mail.Case == "" || !slices.Contains([]string{"receipt", "acceptance", "notice", "status", "answer", "refusal"}, mail.Kind) {
		return false, nil
	}
	c, err := w.tx.Case(mail.Case)
	if err != nil {
		return false, fmt.Errorf("find case: %w", err)
	}
	return petition.SameAddress(c.Sender, a.row.From), nil
}

var letterKinds = map[letter.Kind]store.LetterKind{
	letter.KindAutomatic: store.KindAutomatic, letter.KindNotification: store.KindNotification, letter.KindList: store.KindList,
	letter.KindReceipt: store.KindNotification, letter.KindFeedback: store.KindNotification, letter.KindBounce: store.KindBounce,
}

// ownMail recognises a mail of ours by its Message-ID, whatever way it came back.
func (w *work) ownMail(l *letter.Letter) (bool, error) {
	if l.MessageID == "" {
		return false, nil
	}
	_, err := w.tx.OutgoingByMessageID(l.MessageID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// file keeps a letter that is neither answered nor obeyed: with its case when
// it answers a mail of ours, else without a registration number.
func (w *work) file(a *arrival, kind store.LetterKind, note string) error {
	number := petition.Number("")
	if mail := w.answered(&a.l); mail != nil {
		number = mail.Case
	}
	if err := w.tx.SetLetterCase(a.row.ID, number, kind); err != nil {
		return fmt.Errorf("file letter: %w", err)
	}
	if note != "" {
		if err := w.tx.SetLetterNote(a.row.ID, note); err != nil {
			return fmt.Errorf("note letter: %w", err)
		}
	}
	if number == "" {
		return nil
	}
	c, err := w.tx.Case(number)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	_, err = w.apply(c, petition.Event{Kind: petition.EvNoted, Actor: petition.System(), Text: "收到自动邮件（" + strings.Join(a.l.Evidence, "，") + "），存入卷宗，不作答复"},
		origin{letter: a.row.ID})
	return err
}

// answered is the mail of ours that a letter answers, nil when none.
func (w *work) answered(l *letter.Letter) *store.OutgoingRow {
	for _, list := range [][]string{l.InReplyTo, l.References} {
		for i := len(list) - 1; i >= 0; i-- {
			if mail, err := w.tx.OutgoingByMessageID(list[i]); err == nil {
				return &mail
			}
		}
	}
	return nil
}

// bounce notes what a delivery report says of a mail of ours (spec mail
// section 6). A report about no mail of ours is kept and nothing more.
func (w *work) bounce(a *arrival) error {
	var mail *store.OutgoingRow
	if r := a.l.Report; r != nil && r.OriginalMessageID != "" {
		if o, err := w.tx.OutgoingByMessageID(r.OriginalMessageID); err == nil {
			mail = &o
		}
	}
	if mail == nil {
		mail = w.answered(&a.l)
	}
	number := petition.Number("")
	if mail != nil {
		number = mail.Case
	}
	if err := w.tx.SetLetterCase(a.row.ID, number, store.KindBounce); err != nil {
		return fmt.Errorf("file bounce: %w", err)
	}
	if mail == nil || a.l.Report == nil {
		return nil
	}
	for _, r := range a.l.Report.Recipients {
		if r.Action != "failed" && r.Action != "" {
			continue
		}
		if !addressed(mail, r.Address) {
			if len(mail.To) != 1 {
				continue
			}
			// An alias was expanded on the way: the report names where it led.
			r.Address = mail.To[0]
		}
		result := store.RecipientResult{Address: r.Address, State: store.RecipientBounced, Enhanced: r.Status, Text: r.Diagnostic}
		if err := w.tx.NoteBounce(mail.ID, result, r.Permanent); err != nil {
			return fmt.Errorf("note bounce: %w", err)
		}
		if number == "" || !r.Permanent {
			continue
		}
		c, err := w.tx.Case(number)
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		text := fmt.Sprintf("发往 %s 的邮件（%s）被退回：%s %s", r.Address, KindName(mail.Kind), r.Status, r.Diagnostic)
		if _, err := w.undelivered(c, r.Address, text, origin{letter: a.row.ID}); err != nil {
			return err
		}
	}
	return nil
}

// alarms is how many mails to one address about one case raise an alarm in a
// day when they do not arrive. The alarms are mails too: without an end to it,
// two people who cannot be reached would be told of each other for ever.
const alarms = 3

// undelivered puts a mail that did not arrive before the people who must act.
func (w *work) undelivered(c petition.Case, address, text string, at origin) (petition.Case, error) {
	n, err := w.tx.Bump("undelivered", string(c.Number)+" "+strings.ToLower(address), w.office(w.now).Format("2006-01-02"))
	if err != nil {
		return c, fmt.Errorf("count bounces: %w", err)
	}
	e := petition.Event{Kind: petition.EvBounced, Actor: petition.System(), Address: address, Text: text}
	if n > alarms {
		e.Kind = petition.EvNoted
	}
	return w.apply(c, e, at)
}

func addressed(mail *store.OutgoingRow, address string) bool {
	for _, to := range mail.To {
		if petition.SameAddress(to, address) {
			return true
		}
	}
	return false
}

// KindName is a queue kind in the words of the office.
func KindName(kind string) string {
	if name, ok := kindNames[kind]; ok {
		return name
	}
	return kind
}

var kindNames = map[string]string{
	"receipt": "收件回执", "acceptance": "受理告知", "refusal": "不予受理告知", "triage": "待分办单", "dispatch": "转办单", "assist": "协办单", "chase": "催办单",
	"notice": "告知", "approval": "待审单", "answer": "答复", "confirm": "确认请求", "transcript": "办理回执", "report": "情况报告", "handover": "交接班",
	"alarm": "告警", "digest": "每日情况", "assessment": "考核", "status": "办理情况", "suspicious": "可疑指令报告", KindSelfTest: "系统自检",
}

// suspicious keeps a mail that must not be obeyed with its case, puts it on the
// record and reports it, without answering it (spec mail section 5). reasons
// are sentences; none of them may repeat the command.
func (w *work) suspicious(a *arrival, st authority.Standing, number petition.Number, reasons []string) error {
	for _, r := range st.Suspicious {
		if !slices.Contains(reasons, r.Text) {
			reasons = append(reasons, r.Text)
		}
	}
	c := petition.Case{}
	var err error
	if number != "" {
		c, err = w.tx.Case(number)
		if errors.Is(err, store.ErrNotFound) {
			number, err = "", nil // the mail made the number up
		}
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
	}
	if err := w.tx.SetLetterCase(a.row.ID, number, store.KindCommand); err != nil {
		return fmt.Errorf("file suspicious: %w", err)
	}
	if err := w.tx.SetLetterNote(a.row.ID, "可疑指令，未执行"); err != nil {
		return fmt.Errorf("note suspicious: %w", err)
	}
	text := "未执行：" + strings.Join(reasons, "；")
	to := petition.Mail{Template: "suspicious"}
	if number != "" {
		if _, err = w.apply(c, petition.Event{Kind: petition.EvSuspicious, Actor: petition.System(), Text: text}, origin{letter: a.row.ID}); err != nil {
			return err
		}
	} else if _, err = w.tx.Append(store.Entry{Time: w.now, Actor: petition.System(), Kind: petition.EvSuspicious, Text: text}); err != nil {
		return fmt.Errorf("append suspicious: %w", err)
	}
	for _, p := range w.handlers() {
		to.To = append(to.To, petition.Recipient{Person: p, Role: petition.RoleHandler})
	}
	to.To = append(to.To, petition.Recipient{Role: petition.RoleDuty})
	return w.reportSuspicious(a, c, w.expand(to.To), reasons)
}

// reports is how many suspicious mails that claim one address are reported in
// an hour; all are recorded.
const reports = 10

func (w *work) reportSuspicious(a *arrival, c petition.Case, to []petition.Recipient, reasons []string) error {
	n, err := w.tx.Bump("suspicious", strings.ToLower(a.row.From), w.now.UTC().Format("2006-01-02T15"))
	if err != nil {
		return fmt.Errorf("count suspicious: %w", err)
	}
	if n > reports {
		return nil
	}
	for _, r := range to {
		if c.Number != "" && !petition.MaySee(c, r.Address, w.Policy.Roster) {
			continue
		}
		claimed := w.discreetField(a.row.From)
		if name := w.nameOf(claimed); name != claimed {
			claimed = name + " <" + claimed + ">"
		}
		mail, err := w.Templates.Suspicious(templates.SuspiciousView{Common: w.common(c.Number, ""), To: r.Name, Claimed: claimed, Shown: w.unspoken(a.row.Name),
			Box: a.box.Name, Arrived: w.office(a.Arrived), LetterID: fmt.Sprint(a.row.ID), Why: reasons})
		if err != nil {
			return fmt.Errorf("render suspicious: %w", err)
		}
		if err := w.post(parcel{kind: "suspicious", number: c.Number, to: r.Person, mail: mail, matter: petition.MatterAlarm, bypass: true}); err != nil {
			return err
		}
	}
	return nil
}

// reportFailed tells the office that a letter could not be handled: its bytes
// are kept and somebody must look (spec system section 7).
func (w *work) reportFailed(p *prepared) error {
	return w.raise(templates.AlarmView{What: "有一封来件未能自动处理，原件已完整保存",
		Since: w.office(p.Arrived), Facts: []templates.Field{{Label: "信箱", Value: w.box(p.Box).Name}},
		Advice: []string{"请技术人员用 xinfangd failed list 查看原因，处理后用 xinfangd failed retry 重新登记"}}, w.handlers())
}
