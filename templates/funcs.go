package templates

import (
	"fmt"
	html "html/template"
	"strconv"
	"strings"
	text "text/template"
	"time"
	"unicode/utf8"
)

// Colours of a mail's head line: one for ordinary matters, one for those that
// must not wait.
const (
	colourPlain  = "#1f4e79"
	colourUrgent = "#a61b1b"
)

// frame is what the shared parts "open" and "close" need of a mail.
type frame struct {
	Common
	Title    string
	Internal bool
	Colour   html.CSS
}

// textFuncs are the functions that templates may use. Times come in the
// office's zone and are only written, never converted.
func textFuncs() text.FuncMap {
	return text.FuncMap{
		"when":     when,
		"day":      day,
		"due":      due,
		"size":     size,
		"percent":  percent,
		"cut":      cut,
		"title":    title,
		"oneline":  oneLine,
		"quote":    quote,
		"join":     func(sep string, list []string) string { return oneLine(strings.Join(list, sep)) },
		"inc":      func(n int) int { return n + 1 },
		"numeral":  numeral,
		"first":    first,
		"rows":     rows,
		"withheld": withheld,
		"count":    count,
		"span":     span,
		"internal": func(c Common, title string) frame { return newFrame(c, title, true, false) },
		"urgent":   func(c Common, title string) frame { return newFrame(c, title, true, true) },
		"citizen":  func(c Common, title string) frame { return newFrame(c, title, false, false) },
	}
}

// htmlFuncs are textFuncs and what only HTML needs.
func htmlFuncs() html.FuncMap {
	funcs := html.FuncMap(textFuncs())
	funcs["lines"] = lines
	funcs["css"] = style
	funcs["gridcell"] = gridCell
	funcs["gridhead"] = gridHead
	funcs["headtext"] = headText
	funcs["headclass"] = headClass
	// html/template drops comments, but Outlook heeds max-width only inside
	// these two.
	funcs["outlookOpen"] = func() html.HTML {
		return `<!--[if mso]><table role="presentation" width="640" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
	}
	funcs["outlookClose"] = func() html.HTML { return `<!--[if mso]></td></tr></table><![endif]-->` }
	return funcs
}

// gridCell is the style of a table's cell: a figure stays on its line.
func gridCell(s string) string {
	if len(s) <= 8 && !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f && r != '—' }) {
		return "gridfigure"
	}
	return "gridcell"
}

// shortHead is a column's head that a phone's width need not break.
func shortHead(s string) bool { return utf8.RuneCountInString(s) <= 3 }

// headText is a head for a mail's table: one of four characters has two lines of
// two, where a narrow column would make it four.
func headText(s string) html.HTML {
	s = oneLine(s)
	if r := []rune(s); len(r) == 4 && r[0] > 0x2e80 {
		return html.HTML(html.HTMLEscapeString(string(r[:2])) + "<br>" + html.HTMLEscapeString(string(r[2:]))) // escaped here
	}
	return html.HTML(html.HTMLEscapeString(s)) // escaped here
}

// gridHead is the style of a table's head.
func gridHead(s string) string {
	if shortHead(s) || utf8.RuneCountInString(s) == 4 {
		return "gridheadshort"
	}
	return "gridhead"
}

// headClass are the classes of a page's head.
func headClass(s string, number bool) string {
	switch short := shortHead(s); {
	case number && short:
		return "n s"
	case number:
		return "n"
	case short:
		return "s"
	}
	return ""
}

func newFrame(c Common, title string, internal, urgent bool) frame {
	f := frame{Common: c, Title: title, Internal: internal, Colour: colourPlain}
	if urgent {
		f.Colour = colourUrgent
	}
	return f
}

// when writes a moment: 2026年11月23日 15:24; nothing for the zero time.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006年1月2日 15:04")
}

// day writes a date: 2026年11月23日; nothing for the zero time.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006年1月2日")
}

// DeadlineText is a deadline as every mail writes it.
func DeadlineText(d Deadline) string { return due(d) }

// Limit writes when a deadline ends: 2026年11月30日 17:30. The end of a day is
// 24:00 of that day, whether it is given as its last second or as the next
// midnight; nothing for the zero time.
func Limit(t time.Time) string {
	switch t.Format("15:04") {
	case "23:59":
		return day(t) + " 24:00"
	case "00:00":
		if !t.IsZero() {
			return day(t.AddDate(0, 0, -1)) + " 24:00"
		}
	}
	return when(t)
}

// due writes a deadline: 2026年11月30日 17:30 前.
func due(d Deadline) string {
	switch {
	case d.At.IsZero():
		return ""
	case d.Estimated:
		return Limit(d.At) + " 前（暂估，该年度工作日历尚未载入）"
	}
	return Limit(d.At) + " 前"
}

// size writes a number of bytes for people; nothing for 0.
func size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " 字节"
	case n < 1<<20:
		return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func percent(f float64) string { return fmt.Sprintf("%.0f%%", f*100) }

// numeral counts sections from 0 as documents do: 一、二、… 十; figures after.
func numeral(i int) string {
	names := []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
	if i >= 0 && i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i + 1)
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

// span writes a period of time; nothing without its beginning.
func span(from, to time.Time) string {
	if from.IsZero() {
		return ""
	}
	return when(from) + " 至 " + when(to)
}

// count writes a number with its measure word; nothing for 0.
func count(n int, measure string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " " + measure
}

// withheld stands where the sender's identity is masked.
func withheld(masked bool) string {
	if masked {
		return "已按保密规定隐去"
	}
	return ""
}

// rows pairs labels with values and leaves out the empty ones.
func rows(pairs ...string) ([]Field, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("rows wants labels and values in pairs, got %d arguments", len(pairs))
	}
	var fields []Field
	for i := 0; i < len(pairs); i += 2 {
		if v := oneLine(pairs[i+1]); v != "" {
			fields = append(fields, Field{Label: pairs[i], Value: v})
		}
	}
	return fields, nil
}

// lines shows a text in HTML as it is written: escaped, with its line ends and
// the blanks that begin its lines. Outlook knows no white-space: pre-wrap.
func lines(s string) html.HTML {
	in := strings.Split(strings.Trim(clean(s), "\n"), "\n")
	for i, l := range in {
		body := strings.TrimLeft(l, " \t")
		indent := strings.Repeat("&nbsp;", len(strings.ReplaceAll(l[:len(l)-len(body)], "\t", "    ")))
		in[i] = indent + html.HTMLEscapeString(body)
	}
	return html.HTML(strings.Join(in, "<br>\n")) // every line is escaped above
}
