package report_test

import (
	"fmt"
	"time"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// play puts a quarter's letters and what people do about them on the agenda.
func (o *office) play(letters int) {
	begin, length := o.day(9, 1, 0, 0), 85*24*time.Hour
	for range letters {
		o.at(begin.Add(o.somewhere(length)), o.arrival)
	}
	for range 7 {
		o.at(begin.Add(o.somewhere(length)), func(now time.Time) {
			_, err := o.tx.Append(store.Entry{Time: now, Actor: petition.System(), Kind: petition.EvEscalated, Data: []byte(`{"clock":"check","mailbox":"director"}`)})
			o.must(err)
			_, err = o.tx.Append(store.Entry{Time: now, Actor: petition.System(), Kind: petition.EvSuspicious, Text: "身份没有得到验证"})
			o.must(err)
		})
	}
}

func (o *office) somewhere(length time.Duration) time.Duration {
	return time.Duration(o.dice.Int64N(int64(length))).Truncate(time.Microsecond)
}

func (o *office) hours(most int) time.Duration { return o.somewhere(time.Duration(most) * time.Hour) }

func (o *office) chance(percent int) bool { return o.dice.IntN(100) < percent }

func (o *office) anyDivision() string {
	return fmt.Sprintf("d%d", o.dice.IntN(len(o.policy.Roster.Divisions)))
}

func (o *office) arrival(now time.Time) {
	division := o.anyDivision()
	if o.chance(20) {
		division = ""
	}
	n := o.register(now, division, func(c *petition.Case, v *petition.Verdict) {
		c.Subject = fmt.Sprintf("第 %d 次来信", o.dice.IntN(1000))
		c.Confidential = o.chance(5)
		if o.chance(15) {
			v.Assist = []string{o.anyDivision()}
		}
		if c.Confidential {
			v.DecidedBy = "box"
		}
	})
	o.follow(n, now)
}

// follow lets people look at a case and do something about it, again and again
// until nothing is left to do. Some cases are forgotten.
func (o *office) follow(n petition.Number, now time.Time) {
	if o.chance(2) {
		return
	}
	o.at(now.Add(time.Minute+o.hours(60)), func(now time.Time) {
		c, err := o.tx.Case(n)
		o.must(err)
		switch c.State {
		case petition.Registered, petition.Triage, petition.Accepted:
			targets := []string{o.anyDivision()}
			if o.chance(20) {
				targets = append(targets, o.anyDivision())
			}
			o.apply(n, petition.Event{Kind: petition.EvDispatched, Actor: o.member(0), Divisions: targets}, now)
		case petition.Dispatched:
			o.work(n, c, now)
		case petition.Drafted:
			o.approve(n, now)
		case petition.Answered, petition.Closed, petition.Archived:
			o.afterwards(n, now)
			return
		case petition.Approved:
		case petition.Refused, petition.Merged, petition.Withdrawn:
			return
		}
		o.follow(n, now)
	})
}

// work is what a division does next with a case, if anything.
func (o *office) work(n petition.Number, c petition.Case, now time.Time) {
	lead := c.Lead()
	by := o.liaison(lead, o.dice.IntN(2))
	for _, id := range c.Assist() {
		if o.chance(40) {
			o.opinion(n, o.liaison(id, 0), now)
		}
	}
	switch roll := o.dice.IntN(100); {
	case roll < 25:
		o.apply(n, petition.Event{Kind: petition.EvSigned, Actor: by}, now)
	case roll < 30:
		o.apply(n, petition.Event{Kind: petition.EvReturned, Actor: by, Text: "不属我处职责"}, now)
	case roll < 35:
		o.apply(n, petition.Event{Kind: petition.EvReassigned, Actor: o.member(0), Divisions: []string{o.anyDivision()}, Text: "另有分工"}, now)
	case roll < 40:
		o.apply(n, petition.Event{Kind: petition.EvExtensionAsked, Actor: by, Period: "3wd", Text: "需现场核查"}, now)
		o.apply(n, petition.Event{Kind: petition.EvExtended, Actor: o.member(1), Deny: o.chance(30)}, now)
	case roll < 45:
		o.apply(n, petition.Event{Kind: petition.EvChased, Actor: o.member(0), Text: "请抓紧"}, now)
	case roll < 50:
		o.apply(n, petition.Event{Kind: petition.EvAssisted, Actor: o.member(0), Divisions: []string{o.anyDivision()}}, now)
	case roll < 55:
		o.opinion(n, by, now) // an opinion that is no draft yet
	case roll < 85:
		if o.opinion(n, by, now) {
			o.draft(n, by, now)
		}
	}
}

func (o *office) approve(n petition.Number, now time.Time) {
	by := o.member(1 + o.dice.IntN(2))
	switch roll := o.dice.IntN(100); {
	case roll < 15:
		o.decide(n, by, petition.EvSentBack, "请补充依据", now)
	case roll < 25:
		o.decide(n, by, petition.EvAmended, "", now)
	case roll < 85:
		o.decide(n, by, petition.EvApproved, "", now)
	}
}

// afterwards is what a citizen says of the answer: in time, late or never; and
// some cases are opened again.
func (o *office) afterwards(n petition.Number, now time.Time) {
	if o.chance(70) {
		o.at(now.Add(o.hours(20*24)), func(now time.Time) {
			words := petition.Ratings()
			o.apply(n, petition.Event{Kind: petition.EvRated, Actor: petition.Actor{Role: petition.RoleCitizen}, Rating: words[o.dice.IntN(len(words))]}, now)
		})
	}
	if o.chance(10) {
		o.at(now.Add(o.hours(20*24)), func(now time.Time) {
			if o.apply(n, petition.Event{Kind: petition.EvReopened, Actor: o.member(1), Text: "情况有变"}, now) {
				o.follow(n, now)
			}
		})
	}
}
