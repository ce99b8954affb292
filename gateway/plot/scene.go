package plot

import (
	"fmt"
	"unicode/utf8"
)

// The widths of plots in CSS pixels. Labels keep their size, so that a plot made
// for a width can be read at that width.
const (
	// Width is that of a page.
	Width = 592
	// Narrow is that of a page on a phone.
	Narrow = 330
	// Mail is that of a picture in a mail, which cannot tell where it is read: on
	// a phone it shrinks by a quarter, elsewhere it may grow by as much.
	Mail = 440
)

const (
	size   = 13.0 // of the labels
	small  = 12.0 // of axes and values
	colour = "#1f2933"
	muted  = "#4a5560"
	faint  = "#dfe4e9"
	axis   = "#8a949e"
)

// scene is a drawing of rectangles and texts, the same for SVG and PNG.
type scene struct {
	width, height float64
	rects         []rect
	texts         []label
}

type rect struct {
	x, y, w, h float64
	colour     string
}

// label is a text: x is its start, middle or end, y its base line.
type label struct {
	x, y, size float64
	anchor     string
	colour     string
	text       string
}

func (s *scene) rect(x, y, w, h float64, colour string) {
	if w > 0 && h > 0 {
		s.rects = append(s.rects, rect{x, y, w, h, colour})
	}
}

func (s *scene) text(x, y, size float64, anchor, colour, text string) {
	if text != "" {
		s.texts = append(s.texts, label{x, y, size, anchor, colour, text})
	}
}

// advance is about how wide a text is: Han characters are square, the rest is
// not. Both renderers use other fonts, so it errs on the wide side.
func advance(text string, size float64) float64 {
	w := 0.0
	for _, r := range text {
		if r < 0x2e80 {
			w += 0.6 * size
		} else {
			w += size
		}
	}
	return w
}

// fit cuts a text to a width; what is cut is shown by an ellipsis.
func fit(text string, size, width float64) string {
	if advance(text, size) <= width {
		return text
	}
	for text != "" && advance(text, size)+size > width {
		_, n := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-n]
	}
	return text + "…"
}

// layout places everything.
func (p Plot) layout(width float64) scene {
	if p.Upright {
		return p.columns(width)
	}
	return p.bars(width)
}

// legend is drawn above the plot, the unit at its right end.
func (p Plot) legend(s *scene) {
	x := 0.0
	for n, series := range p.Series {
		s.rect(x, 4, 12, 12, Colour(n))
		s.text(x+18, 15, size, "start", colour, series.Name)
		x += 18 + advance(series.Name, size) + 20
	}
	s.text(s.width, 15, small, "end", muted, "单位："+p.Unit)
}

const legendHeight = 30.0

// bars are horizontal: a row for each label, a thin bar for each track.
func (p Plot) bars(width float64) scene {
	const thick, gap, between = 11.0, 2.0, 12.0
	longestLabel := width / 4
	tracks := float64(p.tracks())
	rowHeight := tracks*thick + (tracks-1)*gap + between
	left, right := 0.0, 0.0
	for i, text := range p.Labels {
		left = max(left, min(advance(text, size), longestLabel))
		for track := range p.tracks() {
			right = max(right, advance(p.value(track, i), small))
		}
	}
	left, right = left+10, right+10
	plotHeight := rowHeight * float64(len(p.Labels))
	s := scene{width: width, height: legendHeight + plotHeight + 22}
	p.legend(&s)
	marks := ticks(p.most())
	scale := (width - left - right) / float64(marks[len(marks)-1])
	for _, mark := range marks {
		x := left + float64(mark)*scale
		s.rect(x-0.5, legendHeight-4, 1, plotHeight+4, faint)
		s.text(x, legendHeight+plotHeight+16, small, "middle", muted, fmt.Sprint(mark))
	}
	for i, text := range p.Labels {
		top := legendHeight + float64(i)*rowHeight + between/2
		middle := top + (rowHeight-between)/2
		s.text(left-10, middle+size*0.36, size, "end", colour, fit(text, size, longestLabel))
		for track := range p.tracks() {
			y, x := top+float64(track)*(thick+gap), left
			for n, series := range p.Series {
				if w := float64(series.at(i)) * scale; series.Track == track && w > 0 {
					s.rect(x, y, w-p.notch(n, w), thick, Colour(n))
					x += w
				}
			}
			s.text(x+6, y+thick-1, small, "start", colour, p.value(track, i))
		}
	}
	s.rect(left-0.5, legendHeight-4, 1, plotHeight+4, axis)
	return s
}

// notch is the white line between stacked parts.
func (p Plot) notch(n int, length float64) float64 {
	if p.last(n) || length < 3 {
		return 0
	}
	return 1
}

// columns stand on a time axis.
func (p Plot) columns(width float64) scene {
	const height, bottom = 170.0, 24.0
	marks := ticks(p.most())
	top := marks[len(marks)-1]
	left := advance(fmt.Sprint(top), small) + 10
	base := legendHeight + 14 + height
	s := scene{width: width, height: base + bottom}
	p.legend(&s)
	for _, mark := range marks {
		y := base - float64(mark)*height/float64(top)
		s.rect(left, y-0.5, width-left, 1, faint)
		s.text(left-6, y+4, small, "end", muted, fmt.Sprint(mark))
	}
	slot := (width - left) / float64(max(len(p.Labels), 1))
	tracks := float64(p.tracks())
	thick := min((slot-max(slot*0.25, 2))/tracks, 22)
	widest, numbered := 0.0, true // a number on every column, when there is room for all
	for i, text := range p.Labels {
		widest = max(widest, advance(text, small))
		for track := range p.tracks() {
			numbered = numbered && advance(p.value(track, i), small) <= thick+0.5
		}
	}
	every := 1
	for float64(every)*slot < widest+8 {
		every++
	}
	for i, text := range p.Labels {
		begin := left + float64(i)*slot + (slot-tracks*thick)/2
		if i%every == 0 {
			// The last stays within the picture.
			x := min(left+(float64(i)+0.5)*slot, width-advance(text, small)/2)
			s.text(x, base+17, small, "middle", muted, text)
		}
		for track := range p.tracks() {
			y := base
			for n, series := range p.Series {
				if h := float64(series.at(i)) * height / float64(top); series.Track == track && h > 0 {
					y -= h
					s.rect(begin+float64(track)*thick, y+p.notch(n, h), thick-1, h-p.notch(n, h), Colour(n))
				}
			}
			if numbered && p.sum(track, i) > 0 {
				s.text(begin+(float64(track)+0.5)*thick, y-4, small, "middle", colour, p.value(track, i))
			}
		}
	}
	s.rect(left, base-0.5, width-left, 1, axis)
	return s
}
