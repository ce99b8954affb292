package report_test

import (
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/gateway/store/postgrestest"
)

// onBoth runs an exercise on both engines.
func onBoth(t *testing.T, exercise func(*testing.T, *office)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			options := store.Options{Driver: engine}
			if engine == "sqlite" {
				options.DSN = filepath.Join(t.TempDir(), "register.db")
			} else {
				options.DSN = postgrestest.Start(t)
			}
			exercise(t, newOffice(t, options))
		})
	}
}

// office is a simulated office: letters arrive, clocks fire, people act late,
// wrong or not at all. What happens is decided by petition.Step and noted as
// the desk notes it.
type office struct {
	*testing.T
	store  *store.Store
	policy petition.Policy
	zone   *time.Location
	dice   *rand.Rand
	agenda agenda
	clocks map[clockKey]time.Time
	count  int
	tx     *store.Tx
}

type clockKey struct {
	number petition.Number
	clock  petition.Clock
	step   int
}

// due is something on the agenda.
type due struct {
	at time.Time
	n  int // ties go in the order they were put down
	do func(now time.Time)
}

type agenda []due

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(due)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

func person(name, address string) petition.Person {
	return petition.Person{Name: name, Address: address + "@jxw.example"}
}

func span(n int, u calendar.Unit) calendar.Span { return calendar.Span{N: n, Unit: u} }

func newOffice(t *testing.T, options store.Options) *office {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(calendar.Options{Location: zone})
	if err != nil {
		t.Fatal(err)
	}
	options.Prefix, options.Owner, options.Key, options.Location = "SFJX", "one", []byte("0123456789abcdef0123456789abcdef"), zone
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	roster := petition.Roster{
		Office: []petition.Member{
			{Person: person("受理员甲", "slya"), Roles: []petition.Role{petition.RoleHandler}},
			{Person: person("审核员乙", "shyb"), Roles: []petition.Role{petition.RoleHandler, petition.RoleApprover}},
			{Person: person("审核员丙", "shyc"), Roles: []petition.Role{petition.RoleApprover}},
		},
		Leaders: []petition.Leader{{Person: person("分管领导", "fgld"), Rank: "deputy"}, {Person: person("主要领导", "zyld"), Rank: "principal"}},
	}
	for i, name := range []string{"电力处", "中小企业处", "安全生产处", "监察室", "经济运行处"} {
		id := fmt.Sprintf("d%d", i)
		roster.Divisions = append(roster.Divisions, petition.Division{ID: id, Name: name, Head: person(name+"负责人", id+"-head"),
			Liaisons: []petition.Person{person(name+"联络员一", id+"-1"), person(name+"联络员二", id+"-2")}})
	}
	return &office{
		T: t, store: s, zone: zone, dice: rand.New(rand.NewPCG(20, 26)), clocks: map[clockKey]time.Time{},
		policy: petition.Policy{
			Roster: roster, Calendar: cal, Dispatch: "auto", Acceptance: "human", Receipt: true, TwoPerson: true,
			Deadlines: petition.Deadlines{
				Check: calendar.Of(2 * time.Hour), AcceptWarning: calendar.Of(20 * time.Hour), Accept: calendar.Of(24 * time.Hour), AcceptNotice: span(15, calendar.Days),
				Sign: span(1, calendar.WorkingDays), Answer: span(5, calendar.WorkingDays), Approve: span(1, calendar.WorkingDays),
				LawAnswer: span(60, calendar.Days), Extension: span(30, calendar.Days), Rating: span(7, calendar.Days),
			},
			Chase: []petition.ChaseStep{
				{At: span(-1, calendar.WorkingDays), To: []string{"liaison"}}, {At: span(0, calendar.WorkingDays), To: []string{"liaison", "head"}},
				{At: span(1, calendar.WorkingDays), To: []string{"head"}, Copy: []string{"office"}, Formal: true},
				{At: span(3, calendar.WorkingDays), To: []string{"deputy"}}, {At: span(5, calendar.WorkingDays), To: []string{"principal"}, Named: true},
			},
		},
	}
}

func (o *office) reports() report.Office {
	return report.Office{Policy: o.policy, Boxes: map[string]string{"director": "主任信箱"}}
}

func (o *office) day(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, o.zone)
}

func (o *office) at(t time.Time, do func(now time.Time)) {
	o.count++
	heap.Push(&o.agenda, due{t, o.count, do})
}

// run does what is on the agenda until an instant, a batch to a transaction.
func (o *office) run(until time.Time) {
	o.Helper()
	for len(o.agenda) > 0 && o.agenda[0].at.Before(until) {
		err := o.store.Update(o.Context(), o.agenda[0].at, func(tx *store.Tx) error {
			o.tx = tx
			for i := 0; i < 300 && len(o.agenda) > 0 && o.agenda[0].at.Before(until); i++ {
				next := heap.Pop(&o.agenda).(due)
				next.do(next.at)
			}
			return nil
		})
		if err != nil {
			o.Fatalf("update: %v", err)
		}
	}
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// apply is what the desk does with an event; false when it came out of turn.
func (o *office) apply(n petition.Number, e petition.Event, now time.Time) bool {
	o.Helper()
	var c petition.Case
	if e.Kind != petition.EvRegistered {
		var err error
		c, err = o.tx.Case(n)
		o.must(err)
	}
	next, effects, err := petition.Step(c, e, now, o.policy)
	if errors.Is(err, petition.ErrOutOfTurn) {
		return false
	}
	o.must(err)
	if e.Kind == petition.EvRegistered {
		o.must(o.tx.InsertCase(next, "query"))
	} else {
		o.must(o.tx.SaveCase(next))
	}
	data, err := json.Marshal(map[string]any{"divisions": e.Divisions, "clock": e.Clock, "step": e.Step, "rating": e.Rating, "revision": e.Revision})
	o.must(err)
	_, err = o.tx.Append(store.Entry{Case: n, Time: now, Actor: e.Actor, Kind: e.Kind, Text: e.Text, Data: data, After: &next})
	o.must(err)
	var follow []petition.Event
	for _, effect := range effects {
		switch effect := effect.(type) {
		case petition.Follow:
			follow = append(follow, effect.Event)
		case petition.Start:
			o.start(clockKey{n, effect.Clock, effect.Step}, effect.Due)
		case petition.Stop:
			o.stop(n, effect.Clocks)
		case petition.Release:
			o.at(now.Add(time.Minute), func(now time.Time) { o.sent(n, now) })
		}
	}
	for _, event := range follow {
		o.apply(n, event, now)
	}
	return true
}

func (o *office) sent(n petition.Number, now time.Time) {
	c, err := o.tx.Case(n)
	o.must(err)
	if d := c.Draft(); d != nil {
		o.apply(n, petition.Event{Kind: d.Sent(), Actor: petition.System()}, now)
	}
}

func (o *office) stop(n petition.Number, clocks []petition.Clock) {
	for key := range o.clocks {
		if key.number != n {
			continue
		}
		for _, c := range clocks {
			if key.clock == c {
				delete(o.clocks, key)
			}
		}
		if len(clocks) == 0 {
			delete(o.clocks, key)
		}
	}
}

// start sets a clock; it fires when it has not been set anew or stopped.
func (o *office) start(key clockKey, at time.Time) {
	o.clocks[key] = at
	o.at(at, func(now time.Time) {
		if set, running := o.clocks[key]; !running || !set.Equal(at) {
			return
		}
		delete(o.clocks, key)
		e := petition.Event{Actor: petition.System(), Clock: key.clock, Step: key.step, Text: "到时"}
		switch key.clock {
		case petition.ClockSign, petition.ClockChase, petition.ClockApprove:
			e.Kind = petition.EvChased
		case petition.ClockRating:
			e.Kind = petition.EvClosed
		case petition.ClockArchive:
			e.Kind = petition.EvArchived
		default:
			e.Kind = petition.EvEscalated
		}
		o.apply(key.number, e, now)
	})
}

// register opens a case and has the rules dispatch it; "" sends it to triage.
func (o *office) register(now time.Time, division string, change func(*petition.Case, *petition.Verdict)) petition.Number {
	o.Helper()
	n, err := o.tx.NextNumber(now.Year())
	o.must(err)
	fresh := petition.Case{Number: n, Mailbox: "director", Sender: "wxm@citizen.example", Name: "王小明", Subject: "小区停电", Arrived: now}
	verdict := petition.Verdict{Division: division, DecidedBy: "rule", Rule: "r"}
	if change != nil {
		change(&fresh, &verdict)
	}
	o.apply(n, petition.Event{Kind: petition.EvRegistered, Actor: petition.Actor{Role: petition.RoleCitizen}, Fresh: &fresh}, now)
	o.apply(n, petition.Event{Kind: petition.EvClassified, Actor: petition.System(), Verdict: &verdict}, now)
	return n
}

// The people.
func (o *office) liaison(division string, which int) petition.Actor {
	d, _ := o.policy.Roster.Division(division)
	p := d.Liaisons[which%len(d.Liaisons)]
	return petition.Actor{Address: p.Address, Name: p.Name, Role: petition.RoleLiaison, Division: division}
}

func (o *office) member(which int) petition.Actor {
	m := o.policy.Roster.Office[which]
	return petition.Actor{Address: m.Address, Name: m.Name, Role: m.Roles[0]}
}

func (o *office) opinion(n petition.Number, by petition.Actor, now time.Time) bool {
	return o.apply(n, petition.Event{Kind: petition.EvOpinion, Actor: by, Opinion: &petition.Opinion{Text: "blob"}}, now)
}

func (o *office) draft(n petition.Number, by petition.Actor, now time.Time) bool {
	return o.apply(n, petition.Event{Kind: petition.EvDrafted, Actor: by, Draft: &petition.Draft{Digest: fmt.Sprint(now.UnixNano()), Message: "blob"}}, now)
}

// decide is an approver's word on the pending draft.
func (o *office) decide(n petition.Number, by petition.Actor, kind petition.EventKind, text string, now time.Time) bool {
	c, err := o.tx.Case(n)
	o.must(err)
	d := c.Pending()
	if d == nil {
		return false
	}
	e := petition.Event{Kind: kind, Actor: by, Text: text, Revision: d.Revision, Digest: d.Digest}
	if kind == petition.EvAmended {
		e.Draft = &petition.Draft{Digest: fmt.Sprint(now.UnixNano()), Message: "blob"}
	}
	return o.apply(n, e, now)
}
