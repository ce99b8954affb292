package desk

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// wish is one command of a citizen, as it is held for confirmation.
type wish struct {
	Command command.Command `json:"command"`
	Number  petition.Number `json:"number"`
}

// citizen handles a letter from outside: a question about a case, a rating, a
// supplement to a case, or, which is most of them, a new letter.
func (w *work) citizen(a *arrival, st authority.Standing) error {
	if st.Code != nil && st.Code.Matter == petition.MatterConfirm && st.Code.Held != 0 {
		if handled, err := w.citizenConfirm(a, st); err != nil || handled {
			return err
		}
	}
	if code := st.StaleCode; code != nil && code.Matter == petition.MatterConfirm && code.Held != 0 && confirms(a.l.New) {
		return w.confirmedBefore(a, code.Case)
	}
	if same, err := w.sameLetter(a); err != nil || same != "" {
		if err != nil {
			return err
		}
		if err := w.tx.SetLetterNote(a.row.ID, "与同一来信人先前的来信相同"); err != nil {
			return fmt.Errorf("note copy: %w", err)
		}
		return w.tx.SetLetterCase(a.row.ID, same, store.KindFollowUp)
	}
	o := w.grammar()
	o.Citizen = true
	commands, _ := command.Parse(a.l.New, o)
	thread, certain, err := w.citizenThread(a, st)
	if err != nil {
		return err
	}
	if len(commands) > 0 {
		handled, err := w.citizenCommand(a, commands[0], thread, certain)
		if err != nil || handled {
			return err
		}
	}
	if thread.Number == "" {
		return w.registerOrJoin(a, nil)
	}
	return w.followUp(a, thread)
}

// citizenCommand does what a citizen asks for. handled is false when the mail
// is a letter after all.
func (w *work) citizenCommand(a *arrival, cmd command.Command, thread petition.Case, certain bool) (handled bool, err error) {
	number := cmd.Number
	if number == "" {
		number = thread.Number
	}
	if number == "" {
		number = stated(a.l.New)
	}
	if number == "" {
		return false, nil
	}
	c, err := w.tx.Case(number)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, fmt.Errorf("find case: %w", err)
	}
	found := err == nil
	inThread := found && thread.Number == number
	// The registered address belongs to its case, whatever it writes in the subject.
	belongs := inThread || found && c.Sender != "" && petition.SameAddress(c.Sender, a.row.From)
	proven := inThread && certain
	shown := cmd.QueryCode
	if codes := command.QueryCodes(a.l.New); shown == "" && len(codes) > 0 {
		shown = codes[0]
	}
	if shown != "" && !proven {
		right, locked, err := w.checkQueryCode(a.row.From, number, shown, found)
		if err != nil {
			return false, err
		}
		if locked || !right {
			return true, w.keepQuietly(a, found, number)
		}
		proven = true
	}
	if !found {
		if cmd.Verb != command.Query {
			// As with a case that exists and is not the writer's: nobody shall learn
			// the difference, and what they say is heard as a letter of its own.
			return false, nil
		}
		return true, w.keepQuietly(a, false, number)
	}
	if cmd.Verb == command.Query {
		if !proven && !belongs {
			return true, w.keepQuietly(a, true, number)
		}
		if err := w.fileCommand(a, number); err != nil {
			return false, err
		}
		return true, w.status(c, a, inThread && petition.SameAddress(c.Sender, a.row.From))
	}
	if !proven {
		if !belongs {
			// Somebody else's word on this case counts for nothing; as a letter
			// of its own it is still heard.
			return false, nil
		}
		return true, w.citizenHold(a, c, cmd)
	}
	if err := w.fileCommand(a, number); err != nil {
		return false, err
	}
	return true, w.citizenDo(a, c, cmd)
}

// wrongTries is how often an address may show a wrong query code in an hour;
// after that it gets silence for the hour, right code or not.
const wrongTries = 5

// checkQueryCode compares in constant time; a number that does not exist is a
// wrong try like any other, so that nothing is learned from it.
func (w *work) checkQueryCode(address string, n petition.Number, shown string, found bool) (right, locked bool, err error) {
	hour := w.now.UTC().Format("2006-01-02T15")
	tries, err := w.tx.Tally("query_code", strings.ToLower(address), hour)
	if err != nil {
		return false, false, fmt.Errorf("count tries: %w", err)
	}
	if tries >= wrongTries {
		return false, true, nil
	}
	want := ""
	if found {
		if want, err = w.tx.QueryCode(n); err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, false, fmt.Errorf("read query code: %w", err)
		}
	}
	if want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(shown)) == 1 {
		return true, false, nil
	}
	if _, err := w.tx.Bump("query_code", strings.ToLower(address), hour); err != nil {
		return false, false, fmt.Errorf("count tries: %w", err)
	}
	return false, false, nil
}

// keepQuietly files a question that proves nothing; it is not answered.
func (w *work) keepQuietly(a *arrival, found bool, n petition.Number) error {
	if !found {
		n = ""
	}
	if err := w.tx.SetLetterNote(a.row.ID, "查询未通过核对，未答复"); err != nil {
		return fmt.Errorf("note letter: %w", err)
	}
	return w.fileCommand(a, n)
}

func (w *work) fileCommand(a *arrival, n petition.Number) error {
	if err := w.tx.SetLetterCase(a.row.ID, n, store.KindCommand); err != nil {
		return fmt.Errorf("file command: %w", err)
	}
	return nil
}

// citizenDo carries out a proven rating, withdrawal or request for review, and
// answers to the registered address.
func (w *work) citizenDo(a *arrival, c petition.Case, cmd command.Command) error {
	actor := petition.Actor{Address: c.Sender, Name: c.Name, Role: petition.RoleCitizen}
	at := origin{letter: a.row.ID}
	out := templates.Outcome{Line: w.said(cmd), OK: true}
	var err error
	switch cmd.Verb {
	case command.Satisfied, command.FairSatisfied, command.Dissatisfied:
		if c.Open() && strings.TrimSpace(cmd.Text) != "" {
			// There is nothing to rate yet, but somebody must read this.
			return w.followUp(a, c)
		}
		c, err = w.apply(c, petition.Event{Kind: petition.EvRated, Actor: actor, Rating: rating(cmd), Text: strings.TrimSpace(rating(cmd) + " " + cmd.Text)}, at)
		out.Result = "您的评价“" + rating(cmd) + "”已记录，感谢您的监督"
	case command.Withdraw:
		c, err = w.apply(c, petition.Event{Kind: petition.EvWithdrawn, Actor: actor, Text: cmd.Text}, at)
		out.Result = "您的来信已按您的要求撤回"
	case command.Review:
		return w.review(a, c, cmd)
	default:
		out.OK, out.Result = false, "暂不办理此项请求"
	}
	var refusal *petition.Refusal
	if errors.As(err, &refusal) {
		out.OK, out.Result, err = false, refusal.Say, nil
		out.Advice = "如有新的情况或者意见，请直接写明后回复本邮件"
	}
	if err != nil {
		return err
	}
	return w.citizenTranscript(a, c, out)
}

// said is a citizen's line without the query code, which no other mail carries.
func (w *work) said(cmd command.Command) string {
	line := cmd.Raw
	if cmd.QueryCode != "" {
		line = strings.ReplaceAll(line, cmd.QueryCode, "（略）")
	}
	return w.discreet(line)
}

// review opens a review of an answered case. Before the answer there is nothing
// to review: what is asked for is a supplement. When its days are over it is a
// further letter like any other, and the citizen is told why.
func (w *work) review(a *arrival, c petition.Case, cmd command.Command) error {
	if c.Open() {
		if err := w.followUp(a, c); err != nil {
			return err
		}
		return w.citizenTranscript(a, c, templates.Outcome{Line: w.said(cmd), Result: "来信还没有答复，不能申请复查", Advice: "您所写的已作为补充情况转给承办人员，不必重新发送"})
	}
	last, answered := w.office(c.Answered).AddDate(0, 0, reviewDays), !c.Answered.IsZero()
	end := time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, last.Location())
	inTime := answered && w.office(w.now).Before(end)
	if err := w.register(a, c.Number, inTime); err != nil || inTime {
		return err
	}
	out := templates.Outcome{Line: w.said(cmd), Result: "该信件没有作出答复，不能申请复查", Advice: "您的来信已作为新的来信登记，将按规定办理"}
	if answered {
		out.Result = fmt.Sprintf("申请复查须在收到答复之日起 %d 日内提出，本件的期限已于 %s 届满", reviewDays, last.Format("2006年1月2日"))
	}
	return w.citizenTranscript(a, c, out)
}

func rating(cmd command.Command) string {
	if cmd.Rating != "" {
		return cmd.Rating
	}
	return map[command.Verb]string{command.Satisfied: "满意", command.FairSatisfied: "基本满意", command.Dissatisfied: "不满意"}[cmd.Verb]
}

// citizenTranscript tells the registered address what came of its word. Who was
// registered by telephone or by a form may have none: the record has to do then.
func (w *work) citizenTranscript(a *arrival, c petition.Case, out templates.Outcome) error {
	if c.Sender == "" {
		w.desk.log.Info("no address for an answer", "case", c.Number, "letter", a.row.ID)
		return nil
	}
	n, allowed, err := w.share(c.Sender)
	if err != nil || !allowed {
		return err
	}
	v := templates.TranscriptView{Common: w.common(c.Number, ""), To: c.Name, Citizen: true, Outcomes: []templates.Outcome{out}, State: CitizenState(c)}
	if n == w.AutoMail {
		v.Note = fmt.Sprintf("您的邮箱今天收到的自动邮件已达 %d 封，这是今天的最后一封；此后的来信照常登记、办理，只是今天不再逐封回复。", n)
	}
	mail, err := w.Templates.Transcript(v)
	if err != nil {
		return fmt.Errorf("render transcript: %w", err)
	}
	return w.post(parcel{kind: "transcript", number: c.Number, to: petition.Person{Name: c.Name, Address: c.Sender}, citizen: true, box: w.box(c.Mailbox),
		mail: mail, inReplyTo: a.l.MessageID, replied: true, letter: a.row.ID})
}

// CitizenState is a case's state in words for the citizen.
func CitizenState(c petition.Case) string {
	switch c.State {
	case petition.Registered, petition.Triage:
		return "已登记"
	case petition.Accepted:
		return "已受理"
	case petition.Dispatched, petition.Drafted, petition.Approved:
		return "正在办理"
	case petition.Answered:
		return "已答复"
	case petition.Closed, petition.Archived:
		return "已办结"
	case petition.Refused:
		return "不予受理（已告知）"
	case petition.Merged:
		return "与同一事项合并办理"
	case petition.Withdrawn:
		return "已撤回"
	}
	return ""
}

// status answers 查询, to the registered address only (C20). The query code is
// told again only when that address itself asked inside the thread.
func (w *work) status(c petition.Case, a *arrival, inThread bool) error {
	if c.Sender == "" {
		return nil
	}
	n, allowed, err := w.share(c.Sender)
	if err != nil || !allowed {
		return err
	}
	v := templates.StatusView{Common: w.common(c.Number, ""), Subject: c.Subject, Box: w.box(c.Mailbox).Name, Arrived: w.office(c.Arrived),
		State: CitizenState(c), Cap: w.AutoMail, LastToday: n == w.AutoMail}
	if inThread {
		if v.QueryCode, err = w.tx.QueryCode(c.Number); err != nil {
			return fmt.Errorf("read query code: %w", err)
		}
	}
	v.Steps = append(v.Steps, templates.Step{At: w.office(c.Arrived), Text: "收到来信并登记"})
	if !c.Accepted.IsZero() {
		v.Steps = append(v.Steps, templates.Step{At: w.office(c.Accepted), Text: "受理"})
	}
	if !c.Answered.IsZero() {
		v.Steps = append(v.Steps, templates.Step{At: w.office(c.Answered), Text: "答复"})
	}
	if !c.Closed.IsZero() {
		v.Steps = append(v.Steps, templates.Step{At: w.office(c.Closed), Text: "办结"})
	}
	if c.Open() {
		v.Next = "答复将发送到您的登记邮箱"
		if !c.Accepted.IsZero() {
			law, estimated := petition.LawLimit(c, w.Policy)
			v.Due = w.deadline(law, estimated)
		}
	}
	mail, err := w.Templates.Status(v)
	if err != nil {
		return fmt.Errorf("render status: %w", err)
	}
	reply := a.l.MessageID
	if !petition.SameAddress(a.row.From, c.Sender) {
		reply = c.MessageID
	}
	return w.post(parcel{kind: "status", number: c.Number, to: petition.Person{Name: c.Name, Address: c.Sender}, citizen: true, box: w.box(c.Mailbox),
		mail: mail, inReplyTo: reply, replied: true, letter: a.row.ID})
}

// followUp takes a citizen's further letter in a case's thread. A finished case
// is not reopened by it: the letter becomes a case of its own, linked to it.
func (w *work) followUp(a *arrival, c petition.Case) error {
	if c.State != petition.Answered && !c.Open() {
		return w.register(a, c.Number, false)
	}
	if err := w.tx.SetLetterCase(a.row.ID, c.Number, store.KindFollowUp); err != nil {
		return fmt.Errorf("file supplement: %w", err)
	}
	actor := petition.Actor{Address: c.Sender, Name: c.Name, Role: petition.RoleCitizen}
	code, err := w.tx.QueryCode(c.Number)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read query code: %w", err)
	}
	text := withoutQuery(w.discreet(a.l.New), code)
	if text == "" {
		text = "（没有文字，附件 " + fmt.Sprint(len(a.l.Attachments)) + " 个）"
	}
	if !petition.SameAddress(c.Sender, a.row.From) {
		text = "（从登记地址以外的邮箱发来）\n" + text
	}
	if _, err := w.apply(c, petition.Event{Kind: petition.EvNoted, Actor: actor, Text: text}, origin{letter: a.row.ID}); err != nil {
		return err
	}
	if err := w.tx.IndexLetter(c.Number, a.row.ID, a.l.Text); err != nil {
		w.desk.log.Warn("letter not indexed", "case", c.Number, "letter", a.row.ID, "err", err)
	}
	return nil
}

// citizenHold asks the registered address to confirm a rating, a withdrawal or
// a request for review that nothing proves.
func (w *work) citizenHold(a *arrival, c petition.Case, cmd command.Command) error {
	if err := w.fileCommand(a, c.Number); err != nil {
		return err
	}
	if _, allowed, err := w.share(c.Sender); err != nil || !allowed {
		return err
	}
	view := templates.ConfirmView{Common: w.common(c.Number, ""), To: c.Name, Citizen: true, Subject: w.discreetField(a.l.Subject), Arrived: w.office(a.Arrived),
		Held: []string{w.said(cmd)}, Why: "来件没有引用我们发给您的邮件，也没有写明查询码"}
	to := petition.Recipient{Person: petition.Person{Name: c.Name, Address: c.Sender}, Role: petition.RoleCitizen}
	return w.hold(held{Citizen: &wish{Command: cmd, Number: c.Number}}, c.Number, to, view, a, w.box(c.Mailbox))
}
