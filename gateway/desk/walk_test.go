package desk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// walk is an office in which anybody writes anything: the right people and the
// wrong ones, with their own codes, stolen, old and made-up ones, while time
// passes, mail bounces and letters come twice. What must never happen is
// checked after every step (walk_check_test.go). The same seed takes the same
// walk; only the codes themselves differ.
type walk struct {
	*office
	rng  *rand.Rand
	seed uint64
	step int
	did  []string // one line a step, for the report

	boxes    map[string][]*mail // everything that somebody ever got, oldest first
	past     []arrivalOf        // letters that came, to come again
	citizens []identity
	secrets  []secret
	before   map[petition.Number]petition.Case // as cases stood before the last round
	now2     map[petition.Number]petition.Case // as they stand
	entries  int64                             // of the ledger, seen
	approved map[string]bool                   // digests that a valid approval names
	spent    map[int64]int                     // code to the step in which it decided
	mail     *written                          // the mail under way, nil for time
	marked   int
	answers  int
}

// arrivalOf is a letter that came, where it lay.
type arrivalOf struct {
	box      string
	validity uint32
	uid      uint32
	raw      []byte
	mail     *written
}

// identity is a citizen and what would betray them.
type identity struct{ name, address, phone string }

func (i identity) words() []string { return []string{i.name, i.address, i.phone} }

// secret is a word that belongs to one case, or to a person: by is who wrote it.
type secret struct {
	word   string
	number petition.Number // "" until the letter has found its case
	letter string          // digest of the letter that it came with
	by     string
	inside bool // written by a member of the office, not by the citizen
}

// written is a mail that somebody wrote, with what its author may rightly claim.
type written struct {
	from          string
	authenticated bool
	verb          string
	codes         []store.Code    // live ones of theirs that it shows, as they stood before
	queried       petition.Number // the case whose query code it shows
	answers       *mail           // the mail of ours that it answers by its Message-ID
	target        petition.Number // the case that its commands name, "" when they name none
	secrets       []int           // indices of the secrets it holds
	identity      *identity
	caller        identity // whose call it registers
}

// seeds is how many walks a test takes: XINFANGD_SEEDS, or what is cheap. The
// first is XINFANGD_SEED.
func seeds(t *testing.T, cheap int) (first, n uint64) {
	t.Helper()
	number := func(name string, otherwise uint64) uint64 {
		text := os.Getenv(name)
		if text == "" {
			return otherwise
		}
		v, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	return number("XINFANGD_SEED", 1), number("XINFANGD_SEEDS", uint64(cheap))
}

// TestRandomWalks proves over random sequences of mails and clocks that nothing
// leaves unapproved, that nobody outside a case's circle gets a word of it, that
// each code decides at most once, and that the ledger tells the register's state.
func TestRandomWalks(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		first, n := seeds(t, 2)
		if strings.HasSuffix(t.Name(), "/postgres") {
			first, n = 100_000+first, max(n/50, 1) // what is decided does not depend on the database
		}
		for seed := first; seed < first+n; seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				walkFrom(t, open(t), seed, 80)
			})
		}
	})
}

func walkFrom(t *testing.T, s *store.Store, seed uint64, steps int) {
	t.Helper()
	w := &walk{rng: rand.New(rand.NewPCG(seed, 0)), seed: seed, boxes: map[string][]*mail{}, before: map[petition.Number]petition.Case{},
		now2: map[petition.Number]petition.Case{}, approved: map[string]bool{}, spent: map[int64]int{}}
	w.office = newOffice(t, s, w.settings)
	w.desk.publish = func(_ context.Context, items []Published, _ time.Time) error {
		for _, item := range items {
			w.published(item)
		}
		return nil
	}
	w.watch = watcher{round: w.look, mail: w.leaves}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d; what was done:\n%s", seed, strings.Join(w.did, "\n"))
		}
	})
	for w.step = 1; w.step <= steps && !t.Failed(); w.step++ {
		w.turn()
		w.mail = nil
		clear(w.inboxes)
	}
	w.until(w.now.Add(3 * time.Hour))
	w.look()
	clear(w.inboxes)
	w.sound()
	w.replayed()
	w.exported()
}

// settings vary with the seed: what is allowed depends on them.
func (w *walk) settings(s *Settings) {
	s.Books = true
	if w.one(3) {
		s.Policy.Hold = 2 * time.Hour
	}
	if w.one(4) {
		s.Policy.Dispatch = "confirm"
	}
	if w.one(4) {
		s.PlusAddressing = false
	}
	// One person of two divisions, one handler who also approves.
	s.Policy.Roster.Divisions[2].Liaisons = append(s.Policy.Roster.Divisions[2].Liaisons, s.Policy.Roster.Divisions[1].Liaisons[0])
	s.Policy.Roster.Office[1].Roles = append(s.Policy.Roster.Office[1].Roles, petition.RoleHandler)
	// An approver who comes from a division that letters accuse.
	s.Policy.Roster.Divisions[0].Liaisons = append(s.Policy.Roster.Divisions[0].Liaisons, petition.Person{Name: "审核员丙", Address: "bing@jxw.example"})
	s.Policy.Roster.Office = append(s.Policy.Roster.Office, petition.Member{Person: petition.Person{Name: "审核员丁", Address: "ding@jxw.example"},
		Roles: []petition.Role{petition.RoleApprover, petition.RoleChief}})
}

func (w *walk) one(in int) bool { return w.rng.IntN(in) == 0 }

func pick[T any](w *walk, list []T) T { return list[w.rng.IntN(len(list))] }

func (w *walk) note(format string, args ...any) {
	w.did = append(w.did, fmt.Sprintf("%3d %s ", w.step, w.now.Format("01-02 15:04"))+fmt.Sprintf(format, args...))
}

// turn is one step of the walk.
func (w *walk) turn() {
	switch n := w.rng.IntN(100); {
	case n < 11 || len(w.citizens) == 0:
		w.petition()
	case n < 14:
		w.otherwise()
	case n < 66:
		w.replies()
	case n < 72:
		w.bareCommand()
	case n < 80:
		w.citizenWrites()
	case n < 84:
		w.again()
	case n < 86:
		w.bounces()
	case n < 88:
		w.machine()
	case n < 90:
		w.refuse = ""
		if w.one(2) {
			w.refuse = pick(w, w.everybody())
			w.note("the server refuses mail to %s", w.refuse)
		}
	case n < 91:
		w.restart()
	default:
		w.time()
	}
}

// everybody is everyone who may write: the roster, the citizens, a stranger.
func (w *walk) everybody() []string {
	roster := w.desk.settings.Load().Policy.Roster
	list := []string{"stranger@evil.example"}
	for _, m := range roster.Office {
		list = append(list, m.Address)
	}
	for _, l := range roster.Leaders {
		list = append(list, l.Address)
	}
	for _, d := range roster.Divisions {
		list = append(list, d.Head.Address)
		for _, p := range d.Liaisons {
			list = append(list, p.Address)
		}
	}
	for _, p := range roster.Duty {
		list = append(list, p.Address)
	}
	for _, c := range w.citizens {
		list = append(list, c.address)
	}
	return list
}

// mark makes a word that occurs nowhere else: Message-IDs hold no 9, reply codes
// no i, and chance makes no eight characters of a picture.
func (w *walk) mark(by string, inside bool) (string, int) {
	n := w.marked
	w.marked++
	word := "qi9" + string([]rune{'a' + rune(n/676%26), 'a' + rune(n/26%26), 'a' + rune(n%26)}) + "zq"
	w.secrets = append(w.secrets, secret{word: word, by: by, inside: inside})
	return word, len(w.secrets) - 1
}

// somebody is a citizen, mostly one who never wrote before.
func (w *walk) somebody() identity {
	if len(w.citizens) == 0 || !w.one(3) {
		n := len(w.citizens)
		rare := []rune("翀翎翙翚翛翡翥翮翯翱翲翳翷翹翽")
		w.citizens = append(w.citizens, identity{name: "王" + string(rare[n%len(rare)]) + string(rare[n/len(rare)%len(rare)]),
			address: fmt.Sprintf("c%03d@mail.example", n), phone: fmt.Sprintf("1390000%04d", 1000+n)})
	}
	if w.one(3) {
		return pick(w, w.citizens)
	}
	return w.citizens[len(w.citizens)-1]
}

// petition is a letter of somebody from outside.
func (w *walk) petition() {
	who := w.somebody()
	subject, a := w.mark(who.address, false)
	body, b := w.mark(who.address, false)
	file, c := w.mark(who.address, false)
	about := pick(w, []string{"小区停电三天", "企业反映用电负担重", "举报电力处乱收费", "举报电力处停电收钱", "咨询项目备案", "电价太高"})
	if w.one(10) {
		about += "，管道爆炸"
	}
	text := fmt.Sprintf("%s，%s。\r\n我叫%s，联系电话：%s，邮箱 %s。", about, body, who.name, who.phone, who.address)
	out := letter.Outgoing{From: letter.Address{Name: who.name, Address: who.address}, Subject: about + subject, Text: text}
	if w.one(4) {
		out.Attachments = []letter.File{{Name: file + ".txt", Type: "text/plain", Data: []byte("附件 " + body)}}
	}
	box := pick(w, []string{"director", "consult", "report", "report", "desk"})
	w.note("%s writes to %s: %s %s", who.address, box, about, body)
	w.send(box, out, written{from: who.address, secrets: []int{a, b, c}, identity: &who})
}

// send dates a mail, gives it what the MX puts on top, and lets it arrive.
func (w *walk) send(box string, out letter.Outgoing, m written) {
	w.t.Helper()
	w.serial++
	out.Date, out.MessageID = w.now, fmt.Sprintf("w%d@client.example", w.serial)
	if len(out.To) == 0 {
		out.To = []letter.Address{{Address: "wsxf@jxw.example"}}
	}
	raw, err := out.Bytes()
	if err != nil {
		w.t.Fatal(err)
	}
	raw = w.named(raw, out.MessageID)
	raw = append([]byte(stamp2(reply{from: m.from, plain: !m.authenticated}, w.now)), raw...)
	w.uid[box]++
	at := arrivalOf{box: box, validity: 1, uid: w.uid[box], raw: raw, mail: &m}
	w.past = append(w.past, at)
	w.arrive(at)
}

// arrive lets a letter come, once in a while through a gateway that dies.
func (w *walk) arrive(at arrivalOf) {
	w.t.Helper()
	if at.mail.identity == nil || at.mail.authenticated {
		at.mail.codes = w.rightful(at)
	}
	w.mail = at.mail
	in := Incoming{Box: at.box, UIDValidity: at.validity, UID: at.uid, Arrived: w.now, Raw: at.raw}
	if w.one(20) {
		dying, cancel := context.WithCancel(w.t.Context())
		cancel()
		if durable, err := w.desk.Receive(dying, []Incoming{in}, w.now); err == nil || durable[0] {
			w.t.Errorf("a letter was taken by a gateway that died: %v %v", durable, err)
		}
		w.note("  (the gateway died and came back)")
		w.ledger()
		if w.t.Failed() {
			return
		}
	}
	durable, err := w.desk.Receive(w.t.Context(), []Incoming{in}, w.now)
	if err != nil || !durable[0] {
		w.t.Fatalf("seed %d: receive: %v, %v", w.seed, durable, err)
	}
	w.adopt(at)
	w.ledger()
	w.settle()
	w.ledger()
	w.failed()
}

// rightful are the live codes that a mail shows and that were issued to whom it
// is from.
func (w *walk) rightful(at arrivalOf) []store.Code {
	w.t.Helper()
	l := letter.Parse(at.raw)
	words := command.Codes(l.Text)
	for _, id := range slices.Concat(l.InReplyTo, l.References) {
		if code, ok := authority.CodeFromMessageID(id, "jxw.example"); ok {
			words = append(words, code)
		}
	}
	for _, to := range l.To {
		if _, tag, ok := strings.Cut(strings.SplitN(to.Address, "@", 2)[0], "+"); ok {
			words = append(words, tag)
		}
	}
	var found []store.Code
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		for _, word := range words {
			code, err := tx.LookupCode(word)
			if err == nil && code.StateAt(w.now) == store.CodeLive && petition.SameAddress(code.Address, at.mail.from) {
				found = append(found, code)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// again is a letter coming once more: the same place after a crash, the same
// bytes under another UID, after a rebuilt box, or in another box.
func (w *walk) again() {
	at := pick(w, w.past)
	if w.one(2) {
		at = w.past[max(0, len(w.past)-1-w.rng.IntN(5))]
	}
	copied := *at.mail
	at.mail = &copied
	same := false
	switch w.rng.IntN(4) {
	case 0:
		same = true
		w.note("letter %s/%d comes again", at.box, at.uid)
	case 1:
		at.validity++
		w.note("box %s was rebuilt, letter %d comes again", at.box, at.uid)
	case 2:
		w.uid[at.box]++
		at.uid = w.uid[at.box]
		w.note("a copy of a letter to %s comes as %d", at.box, at.uid)
	default:
		at.box = pick(w, []string{"director", "consult", "desk"})
		w.uid[at.box]++
		at.uid = w.uid[at.box]
		w.note("a copy of a letter comes to %s as %d", at.box, at.uid)
	}
	entries := w.entries
	w.arrive(at)
	if same && w.entries != entries {
		w.t.Errorf("a letter that came again at its place wrote %d entries", w.entries-entries)
	}
}

// restart is a gateway started anew on the same register.
func (w *walk) restart() {
	w.note("the gateway is started anew")
	publish, archive := w.desk.publish, w.desk.archive
	settings := *w.desk.settings.Load()
	if w.one(2) {
		settings.Policy.Roster = w.changed(settings.Policy.Roster)
	}
	d, err := New(settings, Options{Store: w.store, Archive: archive, Publish: publish})
	if err != nil {
		w.t.Fatal(err)
	}
	w.desk = d
}

// time lets hours or days pass.
func (w *walk) time() {
	by := pick(w, []time.Duration{time.Minute, 20 * time.Minute, 3 * time.Hour, 12 * time.Hour, 30 * time.Hour, 5 * 24 * time.Hour, 8 * 24 * time.Hour})
	if w.one(12) {
		by = 65 * 24 * time.Hour // codes expire
	}
	if w.alarmed() {
		// Somebody is told every half hour: that need not go on for months.
		by = min(by, 3*time.Hour)
	}
	w.note("%v pass", by)
	w.until(w.now.Add(by))
	w.ledger()
	w.failed()
}

// alarmed says whether an urgent letter is still repeated.
func (w *walk) alarmed() (yes bool) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		for n := range w.now2 {
			clocks, err := tx.Clocks(n)
			if err != nil {
				return err
			}
			yes = yes || slices.ContainsFunc(clocks, func(c store.ClockRow) bool { return c.Clock == petition.ClockUrgent })
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return yes
}

// failed: no letter may be set aside.
func (w *walk) failed() {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		failed, err := tx.FailedLetters()
		for _, f := range failed {
			w.t.Errorf("letter set aside: %s", f.Reason)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
