package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// try is one mail with a command, on a case of its own that was brought to a
// stage before: what the transcript says, and what became of the case.
type try struct {
	verb  command.Verb
	name  string
	stage string
	from  string // local part of somebody's address, or citizen
	// text is what is written above the quoted mail. {n} is the case's short
	// number, {N} the whole one, {other} that of a case in triage, {code} the
	// citizen's query code.
	text string
	bare bool   // a fresh mail that answers nothing
	then string // what the mail that asks for confirmation is answered with
	// subject is that of a fresh mail; days pass before it is written.
	subject string
	days    int
	// opened looks at the case that the try opens besides the one it is about.
	opened func(t *testing.T, c, former petition.Case)

	wrong int      // errors counted in the transcript's subject
	quiet bool     // no transcript: the mail is a letter, or is reported
	says  []string // in the transcript
	lacks []string // not in it
	state petition.State
	gets  []string // "address kind" of mails that go out besides
	check func(t *testing.T, o *office, c petition.Case)
}

// stages bring a letter to where the verbs of a stage make sense; each begins
// where the one before it in its line ends.
var stages = map[string]struct {
	after string
	do    func(o *office, p *player)
}{
	"new":        {"", func(o *office, p *player) {}},
	"triage":     {"", func(o *office, p *player) { p.letter("consult", "请问如何申请", "请问%s如何申请？") }},
	"accepted":   {"triage", func(o *office, p *player) { p.say("jia", "受理") }},
	"refusal":    {"triage", func(o *office, p *player) { p.say("jia", "不予受理 属民事纠纷，请向人民法院起诉") }},
	"dispatched": {"", func(o *office, p *player) { p.letter("director", "停电", "%s停电，请处理。") }},
	"joint": {"", func(o *office, p *player) {
		p.letter("director", "企业用电负担", "%s企业反映用电负担重。")
	}},
	"urgent": {"", func(o *office, p *player) { p.letter("director", "停电", "%s停电并发生爆炸。") }},
	"secret": {"", func(o *office, p *player) { p.letter("report", "反映收费", "%s反映乱收费。") }},
	"accused": {"", func(o *office, p *player) {
		p.letter("director", "举报电力处", "%s举报电力处停电乱收费。")
	}},
	"extension":  {"dispatched", func(o *office, p *player) { p.say("power", "延期 3 需现场核查") }},
	"help":       {"dispatched", func(o *office, p *player) { p.say("power", "协办 政策法规处 涉及补偿政策") }},
	"restricted": {"dispatched", func(o *office, p *player) { p.fresh("jia", "保密 {n}") }},
	"drafted":    {"dispatched", func(o *office, p *player) { p.say("power", "经核查，变压器已更换。") }},
	"enclosed":   {"dispatched", func(o *office, p *player) { p.enclose("power", "见附件。", "检修报告.txt") }},
	"submitted":  {"drafted", func(o *office, p *player) { p.say("yi", "呈报 分管领导 请审签") }},
	"approved":   {"drafted", func(o *office, p *player) { p.say("yi", "批准") }},
	"answered":   {"approved", func(o *office, p *player) {}},
	"published":  {"answered", func(o *office, p *player) { p.fresh("yi", "公开 {n}") }},
	"closed":     {"answered", func(o *office, p *player) { p.say("citizen", "满意") }},
	"withdrawn":  {"dispatched", func(o *office, p *player) { p.say("citizen", "撤回") }},
	"handed":     {"dispatched", func(o *office, p *player) { p.fresh("jia", "改派 {n} 政策法规处 属政策解释") }},
}

// player writes for everybody about one case.
type player struct {
	o       *office
	n       int
	citizen string
	other   int // a case in triage, to be merged into
}

var places = strings.Fields("东风里 幸福苑 梧桐街 柳荫巷 望江楼 平安坊 松鹤园 云锦台 长青路 书香门 锦绣湾 向阳屯 清泉村 白鹭洲 石桥镇 桂花坪 杏林居 梅园新村 竹溪弄 兰台府")

func (p *player) letter(box, subject, text string) {
	p.o.t.Helper()
	p.n++
	p.citizen = fmt.Sprintf("c%d@mail.example", p.n)
	place := fmt.Sprintf("%s第%d号院，住户%d号", places[p.n%len(places)], p.n*37%91+1, p.n)
	p.o.person(box, p.citizen, "王某", place+subject, fmt.Sprintf(text, place))
}

func (p *player) address(who string) string {
	if who == "citizen" {
		return p.citizen
	}
	return who + "@jxw.example"
}

func (p *player) number() string { return string(petition.NewNumber("SFJX", 2026, p.n)) }

// latest is the newest mail to somebody about the case that can be answered.
func (p *player) latest(who, kind string) *mail {
	p.o.t.Helper()
	for _, m := range slices.Backward(p.o.inboxes[p.address(who)]) {
		if kind != "" && m.kind != kind || who != "citizen" && kind != "confirm" && (m.number != p.number() || m.code() == "") {
			continue
		}
		return m
	}
	p.o.t.Fatalf("%s has no %s mail about case %d to answer", who, kind, p.n)
	return nil
}

func (p *player) fill(text string) string {
	if strings.Contains(text, "{code}") {
		text = strings.ReplaceAll(text, "{code}", between(p.o.last(p.citizen, "receipt").l.Text, "查询码："))
	}
	return strings.NewReplacer("{n}", fmt.Sprint(p.n), "{N}", p.number(), "{other}", fmt.Sprint(p.other)).Replace(text)
}

func (p *player) say(who, text string) {
	p.o.t.Helper()
	box := "desk"
	if who == "citizen" {
		box = "director"
	}
	p.o.answer(reply{from: p.address(who), to: p.latest(who, ""), text: p.fill(text), box: box})
}

// fresh sends a new mail and confirms what is asked back.
func (p *player) fresh(who, text string) {
	p.o.t.Helper()
	p.o.answer(reply{from: p.address(who), text: p.fill(text), bare: true})
	p.o.answer(reply{from: p.address(who), to: p.latest(who, "confirm"), text: "确认"})
}

func (p *player) enclose(who, text, file string) {
	p.o.t.Helper()
	p.o.serial++
	raw := withFile(p.o.t, p.o.compose(reply{from: p.address(who), to: p.latest(who, ""), text: text}), file, fmt.Sprintf("变压器已更换 %d", p.n))
	raw = []byte(strings.Replace(string(raw), "file@client.example", fmt.Sprintf("file%d@client.example", p.o.serial), 1))
	p.o.deliver("desk", raw)
}

// reach brings the next letter to a stage.
func (p *player) reach(stage string) {
	p.o.t.Helper()
	s, ok := stages[stage]
	if !ok {
		p.o.t.Fatalf("no stage %q", stage)
	}
	if s.after != "" {
		p.reach(s.after)
	}
	s.do(p.o, p)
	if stage == "answered" {
		p.o.now = p.o.now.Add(11 * time.Minute)
		p.o.settle()
	}
}

// play is one try, and what must be true after it.
func (p *player) play(t *testing.T, tr try) {
	o := p.o
	o.t = t
	clearInboxes(o)
	if strings.Contains(tr.text, "{other}") {
		p.reach("triage")
		p.other = p.n
	}
	p.reach(tr.stage)
	if tr.stage == "new" {
		p.n++
	}
	before := len(o.sent)
	from := p.address(tr.from)
	r := reply{from: from, text: p.fill(tr.text), bare: tr.bare, box: "desk", subject: p.fill(tr.subject)}
	if tr.from == "citizen" {
		r.box, r.plain = "director", true
	}
	if !tr.bare {
		r.to = p.latest(tr.from, "")
	}
	o.now = o.now.AddDate(0, 0, tr.days)
	o.answer(r)
	if tr.then != "" {
		o.answer(reply{from: from, to: p.latest(tr.from, "confirm"), text: tr.then, box: r.box})
	}
	sent := o.sent[before:]
	p.transcript(t, tr, sent, from)
	for _, want := range tr.gets {
		who, kind, _ := strings.Cut(want, " ")
		to := p.address(who)
		if !slices.ContainsFunc(sent, func(m *mail) bool { return m.kind == kind && len(m.l.To) > 0 && m.l.To[0].Address == to }) {
			t.Errorf("%s gets no %s: %s", to, kind, listed(sent))
		}
	}
	if tr.state != "" {
		c := o.state(p.n, tr.state)
		if tr.check != nil {
			tr.check(t, o, c)
		}
		if tr.opened != nil {
			p.n++
			tr.opened(t, o.state(p.n, petition.Dispatched), c)
		}
	}
}

// transcript finds the answer to the try and compares it.
func (p *player) transcript(t *testing.T, tr try, sent []*mail, from string) {
	t.Helper()
	var got *mail
	for _, m := range sent {
		answers := m.kind == "transcript" || m.kind == "status" || tr.opened != nil && m.kind == "receipt" && got == nil
		if answers && len(m.l.To) > 0 && petition.SameAddress(m.l.To[0].Address, from) {
			got = m
		}
	}
	if tr.quiet {
		if got != nil {
			t.Errorf("an answer nobody should get:\n%s", got.l.Text)
		}
		return
	}
	if got == nil {
		t.Fatalf("no transcript, only %s", listed(sent))
	}
	if want := fmt.Sprintf("（%d 处错误）", tr.wrong); strings.Contains(got.l.Subject, "处错误") != (tr.wrong > 0) || tr.wrong > 0 && !strings.Contains(got.l.Subject, want) {
		t.Errorf("subject %q, want %d errors\n%s", got.l.Subject, tr.wrong, got.l.Text)
	}
	// The quoted lines of the sender are in the transcript too; what it says of
	// them is looked for without line breaks.
	for _, want := range tr.says {
		if !strings.Contains(got.l.Text, p.fill(want)) {
			t.Errorf("the transcript lacks %q:\n%s", p.fill(want), got.l.Text)
		}
	}
	for _, not := range tr.lacks {
		if strings.Contains(got.l.Text, p.fill(not)) {
			t.Errorf("the transcript says %q:\n%s", p.fill(not), got.l.Text)
		}
	}
}

func listed(sent []*mail) string {
	var list []string
	for _, m := range sent {
		list = append(list, m.kind+" to "+m.l.To[0].Address)
	}
	return strings.Join(list, ", ")
}

// TestEveryVerb tells for each verb of the table what happens when it is used
// rightly and wrongly, and fails for a verb without both. PostgreSQL runs the
// first of each verb's tries and every fourth of the others.
func TestEveryVerb(t *testing.T) {
	t.Parallel()
	tries := slices.Concat(divisionTries(), approvalTries(), officeTries(), leaderTries(), dutyTries(), readingTries(), citizenTries(), grammarTries(), reviewTries())
	covered(t, tries)
	engines(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		for _, held := range []bool{false, true} {
			o := newOffice(t, open(t), func(s *Settings) {
				s.AutoMail = 1000
				if held {
					s.Policy.Hold = 10 * time.Minute
				}
			})
			p := &player{o: o}
			seen := map[command.Verb]bool{}
			for i, tr := range tries {
				if held != (tr.stage == "approved") || sampled(t) && seen[tr.verb] && i%4 != 0 {
					continue
				}
				seen[tr.verb] = true
				t.Run(string(tr.verb)+"/"+tr.name, func(t *testing.T) {
					p := p
					if tr.days > 0 {
						// Not in the busy office, where every clock would ring.
						p = &player{o: newOffice(t, open(t), nil)}
					}
					p.play(t, tr)
				})
			}
			o.t = t
			clearInboxes(o)
			o.sound()
		}
	})
}

// covered fails when a verb of the table has no story, right and wrong.
func covered(t *testing.T, tries []try) {
	t.Helper()
	known := map[command.Verb]bool{}
	for _, role := range []petition.Role{petition.RoleLiaison, petition.RoleHead, petition.RoleHandler, petition.RoleApprover, petition.RoleChief,
		petition.RoleLeader, petition.RoleDuty, petition.RoleCitizen} {
		for _, e := range command.Entries(role) {
			if known[e.Verb] {
				continue
			}
			known[e.Verb] = true
			right := slices.ContainsFunc(tries, func(tr try) bool { return tr.verb == e.Verb && tr.wrong == 0 && !tr.quiet })
			wrong := slices.ContainsFunc(tries, func(tr try) bool { return tr.verb == e.Verb && (tr.wrong > 0 || tr.quiet) })
			if !right || !wrong {
				t.Errorf("%s (%s): told rightly %v, wrongly %v", e.Word, e.Verb, right, wrong)
			}
			for _, word := range e.Also {
				if !slices.ContainsFunc(tries, func(tr try) bool {
					return tr.verb == e.Verb && strings.Contains(strings.ToLower(tr.text+tr.then), word)
				}) {
					t.Errorf("%s: nobody writes %s", e.Verb, word)
				}
			}
		}
	}
}
