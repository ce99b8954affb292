package desk

import (
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// instruct records a leader's words verbatim and passes them on (C10).
func instruct(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	e := petition.Event{Kind: petition.EvInstructed, Actor: actor, Text: strings.TrimSpace(o.Command.Text), Divisions: o.Command.Divisions, Period: o.Command.Period}
	next, err := w.apply(c, e, origin{letter: a.row.ID})
	if err != nil {
		return c, "", err
	}
	said := "批示已原文记录，已转"
	var to []string
	for _, id := range o.Command.Divisions {
		to = append(to, w.Policy.Roster.DivisionName(id))
	}
	worked := next.State == petition.Dispatched || next.State == petition.Drafted
	switch {
	case len(to) > 0 && worked:
		said += strings.Join(to, "、") + "办理"
	case worked && next.Lead() != "":
		said += w.Policy.Roster.DivisionName(next.Lead()) + "办理"
	default:
		said += "电子政务室处理"
	}
	if t := next.Tasks[len(next.Tasks)-1]; !t.Due.IsZero() {
		said += "，期限 " + w.limit(t.Due)
	}
	return next, said + "；办结后向您报告", nil
}

// supervise is a chase on the record with a deadline of its own.
func supervise(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	e := petition.Event{Kind: petition.EvChased, Actor: actor, Period: o.Command.Period, Formal: true}
	next, err := w.apply(c, e, origin{letter: a.row.ID})
	if err != nil {
		return c, "", err
	}
	t := next.Tasks[len(next.Tasks)-1]
	said := "已督办，限 " + w.limit(t.Due) + " 前办结，到期未办结的继续催办"
	if t.Leader {
		said += "；办结后向您报告"
	}
	return next, said, nil
}

// instructions are the leaders' words that concern a division: all of them for
// the lead, for another those that named it. They are read from the ledger,
// which has them verbatim.
func (w *work) instructions(c petition.Case, division string) ([]templates.Instruction, error) {
	return w.ordered(c, func(t petition.Task) bool {
		return t.Done.IsZero() && !t.Formal && (division == c.Lead() || t.Division == division)
	})
}

// ordered are the words of those tasks of a case that pick chooses.
func (w *work) ordered(c petition.Case, pick func(petition.Task) bool) ([]templates.Instruction, error) {
	if !slices.ContainsFunc(c.Tasks, pick) {
		return nil, nil
	}
	entries, err := w.tx.Entries(c.Number)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	var list []templates.Instruction
	for _, t := range c.Tasks {
		if !pick(t) {
			continue
		}
		one := templates.Instruction{By: w.nameOf(t.By), At: w.office(t.At), Text: "督办"}
		for _, e := range entries {
			// An instruction to several divisions is several tasks.
			if e.Kind == petition.EvInstructed && e.After != nil && !t.Formal && len(e.After.Tasks) >= t.N && petition.SameAddress(e.Actor.Address, t.By) {
				one.Text = e.Text
				break
			}
		}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list, nil
}

// doneView reports back to a leader what came of their orders (C10).
func (w *work) doneView(c petition.Case, r petition.Recipient, v *templates.ReportView) error {
	mine := func(t petition.Task) bool {
		return petition.SameAddress(t.By, r.Address) && t.Done.Equal(w.now)
	}
	var err error
	if v.Done, err = w.ordered(c, mine); err != nil {
		return err
	}
	var named []string
	for _, t := range c.Tasks {
		if mine(t) && t.Division != "" {
			named = append(named, t.Division)
		}
	}
	whole := slices.ContainsFunc(c.Tasks, func(t petition.Task) bool { return mine(t) && t.Division == "" })
	for _, o := range c.Opinions {
		if whole && c.State != petition.Answered || slices.Contains(named, o.Division) {
			v.Opinions = append(v.Opinions, w.opinion(c, o))
		}
	}
	v.Outcome = "该信件目前" + petition.StateName(c.State)
	if !whole {
		var names []string
		for _, id := range named {
			names = append(names, w.Policy.Roster.DivisionName(id))
		}
		v.Outcome = strings.Join(names, "、") + "已按批示提交办理意见，见下"
		return nil
	}
	if d := c.Draft(); d != nil && d.State == petition.DraftSent {
		v.Outcome = "已答复来信人，答复内容见下"
		v.Answer = w.words(d.Text)
	}
	return nil
}

// unrestrict needs two people; the first one's word only asks.
func unrestrict(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	next, err := w.apply(c, petition.Event{Kind: petition.EvUnrestricted, Actor: actor, Text: strings.TrimSpace(o.Command.Text)}, origin{letter: a.row.ID})
	if err != nil {
		return c, "", err
	}
	if next.Confidential {
		return next, "解密须由两人决定，已请其他工作人员确认；另一人也回复“解密”后生效", nil
	}
	return next, "已解除保密", nil
}

// sign notes a signature, or that somebody has heard of an urgent letter.
func sign(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	said := "已签收"
	if actor.Division == "" {
		said = "已知悉，不再重复提醒"
	}
	return simple(petition.EvSigned, said)(w, c, o, actor, a)
}
