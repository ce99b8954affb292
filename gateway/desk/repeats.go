package desk

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// related is what the register knows of letters like a new one.
type related struct {
	// Own are open cases of the same citizen with nearly the same text.
	Own []petition.Number
	// Mass is the new letter's place among those of other people with nearly the
	// same text.
	Mass store.Mass
	// Grew says that it is the first from its sender.
	Grew bool
}

// matters is the text that letters are compared by.
func matters(l *letter.Letter, form *letter.Form) string {
	if form != nil && strings.TrimSpace(form.Body) != "" {
		return form.Subject + "\n" + form.Body
	}
	return l.Subject + "\n" + l.New
}

// relate looks for letters with nearly the same text. Confidential cases are
// told to nobody in this way, and are compared with nothing.
func (w *work) relate(c petition.Case, p fold.Print) (related, error) {
	r := related{Mass: store.Mass{N: 1, First: c.Number}}
	if c.Confidential {
		return r, nil
	}
	list, err := w.tx.SimilarLetters(c.Sender, p)
	if err != nil {
		return r, fmt.Errorf("find similar letters: %w", err)
	}
	known, again := false, false
	for _, s := range list {
		if !s.SameSender {
			continue
		}
		if other, ok := w.comparable(s.Case); ok && other.Number != c.Number {
			again = true
			if other.Open() {
				r.Own = appendOnce(r.Own, other.Number)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b store.Similar) int { return cmp.Compare(b.Mass.N, a.Mass.N) })
	for _, s := range list {
		if other, ok := w.comparable(s.Case); ok && other.Number != c.Number {
			known, r.Mass = true, s.Mass
			break
		}
	}
	if r.Grew = known && !again; r.Grew {
		r.Mass.N++
	}
	return r, nil
}

// comparable returns a case unless others must not be told of it.
func (w *work) comparable(n petition.Number) (petition.Case, bool) {
	c, err := w.tx.Case(n)
	return c, err == nil && !c.Confidential && len(c.Accused) == 0
}

func appendOnce(list []petition.Number, n petition.Number) []petition.Number {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// why is the sentence that puts a repeat before the office, "" for none. The
// same citizen's repeat waits for a person, since two divisions would work on
// one matter; of a mass letter the office hears, and the letter goes its way.
func (r related) why() string {
	if len(r.Own) == 0 {
		return ""
	}
	return "与同一来信人正在办理的 " + string(r.Own[0]) + " 内容相同或相近，如属同一事项，请回复“并案 " + string(r.Own[0]) + "”；如为新的事项，请分办"
}

// masses are the numbers of alike letters at which the office hears of a mass
// letter again.
var masses = []int{3, 10, 30, 100, 300, 1000}

// tellMass tells the office of a mass letter (many people, one text), with
// 并案 as a proposal.
func (w *work) tellMass(c petition.Case, r related) error {
	if !r.Grew || !slices.Contains(masses, r.Mass.N) {
		return nil
	}
	earliest := ""
	if first, ok := w.comparable(r.Mass.First); ok {
		earliest = fmt.Sprintf("，最早一件为 %s。如按群体来信合并办理，请回复“并案 %s”", first.Number, first.Number)
	}
	text := fmt.Sprintf("已有 %d 位来信人发来内容相同或相近的信件%s", r.Mass.N, earliest)
	m := petition.Mail{Template: "triage", Variant: petition.VariantSimilar, Matter: petition.MatterTriage, Note: text}
	for _, p := range w.handlers() {
		m.To = append(m.To, petition.Recipient{Person: p, Role: petition.RoleHandler})
	}
	c, err := w.apply(c, petition.Event{Kind: petition.EvNoted, Actor: petition.System(), Text: text}, origin{letter: c.Letter})
	if err != nil {
		return err
	}
	return w.mail(c, petition.Event{Kind: petition.EvNoted, Actor: petition.System()}, m, origin{})
}

// resent finds the open case of a letter that the same address sent before,
// word for word, under another Message-ID: an impatient second click, not a
// second matter. It joins the first case by itself.
func (w *work) resent(a *arrival, form *letter.Form) (petition.Number, error) {
	sender := a.row.From
	if form != nil {
		sender = form.Email
	}
	if sender == "" || strings.TrimSpace(matters(&a.l, form)) == "" {
		return "", nil
	}
	cases, err := w.tx.ListCases(store.CaseFilter{Sender: sender, Mailbox: a.box.ID, Newest: true, Limit: 20})
	if err != nil {
		return "", fmt.Errorf("list cases: %w", err)
	}
	for _, c := range cases {
		if !c.Open() || c.Body != "" {
			continue
		}
		before, err := w.opening(c)
		if err != nil {
			return "", err
		}
		if fold.String(matters(before, w.form(c.Mailbox, *before))) == fold.String(matters(&a.l, form)) && sameFiles(before, &a.l) {
			return c.Number, nil
		}
	}
	return "", nil
}

// sameFiles compares what two letters have attached: scanners and phones send
// picture after picture under one name, and even under one Message-ID.
func sameFiles(a, b *letter.Letter) bool {
	return slices.EqualFunc(a.Attachments, b.Attachments, func(x, y letter.Attachment) bool { return x.Size == y.Size && bytes.Equal(x.Data(), y.Data()) })
}

// join files a resent letter with its first case and tells the citizen where
// that case stands.
func (w *work) join(a *arrival, n petition.Number) error {
	c, err := w.tx.Case(n)
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	if err := w.tx.SetLetterCase(a.row.ID, n, store.KindFollowUp); err != nil {
		return fmt.Errorf("file resent letter: %w", err)
	}
	if err := w.tx.SetLetterNote(a.row.ID, "与先前来信完全相同，并入 "+string(n)); err != nil {
		return fmt.Errorf("note resent letter: %w", err)
	}
	c, err = w.apply(c, petition.Event{Kind: petition.EvNoted, Actor: petition.System(), Text: "来信人重复发送同一来信，已并入本件"}, origin{letter: a.row.ID})
	if err != nil {
		return err
	}
	if a.l.SuppressReply {
		return nil
	}
	return w.status(c, a, false)
}

// registerOrJoin registers a new letter, unless it is one resent.
func (w *work) registerOrJoin(a *arrival, form *letter.Form) error {
	first, err := w.resent(a, form)
	if err != nil {
		return err
	}
	if first != "" {
		return w.join(a, first)
	}
	return w.register(a, "", false)
}
