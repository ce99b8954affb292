// Package practice is the practice office: an IMAP server and an SMTP server on
// loopback, invented people with mailboxes, invented letters, and players that
// read their mail and answer it as a citizen, a liaison or an approver would.
// The demo and the scenario tests run the whole daemon against it. It knows
// mail and the configuration's file form, nothing of the gateway's inside.
package practice

import (
	"context"
	"log/slog"
	"time"
)

// Options of an office. Dir is where Config lets the gateway keep its files;
// the rest may be zero.
type Options struct {
	Dir        string
	ListenIMAP string // default 127.0.0.1:0
	ListenSMTP string // default 127.0.0.1:0
	Now        func() time.Time
	Logger     *slog.Logger
}

// What says which part a person of the practice office plays.
type What string

// The parts.
const (
	Box      What = "box"      // a public mailbox of the office, pulled by the gateway
	WorkBox  What = "work"     // the work box, pulled by the gateway
	Citizen  What = "citizen"  // outside
	Liaison  What = "liaison"  // of a division
	Head     What = "head"     // of a division
	Handler  What = "handler"  // of the office
	Approver What = "approver" // of the office
	Leader   What = "leader"
	Duty     What = "duty"
	Centre   What = "centre" // information centre
)

// Account is a mailbox with a login, for IMAP and SMTP alike.
type Account struct {
	Address  string
	Password string
	Name     string
	What     What
	Division string // of liaisons and heads
}

// Mail is one message lying in a mailbox.
type Mail struct {
	UID     uint32
	Arrived time.Time
	Raw     []byte
}

// Office is a running practice office.
type Office struct {
	IMAPAddr string
	SMTPAddr string
	Accounts []Account
}

// Start starts the servers. Close ends them.
func Start(o Options) (*Office, error) { return nil, nil }

// Close ends both servers and every connection.
func (o *Office) Close() error { return nil }

// Account returns the account of an address, plus-tags ignored.
func (o *Office) Account(address string) (Account, bool) { return Account{}, false }

// Person returns the first account that plays the part.
func (o *Office) Person(w What) Account { return Account{} }

// Config writes a complete configuration for this office below dir and returns
// the path of the YAML file.
func (o *Office) Config(dir string) (string, error) { return "", nil }

// Deliver puts a mail into the mailbox of an address as if it came from
// outside: stamped by the MX, without any pass.
func (o *Office) Deliver(to string, raw []byte) error { return nil }

// Send submits a mail as an authenticated user to the addresses of its To and
// Cc fields. The MX vouches for it when the user owns the From address.
func (o *Office) Send(from Account, raw []byte) error { return nil }

// Mailbox returns everything that lies in the INBOX of an address, in the order
// of arrival.
func (o *Office) Mailbox(address string) []Mail { return nil }

// Wait blocks until a mail in the INBOX of the address satisfies match, and
// returns it.
func (o *Office) Wait(ctx context.Context, address string, match func(Mail) bool) (Mail, error) {
	return Mail{}, nil
}

// WaitCount blocks until the INBOX of the address holds at least n mails.
func (o *Office) WaitCount(ctx context.Context, address string, n int) ([]Mail, error) {
	return nil, nil
}

// Reply builds the mail that a common client would send when its user answers:
// In-Reply-To, References, Re: subject, and the whole mail quoted below.
func Reply(to Mail, from Account, text string) []byte { return nil }

// Event is something a played person did, for a timeline.
type Event struct {
	At      time.Time
	Who     Account
	What    string // in Chinese, for people
	Subject string
	// Letter names the sample letter, or the registration number once it is known.
	Letter string
}

// Play reads the mailboxes of all people and answers for them until ctx is
// done, telling events what they do.
func (o *Office) Play(ctx context.Context, events func(Event)) error { return nil }

// Sample is an invented letter.
type Sample struct {
	Name string // what it is good for
	To   string // the public box
	From string // the citizen's address
	Raw  []byte
}

// Samples returns the twenty sample letters, dated at the given time.
func Samples(at time.Time) []Sample { return nil }
