package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// result is what a run of the command left behind.
type result struct {
	code           int
	stdout, stderr string
}

func xinfangd(t *testing.T, args ...string) result {
	t.Helper()
	return xinfangdAt(t, time.Now, args...)
}

func xinfangdAt(t *testing.T, now func() time.Time, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr, now)
	return result{code, stdout.String(), stderr.String()}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		code int
		says string // on either stream
	}{
		{"help", []string{"--help"}, exitDone, "用法：xinfangd 命令"},
		{"help of a verb", []string{"queue", "list", "--help"}, exitDone, "用法：xinfangd queue list"},
		{"nothing", nil, exitUnusable, "命令："},
		{"unknown verb", []string{"fly"}, exitUnusable, "不认识 fly"},
		{"half a verb", []string{"case"}, exitUnusable, "后面还应有"},
		{"unknown option", []string{"check", "--offline"}, exitUnusable, "没有选项 --offline"},
		{"missing argument", []string{"queue", "retry"}, exitUnusable, "后面还应有"},
		{"not a number", []string{"queue", "show", "one"}, exitUnusable, "命令行有误"},
		{"an argument is called as in the help", []string{"case", "show"}, exitUnusable, "后面还应有 编号\n"},
		{"and so are several", []string{"queue", "retry", "one"}, exitUnusable, "序号 的值 \"one\" 不是数字"},
		{"a path", []string{"import", "eml", "--mailbox", "x"}, exitUnusable, "后面还应有 路径\n"},
		{"less than nothing", []string{"report", "spotcheck", "--n", "-1"}, exitUnusable, "选项 --n 的值不能是 \"-1\""},
		{"a negative limit", []string{"queue", "list", "--limit=-1"}, exitUnusable, "--limit 不能小于 0"},
		{"nothing to look for", []string{"case", "search", " "}, exitUnusable, "没有写要找的词"},
		{"no configuration", []string{"case", "list", "-c", "/nonexistent.yaml"}, exitUnusable, "文件不存在"},
		{"working time is no offset", []string{"serve", "--clock-offset=3wd"}, exitUnusable, "--clock-offset"},
		{"version", []string{"version"}, exitDone, "xinfangd "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := xinfangd(t, tt.args...)
			if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", r.code, tt.code, tt.says, r.stdout, r.stderr)
			}
		})
	}
}

func TestCheckReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	if err := os.WriteFile(bad, []byte("office:\n  name: 某单位\n  tiemzone: Asia/Shanghai\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := xinfangd(t, "check", "--json", "--config", bad)
	var report checkReport
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	if r.code != exitUnusable || report.OK || len(report.Findings) < 5 || report.Online == nil {
		t.Errorf("exit %d, %+v", r.code, report)
	}
	found := false
	for _, f := range report.Findings {
		found = found || f.File == bad && f.Line == 3 && f.Column == 3 && strings.Contains(f.Message, "tiemzone")
	}
	if !found {
		t.Errorf("no complaint at 3:3: %+v", report.Findings)
	}
	text := xinfangd(t, "check", "--config", bad)
	if !strings.Contains(text.stdout, bad+":3:3: 错误：") {
		t.Errorf("for people: %s", text.stdout)
	}
}

// TestSampleStarts: the sample configuration is accepted as it stands, in a year
// whose holidays are built in.
func TestSampleStarts(t *testing.T) {
	t.Parallel()
	r := xinfangdAt(t, func() time.Time { return time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC) }, "check", "--config", filepath.Join("..", "..", "configs", "xinfangd.yaml"))
	if r.code != exitDone {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

func TestTerminalIsSafe(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"普通主题": "普通主题", "a\x1b[2Jb": "a\ufffd[2Jb", "a\u202egpj.exe": "a\ufffdgpj.exe", "two\nlines": "two lines", "\u009b": "\ufffd",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := block("a\r\nb\x07"); got != "a\nb\ufffd" {
		t.Errorf("block: %q", got)
	}
}

// TestForgedManifest: a manifest that names nothing is told of in one order, and
// what is no zip in Chinese.
func TestForgedManifest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "d.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"manifest.json", "c", "a", "e", "b", "d"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, file, b.String())
	r := xinfangd(t, "case", "verify", file)
	last := -1
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		at := strings.Index(r.stdout, "："+name+" 不在清单中")
		if at <= last {
			t.Fatalf("exit %d, %s is missing or out of order:\n%s", r.code, name, r.stdout)
		}
		last = at
	}
	cut := put(t, filepath.Join(dir, "cut.zip"), b.String()[:20])
	if r := xinfangd(t, "case", "verify", cut); r.code != exitFound || !strings.Contains(r.stdout, "不是 zip 文件，或不完整") {
		t.Errorf("exit %d\n%s", r.code, r.stdout)
	}
}

// TestFullDisk: output that could not be written is no success.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"version", "--json"}} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close() // nothing can be in it
		var stderr bytes.Buffer
		if code := run(t.Context(), args, full, &stderr, time.Now); code != exitFound || !strings.Contains(stderr.String(), "磁盘已满") {
			t.Errorf("%v: exit %d\n%s", args, code, stderr.String())
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	table := newTable("编号", "b")
	table.add("x", "一")
	table.add("三个字", "")
	var out bytes.Buffer
	table.print(&out)
	if want := "编号    b\nx       一\n三个字\n"; out.String() != want {
		t.Errorf("got\n%q, want\n%q", out.String(), want)
	}
	if got := cut("一二三四五", 8); columns(got) > 8+2 || !strings.HasPrefix(got, "一二三") {
		t.Errorf("cut: %q", got)
	}
}
