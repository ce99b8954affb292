package templates

func confirmSamples() []sample {
	staff := ConfirmView{Common: toStaff(), To: "受理员甲", Subject: "分办", Arrived: at(23, 15, 20), Held: []string{"分办 电力处, 经济运行处 3工作日", "请先电话核实。\n核实后答复。"},
		Why: "来件没有回执码", Until: at(24, 15, 26), Hours: 24}
	citizen := ConfirmView{Common: toCitizen(), To: "王小明", Citizen: true, Subject: "不再需要", Arrived: at(23, 15, 20), Held: []string{"撤回"}, Until: at(24, 15, 26), Hours: 24}
	citizen.Code = sampleCode
	return []sample{
		{kind: "confirm", common: staff.Common, internal: true, lines: []string{codeLine}, both: append([]string{codeLine, "确认"}, staff.Held[0]), render: func(s *Set) (Mail, error) { return s.Confirm(staff) }},
		{kind: "confirm", variant: "citizen", common: citizen.Common, lines: []string{codeLine}, both: append([]string{codeLine, "确认"}, citizen.Held...), render: func(s *Set) (Mail, error) { return s.Confirm(citizen) }},
	}
}

func transcriptSamples() []sample {
	errors := TranscriptView{Common: toStaff(), To: "电力处联络员", Outcomes: []Outcome{
		{Line: "签收", OK: true, Result: "已签收 " + sampleNumber + "。"},
		{Line: "延期 五天", Result: "天数应当是数字。", Advice: "写“延期 5工作日 理由”。"},
		{Line: "协办 运行", Result: "处室名称不明确，可能是：经济运行处、运行监测处。", Advice: "写处室全称。"},
	}, State: "已转办，等待办理意见", Next: "请回复办理意见。", Deadline: Deadline{At: at(30, 17, 30)}}
	gone := TranscriptView{Common: toStaff(), To: "电力处联络员", Note: "〔" + sampleNumber + "〕已改由其他处室办理，您不必再办。"}
	gone.Code = ""
	lists := TranscriptView{Common: toStaff(), To: "审核员乙", Outcomes: []Outcome{{Line: "待办", OK: true, Result: "共 2 件。"}, {Line: "查询 123", OK: true, Result: "见下。"},
		{Line: "统计", OK: true, Result: "见下。"}, {Line: "帮助", OK: true, Result: "见下。"}},
		HasTodo: true, Todo: []Todo{
			{Number: sampleNumber, Subject: sampleSubject, What: "审核", Due: Deadline{At: at(26, 17, 30)}},
			{Number: "SFJX-2026-000098", Subject: "企业减负政策咨询", What: "分办", Due: Deadline{At: at(20, 17, 30)}, Overdue: true}},
		Cases: []CaseStatus{{Number: sampleNumber, Subject: sampleSubject, State: "待审核", Facts: []Field{{"主办", "电力处"}, {"办理时限", "2026年11月30日 17:30 前"}},
			Steps: []Step{{at(23, 15, 24), "收到来信"}, {at(25, 10, 5), "电力处送来办理意见"}}}},
		Sections: []Section{{Title: "2026年11月统计", Table: Table{Head: []string{"处室", "收件", "办结", "按期率"}, Rows: [][]string{{"电力处", "12", "10", "90%"}}}}},
		Manual:   sampleManual()}
	lists.Number, lists.Code = "", ""
	help := TranscriptView{Common: lists.Common, To: "分管领导", HasTodo: true, Manual: sampleManual()}
	citizen := TranscriptView{Common: toCitizen(), To: "王小明", Citizen: true, Outcomes: []Outcome{{Line: "满意", OK: true, Result: "感谢您的评价，本件已办结。"}}}
	return []sample{
		{kind: "transcript", common: errors.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, "签收", "延期 五天", errors.Outcomes[1].Advice}, render: func(s *Set) (Mail, error) { return s.Transcript(errors) }},
		{kind: "transcript", variant: "gone", common: gone.Common, internal: true, both: []string{gone.Note}, render: func(s *Set) (Mail, error) { return s.Transcript(gone) }},
		{kind: "transcript", variant: "lists", common: lists.Common, internal: true, both: []string{sampleNumber, "企业减负政策咨询", "90%", "批准"}, render: func(s *Set) (Mail, error) { return s.Transcript(lists) }},
		{kind: "transcript", variant: "help", common: help.Common, internal: true, both: []string{"批准", "同意、approve"}, render: func(s *Set) (Mail, error) { return s.Transcript(help) }},
		{kind: "transcript", variant: "citizen", common: citizen.Common, both: []string{citizen.Outcomes[0].Result}, render: func(s *Set) (Mail, error) { return s.Transcript(citizen) }},
	}
}

func alertSamples() []sample {
	report := ReportView{Common: toStaff(), To: "分管领导", Urgency: "重大", Letter: sampleLetter(), Division: "电力处", Reasons: sampleReasons(), Deadline: Deadline{At: at(30, 17, 30)}, CanInstruct: true, CanAck: true}
	again := report
	again.To, again.Division, again.Repeat, again.CanInstruct, again.By, again.Note, again.Urgency = "值班员丙", "", 2, false, "受理员甲", "请先电话了解情况。", "紧急"
	known := report
	known.Code, known.CanInstruct, known.CanAck, known.Reasons = "", false, false, nil
	done := report
	done.Done, done.Outcome, done.Answer = []Instruction{{By: "分管领导", At: at(23, 16, 0), Text: "请电力处从速抢修。"}}, "已答复来信人，答复内容见下", "经核查，变压器已更换。"
	done.Opinions, done.CanAck = sampleOpinions(), false
	alarm := AlarmView{Common: toStaff(), To: "信息中心", What: "信箱“主任信箱”2 小时未能成功收信", Since: at(23, 13, 20), Facts: []Field{{"信箱地址", "zhuren@jxw.example"}, {"最近错误", "连接超时"}},
		Advice: []string{"检查邮件服务器 imap.jxw.example 的 993 端口是否可以连接。", "检查该信箱的密码是否已经更改。"}, Repeat: 1, CanAck: true}
	alarm.Number = ""
	recovered := AlarmView{Common: toStaff(), To: "信息中心", Recovered: true, What: alarm.What, Since: at(23, 13, 20), Until: at(23, 15, 26), Advice: []string{"不需要处置。"}}
	recovered.Number, recovered.Code = "", ""
	suspicious := SuspiciousView{Common: toStaff(), To: "受理员甲", Claimed: "审核员乙 <shyb@jxw.example>", Shown: "审核员乙", Box: "工作邮箱", Arrived: at(23, 15, 24), LetterID: "4711",
		Why: []string{"邮件未通过发件域的身份验证（DMARC 不合格）。", "所带回执码不是发给此人的。"}}
	return []sample{
		{kind: "report", common: report.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, sampleNumber, "重大", "批示"}, render: func(s *Set) (Mail, error) { return s.Report(report) }},
		{kind: "report", variant: "again", common: again.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, sampleNumber, "收到"}, render: func(s *Set) (Mail, error) { return s.Report(again) }},
		{kind: "report", variant: "done", common: done.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, sampleNumber, "请电力处从速抢修。", "变压器已更换"}, render: func(s *Set) (Mail, error) { return s.Report(done) }},
		{kind: "report", variant: "known", common: known.Common, internal: true, both: []string{sampleNumber}, render: func(s *Set) (Mail, error) { return s.Report(known) }},
		{kind: "alarm", common: alarm.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, alarm.What, when(alarm.Since)}, render: func(s *Set) (Mail, error) { return s.Alarm(alarm) }},
		{kind: "alarm", variant: "recovered", common: recovered.Common, internal: true, both: []string{alarm.What, when(recovered.Until)}, render: func(s *Set) (Mail, error) { return s.Alarm(recovered) }},
		{kind: "suspicious", common: suspicious.Common, internal: true, both: append([]string{sampleNumber, suspicious.Claimed}, suspicious.Why...), never: []string{sampleCode}, render: func(s *Set) (Mail, error) { return s.Suspicious(suspicious) }},
	}
}

func sampleSections() []Section {
	return []Section{
		{Title: "新收来信", Table: Table{Head: []string{"登记编号", "主题", "承办"}, Rows: [][]string{{sampleNumber, sampleSubject, "电力处"}, {"SFJX-2026-000124", "企业减负政策咨询", "企业处"}}}},
		{Title: "未了结的告警", Empty: "没有未了结的告警。"},
		{Title: "今日到期", Note: "按办理时限排列。"},
	}
}

func dutySamples() []sample {
	incoming := HandoverView{Common: toStaff(), To: "值班员丁", Incoming: true, AckMinutes: 15,
		From: Shift{Name: "日班", Person: "值班员丙", From: at(23, 8, 0), To: at(23, 17, 30)}, Next: Shift{Name: "夜班", Person: "值班员丁", From: at(23, 17, 30), To: at(24, 8, 0)},
		Sections: sampleSections(), Log: []LogEntry{{at(23, 9, 12), "值班员丙", "接电话一个，已登记。"}, {at(23, 13, 20), "", "主任信箱告警。"}}, Note: "供电公司今晚抢修，\n请留意来电。"}
	incoming.Number = ""
	outgoing := incoming
	outgoing.To, outgoing.Incoming, outgoing.Code, outgoing.Log, outgoing.Note = "值班员丙", false, "", nil, ""
	return []sample{
		{kind: "handover", common: incoming.Common, internal: true, lines: []string{codeLine}, both: []string{codeLine, "接班", sampleNumber}, render: func(s *Set) (Mail, error) { return s.Handover(incoming) }},
		{kind: "handover", variant: "outgoing", common: outgoing.Common, internal: true, both: []string{"接班"}, render: func(s *Set) (Mail, error) { return s.Handover(outgoing) }},
	}
}

func listSamples() []sample {
	digest := DigestView{Common: toStaff(), To: "分管领导", Title: "每日情况", Day: at(24, 8, 0), Summary: []Field{{"昨日新收", "2 件"}, {"在办", "17 件"}, {"逾期", "1 件"}}, Sections: sampleSections()}
	digest.Number, digest.Code = "", ""
	assessment := AssessmentView{Common: digest.Common, To: "电力处负责人", Period: "2026年10月", Division: "电力处", Summary: []Field{{"收件", "12 件"}, {"按期率", "90%"}},
		Sections:    []Section{{Title: "各处室", Table: Table{Head: []string{"处室", "收件", "办结", "按期", "中位工时"}, Rows: [][]string{{"电力处", "12", "10", "90%", "14.5"}}}}},
		Attachments: []Attachment{{Name: "考核-2026-10.xlsx", Size: 20480}}, Notes: []string{"一件转办几个处室的，各计一件。", "每个数字所含的登记编号见附件。"}}
	drawn := assessment
	drawn.Division, drawn.To = "", "分管领导"
	drawn.Plots = []Plot{{Title: "各处室收件与提交", Unit: "件", Alt: "各处室收件与提交：收件共 12 件，提交共 10 件", ContentID: "0123456789abcdef.1@plot", Width: 592, Height: 120}}
	assessment.Plots = []Plot{{Title: "处室人员收件与提交", Unit: "件", Legend: []PlotPart{{Name: "收件", Colour: "#5f92c6"}, {Name: "按期提交", Colour: "#173f63"}},
		Rows: []PlotRow{{Label: "电力处联络员", Bars: []PlotBar{{Parts: []PlotPart{{Name: "收件", Colour: "#5f92c6", Percent: 80}}, Value: "12", Rest: 20}, {Value: "0", Rest: 100}}}}}}
	return []sample{
		{kind: "assessment", variant: "drawn", common: drawn.Common, internal: true, both: []string{"90%", "14.5"}, render: func(s *Set) (Mail, error) { return s.Assessment(drawn) }},
		{kind: "digest", common: digest.Common, internal: true, both: []string{sampleNumber, "17 件"}, render: func(s *Set) (Mail, error) { return s.Digest(digest) }},
		{kind: "assessment", common: assessment.Common, internal: true, both: []string{"90%", "14.5"}, render: func(s *Set) (Mail, error) { return s.Assessment(assessment) }},
	}
}

func pageSamples() []pageSample {
	timeline := TimelineView{Office: toCitizen().Office, Number: sampleNumber, Facts: []Field{{"状态", "已归档"}, {"来信主题", sampleSubject}, {"来信时间", when(at(23, 15, 24))}},
		Events: []TimelineEvent{
			{Seq: 1, Time: at(23, 15, 24), Actor: "王小明", Kind: "registered", Title: "登记", Text: sampleSubject, Digest: sampleDigest},
			{Seq: 2, Time: at(23, 15, 25), Kind: "dispatched", Title: "转办", Text: "主办：电力处\n协办：经济运行处", Digest: sampleDigest}},
		Files: []TimelineFile{{Path: "letters/" + sampleDigest + ".eml", Title: "来信原件", Digest: sampleDigest, Size: 4096}}, Head: sampleDigest, Generated: at(30, 9, 0)}
	board := BoardView{Office: toCitizen().Office, Drill: true, Now: at(23, 15, 26), Refresh: "/?refresh=60", Notes: []string{"保密来信只计数，不列出。"},
		Figures: []BoardFigure{{"在办", "17", false}, {"今日到期", "2", false}, {"超期", "1", true}},
		Sections: []BoardSection{
			{Title: "超期来信", Head: []BoardCell{{Text: "登记编号"}, {Text: "承办"}, {Text: "期限"}, {Text: "超期", Number: true}},
				Rows: []BoardRow{{Cells: []BoardCell{{Text: "SFJX-2026-000098", Link: "/case/SFJX-2026-000098", Tight: true}, {Text: "电子政务室"}, {Text: "11月20日 17:30"}, {Text: "1 天", Number: true}}, Alert: true}}},
			{Title: "发件队列", Side: true, Empty: "没有等待发出的邮件。", Note: "发送正常。"}},
		Plots: []Plot{{Title: "每日来信与答复", SVG: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 592 20" width="100%" role="img" aria-label="每日来信与答复"><rect x="0" y="0" width="9" height="9" fill="#173f63"/></svg>`}}}
	one := BoardView{Office: toCitizen().Office, Title: sampleNumber, Home: "/", Now: at(23, 15, 26),
		Sections: []BoardSection{{Title: "基本情况", Rows: []BoardRow{{Cells: []BoardCell{{Text: "状态"}, {Text: "已转办"}}}}}}}
	day := DayLogView{Office: toCitizen().Office, Day: at(23, 0, 0), Came: 17, Urgent: 1,
		Shifts: []Shift{{Name: "白班", Person: "值班员丙", From: at(23, 8, 0), To: at(23, 17, 30)}},
		Log:    []LogEntry{{At: at(23, 9, 5), By: "值班员丙", Text: "记录： 电话催问供电处置情况"}, {At: at(23, 10, 0), Text: "定时查收：08:00 至 10:00 收到邮件 3 件，各信箱收信正常"}}}
	return []pageSample{
		{"daylog", func(s *Set) ([]byte, error) { return s.DayLog(day) }},
		{"timeline", func(s *Set) ([]byte, error) { return s.Timeline(timeline) }},
		{"board", func(s *Set) ([]byte, error) { return s.Board(board) }},
		{"board-case", func(s *Set) ([]byte, error) { return s.Board(one) }},
	}
}

// sampleManual shows how a manual looks; the words of a real one come from the
// table of verbs.
func sampleManual() []ManualSection {
	return []ManualSection{{Title: "您可以使用的指令", Note: "直接回复来件，写在最上面，一行一条。", Entries: []ManualEntry{
		{Line: "批准", Also: []string{"同意", "approve"}, Effect: "照所示稿件原样发出；须单独成行，下面不要再写文字。"},
		{Line: "退回重办 理由", Effect: "退回处室重新办理，另定时限。"},
	}}}
}
