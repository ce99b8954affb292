package templates

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func load0(t *testing.T) *Set {
	t.Helper()
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, run with -update when it is meant):\n%s", name, diff)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	s := load0(t)
	for _, c := range samples() {
		t.Run(c.name(), func(t *testing.T) {
			t.Parallel()
			m, err := c.render(s)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name()+".golden.txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, c.name()+".golden.html", m.HTML)
		})
	}
	for _, p := range pageSamples() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b, err := p.render(s)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, p.name+".golden.html", string(b))
		})
	}
}

// TestGoldenComplete sees to it that no kind goes without a sample and that no
// golden file outlives its sample.
func TestGoldenComplete(t *testing.T) {
	t.Parallel()
	kinds, files := map[string]bool{}, map[string]bool{}
	for _, c := range samples() {
		kinds[c.kind] = true
		for _, ext := range []string{".golden.txt", ".golden.html"} {
			if files[c.name()+ext] {
				t.Errorf("two samples are called %s", c.name())
			}
			files[c.name()+ext] = true
		}
	}
	for _, kind := range Kinds() {
		if !kinds[kind] {
			t.Errorf("%s has no sample", kind)
		}
	}
	for _, p := range pageSamples() {
		files[p.name+".golden.html"] = true
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() && !files[e.Name()] {
			t.Errorf("testdata/%s belongs to no sample", e.Name())
		}
	}
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func builtinText(t *testing.T, name string) string {
	t.Helper()
	b, err := builtin.ReadFile("mail/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOverride(t *testing.T) {
	t.Parallel()
	ours := strings.Replace(builtinText(t, "receipt.txt.tmpl"), "您好！", "您好，来信已阅！", 1)
	for _, c := range []struct {
		name  string
		files map[string]string
	}{
		{"in the directory itself", map[string]string{"receipt.txt.tmpl": ours}},
		{"in its folder", map[string]string{"mail/receipt.txt.tmpl": ours}},
		{"with a byte-order mark", map[string]string{"receipt.txt.tmpl": "\ufeff" + ours}},
		{"beside files of other kinds", map[string]string{"receipt.txt.tmpl": ours, "README.txt": "{{", "set.go": "{{"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := Load(write(t, c.files))
			if err != nil {
				t.Fatal(err)
			}
			m, err := s.Receipt(ReceiptView{Common: toCitizen(), QueryCode: sampleQueryCode})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(m.Text, "您好，来信已阅！") {
				t.Errorf("the overriding file was not used:\n%s", m.Text)
			}
			if strings.Contains(m.HTML, "您好，来信已阅！") {
				t.Error("the HTML twin was not overridden and changed all the same")
			}
		})
	}
}

// TestOverrideWithOurselves loads the directory that the sample configuration
// names: this one.
func TestOverrideWithOurselves(t *testing.T) {
	t.Parallel()
	if problems := Check("."); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestBrokenOverride(t *testing.T) {
	t.Parallel()
	receipt, dispatch := builtinText(t, "receipt.txt.tmpl"), builtinText(t, "dispatch.txt.tmpl")
	approval := builtinText(t, "approval.txt.tmpl")
	for _, c := range []struct {
		name  string
		files map[string]string
		file  string
		line  int
		want  string
	}{
		{"syntax", map[string]string{"receipt.txt.tmpl": "{{define \"subject\"}}a{{end}}\n\n{{if}}"}, "receipt.txt.tmpl", 3, "“{{if}}”缺少条件"},
		{"syntax in html", map[string]string{"mail/answer.html.tmpl": "<p>\n{{.Text"}, "answer.html.tmpl", 2, "“{{”没有写完"},
		{"unknown field", map[string]string{"receipt.txt.tmpl": receipt + "{{.QuerryCode}}"}, "receipt.txt.tmpl", strings.Count(receipt, "\n") + 1, "没有字段 .QuerryCode"},
		{"unknown function", map[string]string{"receipt.txt.tmpl": "{{define \"subject\"}}{{shout .Box}}{{end}}"}, "receipt.txt.tmpl", 1, `没有函数 "shout"`},
		{"unknown style", map[string]string{"answer.html.tmpl": `<p style="{{css "loud"}}">`}, "answer.html.tmpl", 1, `没有样式 "loud"`},
		{"unknown part", map[string]string{"answer.html.tmpl": `{{template "opne"}}`}, "answer.html.tmpl", 1, `没有名为 "opne" 的部分`},
		{"ambiguous html", map[string]string{"answer.html.tmpl": "<p>\n<a href=\"{{if .Name}}x\">{{end}}"}, "answer.html.tmpl", 2, "模板写法有误：{{if}} branches end in different contexts"},
		{"no subject", map[string]string{"receipt.txt.tmpl": "查询码：{{.QueryCode}}\n"}, "receipt.txt.tmpl", 0, `没有写 {{define "subject"}}`},
		{"empty subject", map[string]string{"receipt.txt.tmpl": strings.Replace(receipt, "收件回执：{{title .Subject}}", " ", 1)}, "receipt.txt.tmpl", 0, "主题是空的"},
		{"no query code", map[string]string{"receipt.txt.tmpl": strings.Replace(receipt, "查询码：{{.QueryCode}}", "", 1)}, "receipt.txt.tmpl", 0, `缺少单独一行的 "查询码：0123456789"`},
		{"no reply code", map[string]string{"dispatch.txt.tmpl": strings.Replace(dispatch, `{{template "code" .}}`, "", 1)}, "dispatch.txt.tmpl", 0, "缺少单独一行的 \"回执码："},
		{"no reply code in html", map[string]string{"dispatch.html.tmpl": strings.Replace(builtinText(t, "dispatch.html.tmpl"), `{{template "code" .}}`, "", 1)}, "dispatch.html.tmpl", 0, "缺少 \"回执码："},
		{"no marker", map[string]string{"dispatch.txt.tmpl": strings.ReplaceAll(dispatch, "{{template \"open\"", "通知\n{{template \"open\"")}, "dispatch.txt.tmpl", 0, "开头缺少回复用的分隔线"},
		{"draft not shown", map[string]string{"approval.txt.tmpl": strings.Replace(approval, "{{.Draft.Text}}", "{{cut 20 .Draft.Text}}", 1)}, "approval.txt.tmpl", 0, "缺少 "},
		{"code in an answer", map[string]string{"answer.txt.tmpl": builtinText(t, "answer.txt.tmpl") + "{{.Code}}"}, "answer.txt.tmpl", 0, "不得出现"},
		{"broken parts", map[string]string{"parts.txt.tmpl": "{{define}}"}, "parts.txt.tmpl", 1, "模板写法有误：unexpected"},
		{"page", map[string]string{"page/board.html.tmpl": "{{.Nothing}}"}, "board.html.tmpl", 1, "没有字段 .Nothing"},
		{"typing error in a name", map[string]string{"recipt.txt.tmpl": receipt}, "recipt.txt.tmpl", 0, "内置模板中没有这个名字"},
		{"given twice", map[string]string{"receipt.txt.tmpl": receipt, "mail/receipt.txt.tmpl": receipt}, "receipt.txt.tmpl", 0, "写了两份"},
		{"saved as GBK", map[string]string{"receipt.txt.tmpl": receipt + "\xb5\xe7\xc1\xa6\n"}, "receipt.txt.tmpl", strings.Count(receipt, "\n") + 1, "不是 UTF-8"},
		{"loop without an end", map[string]string{"receipt.txt.tmpl": "{{if .Box}}"}, "receipt.txt.tmpl", 1, "缺少“{{end}}”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(write(t, c.files))
			le, ok := errors.AsType[*LoadError](err)
			if !ok {
				t.Fatalf("Load says %v, want a *LoadError", err)
			}
			for _, p := range le.Problems {
				if filepath.Base(p.File) == c.file && p.Line == c.line && strings.Contains(p.Message, c.want) {
					return
				}
			}
			t.Errorf("no complaint %s:%d: …%s… in\n%v", c.file, c.line, c.want, err)
		})
	}
}

func TestMissingDirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	problems := Check(dir)
	if len(problems) != 1 || problems[0].File != dir || problems[0].Message != "读不到模板文件夹：文件不存在" {
		t.Errorf("Check says %v", problems)
	}
}

// TestAllProblemsTogether: a clerk who made two mistakes hears of both.
func TestAllProblemsTogether(t *testing.T) {
	t.Parallel()
	problems := Check(write(t, map[string]string{"receipt.txt.tmpl": "{{if}}", "answer.html.tmpl": "{{end}}"}))
	if len(problems) != 2 {
		t.Errorf("got %v, want two complaints", problems)
	}
}
