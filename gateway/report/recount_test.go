package report_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
)

// plain is one row of an assessment as both counts put it.
type plain struct {
	Figures     map[string][]petition.Number
	Median, P90 float64
}

// recount counts a period in another way than the package does: case by case,
// from the events alone, carrying along who has what since when. It reads of an
// entry's state nothing but the deadline, and who led when that is not told by
// an event.
type recount struct {
	o        *office
	from, to time.Time
	rows     map[string]*recounted
	clocks   map[string][]string
	// flow counts what came and went by day and by month, e.g. "in d1 2026-09-03".
	flow map[string]int
}

type recounted struct {
	figures map[string][]petition.Number
	once    map[string]bool
	hours   []float64
}

func (r *recount) row(who string) *recounted {
	if r.rows[who] == nil {
		r.rows[who] = &recounted{figures: map[string][]petition.Number{}, once: map[string]bool{}}
	}
	return r.rows[who]
}

// pass counts what came or went on a day, and in its month.
func (r *recount) pass(way, who string, at time.Time) {
	r.flow[way+" "+who+" "+at.In(r.o.zone).Format("2006-01-02")]++
	r.flow[way+" "+who+" "+at.In(r.o.zone).Format("2006-01")]++
}

func (r *recount) add(who, figure string, n petition.Number) {
	r.row(who).figures[figure] = append(r.row(who).figures[figure], n)
}

func (r *recount) addOnce(who, figure string, n petition.Number) {
	if key := figure + string(n); !r.row(who).once[key] {
		r.row(who).once[key] = true
		r.add(who, figure, n)
	}
}

// holding is a division having a case.
type holding struct {
	division string
	since    time.Time
	lead     bool
	answered bool
	ended    bool
	signedBy string
}

func (r *recount) story(n petition.Number, entries []store.Entry) {
	var (
		held     []*holding
		lastLead string
		authors  = map[string]string{}
		pending  bool
		late     bool
		accepted bool
	)
	mine := func(division string) *holding {
		for _, h := range slices.Backward(held) {
			if h.division == division && !h.ended {
				return h
			}
		}
		return &holding{division: division, ended: true}
	}
	end := func(all bool, division string) {
		for _, h := range held {
			if all || h.division == division {
				h.ended = true
			}
		}
	}
	for _, e := range entries {
		var data struct {
			Divisions []string `json:"divisions"`
			Clock     string   `json:"clock"`
			Step      int      `json:"step"`
			Rating    string   `json:"rating"`
		}
		if err := json.Unmarshal(e.Data, &data); err != nil {
			r.o.Fatal(err)
		}
		in := !e.Time.Before(r.from) && e.Time.Before(r.to)
		give := func(division string, lead bool) {
			held = append(held, &holding{division: division, since: e.Time, lead: lead})
			if lead {
				lastLead = division
			}
			if in {
				if !r.row(division).once["received"+string(n)] {
					r.pass("in", division, e.Time)
				}
				r.addOnce(division, "received", n)
				if lead {
					r.row(division).once["lead"+string(n)] = true
				}
			}
		}
		sign := func(h *holding, by string) {
			if h.signedBy == "" && !h.ended {
				h.signedBy = by
				if in {
					r.addOnce(by+"@"+h.division, "received", n)
				}
			}
		}
		if in && e.Actor.Address != "" {
			r.add(e.Actor.Address+"@"+e.Actor.Division, "acts."+string(e.Kind), n)
		}
		switch e.Kind {
		case petition.EvDispatched:
			for i, id := range slices.Compact(data.Divisions) {
				give(id, i == 0)
			}
		case petition.EvReassigned:
			end(false, lastLead)
			end(false, data.Divisions[0])
			give(data.Divisions[0], true)
			pending = false
		case petition.EvAssisted:
			for _, id := range data.Divisions {
				give(id, false)
			}
		case petition.EvReopened:
			end(true, "")
			give(lastLead, true)
		case petition.EvReturned:
			h := mine(e.Actor.Division)
			end(h.lead, h.division)
			if in {
				r.add(h.division, "returned", n)
				r.add(e.Actor.Address+"@"+h.division, "returned", n)
			}
		case petition.EvSigned:
			sign(mine(e.Actor.Division), e.Actor.Address)
		case petition.EvOpinion:
			h := mine(e.Actor.Division)
			sign(h, e.Actor.Address)
			authors[h.division] = e.Actor.Address
			if !h.answered {
				h.answered = true
				if in {
					r.pass("out", h.division, e.Time)
					for _, who := range []string{h.division, e.Actor.Address + "@" + h.division} {
						r.add(who, "answered", n)
						if !e.Time.After(e.After.Due) {
							r.add(who, "on_time", n)
						}
						r.row(who).hours = append(r.row(who).hours, r.working(h.since, e.Time))
					}
				}
			}
		case petition.EvDrafted, petition.EvAmended:
			pending = true
		case petition.EvApproved:
			pending = false
		case petition.EvSentBack:
			pending = false
			if in {
				r.add(lastLead, "sent_back", n)
				r.add(authors[lastLead]+"@"+lastLead, "sent_back", n)
			}
		case petition.EvRated:
			if in {
				r.add(lastLead, "ratings."+data.Rating, n)
				r.add(authors[lastLead]+"@"+lastLead, "ratings."+data.Rating, n)
			}
		case petition.EvChased:
			key, h := "manual", mine(lastLead)
			switch {
			case data.Clock == "sign":
				key, h = "sign", held[data.Step-1]
			case data.Clock == "chase":
				key = fmt.Sprint(data.Step)
			case data.Clock == "approve" || pending:
				h = nil
			}
			if in && h != nil {
				r.add(h.division, "chases."+key, n)
				if h.signedBy != "" {
					r.add(h.signedBy+"@"+h.division, "chases."+key, n)
				}
			}
			if in && (data.Clock == "sign" || data.Clock == "approve" && data.Step <= 1) {
				r.clocks[data.Clock] = append(r.clocks[data.Clock], string(n))
			}
		case petition.EvEscalated:
			if data.Clock == "accept" && !late && !accepted {
				late = true
				if in {
					r.clocks["accept"] = append(r.clocks["accept"], string(n))
				}
			}
			if data.Clock == "law_answer" && in {
				r.clocks["law_answer"] = append(r.clocks["law_answer"], string(n))
			}
		case petition.EvAccepted:
			accepted = true
			if !late && e.Time.After(entries[0].Time.Add(24*time.Hour)) && in {
				r.clocks["accept"] = append(r.clocks["accept"], string(n))
			}
		}
		totals := map[petition.EventKind]string{petition.EvRegistered: "arrived", petition.EvAccepted: "accepted", petition.EvAnswered: "answered", petition.EvClosed: "closed"}
		if figure := totals[e.Kind]; in && figure != "" {
			r.add("", figure, n)
			switch e.Kind {
			case petition.EvRegistered:
				r.pass("in", "", e.Time)
			case petition.EvAnswered:
				r.pass("out", "", e.Time)
			}
		}
	}
}

// working counts working minutes one by one, days as the calendar has them.
func (r *recount) working(a, b time.Time) float64 {
	sum := time.Duration(0)
	for day := a; ; day = day.AddDate(0, 0, 1) {
		y, m, d := day.Date()
		open, shut := time.Date(y, m, d, 8, 0, 0, 0, r.o.zone), time.Date(y, m, d, 17, 30, 0, 0, r.o.zone)
		if open.After(b) {
			return sum.Hours()
		}
		if !r.o.policy.Calendar.WorkingDay(open) {
			continue
		}
		if a.After(open) {
			open = a
		}
		if b.Before(shut) {
			shut = b
		}
		if shut.After(open) {
			sum += shut.Sub(open)
		}
	}
}

func (r *recount) plain() map[string]plain {
	rows := map[string]plain{}
	for who, row := range r.rows {
		p := plain{Figures: map[string][]petition.Number{}}
		for _, n := range row.figures["received"] {
			if _, division := r.o.policy.Roster.Division(who); division && !row.once["lead"+string(n)] {
				row.figures["assisted"] = append(row.figures["assisted"], n)
			}
		}
		for figure, cases := range row.figures {
			p.Figures[figure] = slices.Sorted(slices.Values(cases))
		}
		slices.Sort(row.hours)
		if n := len(row.hours); n > 0 {
			p.Median = row.hours[n/2]
			if n%2 == 0 {
				p.Median = (row.hours[n/2-1] + row.hours[n/2]) / 2
			}
			// Nearest rank, counted off.
			for _, h := range row.hours {
				within := 0
				for _, other := range row.hours {
					if other <= h {
						within++
					}
				}
				if within*10 >= n*9 {
					p.P90 = h
					break
				}
			}
		}
		if len(p.Figures) > 0 {
			rows[who] = p
		}
	}
	return rows
}

// plainly puts an assessment as recount does.
func plainly(a report.Assessment) map[string]plain {
	rows := map[string]plain{}
	put := func(who string, figures []report.Figure, w report.Work) {
		p := plain{Figures: map[string][]petition.Number{}}
		p.Median, _ = w.Median()
		p.P90, _ = w.P90()
		for _, f := range figures {
			if len(f.Cases) > 0 {
				p.Figures[f.Key] = f.Cases.Sorted()
			}
		}
		if len(p.Figures) > 0 {
			rows[who] = p
		}
	}
	put("", a.Figures(), report.Work{})
	for _, d := range a.Divisions {
		put(d.ID, d.Figures(), d.Work)
	}
	for _, p := range a.Persons {
		put(p.Address+"@"+p.Division, p.Figures(), p.Work)
	}
	return rows
}

func (o *office) month(from, to time.Time) report.Assessment {
	o.Helper()
	a, err := report.Month(o.Context(), o.store, o.policy.Calendar, o.policy.Roster, from, to)
	o.must(err)
	return a
}

func (o *office) recount(from, to time.Time) *recount {
	o.Helper()
	r := &recount{o: o, from: from, to: to, rows: map[string]*recounted{}, clocks: map[string][]string{}, flow: map[string]int{}}
	o.must(o.store.View(o.Context(), func(tx *store.Tx) error {
		stories := map[petition.Number][]store.Entry{}
		for e, err := range tx.AllEntries(1) {
			if err != nil {
				return err
			}
			if e.Case == "" {
				if e.Kind == petition.EvEscalated && !e.Time.Before(from) && e.Time.Before(to) {
					r.clocks["check"] = append(r.clocks["check"], "director")
				}
				continue
			}
			stories[e.Case] = append(stories[e.Case], e)
		}
		for n, entries := range stories {
			r.story(n, entries)
		}
		return nil
	}))
	return r
}

// flowing puts an assessment's flows as recount does, by the layout of its
// stretches.
func (o *office) flowing(a report.Assessment, layout string) map[string]int {
	o.Helper()
	flow := map[string]int{}
	put := func(who string, list []report.Flow) {
		for i, f := range list {
			if i > 0 && !f.From.Equal(list[i-1].To) || !f.From.Before(f.To) {
				o.Errorf("a stretch from %v to %v", f.From, f.To)
			}
			for way, cases := range map[string]report.Cases{"in": f.In, "out": f.Out} {
				if cases.N() > 0 {
					flow[way+" "+who+" "+f.From.In(o.zone).Format(layout)] = cases.N()
				}
			}
		}
	}
	put("", a.Flow)
	for _, d := range a.Divisions {
		put(d.ID, d.Flow)
	}
	return flow
}

// TestRecount simulates a quarter of an office and counts months and the year
// twice.
func TestRecount(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.play(80)
		september, october, november := o.day(9, 1, 0, 0), o.day(10, 1, 0, 0), o.day(11, 1, 0, 0)
		o.run(october)
		early := o.month(september, october)
		o.run(o.day(12, 20, 0, 0))

		seen := map[string]int{}
		year := time.Date(2026, 1, 1, 0, 0, 0, 0, o.zone)
		for _, span := range [][2]time.Time{{september, october}, {november, o.day(11, 17, 14, 3)}, {september, o.day(12, 20, 0, 0)}, {year, year.AddDate(1, 0, 0)}} {
			a, r := o.month(span[0], span[1]), o.recount(span[0], span[1])
			layout := "2006-01-02"
			if span[1].Sub(span[0]) > 63*24*time.Hour {
				layout = "2006-01"
			}
			want := maps.Clone(r.flow)
			maps.DeleteFunc(want, func(key string, _ int) bool { return len(key[strings.LastIndex(key, " ")+1:]) != len(layout) })
			if diff := gocmp.Diff(want, o.flowing(a, layout)); diff != "" {
				t.Errorf("%s: flow recounted (-) and reported (+) differ:\n%s", report.PeriodName(span[0], span[1]), diff)
			}
			got := plainly(a)
			if diff := gocmp.Diff(r.plain(), got); diff != "" {
				t.Errorf("%s: recounted (-) and reported (+) differ:\n%s", report.PeriodName(span[0], span[1]), diff)
			}
			for _, row := range got {
				for figure, cases := range row.Figures {
					seen[figure] += len(cases)
				}
			}
			missed := map[string][]string{}
			for key, list := range a.Clocks {
				for _, m := range list {
					missed[key] = append(missed[key], cmp.Or(string(m.Case), m.Mailbox))
					seen["clocks."+key]++
				}
				slices.Sort(missed[key])
			}
			for _, list := range r.clocks {
				slices.Sort(list)
			}
			if diff := gocmp.Diff(r.clocks, missed); diff != "" {
				t.Errorf("%s: clocks recounted (-) and reported (+) differ:\n%s", report.PeriodName(span[0], span[1]), diff)
			}
		}
		// The office must have done everything that is counted, or the
		// comparison proves nothing.
		for _, figure := range []string{"received", "assisted", "answered", "on_time", "returned", "sent_back", "ratings.满意", "ratings.不满意", "chases.sign", "chases.manual",
			"chases.1", "chases.2", "chases.3", "chases.4", "chases.5", "acts.approved", "acts.reopened", "arrived", "closed",
			"clocks.accept", "clocks.check", "clocks.sign", "clocks.approve", "clocks.law_answer"} {
			if seen[figure] == 0 {
				t.Errorf("nothing was counted as %s", figure)
			}
		}
		if diff := gocmp.Diff(plainly(early), plainly(o.month(september, october))); diff != "" {
			t.Errorf("September changed after it was over:\n%s", diff)
		}
		result, err := o.store.Verify(t.Context(), nil)
		if err != nil || !result.OK {
			t.Errorf("verify: %+v, %v", result, err)
		}
	})
}

// TestStanding compares the board's figures with the overdue list and with the
// register, twice a week for a quarter.
func TestStanding(t *testing.T) {
	t.Parallel()
	o := newOffice(t, store.Options{Driver: "sqlite", DSN: filepath.Join(t.TempDir(), "register.db")})
	o.play(60)
	seen := map[string]int{}
	for day := o.day(9, 2, 10, 0); day.Before(o.day(12, 1, 0, 0)); day = day.Add(84 * time.Hour) {
		o.run(day)
		var s report.Standing
		o.must(o.store.View(t.Context(), func(tx *store.Tx) (err error) {
			s, err = report.Stand(tx, o.reports(), day)
			return err
		}))
		d, err := report.Digest(t.Context(), o.store, o.reports(), day)
		o.must(err)
		late, divisions := d.Late.Cases().N(), 0
		for _, desk := range s.Divisions {
			divisions += desk.Late
			for _, l := range desk.Open.Lines {
				if l.Discreet || l.Subject == "" {
					t.Errorf("%s is shown", l.Number)
				}
			}
			seen["hidden"] += desk.Open.Hidden
		}
		for _, l := range d.Late.Divisions {
			divisions -= len(l.Cases)
		}
		unaccepted := 0
		for _, l := range s.Unaccepted.Lines {
			if l.Due.Before(day) {
				unaccepted++
			}
		}
		for _, l := range d.Late.Unaccepted {
			if !l.Discreet {
				unaccepted--
			}
		}
		got := []int{s.Open, s.Triage, s.Drafted, s.Late.N(), s.Due.N(), divisions, unaccepted}
		want := []int{d.Open.N(), len(d.Triage), len(d.Drafted), late, len(d.Due), 0, 0}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: digest (-) and board (+) differ:\n%s", day, diff)
		}
		seen["late"] += late
		seen["due"] += len(d.Due)
	}
	if seen["late"] == 0 || seen["due"] == 0 || seen["hidden"] == 0 {
		t.Errorf("nothing to compare: %v", seen)
	}
}
