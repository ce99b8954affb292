package desk

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/calendar"
	"xinfangd/gateway/dossier"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
	"xinfangd/rules"
	"xinfangd/templates"
)

var shanghai = time.FixedZone("CST", 8*3600)

// office is a whole office for a test: a desk on a real register, and
// everybody's mailbox. Time stands still until the test moves it.
type office struct {
	t       *testing.T
	desk    *Desk
	store   *store.Store
	now     time.Time
	inboxes map[string][]*mail // unread, by address
	read    map[string][]*mail // read, by address
	uid     map[string]uint32
	serial  int
	archive string // directory of dossiers
	refuse  string // the server refuses mail to this address for good
	sent    []*mail
	watch   watcher
}

// watcher looks on as mail goes out: it is told before each round of sending,
// and of every mail. Its functions may be nil.
type watcher struct {
	round func()
	mail  func(m *mail, to []string)
}

// mail is one mail that somebody got.
type mail struct {
	raw    []byte
	l      letter.Letter
	kind   string
	number string
	row    int64
	roster petition.Roster // when it went out
}

// engines runs a test on both databases.
func engines(t *testing.T, test func(t *testing.T, open func(t *testing.T) *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, lite)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, func(t *testing.T) *store.Store {
			return openStore(t, store.Options{Driver: "postgres", DSN: postgrestest.Start(t), Prefix: "SFJX", Location: shanghai, Key: testKey})
		})
	})
}

// sampled says that a part of a long table of stories is enough: on PostgreSQL,
// unless the long forms are asked for (make soak).
func sampled(t *testing.T) bool {
	return strings.Contains(t.Name(), "/postgres") && os.Getenv("XINFANGD_SOAK") != "1"
}

var testKey = []byte("0123456789abcdef0123456789abcdef")

// lite is an empty register on SQLite.
func lite(t *testing.T) *store.Store {
	t.Helper()
	path := quickDir(t) + "/register.db"
	if err := os.WriteFile(path, emptyRegister(t, testKey), 0o600); err != nil {
		t.Fatal(err)
	}
	return openStore(t, store.Options{Driver: "sqlite", DSN: path, Prefix: "SFJX", Location: shanghai, Key: testKey})
}

// fresh is an empty SQLite register, made once: migrating is a quarter of what
// a story costs under the race detector.
var fresh struct {
	once sync.Once
	raw  []byte
	err  error
}

// quickDir is a folder in memory where there is one: a story commits dozens of
// times, and each commit waits for the disk. Nothing here tests the disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "story-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Log(err)
		}
	})
	return dir
}

func emptyRegister(t *testing.T, key []byte) []byte {
	t.Helper()
	fresh.once.Do(func() {
		dir, err := os.MkdirTemp("", "register-*")
		if err != nil {
			fresh.err = err
			return
		}
		defer os.RemoveAll(dir)
		s, err := store.Open(context.Background(), store.Options{Driver: "sqlite", DSN: dir + "/register.db", Prefix: "SFJX", Location: shanghai, Key: key})
		if err == nil {
			err = s.Close()
		}
		if err == nil {
			fresh.raw, err = os.ReadFile(dir + "/register.db")
		}
		fresh.err = err
	})
	if fresh.err != nil {
		t.Fatal(fresh.err)
	}
	return fresh.raw
}

func openStore(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

const testRules = `
rules:
  - id: power-cut
    name: 供电与停电
    when: {any: [{text: {any: [停电, 电价]}}]}
    then: {division: power, category: 供电}
  - id: joint
    name: 企业用电
    priority: 10
    when: {text: {all: [企业, 用电负担]}}
    then: {division: power, assist: [economy, law], category: 供电}
  - id: burst
    name: 突发事件
    when: {text: {any: [爆炸]}}
    then: {urgency: major, notify: [deputy]}
    continue: true
  - id: accused
    name: 反映电力处
    when: {text: {any: [举报电力处]}}
    then: {accuses: [power], confidential: true}
    continue: true
tests:
  - letter: {mailbox: director, subject: 停电, text: 停电}
    expect: {division: power, rule: power-cut}
`

func newOffice(t *testing.T, s *store.Store, change func(*Settings)) *office {
	t.Helper()
	settings := testSettings(t)
	if change != nil {
		change(&settings)
	}
	o := &office{t: t, store: s, now: time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai), inboxes: map[string][]*mail{}, read: map[string][]*mail{}, uid: map[string]uint32{}}
	o.archive = t.TempDir()
	d, err := New(settings, Options{Store: s, Archive: func(ctx context.Context, n petition.Number, now time.Time) (string, error) {
		return dossier.Export(ctx, s, dossier.Options{Office: settings.Office, Location: shanghai, Templates: settings.Templates, Dir: o.archive}, n, now)
	}})
	if err != nil {
		t.Fatal(err)
	}
	o.desk = d
	return o
}

// builtIn is read once for all offices: templates do not change once they are loaded.
var builtIn = sync.OnceValues(func() (*templates.Set, error) { return templates.Load("") })

// TestMain lets more garbage gather than usual: a thousand small offices are opened
// and thrown away, and collecting them took a tenth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

func testSettings(t testing.TB) Settings {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/rules.yaml", testRules)
	set, findings := rules.Load(dir + "/rules.yaml")
	for _, f := range findings {
		if f.Severity == "error" {
			t.Fatal(f)
		}
	}
	cal, err := calendar.New(calendar.Options{Location: shanghai})
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	span := func(s string) calendar.Span {
		v, err := calendar.ParseSpan(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	division := func(id, name, short string) petition.Division {
		return petition.Division{ID: id, Name: name, Short: []string{short}, Head: petition.Person{Name: name + "负责人", Address: id + "-head@jxw.example"},
			Liaisons: []petition.Person{{Name: name + "联络员", Address: id + "@jxw.example"}}}
	}
	return Settings{
		Office: "示范市经济和信息化委员会", Prefix: "SFJX", Location: shanghai, Domain: "jxw.example", PlusAddressing: true, AutoMail: 5, LetterBytes: 50 << 20,
		Boxes: []Box{
			{ID: "director", Name: "主任信箱", Address: "zhuren@jxw.example"},
			{ID: "consult", Name: "公众咨询", Address: "zixun@jxw.example"},
			{ID: "report", Name: "监察举报", Address: "jubao@jxw.example", Confidential: true, Division: "supervision"},
			{ID: "portal", Name: "公众诉求信箱", Form: letter.FormFields{"name": {"姓名"}, "phone": {"联系电话"}, "email": {"电子邮箱"}, "subject": {"标题"}, "body": {"内容"}}},
			{ID: "desk", Name: "网上信访", Address: "wsxf@jxw.example", Work: true},
		},
		Policy: petition.Policy{
			Calendar: cal, Dispatch: "auto", Acceptance: "human", Receipt: true, TwoPerson: true,
			Roster: petition.Roster{
				Office: []petition.Member{
					{Person: petition.Person{Name: "受理员甲", Address: "jia@jxw.example"}, Roles: []petition.Role{petition.RoleHandler}},
					{Person: petition.Person{Name: "审核员乙", Address: "yi@jxw.example"}, Roles: []petition.Role{petition.RoleApprover}},
					{Person: petition.Person{Name: "审核员丙", Address: "bing@jxw.example"}, Roles: []petition.Role{petition.RoleApprover}},
				},
				Leaders: []petition.Leader{
					{Person: petition.Person{Name: "分管领导", Address: "fgld@jxw.example"}, Rank: "deputy"},
					{Person: petition.Person{Name: "主要领导", Address: "zyld@jxw.example"}, Rank: "principal"},
				},
				Divisions: []petition.Division{division("power", "电力处", "电力"), division("economy", "经济运行处", "运行"), division("law", "政策法规处", "法规"),
					division("supervision", "监察室", "监察")},
				Duty:   []petition.Person{{Name: "值班员", Address: "zhiban@jxw.example"}},
				Centre: []petition.Person{{Name: "信息中心", Address: "xxzx@jxw.example"}},
			},
			Deadlines: petition.Deadlines{Check: span("2h"), AcceptWarning: span("20h"), Accept: span("24h"), AcceptNotice: span("15d"), Sign: span("1wd"),
				Answer: span("5wd"), Approve: span("1wd"), LawAnswer: span("60d"), Extension: span("30d"), Rating: span("7d"), Supervise: span("2wd")},
			Chase: []petition.ChaseStep{{At: span("-1wd"), To: []string{"liaison"}}, {At: span("0wd"), To: []string{"liaison", "head"}},
				{At: span("1wd"), To: []string{"head"}, Copy: []string{"office"}, Formal: true}, {At: span("3wd"), To: []string{"deputy"}},
				{At: span("5wd"), To: []string{"principal"}, Named: true}},
		},
		Shifts:    []calendar.Shift{{ID: "all", Days: calendar.Everyday, From: 0, To: 24 * 60, Rotate: calendar.Daily, People: []string{"zhiban@jxw.example"}}},
		Authority: authority.Policy{AuthservIDs: []string{"mx.jxw.example"}, OwnHops: 1, VerifyDKIM: true, PlusAddresses: []string{"wsxf@jxw.example"}, MessageIDDomain: "jxw.example", OwnAddresses: []string{"wsxf@jxw.example", "zhuren@jxw.example", "zixun@jxw.example", "jubao@jxw.example"}},
		Rules:     set, Templates: tmpl,
	}
}

// deliver puts a raw mail into a box and lets the desk receive it.
func (o *office) deliver(box string, raw []byte) {
	o.t.Helper()
	o.uid[box]++
	durable, err := o.desk.Receive(o.t.Context(), []Incoming{{Box: box, UIDValidity: 1, UID: o.uid[box], Arrived: o.now, Raw: raw}}, o.now)
	if err != nil || !durable[0] {
		o.t.Fatalf("receive: durable %v, %v", durable, err)
	}
	if err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		failed, err := tx.FailedLetters()
		for _, f := range failed {
			o.t.Errorf("letter set aside: %s", f.Reason)
		}
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	o.settle()
}

// claimAll claims what is due, in lots and one by one.
func claimAll(t *testing.T, s *store.Store, now time.Time) []store.Item {
	t.Helper()
	items, err := s.Claim(t.Context(), now, "test", store.Scope{}, 200)
	if err != nil {
		t.Fatal(err)
	}
	singles, err := s.DueSingles(t.Context(), now, store.Scope{}, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range singles {
		one, err := s.ClaimSingle(t.Context(), now, "test", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, one...)
	}
	return items
}

// settle sends everything that is queued, and lets the desk hear of it.
func (o *office) settle() {
	o.t.Helper()
	for {
		items := claimAll(o.t, o.store, o.now)
		if len(items) == 0 {
			return
		}
		slices.SortFunc(items, func(a, b store.Item) int { return int(a.ID - b.ID) })
		if o.watch.round != nil {
			o.watch.round()
		}
		for _, item := range items {
			m := &mail{raw: item.Raw, l: letter.Parse(item.Raw), kind: item.Kind, number: string(item.Case), row: item.ID, roster: o.desk.settings.Load().Policy.Roster}
			o.sent = append(o.sent, m)
			if o.watch.mail != nil {
				o.watch.mail(m, item.To)
			}
			results := []store.RecipientResult{}
			if o.refuse != "" && slices.Contains(item.To, o.refuse) {
				failed := store.Outcome{State: store.OutFailed, Error: "550 5.1.1 no such user", At: o.now,
					Recipients: []store.RecipientResult{{Address: o.refuse, State: store.RecipientFailed, Code: 550, Enhanced: "5.1.1"}}}
				if err := o.store.Note(o.t.Context(), item.ID, failed); err != nil {
					o.t.Fatal(err)
				}
				continue
			}
			for _, to := range item.To {
				o.inboxes[strings.ToLower(to)] = append(o.inboxes[strings.ToLower(to)], m)
				results = append(results, store.RecipientResult{Address: to, State: store.RecipientSent, Code: 250})
			}
			if err := o.store.Note(o.t.Context(), item.ID, store.Outcome{State: store.OutSent, Recipients: results, At: o.now}); err != nil {
				o.t.Fatal(err)
			}
		}
		if _, err := o.desk.Tick(o.t.Context(), o.now); err != nil {
			o.t.Fatal(err)
		}
	}
}

// until lets time pass, stopping at every clock on the way.
func (o *office) until(t time.Time) {
	o.t.Helper()
	for range 1000 {
		if _, err := o.desk.Tick(o.t.Context(), o.now); err != nil {
			o.t.Fatal(err)
		}
		o.settle()
		next, err := o.desk.Tick(o.t.Context(), o.now)
		if err != nil {
			o.t.Fatal(err)
		}
		if next.IsZero() || next.After(t) {
			o.now = t
			return
		}
		if next.After(o.now) {
			o.now = next
		}
	}
	o.t.Fatal("clocks never come to rest")
}

// take is the oldest unread mail of somebody; its kind must be the one named.
func (o *office) take(address, kind string) *mail {
	o.t.Helper()
	box := o.inboxes[address]
	if len(box) == 0 {
		o.t.Fatalf("%s has no mail, want %s", address, kind)
	}
	m := box[0]
	if m.kind != kind {
		o.t.Fatalf("%s got %s (%s), want %s\n%s", address, m.kind, m.l.Subject, kind, m.l.Text)
	}
	o.inboxes[address] = box[1:]
	o.read[address] = append(o.read[address], m)
	return m
}

// leftovers fails the test when somebody got a mail that nobody expected.
func (o *office) leftovers() {
	o.t.Helper()
	for address, box := range o.inboxes {
		for _, m := range box {
			o.t.Errorf("unexpected %s to %s: %s\n%s", m.kind, address, m.l.Subject, m.l.Text)
		}
	}
}

// reply is what a mail client makes of an answer to a mail: text above, the
// original quoted below.
type reply struct {
	from    string
	to      *mail
	text    string
	plain   bool // no authentication result of our MX
	subject string
	bare    bool // neither thread nor quotation: a fresh mail
	box     string
}

func (o *office) answer(r reply) {
	o.t.Helper()
	box := r.box
	if box == "" {
		box = "desk"
	}
	o.deliver(box, o.compose(r))
}

func (o *office) compose(r reply) []byte {
	o.t.Helper()
	o.serial++
	out := letter.Outgoing{From: letter.Address{Address: r.from}, To: []letter.Address{{Address: "wsxf@jxw.example"}}, Subject: r.subject,
		MessageID: fmt.Sprintf("m%d@client.example", o.serial), Date: o.now, Text: r.text}
	if r.to != nil && !r.bare {
		out.To = r.to.l.ReplyTo
		out.Subject = "回复：" + r.to.l.Subject
		out.InReplyTo = []string{r.to.l.MessageID}
		out.References = append(slices.Clone(r.to.l.References), r.to.l.MessageID)
		var quoted strings.Builder
		fmt.Fprintf(&quoted, "%s\r\n\r\n在 2026年3月2日 09:00，%s 写道：\r\n", r.text, r.to.l.From[0].Address)
		for line := range strings.Lines(r.to.l.Text) {
			quoted.WriteString("> " + strings.TrimRight(line, "\r\n") + "\r\n")
		}
		out.Text = quoted.String()
	}
	raw, err := out.Bytes()
	if err != nil {
		o.t.Fatal(err)
	}
	return append([]byte(stamp2(r, o.now)), raw...)
}

// stamp2 is what our MX puts on top of a mail: its verdict on the sender, and
// its Received line.
func stamp2(r reply, now time.Time) string {
	result := "dmarc=pass header.from=" + r.from[strings.IndexByte(r.from, '@')+1:]
	if r.plain {
		result = "dmarc=none; spf=none"
	}
	return "Authentication-Results: mx.jxw.example; " + result + "\r\nReceived: from client.example by mx.jxw.example; " + now.Format(time.RFC1123Z) + "\r\n"
}

// person writes a plain letter from outside.
func (o *office) person(box, from, name, subject, text string) {
	o.t.Helper()
	o.serial++
	out := letter.Outgoing{From: letter.Address{Name: name, Address: from}, To: []letter.Address{{Address: box + "@jxw.example"}}, Subject: subject,
		MessageID: fmt.Sprintf("c%d@mail.example", o.serial), Date: o.now, Text: text}
	raw, err := out.Bytes()
	if err != nil {
		o.t.Fatal(err)
	}
	o.deliver(box, append([]byte("Received: from mail.example by mx.jxw.example; "+o.now.Format(time.RFC1123Z)+"\r\n"), raw...))
}

func (o *office) state(sequence int, want petition.State) petition.Case {
	o.t.Helper()
	var c petition.Case
	err := o.store.View(o.t.Context(), func(tx *store.Tx) error {
		var err error
		c, err = tx.Case(petition.NewNumber("SFJX", 2026, sequence))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	if c.State != want {
		o.t.Fatalf("case %d is %q, want %q", sequence, c.State, want)
	}
	return c
}

// sound checks what must hold at the end of every story: the chain, and that
// the ledger tells the same state as the register.
func (o *office) sound() {
	o.t.Helper()
	result, err := o.store.Verify(o.t.Context(), nil)
	if err != nil || !result.OK {
		o.t.Errorf("ledger: %+v, %v", result, err)
	}
	err = o.store.View(o.t.Context(), func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		if err != nil {
			return err
		}
		for _, c := range cases {
			replayed, err := tx.ReplayCase(c.Number)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(c, replayed); diff != "" {
				o.t.Errorf("%s: the ledger tells another state (-register +ledger):\n%s", c.Number, diff)
			}
		}
		return nil
	})
	if err != nil {
		o.t.Error(err)
	}
	o.protocol()
	o.leftovers()
}

var codeLine = regexp.MustCompile(`回执码：([0-9A-Z]{5}-[0-9A-Z]{5})`)

// code is the reply code that a mail shows.
func (m *mail) code() string {
	if found := codeLine.FindStringSubmatch(m.l.Text); found != nil {
		return found[1]
	}
	return ""
}
