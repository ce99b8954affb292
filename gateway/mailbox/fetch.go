package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// letterMost is the size beyond which a letter is not read into memory. It
	// only stops a server that has lost its senses.
	letterMost = 1 << 30
	// growMost bounds the memory that is reserved on the server's word alone.
	growMost = 64 << 20
)

var (
	errCut  = errors.New("letter was cut off")
	errHuge = errors.New("letter is larger than 1 GiB")
)

// facts are what is known of a letter before it is fetched.
type facts struct {
	size    int64
	arrived time.Time // zero if not asked for or not told
}

// list returns the UIDs from first on in ascending order. It asks by FETCH, not
// SEARCH, since some providers' SEARCH is unreliable.
func (s *session) list(first, last uint32) ([]uint32, error) {
	seqs, err := s.sequence(imap.UIDSet{{Start: imap.UID(first), Stop: imap.UID(last)}})
	if m := s.client.Mailbox(); err != nil && !s.dead && m != nil && m.NumMessages == 0 {
		return nil, nil // QUIRK: some servers refuse FETCH in an empty folder
	}
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	uids := make([]uint32, 0, len(seqs))
	for uid := range seqs {
		// RFC 3501 section 6.4.8: N:* names the last letter even if its UID is
		// below N.
		if uid >= first {
			uids = append(uids, uid)
		}
	}
	slices.Sort(uids)
	return uids, nil
}

// sequence returns the sequence numbers of those UIDs that exist.
func (s *session) sequence(set imap.UIDSet) (map[uint32]uint32, error) {
	seqs := make(map[uint32]uint32)
	err := s.command("fetch uids", listTime, func() error {
		cmd := s.client.Fetch(set, &imap.FetchOptions{UID: true})
		defer cmd.Close()
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			for item := m.Next(); item != nil; item = m.Next() {
				if uid, ok := item.(imapclient.FetchItemDataUID); ok {
					seqs[uint32(uid.UID)] = m.SeqNum
				}
			}
		}
		return cmd.Close()
	})
	return seqs, err
}

// survey returns the facts of the letters.
func (s *session) survey(uids []uint32, dates bool) (map[uint32]facts, error) {
	known := make(map[uint32]facts, len(uids))
	err := s.command("survey letters", listTime, func() error {
		cmd := s.client.Fetch(uidSet(uids), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: dates})
		defer cmd.Close()
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			var uid uint32
			var f facts
			for item := m.Next(); item != nil; item = m.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					uid = uint32(item.UID)
				case imapclient.FetchItemDataRFC822Size:
					f.size = item.Size
				case imapclient.FetchItemDataInternalDate:
					f.arrived = item.Time
				}
			}
			known[uid] = f
		}
		return cmd.Close()
	})
	return known, err
}

// fetch reads the letters whole. The caller bounds how many and how large.
// Letters that the server does not hand out are missing from the result.
//
// go-imap assigns an answer to UID FETCH by the UID in it, and silently drops
// the answer of a server that sends the UID after the body. Such a server is
// asked by sequence number; what counts is then the UID that came.
func (s *session) fetch(uids []uint32, dates bool) (map[uint32]*Letter, error) {
	var set imap.NumSet = uidSet(uids)
	if s.bySeq {
		seqs, err := s.sequence(uidSet(uids))
		if err != nil {
			return nil, err
		}
		if len(seqs) == 0 {
			return nil, nil
		}
		var nums imap.SeqSet
		for _, uid := range uids {
			if seq := seqs[uid]; seq != 0 {
				nums.AddNum(seq)
			}
		}
		set = nums
	}

	letters := make(map[uint32]*Letter, len(uids))
	err := s.command("fetch letters", commandTime, func() error {
		cmd := s.client.Fetch(set, &imap.FetchOptions{
			UID: true, InternalDate: dates,
			BodySection: []*imap.FetchItemBodySection{wholeLetter()},
		})
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			l, err := s.read(m)
			if err != nil {
				// The connection is given up, without Close: that would read the
				// literal once more, at the same time as the library's decoder,
				// which goes on after a literal's first error.
				s.wire.abort(err)
				return err
			}
			if l.Raw != nil && slices.Contains(uids, l.Ref.UID) {
				letters[l.Ref.UID] = l
			}
		}
		// A literal cut short looks complete to the library; only the command's
		// end tells.
		return cmd.Close()
	})
	if err != nil {
		return nil, err
	}
	return letters, nil
}

func wholeLetter() *imap.FetchItemBodySection { return &imap.FetchItemBodySection{Peek: true} }

// read reads one answer to fetch. Raw stays nil if the server has no body for
// us: Dovecot answers NIL for a letter that was expunged meanwhile.
func (s *session) read(m *imapclient.FetchMessageData) (*Letter, error) {
	l := &Letter{Ref: Ref{UIDValidity: s.uidValidity}}
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			l.Ref.UID = uint32(item.UID)
		case imapclient.FetchItemDataInternalDate:
			l.Arrived = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil || !item.MatchCommand(wholeLetter()) {
				continue
			}
			raw, err := s.readLiteral(item.Literal)
			if err != nil {
				return nil, err
			}
			l.Raw, l.Size = raw, int64(len(raw))
		}
	}
	return l, nil
}

func (s *session) readLiteral(lit imap.LiteralReader) ([]byte, error) {
	size := lit.Size()
	if size > letterMost {
		s.wire.abort(errHuge)
		_, _ = io.Copy(io.Discard, lit) // up to the error; the decoder waits for it
		return nil, errHuge
	}
	s.wire.expect(commandTime + time.Duration(size/slowestLine)*time.Second)
	var b bytes.Buffer
	b.Grow(int(min(size+bytes.MinRead, growMost)))
	n, err := io.Copy(&b, lit)
	if err != nil {
		return nil, err
	}
	if n != size {
		return nil, fmt.Errorf("%w: %d of %d bytes", errCut, n, size)
	}
	if n == 0 {
		return []byte{}, nil
	}
	return b.Bytes(), nil
}

// existing returns those letters that the server still lists. NOOP lets it tell
// us of expunged ones, which it must not do during FETCH (RFC 3501 section 7.4.1).
func (s *session) existing(uids []uint32) (map[uint32]uint32, error) {
	if err := s.noop(); err != nil {
		return nil, err
	}
	return s.sequence(uidSet(uids))
}

// noop lets the server tell what changed in the folder.
func (s *session) noop() error {
	return s.command("noop", commandTime, func() error { return s.client.Noop().Wait() })
}

// fit returns how many of the ascending UIDs, at most most, one command may
// name: RFC 2683 section 3.2.1.5 asks for lines of no more than 1,000 octets.
func fit(uids []uint32, most int) int {
	const room = 900
	const widest = len(",4294967295")
	length := 0
	for i, uid := range uids {
		switch {
		case i > 0 && uid == uids[i-1]+1 && i > 1 && uids[i-1] == uids[i-2]+1:
			// prolongs a range
		default:
			length += widest
		}
		if i == most || length > room {
			return i
		}
	}
	return len(uids)
}

// uidSet is ascending whatever the order of uids: Tencent answers BAD to
// descending sets.
func uidSet(uids []uint32) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set
}
