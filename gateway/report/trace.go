package report

import (
	"slices"

	"xinfangd/gateway/petition"
)

// Figure is one figure with its name in JSON, its name in the words of the
// office, and the cases behind it.
type Figure struct {
	Key   string
	Name  string
	Cases Cases
}

// Figures are all figures of some work that count cases. The medians come from
// Spent, whose cases are those of answered.
func (w Work) Figures() []Figure {
	figures := []Figure{
		{"received", "收件", w.Received}, {"answered", "提交", w.Answered}, {"on_time", "按期", w.OnTime},
		{"returned", "退回", w.Returned}, {"sent_back", "重办", w.SentBack},
	}
	words := petition.Ratings()
	for word := range w.Ratings {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words[len(petition.Ratings()):])
	for _, word := range words {
		if cases := w.Ratings[word]; len(cases) > 0 {
			figures = append(figures, Figure{"ratings." + word, "评价：" + word, cases})
		}
	}
	for _, key := range ChaseKeys(w) {
		figures = append(figures, Figure{"chases." + key, ChaseName(key), w.Chases[key]})
	}
	return figures
}

// Figures are the figures of the division: those of its work, and what it only
// assisted in.
func (d Division) Figures() []Figure {
	return slices.Insert(d.Work.Figures(), 1, Figure{"assisted", "其中协办", d.Assisted})
}

// Figures are the figures of the person: those of the work, and every act.
func (p Person) Figures() []Figure {
	figures := p.Work.Figures()
	for _, kind := range petition.EventKinds() {
		if cases := p.Acts[kind]; len(cases) > 0 {
			figures = append(figures, Figure{"acts." + string(kind), "经办：" + petition.EventName(kind), cases})
		}
	}
	return figures
}

// Figures are the figures of the whole office.
func (a Assessment) Figures() []Figure {
	return []Figure{
		{"arrived", "来信", a.Arrived}, {"accepted", "受理", a.Accepted}, {"answered", "答复来信人", a.Answered},
		{"refused", "不予受理或转送", a.Refused}, {"closed", "办结", a.Closed},
	}
}
