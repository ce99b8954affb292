package desk

import (
	"cmp"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"xinfangd/gateway/command"
	"xinfangd/gateway/store"
)

// Codes as people write them, full width too: a reply code with or without its
// label and dash, and a query code behind its label. What stands around them is
// checked by hand, RE2 cannot.
var (
	replyCode  = regexp.MustCompile(`(回执码[\s:：]*)?[<(\[（【“"']?([0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{5} ?[-‐‑‒–—―−－]? ?[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{5})[>)\]）】”"']?`)
	queryCodes = regexp.MustCompile(`(查询码[\s:：]*[<(\[（【“"']?)([0-9０-９]{10})`)
	// As 查询 编号 查询码 has it: behind a registration number, without a label.
	unlabelled = regexp.MustCompile(`([A-Za-zＡ-Ｚａ-ｚ]+[-－][0-9０-９]{4}[-－][0-9０-９]{6}[〕）)\]，,。；;:：\s]*)([0-9０-９]{10})`)
	// tenDigits may be a query code anywhere.
	tenDigits = regexp.MustCompile(`[0-9０-９]+`)
)

// codeLookups bounds how many words of one text are held against the register.
const codeLookups = 50

// discreet takes the codes out of a text that travels on: an opinion that
// becomes an answer, a supplement that goes to a division, a letter that quotes
// a receipt. A word that looks like a reply code goes when it is labelled as one
// or was issued; the query code is told to the citizen only (spec mail section 2).
func (w *work) discreet(text string) string {
	text = queryCodes.ReplaceAllString(command.WithoutCodes(text), "${1}（略）")
	text = unlabelled.ReplaceAllString(text, "${1}（略）")
	var kept strings.Builder
	at, lookups := 0, 0
	for _, m := range replyCode.FindAllStringSubmatchIndex(text, -1) {
		if inWord(text, m[4], m[5]) {
			continue
		}
		labelled := m[2] >= 0
		code, ok := command.CanonicalCode(text[m[4]:m[5]])
		if !ok || !labelled && (lookups >= codeLookups || !w.issued(code, &lookups)) {
			continue
		}
		kept.WriteString(text[at:m[0]])
		at = m[1]
	}
	kept.WriteString(text[at:])
	return strings.TrimSpace(kept.String())
}

// discreetField is a subject, a name or the name of a file without codes. It is
// never empty where something stood.
func (w *work) discreetField(text string) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	return cmp.Or(w.discreet(text), "（略）")
}

// longDigits are digits that may be a query code or a part of one that the edge
// of a quotation has cut.
var longDigits = regexp.MustCompile(`[0-9０-９]{5,}`)

// withoutQuery takes a case's query code out of what its citizen wrote, wherever
// it stands: a rating may show it behind the verb alone.
func withoutQuery(text, code string) string {
	return tenDigits.ReplaceAllStringFunc(text, func(digits string) string {
		if code != "" && norm.NFKC.String(digits) == code {
			return "（略）"
		}
		return digits
	})
}

// issued says whether a word is a reply code of ours. A register that does not
// answer counts as yes: the transaction fails anyway.
func (w *work) issued(code string, lookups *int) bool {
	*lookups++
	_, err := w.tx.LookupCode(code)
	return !errors.Is(err, store.ErrNotFound)
}

// inWord says whether letters or digits go on before or behind a stretch.
func inWord(text string, from, to int) bool {
	alnum := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' ||
			r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
	}
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	behind, _ := utf8.DecodeRuneInString(text[to:])
	return alnum(before) || alnum(behind)
}
