package dossier

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"

	"xinfangd/gateway/letter"
)

var (
	shown   = regexp.MustCompile(`(回执码[：:]?\s*)[0-9A-Za-z]{5}-?[0-9A-Za-z]{5}`)
	headers = []string{"From", "To", "Subject", "Date", "Auto-Submitted"}
)

// Mask is a mail that may be shown while a reply code in it is alive: the
// readable text and the plain header fields, without the code and without the
// Message-IDs and reply addresses, in which codes stand too.
func Mask(raw []byte) []byte {
	l := letter.Parse(raw)
	var b bytes.Buffer
	for _, name := range headers {
		if value := l.Header(name); value != "" {
			b.WriteString(name + ": " + strings.Join(strings.Fields(value), " ") + "\r\n")
		}
	}
	b.WriteString("Message-ID: <***>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	text := shown.ReplaceAllString(l.Text, "${1}*****-*****")
	b.WriteString(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"))
	return b.Bytes()
}

// nameLimit is how many characters of an attachment's name are kept.
const nameLimit = 80

// SafeName makes a stranger's file name harmless: no path, no control or
// bidirectional characters, none of the names that Windows reserves.
func SafeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if runes := []rune(name); len(runes) > nameLimit {
		ext := ""
		if dot := strings.LastIndexByte(name, '.'); dot >= 0 && len(name)-dot <= 10 {
			ext = name[dot:]
		}
		name = string(runes[:nameLimit-len([]rune(ext))]) + ext
	}
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	if reserved.MatchString(base) {
		name = "_" + name
	}
	if name == "" {
		return "附件"
	}
	return name
}

var reserved = regexp.MustCompile(`^(CON|PRN|AUX|NUL|COM\d|LPT\d)$`)
