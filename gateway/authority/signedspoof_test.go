package authority

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

var update = flag.Bool("update", false, "make keys and mails of testdata/signed anew")

const signedDir = "testdata/signed"

// signedPolicy asks for a signature besides what the spec asks for.
func signedPolicy(keys map[string]Key) Policy {
	p := testPolicy()
	p.Require = map[string][]Leg{"office": {LegCode, LegAuthenticated, LegSigned}}
	p.Keys = keys
	return p
}

// made reads the keys of the table and the time at which its mails were signed.
func made(t *testing.T) (map[string]Key, time.Time) {
	t.Helper()
	read := func(name string) []byte { return must(os.ReadFile(filepath.Join(signedDir, name)))(t) }
	when := must(time.Parse(time.RFC3339, strings.TrimSpace(string(read("made.txt")))))(t)
	return map[string]Key{
		"ShyB@jxw.example": {OpenPGP: read("approver.asc"), Roots: read("root.pem")},
		colleague:          {OpenPGP: read("colleague-expired.asc")},
	}, when
}

func remake(t *testing.T) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	c := newCast(t, now)
	files := map[string][]byte{"approver.asc": pgpPublic(t, c.key), "colleague-expired.asc": pgpPublic(t, c.expired), "root.pem": pemOf(c.root.cert),
		"made.txt": []byte(now.Format(time.RFC3339) + "\n")}
	for name, mail := range c.mails(t) {
		files[name+".eml"] = []byte(mail)
	}
	if err := os.RemoveAll(signedDir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(signedDir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(signedDir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// verbs are the commands of a mail as the desk would read them.
func verbs(l letter.Letter, otp []command.Verb) []command.Command {
	commands, _ := command.Parse(l.New, command.Options{Roster: testRoster(), Prefix: "SFJX", Year: 2026, OTP: otp})
	return commands
}

// signedSummary is a standing as the table of signatures writes it: who signed,
// what is wrong, whether 批准 is read, and the ruling on it.
func signedSummary(s Standing, l letter.Letter) string {
	var b strings.Builder
	if s.SignedBy != "" {
		b.WriteString("by=" + s.SignedBy + " ")
	}
	if s.SignatureFault != nil {
		b.WriteString("fault=" + s.SignatureFault.Code + " ")
	}
	var target petition.Number
	if commands := verbs(s.Readable(l), nil); slices.ContainsFunc(commands, func(c command.Command) bool { return c.Verb == command.Approve }) {
		b.WriteString("批准:")
		target = commands[0].Number
	} else {
		// What 批准 would have been worth; nobody commands it.
		b.WriteString("nothing:")
	}
	_, ruling, missing := s.Best(command.Approve, target)
	b.WriteString(string(ruling))
	for _, leg := range missing {
		b.WriteString(" -" + string(leg))
	}
	return b.String()
}

func TestSignedSpoofs(t *testing.T) {
	t.Parallel()
	if *update {
		remake(t)
	}
	tests := map[string]string{
		"genuine-pgp-mime":         "by=openpgp 批准:obey",
		"genuine-pgp-mime-typed":   "by=openpgp 批准:obey",
		"genuine-pgp-alternative":  "by=openpgp 批准:obey",
		"genuine-pgp-footer":       "by=openpgp 批准:obey",
		"genuine-pgp-no-header":    "by=openpgp 批准:obey",
		"genuine-clear":            "by=openpgp 批准:obey",
		"genuine-clear-dashes":     "by=openpgp 批准:obey",
		"genuine-clear-gbk-base64": "by=openpgp 批准:obey",
		"genuine-clear-mislabeled": "by=openpgp 批准:obey",
		"genuine-clear-attachment": "by=openpgp 批准:obey",
		"genuine-smime":            "by=smime 批准:obey",
		"genuine-smime-opaque":     "by=smime 批准:obey",
		"genuine-without-code":     "by=openpgp 批准:hold -code",

		"unsigned":                "fault=unsigned 批准:report -signed",
		"pgp-wrong-key":           "fault=other-key 批准:report -signed",
		"pgp-expired-key":         "fault=bad-certificate 批准:report -signed",
		"pgp-key-of-a-colleague":  "fault=other-key 批准:report -signed",
		"pgp-from-tomorrow":       "fault=bad-signature 批准:report -signed",
		"pgp-two-signatures":      "fault=several-signers 批准:report -signed",
		"pgp-other-text":          "fault=bad-signature 批准:report -signed",
		"pgp-text-added":          "fault=bad-signature 批准:report -signed",
		"pgp-charset-changed":     "fault=bad-signature 批准:report -signed",
		"pgp-signature-elsewhere": "fault=bad-signature 批准:report -signed",
		"pgp-three-parts":         "fault=malformed-signature 批准:report -signed",
		"pgp-unclosed":            "fault=malformed-signature 批准:report -signed",
		"pgp-boundary-again":      "fault=malformed-signature 批准:report -signed",
		"pgp-protocol-of-smime":   "fault=malformed-signature 批准:report -signed",
		"pgp-signature-as-text":   "fault=malformed-signature 批准:report -signed",
		"pgp-without-code":        "by=openpgp fault=signed-without-code 批准:report -signed",
		"pgp-other-code":          "by=openpgp fault=signed-without-code 批准:report -signed",
		"pgp-used-code":           "by=openpgp 批准:stale -code",
		"pgp-unauthenticated":     "by=openpgp 批准:report -authenticated",
		"pgp-empty-signature":     "fault=malformed-signature 批准:report -signed",

		"clear-wrong-key":       "fault=other-key nothing:report -signed",
		"clear-other-text":      "fault=bad-signature nothing:report -signed",
		"clear-command-above":   "fault=text-above nothing:report -signed",
		"clear-command-below":   "by=openpgp nothing:obey",
		"clear-reply-above":     "fault=text-above nothing:report -signed",
		"clear-quoted":          "fault=unsigned 批准:report -signed",
		"clear-in-header-lines": "fault=malformed-signature nothing:report -signed",
		"clear-attached":        "fault=unsigned nothing:report -signed",
		"clear-code-beside":     "by=openpgp 批准:hold -code",
		"clear-code-in-subject": "by=openpgp fault=signed-without-code 批准:report -signed",

		"smime-expired":         "fault=bad-certificate 批准:report -signed",
		"smime-colleague":       "fault=bad-certificate 批准:report -signed",
		"smime-name-only":       "fault=bad-certificate 批准:report -signed",
		"smime-lookalike":       "fault=bad-certificate 批准:report -signed",
		"smime-foreign-root":    "fault=bad-certificate 批准:report -signed",
		"smime-own-root":        "fault=bad-certificate 批准:report -signed",
		"smime-server-usage":    "fault=bad-certificate 批准:report -signed",
		"smime-no-usage":        "fault=bad-certificate 批准:report -signed",
		"smime-two-signers":     "fault=several-signers 批准:report -signed",
		"smime-other-text":      "fault=bad-signature 批准:report -signed",
		"smime-without-code":    "by=smime fault=signed-without-code 批准:report -signed",
		"smime-with-content":    "fault=malformed-signature 批准:report -signed",
		"smime-sha1":            "fault=bad-signature 批准:report -signed",
		"smime-no-attributes":   "fault=bad-signature 批准:report -signed",
		"smime-no-signers":      "fault=several-signers 批准:report -signed",
		"smime-rubbish":         "fault=malformed-signature 批准:report -signed",
		"smime-opaque-changed":  "fault=bad-signature nothing:report -signed",
		"smime-opaque-detached": "fault=malformed-signature nothing:report -signed",
		"smime-opaque-other":    "fault=bad-certificate nothing:report -signed",

		"command-above-signed":  "fault=unsigned nothing:report -signed",
		"command-below-signed":  "by=openpgp nothing:obey",
		"signed-below-text":     "fault=unsigned nothing:report -signed",
		"signed-below-blank":    "fault=unsigned 批准:report -signed",
		"signed-in-message":     "fault=unsigned nothing:report -signed",
		"signed-as-attachment":  "fault=unsigned 批准:report -signed",
		"signed-in-alternative": "fault=unsigned 批准:report -signed",
		"signed-first-of-two":   "fault=unsigned 批准:report -signed",
		"signed-in-octets":      "fault=unsigned nothing:report -signed",
		"signed-digest":         "fault=unsigned 批准:report -signed",
		"signed-two-from":       "批准:report -roster -authenticated -signed",
	}
	files := must(filepath.Glob(filepath.Join(signedDir, "*.eml")))(t)
	if len(files) != len(tests) {
		t.Errorf("%d files, %d expectations", len(files), len(tests))
	}
	keys, when := made(t)
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := must(os.ReadFile(filepath.Join(signedDir, name+".eml")))(t)
			for _, raw := range [][]byte{raw, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))} {
				l := letter.Parse(raw)
				s, err := Judge(t.Context(), l, raw, when.Add(time.Hour), testRoster(), signedPolicy(keys), testRegister())
				if err != nil {
					t.Fatal(err)
				}
				if got := signedSummary(s, l); got != want {
					t.Errorf("%s\n got %s\nwant %s", name, got, want)
				}
				commanded := slices.ContainsFunc(verbs(s.Readable(l), nil), func(c command.Command) bool { return c.Verb == command.Approve })
				if ok, _ := s.Allows(petition.RoleApprover, command.Approve, ""); ok && commanded && !strings.HasPrefix(name, "genuine") {
					t.Errorf("%s approves", name)
				}
			}
		})
	}
}
