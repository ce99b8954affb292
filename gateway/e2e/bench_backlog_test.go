package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"text/template"
	"time"

	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/practice"
	"xinfangd/gateway/store/postgrestest"
)

// TestBenchRegistration measures from a full box to durable registration: read,
// classified, stored, in the ledger, receipt and dispatch queued. Beside it
// mbsync copies the same box into files, each with fsync.
func TestBenchRegistration(t *testing.T) {
	n, rounds := benchSize(t)
	mbsync, err := exec.LookPath("mbsync")
	if err != nil {
		t.Fatalf("no mbsync here (apt-get install isync): %v", err)
	}
	dovecot := fill(t, practice.Backlog(n, 1))
	var copied, lite, post rates
	var peak float64
	for range rounds {
		copied.add(n, copyBox(t, mbsync, dovecot))
		took, high := registerBox(t, dovecot, n, "sqlite", filepath.Join(t.TempDir(), "register.db"))
		lite.add(n, took)
		peak = max(peak, high)
		took, high = registerBox(t, dovecot, n, "postgres", postgrestest.Durable(t))
		post.add(n, took)
		peak = max(peak, high)
	}
	beside := fmt.Sprintf("mbsync with FSync, which only copies: %v", copied)
	row(fmt.Sprintf("Dovecot box of %d letters to durable registration, SQLite synchronous=FULL: %v", n, lite), beside, fmt.Sprintf("%.2f×", median(lite)/median(copied)), "≥ 1.0×, aim 1.5×")
	row(fmt.Sprintf("the same on PostgreSQL, fsync on: %v", post), "the same", fmt.Sprintf("%.2f×", median(post)/median(copied)), "≥ 0.7×, aim 1.0×")
	row(fmt.Sprintf("peak memory of that backlog: %.0f MB", peak), "–", fmt.Sprintf("%.0f MB", peak), "< 200 MB")
}

var mbsyncConfig = template.Must(template.New("mbsyncrc").Parse(`
FSync yes
IMAPStore far
Host 127.0.0.1
Port {{.Port}}
User zhuren
Pass secret
SSLType None
AuthMechs LOGIN

MaildirStore near
Path {{.Dir}}/
Inbox {{.Dir}}/inbox
SubFolders Verbatim

Channel box
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState {{.Dir}}/state/
`))

// copyBox lets mbsync copy the box.
func copyBox(t *testing.T, mbsync string, dovecot *dovecottest.Server) time.Duration {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "mbsyncrc")
	f, err := os.Create(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := mbsyncConfig.Execute(f, map[string]any{"Port": dovecot.Port, "Dir": dir}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if out, err := exec.Command(mbsync, "-q", "-c", config, "box").CombinedOutput(); err != nil {
		t.Fatalf("mbsync: %v\n%s", err, out)
	}
	took := time.Since(began)
	files, err := filepath.Glob(filepath.Join(dir, "inbox", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("mbsync: %d files in %v", len(files), took)
	return took
}

// registerBox starts a daemon on an empty register, with sending paused, and
// waits until every letter is in it.
func registerBox(t *testing.T, dovecot *dovecottest.Server, n int, driver, dsn string) (took time.Duration, peak float64) {
	t.Helper()
	dir := t.TempDir()
	p := newProgram(t, dir, trial{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: 9, Boxes: []string{"zhuren"}}.write(t, dir))
	var paused any
	if exit := p.verb(&paused, "pause"); exit != 0 {
		t.Fatalf("pause: exit code %d", exit)
	}
	db := look(t, driver, dsn)
	began := time.Now()
	daemon := p.serve()
	took = db.until(daemon, "SELECT COUNT(*) FROM letters", n).Sub(began)
	peak = daemon.memory("VmHWM")
	daemon.stop()
	cases, failed := db.count("SELECT COUNT(*) FROM cases"), db.count("SELECT COUNT(*) FROM failed")
	t.Logf("%s: %d letters in %v (%.0f/s, processor time %v), %d cases (%d dispatched), %d failed, %d mails queued, peak %.0f MB", driver, n, took, float64(n)/took.Seconds(), daemon.cmd.ProcessState.UserTime()+daemon.cmd.ProcessState.SystemTime(),
		cases, db.count("SELECT COUNT(*) FROM cases WHERE state = 'dispatched'"), failed, db.count("SELECT COUNT(*) FROM outgoing WHERE state = 'queued'"), peak)
	if cases != n || failed != 0 {
		t.Errorf("%d cases and %d failed of %d letters", cases, failed, n)
	}
	return took, peak
}
