package e2e

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"xinfangd/gateway/mailbox/dovecottest"
)

// trial is what differs between the configurations of the figures.
type trial struct {
	Driver, DSN        string
	IMAPPort, SMTPPort int
	// Boxes are the public boxes, each with the user of the same name.
	Boxes []string
	// Divisions are those of the rules.
	Divisions []string
	Years     []int
}

var benchConfig = template.Must(template.New("xinfangd.yaml").Parse(`
office: {name: 示范市经济和信息化委员会, timezone: Asia/Shanghai, number_prefix: SFJX, work_box: desk, plus_addressing: true}
store: {driver: {{.Driver}}, dsn: "{{.DSN}}"}
mailboxes:
{{- range .Boxes}}
  - {id: {{.}}, name: {{.}}, address: {{.}}@jxw.example, imap: {host: 127.0.0.1, port: {{$.IMAPPort}}, tls: none, username: {{.}}, password_file: password}}
{{- end}}
  - {id: desk, name: 网上信访, address: wsxf@jxw.example, role: work, imap: {host: 127.0.0.1, port: {{.IMAPPort}}, tls: none, username: wsxf, password_file: password}}
smtp: {host: 127.0.0.1, port: {{.SMTPPort}}, tls: none, connections: 4}
limits: {mail_per_hour: 100000000}
roster:
  office:
    - {name: 受理员甲, address: jia@jxw.example, roles: [handler]}
    - {name: 审核员乙, address: yi@jxw.example, roles: [approver]}
    - {name: 审核员丙, address: bing@jxw.example, roles: [approver]}
  leaders:
    - {name: 分管领导, address: fgld@jxw.example, rank: deputy}
    - {name: 主要领导, address: zyld@jxw.example, rank: principal}
  divisions:
{{- range .Divisions}}
    - {id: {{.}}, name: {{.}}处, head: {name: 负责人, address: {{.}}-head@jxw.example}, liaisons: [{name: 联络员, address: {{.}}@jxw.example}]}
{{- end}}
  information_centre: [{name: 信息中心, address: xxzx@jxw.example}]
duty:
  shifts:
    - {id: always, days: everyday, from: "00:00", to: "00:00", people: [{name: 值班员, address: zhiban@jxw.example}]}
calendar: {files: [{{range .Years}}calendar-{{.}}.json, {{end}}]}
security: {authserv_ids: [mx.jxw.example], own_hops: 1, verify_dkim: false, key_file: key}
rules: rules.yaml
archive: {dir: archive, public: public}
http: {listen: ''}
log: {format: text, level: info}
`))

// divisions and words are the size of the measured office's rules.
const (
	divisions = 20
	words     = 100
)

// benchRules are a rule for each division, with a hundred words each. Whatever
// the letter, one division gets it and nobody assists, so that each letter
// makes two mails: receipt and dispatch.
func benchRules() string {
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range divisions {
		fmt.Fprintf(&b, "  - id: rule%d\n    name: 规则%d\n    when: {any: [{text: {any: [", i, i)
		for word := range words {
			if word > 0 {
				b.WriteString(", ")
			}
			// Pairs of characters that stand together in no letter, beside one
			// that stands in many.
			fmt.Fprintf(&b, "%c%c%c", 0x4e00+i*words+word, 0x7e00+word, 0x6e00+i)
		}
		fmt.Fprintf(&b, ", %d号楼]}}]}\n    then: {division: division%d, category: 类别%d}\n", i+1, i, i)
	}
	b.WriteString("  - id: rest\n    name: 其余\n    when: {size: {under: 1000MB}}\n    then: {division: division0, category: 其余}\n")
	return b.String()
}

// write writes the configuration with everything it names and returns its path.
func (c trial) write(t *testing.T, dir string) string {
	t.Helper()
	for i := range divisions {
		c.Divisions = append(c.Divisions, fmt.Sprintf("division%d", i))
	}
	files := map[string]string{"password": "secret\n", "rules.yaml": benchRules()}
	for year := time.Now().Year(); year <= time.Now().Year()+1; year++ {
		if year > 2026 {
			c.Years = append(c.Years, year)
			files[fmt.Sprintf("calendar-%d.json", year)] = calendarOf(t, year)
		}
	}
	var text strings.Builder
	if err := benchConfig.Execute(&text, c); err != nil {
		t.Fatal(err)
	}
	files["xinfangd.yaml"] = text.String()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "xinfangd.yaml")
}

// fill starts an IMAP server whose box holds the letters. It is opened once: the
// server's own first look at a folder is nobody's to pay for.
func fill(t *testing.T, letters [][]byte) *dovecottest.Server {
	t.Helper()
	s := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "wsxf": "secret"}})
	for _, raw := range letters {
		s.Deliver(t, "zhuren", raw)
	}
	c, err := imapclient.DialInsecure(s.Addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("zhuren", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	box, err := c.Select("INBOX", nil).Wait()
	if err != nil || int(box.NumMessages) != len(letters) {
		t.Fatalf("the box holds %v letters of %d: %v", box, len(letters), err)
	}
	return s
}

// register is the daemon's database as somebody sees it who looks in from
// outside.
type register struct {
	t  *testing.T
	db *sql.DB
}

func look(t *testing.T, driver, dsn string) register {
	t.Helper()
	if driver == "sqlite" {
		dsn = "file:" + dsn + "?_pragma=busy_timeout(10000)&_pragma=query_only(1)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return register{t, db}
}

// count reads one number.
func (r register) count(query string) int {
	r.t.Helper()
	var n int
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	if err := r.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// until waits until a query yields at least n, and returns when it did. The daemon
// must live meanwhile; nil for one inside of this process.
func (r register) until(daemon *life, query string, n int) time.Time {
	r.t.Helper()
	limit := time.Now().Add(10 * time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got := r.count(query)
		if got >= n {
			return time.Now()
		}
		if daemon != nil {
			daemon.alive()
		}
		if time.Now().After(limit) {
			r.t.Fatalf("%s: %d of %d after ten minutes", query, got, n)
		}
		<-tick.C
	}
}

// memory reads a line of the process's status, in MB.
func (l *life) memory(line string) float64 {
	l.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	if err != nil {
		l.t.Fatal(err)
	}
	for text := range strings.Lines(string(raw)) {
		if word, ok := strings.CutPrefix(text, line+":"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(word), "kB")))
			if err != nil {
				l.t.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	l.t.Fatalf("no %s in the status", line)
	return 0
}

// used is the processor time that the process has taken.
func (l *life) used() time.Duration {
	l.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.cmd.Process.Pid))
	if err != nil {
		l.t.Fatal(err)
	}
	// The second field is the program's name in parentheses; the 14th and 15th
	// are ticks of a hundredth of a second.
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err := errors.Join(err1, err2); err != nil {
		l.t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
