package practice

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"time"

	"xinfangd/gateway/letter"
)

// stamp writes on top what the office's MX has to say. From the top: where it
// went, what was verified, how it came. RFC 8601 section 4.1: the result stands
// above the trace field of the host that verified.
func (o *Office) stamp(e envelope, to string, raw []byte) []byte {
	o.mu.Lock()
	o.serial++
	serial := o.serial
	o.mu.Unlock()
	protocol := "ESMTP"
	if e.user != nil {
		protocol = "ESMTPA" // RFC 3848
	}
	peer, _, err := net.SplitHostPort(e.peer)
	if err != nil {
		peer = e.peer
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Return-Path: <%s>\r\n", headerSafe(e.from))
	fmt.Fprintf(&b, "Delivered-To: %s\r\n", headerSafe(to))
	fmt.Fprintf(&b, "Authentication-Results: %s; %s\r\n", AuthservID, results(e, raw))
	fmt.Fprintf(&b, "Received: from %s ([%s])\r\n\tby %s with %s id P%06d\r\n\tfor <%s>; %s\r\n",
		headerSafe(e.hello), headerSafe(peer), AuthservID, protocol, serial, headerSafe(to),
		o.opts.Now().Format(time.RFC1123Z))
	b.Write(withoutOurResults(raw))
	return b.Bytes()
}

// results says pass only for a user who owns the one address in From.
func results(e envelope, raw []byte) string {
	from := soleFrom(raw)
	if from == "" {
		return "none" // RFC 8601 section 2.2: nothing was evaluated
	}
	domain := domainOf(from)
	if e.user == nil || !strings.EqualFold(e.user.Address, from) {
		return "spf=none; dmarc=none header.from=" + domain
	}
	return fmt.Sprintf("spf=pass smtp.mailfrom=%s; dmarc=pass header.from=%s", domain, domain)
}

// soleFrom is the address in From when there is exactly one field with exactly
// one address, else "". A bare CR ends a line for some readers and not for
// others: no header that holds one is vouched for.
func soleFrom(raw []byte) string {
	from := ""
	// The display name may be in any charset; only the address matters here.
	anyCharset := &mime.WordDecoder{CharsetReader: func(_ string, r io.Reader) (io.Reader, error) { return r, nil }}
	parser := mail.AddressParser{WordDecoder: anyCharset}
	header := headerOf(raw)
	if bytes.ContainsRune(bytes.ReplaceAll(header, []byte("\r\n"), nil), '\r') {
		return ""
	}
	for _, f := range letter.Parse(header).Fields {
		if !f.Is("From") {
			continue
		}
		list, err := parser.ParseList(f.Value)
		if from != "" || err != nil || len(list) != 1 {
			return ""
		}
		from = list[0].Address
	}
	if headerSafe(from) != from {
		return ""
	}
	return from
}

// withoutOurResults removes fields that claim to be ours, which RFC 8601
// section 5 demands of whoever writes them.
func withoutOurResults(raw []byte) []byte {
	var out []byte
	last := 0
	for _, f := range letter.Parse(headerOf(raw)).Fields {
		if f.Is("Authentication-Results") && strings.Contains(strings.ToLower(f.Value), AuthservID) {
			out = append(out, raw[last:f.Offset]...)
			last = f.End
		}
	}
	return append(out, raw[last:]...)
}

// recipients are the addresses of To and Cc.
func recipients(raw []byte) []string {
	l := letter.Parse(headerOf(raw))
	var out []string
	for _, a := range append(append([]letter.Address{}, l.To...), l.Cc...) {
		if a.Address != "" {
			out = append(out, a.Address)
		}
	}
	return out
}

// headerOf is the header block of a mail, its empty line included.
func headerOf(raw []byte) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw, []byte(end)); i >= 0 {
			return raw[:i+len(end)]
		}
	}
	return raw
}

// headerSafe keeps what a client said in an envelope out of our own fields'
// syntax.
func headerSafe(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || strings.ContainsRune("<>()[];", r) {
			return -1
		}
		return r
	}, s)
}
