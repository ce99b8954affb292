package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"text/template"
	"time"

	"xinfangd/gateway/store/postgrestest"
)

// plan is what differs between the configurations of the tests.
type plan struct {
	Driver, DSN string
	IMAPPort    int
	SMTPPort    int
	OwnHops     int
	Years       []int  // calendars that are not built in
	HTTP        string // where health is served, "" for nowhere
}

// engines runs a test on both databases, one after the other: each fills the
// machine by itself.
func engines(t *testing.T, test func(t *testing.T, driver, dsn string)) {
	t.Helper()
	needServers(t)
	t.Run("sqlite", func(t *testing.T) {
		test(t, "sqlite", filepath.Join(t.TempDir(), "register.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, "postgres", postgrestest.Start(t))
	})
}

var configFile = template.Must(template.New("xinfangd.yaml").Parse(`
office: {name: 示范市经济和信息化委员会, timezone: Asia/Shanghai, number_prefix: SFJX, work_box: desk, plus_addressing: true}
store: {driver: {{.Driver}}, dsn: "{{.DSN}}"}
mailboxes:
{{- range $id, $address := .Boxes}}
  - id: {{$id}}
    name: {{$address.Name}}
    address: {{$address.User}}@jxw.example
    {{- if eq $id "desk"}}
    role: work{{end}}
    imap: {host: 127.0.0.1, port: {{$.IMAPPort}}, tls: none, username: {{$address.User}}, password_file: password, poll: 2s}
    after: {{$address.After}}
{{- end}}
smtp: {host: 127.0.0.1, port: {{.SMTPPort}}, tls: none, retry: [1s], probe: 1s}
limits: {mail_per_hour: 100000}
roster:
  office:
    - {name: 受理员甲, address: jia@jxw.example, roles: [handler]}
    - {name: 审核员乙, address: yi@jxw.example, roles: [approver]}
    - {name: 审核员丙, address: bing@jxw.example, roles: [approver]}
  leaders:
    - {name: 分管领导, address: fgld@jxw.example, rank: deputy}
    - {name: 主要领导, address: zyld@jxw.example, rank: principal}
  divisions:
    - id: power
      name: 电力处
      short: [电力]
      head: {name: 电力处负责人, address: power-head@jxw.example}
      liaisons: [{name: 电力处联络员, address: power@jxw.example}]
  information_centre: [{name: 信息中心, address: xxzx@jxw.example}]
duty:
  shifts:
    - {id: always, days: everyday, from: "00:00", to: "00:00", people: [{name: 值班员, address: zhiban@jxw.example}]}
calendar: {files: [{{range .Years}}calendar-{{.}}.json, {{end}}]}
security: {authserv_ids: [mx.jxw.example], own_hops: {{.OwnHops}}, verify_dkim: false, key_file: key}
rules: rules.yaml
archive: {dir: archive, public: public}
http: {listen: '{{.HTTP}}'}
log: {format: text, level: info}
`))

const ruleFile = `
rules:
  - id: power-cut
    name: 供电与停电
    when: {text: {any: [停电, 电价]}}
    then: {division: power, category: 供电}
tests:
  - letter: {mailbox: director, subject: 停电, text: 停电}
    expect: {division: power, rule: power-cut}
`

// Box is a box of the configuration.
type Box struct{ Name, User, After string }

// Boxes are those of every configuration: one where letters stay, one where
// they are moved, and the work box.
func (plan) Boxes() map[string]Box {
	return map[string]Box{
		"director": {"主任信箱", "zhuren", "keep"},
		"consult":  {"公众咨询", "zixun", "{move: 已登记}"},
		"desk":     {"网上信访", "wsxf", "keep"},
	}
}

// write writes the configuration with everything it names and returns its path.
func (p plan) write(t *testing.T, dir string) string {
	t.Helper()
	for year := time.Now().Year(); year <= time.Now().Year()+1; year++ {
		if year > 2026 {
			p.Years = append(p.Years, year)
		}
	}
	var text bytes.Buffer
	if err := configFile.Execute(&text, p); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"xinfangd.yaml": text.String(), "rules.yaml": ruleFile, "password": "secret\n"}
	for _, year := range p.Years {
		files[fmt.Sprintf("calendar-%d.json", year)] = calendarOf(t, year)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "xinfangd.yaml")
}

// calendarOf is a year's calendar with nothing but the holidays of fixed date.
func calendarOf(t *testing.T, year int) string {
	t.Helper()
	type day struct {
		Name string `json:"name"`
		Date string `json:"date"`
		Off  bool   `json:"isOffDay"`
	}
	var days []day
	for _, date := range []string{"01-01", "05-01", "10-01"} {
		days = append(days, day{"节日", fmt.Sprintf("%d-%s", year, date), true})
	}
	raw, err := json.Marshal(map[string]any{"year": year, "days": days})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
