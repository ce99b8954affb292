package authority

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// TestSignedAnew signs with fresh keys, and changes every byte of what is signed.
func TestSignedAnew(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := newCast(t, now)
	keys := map[string]Key{approver: {OpenPGP: pgpPublic(t, c.key), Certificate: pemOf(c.mine.cert), Roots: pemOf(c.root.cert)}}
	weigh := func(mail []byte) Standing {
		l := letter.Parse(mail)
		return must(Judge(t.Context(), l, mail, now.Add(time.Second), testRoster(), signedPolicy(keys), testRegister()))(t)
	}
	for name, entity := range map[string]string{
		"pgp": pgpMIME(t, plain(approval), c.key, now), "smime": smime(t, plain(approval), c.mine), "clear": plain(pgpClear(t, approval, c.key, now)),
	} {
		mail := []byte(envelope(approver, code) + entity)
		if s := weigh(mail); s.SignedBy == "" || !s.SignedCode || strings.TrimSpace(s.SignedText) != "批准" {
			t.Fatalf("%s: by %q, code %t, text %q, fault %v", name, s.SignedBy, s.SignedCode, s.SignedText, s.SignatureFault)
		}
		from := bytes.Index(mail, []byte("批准"))
		to := bytes.Index(mail, []byte("7Q4KM-2XD9P")) + len("7Q4KM-2XD9P")
		for i := from; i < to; i++ {
			changed := bytes.Clone(mail)
			changed[i] ^= 1
			if s := weigh(changed); s.SignedBy != "" {
				t.Errorf("%s: byte %d changed from %q passes", name, i, mail[i])
			}
		}
	}
}

// TestSignedReadable checks what the desk reads of a signed letter.
func TestSignedReadable(t *testing.T) {
	t.Parallel()
	keys, when := made(t)
	for name, want := range map[string]string{
		"command-below-signed": "收到，再议。", "clear-command-below": "收到，再议。", "genuine-pgp-footer": "批准", "genuine-smime-opaque": "批准\n回执码：7Q4KM-2XD9P",
		"signed-below-text": "转来前信。",
	} {
		raw := must(os.ReadFile(filepath.Join(signedDir, name+".eml")))(t)
		l := letter.Parse(raw)
		s := must(Judge(t.Context(), l, raw, when.Add(time.Hour), testRoster(), signedPolicy(keys), testRegister()))(t)
		if got := strings.TrimSpace(s.Readable(l).New); !strings.HasPrefix(got, want) || s.SignedBy != "" && got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if s.SignedBy != "" && s.SignedText != s.Readable(l).New {
			t.Errorf("%s: SignedText %q", name, s.SignedText)
		}
	}
}

// TestSignedWithoutNeed checks that whoever has no key on file, or need not
// sign, is judged as ever.
func TestSignedWithoutNeed(t *testing.T) {
	t.Parallel()
	keys, when := made(t)
	for name, keys := range map[string]map[string]Key{"without keys": nil, "with keys": keys} {
		p := testPolicy()
		p.Keys = keys
		for _, mail := range []string{"unsigned", "pgp-wrong-key", "genuine-pgp-mime"} {
			raw := must(os.ReadFile(filepath.Join(signedDir, mail+".eml")))(t)
			s := must(Judge(t.Context(), letter.Parse(raw), raw, when.Add(time.Hour), testRoster(), p, testRegister()))(t)
			if _, ruling, missing := s.Best(command.Approve, ""); ruling != Obey {
				t.Errorf("%s, %s: %s, missing %v", name, mail, ruling, missing)
			}
		}
	}
}

func TestNeed(t *testing.T) {
	t.Parallel()
	entry := func(v command.Verb) command.Entry { e, _ := command.Lookup(v); return e }
	p := Policy{Require: map[string][]Leg{"leader": {LegSigned}, "duty": {LegAuthenticated, LegOTP}, "office": {LegCode}},
		RequireVerb: map[command.Verb][]Leg{command.Approve: {LegCode, LegAuthenticated, LegSigned}, command.Close: {}}}
	for _, tt := range []struct {
		name          string
		role          petition.Role
		verb          command.Verb
		authenticated bool
		want          []Leg
	}{
		{"signed implies a code", petition.RoleLeader, command.Instruct, true, []Leg{LegSigned, LegCode}},
		{"reading, authenticated", petition.RoleLeader, command.Todo, true, []Leg{LegSigned}},
		{"reading, not authenticated", petition.RoleLeader, command.Todo, false, []Leg{LegSigned, LegCode}},
		{"password", petition.RoleDuty, command.Take, true, []Leg{LegAuthenticated, LegOTP}},
		{"reading has no password", petition.RoleDuty, command.Todo, true, []Leg{LegAuthenticated}},
		{"a code instead, not authenticated", petition.RoleDuty, command.Todo, false, []Leg{LegAuthenticated, LegCode}},
		{"role", petition.RoleApprover, command.Reject, true, []Leg{LegCode}},
		{"verb before role", petition.RoleApprover, command.Approve, true, []Leg{LegCode, LegAuthenticated, LegSigned}},
		{"verb without legs", petition.RoleHandler, command.Close, true, nil},
		{"default", petition.RoleLiaison, command.Answer, true, []Leg{LegCode}},
		{"citizen", petition.RoleCitizen, command.Withdraw, true, nil},
	} {
		got := Standing{policy: p, Authenticated: tt.authenticated}.need(tt.role, entry(tt.verb))
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
	}
	if diff := cmp.Diff([]Leg{LegSigned}, p.Require["leader"]); diff != "" {
		t.Errorf("the policy was written to: %s", diff)
	}
}

// TestSignedHold checks that a signed command without a code is held only when
// its confirmation must be signed too.
func TestSignedHold(t *testing.T) {
	t.Parallel()
	keys, when := made(t)
	raw := must(os.ReadFile(filepath.Join(signedDir, "genuine-without-code.eml")))(t)
	p := testPolicy()
	p.Keys = keys
	p.RequireVerb = map[command.Verb][]Leg{command.Approve: {LegCode, LegAuthenticated, LegSigned}}
	for _, tt := range []struct {
		confirm []Leg
		want    Ruling
	}{
		{nil, Report},
		{[]Leg{LegCode, LegAuthenticated}, Report},
		{[]Leg{LegCode, LegAuthenticated, LegSigned}, Hold},
	} {
		if tt.confirm != nil {
			p.RequireVerb[command.Confirm] = tt.confirm
		}
		s := must(Judge(t.Context(), letter.Parse(raw), raw, when.Add(time.Hour), testRoster(), p, testRegister()))(t)
		if _, got, missing := s.Best(command.Approve, "SFJX-2026-000123"); got != tt.want {
			t.Errorf("confirm by %v: got %s, missing %v", tt.confirm, got, missing)
		}
	}
}

func TestKeyCheck(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := newCast(t, now)
	public, cert, root := pgpPublic(t, c.key), pemOf(c.mine.cert), pemOf(c.root.cert)
	for name, tt := range map[string]struct {
		key   Key
		wrong string
	}{
		"openpgp":            {Key{OpenPGP: public}, ""},
		"certificate alone":  {Key{Certificate: cert}, ""},
		"roots alone":        {Key{Roots: root}, ""},
		"all":                {Key{OpenPGP: public, Certificate: cert, Roots: root}, ""},
		"empty":              {Key{}, "empty"},
		"no armor":           {Key{OpenPGP: []byte("x")}, "read openpgp key"},
		"two keys":           {Key{OpenPGP: append(bytes.Clone(public), pgpPublic(t, c.strangers)...)}, "not several"},
		"expired key":        {Key{OpenPGP: pgpPublic(t, c.expired)}, "cannot sign"},
		"other roots":        {Key{Certificate: cert, Roots: pemOf(c.foreignRoot.cert)}, "certificate is not good"},
		"other person":       {Key{Certificate: pemOf(c.colleague.cert), Roots: root}, "does not name"},
		"for servers":        {Key{Certificate: pemOf(c.server.cert), Roots: root}, "not meant for mail"},
		"two certificates":   {Key{Certificate: append(bytes.Clone(cert), cert...)}, "2 certificates"},
		"key in certificate": {Key{Certificate: []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}, "private key"},
		"no pem in roots":    {Key{Certificate: cert, Roots: []byte("x")}, "read roots"},
	} {
		err := tt.key.Check(approver, now)
		if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
			t.Errorf("%s: got %v, want %q", name, err, tt.wrong)
		}
	}
}

func TestSplitSigned(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, boundary, first, second string }{
		{"plain", "--b\none\n--b\ntwo\n--b--\n", "b", "one", "two"},
		{"crlf", "--b\r\none\r\n\r\n--b\r\ntwo\r\n--b--", "b", "one\r\n", "two"},
		{"preamble and epilogue", "pre\n--b\none\n--b\ntwo\n--b--\npost\n", "b", "one", "two"},
		{"blanks behind", "--b \t\none\n--b  \ntwo\n--b-- \n", "b", "one", "two"},
		{"trailing blank lines are signed", "--b\none\n\n\n--b\ntwo\n--b--\n", "b", "one\n\n", "two"},
		{"longer boundary inside", "--b\none\n--b1\n--b\ntwo\n--b--\n", "b", "one\n--b1", "two"},
		{"empty parts", "--b\n--b\n--b--\n", "b", "", ""},
		{"one part", "--b\none\n--b--\n", "b", "!", ""},
		{"three parts", "--b\none\n--b\ntwo\n--b\nthree\n--b--\n", "b", "!", ""},
		{"unclosed", "--b\none\n--b\ntwo\n", "b", "!", ""},
		{"opened again", "--b\none\n--b\ntwo\n--b--\n--b\nthree\n", "b", "!", ""},
		{"closed twice", "--b\none\n--b\ntwo\n--b--\n--b--\n", "b", "!", ""},
		{"closed first", "--b--\n--b\none\n--b\ntwo\n--b--\n", "b", "!", ""},
		{"no boundary", "--\none\n--\ntwo\n----\n", "", "!", ""},
		{"boundary too long", "", strings.Repeat("b", 71), "!", ""},
	} {
		first, second, ok := splitSigned([]byte(tt.body), tt.boundary)
		if tt.first == "!" {
			if ok {
				t.Errorf("%s: passes", tt.name)
			}
			continue
		}
		if !ok || string(first) != tt.first || string(second) != tt.second {
			t.Errorf("%s: %q, %q, %t", tt.name, first, second, ok)
		}
	}
}

// FuzzSigned looks for mails that break the parsers of signatures, and for
// signatures that the keys of the table never gave.
func FuzzSigned(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(signedDir, "*.eml"))
	if err != nil {
		f.Fatal(err)
	}
	genuine := map[string]bool{}
	read := func(name string) []byte { return must(os.ReadFile(name))(f) }
	key := Key{OpenPGP: read(filepath.Join(signedDir, "approver.asc")), Roots: read(filepath.Join(signedDir, "root.pem"))}
	when := must(time.Parse(time.RFC3339, strings.TrimSpace(string(read(filepath.Join(signedDir, "made.txt"))))))(f).Add(time.Hour)
	for _, name := range files {
		raw := read(name)
		f.Add(raw)
		if entity, _, err := signedEntity(foremost(letter.Parse(raw).Root), key, approver, when); err == nil {
			genuine[squeezed(entity)] = true
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		entity, by, err := signedEntity(foremost(letter.Parse(raw).Root), key, approver, when)
		if err == nil && (by == "" || !genuine[squeezed(entity)]) {
			t.Errorf("forged: %q", entity)
		}
	})
}

// squeezed is an entity without the blanks at line ends, which a clear-signed
// text does not sign.
func squeezed(entity []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(entity)) {
		b.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
	}
	return b.String()
}
