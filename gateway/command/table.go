package command

import "xinfangd/gateway/petition"

// Entry is a row of the table of verbs.
type Entry struct {
	Verb Verb
	// Word is the verb as the manual writes it, Also its other words.
	Word string
	Also []string
	// Roles may use it; Matters are the matters whose reply codes carry it,
	// none for verbs that need no code of a certain matter.
	Roles   []petition.Role
	Matters []petition.Matter
	// Reading verbs only read.
	Reading bool
	// Deciding verbs take no text below them and are not executed when there is some.
	Deciding bool
	Body     BodyUse
	// Usage shows the whole line in Chinese, Help says what it does.
	Usage string
	Help  string
}

// Lookup is the table's row of a verb.
func Lookup(v Verb) (Entry, bool) { return Entry{}, false }

// Entries lists the verbs that any of the roles may use, in the table's order.
func Entries(roles ...petition.Role) []Entry { return nil }

// Manual is the list of a role's commands as text, for the help mail and the manual.
func Manual(role petition.Role) string { return "" }
