package templates

func triageSamples() []sample {
	none := TriageView{Common: toStaff(), To: "受理员甲", Why: []string{"没有规则能够确定承办处室。"}, Letter: sampleLetter(),
		Proposals: []Proposal{
			{Source: "规则建议", Division: "电力处", Assist: []string{"经济运行处"}, Category: "供电", Urgency: "紧急", Deadline: "3 个工作日", Reasons: sampleReasons()},
			{Source: "学习模型建议", Division: "经济运行处", Confidence: 0.83, Reasons: []Reason{{Name: "依据字词", Word: "停电"}, {Name: "依据字词", Word: "变压"}}},
		},
		Divisions: []string{"电力处", "经济运行处", "企业处"}, Deadline: Deadline{At: at(24, 15, 24)}, Related: []string{"SFJX-2026-000098"}}
	returned := TriageView{Common: toStaff(), To: "受理员甲", Why: []string{"监察举报信箱来信，须由人工确定承办处室。", "承办处室退回。"}, Confidential: true, Letter: maskedLetter(),
		Returns:   []Return{{Division: "电力处", By: "电力处联络员", At: at(24, 9, 10), Reason: "涉及本处人员，应当回避"}},
		Divisions: []string{"监察室"}}
	broken := TriageView{Common: toStaff(), Why: []string{"来信无法完整解析，原件已存档。"},
		Letter: Letter{Box: "主任信箱", Arrived: at(23, 15, 24), Defects: []string{"邮件没有发件人", "字符集不明，按 GB18030 读取"}}}
	told := none
	told.Told, told.Finished, told.Why, told.Proposals, told.Divisions, told.Related = true, true, []string{"领导作出批示，内容见下。"}, nil, nil, nil
	told.Instructions = []Instruction{{By: "分管领导", At: at(24, 9, 0), Text: "请跟踪办理情况，\n一周后报告。"}}
	open := told
	open.Told, open.Finished, open.Asks, open.Why, open.Instructions, open.Confidential = false, false, "解密", []string{"受理员甲提出解除本件保密，须由另一人决定。"}, nil, true
	added := told
	added.Finished, added.Instructions, added.Why, added.Words = false, nil, []string{"来信人就该信件再次来信，内容如下："}, "又停电了。\n请再查。"
	with := func(variant string, v TriageView) sample {
		return sample{kind: "triage", variant: variant, common: v.Common, internal: true, lines: []string{codeLine},
			both: append([]string{codeLine, sampleNumber}, v.Why...), render: func(s *Set) (Mail, error) { return s.Triage(v) }}
	}
	return []sample{with("", none), with("returned", returned), with("broken", broken), with("told", told), with("open", open), with("added", added)}
}

func sampleDispatch() DispatchView {
	return DispatchView{Common: toStaff(), To: "电力处联络员", Division: "电力处", Assist: []string{"经济运行处"}, Urgency: "紧急", Category: "供电", Letter: sampleLetter(),
		Deadline: Deadline{At: at(30, 17, 30)}, SignBy: Deadline{At: at(24, 17, 30)}, Reasons: sampleReasons()}
}

func dispatchSamples() []sample {
	auto := sampleDispatch()
	confidential := DispatchView{Common: toStaff(), To: "监察室联络员", Division: "监察室", Confidential: true, Letter: maskedLetter(),
		Deadline: Deadline{At: at(30, 17, 30), Estimated: true}, By: "受理员甲", Note: "请指定专人办理，\n不得扩大知悉范围。",
		Instructions: []Instruction{{By: "主要领导", At: at(23, 17, 0), Text: "请监察室认真核查，限期报告。"}}}
	back := sampleDispatch()
	back.Urgency, back.Assist, back.Reasons = "", nil, nil
	back.SentBack = &SentBack{By: "审核员乙", At: at(26, 9, 0), Reason: "请写明恢复供电的时间。", Revision: 1, Draft: "已协调供电公司处理。"}
	back.Opinions = sampleOpinions()[1:]
	with := func(variant string, v DispatchView) sample {
		return sample{kind: "dispatch", variant: variant, common: v.Common, internal: true, lines: []string{codeLine},
			both: []string{codeLine, sampleNumber, due(v.Deadline)}, render: func(s *Set) (Mail, error) { return s.Dispatch(v) }}
	}
	return []sample{with("", auto), with("confidential", confidential), with("sent-back", back)}
}

func assistSamples() []sample {
	v := AssistView{Common: toStaff(), To: "经济运行处联络员", Division: "经济运行处", Lead: "电力处", Urgency: "紧急", Category: "供电", Letter: sampleLetter(),
		Deadline: Deadline{At: at(30, 17, 30)}, SignBy: Deadline{At: at(24, 17, 30)}, Reasons: sampleReasons()}
	asked := v
	asked.Urgency, asked.Reasons, asked.By, asked.Note = "", nil, "受理员甲", "电力处申请协办：需要负荷数据。"
	asked.Confidential, asked.Letter = true, maskedLetter()
	asked.Instructions = []Instruction{{By: "分管领导", At: at(23, 17, 0), Text: "请两处密切配合。"}}
	with := func(variant string, v AssistView) sample {
		return sample{kind: "assist", variant: variant, common: v.Common, internal: true, lines: []string{codeLine},
			both: []string{codeLine, sampleNumber, due(v.Deadline)}, render: func(s *Set) (Mail, error) { return s.Assist(v) }}
	}
	return []sample{with("", v), with("asked", asked)}
}

func chaseSamples() []sample {
	before := ChaseView{Common: toStaff(), To: "电力处联络员", Matter: "办理意见", Division: "电力处", Subject: sampleSubject, Arrived: at(23, 15, 24), Dispatched: at(23, 15, 25),
		Deadline: Deadline{At: at(30, 17, 30)}}
	formal := before
	formal.To, formal.Formal, formal.Named, formal.Overdue = "电力处负责人", true, true, "1 个工作日"
	formal.Earlier = []Chase{{at(27, 17, 30), "催办", []string{"电力处联络员"}}, {at(30, 17, 30), "催办", []string{"电力处联络员", "电力处负责人"}}}
	approver := ChaseView{Common: toStaff(), To: "电子政务室负责人", Matter: "审核", Person: "审核员乙", Subject: sampleSubject, Arrived: at(23, 15, 24),
		Deadline: Deadline{At: at(26, 17, 30)}, Overdue: "1 个工作日", By: "分管领导", Note: "请今天办结。"}
	approver.Code = ""
	with := func(variant string, v ChaseView) sample {
		t := sample{kind: "chase", variant: variant, common: v.Common, internal: true, both: []string{sampleNumber, v.Matter}, render: func(s *Set) (Mail, error) { return s.Chase(v) }}
		if v.Code != "" {
			t.lines = []string{codeLine}
		}
		for _, e := range v.Earlier {
			t.both = append(t.both, when(e.At))
		}
		return t
	}
	return []sample{with("", before), with("formal", formal), with("approver", approver)}
}

func approvalSamples() []sample {
	pending := ApprovalView{Common: toStaff(), To: "审核员乙", Letter: sampleLetter(), Revision: 1, Drafter: "电力处联络员", Drafted: at(25, 10, 5), Digest: sampleDigest,
		Draft: DraftMail{From: "公众诉求信箱 <suqiu@jxw.example>", To: "王小明 <wangxm@mail.example>", Subject: "〔" + sampleNumber + "〕答复：" + sampleSubject,
			Text:        "尊敬的王小明：\n\n您好！您于 2026年11月23日 的来信“小区连续停电三天”收悉，现答复如下：\n\n" + sampleAnswerText + "\n\n示范市经济和信息化委员会\n",
			Attachments: []Attachment{{Index: 1, Name: "抢修记录.pdf", Size: 183500}}},
		Opinions: sampleOpinions(), Deadline: Deadline{At: at(26, 17, 30)}, LawDeadline: Deadline{At: at(24, 0, 0).AddDate(0, 0, 60)}}
	pending.Attachments = []Attachment{{Index: 1, Name: "抢修记录.pdf", Size: 183500, Chosen: true}, {Index: 2, Name: "现场照片.jpg", Size: 734003}}
	late := pending
	late.Added, late.Missing = "经济运行处", []string{"政策法规处", "监察室"}
	newer := pending
	newer.Revision, newer.Newer, newer.Drafter = 2, "您刚才批准的是第 1 稿，该稿已被修改，未发出。现送上第 2 稿，请重新审核。", "审核员丙"
	newer.Draft.Attachments, newer.Attachments = nil, nil
	newer.Rejected = []Decision{{By: "审核员乙", At: at(25, 14, 0), What: "退回重办", Reason: "请写明恢复供电的时间。"}}
	submitted := pending
	submitted.To, submitted.Kind, submitted.Letter = "分管领导", "不予受理告知", maskedLetter()
	submitted.Submitted = &Instruction{By: "审核员乙", At: at(25, 15, 0), Text: "事关重大，请审签。"}
	decided := pending
	decided.Code, decided.To = "", "审核员丙"
	decided.Decided = &Decision{By: "审核员乙", At: at(25, 16, 0), What: "退回重办", Reason: "请写明恢复供电的时间。"}
	with := func(variant string, v ApprovalView) sample {
		return sample{kind: "approval", variant: variant, common: v.Common, internal: true, lines: []string{codeLine},
			both:   []string{codeLine, sampleNumber, v.Digest, v.Draft.To, v.Draft.Subject, v.Draft.Text},
			render: func(s *Set) (Mail, error) { return s.Approval(v) }}
	}
	return []sample{with("", pending), with("late", late), with("newer", newer), with("submitted", submitted),
		{kind: "approval", variant: "decided", common: decided.Common, internal: true, both: []string{sampleNumber, decided.Decided.By, decided.Decided.What},
			never: []string{sampleCode}, render: func(s *Set) (Mail, error) { return s.Approval(decided) }}}
}
