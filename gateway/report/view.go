package report

import (
	"xinfangd/templates"
)

// DigestView is a digest as a mail to one person.
func DigestView(d Daily, o Office, common templates.Common, to string) templates.DigestView {
	return templates.DigestView{Common: common, To: to, Title: "每日情况", Day: d.At}
}

// LimitsView is the weekly list of the legal limits as a mail.
func LimitsView(d Daily, o Office, common templates.Common, to string) templates.DigestView {
	return templates.DigestView{Common: common, To: to, Title: "法定期限预警", Day: d.At}
}

// OverdueView is the named list as a mail: a draft for the office to circulate.
func OverdueView(l List, o Office, common templates.Common, to string) templates.DigestView {
	return templates.DigestView{Common: common, To: to, Title: "超期情况通报（稿）", Day: l.At}
}

// AssessmentView is an assessment as a mail: of all, or of one division for its
// head.
func AssessmentView(a Assessment, period, division string, attachments []templates.Attachment, common templates.Common, to string) templates.AssessmentView {
	return templates.AssessmentView{Common: common, To: to, Period: period, Division: division, Attachments: attachments}
}
