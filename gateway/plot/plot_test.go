package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func divisions(n int) Plot {
	p := Plot{Title: "各处室收件与提交", Unit: "件", Series: []Series{{Name: "收件"}, {Name: "按期提交", Track: 1}, {Name: "逾期提交", Track: 1}}}
	for i := range n {
		p.Labels = append(p.Labels, fmt.Sprintf("第%d处", i))
		p.Series[0].Values = append(p.Series[0].Values, 7*i+3)
		p.Series[1].Values = append(p.Series[1].Values, 5*i)
		p.Series[2].Values = append(p.Series[2].Values, i)
	}
	return p
}

func days(n int) Plot {
	p := divisions(n)
	p.Upright = true
	for i := range p.Labels {
		p.Labels[i] = fmt.Sprint(i + 1)
	}
	return p
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		most int
		want []int
	}{
		{-1, []int{0, 1}}, {0, []int{0, 1}}, {1, []int{0, 1}}, {3, []int{0, 1, 2, 3}}, {5, []int{0, 1, 2, 3, 4, 5}}, {7, []int{0, 2, 4, 6, 8}},
		{12, []int{0, 5, 10, 15}}, {100, []int{0, 20, 40, 60, 80, 100}}, {20001, []int{0, 5000, 10000, 15000, 20000, 25000}},
	} {
		if diff := cmp.Diff(tt.want, ticks(tt.most)); diff != "" {
			t.Errorf("ticks(%d) (-want +got):\n%s", tt.most, diff)
		}
	}
	for most := range 3000 {
		list := ticks(most)
		if n := len(list); list[n-1] < most || n < 2 || n > 7 {
			t.Fatalf("ticks(%d): %v", most, list)
		}
	}
}

// TestHonest measures the drawing: a bar's length over its number is the same
// everywhere, which it is only when the axis begins at 0.
func TestHonest(t *testing.T) {
	t.Parallel()
	for i, p := range []Plot{divisions(9), days(31), divisions(9), days(31)} {
		width := []float64{Width, Width, Narrow, Mail}[i]
		for n, series := range p.Series {
			unit, seen := 0.0, 0
			drawn := 0
			for _, r := range p.layout(width).rects {
				if r.colour != Colour(n) || r.w == 12 && r.h == 12 {
					continue // the legend
				}
				for drawn < len(series.Values) && series.Values[drawn] == 0 {
					drawn++
				}
				length := r.w
				if p.Upright {
					length = r.h
				}
				if !p.last(n) && length > 2 {
					length++ // the white line between parts
				}
				one := length / float64(series.Values[drawn])
				if unit == 0 {
					unit = one
				}
				if math.Abs(one-unit) > unit*0.01 {
					t.Errorf("upright %v, %s %d: %.2f a unit, %.2f before", p.Upright, series.Name, series.Values[drawn], one, unit)
				}
				drawn++
				seen++
			}
			if seen < len(p.Labels)-1 {
				t.Errorf("upright %v: %d bars of %s", p.Upright, seen, series.Name)
			}
		}
	}
}

// TestInside keeps everything within the picture, with long names, one label,
// none, and numbers that are huge.
func TestInside(t *testing.T) {
	t.Parallel()
	long := divisions(3)
	long.Labels[1] = "经济运行与安全生产综合监督管理协调办公室（临时）"
	long.Series[0].Values[1] = 1234567
	plots := []Plot{{}, divisions(0), divisions(1), divisions(60), long, days(1), days(31), days(366)}
	for i, p := range slices.Concat(plots, plots, plots) {
		s := p.layout([]float64{Width, Mail, Narrow}[i/len(plots)])
		for _, r := range s.rects {
			if r.x < -0.5 || r.y < 0 || r.x+r.w > s.width+0.5 || r.y+r.h > s.height {
				t.Errorf("%d labels, upright %v: a rectangle at %+v outside %v × %v", len(p.Labels), p.Upright, r, s.width, s.height)
			}
		}
		for _, l := range s.texts {
			begin, end := l.x, l.x+advance(l.text, l.size)
			switch l.anchor {
			case "end":
				begin, end = l.x-advance(l.text, l.size), l.x
			case "middle":
				half := advance(l.text, l.size) / 2
				begin, end = l.x-half, l.x+half
			}
			if begin < -1 || end > s.width+8 || l.y > s.height {
				t.Errorf("%d labels, upright %v: %q from %.1f to %.1f of %v", len(p.Labels), p.Upright, l.text, begin, end, s.width)
			}
		}
	}
}

func TestSVG(t *testing.T) {
	t.Parallel()
	p := divisions(3)
	p.Labels[0], p.Title = `<script>alert("x")</script>&`, `"><script>`
	svg := p.SVG(Width)
	if strings.Contains(svg, "<script") {
		t.Errorf("a name became an element:\n%s", svg)
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
	}
	if n := len(days(31).SVG(Width)); n > 16<<10 {
		t.Errorf("a month has %d bytes", n)
	}
}

// systemFont is the font of this system, which make test installs.
func systemFont(t *testing.T) *Font {
	t.Helper()
	f := Find()
	if f == nil && os.Getenv("XINFANGD_TEST_SERVERS") == "1" {
		t.Fatal("no Chinese font on this system: install fonts-wqy-microhei")
	}
	if f == nil {
		t.Skip("no Chinese font on this system: install fonts-wqy-microhei")
	}
	return f
}

func TestPNG(t *testing.T) {
	t.Parallel()
	f := systemFont(t)
	for _, p := range []Plot{divisions(20), days(31), {}} {
		data, height, err := p.PNG(f)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if b := picture.Bounds(); b.Dx() != Mail*scale || b.Dy() != height*scale || len(data) > 60<<10 {
			t.Errorf("%v, %d bytes", b, len(data))
		}
		again, _, err := p.PNG(f)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("drawn twice, not the same: %v", err)
		}
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	p := Plot{Labels: []string{"甲"}, Series: []Series{{Name: "收件", Values: []int{10}}, {Name: "按期", Track: 1, Values: []int{4}}, {Name: "逾期", Track: 1, Values: []int{1}}}}
	want := []Row{{Label: "甲", Tracks: []Track{
		{Parts: []Part{{"收件", Colour(0), 100}}, Value: "10"},
		{Parts: []Part{{"按期", Colour(1), 40}, {"逾期", Colour(2), 10}}, Value: "4+1", Rest: 50},
	}}}
	if diff := cmp.Diff(want, p.Rows()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestFontIsLetGo: a font that nobody holds is read again for the next plot, and
// missed only when its file is gone.
func TestFontIsLetGo(t *testing.T) {
	t.Parallel()
	system := systemFont(t)
	data, err := os.ReadFile(system.Path)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "font.ttc")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := divisions(3).PNG(f)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if f.read.Value() != nil {
		t.Error("the font is held between plots")
	}
	if again, _, err := divisions(3).PNG(f); err != nil || !bytes.Equal(first, again) {
		t.Errorf("drawn again: %d bytes, want %d, %v", len(again), len(first), err)
	}
	runtime.GC()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := divisions(3).PNG(f); !errors.Is(err, ErrUnread) {
		t.Errorf("drawn without a file: %v", err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := filepath.Join(dir, "wqy-microhei.ttc")
	if err := os.WriteFile(broken, []byte("ttcf\x00\x01\x00\x00\xff\xff\xff\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "none.ttf"), dir, broken} {
		if _, err := Load(path); err == nil {
			t.Errorf("%s was loaded", path)
		}
	}
	if f := find([]string{dir, filepath.Join(dir, "none")}); f != nil {
		t.Errorf("found %s", f.Path)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x00\x01"))
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "font")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if font, err := Load(path); err == nil {
			_, _, _ = divisions(2).PNG(font) // an error, but no panic
		}
	})
}
