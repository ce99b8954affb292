package main

import (
	"errors"
	"fmt"
	"io"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/store"
)

// failedCmd is the letters that could not be handled.
type failedCmd struct {
	List  failedListCmd  `cmd:"" help:"列出来件和原因"`
	Show  failedShowCmd  `cmd:"" help:"一封来件的原文"`
	Retry failedRetryCmd `cmd:"" help:"重新处理"`
}

// failedRow is a failed letter in JSON (spec system section 9).
type failedRow struct {
	ID      int64   `json:"id"`
	Mailbox string  `json:"mailbox"`
	UID     uint32  `json:"uid"`
	Arrived *string `json:"arrived"`
	Reason  string  `json:"reason"`
	Digest  string  `json:"digest"`
}

func newFailedRow(f store.Failed, config configs.Config) failedRow {
	return failedRow{f.ID, f.Mailbox, f.UID, when(config, f.Arrived), f.Reason, f.Digest}
}

type failedListCmd struct{}

func (failedListCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var failed []store.Failed
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		failed, err = tx.FailedLetters()
		return err
	})
	if err != nil {
		return err
	}
	list := []failedRow{}
	for _, f := range failed {
		list = append(list, newFailedRow(f, r.config))
	}
	return s.print(list, func(w io.Writer) {
		t := newTable("序号", "信箱", "收到", "次数", "原因")
		for _, f := range failed {
			t.add(fmt.Sprint(f.ID), f.Mailbox, stamp(r.config, f.Arrived), fmt.Sprint(f.Tries), cut(f.Reason, 100))
		}
		t.print(w)
		fmt.Fprintf(w, "共 %d 封\n", len(list))
	})
}

type failedShowCmd struct {
	ID int64 `arg:"" name:"id" placeholder:"序号" help:"failed list 里的序号"`
}

// shownFailed is the JSON of failed show.
type shownFailed struct {
	failedRow
	Raw string `json:"raw"`
}

func (c failedShowCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var (
		f   store.Failed
		raw []byte
	)
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		if f, err = tx.FailedLetter(c.ID); err != nil {
			return err
		}
		raw, err = tx.Blob(f.Digest)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return wrong("没有第 %d 号未处理来件", c.ID)
	}
	if err != nil {
		return err
	}
	return s.print(shownFailed{newFailedRow(f, r.config), string(raw)}, func(w io.Writer) {
		fmt.Fprintf(w, "信箱：%s\n收到：%s\n原因：%s\n\n%s\n", f.Mailbox, stamp(r.config, f.Arrived), clean(f.Reason), block(string(raw)))
	})
}

type failedRetryCmd struct {
	IDs []int64 `arg:"" name:"id" placeholder:"序号" help:"failed list 里的序号，可以有几个"`
}

// retried is the JSON of failed retry.
type retried struct {
	ID    int64  `json:"id"`
	OK    bool   `json:"ok"`
	Error string `json:"error"`
}

func (c failedRetryCmd) Run(s *shell) error {
	d, r, done, err := s.desk()
	if err != nil {
		return err
	}
	defer done()
	list, failed := []retried{}, 0
	for _, id := range c.IDs {
		one := retried{ID: id, OK: true}
		if err := s.retryFailed(d, r, id); err != nil {
			one.OK, one.Error = false, say(err)
			failed++
		}
		list = append(list, one)
	}
	err = s.print(list, func(w io.Writer) {
		for _, one := range list {
			if one.OK {
				fmt.Fprintf(w, "第 %d 号已处理\n", one.ID)
			} else {
				fmt.Fprintf(w, "第 %d 号没有处理：%s\n", one.ID, one.Error)
			}
		}
	})
	if err == nil && failed > 0 {
		err = errSilent
	}
	return err
}

// retryFailed handles one letter again. A number that is none, or no longer, is
// an everyday mistake and said in plain words.
func (s *shell) retryFailed(d *desk.Desk, r *register, id int64) error {
	err := r.View(s.ctx, func(tx *store.Tx) error {
		_, err := tx.FailedLetter(id)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return wrong("未处理来件中没有这一封")
	case err != nil:
		return err
	}
	return d.RetryFailed(s.ctx, id, s.now())
}
