//go:build corpora

package authority

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
)

// TestCorporaDKIM verifies mails that others signed, with the keys they were
// signed by. Every signature holds, and none does over a changed body.
func TestCorporaDKIM(t *testing.T) {
	root := os.Getenv("XINFANGD_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	dir := filepath.Join(root, "mimekit", "dkim")
	mails, err := filepath.Glob(filepath.Join(dir, "*.msg"))
	if err != nil {
		t.Fatal(err)
	}
	if len(mails) == 0 {
		t.Skip("corpus mimekit is absent; set XINFANGD_CORPORA to run against it")
	}
	armored, err := os.ReadFile(filepath.Join(dir, "gmail.pub"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(armored)
	if block == nil {
		t.Fatal("gmail.pub holds no key")
	}
	keys := map[string][]string{
		"20120113._domainkey.gmail.com": {"v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(block.Bytes)},
		// RFC 8463 appendix A.2.
		"brisbane._domainkey.football.example.com": {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
	}
	held := 0
	for _, path := range mails {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The files have lost the line ends that were signed.
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		judged := func(raw []byte) string {
			l := letter.Parse(raw)
			roster := testRoster()
			roster.Office = append(slices.Clone(roster.Office), petition.Member{Person: petition.Person{Name: "审核员", Address: l.From[0].Address}, Roles: []petition.Role{petition.RoleApprover}})
			policy := testPolicy()
			policy.VerifyDKIM = true
			r := testRegister()
			r.txt = keys
			s, err := Judge(t.Context(), l, raw, time.Date(2018, 6, 10, 14, 0, 0, 0, time.UTC), roster, policy, r)
			if err != nil {
				t.Fatal(err)
			}
			return s.DKIM
		}
		if got := judged(raw); got != DKIMPass {
			t.Errorf("%s: %s", filepath.Base(path), got)
			continue
		}
		held++
		changed := []byte(strings.Replace(string(raw), "\r\n\r\n", "\r\n\r\nx", 1))
		if got := judged(changed); got != DKIMFail {
			t.Errorf("%s with a changed body: %s", filepath.Base(path), got)
		}
	}
	t.Logf("corpora: signatures of mimekit that hold: %d of %d", held, len(mails))
}
