package templates

import (
	html "html/template"
	"time"
)

// Common is what every mail's view begins with.
type Common struct {
	Office string    // the office's full name, as configured
	Marker string    // the line above which people answer (letter.Marker()); internal mails open with it
	Drill  bool      // a rehearsal: the subject begins with 【演练】
	Number string    // registration number without brackets, e.g. SFJX-2026-000123; "" when the mail is about no single case
	Code   string    // reply code as shown, e.g. 7Q4KM-2XD9P; "" when there is nothing to reply to
	Now    time.Time // the moment of writing, in office time; answers and refusals do not show it
}

// Field is a labelled value, e.g. 姓名 and its content.
type Field struct {
	Label string
	Value string
}

// Attachment is one attachment as listed in a mail.
type Attachment struct {
	Index    int    // the number by which 附件 1,3 names it; 0 hides the number
	Name     string // file name
	Size     int64  // bytes; 0 when unknown
	Type     string // media type, may be empty
	Withheld string // why it is not passed on; "" when it is
	Chosen   bool   // in an approval: goes out with the draft
}

// Letter is a citizen's letter as its reader may see it: already masked.
type Letter struct {
	From        string       // name and address; "" when Masked
	Masked      bool         // the sender's identity is withheld
	Box         string       // name of the box it came to
	Subject     string       //
	Arrived     time.Time    // office time
	Fields      []Field      // labelled lines of a web form
	Text        string       // the whole text
	Attachments []Attachment //
	Defects     []string     // what could not be read, in Chinese
}

// Deadline is a due time.
type Deadline struct {
	At        time.Time // zero: none
	Estimated bool      // counted without the year's calendar
}

// Reason is one hit of a rule: why a letter went where it went.
type Reason struct {
	Rule    string // the rule's id; "" when the learned model speaks, Name is then the label
	Name    string // the rule's name
	Field   string // where, in Chinese: 主题, 正文, 附件名
	Word    string // what hit
	Context string // the words around it, the hit included; may be empty
}

// Instruction is a leader's or the office's word on a case.
type Instruction struct {
	By   string
	At   time.Time
	Text string
}

// Opinion is what a division said.
type Opinion struct {
	Division    string
	Lead        bool // 主办, else 协办
	By          string
	At          time.Time
	Text        string
	Attachments []Attachment
}

// Table is rows under heads; a row may be shorter than the heads.
type Table struct {
	Head []string
	Rows [][]string
}

// Section is a titled table of a report; Empty is said when it has no rows.
type Section struct {
	Title string
	Note  string
	Empty string // default 无
	Table Table
}

// Plot is a plot of counts. A mail shows the picture with the ContentID, which
// goes out with it, or the Rows when there is no picture; a page shows SVG.
type Plot struct {
	Title     string
	Unit      string    // 件
	Alt       string    // what is to be seen, as a sentence
	ContentID string    // "" when there is no picture
	Width     int       // of the picture, in CSS pixels
	Height    int       //
	SVG       html.HTML // an element, already escaped
	Narrow    html.HTML // the same for a phone; "" when there is none
	Legend    []PlotPart
	Rows      []PlotRow
}

// PlotRow is one label with its bars.
type PlotRow struct {
	Label string
	Bars  []PlotBar
}

// PlotBar is one bar of parts; Value is its number, Rest the percent of the row
// that it leaves empty.
type PlotBar struct {
	Parts []PlotPart
	Value string
	Rest  int
}

// PlotPart is a coloured cell, #rrggbb.
type PlotPart struct {
	Name    string
	Colour  string
	Percent int
}
