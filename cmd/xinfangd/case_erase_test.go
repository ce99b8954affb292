package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestErase: a case is erased when its time has run out, on a person's word with
// a reason; the register shows that it was, and the ledger still verifies.
func TestErase(t *testing.T) {
	t.Parallel()
	v := sampleOffice(t)
	data, err := os.ReadFile(v.config)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(v.config)
	retain := func(periods string) { put(t, v.config, strings.Replace(string(data), "{default: 永久}", periods, 1)) }
	retain("{default: 3000y}")
	var in importReport
	v.json(exitDone, &in, "import", "eml", "--mailbox", "director", put(t, filepath.Join(dir, "old.eml"), mail(1, "music")))
	if in.Registered != 1 {
		t.Fatalf("imported %+v", in)
	}
	number := string(in.Numbers[0])
	for name, tt := range map[string]struct {
		code int
		says string
		args []string
	}{
		"too early":  {exitFound, "才满，不能销毁", []string{number, "--by", "档案员丁", "--reason", "鉴定小组 1 号"}},
		"no reason":  {exitUnusable, "--reason", []string{number, "--by", "档案员丁"}},
		"blank name": {exitUnusable, "不能为空", []string{number, "--by", " ", "--reason", "x"}},
		"no case":    {exitFound, "没有 SFJX-2025-000099", []string{"SFJX-2025-000099", "--by", "档案员丁", "--reason", "x"}},
	} {
		r := xinfangd(t, append([]string{"case", "erase", "-c", v.config}, tt.args...)...)
		if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.says) {
			t.Errorf("%s: exit %d, %s%s", name, r.code, r.stdout, r.stderr)
		}
	}
	retain("{default: 30d}")
	var done erasedCase
	v.json(exitDone, &done, "case", "erase", number, "--by", "档案员丁", "--reason", "鉴定小组 1 号")
	var shown shownCase
	v.json(exitDone, &shown, "case", "show", number)
	if !done.Erased || shown.Erased == nil || shown.Subject != "" || shown.Sender != "" || shown.Letters[0].From != "" {
		t.Errorf("shown: %+v", shown)
	}
	last := shown.Events[len(shown.Events)-1]
	if last.Kind != "erased" || last.Text != "鉴定小组 1 号" || last.Actor != "档案员丁" {
		t.Errorf("last event: %+v", last)
	}
	var chain struct{ OK bool }
	v.json(exitDone, &chain, "ledger", "verify")
	if !chain.OK {
		t.Error("the chain is broken")
	}
	if r := xinfangd(t, "case", "export", "-c", v.config, number); r.code != exitFound || !strings.Contains(r.stderr, "销毁") {
		t.Errorf("export: exit %d, %s", r.code, r.stderr)
	}
	if r := xinfangd(t, "case", "show", "-c", v.config, number); !strings.Contains(r.stdout, "由档案员丁销毁") {
		t.Errorf("show:\n%s", r.stdout)
	}
}
