package petition

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/calendar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// monday is a working Monday morning in office time.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

func policy(t *testing.T) Policy {
	t.Helper()
	cal, err := calendar.New(calendar.Options{Location: monday.Location()})
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
	division := func(id, name string) Division {
		return Division{ID: id, Name: name, Head: Person{name + "负责人", id + "-head@jxw.example"},
			Liaisons: []Person{{name + "联络员", id + "@jxw.example"}}}
	}
	return Policy{
		Calendar: cal, Dispatch: "auto", Acceptance: "human", Receipt: true, TwoPerson: true, Hold: 2 * time.Hour,
		Roster: Roster{
			Office: []Member{
				{Person{"受理员甲", "handler@jxw.example"}, []Role{RoleHandler}},
				{Person{"审核员乙", "yi@jxw.example"}, []Role{RoleHandler, RoleApprover}},
				{Person{"审核员丙", "bing@jxw.example"}, []Role{RoleApprover}},
			},
			Leaders:   []Leader{{Person{"分管领导", "deputy@jxw.example"}, "deputy"}, {Person{"主要领导", "principal@jxw.example"}, "principal"}},
			Divisions: []Division{division("power", "电力处"), division("economy", "经济运行处"), division("supervision", "监察室")},
		},
		Deadlines: Deadlines{
			AcceptWarning: span("20h"), Accept: span("24h"), AcceptNotice: span("15d"), Sign: span("1wd"), Answer: span("5wd"),
			Approve: span("1wd"), LawAnswer: span("60d"), Extension: span("30d"), Rating: span("7d"), Supervise: span("2wd"),
		},
		Chase: []ChaseStep{
			{At: span("-1wd"), To: []string{"liaison"}}, {At: span("0wd"), To: []string{"liaison", "head"}},
			{At: span("1wd"), To: []string{"head"}, Copy: []string{"office"}, Formal: true},
			{At: span("3wd"), To: []string{"deputy"}}, {At: span("5wd"), To: []string{"principal"}, Named: true},
		},
	}
}

var (
	handler  = Actor{Address: "handler@jxw.example", Name: "受理员甲", Role: RoleHandler}
	approver = Actor{Address: "yi@jxw.example", Name: "审核员乙", Role: RoleApprover}
	liaison  = Actor{Address: "power@jxw.example", Name: "电力处联络员", Role: RoleLiaison, Division: "power"}
	leader   = Actor{Address: "deputy@jxw.example", Name: "分管领导", Role: RoleLeader}
	citizen  = Actor{Address: "wang@mail.example", Role: RoleCitizen}
)

func rendered(digest string) *Draft {
	return &Draft{Digest: digest, Message: "m-" + digest, Text: "t-" + digest}
}

// fresh is a letter as the desk registers it.
func fresh() Event {
	return Event{Kind: EvRegistered, Actor: citizen, Fresh: &Case{
		Number: "SFJX-2026-000001", Mailbox: "director", Sender: "wang@mail.example", Name: "王某", Subject: "小区停电", Arrived: monday}}
}

// sample is an event of each kind as it would ordinarily come.
func sample(kind EventKind) Event {
	e := Event{Kind: kind, Actor: handler, Text: "理由"}
	switch kind {
	case EvRegistered:
		return fresh()
	case EvClassified:
		e.Actor, e.Verdict = System(), &Verdict{Division: "power", DecidedBy: "rule", Rule: "power-cut"}
	case EvTriaged, EvAnswered, EvRefused, EvReferred, EvArchived:
		e.Actor = System()
	case EvDispatched, EvReassigned, EvAssisted:
		e.Divisions = []string{"economy"}
	case EvSigned, EvReturned:
		e.Actor = liaison
	case EvOpinion:
		e.Actor, e.Opinion = liaison, &Opinion{Text: "t-1"}
	case EvDrafted:
		e.Actor, e.Draft = liaison, rendered("d1")
	case EvAmended:
		e.Actor, e.Draft, e.Revision, e.Digest = approver, rendered("d2"), 1, "d1"
	case EvSubmitted:
		e.Actor, e.Submit, e.Revision, e.Digest = approver, leader.Address, 1, "d1"
	case EvApproved, EvSentBack:
		e.Actor, e.Revision, e.Digest = approver, 1, "d1"
	case EvExtensionAsked:
		e.Actor, e.Period = liaison, "5wd"
	case EvExtended:
		e.Period = "5wd"
	case EvInstructed:
		e.Actor = leader
	case EvChased:
		e.Text = "电子政务室催办"
	case EvEscalated:
		e.Actor, e.Clock = System(), ClockAccept
	case EvMerged:
		e.Target = "SFJX-2026-000009"
	case EvWithdrawn, EvRated:
		e.Actor, e.Rating = citizen, "满意"
	case EvRecalled:
		e.Actor = approver
	case EvBounced:
		e.Actor, e.Address = System(), "wang@mail.example"
	case EvUnrestricted:
		e.Actor = approver
	}
	return e
}

// run applies events and what follows from them; any refusal fails the test.
func run(t *testing.T, c Case, p Policy, now time.Time, events ...Event) (Case, []Effect) {
	t.Helper()
	var all []Effect
	for len(events) > 0 {
		next, effects, err := Step(c, events[0], now, p)
		if err != nil {
			t.Fatalf("%s: %v", events[0].Kind, err)
		}
		c, events = next, events[1:]
		for _, e := range effects {
			if f, ok := e.(Follow); ok {
				events = append([]Event{f.Event}, events...)
				continue
			}
			all = append(all, e)
		}
	}
	return c, all
}

// in brings a case into a state the way a case comes there.
func in(t *testing.T, p Policy, state State) Case {
	t.Helper()
	undecided := sample(EvClassified)
	undecided.Verdict = &Verdict{DecidedBy: "none"}
	refusal := Event{Kind: EvDrafted, Actor: handler, Draft: &Draft{Kind: DraftRefusal, Digest: "d1", Message: "m", Text: "t"}}
	full := []Event{fresh(), sample(EvClassified), sample(EvOpinion), sample(EvDrafted), sample(EvApproved), sample(EvAnswered),
		{Kind: EvClosed, Actor: System()}, sample(EvArchived)}
	ways := map[State][]Event{
		"": nil, Registered: full[:1], Triage: {fresh(), undecided}, Accepted: {fresh(), undecided, sample(EvAccepted)},
		Dispatched: full[:2], Drafted: full[:4], Approved: full[:5], Answered: full[:6], Closed: full[:7], Archived: full,
		Refused:   {fresh(), undecided, refusal, sample(EvApproved), sample(EvRefused)},
		Merged:    {fresh(), sample(EvClassified), sample(EvMerged)},
		Withdrawn: {fresh(), sample(EvWithdrawn)},
	}
	c, _ := run(t, Case{}, p, monday, ways[state]...)
	if c.State != state {
		t.Fatalf("case is %q, want %q", c.State, state)
	}
	return c
}

func describe(e Effect) string {
	switch e := e.(type) {
	case Mail:
		var to []string
		for _, r := range e.To {
			if r.Address == "" {
				to = append(to, string(r.Role))
				continue
			}
			to = append(to, strings.TrimSuffix(r.Address, ".example"))
		}
		name := e.Template
		if e.Variant != "" {
			name += "/" + e.Variant
		}
		return fmt.Sprintf("mail %s to %s code=%q", name, strings.Join(to, ","), e.Matter)
	case Start:
		return fmt.Sprintf("start %s %d at %s", e.Clock, e.Step, e.Due.Format("01-02 15:04"))
	case Stop:
		return fmt.Sprintf("stop %v", e.Clocks)
	case Void:
		return fmt.Sprintf("void %q %s", e.Matter, e.Division)
	case Release:
		return fmt.Sprintf("release revision %d", e.Revision)
	case Receipt:
		return "receipt"
	case Follow:
		return "follow " + string(e.Event.Kind)
	}
	return fmt.Sprintf("%T", e)
}

// TestTable writes down what every kind of event does in every state. The file
// is the specification that a reviewer reads.
func TestTable(t *testing.T) {
	t.Parallel()
	p := policy(t)
	var b strings.Builder
	for _, state := range append([]State{""}, States()...) {
		for _, kind := range EventKinds() {
			c := in(t, p, state)
			before := fmt.Sprintf("%+v", c)
			next, effects, err := Step(c, sample(kind), monday.Add(time.Hour), p)
			if after := fmt.Sprintf("%+v", c); after != before {
				t.Errorf("%s in %q changed its argument", kind, state)
			}
			name := string(state)
			if name == "" {
				name = "(none)"
			}
			if err != nil {
				var r *Refusal
				if !errors.As(err, &r) || !errors.Is(err, ErrOutOfTurn) {
					t.Fatalf("%s in %q: %v is no refusal", kind, state, err)
				}
				if diff := cmp.Diff(c, next); diff != "" {
					t.Errorf("%s in %q was refused and changed the case:\n%s", kind, state, diff)
				}
				fmt.Fprintf(&b, "%-10s %-15s refused: %s\n", name, kind, r.Say)
				continue
			}
			fmt.Fprintf(&b, "%-10s %-15s -> %s\n", name, kind, next.State)
			for _, e := range effects {
				fmt.Fprintf(&b, "%-26s   %s\n", "", describe(e))
			}
		}
	}
	golden(t, "table.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	p := policy(t)
	drafter := approver
	tests := []struct {
		name  string
		state State
		set   func(*Case)
		event func() Event
		say   string
	}{
		{"another revision's digest", Drafted, nil, func() Event { e := sample(EvApproved); e.Digest = "other"; return e }, "变更"},
		{"another revision", Drafted, nil, func() Event { e := sample(EvApproved); e.Revision = 2; return e }, "变更"},
		{"the drafter approves", Drafted, func(c *Case) { c.Drafts[0].By = drafter.Address }, func() Event { return sample(EvApproved) }, "另一位"},
		{"a recused person approves", Drafted, func(c *Case) { c.Recused = []string{"YI@jxw.example"} }, func() Event { return sample(EvApproved) }, "回避"},
		{"the accused division is sent the case", Triage, func(c *Case) { c.Accused = []string{"economy"} }, func() Event { return sample(EvDispatched) }, "回避"},
		{"another division answers", Dispatched, nil, func() Event { e := sample(EvOpinion); e.Actor.Division = "economy"; return e }, "不由"},
		{"signing twice", Dispatched, func(c *Case) { c.Dispatches[0].Signed = monday }, func() Event { return sample(EvSigned) }, "已于"},
		{"return without reason", Dispatched, nil, func() Event { e := sample(EvReturned); e.Text = ""; return e }, "理由"},
		{"reassign to the same", Dispatched, nil, func() Event { e := sample(EvReassigned); e.Divisions = []string{"power"}; return e }, "无需"},
		{"unknown division", Triage, nil, func() Event { e := sample(EvDispatched); e.Divisions = []string{"nobody"}; return e }, "没有处室"},
		{"rating twice", Answered, func(c *Case) { c.Rating = "满意" }, func() Event { return sample(EvRated) }, "已评价"},
		{"unrestrict by the same person", Dispatched, func(c *Case) { c.Confidential, c.RestrictBy = true, approver.Address }, func() Event { return sample(EvUnrestricted) }, "另一位"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := in(t, p, tt.state)
			if tt.set != nil {
				tt.set(&c)
			}
			_, _, err := Step(c, tt.event(), monday, p)
			var r *Refusal
			if !errors.As(err, &r) || !strings.Contains(r.Say, tt.say) {
				t.Errorf("got %v, want a refusal with %q", err, tt.say)
			}
		})
	}
}

func TestClassified(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		confirm bool
		conf    bool
		verdict Verdict
		want    State
	}{
		{"a rule decides", false, false, Verdict{Division: "power", DecidedBy: "rule"}, Dispatched},
		{"no rule decides", false, false, Verdict{DecidedBy: "none"}, Triage},
		{"the office confirms", true, false, Verdict{Division: "power", DecidedBy: "rule"}, Triage},
		{"confidential by rule", false, false, Verdict{Division: "power", DecidedBy: "rule", Confidential: true}, Triage},
		{"confidential, fixed by its box", false, true, Verdict{Division: "supervision", DecidedBy: "box"}, Dispatched},
		{"the accused is the target", false, false, Verdict{Division: "power", DecidedBy: "rule", Accuses: []string{"power"}}, Triage},
		{"needs a look", false, false, Verdict{Division: "power", DecidedBy: "rule", NeedsLook: "无法完整读取"}, Triage},
		{"a division that is gone", false, false, Verdict{Division: "gone", DecidedBy: "rule"}, Triage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := policy(t)
			if tt.confirm {
				p.Dispatch = "confirm"
			}
			first := fresh()
			first.Fresh.Confidential = tt.conf
			c, _ := run(t, Case{}, p, monday, first, Event{Kind: EvClassified, Actor: System(), Verdict: &tt.verdict})
			if c.State != tt.want {
				t.Errorf("state %q, want %q", c.State, tt.want)
			}
		})
	}
}

func TestMaySee(t *testing.T) {
	t.Parallel()
	p := policy(t)
	c := in(t, p, Dispatched)
	accused := c
	accused.Accused = []string{"power"}
	secret := c
	secret.Confidential = true
	p.Roster.Duty = []Person{{"值班员", "duty@jxw.example"}}
	told, toldSecret, toldAccused := c, secret, c
	told.Told = []string{"economy@jxw.example"}
	toldSecret.Told = told.Told
	toldAccused.Told, toldAccused.Accused = told.Told, []string{"economy"}
	tests := []struct {
		name, address string
		c             Case
		want          bool
	}{
		{"its citizen", "Wang@mail.example", c, true},
		{"another citizen", "li@mail.example", c, false},
		{"its liaison", "power@jxw.example", c, true},
		{"another liaison", "economy@jxw.example", c, false},
		{"the office", "handler@jxw.example", c, true},
		{"the accused liaison", "power@jxw.example", accused, false},
		{"duty", "duty@jxw.example", c, true},
		{"duty, confidential", "duty@jxw.example", secret, false},
		{"told by a rule", "Economy@jxw.example", told, true},
		{"told, then confidential", "economy@jxw.example", toldSecret, false},
		{"told, but accused", "economy@jxw.example", toldAccused, false},
	}
	for _, tt := range tests {
		if got := MaySee(tt.c, tt.address, p.Roster); got != tt.want {
			t.Errorf("%s: MaySee = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestAcceptanceLate(t *testing.T) {
	t.Parallel()
	p := policy(t)
	c := in(t, p, Dispatched)
	c, _ = run(t, c, p, monday.Add(25*time.Hour), sample(EvSigned))
	if !c.AcceptLate || c.Accepted.IsZero() || c.State != Dispatched {
		t.Errorf("late %v, accepted %v, state %q", c.AcceptLate, c.Accepted, c.State)
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		word string
		want Number
	}{
		{"123", "SFJX-2026-000123"}, {"2025-7", "SFJX-2025-000007"}, {"〔SFJX-2026-000001〕", "SFJX-2026-000001"},
		{"sfjx-2026-000001", "SFJX-2026-000001"}, {"0", ""}, {"abc", ""}, {"-5", ""}, {"20261-5", ""}, {"", ""},
	} {
		if got, _ := ParseNumber(tt.word, "SFJX", 2026); got != tt.want {
			t.Errorf("ParseNumber(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestHeadIsToldWhereARuleWantsIt(t *testing.T) {
	t.Parallel()
	p := policy(t)
	_, effects := run(t, Case{}, p, monday, fresh(),
		Event{Kind: EvClassified, Actor: System(), Verdict: &Verdict{Division: "power", DecidedBy: "rule", Notify: []string{"head"}}})
	told := false
	for _, e := range effects {
		if m, ok := e.(Mail); ok && m.Template == "dispatch" {
			for _, r := range m.To {
				told = told || r.Address == "power-head@jxw.example"
			}
		}
	}
	if !told {
		t.Error("the head is not told")
	}
}

// A division may have no head; what its lateness calls for reaches the office.
func TestDivisionWithoutHead(t *testing.T) {
	t.Parallel()
	p := policy(t)
	c := in(t, p, Dispatched)
	i := slices.IndexFunc(p.Roster.Divisions, func(d Division) bool { return d.ID == c.Lead() })
	p.Roster.Divisions[i].Head = Person{}
	for step, want := range map[int]string{
		2: "mail chase to power@jxw code=\"dispatch\"; mail chase to handler@jxw,yi@jxw code=\"\"",
		3: "mail chase to handler@jxw,yi@jxw code=\"\"",
	} {
		_, effects := run(t, c, p, monday, Event{Kind: EvChased, Actor: System(), Clock: ClockChase, Step: step})
		var got []string
		for _, e := range effects {
			if m, ok := e.(Mail); ok {
				got = append(got, describe(m))
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("step %d: %s", step, diff)
		}
	}
}
