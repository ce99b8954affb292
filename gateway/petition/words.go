package petition

// StateName is a state in the words of the office.
func StateName(s State) string {
	switch s {
	case Registered:
		return "已登记"
	case Triage:
		return "待分办"
	case Accepted:
		return "已受理、待分办"
	case Dispatched:
		return "办理中"
	case Drafted:
		return "答复待审核"
	case Approved:
		return "答复已批准、正在发出"
	case Answered:
		return "已答复"
	case Closed:
		return "已办结"
	case Archived:
		return "已归档"
	case Refused:
		return "不予受理（已告知）"
	case Merged:
		return "已并案"
	case Withdrawn:
		return "已由来信人撤回"
	}
	return "未登记"
}

// UrgencyName is an urgency in the words of the office.
func UrgencyName(u Urgency) string {
	switch u {
	case Major:
		return "重大"
	case Urgent:
		return "紧急"
	case Normal:
	}
	return "一般"
}

// EventName is a kind of event in the words of the office, as in a timeline.
func EventName(k EventKind) string {
	if name, ok := eventNames[k]; ok {
		return name
	}
	return string(k)
}

var eventNames = map[EventKind]string{
	EvRegistered:     "登记",
	EvClassified:     "分类",
	EvTriaged:        "转人工分办",
	EvAccepted:       "受理",
	EvDispatched:     "分办",
	EvSigned:         "签收",
	EvOpinion:        "提交办理意见",
	EvDrafted:        "拟稿",
	EvAmended:        "修改答复稿",
	EvSubmitted:      "呈报领导",
	EvApproved:       "批准",
	EvSentBack:       "退回重办",
	EvAnswered:       "答复",
	EvReturned:       "退回",
	EvReassigned:     "改派",
	EvExtensionAsked: "申请延期",
	EvExtended:       "延期",
	EvAssisted:       "增加协办",
	EvInstructed:     "批示",
	EvChased:         "催办",
	EvEscalated:      "超时预警",
	EvMerged:         "并案",
	EvRefused:        "不予受理",
	EvReferred:       "转送其他单位",
	EvWithdrawn:      "撤回来信",
	EvRated:          "评价",
	EvClosed:         "结案",
	EvReopened:       "重办",
	EvRestricted:     "保密",
	EvUnrestricted:   "解密",
	EvPublished:      "公开",
	EvUnpublished:    "撤销公开",
	EvArchived:       "归档",
	EvSuspicious:     "可疑指令",
	EvBounced:        "退信",
	EvHeld:           "待确认指令",
	EvNoted:          "备注",
	EvRecalled:       "收回批准",
	EvRecounted:      "重算期限",
	EvErased:         "销毁",
}
