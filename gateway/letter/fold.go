package letter

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"
)

// lineTarget is how long a header line should be at most (RFC 5322 section
// 2.1.1), and an encoded word is never longer than 75 (RFC 2047 section 2).
const (
	lineTarget = 76
	wordMax    = 75
)

// textField is an unstructured field, encoded and folded.
func textField(name, value string) string {
	value = cleanLine(value)
	head := name + ":"
	if plainASCII(value) && !strings.Contains(value, "=?") {
		return head + foldWords(value, len(head))
	}
	return head + encodeWords(value, len(head))
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// foldWords folds ASCII text at blanks. A word too long for any line is encoded,
// since a line may never pass 998 bytes.
func foldWords(s string, used int) string {
	var out strings.Builder
	for w := range strings.SplitSeq(s, " ") {
		if len(w) > 900 {
			return encodeWords(s, used)
		}
		// A line of nothing but blanks is obsolete syntax: fold only before a word.
		if used+1+len(w) > lineTarget && w != "" && out.Len() > 0 {
			out.WriteString("\r\n")
			used = 0
		}
		out.WriteString(" " + w)
		used += 1 + len(w)
	}
	return out.String()
}

// encodeWords is text as folded B-encoded words in UTF-8, no character cut in two.
func encodeWords(s string, used int) string {
	const open, end = "=?UTF-8?B?", "?="
	var out strings.Builder
	first := true
	for s != "" {
		room := wordMax
		if first {
			room = min(wordMax, lineTarget-used-1)
		}
		n := (room - len(open) - len(end)) / 4 * 3
		if n < utf8.UTFMax {
			n = utf8.UTFMax
		}
		cut := min(n, len(s))
		for cut < len(s) && cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		if !first {
			out.WriteString("\r\n")
		}
		out.WriteString(" " + open + base64.StdEncoding.EncodeToString([]byte(s[:cut])) + end)
		s = s[cut:]
		first = false
	}
	return out.String()
}

// addressField is a folded address list.
func addressField(name string, list []Address) (string, error) {
	out := name + ":"
	used := len(out)
	for i, a := range list {
		if !writable(a.Address) {
			return "", fmt.Errorf("field %s: address is unfit for a header", name)
		}
		item := "<" + a.Address + ">"
		if n := cleanLine(a.Name); n == "" {
			item = a.Address
		} else if plainASCII(n) && !strings.Contains(n, "=?") && len(n) < 60 {
			item = quoteName(n) + " " + item
		} else {
			words := encodeWords(n, used)
			item = strings.TrimPrefix(words, " ") + "\r\n " + item
		}
		if i < len(list)-1 {
			item += ","
		}
		firstLine, _, _ := strings.Cut(item, "\r\n")
		if i > 0 && used+1+len(firstLine) > lineTarget {
			out += "\r\n"
			used = 0
		}
		out += " " + item
		if j := strings.LastIndex(item, "\r\n"); j >= 0 {
			used = len(item) - j - 2
		} else {
			used += 1 + len(item)
		}
	}
	return out, nil
}

// writable says whether an address can stand in a header without breaking it.
func writable(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 254 {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r >= 0x7f && !chinese(r) || strings.ContainsRune(`<>(),;:\"[]`, r) {
			return false
		}
	}
	return strings.Count(s, "@") == 1
}

func quoteName(s string) string {
	atom := true
	for i := 0; i < len(s); i++ {
		if !alnum(s[i]) && s[i] != ' ' && s[i] != '-' {
			atom = false
		}
	}
	if atom {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// ValidMessageID says whether an id can be named in a field of ours. Mailers
// write ids with commas, blanks or letters outside ASCII in them: such a letter
// is known by its id, but an answer cannot quote it.
func ValidMessageID(id string) bool {
	return id != "" && len(id) <= 900 && plainASCII(id) && !strings.ContainsAny(id, "<> ,")
}

// idField is a field of message ids, one to a line.
func idField(name string, ids []string) (string, error) {
	out := name + ":"
	for i, id := range ids {
		if !ValidMessageID(id) {
			return "", fmt.Errorf("field %s: id is unfit for a header", name)
		}
		if i > 0 {
			out += "\r\n"
		}
		out += " <" + id + ">"
	}
	return out, nil
}

// encodeName is a file name as encoded words for the name parameter.
func encodeName(name string) string {
	if plainASCII(name) {
		return strings.NewReplacer(`\`, `_`, `"`, `_`).Replace(name)
	}
	return strings.TrimPrefix(encodeWords(name, 0), " ")
}

func foldParam(head, param string) string {
	return head + ";\r\n " + param
}

// filenameParam is the file name in the notation of RFC 2231, in pieces where
// it is long.
func filenameParam(name string) string {
	if plainASCII(name) && len(name) < 60 {
		return ";\r\n filename=\"" + strings.NewReplacer(`\`, `_`, `"`, `_`).Replace(name) + `"`
	}
	enc := make([]string, 0, len(name))
	for i := 0; i < len(name); i++ {
		if alnum(name[i]) || name[i] == '.' || name[i] == '-' || name[i] == '_' {
			enc = append(enc, name[i:i+1])
		} else {
			enc = append(enc, fmt.Sprintf("%%%02X", name[i]))
		}
	}
	if whole := strings.Join(enc, ""); len(whole) < 54 {
		return ";\r\n filename*=UTF-8''" + whole
	}
	var out strings.Builder
	line := "UTF-8''"
	n := 0
	for _, e := range enc {
		if len(line)+len(e) > 56 {
			fmt.Fprintf(&out, ";\r\n filename*%d*=%s", n, line)
			line = ""
			n++
		}
		line += e
	}
	fmt.Fprintf(&out, ";\r\n filename*%d*=%s", n, line)
	return out.String()
}
