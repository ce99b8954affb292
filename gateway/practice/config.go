package practice

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"
)

//go:embed files
var files embed.FS

// Setup is what a configuration may be asked to vary; the zero value is an
// office on SQLite.
type Setup struct {
	Driver     string        // sqlite or postgres
	DSN        string        // default: a file in Options.Dir
	Poll       time.Duration // of each mailbox, default 5 s
	Retry      string        // pauses of the outgoing queue, default "2s, 10s, 1m"
	Dispatch   string        // auto or confirm
	Acceptance string        // human or dispatch
	Drill      bool
	HTTP       string // address of health and board, "" for none
	Extra      string // further top-level keys, in YAML
}

func (s Setup) withDefaults(dir string) Setup {
	set := func(v *string, def string) {
		if *v == "" {
			*v = def
		}
	}
	set(&s.Driver, "sqlite")
	set(&s.DSN, filepath.Join(dir, "xinfangd.db"))
	set(&s.Retry, "2s, 10s, 1m")
	set(&s.Dispatch, "auto")
	set(&s.Acceptance, "human")
	if s.Poll == 0 {
		s.Poll = 5 * time.Second
	}
	return s
}

// boxConfig is one entry of mailboxes.
type boxConfig struct {
	ID      string
	Account Account
	More    []string // further keys
}

func (o *Office) boxConfigs() []boxConfig {
	more := map[string]struct {
		id   string
		keys []string
	}{
		"zhuren": {"director", []string{"after: keep"}},
		"jubao":  {"report", []string{"confidential: true", "division: supervision"}},
		"suqiu":  {"portal", []string{"form: {name: [姓名], phone: [联系电话], email: [电子邮箱], subject: [标题], body: [内容]}"}},
		"jianfu": {"burden", []string{"after: seen"}},
		"zixun":  {"consult", []string{"after: {move: 已登记}"}},
		"wsxf":   {"desk", []string{"role: work"}},
	}
	var out []boxConfig
	for _, a := range o.Accounts {
		if a.What != Box && a.What != WorkBox {
			continue
		}
		local, _, _ := strings.Cut(a.Address, "@")
		m := more[local]
		out = append(out, boxConfig{ID: m.id, Account: a, More: m.keys})
	}
	return out
}

// Config writes a complete configuration for this office below dir and returns
// the path of the YAML file.
func (o *Office) Config(dir string) (string, error) { return o.ConfigWith(dir, Setup{}) }

// ConfigWith is Config with variations.
func (o *Office) ConfigWith(dir string, s Setup) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("write practice configuration: %w", err)
	}
	home := dir
	if o.opts.Dir != "" {
		if home, err = filepath.Abs(o.opts.Dir); err != nil {
			return "", fmt.Errorf("write practice configuration: %w", err)
		}
	}
	for _, d := range []string{home, dir, filepath.Join(dir, "secrets"), filepath.Join(dir, "rules")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return "", fmt.Errorf("write practice configuration: %w", err)
		}
	}
	out, err := o.contents(dir, home, s.withDefaults(home))
	if err != nil {
		return "", fmt.Errorf("write practice configuration: %w", err)
	}
	for name, text := range out {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return "", fmt.Errorf("write practice configuration: %w", err)
		}
	}
	return filepath.Join(dir, "xinfangd.yaml"), nil
}

// contents are the files of a configuration by name.
func (o *Office) contents(dir, home string, s Setup) (map[string][]byte, error) {
	out := map[string][]byte{}
	boxes := o.boxConfigs()
	for _, b := range boxes {
		out[filepath.Join("secrets", b.ID)] = []byte(b.Account.Password + "\n")
	}
	rules, err := files.ReadFile("files/rules.yaml")
	if err != nil {
		return nil, err
	}
	out[filepath.Join("rules", "practice.yaml")] = rules

	var calendars []string
	for _, year := range o.missingYears() {
		name := fmt.Sprintf("%d.json", year)
		text, err := plainYear(year)
		if err != nil {
			return nil, err
		}
		out[name] = text
		calendars = append(calendars, strconv.Quote(filepath.Join(dir, name)))
	}

	type divisionPeople struct {
		division
		Head, Liaison Account
	}
	var ds []divisionPeople
	for _, d := range divisions() {
		ds = append(ds, divisionPeople{d, o.Of(Head, d.ID), o.Of(Liaison, d.ID)})
	}
	imapHost, imapPort, err := net.SplitHostPort(o.IMAPAddr)
	if err != nil {
		return nil, err
	}
	smtpHost, smtpPort, err := net.SplitHostPort(o.SMTPAddr)
	if err != nil {
		return nil, err
	}
	t, err := template.New("xinfangd.yaml.tmpl").Funcs(template.FuncMap{"quote": strconv.Quote, "people": flowPeople}).
		ParseFS(files, "files/xinfangd.yaml.tmpl")
	if err != nil {
		return nil, err
	}
	var yaml bytes.Buffer
	err = t.Execute(&yaml, map[string]any{
		"Setup": s, "Boxes": boxes, "Work": o.Person(WorkBox), "Divisions": ds,
		"IMAPHost": imapHost, "IMAPPort": imapPort, "SMTPHost": smtpHost, "SMTPPort": smtpPort,
		"Handlers": o.People(Handler), "Approvers": o.People(Approver), "Leaders": o.People(Leader),
		"Duty": o.People(Duty), "Centre": o.People(Centre),
		"Calendars": strings.Join(calendars, ", "), "AuthservID": AuthservID,
		"Key": filepath.Join(home, "key"), "Archive": filepath.Join(home, "archive"), "Public": filepath.Join(home, "public"),
	})
	out["xinfangd.yaml"] = yaml.Bytes()
	return out, err
}

// flowPeople writes people into a YAML flow sequence.
func flowPeople(all []Account) string {
	var out []string
	for _, a := range all {
		out = append(out, fmt.Sprintf("{name: %s, address: %s}", a.Name, a.Address))
	}
	return strings.Join(out, ", ")
}

// lastBuiltIn is the last year whose calendar the gateway has built in.
const lastBuiltIn = 2026

// missingYears are the years that the gateway will want and does not have:
// without them it would rightly refuse, and practice must go on.
func (o *Office) missingYears() []int {
	var out []int
	for y := max(o.opts.Now().Year(), lastBuiltIn); y <= o.opts.Now().Year()+1; y++ {
		if y > lastBuiltIn {
			out = append(out, y)
		}
	}
	return out
}

// plainYear is an invented calendar: the fixed holidays, and weekends.
func plainYear(year int) ([]byte, error) {
	type day struct {
		Name     string `json:"name"`
		Date     string `json:"date"`
		IsOffDay bool   `json:"isOffDay"`
	}
	var days []day
	for _, d := range []struct{ name, date string }{
		{"元旦", "01-01"}, {"劳动节", "05-01"}, {"国庆节", "10-01"}, {"国庆节", "10-02"}, {"国庆节", "10-03"},
	} {
		days = append(days, day{d.name, fmt.Sprintf("%d-%s", year, d.date), true})
	}
	return json.Marshal(struct {
		Year int   `json:"year"`
		Days []day `json:"days"`
	}{year, days})
}
