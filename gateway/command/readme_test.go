package command

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/gateway/petition"
)

var update = flag.Bool("update", false, "rewrite the manuals in the README files")

// TestReadmeHoldsTheTable: the manuals of the README files are the table, and
// nothing else.
func TestReadmeHoldsTheTable(t *testing.T) {
	t.Parallel()
	for path, manual := range map[string]string{"../../README.md": english(), "../../README.zh-CN.md": chinese()} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before, rest, ok := strings.Cut(string(raw), "<!-- commands -->\n")
		old, after, closed := strings.Cut(rest, "<!-- /commands -->\n")
		if !ok || !closed {
			t.Errorf("%s has no place for the commands", path)
			continue
		}
		if *update {
			if err := os.WriteFile(path, []byte(before+"<!-- commands -->\n"+manual+"<!-- /commands -->\n"+after), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(manual, old); diff != "" {
			t.Errorf("%s is stale, run go test ./gateway/command -update (-table +file):\n%s", path, diff)
		}
	}
}

func english() string {
	var b strings.Builder
	b.WriteString("\n| line | also | who | effect |\n|---|---|---|---|\n")
	for _, e := range table() {
		b.WriteString("| `" + e.Usage + "` | " + strings.Join(e.Also, ", ") + " | " + strings.Join(roles(e, map[petition.Role]string{
			petition.RoleLiaison: "liaison, head", petition.RoleHandler: "office", petition.RoleApprover: "approver", petition.RoleLeader: "leader",
			petition.RoleDuty: "duty", petition.RoleCitizen: "citizen"}, "everybody"), ", ") + " | " + e.Effect + " |\n")
	}
	return b.String() + "\n"
}

func chinese() string {
	var b strings.Builder
	b.WriteString("\n| 写法 | 也可写 | 谁可以用 | 回复什么来件 | 作用 |\n|---|---|---|---|---|\n")
	for _, e := range table() {
		b.WriteString("| `" + e.Usage + "` | " + strings.Join(e.Also, "、") + " | " + strings.Join(roles(e, map[petition.Role]string{
			petition.RoleLiaison: "联络员、负责人", petition.RoleHandler: "电子政务室", petition.RoleApprover: "审核人", petition.RoleLeader: "领导",
			petition.RoleDuty: "值班员", petition.RoleCitizen: "来信人"}, "所有工作人员"), "、") + " | " + answers(e) + " | " + e.Help + " |\n")
	}
	return b.String() + "\n"
}

// roles names who may use a verb; office verbs are those of handlers and
// approvers alike.
func roles(e Entry, names map[petition.Role]string, everybody string) []string {
	if !slices.ContainsFunc(internal(), func(r petition.Role) bool { return !slices.Contains(e.Roles, r) }) {
		return []string{everybody}
	}
	var list []string
	for _, r := range []petition.Role{petition.RoleLiaison, petition.RoleHandler, petition.RoleApprover, petition.RoleLeader, petition.RoleDuty, petition.RoleCitizen} {
		if slices.Contains(e.Roles, r) && !(r == petition.RoleApprover && slices.Contains(e.Roles, petition.RoleHandler)) {
			list = append(list, names[r])
		}
	}
	return list
}

// answers names the mails whose reply codes carry a verb.
func answers(e Entry) string {
	var list []string
	for _, m := range e.Matters {
		list = append(list, map[petition.Matter]string{petition.MatterDispatch: "转办单、协办单、催办单", petition.MatterApproval: "待审单", petition.MatterReport: "报告",
			petition.MatterAlarm: "告警", petition.MatterConfirm: "确认请求"}[m])
	}
	switch {
	case e.Reading, e.NoTarget, slices.Contains(e.Roles, petition.RoleCitizen):
		return "不限"
	case len(list) == 0:
		return "该件的来件"
	}
	return strings.Join(list, "、")
}
