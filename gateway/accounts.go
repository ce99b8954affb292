package gateway

import (
	"context"
	"net"
	"strings"
	"time"

	"xinfangd/configs"
	"xinfangd/gateway/mailbox"
	"xinfangd/gateway/submission"
)

// imapAccount is a box's account as the IMAP edge knows it.
func imapAccount(m configs.Mailbox, c configs.Config) mailbox.Account {
	return mailbox.Account{
		Box: m.ID, Host: m.IMAP.Host, Port: m.IMAP.Port, TLS: m.IMAP.TLS,
		CAFile: string(m.IMAP.CAFile), Plaintext: m.IMAP.Plaintext, LegacyTLS: m.IMAP.LegacyTLS,
		Username: m.IMAP.Username, Auth: m.IMAP.Auth, Password: password(m.IMAP.Login), Token: token(m.IMAP.TokenFile),
		Folder: m.IMAP.Folder, Poll: m.IMAP.Poll, After: after(m.After), Since: m.Since.In(c.Office.Location()),
		Sent: m.IMAP.Sent, LetterBytes: int64(c.Limits.LetterBytes),
	}
}

func after(a configs.After) mailbox.After {
	switch a.Do {
	case "seen":
		return mailbox.Seen
	case "move":
		return mailbox.MoveTo(a.Folder)
	}
	return mailbox.Keep
}

// smtpAccount is an account as the SMTP edge knows it.
func smtpAccount(s configs.SMTP) submission.Account {
	a := submission.Account{
		Host: s.Host, Port: s.Port, TLS: s.TLS, CAFile: string(s.CAFile), Username: s.Username,
		Plaintext: s.Plaintext, Connections: s.Connections, Rate: s.Rate,
	}
	if s.Username != "" {
		a.Password = password(s.Login)
	}
	return a
}

// password reads the secret anew at each login, so that a changed one needs no
// restart.
func password(l configs.Login) func() (string, error) {
	return func() (string, error) {
		secret, err := l.Secret()
		return secret.Reveal(), err
	}
}

func token(file configs.Path) func() (string, error) {
	if file == "" {
		return nil
	}
	return func() (string, error) {
		secret, err := configs.ReadSecret(file)
		return strings.TrimSpace(secret.Reveal()), err
	}
}

// resolver asks a server, host:port, for TXT records, or the system's when
// server is empty.
func resolver(server string) func(ctx context.Context, domain string) ([]string, error) {
	r := net.DefaultResolver
	if server != "" {
		if _, _, err := net.SplitHostPort(server); err != nil {
			server = net.JoinHostPort(server, "53")
		}
		dialer := &net.Dialer{Timeout: 5 * time.Second}
		r = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, server)
		}}
	}
	return r.LookupTXT
}
