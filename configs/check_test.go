package configs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sampleStore is the sample's way to name its database.
const sampleStore = "driver: sqlite                     # 单机用 sqlite；几台机器共用时用 postgres\n  dsn: ../var/xinfangd.db"

// TestCheck changes one thing of a configuration that has nothing wrong, and
// names what is found then.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, old, new string
		now            time.Time
		want           string // severity and a part of the message; "" for no finding
	}{
		{"nothing wrong", "", "", today, ""},
		{"two approvers", "roles: [approver, head]", "roles: [head]", today, "error 只有一名审核员"},
		{"one will do", "two_person: true", "two_person: false", today, ""},
		{"no approver", "roles: [handler, approver]", "roles: [handler]", today, "error 只有一名审核员"},
		{"addresses that differ in case", "address: fgld@", "address: ZYLD@", today, "error 只有大小写不同"},
		{"dangling division", "division: supervision", "division: supervison", today, "error 是不是想写 supervision？"},
		{"dangling work box", "work_box: desk", "work_box: disk", today, "error 是不是想写 desk？"},
		{"two work boxes", "address: zixun@jxw.example\n", "address: zixun@jxw.example\n    role: work\n", today, "error 工作信箱只能有一个"},
		{"plaintext", "{host: imap.jxw.example, username: jubao,", "{host: imap.jxw.example, tls: none, username: jubao,", today, "error plaintext: true"},
		{"plaintext as wished", "{host: imap.jxw.example, username: jubao,", "{host: imap.jxw.example, tls: none, plaintext: true, username: jubao,", today, "warning 不加密"},
		{"plaintext on loopback", "{host: imap.jxw.example, username: jubao,", "{host: '::1', tls: none, username: jubao,", today, ""},
		{"no calendar", "", "", time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC), "error 没有 2027 年的节假日安排"},
		{"the year is the office's", "", "", time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC), "error 没有 2027 年的节假日安排"},
		{"no next calendar", "", "", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "warning 还没有 2027 年的节假日安排"},
		{"not yet December", "", "", time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC), ""},
		{"calendar of a few days", "files: []", "files: [few.json]", today, "warning 2027 年缺少元旦"},
		{"broken calendar", "files: []", "files: [broken.json]", today, "error 日历文件内容有误：2027-01-01 写了两次"},
		{"no duty roster", "duty:\n", "duty: {}\nunused:\n", today, "warning 没有值班表"},
		{"ar_below", "ar_below: false", "ar_below: true", today, "warning ar_below 已打开"},
		{"Authentication-Results alone will do", "verify_dkim: true", "verify_dkim: false", today, ""},
		{"a board for everybody", "listen: 127.0.0.1:8025", "listen: ':8025'", today, "error token_file"},
		{"no board", "listen: 127.0.0.1:8025", "listen: ''", today, ""},
		{"a secret for everybody", "secrets/jubao", "open", today, "warning 任何人都能读写"},
		{"a secret that is not there", "secrets/jubao", "nowhere", today, "warning 读不到"},
		{"a file for postgres", "driver: sqlite", "driver: postgres", today, "error dsn 应为 postgres://"},
		{"postgres", sampleStore, "driver: postgres\n  dsn: postgres://x@db.jxw.example/x ", today, ""},
		{"postgres by words", sampleStore, "driver: postgres\n  dsn: host=db.jxw.example user=x dbname=x ", today, ""},
		{"password in the url", sampleStore, "driver: postgres\n  dsn: postgres://x:y@db.jxw.example/x ", today, "error 数据库密码不能写在"},
		{"password in the words", sampleStore, "driver: postgres\n  dsn: host=db.jxw.example password=y ", today, "error 数据库密码不能写在"},
		{"password in spaced words", sampleStore, "driver: postgres\n  dsn: host=db.jxw.example password = 'y' ", today, "error 数据库密码不能写在"},
		{"password of the words from the environment", sampleStore, "driver: postgres\n  dsn: host=db.jxw.example password='${HOME}' dbname=x ", today, ""},
		{"password in a loopback url", sampleStore, "driver: postgres\n  dsn: postgres://x:y@127.0.0.1/x ", today, "warning 数据库密码不应写在"},
		{"password from the environment", sampleStore, "driver: postgres\n  dsn: postgres://x:${HOME}@db.jxw.example/x ", today, ""},
		{"drill", "drill: false", "drill: true", today, "warning 演练模式"},
		{"ladder", "at: 3wd", "at: 6wd", today, "error 催办步骤应按时间先后排列"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := soundCopy(t, func(text string) string {
				if !strings.Contains(text, tt.old) {
					t.Fatalf("the sample has no %q", tt.old)
				}
				return strings.Replace(text, tt.old, tt.new, 1)
			})
			_, findings := Inspect(file, tt.now)
			if tt.want == "" {
				if len(findings) != 0 {
					t.Errorf("findings are\n%s", render(findings))
				}
				return
			}
			severity, message, _ := strings.Cut(tt.want, " ")
			for _, f := range findings {
				if string(f.Severity) == severity && strings.Contains(f.Message, message) {
					return
				}
			}
			t.Errorf("findings are\n%swant %s", render(findings), tt.want)
		})
	}
}

// soundCopy writes a copy of the sample that nothing is wrong with but what
// change changes, and returns its name.
func soundCopy(t *testing.T, change func(string) string) string {
	t.Helper()
	sample, err := os.ReadFile("xinfangd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, folder := range []string{"etc/secrets", "rules", "templates"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, content string, mode os.FileMode) string {
		file := filepath.Join(dir, "etc", name)
		if err := os.WriteFile(file, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		return file
	}
	for _, secret := range []string{"zhuren", "jubao", "portal", "jianfu", "zixun", "wsxf"} {
		write("secrets/"+secret, "x\n", 0o600)
	}
	write("open", "x\n", 0o666)
	write("few.json", `{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}]}`, 0o644)
	write("broken.json", `{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true},
	{"date": "2027-01-01", "isOffDay": true}]}`, 0o644)
	return write("xinfangd.yaml", change(string(sample)), 0o644)
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"a@x.example", "a.b+c@x-y.example", "A_1@localhost"} {
		if err := checkAddress(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{
		"", "a", "@x", "a@", "a@@x", "a b@x", "a@x..y", ".a@x", "a@-x", "甲 <a@x>", "a@x.example;", "a＠x", "a@x，", "甲@x.example", "a@x\n",
		strings.Repeat("a", 65) + "@x", "a@" + strings.Repeat("b.", 125) + "example",
	} {
		if err := checkAddress(address); err == nil {
			t.Errorf("%q is an address", address)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "[::1]": true,
		"": false, "0.0.0.0": false, "10.0.0.1": false, "localhost.jxw.example": false, "127.0.0.1.jxw.example": false,
	} {
		if got := isLoopback(host); got != want {
			t.Errorf("isLoopback(%q) = %v", host, got)
		}
	}
}

// TestBrokenCalendarPlace: what is wrong in a calendar is told by its file and line.
func TestBrokenCalendarPlace(t *testing.T) {
	t.Parallel()
	file := soundCopy(t, func(text string) string { return strings.Replace(text, "files: []", "files: [broken.json]", 1) })
	_, findings := Inspect(file, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	want := Position{File: filepath.Join(filepath.Dir(file), "broken.json"), Line: 2, Column: 1}.Errorf("日历文件内容有误：2027-01-01 写了两次")
	if !slices.Contains(findings, want) {
		t.Errorf("findings are\n%swant %v", render(findings), want)
	}
}
