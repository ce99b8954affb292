package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/report"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares what a person reads with what was looked at before.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// autumn is a small office around the National Day: what is overdue on 20
// October, and why, can be counted on a wall calendar.
func autumn(o *office) {
	n := func(i int) petition.Number { return petition.NewNumber("SFJX", 2026, i) }
	o.at(o.day(9, 24, 9, 0), func(now time.Time) { // 1: forgotten by the lead, the assistant answers
		o.register(now, "d0", func(_ *petition.Case, v *petition.Verdict) { v.Assist = []string{"d4"} })
	})
	o.at(o.day(9, 28, 10, 0), func(now time.Time) { o.opinion(n(1), o.liaison("d4", 0), now) })
	o.at(o.day(9, 24, 10, 0), func(now time.Time) { // 2: confidential, signed for, late
		o.register(now, "d3", func(c *petition.Case, v *petition.Verdict) {
			c.Confidential, c.Subject, v.DecidedBy = true, "举报张某", "box"
		})
	})
	o.at(o.day(9, 24, 15, 0), func(now time.Time) {
		o.apply(n(2), petition.Event{Kind: petition.EvSigned, Actor: o.liaison("d3", 0)}, now)
	})
	o.at(o.day(10, 12, 9, 0), func(now time.Time) { // 3: all goes well
		o.register(now, "d1", func(c *petition.Case, _ *petition.Verdict) { c.Subject = "咨询贴息\n条件" })
	})
	o.at(o.day(10, 12, 10, 30), func(now time.Time) {
		o.opinion(n(3), o.liaison("d1", 0), now)
		o.draft(n(3), o.liaison("d1", 0), now)
	})
	o.at(o.day(10, 12, 14, 0), func(now time.Time) { o.decide(n(3), o.member(1), petition.EvApproved, "", now) })
	o.at(o.day(10, 13, 9, 0), func(now time.Time) {
		o.apply(n(3), petition.Event{Kind: petition.EvRated, Actor: petition.Actor{Role: petition.RoleCitizen}, Rating: "满意"}, now)
	})
	o.at(o.day(10, 13, 11, 0), func(now time.Time) { o.register(now, "d4", nil) }) // 4: due on the 20th
	o.at(o.day(10, 14, 9, 0), func(now time.Time) { o.register(now, "d2", nil) })  // 5: drafted and left lying
	o.at(o.day(10, 15, 10, 0), func(now time.Time) {
		o.opinion(n(5), o.liaison("d2", 1), now)
		o.draft(n(5), o.liaison("d2", 1), now)
	})
	o.at(o.day(10, 15, 9, 0), func(now time.Time) { o.register(now, "", nil) })    // 6: nobody sends it anywhere
	o.at(o.day(10, 19, 11, 0), func(now time.Time) { o.register(now, "d2", nil) }) // 7: fresh
	o.at(o.day(10, 19, 12, 0), o.trouble)
}

// trouble is everything that can be wrong with mail.
func (o *office) trouble(now time.Time) {
	digest, err := o.tx.PutBlob([]byte("raw"))
	o.must(err)
	_, err = o.tx.AddFailed(store.Failed{Mailbox: "director", UIDValidity: 1, UID: 7, Arrived: now, Reason: "解析时出错", Digest: digest})
	o.must(err)
	for i, kind := range []store.LetterKind{store.KindAutomatic, store.KindCommand} {
		_, err = o.tx.AddLetter(store.Letter{Mailbox: "director", UIDValidity: 1, UID: uint32(8 + i), Digest: digest, Size: 3, Arrived: now, From: "a@b.example", Kind: kind})
		o.must(err)
	}
	_, err = o.tx.Queue(store.Outgoing{Case: "SFJX-2026-000003", Kind: "notice", To: []string{"a@b.example"}, From: "wsxf@jxw.example", Subject: "告知", MessageID: "x@jxw.example", Raw: []byte("raw"), Hold: true})
	o.must(err)
	_, err = o.tx.Append(store.Entry{Time: now, Actor: petition.System(), Kind: petition.EvSuspicious, Text: "发件域名的身份验证\n没有通过"})
	o.must(err)
	o.must(o.tx.NoteCheck("director", now.Add(-3*time.Hour), "", 0))
	o.must(o.tx.NoteCheck("director", now, "连接超时", 0))
}

func TestOverdue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		now := o.day(10, 20, 8, 0)
		autumn(o)
		o.run(now)
		l, err := report.Overdue(t.Context(), o.store, o.reports(), now)
		o.must(err)
		type late struct {
			division, number, subject string
			days, chases              int
			named, signed             bool
		}
		var got []late
		for _, d := range l.Divisions {
			for _, c := range d.Cases {
				got = append(got, late{d.ID, string(c.Number), c.Subject, c.Days, len(c.Chases), c.Named, !c.Signed.IsZero()})
			}
		}
		// The five working days from 24 September end on 9 October, for the 25th
		// to 27th and 1 to 7 October are holidays; since then the 10th, a Saturday
		// to make up for it, 12 to 16, 19 and 20 have begun.
		want := []late{
			{"d0", "SFJX-2026-000001", "小区停电", 8, 6, true, false},
			{"d3", "SFJX-2026-000002", "", 8, 5, true, true},
		}
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(late{})); diff != "" {
			t.Errorf("overdue (-want +got):\n%s", diff)
		}
		var keys []string
		for _, r := range l.Divisions[0].Cases[0].Chases {
			keys = append(keys, r.Key)
		}
		if diff := gocmp.Diff([]string{report.ChaseSign, "1", "2", "3", "4", "5"}, keys); diff != "" {
			t.Errorf("chases (-want +got):\n%s", diff)
		}
		notice := l.Notice(o.reports(), "示范市经济和信息化委员会")
		if strings.Contains(notice, "张某") || strings.Contains(notice, "citizen.example") || strings.Contains(notice, "王小明") {
			t.Errorf("the circular names a citizen or what is confidential:\n%s", notice)
		}
		golden(t, "notice.golden.txt", notice)
	})
}

func TestNothingOverdue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		l, err := report.Overdue(t.Context(), o.store, o.reports(), o.day(10, 20, 8, 0))
		o.must(err)
		if !l.Empty() || !strings.Contains(l.Notice(o.reports(), "某单位"), "没有超过规定时限") {
			t.Errorf("%+v", l)
		}
	})
}

// TestMails renders every view with the built-in templates.
func TestMails(t *testing.T) {
	t.Parallel()
	set, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, o *office) {
		now := o.day(10, 20, 8, 0)
		autumn(o)
		o.run(now)
		common := templates.Common{Office: "示范市经济和信息化委员会", Now: now}
		show := func(name string, mail templates.Mail, err error) {
			t.Helper()
			o.must(err)
			if strings.Contains(mail.Text+mail.HTML, "张某") {
				t.Errorf("%s shows the subject of a confidential case", name)
			}
			if !strings.Contains(mail.HTML, "<table") {
				t.Errorf("%s has no table in its HTML", name)
			}
			golden(t, name+".golden.txt", "Subject: "+mail.Subject+"\n\n"+mail.Text)
		}
		d, err := report.Digest(t.Context(), o.store, o.reports(), now)
		o.must(err)
		mail, err := set.Digest(report.DigestView(d, o.reports(), common, "分管领导"))
		show("digest", mail, err)
		if d.Wrong() != 4 || len(d.Unregistered) != 1 || len(d.Due) != 1 {
			t.Errorf("%d wrong, %d unregistered, %d due", d.Wrong(), len(d.Unregistered), len(d.Due))
		}
		mail, err = set.Digest(report.OverdueView(d.Late, o.reports(), common, "受理员甲"))
		show("overdue", mail, err)
		a := o.month(o.day(10, 1, 0, 0), now)
		mail, err = set.Assessment(report.AssessmentView(a, o.reports(), "", nil, []templates.Attachment{{Name: "考核.xlsx", Size: 20480}}, common, "主要领导"))
		show("assessment", mail, err)
		mail, err = set.Assessment(report.AssessmentView(a, o.reports(), "d1", nil, nil, common, "中小企业处负责人"))
		show("assessment-division", mail, err)
		if strings.Contains(mail.Text, "电力处") || strings.Contains(mail.Text, "SFJX-2026-000001") {
			t.Errorf("a head sees another division's part:\n%s", mail.Text)
		}
	})
}

// TestLimits: a case enters the weekly list 15 days before the law's limit.
func TestLimits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.at(o.day(9, 1, 9, 0), func(now time.Time) {
			n := o.register(now, "d0", nil)
			o.apply(n, petition.Event{Kind: petition.EvSigned, Actor: o.liaison("d0", 0)}, now)
		})
		o.run(o.day(12, 1, 0, 0))
		for _, tt := range []struct {
			at              time.Time
			limits, overdue int
		}{
			// Accepted on 1 September: the 60 days end with 31 October.
			{o.day(10, 16, 23, 59), 0, 0}, {o.day(10, 17, 0, 0), 1, 0}, {o.day(10, 31, 23, 0), 1, 0}, {o.day(11, 1, 0, 0), 1, 1},
		} {
			d, err := report.Digest(t.Context(), o.store, o.reports(), tt.at)
			o.must(err)
			if len(d.Limits) != tt.limits || len(d.Late.Unlawful) != tt.overdue {
				t.Errorf("%s: %d near the limit, %d past it, want %d and %d", tt.at, len(d.Limits), len(d.Late.Unlawful), tt.limits, tt.overdue)
			}
		}
	})
}

// TestWrongClocks: entries whose gateway's clock was wrong are found where their
// own time says.
func TestWrongClocks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		want := map[time.Month]int{}
		o.at(o.day(11, 20, 0, 0), func(time.Time) {
			for i := range 2600 {
				at := o.day(8, 1, 0, 0).Add(time.Duration(i) * 60 * time.Minute)
				switch i % 200 {
				case 50:
					at = at.AddDate(0, 2, 0)
				case 51:
					at = at.AddDate(0, -2, 0)
				case 52:
					at = at.Add(-20 * time.Hour)
				}
				want[at.Month()]++
				_, err := o.tx.Append(store.Entry{Time: at, Actor: petition.System(), Kind: petition.EvEscalated, Data: []byte(`{"clock":"check","mailbox":"director"}`)})
				o.must(err)
			}
		})
		o.run(o.day(12, 1, 0, 0))
		for m := time.August; m <= time.November; m++ {
			a := o.month(o.day(m, 1, 0, 0), o.day(m+1, 1, 0, 0))
			if got := len(a.Clocks[report.MissedCheck]); got != want[m] || got == 0 {
				t.Errorf("%s: %d, want %d", m, got, want[m])
			}
		}
	})
}
