package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xinfangd/gateway/petition"
	"xinfangd/templates"
)

// AssessmentView is an assessment as a mail: of the whole office for "", or of
// one division for its head.
// plots are those of Painted.
func AssessmentView(a Assessment, o Office, division string, plots []templates.Plot, attachments []templates.Attachment, common templates.Common, to string) templates.AssessmentView {
	v := templates.AssessmentView{
		Common: common, To: to, Period: PeriodName(a.From.In(o.zone()), a.To.In(o.zone())), Plots: plots, Attachments: attachments, Notes: notes(a, len(attachments) > 0),
	}
	if division == "" {
		v.Summary = a.summary()
	} else {
		v.Division, a = o.Policy.Roster.DivisionName(division), a.Part(division)
		for _, d := range a.Divisions {
			v.Summary = d.summary()
		}
	}
	v.Sections = slices.Concat(divisionSections(a.Divisions), []templates.Section{chaseSection(a.Divisions)}, personSections(a.Persons, o, division == ""))
	if division == "" {
		v.Sections = append(v.Sections, officeSection(a.Persons), a.missedSection(o))
	}
	return v
}

// Part is one division's part of an assessment, for its head: what concerns
// other divisions or the whole office is not in it.
func (a Assessment) Part(division string) Assessment {
	part := Assessment{
		From: a.From, To: a.To, Estimated: a.Estimated,
		Divisions: slices.DeleteFunc(slices.Clone(a.Divisions), func(d Division) bool { return d.ID != division }),
		Persons:   slices.DeleteFunc(slices.Clone(a.Persons), func(p Person) bool { return p.Division != division }),
	}
	for _, d := range part.Divisions {
		part.Flow = d.Flow
	}
	return part
}

func notes(a Assessment, attached bool) []string {
	list := []string{
		"一件来信转给几个处室的，各计一件；同一期间重复转给同一处室的，只计一件。",
		"提交以处室对每次转办首次提交办理意见的时间为准，退回重办后再次提交的不重复计算；按期以提交当时的办理期限为准。",
		"工时只计工作时间，从转办起算；九成工时是指九成来信不超过的工时。",
		"个人的收件以签收计；催办只计签收以后的。",
	}
	if attached {
		list = append(list, "每个数字所含的登记编号列在附表的“明细”中。")
	}
	if a.Estimated {
		list = append(list, "所涉年份缺少节假日安排，工时为估算。")
	}
	return list
}

// total adds the parts of all divisions.
func (a Assessment) total() Work {
	var works []Work
	for _, d := range a.Divisions {
		works = append(works, d.Work)
	}
	return sumOf(works)
}

// sumOf adds the work of several.
func sumOf(works []Work) Work {
	var sum Work
	for _, d := range works {
		sum.Received, sum.Answered, sum.OnTime = append(sum.Received, d.Received...), append(sum.Answered, d.Answered...), append(sum.OnTime, d.OnTime...)
		sum.Spent, sum.Returned, sum.SentBack = append(sum.Spent, d.Spent...), append(sum.Returned, d.Returned...), append(sum.SentBack, d.SentBack...)
		for word, cases := range d.Ratings {
			for _, n := range cases {
				sum.rate(word, n)
			}
		}
		for key, cases := range d.Chases {
			for _, n := range cases {
				sum.chase(key, n)
			}
		}
	}
	return sum
}

func (a Assessment) summary() []templates.Field {
	t := a.total()
	fields := []templates.Field{
		{Label: "来信", Value: count(len(a.Arrived), "件")},
		{Label: "受理", Value: count(len(a.Accepted), "件")},
		{Label: "答复来信人", Value: count(len(a.Answered), "件")},
		{Label: "不予受理或转送", Value: count(len(a.Refused), "件")},
		{Label: "办结", Value: count(len(a.Closed), "件")},
	}
	return append(fields, t.summary()...)
}

// Totals are the division's figures in words.
func (d Division) Totals() []templates.Field { return d.summary() }

func (d Division) summary() []templates.Field {
	fields := []templates.Field{
		{Label: "收件", Value: count(len(d.Received), "件")},
		{Label: "其中协办", Value: count(len(d.Assisted), "件")},
		{Label: "提交意见", Value: count(len(d.Answered), "件")},
	}
	return append(fields, d.Work.summary()...)
}

func (w Work) summary() []templates.Field {
	median, ok := w.Median()
	rate, rated := w.Rate()
	unit := ""
	if ok {
		unit = " 小时"
	}
	return []templates.Field{
		{Label: "按期率", Value: percent(rate, rated)},
		{Label: "中位工时", Value: hours(median, ok) + unit},
		{Label: "评价", Value: w.ratings()},
	}
}

// ratings are the words that citizens answered with, as one text.
func (w Work) ratings() string {
	var parts []string
	for _, word := range petition.Ratings() {
		parts = append(parts, fmt.Sprintf("%s %d", word, len(w.Ratings[word])))
	}
	return strings.Join(parts, "，")
}

// loadHead and qualityHead are the columns that divisions and persons share, in
// two tables: one would be wider than a mail on a phone.
func loadHead() []string {
	return []string{"收件", "提交", "按期", "按期率", "中位工时", "九成工时"}
}

func qualityHead() []string { return append([]string{"退回", "重办"}, petition.Ratings()...) }

func (w Work) load() []string {
	rate, rated := w.Rate()
	median, ok := w.Median()
	p90, _ := w.P90()
	return []string{fmt.Sprint(len(w.Received)), fmt.Sprint(len(w.Answered)), fmt.Sprint(len(w.OnTime)), percent(rate, rated), hours(median, ok), hours(p90, ok)}
}

func (w Work) quality() []string {
	cells := []string{fmt.Sprint(len(w.Returned)), fmt.Sprint(len(w.SentBack))}
	for _, word := range petition.Ratings() {
		cells = append(cells, fmt.Sprint(len(w.Ratings[word])))
	}
	return cells
}

// divisionSections are the two tables of the divisions.
func divisionSections(divisions []Division) []templates.Section {
	load := templates.Section{Title: "各处室办理情况", Table: templates.Table{Head: append([]string{"处室"}, loadHead()...)}}
	quality := templates.Section{Title: "各处室退回、重办和评价", Table: templates.Table{Head: append([]string{"处室"}, qualityHead()...)}}
	for _, d := range divisions {
		load.Table.Rows = append(load.Table.Rows, append([]string{d.Name}, d.load()...))
		quality.Table.Rows = append(quality.Table.Rows, append([]string{d.Name}, d.quality()...))
	}
	return []templates.Section{load, quality}
}

func chaseSection(divisions []Division) templates.Section {
	var works []Work
	for _, d := range divisions {
		works = append(works, d.Work)
	}
	keys := ChaseKeys(works...)
	s := templates.Section{Title: "催办", Empty: "没有催办", Table: templates.Table{Head: []string{"处室", "次数", "其中"}}}
	for _, d := range divisions {
		sum, parts := 0, []string{}
		for _, key := range keys {
			if n := len(d.Chases[key]); n > 0 {
				sum += n
				parts = append(parts, fmt.Sprintf("%s %d", ChaseName(key), n))
			}
		}
		if sum > 0 {
			s.Table.Rows = append(s.Table.Rows, []string{d.Name, fmt.Sprint(sum), strings.Join(parts, "，")})
		}
	}
	return s
}

// personSections are the two tables of the divisions' people; whose division it
// is stands with the name when there are several.
func personSections(persons []Person, o Office, several bool) []templates.Section {
	load := templates.Section{Title: "处室人员办理情况", Table: templates.Table{Head: append([]string{"姓名"}, loadHead()...)}}
	quality := templates.Section{Title: "处室人员退回、重办和评价", Table: templates.Table{Head: append([]string{"姓名"}, qualityHead()...)}}
	for _, p := range persons {
		if p.Division == "" {
			continue
		}
		name := p.label()
		if several {
			name += "（" + o.Policy.Roster.DivisionName(p.Division) + "）"
		}
		load.Table.Rows = append(load.Table.Rows, append([]string{name}, p.load()...))
		quality.Table.Rows = append(quality.Table.Rows, append([]string{name}, p.quality()...))
	}
	return []templates.Section{load, quality}
}

func (p Person) label() string { return cmp.Or(p.Name, p.Address) }

// OfficeActs are what the office and the leaders do, as columns.
func OfficeActs() []petition.EventKind {
	return []petition.EventKind{petition.EvAccepted, petition.EvDispatched, petition.EvReassigned, petition.EvApproved, petition.EvAmended,
		petition.EvSentBack, petition.EvExtended, petition.EvChased, petition.EvInstructed}
}

// officeSection tells in words what the office and the leaders did: as columns it
// would be wider than a phone. The workbook has the columns.
func officeSection(persons []Person) templates.Section {
	s := templates.Section{Title: "电子政务室和领导", Table: templates.Table{Head: []string{"姓名", "岗位", "办理件数"}}}
	for _, p := range persons {
		if p.Division != "" {
			continue
		}
		var acts []string
		for _, kind := range OfficeActs() {
			if n := len(p.Acts[kind]); n > 0 {
				acts = append(acts, fmt.Sprintf("%s %d", petition.EventName(kind), n))
			}
		}
		s.Table.Rows = append(s.Table.Rows, []string{p.label(), roleName(p.Role), cmp.Or(strings.Join(acts, "，"), "—")})
	}
	return s
}

// missedSection is the table of clocks missed, with what missed them.
func (a Assessment) missedSection(o Office) templates.Section {
	s := templates.Section{Title: "超时情况", Table: templates.Table{Head: []string{"事项", "次数", "登记编号或信箱"}}}
	for _, key := range MissedClocks() {
		var names []string
		for _, m := range a.Clocks[key] {
			names = append(names, m.name(o))
		}
		list := strings.Join(names, "、")
		if len(names) > 20 {
			list = strings.Join(names[:20], "、") + "等"
		}
		s.Table.Rows = append(s.Table.Rows, []string{MissedName(key), fmt.Sprint(len(names)), cmp.Or(list, "—")})
	}
	return s
}

// name is the case or the box that a clock was missed for.
func (m Miss) name(o Office) string {
	if m.Case != "" {
		return string(m.Case)
	}
	return o.box(m.Mailbox)
}
