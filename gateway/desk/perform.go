package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/command"
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
	if s.number == "" {
		s.number = c.Number
	}
	actor := petition.Actor{Address: s.person.Address, Name: s.person.Name, Role: o.Role, Division: o.Division}
	inner := *s.work
	var next petition.Case
	var said string
	// Each command stands or falls by itself: what a refused one began is undone.
	err = s.tx.Try(func(tx *store.Tx) error {
		inner.tx = tx
		var err error
		next, said, err = act(&inner, c, o, actor, s.a)
		return err
	})
	var refusal *petition.Refusal
	if errors.As(err, &refusal) {
		s.fail(o.Command.Raw, "未执行："+refusal.Say, "")
		s.stale = true
		s.newer = s.newer || isDecision(o.Command.Verb)
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
	_ = next
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
	return slices.Contains([]command.Verb{command.Approve, command.Amend, command.Reject, command.Submit}, v)
}

// act turns an order into events; it returns the case and what to say.
type act func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error)

var acts = map[command.Verb]act{
	command.Sign:           simple(petition.EvSigned, "已签收"),
	command.Return:         simple(petition.EvReturned, "已退回电子政务室重新分办"),
	command.Assign:         simple(petition.EvDispatched, "已分办"),
	command.Reassign:       simple(petition.EvReassigned, "已改派"),
	command.Accept:         simple(petition.EvAccepted, "已受理"),
	command.Approve:        simple(petition.EvApproved, "已批准，答复按审定的内容发出"),
	command.Reject:         simple(petition.EvSentBack, "已退回重办"),
	command.Submit:         simple(petition.EvSubmitted, "已呈报"),
	command.Close:          simple(petition.EvClosed, "已结案"),
	command.Chase:          simple(petition.EvChased, "已催办"),
	command.Supervise:      simple(petition.EvChased, "已督办"),
	command.Reopen:         simple(petition.EvReopened, "已重办"),
	command.Merge:          simple(petition.EvMerged, "已并案"),
	command.Restrict:       simple(petition.EvRestricted, "已按涉密来信管理"),
	command.Unrestrict:     simple(petition.EvUnrestricted, "已解除涉密管理"),
	command.Instruct:       simple(petition.EvInstructed, "批示已记录并转达"),
	command.Extend:         simple(petition.EvExtensionAsked, "延期申请已送电子政务室"),
	command.GrantExtension: grantExtension,
	command.DenyExtension:  denyExtension,
	command.Assist:         assist,
	command.Answer:         answer,
	command.Amend:          amend,
	command.Refuse:         notice(petition.DraftRefusal),
	command.Refer:          notice(petition.DraftReferral),
}

// simple is a verb that is one event.
func simple(kind petition.EventKind, said string) act {
	return func(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
		cmd := o.Command
		e := petition.Event{Kind: kind, Actor: actor, Text: strings.TrimSpace(cmd.Text), Divisions: cmd.Divisions, Period: cmd.Period,
			Revision: o.Revision, Digest: o.Digest, Target: cmd.Other, Submit: cmd.Leader}
		next, err := w.apply(c, e, origin{letter: a.row.ID})
		if err != nil {
			return c, "", err
		}
		if len(cmd.Divisions) > 0 {
			var names []string
			for _, id := range cmd.Divisions {
				names = append(names, w.Policy.Roster.DivisionName(id))
			}
			said += "：" + strings.Join(names, "、")
			if !next.Due.IsZero() {
				said += "，办理期限 " + w.office(next.Due).Format("2006年1月2日 15:04")
			}
		}
		return next, said, nil
	}
}

func grantExtension(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	period := o.Command.Period
	if period == "" && c.Asked != nil {
		period = c.Asked.Period
	}
	next, err := w.apply(c, petition.Event{Kind: petition.EvExtended, Actor: actor, Period: period, Text: o.Command.Text}, origin{letter: a.row.ID})
	return next, "已同意延期，新的办理期限 " + w.office(next.Due).Format("2006年1月2日 15:04"), err
}

func denyExtension(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	next, err := w.apply(c, petition.Event{Kind: petition.EvExtended, Actor: actor, Text: o.Command.Text}, origin{letter: a.row.ID})
	return next, "未同意延期，已告知承办处室", err
}

// assist adds assisting divisions on the office's word; a liaison's wish is put
// before the office.
func assist(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	if actor.Division != "" {
		return c, "", &petition.Refusal{Kind: petition.EvAssisted, State: c.State, Say: "增加协办处室须由电子政务室决定，请联系电子政务室"}
	}
	return simple(petition.EvAssisted, "已增加协办")(w, c, o, actor, a)
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
	at := origin{letter: a.row.ID}
	lead := c.Lead() == actor.Division
	c, err := w.apply(c, petition.Event{Kind: petition.EvOpinion, Actor: actor, Text: text, Opinion: &petition.Opinion{Text: blob, Letter: a.row.ID}}, at)
	if err != nil {
		return c, "", err
	}
	if !lead {
		return c, "协办意见已收到，将与主办处室的意见一并送审", nil
	}
	draft, err := w.draft(c, petition.DraftAnswer, text, "")
	if err != nil {
		return c, "", err
	}
	c, err = w.apply(c, petition.Event{Kind: petition.EvDrafted, Actor: actor, Draft: &draft}, at)
	return c, "办理意见已收到，并作为答复稿送审", err
}

// amend makes the approver's words the next revision.
func amend(w *work, c petition.Case, o order, actor petition.Actor, a *arrival) (petition.Case, string, error) {
	kind := petition.DraftAnswer
	if d := c.Pending(); d != nil {
		kind = d.Kind
	}
	draft, err := w.draft(c, kind, strings.TrimSpace(o.Command.Text), "")
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
		draft, err := w.draft(c, kind, strings.TrimSpace(o.Command.Text), o.Command.Unit)
		if err != nil {
			return c, "", err
		}
		next, err := w.apply(c, petition.Event{Kind: petition.EvDrafted, Actor: actor, Draft: &draft}, origin{letter: a.row.ID})
		return next, "告知稿已送审，批准后发给来信人", err
	}
}
