package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/mailbox/dovecottest"
	"xinfangd/gateway/submission/postfixtest"
)

// storms is how many letters arrive, and how often the daemon is killed
// meanwhile; a soak tries longer.
func storms() (letters, kills int) {
	if soaking() {
		return 2000, 200
	}
	return 200, 20
}

// soaking reports whether there is time for the long forms of the tests.
func soaking() bool { return os.Getenv("XINFANGD_SOAK") == "1" }

// storm is a daemon that is killed again and again while letters arrive.
type storm struct {
	*program
	dovecot *dovecottest.Server
	postfix *postfixtest.Server
	driver  string
	dsn     string
	random  *rand.Rand
	began   time.Time
	total   int // letters that will arrive
	kills   int
	arrived int // letters delivered so far
}

// TestKilled kills the daemon with signal 9 at random moments while letters
// arrive. Nothing may be lost and nothing registered twice, whatever it
// was doing: pulling, committing, moving on the IMAP server, or in the middle of
// an SMTP transaction (spec system section 7).
func TestKilled(t *testing.T) {
	engines(t, func(t *testing.T, driver, dsn string) {
		dovecot := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{"zhuren": "secret", "zixun": "secret", "wsxf": "secret"}})
		postfix := postfixtest.Start(t, postfixtest.Options{})
		dir := t.TempDir()
		config := plan{Driver: driver, DSN: dsn, IMAPPort: dovecot.Port, SMTPPort: postfix.Port, OwnHops: 1}.write(t, dir)
		s := &storm{program: newProgram(t, dir, config), dovecot: dovecot, postfix: postfix, driver: driver, dsn: dsn,
			random: rand.New(rand.NewPCG(1, 200)), began: time.Now()}
		s.total, s.kills = storms()
		for n := range s.kills {
			s.live(s.total * (n + 1) / s.kills)
		}
		s.rest()
	})
}

// rest lets the daemon finish, and checks that everything is there once.
func (s *storm) rest() {
	s.t.Helper()
	daemon := s.serve()
	if !eventually(s.t.Context(), 2*time.Minute, s.settled) {
		s.t.Error("the daemon does not come to rest after the last kill")
	}
	daemon.stop()
	s.registered()
	s.queued()
	s.delivered()
	s.kept()
	s.sound()
}

// live is one life of the daemon: it starts on some backlog, works while more
// letters arrive, and is killed before it has finished.
func (s *storm) live(until int) {
	s.t.Helper()
	for range s.random.IntN(4) {
		s.deliver(until)
	}
	daemon := s.serve()
	// Registers are opened and boxes logged in to in the first half second; a
	// part of the kills fall into that too.
	s.pause(time.Duration(s.random.IntN(900)) * time.Millisecond)
	for s.arrived < until {
		s.deliver(until)
		s.pause(time.Duration(s.random.IntN(60)) * time.Millisecond)
	}
	s.pause(time.Duration(s.random.IntN(500)) * time.Millisecond)
	daemon.alive()
	daemon.kill()
	expireLeases(s.t, s.driver, s.dsn)
}

func (s *storm) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.t.Context().Done():
	case <-timer.C:
	}
}

// deliver puts the next letter into one of the two boxes, as a delivery agent
// does, unless enough have come.
func (s *storm) deliver(until int) {
	s.t.Helper()
	if s.arrived >= until {
		return
	}
	s.arrived++
	user := []string{"zhuren", "zixun"}[s.arrived%2]
	raw := blackout(s.t, s.arrived, s.began)
	// One time of arrival for all: they belong to one year, whenever this runs.
	s.dovecot.DeliverAt(s.t, user, raw, s.began)
}

// blackout is the n-th letter of an office's worst day.
func blackout(t *testing.T, n int, at time.Time) []byte {
	t.Helper()
	out := letter.Outgoing{From: letter.Address{Address: citizen(n)}, To: []letter.Address{{Address: "zhuren@jxw.example"}},
		Subject: fmt.Sprintf("停电之%d", n), MessageID: fmt.Sprintf("letter%d@mail.example", n), Date: at,
		Text: fmt.Sprintf("%d 号楼停电，请尽快恢复供电。", n)}
	raw, err := out.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func citizen(n int) string { return fmt.Sprintf("c%04d@mail.example", n) }

// settled says that every letter is on the register, every mail is sent, and
// what was to be moved is moved.
func (s *storm) settled() bool {
	rows := s.queue()
	if len(rows) < 2*s.total || slices.ContainsFunc(rows, func(row queueRow) bool { return row.State != "sent" }) {
		return false
	}
	return len(s.dovecot.Mails(s.t, "zixun", "")) == 0
}

// registered checks the cases: each letter is exactly one, and their numbers
// have no gap.
func (s *storm) registered() {
	s.t.Helper()
	var cases []caseRow
	if exit := s.verb(&cases, "case", "list"); exit != 0 {
		s.t.Fatalf("case list: exit code %d", exit)
	}
	var numbers, wantNumbers, senders, wantSenders []string
	for _, c := range cases {
		if c.State != "dispatched" || c.Lead != "power" {
			s.t.Errorf("case %s is %q with %q", c.Number, c.State, c.Lead)
		}
		numbers, senders = append(numbers, c.Number), append(senders, c.Sender)
	}
	year := s.began.In(time.FixedZone("CST", 8*3600)).Year()
	for n := 1; n <= s.total; n++ {
		wantNumbers, wantSenders = append(wantNumbers, fmt.Sprintf("SFJX-%d-%06d", year, n)), append(wantSenders, citizen(n))
	}
	slices.Sort(numbers)
	slices.Sort(senders)
	if diff := cmp.Diff(wantNumbers, numbers); diff != "" {
		s.t.Errorf("numbers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantSenders, senders); diff != "" {
		s.t.Errorf("senders (-want +got):\n%s", diff)
	}
	var mails []struct {
		Number string `json:"number"`
	}
	if exit := s.verb(&mails, "letter", "list"); exit != 0 || len(mails) != s.total {
		s.t.Errorf("letter list: exit code %d, %d letters, want %d", exit, len(mails), s.total)
	}
}

// queued checks the outgoing rows: one receipt and one dispatch for each case,
// and nothing else.
func (s *storm) queued() {
	s.t.Helper()
	got := map[string]int{}
	for _, row := range s.queue() {
		got[row.Kind+" of "+row.Case]++
	}
	want := map[string]int{}
	year := s.began.In(time.FixedZone("CST", 8*3600)).Year()
	for n := 1; n <= s.total; n++ {
		want[fmt.Sprintf("receipt of SFJX-%d-%06d", year, n)] = 1
		want[fmt.Sprintf("dispatch of SFJX-%d-%06d", year, n)] = 1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("outgoing rows (-want +got):\n%s", diff)
	}
}

// delivered checks what lies in the mailboxes of citizens and liaison: every
// mail arrived, and one that arrived twice has one Message-ID, and is the same
// mail to the byte.
func (s *storm) delivered() {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.postfix.Dir, "mail", "all", "new", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	ids := map[string][]string{}
	digests := map[string][]string{}
	doubled := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		m := got{raw, letter.Parse(raw)}
		what := m.To[0].Address + ": " + m.Subject
		if len(ids[what]) > 0 {
			doubled++
		}
		ids[what] = append(ids[what], m.MessageID)
		digests[what] = append(digests[what], letter.MessageDigest(bytes.ReplaceAll(m.asSent(), []byte("\r\n"), []byte("\n"))))
	}
	for what := range ids {
		if slices.Sort(ids[what]); len(slices.Compact(ids[what])) != 1 {
			s.t.Errorf("a mail was sent twice as two mails: %s", what)
		}
		if slices.Sort(digests[what]); len(slices.Compact(digests[what])) != 1 {
			s.t.Errorf("a mail that was sent twice differs: %s", what)
		}
	}
	if len(ids) != 2*s.total {
		s.t.Errorf("%d different mails arrived, want %d", len(ids), 2*s.total)
	}
	// A line of the table that make soak prints.
	s.t.Logf("| %s | %d kills | %d letters, %d mails; %d of them twice, under one Message-ID |", s.t.Name(), s.kills, s.total, len(ids), doubled)
}

// kept checks what the IMAP server holds: letters that stay are still there,
// those that are moved all lie in their folder, once.
func (s *storm) kept() {
	s.t.Helper()
	for where, want := range map[[2]string]int{{"zhuren", ""}: s.total / 2, {"zixun", ""}: 0, {"zixun", "已登记"}: (s.total + 1) / 2} {
		if mails := s.dovecot.Mails(s.t, where[0], where[1]); len(mails) != want {
			s.t.Errorf("folder %q of %s holds %d letters, want %d", where[1], where[0], len(mails), want)
		}
	}
}
