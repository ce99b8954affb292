package plot

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// SVG is the plot as an element to stand in a page. It has no style of its own
// beyond attributes, no script and no reference to anything, and scales to the
// width that it is given; its labels are made for the width named.
func (p Plot) SVG(width int) string {
	s := p.layout(float64(width))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="100%%" role="img" aria-label="%s">`, number(s.width), number(s.height), escaped(p.Describe()))
	for _, r := range s.rects {
		fmt.Fprintf(&b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, number(r.x), number(r.y), number(r.w), number(r.h), r.colour)
	}
	b.WriteByte('\n')
	for _, t := range s.texts {
		anchor := ""
		if t.anchor != "start" {
			anchor = ` text-anchor="` + t.anchor + `"`
		}
		fmt.Fprintf(&b, `<text x="%s" y="%s" font-size="%s" fill="%s"%s>%s</text>`, number(t.x), number(t.y), number(t.size), t.colour, anchor, escaped(t.text))
	}
	b.WriteString("</svg>")
	return b.String()
}

// number is a coordinate to a tenth.
func number(f float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

// escaped is a text fit for an element or an attribute.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}
