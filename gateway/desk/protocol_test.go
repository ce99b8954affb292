package desk

import (
	"slices"
	"strings"

	"xinfangd/gateway/command"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// protocol holds every mail of a story against what spec mail sections 2 and 3
// promise of all of them: whom it names, what it shows and to whom.
func (o *office) protocol() {
	o.t.Helper()
	byID := map[string]*mail{}
	for _, m := range o.sent {
		byID[m.l.MessageID] = m
	}
	err := o.store.Update(o.t.Context(), o.now, func(tx *store.Tx) error {
		cases, err := tx.ListCases(store.CaseFilter{})
		if err != nil {
			return err
		}
		queries := map[string]petition.Case{}
		for _, c := range cases {
			code, err := tx.QueryCode(c.Number)
			if err != nil {
				return err
			}
			queries[code] = c
		}
		for _, m := range o.sent {
			o.header(m, byID)
			if err := o.shows(tx, m, queries); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Error(err)
	}
}

// header checks what lies around the words.
func (o *office) header(m *mail, byID map[string]*mail) {
	o.t.Helper()
	to := m.l.To[0].Address
	if m.number != "" && !strings.Contains(m.l.Subject, m.number) {
		o.t.Errorf("the %s to %s leaves out the number: %q", m.kind, to, m.l.Subject)
	}
	want := "auto-generated"
	if slices.Contains([]string{"receipt", "transcript", "status"}, m.kind) {
		want = "auto-replied"
	}
	if got := m.l.HeaderAll("Auto-Submitted"); len(got) != 1 || strings.TrimSpace(got[0]) != want {
		o.t.Errorf("the %s is Auto-Submitted %q, want %s", m.kind, got, want)
	}
	if len(m.l.ReplyTo) != 1 || !strings.HasSuffix(m.l.ReplyTo[0].Address, "@jxw.example") {
		o.t.Errorf("answers to the %s go to %v", m.kind, m.l.ReplyTo)
	}
	for _, id := range slices.Concat(m.l.InReplyTo, m.l.References) {
		if first := byID[id]; first != nil && !petition.SameAddress(first.l.To[0].Address, to) {
			o.t.Errorf("the %s to %s names a mail to %s", m.kind, to, first.l.To[0].Address)
		}
	}
	if len(m.l.Root.Children) == 0 {
		o.t.Errorf("the %s has no twin", m.kind)
	}
}

// shows checks that a mail shows no code but its addressee's, the query code to
// the citizen only, and of a confidential case no name outside its circle.
func (o *office) shows(tx *store.Tx, m *mail, queries map[string]petition.Case) error {
	o.t.Helper()
	to, shown := m.l.To[0].Address, m.shown()
	for _, code := range command.Codes(shown) {
		issued, err := tx.LookupCode(code)
		if err == nil && !petition.SameAddress(issued.Address, to) {
			o.t.Errorf("the %s to %s shows the code %s of %s:\n%s", m.kind, to, code, issued.Address, m.l.Text)
		}
	}
	for query, c := range queries {
		if strings.Contains(shown, query) && (!petition.SameAddress(to, c.Sender) || m.kind != "receipt" && m.kind != "status") {
			o.t.Errorf("the %s to %s shows the query code of %s", m.kind, to, c.Number)
		}
		if m.number != string(c.Number) || petition.SameAddress(to, c.Sender) {
			continue
		}
		if petition.Accuses(c, to, m.roster) {
			o.t.Errorf("the accused %s gets the %s of %s", to, m.kind, c.Number)
		}
		circle := slices.ContainsFunc(m.roster.Posts(to), func(p petition.Post) bool {
			return slices.Contains([]petition.Role{petition.RoleHandler, petition.RoleApprover, petition.RoleChief}, p.Role)
		})
		// Who is to sign an answer sees it exactly as it would be sent.
		signs := m.kind == "approval" && slices.ContainsFunc(m.roster.Posts(to), func(p petition.Post) bool { return p.Role == petition.RoleLeader })
		if !c.Confidential || c.RestrictBy != "" || circle || signs {
			// What went out before a person restricted the case, went out.
			continue
		}
		for _, word := range []string{c.Sender, c.Name, c.Phone} {
			if len([]rune(word)) > 1 && strings.Contains(strings.ToLower(shown), strings.ToLower(word)) {
				o.t.Errorf("the %s to %s names the citizen of the confidential %s", m.kind, to, c.Number)
			}
		}
	}
	return nil
}
