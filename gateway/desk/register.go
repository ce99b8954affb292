package desk

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
	"xinfangd/templates"
)

// arrival is a letter on the register whose meaning is being found out.
type arrival struct {
	*prepared
	row store.Letter
	box Box
}

// old is how long before the first pull of a box a letter must have come for
// its clocks to run from first sight, without a receipt (spec system section 4).
const old = 7 * 24 * time.Hour

// register makes a letter a case: number, query code, classification, dispatch
// or triage, receipt. follows names the finished case that it takes up again.
func (w *work) register(a *arrival, follows petition.Number, review bool) error {
	form := w.formOf(a)
	number, err := w.tx.NextNumber(w.office(a.Arrived).Year())
	if err != nil {
		return fmt.Errorf("take number: %w", err)
	}
	fresh := petition.Case{
		Number: number, Mailbox: a.box.ID, Sender: a.row.From, Name: a.row.Name, Subject: subject(&a.l), Letter: a.row.ID,
		MessageID: a.l.MessageID, Arrived: a.Arrived, Confidential: a.box.Confidential, Follows: follows, Review: review,
	}
	applyForm(&fresh, form, a.box)
	fresh.Subject, fresh.Name, fresh.Phone = w.discreetField(fresh.Subject), w.discreetField(fresh.Name), w.discreetField(fresh.Phone)
	if err := w.inherit(&fresh); err != nil {
		return err
	}
	if fresh.Related, err = w.related(a, fresh); err != nil {
		return err
	}
	late, err := w.beforeFirstPull(a)
	if err != nil {
		return err
	}
	if late {
		fresh.ClocksFrom = w.now
	}
	code, err := queryCode()
	if err != nil {
		return err
	}
	at := origin{letter: a.row.ID, digest: a.row.Digest, messageID: a.l.MessageID, queryCode: code, receipt: w.Policy.Receipt && !late && !a.l.SuppressReply && (form != nil || a.l.Kind == letter.KindPerson)}
	actor := petition.Actor{Address: fresh.Sender, Name: fresh.Name, Role: petition.RoleCitizen}
	c, err := w.apply(petition.Case{}, petition.Event{Kind: petition.EvRegistered, Actor: actor, Fresh: &fresh, Text: fresh.Subject}, at)
	if err != nil {
		return err
	}
	if err := w.tx.SetLetterCase(a.row.ID, number, letterKind(follows)); err != nil {
		return fmt.Errorf("put letter to case: %w", err)
	}
	verdict := w.verdict(c, a, form)
	print := a.printOf(form)
	alike, err := w.relate(c, print)
	if err != nil {
		return err
	}
	if why := alike.why(); why != "" && verdict.NeedsLook == "" && follows == "" {
		verdict.NeedsLook = why
	}
	verdict = w.entrust(c, a, verdict)
	if err := w.tx.AddPrint(number, a.row.ID, c.Sender, print, alike.Mass); err != nil {
		return fmt.Errorf("keep fingerprint: %w", err)
	}
	if c, err = w.apply(c, petition.Event{Kind: petition.EvClassified, Actor: petition.System(), Verdict: &verdict}, at); err != nil {
		return err
	}
	if err := w.tellMass(c, alike); err != nil {
		return err
	}
	w.index(number, a, fresh)
	return nil
}

// inherit keeps what takes up a finished case as confidential as that was, and
// away from the division that was accused there (C14).
func (w *work) inherit(fresh *petition.Case) error {
	if fresh.Follows == "" {
		return nil
	}
	before, err := w.tx.Case(fresh.Follows)
	if err != nil {
		return fmt.Errorf("find former case: %w", err)
	}
	fresh.Confidential = fresh.Confidential || before.Confidential
	fresh.Accused, fresh.Recused = slices.Clone(before.Accused), slices.Clone(before.Recused)
	if !petition.SameAddress(fresh.Sender, before.Sender) {
		// A query code speaks for the citizen from any address, but everything is
		// answered to the registered one only.
		fresh.Sender, fresh.Name, fresh.Phone, fresh.MessageID = before.Sender, before.Name, before.Phone, before.MessageID
	}
	if before.Confidential {
		// The reply quotes our mails, which greet the citizen by the former name:
		// that is the one to be masked.
		fresh.Name, fresh.Phone = cmp.Or(before.Name, fresh.Name), cmp.Or(before.Phone, fresh.Phone)
	}
	return nil
}

// related is the case whose number a subject shows although the writer has no
// part in it: that lets nobody in, but the office is told (spec mail section 2).
func (w *work) related(a *arrival, fresh petition.Case) (petition.Number, error) {
	n, ok := numberIn(a.l.Subject)
	if !ok || n == fresh.Follows {
		return "", nil
	}
	_, err := w.tx.Case(n)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find related case: %w", err)
	}
	return n, nil
}

func letterKind(follows petition.Number) store.LetterKind {
	if follows != "" {
		return store.KindFollowUp
	}
	return store.KindLetter
}

// index makes the case findable. The store undoes a failure by itself; it never
// costs a registration.
func (w *work) index(n petition.Number, a *arrival, c petition.Case) {
	if err := w.tx.IndexRegistration(n, strings.Join([]string{c.Subject, c.Name, c.Sender}, "\n"), a.row.ID, a.doc()); err != nil {
		w.desk.log.Warn("case not indexed", "case", n, "letter", a.row.ID, "err", err)
	}
}

func (w *work) indexLetter(n petition.Number, a *arrival) {
	if err := w.tx.IndexLetter(n, a.row.ID, indexed(&a.l)); err != nil {
		w.desk.log.Warn("letter not indexed", "case", n, "letter", a.row.ID, "err", err)
	}
}

// subject is the letter's subject, or the beginning of its text.
func subject(l *letter.Letter) string {
	if s := strings.TrimSpace(l.Subject); s != "" {
		return s
	}
	text := []rune(strings.Join(strings.Fields(l.New), " "))
	if len(text) == 0 {
		return "（无主题）"
	}
	return string(text[:min(30, len(text))])
}

// form reads a web form's mail by the box's mapping, nil when it is none (C1).
func (s *Settings) form(box string, l letter.Letter) *letter.Form {
	mapping := s.box(box).Form
	if len(mapping) == 0 {
		return nil
	}
	form, ok := l.Form(mapping)
	if !ok {
		return nil
	}
	return &form
}

// formOf is the web form that a letter brings. What answers a mail of ours, or
// comes from the roster, is none even when it holds labelled lines.
func (w *work) formOf(a *arrival) *letter.Form {
	form := w.form(a.box.ID, a.l)
	if form != nil && (len(w.Policy.Roster.Posts(a.row.From)) > 0 || w.answered(&a.l) != nil) {
		return nil
	}
	return form
}

// applyForm takes the citizen's identity from the form. The web server's own
// address is never the citizen's.
func applyForm(c *petition.Case, form *letter.Form, box Box) {
	if form == nil {
		return
	}
	c.Sender, c.Name, c.Phone = form.Email, form.Name, form.Phone
	if form.Subject != "" {
		c.Subject = form.Subject
	}
}

// beforeFirstPull reports whether a letter lay in its box long before the
// gateway first looked into it.
func (w *work) beforeFirstPull(a *arrival) (bool, error) {
	first, err := w.firstPull(a.box.ID)
	if err != nil {
		return false, err
	}
	return a.Arrived.Before(first.Add(-old)), nil
}

// queryCode is ten random decimal digits (spec mail section 2).
func queryCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000_000))
	if err != nil {
		return "", fmt.Errorf("make query code: %w", err)
	}
	return fmt.Sprintf("%010d", n), nil
}

// classify asks the rules.
func (w *work) classify(box Box, l letter.Letter, size int64, form *letter.Form, arrived time.Time) rules.Verdict {
	q := ask(box, &l, form, arrived)
	if v, ok := w.known.verdicts[q]; ok && l.Digest != "" {
		return v
	}
	v := w.Rules.Classify(w.question(box, l, size, form, arrived))
	w.known.verdicts[q] = v
	return v
}

// question is a letter as the rules are shown it. Of a web form's mail the
// citizen's own words count, not the labels around them nor the web server's
// subject; a rule may name a field of the form by its key or by its label.
func (s *Settings) question(box Box, l letter.Letter, size int64, form *letter.Form, arrived time.Time) (rules.Text, rules.Context) {
	t := rules.Text{Mailbox: box.ID, Subject: l.Subject, Body: l.Text, Header: map[string][]string{}, Arrived: arrived, Size: size,
		AttachmentText: attachmentText(l)}
	if len(l.From) > 0 {
		t.Sender = l.From[0].String()
	}
	for _, a := range l.Attachments {
		t.Attachments = append(t.Attachments, a.Name)
	}
	for _, f := range l.Fields {
		t.Header[f.Name] = l.HeaderAll(f.Name)
	}
	if form != nil {
		t.Form = maps.Clone(form.Fields)
		for key, labels := range box.Form {
			for _, label := range labels {
				if v, ok := form.Fields[key]; ok && t.Form[label] == "" {
					t.Form[label] = v
				}
			}
		}
		t.Subject = cmp.Or(form.Subject, t.Subject)
		if strings.TrimSpace(form.Body) != "" {
			t.Body = form.Body
		}
	}
	return t, rules.Context{Division: box.Division, Confidential: box.Confidential, WorkingTime: s.Policy.Calendar.Working}
}

// readable bounds how much text of attachments the rules are shown.
const readable = 1 << 20

// attachmentText is the text of the plain attachments.
func attachmentText(l letter.Letter) string {
	var b strings.Builder
	for _, a := range l.Attachments {
		if strings.HasPrefix(a.Type, "text/") && a.Part != nil && b.Len() < readable {
			b.WriteString(a.Part.Text())
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// verdict is the rules' word on a new case, in the domain's terms. A letter
// that could not be read whole goes before a person, with the reason.
func (w *work) verdict(c petition.Case, a *arrival, form *letter.Form) petition.Verdict {
	verdict := w.verdictOf(w.classify(a.box, a.l, a.row.Size, form, a.Arrived))
	switch {
	case a.l.Truncated:
		verdict.NeedsLook = "来信过大或结构过于复杂，未能全部读取，请查看原件"
	case strings.TrimSpace(a.l.Text) == "" && len(a.l.Attachments) == 0:
		verdict.NeedsLook = "来信没有可以读取的文字"
	case c.Follows != "" && verdict.Division == "":
		if before, err := w.tx.Case(c.Follows); err == nil {
			verdict.NeedsLook = "来信人就已办结的 " + string(c.Follows) + " 再次来信，原承办处室为" + w.Policy.Roster.DivisionName(before.FormerLead())
		}
	}
	return verdict
}

// verdictOf puts the rules' word into the domain's terms.
func (w *work) verdictOf(v rules.Verdict) petition.Verdict {
	verdict := petition.Verdict{
		Division: v.Division, Assist: v.Assist, Category: v.Category, Urgency: petition.Urgency(v.Urgency), Period: v.Deadline, Notify: v.Notify,
		Recuse: w.recused(v.Recuse), Accuses: v.Accuses, Confidential: v.Confidential, DecidedBy: string(v.DecidedBy), Rule: v.Rule, Version: v.Version,
	}
	for _, r := range reasonsOf(v) {
		verdict.Why = append(verdict.Why, cmp.Or(r.Rule, r.Name)+"："+r.Field+"中的“"+r.Word+"”")
	}
	return verdict
}

// recused turns division ids in a recuse list into their people's addresses.
func (w *work) recused(list []string) []string {
	var addresses []string
	for _, word := range list {
		d, ok := w.Policy.Roster.Division(word)
		if !ok {
			addresses = append(addresses, word)
			continue
		}
		addresses = append(addresses, d.Head.Address)
		for _, p := range d.Liaisons {
			addresses = append(addresses, p.Address)
		}
	}
	return slices.Compact(addresses)
}

// receipt writes the citizen's receipt (C20), unless the letter asks for none or
// its address had its share for today (spec mail section 6).
func (w *work) receipt(c petition.Case, at origin) error {
	if !at.receipt || c.Sender == "" || w.ours(c.Sender) {
		return nil
	}
	row, err := w.tx.Letter(c.Letter)
	if err != nil {
		return fmt.Errorf("find letter: %w", err)
	}
	l, err := w.read(row.Digest)
	if err != nil {
		return err
	}
	if l.Bulk() && len(l.From) > 0 && petition.SameAddress(l.From[0].Address, c.Sender) {
		return nil // spec mail section 3; a form's writer is not who sends in bulk
	}
	n, allowed, err := w.share(c.Sender)
	if err != nil || !allowed {
		return err
	}
	set, view := w.Templates, templates.ReceiptView{
		Common: w.common(c.Number, ""), QueryCode: at.queryCode, Box: w.box(c.Mailbox).Name, Subject: c.Subject, Arrived: w.office(c.Arrived),
		Attachments: len(l.Attachments), Limits: w.limits(), Cap: w.AutoMail, LastToday: n == w.AutoMail,
	}
	return w.post(parcel{kind: "receipt", number: c.Number, to: petition.Person{Name: c.Name, Address: c.Sender}, citizen: true, box: w.box(c.Mailbox),
		render: renderer{make: func() (templates.Mail, error) { return set.Receipt(view) }}, inReplyTo: c.MessageID, replied: true, letter: c.Letter})
}

// shareOf is where an address's automatic mails of a day are counted.
func (s *Settings) shareOf(address string, now time.Time) store.Bucket {
	return store.Bucket{Kind: "auto_mail", Key: address, Bucket: s.office(now).Format("2006-01-02")}
}

// share counts one more automatic mail to an outside address today, and tells
// whether it is still allowed.
func (w *work) share(address string) (n int, allowed bool, err error) {
	b := w.shareOf(address, w.now)
	n, err = w.tx.Bump(b.Kind, b.Key, b.Bucket)
	if err != nil {
		return 0, false, fmt.Errorf("count automatic mail: %w", err)
	}
	return n, w.AutoMail <= 0 || n <= w.AutoMail, nil
}

// sameLetter finds the case of a letter that the same person sent before with
// the same Message-ID and the same text, for instance to a second box. Where
// one of the two boxes is confidential each letter stays by itself.
func (w *work) sameLetter(a *arrival) (petition.Number, error) {
	if a.l.MessageID == "" {
		return "", nil
	}
	first, err := w.tx.LetterByMessageID(a.l.MessageID)
	if errors.Is(err, store.ErrNotFound) || err == nil && (first.ID == a.row.ID || first.Case == "") {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find letter: %w", err)
	}
	c, err := w.tx.Case(first.Case)
	if err != nil {
		return "", fmt.Errorf("find case: %w", err)
	}
	if a.box.Confidential && !c.Confidential {
		return "", nil // whoever has the first must not have this one
	}
	// The other way round the copy joins the confidential case: a case of its own
	// would take the same words, and the name, outside that one's circle (C14).
	same, err := w.sameWords(first, a)
	if err != nil || !same {
		return "", err
	}
	return first.Case, nil
}

// sameWords says whether a letter came from the same person with the same words
// and attachments as an earlier one.
func (w *work) sameWords(first store.Letter, a *arrival) (bool, error) {
	before, err := w.read(first.Digest)
	if err != nil {
		return false, err
	}
	return petition.SameAddress(first.From, a.row.From) && before.Text == a.l.Text && before.Subject == a.l.Subject && sameFiles(before, &a.l), nil
}
