package command

import (
	"slices"
	"strings"
	"testing"

	"xinfangd/gateway/petition"
)

func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]Verb{}
	verbs := map[Verb]bool{}
	for _, e := range table() {
		if verbs[e.Verb] {
			t.Errorf("verb %s stands in the table twice", e.Verb)
		}
		verbs[e.Verb] = true
		if e.Word == "" || e.Help == "" || !strings.HasPrefix(e.Usage, e.Word) || len(e.Roles) == 0 {
			t.Errorf("row of %s is incomplete: %+v", e.Verb, e)
		}
		if e.Deciding && e.Body != BodyNone {
			t.Errorf("%s decides and takes a body", e.Verb)
		}
		who := "office "
		if slices.Contains(e.Roles, petition.RoleCitizen) {
			who = "citizen "
		}
		for _, w := range append([]string{e.Word}, e.Also...) {
			if other, ok := seen[who+w]; ok {
				t.Errorf("word %s means %s and %s", w, other, e.Verb)
			}
			seen[who+w] = e.Verb
		}
	}
}

// The verbs of spec mail section 4, each with its other words, by who may use it.
func TestTableHoldsTheProtocol(t *testing.T) {
	t.Parallel()
	for role, want := range map[petition.Role]string{
		petition.RoleLiaison:  "签收 收到 ack 答复 办理意见 answer 退回 return 延期 extend 协办 assist 确认 confirm 待办 todo 查询 status 统计 stats 帮助 help",
		petition.RoleHead:     "签收 收到 ack 答复 办理意见 answer 退回 return 延期 extend 协办 assist 确认 confirm 待办 todo 查询 status 统计 stats 帮助 help",
		petition.RoleHandler:  "签收 协办 分办 派 assign 改派 reassign 受理 accept 不予受理 refuse 转外 refer 同意延期 不同意延期 同意协办 不同意协办 催办 chase 督办 保密 restrict 解密 unrestrict 并案 merge 重办 reopen 结案 close 登记 register 确认 待办 查询 统计 帮助",
		petition.RoleApprover: "批准 同意 approve 修改 amend 附件 attach 撤回 recall 退回重办 驳回 reject 呈报 submit 公开 publish 不公开 unpublish 分办 确认",
		petition.RoleLeader:   "批示 instruct 督办 supervise 批准 确认",
		petition.RoleDuty:     "接班 take 交班 handover 记录 log 登记 签收 确认 待办",
		petition.RoleCitizen:  "查询 满意 基本满意 不满意 撤回 申请复查",
	} {
		var words []string
		for _, e := range Entries(role) {
			words = append(words, e.Word)
			words = append(words, e.Also...)
		}
		for word := range strings.FieldsSeq(want) {
			if !slices.Contains(words, word) {
				t.Errorf("%s lacks %s", role, word)
			}
		}
	}
	for _, tt := range []struct {
		role petition.Role
		verb Verb
	}{{petition.RoleLiaison, Approve}, {petition.RoleHandler, Approve}, {petition.RoleDuty, Approve}, {petition.RoleCitizen, Status}, {petition.RoleLeader, Assign}, {petition.RoleCentre, Todo}} {
		if slices.ContainsFunc(Entries(tt.role), func(e Entry) bool { return e.Verb == tt.verb }) {
			t.Errorf("%s may use %s", tt.role, tt.verb)
		}
	}
}
