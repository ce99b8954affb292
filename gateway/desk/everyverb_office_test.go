package desk

import (
	"strings"
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

func containsAll(text string, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func approvalTries() []try {
	return []try{
		{verb: command.Approve, name: "批准", stage: "drafted", from: "yi", text: "批准", says: []string{"已批准"}, state: petition.Answered, gets: []string{"citizen answer", "bing approval"}},
		{verb: command.Approve, name: "同意, with a signature", stage: "drafted", from: "bing", text: "同意。\n\n审核员丙\n电话：0531-86000000\n2026年3月2日", says: []string{"已批准"}, state: petition.Answered},
		{verb: command.Approve, name: "approve by number", stage: "drafted", from: "yi", text: "approve {n}", bare: true, then: "确认", says: []string{"已批准"}, state: petition.Answered},
		{verb: command.Approve, name: "a refusal", stage: "refusal", from: "yi", text: "批准", says: []string{"已批准"}, state: petition.Refused, gets: []string{"citizen refusal"}},
		{verb: command.Approve, name: "by the leader", stage: "submitted", from: "fgld", text: "批准", says: []string{"已批准"}, state: petition.Answered, gets: []string{"citizen answer"}},
		{verb: command.Approve, name: "words on the line", stage: "drafted", from: "yi", text: "批准 请尽快发出", wrong: 1, says: []string{"单独成行"}, state: petition.Drafted},
		{verb: command.Approve, name: "words below", stage: "drafted", from: "yi", text: "批准\n请把第二段删去。", wrong: 1, says: []string{"下面还有其他文字", "请用“修改”"}, state: petition.Drafted},
		{verb: command.Approve, name: "a sentence", stage: "drafted", from: "yi", text: "同意个别句子，其余要改。", wrong: 1, says: []string{"没有读到指令"}, state: petition.Drafted},
		{verb: command.Approve, name: "contradiction", stage: "drafted", from: "yi", text: "批准\n退回重办 依据不足\n待办", wrong: 3, says: []string{"整封邮件都没有执行"}, state: petition.Drafted},
		{verb: command.Approve, name: "before the leader", stage: "submitted", from: "bing", text: "批准 {n}", bare: true, then: "确认", wrong: 1, says: []string{"呈报"}, state: petition.Drafted},
		{verb: command.Approve, name: "by the handler", stage: "drafted", from: "jia", text: "批准 {n}", bare: true, wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Drafted},
		{verb: command.Approve, name: "by the liaison", stage: "drafted", from: "power", text: "批准", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Drafted},
		{verb: command.Approve, name: "decided already", stage: "answered", from: "bing", text: "批准 {n}", bare: true, then: "确认", wrong: 1, says: []string{"已答复"}, state: petition.Answered},

		{verb: command.Amend, name: "修改", stage: "drafted", from: "yi", text: "修改\n经核查，变压器已于3月2日更换。", says: []string{"第 2 稿已送其他审核人批准"}, state: petition.Drafted, gets: []string{"bing approval"}},
		{verb: command.Amend, name: "amend", stage: "drafted", from: "yi", text: "amend\n变压器已更换。", says: []string{"第 2 稿"}, state: petition.Drafted},
		{verb: command.Amend, name: "nothing", stage: "drafted", from: "yi", text: "修改", wrong: 1, says: []string{"缺少正文"}, state: petition.Drafted},
		{verb: command.Amend, name: "no draft", stage: "triage", from: "yi", text: "修改 {n}\n请到窗口办理。", bare: true, then: "确认", wrong: 1, says: []string{"待分办"}, state: petition.Triage},

		{verb: command.Attach, name: "one", stage: "enclosed", from: "yi", text: "附件 １", says: []string{"第 2 稿随附：检修报告.txt"}, state: petition.Drafted, gets: []string{"yi approval", "bing approval"}},
		{verb: command.Attach, name: "all", stage: "enclosed", from: "yi", text: "附件 全部", says: []string{"检修报告.txt"}, state: petition.Drafted},
		{verb: command.Attach, name: "none", stage: "enclosed", from: "yi", text: "attach 无", says: []string{"随附：无"}, state: petition.Drafted},
		{verb: command.Attach, name: "one that is not there", stage: "enclosed", from: "yi", text: "附件 1,9", wrong: 1, says: []string{"没有第 9 个附件，处室共提供 1 个附件"}, state: petition.Drafted},
		{verb: command.Attach, name: "nothing chosen", stage: "enclosed", from: "yi", text: "附件", wrong: 1, says: []string{"附件 1,3"}, state: petition.Drafted},

		{verb: command.Recall, name: "撤回", stage: "approved", from: "yi", text: "撤回", says: []string{"批准已收回"}, state: petition.Drafted, gets: []string{"yi approval", "bing approval"}},
		{verb: command.Recall, name: "recall, by the other", stage: "approved", from: "bing", text: "recall {n}", bare: true, then: "确认", says: []string{"批准已收回"}, state: petition.Drafted},
		{verb: command.Recall, name: "too late", stage: "answered", from: "yi", text: "撤回 {n}", bare: true, then: "确认", wrong: 1, says: []string{"已答复"}, state: petition.Answered},
		{verb: command.Recall, name: "nothing to recall", stage: "drafted", from: "yi", text: "撤回", wrong: 1, says: []string{"答复待审核"}, state: petition.Drafted},

		{verb: command.Reject, name: "退回重办", stage: "drafted", from: "yi", text: "退回重办 请补充政策依据", says: []string{"已退回重办"}, state: petition.Dispatched, gets: []string{"power dispatch", "bing approval"}},
		{verb: command.Reject, name: "驳回", stage: "drafted", from: "yi", text: "驳回：请补充政策依据", says: []string{"已退回重办"}, state: petition.Dispatched},
		{verb: command.Reject, name: "reject, by the leader", stage: "submitted", from: "fgld", text: "reject 请补充政策依据", says: []string{"已退回重办"}, state: petition.Dispatched},
		{verb: command.Reject, name: "a refusal", stage: "refusal", from: "yi", text: "退回重办 应当受理", says: []string{"已退回重办"}, state: petition.Triage, gets: []string{"jia triage"}},
		{verb: command.Reject, name: "no reason", stage: "drafted", from: "yi", text: "退回重办", wrong: 1, says: []string{"缺少理由"}, state: petition.Drafted},
		{verb: command.Reject, name: "by the liaison", stage: "drafted", from: "power", text: "退回重办 再改改", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Drafted},

		{verb: command.Submit, name: "呈报", stage: "drafted", from: "yi", text: "呈报 主要领导 事关重大，请审签", says: []string{"已呈报"}, state: petition.Drafted, gets: []string{"zyld approval"}},
		{verb: command.Submit, name: "submit", stage: "drafted", from: "yi", text: "submit fgld@jxw.example", says: []string{"已呈报"}, state: petition.Drafted, gets: []string{"fgld approval"}},
		{verb: command.Submit, name: "no leader", stage: "drafted", from: "yi", text: "呈报", wrong: 1, says: []string{"没有写明呈报哪位领导", "分管领导"}, state: petition.Drafted},
		{verb: command.Submit, name: "unknown leader", stage: "drafted", from: "yi", text: "呈报 张局长 请审签", wrong: 1, says: []string{"不能确定“张局长”是哪位领导", "主要领导"}, state: petition.Drafted},

		{verb: command.Publish, name: "公开", stage: "answered", from: "yi", text: "公开 {n}", bare: true, then: "确认", says: []string{"已公开"}, state: petition.Answered, check: published(true)},
		{verb: command.Publish, name: "publish, confirmed all the same", stage: "answered", from: "yi", text: "publish {N}", bare: true, then: "确认", says: []string{"已公开"}, state: petition.Answered},
		{verb: command.Publish, name: "before the answer", stage: "drafted", from: "yi", text: "公开", wrong: 1, says: []string{"答复待审核", "答复发出以后才能公开"}, state: petition.Drafted},
		{verb: command.Publish, name: "by the handler", stage: "answered", from: "jia", text: "公开 {n}", bare: true, wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Answered, check: published(false)},
		{verb: command.Unpublish, name: "不公开", stage: "published", from: "yi", text: "不公开 {n}", bare: true, then: "确认", says: []string{"已撤下公开的内容"}, state: petition.Answered, check: published(false)},
		{verb: command.Unpublish, name: "unpublish what was not", stage: "answered", from: "yi", text: "unpublish {n}", bare: true, then: "确认", wrong: 1, says: []string{"没有公开"}, state: petition.Answered},
	}
}

func published(want bool) func(*testing.T, *office, petition.Case) {
	return func(t *testing.T, _ *office, c petition.Case) {
		t.Helper()
		if c.Published != want {
			t.Errorf("published: %v", c.Published)
		}
	}
}

func confidential(want bool) func(*testing.T, *office, petition.Case) {
	return func(t *testing.T, _ *office, c petition.Case) {
		t.Helper()
		if c.Confidential != want {
			t.Errorf("confidential: %v", c.Confidential)
		}
	}
}

func officeTries() []try {
	return []try{
		{verb: command.Assign, name: "分办", stage: "triage", from: "jia", text: "分办 法规, 运行 3 工作日 请从速办理", says: []string{"已分办：政策法规处、经济运行处，办理期限"}, state: petition.Dispatched, gets: []string{"law dispatch", "economy assist", "citizen acceptance"},
			check: func(t *testing.T, _ *office, c petition.Case) {
				if c.Lead() != "law" || c.Period != "" && c.Period != "3wd" {
					t.Errorf("lead %s, period %s", c.Lead(), c.Period)
				}
			}},
		{verb: command.Assign, name: "派, by the id", stage: "accepted", from: "jia", text: "派 power", says: []string{"已分办：电力处"}, state: petition.Dispatched},
		{verb: command.Assign, name: "assign, remark below", stage: "triage", from: "yi", text: "assign {n} 电力处\n请先电话核实。", bare: true, then: "确认", says: []string{"已分办：电力处"}, state: petition.Dispatched},
		{verb: command.Assign, name: "no division", stage: "triage", from: "jia", text: "分办", wrong: 1, says: []string{"没有写明处室", "可选：电力处"}, state: petition.Triage},
		{verb: command.Assign, name: "ambiguous", stage: "triage", from: "jia", text: "分办 处", wrong: 1, says: []string{"可以指几个处室", "电力处、经济运行处、政策法规处"}, state: petition.Triage},
		{verb: command.Assign, name: "unknown", stage: "triage", from: "jia", text: "分办 水利处", wrong: 1, says: []string{"没有名为“水利处”的处室"}, state: petition.Triage},
		{verb: command.Assign, name: "the accused", stage: "accused", from: "jia", text: "分办 电力处", wrong: 1, says: []string{"应当回避"}, state: petition.Triage},
		{verb: command.Assign, name: "dispatched already", stage: "dispatched", from: "jia", text: "分办 {n} 法规", bare: true, then: "确认", wrong: 1, says: []string{"办理中", "改派"}, state: petition.Dispatched},
		{verb: command.Assign, name: "by a leader", stage: "urgent", from: "fgld", text: "分办 法规", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Dispatched},

		{verb: command.Reassign, name: "改派", stage: "dispatched", from: "jia", text: "改派 {n} 法规 属政策解释", bare: true, then: "确认", says: []string{"已改派：政策法规处"}, state: petition.Dispatched, gets: []string{"law dispatch"}},
		{verb: command.Reassign, name: "reassign, while drafted", stage: "drafted", from: "jia", text: "reassign {n} economy 属运行调度", bare: true, then: "确认", says: []string{"已改派：经济运行处"}, state: petition.Dispatched},
		{verb: command.Reassign, name: "no reason", stage: "dispatched", from: "jia", text: "改派 {n} 法规", bare: true, wrong: 1, says: []string{"缺少理由"}, state: petition.Dispatched},
		{verb: command.Reassign, name: "to the same", stage: "dispatched", from: "jia", text: "改派 {n} 电力处 请抓紧", bare: true, then: "确认", wrong: 1, says: []string{"无需改派"}, state: petition.Dispatched},
		{verb: command.Reassign, name: "nobody has it", stage: "triage", from: "jia", text: "改派 电力处 属供电事项", wrong: 1, says: []string{"待分办"}, state: petition.Triage},

		{verb: command.Accept, name: "受理", stage: "triage", from: "jia", text: "受理", says: []string{"已受理"}, state: petition.Accepted, gets: []string{"citizen acceptance"}},
		{verb: command.Accept, name: "accept after the dispatch", stage: "dispatched", from: "jia", text: "accept {n}", bare: true, then: "确认", says: []string{"已受理"}, state: petition.Dispatched, gets: []string{"citizen acceptance"}},
		{verb: command.Accept, name: "twice", stage: "accepted", from: "jia", text: "受理", wrong: 1, says: []string{"受理"}, state: petition.Accepted},
		{verb: command.Accept, name: "not alone", stage: "triage", from: "jia", text: "受理 请法规处办理", wrong: 1, says: []string{"单独成行"}, state: petition.Triage},

		{verb: command.Refuse, name: "不予受理", stage: "triage", from: "jia", text: "不予受理 属民事纠纷，请向人民法院起诉", says: []string{"告知稿已送审"}, state: petition.Drafted, gets: []string{"yi approval"}},
		{verb: command.Refuse, name: "refuse", stage: "triage", from: "jia", text: "refuse\n属民事纠纷，请向人民法院起诉。", says: []string{"告知稿已送审"}, state: petition.Drafted},
		{verb: command.Refuse, name: "no reason", stage: "triage", from: "jia", text: "不予受理", wrong: 1, says: []string{"缺少理由"}, state: petition.Triage},
		{verb: command.Refuse, name: "answered already", stage: "answered", from: "jia", text: "不予受理 {n} 属民事纠纷", bare: true, then: "确认", wrong: 1, says: []string{"已答复"}, state: petition.Answered},

		{verb: command.Refer, name: "转外", stage: "triage", from: "jia", text: "转外 市水务局 属供水事项", says: []string{"告知稿已送审"}, state: petition.Drafted, gets: []string{"yi approval"}},
		{verb: command.Refer, name: "refer", stage: "triage", from: "jia", text: "refer 市水务局\n属供水事项。", says: []string{"告知稿已送审"}, state: petition.Drafted},
		{verb: command.Refer, name: "no body named", stage: "triage", from: "jia", text: "转外", wrong: 1, says: []string{"没有写明转往的单位"}, state: petition.Triage},
		{verb: command.Refer, name: "no reason", stage: "triage", from: "jia", text: "转外 市水务局", wrong: 1, says: []string{"缺少理由"}, state: petition.Triage},

		{verb: command.Chase, name: "催办", stage: "dispatched", from: "jia", text: "催办 {n}", bare: true, then: "确认", says: []string{"已催办"}, state: petition.Dispatched, gets: []string{"power chase", "power-head chase"}},
		{verb: command.Chase, name: "chase the approvers", stage: "drafted", from: "jia", text: "chase {n}", bare: true, then: "确认", says: []string{"已催办"}, state: petition.Drafted, gets: []string{"yi chase", "bing chase"}},
		{verb: command.Chase, name: "nobody has it", stage: "triage", from: "jia", text: "催办", wrong: 1, says: []string{"尚未分办"}, state: petition.Triage},
		{verb: command.Chase, name: "by the liaison", stage: "dispatched", from: "power", text: "催办", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Dispatched},

		{verb: command.Restrict, name: "保密", stage: "triage", from: "jia", text: "保密", says: []string{"已列为保密件"}, state: petition.Triage, check: confidential(true)},
		{verb: command.Restrict, name: "restrict", stage: "answered", from: "jia", text: "restrict {n}", bare: true, then: "确认", says: []string{"已列为保密件"}, state: petition.Answered, check: confidential(true)},
		{verb: command.Restrict, name: "twice", stage: "restricted", from: "yi", text: "保密 {n}", bare: true, then: "确认", wrong: 1, says: []string{"已经是保密件"}, state: petition.Dispatched},
		{verb: command.Unrestrict, name: "解密 by a second person", stage: "restricted", from: "yi", text: "解密 {n}", bare: true, then: "确认", says: []string{"已解除保密"}, state: petition.Dispatched, check: confidential(false)},
		{verb: command.Unrestrict, name: "unrestrict what its box made so", stage: "secret", from: "jia", text: "unrestrict {n}", bare: true, then: "确认", says: []string{"须由两人决定"}, state: petition.Dispatched, gets: []string{"yi triage"}, check: confidential(true)},
		{verb: command.Unrestrict, name: "by whoever restricted", stage: "restricted", from: "jia", text: "解密 {n}", bare: true, then: "确认", wrong: 1, says: []string{"另一位工作人员"}, state: petition.Dispatched, check: confidential(true)},
		{verb: command.Unrestrict, name: "not confidential", stage: "triage", from: "jia", text: "解密", wrong: 1, says: []string{"不是保密件"}, state: petition.Triage},

		{verb: command.Merge, name: "并案", stage: "triage", from: "jia", text: "并案 {other}", says: []string{"已并入"}, state: petition.Merged},
		{verb: command.Merge, name: "merge, both numbers", stage: "dispatched", from: "jia", text: "merge {n} {other}", bare: true, then: "确认", says: []string{"已并入"}, state: petition.Merged, gets: []string{"power transcript"}},
		{verb: command.Merge, name: "no number", stage: "triage", from: "jia", text: "并案", wrong: 1, says: []string{"没有写明并入哪一件"}, state: petition.Triage},
		{verb: command.Merge, name: "into itself", stage: "triage", from: "jia", text: "并案 {n}", wrong: 1, says: []string{"并入哪一件"}, state: petition.Triage},
		{verb: command.Merge, name: "into nothing", stage: "triage", from: "jia", text: "并案 99999", wrong: 1, says: []string{"没有编号为"}, state: petition.Triage},

		{verb: command.Reopen, name: "重办", stage: "answered", from: "jia", text: "重办 {n} 来信人反映又停电", bare: true, then: "确认", says: []string{"已重办"}, state: petition.Dispatched, gets: []string{"power dispatch"}},
		{verb: command.Reopen, name: "reopen", stage: "closed", from: "jia", text: "reopen {n} 来信人反映又停电", bare: true, then: "确认", says: []string{"已重办"}, state: petition.Dispatched},
		{verb: command.Reopen, name: "no reason", stage: "answered", from: "jia", text: "重办 {n}", bare: true, wrong: 1, says: []string{"缺少理由"}, state: petition.Answered},
		{verb: command.Reopen, name: "under way", stage: "dispatched", from: "jia", text: "重办 {n} 请抓紧", bare: true, then: "确认", wrong: 1, says: []string{"办理中"}, state: petition.Dispatched},

		{verb: command.Close, name: "结案", stage: "answered", from: "jia", text: "结案 {n}", bare: true, then: "确认", says: []string{"已结案"}, state: petition.Archived},
		{verb: command.Close, name: "close", stage: "answered", from: "yi", text: "close {N}", bare: true, then: "确认", says: []string{"已结案"}, state: petition.Archived},
		{verb: command.Close, name: "not answered", stage: "dispatched", from: "jia", text: "结案 {n}", bare: true, then: "确认", wrong: 1, says: []string{"办理中"}, state: petition.Dispatched},
	}
}

func leaderTries() []try {
	return []try{
		{verb: command.Instruct, name: "批示", stage: "urgent", from: "fgld", text: "批示\n请妥善处理。", says: []string{"批示已原文记录，已转电力处办理"}, state: petition.Dispatched, gets: []string{"power dispatch", "power-head dispatch"}},
		{verb: command.Instruct, name: "plain", stage: "urgent", from: "fgld", text: "请妥善处理。", says: []string{"批示已原文记录"}, state: petition.Dispatched},
		{verb: command.Instruct, name: "instruct a division", stage: "urgent", from: "fgld", text: "instruct 法规 2天\n请研究赔偿依据。", says: []string{"已转政策法规处办理"}, state: petition.Dispatched, gets: []string{"law assist", "power dispatch"}},
		{verb: command.Instruct, name: "days apart from their unit", stage: "urgent", from: "fgld", text: "批示 3 工作日\n请妥善处理。", says: []string{"已转电力处办理，期限"}, state: petition.Dispatched},
		{verb: command.Instruct, name: "on a finished case", stage: "answered", from: "zyld", text: "批示 {n}\n请跟踪。", bare: true, then: "确认", says: []string{"已转电子政务室处理"}, state: petition.Answered, gets: []string{"jia triage"}},
		{verb: command.Instruct, name: "nothing", stage: "urgent", from: "fgld", text: "批示", wrong: 1, says: []string{"缺少正文"}, state: petition.Dispatched},
		{verb: command.Instruct, name: "the accused", stage: "accused", from: "zyld", text: "批示 {n} 电力处\n请说明情况。", bare: true, then: "确认", wrong: 1, says: []string{"应当回避"}, state: petition.Triage},
		{verb: command.Instruct, name: "by the liaison", stage: "dispatched", from: "power", text: "批示\n请妥善处理。", wrong: 1, says: []string{"没有办理此事项的权限"}, state: petition.Dispatched},

		{verb: command.Supervise, name: "督办", stage: "urgent", from: "fgld", text: "督办", says: []string{"已督办，限", "办结后向您报告"}, state: petition.Dispatched, gets: []string{"power chase", "power-head chase"}},
		{verb: command.Supervise, name: "supervise with days", stage: "dispatched", from: "jia", text: "supervise {n} 3工作日", bare: true, then: "确认", says: []string{"已督办，限"}, lacks: []string{"向您报告"}, state: petition.Dispatched},
		{verb: command.Supervise, name: "a letter nobody has", stage: "triage", from: "zyld", text: "督办 {n}", bare: true, then: "确认", says: []string{"已督办"}, state: petition.Triage, gets: []string{"jia chase"}},
		{verb: command.Supervise, name: "answered", stage: "answered", from: "fgld", text: "督办 {n}", bare: true, then: "确认", wrong: 1, says: []string{"已答复"}, state: petition.Answered},
		{verb: command.Supervise, name: "not alone", stage: "urgent", from: "fgld", text: "督办 请抓紧", wrong: 1, says: []string{"不能识别的文字"}, state: petition.Dispatched},
	}
}
