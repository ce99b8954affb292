package rules

import (
	"errors"

	"xinfangd/configs"
)

// Names are the names that rules may use, for Check.
type Names struct {
	// Divisions and Mailboxes are ids.
	Divisions, Mailboxes []string
	// People are the addresses of everybody in the roster.
	People []string
}

// TestResult is the outcome of one of the rule set's own tests.
type TestResult struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Rule is the rule the test is about: the expected one, else the one that decided.
	Rule string `json:"rule"`
	OK   bool   `json:"ok"`
	// Expected and Got hold the fields that the test names; lists are joined
	// with a comma and a blank.
	Expected map[string]string `json:"expected"`
	Got      map[string]string `json:"got"`
}

// Set is a loaded set of rules. It never changes and may be used by several
// goroutines at once.
type Set struct {
	version string
}

// Load reads the rule files of path, a directory with *.yaml files or one file.
// It returns every complaint at once; the set is nil when one is an error.
func Load(path string) (*Set, []configs.Finding) {
	return nil, []configs.Finding{configs.Position{File: path}.Errorf("%s", errors.ErrUnsupported)}
}

// Builtin returns the rules that come with the program, for an office without
// rule files of its own.
func Builtin() (*Set, []configs.Finding) { return Load("") }

// Version returns the digest of the rule files (hex SHA-256).
func (s *Set) Version() string { return s.version }

// Check compares the names in the rules with those of the configuration and
// returns what does not exist there.
func (s *Set) Check(names Names) []configs.Finding { return nil }

// Classify returns the verdict on a letter.
func (s *Set) Classify(t Text, c Context) Verdict {
	return Verdict{DecidedBy: ByNone, Version: s.version}
}

// Explain is Classify together with the rules that nearly hit; file names the
// letter.
func (s *Set) Explain(file string, t Text, c Context) Explanation {
	return Explanation{File: file, Verdict: s.Classify(t, c)}
}

// Test runs the tests that stand beside the rules.
func (s *Set) Test() []TestResult { return nil }

// Lint returns what is legal but hardly meant: rules without a test, rules that
// can never decide.
func (s *Set) Lint() []configs.Finding { return nil }
