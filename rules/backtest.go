package rules

import "iter"

// PastLetter is a letter of the register with what became of it.
type PastLetter struct {
	// Number is the case's.
	Number  string
	Text    Text
	Context Context
	// From is the division that the letter was first sent to, Final the one that
	// handled the case in the end; empty while nobody has.
	From, Final string
}

// BacktestResult is what a set of rules would have done with past letters, in
// the shape of `rules backtest --json` (spec system section 9).
type BacktestResult struct {
	N int `json:"n"`
	// Moved are the letters that the rules would send elsewhere than they were sent.
	Moved []Move `json:"moved"`
	// PerDivision compares with where cases were finally handled.
	PerDivision map[string]DivisionScore `json:"per_division"`
	// Fixed letters would come to the division that handled them and did not;
	// broken ones did and would not.
	Fixed  int `json:"fixed"`
	Broken int `json:"broken"`
}

// Move is a letter that the rules would send elsewhere. To is empty when no rule
// decides, Rule when none did.
type Move struct {
	Number string `json:"number"`
	From   string `json:"from"`
	To     string `json:"to"`
	Final  string `json:"final"`
	Rule   string `json:"rule"`
}

// DivisionScore is how well the rules find the letters of one division.
type DivisionScore struct {
	// Precision is the share, of the letters that the rules send to the division,
	// of those that it handled; Recall the share, of those that it handled, of
	// those that the rules send to it.
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	// N is the number of letters that the division handled.
	N int `json:"n"`
}

// Backtest replays letters under the rules. Letters whose case is not finished
// may move, but count for no division.
func (s *Set) Backtest(letters iter.Seq[PastLetter]) BacktestResult {
	r := BacktestResult{Moved: []Move{}, PerDivision: make(map[string]DivisionScore)}
	type count struct{ handled, sent, right int }
	counts := make(map[string]*count)
	at := func(division string) *count {
		if counts[division] == nil {
			counts[division] = new(count)
		}
		return counts[division]
	}
	for l := range letters {
		r.N++
		v := s.Classify(l.Text, l.Context)
		if v.Division != l.From {
			r.Moved = append(r.Moved, Move{Number: l.Number, From: l.From, To: v.Division, Final: l.Final, Rule: v.Rule})
		}
		if l.Final == "" {
			continue
		}
		at(l.Final).handled++
		if v.Division != "" {
			at(v.Division).sent++
		}
		switch {
		case v.Division == l.Final:
			at(l.Final).right++
			if l.From != l.Final {
				r.Fixed++
			}
		case l.From == l.Final:
			r.Broken++
		}
	}
	for division, c := range counts {
		r.PerDivision[division] = DivisionScore{
			Precision: share(c.right, c.sent), Recall: share(c.right, c.handled), N: c.handled,
		}
	}
	return r
}
