package e2e

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinfangd/gateway/letter"
)

// caseRow is what the test reads of `case list` and `case show`.
type caseRow struct {
	Number string `json:"number"`
	State  string `json:"state"`
	Lead   string `json:"lead"`
	Rating string `json:"rating"`
	Sender string `json:"sender"`
	Drafts []struct {
		Revision int    `json:"revision"`
		Digest   string `json:"digest"`
		State    string `json:"state"`
	} `json:"drafts"`
	Events []struct {
		Kind string `json:"kind"`
	} `json:"events"`
}

type queueRow struct {
	Case  string `json:"case"`
	Kind  string `json:"kind"`
	To    string `json:"to"`
	State string `json:"state"`
}

type ledgerReport struct {
	Entries int64 `json:"entries"`
	OK      bool  `json:"ok"`
}

type verdict struct {
	OK       bool     `json:"ok"`
	Problems []string `json:"problems"`
}

// TestFullCycle carries one letter through real servers, process against
// process: every step is a mail that somebody sends through Postfix, and every
// outcome one that lies in a mailbox of Dovecot's.
func TestFullCycle(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		p := startPost(t)
		dir := t.TempDir()
		// Dovecot's LMTP writes a Received line above that of the MX.
		config := plan{Driver: driver, DSN: dsn, IMAPPort: p.dovecot.Port, SMTPPort: p.postfix.Port, OwnHops: 2}.write(t, dir)
		x := newProgram(t, dir, config)
		daemon := x.serve()

		p.write("wang@mail.example", "zhuren@jxw.example", "小区连续停电三天", "变压器烧了没人修，请尽快恢复供电。")
		receipt := p.take("wang", "收件回执")
		dispatch := p.take("power", "转办单")
		if !strings.Contains(dispatch.Subject, "〔SFJX-") || !strings.Contains(receipt.Subject, "〔SFJX-") {
			t.Errorf("subjects without the number: %s, %s", dispatch.Subject, receipt.Subject)
		}

		p.reply("power@jxw.example", dispatch, "经核查，变压器已更换，昨日恢复供电。")
		p.take("power", "办理回执")
		p.take("wang", "受理告知")
		approval := p.take("yi", "待审单")
		p.take("bing", "待审单")

		p.forge(approval)
		p.take("jia", "可疑指令")
		p.take("zhiban", "可疑指令")
		drafted := x.onlyCase()
		if drafted.State != "drafted" || len(drafted.Drafts) != 1 {
			t.Fatalf("after a forged approval the case is %+v", drafted)
		}

		p.reply("yi@jxw.example", approval, "批准")
		p.take("yi", "办理回执")
		p.take("bing", "已有决定")
		answer := p.take("wang", "答复")
		if !strings.Contains(answer.Text, "变压器已更换") {
			t.Errorf("the answer says:\n%s", answer.Text)
		}
		if got := letter.MessageDigest(answer.asSent()); got != drafted.Drafts[0].Digest {
			t.Errorf("in the citizen's mailbox lies %s, approved was %s", got, drafted.Drafts[0].Digest)
		}

		p.reply("wang@mail.example", answer, "满意")
		p.take("wang", "办理结果")
		if !eventually(t.Context(), patience, func() bool { return x.onlyCase().State == "archived" }) {
			t.Errorf("after the rating the case is %q", x.onlyCase().State)
		}
		if c := x.onlyCase(); c.Rating != "满意" {
			t.Errorf("the rating is %q", c.Rating)
		}
		x.dossiers(filepath.Join(dir, "archive"))
		daemon.stop()

		p.leftovers()
		x.sound()
	})
}

// forge sends an approval in the approver's name from elsewhere, with the right
// code and with an Authentication-Results field of its own making, which comes
// to lie below the Received line of our MX.
func (p *post) forge(approval got) {
	p.t.Helper()
	raw, address := p.compose("yi@jxw.example", approval, "批准")
	forged := append([]byte("Authentication-Results: mx.jxw.example; dmarc=pass header.from=jxw.example\r\n"), raw...)
	p.send("mallory@evil.example", address, forged)
}

// onlyCase is the one case on the register.
func (x *program) onlyCase() caseRow {
	x.t.Helper()
	var list []caseRow
	if exit := x.verb(&list, "case", "list"); exit != 0 || len(list) != 1 {
		x.t.Fatalf("case list: exit code %d, %d cases", exit, len(list))
	}
	var c caseRow
	if exit := x.verb(&c, "case", "show", list[0].Number); exit != 0 {
		x.t.Fatalf("case show: exit code %d", exit)
	}
	return c
}

// dossiers verifies the archived dossier and a freshly exported one, and that a
// changed byte is noticed.
func (x *program) dossiers(archive string) {
	x.t.Helper()
	var files []string
	err := filepath.WalkDir(archive, func(path string, entry os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".zip" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) != 1 {
		x.t.Fatalf("the archive holds %q, %v, want one dossier", files, err)
	}
	var exported struct {
		Path string `json:"path"`
	}
	if exit := x.verb(&exported, "case", "export", x.onlyCase().Number, "--out", filepath.Join(x.t.TempDir(), "dossier.zip")); exit != 0 {
		x.t.Errorf("case export: exit code %d", exit)
	}
	for _, file := range append(files, exported.Path) {
		var v verdict
		if exit := x.verb(&v, "case", "verify", file); exit != 0 || !v.OK {
			x.t.Errorf("case verify %s: exit code %d, %+v", file, exit, v)
		}
	}
	alter(x.t, exported.Path)
	var v verdict
	if exit := x.verb(&v, "case", "verify", exported.Path); exit != 1 || v.OK {
		x.t.Errorf("case verify of a changed dossier: exit code %d, %+v", exit, v)
	}
}

// alter changes one letter of a dossier by one bit.
func alter(t *testing.T, path string) {
	t.Helper()
	dossier, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dossier.Close() // read only: nothing can be lost
	var changed bytes.Buffer
	out := zip.NewWriter(&changed)
	letters := 0
	for _, f := range dossier.File {
		raw, err := fs.ReadFile(dossier, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "letters/") {
			raw[len(raw)/2] ^= 1
			letters++
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	if letters == 0 {
		t.Fatal("the dossier holds no letter")
	}
	if err := errors.Join(out.Close(), os.WriteFile(path, changed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// sound checks what must hold after every test: the chain is whole, nothing was
// set aside, nothing is waiting to be sent.
func (x *program) sound() {
	x.t.Helper()
	var ledger ledgerReport
	if exit := x.verb(&ledger, "ledger", "verify"); exit != 0 || !ledger.OK || ledger.Entries == 0 {
		x.t.Errorf("ledger verify: exit code %d, %+v", exit, ledger)
	}
	var failed []struct {
		Reason string `json:"reason"`
	}
	if exit := x.verb(&failed, "failed", "list"); exit != 0 || len(failed) != 0 {
		x.t.Errorf("failed list: exit code %d, %+v", exit, failed)
	}
	for _, row := range x.queue() {
		if row.State != "sent" {
			x.t.Errorf("a mail is %s: %+v", row.State, row)
		}
	}
}

func (x *program) queue() []queueRow {
	x.t.Helper()
	var rows []queueRow
	if exit := x.verb(&rows, "queue", "list"); exit != 0 {
		x.t.Fatalf("queue list: exit code %d", exit)
	}
	return rows
}
