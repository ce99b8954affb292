package main

import (
	"errors"
	"fmt"
	"io"

	"xinfangd/configs"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// letterCmd is every mail that came in.
type letterCmd struct {
	List     letterListCmd     `cmd:"" help:"列出来件"`
	Show     letterShowCmd     `cmd:"" help:"一封来件的原文"`
	Register letterRegisterCmd `cmd:"" help:"把未登记的来件登记为来信"`
}

// letterRow is a letter in JSON (spec system section 9).
type letterRow struct {
	ID      int64            `json:"id"`
	Mailbox string           `json:"mailbox"`
	Kind    store.LetterKind `json:"kind"`
	From    string           `json:"from"`
	Subject string           `json:"subject"`
	Arrived *string          `json:"arrived"`
	Number  petition.Number  `json:"number"`
}

func newLetterRow(l store.Letter, config configs.Config) letterRow {
	return letterRow{l.ID, l.Mailbox, l.Kind, l.From, l.Subject, when(config, l.Arrived), l.Case}
}

type letterListCmd struct {
	Unregistered bool   `help:"只列没有登记编号的"`
	Mailbox      string `placeholder:"信箱" help:"只列寄到这个信箱（标识）的"`
	Limit        int    `placeholder:"封数" help:"最多列几封，0 为全部"`
}

func (c letterListCmd) Run(s *shell) error {
	if err := countable(c.Limit); err != nil {
		return err
	}
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var letters []store.Letter
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		if err = knownBox(tx, r.config, c.Mailbox); err != nil {
			return err
		}
		letters, err = tx.ListLetters(store.LetterFilter{Unregistered: c.Unregistered, Mailbox: c.Mailbox, Limit: c.Limit})
		return err
	})
	if err != nil {
		return err
	}
	list := []letterRow{}
	for _, l := range letters {
		list = append(list, newLetterRow(l, r.config))
	}
	return s.print(list, func(w io.Writer) {
		t := newTable("序号", "收到", "信箱", "种类", "编号", "发件人", "主题")
		for _, l := range letters {
			t.add(fmt.Sprint(l.ID), stamp(r.config, l.Arrived), l.Mailbox, letterName(l.Kind), string(l.Case), cut(l.From, 36), cut(l.Subject, 40))
		}
		t.print(w)
		fmt.Fprintf(w, "共 %d 封\n", len(list))
	})
}

type letterShowCmd struct {
	ID int64 `arg:"" name:"id" placeholder:"序号" help:"letter list 里的序号"`
}

// shownRaw is the JSON of letter show.
type shownRaw struct {
	letterRow
	Digest string `json:"digest"`
	Note   string `json:"note"`
	Raw    string `json:"raw"`
}

func (c letterShowCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var (
		l   store.Letter
		raw []byte
	)
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		if l, err = tx.Letter(c.ID); err != nil {
			return err
		}
		raw, err = tx.Blob(l.Digest)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return wrong("没有第 %d 号来件", c.ID)
	}
	if err != nil {
		return err
	}
	return s.print(shownRaw{newLetterRow(l, r.config), l.Digest, l.Note, string(raw)}, func(w io.Writer) {
		fmt.Fprintf(w, "信箱：%s\n收到：%s\n编号：%s\n摘要：%s\n", l.Mailbox, stamp(r.config, l.Arrived), l.Case, l.Digest)
		if l.Note != "" {
			fmt.Fprintf(w, "附注：%s\n", clean(l.Note))
		}
		fmt.Fprintf(w, "\n%s\n", block(string(raw)))
	})
}

type letterRegisterCmd struct {
	ID int64 `arg:"" name:"id" placeholder:"序号" help:"letter list 里的序号"`
}

// registered is the JSON of letter register.
type registered struct {
	Number petition.Number `json:"number"`
}

func (c letterRegisterCmd) Run(s *shell) error {
	d, _, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	number, err := d.RegisterLetter(s.ctx, c.ID, s.now())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return wrong("没有第 %d 号来件", c.ID)
	case errors.Is(err, store.ErrTaken):
		return wrong("第 %d 号来件已经登记为 %s", c.ID, number)
	case err != nil:
		return err
	}
	return s.print(registered{number}, func(w io.Writer) { fmt.Fprintf(w, "已登记为 %s\n", number) })
}
