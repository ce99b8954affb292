package postfixtest

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Filter says what an OpenDKIM does to the mail of a Postfix: it signs with Key,
// or, without one, verifies and writes Authentication-Results.
type Filter struct {
	Domain, Selector string
	Key              *rsa.PrivateKey
	LengthTo         string // a recipient whose mail is signed with l=
	AuthservID       string // of what it writes
	Nameserver       string // host:port that it asks for keys
}

// KeyRecord is the TXT record that publishes a key (RFC 6376 section 3.6.1).
func KeyRecord(key *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), err
}

// StartOpenDKIM runs a real OpenDKIM (Debian package opendkim) until the test
// ends, and returns its address for Options.Milters.
func StartOpenDKIM(t testing.TB, f Filter) string {
	t.Helper()
	const program = "/usr/sbin/opendkim"
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("XINFANGD_TEST_SERVERS") == "1" {
			t.Fatalf("no OpenDKIM here (apt-get install opendkim), and XINFANGD_TEST_SERVERS=1 asks for it")
		}
		t.Skip("NOT TESTED: no OpenDKIM here (apt-get install opendkim)")
	}
	// t.TempDir is closed to the user that Postfix's smtpd runs as.
	dir, err := os.MkdirTemp("", "opendkim")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range f.files(t, dir) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	cmd := exec.Command(program, "-f", "-x", filepath.Join(dir, "conf"))
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("start opendkim: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		// It may have ended by itself; then the test has failed.
		_ = cmd.Process.Kill()
		<-ended
	})
	socket := filepath.Join(dir, "socket")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("unix", socket); err == nil {
			if err := conn.Close(); err != nil {
				t.Log(err)
			}
			return "unix:" + socket
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("opendkim: %v\n%s", err, said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("opendkim does not listen\n%s", said.String())
		}
	}
}

// files are the configuration and what it names.
func (f Filter) files(t testing.TB, dir string) map[string]string {
	t.Helper()
	lines := []string{"Syslog no", "Background no", "RequireSafeKeys no", "UMask 0000", "Canonicalization relaxed/relaxed", "Socket local:" + filepath.Join(dir, "socket")}
	files := map[string]string{}
	if f.Key != nil {
		der, err := x509.MarshalPKCS8PrivateKey(f.Key)
		if err != nil {
			t.Fatal(err)
		}
		files["key"] = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		lines = append(lines, "Mode s", "Domain "+f.Domain, "Selector "+f.Selector, "KeyFile "+filepath.Join(dir, "key"))
		if f.LengthTo != "" {
			files["length"] = f.LengthTo + "\n"
			lines = append(lines, "BodyLengthDB refile:"+filepath.Join(dir, "length"))
		}
	} else {
		host, port, err := net.SplitHostPort(f.Nameserver)
		if err != nil {
			t.Fatal(err)
		}
		files["resolver"] = fmt.Sprintf("server:\n  do-not-query-localhost: no\n  module-config: \"iterator\"\nforward-zone:\n  name: \".\"\n  forward-addr: %s@%s\n", host, port)
		// Mail from loopback counts as the office's own otherwise, and is not verified.
		lines = append(lines, "Mode v", "InternalHosts 192.0.2.1", "AlwaysAddARHeader yes", "AuthservID "+f.AuthservID, "ResolverConfiguration "+filepath.Join(dir, "resolver"))
	}
	files["conf"] = strings.Join(lines, "\n") + "\n"
	return files
}
