package letter

import (
	"strings"
	"testing"
	"unicode"
)

// TestTrimSpace holds the quick trimSpace to that of the standard library, with
// every white space there is at either end.
func TestTrimSpace(t *testing.T) {
	var blanks []string
	for r := range rune(0x3100) {
		if unicode.IsSpace(r) {
			blanks = append(blanks, string(r), string(r)+" ", "\t"+string(r))
		}
	}
	for _, text := range []string{"", "a", "ab", "abc", "小区", "停电。", "“停电”", "é", "aé", "€", "￥", "〇", "𠮷", "ab𠮷"} {
		for _, b := range append(blanks, "") {
			for _, s := range []string{text, b + text, text + b, b + text + b} {
				if got, want := trimSpace(s), strings.TrimSpace(s); got != want {
					t.Errorf("trimSpace(%q) = %q, want %q", s, got, want)
				}
			}
		}
	}
}

// TestPrefilters holds what spares lines from the dear expressions to the lines
// that those match.
func TestPrefilters(t *testing.T) {
	for _, line := range []string{Marker(), "> " + Marker(), "--请在此行以上回复--", "  请在此行以上回复  ", "| ＿ － 请在此行以上回复 ___"} {
		if markerLine.MatchString(line) && !mayMark(line) {
			t.Errorf("mayMark(%q) is false", line)
		}
	}
	for _, line := range []string{"本邮件及其附件仅供收件人使用", "* 重要提示：此邮件可能包含保密信息，未经许可禁止转发", "这封邮件仅为收件人", "该邮件和附件禁止转发", "免责声明", "保密条款：",
		"CONFIDENTIALITY NOTICE", "Disclaimer", "This e-mail is confidential", "The information is privileged"} {
		if !disclaims.MatchString(line) || !mayDisclaim(line) {
			t.Errorf("a disclaimer passed over: %q", line)
		}
	}
	for _, line := range []string{"From: a@b.example", "**发件人：** 张三", "> 发送时间: 2026年1月1日", "\u3000收 件 人：李四", "| Subject | x", "От: a", "ÄMNE: x"} {
		if headerLabel.MatchString(line) && !mayLabel(line) {
			t.Errorf("mayLabel(%q) is false", line)
		}
	}
	for _, address := range []string{"no-reply@a.example", "donotreply@a.example", "noreplies@a.example", "mailer-daemon@a.example", "auto_confirm@a.example", "notifications@a.example", "notify-x@a.example", "newsletter@a.example", "edm@a.example", "shop-noreply@a.example"} {
		if !silent(address) {
			t.Errorf("silent(%q) is false", address)
		}
	}
	for _, name := range []string{"Mail Delivery System", "MAILER-DAEMON", "Mail Server", "Delivery Subsystem", "Postmaster", "系统退信", "退信", "邮件系统", "郵件系統", "System Administrator", "NDR Administrator", "Microsoft Outlook"} {
		if !bounceName.MatchString(name) || !mayBounce(name) {
			t.Errorf("the name of a mail system passed over: %q", name)
		}
	}
	for _, end := range []string{"写道：", "wrote:", "wrote: ", "<a@b.example>\u3000", "寫道\u00a0", "写道", "-----\u2028", "編寫"} {
		if !mayEnd[end[len(end)-1]] {
			t.Errorf("an attribution may end in %q", end)
		}
	}
}
