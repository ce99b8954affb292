package submission

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// loginClient speaks the AUTH LOGIN of old servers
// (draft-murchison-sasl-login). go-sasl's own insists on the exact challenges;
// real servers write them in many ways, so only their order counts.
type loginClient struct {
	username, password string
	step               int
}

var errTooManyChallenges = errors.New("server asks for more than a name and a password")

func (c *loginClient) Start() (mech string, ir []byte, err error) { return "LOGIN", nil, nil }

func (c *loginClient) Next([]byte) ([]byte, error) {
	c.step++
	switch c.step {
	case 1:
		return []byte(c.username), nil
	case 2:
		return []byte(c.password), nil
	}
	return nil, errTooManyChallenges
}

// chooseAuth picks the mechanism among those offered. LOGIN comes after PLAIN;
// a server that offers neither, or nothing that we can read, is tried with
// PLAIN, since every submission server has it (RFC 6409 section 4.3 asks for
// AUTH, and RFC 4954 section 4 for PLAIN under TLS).
func chooseAuth(offered []string, username, password string) sasl.Client {
	has := make(map[string]bool, len(offered))
	for _, m := range offered {
		has[strings.ToUpper(m)] = true
	}
	if has["LOGIN"] && !has["PLAIN"] {
		return &loginClient{username: username, password: password}
	}
	return sasl.NewPlainClient("", username, password)
}

// helloRecorder reads the EHLO reply beside go-smtp, which compares keywords in
// upper case only and so overlooks `auth=LOGIN` and `250-auth LOGIN`.
type helloRecorder struct {
	buf []byte
	off bool
}

const longestHello = 8 << 10

func (r *helloRecorder) Write(b []byte) (int, error) {
	if room := longestHello - len(r.buf); !r.off && room > 0 {
		r.buf = append(r.buf, b[:min(len(b), room)]...)
	}
	return len(b), nil
}

// auth returns whether AUTH was offered, and its mechanisms.
func (r *helloRecorder) auth() (offered bool, mechs []string) {
	for line := range strings.Lines(string(r.buf)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "250")
		if !ok || len(rest) < 5 {
			continue
		}
		word := strings.FieldsFunc(rest[1:], func(c rune) bool { return c == ' ' || c == '=' || c == ',' })
		if len(word) == 0 || !strings.EqualFold(word[0], "AUTH") {
			continue
		}
		offered = true
		mechs = append(mechs, word[1:]...)
	}
	return offered, mechs
}

// login authenticates. RFC 4954 section 4: PLAIN and LOGIN bare the password,
// so they are used under TLS, on loopback, or where the office allowed it.
func (s *session) login(a Account, offered bool, mechs []string) *Error {
	if a.Password == nil || a.Username == "" {
		return nil
	}
	if !offered {
		return &Error{Class: Unreachable, Command: cmdAuth, Text: "server offers no AUTH"}
	}
	if !s.encrypted && !a.Plaintext && !isLoopback(a.Host) {
		return &Error{Class: Unreachable, Command: cmdAuth, Text: "refusing to log in without encryption"}
	}
	password, err := a.Password()
	if err != nil {
		return network(cmdAuth, Unreachable, fmt.Errorf("read password: %w", err))
	}
	if err := s.client.Auth(chooseAuth(mechs, a.Username, password)); err != nil {
		return wrap(cmdAuth, Unreachable, err)
	}
	return nil
}
