package rules

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"xinfangd/configs"
)

//go:embed *.yaml
var builtin embed.FS

// source is a rule file before it is read.
type source struct {
	name string // for findings
	base string
	data []byte
}

// Load reads the rule files of path, a directory with *.yaml files or one file.
// "" stands for the built-in rules. It returns every complaint at once; the set
// is nil when one is an error.
func Load(path string) (*Set, []configs.Finding) {
	sources, findings := readSources(path)
	if configs.HasErrors(findings) {
		return nil, findings
	}
	s, built := build(sources)
	return s, append(findings, built...)
}

// Inspect returns every complaint about the rule files of path ("" for the
// built-in ones), names that do not exist in the configuration included: a file
// that cannot be used is read on for what else is wrong with it.
func Inspect(path string, names Names) []configs.Finding {
	sources, findings := readSources(path)
	if configs.HasErrors(findings) {
		return findings
	}
	s, drafted := draft(sources)
	findings = slices.Concat(findings, drafted, s.Check(names))
	configs.SortFindings(findings)
	return findings
}

// readSources reads the rule files of path, "" for the built-in ones.
func readSources(path string) ([]source, []configs.Finding) {
	if path == "" {
		sources, err := builtinSources()
		if err != nil {
			return nil, []configs.Finding{configs.Position{File: "rules"}.Errorf("内置规则损坏：%s", err)}
		}
		return sources, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	names, findings := []string{path}, []configs.Finding(nil)
	if info.IsDir() {
		var passed []string
		if names, passed, err = yamlFiles(path); err != nil {
			return nil, unreadable(path, err)
		}
		for _, name := range passed {
			findings = append(findings, configs.Position{File: name}.Warnf("规则文件的名称应以 .yaml 结尾，这个文件没有读"))
		}
	}
	var sources []source
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			findings = append(findings, unreadable(name, err)...)
			continue
		}
		sources = append(sources, source{name: name, base: filepath.Base(name), data: data})
	}
	if !configs.HasErrors(findings) && len(sources) == 0 {
		findings = append(findings, configs.Position{File: path}.Errorf("目录里没有规则文件（*.yaml）"))
	}
	return sources, findings
}

// yamlFiles lists the rule files of a directory by name, and those that look
// like one and are passed over.
func yamlFiles(dir string) (names, passed []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("read rules: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || e.Name()[0] == '.' {
			continue
		}
		switch name := filepath.Join(dir, e.Name()); strings.ToLower(filepath.Ext(name)) {
		case ".yaml":
			if filepath.Ext(name) == ".yaml" {
				names = append(names, name)
				continue
			}
			passed = append(passed, name)
		case ".yml":
			passed = append(passed, name)
		}
	}
	return names, passed, nil
}

func unreadable(path string, err error) []configs.Finding {
	reason := "读不了规则文件：" + err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "规则文件或目录不存在"
	case errors.Is(err, fs.ErrPermission):
		reason = "没有权限读取规则文件"
	}
	return []configs.Finding{configs.Position{File: path}.Errorf("%s", reason)}
}

// Builtin returns the rules that come with the program, for an office without
// rule files of its own.
func Builtin() (*Set, []configs.Finding) { return Load("") }

func builtinSources() ([]source, error) {
	names, err := fs.Glob(builtin, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list built-in rules: %w", err)
	}
	sources := make([]source, len(names))
	for i, name := range names {
		data, err := builtin.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read built-in rules: %w", err)
		}
		sources[i] = source{name: "rules/" + name, base: name, data: data}
	}
	return sources, nil
}

// build decodes and compiles rule files.
func build(sources []source) (*Set, []configs.Finding) {
	s, findings := draft(sources)
	if configs.HasErrors(findings) {
		return nil, findings
	}
	return s, findings
}

// draft is build for a set that may be in error, to find all that is wrong with
// it. Of a line that cannot be read nothing else is said.
func draft(sources []source) (*Set, []configs.Finding) {
	slices.SortFunc(sources, func(a, b source) int { return cmp.Compare(a.base, b.base) })
	var (
		docs     []*document
		findings []configs.Finding
	)
	for _, src := range sources {
		d := new(document)
		// $name is a lexicon and ${2} a regular expression's, never the environment.
		findings = append(findings, configs.DecodeWith(src.name, src.data, d, configs.Options{Literal: true})...)
		docs = append(docs, d)
	}
	unread := slices.DeleteFunc(slices.Clone(findings), func(f configs.Finding) bool { return f.Severity != configs.SeverityError })
	s, compiled := compile(docs)
	for _, f := range compiled {
		if !slices.ContainsFunc(unread, func(u configs.Finding) bool { return u.File == f.File && u.Line == f.Line }) {
			findings = append(findings, f)
		}
	}
	if len(s.rules) == 0 && !configs.HasErrors(findings) && len(sources) > 0 {
		findings = append(findings, configs.Position{File: sources[0].name}.Warnf("一条规则也没有，没有固定处室的来信都要由电子政务室分办"))
	}
	configs.SortFindings(findings)
	s.version, s.sources = digest(sources), sources
	if own, err := builtinSources(); err == nil {
		s.builtin = s.version == digest(own)
	}
	return s, findings
}

// digest is the SHA-256 of the files' names and contents.
func digest(sources []source) string {
	h := sha256.New()
	for _, src := range sources {
		fmt.Fprintf(h, "%s\x00%d\x00", src.base, len(src.data))
		h.Write(src.data)
	}
	return hex.EncodeToString(h.Sum(nil))
}
