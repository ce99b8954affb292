package letter

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"
)

// ErrNotMbox tells that a file does not begin as an mbox does.
var ErrNotMbox = errors.New("not an mbox: it does not begin with a From line")

// ErrTooLarge tells that one mail of an mbox is larger than is read.
var ErrTooLarge = errors.New("the mail is too large")

// maxMboxMail is the greatest size of one mail of an mbox in bytes.
const maxMboxMail = 256 << 20

// MboxMail is one mail of an mbox.
type MboxMail struct {
	Raw []byte
	// Line is the line of the file on which it begins.
	Line int
	// Date is that of its From line, zero when it has none.
	Date time.Time
}

// ReadMbox takes an mbox apart. A From line counts where a mail can begin: at
// the start or after an empty line, when it ends with a date (RFC 4155) or with
// nothing, and when a header field follows it. Text that merely begins with
// "From " so stays in its mail even where the writer did not quote it, as mboxo
// and Thunderbird may leave it. Quoted lines (">From ") lose one mark, as mboxrd
// asks; in mboxo they had none before either, save in rare quotations.
//
// An error concerns one mail, after which the others follow, or ends the walk.
func ReadMbox(r io.Reader) iter.Seq2[MboxMail, error] { return readMbox(r, maxMboxMail) }

func readMbox(r io.Reader, most int) iter.Seq2[MboxMail, error] {
	return func(yield func(MboxMail, error) bool) {
		m := mboxReader{in: bufio.NewReaderSize(r, 64<<10), most: most, blank: true, yield: yield}
		if err := m.walk(); err != nil {
			yield(MboxMail{Line: m.line}, err)
		}
	}
}

// mboxReader reads line by line.
type mboxReader struct {
	in    *bufio.Reader
	yield func(MboxMail, error) bool
	most  int  // bytes of a mail
	line  int  // number of the line that was read last
	blank bool // the line before was empty, or there was none
	begun bool
	mail  MboxMail
	large bool
	ended bool // the caller has enough
}

func (m *mboxReader) walk() error {
	for !m.ended {
		piece, err := m.in.ReadSlice('\n')
		if len(piece) > 0 {
			m.line++
			if err := m.take(piece); err != nil {
				return err
			}
			// The rest of a line that is longer than the buffer.
			for errors.Is(err, bufio.ErrBufferFull) {
				piece, err = m.in.ReadSlice('\n')
				m.add(piece)
			}
		}
		if errors.Is(err, io.EOF) {
			m.end()
			return nil
		}
		if err != nil {
			return fmt.Errorf("read mbox: %w", err)
		}
	}
	return nil
}

// take handles a line, or the beginning of a long one.
func (m *mboxReader) take(line []byte) error {
	text := bytes.TrimRight(line, "\r\n")
	wasBlank := m.blank
	m.blank = len(text) == 0
	if !m.begun {
		switch {
		case m.blank:
			return nil
		case !bytes.HasPrefix(text, []byte("From ")):
			return ErrNotMbox
		}
	}
	if wasBlank && bytes.HasPrefix(text, []byte("From ")) {
		if date, ok := m.separates(string(text[5:])); ok {
			m.end()
			m.begun = true
			m.mail = MboxMail{Line: m.line, Date: date}
			return nil
		}
		if !m.begun {
			return ErrNotMbox
		}
	}
	if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
		line = line[1:]
	}
	m.add(line)
	return nil
}

func (m *mboxReader) add(piece []byte) {
	if m.large || len(m.mail.Raw)+len(piece) > m.most {
		m.large, m.mail.Raw = true, nil
		return
	}
	m.mail.Raw = append(m.mail.Raw, piece...)
}

// end hands over the mail before. The empty line before a From line is the
// file's and not the mail's.
func (m *mboxReader) end() {
	if !m.begun || m.ended {
		return
	}
	raw := m.mail.Raw
	for _, ending := range []string{"\r\n\r\n", "\n\n"} {
		if bytes.HasSuffix(raw, []byte(ending)) {
			raw = raw[:len(raw)-len(ending)/2]
			break
		}
	}
	m.mail.Raw = raw
	var err error
	if m.large {
		err = ErrTooLarge
	}
	m.ended = !m.yield(m.mail, err)
	m.mail, m.large = MboxMail{}, false
}

var (
	mboxDate  = regexp.MustCompile(`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d{1,2}:\d\d(?::\d\d)?)(?: [A-Z]{1,5}| [+-]\d{4})? (\d{4})\b`)
	mboxField = regexp.MustCompile(`^[!-9;-~]+:`)
)

// separates tells whether what stands behind "From " may begin a mail.
func (m *mboxReader) separates(rest string) (date time.Time, ok bool) {
	// QUIRK: Thunderbird writes "From - date", and later versions "From " alone.
	found := mboxDate.FindStringSubmatch(rest)
	if word := strings.TrimSpace(rest); found == nil && word != "" && word != "-" {
		return date, false
	}
	next, err := m.in.Peek(200)
	if err != nil && len(next) == 0 {
		return date, false
	}
	if !mboxField.Match(next) {
		return date, false
	}
	if found == nil {
		return date, true
	}
	for _, layout := range []string{"Jan 2 15:04:05 2006", "Jan 2 15:04 2006"} {
		// RFC 4155 appendix A: the date is in UTC.
		if t, err := time.Parse(layout, strings.Join(strings.Fields(found[1]+" "+found[2]), " ")); err == nil {
			return t, true
		}
	}
	return date, true
}
