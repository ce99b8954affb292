package letter

import (
	"strings"
	"unicode/utf8"
)

// ParseLimits reads a mail under the given limits.
func ParseLimits(raw []byte, lim Limits) Letter {
	r := &reader{lim: lim.withDefaults()}
	l := Letter{}
	l.Root = r.part(place{src: raw, end: len(raw), mail: true, fallback: "text/plain"})
	l.Fields = l.Root.Fields
	r.hintFromHeader(l.Fields)
	l.charsetHint = r.hint
	if len(l.Fields) == 0 {
		r.defect(Defect{DefectHeaderMissing, ""})
	}
	l.readHeader(r)
	l.readBody(r)
	l.classify()
	l.Defects = r.defects
	l.Truncated = r.truncated
	return l
}

// hintFromHeader guesses the charset of raw eight-bit header text from all of it
// together: a name of two characters alone says too little.
func (r *reader) hintFromHeader(fields []Field) {
	if cs := parseCharset(r.hint); cs == csGB || cs == csBig5 {
		return
	}
	var raw []byte
	for _, f := range fields {
		if (f.Is("Subject") || f.Is("From") || f.Is("To") || f.Is("Cc") || f.Is("Reply-To")) && len(raw) < guessSample && !utf8.ValidString(f.Value) {
			raw = append(append(raw, f.Value...), '\n')
		}
	}
	if g := guessCharset(raw); g == csGB || g == csBig5 {
		r.hint = string(g)
	}
}

// readHeader fills what the header says about the mail.
func (l *Letter) readHeader(r *reader) {
	addresses := func(name string) []Address {
		raw, _ := field(l.Fields, name)
		list, d := parseAddresses(raw, r.hint)
		r.defect(d...)
		return list
	}
	for _, f := range l.Fields {
		if f.Is("From") {
			l.FromFields++
		}
	}
	l.From = addresses("From")
	l.Sender = addresses("Sender")
	l.ReplyTo = addresses("Reply-To")
	for _, f := range l.Fields {
		// QUIRK: some mailers write one To field per recipient.
		if f.Is("To") || f.Is("Cc") {
			list, d := parseAddresses(f.Value, r.hint)
			r.defect(d...)
			if f.Is("To") {
				l.To = append(l.To, list...)
			} else {
				l.Cc = append(l.Cc, list...)
			}
		}
	}
	raw, _ := field(l.Fields, "Subject")
	subject, d := decodeWords(raw, r.hint)
	r.defect(d...)
	if nestedWord(subject) {
		// QUIRK: web forms encode what their mailer encodes again.
		subject, d = decodeWords(subject, r.hint)
		r.defect(d...)
	}
	l.Subject = cleanLine(subject)
	if raw, ok := field(l.Fields, "Message-ID"); ok {
		if ids := messageIDs(raw); len(ids) > 0 {
			l.MessageID = ids[0]
		} else {
			l.MessageID = strings.Trim(cleanLine(raw), "<>")
		}
	}
	l.InReplyTo = l.ids("In-Reply-To")
	l.References = l.ids("References")
	if raw, ok := field(l.Fields, "Date"); ok {
		if l.Date, ok = parseDate(raw); !ok {
			r.defect(Defect{DefectDate, sanitizeDetail(raw)})
		}
	}
	l.SuppressReply = l.suppressesReply()
}

func (l *Letter) ids(name string) []string {
	var all []string
	for _, f := range l.Fields {
		if f.Is(name) {
			all = append(all, messageIDs(f.Value)...)
		}
	}
	return all
}

// suppressesReply reads X-Auto-Response-Suppress. Values that keep only
// delivery or read receipts back do not speak of replies.
func (l *Letter) suppressesReply() bool {
	raw, _ := field(l.Fields, "X-Auto-Response-Suppress")
	for _, w := range strings.FieldsFunc(strings.ToLower(raw), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if w == "all" || w == "autoreply" || w == "oof" || w == "-1" {
			return true
		}
	}
	return false
}
