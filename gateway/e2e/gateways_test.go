package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/gateway/submission/postfixtest"
)

// TestSeveralGateways runs three daemons on one PostgreSQL. The one that has
// the boxes loses its network to the database, another is killed, and the third
// takes over; then the network comes back to a daemon that still believes it
// has the boxes. Every letter is registered once and every mail sent once.
func TestSeveralGateways(t *testing.T) {
	needServers(t)
	database := postgrestest.StartOwn(t)
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
	postfix := postfixtest.Start(t, postfixtest.Options{})
	network := newWire(t, database.DSN)

	var key []byte
	gateway := func(name, dsn string) *program {
		t.Helper()
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		config := plan{Driver: "postgres", DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, OwnHops: 1}.write(t, dir)
		if key != nil {
			// All gateways of a register have one key.
			if err := os.WriteFile(filepath.Join(dir, "key"), key, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return newProgram(t, dir, config)
	}
	first := gateway("first", network.dsn())
	s := &storm{program: first, dovecot: dovecot, postfix: postfix, driver: "postgres", dsn: database.DSN, random: rand.New(rand.NewPCG(1, 4)), began: time.Now()}
	arrive := func(n int) {
		for range n {
			s.total++
			s.deliver(s.total)
		}
	}
	rest := func(when string) {
		t.Helper()
		if !eventually(t.Context(), 2*time.Minute, s.settled) {
			t.Fatalf("%s: the office does not come to rest", when)
		}
	}
	stalled := s.serve()
	arrive(4)
	rest("one gateway")
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(first.config), "key"))
	if err != nil {
		t.Fatal(err)
	}
	key = raw
	second, third := gateway("second", database.DSN), gateway("third", database.DSN)
	s.program = third // whose network is well, for the verbs of the checks
	killed, last := second.serve(), third.serve()
	arrive(6)
	rest("three gateways")

	arrive(4)
	network.stall()
	arrive(4)
	killed.kill()
	minute(t, database.DSN)
	arrive(2)
	rest("the third gateway took over")
	last.alive()

	network.resume()
	arrive(6)
	rest("the first gateway is back")
	stalled.alive()
	minute(t, database.DSN)
	arrive(2)
	rest("the boxes changed hands once more")
	stalled.stop()
	arrive(2)
	rest("only the third gateway is left")
	last.stop()
	s.kills = 1
	s.rest()
}

// minute lets the leases of all gateways run out: in a soak by waiting, else by
// moving their ends. Those that live take theirs again.
func minute(t *testing.T, dsn string) {
	t.Helper()
	if !soaking() {
		expireLeases(t, "postgres", dsn)
		return
	}
	timer := time.NewTimer(65 * time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
		t.Fatal(fmt.Errorf("waiting for leases: %w", t.Context().Err()))
	}
}
