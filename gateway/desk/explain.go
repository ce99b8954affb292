package desk

import (
	"time"

	"xinfangd/rules"
)

// Explain says what the rules make of a letter that came to a box, and why. They
// are asked exactly as for a letter that is registered.
func (s Settings) Explain(file, mailbox string, raw []byte, arrived time.Time) rules.Explanation {
	l := s.parse(raw)
	t, c := s.question(s.box(mailbox), l, int64(len(raw)), s.form(mailbox, l), arrived)
	return s.Rules.Explain(file, t, c)
}
