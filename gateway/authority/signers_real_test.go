package authority

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
)

// These tests sign as people do, with the programs of Debian.

// run runs a program on an input and returns what it writes.
func run(t *testing.T, env []string, input []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin, cmd.Env = bytes.NewReader(input), append(os.Environ(), env...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, complaint.Bytes())
	}
	return out.Bytes()
}

// expect judges a mail and its variants: as it is, with CRLF, and with another
// command in place of the one signed.
func expect(t *testing.T, what, mail string, key Key, by string) {
	t.Helper()
	// A mail comes in a while after it was signed.
	now := time.Now().Add(time.Second)
	weigh := func(raw string) string {
		l := letter.Parse([]byte(raw))
		s, err := Judge(t.Context(), l, []byte(raw), now, testRoster(), signedPolicy(map[string]Key{approver: key}), testRegister())
		if err != nil {
			t.Fatal(err)
		}
		return signedSummary(s, l)
	}
	want := "by=" + by + " 批准:obey"
	if got := weigh(mail); got != want {
		t.Errorf("%s: got %s, want %s\n%s", what, got, want, mail)
	}
	if got := weigh(strings.ReplaceAll(strings.ReplaceAll(mail, "\r\n", "\n"), "\n", "\r\n")); got != want {
		t.Errorf("%s with CRLF: got %s, want %s", what, got, want)
	}
	if changed := strings.Replace(mail, "批准", "退回", 1); changed != mail {
		if got := weigh(changed); !strings.HasPrefix(got, "fault="+FaultInvalid) {
			t.Errorf("%s, changed: got %s", what, got)
		}
	}
}

func TestGPG(t *testing.T) {
	t.Parallel()
	gpg := program(t, "gpg")
	// NOTE: the socket of gpg-agent must have a short path, which t.TempDir has not.
	home, err := os.MkdirTemp("", "gpg")
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"GNUPGHOME=" + home, "LC_ALL=C.UTF-8"}
	t.Cleanup(func() {
		if conf, err := exec.LookPath("gpgconf"); err == nil {
			kill := exec.Command(conf, "--kill", "all")
			kill.Env = append(os.Environ(), env...)
			if err := kill.Run(); err != nil {
				t.Logf("end gpg-agent: %v", err)
			}
		}
		if err := os.RemoveAll(home); err != nil {
			t.Logf("remove %s: %v", home, err)
		}
	})
	for _, algorithm := range []string{"ed25519", "rsa2048"} {
		user := algorithm + " <" + approver + ">"
		run(t, env, nil, gpg, "--batch", "--passphrase", "", "--quick-generate-key", user, algorithm, "sign", "1y")
		key := Key{OpenPGP: run(t, env, nil, gpg, "--armor", "--export", user)}
		if err := key.Check(approver, time.Now()); err != nil {
			t.Errorf("check %s: %v", algorithm, err)
		}
		sign := func(text []byte, how ...string) string {
			return string(run(t, env, text, gpg, append([]string{"--batch", "--armor", "--local-user", user}, how...)...))
		}
		for _, text := range []string{approval, "批准  \t\n\n-- \n审核员\n" + quoting + "7Q4KM-2XD9P\n\n\n"} {
			expect(t, algorithm+" clear-signed", envelope(approver, code)+plain(sign([]byte(text), "--clear-sign")), key, ByOpenPGP)
			for _, how := range [][]string{{"--detach-sign"}, {"--detach-sign", "--textmode"}} {
				signature := sign(canonical([]byte(plain(text))), how...)
				mail := envelope(approver, code) + multipart("signed", "b", pgpParams, plain(text), pgpPart([]byte(signature)))
				expect(t, algorithm+" "+strings.Join(how, " "), mail, key, ByOpenPGP)
			}
		}
		// A signature by SHA-1 proves nothing.
		weak := sign(canonical([]byte(plain(approval))), "--detach-sign", "--digest-algo", "SHA1")
		mail := envelope(approver, code) + multipart("signed", "b", pgpParams, plain(approval), pgpPart([]byte(weak)))
		s := must(Judge(t.Context(), letter.Parse([]byte(mail)), []byte(mail), time.Now(), testRoster(), signedPolicy(map[string]Key{approver: key}), testRegister()))(t)
		if s.SignedBy != "" {
			t.Errorf("%s by SHA-1 passes", algorithm)
		}
	}
}

func TestOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := program(t, "openssl")
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	config := "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n" +
		"[mail]\nbasicConstraints=CA:false\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\nsubjectAltName=email:" + approver + "\n"
	if err := os.WriteFile(at("conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, nil, nil, openssl, "req", "-config", at("conf"), "-x509", "-extensions", "ca", "-newkey", "rsa:2048", "-nodes", "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=office", "-days", "3650")
	for _, kind := range [][]string{{"rsa:2048"}, {"ec", "-pkeyopt", "ec_paramgen_curve:P-256"}} {
		run(t, nil, nil, openssl, append(append([]string{"req", "-config", at("conf"), "-newkey"}, kind...), "-nodes", "-keyout", at("me.key"), "-out", at("me.csr"), "-subj", "/CN=approver")...)
		run(t, nil, nil, openssl, "x509", "-req", "-in", at("me.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("conf"), "-extensions", "mail", "-days", "30", "-out", at("me.pem"))
		key := Key{Roots: must(os.ReadFile(at("ca.pem")))(t)}
		pinned := Key{Certificate: must(os.ReadFile(at("me.pem")))(t), Roots: key.Roots}
		alone := Key{Certificate: pinned.Certificate}
		for _, k := range []Key{key, pinned, alone} {
			if err := k.Check(approver, time.Now()); err != nil {
				t.Errorf("check: %v", err)
			}
		}
		sign := func(how ...string) string {
			args := append([]string{"smime", "-sign", "-signer", at("me.pem"), "-inkey", at("me.key"), "-md", "sha256"}, how...)
			signed := run(t, nil, canonical([]byte(plain(approval))), openssl, args...)
			return strings.Replace(envelope(approver, code), "MIME-Version: 1.0\n", "", 1) + string(signed)
		}
		// NOTE: openssl writes its own MIME-Version and Content-Type on top.
		expect(t, kind[0]+" detached", sign(), key, BySMIME)
		expect(t, kind[0]+" detached, pinned", sign(), pinned, BySMIME)
		expect(t, kind[0]+" detached, pinned alone", sign(), alone, BySMIME)
		expect(t, kind[0]+" opaque", sign("-nodetach"), key, BySMIME)
		expect(t, kind[0]+" opaque, streamed", sign("-nodetach", "-stream"), key, BySMIME)
	}
}
