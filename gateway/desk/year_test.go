package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// TestYear is a year of an office with 20 divisions and 20,000 letters (make year, or
// make year LETTERS=N); elsewhere a few weeks over National Day, at whose end the
// same must hold.
func TestYear(t *testing.T) {
	t.Parallel()
	if os.Getenv("XINFANGD_YEAR") == "" {
		simulate(t, 6, 24, time.Date(2026, 9, 24, 8, 0, 0, 0, shanghai), time.Date(2026, 10, 20, 0, 0, 0, 0, shanghai))
		return
	}
	letters := 20_000
	if n, err := strconv.Atoi(os.Getenv("XINFANGD_YEAR")); err == nil && n > 1 {
		letters = n
	}
	simulate(t, 20, letters, time.Date(2026, 1, 5, 8, 0, 0, 0, shanghai), time.Date(2026, 12, 31, 23, 0, 0, 0, shanghai))
}

func simulate(t *testing.T, divisions, letters int, from, to time.Time) {
	t.Helper()
	s := lite(t)
	o := newOffice(t, s, func(s *Settings) { crowd(t, s, divisions) })
	// A dossier is another test's matter; that a case is archived once is ours.
	o.desk.archive = func(context.Context, petition.Number, time.Time) (string, error) { return "", nil }
	y := &year{office: o, dice: rand.New(rand.NewPCG(2026, uint64(letters))), end: to, divisions: divisions,
		mute: map[petition.Number]bool{}, acted: map[string]map[petition.Number]int{}}
	y.now = from
	span := to.Sub(from) - 10*24*time.Hour
	for range letters {
		at := from.Add(time.Duration(y.dice.Int64N(int64(span))).Truncate(time.Second))
		if h := at.Hour(); h < 7 && y.chance(90) {
			at = at.Add(8 * time.Hour)
		}
		y.on(at, y.arrive)
	}
	began := time.Now()
	y.run()
	took := time.Since(began)
	b := y.audit()
	y.reports(b, from, to)
	t.Logf("\n%s", b.table(y, from, to, took))
}

// crowd makes the office one of many divisions, with rules, duty and all clocks.
func crowd(t *testing.T, s *Settings, divisions int) {
	t.Helper()
	s.Books = true
	s.Policy.Roster.Divisions = nil
	text := "rules:\n"
	for i := range divisions {
		id, name := fmt.Sprintf("d%02d", i), fmt.Sprintf("处室%02d", i)
		s.Policy.Roster.Divisions = append(s.Policy.Roster.Divisions, petition.Division{ID: id, Name: name,
			Head: petition.Person{Name: name + "负责人", Address: id + "-head@jxw.example"}, Liaisons: []petition.Person{{Name: name + "联络员", Address: id + "@jxw.example"}}})
		text += fmt.Sprintf("  - {id: r%02d, name: 规则%02d, when: {subject: {any: [事项%02d]}}, then: {division: d%02d}}\n", i, i, i, i)
	}
	text += "  - {id: burst, name: 突发事件, when: {subject: {any: [爆炸]}}, then: {urgency: major}, continue: true}\n"
	dir := t.TempDir()
	write(t, dir+"/rules.yaml", text)
	set, findings := rules.Load(dir + "/rules.yaml")
	for _, f := range findings {
		if f.Severity == "error" {
			t.Fatal(f)
		}
	}
	s.Rules = set
	s.Boxes[2].Division = "d00"
	s.Policy.Roster.Duty = []petition.Person{{Name: "值班员甲", Address: "zhiban1@jxw.example"}, {Name: "值班员乙", Address: "zhiban2@jxw.example"}}
	people := []string{"zhiban1@jxw.example", "zhiban2@jxw.example"}
	s.Shifts = []calendar.Shift{
		{ID: "holiday", Days: calendar.Holidays, From: 8 * 60, To: 8 * 60, People: people},
		{ID: "weekend", Days: calendar.Weekends, From: 8 * 60, To: 17*60 + 30, People: people},
		{ID: "day", Days: calendar.Workdays, From: 8 * 60, To: 17*60 + 30, Rotate: calendar.Weekly, People: people},
		{ID: "night", Days: calendar.Everyday, From: 17*60 + 30, To: 8 * 60, People: people},
	}
}

// balance is the year as its ledger tells it, counted by nobody but this test.
type balance struct {
	states  map[petition.State]int
	events  map[petition.EventKind]int
	fired   map[string]int
	totals  map[string]map[string][]petition.Number // month, figure, cases
	entries int64
	office  int
}

func (b *balance) count(month, figure string, n petition.Number) {
	if b.totals[month] == nil {
		b.totals[month] = map[string][]petition.Number{}
	}
	b.totals[month][figure] = append(b.totals[month][figure], n)
}

// audit checks what must hold at the end of any year.
func (y *year) audit() *balance {
	t := y.t
	t.Helper()
	b := &balance{states: map[petition.State]int{}, events: map[petition.EventKind]int{}, fired: map[string]int{}, totals: map[string]map[string][]petition.Number{}}
	result, err := y.store.Verify(t.Context(), nil)
	if err != nil || !result.OK {
		t.Errorf("ledger: %+v, %v", result, err)
	}
	b.entries = result.Entries
	err = y.store.View(t.Context(), func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		if err != nil {
			return err
		}
		numbers := map[petition.Number]bool{}
		for _, c := range cases {
			numbers[c.Number] = true
			b.states[c.State]++
			if err := y.auditCase(tx, b, c); err != nil {
				return err
			}
		}
		for i := range cases {
			if n := petition.NewNumber("SFJX", 2026, i+1); !numbers[n] {
				t.Errorf("number %s is missing", n)
			}
		}
		if len(cases) != y.letters {
			t.Errorf("%d cases of %d letters", len(cases), y.letters)
		}
		failed, err := tx.FailedLetters()
		if err != nil || len(failed) > 0 {
			t.Errorf("letters set aside: %+v, %v", failed, err)
		}
		office, err := tx.Entries("")
		if err != nil {
			return err
		}
		b.office = len(office)
		return y.auditOffice(b, office)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// resets are the events that set the chase ladder up anew.
var resets = []petition.EventKind{petition.EvDispatched, petition.EvReassigned, petition.EvReopened, petition.EvSentBack, petition.EvExtended, petition.EvInstructed, petition.EvRecounted}

// auditCase checks one case: each clock once, nothing forgotten, every mail
// explained, the answer as it was approved, the breach as the ledger has it.
func (y *year) auditCase(tx *store.Tx, b *balance, c petition.Case) error {
	t := y.t
	entries, err := tx.Entries(c.Number)
	if err != nil {
		return err
	}
	once := map[string]int{}
	at := map[int64]bool{}
	approved := map[string]bool{}
	breach, lawful := false, true
	for _, e := range entries {
		b.events[e.Kind]++
		at[e.Time.UnixMicro()] = true
		var f facts
		if err := json.Unmarshal(e.Data, &f); err != nil {
			return err
		}
		if slices.Contains(resets, e.Kind) {
			clear(once)
		}
		if f.Clock != "" && f.Clock != petition.ClockUrgent {
			key := fmt.Sprintf("%s %d", f.Clock, f.Step)
			if f.Clock == petition.ClockApprove {
				key += fmt.Sprint(" draft ", len(e.After.Drafts))
			}
			if once[key]++; once[key] > 1 {
				t.Errorf("%s: clock %s went off twice", c.Number, key)
			}
		}
		if f.Clock != "" {
			b.fired[string(f.Clock)]++
		}
		switch e.Kind {
		case petition.EvApproved:
			approved[f.Digest] = true
		case petition.EvEscalated:
			breach = breach || f.Clock == petition.ClockAccept
			lawful = lawful && f.Clock != petition.ClockLawAnswer
		}
		b.story(c.Number, e)
	}
	if late := c.Accepted.IsZero() && y.now.Sub(c.Arrived) > 24*time.Hour && c.State != petition.Withdrawn || c.Accepted.Sub(c.Arrived) > 24*time.Hour; late != c.AcceptLate || late != breach {
		t.Errorf("%s: arrived %v, accepted %v, late %v, on the ledger %v", c.Number, c.Arrived, c.Accepted, c.AcceptLate, breach)
	}
	if err := y.forgotten(tx, c, !lawful); err != nil {
		return err
	}
	letters, err := tx.LettersOf(c.Number)
	if err != nil {
		return err
	}
	for _, l := range letters {
		at[l.Arrived.UnixMicro()] = true // what a mail asks for is answered even when it changes nothing
	}
	out, err := tx.ListOutgoing(store.OutgoingFilter{Case: c.Number})
	if err != nil {
		return err
	}
	for _, row := range out {
		if !at[row.Created.UnixMicro()] {
			t.Errorf("%s: nothing explains the %s of %v", c.Number, row.Kind, row.Created)
		}
		if !row.Answer {
			continue
		}
		raw, err := tx.Blob(row.Blob)
		if err != nil {
			return err
		}
		if !approved[letter.MessageDigest(raw)] {
			t.Errorf("%s: what was sent was not approved", c.Number)
		}
	}
	return nil
}

// forgotten checks that a case that goes on is waited for by a clock, or has
// been told of by the last one there is.
func (y *year) forgotten(tx *store.Tx, c petition.Case, told bool) error {
	if c.State == petition.Archived || !c.ArchivedAt.IsZero() {
		return nil
	}
	clocks, err := tx.Clocks(c.Number)
	if err != nil {
		return err
	}
	told = told || c.AcceptLate || slices.ContainsFunc(c.Chases, func(ch petition.Chase) bool {
		return ch.Clock == petition.ClockChase && ch.Step == len(y.desk.settings.Load().Policy.Chase) || ch.Clock == petition.ClockApprove && ch.Step == 2
	})
	if len(clocks) == 0 && !told {
		y.t.Errorf("%s (%s) is forgotten", c.Number, c.State)
	}
	return nil
}

// story counts what the assessment counts of a case, from one event.
func (b *balance) story(n petition.Number, e store.Entry) {
	month := e.Time.In(shanghai).Format("2006-01")
	totals := map[petition.EventKind]string{petition.EvRegistered: "arrived", petition.EvAccepted: "accepted", petition.EvAnswered: "answered", petition.EvClosed: "closed"}
	if figure := totals[e.Kind]; figure != "" {
		b.count(month, figure, n)
	}
	if e.Kind == petition.EvReturned {
		b.count(month, e.Actor.Division+".returned", n)
	}
	if e.Kind == petition.EvDispatched || e.Kind == petition.EvReassigned || e.Kind == petition.EvReopened {
		for _, d := range e.After.Dispatches {
			if d.At.Equal(e.Time) && !slices.Contains(b.totals[month][d.Division+".received"], n) {
				b.count(month, d.Division+".received", n)
			}
		}
	}
	if e.Kind == petition.EvOpinion && firstOpinion(e) {
		b.count(month, e.Actor.Division+".answered", n)
	}
}

// firstOpinion reports whether an opinion is the division's first since it got
// the case, the last time that it did.
func firstOpinion(e store.Entry) bool {
	var since time.Time
	for _, d := range e.After.Dispatches {
		if d.Division == e.Actor.Division {
			since = d.At
		}
	}
	n := 0
	for _, o := range e.After.Opinions {
		if o.Division == e.Actor.Division && !o.At.Before(since) {
			n++
		}
	}
	return n == 1
}

// auditOffice checks the office's own lines: a round every two hours, a log for
// each day, duty taken or told of.
func (y *year) auditOffice(b *balance, entries []store.Entry) error {
	var rounds, logs, handed, missed int
	var last time.Time
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Text, "定时查收"):
			rounds++
			if !last.IsZero() && e.Time.Sub(last) != 2*time.Hour {
				y.t.Errorf("no round between %v and %v", last, e.Time)
			}
			last = e.Time
		case strings.HasSuffix(e.Text, "值班日志归档"):
			logs++
		case strings.HasPrefix(e.Text, "交接班"):
			handed++
		case strings.HasSuffix(e.Text, "未按时接班"):
			missed++
		}
	}
	if rounds == 0 || logs == 0 || handed == 0 {
		y.t.Errorf("%d rounds, %d logs, %d handovers", rounds, logs, handed)
	}
	b.fired["round"], b.fired["daylog"], b.fired["handover"], b.fired["take"] = rounds, logs, handed, missed
	return nil
}

// reports compares each month's assessment with the count from the ledger.
func (y *year) reports(b *balance, from, to time.Time) {
	t := y.t
	t.Helper()
	p := y.desk.settings.Load().Policy
	for month := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, shanghai); month.Before(to); month = month.AddDate(0, 1, 0) {
		a, err := report.Month(t.Context(), y.store, p.Calendar, p.Roster, month, month.AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]petition.Number{}
		put := func(prefix string, figures []report.Figure, wanted ...string) {
			for _, f := range figures {
				if slices.Contains(wanted, f.Key) && len(f.Cases) > 0 {
					got[prefix+f.Key] = f.Cases.Sorted()
				}
			}
		}
		put("", a.Figures(), "arrived", "accepted", "answered", "closed")
		for _, d := range a.Divisions {
			put(d.ID+".", d.Figures(), "received", "returned", "answered")
		}
		want := map[string][]petition.Number{}
		for figure, cases := range b.totals[month.Format("2006-01")] {
			want[figure] = slices.Sorted(slices.Values(cases))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-ledger +report):\n%.4000s", month.Format("2006-01"), diff)
		}
	}
}

// table is the year in figures.
func (b *balance) table(y *year, from, to time.Time, took time.Duration) string {
	var s strings.Builder
	row := func(what string, n any) { fmt.Fprintf(&s, "%-28s %8v\n", what, n) }
	fmt.Fprintf(&s, "%s to %s, %d divisions\n", from.Format(time.DateOnly), to.Format(time.DateOnly), y.divisions)
	row("letters", y.letters)
	row("mails sent", y.mails)
	row("answers of people", y.commands)
	row("answers to citizens", y.answers)
	row("ledger entries", b.entries)
	for _, state := range petition.States() {
		if b.states[state] > 0 {
			row("cases "+string(state), b.states[state])
		}
	}
	for _, kind := range []petition.EventKind{petition.EvChased, petition.EvEscalated, petition.EvReturned, petition.EvExtended, petition.EvSentBack, petition.EvAmended, petition.EvRated, petition.EvSuspicious} {
		row("events "+string(kind), b.events[kind])
	}
	clocks := []string{}
	for clock := range b.fired {
		clocks = append(clocks, clock)
	}
	slices.Sort(clocks)
	for _, clock := range clocks {
		row("clock "+clock, b.fired[clock])
	}
	row("took", took.Round(time.Second))
	row("letters a second", fmt.Sprintf("%.1f", float64(y.letters)/took.Seconds()))
	return s.String()
}
