// Package rules decides which division a letter belongs to, and says why.
//
// Rules are data that a clerk can read and a reviewer can diff: YAML files with
// an id, a name, conditions and a verdict per rule, shared word lists, and the
// set's own tests. The package loads and checks them, compiles all words of all
// rules into one automaton, classifies a letter in one pass over its folded
// text, and explains the outcome.
//
// A letter reaches the package as a Text, its fields by name; the package must
// not know how mail is read, where cases are kept, or who the people are. It
// reads files only in Load. Working time is asked of the caller, since only the
// caller has the office's calendar.
//
// # How conditions are read
//
// Words are compared after folding (package fold): NFKC, small letters,
// simplified characters, no white space, nothing invisible. A word matches
// wherever it stands, also inside another word; a condition that needs word
// boundaries is a regular expression.
//
// `text` means the subject, the body and the text of readable attachments; the
// words of one `text` condition may stand in different ones of them. `$name`
// stands for the words of a lexicon, any of which will do; in `all` each entry,
// a lexicon as well, must be found. `near: N` asks that the words of `all` (and
// one of `any`, when both are given) stand in one field with at most N folded
// characters between the first that ends and the last that begins. `none` and
// `not` hold when not one of their words or conditions does.
//
// A regular expression (RE2) sees the folded text too, and its own characters
// are folded likewise, so '變壓器|電表' finds 电表 and [A-Z]{2} finds "AB". Where
// the expression itself asks for white space, word boundaries or lines (a blank,
// \s, \b, (?m)^), it sees the text with its white space kept.
//
// # What is learned
//
// Where no rule decides, a Model learned from finished letters may propose a
// division. It is a linear classifier that can say which pieces of the text made
// it think so, how sure it is, and from which confidence on it keeps a promised
// precision, all found by cross-validation in Learn. Propose joins it to a
// verdict; it never overrules a rule and never decides confidentiality.
//
// Past letters serve rules too: Backtest says what a set of rules would have
// done with them, Suggest makes rules of what reassignments teach, and LintWith
// finds what cannot be proved from the rules alone.
package rules
