package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// verbs runs the command on one configuration.
type verbs struct {
	t      *testing.T
	config string
}

// json runs a verb and reads the one document that it prints.
func (v verbs) json(code int, into any, args ...string) {
	v.t.Helper()
	r := xinfangd(v.t, append([]string{"--json", "--config", v.config}, args...)...)
	if r.code != code {
		v.t.Errorf("%v: exit %d, want %d\n%s", args, r.code, code, r.stderr)
	}
	if err := json.Unmarshal([]byte(r.stdout), into); err != nil {
		v.t.Fatalf("%v: %v\n%s%s", args, err, r.stdout, r.stderr)
	}
}

// keys checks the names of a document's fields: they are fixed.
func (v verbs) keys(what string, document map[string]any, names string) {
	v.t.Helper()
	for name := range strings.FieldsSeq(names) {
		if _, ok := document[name]; !ok {
			v.t.Errorf("%s has no field %q: %v", what, name, document)
		}
	}
}

// TestDemo shows the whole way of twenty letters, and then looks at the
// register with every verb that reads it.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := xinfangd(t, "demo", "--once", "--dir", dir)
	if r.code != exitDone || !strings.Contains(r.stdout, "归档，案卷写入档案") {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	v := verbs{t, filepath.Join(dir, "xinfangd.yaml")}

	var cases []map[string]any
	v.json(exitDone, &cases, "case", "list")
	if len(cases) < 10 {
		t.Fatalf("%d cases", len(cases))
	}
	const caseFields = "number state mailbox sender subject arrived accepted lead assist category urgency confidential due estimated answered closed rating"
	v.keys("case list", cases[0], caseFields)
	// Several boxes are read at once: which letter gets which number is not
	// settled, nor that the first to arrive got the first.
	var numbers []string
	number := ""
	for _, c := range cases {
		n, _ := c["number"].(string)
		numbers = append(numbers, n)
		if at, _ := c["arrived"].(string); !strings.HasSuffix(at, "+08:00") {
			t.Errorf("arrived %q is not in office time", at)
		}
		if rating, _ := c["rating"].(string); number == "" && rating != "" && c["state"] == "archived" && c["confidential"] == false {
			number = n
		}
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if !regexp.MustCompile(fmt.Sprintf(`^SFJX-\d{4}-%06d$`, i+1)).MatchString(n) {
			t.Errorf("numbers %v", numbers)
			break
		}
	}
	if number == "" {
		t.Fatalf("no case went its whole way: %v", cases)
	}

	var one map[string]any
	v.json(exitDone, &one, "case", "show", number)
	v.keys("case show", one, caseFields+" query_code_set letters events drafts")
	events, _ := one["events"].([]any)
	prev := ""
	for i, e := range events {
		event, _ := e.(map[string]any)
		v.keys("event", event, "seq time actor kind text prev digest")
		if i == 0 && event["kind"] != "registered" {
			t.Errorf("first event %v", event)
		}
		if event["prev"] == prev {
			t.Errorf("two entries with one predecessor: %v", event)
		}
		prev, _ = event["prev"].(string)
	}
	v.words(number)
	v.rest(number)
	v.acts()
}

// words looks at what people read: the words that JSON fixes are in Chinese there.
func (v verbs) words(number string) {
	t := v.t
	t.Helper()
	show := xinfangd(t, "--config", v.config, "case", "show", number)
	for _, want := range []string{"  来信  ", "  指令  ", "  办理意见  ", "  来信人  ", "  网关  ", "  已发出  "} {
		if !strings.Contains(show.stdout, want) {
			t.Errorf("case show lacks %q:\n%s", want, show.stdout)
		}
	}
	letters := xinfangd(t, "--config", v.config, "letter", "list", "--unregistered")
	for _, want := range []string{"  自动回复  ", "  群发邮件  ", "  退信  "} {
		if !strings.Contains(letters.stdout, want) {
			t.Errorf("letter list lacks %q:\n%s", want, letters.stdout)
		}
	}
	if mail := xinfangd(t, "--config", v.config, "queue", "show", "1"); !strings.Contains(mail.stdout, "：已交付\n") {
		t.Errorf("queue show:\n%.600s", mail.stdout)
	}
}

// rest looks at queue, letters, ledger, rules and dossiers.
func (v verbs) rest(number string) {
	t := v.t
	t.Helper()
	var queue []map[string]any
	v.json(exitDone, &queue, "queue", "list", "--case", number)
	kinds := map[any]bool{}
	for _, o := range queue {
		v.keys("queue list", o, "id case kind to subject state attempts next last_error message_id")
		kinds[o["kind"]] = true
		if o["state"] != "sent" || o["next"] != nil {
			t.Errorf("outgoing %v", o)
		}
	}
	for _, kind := range []string{"receipt", "dispatch", "approval", "acceptance", "answer", "transcript"} {
		if !kinds[kind] {
			t.Errorf("no %s among %v", kind, kinds)
		}
	}
	var letters []map[string]any
	v.json(exitDone, &letters, "letter", "list", "--unregistered")
	for _, l := range letters {
		v.keys("letter list", l, "id mailbox kind from subject arrived number")
	}
	if len(letters) != 3 {
		t.Errorf("%d letters without a case, want 3: %v", len(letters), letters)
	}
	var ledger map[string]any
	v.json(exitDone, &ledger, "ledger", "verify")
	v.keys("ledger verify", ledger, "entries ok first_broken head")
	if ledger["ok"] != true || ledger["first_broken"] != nil {
		t.Errorf("ledger %v", ledger)
	}
	var found []map[string]any
	v.json(exitDone, &found, "case", "search", "变压器")
	if len(found) == 0 {
		t.Error("nothing found")
	} else {
		v.keys("case search", found[0], "number snippet")
	}
	n := len(found)
	if v.json(exitDone, &found, "case", "search", "变压器", "--limit", "0"); len(found) != n {
		t.Errorf("found %d without a limit, %d with the usual one", len(found), n)
	}
	var exported struct{ Path string }
	v.json(exitDone, &exported, "case", "export", number, "--out", filepath.Join(t.TempDir(), "d.zip"))
	var verified checkedDossiers
	v.json(exitDone, &verified, "case", "verify", exported.Path)
	if !verified.OK {
		t.Errorf("dossier: %v", verified.Problems)
	}
	into := t.TempDir()
	var placed struct{ Path string }
	if v.json(exitDone, &placed, "case", "export", number, "--out", into); filepath.Dir(placed.Path) != into || !strings.HasPrefix(filepath.Base(placed.Path), number) {
		t.Errorf("exported into a folder: %s", placed.Path)
	}
	data, err := os.ReadFile(exported.Path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 0xff
	if err := os.WriteFile(exported.Path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	v.json(exitFound, &verified, "case", "verify", exported.Path)
	if verified.OK || len(verified.Problems) == 0 {
		t.Errorf("a changed dossier: %+v", verified)
	}
	var failed []map[string]any
	v.json(exitDone, &failed, "failed", "list")
	if len(failed) != 0 {
		t.Errorf("failed letters: %v", failed)
	}
	var tests []map[string]any
	v.json(exitDone, &tests, "rules", "test")
	for _, test := range tests {
		v.keys("rules test", test, "file line rule ok expected got")
	}
	var online map[string]any
	v.json(exitFound, &online, "check", "--online") // the practice office is gone
	v.keys("check", online, "ok findings online")
}

// acts does what changes the register.
func (v verbs) acts() {
	t := v.t
	t.Helper()
	var paused pausing
	if v.json(exitDone, &paused, "pause"); !paused.Paused {
		t.Error("not paused")
	}
	var registered struct{ Number string }
	var letters []struct {
		ID   int64
		Kind string
	}
	v.json(exitDone, &letters, "letter", "list", "--unregistered")
	v.json(exitDone, &registered, "letter", "register", fmt.Sprint(letters[0].ID))
	if registered.Number == "" {
		t.Error("no number")
	}
	if again := xinfangd(t, "--config", v.config, "letter", "register", fmt.Sprint(letters[0].ID)); again.code != exitFound {
		t.Errorf("registered twice: exit %d", again.code)
	}
	var queue []struct {
		ID        int64
		State     string
		MessageID string `json:"message_id"`
	}
	v.json(exitDone, &queue, "queue", "list", "--state", "queued")
	if len(queue) == 0 {
		t.Fatal("registering queued nothing")
	}
	id := fmt.Sprint(queue[0].ID)
	for _, step := range []struct{ verb, state string }{{"hold", "held"}, {"release", "queued"}, {"cancel", "cancelled"}} {
		if v.json(exitDone, &queue, "queue", step.verb, id); len(queue) != 1 || queue[0].State != step.state {
			t.Errorf("%s: %+v", step.verb, queue)
		}
	}
	if r := xinfangd(t, "--config", v.config, "queue", "release", id); r.code != exitFound {
		t.Errorf("a cancelled mail was released: exit %d", r.code)
	}
	v.masked()
	if v.json(exitDone, &paused, "resume"); paused.Paused {
		t.Error("still paused")
	}
	var copied struct{ Path string }
	target := filepath.Join(t.TempDir(), "backup.db")
	if v.json(exitDone, &copied, "db", "backup", target); copied.Path != target {
		t.Errorf("backup %+v", copied)
	}
	if r := xinfangd(t, "--config", v.config, "db", "backup", target); r.code != exitUnusable {
		t.Errorf("a backup was overwritten: exit %d", r.code)
	}
	var ledger struct{ OK bool }
	if v.json(exitDone, &ledger, "ledger", "verify"); !ledger.OK {
		t.Error("the ledger does not hold")
	}
}

// masked: nobody reads a live code off the queue.
func (v verbs) masked() {
	t := v.t
	t.Helper()
	var queue []struct {
		ID        int64
		Kind      string
		MessageID string `json:"message_id"`
		Raw       string
	}
	v.json(exitDone, &queue, "queue", "list", "--state", "queued")
	codes := 0
	for _, o := range queue {
		if o.Kind != "triage" && o.Kind != "dispatch" {
			continue
		}
		codes++
		if !strings.HasPrefix(o.MessageID, "***@") {
			t.Errorf("message_id %q", o.MessageID)
		}
		v.json(exitDone, &o, "queue", "show", fmt.Sprint(o.ID))
		if !strings.Contains(o.Raw, "*****-*****") || regexp.MustCompile(`回执码：[0-9A-Z]{5}-[0-9A-Z]{5}`).MatchString(o.Raw) {
			t.Errorf("shown:\n%s", o.Raw)
		}
	}
	if codes == 0 {
		t.Error("no mail with a code was looked at")
	}
}
