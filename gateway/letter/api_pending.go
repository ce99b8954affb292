package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"time"
)

// ParseLimits reads a mail under the given limits.
func ParseLimits(raw []byte, l Limits) Letter {
	l = l.withDefaults()
	sum := sha256.Sum256(raw)
	return Letter{Digest: hex.EncodeToString(sum[:]), Root: &Part{}, Kind: KindPerson}
}

// Address is one mailbox: a display name, which proves nothing, and an address.
type Address struct {
	Name    string
	Address string
}

// LogValue shows the domain and a short digest only: logs hold no personal data.
func (a Address) LogValue() slog.Value { return slog.StringValue("") }

// String is the address as it stands in a header field, for reading by people.
func (a Address) String() string { return a.Address }

// Domain is the part behind the last @ in lower case.
func (a Address) Domain() string { return "" }

// ValidAddress says whether s is an address that mail can be sent to.
func ValidAddress(s string) bool { return false }

// Field is one header field.
type Field struct {
	// Name is the field's name as written.
	Name string
	// Value is the field's body, raw but unfolded.
	Value string
	// Offset is where the field begins in the raw mail, End where it ends,
	// its last line end included.
	Offset, End int
}

// Header is the decoded text of the first field with that name, or empty.
func (l Letter) Header(name string) string { return "" }

// HeaderAll is the decoded text of every field with that name, in order.
func (l Letter) HeaderAll(name string) []string { return nil }

// Part is one node of the MIME tree.
type Part struct {
	// Type is the declared media type in lower case, text/plain where none is declared.
	Type string
	// Params are the decoded parameters of Content-Type by lower-case name.
	Params map[string]string
	// Disposition is inline, attachment, or empty.
	Disposition string
	// Filename is the decoded file name, or empty.
	Filename string
	// Encoding is the declared Content-Transfer-Encoding in lower case.
	Encoding  string
	ContentID string
	Fields    []Field
	// Children are the parts of a multipart; the one child of a message/rfc822
	// is the mail that it holds.
	Children []*Part
	// Offset, Body and End are where the part's header, its body and the part
	// end, counted in the raw mail, or in the decoded bytes of the nearest
	// enclosing part that was itself encoded.
	Offset, Body, End int
}

// Data is the decoded content of the part; its charset is left alone.
func (p *Part) Data() []byte { return nil }

// Text is the content of a text part as UTF-8.
func (p *Part) Text() string { return "" }

// Attachment is a part that a person would see as a file.
type Attachment struct {
	// Index counts from 1, as people do in 附件 1,3.
	Index int
	// Name is the decoded file name without any path, never empty.
	Name string
	// Type is the declared media type.
	Type string
	// Size is the number of decoded bytes.
	Size int64
	// Inline says that the mail shows it inside its text.
	Inline bool
	Part   *Part
}

// Data is the attachment's bytes as the sender had them, never charset-converted.
func (a Attachment) Data() []byte { return nil }

// Report is what a delivery report says.
type Report struct {
	Recipients []Recipient
	// OriginalMessageID is the Message-ID of the mail it speaks of, without
	// angle brackets, or empty.
	OriginalMessageID string
	// Original is the quoted header, and what is quoted of the text, of that mail.
	Original string
}

// Recipient is the fate of one recipient.
type Recipient struct {
	Address string
	// Action is failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3).
	Action string
	// Status is an enhanced status code such as 5.1.1 (RFC 3463), derived from
	// the text where none is given.
	Status string
	// Code is the SMTP reply code, or empty.
	Code       string
	Diagnostic string
	// Permanent says that trying again is of no use; never true for a full mailbox.
	Permanent   bool
	MailboxFull bool
}

// FormFields maps a meaning (name, phone, email, subject, body, or any other
// word) to the labels that a web form puts before it.
type FormFields map[string][]string

// Form is what a web form's mail says about its writer.
type Form struct {
	Name, Phone, Subject, Body string
	// Email is the citizen's address, or empty when what was typed is none.
	Email string
	// Fields holds every labelled value by the key of FormFields.
	Fields map[string]string
}

// Form reads the letter as a web form's mail. It is false when none of the
// labels of the mapping stands in the text.
func (l Letter) Form(mapping FormFields) (Form, bool) { return Form{}, false }

// HTMLText is the text a reader of the page would see: hidden elements dropped,
// table cells apart, links kept as text.
func HTMLText(page string) string { return "" }

// Marker is the line above which our mails ask people to reply. A letter's new
// text ends at it with certainty.
func Marker() string { return "———— 请在此行以上回复 ————" }

// MessageDigest is the hexadecimal SHA-256 of a message without its Date and
// Message-ID fields: approval binds to it.
func MessageDigest(raw []byte) string { return "" }

// File is an attachment of an outgoing mail.
type File struct {
	Name string
	// Type is the media type; empty means application/octet-stream.
	Type string
	Data []byte
}

// Outgoing is a mail to be sent.
type Outgoing struct {
	From    Address
	ReplyTo []Address
	To, Cc  []Address
	Subject string
	// MessageID, InReplyTo and References carry no angle brackets.
	MessageID  string
	InReplyTo  []string
	References []string
	Date       time.Time
	// AutoSubmitted is auto-generated, auto-replied or empty (RFC 3834 section 5).
	AutoSubmitted string
	Text          string
	// HTML is the twin of Text, or empty.
	HTML        string
	Attachments []File
	// Extra are further header fields, in order.
	Extra []Field
}

// Bytes is the mail as it goes over the wire, with CRLF line ends and no line
// over 998 bytes. The same Outgoing always gives the same bytes.
func (o Outgoing) Bytes() ([]byte, error) { return nil, nil }
