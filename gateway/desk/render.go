package desk

import (
	"fmt"
	"strings"
	"time"

	"xinfangd/gateway/calendar"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// render makes the view of an effect's mail for one recipient; more is the letter
// that the citizen sent besides, when the mail is about that.
func (w *work) render(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common, more *letter.Letter) (renderer, []letter.File, error) {
	set := w.Templates
	switch m.Template {
	case "acceptance":
		v := w.acceptanceView(c, common)
		return renderer{func() (templates.Mail, error) { return set.Acceptance(v) }, 0}, nil, nil
	case "notice":
		v, err := w.noticeView(c, m, common)
		return renderer{func() (templates.Mail, error) { return set.Notice(v) }, 0}, nil, err
	case "triage":
		v, files, err := w.triageView(c, m, r, common, more)
		return renderer{func() (templates.Mail, error) { return set.Triage(v) }, len(v.Letter.Text)}, files, err
	case "dispatch":
		v, files, err := w.dispatchView(c, e, m, r, common, more)
		return renderer{func() (templates.Mail, error) { return set.Dispatch(v) }, len(v.Letter.Text)}, files, err
	case "assist":
		v, files, err := w.assistView(c, e, m, r, common)
		return renderer{func() (templates.Mail, error) { return set.Assist(v) }, len(v.Letter.Text)}, files, err
	case "approval":
		v, err := w.approvalView(c, e, m, r, common)
		return renderer{func() (templates.Mail, error) { return set.Approval(v) }, len(v.Letter.Text)}, nil, err
	case "chase":
		v := w.chaseView(c, e, m, r, common)
		return renderer{func() (templates.Mail, error) { return set.Chase(v) }, 0}, nil, nil
	case "transcript":
		v := templates.TranscriptView{Common: common, To: r.Name, Note: m.Note}
		return renderer{func() (templates.Mail, error) { return set.Transcript(v) }, 0}, nil, nil
	case "report":
		v, err := w.reportView(c, m, r, common)
		return renderer{func() (templates.Mail, error) { return set.Report(v) }, len(v.Letter.Text)}, nil, err
	case "alarm":
		v := w.alarmView(c, e, m, r, common)
		return renderer{func() (templates.Mail, error) { return set.Alarm(v) }, 0}, nil, nil
	}
	return renderer{}, nil, fmt.Errorf("no view for template %q", m.Template)
}

// limits are the periods that citizens are told of.
func (w *work) limits() templates.Limits {
	d := w.Policy.Deadlines
	hours := 0
	if length, ok := d.Accept.Duration(); ok {
		hours = int(length / time.Hour)
	}
	return templates.Limits{AcceptHours: hours, NoticeDays: days(d.AcceptNotice), AnswerDays: days(d.LawAnswer), ExtensionDays: days(d.Extension)}
}

func days(s calendar.Span) int {
	if s.Unit == calendar.Days {
		return s.N
	}
	return 0
}

func (w *work) deadline(t time.Time, estimated bool) templates.Deadline {
	return templates.Deadline{At: w.office(t), Estimated: estimated}
}

func (w *work) acceptanceView(c petition.Case, common templates.Common) templates.AcceptanceView {
	law, estimated := petition.LawLimit(c, w.Policy)
	v := templates.AcceptanceView{Common: common, Name: c.Name, Subject: c.Subject, Arrived: w.office(c.Arrived), Accepted: w.office(c.Accepted),
		Due: w.deadline(law, estimated), Limits: w.limits()}
	if lead := c.Lead(); lead != "" && !c.Confidential {
		v.Division = w.Policy.Roster.DivisionName(lead)
	}
	return v
}

// noticeView is what a citizen is told besides of the course of the case: that it
// takes longer than the law's usual time, or is dealt with together with another.
// The words are the office's own.
func (w *work) noticeView(c petition.Case, m petition.Mail, common templates.Common) (templates.NoticeView, error) {
	v := templates.NoticeView{Common: common, Name: c.Name, Subject: c.Subject, Arrived: w.office(c.Arrived)}
	if m.Variant != petition.VariantMerged {
		law, estimated := petition.LawLimit(c, w.Policy)
		v.Title, v.Text = "延长办理期限告知", "您反映的事项情况复杂，不能在原定期限内办结。经批准，办理期限延长，答复期限改为下列日期。"
		v.Facts = []templates.Field{{Label: "新的答复期限", Value: templates.DeadlineText(w.deadline(law, estimated))}}
		return v, nil
	}
	into, err := w.tx.Case(c.MergedInto)
	if err != nil {
		return v, fmt.Errorf("find the case merged into: %w", err)
	}
	v.Title, v.Text = "并案办理告知", "您反映的事项与其他来信反映的是同一事项，现合并办理，不再单独分办。需要了解办理结果的，请直接回复本邮件。"
	if petition.SameAddress(into.Sender, c.Sender) {
		// Another citizen's number is nobody else's to know.
		v.Text = "您反映的事项与您的另一件来信是同一事项，现并入该件办理，答复随该件发给您。"
		v.Facts = []templates.Field{{Label: "并入的登记编号", Value: string(into.Number)}}
	}
	return v, nil
}

func (w *work) triageView(c petition.Case, m petition.Mail, r petition.Recipient, common templates.Common, more *letter.Letter) (templates.TriageView, []letter.File, error) {
	view, files, err := w.letterView(c, r)
	if err != nil {
		return templates.TriageView{}, nil, err
	}
	if files, err = w.further(&view, files, more, masks(c, r)); err != nil {
		return templates.TriageView{}, nil, err
	}
	accept, estimated := w.Policy.Calendar.Add(c.ClockStart(), w.Policy.Deadlines.Accept)
	v := templates.TriageView{Common: common, To: r.Name, Letter: view, Deadline: w.deadline(accept, estimated), Confidential: c.Confidential}
	if !c.Accepted.IsZero() {
		v.Deadline = templates.Deadline{}
	}
	v.Why = append(v.Why, triageWhy(m, c, w)...)
	v.Asks = asks[m.Variant]
	if m.Variant == petition.VariantSupplement {
		v.Words = m.Note
	}
	if v.Instructions, err = w.instructions(c, c.Lead()); err != nil {
		return v, nil, err
	}
	// Only a letter that waits for it is to be assigned; of another the office
	// hears what is new.
	v.Told = v.Asks == "" && c.State != petition.Registered && c.State != petition.Triage && c.State != petition.Accepted
	v.Finished = v.Told && !c.Open()
	if v.Asks != "" || v.Told {
		return v, files, nil
	}
	if v.Returns, err = w.returns(c); err != nil {
		return v, nil, err
	}
	if p := w.proposal(c); p != nil {
		v.Proposals = append(v.Proposals, *p)
	}
	for _, d := range w.Policy.Roster.Divisions {
		if !contains(c.Accused, d.ID) {
			v.Divisions = append(v.Divisions, d.Name)
		}
	}
	for _, n := range []petition.Number{c.Follows, c.Related} {
		if n != "" {
			v.Related = append(v.Related, string(n))
		}
	}
	return v, files, nil
}

// asks is what a division asks of the office in a variant of 待分办单.
var asks = map[string]string{petition.VariantExtension: "延期", petition.VariantHelp: "协办", petition.VariantOpen: "解密"}

// triageWhy says in sentences why the office has the case before it.
func triageWhy(m petition.Mail, c petition.Case, w *work) []string {
	note := m.Note
	switch m.Variant {
	case petition.VariantReturned:
		return []string{"承办处室退回：" + note}
	case petition.VariantExtension:
		if c.Asked == nil {
			return []string{"申请延期：" + note}
		}
		return []string{w.Policy.Roster.DivisionName(c.Asked.Division) + "申请延长办理期限（" + SpanName(c.Asked.Period) + "），理由：" + note +
			"。"}
	case petition.VariantHelp:
		if c.Help == nil {
			return []string{"申请协办：" + note}
		}
		var list []string
		for _, id := range c.Help.Divisions {
			list = append(list, w.Policy.Roster.DivisionName(id))
		}
		return []string{w.Policy.Roster.DivisionName(c.Help.Division) + "申请由" + strings.Join(list, "、") + "协办，理由：" + note +
			"。"}
	case petition.VariantOpen:
		return []string{w.nameOf(c.OpenBy) + "提出解除本件保密，须由另一人决定。"}
	case petition.VariantSupplement:
		return []string{"来信人就该信件再次来信，内容如下："}
	case petition.VariantSentBack:
		return []string{"审核未予批准：" + note}
	case petition.VariantInstructed:
		return []string{"领导作出批示，内容见下。"}
	case petition.VariantReopened:
		return []string{"重办：" + note}
	}
	return []string{note}
}

// returns lists the divisions that gave the case back, from the ledger.
func (w *work) returns(c petition.Case) ([]templates.Return, error) {
	entries, err := w.tx.Entries(c.Number)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	var list []templates.Return
	for _, e := range entries {
		if e.Kind == petition.EvReturned {
			list = append(list, templates.Return{Division: w.Policy.Roster.DivisionName(e.Actor.Division), By: e.Actor.Name, At: w.office(e.Time), Reason: e.Text})
		}
	}
	return list, nil
}

func (w *work) dispatchView(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common, more *letter.Letter) (templates.DispatchView, []letter.File, error) {
	view, files, err := w.letterView(c, r)
	if err != nil {
		return templates.DispatchView{}, nil, err
	}
	if files, err = w.further(&view, files, more, masks(c, r)); err != nil {
		return templates.DispatchView{}, nil, err
	}
	m.Note = remark(c, r, m.Note)
	v := templates.DispatchView{Common: common, To: r.Name, Division: w.Policy.Roster.DivisionName(r.Division), Urgency: urgency(c), Category: c.Category,
		Confidential: c.Confidential, Letter: view, Deadline: w.deadline(c.Due, c.Estimated), Reasons: w.reasons(c, r)}
	if v.Follows, err = w.follows(c, r); err != nil {
		return v, nil, err
	}
	for _, id := range c.Assist() {
		v.Assist = append(v.Assist, w.Policy.Roster.DivisionName(id))
	}
	if d, ok := c.Held(r.Division); ok && d.Signed.IsZero() {
		sign, estimated := w.Policy.Calendar.Add(d.At, w.Policy.Deadlines.Sign)
		v.SignBy = w.deadline(sign, estimated)
	}
	if e.Actor.Role != petition.RoleSystem {
		v.By = e.Actor.Name
	}
	switch m.Variant {
	case petition.VariantSentBack:
		v.SentBack = &templates.SentBack{By: e.Actor.Name, At: w.office(w.now), Reason: m.Note}
		if d := c.Draft(); d != nil {
			v.SentBack.Revision, v.SentBack.Draft = d.Revision, remark(c, r, w.words(d.Text))
		}
	case petition.VariantInstructed:
		v.By, v.Note = "", ""
		if _, mine := c.Held(r.Division); mine && len(e.Divisions) > 0 && !contains(e.Divisions, r.Division) {
			v.Note = "下列批示由" + w.divisions(e.Divisions) + "办理，请主办处室知悉，一并考虑。"
		}
	case petition.VariantSupplement:
		v.By, v.Note = "", "来信人就该信件补充来信，内容如下：\n"+m.Note
	case petition.VariantExtended:
		v.By, v.Note = "", strings.TrimSpace("延期申请已获同意，新的办理期限见上。"+m.Note)
	case petition.VariantNotHelped:
		v.By, v.Note = "", strings.TrimSpace("协办申请未获同意，请继续办理。"+m.Note)
	case petition.VariantNotExtended:
		v.By, v.Note = "", strings.TrimSpace("延期申请未获同意，请按原期限办理。"+m.Note)
	default:
		v.Note = m.Note
	}
	if v.Instructions, err = w.instructions(c, r.Division); err != nil {
		return v, nil, err
	}
	veil(c, r, v.Instructions)
	for _, o := range c.Opinions {
		if o.Division != r.Division {
			opinion := w.opinion(c, o)
			opinion.Text = remark(c, r, opinion.Text)
			v.Opinions = append(v.Opinions, opinion)
		}
	}
	return v, files, nil
}

func (w *work) assistView(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common) (templates.AssistView, []letter.File, error) {
	view, files, err := w.letterView(c, r)
	if err != nil {
		return templates.AssistView{}, nil, err
	}
	m.Note = remark(c, r, m.Note)
	v := templates.AssistView{Common: common, To: r.Name, Division: w.Policy.Roster.DivisionName(r.Division), Lead: w.Policy.Roster.DivisionName(c.Lead()),
		Urgency: urgency(c), Category: c.Category, Confidential: c.Confidential, Letter: view, Deadline: w.deadline(c.Due, c.Estimated),
		Reasons: w.reasons(c, r), Note: m.Note}
	for _, id := range c.Assist() {
		v.Assist = append(v.Assist, w.Policy.Roster.DivisionName(id))
	}
	if e.Actor.Role != petition.RoleSystem && e.Actor.Role != petition.RoleLeader {
		v.By = e.Actor.Name
	}
	if v.Instructions, err = w.instructions(c, r.Division); err != nil {
		return v, nil, err
	}
	veil(c, r, v.Instructions)
	if m.Variant == petition.VariantInstructed {
		v.Note = ""
	}
	if d, ok := c.Held(r.Division); ok {
		if !d.Due.IsZero() {
			v.Deadline = w.deadline(d.Due, c.Estimated)
		}
		if d.Signed.IsZero() {
			sign, estimated := w.Policy.Calendar.Add(d.At, w.Policy.Deadlines.Sign)
			v.SignBy = w.deadline(sign, estimated)
		}
	}
	return v, files, nil
}

// follows says of a letter about a finished case what it is; the number is for
// those who may see that case.
func (w *work) follows(c petition.Case, r petition.Recipient) (string, error) {
	if c.Follows == "" {
		return "", nil
	}
	why := "来信人再次来信"
	if c.Review {
		why = "来信人申请复查"
	}
	before, err := w.tx.Case(c.Follows)
	if err != nil {
		return "", fmt.Errorf("find the case before: %w", err)
	}
	if !petition.MaySee(before, r.Address, w.Policy.Roster) {
		return why, nil
	}
	return string(c.Follows) + "（" + why + "）", nil
}

func (w *work) approvalView(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common) (templates.ApprovalView, error) {
	if m.Revision < 1 || m.Revision > len(c.Drafts) {
		return templates.ApprovalView{}, fmt.Errorf("no draft revision %d", m.Revision)
	}
	d := c.Drafts[m.Revision-1]
	view, _, err := w.letterView(c, r)
	if err != nil {
		return templates.ApprovalView{}, err
	}
	draft, err := w.draftMail(d)
	if err != nil {
		return templates.ApprovalView{}, err
	}
	approve, estimated := w.Policy.ApproveBy(d)
	law, lawEstimated := petition.LawLimit(c, w.Policy)
	v := templates.ApprovalView{Common: common, To: r.Name, Kind: draftKind(d.Kind), Letter: view, Revision: d.Revision, Drafter: w.nameOf(d.By),
		Drafted: w.office(d.At), Digest: d.Digest, Draft: draft, Deadline: w.deadline(approve, estimated), LawDeadline: w.deadline(law, lawEstimated)}
	for _, o := range c.Opinions {
		v.Opinions = append(v.Opinions, w.opinion(c, o))
	}
	for _, id := range c.Unheard() {
		v.Missing = append(v.Missing, w.Policy.Roster.DivisionName(id))
	}
	if m.Variant == petition.VariantOpinion {
		v.Added = w.Policy.Roster.DivisionName(e.Actor.Division)
	}
	offered, err := w.offered(c)
	if err != nil {
		return v, err
	}
	for i, f := range offered {
		v.Attachments = append(v.Attachments, templates.Attachment{Index: i + 1, Name: f.Name, Type: f.Type, Size: int64(len(f.Data)), Chosen: contains(d.Attachments, f.Name)})
	}
	if v.Rejected, err = w.rejected(c); err != nil {
		return v, err
	}
	if m.Variant == petition.VariantDecided {
		v.Decided = &templates.Decision{By: e.Actor.Name, At: w.office(w.now), What: "批准", Reason: m.Note}
		switch e.Kind {
		case petition.EvSentBack:
			v.Decided.What = "退回重办"
		case petition.EvSubmitted:
			// What is said to the leader is for the leader.
			v.Decided.What, v.Decided.Reason = "呈报"+w.nameOf(c.LedBy)+"审签", ""
		}
	}
	switch {
	case e.Kind == petition.EvAmended && e.Choosing:
		v.Newer = e.Actor.Name + "选定了随答复发送的附件，正文没有变动，原待审单作废。"
	case e.Kind == petition.EvAmended:
		v.Newer = e.Actor.Name + "修改了答复稿，本件为修改后的全文，原待审单作废。"
	case e.Kind == petition.EvRecalled:
		v.Newer = e.Actor.Name + "在规定时间内收回了批准，答复没有发出，请重新审核。"
	}
	if e.Kind == petition.EvSubmitted {
		v.Submitted = &templates.Instruction{By: e.Actor.Name, At: w.office(w.now), Text: m.Note}
	}
	return v, nil
}

// rejected lists the earlier decisions against revisions of the draft.
func (w *work) rejected(c petition.Case) ([]templates.Decision, error) {
	entries, err := w.tx.Entries(c.Number)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	var list []templates.Decision
	for _, e := range entries {
		if e.Kind == petition.EvSentBack {
			list = append(list, templates.Decision{By: e.Actor.Name, At: w.office(e.Time), What: "退回重办", Reason: e.Text})
		}
	}
	return list, nil
}

// draftMail shows a draft exactly as it would be sent: read back from the
// rendered bytes, not from what they were made of.
func (w *work) draftMail(d petition.Draft) (templates.DraftMail, error) {
	raw, err := w.tx.Blob(d.Message)
	if err != nil {
		return templates.DraftMail{}, fmt.Errorf("read draft: %w", err)
	}
	l := letter.Parse(raw)
	v := templates.DraftMail{Subject: l.Subject, Text: l.Text}
	if len(l.From) > 0 {
		v.From = l.From[0].String()
	}
	if len(l.To) > 0 {
		v.To = l.To[0].String()
	}
	for _, a := range l.Attachments {
		v.Attachments = append(v.Attachments, templates.Attachment{Index: a.Index, Name: a.Name, Type: a.Type, Size: int64(a.Size), Chosen: true})
	}
	return v, nil
}

func (w *work) chaseView(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common) templates.ChaseView {
	v := templates.ChaseView{Common: common, To: r.Name, Formal: m.Formal, Subject: subjectTo(c, r), Arrived: w.office(c.Arrived),
		Deadline: w.deadline(c.Due, c.Estimated), Note: remark(c, r, m.Note), Matter: "办理意见", Division: w.Policy.Roster.DivisionName(c.Lead())}
	if m.Step > 0 && m.Step <= len(w.Policy.Chase) && e.Clock == petition.ClockChase {
		v.Named = w.Policy.Chase[m.Step-1].Named
	}
	due := c.Due
	task := petition.Task{}
	switch {
	case e.Clock == petition.ClockTask && m.Step >= 1 && m.Step <= len(c.Tasks):
		task = c.Tasks[m.Step-1]
	case e.Formal && len(c.Tasks) > 0:
		task = c.Tasks[len(c.Tasks)-1]
	}
	switch {
	case task.N > 0:
		v.Matter, due, v.Deadline = "批示事项", task.Due, w.deadline(task.Due, c.Estimated)
		if task.Formal {
			v.Matter = "督办事项"
		}
		if task.Division != "" {
			v.Division = w.Policy.Roster.DivisionName(task.Division)
		}
	case e.Clock == petition.ClockSign:
		v.Matter, v.Division = "签收", w.Policy.Roster.DivisionName(r.Division)
		if d, ok := c.Held(r.Division); ok {
			sign, estimated := w.Policy.Calendar.Add(d.At, w.Policy.Deadlines.Sign)
			due, v.Deadline = sign, w.deadline(sign, estimated)
		}
	case c.Pending() != nil:
		v.Matter, v.Division = "审核", ""
		approve, estimated := w.Policy.ApproveBy(*c.Pending())
		due, v.Deadline = approve, w.deadline(approve, estimated)
	}
	if d, ok := c.Held(c.Lead()); ok {
		v.Dispatched = w.office(d.At)
	}
	if !due.IsZero() && !w.now.Before(due) {
		v.Overdue = w.workingDays(due, w.now)
	}
	// The chase under way is on the case already; only those before it are told.
	for _, earlier := range c.Chases[:max(0, len(c.Chases)-1)] {
		v.Earlier = append(v.Earlier, templates.Chase{At: w.office(earlier.At), Kind: chaseName(earlier), To: earlier.To})
	}
	if e.Actor.Role != petition.RoleSystem {
		v.By = e.Actor.Name
	}
	// A leader owes nothing but a draft that was submitted to them.
	v.Leader = r.Role == petition.RoleLeader && m.Matter != petition.MatterApproval
	return v
}

func chaseName(c petition.Chase) string {
	if c.Formal {
		return "督办"
	}
	return "催办"
}

// divisions are the names of divisions as a list.
func (w *work) divisions(ids []string) string {
	var list []string
	for _, id := range ids {
		list = append(list, w.Policy.Roster.DivisionName(id))
	}
	return strings.Join(list, "、")
}

// workingDays is a stretch of working time in days of the office's length.
func (w *work) workingDays(from, to time.Time) string {
	open, close := w.Policy.Calendar.Hours()
	day := time.Duration(close-open) * time.Minute
	n := int(w.Policy.Calendar.Between(from, to) / max(day, time.Hour))
	if n < 1 {
		return "不足 1 个工作日"
	}
	return fmt.Sprintf("%d 个工作日", n)
}

func (w *work) reportView(c petition.Case, m petition.Mail, r petition.Recipient, common templates.Common) (templates.ReportView, error) {
	view, _, err := w.letterView(c, r)
	if err != nil {
		return templates.ReportView{}, err
	}
	v := templates.ReportView{Common: common, To: r.Name, Letter: view, Reasons: w.reasons(c, r), Note: remark(c, r, m.Note),
		Deadline: w.deadline(c.Due, c.Estimated), CanInstruct: r.Role == petition.RoleLeader, CanAck: r.Role != petition.RoleLeader && c.Urgency != petition.Normal}
	if c.Urgency != petition.Normal {
		v.Urgency = petition.UrgencyName(c.Urgency)
	}
	if lead := c.Lead(); lead != "" {
		v.Division = w.Policy.Roster.DivisionName(lead)
	}
	switch m.Variant {
	case petition.VariantDone:
		err = w.doneView(c, r, &v)
	case petition.VariantUrgent:
		v.CanAck, v.Repeat = c.Urgency != petition.Normal, c.Urged
	}
	return v, err
}

func (w *work) alarmView(c petition.Case, e petition.Event, m petition.Mail, r petition.Recipient, common templates.Common) templates.AlarmView {
	v := templates.AlarmView{Common: common, To: r.Name, Since: w.office(c.Arrived), Facts: []templates.Field{
		{Label: "来信箱", Value: w.box(c.Mailbox).Name}, {Label: "收到时间", Value: w.office(c.Arrived).Format("2006年1月2日 15:04")},
		{Label: "目前状态", Value: petition.StateName(c.State)}}}
	if !c.Confidential {
		v.Facts = append(v.Facts, templates.Field{Label: "主题", Value: subjectTo(c, r)})
	}
	switch m.Variant {
	case petition.VariantUrgent:
		v.What = petition.UrgencyName(c.Urgency) + "来信，请立即处置"
		v.Advice = []string{"请立即与承办处室联系并向带班领导报告", "回复“收到”后停止重复提醒"}
		v.CanAck, v.Repeat = true, c.Urged
	case petition.VariantUnaccepted:
		v.What = "来信即将超过受理时限，仍无人受理"
		v.Advice = []string{"待分办的信件请回复“分办 处室”；已自动转办的信件请回复“受理”，或催促承办处室签收"}
		switch {
		case e.Clock == petition.ClockLawAccept:
			v.What = "距受理告知的法定期限还有 3 天，来信仍未受理"
		case m.Late:
			v.What = "来信超过受理时限，仍未受理，已记录在案"
		}
	case petition.VariantNamed:
		v.What = "收到一封来信，按规则告知信息中心"
		if c.Category != "" {
			v.Facts = append(v.Facts, templates.Field{Label: "类别", Value: c.Category})
		}
		v.Advice = []string{"来信由电子政务室分办；如涉及网站、信箱等系统运行，请查明情况并告知电子政务室"}
	case petition.VariantRelated:
		v.What = "来信可能与 " + string(c.Related) + " 有关，来信人不是该件的来信人，已单独登记"
		v.Advice = []string{"请核对两件来信；属于同一事项需要合并办理的，请对本件使用“并案 " + string(c.Related) + "”"}
	case petition.VariantUnanswered:
		v.What = "来信超过答复的法定期限，仍未答复"
		v.Advice = []string{"请立即督促承办处室和审核人员办结，尽快答复来信人", "回复“催办”可立即催办，并记录在案"}
	case petition.VariantBounced:
		v.What, v.Since = "邮件无法送达", w.office(w.now)
		v.Advice = []string{m.Note, "请核对地址，或用其他方式联系收件人；答复未能送达的，用其他方式告知来信人后，请以“结案 编号”办结"}
	case petition.VariantNoApprover:
		v.What, v.Since = "答复稿没有可以审核的人员", w.office(w.now)
		v.Advice = []string{"除拟稿人和应当回避的人员外，名册中没有其他审核人，请补充审核人后由拟稿人重新提交"}
	case petition.VariantUnanswerable:
		v.What, v.Since = "答复已获批准，但来信没有可回复的地址", w.office(w.now)
		v.Advice = []string{"请用电话、信函等其他方式将答复告知来信人，并留存记录"}
	}
	return v
}
