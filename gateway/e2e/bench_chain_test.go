package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/practice"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/gateway/submission/postfixtest"
)

// TestBenchChain measures from a full box to the last receipt and dispatch that
// Postfix has accepted. Beside it smtp-source hands mails of the same sizes to
// the same Postfix over four kept sessions. Postfix throws away what it has
// taken: its own deliveries are nobody's figure.
func TestBenchChain(t *testing.T) {
	n, rounds := benchSize(t)
	n = max(n/5, 1) // each letter makes two mails, and there are three chains
	dovecot := fill(t, practice.Backlog(n, 2))
	postfix := postfixtest.Start(t, postfixtest.Options{Transport: "discard:", Domains: benchDomains})
	var lite, post, letters, source rates
	for range rounds {
		dsn := filepath.Join(t.TempDir(), "register.db")
		took, mails := chain(t, dovecot, postfix, n, "sqlite", dsn)
		lite.add(mails, took)
		letters.add(n, took)
		samples := sampleMails(t, look(t, "sqlite", dsn))
		source.add(mails, handOver(t, postfix, samples, mails))
		took, mails = chain(t, dovecot, postfix, n, "postgres", postgrestest.Durable(t))
		post.add(mails, took)
	}
	beside := fmt.Sprintf("smtp-source, 4 kept sessions, mails of the same sizes to the same Postfix: %v", source)
	row(fmt.Sprintf("box of %d letters to dispatch and receipt accepted by Postfix, SQLite: %v mails (%v letters)", n, lite, letters), beside, fmt.Sprintf("%.2f×", median(lite)/median(source)), "≥ 0.6×")
	row(fmt.Sprintf("the same on PostgreSQL: %v mails", post), "the same", fmt.Sprintf("%.2f×", median(post)/median(source)), "≥ 0.6×")
}

// benchDomains are those of the office and of the letters' senders.
var benchDomains = []string{"jxw.example", "mail.example", "post.example", "box.example"}

// chain runs a daemon until every letter is registered and every mail sent.
func chain(t *testing.T, dovecot *dovecottest.Server, postfix *postfixtest.Server, n int, driver, dsn string) (took time.Duration, mails int) {
	t.Helper()
	dir := t.TempDir()
	p := newProgram(t, dir, trial{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, Boxes: []string{"zhuren"}}.write(t, dir))
	// The register is made beforehand, as in the other figures.
	var status any
	if exit := p.verb(&status, "db", "status"); exit != 0 {
		t.Fatalf("db status: exit code %d", exit)
	}
	db := look(t, driver, dsn)
	began := time.Now()
	daemon := p.serve()
	db.until(daemon, "SELECT COUNT(*) FROM letters", n)
	took = db.until(daemon, "SELECT CASE WHEN EXISTS (SELECT 1 FROM outgoing WHERE state IN ('queued', 'sending')) THEN 0 ELSE 1 END", 1).Sub(began)
	daemon.stop()
	mails = db.count("SELECT COUNT(*) FROM outgoing WHERE state = 'sent'")
	t.Logf("%s: %d letters, %d mails in %v (%.0f/s), processor time %v", driver, n, mails, took, float64(mails)/took.Seconds(), daemon.cmd.ProcessState.UserTime()+daemon.cmd.ProcessState.SystemTime())
	if rest := db.count("SELECT COUNT(*) FROM outgoing WHERE state <> 'sent'"); rest != 0 || mails < 2*n {
		t.Errorf("%d mails sent and %d not, of %d letters", mails, rest, n)
	}
	return took, mails
}

// sampleMails are files of the sizes that the daemon's mails have: the median
// of each twentieth.
func sampleMails(t *testing.T, db register) []string {
	t.Helper()
	rows, err := db.db.QueryContext(t.Context(), "SELECT b.size FROM outgoing o JOIN blobs b ON b.digest = o.blob ORDER BY b.size")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var sizes []int
	for rows.Next() {
		var size int
		if err := rows.Scan(&size); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, size)
	}
	if err := rows.Err(); err != nil || len(sizes) == 0 {
		t.Fatalf("no mails: %v", err)
	}
	const parts = 20
	dir := t.TempDir()
	var files []string
	for part := range parts {
		size := sizes[(2*part+1)*len(sizes)/(2*parts)]
		var mail bytes.Buffer
		w := bufio.NewWriter(&mail)
		fmt.Fprintf(w, "From: wsxf@jxw.example\nTo: one@jxw.example\nSubject: %d\nMIME-Version: 1.0\nContent-Type: text/plain\n\n", part)
		line := bytes.Repeat([]byte("5"), 76)
		for sent := 0; sent < size; sent += len(line) + 2 {
			w.Write(line)
			w.WriteByte('\n')
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprint(part))
		if err := os.WriteFile(file, mail.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// handOver lets smtp-source hand over so many mails, the same number of each.
func handOver(t *testing.T, postfix *postfixtest.Server, files []string, mails int) time.Duration {
	t.Helper()
	program := "/usr/sbin/smtp-source"
	if path, err := exec.LookPath("smtp-source"); err == nil {
		program = path
	}
	var took time.Duration
	for i, file := range files {
		count := mails*(i+1)/len(files) - mails*i/len(files)
		if count == 0 {
			continue
		}
		began := time.Now()
		out, err := exec.Command(program, "-d", "-s", fmt.Sprint(min(4, count)), "-m", fmt.Sprint(count), "-F", file,
			"-f", "wsxf@jxw.example", "-t", "one@jxw.example", postfix.Addr).CombinedOutput()
		if err != nil {
			t.Fatalf("smtp-source: %v\n%s", err, out)
		}
		took += time.Since(began)
	}
	t.Logf("smtp-source: %d mails in %v (%.0f/s)", mails, took, float64(mails)/took.Seconds())
	return took
}

// TestBenchLarge measures the memory that one letter of 50 MB takes, from the
// box to its dispatch.
func TestBenchLarge(t *testing.T) {
	benchSize(t)
	size := 50 << 20
	if !measured() {
		size = 1 << 20
	}
	var peaks []float64
	for _, driver := range []string{"sqlite", "postgres"} {
		dovecot := fill(t, [][]byte{largeLetter(size)})
		postfix := postfixtest.Start(t, postfixtest.Options{Transport: "discard:", Domains: benchDomains})
		dir := t.TempDir()
		dsn := filepath.Join(dir, "register.db")
		if driver == "postgres" {
			dsn = postgrestest.Durable(t)
		}
		p := newProgram(t, dir, trial{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, Boxes: []string{"zhuren"}}.write(t, dir))
		var status any
		p.verb(&status, "db", "status")
		db := look(t, driver, dsn)
		daemon := p.serve()
		db.until(daemon, "SELECT COUNT(*) FROM outgoing WHERE state = 'sent'", 2)
		peaks = append(peaks, daemon.memory("VmHWM"))
		daemon.stop()
		t.Logf("%s: peak %.0f MB", driver, peaks[len(peaks)-1])
	}
	row(fmt.Sprintf("peak memory, one letter of %d MB from box to dispatch (SQLite, PostgreSQL)", size>>20), "–", fmt.Sprintf("%.0f MB, %.0f MB", peaks[0], peaks[1]), "< 250 MB")
}

// largeLetter has a picture that makes it size bytes long.
func largeLetter(size int) []byte {
	var b bytes.Buffer
	b.WriteString("From: li@mail.example\r\nTo: zhuren@jxw.example\r\nSubject: 3\r\nMessage-ID: <large@mail.example>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\n3 photographs\r\n--part\r\n" +
		"Content-Type: image/jpeg; name=a.jpg\r\nContent-Disposition: attachment; filename=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/")
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	line := make([]byte, 72)
	for state := uint32(1); b.Len() < size; {
		for i := range line {
			state = state*1664525 + 1013904223
			line[i] = alphabet[state>>26]
		}
		b.Write(line)
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n--part--\r\n")
	return b.Bytes()
}

// TestBenchIdle measures a daemon that watches twenty boxes in which nothing
// happens.
func TestBenchIdle(t *testing.T) {
	benchSize(t)
	const boxes = 20
	settled, minute := 5*time.Second, time.Minute
	if !measured() {
		settled, minute = time.Second, time.Second
	}
	users := map[string]string{"wsxf": "secret"}
	c := trial{Driver: "sqlite", SMTPPort: 9}
	for i := 1; i < boxes; i++ {
		name := fmt.Sprintf("box%d", i)
		users[name] = "secret"
		c.Boxes = append(c.Boxes, name)
	}
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: users})
	dir := t.TempDir()
	c.DSN, c.IMAPPort = filepath.Join(dir, "register.db"), dovecot.Port
	p := newProgram(t, dir, c.write(t, dir))
	var status any
	p.verb(&status, "db", "status")
	db := look(t, "sqlite", c.DSN)
	daemon := p.serve()
	db.until(daemon, "SELECT COUNT(*) FROM boxes WHERE checked IS NOT NULL", boxes)
	pause(t.Context(), settled) // the start is over
	before := daemon.used()
	pause(t.Context(), minute)
	used := daemon.used() - before
	resident := daemon.memory("VmRSS")
	daemon.stop()
	row("idle daemon with 20 boxes, processor for a minute", "–", fmt.Sprintf("%.2f %% of one core", 100*used.Seconds()/minute.Seconds()), "< 0.5 %")
	row("the same, memory", "–", fmt.Sprintf("%.0f MB", resident), "< 60 MB")
}

// pause lets time pass, in a bubble its own.
func pause(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// TestBenchLatency measures how long after a letter's arrival its dispatch is
// accepted by the office's server, with IDLE and without a backlog.
func TestBenchLatency(t *testing.T) {
	benchSize(t)
	letters := 15
	if !measured() {
		letters = 2
	}
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "wsxf": "secret"}})
	postfix := postfixtest.Start(t, postfixtest.Options{Transport: "discard:", Domains: benchDomains})
	dir := t.TempDir()
	c := trial{Driver: "sqlite", DSN: filepath.Join(dir, "register.db"), IMAPPort: dovecot.Port, SMTPPort: postfix.Port, Boxes: []string{"zhuren"}}
	p := newProgram(t, dir, c.write(t, dir))
	var status any
	p.verb(&status, "db", "status")
	db := look(t, "sqlite", c.DSN)
	daemon := p.serve()
	db.until(daemon, "SELECT COUNT(*) FROM boxes WHERE checked IS NOT NULL", 2)
	var all []time.Duration
	for i, raw := range practice.Backlog(letters, 3) {
		pause(t.Context(), time.Second)
		began := time.Now()
		dovecot.Deliver(t, "zhuren", raw)
		all = append(all, db.until(daemon, "SELECT COUNT(*) FROM outgoing WHERE kind IN ('dispatch', 'receipt') AND state = 'sent'", 2*(i+1)).Sub(began))
	}
	daemon.stop()
	row("from arrival to receipt and dispatch accepted, with IDLE, SQLite", "–", fmt.Sprintf("median %.2f s, longest of %d: %.2f s", median(all).Seconds(), letters, slices.Max(all).Seconds()), "< 2 s")
}
