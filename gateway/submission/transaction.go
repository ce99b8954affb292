package submission

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"xinfangd/gateway/crash"
)

// delivery is how an attempt went: one result per recipient, and the failure
// that concerns the account or every recipient, if any.
type delivery struct {
	results []RecipientResult
	failure *Error
	stale   bool // a kept connection turned out dead before anything was handed over
}

func (d *delivery) add(to []string, state string, e *Error) {
	for _, a := range to {
		r := RecipientResult{Address: a, State: state}
		if e != nil {
			r.Code, r.Enhanced, r.Text = e.Code, e.Enhanced, e.Text
			if e.Code == 0 {
				r.Text = e.Error()
			}
		}
		d.results = append(d.results, r)
	}
}

// refuse notes one failure for all of to.
func (d *delivery) refuse(to []string, e *Error) {
	switch e.Class {
	case Permanent:
		d.add(to, StateFailed, e)
	case InDoubt:
		d.add(to, StateDoubtful, e)
	default:
		d.add(to, StateQueued, e)
	}
	if d.failure == nil || e.Class != Permanent {
		d.failure = e
	}
}

// deliver hands the mail over, in more than one transaction when the server
// limits recipients.
func (s *session) deliver(ctx context.Context, it Item, t Timeouts) delivery {
	release := s.wire.guard(ctx, t.Attempt, t.Grace)
	defer release()
	kept := s.sent > 0
	s.sent++

	var d delivery
	to := s.speakable(it, &d)
	refused := len(d.results)
	for len(to) > 0 {
		before := len(d.results)
		to = s.transact(it, to, &d)
		f := d.failure
		if f != nil && (f.Code == 0 || f.Class == Throttled) {
			// Nothing more can be said on this connection.
			d.stale = kept && before == refused && f.Class != InDoubt && f.Class != Stopped && inOpening(f.Command)
			s.abort()
			d.add(to, StateQueued, f)
			return d
		}
		if len(d.results) == before {
			d.refuse(to, &Error{Class: Temporary, Command: cmdRcpt, Text: "server takes no recipient"})
			return d
		}
	}
	return d
}

// speakable returns the recipients that this server can be told of, and refuses
// the others. RFC 6531 section 3.2: an address beyond ASCII goes only where
// SMTPUTF8 is offered.
func (s *session) speakable(it Item, d *delivery) []string {
	if !needsUTF8(it.From, it.To) {
		return it.To
	}
	if ok, _ := s.client.Extension("SMTPUTF8"); ok {
		return it.To
	}
	e := &Error{Class: Permanent, Code: 553, Enhanced: "5.6.7", Command: cmdMail,
		Text: "address needs SMTPUTF8, which the server does not offer"}
	var to []string
	for _, a := range it.To {
		if isASCII(a) && isASCII(it.From) {
			to = append(to, a)
			continue
		}
		d.add([]string{a}, StateFailed, e)
	}
	return to
}

// inOpening reports whether the command comes before any byte of the body: only
// then may the whole attempt be repeated at once.
func inOpening(command string) bool {
	return command == cmdMail || command == cmdRcpt || command == cmdData
}

// transact runs one MAIL transaction for as many of to as the server takes, and
// returns those it had no room for.
func (s *session) transact(it Item, to []string, d *delivery) (rest []string) {
	if e := s.mail(it, to); e != nil {
		s.reset(e)
		d.refuse(to, e)
		return nil
	}
	accepted, rest, e := s.recipients(it, to, d)
	if e != nil {
		return rest
	}
	if len(accepted) == 0 {
		s.reset(nil)
		return rest
	}
	if e := s.data(it.Raw); e != nil {
		if e.Class != InDoubt {
			s.reset(e)
		}
		d.refuse(accepted, e)
		return rest
	}
	d.add(accepted, StateSent, nil)
	return rest
}

func (s *session) mail(it Item, to []string) *Error {
	opts := &smtp.MailOptions{Size: int64(len(it.Raw)), EnvelopeID: envelopeID(it)}
	if limit, ok := s.client.MaxMessageSize(); ok && limit > 0 && len(it.Raw) > limit {
		// RFC 1870 section 6.1 lets the client see this before it sends.
		return &Error{Class: Permanent, Code: 552, Enhanced: "5.3.4", Command: cmdMail,
			Text: "mail is larger than the server takes"}
	}
	opts.UTF8 = needsUTF8(it.From, to)
	if err := s.client.Mail(it.From, opts); err != nil {
		return wrap(cmdMail, Temporary, err)
	}
	return nil
}

// recipients names each recipient and notes those refused. A failure of the
// connection is noted for everyone and returned.
func (s *session) recipients(it Item, to []string, d *delivery) (accepted, rest []string, failure *Error) {
	for i, addr := range to {
		err := s.client.Rcpt(addr, rcptOptions(addr))
		if err == nil {
			accepted = append(accepted, addr)
			continue
		}
		e := wrap(cmdRcpt, Temporary, err)
		if e.Code == 0 || e.Class == Throttled || e.Class == Refused {
			s.reset(e)
			d.refuse(append(accepted, to[i:]...), e)
			return nil, nil, e
		}
		if tooMany(e) && len(accepted) > 0 {
			return accepted, to[i:], nil
		}
		state := StateQueued
		if e.Class == Permanent {
			state = StateFailed
		}
		d.add([]string{addr}, state, e)
	}
	return accepted, nil, nil
}

// rcptOptions asks for reports of failure and delay (RFC 3461); go-smtp leaves
// them out where DSN is not offered.
func rcptOptions(addr string) *smtp.RcptOptions {
	o := &smtp.RcptOptions{
		Notify:                []smtp.DSNNotify{smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed},
		OriginalRecipient:     addr,
		OriginalRecipientType: smtp.DSNAddressTypeRFC822,
	}
	if !isASCII(addr) {
		o.OriginalRecipientType = smtp.DSNAddressTypeUTF8
	}
	return o
}

var errStopping = errors.New("going down")

// data sends the bytes. It must never close the DATA writer after a failed
// write: closing sends the final dot, and the server would take half a mail.
func (s *session) data(raw []byte) *Error {
	if !s.wire.beginData() {
		return network(cmdData, Stopped, errStopping)
	}
	defer s.wire.endData()
	crash.At(crash.BeforeData)
	w, err := s.client.Data()
	if err != nil {
		return wrap(cmdData, Temporary, err)
	}
	if _, err := w.Write(raw); err != nil {
		s.abort()
		return network(cmdBody, Temporary, err)
	}
	if err := w.Close(); err != nil {
		if s.wire.writeFailed.Load() {
			// The last piece, dot included, never left this machine whole.
			s.abort()
			return network(cmdBody, Temporary, err)
		}
		e := wrap(cmdEnd, InDoubt, err)
		if e.Class == InDoubt {
			s.abort()
		}
		return e
	}
	return nil
}

// reset clears the server's state after a refusal: a transaction left open
// would make the next, innocent mail fail.
func (s *session) reset(e *Error) {
	if s.broken {
		return
	}
	if e != nil && (e.Code == 0 || e.Class == Throttled) {
		s.abort()
		return
	}
	if err := s.client.Reset(); err != nil {
		s.abort()
	}
}

// envelopeID names the mail in delivery reports (RFC 3461 section 4.4): the
// registration number, or nothing for a mail about no case.
func envelopeID(it Item) string {
	for _, r := range it.Case {
		if r <= ' ' || r > '~' {
			return ""
		}
	}
	return it.Case
}

func needsUTF8(from string, to []string) bool {
	return !isASCII(from) || !isASCII(strings.Join(to, ""))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fresh reports whether a kept session may serve another mail.
func (s *session) fresh(now time.Time, idle time.Duration) bool {
	return !s.broken && s.sent < mailsPerSession && now.Sub(s.idleSince) < idle
}

// mailsPerSession keeps below what providers take on one connection.
const mailsPerSession = 30
