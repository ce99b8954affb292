package configs

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says whether a finding keeps the daemon from starting.
type Severity string

// The severities: an error makes a configuration unusable, a warning does not.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is one complaint about a file, at the place a person has to look at.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

// String prints the finding as FILE:LINE:COLUMN: message.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// HasErrors reports whether any finding is an error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// SortFindings orders findings by file, line and column, and keeps the order of
// those at one place.
func SortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Position is a place in a file; lines and columns count from 1, columns count
// characters. The zero Position is a place unknown.
type Position struct {
	File   string
	Line   int
	Column int
}

// Errorf returns an error at the position.
func (p Position) Errorf(format string, args ...any) Finding {
	return p.finding(SeverityError, format, args)
}

// Warnf returns a warning at the position.
func (p Position) Warnf(format string, args ...any) Finding {
	return p.finding(SeverityWarning, format, args)
}

func (p Position) finding(s Severity, format string, args []any) Finding {
	return Finding{File: p.File, Line: max(p.Line, 1), Column: max(p.Column, 1), Severity: s, Message: fmt.Sprintf(format, args...)}
}
