package templates

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	html "html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	text "text/template"
)

//go:embed mail/*.tmpl page/*.tmpl
var builtin embed.FS

// suffix marks the files that are templates; everything else in an overriding
// directory is none of our business.
const suffix = ".tmpl"

// Names of the files whose definitions all mails share.
const (
	textParts = "parts.txt" + suffix
	htmlParts = "parts.html" + suffix
)

// position finds "NAME:LINE:COLUMN: " in a complaint of the template packages,
// after the name; the column is missing in complaints of their parsers.
var position = regexp.MustCompile(`^:(\d+):(?:(\d+):)? *`)

// Problem is one complaint about a template file.
type Problem struct {
	File    string // as found; a built-in file has no directory
	Line    int    // 0 when unknown
	Column  int    // 0 when unknown
	Message string
}

// String is the usual FILE:LINE:COLUMN: MESSAGE, without what is unknown.
func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if p.Column > 0 {
		s += ":" + strconv.Itoa(p.Column)
	}
	return s + ": " + p.Message
}

// LoadError is what Load returns when the files are unusable.
type LoadError struct {
	Problems []Problem
}

// Error lists all problems, one per line.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "load templates: " + strings.Join(lines, "\n")
}

// Set is a complete set of parsed templates. It is safe for concurrent use.
type Set struct {
	texts map[string]*text.Template
	htmls map[string]*html.Template
	files map[string]source // by base name
}

type source struct {
	path string // as told to people
	text string
}

// Load parses the built-in templates and the files in dir that override them
// ("" for none) and renders each with sample data, in every variant; any
// complaint refuses the whole set with a *LoadError. A file may lie in dir
// itself or, as the built-in ones do, in its folders mail and page.
func Load(dir string) (*Set, error) {
	s, problems := load(dir)
	if len(problems) > 0 {
		return nil, &LoadError{Problems: problems}
	}
	return s, nil
}

// Check is Load for the sake of its complaints: nil when the set is usable.
func Check(dir string) []Problem {
	_, problems := load(dir)
	return problems
}

func load(dir string) (*Set, []Problem) {
	files, problems := sources(dir)
	s := &Set{texts: map[string]*text.Template{}, htmls: map[string]*html.Template{}, files: files}
	baseText, baseHTML, bad := s.parts()
	problems = append(problems, bad...)
	if len(bad) > 0 {
		return nil, problems // every mail would repeat the same complaint
	}
	for _, kind := range Kinds() {
		problems = append(problems, s.parseText(baseText, kind)...)
		problems = append(problems, s.parseHTML(baseHTML, kind)...)
	}
	for _, page := range pages() {
		problems = append(problems, s.parseHTML(baseHTML, page)...)
	}
	if len(problems) == 0 {
		problems = s.try()
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	return s, slices.Compact(problems)
}

// sources reads the built-in files and lays the overriding ones over them.
func sources(dir string) (map[string]source, []Problem) {
	files := map[string]source{}
	for _, folder := range []string{"mail", "page"} {
		entries, err := builtin.ReadDir(folder)
		if err != nil {
			return files, []Problem{{File: folder, Message: err.Error()}}
		}
		for _, e := range entries {
			b, err := builtin.ReadFile(folder + "/" + e.Name())
			if err != nil {
				return files, []Problem{{File: e.Name(), Message: err.Error()}}
			}
			files[e.Name()] = source{path: e.Name(), text: string(b)}
		}
	}
	if dir == "" {
		return files, nil
	}
	return files, override(files, dir)
}

// override puts the files of dir in the place of the built-in ones. A name that
// overrides nothing is a complaint: it is a typing error that would otherwise
// go unnoticed for months.
func override(files map[string]source, dir string) []Problem {
	info, err := os.Stat(dir)
	if err != nil {
		return []Problem{{File: dir, Message: "读不到模板文件夹：" + cause(err)}}
	}
	if !info.IsDir() {
		return []Problem{{File: dir, Message: "不是文件夹"}}
	}
	var problems []Problem
	seen := map[string]string{}
	for _, folder := range []string{dir, filepath.Join(dir, "mail"), filepath.Join(dir, "page")} {
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			problems = append(problems, Problem{File: folder, Message: "读不到：" + cause(err)})
			continue
		}
		for _, e := range entries {
			name, path := e.Name(), filepath.Join(folder, e.Name())
			if e.IsDir() || !strings.HasSuffix(name, suffix) {
				continue
			}
			if _, ok := files[name]; !ok {
				problems = append(problems, Problem{File: path, Message: "内置模板中没有这个名字，写了也不起作用"})
				continue
			}
			if first, twice := seen[name]; twice {
				problems = append(problems, Problem{File: path, Message: "写了两份，另一份是 " + first})
				continue
			}
			seen[name] = path
			b, err := os.ReadFile(path)
			if err != nil {
				problems = append(problems, Problem{File: path, Message: "读不到：" + cause(err)})
				continue
			}
			if line := notUTF8(b); line > 0 {
				problems = append(problems, Problem{File: path, Line: line, Message: "文件不是 UTF-8 编码，请另存为 UTF-8"})
				continue
			}
			files[name] = source{path: path, text: strings.TrimPrefix(string(b), "\ufeff")}
		}
	}
	return problems
}

func (s *Set) parts() (*text.Template, *html.Template, []Problem) {
	var problems []Problem
	src := s.files[textParts]
	t, err := text.New(src.path).Option("missingkey=error").Funcs(textFuncs()).Parse(src.text)
	if err != nil {
		problems = append(problems, s.problem(src.path, err))
	}
	src = s.files[htmlParts]
	h, err := html.New(src.path).Option("missingkey=error").Funcs(htmlFuncs()).Parse(src.text)
	if err != nil {
		problems = append(problems, s.problem(src.path, err))
	}
	return t, h, problems
}

func (s *Set) parseText(base *text.Template, kind string) []Problem {
	src, ok := s.files[kind+".txt"+suffix]
	if !ok {
		return []Problem{{File: kind + ".txt" + suffix, Message: "没有这个模板"}}
	}
	t, err := base.Clone()
	if err != nil {
		return []Problem{s.problem(src.path, err)}
	}
	t, err = t.New(src.path).Parse(src.text)
	if err != nil {
		return []Problem{s.problem(src.path, err)}
	}
	if t.Lookup("subject") == nil {
		return []Problem{{File: src.path, Message: `没有写 {{define "subject"}}，邮件缺少主题`}}
	}
	s.texts[kind] = t
	return nil
}

func (s *Set) parseHTML(base *html.Template, name string) []Problem {
	src, ok := s.files[name+".html"+suffix]
	if !ok {
		return []Problem{{File: name + ".html" + suffix, Message: "没有这个模板"}}
	}
	t, err := base.Clone()
	if err != nil {
		return []Problem{s.problem(src.path, err)}
	}
	t, err = t.New(src.path).Parse(src.text)
	if err != nil {
		return []Problem{s.problem(src.path, err)}
	}
	s.htmls[name] = t
	return nil
}

// problem turns a complaint of the template packages, which name file, line and
// column inside the message, into a Problem. Complaints that name no file of
// ours are laid to path.
func (s *Set) problem(path string, err error) Problem {
	message := err.Error()
	for _, src := range s.files {
		_, rest, ok := strings.Cut(message, "template: "+src.path)
		if !ok {
			_, rest, ok = strings.Cut(message, "html/template:"+src.path)
		}
		if !ok {
			continue
		}
		m := position.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		line, _ := strconv.Atoi(m[1])   // the expression admits digits only;
		column, _ := strconv.Atoi(m[2]) // an empty column stays 0
		return Problem{File: src.path, Line: line, Column: column, Message: inChinese(rest[len(m[0]):])}
	}
	return Problem{File: path, Message: inChinese(message)}
}

// mail renders both twins of a mail and its subject.
func (s *Set) mail(kind string, c Common, view any) (Mail, error) {
	t, h := s.texts[kind], s.htmls[kind]
	if t == nil || h == nil {
		return Mail{}, fmt.Errorf("render %s: no such template", kind)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "subject", view); err != nil {
		return Mail{}, fmt.Errorf("render subject of %s: %w", kind, err)
	}
	m := Mail{Subject: subject(c, b.String())}
	b.Reset()
	if err := t.Execute(&b, view); err != nil {
		return Mail{}, fmt.Errorf("render text of %s: %w", kind, err)
	}
	m.Text = tidy(b.String())
	b.Reset()
	if err := h.Execute(&b, view); err != nil {
		return Mail{}, fmt.Errorf("render html of %s: %w", kind, err)
	}
	m.HTML = tidy(b.String())
	return m, nil
}

func (s *Set) page(name string, view any) ([]byte, error) {
	h := s.htmls[name]
	if h == nil {
		return nil, fmt.Errorf("render %s: no such template", name)
	}
	var b bytes.Buffer
	if err := h.Execute(&b, view); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return []byte(tidy(b.String())), nil
}
