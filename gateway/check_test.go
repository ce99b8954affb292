package gateway

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/configs"
	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/practice"
)

// TestCheckJoins finds one complaint of every kind of file in one run.
func TestCheckJoins(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{Extra: "templates: overrides\nlimits: {letter_bytes: 0MB}"})
	dir := filepath.Dir(path)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("rules/practice.yaml", "rules:\n  - id: nowhere\n    name: 无此处室\n    when: {text: {any: [停电]}}\n    then: {division: nobody}\n")
	write("overrides/receipt.txt.tmpl", "{{define \"subject\"}}x{{end}}{{.NoSuchField}}")
	_, findings := Check(path, noon)
	for _, want := range []struct{ file, word string }{
		{"xinfangd.yaml", "letter_bytes"}, {filepath.Join("rules", "practice.yaml"), "nobody"}, {filepath.Join("overrides", "receipt.txt.tmpl"), "NoSuchField"},
	} {
		found := false
		for _, f := range findings {
			found = found || f.Severity == configs.SeverityError && strings.HasSuffix(f.File, want.file) && strings.Contains(f.Message, want.word) && f.Line > 0
		}
		if !found {
			t.Errorf("no complaint about %s in %s:\n%v", want.word, want.file, findings)
		}
	}
	if len(findings) > 0 && findings[0].File != path {
		t.Errorf("the first complaint is about %s, want the configuration itself", findings[0].File)
	}
}

// TestNoTemplatesFolder: a folder that is not there is complained of once, at the
// line that names it.
func TestNoTemplatesFolder(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{Extra: "templates: nowhere"})
	_, findings := Check(path, noon)
	findings = slices.DeleteFunc(findings, func(f configs.Finding) bool { return f.Severity != configs.SeverityError })
	if len(findings) != 1 || findings[0].File != path || !strings.Contains(findings[0].Message, "文件不存在") {
		t.Errorf("got %v, want one complaint in %s", findings, path)
	}
}

// TestMissingYear: check calls a year without calendar an error, but letters do
// not wait for a calendar.
func TestMissingYear(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	later := time.Date(2039, 3, 1, 12, 0, 0, 0, noon.Location())
	_, findings := Check(path, later)
	if !configs.HasErrors(findings) {
		t.Errorf("check has no error: %v", findings)
	}
	_, findings = Load(path, later)
	if configs.HasErrors(findings) || len(findings) == 0 {
		t.Errorf("load: %v, want a warning only", findings)
	}
	// Other errors stay errors.
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(filepath.Dir(path), "bad.yaml")
	if err := os.WriteFile(bad, []byte(strings.Replace(string(data), "work_box: desk", "work_box: none", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, findings = Load(bad, later); !configs.HasErrors(findings) {
		t.Errorf("load of a broken file: %v", findings)
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	office, path := startOffice(t, practice.Setup{})
	c := load(t, path)
	for _, p := range Probes(t.Context(), c) {
		if !p.OK {
			t.Errorf("%s: %s", p.What, p.Detail)
		}
	}
	if err := os.WriteFile(string(c.Mailboxes[0].IMAP.PasswordFile), []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Clamd = t.TempDir() + "/nobody-listens"
	probes := Probes(t.Context(), c)
	if last := probes[len(probes)-1]; last.What != "clamd" || last.OK || last.Detail == "" {
		t.Errorf("a scanner that is not there: %+v", last)
	}
	if probes[1].What != "imap director" || probes[1].OK {
		t.Errorf("a wrong password at %s: %+v", office.IMAPAddr, probes[1])
	}
	if !probes[2].OK {
		t.Errorf("one bad box spoils another: %+v", probes[2])
	}
}

// TestVerbsThatNeedMore: legs named for single verbs reach the policy under the
// verb's own name; a word that is no verb, a verb named twice and a list that
// proves nothing are complained of with their line.
func TestVerbsThatNeedMore(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(verbs string) (configs.Config, []configs.Finding) {
		changed := strings.Replace(string(text), "security:\n", "security:\n  require_verb:\n"+verbs, 1)
		file := path + ".verbs.yaml"
		if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		return Check(file, noon)
	}
	c, findings := check("    批准: [code, authenticated, otp]\n    publish: [code]\n")
	if configs.HasErrors(findings) {
		t.Fatal(findings)
	}
	want := map[command.Verb][]authority.Leg{command.Approve: {authority.LegCode, authority.LegAuthenticated, authority.LegOTP}, command.Publish: {authority.LegCode}}
	if diff := cmp.Diff(want, authorityPolicy(c).RequireVerb); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	_, findings = check("    批淮: [code]\n    批准: [code]\n    同意: [code]\n    催办: []\n    改派: [telephone]\n    满意: [code]\n")
	for _, want := range []string{"批淮", "同一条指令", "容易被冒充", "telephone", "满意"} {
		if !slices.ContainsFunc(findings, func(f configs.Finding) bool { return f.Line > 0 && strings.Contains(f.Message, want) }) {
			t.Errorf("no complaint with %q:\n%v", want, findings)
		}
	}
}
