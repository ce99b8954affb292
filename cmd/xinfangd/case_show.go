package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

type caseShowCmd struct {
	Number string `arg:"" name:"number" placeholder:"编号" help:"登记编号，或今年的序号"`
}

// shownCase is the JSON of case show (spec system section 9).
type shownCase struct {
	caseRow
	QueryCodeSet bool          `json:"query_code_set"`
	Letters      []shownLetter `json:"letters"`
	Events       []shownEvent  `json:"events"`
	Drafts       []shownDraft  `json:"drafts"`
}

type shownLetter struct {
	ID      int64            `json:"id"`
	Digest  string           `json:"digest"`
	From    string           `json:"from"`
	Subject string           `json:"subject"`
	Arrived *string          `json:"arrived"`
	Kind    store.LetterKind `json:"kind"`
}

type shownEvent struct {
	Seq    int64              `json:"seq"`
	Time   *string            `json:"time"`
	Actor  string             `json:"actor"`
	Kind   petition.EventKind `json:"kind"`
	Text   string             `json:"text"`
	Prev   string             `json:"prev"`
	Digest string             `json:"digest"`
}

type shownDraft struct {
	Revision int                 `json:"revision"`
	By       string              `json:"by"`
	Digest   string              `json:"digest"`
	State    petition.DraftState `json:"state"`
}

func (c caseShowCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	number, err := s.number(r.config, c.Number)
	if err != nil {
		return err
	}
	var (
		one     petition.Case
		letters []store.Letter
		entries []store.Entry
		code    string
	)
	err = r.View(s.ctx, func(tx *store.Tx) error {
		if one, err = tx.Case(number); err != nil {
			return err
		}
		if code, err = tx.QueryCode(number); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if letters, err = tx.LettersOf(number); err != nil {
			return err
		}
		entries, err = tx.Entries(number)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return wrong("登记簿上没有 %s", number)
	}
	if err != nil {
		return err
	}
	shown := shownCase{caseRow: newCaseRow(one, r.config), QueryCodeSet: code != "", Letters: []shownLetter{}, Events: []shownEvent{}, Drafts: []shownDraft{}}
	for _, l := range letters {
		shown.Letters = append(shown.Letters, shownLetter{l.ID, l.Digest, l.From, l.Subject, when(r.config, l.Arrived), l.Kind})
	}
	for _, e := range entries {
		shown.Events = append(shown.Events, shownEvent{e.Seq, when(r.config, e.Time), actor(e.Actor), e.Kind, e.Text, e.Prev, e.Digest})
	}
	for _, d := range one.Drafts {
		shown.Drafts = append(shown.Drafts, shownDraft{d.Revision, d.By, d.Digest, d.State})
	}
	return s.print(shown, func(w io.Writer) { showCase(w, r, one, letters, entries) })
}

// actor is who did something: the address, or the role of the gateway itself.
func actor(a petition.Actor) string { return cmp.Or(a.Address, a.Name, string(a.Role)) }

func showCase(w io.Writer, r *register, c petition.Case, letters []store.Letter, entries []store.Entry) {
	roster := r.config.Roster()
	field := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s：%s\n", label, clean(value))
		}
	}
	field("编号", string(c.Number))
	field("状态", petition.StateName(c.State))
	field("主题", c.Subject)
	field("来信人", cmp.Or(c.Name, "（未署名）")+" "+c.Sender)
	field("信箱", c.Mailbox)
	field("收到", stamp(r.config, c.Arrived))
	field("受理", stamp(r.config, c.Accepted))
	if lead := c.Lead(); lead != "" {
		field("主办", roster.DivisionName(lead))
	}
	for _, id := range c.Assist() {
		field("协办", roster.DivisionName(id))
	}
	field("类别", c.Category)
	field("紧急程度", petition.UrgencyName(c.Urgency))
	if c.Confidential {
		field("保密", "是")
	}
	due := stamp(r.config, c.Due)
	if c.Estimated {
		due += "（缺节假日安排，为估算）"
	}
	field("办理期限", due)
	field("答复", stamp(r.config, c.Answered))
	field("办结", stamp(r.config, c.Closed))
	field("评价", c.Rating)
	if !c.Erased.IsZero() {
		field("销毁", stamp(r.config, c.Erased)+" 由"+c.ErasedBy+"销毁，来信和答复的内容已清除")
	}

	fmt.Fprintln(w, "\n来件：")
	t := newTable("序号", "收到", "种类", "发件人", "主题")
	for _, l := range letters {
		t.add(fmt.Sprint(l.ID), stamp(r.config, l.Arrived), letterName(l.Kind), l.From, cut(l.Subject, 50))
	}
	t.print(w)
	fmt.Fprintln(w, "\n经过：")
	t = newTable("台账", "时间", "事项", "经办", "内容")
	for _, e := range entries {
		t.add(fmt.Sprint(e.Seq), stamp(r.config, e.Time), petition.EventName(e.Kind), actorName(e.Actor), cut(e.Text, 80))
	}
	t.print(w)
	if len(c.Drafts) > 0 {
		fmt.Fprintln(w, "\n答复稿：")
		t = newTable("稿次", "拟稿", "状态", "摘要")
		for _, d := range c.Drafts {
			t.add(fmt.Sprint(d.Revision), d.By, draftName(d.State), d.Digest)
		}
		t.print(w)
	}
}
