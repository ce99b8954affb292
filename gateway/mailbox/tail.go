package mailbox

import (
	"bytes"
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	tailLines   = 24
	tailLine    = 200     // bytes kept of one line
	lineScanned = 8 << 10 // bytes of one line looked at for a literal
)

var (
	literalEnd = regexp.MustCompile(`\{(\d+)\+?\}$`)
	commandTag = regexp.MustCompile(`^T\d+ [A-Z]`)
	// badCaps is what go-imap reads in an endless loop.
	badCaps = regexp.MustCompile(`(?i)(^\* |\[)CAPABILITY[^\]]*\(`)
	address = regexp.MustCompile(`[^\s"<>(),;:\[\]]*@[^\s"<>(),;:\[\]]*`)
)

// tail remembers the last lines of the conversation for diagnosis: go-imap
// throws the text of BYE away and reports "unexpected EOF". It never holds
// literals (letters, passwords), credentials, or addresses.
type tail struct {
	mu       sync.Mutex
	lines    []string
	lastWord string // the server's last BYE, NO or BAD
	secrets  []string
	caps     bool // a list of capabilities was malformed
	in, out  scanner
}

// scanner finds the lines in one direction of the conversation.
type scanner struct {
	line    []byte
	literal int64 // bytes still to be skipped
	inside  bool  // the line continues one that had a literal
}

// hide keeps a word out of everything the tail says.
func (t *tail) hide(secret string) {
	if len(secret) < 3 {
		return // masking these would make nonsense of the rest
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.secrets = append(t.secrets, secret)
}

func (t *tail) server(b []byte) { t.feed(&t.in, b, t.serverLine) }
func (t *tail) client(b []byte) { t.feed(&t.out, b, t.clientLine) }

func (t *tail) feed(s *scanner, b []byte, note func(line string, inside bool)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(b) > 0 {
		if s.literal > 0 {
			n := min(s.literal, int64(len(b)))
			s.literal -= n
			b = b[n:]
			continue
		}
		part, rest, complete := bytes.Cut(b, []byte{'\n'})
		if room := lineScanned - len(s.line); room > 0 {
			s.line = append(s.line, part[:min(room, len(part))]...)
		}
		if !complete {
			return
		}
		b = rest
		line := string(bytes.TrimRight(s.line, "\r"))
		s.line = s.line[:0]
		note(line, s.inside)
		s.inside = false
		if m := literalEnd.FindStringSubmatch(line); m != nil {
			if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
				s.literal, s.inside = n, true
			}
		}
	}
}

var errBadCaps = errors.New("server's capabilities are malformed")

// badCaps reports whether the server's words so far, the line that has just
// begun included, hold what the library must not see.
func (t *tail) badCaps() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.caps || badCaps.Match(t.in.line)
}

func (t *tail) serverLine(line string, inside bool) {
	if inside {
		t.add("S: …")
		return
	}
	// A body may come as a quoted string (RFC 3501 section 4.3).
	if i := strings.Index(line, "BODY["); i >= 0 {
		line = line[:i] + "BODY[…"
	}
	t.caps = t.caps || badCaps.MatchString(line)
	line = t.cleanLocked(line)
	t.add("S: " + line)
	if f := strings.Fields(line); len(f) > 1 {
		switch strings.ToUpper(f[1]) {
		case "BYE", "NO", "BAD":
			t.lastWord = strings.Join(f[1:], " ")
		}
	}
}

// clientLine keeps what is certainly a command; all else may be a secret.
func (t *tail) clientLine(line string, inside bool) {
	f := strings.Fields(line)
	switch {
	case line == "DONE":
	case inside || !commandTag.MatchString(line):
		line = "***"
	case f[1] == "LOGIN":
		line = f[0] + " LOGIN ***"
	case f[1] == "AUTHENTICATE":
		line = strings.Join(f[:min(3, len(f))], " ") + " ***"
	}
	t.add("C: " + t.cleanLocked(line))
}

func (t *tail) add(line string) {
	if len(t.lines) == tailLines {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

// String returns the conversation's last lines.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}

// said returns the last thing that the server complained of, or "".
func (t *tail) said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lastWord
}

// clean makes a server's text fit for logs and alarms.
func (t *tail) clean(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cleanLocked(s)
}

func (t *tail) cleanLocked(s string) string {
	if !utf8.ValidString(s) {
		// QUIRK: Chinese servers send their texts in GBK without saying so.
		if d, err := simplifiedchinese.GB18030.NewDecoder().String(s); err == nil {
			s = d
		}
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return '?'
		}
		return r
	}, s)
	s = address.ReplaceAllString(s, "***")
	for _, secret := range t.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	if len(s) > tailLine {
		cut := tailLine
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return s
}

// tap is a connection whose conversation is noted in a tail. What stands in
// first is read before anything from the connection.
type tap struct {
	net.Conn
	tail  *tail
	first []byte
}

func (c *tap) Read(b []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	n, err := c.Conn.Read(b)
	c.tail.server(b[:n])
	if c.tail.badCaps() {
		return 0, errBadCaps
	}
	return n, err
}

func (c *tap) Write(b []byte) (int, error) {
	c.tail.client(b)
	return c.Conn.Write(b)
}
