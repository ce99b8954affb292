package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"xinfangd/gateway/store/postgrestest"
)

// sampleOffice is the sample configuration with an empty register of its own.
func sampleOffice(t *testing.T) verbs {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "configs", "xinfangd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := filepath.Abs(filepath.Join("..", "..", "rules"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := strings.NewReplacer("../var/", dir+"/", "rules: ../rules/", "rules: "+rules, "templates: ../templates/", "").Replace(string(data))
	return verbs{t, put(t, filepath.Join(dir, "xinfangd.yaml"), text)}
}

// put writes a file and returns its name.
func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mail is a letter about a matter that no rule knows.
func mail(n int, matter string) string {
	texts := map[string]string{
		"music":  "第%d街的居民夜里唱歌跳舞，音响声音太大，影响孩子休息，请来人劝阻。",
		"garden": "第%d街的花坛没有人浇水，月季都枯了，请派园丁补种并修剪树枝。",
	}
	return fmt.Sprintf("From: c%d@mail.example\nTo: zhuren@jxw.example\nDate: Mon, %d Jun 2025 08:00:00 +0800\nMessage-ID: <%s%d@mail.example>\nSubject: =?utf-8?q?=E6=B1=82?= %s\nContent-Type: text/plain; charset=utf-8\n\n"+texts[matter]+"\n",
		n, n%28+1, matter, n, matter, n)
}

// TestLearning imports older letters in each of the three ways, learns from
// them, and moves the register.
func TestLearning(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	dir := t.TempDir()
	var mbox strings.Builder
	for n := range 8 {
		fmt.Fprintf(&mbox, "From c@mail.example Mon Jun  2 00:00:00 2025\n%s\n", mail(n, "music"))
		put(t, filepath.Join(dir, "box", map[bool]string{true: "cur", false: "new"}[n%2 == 0], fmt.Sprint(n)), mail(n, "garden"))
		put(t, filepath.Join(dir, "eml", fmt.Sprintf("%d.EML", n)), mail(n+8, "garden"))
	}
	file := put(t, filepath.Join(dir, "old.mbox"), mbox.String())

	var in importReport
	v.json(exitDone, &in, "import", "mbox", "--mailbox", "director", "--division", "petition", file)
	if in.Read != 8 || in.Registered != 8 || in.Numbers[7] != "SFJX-2025-000008" {
		t.Errorf("mbox: %+v", in)
	}
	v.json(exitDone, &in, "import", "maildir", "--mailbox", "director", "--division", "consumer", filepath.Join(dir, "box"))
	if in.Registered != 8 {
		t.Errorf("maildir: %+v", in)
	}
	bad := put(t, filepath.Join(dir, "picture.eml"), "\x89PNG\r\n\x1a\n")
	v.json(exitFound, &in, "import", "eml", "--mailbox", "director", "--division", "consumer", bad, filepath.Join(dir, "eml"), filepath.Join(dir, "none"))
	if in.Registered != 8 || len(in.Failed) != 2 || in.Failed[1].Path != bad && in.Failed[0].Path != bad {
		t.Errorf("eml: %+v", in)
	}
	v.json(exitDone, &in, "import", "mbox", "--mailbox", "director", file)
	if in.Registered != 0 || in.Known != 8 {
		t.Errorf("again: %+v", in)
	}
	v.refuses(dir, file)
	var document map[string]any
	v.json(exitFound, &document, "import", "mbox", "--mailbox", "director", bad)
	v.keys("import", document, "read registered followups kept known failed numbers")

	v.learns(dir)
	v.moves(dir)
}

// refuses tries arguments that cannot be used.
func (v verbs) refuses(dir, file string) {
	v.t.Helper()
	for _, args := range [][]string{
		{"import", "mbox", "--mailbox", "nobody", file}, {"import", "mbox", "--mailbox", "desk", file}, {"import", "mbox", file},
		{"import", "mbox", "--mailbox", "director", "--division", "nobody", file},
		{"rules", "evaluate"}, {"rules", "learn", "--jsonl", filepath.Join(dir, "none")}, {"rules", "backtest", "--since", "yesterday"},
		{"rules", "backtest", "--rules", filepath.Join(dir, "none")}, {"db", "copy"}, {"db", "copy", "--to", "oracle:x"},
		{"case", "list", "--mailbox", "nobody"}, {"letter", "list", "--mailbox", "nobody"}, {"queue", "list", "--kind", "postcard"},
	} {
		if r := xinfangd(v.t, append([]string{"--config", v.config}, args...)...); r.code != exitUnusable {
			v.t.Errorf("%v: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
		}
	}
}

// TestListBox: whether a box is known does not hang on what else is asked; one
// that was given up still has its letters.
func TestListBox(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	file := put(t, filepath.Join(t.TempDir(), "l.eml"), mail(1, "music"))
	var in importReport
	v.json(exitDone, &in, "import", "eml", "--mailbox", "director", file)
	config, err := os.ReadFile(v.config)
	if err != nil {
		t.Fatal(err)
	}
	put(t, v.config, strings.Replace(string(config), "- id: director", "- id: chief", 1))
	for _, tt := range []struct {
		args string
		code int
	}{
		{"case list --mailbox director", exitDone}, {"case list --mailbox director --since 2027-01-01", exitDone},
		{"case list --mailbox director --state refused", exitDone}, {"case list --mailbox director --overdue", exitDone},
		{"letter list --mailbox director --unregistered", exitDone}, {"letter list --mailbox chief", exitDone}, {"case list --mailbox chief", exitDone},
		{"case list --mailbox nobody --since 2027-01-01", exitUnusable}, {"letter list --mailbox nobody --unregistered", exitUnusable},
	} {
		if r := xinfangd(t, append([]string{"--config", v.config}, strings.Fields(tt.args)...)...); r.code != tt.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", tt.args, r.code, tt.code, r.stdout, r.stderr)
		}
	}
	r := xinfangd(t, "--config", v.config, "queue", "list", "--kind", "postcard")
	if r.code != exitUnusable || !strings.Contains(r.stderr, "selftest") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	if r := xinfangd(t, "--config", v.config, "queue", "list", "--kind", "Receipt", "--kind", "SELFTEST"); r.code != exitDone {
		t.Errorf("kinds in capitals: exit %d\n%s", r.code, r.stderr)
	}
}

// TestBadExamples: labelled letters that cannot be read are named by file and line.
func TestBadExamples(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	dir := t.TempDir()
	good := `{"subject":"停电","body":"三天","label":"power"}` + "\n"
	for _, test := range []struct{ name, text, want string }{
		{"words", good + "停电三天", ":2: 不是 JSON"},
		{"cut", good + good + `{"subject":"停`, ":3: 不是 JSON"},
		{"cut within a character", good + "{\"subject\":\"\xe5\x81", ":2: 不是 JSON"},
		{"another encoding", good + "{\"subject\":\"\xb5\xe7\"}", ":2: 不是 UTF-8 编码"},
		{"number", good + `{"subject":7}`, ":2: subject 应为文字"},
		{"list", `["停电"]`, `:1: 应为 {"subject","body","label"}`},
	} {
		file := put(t, filepath.Join(dir, test.name+".jsonl"), test.text)
		for _, verb := range []string{"learn", "evaluate"} {
			r := xinfangd(t, "--config", v.config, "rules", verb, "--jsonl", file)
			if r.code != exitUnusable || !strings.Contains(r.stderr, file+test.want) {
				t.Errorf("%s: exit %d, want %q\n%s", verb, r.code, test.want, r.stderr)
			}
		}
	}
	if r := xinfangd(t, "--config", v.config, "rules", "evaluate", "--jsonl", dir); r.code != exitUnusable || !strings.Contains(r.stderr, dir+":1: 是文件夹") {
		t.Errorf("a folder: exit %d\n%s", r.code, r.stderr)
	}
	if r := xinfangd(t, "--config", dir, "check"); r.code != exitUnusable || !strings.Contains(r.stdout, "是文件夹，不是文件") {
		t.Errorf("a folder for a configuration: exit %d\n%s", r.code, r.stdout)
	}
	if r := xinfangd(t, "--config", v.config, "rules", "explain", dir); r.code != exitUnusable || !strings.Contains(r.stderr, "是文件夹，不是文件") {
		t.Errorf("a folder for a letter: exit %d\n%s", r.code, r.stderr)
	}
}

// TestNoDatabase: a file that is none in the register's place is called so, and
// nothing is done to it.
func TestNoDatabase(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	text := strings.Repeat("这不是数据库。", 1000)
	file := put(t, filepath.Join(t.TempDir(), "x.db"), text)
	config, err := os.ReadFile(v.config)
	if err != nil {
		t.Fatal(err)
	}
	put(t, v.config, regexp.MustCompile(`(?m)^  dsn: .*`).ReplaceAllLiteralString(string(config), "  dsn: "+file))
	for _, args := range [][]string{{"case", "list"}, {"db", "status"}, {"db", "migrate"}, {"ledger", "verify"}} {
		r := xinfangd(t, append([]string{"--config", v.config}, args...)...)
		if r.code != exitFound || !strings.Contains(r.stderr, "不是数据库文件，或已损坏") {
			t.Errorf("%v: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != text {
		t.Errorf("the file was changed, or %v", err)
	}
}

// learns asks the verbs of the rules about the letters.
func (v verbs) learns(dir string) {
	t := v.t
	t.Helper()
	var doc map[string]any
	v.json(exitDone, &doc, "rules", "learn")
	v.keys("rules learn", doc, "n grams accuracy macro_f1 accuracy_at per_label thresholds source adopted digest before")
	if doc["n"] != 24.0 || doc["adopted"] != true || doc["before"] != nil || doc["source"] != "register" {
		t.Errorf("learned: %v", doc)
	}
	letter := put(t, filepath.Join(dir, "new.eml"), mail(99, "garden"))
	var explained []struct {
		Division   string
		DecidedBy  string `json:"decided_by"`
		Confidence float64
		Hits       []struct{ Rule, Word, Context string }
	}
	v.json(exitDone, &explained, "rules", "explain", letter)
	if e := explained[0]; e.Division != "consumer" || e.DecidedBy != "learned" || e.Confidence <= 0.5 || e.Confidence >= 1 || len(e.Hits) == 0 || e.Hits[0].Rule != "learned" {
		t.Errorf("explained: %+v", e)
	}
	if r := xinfangd(t, "--config", v.config, "rules", "explain", letter); !strings.Contains(r.stdout, "学习模型建议") {
		t.Errorf("explained to people:\n%s%s", r.stdout, r.stderr)
	}
	lines := put(t, filepath.Join(dir, "lines.jsonl"), `{"subject":"求助","body":"花坛没有人浇水，月季枯了","label":"consumer"}`+"\n"+`{"subject":"","body":"夜里唱歌跳舞音响声音太大","label":"petition"}`+"\n")
	v.json(exitDone, &doc, "rules", "evaluate", "--jsonl", lines)
	v.keys("rules evaluate", doc, "n accuracy macro_f1 accuracy_at per_label letters_per_second")
	if doc["n"] != 2.0 || doc["accuracy"] != 1.0 {
		t.Errorf("evaluated: %v", doc)
	}
	v.json(exitDone, &doc, "rules", "backtest", "--since", "2025-01-01")
	v.keys("rules backtest", doc, "n moved per_division")
	if doc["n"] != 24.0 || len(doc["moved"].([]any)) != 24 {
		t.Errorf("backtest: %v", doc)
	}
	v.suggests(dir)
	// Lines from elsewhere, and far too few.
	v.json(exitDone, &doc, "rules", "evaluate", "--jsonl", put(t, filepath.Join(dir, "empty"), ""))
	if r := xinfangd(t, "--config", v.config, "rules", "learn", "--jsonl", lines); r.code != exitFound || !strings.Contains(r.stderr, "太少") {
		t.Errorf("two lines: exit %d\n%s", r.code, r.stderr)
	}
}

// suggests takes a suggestion over and finds that it mends what it promised.
func (v verbs) suggests(dir string) {
	t := v.t
	t.Helper()
	var suggestions []struct {
		Division string
		Letters  []string
		Fixed    int
		YAML     string
	}
	out := filepath.Join(dir, "rules")
	v.json(exitDone, &suggestions, "rules", "suggest", "--out", out)
	if len(suggestions) != 2 || suggestions[0].Division != "consumer" || suggestions[0].Fixed != 16 || len(suggestions[0].Letters) != 16 {
		t.Fatalf("suggestions: %+v", suggestions)
	}
	var tried struct {
		Fixed, Broken int
		PerDivision   map[string]struct{ Recall float64 } `json:"per_division"`
	}
	v.json(exitDone, &tried, "rules", "backtest", "--rules", out)
	if tried.PerDivision["consumer"].Recall != 1 || tried.PerDivision["petition"].Recall != 1 {
		t.Errorf("tried: %+v", tried)
	}
	if r := xinfangd(t, "--config", v.config, "rules", "suggest", "--out", out); r.code != exitUnusable {
		t.Errorf("overwritten: exit %d", r.code)
	}
}

// moves copies the register to the other engine and looks at it there.
func (v verbs) moves(dir string) {
	t := v.t
	t.Helper()
	targets := map[string]string{"sqlite": "sqlite:" + filepath.Join(dir, "copy.db")}
	t.Run("to postgres", func(t *testing.T) { // skips by itself where there is no server
		targets["postgres"] = postgrestest.Start(t)
		moveTo(verbs{t, v.config}, dir, targets["postgres"])
	})
	moveTo(v, dir, targets["sqlite"])
}

func moveTo(v verbs, dir, target string) {
	t := v.t
	t.Helper()
	var doc map[string]any
	v.json(exitDone, &doc, "db", "copy", "--to", target)
	v.keys("db copy", doc, "from to ok tables blobs entries head problems")
	if doc["ok"] != true || doc["entries"].(float64) < 49 {
		t.Errorf("copy: %v", doc)
	}
	if r := xinfangd(t, "--config", v.config, "db", "copy", "--to", target); r.code != exitUnusable {
		t.Errorf("copied over: exit %d\n%s", r.code, r.stderr)
	}
	data, err := os.ReadFile(v.config)
	if err != nil {
		t.Fatal(err)
	}
	driver, dsn, _ := strings.Cut(target, ":")
	if driver == "postgres" {
		dsn = target
	}
	old := filepath.Join(filepath.Dir(v.config), "xinfangd.db")
	text := strings.NewReplacer("driver: sqlite", "driver: "+driver, "dsn: "+old, "dsn: '"+dsn+"'").Replace(string(data))
	there := verbs{t, put(t, filepath.Join(filepath.Dir(v.config), driver+".yaml"), text)}
	var ledger map[string]any
	there.json(exitDone, &ledger, "ledger", "verify")
	if ledger["ok"] != true || ledger["head"] != doc["head"] {
		t.Errorf("ledger of the copy: %v", ledger)
	}
	var found []map[string]any
	there.json(exitDone, &found, "case", "search", "月季")
	if len(found) != 16 {
		t.Errorf("%d found in the copy", len(found))
	}
	var explained []json.RawMessage
	there.json(exitDone, &explained, "rules", "explain", filepath.Join(dir, "new.eml"))
	if len(explained) != 1 || !strings.Contains(string(explained[0]), `"learned"`) {
		t.Errorf("the model did not come along: %s", explained)
	}
}

// TestUnknownNumbers asks for what is not there: the answer names it in Chinese,
// without the words of the database.
func TestUnknownNumbers(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	for _, args := range [][]string{
		{"failed", "show", "7"}, {"failed", "retry", "7"}, {"queue", "show", "7"}, {"queue", "retry", "7"}, {"queue", "hold", "7"},
		{"letter", "show", "7"}, {"letter", "register", "7"}, {"case", "show", "7"}, {"case", "export", "7"},
	} {
		r := xinfangd(t, append([]string{"--config", v.config}, args...)...)
		said := r.stdout + r.stderr
		if r.code != exitFound || !strings.Contains(said, "没有") || strings.Contains(said, "sql:") || strings.Contains(said, "not found") || strings.Contains(r.stdout, "共 0 封") {
			t.Errorf("%v: exit %d\n%s", args, r.code, said)
		}
	}
	var retries []retried
	v.json(exitFound, &retries, "failed", "retry", "7", "8")
	if len(retries) != 2 || retries[1].ID != 8 || retries[1].OK || retries[1].Error != "未处理来件中没有这一封" {
		t.Errorf("failed retry: %+v", retries)
	}
}
