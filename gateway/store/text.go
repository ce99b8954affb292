package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"
)

// clean makes a text storable: PostgreSQL refuses NUL and invalid UTF-8, SQLite
// would take them, and a letter that works on one must work on the other.
func clean(s string) string {
	if !strings.Contains(s, "\x00") && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// bind is the one place where parameters of queries are made storable.
func bind(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case nil, Time, []byte, bool, int, int64, pq.StringArray:
			out[i] = v
		case string:
			out[i] = clean(v)
		default:
			out[i] = arg
			if value := reflect.ValueOf(arg); value.Kind() == reflect.String {
				out[i] = clean(value.String())
			}
		}
	}
	return out
}

// indexed is the length in bytes to which texts from outside are cut when they
// stand in an index: PostgreSQL refuses index rows over 2,704 bytes, and a
// letter with an endless Message-ID must be registered all the same.
const indexed = 600

// clip cuts a text to what an index takes, at a character's edge. What is
// looked up must be clipped likewise.
func clip(s string) string {
	s = clean(s)
	if len(s) <= indexed {
		return s
	}
	cut := indexed
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// lowerAddress is the form in which addresses are compared: both parts without
// case (spec mail section 1).
func lowerAddress(address string) string {
	return clip(strings.ToLower(strings.TrimSpace(address)))
}

// optional turns an empty word into NULL, for columns that refer to other rows.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// optionalID turns 0 into NULL.
func optionalID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// listText writes a list of texts into one column.
func listText(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	cleaned := make([]string, len(list))
	for i, s := range list {
		cleaned[i] = clean(s)
	}
	b, err := json.Marshal(cleaned)
	if err != nil { // a list of strings always marshals
		return "[]"
	}
	return string(b)
}

// readList is the reverse of listText; what is no list reads as none.
func readList(text string) []string {
	var list []string
	if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return nil
	}
	return list
}

// keyed is a digest that only holders of the office's key can make. The purpose
// keeps digests of different uses apart.
func (s *Store) keyed(purpose, text string) string {
	mac := hmac.New(sha256.New, s.o.Key)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// sum is the hexadecimal SHA-256 of the joined parts.
func sum(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
