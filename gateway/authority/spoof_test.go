package authority

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// summary is a standing as the table writes it, with the ruling on 批准.
func summary(s Standing) string {
	var b strings.Builder
	add := func(name, value string) {
		if value != "" {
			b.WriteString(name + "=" + value + " ")
		}
	}
	add("never", s.Never)
	if s.OnRoster {
		b.WriteString("roster ")
	} else if len(s.Posts) > 0 {
		b.WriteString("claimed ")
	}
	add("auth", s.AuthenticatedBy)
	for name, c := range map[string]*CodeInfo{"code": s.Code, "stale": s.StaleCode, "foreign": s.ForeignCode} {
		if c != nil {
			add(name, string(c.Matter)+"/"+c.State+"@"+s.CodeFrom)
		}
	}
	if s.WrongCode {
		add("wrong", "@"+s.CodeFrom)
	}
	if s.Replayable {
		b.WriteString("replayable ")
	}
	for _, r := range s.Suspicious {
		add("suspect", r.Code)
	}
	if s.Thread != nil {
		add("thread", string(s.Thread.Case))
	}
	_, ruling, _ := s.Best(command.Approve, "")
	b.WriteString("批准:" + string(ruling))
	return b.String()
}

func TestSpoofs(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"genuine":                    "roster auth=dmarc code=approval/live@In-Reply-To 批准:obey",
		"genuine-typed-code":         "roster auth=dmarc code=approval/live@text 批准:obey",
		"genuine-quoted-code":        "roster auth=dmarc code=approval/live@text 批准:obey",
		"genuine-plus-tag":           "roster auth=dmarc code=approval/live@To 批准:obey",
		"genuine-mixed-case-address": "roster auth=dmarc code=approval/live@In-Reply-To 批准:obey",

		"foreign-authserv":        "roster code=approval/live@In-Reply-To 批准:report",
		"lookalike-authserv":      "roster code=approval/live@In-Reply-To 批准:report",
		"results-below-our-hop":   "roster code=approval/live@In-Reply-To 批准:report",
		"results-far-below":       "roster code=approval/live@In-Reply-To 批准:report",
		"no-received":             "roster code=approval/live@In-Reply-To 批准:report",
		"results-fail-above-pass": "roster code=approval/live@In-Reply-To 批准:report",
		"comment-trick":           "roster code=approval/live@In-Reply-To 批准:report",
		"comment-nested":          "roster code=approval/live@In-Reply-To 批准:report",
		"quoted-local-part":       "roster code=approval/live@In-Reply-To 批准:report",
		"property-twice":          "roster code=approval/live@In-Reply-To 批准:report",
		"dkim-other-domain":       "roster code=approval/live@In-Reply-To 批准:report",
		"dkim-subdomain":          "roster code=approval/live@In-Reply-To 批准:report",
		"dkim-suffix":             "roster code=approval/live@In-Reply-To 批准:report",
		"dmarc-other-from":        "roster code=approval/live@In-Reply-To 批准:report",
		"spf-helo-only":           "roster code=approval/live@In-Reply-To 批准:report",
		"unclosed-comment":        "roster code=approval/live@In-Reply-To 批准:report",
		"other-version":           "roster code=approval/live@In-Reply-To 批准:report",
		"no-results":              "roster code=approval/live@In-Reply-To 批准:report",

		"two-from-fields":            "claimed code=approval/live@In-Reply-To suspect=forged-from 批准:report",
		"two-from-fields-ours-first": "claimed code=approval/live@In-Reply-To suspect=forged-from 批准:report",
		"from-with-two-addresses":    "claimed code=approval/live@In-Reply-To suspect=forged-from 批准:report",
		"from-with-two-angles":       "claimed code=approval/live@In-Reply-To suspect=forged-from 批准:report",
		"from-field-with-blank":      "claimed code=approval/live@In-Reply-To suspect=forged-from 批准:report",
		"display-name":               "auth=dmarc foreign=approval/live@In-Reply-To suspect=foreign-code suspect=display-name 批准:deny",
		"display-name-of-a-person":   "auth=dmarc 批准:deny",
		"kelvin-sign":                "auth=dmarc foreign=approval/live@In-Reply-To suspect=foreign-code 批准:deny",

		"no-code":                    "roster auth=dmarc 批准:hold",
		"number-only":                "roster auth=dmarc 批准:hold",
		"code-of-a-colleague":        "roster auth=dmarc foreign=approval/live@In-Reply-To suspect=foreign-code 批准:report",
		"code-of-a-colleague-quoted": "roster auth=dmarc foreign=approval/live@text suspect=foreign-code 批准:report",
		"code-never-issued":          "roster auth=dmarc wrong=@text suspect=wrong-code 批准:report",
		"code-void":                  "roster auth=dmarc stale=approval/void@In-Reply-To 批准:stale",
		"code-used":                  "roster auth=dmarc stale=approval/used@In-Reply-To 批准:stale",
		"code-expired":               "roster auth=dmarc stale=approval/expired@In-Reply-To 批准:stale",
		"code-of-another-matter":     "roster auth=dmarc code=triage/live@In-Reply-To 批准:hold",
		"code-in-hidden-html":        "roster auth=dmarc 批准:hold",
		"code-in-attachment":         "roster auth=dmarc 批准:hold",
		"code-in-foreign-message-id": "roster auth=dmarc 批准:hold",

		"own-message-id":  "never=本系统发出的邮件 roster auth=dmarc code=approval/live@In-Reply-To 批准:ignore",
		"own-address":     "never=本系统发出的邮件 auth=dmarc foreign=approval/live@In-Reply-To 批准:deny",
		"automatic-reply": "never=自动邮件 roster auth=dmarc code=approval/live@In-Reply-To 批准:ignore",
		"list-mail":       "never=邮件列表 roster auth=dmarc code=approval/live@In-Reply-To 批准:ignore",
		"bounce":          "never=退信 roster auth=dmarc code=approval/live@In-Reply-To 批准:ignore",

		"outsider-with-live-code":    "auth=dmarc foreign=approval/live@In-Reply-To suspect=foreign-code 批准:deny",
		"outsider-with-dead-code":    "auth=dmarc foreign=approval/void@In-Reply-To 批准:deny",
		"citizen-approving":          "auth=dmarc thread=SFJX-2026-000123 批准:deny",
		"liaison-approving":          "roster auth=dmarc code=dispatch/live@In-Reply-To 批准:deny",
		"liaison-with-approval-code": "roster auth=dmarc foreign=approval/live@In-Reply-To suspect=foreign-code 批准:report",
	}
	files, err := filepath.Glob("testdata/spoof/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(tests) {
		t.Errorf("%d files, %d expectations", len(files), len(tests))
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(filepath.Join("testdata", "spoof", name+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, raw := range [][]byte{raw, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))} {
				s, err := Judge(t.Context(), letter.Parse(raw), raw, testNow(), testRoster(), testPolicy(), testRegister())
				if err != nil {
					t.Fatal(err)
				}
				if got := summary(s); got != want {
					t.Errorf("%s\n got %s\nwant %s", name, got, want)
				}
				for _, role := range []petition.Role{petition.RoleApprover, petition.RoleLeader} {
					if ok, _ := s.Allows(role, command.Approve, ""); ok && !strings.HasPrefix(name, "genuine") {
						t.Errorf("%s may approve as %s", name, role)
					}
				}
			}
		})
	}
}
