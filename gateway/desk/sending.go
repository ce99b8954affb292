package desk

import (
	"context"
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// sendingLimit is how long an SMTP account may fail before people are told: one
// failed try, or a server that restarts, is nobody's matter.
const sendingLimit = 15 * time.Minute

// Sender is how sending by an SMTP account goes.
type Sender struct {
	Gateway string    // which one cannot send, where several share the register
	Account string    // "" is the office's
	Since   time.Time // of the first failure in a row; zero: all is well
	Error   string
}

// Sending notes how sending goes. A failing account is told of once and its
// recovery once; both mails wait in the queue like any other until the server
// takes them, so that the record is complete though late.
func (d *Desk) Sending(ctx context.Context, senders []Sender, now time.Time) error {
	for _, s := range senders {
		name := "smtp"
		if s.Gateway != "" {
			name += "@" + s.Gateway
		}
		if s.Account != "" {
			name += "/" + s.Account
		}
		var open string
		err := d.store.View(ctx, func(tx *store.Tx) (err error) {
			open, err = tx.Setting(alarmKey + name)
			return err
		})
		if err != nil {
			return fmt.Errorf("read alarm: %w", err)
		}
		failing := !s.Since.IsZero() && now.Sub(s.Since) >= sendingLimit
		if failing == (open != "") || !s.Since.IsZero() && !failing {
			continue
		}
		err = d.update(ctx, now, func(w *work) error {
			what := "发信服务器"
			if s.Account != "" {
				what = "信箱“" + w.box(s.Account).Name + "”的发信账号"
			}
			if s.Gateway != "" {
				what = "主机 " + s.Gateway + " 的" + what
			}
			to := append(w.centre(), petition.Recipient{Role: petition.RoleDuty})
			if !failing {
				return w.clear(name, what+"已恢复，积压的邮件正在发出", to)
			}
			return w.raiseAlarm(name, templates.AlarmView{What: what + "不能发信", Since: w.office(s.Since), Advice: []string{
				"最近一次的错误：" + s.Error, "请检查网络、发信账号和密码；恢复后积压的邮件自动发出，不会丢失"}}, to)
		})
		if err != nil {
			return fmt.Errorf("alarm for sending: %w", err)
		}
	}
	return nil
}
