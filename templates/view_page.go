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

// BoardView is a page of the read-only board: the board itself, a case or a
// division. Every cell is text; what is alerting stands out.
type BoardView struct {
	Office  string
	Title   string // of the case's or the division's page, or of a report; "" for the board itself
	Home    string // link to the board; "" in a page that stands by itself
	Drill   bool
	Now     time.Time
	Figures []BoardFigure
	// Sections stand below each other, those of Side in a column of their own
	// where there is room.
	Sections []BoardSection
	Plots    []Plot // as SVG
	Notes    []string
	// Refresh is a link to the same page that does, or does not, load again by
	// itself; "" when there is none. It does so when Refreshing.
	Refresh    string
	Refreshing bool
}

// HasSide tells whether any section stands at the side.
func (v BoardView) HasSide() bool {
	for _, s := range v.Sections {
		if s.Side {
			return true
		}
	}
	return false
}

// BoardFigure is one of the large numbers at the top.
type BoardFigure struct {
	Label string
	Value string
	Alert bool
}

// BoardSection is one table of a page; Empty is said when it has no rows.
type BoardSection struct {
	Title string
	Empty string // default 无
	Note  string
	Side  bool
	Head  []BoardCell
	Rows  []BoardRow
}

// BoardRow is one line. Its first cell is its heading.
type BoardRow struct {
	Cells []BoardCell
	Alert bool
}

// Short tells whether a section goes on one printed page.
func (s BoardSection) Short() bool { return len(s.Rows) <= 10 }

// Lists tells whether its rows end in long lists, which stand below the rest of
// the row where there is little room.
func (s BoardSection) Lists() bool {
	for _, row := range s.Rows {
		for _, cell := range row.Cells {
			if cell.List {
				return true
			}
		}
	}
	return false
}

// BoardCell is one cell: Number stands at the right, Tight does not break, List
// is long and takes the room that the other columns leave.
type BoardCell struct {
	Text   string
	Link   string
	Number bool
	Tight  bool
	List   bool
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
