package desk

import (
	"time"

	"xinfangd/rules"
)

// Explain says what the rules make of a letter that came to a box, and why, and
// where none decides what the model m, which may be nil, proposes. Both are asked
// exactly as for a letter that is registered.
func (s Settings) Explain(file, mailbox string, raw []byte, arrived time.Time, m *rules.Model) rules.Explanation {
	l := s.parse(raw)
	t, c := s.question(s.box(mailbox), l, int64(len(raw)), s.form(mailbox, l), s.office(arrived))
	e := s.Rules.Explain(file, t, c)
	if s.Learned == LearnedSuggest || s.Learned == LearnedDispatch {
		e.Verdict, _ = s.Rules.Propose(e.Verdict, m, t)
	}
	return e
}
