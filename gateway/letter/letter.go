package letter

import (
	"time"
)

// Letter is everything that could be read out of one mail. The zero value is
// the mail without any content.
type Letter struct {
	// Digest is the lower-case hexadecimal SHA-256 of the raw bytes. Parse leaves
	// it empty: hashing costs as much as reading, and who keeps a letter hashes it
	// anyway.
	Digest string
	// Fields are the header fields of the mail in their order.
	Fields []Field

	// From are the addresses of the first From field. FromFields counts the
	// From fields: more than one of either is legal nowhere and trusted nowhere
	// (RFC 5322 section 3.6).
	From       []Address
	FromFields int
	Sender     []Address
	ReplyTo    []Address
	To         []Address
	Cc         []Address
	Subject    string
	// MessageID, InReplyTo and References carry no angle brackets.
	MessageID  string
	InReplyTo  []string
	References []string
	// Date is what the sender's clock said, or zero. Deadlines never run from it.
	Date time.Time

	// Text is the whole readable text: the plain part, else the HTML part as
	// text, then the text of forwarded mails.
	Text string
	// HasPlain says whether Text comes from a text/plain part.
	HasPlain bool
	// New is what the writer wrote: Text without quoted history and signature.
	New string
	// Signature is the signature below New, with its "-- " line, or empty.
	Signature string
	// Quoted is the quoted history, whether it stood below or between New, and
	// forwarded mails.
	Quoted string

	Attachments []Attachment
	Defects     []Defect

	Kind Kind
	// Evidence names the signs that Kind was concluded from.
	Evidence []string
	// SuppressReply says that the sender asks for no automatic answer
	// (X-Auto-Response-Suppress). It says nothing about who wrote: Exchange puts
	// the field on people's mail too.
	SuppressReply bool
	// Report is set for delivery reports.
	Report *Report

	// Truncated says that a limit was reached: the raw mail holds more than was read.
	Truncated bool

	// Root is the MIME tree, never nil after Parse.
	Root *Part

	// charsetHint is the charset that the body declares, for raw header text.
	charsetHint string
	// body is the text of this mail alone, without forwarded or returned ones.
	body string
}

// Kind says what sort of sender stands behind a mail.
type Kind string

// The kinds of mail. Only KindPerson may command, and only it is answered.
const (
	KindPerson       Kind = "person"
	KindAutomatic    Kind = "automatic"
	KindBounce       Kind = "bounce"
	KindNotification Kind = "notification"
	KindList         Kind = "list"
	KindReceipt      Kind = "receipt"
	KindFeedback     Kind = "feedback"
)

// Defect is something about a mail that is broken, was guessed or was cut.
type Defect struct {
	Code   string
	Detail string
}

// The codes of defects.
const (
	DefectCharsetGuessed  = "charset-guessed"
	DefectCharsetLying    = "charset-lying"
	DefectCharsetUnknown  = "charset-unknown"
	DefectTextDamaged     = "text-damaged"
	DefectHeaderLine      = "header-line"
	DefectHeaderRaw       = "header-raw-8bit"
	DefectHeaderMissing   = "header-missing"
	DefectMboxLine        = "mbox-line"
	DefectEncodingUnknown = "encoding-unknown"
	DefectEncodingDamaged = "encoding-damaged"
	DefectBoundaryMissing = "boundary-missing"
	DefectBoundaryOpen    = "boundary-unclosed"
	DefectAddress         = "address-damaged"
	DefectDate            = "date-damaged"
	DefectLimit           = "limit-reached"
	DefectTNEF            = "winmail-dat"
	DefectEncrypted       = "encrypted"
	DefectEmpty           = "text-empty"
)

// Limits bound what one mail may cost. A zero field means its default.
type Limits struct {
	// Depth is the deepest nesting of parts that is followed.
	Depth int
	// Parts is the number of parts that are read.
	Parts int
	// Header is the size in bytes of one header block.
	Header int
	// Line is the size in bytes of one header field.
	Line int
	// Text is the number of decoded bytes turned into readable text.
	Text int
	// Decoded is the number of bytes that encoded inner mails may unpack to.
	Decoded int64
}

// DefaultLimits are the limits of Parse.
func DefaultLimits() Limits {
	return Limits{
		Depth:   20,
		Parts:   500,
		Header:  256 << 10,
		Line:    64 << 10,
		Text:    16 << 20,
		Decoded: 64 << 20,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.Depth <= 0 {
		l.Depth = d.Depth
	}
	if l.Parts <= 0 {
		l.Parts = d.Parts
	}
	if l.Header <= 0 {
		l.Header = d.Header
	}
	if l.Line <= 0 {
		l.Line = d.Line
	}
	if l.Text <= 0 {
		l.Text = d.Text
	}
	if l.Decoded <= 0 {
		l.Decoded = d.Decoded
	}
	return l
}

// Parse reads a mail under the default limits. It keeps raw and reads
// attachments from it later; raw must not be changed afterwards.
func Parse(raw []byte) Letter {
	return ParseLimits(raw, Limits{})
}
