package authority

import (
	"context"
	"net"
	"time"

	"xinfangd/gateway/petition"
)

// register is the evidence of the tests: codes, mails, spent signatures, keys.
type register struct {
	codes map[string]CodeInfo
	mails map[string]MailInfo
	spent map[string]bool
	txt   map[string][]string
	// dns, when set, is what every look-up of a key fails with.
	dns error
	// broken, when set, is what the register itself fails with.
	broken error
}

func (r *register) LookupCode(_ context.Context, code string) (CodeInfo, error) {
	return r.codes[code], r.broken
}

func (r *register) MessageID(_ context.Context, id string) (MailInfo, error) {
	return r.mails[id], r.broken
}

func (r *register) UseSignature(_ context.Context, digest string) (bool, error) {
	fresh := !r.spent[digest]
	r.spent[digest] = true
	return fresh, r.broken
}

func (r *register) LookupTXT(_ context.Context, domain string) ([]string, error) {
	if r.dns != nil {
		return nil, r.dns
	}
	if records, ok := r.txt[domain]; ok {
		return records, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: domain, IsNotFound: true}
}

const (
	approver = "shyb@jxw.example"
	liaison  = "dlc@jxw.example"
)

func testRegister() *register {
	const number = petition.Number("SFJX-2026-000123")
	issue := func(id int64, to string, m petition.Matter, state string) CodeInfo {
		return CodeInfo{Found: true, ID: id, Case: number, Matter: m, Address: to, Revision: 2, State: state}
	}
	dispatch := issue(6, liaison, petition.MatterDispatch, CodeLive)
	dispatch.Division = "power"
	confirm := issue(8, approver, petition.MatterConfirm, CodeLive)
	confirm.Held = 7
	return &register{
		codes: map[string]CodeInfo{
			"7Q4KM-2XD9P": issue(1, "ShyB@jxw.example", petition.MatterApproval, CodeLive),
			"AAAAA-AAAAA": issue(2, "shyc@jxw.example", petition.MatterApproval, CodeLive),
			"VVVVV-VVVVV": issue(3, approver, petition.MatterApproval, CodeVoid),
			"SSSSS-SSSSS": issue(4, approver, petition.MatterApproval, CodeUsed),
			"EEEEE-EEEEE": issue(5, approver, petition.MatterApproval, CodeExpired),
			"DDDDD-DDDDD": dispatch,
			"TTTTT-TTTTT": issue(7, approver, petition.MatterTriage, CodeLive),
			"CCCCC-CCCCC": confirm,
		},
		mails: map[string]MailInfo{
			"citizen-thread@jxw.example": {Found: true, Case: number, To: []string{"zhang@citizen.example"}},
		},
		spent: map[string]bool{},
		txt:   map[string][]string{},
	}
}

func testRoster() petition.Roster {
	person := func(address string) petition.Person { return petition.Person{Name: address, Address: address} }
	return petition.Roster{
		Office: []petition.Member{
			{Person: person(approver), Roles: []petition.Role{petition.RoleHandler, petition.RoleApprover}},
			{Person: person("shyc@jxw.example"), Roles: []petition.Role{petition.RoleApprover}},
		},
		Leaders:   []petition.Leader{{Person: person("fgld@jxw.example"), Rank: "deputy"}},
		Divisions: []petition.Division{{ID: "power", Name: "电力处", Head: person("dlc-head@jxw.example"), Liaisons: []petition.Person{person(liaison)}}},
		Duty:      []petition.Person{person("zbb@jxw.example")},
	}
}

func testPolicy() Policy {
	return Policy{AuthservIDs: []string{"MX.jxw.example"}, MessageIDDomain: "jxw.example", PlusAddresses: []string{"wsxf@jxw.example"}, OwnAddresses: []string{"wsxf@jxw.example"}}
}

func testNow() time.Time { return time.Date(2026, 11, 23, 2, 1, 0, 0, time.UTC) }
