package authority

import (
	"fmt"
	"testing"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
)

const number = petition.Number("SFJX-2026-000123")

// standing is a person's standing with a code of a matter, "" for none.
func standing(address string, authenticated bool, m petition.Matter) Standing {
	s := Standing{Address: address, Posts: posts(testRoster(), address), Authenticated: authenticated, policy: testPolicy()}
	s.OnRoster = len(s.Posts) > 0
	if m != "" {
		s.Code = &CodeInfo{Found: true, ID: 1, Case: number, Matter: m, Address: address, State: CodeLive}
	}
	return s
}

func TestRule(t *testing.T) {
	t.Parallel()
	const leader, duty, head = "fgld@jxw.example", "zbb@jxw.example", "dlc-head@jxw.example"
	with := func(s Standing, change func(*Standing)) Standing { change(&s); return s }
	stale := func(s *Standing) { s.Code.State = CodeVoid; s.StaleCode, s.Code = s.Code, nil }
	foreign := func(s *Standing) { s.ForeignCode, s.Code = s.Code, nil }
	wrong := func(s *Standing) { s.WrongCode = true }
	replay := func(s *Standing) { s.Replayable = true }
	require := func(key string, legs ...Leg) func(*Standing) {
		return func(s *Standing) { s.policy.Require = map[string][]Leg{key: legs} }
	}
	for _, tt := range []struct {
		name   string
		s      Standing
		role   petition.Role
		verb   command.Verb
		target petition.Number
		want   string
	}{
		{"liaison answers", standing(liaison, false, petition.MatterDispatch), petition.RoleLiaison, command.Answer, "", "obey []"},
		{"head returns", standing(head, false, petition.MatterDispatch), petition.RoleHead, command.Return, "", "obey []"},
		{"liaison without code", standing(liaison, false, ""), petition.RoleLiaison, command.Answer, number, "hold [code]"},
		{"liaison, own number", standing(liaison, false, petition.MatterDispatch), petition.RoleLiaison, command.Sign, number, "obey []"},
		{"liaison, other number", standing(liaison, false, petition.MatterDispatch), petition.RoleLiaison, command.Sign, "SFJX-2026-000124", "hold [code]"},
		{"liaison signs an alarm", standing(liaison, false, petition.MatterAlarm), petition.RoleLiaison, command.Sign, "", "obey []"},
		{"liaison answers an alarm", standing(liaison, false, petition.MatterAlarm), petition.RoleLiaison, command.Answer, "", "hold [code]"},
		{"liaison approves", standing(liaison, true, petition.MatterApproval), petition.RoleLiaison, command.Approve, "", "deny [roster]"},
		{"liaison as approver", standing(liaison, true, petition.MatterApproval), petition.RoleApprover, command.Approve, "", "deny [roster]"},
		{"liaison reads, authenticated", standing(liaison, true, ""), petition.RoleLiaison, command.Todo, "", "obey []"},
		{"liaison reads, unauthenticated", standing(liaison, false, ""), petition.RoleLiaison, command.Todo, "", "hold [code]"},
		{"liaison reads another case with a code", standing(liaison, false, petition.MatterDispatch), petition.RoleLiaison, command.Status, "SFJX-2026-000124", "hold [code]"},
		{"liaison reads with any code", standing(liaison, false, petition.MatterAlarm), petition.RoleLiaison, command.Todo, "", "obey []"},
		{"liaison, stale code", with(standing(liaison, false, petition.MatterDispatch), stale), petition.RoleLiaison, command.Answer, "", "stale [code]"},
		{"liaison, stale code, other case", with(standing(liaison, false, petition.MatterDispatch), stale), petition.RoleLiaison, command.Sign, "SFJX-2026-000124", "hold [code]"},
		{"liaison, stale code, reads", with(standing(liaison, false, petition.MatterDispatch), stale), petition.RoleLiaison, command.Todo, "", "hold [code]"},
		{"liaison, foreign code", with(standing(liaison, true, petition.MatterDispatch), foreign), petition.RoleLiaison, command.Answer, "", "report [code]"},
		{"liaison, wrong code, reads", with(standing(liaison, true, ""), wrong), petition.RoleLiaison, command.Todo, "", "report []"},
		{"approver", standing(approver, true, petition.MatterApproval), petition.RoleApprover, command.Approve, "", "obey []"},
		{"approver, unauthenticated", standing(approver, false, petition.MatterApproval), petition.RoleApprover, command.Approve, "", "report [authenticated]"},
		{"approver, fresh mail", standing(approver, true, ""), petition.RoleApprover, command.Approve, number, "hold [code]"},
		{"approver, neither", standing(approver, false, ""), petition.RoleApprover, command.Approve, number, "report [code authenticated]"},
		{"approver, unauthenticated, reads with a code", standing(approver, false, petition.MatterApproval), petition.RoleApprover, command.Status, "", "report [authenticated]"},
		{"approver, triage code", standing(approver, true, petition.MatterTriage), petition.RoleApprover, command.Approve, "", "hold [code]"},
		{"approver, confirmation code", standing(approver, true, petition.MatterConfirm), petition.RoleApprover, command.Approve, "", "hold [code]"},
		{"approver confirms", standing(approver, true, petition.MatterConfirm), petition.RoleApprover, command.Confirm, "", "obey []"},
		{"approver confirms with an approval code", standing(approver, true, petition.MatterApproval), petition.RoleApprover, command.Confirm, "", "hold [code]"},
		{"handler assigns with a confirmation code", standing(approver, true, petition.MatterConfirm), petition.RoleHandler, command.Assign, "", "hold [code]"},
		{"handler reassigns with an approval code", standing(approver, true, petition.MatterApproval), petition.RoleHandler, command.Reassign, "", "obey []"},
		{"approver, replayable", with(standing(approver, true, petition.MatterApproval), replay), petition.RoleApprover, command.Approve, "", "hold [code]"},
		{"approver, replayable, reads", with(standing(approver, true, ""), replay), petition.RoleApprover, command.Todo, "", "obey []"},
		{"liaison needs no authentication, so no freshness", with(standing(liaison, true, petition.MatterDispatch), replay), petition.RoleLiaison, command.Answer, "", "obey []"},
		{"approver, stale and unauthenticated", with(standing(approver, false, petition.MatterApproval), stale), petition.RoleApprover, command.Approve, "", "report [code authenticated]"},
		{"leader approves", standing(leader, true, petition.MatterApproval), petition.RoleLeader, command.Approve, "", "obey []"},
		{"leader instructs on a report", standing(leader, true, petition.MatterReport), petition.RoleLeader, command.Instruct, "", "obey []"},
		{"duty takes over", standing(duty, true, ""), petition.RoleDuty, command.Take, "", "obey []"},
		{"duty, unauthenticated", standing(duty, false, ""), petition.RoleDuty, command.Take, "", "report [authenticated]"},
		{"duty, replayable", with(standing(duty, true, ""), replay), petition.RoleDuty, command.Take, "", "hold [code]"},
		{"stricter liaison", with(standing(liaison, false, petition.MatterDispatch), require("liaison", LegCode, LegAuthenticated)), petition.RoleLiaison, command.Answer, "", "report [authenticated]"},
		{"one-time password asked for", with(standing(approver, true, petition.MatterApproval), require("office", LegCode, LegOTP)), petition.RoleApprover, command.Approve, "", "report [otp]"},
		{"signature asked for", with(standing(leader, true, petition.MatterApproval), require("leader", LegSigned)), petition.RoleLeader, command.Approve, "", "report [signed]"},
		{"nothing asked for", with(standing(duty, false, ""), require("duty")), petition.RoleDuty, command.Take, "", "obey []"},
		{"forged", with(standing(approver, true, petition.MatterApproval), func(s *Standing) { s.OnRoster = false }), petition.RoleApprover, command.Approve, "", "report [roster]"},
		{"automatic", with(standing(approver, true, petition.MatterApproval), func(s *Standing) { s.Never = "自动邮件" }), petition.RoleApprover, command.Approve, "", "ignore []"},
		{"citizen rates", standing("zhang@citizen.example", false, ""), petition.RoleCitizen, command.Satisfied, "", "obey []"},
		{"citizen approves", standing("zhang@citizen.example", true, ""), petition.RoleCitizen, command.Approve, "", "deny [roster]"},
		{"outsider approves", standing("zhang@citizen.example", true, ""), petition.RoleApprover, command.Approve, "", "report [roster code]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ruling, missing := tt.s.Rule(tt.role, tt.verb, tt.target)
			if got := fmt.Sprintf("%s %v", ruling, missing); got != tt.want {
				t.Errorf("Rule(%s, %s, %q): got %s, want %s", tt.role, tt.verb, tt.target, got, tt.want)
			}
			if ok, _ := tt.s.Allows(tt.role, tt.verb, tt.target); ok != (ruling == Obey) && ruling != Report {
				t.Errorf("Allows says %t, Rule says %s", ok, ruling)
			}
		})
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	post, ruling, _ := standing(approver, true, petition.MatterApproval).Best(command.Approve, "")
	if post.Role != petition.RoleApprover || ruling != Obey {
		t.Errorf("handler and approver: got %s, %s", post.Role, ruling)
	}
	roster := testRoster()
	roster.Divisions = append(roster.Divisions, petition.Division{ID: "heat", Name: "供热处", Liaisons: []petition.Person{{Address: liaison}}})
	s := standing(liaison, false, petition.MatterDispatch)
	s.Posts = posts(roster, liaison)
	s.Code.Division = "heat"
	if post, _, _ := s.Best(command.Answer, ""); post.Division != "heat" {
		t.Errorf("liaison of two divisions with a code of heat: got %s", post.Division)
	}
	if _, ruling, _ := s.Best(command.Approve, ""); ruling != Deny {
		t.Errorf("liaison approving: got %s", ruling)
	}
}
