package command

import (
	"slices"
	"strings"

	"xinfangd/gateway/petition"
)

// listMarks separate the divisions of a list.
const listMarks = ",、;，；"

func isListMark(r rune) bool { return r == ' ' || r == ':' || strings.ContainsRune(listMarks, r) }

// maxCandidates bounds the names that one problem lists.
const maxCandidates = 40

// names are the roster's divisions, folded as the text is.
type names []divisionName

type divisionName struct {
	id, name string
	folded   []string // id, full name, short names
}

func newNames(r petition.Roster) names {
	var all names
	for _, d := range r.Divisions {
		n := divisionName{id: d.ID, name: d.Name, folded: []string{strings.ToLower(foldString(d.ID)), strings.ToLower(foldString(d.Name))}}
		for _, s := range d.Short {
			n.folded = append(n.folded, strings.ToLower(foldString(s)))
		}
		all = append(all, n)
	}
	return all
}

// exact are the ids of the divisions whose id, name or short name the word is.
func (all names) exact(word string) []string {
	word = strings.ToLower(strings.TrimSpace(word))
	var ids []string
	for _, n := range all {
		if word != "" && slices.Contains(n.folded, word) {
			ids = append(ids, n.id)
		}
	}
	return ids
}

// near are the divisions whose full name contains the word.
func (all names) near(word string) names {
	word = strings.ToLower(strings.TrimSpace(word))
	var found names
	for _, n := range all {
		if word != "" && strings.Contains(n.folded[1], word) {
			found = append(found, n)
		}
	}
	return found
}

// resolve finds the one division that a word means, as petition.FindDivision
// does: exact words decide, a part of one name is good enough. Otherwise it
// tells the problem.
func (all names) resolve(word string) (string, outcome) {
	exact := all.exact(word)
	if len(exact) == 1 {
		return exact[0], accepted
	}
	candidates := all.near(word)
	if len(exact) > 1 {
		candidates = slices.DeleteFunc(slices.Clone(all), func(n divisionName) bool { return !slices.Contains(exact, n.id) })
	}
	switch len(candidates) {
	case 1:
		return candidates[0].id, accepted
	case 0:
		return "", refused(UnknownDivision, "没有名为“"+shortened(word)+"”的处室，没有执行。可写的处室见后。", all.list()...)
	}
	return "", refused(AmbiguousDivision, "“"+shortened(word)+"”可以指几个处室，没有执行。请写全称。", candidates.list()...)
}

func (all names) list() []string {
	var list []string
	for _, n := range all {
		if len(list) == maxCandidates {
			break
		}
		list = append(list, n.name)
	}
	return list
}

// divisions reads one division or a list. Behind a list mark a division must
// follow; behind a blank one may, by its exact name.
func (r *reader) divisions(it *item, many bool, c *cursor) outcome {
	word, after := c.token(listMarks)
	if word == "" {
		return refused(Missing, "没有写明处室，没有执行。写法：“"+it.entry.Usage+"”。", r.names.list()...)
	}
	id, out := r.names.resolve(word)
	if out.verdict != isCommand {
		return out
	}
	it.command.Divisions = []string{id}
	for many {
		listed := marked(after)
		next := &cursor{rest: after.trimLeft(isListMark)}
		word, beyond := next.token(listMarks)
		exact := r.names.exact(word)
		if word == "" || !listed && len(exact) != 1 {
			break
		}
		if period := (&cursor{rest: next.rest}); listed && len(exact) == 0 {
			// A comma may also stand before the time limit.
			if _, ok := period.days(true); ok {
				break
			}
		}
		id, out := r.names.resolve(word)
		if out.verdict != isCommand {
			return out
		}
		if !slices.Contains(it.command.Divisions, id) {
			it.command.Divisions = append(it.command.Divisions, id)
		}
		after = beyond
	}
	c.rest = after.trimLeft(isListMark)
	return accepted
}

// marked says whether a list mark comes next.
func marked(l line) bool {
	l = l.trimLeft(isSpace)
	return len(l.runes) > 0 && strings.ContainsRune(listMarks, l.runes[0])
}
