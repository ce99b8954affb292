package rules

import (
	"net/textproto"
	"slices"
	"strings"
)

// The fields that every set of rules knows; header and form fields that a rule
// names come after them.
const (
	fieldSubject = iota
	fieldBody
	fieldAttachmentText
	fieldAttachment
	fieldSender
	fieldCount
)

// fieldNames lists the names of the known fields as hits give them.
func fieldNames() []string {
	return []string{"subject", "body", "attachment_text", "attachment", "sender"}
}

// scope is where a condition's words may stand.
type scope struct {
	key    string // as the rule writes it
	fields []int
}

// contains tells whether the field belongs to the scope.
func (s scope) contains(field int) bool { return slices.Contains(s.fields, field) }

// title names the scope to a person.
func (s scope) title() string {
	switch s.key {
	case "text":
		return "来信"
	case "subject":
		return "标题"
	case "body":
		return "正文"
	case "sender":
		return "发件人"
	case "attachment":
		return "附件名"
	}
	if name, ok := strings.CutPrefix(s.key, "form."); ok {
		return "表单项" + name
	}
	return "信头" + strings.TrimPrefix(s.key, "header.")
}

// fields numbers the fields that rules name.
type fields []string

// scope returns the fields that a condition's key means, numbering new ones.
func (f *fields) scope(key string) scope {
	s := scope{key: key}
	switch key {
	case "text":
		s.fields = []int{fieldSubject, fieldBody, fieldAttachmentText}
	case "subject":
		s.fields = []int{fieldSubject}
	case "body":
		s.fields = []int{fieldBody}
	case "attachment":
		s.fields = []int{fieldAttachment}
	case "sender":
		s.fields = []int{fieldSender}
	default:
		if name, ok := strings.CutPrefix(key, "header."); ok {
			key = "header." + textproto.CanonicalMIMEHeaderKey(name)
		}
		i := slices.Index(*f, key)
		if i < 0 {
			i = len(*f)
			*f = append(*f, key)
		}
		s.fields = []int{i}
	}
	return s
}

// passages lists the texts of a letter that rules look at.
func (f fields) passages(t Text, used []bool) []passage {
	var out []passage
	add := func(field int, text string) {
		if text != "" && used[field] {
			out = append(out, passage{field: field, original: limit(text)})
		}
	}
	add(fieldSubject, t.Subject)
	add(fieldBody, t.Body)
	add(fieldAttachmentText, t.AttachmentText)
	for _, name := range t.Attachments {
		add(fieldAttachment, name)
	}
	add(fieldSender, t.Sender)
	for i := fieldCount; i < len(f); i++ {
		if name, ok := strings.CutPrefix(f[i], "form."); ok {
			add(i, t.Form[name])
			continue
		}
		for _, v := range header(t, strings.TrimPrefix(f[i], "header.")) {
			add(i, v)
		}
	}
	return out
}

// header returns the values of a header field, whose name may be spelt in
// several ways.
func header(t Text, name string) []string {
	if values, ok := t.Header[name]; ok && len(t.Header) == 1 {
		return values
	}
	var keys, out []string
	for key := range t.Header {
		if strings.EqualFold(key, name) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		out = append(out, t.Header[key]...)
	}
	return out
}
