package desk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// session is one mail of somebody on the roster, from its commands to the
// transcript.
type session struct {
	*work
	a        *arrival
	standing authority.Standing
	person   petition.Person
	outcomes []templates.Outcome
	cases    []templates.CaseStatus
	todo     []templates.Todo
	hasTodo  bool
	sections []templates.Section
	manual   []templates.ManualSection
	number   petition.Number   // the case that the transcript is about
	named    []petition.Number // the cases that something was ordered about
	stale    bool
	gone     bool // the person has no part in the case any more
	pending  []order
	kind     store.LetterKind // what the mail turned out to be
}

// order is one command with who gives it, ready to be obeyed. For decisions on
// a draft it names the revision: by the code, or as it stood when it was held.
type order struct {
	Command  command.Command `json:"command"`
	Role     petition.Role   `json:"role"`
	Division string          `json:"division,omitempty"`
	Number   petition.Number `json:"number"`
	Revision int             `json:"revision,omitempty"`
	Digest   string          `json:"digest,omitempty"`
	Letter   int64           `json:"letter"` // the mail that gave it
}

// internal handles a mail that claims an address of the roster: a command, an
// opinion, an instruction, or an error that is explained.
func (w *work) internal(a *arrival, st authority.Standing) error {
	s := &session{work: w, a: a, standing: st, person: st.Posts[0].Person, number: w.about(a, st)}
	if len(st.Suspicious) > 0 || st.WrongCode && st.Code == nil || st.ForeignCode != nil && st.Code == nil {
		return w.suspicious(a, st, s.number, codeReasons(st))
	}
	if stop, err := s.runaway(); err != nil || stop {
		return err
	}
	grammar := w.grammar()
	grammar.OTP = st.OTPVerbs()
	if len(grammar.OTP) > 0 {
		if locked, err := w.locked(st.Address); err != nil {
			return err
		} else if locked {
			return w.suspicious(a, st, s.number, []string{"动态口令连续出错，该地址一小时内不再受理指令"})
		}
	}
	commands, problems := command.Parse(a.l.New, grammar)
	if len(commands) == 0 && len(problems) == 0 {
		commands = s.plain()
	}
	rulings := make([]ruled, len(commands))
	var err error
	for i, c := range commands {
		c.Raw, c.Text = w.discreet(c.Raw), w.discreet(c.Text)
		if rulings[i], err = s.rule(c); err != nil {
			return err
		}
		if rulings[i].ruling == authority.Report {
			if err := w.failed(rulings[i]); err != nil {
				return err
			}
			return w.suspicious(a, st, rulings[i].Number, rulings[i].reasons())
		}
		if rulings[i].ruling == authority.Ignore {
			return w.file(a, store.KindAutomatic, "不作为指令处理")
		}
	}
	if len(commands) == 0 {
		if r, _ := st.Rule(st.Posts[0].Role, command.Todo, ""); r == authority.Report {
			return w.suspicious(a, st, s.number, []string{"发件人身份没有得到验证"})
		}
	}
	for _, r := range rulings {
		if err := s.obey(r); err != nil {
			return err
		}
	}
	for _, p := range problems {
		s.outcomes = append(s.outcomes, unexecuted(p))
	}
	return s.finish()
}

// about is the case that a mail is about before any command names one.
func (w *work) about(a *arrival, st authority.Standing) petition.Number {
	for _, code := range []*authority.CodeInfo{st.Code, st.StaleCode, st.ForeignCode} {
		if code != nil && code.Case != "" {
			return code.Case
		}
	}
	if st.Thread != nil && slices.ContainsFunc(st.Thread.To, func(to string) bool { return petition.SameAddress(to, st.Address) }) {
		return st.Thread.Case
	}
	// A number in the subject counts together with a sender who belongs to the
	// case; what they then command still lacks its code.
	if n, ok := numberIn(a.l.Subject); ok {
		if _, ok, err := w.caseFor(n, a.row.From); err == nil && ok {
			return n
		}
	}
	return ""
}

func codeReasons(st authority.Standing) []string {
	if st.ForeignCode != nil {
		return []string{"出示了发给他人的回执码"}
	}
	if st.WrongCode {
		return []string{"出示的回执码不是本系统发出的"}
	}
	return nil
}

func legReasons(missing []authority.Leg) []string {
	var reasons []string
	for _, leg := range missing {
		switch leg {
		case authority.LegAuthenticated:
			reasons = append(reasons, "发件域名的身份验证没有通过")
		case authority.LegCode:
			reasons = append(reasons, "没有出示有效的回执码")
		case authority.LegOTP:
			reasons = append(reasons, "没有出示动态口令")
		case authority.LegSigned:
			reasons = append(reasons, "没有有效的数字签名")
		case authority.LegRoster:
			reasons = append(reasons, "发件地址不在名册中")
		}
	}
	if len(reasons) == 0 {
		reasons = []string{"不符合指令的安全要求"}
	}
	return reasons
}

// unexecuted is a line that was not executed as the transcript shows it: what is
// wrong, and apart from it what to write instead.
func unexecuted(p command.Problem) templates.Outcome {
	result, advice, _ := strings.Cut(p.Text, "，没有执行。")
	advice = strings.Replace(advice, "写法：", "写", 1)
	if len(p.Candidates) > 0 {
		advice = strings.TrimSuffix(advice, "可写的处室见后。") + "可选：" + strings.Join(p.Candidates, "、")
	}
	return templates.Outcome{Line: p.Raw, Result: result, Advice: advice}
}

// grammar is what the command parser must know of the office.
func (s *Settings) grammar() command.Options {
	o := command.Options{Roster: s.Policy.Roster, Office: []string{s.Office}, Prefix: s.Prefix}
	for _, b := range s.Boxes {
		o.Mailboxes = append(o.Mailboxes, b.Name)
	}
	return o
}

func (w *work) grammar() command.Options {
	o := w.Settings.grammar()
	o.Year = w.office(w.now).Year()
	return o
}

// plain reads a text that begins with no verb: an opinion from a division, an
// instruction from a leader, and otherwise an error that is explained.
func (s *session) plain() []command.Command {
	text := s.discreet(s.a.l.New)
	if text == "" {
		s.outcomes = append(s.outcomes, templates.Outcome{Line: "（空白）", Result: "没有读到任何文字", Advice: "请在来件的分隔线以上书写后回复"})
		return nil
	}
	matter := petition.Matter("")
	if code := s.standing.Code; code != nil {
		matter = code.Matter
	} else if code := s.standing.StaleCode; code != nil {
		matter = code.Matter
	} else if s.standing.Thread != nil {
		matter = s.standing.Thread.Matter
	}
	for _, post := range s.standing.Posts {
		switch {
		case post.Division != "" && matter == petition.MatterDispatch:
			return []command.Command{{Verb: command.Answer, Line: 1, Raw: firstLine(text), Text: text}}
		case post.Role == petition.RoleLeader && matter == petition.MatterReport:
			return []command.Command{{Verb: command.Instruct, Line: 1, Raw: firstLine(text), Text: text}}
		}
	}
	s.outcomes = append(s.outcomes, templates.Outcome{Line: firstLine(text), Result: "没有读到指令，未作任何处理", Advice: s.howElse(matter)})
	return nil
}

// howElse says what to do about a text that commands nothing. Who serves in the
// office and writes to a public box may mean it as a citizen.
func (s *session) howElse(matter petition.Matter) string {
	if matter == petition.MatterApproval {
		// NOTE: words below a draft may mean its text or its fate; nobody guesses.
		leads := func(p petition.Post) bool { return p.Role == petition.RoleLeader }
		if slices.ContainsFunc(s.standing.Posts, leads) {
			return "同意照发的，写“批准”；有意见的，写“批示”，另起一行写意见"
		}
		return "同意照发的，写“批准”；要改动的，写“修改”，另起一行写正文全文；要退回的，写“退回重办 理由”"
	}
	advice := "请在第一行写明指令；回复“帮助”可得到全部指令的说明"
	if !s.a.box.Work {
		advice += "；以个人身份来信的，请使用个人邮箱"
	}
	return advice
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if r := []rune(line); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return line
}

// ruled is an order with what authority says of it.
type ruled struct {
	order
	ruling  authority.Ruling
	missing []authority.Leg
	// standing is the writer's for this command, its password redeemed.
	standing authority.Standing
}

// reasons are the sentences of a report on an order that must not be obeyed.
func (r ruled) reasons() []string {
	list := legReasons(r.missing)
	for _, fault := range []*authority.Reason{r.standing.OTPFault, r.standing.SignatureFault} {
		if fault != nil {
			list = append(list, fault.Text)
		}
	}
	return list
}

// rank orders rulings: somebody with several posts acts in the one that goes
// furthest.
var rank = map[authority.Ruling]int{authority.Obey: 5, authority.Hold: 4, authority.Stale: 3, authority.Report: 2, authority.Deny: 1, authority.Ignore: 0}

// rule finds the post in which the person may give the command.
func (s *session) rule(c command.Command) (ruled, error) {
	target := c.Number
	typed, err := s.typed(c.Code)
	if err != nil {
		return ruled{}, err
	}
	if typed != nil && (!typed.Found || !petition.SameAddress(typed.Address, s.standing.Address)) {
		return ruled{order: order{Command: c, Number: cmp.Or(target, s.number), Letter: s.a.row.ID}, ruling: authority.Report,
			missing: []authority.Leg{authority.LegCode}}, nil
	}
	if typed != nil && target == "" {
		target = typed.Case
	}
	best := ruled{order: order{Command: c, Number: target, Letter: s.a.row.ID}, ruling: authority.Ignore}
	if best.Number == "" {
		best.Number = s.number
	}
	// A command without a target in a thread whose code is missing is about the
	// thread's case; for authority that is a target like any other.
	if target == "" && s.standing.Code == nil && s.standing.StaleCode == nil {
		target = s.number
	}
	if best.standing, err = s.standing.WithOTP(s.ctx, c, s.a.Arrived, evidence{s.work, s.a.keys}); err != nil {
		return ruled{}, fmt.Errorf("judge password: %w", err)
	}
	for _, post := range s.standing.Posts {
		ruling, missing := best.standing.Rule(post.Role, c.Verb, target)
		better := rank[ruling] > rank[best.ruling]
		if ruling == authority.Report && best.ruling == authority.Report && len(missing) < len(best.missing) {
			// The post that lacks least says why the command is not obeyed.
			better = true
		}
		if rank[ruling] == rank[best.ruling] && post.Division != "" && s.standing.Code != nil && s.standing.Code.Division == post.Division {
			better = true
		}
		if better {
			best.Role, best.Division, best.ruling, best.missing = post.Role, post.Division, ruling, missing
		}
	}
	if code := s.standing.Code; code != nil && code.Case == best.Number && code.Matter == petition.MatterApproval {
		best.Revision, best.Digest = code.Revision, code.DraftDigest
	}
	if best.Division != "" {
		best.Role, best.Division = s.inPost(best)
	}
	return best, nil
}

// typed is what the register knows of a code behind a verb, nil when there is
// none or it is the one that ties the mail to its matter. A code of another case
// means that case, whatever mail is answered; without its own thread the command
// waits for 确认.
func (s *session) typed(code string) (*authority.CodeInfo, error) {
	if code == "" {
		return nil, nil
	}
	info, err := evidence{w: s.work}.LookupCode(s.ctx, code)
	if err != nil {
		return nil, fmt.Errorf("look up code: %w", err)
	}
	for _, tied := range []*authority.CodeInfo{s.standing.Code, s.standing.StaleCode} {
		if tied != nil && info.Found && tied.ID == info.ID {
			return nil, nil
		}
	}
	return &info, nil
}

// inPost picks, for somebody who serves several divisions, the post in the one
// that has the case.
func (s *session) inPost(r ruled) (petition.Role, string) {
	c, err := s.tx.Case(r.Number)
	if err != nil {
		return r.Role, r.Division
	}
	if _, held := c.Held(r.Division); held {
		return r.Role, r.Division
	}
	for _, post := range s.standing.Posts {
		if _, held := c.Held(post.Division); held && post.Division != "" {
			return post.Role, post.Division
		}
	}
	return r.Role, r.Division
}

// obey does one command, holds it for confirmation, or says why it is refused.
func (s *session) obey(r ruled) error {
	if r.Command.Verb == command.Sign && r.Number == "" && (r.ruling == authority.Obey || r.ruling == authority.Hold) {
		if done, err := s.heard(r); err != nil || done {
			return err
		}
	}
	switch r.ruling {
	case authority.Hold:
		if r.Command.Verb == command.Confirm {
			// A 确认 without its code confirms nothing, and is not held itself.
			s.fail(r.Command.Raw, "没有等待您确认的指令", "请直接回复请您确认的那封来件")
			return nil
		}
		return s.keep(r.order)
	case authority.Stale:
		return s.late(r)
	case authority.Deny:
		s.fail(r.Command.Raw, "您没有办理此事项的权限", "回复“帮助”可查看您可以使用的指令")
		return nil
	case authority.Report, authority.Ignore:
		return nil
	case authority.Obey:
	}
	if r.Command.Verb == command.Confirm {
		return s.confirm(r)
	}
	if r.Command.Verb == command.Publish {
		// The anonymised text is shown first, whatever the mail proves.
		return s.keep(r.order)
	}
	return s.perform(r.order)
}

func (s *session) fail(line, result, advice string) {
	s.outcomes = append(s.outcomes, templates.Outcome{Line: line, Result: result, Advice: advice})
}

func (s *session) done(line, result string) {
	s.outcomes = append(s.outcomes, templates.Outcome{Line: line, OK: true, Result: result})
}

// late answers a command whose code has been spent or voided: it does nothing,
// the transcript carries the present state. A division that has lost the case
// gets that in one sentence and no more.
func (s *session) late(r ruled) error {
	c, err := s.tx.Case(r.Number)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("find case: %w", err)
	}
	s.stale = true
	if err != nil || !petition.MaySee(c, s.person.Address, s.Policy.Roster) {
		s.gone = true
		say := "该信件目前不需要您办理"
		if slices.ContainsFunc(s.standing.Posts, func(p petition.Post) bool { return p.Division != "" }) {
			say = "该信件已不由贵处室办理"
		}
		s.fail(r.Command.Raw, say, "")
		return nil
	}
	s.names(c.Number)
	advice := s.instead(r.Command.Verb, c)
	if d := c.Pending(); d != nil && s.Policy.TwoPerson && isDecision(r.Command.Verb) && petition.SameAddress(d.By, s.person.Address) {
		// No newer draft goes to its own author.
		advice = "现在的稿件由您起草或修改，须由另一位审核人批准"
	}
	at := petition.StateName(c.State)
	if c.Pending() != nil && c.LedBy != "" {
		at = "已呈报" + s.nameOf(c.LedBy) + "审签"
	}
	s.fail(r.Command.Raw, "所引用的来件已经失效，该信件目前"+at, advice)
	return nil
}

// instead says how to go on with a case that has moved on: by the mail that the
// transcript brings, where the case still waits for this person.
func (s *session) instead(v command.Verb, c petition.Case) string {
	_, matter, _, open := petition.OpenMatter(c, s.person.Address, s.now, s.Policy)
	switch {
	case open && matter == petition.MatterApproval && c.State == petition.Drafted:
		return "请按随本回执另发的待审单决定"
	case open:
		return "仍要办理的，请直接回复本邮件，重新写明"
	}
	return instead(v, c)
}

// keep holds a command that lacks nothing but its code. What is decided is
// fixed now: the revision of the draft as it stands.
func (s *session) keep(o order) error {
	if o.Number != "" {
		c, err := s.tx.Case(o.Number)
		if errors.Is(err, store.ErrNotFound) || err == nil && !petition.MaySee(c, s.person.Address, s.Policy.Roster) {
			s.fail(o.Command.Raw, "没有该编号的来信，或者您无权查看", "请核对编号")
			return nil
		}
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		s.names(c.Number)
		if d := c.Pending(); d != nil {
			o.Revision, o.Digest = d.Revision, d.Digest
		}
		if o.Command.Verb == command.Publish {
			o, err = s.show(o, c)
			var refusal *petition.Refusal
			if errors.As(err, &refusal) {
				s.fail(o.Command.Raw, refusal.Say, instead(o.Command.Verb, c))
				return nil
			}
			if err != nil {
				return err
			}
		}
	} else if needsCase(o.Command.Verb) {
		s.fail(o.Command.Raw, "没有写明是哪一件来信", "请在指令后写明编号，例如：签收 123")
		return nil
	}
	s.pending = append(s.pending, o)
	return nil
}

// needsCase reports whether a verb is about one case.
func needsCase(v command.Verb) bool {
	return !slices.Contains([]command.Verb{command.Register, command.Take, command.Handover, command.Log, command.Todo, command.Stats, command.Help, command.Confirm}, v)
}

// finish files the letter and sends what has to be sent: the request for
// confirmation, and the transcript.
func (s *session) finish() error {
	over, err := s.overdrawn()
	if err != nil {
		return err
	}
	if over {
		return s.suspicious(s.a, s.standing, s.visible(), []string{"当日未经验证的来件超过上限"})
	}
	number := s.visible()
	if number == "" && len(s.pending) > 0 {
		number = s.pending[0].Number // what waits for 确认 lies with the case that it names
	}
	if err := s.fileWith(number); err != nil {
		return err
	}
	if len(s.pending) > 0 {
		if err := s.ask(); err != nil {
			return err
		}
		if len(s.outcomes) == 0 {
			return nil
		}
	}
	return s.transcript()
}

// visible is the session's case, "" when it does not exist.
func (s *session) visible() petition.Number {
	if s.number == "" {
		return ""
	}
	if _, err := s.tx.Case(s.number); err != nil {
		return ""
	}
	return s.number
}

// heldFor is how long held commands wait for 确认 (spec mail section 5).
const heldFor = 24 * time.Hour

// heldDaily is how many requests for confirmation an address gets in a day when
// it was not authenticated.
const heldDaily = 3
