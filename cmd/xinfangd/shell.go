package main

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
	"unicode"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/mailbox"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/submission"
)

// shell is what every verb works with.
type shell struct {
	ctx      context.Context
	out, err io.Writer
	config   string
	json     bool
	now      func() time.Time
}

// print writes a value as the one JSON document, or as text for people.
func (s *shell) print(value any, text func(io.Writer)) error {
	if !s.json {
		w := &watched{w: s.out}
		text(w)
		if w.err != nil {
			return fmt.Errorf("write: %w", w.err)
		}
		return nil
	}
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// watched keeps the first error of a writer: a list that a full disk cut short
// must not pass for a whole one.
type watched struct {
	w   io.Writer
	err error
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.err = cmp.Or(w.err, err)
	return n, err
}

// complain lists findings on standard error.
func (s *shell) complain(findings []configs.Finding) {
	for _, f := range findings {
		word := "错误"
		if f.Severity == configs.SeverityWarning {
			word = "提醒"
		}
		fmt.Fprintf(s.err, "%s:%d:%d: %s：%s\n", f.File, f.Line, f.Column, word, clean(f.Message))
	}
}

// read loads the configuration for a tool that uses neither rules nor templates.
func (s *shell) read() (configs.Config, error) { return s.usable(gateway.Read(s.config, s.now())) }

// load loads the configuration with everything that it names.
func (s *shell) load() (configs.Config, error) { return s.usable(gateway.Load(s.config, s.now())) }

func (s *shell) usable(c configs.Config, findings []configs.Finding) (configs.Config, error) {
	if !configs.HasErrors(findings) {
		return c, nil
	}
	s.complain(findings)
	return c, unusable("配置不能用，先改正以上错误")
}

// register is an open register beside the daemon.
type register struct {
	*store.Store
	config configs.Config
}

// open opens the register of the configuration; call the function it returns
// when done.
func (s *shell) open() (*register, func(), error) {
	c, err := s.read()
	if err != nil {
		return nil, nil, err
	}
	st, err := gateway.OpenStore(s.ctx, c)
	if err != nil {
		return nil, nil, err
	}
	return &register{st, c}, func() {
		if err := st.Close(); err != nil {
			fmt.Fprintln(s.err, "xinfangd：关闭数据库出错："+say(err))
		}
	}, nil
}

// desk opens the register and a clerk on it, for what changes a case. Mail that
// the clerk queues is sent by the daemon.
func (s *shell) desk() (*desk.Desk, *register, func(), error) {
	c, err := s.load()
	if err != nil {
		return nil, nil, nil, err
	}
	st, err := gateway.OpenStore(s.ctx, c)
	if err != nil {
		return nil, nil, nil, err
	}
	done := func() {
		if err := st.Close(); err != nil {
			fmt.Fprintln(s.err, "xinfangd：关闭数据库出错："+say(err))
		}
	}
	settings, err := gateway.Settings(c)
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d, err := desk.New(settings, desk.Options{Store: st, Logger: log})
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	return d, &register{st, c}, done, nil
}

// number reads a registration number, or the short forms of it.
func (s *shell) number(c configs.Config, word string) (petition.Number, error) {
	year := s.now().In(c.Office.Location()).Year()
	n, ok := petition.ParseNumber(strings.TrimSpace(word), c.Office.NumberPrefix, year)
	if !ok {
		return "", unusable("%q 不是登记编号，应为 %s 或今年的序号", clean(word), petition.NewNumber(c.Office.NumberPrefix, year, 123))
	}
	return n, nil
}

// countable refuses a --limit below nothing, which SQL would take for none.
func countable(limit int) error {
	if limit < 0 {
		return unusable("--limit 不能小于 0")
	}
	return nil
}

// knownBox refuses a --mailbox that the configuration lacks and that never had a
// letter, whatever else is asked: a box that was given up may still have
// letters, a slip has none.
func knownBox(tx *store.Tx, c configs.Config, id string) error {
	if _, ok := c.Mailbox(id); ok || id == "" {
		return nil
	}
	letters, err := tx.ListLetters(store.LetterFilter{Mailbox: id, Limit: 1})
	if err != nil || len(letters) > 0 {
		return err
	}
	cases, err := tx.ListCases(store.CaseFilter{Mailbox: id, Limit: 1})
	if err != nil || len(cases) > 0 {
		return err
	}
	return unusable("没有标识为 %q 的信箱", clean(id))
}

// say puts the errors that an administrator meets every day into Chinese; the
// others are shown as they are.
func say(err error) string {
	for _, known := range []struct {
		is  error
		say string
	}{
		{store.ErrNotFound, "没有这一项"},
		{store.ErrState, "当前状态不允许这样做"},
		{store.ErrTaken, "已经办过了"},
		{store.ErrNewerSchema, "数据库由更新版本的程序建立，请升级本程序"},
		{store.ErrNoDatabase, "不是数据库文件，或已损坏"},
		{store.ErrErased, "保管期满，内容已经销毁"},
		{store.ErrDamaged, "保存的原件与摘要不符，可能已损坏"},
		{gateway.ErrRunning, "另一个网关正在使用这个数据库"},
		{errNoMail, "里面没有邮件"},
		{errTooLarge, "文件过大"},
		{errNoBox, "不是 Maildir，没有 cur 和 new"},
		{letter.ErrNotMbox, "不是 mbox 文件"},
		{letter.ErrTooLarge, "邮件过大"},
		{gateway.ErrOffset, "只有演练（drill: true）时才能调整时钟"},
		{fs.ErrExist, "文件已经存在"},
		{fs.ErrNotExist, "文件不存在"},
		{fs.ErrPermission, "没有权限"},
		{zip.ErrFormat, "不是 zip 文件，或不完整"},
		{syscall.EISDIR, "是文件夹，不是文件"},
		{syscall.ENOTDIR, "上级不是文件夹"},
		{syscall.ENOSPC, "磁盘已满"},
		{syscall.ECONNREFUSED, "连接被拒绝，对方没有开启这个端口"},
		{context.DeadlineExceeded, "等待超时"},
		{os.ErrDeadlineExceeded, "等待超时"},
	} {
		if errors.Is(err, known.is) {
			return known.say + "（" + clean(err.Error()) + "）"
		}
	}
	if known := sayRemote(err); known != "" {
		return known + "（" + clean(err.Error()) + "）"
	}
	return clean(err.Error())
}

// sayRemote is say for what servers and the way to them are blamed for; "" for
// everything else.
func sayRemote(err error) string {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "找不到这个主机"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "服务器的证书不可信"
	}
	if _, ok := errors.AsType[*mailbox.LoginRefused](err); ok {
		return "用户名或密码不被接受"
	}
	if e, ok := errors.AsType[*submission.Error](err); ok && e.Class == submission.Refused {
		return "用户名或密码不被接受"
	}
	return ""
}

// clean keeps what strangers wrote from steering a terminal: controls and marks
// that turn the direction of text become visible signs.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return '�'
		}
		return r
	}, s)
}

// block is clean for a text of several lines.
func block(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

// when is a time as JSON shows it, null when there is none.
func when(c configs.Config, t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.In(c.Office.Location()).Format(time.RFC3339)
	return &text
}

// stamp is a time as people read it.
func stamp(c configs.Config, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(c.Office.Location()).Format("2006-01-02 15:04")
}

// orEmpty is a list that is never null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
