package e2e

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"xinfangd/gateway"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/store"
)

// machine is somebody who answers every mail of ours at once, and writes every
// minute besides.
type machine struct {
	name    string
	address string
	box     string
	// answer makes a mail of the machine's; to is the mail it answers, nil for none.
	answer func(n int, to *got) letter.Outgoing
	// auto is the value of Auto-Submitted; "" for a machine that does not say that
	// it is one.
	auto string
	// first is how many letters of others lie there before it begins: each is a
	// case in which it can answer.
	first int
	// hourly is how many mails of ours it may get in an hour, daily in a day.
	hourly, daily int
}

// machines are the ways to loop. Five automatic mails a day go to one outside
// address (spec mail section 6); of a person's mails desk handles 300 an hour,
// each of which makes a transcript, and the dispatches come besides.
func machines() []machine {
	threaded := func(n int, to *got) letter.Outgoing {
		out := letter.Outgoing{Subject: fmt.Sprintf("自动转发 %d", n), Text: fmt.Sprintf("第 %d 号通知：小区停电，请查收。", n)}
		if to != nil {
			out.Subject, out.InReplyTo = "Re: "+to.Subject, []string{to.MessageID}
		}
		return out
	}
	fresh := func(n int, _ *got) letter.Outgoing { return threaded(n, nil) }
	const citizen, liaison = "robot@machine.example", "power@jxw.example"
	return []machine{
		{name: "new letters, not marked", address: citizen, box: "director", answer: fresh, hourly: 5, daily: 5},
		{name: "replies, not marked", address: citizen, box: "director", answer: threaded, hourly: 5, daily: 5},
		{name: "new letters, marked", address: citizen, box: "director", answer: fresh, auto: "auto-generated"},
		{name: "replies, marked", address: citizen, box: "director", answer: threaded, auto: "auto-replied"},
		{name: "a liaison's, not marked", address: liaison, box: "desk", answer: threaded, first: 18, hourly: 300 + 30, daily: 24 * (300 + 30)},
	}
}

// loop is a daemon and a machine that answer each other.
type loop struct {
	*testing.T
	machine
	sink *sink
	g    *gateway.Gateway
	now  func() time.Time

	read   int // of the sink's mails
	wrote  int // by the machine
	others int // letters of other people
	uids   map[string]uint32
}

// TestMailLoop lets a machine answer us for a day. What it gets from us is
// bounded by the caps, everything it writes is kept, and other people's mail
// does not wait.
func TestMailLoop(t *testing.T) {
	needServers(t)
	for _, m := range machines() {
		replies := strings.HasPrefix(m.name, "replies")
		span, rounds := 30*time.Minute, 2000
		switch {
		case soaking() && replies:
			span = 24 * time.Hour
		case soaking():
			span, rounds = 24*time.Hour, 800
		case !replies:
			continue // these are the harder ones
		}
		t.Run(m.name, func(t *testing.T) {
			l := &loop{T: t, machine: m, sink: startSink(t), uids: map[string]uint32{}}
			dsn := t.TempDir() + "/register.db"
			c, path := everyday(t, "sqlite", dsn, l.sink.port)
			synctest.Test(t, func(t *testing.T) {
				l.T = t
				l.now = monday()
				var stop func()
				l.g, stop = within(t, c, l.now, io.Discard)
				defer stop()
				began := time.Now()
				for range l.first {
					l.other()
				}
				for time.Since(began) < span && l.wrote < rounds {
					l.minute()
				}
				l.bounded(time.Since(began))
				stop()
			})
			var ledger ledgerReport
			if exit := newProgram(t, t.TempDir(), path).verb(&ledger, "ledger", "verify"); exit != 0 || !ledger.OK {
				t.Errorf("ledger verify: exit code %d, %+v", exit, ledger)
			}
		})
	}
}

// minute is one round: the machine writes and answers what it got; every quarter
// of an hour somebody else writes too.
func (l *loop) minute() {
	l.Helper()
	if l.wrote%15 == 0 {
		l.other()
	}
	l.write(nil)
	for _, m := range l.unread() {
		l.write(&m)
	}
	pause(l.Context(), time.Minute)
}

// other lets somebody else write a letter.
func (l *loop) other() {
	l.Helper()
	l.others++
	l.deliver("director", "", letter.Outgoing{From: letter.Address{Address: citizen(l.others)}, Subject: "停电", Text: fmt.Sprintf("%d 号楼停电三天。", l.others)})
}

// unread are the mails that the machine has not answered.
func (l *loop) unread() (mails []got) {
	l.sink.mu.Lock()
	defer l.sink.mu.Unlock()
	for _, m := range l.sink.mails[l.read:] {
		if m.to == l.address {
			mails = append(mails, m.got)
		}
	}
	l.read = len(l.sink.mails)
	return mails
}

func (l *loop) write(to *got) {
	l.Helper()
	l.wrote++
	out := l.answer(l.wrote, to)
	out.From = letter.Address{Address: l.address}
	l.deliver(l.box, l.auto, out)
}

// deliver hands a mail to the desk as a box does that an MX fills: its verdict on
// the sender and its Received line on top.
func (l *loop) deliver(box, auto string, out letter.Outgoing) {
	l.Helper()
	l.uids[box]++
	out.To = []letter.Address{{Address: "wsxf@jxw.example"}}
	out.MessageID, out.Date, out.AutoSubmitted = fmt.Sprintf("%s%d@client.example", box, l.uids[box]), l.now(), auto
	raw, err := out.Bytes()
	if err != nil {
		l.Fatal(err)
	}
	_, domain, _ := strings.Cut(out.From.Address, "@")
	stamp := "Authentication-Results: mx.jxw.example; dmarc=pass header.from=" + domain + "\r\nReceived: from client.example by mx.jxw.example; " + l.now().Format(time.RFC1123Z) + "\r\n"
	durable, err := l.g.Desk().Receive(l.Context(), []desk.Incoming{{Box: box, UIDValidity: 1, UID: l.uids[box], Arrived: l.now(), Raw: append([]byte(stamp), raw...)}}, l.now())
	if err != nil || !durable[0] {
		l.Fatalf("receive: durable %v, %v", durable, err)
	}
}

// bounded checks the caps, the record, and that nobody else waited.
func (l *loop) bounded(span time.Duration) {
	l.Helper()
	var rows []store.OutgoingRow
	letters := 0
	err := l.g.Store().View(l.Context(), func(tx *store.Tx) (err error) {
		failed, err := tx.FailedLetters()
		if err != nil || len(failed) > 0 {
			l.Errorf("%d letters failed: %v", len(failed), err)
		}
		list, err := tx.ListLetters(store.LetterFilter{})
		if err != nil {
			return err
		}
		letters = len(list)
		rows, err = tx.ListOutgoing(store.OutgoingFilter{})
		return err
	})
	if err != nil {
		l.Fatal(err)
	}
	if letters != l.wrote+l.others {
		l.Errorf("%d letters are on record of %d", letters, l.wrote+l.others)
	}
	hours, days, kinds := map[string]int{}, map[string]int{}, map[string]int{}
	slowest, theirs := time.Duration(0), 0
	for _, row := range rows {
		if slices.Contains(row.To, l.address) {
			theirs++
			hours[row.Created.Format("02T15")]++
			days[row.Created.Format("02")]++
			kinds[row.Kind]++
			continue
		}
		if row.State != store.OutSent {
			l.Errorf("a mail to somebody else is %s: %s", row.State, row.Kind)
			continue
		}
		slowest = max(slowest, row.SentAt.Sub(row.Created))
	}
	for what, n := range hours {
		if n > l.hourly {
			l.Errorf("the machine got %d mails in hour %s, want at most %d", n, what, l.hourly)
		}
	}
	for what, n := range days {
		if n > l.daily {
			l.Errorf("the machine got %d mails on day %s, want at most %d", n, what, l.daily)
		}
	}
	if slowest > time.Minute {
		l.Errorf("somebody else's mail waited %v", slowest)
	}
	if len(rows)-theirs > 6*letters {
		l.Errorf("%d mails went to others about %d letters", len(rows)-theirs, letters)
	}
	l.Logf("| %s | %d mails by the machine in %v | it got %d %v; %d mails to others, none waited longer than %v |", l.Name(), l.wrote, span, theirs, kinds, len(rows)-theirs, slowest)
}
