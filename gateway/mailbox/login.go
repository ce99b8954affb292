package mailbox

import (
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// login proves who we are. Passwords go by LOGIN unless the account says
// otherwise: 163 and 126 advertise SASL-IR and refuse it, QQ and Sina advertise
// AUTH=PLAIN and refuse it.
func (s *session) login(a Account) error {
	if a.Auth == AuthXOAuth2 {
		token, err := a.Token()
		if err != nil {
			return fmt.Errorf("read token: %w", err)
		}
		s.tail.hide(token)
		return s.client.Authenticate(&xoauth2{user: a.Username, token: token})
	}
	password, err := a.Password()
	if err != nil {
		return fmt.Errorf("read password: %w", err)
	}
	s.tail.hide(password)
	if a.Auth == AuthPlain {
		return s.client.Authenticate(sasl.NewPlainClient("", a.Username, password))
	}
	return s.client.Login(a.Username, password).Wait()
}

// refused tells a login that was turned down from one that could not be judged
// just then (RFC 5530 section 3).
func refused(err error) bool {
	e, ok := errors.AsType[*imap.Error](err)
	if !ok || e.Type == imap.StatusResponseTypeBye {
		return false
	}
	switch e.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeServerBug, imap.ResponseCodeLimit:
		return false
	}
	return true
}

// xoauth2 is the mechanism that Google and Microsoft speak.
type xoauth2 struct {
	user, token string
}

func (x *xoauth2) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's explanation of a refusal, after which the refusal
// itself follows. The answer should be empty, which go-imap sends as "=", no
// valid base64; servers ignore what it says, and RFC 7628 section 3.2.3 uses
// this byte for the same purpose.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{1}, nil }
