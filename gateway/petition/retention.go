package petition

import "time"

// Keep is how long a finished case is kept; the zero value is for ever.
type Keep struct{ Years, Days int }

// Forever reports whether the period never ends.
func (k Keep) Forever() bool { return k == Keep{} }

// Keys of a retention table that are no category.
const (
	RetentionDefault      = "default"
	RetentionConfidential = "confidential"
)

// Kept is how long a case is kept: by its category, else, for a confidential
// one, by that, else by the default; for ever where the table says nothing.
func (p Policy) Kept(c Case) Keep {
	keys := []string{c.Category, RetentionDefault}
	if c.Confidential {
		keys = []string{RetentionConfidential, c.Category, RetentionDefault}
	}
	for _, key := range keys {
		if keep, ok := p.Retention[key]; ok && key != "" {
			return keep
		}
	}
	return Keep{}
}

// KeptUntil is when the retention of a finished case ends; false for never.
// A period of years begins with the year after the one the case was closed in,
// as archives count.
func (p Policy) KeptUntil(c Case) (time.Time, bool) {
	keep := p.Kept(c)
	end := c.Closed
	if end.IsZero() {
		end = c.Arrived // an older letter, imported when it was long dealt with
	}
	if keep.Forever() || end.IsZero() {
		return time.Time{}, false
	}
	closed := end.In(p.Calendar.Location())
	if keep.Years == 0 {
		return closed.AddDate(0, 0, keep.Days), true
	}
	return time.Date(closed.Year()+1+keep.Years, time.January, 1, 0, 0, 0, 0, closed.Location()).AddDate(0, 0, keep.Days), true
}

// RunOut reports whether a case may be erased: it is archived, not published,
// and its retention has ended.
func (p Policy) RunOut(c Case, now time.Time) bool {
	until, ends := p.KeptUntil(c)
	return ends && !now.Before(until) && !c.ArchivedAt.IsZero() && c.Erased.IsZero() && !c.Published
}

// erased takes the citizen out of a case whose retention has ended, on the word
// of a person. That the case was, when and by whom it was handled stays.
func (s *step) erased() error {
	c := &s.c
	switch {
	case !c.Erased.IsZero():
		return s.refuse("该信件已经销毁")
	case s.e.Actor.Name == "" || s.e.Text == "":
		return s.refuse("销毁须写明经办人和理由")
	case c.ArchivedAt.IsZero():
		return s.refuse("该信件尚未归档，不能销毁")
	case c.Published:
		return s.refuse("该信件的问答仍在公开，请先撤下")
	}
	if !s.p.RunOut(*c, s.now) {
		if until, ends := s.p.KeptUntil(*c); ends {
			return s.refuse("保管期限到" + date(until, s.p) + "才满，不能销毁")
		}
		return s.refuse("该信件永久保管，不能销毁")
	}
	c.Sender, c.Name, c.Phone, c.Subject, c.TriageWhy, c.MessageID = "", "", "", "", "", ""
	for i := range c.Drafts {
		c.Drafts[i].Attachments = nil
	}
	c.Erased, c.ErasedBy = s.now, s.e.Actor.Name
	s.emit(Stop{}, Void{})
	return nil
}
