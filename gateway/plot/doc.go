// Package plot draws small plots of counts: bars by name, or columns over time.
// The same drawing comes out as SVG for pages, where the reader's own fonts
// write the labels, and as PNG for mails, which needs a font file with Chinese
// characters. It knows nothing of the office, only of names and numbers.
//
// A plot does not mislead: axes begin at 0, every bar bears its number, series
// differ in lightness and place and not in hue alone, so that they survive a
// grey printer and colour-blind eyes.
package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Plot is what is to be drawn. The zero value is an empty plot.
type Plot struct {
	// Title says what is shown; it is told to readers who cannot see it, and is
	// not drawn: the page or mail has it as a heading.
	Title string
	// Unit is what is counted, e.g. 件.
	Unit   string
	Labels []string
	Series []Series
	// Upright draws columns over time in the place of bars by name.
	Upright bool
}

// Series is one value for each label. Series of one track are stacked on each
// other; tracks lie side by side.
type Series struct {
	Name   string
	Track  int
	Values []int
}

// Empty reports whether there is nothing to be seen.
func (p Plot) Empty() bool { return len(p.Labels) == 0 || len(p.Series) == 0 || p.most() == 0 }

// Colour is the colour of the n-th series as #rrggbb. Each stands out from
// white by 3:1 at least (WCAG 2.1 section 1.4.11); the three differ in lightness.
func Colour(n int) string {
	colours := []string{"#5f92c6", "#173f63", "#c96a00", "#6b7680"}
	return colours[n%len(colours)]
}

// tracks is how many tracks there are.
func (p Plot) tracks() int {
	n := 0
	for _, s := range p.Series {
		n = max(n, s.Track+1)
	}
	return n
}

// at is a series' value, 0 where it has none. A count is never below 0.
func (s Series) at(i int) int {
	if i < len(s.Values) {
		return max(s.Values[i], 0)
	}
	return 0
}

// sum is the height of a track.
func (p Plot) sum(track, i int) int {
	sum := 0
	for _, s := range p.Series {
		if s.Track == track {
			sum += s.at(i)
		}
	}
	return sum
}

// most is the highest track of all.
func (p Plot) most() int {
	most := 0
	for i := range p.Labels {
		for track := range p.tracks() {
			most = max(most, p.sum(track, i))
		}
	}
	return most
}

// value is what a track's end says: one number, or those of its parts.
func (p Plot) value(track, i int) string {
	if p.sum(track, i) == 0 {
		return "0"
	}
	var parts []string
	for _, s := range p.Series {
		if s.Track == track {
			parts = append(parts, fmt.Sprint(s.at(i)))
		}
	}
	return strings.Join(parts, "+")
}

// Describe says in one sentence what is to be seen, for those who cannot.
func (p Plot) Describe() string {
	var sums []string
	for _, s := range p.Series {
		sum := 0
		for i := range p.Labels {
			sum += s.at(i)
		}
		sums = append(sums, fmt.Sprintf("%s共 %d %s", s.Name, sum, p.Unit))
	}
	return p.Title + "：" + strings.Join(sums, "，")
}

// ticks are the marks of an axis from 0 to at least most: round numbers, whole
// ones because counts are.
func ticks(most int) []int {
	if most <= 0 {
		return []int{0, 1}
	}
	step := math.Pow(10, math.Floor(math.Log10(float64(most)/4)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if step*factor*5 >= float64(most) {
			step *= factor
			break
		}
	}
	whole := max(int(step), 1)
	list := []int{0}
	for list[len(list)-1] < most {
		list = append(list, list[len(list)-1]+whole)
	}
	return list
}

// Row is one label with its tracks, for a reader who gets the plot as a table
// with coloured cells.
type Row struct {
	Label  string
	Tracks []Track
}

// Track is a bar of parts; Value is its number in words.
type Track struct {
	Parts []Part
	Value string
	Rest  int // percent that is empty
}

// Part is a coloured cell.
type Part struct {
	Name    string
	Colour  string
	Percent int
}

// Rows are the plot as a table: what goes into a mail when there is no font.
func (p Plot) Rows() []Row {
	marks := ticks(p.most())
	top := marks[len(marks)-1]
	var rows []Row
	for i, label := range p.Labels {
		row := Row{Label: label}
		for track := range p.tracks() {
			t := Track{Value: p.value(track, i), Rest: 100}
			for n, s := range p.Series {
				if v := s.at(i); s.Track == track && v > 0 {
					part := Part{s.Name, Colour(n), min(max(v*100/top, 1), t.Rest)}
					t.Parts, t.Rest = append(t.Parts, part), t.Rest-part.Percent
				}
			}
			row.Tracks = append(row.Tracks, t)
		}
		rows = append(rows, row)
	}
	return rows
}

// Legend names the series with their colours.
func (p Plot) Legend() []Part {
	var parts []Part
	for n, s := range p.Series {
		parts = append(parts, Part{Name: s.Name, Colour: Colour(n)})
	}
	return parts
}

// last tells whether a series is the last of its track.
func (p Plot) last(n int) bool {
	return !slices.ContainsFunc(p.Series[n+1:], func(s Series) bool { return s.Track == p.Series[n].Track })
}
