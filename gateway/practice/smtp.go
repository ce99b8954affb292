package practice

import (
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

func (o *Office) smtpServer() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{office: o, hello: c.Hostname(), peer: c.Conn().RemoteAddr()}, nil
	}))
	s.Domain = AuthservID
	s.MaxMessageBytes = longestMail
	s.MaxRecipients = 100
	s.ReadTimeout = 5 * time.Minute
	s.WriteTimeout = time.Minute
	s.AllowInsecureAuth = true // it listens on loopback only
	s.EnableDSN = true
	s.EnableSMTPUTF8 = true
	s.ErrorLog = printer{o.log}
	return s
}

// envelope is one mail on its way in.
type envelope struct {
	from  string
	to    []string // as named, plus-tags included
	user  *Account // who logged in, nil for mail from outside
	hello string
	peer  string
}

type smtpSession struct {
	office *Office
	hello  string
	peer   net.Addr
	user   *Account
	cur    envelope
}

var _ smtp.AuthSession = (*smtpSession)(nil)

func (s *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

func (s *smtpSession) Auth(mech string) (sasl.Server, error) {
	check := func(username, password string) error {
		b, ok := s.office.box(username)
		if !ok || subtle.ConstantTimeCompare([]byte(password), []byte(b.account.Password)) != 1 {
			return smtp.ErrAuthFailed
		}
		a := b.account
		s.user = &a
		return nil
	}
	switch mech {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error { return check(username, password) }), nil
	case sasl.Login:
		return &loginServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

// loginServer is AUTH LOGIN, which old clients insist on.
type loginServer struct {
	check    func(username, password string) error
	username *string
	asked    bool
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case l.username == nil && response == nil && !l.asked:
		l.asked = true
		return []byte("Username:"), false, nil
	case l.username == nil:
		name := string(response)
		l.username = &name
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(*l.username, string(response))
}

func (s *smtpSession) Reset()        { s.cur = envelope{} }
func (s *smtpSession) Logout() error { return nil }

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	s.cur = envelope{from: from, user: s.user, hello: s.hello, peer: s.peer.String()}
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if _, ok := s.office.box(to); !ok {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox here"}
	}
	s.cur.to = append(s.cur.to, to)
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	err = s.office.deliver(s.cur, raw)
	if errors.Is(err, ErrFull) {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "the practice office is full"}
	}
	return err
}

// Deliver puts a mail into the mailbox of an address as if it came from
// outside: stamped by the MX, without any pass.
func (o *Office) Deliver(to string, raw []byte) error {
	from := soleFrom(raw)
	if strings.HasPrefix(strings.ToLower(from), "mailer-daemon@") {
		from = "" // RFC 3464 section 2: a report comes from nobody
	}
	return o.deliver(envelope{from: from, to: []string{to}, hello: "relay." + outside, peer: "192.0.2.25:25"}, raw)
}

// Send submits a mail as an authenticated user to the addresses of its To and
// Cc fields. The MX vouches for it when the user owns the From address.
func (o *Office) Send(from Account, raw []byte) error {
	return o.deliver(envelope{from: from.Address, to: recipients(raw), user: &from, hello: "client." + inside, peer: "127.0.0.1:587"}, raw)
}

// deliver files the mail with every recipient.
func (o *Office) deliver(e envelope, raw []byte) error {
	if len(e.to) == 0 {
		return errors.New("deliver mail: no recipient")
	}
	boxes := make([]*postbox, len(e.to))
	for i, to := range e.to {
		b, ok := o.box(to)
		if !ok {
			return ErrUnknown
		}
		boxes[i] = b
	}
	for i, b := range boxes {
		if _, err := o.put(b, inbox, o.stamp(e, e.to[i], raw), &imap.AppendOptions{}); err != nil {
			return err
		}
	}
	o.log.Debug("practice mail delivered", "recipients", len(e.to))
	return nil
}

// domainOf is the part behind the last @, in lower case.
func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
