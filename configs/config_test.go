package configs

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
)

var update = flag.Bool("update", false, "rewrite golden files")

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// render prints findings with their severities, one a line.
func render(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(string(f.Severity) + " " + f.String() + "\n")
	}
	return b.String()
}

func TestSampleIsComplete(t *testing.T) {
	t.Parallel()
	c, findings := Inspect("xinfangd.yaml", today)
	for _, f := range findings {
		if f.Severity != SeverityWarning || !strings.Contains(f.Message, "密码文件") {
			t.Errorf("the sample has more to complain of than its missing secrets: %s", f)
		}
	}
	data, err := os.ReadFile("xinfangd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range allKeys() {
		if !strings.Contains(string(data), key+":") {
			t.Errorf("the sample does not show the key %s", key)
		}
	}
	// What the sample writes out are the defaults, where there are any.
	d := Default("xinfangd.yaml")
	for name, diff := range map[string]string{
		"deadlines": cmp.Diff(d.Deadlines, c.Deadlines),
		"chase":     cmp.Diff(d.Chase, c.Chase),
		"policy":    cmp.Diff(d.Conduct, c.Conduct),
		"limits":    cmp.Diff(d.Limits, c.Limits),
		"http":      cmp.Diff(d.HTTP, c.HTTP),
		"log":       cmp.Diff(d.Log, c.Log),
		"require":   cmp.Diff(d.Security.Require, c.Security.Require),
		"key_file":  cmp.Diff(d.Security.KeyFile, c.Security.KeyFile),
		"self_test": cmp.Diff(d.SelfTest, c.SelfTest),
		"retry":     cmp.Diff(d.SMTP.Retry, c.SMTP.Retry),
	} {
		if diff != "" {
			t.Errorf("the sample's %s differ from the defaults:\n%s", name, diff)
		}
	}
}

// allKeys lists every key of the schema.
func allKeys() []string {
	var c Config
	c.Mailboxes = []Mailbox{{Form: new(Form), SMTP: new(SMTP)}}
	return keysOf(c)
}

// documented fills in what the published shape of the file leaves open ({…}),
// and completes its roster: it names a division and needs an approver that the
// shape has no room for.
var documented = strings.NewReplacer(
	"    imap: {…}\n", "    imap: {host: 127.0.0.1, username: USER, password_file: secrets/box, tls: none}\n",
	"people: [{…}]", "people: [{name: 值班员丙, address: zbb@jxw.example}]",
	"retention: {…}", "retention: {default: 永久, 咨询: 10y}",
	"  leaders:\n", "    - {name: 审核员丁, address: shyd@jxw.example, roles: [approver]}\n  leaders:\n",
	"  information_centre:", "    - {id: supervision, name: 监察室, head: {name: 监察室负责人, address: jcs@jxw.example}, liaisons: [{name: 监察室联络员, address: jcslly@jxw.example}]}\n  information_centre:",
)

// TestDocumentedShape loads the file of the documentation.
func TestDocumentedShape(t *testing.T) {
	t.Parallel()
	shape, err := os.ReadFile("testdata/documented.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := documented.Replace(string(shape))
	for _, user := range []string{"jubao", "portal", "wsxf"} {
		text = strings.Replace(text, "USER", user, 1)
	}
	if strings.Contains(strings.ReplaceAll(text, "postgres://…", ""), "{…}") {
		t.Fatal("something is not filled in")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "etc", "xinfangd.yaml")
	for _, folder := range []string{"etc/secrets", "rules", "templates"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{"xinfangd.yaml": text, "secrets/zhuren": "x\n", "secrets/wsxf": "x\n", "secrets/box": "x\n"} {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, findings := Inspect(file, today)
	if len(findings) != 0 {
		t.Error(render(findings))
	}
	director, ok := c.Mailbox("director")
	if !ok || director.IMAP.Port != 993 || director.After != (After{Do: "keep"}) || director.Since != "2026-11-01" {
		t.Errorf("director is %+v", director)
	}
	if got, err := director.IMAP.Secret(); err != nil || got != "x" {
		t.Errorf("password is %q, %v", got.Reveal(), err)
	}
	if got := c.ReplyAddress("portal"); got != "wsxf@jxw.example" {
		t.Errorf("the portal is answered by %s", got)
	}
	if want := DSN(filepath.Join(dir, "var", "xinfangd.db")); c.Store.DSN != want {
		t.Errorf("dsn is %s, want %s", c.Store.DSN, want)
	}
	if box, _ := c.Mailbox("desk"); box.IMAP.Port != 143 || box.Name != "示范市经济和信息化委员会" || c.WorkBox().ID != "desk" {
		t.Errorf("work box is %+v", box)
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	_, findings := Inspect("testdata/nowhere.yaml", today)
	if got, want := render(findings), "error testdata/nowhere.yaml:1:1: 读不到配置文件：文件不存在\n"; got != want {
		t.Errorf("findings are %q, want %q", got, want)
	}
}

// TestMistakes keeps the whole list of findings of a file with many mistakes.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mistakes", "meanings", "empty"} {
		_, findings := Inspect("testdata/"+name+".yaml", time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC))
		got := render(findings)
		golden := "testdata/" + name + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestConversions(t *testing.T) {
	t.Parallel()
	c, findings := Load("xinfangd.yaml")
	if HasErrors(findings) {
		t.Fatal(render(findings))
	}
	cal, findings := c.NewCalendar()
	if findings != nil {
		t.Fatal(render(findings))
	}
	p := c.Policy(cal)
	if p.Calendar != cal || p.Dispatch != "auto" || p.Acceptance != "human" || !p.Receipt || !p.TwoPerson || p.Hold != 0 {
		t.Errorf("policy is %+v", p)
	}
	if want := (calendar.Span{N: 5, Unit: calendar.WorkingDays}); p.Deadlines.Answer != want || p.Deadlines.LawAnswer.N != 60 {
		t.Errorf("deadlines are %+v", p.Deadlines)
	}
	if len(p.Chase) != 5 || p.Chase[0].At.N != -1 || !p.Chase[2].Formal || !p.Chase[4].Named || p.Chase[2].Copy[0] != "office" {
		t.Errorf("chase is %+v", p.Chase)
	}
	r := p.Roster
	for address, want := range map[string][]petition.Role{
		"SHYD@jxw.example":       {petition.RoleApprover, petition.RoleChief},
		"slya@jxw.example":       {petition.RoleHandler, petition.RoleDuty},
		"fgld@jxw.example":       {petition.RoleLeader},
		"power-head@jxw.example": {petition.RoleHead},
		"power@jxw.example":      {petition.RoleLiaison},
		"zbb@jxw.example":        {petition.RoleDuty},
		"nobody@jxw.example":     nil,
	} {
		var got []petition.Role
		for _, post := range r.Posts(address) {
			got = append(got, post.Role)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", address, diff)
		}
	}
	if len(r.Duty) != 4 || len(r.Centre) != 1 || len(r.Divisions) != 21 || r.Divisions[2].Short[0] != "电力" {
		t.Errorf("roster is %+v", r)
	}
	// Monday 2026-11-23 is 46 weeks after the rotation's start: the first of two.
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, cal.Location())
	if diff := cmp.Diff([]string{"slya@jxw.example"}, cal.OnDuty(c.Shifts(), monday)); diff != "" {
		t.Error(diff)
	}
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	c := Default("x")
	f := DecodeWith("x", []byte(`
duty:
  shifts: [{id: day, days: workdays, from: "08:00", to: "17:30", people: [{name: 甲, address: a@x.example}]}]
  exceptions: [{date: 2026-11-23, shift: day, person: {name: 乙, address: b@x.example}}]
`), &c, Options{})
	if f != nil {
		t.Fatal(render(f))
	}
	cal, _ := c.NewCalendar()
	for day, want := range map[int]string{23: "b@x.example", 24: "a@x.example"} {
		got := cal.OnDuty(c.Shifts(), time.Date(2026, 11, day, 10, 0, 0, 0, cal.Location()))
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Error(diff)
		}
	}
	if len(c.Roster().Duty) != 2 {
		t.Errorf("duty people are %v", c.Roster().Duty)
	}
}

func TestSubmission(t *testing.T) {
	t.Parallel()
	c := Config{SMTP: SMTP{Rate: 1}, Mailboxes: []Mailbox{{ID: "a"}, {ID: "b", SMTP: &SMTP{Rate: 2}}}}
	for box, want := range map[string]int{"a": 1, "b": 2, "none": 1} {
		if got := c.Submission(box).Rate; got != want {
			t.Errorf("Submission(%s) is account %d, want %d", box, got, want)
		}
	}
}

func FuzzConfig(f *testing.F) {
	for _, name := range []string{"xinfangd.yaml", "testdata/documented.yaml", "testdata/mistakes.yaml", "testdata/meanings.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := Default("f.yaml")
		c.decode("f.yaml", data, Options{Env: environment})
		Check(c, today)
		cal, _ := c.NewCalendar()
		cal.Watch(c.Shifts(), today)
		c.Policy(cal)
	})
}
