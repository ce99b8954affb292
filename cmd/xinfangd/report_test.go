package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"xinfangd/gateway"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

const reportConfig = `office: {name: 示范市经济和信息化委员会, timezone: Asia/Shanghai, number_prefix: SFJX, work_box: desk}
store: {driver: sqlite, dsn: register.db}
mailboxes:
  - {id: director, name: 主任信箱, address: zhuren@jxw.example, imap: {host: 127.0.0.1, port: 1, tls: none, username: u, password_file: secret}}
  - {id: desk, address: wsxf@jxw.example, role: work, imap: {host: 127.0.0.1, port: 1, tls: none, username: d, password_file: secret}}
smtp: {host: 127.0.0.1, port: 1, tls: none, username: u, password_file: secret}
roster:
  office:
    - {name: 受理员甲, address: slya@jxw.example, roles: [handler]}
    - {name: 审核员乙, address: shyb@jxw.example, roles: [handler, approver]}
    - {name: 审核员丙, address: shyc@jxw.example, roles: [approver]}
  divisions:
    - {id: power, name: 电力处, short: [电力], head: {name: 处长, address: h@jxw.example}, liaisons: [{name: 联络员, address: l@jxw.example}]}
    - {id: smes, name: 中小企业处, short: [企业], head: {name: 处长, address: h2@jxw.example}, liaisons: [{name: 联络员, address: l2@jxw.example}]}
security: {key_file: key}
rules: rules.yaml
`

// reportOffice is a configuration with a register of twelve cases that arrived
// in October 2026, all dispatched, the first answered.
func reportOffice(t *testing.T) verbs {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"xinfangd.yaml": reportConfig, "secret": "s", "rules.yaml": "rules: []\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v := verbs{t, filepath.Join(dir, "xinfangd.yaml")}
	s := &shell{ctx: t.Context(), out: os.Stdout, err: os.Stderr, config: v.config, now: time.Now}
	c, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	st, err := gateway.OpenStore(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	cal, _ := c.NewCalendar()
	policy := c.Policy(cal)
	for i := range 12 {
		at := time.Date(2026, 10, 12, 9, i, 0, 0, c.Office.Location())
		number := petition.NewNumber("SFJX", 2026, i+1)
		liaison := petition.Actor{Address: "l@jxw.example", Name: "联络员", Role: petition.RoleLiaison, Division: "power"}
		events := []petition.Event{
			{Kind: petition.EvRegistered, Actor: petition.System(), Fresh: &petition.Case{Number: number, Mailbox: "director", Subject: "停电\x1b[2J", Arrived: at}},
			{Kind: petition.EvTriaged, Actor: petition.System()},
			{Kind: petition.EvDispatched, Actor: petition.Actor{Address: "slya@jxw.example", Role: petition.RoleHandler}, Divisions: []string{"power"}},
		}
		if i == 0 {
			events = append(events, petition.Event{Kind: petition.EvOpinion, Actor: liaison, Opinion: &petition.Opinion{Text: "x"}})
		}
		err := st.Update(t.Context(), at, func(tx *store.Tx) error {
			var one petition.Case
			for _, e := range events {
				if e.Kind == petition.EvOpinion {
					at = at.Add(90 * time.Minute)
				}
				next, _, err := petition.Step(one, e, at, policy)
				if err != nil {
					return err
				}
				if one = next; e.Kind == petition.EvRegistered {
					err = tx.InsertCase(one, "q")
				} else {
					err = tx.SaveCase(one)
				}
				if err != nil {
					return err
				}
				if _, err := tx.Append(store.Entry{Case: number, Time: at, Actor: e.Actor, Kind: e.Kind, After: &one}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func TestReports(t *testing.T) {
	t.Parallel()
	v := reportOffice(t)
	var before, after map[string]any
	v.json(exitDone, &before, "ledger", "verify")

	var month map[string]any
	sheet := filepath.Join(t.TempDir(), "考核.xlsx")
	v.json(exitDone, &month, "report", "month", "2026-10", "--cases", "--xlsx", sheet)
	v.keys("report month", month, "from to divisions clocks")
	if month["from"] != "2026-10-01T00:00:00+08:00" || month["to"] != "2026-11-01T00:00:00+08:00" {
		t.Errorf("from %v to %v", month["from"], month["to"])
	}
	divisions, _ := month["divisions"].([]any)
	if len(divisions) != 2 {
		t.Fatalf("divisions %v", divisions)
	}
	power, _ := divisions[0].(map[string]any)
	v.keys("a division", power, "id received answered on_time median_hours p90_hours returned sent_back ratings chases cases")
	for field, want := range map[string]any{"id": "power", "received": 12.0, "answered": 1.0, "on_time": 1.0, "median_hours": 1.5, "p90_hours": 1.5, "returned": 0.0} {
		if power[field] != want {
			t.Errorf("power: %s is %v, want %v", field, power[field], want)
		}
	}
	if idle, _ := divisions[1].(map[string]any); idle["received"] != 0.0 || idle["median_hours"] != nil {
		t.Errorf("idle division %v", idle)
	}
	behind, _ := power["cases"].(map[string]any)
	if received, _ := behind["received"].([]any); len(received) != 12 || received[0] != "SFJX-2026-000001" {
		t.Errorf("behind received: %v", received)
	}
	if f, err := excelize.OpenFile(sheet); err != nil {
		t.Errorf("open spreadsheet: %v", err)
	} else if err := f.Close(); err != nil {
		t.Error(err)
	}
	var year map[string]any
	page := filepath.Join(t.TempDir(), "考核.html")
	v.json(exitDone, &year, "report", "year", "2026", "--html", page)
	months, _ := year["flow"].([]any)
	if year["from"] != "2026-01-01T00:00:00+08:00" || year["to"] != "2027-01-01T00:00:00+08:00" || len(months) != 12 || fmt.Sprint(year["divisions"]) == "" {
		t.Errorf("year %v", year)
	} else if october, _ := months[9].(map[string]any); october["in"] != 12.0 {
		t.Errorf("October %v", october)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026年办理情况考核", "<svg", "电力处", "SFJX-2026-", "000012", "各月来信与答复"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(string(text), "停电") || strings.Contains(string(text), "href") || strings.Contains(string(text), "ZgotmplZ") {
		t.Error("the page shows a subject or leads elsewhere")
	}

	var soFar map[string]any
	v.json(exitDone, &soFar, "report", "month")
	if from, _ := soFar["from"].(string); !strings.HasPrefix(from, time.Now().In(time.FixedZone("", 8*3600)).Format("2006-01")+"-01T00:00:00") {
		t.Errorf("this month begins %s", from)
	}

	var drawn, again map[string]any
	v.json(exitDone, &drawn, "report", "spotcheck", "--month", "2026-10")
	v.keys("report spotcheck", drawn, "seed head cases")
	v.json(exitDone, &again, "report", "spotcheck", "--month", "2026-10", "--at", fmt.Sprint(drawn["entry"]))
	if cases, _ := drawn["cases"].([]any); len(cases) != 10 || fmt.Sprint(again) != fmt.Sprint(drawn) || drawn["head"] != before["head"] || drawn["seed"] != drawn["head"] {
		t.Errorf("drew %v, again %v, of a ledger %v", drawn, again, before)
	}
	v.json(exitDone, &drawn, "report", "spotcheck", "--month", "2026-10", "--n", "3")
	if cases, _ := drawn["cases"].([]any); len(cases) != 3 {
		t.Errorf("--n 3 drew %v", cases)
	}

	v.json(exitDone, &after, "ledger", "verify")
	if after["head"] != before["head"] {
		t.Error("a report wrote into the ledger")
	}
}

func TestReportsOfNow(t *testing.T) {
	t.Parallel()
	v := reportOffice(t)
	now := func() time.Time { return time.Date(2026, 10, 20, 8, 0, 0, 0, time.FixedZone("", 8*3600)) }
	at := func(args ...string) (int, string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"--config", v.config}, args...), &stdout, &stderr, now)
		return code, stdout.String() + stderr.String()
	}
	code, text := at("report", "overdue", "--json")
	var late map[string]any
	if err := json.Unmarshal([]byte(text), &late); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v\n%s", code, err, text)
	}
	v.keys("report overdue", late, "at divisions unaccepted unapproved law_answer notice")
	divisions, _ := late["divisions"].([]any)
	if len(divisions) != 1 {
		t.Fatalf("overdue %v", late)
	}
	power, _ := divisions[0].(map[string]any)
	// The first was answered too, but nothing has become of the opinion.
	if cases, _ := power["cases"].([]any); len(cases) != 12 {
		t.Errorf("%d overdue", len(cases))
	}
	for _, args := range [][]string{{"report", "overdue"}, {"report", "digest"}, {"report", "month", "--cases"}} {
		code, text := at(args...)
		if code != exitDone || !strings.Contains(text, "SFJX-2026-000001") || strings.Contains(text, "\x1b") {
			t.Errorf("%v: exit %d\n%q", args, code, text)
		}
	}
	code, text = at("report", "digest", "--json", "--cases")
	var digest map[string]any
	if err := json.Unmarshal([]byte(text), &digest); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v\n%s", code, err, text)
	}
	if stale, _ := digest["stale"].([]any); digest["open"] != 12.0 || len(stale) != 2 {
		t.Errorf("digest %v", digest)
	}
	for _, args := range [][]string{{"report", "month", "2026-13"}, {"report", "year", "2026-10"}, {"report", "spotcheck", "--n", "-1"}, {"report", "spotcheck", "--month", "2026"}} {
		if code, text := at(args...); code != exitUnusable {
			t.Errorf("%v: exit %d\n%s", args, code, text)
		}
	}
	if code, text := at("report", "spotcheck", "--at", "999"); code != exitFound || !strings.Contains(text, "没有第 999 条") {
		t.Errorf("exit %d\n%s", code, text)
	}
}

// TestOverdueLimit: --limit counts the cases that are shown, not those that were
// overdue and are done.
func TestOverdueLimit(t *testing.T) {
	t.Parallel()
	v := reportOffice(t)
	s := &shell{ctx: t.Context(), out: os.Stdout, err: os.Stderr, config: v.config, now: time.Now}
	r, done, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	cal, _ := r.config.NewCalendar()
	first := petition.NewNumber("SFJX", 2026, 1)
	err = r.Update(t.Context(), s.now(), func(tx *store.Tx) error {
		one, err := tx.Case(first)
		if err != nil {
			return err
		}
		gone, _, err := petition.Step(one, petition.Event{Kind: petition.EvWithdrawn, Actor: petition.Actor{Role: petition.RoleCitizen}}, s.now(), r.config.Policy(cal))
		if err != nil {
			return err
		}
		return tx.SaveCase(gone)
	})
	done()
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Number petition.Number }
	if v.json(exitDone, &cases, "case", "list", "--overdue", "--limit", "2"); len(cases) != 2 || cases[0].Number == first {
		t.Errorf("got %v, want the two overdue cases behind %s", cases, first)
	}
}
