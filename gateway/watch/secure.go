package watch

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
)

// strict lets a page load nothing, run nothing, be framed by nobody and send
// nothing anywhere.
const strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// headers are those of every answer. No cookie is ever set.
func headers(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strict)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
}

// policy is strict with the page's own style sheet let in by its digest, so that
// an office may have another template. There is one, in the head: what stands
// behind it is not looked at, and everything there was escaped.
func policy(page []byte) string {
	head, _, _ := bytes.Cut(page, []byte("</head>"))
	_, rest, ok := bytes.Cut(head, []byte("<style>"))
	style, _, closed := bytes.Cut(rest, []byte("</style>"))
	if !ok || !closed {
		return strict
	}
	digest := sha256.Sum256(style)
	return strict + "; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}

// known lets the pages of cases and divisions be asked for only where a token or
// a password is set: without one everybody at the machine could read them.
func (w *Watch) known(next http.HandlerFunc) http.Handler {
	if w.secured() {
		return w.guard(next)
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "先在配置中设置 http.token_file，再查看处室和单件来信", http.StatusForbidden)
	})
}
