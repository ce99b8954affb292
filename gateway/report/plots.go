package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"

	"xinfangd/gateway/plot"
	"xinfangd/templates"
)

// mostPersons is how many people a plot shows; the table below it has all.
const mostPersons = 40

// Plots are the plots of an assessment: how the period went, and what each
// division, or each person of a Part, had and did. Those in which nothing is to
// be seen are left out.
func Plots(a Assessment, division bool) []plot.Plot {
	var plots []plot.Plot
	for _, p := range []plot.Plot{flowPlot(a.Flow, division), workPlot(a, division)} {
		if !p.Empty() {
			plots = append(plots, p)
		}
	}
	return plots
}

func flowPlot(list []Flow, division bool) plot.Plot {
	in, out, months := "来信", "答复", byMonths(list)
	if division {
		in, out = "收件", "提交"
	}
	span := "每日"
	if months {
		span = "各月"
	}
	p := plot.Plot{Title: span + in + "与" + out, Unit: "件", Upright: true, Series: []plot.Series{{Name: in}, {Name: out, Track: 1}}}
	for _, f := range list {
		p.Labels = append(p.Labels, f.name(months))
		p.Series[0].Values = append(p.Series[0].Values, f.In.N())
		p.Series[1].Values = append(p.Series[1].Values, f.Out.N())
	}
	return p
}

// workPlot shows who had and did how much; whoever had nothing is not in it.
func workPlot(a Assessment, persons bool) plot.Plot {
	p := plot.Plot{Title: "各处室收件与提交", Unit: "件", Series: []plot.Series{{Name: "收件"}, {Name: "按期提交", Track: 1}, {Name: "逾期提交", Track: 1}}}
	add := func(name string, w Work) {
		if w.Received.N()+w.Answered.N() == 0 || len(p.Labels) == mostPersons {
			return
		}
		p.Labels = append(p.Labels, name)
		for i, n := range []int{w.Received.N(), w.OnTime.N(), w.Answered.N() - w.OnTime.N()} {
			p.Series[i].Values = append(p.Series[i].Values, n)
		}
	}
	if persons {
		p.Title = "处室人员收件与提交"
		for _, one := range a.Persons {
			add(one.label(), one.Work)
		}
		return p
	}
	for _, d := range a.Divisions {
		add(d.Name, d.Work)
	}
	return p
}

// Picture is a plot as a file that a mail shows.
type Picture struct {
	ContentID string
	Name      string
	Data      []byte
}

// Painted are plots for a mail: with a font as pictures, without one as tables
// with coloured cells.
func Painted(plots []plot.Plot, font *plot.Font) ([]templates.Plot, []Picture, error) {
	var (
		views    []templates.Plot
		pictures []Picture
	)
	for i, p := range plots {
		v := planView(p)
		if font != nil {
			data, height, err := p.PNG(font)
			if errors.Is(err, plot.ErrUnread) { // taken away since the start: as without one
				views = append(views, v)
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			digest := sha256.Sum256(data)
			v.ContentID, v.Height = fmt.Sprintf("%s.%d@plot", hex.EncodeToString(digest[:8]), i+1), height
			pictures = append(pictures, Picture{v.ContentID, p.Title + ".png", data})
		}
		views = append(views, v)
	}
	return views, pictures, nil
}

// Inked are plots for a page.
func Inked(plots []plot.Plot) []templates.Plot {
	var views []templates.Plot
	for _, p := range plots {
		v := planView(p)
		v.SVG, v.Narrow = template.HTML(p.SVG(plot.Width)), template.HTML(p.SVG(plot.Narrow)) // escaped there
		views = append(views, v)
	}
	return views
}

func planView(p plot.Plot) templates.Plot {
	v := templates.Plot{Title: p.Title, Unit: p.Unit, Alt: p.Describe(), Width: plot.Mail}
	for _, part := range p.Legend() {
		v.Legend = append(v.Legend, templates.PlotPart{Name: part.Name, Colour: part.Colour})
	}
	for _, row := range p.Rows() {
		r := templates.PlotRow{Label: row.Label}
		for _, track := range row.Tracks {
			bar := templates.PlotBar{Value: track.Value, Rest: track.Rest}
			for _, part := range track.Parts {
				bar.Parts = append(bar.Parts, templates.PlotPart{Name: part.Name, Colour: part.Colour, Percent: part.Percent})
			}
			r.Bars = append(r.Bars, bar)
		}
		v.Rows = append(v.Rows, r)
	}
	return v
}
