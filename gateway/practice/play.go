package practice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/letter"
)

// Event is something a played person did, for a timeline.
type Event struct {
	At      time.Time
	Who     Account
	What    string // in Chinese, for people
	Subject string // of the mail that was answered
	Number  string // registration number, as far as the subject names one
}

// mostReplies bounds what one person answers about one case: a loop between a
// player and the gateway ends there.
const mostReplies = 12

// Player answers the mail of the office's people.
type Player struct {
	office *Office
	seen   map[string]int // by address: mails read
	said   map[string]int // by address and number: replies sent
	done   map[string]bool
}

// Player returns one that has read nothing yet.
func (o *Office) Player() *Player {
	return &Player{office: o, seen: map[string]int{}, said: map[string]int{}, done: map[string]bool{}}
}

// Play reads the mailboxes of all people and answers for them until ctx is
// done, telling events what they do. Nobody answers sooner than Options.Pace
// after a mail arrived. Public boxes and the work box are the gateway's.
func (o *Office) Play(ctx context.Context, events func(Event)) error {
	p := o.Player()
	pace := o.opts.Pace
	if pace == 0 {
		pace = defaultPace
	}
	for {
		changed := o.Changed()
		now := time.Now()
		_, unripe, err := p.step(events, now.Add(-pace))
		if err != nil {
			return err
		}
		var ripe <-chan time.Time
		timer := time.NewTimer(unripe.Add(pace).Sub(now))
		if !unripe.IsZero() {
			ripe = timer.C
		}
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-changed:
		case <-ripe:
		}
		timer.Stop()
	}
}

// defaultPace lets a person who looks on follow.
const defaultPace = time.Second

// Step lets everyone read their new mail and answer once, and returns the
// number of replies.
func (p *Player) Step(events func(Event)) (int, error) {
	n, _, err := p.step(events, time.Now().Add(time.Hour))
	return n, err
}

// step answers what came up to a moment of the wall clock. unripe is when the
// earliest mail left unread came, zero when there is none.
func (p *Player) step(events func(Event), upTo time.Time) (sent int, unripe time.Time, err error) {
	for _, a := range p.office.Accounts {
		b, ok := p.office.box(a.Address)
		if !ok || a.What == Box || a.What == WorkBox {
			continue
		}
		mail := b.arrivals()
		for _, m := range mail[p.seen[a.Address]:] {
			if m.came.After(upTo) {
				if unripe.IsZero() || m.came.Before(unripe) {
					unripe = m.came
				}
				break
			}
			p.seen[a.Address]++
			e, text := p.react(a, letter.Parse(m.Raw))
			if text == "" {
				continue
			}
			if err := p.office.Send(a, Reply(m, a, text)); err != nil {
				return sent, unripe, fmt.Errorf("play %s: %w", a.What, err)
			}
			sent++
			e.At, e.Who = p.office.opts.Now(), a
			if events != nil {
				events(e)
			}
		}
	}
	return sent, unripe, nil
}

// react decides what a person answers to a mail; "" for nothing.
func (p *Player) react(a Account, l letter.Letter) (Event, string) {
	number, title := titleOf(l.Subject)
	e := Event{Subject: l.Subject, Number: number}
	key := a.Address + " " + number
	once := func(what string) bool { // each deed once a case
		first := !p.done[key+" "+what]
		p.done[key+" "+what] = true
		return first
	}
	if p.said[key] >= mostReplies {
		return e, ""
	}
	text := ""
	switch {
	case a.What == Liaison && begins(title, "转办单", "协办单", "退回重办"):
		e.What = "回复办理意见"
		text = opinion(a)
	case a.What == Handler && begins(title, "待分办单") && once("triage"):
		e.What = "分办"
		text = "分办 " + target(l.Text)
	case a.What == Approver && a == p.office.Person(Approver) && begins(title, "待审单"):
		e.What = "批准答复"
		text = "批准"
	case (a.What == Duty || a.What == Leader) && begins(title, "报告", "告警") && once("ack"):
		e.What = "签收报告"
		text = "收到"
	case a.What == Duty && begins(title, "交接班") && once("take"):
		e.What = "接班"
		text = "接班"
	case a.What == Citizen && begins(title, "答复") && once("rate"):
		e.What = "评价答复"
		text = rating(a)
	}
	if text != "" {
		p.said[key]++
	}
	return e, text
}

// begins reports whether the title starts with one of the words, marks of
// urgency and rehearsal aside.
func begins(title string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(title, w) })
}

// titleOf splits a subject of the gateway's into number and title.
func titleOf(subject string) (number, title string) {
	title = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(subject), "【演练】"))
	if rest, ok := strings.CutPrefix(title, "〔"); ok {
		number, title, _ = strings.Cut(rest, "〕")
	}
	title = strings.TrimSpace(title)
	if rest, ok := strings.CutPrefix(title, "（"); ok {
		if _, after, ok := strings.Cut(rest, "）"); ok {
			title = after
		}
	}
	return number, strings.TrimSpace(title)
}

// opinion is what a liaison finds out, in the words of the division.
func opinion(a Account) string {
	answers := map[string]string{
		"power":       "经与供电单位核实，该线路因设备老化跳闸，抢修已于当日完成。我处已督促供电单位在本月内更换老旧设备，并增加巡视次数。如再次发生停电，可拨打供电服务热线报修，我处将跟踪处理。",
		"sme":         "经核实，来信反映的事项属于中小企业服务范围。现行政策规定，符合条件的小微企业可以在线申请贷款贴息，提交营业执照和贷款合同即可；任何单位不得向企业摊派费用，已要求有关单位自查并退还不合规的收费。",
		"telecom":     "经与通信运营企业核实，该小区光缆施工已经完成，具备开通条件。运营企业将在三个工作日内联系用户上门安装。",
		"safety":      "接到转办后我处立即派人到现场，险情已经得到控制，没有人员伤亡。已责令企业停产整改，整改验收合格前不得恢复生产。",
		"petition":    "经了解，来信反映的情况已与有关单位沟通。请来信人携带有关材料到信访接待室登记，工作人员将当面说明政策并协助办理。",
		"supervision": "来信反映的线索已按规定受理并开展核查，核查结果将依照规定处理。感谢您的监督。",
	}
	if s, ok := answers[a.Division]; ok {
		return s
	}
	return "来信反映的情况已经核实，正在按规定办理。"
}

// target chooses a division for a letter that no rule decided.
func target(text string) string {
	for _, c := range []struct{ word, division string }{
		{"举报", "监察室"}, {"供电", "电力处"}, {"企业反映", "中小企业处"}, {"宽带", "通信与无线电处"}, {"安全隐患", "安全生产处"},
	} {
		if at := strings.Index(text, "【来信】"); at >= 0 && strings.Contains(text[at:], c.word) {
			return c.division
		}
	}
	return "信访与国企改革处"
}

// rating differs from citizen to citizen, so that reports have something to show.
func rating(a Account) string {
	switch {
	case strings.HasPrefix(a.Address, "he.wei"):
		return "不满意 答复比较笼统，希望给出具体时间。"
	case strings.HasPrefix(a.Address, "li."), strings.HasPrefix(a.Address, "sun."):
		return "基本满意"
	}
	return "满意 谢谢你们及时处理。"
}
