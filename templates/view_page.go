package templates

import "time"

// TimelineView is the page timeline.html of a dossier.
type TimelineView struct {
	Office    string
	Number    string
	Facts     []Field // state, box, sender, subject, arrival …
	Events    []TimelineEvent
	Files     []TimelineFile
	Head      string // digest of the case's last ledger entry
	Generated time.Time
}

// TimelineEvent is one ledger entry.
type TimelineEvent struct {
	Seq    int64
	Time   time.Time
	Actor  string
	Kind   string // events[].kind
	Title  string // the kind in Chinese
	Text   string
	Digest string
}

// TimelineFile is one file of the dossier; Path is relative to the page.
type TimelineFile struct {
	Path   string
	Title  string
	Digest string
	Size   int64
}

// BoardView is the read-only board. Every cell is text; Alert rows stand out.
type BoardView struct {
	Office   string
	Drill    bool
	Now      time.Time
	Summary  []Field
	Sections []BoardSection
}

// BoardSection is one table of the board: open, due, overdue, boxes, queue, duty.
type BoardSection struct {
	Title string
	Empty string
	Head  []string
	Rows  []BoardRow
}

// BoardRow is one line of the board.
type BoardRow struct {
	Cells []string
	Alert bool
}

// DayLogView is the page of a day's log of duty, as it lies in the archive.
type DayLogView struct {
	Office       string
	Drill        bool
	Day          time.Time
	Shifts       []Shift
	Came, Urgent int // letters registered on the day, and those of them that were urgent
	Log          []LogEntry
}
