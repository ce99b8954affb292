package submission

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Class says what a failure means for the mail and for its account.
type Class string

// The classes. Unknown failures are Temporary.
const (
	// Temporary: the same mail may go later.
	Temporary Class = "temporary"
	// Permanent: the server will never take it.
	Permanent Class = "permanent"
	// InDoubt: the final dot was sent and no answer came (RFC 5321 section
	// 4.5.3.2.6); the server may or may not have the mail.
	InDoubt Class = "in doubt"
	// Unreachable: no mail of this account can go; nothing is wrong with this one.
	Unreachable Class = "unreachable"
	// Throttled: the server said 421; the account has to slow down.
	Throttled Class = "throttled"
	// Refused: the server refused the login. Trying again soon locks accounts.
	Refused Class = "login refused"
	// Stopped: we are going down and did not start.
	Stopped Class = "stopped"
)

// Error is a failed attempt, or a failed command in one.
type Error struct {
	Class    Class
	Code     int    // SMTP reply code, 0 without a reply
	Enhanced string // RFC 3463, "" when there was none
	Text     string // the server's words, cleaned and bounded
	Command  string // what was under way
	Err      error
}

func (e *Error) Error() string {
	switch {
	case e.Code != 0 && e.Enhanced != "":
		return fmt.Sprintf("%s: %s: %d %s %s", e.Class, e.Command, e.Code, e.Enhanced, e.Text)
	case e.Code != 0:
		return fmt.Sprintf("%s: %s: %d %s", e.Class, e.Command, e.Code, e.Text)
	}
	return fmt.Sprintf("%s: %s: %s", e.Class, e.Command, e.Text)
}

func (e *Error) Unwrap() error { return e.Err }

// network is a failure of the connection itself, between replies.
func network(command string, class Class, err error) *Error {
	return &Error{Class: class, Command: command, Text: clean(err.Error()), Err: err}
}

// wrap turns what go-smtp returned from a command into an *Error. before is the
// class of a failure that is no reply of the server.
func wrap(command string, before Class, err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) {
		return network(command, before, err)
	}
	e := &Error{Code: reply.Code, Text: clean(reply.Message), Command: command, Err: err}
	if reply.EnhancedCode[0] > 0 {
		e.Enhanced = fmt.Sprintf("%d.%d.%d", reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2])
	}
	e.Class = classOf(e)
	return e
}

// classOf reads a reply. The commands are MAIL, RCPT, DATA, the end of the
// body, and before them the greeting, EHLO, STARTTLS and AUTH.
func classOf(e *Error) Class {
	if e.Code == 421 {
		// RFC 5321 section 3.8: the server is closing the channel.
		return Throttled
	}
	switch e.Command {
	case cmdGreeting, cmdEHLO, cmdStartTLS:
		// A server that turns every client away says nothing about this mail.
		return Unreachable
	case cmdAuth:
		if e.Code >= 500 && e.Code < 600 {
			return Refused
		}
		return Unreachable
	}
	switch {
	case e.Code == 530 || e.Code == 538:
		// RFC 4954 section 6: authentication or encryption required. The account
		// is set up wrongly; every mail would fail alike.
		return Refused
	case e.Code == 500 || e.Code == 502 || e.Code == 503:
		// QUIRK: Postfix answers the next, innocent MAIL with 503 when a
		// transaction was left open. No such code speaks of a mail.
		return Temporary
	case e.Command == cmdRcpt && e.Code == 552:
		// RFC 5321 section 4.5.3.1.10: an old 552 for too many recipients means
		// 452; for a full box it passes as well.
		return Temporary
	case e.Enhanced == "5.2.2":
		// A full box is emptied some day.
		return Temporary
	case e.Code >= 500 && e.Code < 600:
		return Permanent
	}
	return Temporary
}

// tooMany reports whether a refused RCPT only means that this transaction holds
// recipients enough.
func tooMany(e *Error) bool {
	if e.Code != 452 && e.Code != 552 {
		return false
	}
	return e.Enhanced == "" || strings.HasSuffix(e.Enhanced, ".5.3")
}

const longestText = 300 // runes of a server's text that are kept

// clean makes a server's words fit to be shown and stored: valid UTF-8, one
// line, bounded.
func clean(s string) string {
	if !utf8.ValidString(s) {
		// QUIRK: Chinese servers answer in raw GBK.
		if d, err := simplifiedchinese.GB18030.NewDecoder().String(s); err == nil {
			s = d
		}
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if r := []rune(s); len(r) > longestText {
		s = string(r[:longestText]) + "…"
	}
	return s
}
