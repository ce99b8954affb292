package report

import (
	"fmt"
	"strings"

	"xinfangd/templates"
)

// Notice is the named list as a document: a draft of the circular (通报稿) that
// the office checks and sends around (C18). It names no citizen, and of what is
// confidential no subject.
func (l List) Notice(o Office, office string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "关于网上来信办理超期情况的通报\n（稿）\n\n各处室：\n\n")
	at := l.At.In(o.zone()).Format("2006年1月2日15时04分")
	if l.Empty() {
		fmt.Fprintf(&b, "　　截至%s，没有超过规定时限的网上来信。\n", at)
		b.WriteString(l.signature(o, office))
		return b.String()
	}
	fmt.Fprintf(&b, "　　截至%s，%s。现通报如下。\n", at, strings.Join(l.totals(), "；"))
	part := 0
	head := func(title string) {
		fmt.Fprintf(&b, "\n%s、%s\n", numeral(part), title)
		part++
	}
	if len(l.Divisions) > 0 {
		head("超过办理期限未提交办理意见的")
		for i, d := range l.Divisions {
			fmt.Fprintf(&b, "（%s）%s，%d 件：\n", numeral(i), d.Name, len(d.Cases))
			for j, c := range d.Cases {
				fmt.Fprintf(&b, "　　%d. %s\n", j+1, o.sentence(c))
			}
		}
	}
	for _, p := range []struct {
		title string
		lines []Line
	}{
		{"超过受理时限仍未受理的", l.Unaccepted}, {"答复稿超过审核时限的", l.Unapproved}, {"超过法定答复期限的", l.Unlawful},
	} {
		if len(p.lines) == 0 {
			continue
		}
		head(p.title)
		for j, c := range p.lines {
			fmt.Fprintf(&b, "　　%d. %s%s，期限为%s，%s。\n", j+1, c.Number.Bracketed(), c.subject(), o.due(c), over(c.Days))
		}
	}
	b.WriteString("\n　　请有关处室高度重视，第一责任人亲自过问，抓紧办理，尽快提交办理意见，并书面说明超期原因。\n")
	b.WriteString(l.signature(o, office))
	return b.String()
}

// totals are the sums of the first sentence.
func (l List) totals() []string {
	var totals []string
	if n := len(l.Cases()); n > 0 {
		totals = append(totals, fmt.Sprintf("共有 %d 件网上来信超过办理期限未提交办理意见，涉及 %d 个处室", n, len(l.Divisions)))
	}
	for _, p := range []struct {
		say   string
		lines []Line
	}{
		{"%d 件超过受理时限仍未受理", l.Unaccepted}, {"%d 件答复稿超过审核时限", l.Unapproved}, {"%d 件超过法定答复期限", l.Unlawful},
	} {
		if len(p.lines) > 0 {
			totals = append(totals, fmt.Sprintf(p.say, len(p.lines)))
		}
	}
	return totals
}

// sentence is one overdue case with its chases.
func (o Office) sentence(c LateCase) string {
	var b strings.Builder
	part := "主办"
	if c.Assisting {
		part = "协办"
	}
	fmt.Fprintf(&b, "%s%s（%s），%s转办，期限为%s，%s", c.Number.Bracketed(), c.subject(), part, date(c.Dispatched, o.zone()), o.due(c.Line), over(c.Days))
	if c.Signed.IsZero() {
		b.WriteString("，尚未签收")
	}
	if len(c.Chases) == 0 {
		b.WriteString("，尚未催办")
	} else {
		fmt.Fprintf(&b, "，已催办 %d 次：", len(c.Chases))
		for i, r := range c.Chases {
			if i > 0 {
				b.WriteString("、")
			}
			b.WriteString(r.At.In(o.zone()).Format("1月2日") + ChaseName(r.Key))
			if len(r.To) > 0 {
				b.WriteString("（" + strings.Join(r.To, "、") + "）")
			}
		}
	}
	if c.Named {
		b.WriteString("；已列入通报名单")
	}
	return b.String() + "。"
}

func (l List) signature(o Office, office string) string {
	return fmt.Sprintf("\n%s电子政务室\n%s\n", office, date(l.At, o.zone()))
}

// numeral counts from 0 as documents do: 一、二…十、十一…
func numeral(i int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	n := i + 1
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	case n < 100:
		return digits[n/10] + "十" + digits[n%10]
	}
	return fmt.Sprint(n)
}

// OverdueView is the named list as a mail to the office, which circulates it.
func OverdueView(l List, o Office, common templates.Common, to string) templates.DigestView {
	v := templates.DigestView{
		Common: common, To: to, Title: "超期情况通报（稿）", Day: l.At.In(o.zone()),
		Summary: []templates.Field{
			{Label: "超期未办", Value: count(len(l.Cases()), "件")},
			{Label: "涉及处室", Value: count(len(l.Divisions), "个")},
			{Label: "超过受理时限", Value: count(len(l.Unaccepted), "件")},
			{Label: "答复稿超过审核时限", Value: count(len(l.Unapproved), "件")},
			{Label: "超过法定答复期限", Value: count(len(l.Unlawful), "件")},
		},
		Sections: []templates.Section{o.overdue(l)},
	}
	for _, p := range []struct {
		title string
		lines []Line
	}{
		{"超过受理时限", l.Unaccepted}, {"答复稿超过审核时限", l.Unapproved}, {"超过法定答复期限", l.Unlawful},
	} {
		if len(p.lines) > 0 {
			v.Sections = append(v.Sections, o.lines(p.title, "", "", p.lines))
		}
	}
	return v
}
