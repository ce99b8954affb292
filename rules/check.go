package rules

import (
	"slices"
	"strings"

	"xinfangd/configs"
)

// Names are the names that rules may use, for Check.
type Names struct {
	// Divisions and Mailboxes are ids.
	Divisions, Mailboxes []string
	// Fixed are the divisions of boxes that have one of their own, by box.
	Fixed map[string]string
	// People are the addresses of everybody in the roster.
	People []string
	// Vacant are the roles of notify in which the roster has nobody.
	Vacant []string
}

// roles are the words that `notify` may use besides addresses.
func roles() []string {
	return []string{"liaison", "head", "office", "duty", "deputy", "principal", "centre"}
}

// checker gathers findings about names.
type checker struct {
	names    Names
	builtin  bool
	findings []configs.Finding
	missing  []string // divisions that the built-in rules name in vain
}

// Check compares the names in the rules with those of the configuration and
// returns what does not exist there. The built-in rules may name divisions that
// an office does not have: Restrict makes them do without, and that is a warning.
func (s *Set) Check(names Names) []configs.Finding {
	c := &checker{names: names, builtin: s.builtin}
	for _, d := range s.docs {
		for i := range d.Rules {
			c.rule(&d.Rules[i])
		}
		for i := range d.Tests {
			c.test(&d.Tests[i])
		}
	}
	if len(c.missing) > 0 {
		at := s.docs[0].At()
		at.Line, at.Column = 1, 1
		c.findings = append(c.findings, at.Warnf("内置规则涉及名册中没有的处室 %s，指向它们的规则不起作用", strings.Join(c.missing, "、")))
	}
	configs.SortFindings(c.findings)
	return c.findings
}

func (c *checker) rule(r *ruleDoc) {
	t := &r.Then
	if t.Division != "" {
		c.division(t.Division, t.At("division"))
	}
	for i, d := range t.Assist {
		c.division(d, t.At("assist", i))
	}
	for i, d := range t.Accuses {
		c.division(d, t.At("accuses", i))
	}
	for i, name := range t.Recuse {
		if strings.Contains(name, "@") {
			c.person(name, t.At("recuse", i))
			continue
		}
		c.division(name, t.At("recuse", i))
	}
	for i, name := range t.Notify {
		switch {
		case name == "":
			c.errorf(t.At("notify", i), "notify 里的这一项为空，请写上地址或角色，或删去这一项")
		case strings.Contains(name, "@"):
			c.person(name, t.At("notify", i))
		case !slices.Contains(roles(), name):
			c.errorf(t.At("notify", i), "notify 里的 %s 既不是地址也不是角色（%s）%s", name, strings.Join(roles(), "、"), suggest(name, roles()))
		case slices.Contains(c.names.Vacant, name) && !c.builtin:
			c.findings = append(c.findings, t.At("notify", i).Warnf("名册中没有 %s，notify 里的这一项告知不到任何人", name))
		}
	}
	c.condition(&r.When)
}

func (c *checker) errorf(at configs.Position, format string, args ...any) {
	c.findings = append(c.findings, at.Errorf(format, args...))
}

func (c *checker) division(id string, at configs.Position) {
	if slices.Contains(c.names.Divisions, id) {
		return
	}
	if id == "" {
		c.errorf(at, "处室为空，请写上标识，或删去这一项")
		return
	}
	if c.builtin {
		c.missing = appendNew(c.missing, id)
		return
	}
	c.errorf(at, "没有处室 %s%s", id, suggest(id, c.names.Divisions))
}

func (c *checker) person(address string, at configs.Position) {
	if !slices.ContainsFunc(c.names.People, func(p string) bool { return strings.EqualFold(p, address) }) {
		c.errorf(at, "名册中没有 %s%s", address, suggest(address, c.names.People))
	}
}

// condition checks the boxes that conditions name.
func (c *checker) condition(d *conditionDoc) {
	for _, t := range d.tests {
		if t.key != "mailbox" {
			continue
		}
		for _, box := range t.names {
			c.mailbox(box.text, box.at)
		}
	}
	for _, group := range [][]conditionDoc{d.any, d.all, d.not} {
		for i := range group {
			c.condition(&group[i])
		}
	}
}

func (c *checker) mailbox(id string, at configs.Position) {
	// The built-in rules name the boxes of the sample configuration; a rule about
	// a box that does not exist simply never holds. An empty name was reported.
	if c.builtin || id == "" || slices.Contains(c.names.Mailboxes, id) {
		return
	}
	c.errorf(at, "没有信箱 %s%s", id, suggest(id, c.names.Mailboxes))
}

// test checks what a test expects; a division that does not exist can never be
// the outcome.
func (c *checker) test(t *testDoc) {
	if c.builtin {
		return
	}
	if d := t.Expect.Division; d != "" && d != "none" {
		c.division(d, t.Expect.At("division"))
	}
	for i, d := range t.Expect.Assist {
		c.division(d, t.Expect.At("assist", i))
	}
	if t.Letter.Mailbox != "" {
		c.mailbox(t.Letter.Mailbox, t.Letter.At("mailbox"))
	}
}
