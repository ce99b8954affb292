// Package configs understands the daemon's configuration: its schema, a strict
// YAML decoder whose every complaint has a file, a line and a column, and the
// checks that need the whole file at once (references, roster, calendar).
//
// Data enters by Load (the configuration) or Decode (any other YAML of the
// office, such as rule files) and leaves as a value and a list of findings;
// nothing here logs, dials or keeps state. The package knows the calendar and
// the domain types it converts to, and must not know stores, mail or rules.
// Findings are read by the office's administrators and are therefore Chinese.
package configs
