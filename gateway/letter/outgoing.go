package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message"
)

// File is an attachment of an outgoing mail.
type File struct {
	Name string
	// Type is the media type; empty means application/octet-stream.
	Type string
	Data []byte
	// ContentID names a picture that the HTML shows (RFC 2392), without angle
	// brackets; attachments have none.
	ContentID string
}

// Outgoing is a mail to be sent. Names and the subject may hold anything, line
// ends become blanks; ids, addresses and extra fields that are not fit for a
// header are an error.
type Outgoing struct {
	// From, Date, MessageID and one recipient are required.
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
	HTML string
	// Pictures are shown by HTML, by their ContentID.
	Pictures    []File
	Attachments []File
	// Extra are further header fields, in order. Values are plain text.
	Extra []Field
}

// The ways in which an Outgoing can be unfit to be sent.
var (
	ErrNoSender    = errors.New("no sender")
	ErrNoRecipient = errors.New("no recipient")
	ErrNoDate      = errors.New("no date")
	ErrNoMessageID = errors.New("no message id")
)

// Bytes is the mail as it goes over the wire, with CRLF line ends and no line
// over 998 bytes. The same Outgoing always gives the same bytes.
func (o Outgoing) Bytes() ([]byte, error) {
	fields, err := o.fields()
	if err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	seed := o.seed()
	var buf bytes.Buffer
	if err := o.write(&buf, fields, seed); err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	return buf.Bytes(), nil
}

// fields are the header fields of the mail, without those of MIME, each ready
// and folded.
func (o Outgoing) fields() ([]string, error) {
	if o.From.Address == "" {
		return nil, ErrNoSender
	}
	if len(o.To)+len(o.Cc) == 0 {
		return nil, ErrNoRecipient
	}
	if o.Date.IsZero() {
		return nil, ErrNoDate
	}
	if o.MessageID == "" {
		return nil, ErrNoMessageID
	}
	var out []string
	lists := []struct {
		name string
		list []Address
	}{{"From", []Address{o.From}}, {"Reply-To", o.ReplyTo}, {"To", o.To}, {"Cc", o.Cc}}
	for _, l := range lists {
		if len(l.list) == 0 {
			continue
		}
		f, err := addressField(l.name, l.list)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	out = append(out, textField("Subject", o.Subject), "Date: "+o.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	for _, l := range []struct {
		name string
		ids  []string
	}{{"Message-ID", []string{o.MessageID}}, {"In-Reply-To", o.InReplyTo}, {"References", o.References}} {
		if len(l.ids) == 0 {
			continue
		}
		f, err := idField(l.name, l.ids)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	switch o.AutoSubmitted {
	case "":
	case "auto-generated", "auto-replied":
		out = append(out, "Auto-Submitted: "+o.AutoSubmitted)
	default:
		return nil, fmt.Errorf("auto-submitted %q is no keyword", o.AutoSubmitted)
	}
	for _, f := range o.Extra {
		if !tokenName(f.Name) || strings.ContainsAny(f.Value, "\r\n\x00") {
			return nil, fmt.Errorf("extra field %q is unfit for a header", f.Name)
		}
		out = append(out, textField(f.Name, f.Value))
	}
	return out, nil
}

func tokenName(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == ':' {
			return false
		}
	}
	return s != ""
}

// seed names the content, for boundaries. It leaves Date and Message-ID out:
// MessageDigest must not depend on them.
func (o Outgoing) seed() string {
	h := sha256.New()
	for _, s := range []string{o.From.Address, o.Subject, o.Text, o.HTML} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	for _, a := range slices.Concat(o.Pictures, o.Attachments) {
		fmt.Fprintf(h, "%d:%s%d:", len(a.Name), a.Name, len(a.Data))
		h.Write(a.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// write composes the mail: the texts alone, or a multipart/mixed of them and
// the attachments.
func (o Outgoing) write(w io.Writer, fields []string, seed string) error {
	fields = append(fields, "MIME-Version: 1.0")
	if len(o.Attachments) == 0 {
		return o.texts(seed, fields, func(h message.Header) (*message.Writer, error) { return message.CreateWriter(w, h) })
	}
	mw, err := message.CreateWriter(w, header(append(fields, multipartType("mixed", "=_m"+seed))))
	if err != nil {
		return err
	}
	if err := o.texts(seed, nil, mw.CreatePart); err != nil {
		return err
	}
	for _, a := range o.Attachments {
		if err := a.write(mw); err != nil {
			return err
		}
	}
	return mw.Close()
}

// texts writes the text, with its HTML twin where there is one.
func (o Outgoing) texts(seed string, fields []string, create func(message.Header) (*message.Writer, error)) error {
	if o.HTML == "" {
		return writeText(fields, "plain", o.Text, create)
	}
	mw, err := create(header(append(fields, multipartType("alternative", "=_a"+seed))))
	if err != nil {
		return err
	}
	if err := writeText(nil, "plain", o.Text, mw.CreatePart); err != nil {
		return err
	}
	if err := o.page(seed, mw.CreatePart); err != nil {
		return err
	}
	return mw.Close()
}

// page writes the HTML, together with the pictures that it shows (RFC 2387).
func (o Outgoing) page(seed string, create func(message.Header) (*message.Writer, error)) error {
	if len(o.Pictures) == 0 {
		return writeText(nil, "html", o.HTML, create)
	}
	mw, err := create(header([]string{"Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"=_r" + seed + "\""}))
	if err != nil {
		return err
	}
	if err := writeText(nil, "html", o.HTML, mw.CreatePart); err != nil {
		return err
	}
	for _, p := range o.Pictures {
		if err := p.write(mw); err != nil {
			return err
		}
	}
	return mw.Close()
}

func writeText(fields []string, subtype, text string, create func(message.Header) (*message.Writer, error)) error {
	text = crlf(validText(strings.ReplaceAll(text, "\x00", "")))
	encoding := "base64"
	if sevenBit(text) {
		encoding = "7bit"
	}
	w, err := create(header(append(fields, "Content-Type: text/"+subtype+"; charset=utf-8", "Content-Transfer-Encoding: "+encoding)))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return w.Close()
}

func (f File) write(mw *message.Writer) error {
	mediaType := strings.ToLower(f.Type)
	major, minor, ok := strings.Cut(mediaType, "/")
	// A message or multipart may not be base64 (RFC 2046 section 5.2.1), and
	// bytes must arrive as they are.
	if !ok || !tokenName(major) || !tokenName(minor) || strings.ContainsAny(mediaType, `;"()<>@,\[]?=`) || major == "multipart" || major == "message" {
		mediaType = "application/octet-stream"
	}
	name := cleanFilename(f.Name)
	if name == "" {
		name = "附件" + extension(mediaType)
	}
	disposition := "attachment"
	var id []string
	if f.ContentID != "" {
		if !idLike(f.ContentID) {
			return fmt.Errorf("content id %q is unfit for a header", f.ContentID)
		}
		disposition, id = "inline", []string{"Content-ID: <" + f.ContentID + ">"}
	}
	w, err := mw.CreatePart(header(append([]string{
		// The encoded word is for old Foxmail and Outlook, which know no RFC 2231.
		foldParam("Content-Type: "+mediaType, `name="`+encodeName(name)+`"`),
		"Content-Transfer-Encoding: base64",
		"Content-Disposition: " + disposition + filenameParam(name),
	}, id...)))
	if err != nil {
		return err
	}
	if _, err := w.Write(f.Data); err != nil {
		return err
	}
	return w.Close()
}

// idLike reports whether a text is the inside of a Content-ID (RFC 2045 section
// 7) as we write them.
func idLike(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 100 && !strings.ContainsAny(s, "<>()[]\\,;:\" ") && tokenName(s)
}

// header makes a go-message header of ready fields; it keeps them in reverse.
func header(fields []string) message.Header {
	var h message.Header
	for i := len(fields) - 1; i >= 0; i-- {
		h.AddRaw([]byte(fields[i] + "\r\n"))
	}
	return h
}

func multipartType(subtype, boundary string) string {
	return "Content-Type: multipart/" + subtype + ";\r\n boundary=\"" + boundary + "\""
}

// crlf gives every line end its wire form.
func crlf(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

func sevenBit(s string) bool {
	for line := range strings.SplitSeq(s, "\r\n") {
		if len(line) > 200 || strings.HasPrefix(line, "From ") {
			return false
		}
		for i := 0; i < len(line); i++ {
			if line[i] >= 0x7f || line[i] < ' ' && line[i] != '\t' {
				return false
			}
		}
	}
	return true
}
