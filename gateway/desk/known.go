package desk

import (
	"fmt"
	"time"

	"xinfangd/gateway/fold"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// known is what a transaction has found out and need not find out again. It
// outlives a savepoint that is undone: nothing in it is a row that was written.
type known struct {
	verdicts map[question]rules.Verdict
	pulls    map[string]time.Time // the first pull of each box
}

func newKnown() *known {
	return &known{verdicts: map[question]rules.Verdict{}, pulls: map[string]time.Time{}}
}

// question is what a verdict of the rules depends on, while the settings stand.
type question struct {
	box     string
	digest  string // of the letter's bytes
	arrived int64
	form    bool
}

func ask(box Box, l *letter.Letter, form *letter.Form, arrived time.Time) question {
	return question{box: box.ID, digest: l.Digest, arrived: arrived.UnixMicro(), form: form != nil}
}

// thoughts are what was found out about a letter before its transaction began,
// on whatever processor was free, as if it were a new one: most are.
type thoughts struct {
	settings *Settings // by which it was thought
	form     bool
	citizen  string // whom the form names
	question question
	verdict  rules.Verdict
	print    fold.Print
	doc      store.Doc
}

// think finds out what registering the letter will ask for.
func (s *Settings) think(p *prepared) *thoughts {
	l := &p.l
	if l.Kind != letter.KindPerson && len(s.box(p.Box).Form) == 0 || len(l.InReplyTo) > 0 || len(s.Policy.Roster.Posts(sender(l))) > 0 {
		return nil
	}
	form := s.form(p.Box, *l)
	box := s.box(p.Box)
	t := &thoughts{settings: s, form: form != nil, question: ask(box, l, form, p.Arrived),
		verdict: s.Rules.Classify(s.question(box, *l, int64(len(p.Raw)), form, p.Arrived)),
		print:   fold.Fingerprint(matters(l, form)), doc: store.NewDoc(indexed(l))}
	if form != nil {
		t.citizen = form.Email
	}
	return t
}

// remember takes over what was thought of a letter, unless the settings have
// changed since.
func (w *work) remember(p *prepared) {
	if p.thoughts != nil && p.thoughts.settings != w.Settings {
		p.thoughts = nil
	}
	if p.thoughts != nil {
		w.known.verdicts[p.thoughts.question] = p.thoughts.verdict
	}
}

// forget drops what was thought of a letter that is to be read otherwise.
func (w *work) forget(p *prepared) {
	p.thoughts = nil
	clear(w.known.verdicts)
}

// printOf is the fingerprint of a new letter.
func (a *arrival) printOf(form *letter.Form) fold.Print {
	if a.thoughts != nil && a.thoughts.form == (form != nil) {
		return a.thoughts.print
	}
	return fold.Fingerprint(matters(&a.l, form))
}

// doc is a new letter as it is indexed.
func (a *arrival) doc() store.Doc {
	if a.thoughts != nil {
		return a.thoughts.doc
	}
	return store.NewDoc(indexed(&a.l))
}

// indexed is the text by which a letter is found.
func indexed(l *letter.Letter) string { return l.Subject + "\n" + l.Text }

// firstPull is when a box was first pulled, which is now when it never was.
func (w *work) firstPull(box string) (time.Time, error) {
	if first, ok := w.known.pulls[box]; ok {
		return first, nil
	}
	key := "first_pull/" + box
	word, err := w.tx.Setting(key)
	if err != nil {
		return time.Time{}, fmt.Errorf("read first pull: %w", err)
	}
	first, err := time.Parse(time.RFC3339, word)
	if err != nil {
		// Not remembered: it may yet be undone.
		if err := w.tx.SetSetting(key, w.now.Format(time.RFC3339)); err != nil {
			return time.Time{}, fmt.Errorf("note first pull: %w", err)
		}
		return w.now, nil
	}
	w.known.pulls[box] = first
	return first, nil
}
