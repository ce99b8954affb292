package plot

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// scale is how many pixels of a PNG make a CSS pixel, so that it is sharp on
// good screens and on paper.
const scale = 2

// PNG draws the plot for a mail with a font: it is Mail wide and height high, in
// CSS pixels.
func (p Plot) PNG(f *Font) (data []byte, height int, err error) {
	outlines, err := f.outlines()
	if err != nil {
		return nil, 0, fmt.Errorf("draw plot: %w", err)
	}
	s := p.layout(Mail)
	height = int(math.Ceil(s.height))
	full := image.NewRGBA(image.Rect(0, 0, int(s.width)*scale, height*scale))
	draw.Draw(full, full.Bounds(), image.White, image.Point{}, draw.Src)
	for _, r := range s.rects {
		box := image.Rect(pixel(r.x), pixel(r.y), max(pixel(r.x+r.w), pixel(r.x)+1), max(pixel(r.y+r.h), pixel(r.y)+1))
		draw.Draw(full, box, image.NewUniform(rgb(r.colour)), image.Point{}, draw.Src)
	}
	faces := map[float64]*face{}
	for _, t := range s.texts {
		face := faces[t.size]
		if face == nil {
			if face, err = outlines.face(t.size * scale); err != nil {
				return nil, 0, fmt.Errorf("draw plot: %w", err)
			}
			faces[t.size] = face
		}
		d := font.Drawer{Dst: full, Src: image.NewUniform(rgb(t.colour)), Face: face}
		x := fixed.Int26_6(t.x * scale * 64)
		switch t.anchor {
		case "middle":
			x -= d.MeasureString(t.text) / 2
		case "end":
			x -= d.MeasureString(t.text)
		}
		d.Dot = fixed.Point26_6{X: max(x, 0), Y: fixed.Int26_6(t.y * scale * 64)}
		d.DrawString(t.text)
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, reduce(full, s)); err != nil {
		return nil, 0, fmt.Errorf("draw plot: %w", err)
	}
	return b.Bytes(), height, nil
}

func pixel(f float64) int { return int(math.Round(f * scale)) }

// rgb reads #rrggbb, which all colours of a scene are.
func rgb(colour string) color.RGBA {
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return color.RGBA{A: 0xff}
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}

// shades is how many steps the edges of letters have.
const shades = 14

// reduce brings a picture to a palette: the scene's few colours and their
// shades towards white are all that it has, and the file is a third as long.
func reduce(full *image.RGBA, s scene) *image.Paletted {
	palette, known := color.Palette{color.White}, map[string]bool{}
	add := func(colour string, steps int) {
		if known[colour] {
			return
		}
		known[colour] = true
		c := rgb(colour)
		for i := 1; i <= steps; i++ {
			blend := func(v uint8) uint8 { return uint8(255 - (255-int(v))*i/steps) }
			palette = append(palette, color.RGBA{blend(c.R), blend(c.G), blend(c.B), 0xff})
		}
	}
	for _, t := range s.texts {
		add(t.colour, shades)
	}
	for _, r := range s.rects {
		add(r.colour, 1)
	}
	small := image.NewPaletted(full.Bounds(), palette)
	nearest := map[color.RGBA]uint8{}
	for i := range small.Pix {
		c := color.RGBA{full.Pix[4*i], full.Pix[4*i+1], full.Pix[4*i+2], full.Pix[4*i+3]}
		index, ok := nearest[c]
		if !ok {
			index = uint8(palette.Index(c)) // the palette has far less than 256 colours
			nearest[c] = index
		}
		small.Pix[i] = index
	}
	return small
}
