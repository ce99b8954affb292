package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// Published is one answered letter as the public may read it.
type Published struct {
	ID       string
	Title    string
	Category string
	Question string
	Answer   string
	Answered time.Time
}

// public is a case without anything that tells who wrote it. Masking is not a
// choice here: whatever is published passes through this function (C14, C20).
func (w *work) public(c petition.Case) (Published, error) {
	l, err := w.opening(c)
	if err != nil {
		return Published{}, err
	}
	question := l.New
	if form := w.form(c.Mailbox, *l); form != nil && strings.TrimSpace(form.Body) != "" {
		question = form.Body
	}
	var answer string
	for _, d := range slices.Backward(c.Drafts) {
		if d.State == petition.DraftSent && d.Kind == petition.DraftAnswer {
			raw, err := w.tx.Blob(d.Text)
			if err != nil {
				return Published{}, fmt.Errorf("read answer: %w", err)
			}
			answer = string(raw)
			break
		}
	}
	if answer == "" {
		return Published{}, nil
	}
	// One pass over all of it: a name by which the letter introduces its writer is
	// hidden in the answer too.
	texts := []string{c.Subject, question, answer}
	for i, text := range texts {
		texts[i] = strings.ReplaceAll(text, asterism, " ")
	}
	whole := strings.Join(texts, "\n\n"+asterism+"\n\n")
	masked, _ := letter.MaskText(hide(w.discreet(whole), c), letter.MaskPolicy{Numbers: true, Names: []string{c.Name}, Address: c.Sender, Introductions: true})
	parts := strings.Split(masked, asterism)
	if len(parts) != 3 {
		return Published{}, fmt.Errorf("anonymise %s: the text does not come apart", c.Number)
	}
	for i, text := range parts {
		parts[i] = strings.TrimSpace(text)
	}
	sum := sha256.Sum256([]byte("feed\x00" + string(c.Number) + "\x00" + c.MessageID + c.Arrived.UTC().String()))
	return Published{ID: hex.EncodeToString(sum[:8]), Title: parts[0], Category: c.Category, Question: parts[1], Answer: parts[2], Answered: w.office(c.Answered)}, nil
}

// asterism stands between title, question and answer while they are masked. The
// blanks around it may go: a text may be empty.
const asterism = "⁂"

// preview is what an approver sees of a publication before it is confirmed.
func (p Published) preview() string {
	return "标题：" + p.Title + "\n来信：\n" + p.Question + "\n答复：\n" + p.Answer
}

func (p Published) digest() string {
	sum := sha256.Sum256([]byte(p.preview()))
	return hex.EncodeToString(sum[:])
}

// show puts the masked text into an order to publish, so that the request for
// confirmation shows exactly what will be public. What could not be published
// anyway is refused before anybody is asked to confirm it.
func (s *session) show(o order, c petition.Case) (order, error) {
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: o.Role}
	if _, _, err := petition.Step(c, petition.Event{Kind: petition.EvPublished, Actor: actor}, s.now, s.Policy); err != nil {
		return o, err
	}
	p, err := s.public(c)
	if err != nil {
		return o, err
	}
	if p.Answer == "" {
		return o, &petition.Refusal{Kind: petition.EvPublished, State: c.State, Say: "没有发给来信人的答复，不能公开"}
	}
	o.Digest, o.Command.Text = p.digest(), p.preview()
	return o, nil
}

// publish executes a confirmed 公开, if the text is still the one that was shown.
func publish(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	p, err := w.public(c)
	if err != nil {
		return c, "", err
	}
	if p.Answer == "" || p.digest() != o.Digest {
		return c, "", &petition.Refusal{Kind: petition.EvPublished, State: c.State, Say: "公开的文字与确认时所示不一致，请重新发送“公开”"}
	}
	next, err := w.apply(c, petition.Event{Kind: petition.EvPublished, Actor: actor, Text: p.preview(), Digest: o.Digest}, origin{letter: a.row.ID})
	return next, "已公开，稍后出现在公开目录", err
}

// firePublish writes the public pages anew and then notes it: a crash in
// between writes them once more.
func (d *Desk) firePublish(ctx context.Context, row store.ClockRow, now time.Time) error {
	if d.publish != nil {
		items, err := d.published(ctx, now)
		if err != nil {
			return err
		}
		if err := d.publish(ctx, items, now); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return d.update(ctx, now, func(w *work) error { return ignoreTaken(w.tx.ClockFired(row.ID)) })
}

// published lists what is public, the latest answer first.
func (d *Desk) published(ctx context.Context, now time.Time) ([]Published, error) {
	var items []Published
	settings := d.settings.Load()
	err := d.store.View(ctx, func(tx *store.Tx) error {
		w := &work{Settings: settings, desk: d, ctx: ctx, tx: tx, now: now, parsed: map[string]*letter.Letter{}}
		cases, err := tx.ListCases(store.CaseFilter{States: []petition.State{petition.Answered, petition.Closed, petition.Archived}})
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		for _, c := range cases {
			if !c.Published || c.Confidential {
				continue
			}
			p, err := w.public(c)
			if err != nil {
				return err
			}
			items = append(items, p)
		}
		return nil
	})
	slices.SortStableFunc(items, func(a, b Published) int { return b.Answered.Compare(a.Answered) })
	return items, err
}
