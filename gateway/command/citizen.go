package command

import (
	"strings"

	"xinfangd/gateway/petition"
)

// citizenArguments reads what stands behind a citizen's verb. A citizen's mail
// that is no clear command is a letter, never an error: a petition that opens
// with 查询 must not be lost in a transcript.
func (r *reader) citizenArguments(it *item, c *cursor) outcome {
	cmd := &it.command
	if len(it.entry.Args) == 0 || c.glued {
		r.shown(cmd, c)
	} else if trial := *c; trial.showsCode() {
		r.shown(cmd, c)
	}
	rated := it.entry.Verb == Satisfied || it.entry.Verb == FairSatisfied || it.entry.Verb == Dissatisfied
	if rated {
		cmd.Rating = it.entry.Word
	}
	if c.done() {
		return accepted
	}
	found := cmd.Number != "" || cmd.QueryCode != ""
	if c.glued && !found && (!rated || !strings.ContainsRune(",.。!;", c.rest.runes[0])) {
		return ordinary
	}
	if len(it.entry.Args) == 0 && !found {
		return ordinary
	}
	c.rest = c.rest.trimLeft(func(r rune) bool { return isListMark(r) || strings.ContainsRune(".。!", r) })
	it.take(c.text())
	return accepted
}

// showsCode says whether a number and a query code come next, and not an
// opinion that begins with a figure.
func (c *cursor) showsCode() bool {
	word, after := c.token(",;")
	if codeLabel.MatchString(word) || queryToken.MatchString(word) {
		return true
	}
	if !numberToken.MatchString(word) {
		return false
	}
	next := &cursor{rest: after.trimLeft(isListMark)}
	second, _ := next.token(",;")
	return strings.Contains(word, "-") || queryToken.MatchString(second) || codeLabel.MatchString(second)
}

// shown reads a registration number and a query code in either order.
func (r *reader) shown(cmd *Command, c *cursor) {
	for {
		word, after := c.token(",;")
		if codeLabel.MatchString(word) {
			next := &cursor{rest: after}
			word, after = next.token(",;")
		}
		switch m := numberToken.FindStringSubmatch(word); {
		case cmd.QueryCode == "" && queryToken.MatchString(word):
			cmd.QueryCode = queryToken.FindStringSubmatch(word)[1]
		case cmd.Number == "" && m != nil:
			n, ok := petition.ParseNumber(m[1], r.opts.Prefix, r.opts.Year)
			if !ok {
				return
			}
			cmd.Number = n
		default:
			return
		}
		c.rest = after.trimLeft(isListMark)
	}
}
