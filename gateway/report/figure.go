package report

import (
	"math"
	"slices"
	"time"

	"xinfangd/gateway/petition"
)

// Cases is a figure together with what is behind it: its value is its length.
// A case stands in it once for every time that it counts.
type Cases []petition.Number

// N is the figure.
func (c Cases) N() int { return len(c) }

// Sorted lists the cases in the order of their numbers.
func (c Cases) Sorted() Cases {
	sorted := slices.Clone(c)
	slices.Sort(sorted)
	return sorted
}

// Spent is the working time from a dispatch to the opinion on it.
type Spent struct {
	Case petition.Number
	Time time.Duration
}

// Work is what a division, or one person, did in a period.
type Work struct {
	// Received are the cases that were dispatched to the division in the
	// period, each once; of a person, those that the person signed for.
	Received Cases
	// Answered are the dispatches whose first opinion came in the period, and
	// OnTime those of them whose opinion was not later than the deadline that
	// held then. What is handed in again after a sending back is not counted
	// again: SentBack counts it.
	Answered Cases
	OnTime   Cases
	// Spent has one element for each of Answered.
	Spent []Spent
	// Returned are the returns (退回), SentBack the drafts that approvers did
	// not accept (退回重办).
	Returned Cases
	SentBack Cases
	// Ratings are the citizens' words on answered cases, by word.
	Ratings map[string]Cases
	// Chases are the reminders, by the keys of ChaseKeys.
	Chases map[string]Cases
}

// Rate is the share of answers on time; false when nothing was answered.
func (w Work) Rate() (float64, bool) {
	if len(w.Answered) == 0 {
		return 0, false
	}
	return float64(len(w.OnTime)) / float64(len(w.Answered)), true
}

// Median is the median of the working hours that opinions took: of an even
// number the mean of the two in the middle. False when there are none.
func (w Work) Median() (hours float64, ok bool) {
	sorted := w.hours()
	n := len(sorted)
	if n == 0 {
		return 0, false
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, true
}

// P90 is the 90th percentile of the working hours that opinions took, by
// nearest rank: the smallest value that nine tenths do not exceed.
func (w Work) P90() (hours float64, ok bool) {
	sorted := w.hours()
	n := len(sorted)
	if n == 0 {
		return 0, false
	}
	return sorted[(n*9+9)/10-1], true
}

func (w Work) hours() []float64 {
	hours := make([]float64, 0, len(w.Spent))
	for _, s := range w.Spent {
		hours = append(hours, s.Time.Hours())
	}
	slices.Sort(hours)
	return hours
}

// RoundHours cuts hours to the hundredths that reports show.
func RoundHours(hours float64) float64 { return math.Round(hours*100) / 100 }

func (w *Work) rate(word string, n petition.Number) {
	if w.Ratings == nil {
		w.Ratings = map[string]Cases{}
	}
	w.Ratings[word] = append(w.Ratings[word], n)
}

func (w *Work) chase(key string, n petition.Number) {
	if w.Chases == nil {
		w.Chases = map[string]Cases{}
	}
	w.Chases[key] = append(w.Chases[key], n)
}

func (w *Work) answer(n petition.Number, spent time.Duration, onTime bool) {
	w.Answered = append(w.Answered, n)
	w.Spent = append(w.Spent, Spent{n, spent})
	if onTime {
		w.OnTime = append(w.OnTime, n)
	}
}
