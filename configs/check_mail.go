package configs

import (
	"net"
	"strings"

	"xinfangd/gateway/calendar"
)

// account is a folder on a server, which only one box may pull.
type account struct {
	host             string
	port             int
	username, folder string
}

func (k *checker) mailboxes() {
	if len(k.Mailboxes) == 0 {
		k.errorf(k.At("mailboxes"), "缺少必填项 mailboxes：至少要有一个公开信箱和工作信箱")
		return
	}
	ids, addresses, accounts := make(map[string]int), make(map[string]int), make(map[account]int)
	public := 0
	for i, m := range k.Mailboxes {
		if m.Role == "public" {
			public++
		}
		if k.required(m.Place, "id", m.ID) {
			k.id(m.Place, m.ID)
			k.unique(m.Place, "id", ids, m.ID, i, "信箱标识")
		}
		k.mailboxAddress(m)
		if m.Address != "" {
			k.unique(m.Place, "address", addresses, strings.ToLower(m.Address), i, "信箱地址")
		}
		if m.Division != "" && !k.hasDivision(m.Division) {
			k.errorf(m.At("division"), "处室 %q 不在 roster.divisions 里%s", m.Division, suggestion(m.Division, k.divisionIDs()))
		}
		if m.Role == "work" && m.Division != "" {
			k.errorf(m.At("division"), "工作信箱不能有固定处室")
		}
		// Its mail would be taken for citizens' letters.
		if box, ok := k.Mailbox(k.Office.WorkBox); ok && box.Role == "work" && m.Role == "work" && m.ID != box.ID {
			k.errorf(m.At("role"), "工作信箱只能有一个，office.work_box 已经是 %s", box.ID)
		}
		k.imap(m)
		a := account{strings.ToLower(m.IMAP.Host), m.IMAP.Port, strings.ToLower(m.IMAP.Username), m.IMAP.Folder}
		if first, ok := accounts[a]; ok && m.IMAP.Host != "" {
			k.errorf(m.At("imap"), "与信箱 %s 是同一个帐号的同一个文件夹，来信会重复", k.Mailboxes[first].ID)
		} else {
			accounts[a] = i
		}
		if m.Form != nil {
			k.form(*m.Form)
		}
	}
	if public == 0 {
		k.errorf(k.At("mailboxes"), "至少要有一个公开信箱（role: public）")
	}
}

// id reports an identifier that rules and commands could not name.
func (k *checker) id(p Place, id string) {
	if !idShape.MatchString(id) {
		k.errorf(p.At("id"), "标识 %q 只能用字母、数字、- 和 _", id)
	}
}

// unique reports the second use of a value that must be unique.
func (k *checker) unique(p Place, key string, seen map[string]int, value string, i int, what string) {
	if first, ok := seen[value]; ok {
		k.errorf(p.At(key), "%s %s 与第 %d 项重复", what, value, first+1)
		return
	}
	seen[value] = i
}

func (k *checker) mailboxAddress(m Mailbox) {
	switch {
	case m.Address != "":
		if err := checkAddress(m.Address); err != nil {
			k.errorf(m.At("address"), "%q %s", m.Address, err)
		}
	case m.Role == "work":
		k.errorf(m.At("address"), "工作信箱缺少必填项 address")
	case m.Form == nil:
		k.warnf(m.At("address"), "信箱 %s 没有 address，回信将请来信人写到工作信箱", m.ID)
	}
}

func (k *checker) form(f Form) {
	if len(f.Body) == 0 {
		k.warnf(f.At("body"), "表单没有写 body（正文的标签），整封邮件将作为正文")
	}
	if len(f.Email) == 0 {
		k.warnf(f.At("email"), "表单没有写 email（电子邮箱的标签），无法给来信人回信")
	}
}

func (k *checker) imap(m Mailbox) {
	s := m.IMAP
	if !m.Has("imap") {
		k.errorf(m.At(), "信箱 %s 缺少必填项 imap", m.ID)
		return
	}
	k.transport(s.Place, s.Transport)
	if k.required(s.Place, "username", s.Username) && s.Auth != "xoauth2" && s.PasswordFile == "" && !s.Has("password") {
		k.errorf(s.At("password_file"), "缺少 password_file（或 password: ${NAME}）")
	}
	if s.Auth == "xoauth2" && s.TokenFile == "" {
		k.errorf(s.At("auth"), "xoauth2 需要 token_file")
	}
	k.login(s.Place, s.Login)
	k.secretFile(s.Place, "token_file", s.TokenFile)
	if s.Folder == "" {
		k.errorf(s.At("folder"), "folder 不能为空")
	}
	if s.Poll <= 0 {
		k.errorf(s.At("poll"), "poll 应大于 0")
	}
	if d, ok := k.Deadlines.Check.Duration(); ok && s.Poll > d {
		k.warnf(s.At("poll"), "poll（%s）比 deadlines.check（%s）还长，信箱会一直报警", calendar.Of(s.Poll), k.Deadlines.Check)
	}
	if m.After.Do == "move" && m.After.Folder == s.Folder {
		k.errorf(m.At("after"), "不能移到收信的文件夹 %s 自己", s.Folder)
	}
	if s.LegacyTLS {
		k.warnf(s.At("legacy_tls"), "允许了已不安全的 TLS 1.0，只应用于内网的旧服务器")
	}
	if m.SMTP != nil {
		k.smtp(*m.SMTP)
	}
}

// edges checks the common SMTP account.
func (k *checker) edges() {
	if !k.Has("smtp") {
		k.errorf(k.At(), "缺少必填项 smtp")
		return
	}
	k.smtp(k.SMTP)
}

func (k *checker) smtp(s SMTP) {
	k.transport(s.Place, s.Transport)
	k.login(s.Place, s.Login)
	if s.Username != "" && s.PasswordFile == "" && !s.Has("password") {
		k.errorf(s.At("password_file"), "写了 username，缺少 password_file（或 password: ${NAME}）")
	}
	if s.Connections < 1 || s.Connections > 100 {
		k.errorf(s.At("connections"), "connections 应在 1 到 100 之间")
	}
	if s.Rate < 0 {
		k.errorf(s.At("rate"), "rate（每小时封数）不能是负数")
	}
	if s.Probe <= 0 {
		k.errorf(s.At("probe"), "probe 应大于 0")
	}
	if len(s.Retry) == 0 {
		k.errorf(s.At("retry"), "retry 不能为空")
	}
	for i, d := range s.Retry {
		if d <= 0 {
			k.errorf(s.At("retry", i), "重试间隔应大于 0")
		}
	}
}

func (k *checker) transport(p Place, t Transport) {
	if !k.required(p, "host", t.Host) {
		return
	}
	switch _, _, err := net.SplitHostPort(t.Host); {
	case err == nil:
		k.errorf(p.At("host"), "host 里不要写端口，端口写在 port")
	case strings.ContainsAny(t.Host, " /@") || wideHint(t.Host) != "":
		k.errorf(p.At("host"), "%q 不是主机名", t.Host)
	}
	if t.Port < 1 || t.Port > 65535 {
		k.errorf(p.At("port"), "端口应在 1 到 65535 之间")
	}
	if t.TLS == "none" && !isLoopback(t.Host) {
		if !t.Plaintext {
			k.errorf(p.At("tls"), "在本机以外不加密（tls: none）必须写明 plaintext: true")
		} else {
			k.warnf(p.At("tls"), "与 %s 的连接不加密，密码和来信在网络上可被看到", t.Host)
		}
	}
	k.namedFile(p, "ca_file", t.CAFile, false)
}

func (k *checker) login(p Place, l Login) {
	if l.PasswordFile != "" && p.Has("password") {
		k.errorf(p.At("password"), "password 和 password_file 只能写一个")
	}
	if node, ok := p.walk([]any{"password"}); ok && l.Password == "" && strings.HasSuffix(node.Value, ":-}") {
		k.warnf(p.At("password"), "密码是空的，登录会失败")
	}
	k.secretFile(p, "password_file", l.PasswordFile)
}
