package dossier

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/petition"
)

func TestFileName(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		c    petition.Case
		want string
	}{
		"title":        {petition.Case{Subject: "  小区 \n停电  三天 "}, "小区 停电 三天"},
		"path":         {petition.Case{Subject: `../../etc/passwd\x`}, "／..／etc／passwd＼x"},
		"no title":     {petition.Case{}, "（无主题）"},
		"controls":     {petition.Case{Subject: "停\u202e电\x00"}, "停电"},
		"confidential": {petition.Case{Subject: "举报某人", Confidential: true}, "（涉密来信）"},
		"accused":      {petition.Case{Subject: "举报某处", Accused: []string{"power"}}, "（涉密来信）"},
		"erased":       {petition.Case{Erased: time.Unix(1, 0)}, "（已销毁）"},
		"long":         {petition.Case{Subject: strings.Repeat("电", 200)}, strings.Repeat("电", titleLimit)},
	} {
		tt.c.Number = "SFJX-2026-000001"
		got := fileName(tt.c)
		if got != "SFJX-2026-000001 "+tt.want+".zip" {
			t.Errorf("%s: %q", name, got)
		}
		if len(got) > 255 || !ofCase(got, tt.c.Number) || ofCase(got, "SFJX-2026-00000") || filepath.Base(got) != got {
			t.Errorf("%s: %q is no good file name", name, got)
		}
	}
}

// TestWriteWhole: a file that could not be written is not there, and the former
// one is untouched.
func TestWriteWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "2026", "a.zip")
	write := func(text string, fail error) error {
		return WriteWhole(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		})
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	if err := write("half of the sec", full); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil || string(data) != "first" {
		t.Errorf("the file holds %q, %v", data, err)
	}
	if rest, err := os.ReadDir(filepath.Dir(path)); err != nil || len(rest) != 1 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}
