package command

// Codes finds the reply codes that texts show, in order and without repetition,
// as FormatCode shows them.
func Codes(texts ...string) []string { return nil }

// QueryCodes finds the query codes (查询码：0123456789) that texts show.
func QueryCodes(texts ...string) []string { return nil }

// WithoutCodes is the text without the lines that hold nothing but a reply code
// or query code, so that no code travels on in an opinion or an answer.
func WithoutCodes(text string) string { return text }

// CanonicalCode reads a reply code in any way of writing it; false when it is none.
func CanonicalCode(word string) (string, bool) { return "", false }
