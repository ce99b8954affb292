package desk

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// intent is what somebody will do at a time.
type intent struct {
	at  time.Time
	seq int
	do  func()
}

// agenda is everything that people will do, the earliest first; what falls on
// one instant comes in the order in which it was decided, so that a seed always
// tells the same year.
type agenda []intent

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(a[i].at.Compare(a[j].at), cmp.Compare(a[i].seq, a[j].seq)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(intent)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// year is an office whose people act by themselves: some late, some wrongly,
// some not at all.
type year struct {
	*office
	dice      *rand.Rand
	todo      agenda
	seq       int
	end       time.Time
	divisions int
	letters   int // that citizens wrote, copies of their own letters apart
	mails     int
	commands  int
	answers   int                                // that reached a citizen
	mute      map[petition.Number]bool           // cases whose division does not answer by itself
	acted     map[string]map[petition.Number]int // how often somebody answered a kind of mail about a case
}

func (y *year) chance(percent int) bool { return y.dice.IntN(100) < percent }

// between is a length of time somewhere between two.
func (y *year) between(from, to time.Duration) time.Duration {
	return from + time.Duration(y.dice.Int64N(int64(to-from))).Truncate(time.Second)
}

func (y *year) after(d time.Duration, do func()) { y.on(y.now.Add(d), do) }

func (y *year) on(at time.Time, do func()) {
	if at.After(y.end) {
		return
	}
	y.seq++
	heap.Push(&y.todo, intent{at, y.seq, do})
}

// atWork is an instant in somebody's hours of work, no earlier than after d.
func (y *year) atWork(d time.Duration, do func()) {
	at, cal := y.now.Add(d), y.desk.settings.Load().Policy.Calendar
	for !cal.Working(at) {
		next := cal.OpenOn(at)
		if !next.After(at) {
			next = cal.OpenOn(at.AddDate(0, 0, 1))
		}
		at = next.Add(time.Duration(y.dice.IntN(90)) * time.Minute)
	}
	y.on(at, do)
}

// run lets the time pass till the end.
func (y *year) run() {
	y.t.Helper()
	for y.now.Before(y.end) {
		next, err := y.desk.Tick(y.t.Context(), y.now)
		if err != nil {
			y.t.Fatal(err)
		}
		if y.send() {
			continue
		}
		if len(y.todo) > 0 && (next.IsZero() || !y.todo[0].at.After(next)) {
			next = y.todo[0].at
		}
		if next.IsZero() || next.After(y.end) {
			y.now = y.end
			return
		}
		if next.After(y.now) {
			if next.In(shanghai).Month() != y.now.In(shanghai).Month() {
				y.t.Logf("%s: %d letters, %d mails", y.now.In(shanghai).Format("2006-01"), y.letters, y.mails)
			}
			y.now = next
		}
		for len(y.todo) > 0 && !y.todo[0].at.After(y.now) {
			heap.Pop(&y.todo).(intent).do()
		}
	}
}

// send delivers what is queued and lets those who got it decide what to do.
func (y *year) send() (sent bool) {
	y.t.Helper()
	items := claimAll(y.t, y.store, y.now)
	for _, item := range items {
		out := store.Outcome{State: store.OutSent, At: y.now, Recipients: []store.RecipientResult{{Address: item.To[0], State: store.RecipientSent, Code: 250}}}
		if err := y.store.Note(y.t.Context(), item.ID, out); err != nil {
			y.t.Fatal(err)
		}
		y.mails++
		y.react(strings.ToLower(item.To[0]), item)
	}
	return len(items) > 0
}

// say has somebody answer a mail.
func (y *year) say(from string, raw []byte, text, box string) func() {
	return func() {
		y.commands++
		m := &mail{raw: raw, l: letter.Parse(raw)}
		y.receive(cmp.Or(box, "desk"), y.compose(reply{from: from, to: m, text: text, plain: box != ""}))
	}
}

func (y *year) receive(box string, raw []byte) {
	y.t.Helper()
	y.uid[box]++
	durable, err := y.desk.Receive(y.t.Context(), []Incoming{{Box: box, UIDValidity: 1, UID: y.uid[box], Arrived: y.now, Raw: raw}}, y.now)
	if err != nil || !durable[0] {
		y.t.Fatalf("receive: %v, %v", durable, err)
	}
}

// arrive has a citizen write.
func (y *year) arrive() {
	y.serial++
	y.letters++
	n := y.serial
	from := fmt.Sprintf("c%d@mail.example", n)
	topic := fmt.Sprintf("事项%02d", y.dice.IntN(y.divisions))
	box := "director"
	switch {
	case y.chance(8):
		topic = "其他" // no rule knows it
	case y.chance(3):
		box = "report"
	case y.chance(1):
		topic += "，现场发生爆炸"
	}
	var words strings.Builder
	for range 24 { // so that no two letters look alike
		words.WriteRune(rune(0x4e00 + y.dice.IntN(6000)))
	}
	out := letter.Outgoing{From: letter.Address{Name: "来信人", Address: from}, To: []letter.Address{{Address: box + "@jxw.example"}},
		Subject: fmt.Sprintf("反映%s的问题", topic), MessageID: fmt.Sprintf("c%d@mail.example", n), Date: y.now, Text: words.String() + "\n请予办理。"}
	raw, err := out.Bytes()
	if err != nil {
		y.t.Fatal(err)
	}
	y.receive(box, raw)
	if y.chance(2) { // the same mail once more: it belongs to the first
		y.after(y.between(time.Minute, 48*time.Hour), func() { y.receive(box, raw) })
	}
}

// times counts how often somebody got a kind of mail about a case.
func (y *year) times(kind, who string, n petition.Number) int {
	key := kind + " " + who
	if y.acted[key] == nil {
		y.acted[key] = map[petition.Number]int{}
	}
	y.acted[key][n]++
	return y.acted[key][n]
}

// react is what somebody makes of a mail.
func (y *year) react(to string, item store.Item) {
	switch item.Kind {
	case "answer":
		y.answers++
		y.rate(to, item.Raw)
	case "dispatch", "assist":
		y.dispatched(to, item)
	case "chase":
		y.chased(to, item)
	case "triage":
		y.triage(to, item)
	case "approval":
		y.approve(to, item)
	case "alarm":
		if strings.HasPrefix(to, "zhiban") && item.Case != "" && y.chance(70) {
			y.after(y.between(5*time.Minute, 80*time.Minute), y.say(to, item.Raw, "收到", ""))
		}
	case "handover":
		if y.chance(95) {
			y.after(y.between(time.Minute, 14*time.Minute), y.say(to, item.Raw, "接班", ""))
		}
	}
}

func (y *year) rate(to string, raw []byte) {
	if y.chance(50) {
		return
	}
	word := "满意"
	if y.chance(30) {
		word = "基本满意"
	} else if y.chance(15) {
		word = "不满意"
	}
	y.after(y.between(time.Hour, 9*24*time.Hour), y.say(to, raw, word, "director"))
}

func (y *year) dispatched(to string, item store.Item) {
	if strings.Contains(to, "-head") || y.times("dispatch", to, petition.Number(item.Case)) > 3 {
		return
	}
	say := func(text string) func() { return y.say(to, item.Raw, text, "") }
	if y.chance(80) {
		y.atWork(y.between(10*time.Minute, 30*time.Hour), say("签收"))
	}
	switch p := y.dice.IntN(100); {
	case p < 5:
		y.atWork(y.between(time.Hour, 24*time.Hour), say("退回 不属我处职责，建议另行分办"))
	case p < 10:
		y.atWork(y.between(48*time.Hour, 96*time.Hour), say("延期 5 需现场核查"))
		y.atWork(y.between(120*time.Hour, 240*time.Hour), say("经现场核查，已经整改。"))
	case p < 18:
		y.mute[petition.Number(item.Case)] = true
	case p < 20:
		y.atWork(y.between(time.Hour, 48*time.Hour), say("批准")) // not theirs to say
		y.atWork(y.between(72*time.Hour, 96*time.Hour), say("经核实，情况属实，正在处理。"))
	default:
		y.atWork(y.between(4*time.Hour, 11*24*time.Hour), say(fmt.Sprintf("经核查，来信反映的第 %d 项问题已经处理。", y.dice.IntN(1000))))
	}
}

// chased moves those who did not answer, some only at the formal notice.
func (y *year) chased(to string, item store.Item) {
	if !strings.Contains(string(item.Case), "-") || !y.mute[petition.Number(item.Case)] {
		return
	}
	if strings.HasSuffix(to, "-head@jxw.example") && y.chance(60) || strings.HasPrefix(to, "zyld") {
		y.atWork(y.between(time.Hour, 48*time.Hour), y.say(to, item.Raw, "经督办，现已办结，情况如下：问题已经解决。", ""))
	}
}

func (y *year) triage(to string, item store.Item) {
	if y.chance(2) {
		return // forgotten till the clocks tell
	}
	var text string
	m := letter.Parse(item.Raw)
	switch {
	case strings.Contains(m.Text, "同意延期"):
		text = "同意延期"
		if y.chance(30) {
			text = "不同意延期 请按期办结"
		}
	default:
		text = fmt.Sprintf("分办 处室%02d", y.dice.IntN(y.divisions))
	}
	y.atWork(y.between(5*time.Minute, 20*time.Hour), y.say(to, item.Raw, text, ""))
}

func (y *year) approve(to string, item store.Item) {
	if y.times("approval", to, petition.Number(item.Case)) > 6 {
		return
	}
	percent, slow := 80, 20*time.Hour
	if strings.HasPrefix(to, "bing") {
		percent, slow = 40, 60*time.Hour
	}
	if !y.chance(percent) {
		return
	}
	text := "批准"
	switch p := y.dice.IntN(100); {
	case p < 6:
		text = "退回重办 请写明办理结果"
	case p < 12:
		text = "修改\n经核查，您反映的问题已经处理，感谢您的来信。"
	}
	y.atWork(y.between(10*time.Minute, slow), y.say(to, item.Raw, text, ""))
}
