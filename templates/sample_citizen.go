package templates

func sampleLimits() Limits {
	return Limits{AcceptHours: 24, NoticeDays: 15, AnswerDays: 60, ExtensionDays: 30}
}

func receiptSamples() []sample {
	v := ReceiptView{Common: toCitizen(), QueryCode: sampleQueryCode, Box: "公众诉求信箱", Subject: sampleSubject, Arrived: at(23, 15, 24),
		Attachments: 2, Limits: sampleLimits(), Cap: 5}
	last := v
	last.Subject, last.Attachments, last.LastToday, last.Drill = "", 0, true, true
	with := func(variant string, v ReceiptView) sample {
		return sample{kind: "receipt", variant: variant, common: v.Common, lines: []string{queryCodeLine}, both: []string{sampleNumber, queryCodeLine},
			render: func(s *Set) (Mail, error) { return s.Receipt(v) }}
	}
	return []sample{with("", v), with("last", last)}
}

func citizenSamples() []sample {
	acceptance := AcceptanceView{Common: toCitizen(), Name: "王小明", Subject: sampleSubject, Arrived: at(23, 15, 24), Accepted: at(23, 16, 2),
		Division: "电力处", Due: Deadline{At: at(24, 0, 0).AddDate(0, 0, 60)}, Limits: sampleLimits()}
	discreet := AcceptanceView{Common: toCitizen(), Subject: "反映有关人员问题", Arrived: at(23, 15, 24), Accepted: at(23, 16, 2)}
	notice := NoticeView{Common: toCitizen(), Name: "王小明", Title: "延长办理期限告知", Subject: sampleSubject, Arrived: at(23, 15, 24),
		Text: "因需要更换的设备尚在生产，您反映的事项不能按期办结。经批准，办理期限延长 30 日。", Facts: []Field{{"新的答复期限", "2027年2月21日 24:00 前"}}}
	status := StatusView{Common: toCitizen(), QueryCode: sampleQueryCode, Subject: sampleSubject, Box: "公众诉求信箱", Arrived: at(23, 15, 24),
		State: "正在办理", Steps: []Step{{at(23, 15, 24), "收到来信"}, {at(23, 16, 2), "受理，由电力处办理"}},
		Due: Deadline{At: at(24, 0, 0).AddDate(0, 0, 60)}, Next: "承办处室正在核实情况，答复经审核后发往您的邮箱。"}
	plain := status
	plain.QueryCode, plain.Due, plain.Steps, plain.Next, plain.Cap, plain.LastToday = "", Deadline{}, nil, "", 5, true
	return []sample{
		{kind: "acceptance", common: acceptance.Common, both: []string{sampleNumber}, render: func(s *Set) (Mail, error) { return s.Acceptance(acceptance) }},
		{kind: "acceptance", variant: "discreet", common: discreet.Common, both: []string{sampleNumber}, never: []string{"电力处"}, render: func(s *Set) (Mail, error) { return s.Acceptance(discreet) }},
		{kind: "notice", common: notice.Common, both: []string{sampleNumber, notice.Text}, render: func(s *Set) (Mail, error) { return s.Notice(notice) }},
		{kind: "status", common: status.Common, lines: []string{queryCodeLine}, both: []string{sampleNumber, status.State}, render: func(s *Set) (Mail, error) { return s.Status(status) }},
		{kind: "status", variant: "last", common: plain.Common, both: []string{sampleNumber, plain.State}, never: []string{"查询码"}, render: func(s *Set) (Mail, error) { return s.Status(plain) }},
	}
}

func sampleAnswer() AnswerView {
	return AnswerView{Common: toCitizen(), Name: "王小明", Subject: sampleSubject, Arrived: at(23, 15, 24), Text: sampleAnswerText,
		Attachments: []Attachment{{Index: 1, Name: "抢修记录.pdf", Size: 183500}}, Date: at(25, 0, 0), ReviewDays: 30, RatingDays: 7}
}

func answerSamples() []sample {
	full := sampleAnswer()
	bare := AnswerView{Common: toCitizen(), Arrived: at(23, 15, 24), Text: sampleAnswerText, Signature: "示范市经济和信息化委员会电子政务室"}
	refusal := RefusalView{Common: toCitizen(), Name: "王小明", Subject: sampleSubject, Arrived: at(23, 15, 24),
		Text: "您反映的事项正由人民法院审理，依照有关规定，请按诉讼程序提出。", Date: at(25, 0, 0)}
	referral := refusal
	referral.ReferTo, referral.Text = "示范市住房和城乡建设局", "联系电话：0000-0000000。"
	answer := func(variant string, v AnswerView) sample {
		// The codes are put where a careless template would find them.
		v.Code = sampleCode
		return sample{kind: "answer", variant: variant, common: v.Common, both: []string{sampleNumber, v.Text, "满意", "基本满意", "不满意", "收件回执"},
			never: []string{sampleCode}, render: func(s *Set) (Mail, error) { return s.Answer(v) }}
	}
	return []sample{
		answer("", full), answer("bare", bare),
		{kind: "refusal", common: refusal.Common, both: []string{sampleNumber, refusal.Text}, render: func(s *Set) (Mail, error) { return s.Refusal(refusal) }},
		{kind: "refusal", variant: "referral", common: referral.Common, both: []string{sampleNumber, referral.Text, referral.ReferTo}, render: func(s *Set) (Mail, error) { return s.Refusal(referral) }},
	}
}
