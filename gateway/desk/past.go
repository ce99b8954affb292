package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// Past is a case of the register with its letter as the rules are shown it.
type Past struct {
	Case petition.Case
	rules.PastLetter
}

// pastPage is how many cases are read in one snapshot.
const pastPage = 200

// Past walks the cases that a filter selects, for asking the rules again and
// for learning. A letter that cannot be read is left out, with a word in the log.
func (d *Desk) Past(ctx context.Context, f store.CaseFilter) iter.Seq2[Past, error] {
	return func(yield func(Past, error) bool) {
		settings := d.settings.Load()
		for f.Limit = pastPage; ; {
			var list []Past
			var read int
			err := d.store.View(ctx, func(tx *store.Tx) error {
				cases, err := tx.ListCases(f)
				if err != nil {
					return fmt.Errorf("list cases: %w", err)
				}
				w := &work{Settings: settings, desk: d, ctx: ctx, tx: tx, parsed: map[string]*letter.Letter{}}
				for _, c := range cases {
					read, f.After = read+1, c.Number
					if p, ok := w.past(c); ok {
						list = append(list, p)
					}
				}
				return nil
			})
			if err != nil {
				yield(Past{}, err)
				return
			}
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
			if read < pastPage {
				return
			}
		}
	}
}

func (w *work) past(c petition.Case) (Past, bool) {
	t, context, err := w.questionOf(c)
	if err != nil {
		w.desk.log.Warn("letter not read again", "case", c.Number, "err", err)
		return Past{}, false
	}
	return Past{c, rules.PastLetter{Number: string(c.Number), Text: t, Context: context, From: firstLead(c), Final: finalLead(c)}}, true
}

// firstLead is the division that a case was first sent to, by whomever.
func firstLead(c petition.Case) string {
	for _, d := range c.Dispatches {
		if d.Lead {
			return d.Division
		}
	}
	return ""
}

// finalLead is the division that has handled a case; "" while it may still go
// elsewhere, and for what no division has answered for.
func finalLead(c petition.Case) string {
	if !slices.Contains([]petition.State{petition.Answered, petition.Closed, petition.Archived}, c.State) {
		return ""
	}
	return c.FormerLead()
}

// Examples are the last letters, at most so many, that a division has handled,
// the oldest first. Confidential ones are left out: what a model or a rule shows
// of its reasons must not come from them (C14).
func (d *Desk) Examples(ctx context.Context, f store.CaseFilter, most int) ([]rules.Example, error) {
	letters, err := d.PastLetters(ctx, f, most)
	if err != nil {
		return nil, err
	}
	examples := make([]rules.Example, 0, len(letters))
	for _, l := range letters {
		examples = append(examples, rules.Example{Subject: l.Text.Subject, Body: l.Text.Body, Label: l.Final})
	}
	return examples, nil
}

// PastLetters are the letters that Examples are made of.
func (d *Desk) PastLetters(ctx context.Context, f store.CaseFilter, most int) ([]rules.PastLetter, error) {
	f.Newest = true
	var letters []rules.PastLetter
	for p, err := range d.Past(ctx, f) {
		if err != nil {
			return nil, err
		}
		if p.Final == "" || p.Case.Confidential || len(p.Case.Accused) > 0 {
			continue
		}
		if letters = append(letters, p.PastLetter); len(letters) == most {
			break
		}
	}
	slices.Reverse(letters)
	return letters, nil
}
