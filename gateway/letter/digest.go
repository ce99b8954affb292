package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// MessageDigest is the lower-case hexadecimal SHA-256 of a message without its
// Date and Message-ID fields, folded lines included. An approval binds to it:
// these two fields are fixed only when the mail is queued, everything else is
// what the approver saw.
func MessageDigest(raw []byte) string {
	head := splitHeader(raw, 0, len(raw), false, Limits{}.withDefaults())
	h := sha256.New()
	at := 0
	for _, f := range head.fields {
		if strings.EqualFold(f.Name, "Date") || strings.EqualFold(f.Name, "Message-ID") {
			h.Write(raw[at:f.Offset])
			at = f.End
		}
	}
	h.Write(raw[at:])
	return hex.EncodeToString(h.Sum(nil))
}
