package watch

import (
	"fmt"

	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// boxes shows when each box was last read (C2).
func (b *boardBuilder) boxes(tx *store.Tx) error {
	all, err := tx.BoxStatus()
	if err != nil {
		return err
	}
	byID := map[string]store.BoxStatus{}
	for _, s := range all {
		byID[s.Mailbox] = s
	}
	section := templates.BoardSection{Title: "收信", Side: true, Empty: "没有信箱。", Head: heads(text("信箱"), text("最近收信"), text("状态"))}
	for _, known := range b.Boxes {
		s := byID[known.ID]
		state, alert := "正常", true
		switch {
		case s.LoginRefusals > 0:
			state = "登录被拒绝，请核对账号密码"
		case s.Error != "":
			state = "自 " + b.stamp(s.Since) + " 起收信失败"
		case s.Checked.IsZero():
			state, alert = "尚未收过信", false
		case b.CheckWithin > 0 && b.now.Sub(s.Checked) > b.CheckWithin:
			state = "久未收信"
		default:
			alert = false
		}
		section.Rows = append(section.Rows, templates.BoardRow{Alert: alert, Cells: []templates.BoardCell{text(known.Name), text(b.stamp(s.Checked)), text(state)}})
	}
	b.add(section)
	return nil
}

// queue shows what is to be sent, and what does not go out.
func (b *boardBuilder) queue(tx *store.Tx) error {
	counts, err := tx.CountOutgoing()
	if err != nil {
		return err
	}
	section := templates.BoardSection{Title: "发信", Side: true, Empty: "没有待发的邮件。"}
	add := func(alert bool, what, state string) {
		section.Rows = append(section.Rows, templates.BoardRow{Alert: alert, Cells: []templates.BoardCell{text(what), right(state)}})
	}
	if b.paused {
		add(true, "全部发送", "已暂停")
	}
	for _, s := range []struct {
		state, name string
		alert       bool
	}{
		{store.OutQueued, "待发", false}, {store.OutSending, "正在发送", false}, {store.OutHeld, "暂缓", true},
		{store.OutDoubtful, "送达不明，待核实", true}, {store.OutFailed, "发送失败", true},
	} {
		if n := counts[s.state]; n > 0 {
			add(s.alert, s.name, fmt.Sprintf("%d 封", n))
		}
	}
	for _, s := range b.senders {
		if !s.Since.IsZero() {
			name := "公用发信账号"
			if s.Account != "" {
				name = b.box(s.Account) + "的发信账号"
			}
			add(true, name, "自 "+b.stamp(s.Since)+" 起无法发信")
		}
	}
	b.add(section)
	return nil
}

// failed shows the letters that wait for a person, when there are any.
func (b *boardBuilder) failed(tx *store.Tx) error {
	list, err := tx.FailedLetters()
	if err != nil || len(list) == 0 {
		return err
	}
	section := templates.BoardSection{Title: "未能处理的来件", Side: true, Note: "原件均已保存，用 failed list 查看。", Head: heads(text("序号"), text("信箱"), text("收到"))}
	for _, f := range list[:min(len(list), rows)] {
		section.Rows = append(section.Rows, templates.BoardRow{Alert: true, Cells: []templates.BoardCell{text(fmt.Sprint(f.ID)), text(b.box(f.Mailbox)), text(b.stamp(f.Arrived))}})
	}
	b.add(section)
	return nil
}
