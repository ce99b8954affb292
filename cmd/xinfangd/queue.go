package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// queueCmd is the outgoing mail.
type queueCmd struct {
	List    queueListCmd    `cmd:"" help:"列出邮件"`
	Show    queueShowCmd    `cmd:"" help:"一封邮件及其原文"`
	Retry   queueRetryCmd   `cmd:"" help:"失败、不明或等候的邮件马上再发"`
	Hold    queueHoldCmd    `cmd:"" help:"暂缓发送"`
	Release queueReleaseCmd `cmd:"" help:"放行暂缓的邮件"`
	Cancel  queueCancelCmd  `cmd:"" help:"作废，不再发送"`
}

// queueRow is an outgoing mail in JSON (spec system section 9).
type queueRow struct {
	ID        int64           `json:"id"`
	Case      petition.Number `json:"case"`
	Kind      string          `json:"kind"`
	To        string          `json:"to"` // addresses joined by a comma and a blank; ordinarily one
	Subject   string          `json:"subject"`
	State     string          `json:"state"`
	Attempts  int             `json:"attempts"`
	Next      *string         `json:"next"`
	LastError string          `json:"last_error"`
	MessageID string          `json:"message_id"`
}

func (s *shell) queueRow(o store.OutgoingRow, config configs.Config) queueRow {
	row := queueRow{
		ID: o.ID, Case: o.Case, Kind: o.Kind, To: strings.Join(o.To, ", "), Subject: o.Subject, State: o.State, Attempts: o.Attempts,
		LastError: o.LastError, MessageID: o.MessageID,
	}
	if o.State == store.OutQueued || o.State == store.OutSending {
		row.Next = when(config, o.Next)
	}
	if o.Secret(s.now()) {
		row.MessageID = maskID(o.MessageID)
	}
	return row
}

func queueText(w io.Writer, rows []store.OutgoingRow, config configs.Config) {
	t := newTable("序号", "状态", "种类", "编号", "收件人", "次数", "下次", "最近的错误")
	for _, o := range rows {
		next := "—"
		if o.State == store.OutQueued || o.State == store.OutSending {
			next = stamp(config, o.Next)
		}
		t.add(fmt.Sprint(o.ID), stateName(o.State), desk.KindName(o.Kind), string(o.Case), strings.Join(o.To, ", "), fmt.Sprint(o.Attempts), next, cut(o.LastError, 60))
	}
	t.print(w)
	fmt.Fprintf(w, "共 %d 封\n", len(rows))
}

func stateName(state string) string {
	names := map[string]string{
		store.OutQueued: "待发", store.OutSending: "正在发", store.OutSent: "已发", store.OutHeld: "暂缓", store.OutDoubtful: "不明",
		store.OutFailed: "失败", store.OutCancelled: "作废",
	}
	if name, ok := names[state]; ok {
		return name
	}
	return state
}

type queueListCmd struct {
	State []string `enum:"queued,sending,sent,held,doubtful,failed,cancelled" placeholder:"状态" help:"只列这些状态，可重复：queued sending sent held doubtful failed cancelled"`
	Case  string   `placeholder:"编号" help:"只列这件来信的"`
	Kind  []string `placeholder:"种类" help:"只列这些种类，可重复，如 receipt answer"`
	Limit int      `placeholder:"封数" help:"最多列几封，0 为全部"`
}

func (c queueListCmd) Run(s *shell) error {
	if err := countable(c.Limit); err != nil {
		return err
	}
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	filter := store.OutgoingFilter{States: c.State, Limit: c.Limit}
	for _, kind := range c.Kind {
		known := strings.ToLower(kind)
		// A kind without a name of its own is none that is ever sent.
		if desk.KindName(known) == known {
			return unusable("没有种类 %q，应为 %s 之一", clean(kind), strings.Join(append(templates.Kinds(), desk.KindSelfTest), "、"))
		}
		filter.Kinds = append(filter.Kinds, known)
	}
	if c.Case != "" {
		if filter.Case, err = s.number(r.config, c.Case); err != nil {
			return err
		}
	}
	var rows []store.OutgoingRow
	err = r.View(s.ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.ListOutgoing(filter)
		return err
	})
	if err != nil {
		return err
	}
	return s.printQueue(rows, r.config)
}

func (s *shell) printQueue(rows []store.OutgoingRow, config configs.Config) error {
	list := []queueRow{}
	for _, o := range rows {
		list = append(list, s.queueRow(o, config))
	}
	return s.print(list, func(w io.Writer) { queueText(w, rows, config) })
}

// queued is what the acts on outgoing mail have in common.
type queued struct {
	IDs []int64 `arg:"" name:"id" placeholder:"序号" help:"queue list 里的序号，可以有几个"`
}

// act does something to mails and puts each on the ledger: no mail is sent, or
// kept from being sent, that the ledger does not explain.
func (q queued) act(s *shell, what string, do func(*store.Tx, int64) error) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var rows []store.OutgoingRow
	failed := 0
	for _, id := range q.IDs {
		var row store.OutgoingRow
		err := r.Update(s.ctx, s.now(), func(tx *store.Tx) error {
			if err := do(tx, id); err != nil {
				return err
			}
			var err error
			if row, err = tx.Outgoing(id); err != nil {
				return err
			}
			_, err = tx.Append(store.Entry{Case: row.Case, Actor: administrator(), Kind: petition.EvNoted,
				Text: fmt.Sprintf("管理员在命令行%s第 %d 号邮件（%s）", what, id, desk.KindName(row.Kind))})
			return err
		})
		switch {
		case errors.Is(err, store.ErrState):
			fmt.Fprintf(s.err, "xinfangd：第 %d 号邮件当前的状态不能%s，或没有这一封\n", id, what)
			failed++
		case err != nil:
			fmt.Fprintf(s.err, "xinfangd：第 %d 号邮件：%s\n", id, say(err))
			failed++
		default:
			rows = append(rows, row)
		}
	}
	if len(rows) > 0 || s.json {
		if err := s.printQueue(rows, r.config); err != nil {
			return err
		}
	}
	if failed > 0 {
		return errSilent
	}
	return nil
}

// administrator is who acts on the command line: whoever may read the register
// there is answerable by the system's own logs.
func administrator() petition.Actor {
	return petition.Actor{Role: petition.RoleSystem, Name: "系统管理员"}
}

type queueRetryCmd struct{ queued }

func (c queueRetryCmd) Run(s *shell) error { return c.act(s, "重发", (*store.Tx).RetryOutgoing) }

type queueHoldCmd struct{ queued }

func (c queueHoldCmd) Run(s *shell) error { return c.act(s, "暂缓", (*store.Tx).HoldOutgoing) }

type queueReleaseCmd struct{ queued }

func (c queueReleaseCmd) Run(s *shell) error { return c.act(s, "放行", (*store.Tx).ReleaseOutgoing) }

type queueCancelCmd struct{ queued }

func (c queueCancelCmd) Run(s *shell) error { return c.act(s, "作废", (*store.Tx).CancelOutgoing) }
