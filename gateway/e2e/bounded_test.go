package e2e

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/mailbox/dovecottest"
)

// What a daemon may take while a full box is read, however full it is.
const (
	mostMemory     = 200.0 // MB
	mostFiles      = 80
	mostThreads    = 40
	mostGoroutines = 1500 // one for each mail that a transaction makes
	// mostLog is how many bytes of log a letter may cost: a line each for
	// registered, classified and dispatched. startLog is what a start costs.
	mostLog  = 600
	startLog = 20 << 10
)

// backlog is how many letters lie in the box.
func backlog(driver string) int {
	switch {
	case !soaking():
		return 300
	case driver == "sqlite":
		return 100_000
	}
	return 20_000
}

// load is the highest of what the daemon was seen to take.
type load struct {
	memory                     float64 // MB
	files, threads, goroutines int
}

// TestBacklog lets a daemon with nowhere to send to find a box that was never
// read. Every letter is registered once, and what the daemon takes meanwhile
// does not depend on how many there are.
func TestBacklog(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		n := backlog(driver)
		began := time.Now()
		dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
		random := rand.New(rand.NewPCG(1, 100_000))
		for i := 1; i <= n; i++ {
			dovecot.DeliverAt(t, "zhuren", smallLetter(t, random, i, began), began)
		}
		filled := time.Since(began)

		dir := t.TempDir()
		x := newProgram(t, dir, plan{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: closedPort(t), OwnHops: 1, HTTP: "127.0.0.1:0"}.write(t, dir))
		began = time.Now()
		daemon := x.serve()
		if !eventually(t.Context(), patience, daemon.started) {
			t.Fatal("the daemon does not start")
		}
		db := look(t, driver, dsn)
		most := x.watched(daemon, func() bool { return db.count("SELECT COUNT(*) FROM letters") >= n })
		took := time.Since(began)
		daemon.stop()

		perLetter := max(x.logged()-startLog, 0) / int64(n)
		if most.memory > mostMemory || most.files > mostFiles || most.threads > mostThreads || most.goroutines > mostGoroutines {
			t.Errorf("the daemon took %+v, want at most %v MB, %d files, %d threads, %d goroutines", most, mostMemory, mostFiles, mostThreads, mostGoroutines)
		}
		if perLetter > mostLog {
			t.Errorf("a letter costs %d bytes of log, want at most %d", perLetter, mostLog)
		}
		registeredOnce(t, db, n)
		t.Logf("| %s | %d letters of 1 to 2 KB (put there in %v), nobody to send to | registered once in %v (%.0f/s); at most %.0f MB, %d files, %d threads, %d goroutines; %d bytes of log a letter |", t.Name(), n,
			filled.Round(time.Second), took.Round(time.Second), float64(n)/took.Seconds(), most.memory, most.files, most.threads, most.goroutines, perLetter)
	})
}

// smallLetter is a letter like most: a page of text from somebody of their own.
func smallLetter(t *testing.T, random *rand.Rand, n int, at time.Time) []byte {
	t.Helper()
	var text strings.Builder
	for text.Len() < 700+random.IntN(700) {
		fmt.Fprintf(&text, "%d 号楼 %d 单元昨日 %d 时起停电，至今未恢复，物业称与其无关，请派人查看。\r\n", random.IntN(500), random.IntN(9), random.IntN(24))
	}
	out := letter.Outgoing{From: letter.Address{Address: fmt.Sprintf("c%06d@mail.example", n)}, To: []letter.Address{{Address: "zhuren@jxw.example"}},
		Subject: fmt.Sprintf("小区停电（%d）", n), MessageID: fmt.Sprintf("b%d@mail.example", n), Date: at, Text: text.String()}
	raw, err := out.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// closedPort is one at which nobody listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().(*net.TCPAddr).Port
}

// watched looks at the daemon every second until something holds.
func (p *program) watched(daemon *life, done func() bool) (most load) {
	p.t.Helper()
	metrics := "http://" + listens(p.t, p.log) + "/metrics"
	proc := fmt.Sprintf("/proc/%d/", daemon.cmd.Process.Pid)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for limit := time.Now().Add(15 * time.Minute); ; <-tick.C {
		daemon.alive()
		most.files = max(most.files, entries(p.t, proc+"fd"))
		most.threads = max(most.threads, entries(p.t, proc+"task"))
		most.goroutines = max(most.goroutines, goroutines(p.t, metrics))
		if done() {
			break
		}
		if time.Now().After(limit) {
			p.t.Fatal("the daemon does not come to the end of the box")
		}
	}
	most.memory = daemon.memory("VmHWM")
	return most
}

func entries(t *testing.T, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// goroutines reads their number from the daemon's metrics.
func goroutines(t *testing.T, url string) int {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	scanner := bufio.NewScanner(r.Body)
	for scanner.Scan() {
		if word, ok := strings.CutPrefix(scanner.Text(), "go_goroutines "); ok {
			n, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no go_goroutines in the metrics: %v", scanner.Err())
	return 0
}

// registeredOnce checks that n letters are n cases whose numbers have no gap, with
// a receipt and a dispatch each.
func registeredOnce(t *testing.T, db register, n int) {
	t.Helper()
	for query, want := range map[string]int{
		"SELECT COUNT(*) FROM letters": n,
		"SELECT COUNT(*) FROM cases":   n,
		"SELECT CAST(MAX(CAST(substr(number, 11) AS INTEGER)) AS INTEGER) FROM cases": n,
		"SELECT COUNT(DISTINCT number) FROM cases":                                    n,
		"SELECT COUNT(DISTINCT digest) FROM letters":                                  n,
		"SELECT COUNT(*) FROM outgoing WHERE kind = 'receipt'":                        n,
		"SELECT COUNT(*) FROM outgoing WHERE kind = 'dispatch'":                       n,
		"SELECT COUNT(*) FROM failed":                                                 0,
	} {
		if got := db.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}
