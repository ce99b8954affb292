package mailbox

import (
	"maps"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

const (
	// stuckAfter is how often a letter is tried before the others overtake it.
	stuckAfter = 3
	// stuckRetry is how often it is tried from then on.
	stuckRetry = 10 * time.Minute
)

// progress is how far a box was read, as this process knows it: the cursor that
// the desk keeps, and what lies above it. It is valid for one UIDVALIDITY.
type progress struct {
	cursor Cursor

	open     []uint32    // UIDs above the cursor that the server listed, ascending
	done     imap.UIDSet // those of them that need nothing more
	troubled map[uint32]*trouble

	// A batch up to this UID has failed as a whole: its letters are fetched one
	// by one, so that a bad one shows.
	narrow uint32

	unsettled []uint32 // durable letters still to be flagged or moved
	swept     bool     // letters below the cursor have been looked at
}

// trouble is what is known of a letter that could not be read.
type trouble struct {
	attempts int
	last     time.Time
	err      error
}

func newProgress(c Cursor) *progress {
	return &progress{cursor: c, troubled: make(map[uint32]*trouble)}
}

// listed notes what the server has above the cursor.
func (p *progress) listed(uids []uint32) {
	p.open = p.open[:0]
	for _, uid := range uids {
		if uid > p.cursor.UID {
			p.open = append(p.open, uid)
		}
	}
	maps.DeleteFunc(p.troubled, func(uid uint32, _ *trouble) bool {
		_, still := slices.BinarySearch(p.open, uid)
		return uid > p.cursor.UID && !still
	})
}

// todo returns the letters that are due, in ascending order, those that others
// may overtake at the end.
func (p *progress) todo(now time.Time) []uint32 {
	var due, stuck []uint32
	for _, uid := range p.open {
		switch t := p.troubled[uid]; {
		case p.done.Contains(imap.UID(uid)):
		case t == nil || t.attempts < stuckAfter:
			due = append(due, uid)
		case now.Sub(t.last) >= stuckRetry:
			stuck = append(stuck, uid)
		}
	}
	return append(due, stuck...)
}

// finish notes that the letter needs nothing more and reports whether the cursor
// moved: it stands before the first letter that is not finished.
func (p *progress) finish(uid uint32) bool {
	delete(p.troubled, uid)
	if uid <= p.cursor.UID {
		return false
	}
	p.done.AddNum(imap.UID(uid))
	n := 0
	for n < len(p.open) && p.done.Contains(imap.UID(p.open[n])) {
		n++
	}
	if n == 0 {
		return false
	}
	p.cursor.UID = p.open[n-1]
	p.open = p.open[n:]
	p.done = above(p.done, p.cursor.UID)
	return true
}

// above returns the part of the set that is greater than uid.
func above(set imap.UIDSet, uid uint32) imap.UIDSet {
	var rest imap.UIDSet
	for _, r := range set {
		if uint32(r.Stop) > uid {
			rest.AddRange(max(r.Start, imap.UID(uid)+1), r.Stop)
		}
	}
	return rest
}

// fail notes that the letter could not be read.
func (p *progress) fail(uid uint32, now time.Time, err error) {
	t := p.troubled[uid]
	if t == nil {
		t = &trouble{}
		p.troubled[uid] = t
	}
	t.attempts++
	t.last, t.err = now, err
}

// attempts is how often the letter could not be read.
func (p *progress) attempts(uid uint32) int {
	if t := p.troubled[uid]; t != nil {
		return t.attempts
	}
	return 0
}

// unreadable returns the error for the letters that could not be read, or nil.
func (p *progress) unreadable() error {
	e := &Unreadable{}
	for _, uid := range slices.Sorted(maps.Keys(p.troubled)) {
		if uid > p.cursor.UID {
			e.UIDs = append(e.UIDs, uid)
			e.Err = p.troubled[uid].err
		}
	}
	if len(e.UIDs) == 0 {
		return nil
	}
	return e
}
