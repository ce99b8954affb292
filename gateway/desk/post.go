package desk

import (
	"fmt"
	"runtime/debug"
	"strings"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// renderer makes a mail of a view that is complete: it must not touch the
// transaction, beside which it runs.
type renderer struct {
	make func() (templates.Mail, error)
	text int // bytes of the letter's text that the view shows
}

// parcel is one mail to one person, ready to be written down. Its bytes and
// Message-ID are fixed by post and never change afterwards.
type parcel struct {
	kind    string
	number  petition.Number
	to      petition.Person
	citizen bool // to the citizen: from and back to the public box
	box     Box  // the public box of a citizen's mail
	mail    templates.Mail
	render  renderer // makes the mail, where another processor may; zero when it is made
	files   []letter.File
	// pictures are shown by the mail's HTML.
	pictures []letter.File

	code       string // reply code that the mail carries, "" for none
	codeID     int64
	matter     petition.Matter
	inReplyTo  string // overrides the thread of the matter, if it can be named
	references []string
	replied    bool // auto-replied rather than auto-generated (RFC 3834 section 5)
	letter     int64
	revision   int
	bypass     bool // passes the global hourly cap
	hold       bool
}

// weight is about how many bytes the mail will have: text and page each show the
// letter, in base64.
func (p parcel) weight() int {
	n := 3*p.render.text + len(p.mail.Text) + len(p.mail.HTML)
	for _, list := range [][]letter.File{p.files, p.pictures} {
		for _, f := range list {
			n += len(f.Data)
		}
	}
	return n
}

// post builds the mail and queues it.
func (w *work) post(p parcel) error {
	o, account := w.outgoing(p)
	queued := store.Outgoing{
		Case: p.number, Kind: p.kind, To: []string{p.to.Address}, From: o.From.Address, Account: account, Subject: o.Subject,
		MessageID: o.MessageID, Weight: p.weight(), Hold: p.hold, Bypass: p.bypass, Matter: p.matter, CodeID: p.codeID, Letter: p.letter, Revision: p.revision,
	}
	log := w.desk.log
	build := func() (store.Made, error) {
		defer func() {
			// The store makes an error of it, and has no log.
			if r := recover(); r != nil {
				log.Error("making a mail panicked", "kind", p.kind, "panic", r, "stack", string(debug.Stack()))
				panic(r)
			}
		}()
		if p.render.make != nil {
			mail, err := p.render.make()
			if err != nil {
				return store.Made{}, fmt.Errorf("render %s: %w", p.kind, err)
			}
			o.Subject, o.Text, o.HTML = mail.Subject, mail.Text, mail.HTML
		}
		raw, err := o.Bytes()
		if err != nil {
			return store.Made{}, fmt.Errorf("build %s: %w", p.kind, err)
		}
		return store.Made{Subject: o.Subject, Raw: raw}, nil
	}
	if _, err := w.tx.QueueMade(queued, build); err != nil {
		return fmt.Errorf("queue %s: %w", p.kind, err)
	}
	w.mails++
	return nil
}

// outgoing addresses a parcel: sender, thread, Message-ID (spec mail section 2).
func (w *work) outgoing(p parcel) (letter.Outgoing, string) {
	from, reply, account := w.sender(p)
	if p.code != "" && !p.citizen && w.PlusAddressing {
		reply.Address = tagged(reply.Address, p.code)
	}
	o := letter.Outgoing{
		From: from, ReplyTo: []letter.Address{reply}, To: []letter.Address{{Name: p.to.Name, Address: p.to.Address}},
		Subject: p.mail.Subject, Date: w.office(w.now), AutoSubmitted: "auto-generated", Text: p.mail.Text, HTML: p.mail.HTML,
		Pictures: p.pictures, Attachments: p.files, References: p.references,
	}
	if p.replied {
		o.AutoSubmitted = "auto-replied"
	}
	if p.code != "" {
		o.MessageID = authority.MessageIDFor(p.code, random(), w.Domain)
	} else {
		o.MessageID = strings.ToLower(random()) + "@" + w.Domain
	}
	if letter.ValidMessageID(p.inReplyTo) {
		o.InReplyTo = []string{p.inReplyTo}
	} else if first, err := w.tx.FirstOutgoing(p.number, p.matter, p.to.Address); err == nil && !p.citizen && p.number != "" && p.matter != "" {
		// Another addressee's Message-ID would carry another's code.
		o.InReplyTo = []string{first.MessageID}
	}
	if len(o.References) == 0 {
		o.References = o.InReplyTo
	}
	return o, account
}

// tagged puts a reply code into an address as its plus-tag: the first place
// where a reply is looked for (spec mail section 2).
func tagged(address, code string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	return local + "+" + strings.ToLower(strings.ReplaceAll(code, "-", "")) + "@" + domain
}

// sender says as whom a mail goes out and where answers go. Most providers send
// only as the account that logged in, so a public box is the sender only when
// it has an account of its own.
func (w *work) sender(p parcel) (from, reply letter.Address, account string) {
	desk := w.workBox()
	from = letter.Address{Name: w.Office, Address: desk.Address}
	reply, account = from, desk.Account
	if !p.citizen {
		return from, reply, account
	}
	if p.box.Address != "" {
		reply = letter.Address{Name: p.box.Name, Address: p.box.Address}
	}
	if p.box.Account != "" && p.box.Address != "" {
		from, account = letter.Address{Name: w.Office, Address: p.box.Address}, p.box.Account
	}
	return from, reply, account
}

// code issues a reply code to one person for one matter.
func (w *work) code(c petition.Case, m petition.Matter, r petition.Recipient, revision int) (string, int64, error) {
	g := store.CodeGrant{Case: c.Number, Matter: m, Address: r.Address, Division: r.Division}
	if m == petition.MatterApproval && revision > 0 && revision <= len(c.Drafts) {
		g.Revision, g.DraftDigest = revision, c.Drafts[revision-1].Digest
	}
	code, id, err := w.tx.IssueCode(g)
	if err != nil {
		return "", 0, fmt.Errorf("issue code: %w", err)
	}
	return code, id, nil
}

// common is what every view begins with.
func (w *work) common(n petition.Number, code string) templates.Common {
	return templates.Common{Office: w.Office, Marker: letter.Marker(), Drill: w.Drill, Number: string(n), Code: code, Now: w.office(w.now)}
}

// mail carries out a Mail effect: one mail to each recipient who may see the
// case, each with a code of their own.
func (w *work) mail(c petition.Case, e petition.Event, m petition.Mail, at origin) error {
	more, err := w.supplement(c, m, at)
	if err != nil {
		return err
	}
	sent := 0
	for _, r := range w.expand(m.To) {
		if r.Role != petition.RoleCitizen && !petition.MaySee(c, r.Address, w.Policy.Roster) {
			w.desk.log.Warn("recipient may not see the case", "case", c.Number, "kind", m.Template, "role", r.Role)
			continue
		}
		if err := w.mailOne(c, e, m, r, more); err != nil {
			return err
		}
		sent++
	}
	if sent > 0 || m.Template != "alarm" {
		return nil
	}
	// An alarm that nobody on duty may see still has to reach somebody.
	for _, p := range w.handlers() {
		r := petition.Recipient{Person: p, Role: petition.RoleHandler}
		if !petition.MaySee(c, p.Address, w.Policy.Roster) {
			continue
		}
		if err := w.mailOne(c, e, m, r, more); err != nil {
			return err
		}
	}
	return nil
}

// supplement is the letter by which a citizen added to a case, nil when a mail
// is about something else.
func (w *work) supplement(c petition.Case, m petition.Mail, at origin) (*letter.Letter, error) {
	if m.Variant != petition.VariantSupplement || at.letter == 0 || at.letter == c.Letter {
		return nil, nil
	}
	row, err := w.tx.Letter(at.letter)
	if err != nil {
		return nil, fmt.Errorf("find supplement: %w", err)
	}
	return w.read(row.Digest)
}

func (w *work) mailOne(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, more *letter.Letter) error {
	var code string
	var codeID int64
	if m.Matter != "" {
		var err error
		if code, codeID, err = w.code(c, m.Matter, r, m.Revision); err != nil {
			return err
		}
	}
	render, files, err := w.render(c, e, m, r, w.common(c.Number, code), more)
	if err != nil {
		return fmt.Errorf("view of %s: %w", m.Template, err)
	}
	p := parcel{kind: m.Template, number: c.Number, to: r.Person, render: render, files: files, code: code, codeID: codeID,
		matter: thread(m), revision: m.Revision, letter: c.Letter, bypass: true, replied: m.Template == "transcript"}
	if r.Role == petition.RoleCitizen {
		p.citizen, p.box, p.inReplyTo = true, w.box(c.Mailbox), c.MessageID
	}
	return w.post(p)
}

// thread is the matter whose first mail a mail hangs on.
func thread(m petition.Mail) petition.Matter {
	if m.Matter != "" {
		return m.Matter
	}
	switch m.Template {
	case "approval":
		return petition.MatterApproval
	case "chase", "dispatch", "assist":
		return petition.MatterDispatch
	case "triage":
		return petition.MatterTriage
	case "report":
		return petition.MatterReport
	}
	return petition.MatterAlarm
}

// expand puts those on duty in the place of the word duty, the office when
// nobody is, and drops the second mail to one address.
func (w *work) expand(to []petition.Recipient) []petition.Recipient {
	var all []petition.Recipient
	add := func(r petition.Recipient) {
		for _, known := range all {
			if petition.SameAddress(known.Address, r.Address) {
				return
			}
		}
		if r.Address != "" {
			all = append(all, r)
		}
	}
	for _, r := range to {
		if r.Role != petition.RoleDuty || r.Address != "" {
			add(r)
			continue
		}
		on := w.onDuty()
		for _, p := range on {
			add(petition.Recipient{Person: p, Role: petition.RoleDuty})
		}
		if len(on) == 0 {
			for _, p := range w.handlers() {
				add(petition.Recipient{Person: p, Role: petition.RoleHandler})
			}
		}
	}
	return all
}

// handlers are the office's handlers, its approvers when it has none: what goes
// wrong must come before somebody.
func (w *work) handlers() []petition.Person {
	if list := w.Policy.Roster.OfficeWith(petition.RoleHandler); len(list) > 0 {
		return list
	}
	return w.Policy.Roster.OfficeWith(petition.RoleApprover)
}

// onDuty is who has the duty at this moment (C12).
func (w *work) onDuty() []petition.Person {
	var on []petition.Person
	for _, address := range w.Policy.Calendar.OnDuty(w.Shifts, w.now) {
		for _, p := range w.Policy.Roster.Duty {
			if petition.SameAddress(p.Address, address) {
				on = append(on, p)
				break
			}
		}
	}
	return on
}
