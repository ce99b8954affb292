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
	if len(findings) > 0 {
		return nil, findings
	}
	return build(sources)
}

// Inspect returns every complaint about the rule files of path ("" for the
// built-in ones), names that do not exist in the configuration included: a file
// that cannot be used is read on for what else is wrong with it.
func Inspect(path string, names Names) []configs.Finding {
	sources, findings := readSources(path)
	if len(findings) > 0 {
		return findings
	}
	s, findings := draft(sources)
	findings = append(findings, s.Check(names)...)
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
	names := []string{path}
	if info.IsDir() {
		if names, err = yamlFiles(path); err != nil {
			return nil, unreadable(path, err)
		}
	}
	var (
		sources  []source
		findings []configs.Finding
	)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			findings = append(findings, unreadable(name, err)...)
			continue
		}
		sources = append(sources, source{name: name, base: filepath.Base(name), data: data})
	}
	if len(findings) == 0 && len(sources) == 0 {
		findings = []configs.Finding{configs.Position{File: path}.Errorf("目录里没有规则文件（*.yaml）")}
	}
	return sources, findings
}

// yamlFiles lists the rule files of a directory by name.
func yamlFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".yaml" && e.Name()[0] != '.' {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
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
	unread := slices.Clone(findings)
	s, compiled := compile(docs)
	for _, f := range compiled {
		if !slices.ContainsFunc(unread, func(u configs.Finding) bool { return u.File == f.File && u.Line == f.Line }) {
			findings = append(findings, f)
		}
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
