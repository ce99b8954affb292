package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// perform executes an order whose author may give it. What petition.Step
// refuses becomes a line of the transcript; only a failure of the register is
// an error.
func (s *session) perform(o order) error {
	if read := reading(o.Command.Verb); read != nil {
		return read(s, o)
	}
	switch o.Command.Verb {
	case command.Register:
		return s.registerCall(o)
	case command.Take:
		return s.take(o)
	case command.Handover:
		return s.dutyWord(o, "交班说明已记入值班日志", "交班")
	case command.Log:
		return s.dutyWord(o, "已记入值班日志", "记录：")
	}
	act, ok := acts[o.Command.Verb]
	if !ok {
		s.fail(o.Command.Raw, "本系统目前不通过邮件办理此项指令", "")
		return nil
	}
	if o.Number == "" {
		s.fail(o.Command.Raw, "没有写明是哪一件来信", "请在指令后写明编号，例如：签收 123")
		return nil
	}
	c, err := s.tx.Case(o.Number)
	if errors.Is(err, store.ErrNotFound) || err == nil && !petition.MaySee(c, s.person.Address, s.Policy.Roster) {
		s.fail(o.Command.Raw, "没有该编号的来信，或者您无权查看", "请核对编号")
		return nil
	}
	if err != nil {
		return fmt.Errorf("find case: %w", err)
	}
	s.names(c.Number)
	if s.number == "" {
		s.number = c.Number
	}
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: o.Role, Division: o.Division}
	inner := *s.work
	var said string
	// Each command stands or falls by itself: what a refused one began is undone.
	err = s.tx.Try(func(tx *store.Tx) error {
		inner.tx = tx
		var err error
		_, said, err = act(&inner, c, o, actor, s.a)
		return err
	})
	var refusal *petition.Refusal
	if errors.As(err, &refusal) {
		s.fail(o.Command.Raw, refusal.Say, instead(o.Command.Verb, c))
		s.stale = s.stale || isDecision(o.Command.Verb)
		return nil
	}
	if err != nil {
		return err
	}
	s.mails = inner.mails
	if o.Command.Verb == command.Answer {
		s.kind = store.KindOpinion
	}
	if o.Command.Verb == command.Instruct {
		s.kind = store.KindInstruction
	}
	s.done(o.Command.Raw, said)
	return s.spend(o)
}

// spend uses up the code of a decision, so that it decides once.
func (s *session) spend(o order) error {
	code := s.standing.Code
	if code == nil || code.Matter != petition.MatterApproval || !isDecision(o.Command.Verb) || code.Case != o.Number {
		return nil
	}
	err := s.tx.UseCode(code.ID)
	if errors.Is(err, store.ErrTaken) {
		// The decision has voided every code of the draft already, this one too.
		return nil
	}
	return err
}

func isDecision(v command.Verb) bool {
	return slices.Contains([]command.Verb{command.Approve, command.Amend, command.Attach, command.Reject, command.Submit, command.Recall}, v)
}

// act turns an order into events; it returns the case and what to say.
type act func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error)

var acts = map[command.Verb]act{
	command.Sign:           sign,
	command.Return:         simple(petition.EvReturned, "已退回电子政务室重新分办"),
	command.Assign:         simple(petition.EvDispatched, "已分办"),
	command.Reassign:       simple(petition.EvReassigned, "已改派"),
	command.Accept:         simple(petition.EvAccepted, "已受理"),
	command.Approve:        approve,
	command.Reject:         simple(petition.EvSentBack, "已退回重办"),
	command.Submit:         simple(petition.EvSubmitted, "已呈报"),
	command.Close:          simple(petition.EvClosed, "已结案"),
	command.Chase:          simple(petition.EvChased, "已催办，并记录在案"),
	command.Supervise:      supervise,
	command.Reopen:         simple(petition.EvReopened, "已重办"),
	command.Merge:          merge,
	command.Restrict:       simple(petition.EvRestricted, "已列为保密件，来信人身份从此隐去"),
	command.Unrestrict:     unrestrict,
	command.Instruct:       instruct,
	command.Extend:         simple(petition.EvExtensionAsked, "延期申请已送电子政务室"),
	command.GrantExtension: grantExtension,
	command.DenyExtension:  deny(petition.EvExtended, "未同意延期，已告知承办处室"),
	command.Assist:         assist,
	command.GrantAssist:    simple(petition.EvAssisted, "已同意协办"),
	command.DenyAssist:     deny(petition.EvAssisted, "未同意协办，已告知承办处室"),
	command.Recall:         simple(petition.EvRecalled, "批准已收回，答复没有发出"),
	command.Attach:         attach,
	command.Publish:        publish,
	command.Unpublish:      simple(petition.EvUnpublished, "已撤下公开的内容"),
	command.Answer:         answer,
	command.Amend:          amend,
	command.Refuse:         notice(petition.DraftRefusal),
	command.Refer:          notice(petition.DraftReferral),
}

// approve says when the answer goes, where the office has time to think better.
func approve(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	next, said, err := simple(petition.EvApproved, "已批准，答复按审定的内容发出")(w, c, o, actor, a)
	if err == nil && w.Policy.Hold > 0 {
		said = "已批准，答复于 " + stamp(w.office(w.now.Add(w.Policy.Hold))) + " 按审定的内容发出；此前回复“撤回”，可以收回批准"
	}
	return next, said, err
}

// simple is a verb that is one event.
func simple(kind petition.EventKind, said string) act {
	return func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
		cmd := o.Command
		e := petition.Event{Kind: kind, Actor: actor, Text: strings.TrimSpace(cmd.Text), Divisions: cmd.Divisions, Period: cmd.Period,
			Revision: o.Revision, Digest: o.Digest, Target: cmd.Other, Submit: cmd.Leader,
		}
		next, err := w.apply(c, e, origin{letter: a.row.ID})
		if err != nil {
			return c, "", err
		}
		if len(cmd.Divisions) > 0 {
			var names []string
			for _, id := range cmd.Divisions {
				names = append(names, w.Policy.Roster.DivisionName(id))
			}
			// NOTE: said belongs to the table of acts and serves every case.
			done := said + "：" + strings.Join(names, "、")
			if !next.Due.IsZero() {
				done += "，办理期限 " + w.limit(next.Due)
			}
			return next, done, nil
		}
		return next, said, nil
	}
}

// merge puts a case to another one that exists, is still worked on and is as
// confidential; its people must be allowed to see both.
func merge(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	into, ok, err := w.caseFor(o.Command.Other, actor.Address)
	say := ""
	switch {
	case err != nil:
		return c, "", err
	case !ok:
		say = "没有编号为 " + string(o.Command.Other) + " 的来信，或者您无权查看，请核对要并入的编号"
	case !into.Open():
		say = "要并入的信件目前" + petition.StateName(into.State) + "，不能并入"
	case into.Confidential != c.Confidential:
		say = "保密件和其他来信不能并案"
	case !sameSet(into.Accused, c.Accused), !within(c.Recused, into.Recused):
		// The accused would hear of the one letter, or answer it, by the other (C14).
		say = "两件来信反映的处室或者应当回避的人员不同，不能并案"
	}
	if say != "" {
		return c, "", &petition.Refusal{Kind: petition.EvMerged, State: c.State, Say: say}
	}
	next, _, err := simple(petition.EvMerged, "")(w, c, o, actor, a)
	if err != nil {
		return c, "", err
	}
	_, err = w.apply(into, petition.Event{Kind: petition.EvNoted, Actor: petition.System(), Text: string(c.Number) + " 并入本件"}, origin{letter: a.row.ID})
	said := "已并入 " + string(into.Number)
	switch {
	case c.Sender == "":
		said += "；来信人没有留下邮箱，请用其他方式告知"
	case !petition.SameAddress(into.Sender, c.Sender):
		said += "，并告知来信人；" + string(into.Number) + " 的答复只发给该件的来信人，本件来信人需要单独答复的，请以“重办 " + string(c.Number) + " 理由”恢复办理"
	}
	return next, said, err
}

func sameSet(a, b []string) bool { return within(a, b) && within(b, a) }

// within says whether every word of a list is in another.
func within(list, in []string) bool {
	return !slices.ContainsFunc(list, func(word string) bool { return !slices.Contains(in, word) })
}

func grantExtension(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	period := o.Command.Period
	if period == "" && c.Asked != nil {
		period = c.Asked.Period
	}
	next, err := w.apply(c, petition.Event{Kind: petition.EvExtended, Actor: actor, Period: period, Text: o.Command.Text}, origin{letter: a.row.ID})
	return next, "已同意延期，新的办理期限 " + w.limit(next.Due), err
}

// deny refuses what a division asked for.
func deny(kind petition.EventKind, said string) act {
	return func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
		next, err := w.apply(c, petition.Event{Kind: kind, Actor: actor, Deny: true, Text: o.Command.Text}, origin{letter: a.row.ID})
		return next, said, err
	}
}

// assist adds assisting divisions on the office's word; a division's wish is
// put before the office.
func assist(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	said := "已增加协办"
	if actor.Division != "" {
		said = "协办申请已送电子政务室"
	}
	return simple(petition.EvAssisted, said)(w, c, o, actor, a)
}

// attach makes a revision that carries the chosen attachments of the division's.
func attach(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	d := c.Pending()
	if d == nil {
		return c, "", &petition.Refusal{Kind: petition.EvAmended, State: c.State, Say: "该信件目前没有待审核的答复稿"}
	}
	offered, err := w.offered(c)
	if err != nil {
		return c, "", err
	}
	files, refusal := choose(offered, o.Command.Attachments)
	if refusal != "" {
		return c, "", &petition.Refusal{Kind: petition.EvAmended, State: c.State, Say: refusal}
	}
	text, err := w.tx.Blob(d.Text)
	if err != nil {
		return c, "", fmt.Errorf("read draft text: %w", err)
	}
	draft, err := w.draft(c, d.Kind, string(text), d.Unit, files)
	if err != nil {
		return c, "", err
	}
	e := petition.Event{Kind: petition.EvAmended, Actor: actor, Revision: o.Revision, Digest: o.Digest, Draft: &draft, Choosing: true, Text: "随答复发送的附件：" + names(files)}
	next, err := w.apply(c, e, origin{letter: a.row.ID})
	if err != nil {
		return c, "", err
	}
	return next, fmt.Sprintf("第 %d 稿随附：%s，待审单已重新发出", next.Draft().Revision, names(files)), nil
}

func names(files []letter.File) string {
	if len(files) == 0 {
		return "无"
	}
	var list []string
	for _, f := range files {
		list = append(list, f.Name)
	}
	return strings.Join(list, "、")
}

// answer is a division's opinion; the lead's becomes the draft (C7, C9).
func answer(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	text := strings.TrimSpace(o.Command.Text)
	blob := ""
	if text != "" {
		var err error
		if blob, err = w.tx.PutBlob([]byte(text)); err != nil {
			return c, "", fmt.Errorf("store opinion: %w", err)
		}
	}
	at := origin{letter: o.Letter}
	lead := c.Lead() == actor.Division
	c, err := w.apply(c, petition.Event{Kind: petition.EvOpinion, Actor: actor, Text: text, Opinion: &petition.Opinion{Text: blob, Letter: o.Letter}}, at)
	if err != nil {
		return c, "", err
	}
	if err := w.tx.IndexLetter(c.Number, o.Letter, text); err != nil {
		w.desk.log.Warn("opinion not indexed", "case", c.Number, "letter", o.Letter, "err", err)
	}
	if !lead {
		return c, "协办意见已收到，将与主办处室的意见一并送审", nil
	}
	draft, err := w.draft(c, petition.DraftAnswer, text, "", nil)
	if err != nil {
		return c, "", err
	}
	c, err = w.apply(c, petition.Event{Kind: petition.EvDrafted, Actor: actor, Draft: &draft}, at)
	return c, "办理意见已收到，并作为答复稿送审", err
}

// amend makes the approver's words the next revision.
func amend(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	kind, unit, files := petition.DraftAnswer, "", []letter.File(nil)
	if d := c.Pending(); d != nil {
		kind, unit = d.Kind, d.Unit
		offered, err := w.offered(c)
		if err != nil {
			return c, "", err
		}
		files = chosen(offered, d.Attachments)
	}
	draft, err := w.draft(c, kind, strings.TrimSpace(o.Command.Text), unit, files)
	if err != nil {
		return c, "", err
	}
	next, err := w.apply(c, petition.Event{Kind: petition.EvAmended, Actor: actor, Revision: o.Revision, Digest: o.Digest, Draft: &draft}, origin{letter: a.row.ID})
	if err != nil {
		return c, "", err
	}
	return next, fmt.Sprintf("已修改，第 %d 稿已送其他审核人批准", next.Draft().Revision), nil
}

// notice drafts a refusal or a referral, which is approved like any answer.
func notice(kind petition.DraftKind) act {
	return func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
		draft, err := w.draft(c, kind, strings.TrimSpace(o.Command.Text), o.Command.Unit, nil)
		if err != nil {
			return c, "", err
		}
		next, err := w.apply(c, petition.Event{Kind: petition.EvDrafted, Actor: actor, Draft: &draft}, origin{letter: a.row.ID})
		return next, "告知稿已送审，批准后发给来信人", err
	}
}
