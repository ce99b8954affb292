package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"xinfangd/gateway/desk"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/store"
)

type queueShowCmd struct {
	ID int64 `arg:"" name:"id" placeholder:"序号" help:"queue list 里的序号"`
}

// shownMail is the JSON of queue show.
type shownMail struct {
	queueRow
	Raw string `json:"raw"`
}

func (c queueShowCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	var (
		row store.OutgoingRow
		raw string
	)
	err = r.View(s.ctx, func(tx *store.Tx) error {
		if row, err = tx.Outgoing(c.ID); err != nil {
			return err
		}
		data, err := tx.Blob(row.Blob)
		if err != nil {
			return err
		}
		raw, err = masked(tx, row, data, s.now())
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return wrong("没有第 %d 号邮件", c.ID)
	}
	if err != nil {
		return err
	}
	return s.print(shownMail{s.queueRow(row, r.config), raw}, func(w io.Writer) {
		fmt.Fprintf(w, "序号：%d\n种类：%s\n状态：%s\n收件人：%s\n次数：%d\n", row.ID, desk.KindName(row.Kind), stateName(row.State), clean(strings.Join(row.To, ", ")), row.Attempts)
		if row.LastError != "" {
			fmt.Fprintf(w, "最近的错误：%s\n", clean(row.LastError))
		}
		for _, p := range row.Recipients {
			said := ""
			if p.Code > 0 {
				said = fmt.Sprintf(" %d", p.Code)
			}
			if p.Text != "" {
				said += " " + clean(p.Text)
			}
			fmt.Fprintf(w, "%s：%s%s\n", clean(p.Address), recipientName(p.State), said)
		}
		if row.Secret(s.now()) {
			fmt.Fprintln(w, "（回执码仍然有效，已遮盖；以下为解码后的文字）")
		}
		fmt.Fprintf(w, "\n%s\n", block(raw))
	})
}

// maskID hides the local part of a Message-ID, in which a live code may stand.
func maskID(id string) string {
	if _, domain, ok := strings.Cut(id, "@"); ok {
		return "***@" + domain
	}
	return "***"
}

var (
	// messageIDs finds the Message-IDs of a header.
	messageIDs = regexp.MustCompile(`<([^<>\s]+@[^<>\s]+)>`)
	// plusTag is the tag of a plus address.
	plusTag = regexp.MustCompile(`\+[^@+\s<>]+@`)
)

// masked is a mail's bytes without any reply code that is alive (spec mail
// section 2): neither its own nor, in the thread it hangs on, another's.
func masked(tx *store.Tx, row store.OutgoingRow, raw []byte, now time.Time) (string, error) {
	if row.Secret(now) {
		return plusTag.ReplaceAllString(string(dossier.Mask(raw)), "+***@"), nil
	}
	header, body := splitHeader(raw)
	var lookupErr error
	header = messageIDs.ReplaceAllStringFunc(header, func(id string) string {
		other, err := tx.OutgoingByMessageID(strings.Trim(id, "<>"))
		switch {
		case errors.Is(err, store.ErrNotFound):
			return id
		case err != nil:
			lookupErr = err
			return "<***>"
		case other.Secret(now):
			return "<" + maskID(strings.Trim(id, "<>")) + ">"
		}
		return id
	})
	return header + string(body), lookupErr
}

// splitHeader cuts behind the empty line that ends the header.
func splitHeader(raw []byte) (header string, body []byte) {
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		return string(raw[:i+4]), raw[i+4:]
	}
	return string(raw), nil
}
