package configs

import (
	"errors"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xinfangd/gateway/calendar"
)

// Check returns what is wrong with a configuration as a whole, or unwise about
// it, each finding at the value concerned. It looks at the files that the
// configuration names, but at nothing over a network. now decides which
// calendar years are due.
func Check(c Config, now time.Time) []Finding {
	k := &checker{Config: c, now: now}
	k.office()
	k.store()
	k.mailboxes()
	k.edges()
	k.roster()
	k.duty()
	k.calendar()
	k.deadlines()
	k.chase()
	k.policy()
	k.security()
	k.rest()
	SortFindings(k.findings)
	return k.findings
}

// Inspect loads a configuration and checks it: all complaints in one list. A
// file that cannot be read as YAML has that one complaint only.
func Inspect(path string, now time.Time) (Config, []Finding) {
	c, findings := Load(path)
	if c.node == nil && HasErrors(findings) {
		return c, findings
	}
	findings = append(findings, Check(c, now)...)
	SortFindings(findings)
	return c, findings
}

// checker collects findings about one configuration.
type checker struct {
	Config
	now      time.Time
	findings []Finding
}

func (k *checker) errorf(p Position, format string, args ...any) {
	k.findings = append(k.findings, p.Errorf(format, args...))
}

func (k *checker) warnf(p Position, format string, args ...any) {
	k.findings = append(k.findings, p.Warnf(format, args...))
}

// required reports a mandatory key without a value. A value that is there but
// did not survive decoding was reported then.
func (k *checker) required(p Place, key, value string) bool {
	if value != "" {
		return true
	}
	node, ok := p.walk([]any{key})
	switch {
	case !ok && !p.sound():
	case !ok:
		k.errorf(p.At(key), "缺少必填项 %s", key)
	case node.Kind == yaml.ScalarNode && node.Value == "" && !isNull(node):
		k.errorf(p.At(key), "%s 不能为空", key)
	}
	return false
}

var (
	prefixShape = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,15}$`)
	idShape     = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)
)

func (k *checker) office() {
	o := k.Office
	if !k.Has("office") {
		k.errorf(k.At(), "缺少必填项 office")
		return
	}
	k.required(o.Place, "name", o.Name)
	if k.required(o.Place, "timezone", o.Timezone) {
		if _, err := time.LoadLocation(o.Timezone); err != nil || o.Timezone == "Local" {
			k.errorf(o.At("timezone"), "不认识的时区 %q，应写成 Asia/Shanghai 这样", o.Timezone)
		}
	}
	if k.required(o.Place, "number_prefix", o.NumberPrefix) && !prefixShape.MatchString(o.NumberPrefix) {
		k.errorf(o.At("number_prefix"), "编号前缀 %q 应为大写字母开头的 1 至 16 个大写字母或数字", o.NumberPrefix)
	}
	if !k.required(o.Place, "work_box", o.WorkBox) {
		return
	}
	switch box, ok := k.Mailbox(o.WorkBox); {
	case !ok:
		k.errorf(o.At("work_box"), "work_box 指的信箱 %q 不在 mailboxes 里%s", o.WorkBox, suggestion(o.WorkBox, k.mailboxIDs()))
	case box.Role != "work":
		k.errorf(o.At("work_box"), "work_box 指的信箱 %q 没有写 role: work", o.WorkBox)
	}
}

func (k *checker) mailboxIDs() []string {
	var ids []string
	for _, m := range k.Mailboxes {
		ids = append(ids, m.ID)
	}
	return ids
}

func (k *checker) store() {
	s := k.Store
	if !k.Has("store") {
		k.errorf(k.At(), "缺少必填项 store")
		return
	}
	k.required(s.Place, "driver", s.Driver)
	if !k.required(s.Place, "dsn", string(s.DSN)) {
		return
	}
	if s.Driver != "postgres" {
		return
	}
	k.secretFile(s.Place, "password_file", s.PasswordFile)
	host, ok := s.DSN.host()
	if !ok {
		k.errorf(s.At("dsn"), "dsn 应为 postgres://用户@主机:端口/库名，或 host=主机 user=用户 dbname=库名")
		return
	}
	if !s.dsnHoldsPassword() {
		return
	}
	if isLoopback(host) {
		k.warnf(s.At("dsn"), "数据库密码不应写在配置文件里，请用 password_file 或 ${NAME}")
		return
	}
	k.errorf(s.At("dsn"), "数据库密码不能写在配置文件里，请用 password_file 或 ${NAME}")
}

// dsnHoldsPassword reports whether the file itself, before ${NAME} was
// expanded, holds a password.
func (s Store) dsnHoldsPassword() bool {
	node, ok := s.walk([]any{"dsn"})
	if !ok {
		return false
	}
	const elsewhere = "~elsewhere~"
	written := environmentName.ReplaceAllString(node.Value, elsewhere)
	password := ""
	if at := passwordKey.FindStringIndex(written); at != nil {
		password = strings.Trim(written[at[1]:], " '")
	} else if u, err := url.Parse(written); err == nil && u.User != nil {
		password, _ = u.User.Password()
	}
	return password != "" && !strings.HasPrefix(password, elsewhere)
}

var environmentName = regexp.MustCompile(`\$\{[^}]*\}`)

// secretFile warns of a secret that cannot be read or that everybody can. It is
// no error: services get their secrets from keepers that put them in place only
// at start, and an account without its password holds up no other.
func (k *checker) secretFile(p Place, key string, file Path) {
	if file == "" {
		return
	}
	info, err := os.Stat(string(file))
	switch {
	case err != nil:
		k.warnf(p.At(key), "密码文件 %s 读不到（%s），登录会失败", file, reason(err))
	case info.IsDir():
		k.errorf(p.At(key), "%s 是文件夹，不是密码文件", file)
	case info.Mode().Perm()&0o007 != 0:
		k.warnf(p.At(key), "密码文件 %s 任何人都能读写，请改为 0600", file)
	}
}

// namedFile reports a file that the configuration names and that is not there.
func (k *checker) namedFile(p Place, key string, file Path, folder bool) {
	if file == "" {
		return
	}
	info, err := os.Stat(string(file))
	switch {
	case err != nil:
		k.errorf(p.At(key), "%s 指的 %s 读不到：%s", key, file, reason(err))
	case folder && !info.IsDir():
		k.errorf(p.At(key), "%s 指的 %s 不是文件夹", key, file)
	case !folder && info.IsDir():
		k.errorf(p.At(key), "%s 指的 %s 是文件夹，不是文件", key, file)
	}
}

func (k *checker) calendar() {
	cal, findings := k.NewCalendar()
	k.findings = append(k.findings, findings...)
	k.calendarYears(cal)
}

// calendarYears demands the calendar of this year, and asks for the next one's
// from December on, when its notice has been out for a month.
func (k *checker) calendarYears(cal *calendar.Calendar) {
	today := k.now.In(cal.Location())
	at := k.Calendar.At("files")
	if cal.Missing(today.Year()) {
		k.errorf(at, "没有 %d 年的节假日安排，工作日只能按周一至周五估算；请在 calendar.files 里加上", today.Year())
	}
	if today.Month() == time.December && cal.Missing(today.Year()+1) {
		k.warnf(at, "还没有 %d 年的节假日安排，请在年底前加到 calendar.files", today.Year()+1)
	}
}

// incompleteYears warns of a year that only a few days are known of.
func incompleteYears(at Position, file Path, years []calendar.Year) []Finding {
	builtIn, err := calendar.BuiltIn()
	if err != nil {
		return nil
	}
	var findings []Finding
	for _, y := range years {
		known := slices.ContainsFunc(builtIn, func(b calendar.Year) bool { return b.Year == y.Year })
		if !known && !y.Complete() {
			findings = append(findings, at.Warnf("日历文件 %s 的 %d 年缺少元旦、劳动节或国庆节，可能不全", file, y.Year))
		}
	}
	return findings
}

func (k *checker) policy() {
	if k.Conduct.Hold < 0 {
		k.errorf(k.Conduct.At("hold"), "hold 不能是负数")
	}
	if k.Drill {
		k.warnf(k.At("drill"), "演练模式已打开，所有发出的邮件都标有【演练】")
	}
}

func (k *checker) rest() {
	if k.Rules != "" {
		if _, err := os.Stat(string(k.Rules)); err != nil {
			k.errorf(k.At("rules"), "rules 指的 %s 读不到：%s", k.Rules, reason(err))
		}
	}
	k.namedFile(k.Place, "templates", k.Templates, true)
	k.namedFile(k.Place, "font", k.Font, false)
	k.archive()
	k.http()
	l := k.Limits
	if l.LetterBytes <= 0 {
		k.errorf(l.At("letter_bytes"), "letter_bytes 应大于 0")
	}
	if l.AutoMail < 0 {
		k.errorf(l.At("auto_mail_per_address_per_day"), "auto_mail_per_address_per_day 不能是负数")
	}
	if l.MailPerHour <= 0 {
		k.errorf(l.At("mail_per_hour"), "mail_per_hour 应大于 0")
	}
	if k.Clamd != "" && !filepath.IsAbs(k.Clamd) {
		if _, _, err := net.SplitHostPort(k.Clamd); err != nil {
			k.errorf(k.At("clamd"), "clamd 应为套接字的绝对路径或 主机:端口")
		}
	}
	if t := k.SelfTest; t.Mailbox != "" {
		switch m, ok := k.Mailbox(t.Mailbox); {
		case !ok || m.Role != "public":
			k.errorf(t.At("mailbox"), "自检的信箱 %q 应是 mailboxes 里的一个公开信箱", t.Mailbox)
		case m.Address == "":
			k.errorf(t.At("mailbox"), "自检的信箱 %q 没有 address，自检信无处可寄", t.Mailbox)
		}
		if t.Within <= 0 {
			k.errorf(t.At("within"), "within 应大于 0")
		}
	}
}

func (k *checker) archive() {
	a := k.Archive
	if a.Dir == "" {
		k.errorf(a.At("dir"), "缺少归档目录")
	}
	for _, key := range slices.Sorted(maps.Keys(a.Retention)) {
		if p := a.Retention[key]; !p.Forever && p.Years == 0 && p.Days == 0 {
			k.errorf(a.At("retention", key), "%s 的保管期限应大于 0，不限期的写“永久”", key)
		}
	}
	if a.Public != "" && a.Dir != "" && within(string(a.Public), string(a.Dir)) {
		k.errorf(a.At("public"), "公开目录不能在归档目录里，归档含来信人信息")
	}
}

// within reports whether path is dir or lies in it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (k *checker) http() {
	h := k.HTTP
	if h.Listen == "" {
		return
	}
	host, _, err := net.SplitHostPort(h.Listen)
	if err != nil {
		k.errorf(h.At("listen"), "listen 应为 主机:端口，例如 127.0.0.1:8025")
		return
	}
	k.secretFile(h.Place, "token_file", h.TokenFile)
	k.secretFile(h.Place, "password_file", h.PasswordFile)
	hasPassword := h.PasswordFile != "" || h.Password != ""
	if hasPassword != (h.Username != "") {
		k.errorf(h.At("username"), "用户名和密码（username、password_file）应一起写")
	}
	if !isLoopback(host) && h.TokenFile == "" && !hasPassword {
		k.errorf(h.At("listen"), "在本机以外监听（%s）必须写 token_file，或 username 和 password_file", h.Listen)
	}
}

// isLoopback reports whether a host is this machine whatever DNS says.
func isLoopback(host string) bool {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

var errAddress = errors.New("不是 名字@域名 这样的邮箱地址")

// checkAddress says what is wrong with a mailbox address of the office's own.
// Plain dot-atoms (RFC 5322 section 3.2.3) are all that offices use; anything
// wider in a roster is a typing mistake.
func checkAddress(address string) error {
	local, domain, ok := strings.Cut(address, "@")
	if hint := wideHint(address); hint != "" || strings.ContainsRune(address, '＠') {
		return errors.New("地址里有全角字符")
	}
	if !ok || len(local) > 64 || len(address) > 254 || !utf8.ValidString(address) || !localShape.MatchString(local) || !domainShape.MatchString(domain) {
		return errAddress
	}
	return nil
}

var (
	localShape  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	domainShape = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
)
