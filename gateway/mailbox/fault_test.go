package mailbox

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// faultServer is an IMAP server over net.Pipe that behaves unless told how not
// to. It serves one folder.
type faultServer struct {
	mu       sync.Mutex
	caps     string
	validity uint32
	next     uint32
	letters  []*faultLetter
	moved    []string // bodies in the other folder
	commands []string // every command seen, without its tag
	conns    []*faultConn
	dials    int

	own     sync.Mutex // held while an answer from on runs
	uidLast bool       // send the UID after the body
	// on replaces the answer to a command ("UID FETCH"); false means that the
	// ordinary answer is to be given after all.
	on map[string]func(c *faultConn, tag, args string) bool
}

type faultLetter struct {
	uid   uint32
	raw   string
	date  string
	flags string
}

type faultConn struct {
	net.Conn
	srv *faultServer
	r   *bufio.Reader
}

const faultDate = "02-Nov-2026 08:30:00 +0800"

func newFaultServer(bodies ...string) *faultServer {
	srv := &faultServer{
		caps: "IMAP4rev1 IDLE MOVE UIDPLUS", validity: 7, next: 1,
		on: map[string]func(*faultConn, string, string) bool{},
	}
	for _, b := range bodies {
		srv.add(b)
	}
	return srv
}

func (srv *faultServer) add(raw string) {
	srv.letters = append(srv.letters, &faultLetter{uid: srv.next, raw: raw, date: faultDate})
	srv.next++
}

// arrive adds a letter while connections are open, and announces it if told so.
func (srv *faultServer) arrive(raw string, announce bool) {
	srv.mu.Lock()
	srv.add(raw)
	n, conns := len(srv.letters), slices.Clone(srv.conns)
	srv.mu.Unlock()
	if announce {
		for _, c := range conns {
			c.send("* %d EXISTS", n)
		}
	}
}

func (srv *faultServer) remove(uid uint32) {
	srv.letters = slices.DeleteFunc(srv.letters, func(l *faultLetter) bool { return l.uid == uid })
}

// handle runs an answer of the test's own; change is for what it looks at.
func (srv *faultServer) handle(on func(*faultConn, string, string) bool, c *faultConn, tag, args string) bool {
	srv.own.Lock()
	defer srv.own.Unlock()
	return on(c, tag, args)
}

func (srv *faultServer) change(f func()) {
	srv.own.Lock()
	defer srv.own.Unlock()
	srv.mu.Lock()
	defer srv.mu.Unlock()
	f()
}

// dialled is how many connections there were.
func (srv *faultServer) dialled() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.dials
}

func (srv *faultServer) seen(prefix string) (n int) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, c := range srv.commands {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

func (srv *faultServer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	c := &faultConn{Conn: server, srv: srv, r: bufio.NewReader(receive(server))}
	srv.mu.Lock()
	srv.dials++
	srv.conns = append(srv.conns, c)
	srv.mu.Unlock()
	go func() {
		defer server.Close()
		c.serve()
		srv.mu.Lock()
		defer srv.mu.Unlock()
		srv.conns = slices.DeleteFunc(srv.conns, func(o *faultConn) bool { return o == c })
	}()
	return client, nil
}

// receive reads on while the server is busy, as the buffers of a real socket do:
// go-imap sends a CAPABILITY of its own accord at an unforeseeable time.
func receive(conn net.Conn) io.Reader {
	pieces := make(chan []byte, 1000)
	go func() {
		defer close(pieces)
		for {
			b := make([]byte, 4096)
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			pieces <- b[:n]
		}
	}()
	return &received{pieces: pieces}
}

type received struct {
	pieces <-chan []byte
	rest   []byte
}

func (r *received) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		var ok bool
		if r.rest, ok = <-r.pieces; !ok {
			return 0, io.EOF
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (c *faultConn) send(format string, args ...any) {
	fmt.Fprintf(c.Conn, format+"\r\n", args...)
}

func (c *faultConn) serve() {
	if on := c.srv.on["greeting"]; on == nil || !c.srv.handle(on, c, "", "") {
		c.send("* OK ready")
	}
	for {
		line, err := c.readCommand()
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(line, " ")
		verb, args, _ := strings.Cut(rest, " ")
		verb = strings.ToUpper(verb)
		if verb == "UID" {
			sub, a, _ := strings.Cut(args, " ")
			verb, args = "UID "+strings.ToUpper(sub), a
		}
		c.srv.mu.Lock()
		c.srv.commands = append(c.srv.commands, strings.TrimSpace(verb+" "+args))
		on := c.srv.on[verb]
		c.srv.mu.Unlock()
		if on != nil && c.srv.handle(on, c, tag, args) {
			continue
		}
		if !c.answer(tag, verb, args) {
			return
		}
	}
}

// readCommand reads one command with its literals inlined.
func (c *faultConn) readCommand() (string, error) {
	var command strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		m := regexp.MustCompile(`\{(\d+)(\+?)\}$`).FindStringSubmatch(line)
		if m == nil {
			command.WriteString(line)
			return command.String(), nil
		}
		if m[2] == "" {
			c.send("+ go on")
		}
		n, _ := strconv.Atoi(m[1])
		literal := make([]byte, n)
		if _, err := io.ReadFull(c.r, literal); err != nil {
			return "", err
		}
		command.WriteString(strings.TrimSuffix(line, m[0]) + string(literal))
	}
}

func (c *faultConn) answer(tag, verb, args string) bool {
	srv := c.srv
	switch verb {
	case "CAPABILITY":
		c.send("* CAPABILITY %s", srv.caps)
	case "SELECT", "EXAMINE":
		srv.mu.Lock()
		n, next, validity := len(srv.letters), srv.next, srv.validity
		srv.mu.Unlock()
		c.send("* %d EXISTS", n)
		c.send("* OK [UIDNEXT %d] next", next)
		if validity != 0 {
			c.send("* OK [UIDVALIDITY %d] valid", validity)
		}
	case "IDLE":
		c.send("+ idling")
		if line, err := c.readCommand(); err != nil || line != "DONE" {
			return false
		}
	case "UID FETCH", "FETCH":
		c.fetch(verb == "UID FETCH", args)
	case "UID STORE":
		set, flags, _ := strings.Cut(args, " ")
		c.each(set, func(_ int, l *faultLetter) { l.flags += flags })
	case "UID COPY", "UID MOVE":
		set, _, _ := strings.Cut(args, " ")
		c.each(set, func(_ int, l *faultLetter) {
			srv.moved = append(srv.moved, l.raw)
			if verb == "UID MOVE" {
				srv.remove(l.uid)
			}
		})
	case "UID EXPUNGE":
		c.each(args, func(_ int, l *faultLetter) {
			if strings.Contains(l.flags, `\Deleted`) {
				srv.remove(l.uid)
			}
		})
	case "LOGIN", "ID", "NOOP", "CREATE", "APPEND", "ENABLE":
	case "LOGOUT":
		return false
	default:
		c.send("%s BAD unknown", tag)
		return true
	}
	c.send("%s OK done", tag)
	return true
}

// each calls f for the letters of a UID set, with their sequence numbers.
func (c *faultConn) each(set string, f func(seq int, l *faultLetter)) {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	for i, l := range slices.Clone(c.srv.letters) {
		if inSet(set, l.uid, i == len(c.srv.letters)-1) {
			f(i+1, l)
		}
	}
}

func (c *faultConn) fetch(byUID bool, args string) {
	set, items, _ := strings.Cut(args, " ")
	var answers []string
	c.srv.mu.Lock()
	for i, l := range c.srv.letters {
		n, last := uint32(i+1), i == len(c.srv.letters)-1
		if byUID {
			n = l.uid
		}
		if inSet(set, n, last) {
			answers = append(answers, fmt.Sprintf("* %d FETCH (%s)", i+1, c.srv.items(l, items)))
		}
	}
	c.srv.mu.Unlock()
	for _, a := range answers {
		c.send("%s", a)
	}
}

func (srv *faultServer) items(l *faultLetter, items string) string {
	uid := fmt.Sprintf("UID %d", l.uid)
	var parts []string
	if strings.Contains(items, "RFC822.SIZE") {
		parts = append(parts, fmt.Sprintf("RFC822.SIZE %d", len(l.raw)))
	}
	if strings.Contains(items, "INTERNALDATE") {
		parts = append(parts, fmt.Sprintf("INTERNALDATE %q", l.date))
	}
	if strings.Contains(items, "BODY.PEEK[]") {
		parts = append(parts, fmt.Sprintf("BODY[] {%d}\r\n%s", len(l.raw), l.raw))
	}
	if srv.uidLast {
		return strings.Join(append(parts, uid), " ")
	}
	return strings.Join(append([]string{uid}, parts...), " ")
}

// inSet reads an IMAP set. RFC 3501 section 6.4.8: the last letter belongs to
// every range up to *.
func inSet(set string, n uint32, last bool) bool {
	for r := range strings.SplitSeq(set, ",") {
		from, to, ranged := strings.Cut(r, ":")
		a, _ := strconv.ParseUint(from, 10, 32)
		b := a
		if ranged && to != "*" {
			b, _ = strconv.ParseUint(to, 10, 32)
		}
		if to == "*" && (n >= uint32(a) || last) || n >= uint32(a) && n <= uint32(b) {
			return true
		}
	}
	return false
}

// register is a desk that keeps letters by digest, as the real one does.
type register struct {
	mu      sync.Mutex
	cursor  Cursor
	kept    []string // bodies in the order of registration
	arrived []time.Time
	known   map[[32]byte]bool
	batches [][]uint32 // UIDs of every batch shown
	checks  []check
	lost    map[uint32]bool // UIDs of which the desk knows nothing
	tallies []tally

	refuse    func(Letter) bool // not durable
	receive   error             // what Receive fails with
	setCursor error             // what SetCursor fails with
}

// tally is what a comparison of box and desk came to.
type tally struct{ Letters, Missed int }

type check struct {
	at  time.Time
	err error
}

func (r *register) Cursor(context.Context, string) (Cursor, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cursor, nil
}

func (r *register) Prepare(_ context.Context, batch []Letter) Receive {
	return func(context.Context) ([]bool, error) { return r.take(batch) }
}

func (r *register) take(batch []Letter) ([]bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var uids []uint32
	for _, l := range batch {
		uids = append(uids, l.Ref.UID)
	}
	r.batches = append(r.batches, uids)
	if r.receive != nil {
		return nil, r.receive
	}
	durable := make([]bool, len(batch))
	for i, l := range batch {
		if r.refuse != nil && r.refuse(l) {
			continue
		}
		durable[i] = true
		digest := sha256.Sum256(l.Raw)
		if r.known[digest] {
			continue
		}
		if r.known == nil {
			r.known = make(map[[32]byte]bool)
		}
		r.known[digest] = true
		r.kept = append(r.kept, string(l.Raw))
		r.arrived = append(r.arrived, l.Arrived)
	}
	return durable, nil
}

func (r *register) SetCursor(_ context.Context, _ string, c Cursor) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.setCursor != nil {
		return r.setCursor
	}
	r.cursor = c
	return nil
}

func (r *register) Unknown(_ context.Context, _ string, _ uint32, uids []uint32) ([]uint32, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var unknown []uint32
	for _, uid := range uids {
		if r.lost[uid] {
			unknown = append(unknown, uid)
			delete(r.lost, uid)
		}
	}
	return unknown, nil
}

func (r *register) Reconciled(_ context.Context, _ string, _ time.Time, letters, missed int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tallies = append(r.tallies, tally{letters, missed})
	return nil
}

func (r *register) Checked(_ context.Context, _ string, at time.Time, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checks = append(r.checks, check{at, err})
	return nil
}

// shown is how often letters were handed to Receive.
func (r *register) shown() (n int) {
	for _, b := range r.batches {
		n += len(b)
	}
	return n
}

func (r *register) has() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.kept)
}

func (r *register) lastCheck() check {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.checks) == 0 {
		return check{err: errors.New("never checked")}
	}
	return r.checks[len(r.checks)-1]
}

func testAccount() Account {
	return Account{
		Box: "director", Host: "127.0.0.1", TLS: TLSNone, Username: "zhuren",
		Password: func() (string, error) { return "geheim", nil },
	}
}

// box connects a box of the account to the server. Close it in the test, not in
// a cleanup: under synctest every goroutine must have ended by then.
func (srv *faultServer) box(t *testing.T, a Account, d Desk) *Box {
	t.Helper()
	b, err := New(a, d, Options{Dial: srv.dial})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// advance moves the fake clock of synctest.
func advance(d time.Duration) { <-time.After(d) }

// bodies makes n different letters.
func bodies(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("Subject: letter %d\r\n\r\n%s\r\n", i+1, strings.Repeat("text ", i%7)))
	}
	return all
}
