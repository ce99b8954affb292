package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/templates"
)

// reading is how a verb that only reads is answered, nil for the others; the
// answer lies in the transcript.
func reading(v command.Verb) func(*session, order) error {
	switch v {
	case command.Todo:
		return (*session).readTodo
	case command.Status:
		return (*session).readStatus
	case command.Stats:
		return (*session).readStats
	case command.Help:
		return (*session).readHelp
	}
	return nil
}

func (s *session) readHelp(o order) error {
	s.manual = s.help()
	s.done(o.Command.Raw, "指令说明附后")
	return nil
}

// help is the part of the command table that the person may use, with what a
// command of theirs needs.
func (s *session) help() []templates.ManualSection {
	var roles []petition.Role
	for _, p := range s.standing.Posts {
		if !slices.Contains(roles, p.Role) {
			roles = append(roles, p.Role)
		}
	}
	section := templates.ManualSection{Title: "您可以使用的指令", Note: "直接回复来件，写在最上面，一行一条，一封邮件最多 10 条。另发新邮件的，在指令后写编号，" +
		"例如“签收 123”；系统会请您回复“确认”后执行。处室写全称或简称。"}
	passwords := s.standing.OTPVerbs()
	for _, e := range command.Entries(roles...) {
		if !built(e.Verb) {
			continue
		}
		one := templates.ManualEntry{Line: e.Usage, Also: e.Also, Effect: e.Help}
		if slices.Contains(passwords, e.Verb) {
			one.Effect += "指令后须写 6 位动态口令。"
		}
		section.Entries = append(section.Entries, one)
	}
	return []templates.ManualSection{section}
}

// built reports whether the desk executes a verb; the help mail lists no others.
func built(v command.Verb) bool {
	_, does := acts[v]
	own := []command.Verb{command.Confirm, command.Register, command.Take, command.Handover, command.Log}
	return does || reading(v) != nil || slices.Contains(own, v)
}

// todos is how many lines a list of open matters has at most.
const todos = 50

func (s *session) readTodo(o order) error {
	open := []petition.State{petition.Registered, petition.Triage, petition.Accepted, petition.Dispatched, petition.Drafted}
	cases, err := s.tx.ListCases(store.CaseFilter{States: open})
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	s.hasTodo = true
	total := 0
	slices.SortStableFunc(cases, func(a, b petition.Case) int { return cmp.Compare(dueKey(a), dueKey(b)) })
	for _, c := range cases {
		_, matter, _, ok := petition.OpenMatter(c, s.person.Address, s.now, s.Policy)
		if !ok {
			continue
		}
		if total++; total > todos {
			continue
		}
		what := map[petition.Matter]string{petition.MatterTriage: "分办", petition.MatterDispatch: "办理意见", petition.MatterApproval: "审核"}[matter]
		s.todo = append(s.todo, templates.Todo{Number: string(c.Number), Subject: s.subjectFor(c), What: what, Due: s.deadline(c.Due, c.Estimated),
			Overdue: !c.Due.IsZero() && s.now.After(c.Due)})
	}
	said := fmt.Sprintf("共 %d 件待办", total)
	if total > todos {
		said += fmt.Sprintf("，列出最急的 %d 件", todos)
	}
	s.done(o.Command.Raw, said)
	return nil
}

// dueKey sorts by deadline, those without one last.
func dueKey(c petition.Case) int64 {
	if c.Due.IsZero() {
		return 1 << 62
	}
	return c.Due.Unix()
}

// subjectFor is a case's subject in a list; a confidential one is not named.
func (w *work) subjectFor(c petition.Case) string {
	if c.Confidential {
		return "（保密件）"
	}
	return c.Subject
}

func (s *session) readStatus(o order) error {
	if o.Number == "" {
		s.fail(o.Command.Raw, "没有写明是哪一件来信", "请写明编号，例如：查询 123")
		return nil
	}
	c, ok, err := s.caseFor(o.Number, s.person.Address)
	if err != nil {
		return err
	}
	if !ok {
		s.fail(o.Command.Raw, "没有该编号的来信，或者您无权查看", "请核对编号")
		return nil
	}
	status, err := s.caseStatus(c)
	if err != nil {
		return err
	}
	s.cases = append(s.cases, status)
	s.done(o.Command.Raw, petition.StateName(c.State))
	return nil
}

// caseStatus is a case as an internal 查询 shows it.
func (w *work) caseStatus(c petition.Case) (templates.CaseStatus, error) {
	v := templates.CaseStatus{Number: string(c.Number), Subject: w.subjectFor(c), State: petition.StateName(c.State)}
	add := func(label, value string) {
		if value != "" {
			v.Facts = append(v.Facts, templates.Field{Label: label, Value: value})
		}
	}
	add("来信箱", w.box(c.Mailbox).Name)
	add("收到时间", stamp(w.office(c.Arrived)))
	add("类别", c.Category)
	add("紧急程度", petition.UrgencyName(c.Urgency))
	if lead := c.Lead(); lead != "" {
		add("主办处室", w.Policy.Roster.DivisionName(lead))
	}
	for _, id := range c.Assist() {
		add("协办处室", w.Policy.Roster.DivisionName(id))
	}
	if c.Open() {
		add("办理期限", w.limit(c.Due))
	}
	add("评价", c.Rating)
	entries, err := w.tx.Entries(c.Number)
	if err != nil {
		return v, fmt.Errorf("read ledger: %w", err)
	}
	for _, e := range entries {
		who := cmp.Or(e.Actor.Name, roleName(e.Actor.Role))
		v.Steps = append(v.Steps, templates.Step{At: w.office(e.Time), Text: petition.EventName(e.Kind) + "（" + who + "）"})
	}
	return v, nil
}

// limit is a deadline in a transcript or table, as every other mail writes it.
func (w *work) limit(t time.Time) string { return templates.Limit(w.office(t)) }

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006年1月2日 15:04")
}

func roleName(r petition.Role) string {
	switch r {
	case petition.RoleCitizen:
		return "来信人"
	case petition.RoleSystem:
		return "系统"
	case petition.RoleLiaison, petition.RoleHead, petition.RoleHandler, petition.RoleApprover, petition.RoleChief, petition.RoleLeader, petition.RoleDuty, petition.RoleCentre:
	}
	return "工作人员"
}

// readStats counts a month's letters by division and state.
func (s *session) readStats(o order) error {
	month := s.office(s.now)
	if o.Command.Month != "" {
		m, err := time.ParseInLocation("2006-01", o.Command.Month, s.Location)
		if err != nil {
			s.fail(o.Command.Raw, "月份无法识别", "请写成 2026-03 的形式")
			return nil
		}
		month = m
	}
	from := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, month.Location())
	cases, err := s.tx.ListCases(store.CaseFilter{Since: from, Until: from.AddDate(0, 1, 0)})
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	table := templates.Table{Head: []string{"处室", "收到", "已答复", "办理中", "超期"}}
	for _, d := range s.Policy.Roster.Divisions {
		received, answered, open, late := 0, 0, 0, 0
		for _, c := range cases {
			if !petition.MaySee(c, s.person.Address, s.Policy.Roster) || !slices.ContainsFunc(c.Dispatches, func(x petition.Dispatch) bool { return x.Division == d.ID }) {
				continue
			}
			received++
			switch {
			case !c.Answered.IsZero():
				answered++
			case c.Open():
				open++
			}
			if c.Open() && !c.Due.IsZero() && s.now.After(c.Due) {
				late++
			}
		}
		if received > 0 {
			table.Rows = append(table.Rows, []string{d.Name, strconv.Itoa(received), strconv.Itoa(answered), strconv.Itoa(open), strconv.Itoa(late)})
		}
	}
	s.sections = append(s.sections, templates.Section{Title: from.Format("2006年1月") + "来信办理情况", Table: table})
	s.done(o.Command.Raw, "统计附后")
	return nil
}
