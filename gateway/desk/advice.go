package desk

import (
	"slices"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

// instead says what to write in place of a command that the case does not allow
// as it stands, "" when there is nothing to be done. It only advises: what may
// happen is for petition.Step to say.
func instead(v command.Verb, c petition.Case) string {
	finished := slices.Contains([]petition.State{petition.Answered, petition.Closed, petition.Archived, petition.Refused, petition.Withdrawn}, c.State)
	has := func(states ...petition.State) bool { return slices.Contains(states, c.State) }
	switch v {
	case command.Assign:
		if has(petition.Dispatched, petition.Drafted) {
			return "换主办处室写“改派 处室 理由”，增加协办处室写“协办 处室 理由”"
		}
	case command.Reassign, command.Chase:
		if has(petition.Triage, petition.Accepted) {
			return "请先分办，写“分办 处室”"
		}
	case command.Reopen:
		if has(petition.Dispatched, petition.Drafted) {
			return "正在办理的，要催促写“催办”，要换处室写“改派 处室 理由”"
		}
	case command.Close:
		if has(petition.Triage, petition.Accepted, petition.Dispatched, petition.Drafted) {
			return "尚未答复的不能结案；不归本机关办理的写“不予受理 理由”或“转外 单位 理由”，重复来信写“并案 编号”"
		}
	case command.Answer, command.Return, command.Extend, command.Assist:
		switch {
		case has(petition.Drafted):
			return "答复稿正在审核；要补充意见的，直接回复补充后的意见全文，作为新的一稿"
		case finished:
			return "如有新情况，请与电子政务室联系，由其决定是否重办"
		}
	case command.Approve, command.Amend, command.Attach, command.Reject, command.Submit:
		if finished {
			return "答复已经发出，不能再改；确需更正的，由受理员写“重办 理由”"
		}
	case command.Recall:
		if finished {
			return "答复已经发出，不能收回；确需更正的，由受理员写“重办 理由”"
		}
	case command.Supervise:
		if finished {
			return "要求继续办理的，请写“批示”，另起一行写明要求"
		}
	case command.Refuse, command.Refer, command.Merge, command.Accept:
		if finished {
			return "已经办结的来信不能这样处理；来信人有新诉求的，会另行登记"
		}
	case command.Publish:
		if !finished {
			return "答复发出以后才能公开"
		}
	}
	return ""
}
