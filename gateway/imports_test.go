package gateway_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which packages of ours a package may import. A new arrow is a
// decision about the shape of the house, and is made here first.
var arrows = map[string][]string{
	"gateway/crash":      {},
	"gateway/letter":     {},
	"gateway/fold":       {},
	"gateway/command":    {"gateway/petition"},
	"gateway/calendar":   {},
	"gateway/petition":   {"gateway/calendar"},
	"gateway/authority":  {"gateway/letter", "gateway/command", "gateway/petition"},
	"gateway/store":      {"gateway/letter", "gateway/petition", "gateway/fold", "gateway/crash"},
	"gateway/mailbox":    {"gateway/crash"},
	"gateway/submission": {"gateway/store", "gateway/crash"},
	"gateway/desk": {
		"gateway/letter", "gateway/command", "gateway/petition", "gateway/authority", "gateway/store", "rules", "templates",
		"gateway/calendar", "gateway/fold", "gateway/report", "gateway/dossier", "gateway/plot",
	},
	"gateway/feed":     {},
	"gateway/dossier":  {"gateway/petition", "gateway/store", "gateway/letter", "gateway/crash", "templates"},
	"gateway/plot":     {},
	"gateway/report":   {"gateway/petition", "gateway/store", "gateway/calendar", "gateway/plot", "templates"},
	"gateway/watch":    {"gateway/petition", "gateway/store", "gateway/plot", "gateway/report", "templates"},
	"gateway/practice": {"gateway/letter", "configs"},
	"gateway/e2e":      {},
	"rules":            {"configs", "gateway/calendar", "gateway/fold"},
	"templates":        {},
	"configs":          {"gateway/calendar", "gateway/petition"},
}

// wiring may import everything below: it is where the rooms meet.
var wiring = []string{"gateway", "cmd/xinfangd"}

// helpers run real servers for tests; only tests may import them.
var helpers = []string{"gateway/mailbox/dovecottest", "gateway/submission/postfixtest", "gateway/store/postgrestest", "gateway/watch/chromiumtest"}

// edges are the third parties that one room keeps to itself: an import path and
// everything below it.
var edges = map[string][]string{
	"github.com/emersion/go-imap/v2/imapclient": {"gateway/mailbox"},
	"github.com/emersion/go-imap/v2/imapserver": {"gateway/practice"},
	"github.com/lib/pq":                         {"gateway/store"},
	"github.com/jmoiron/sqlx":                   {"gateway/store"},
	"github.com/pressly/goose/v3":               {"gateway/store"},
	"modernc.org/sqlite":                        {"gateway/store"},
	"database/sql":                              {"gateway/store"},
	"github.com/emersion/go-smtp":               {"gateway/submission", "gateway/practice"},
	"github.com/alecthomas/kong":                {"cmd/xinfangd"},
}

// timeless are the rooms to which the time is told.
var timeless = []string{
	"gateway/petition", "gateway/desk", "gateway/letter", "gateway/command", "gateway/calendar", "gateway/fold", "gateway/authority",
	"gateway/store", "gateway/dossier", "gateway/plot", "gateway/report", "rules", "templates", "configs",
}

// longest is the greatest number of lines of a file.
const longest = 700

// printed is a part of a manual that a test keeps up to date.
var printed = regexp.MustCompile(`(?s)<!-- (?:commands|day) -->.*?<!-- /(?:commands|day) -->`)

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}

// walk calls visit for every file of the project, by its slashed path.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{"testdata", ".git", "var", "bin"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		visit(filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestArrows(t *testing.T) {
	t.Parallel()
	top, found := root(t), map[string]bool{}
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		pkg, test := path.Dir(name), strings.HasSuffix(name, "_test.go")
		found[pkg] = true
		allowed, known := arrows[pkg]
		if !known && !slices.Contains(wiring, pkg) && !slices.Contains(helpers, pkg) {
			t.Errorf("%s: the package has no place in the table of arrows", name)
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			return
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Error(err)
				continue
			}
			if !test {
				checkEdge(t, name, imported)
			}
			ours, inside := strings.CutPrefix(imported, "xinfangd/")
			switch {
			case !inside:
			case slices.Contains(helpers, ours) && !test:
				t.Errorf("%s imports %s, which is for tests", name, ours)
			case test || slices.Contains(helpers, pkg):
				// Tests may look wherever they like.
			case slices.Contains(wiring, pkg):
				if ours == "cmd/xinfangd" {
					t.Errorf("%s imports a command", name)
				}
			case !slices.Contains(allowed, ours):
				t.Errorf("%s imports %s: a new arrow", name, ours)
			}
		}
	})
	if len(found) < len(arrows)/2 {
		t.Errorf("only %d packages were found", len(found))
	}
}

func checkEdge(t *testing.T, name, imported string) {
	t.Helper()
	for edge, rooms := range edges {
		if (imported == edge || strings.HasPrefix(imported, edge+"/")) && !slices.Contains(rooms, path.Dir(name)) && !slices.Contains(helpers, path.Dir(name)) {
			t.Errorf("%s imports %s, which is %v's alone", name, imported, rooms)
		}
	}
}

func TestTimeIsAnArgument(t *testing.T) {
	t.Parallel()
	top, read := root(t), 0
	walk(t, func(name string) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || !slices.Contains(timeless, path.Dir(name)) {
			return
		}
		read++
		data, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Error(err)
			return
		}
		for i, line := range bytes.Split(data, []byte("\n")) {
			code, _, _ := bytes.Cut(line, []byte("//"))
			for _, word := range []string{"Now", "Since", "Until", "Sleep", "After"} {
				if bytes.Contains(code, []byte("time."+word+"(")) {
					t.Errorf("%s:%d: time.%s: the time is an argument here", name, i+1, word)
				}
			}
		}
	})
	if read == 0 {
		t.Error("no file was read")
	}
}

func TestFilesStayShort(t *testing.T) {
	t.Parallel()
	top, read := root(t), 0
	walk(t, func(name string) {
		if name == "go.sum" || !slices.Contains([]string{".go", ".sql", ".tmpl", ".yaml", ".md", ""}, path.Ext(name)) {
			return
		}
		data, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Error(err)
			return
		}
		read++
		if bytes.Contains(data, []byte("\n// Code generated ")) || bytes.HasPrefix(data, []byte("// Code generated ")) {
			return
		}
		// What tests write between marks of a manual is read as a whole.
		data = printed.ReplaceAll(data, nil)
		if n := bytes.Count(data, []byte("\n")); n > longest {
			t.Errorf("%s has %d lines, more than %d", name, n, longest)
		}
	})
	if read == 0 {
		t.Error("no file was read")
	}
}
